// Collections, forms and imports of the mock server: drafts, versions, steps, kept in memory.
import { county, currentYear, evaluations, facts, items } from './county.mjs'
import { changeRosters, explanations, rosterRows, remindedOf } from './collecting.mjs'
import { Refusal } from './refusal.mjs'

const NEXT = {
  draft: { submit: 'submitted' },
  returned: { submit: 'submitted' },
  submitted: { sign: 'signed', return: 'returned', recall: 'draft' },
  signed: { approve: 'approved', return: 'returned', recall: 'submitted' },
  approved: { lock: 'locked', return: 'returned' },
  locked: { unlock: 'approved' },
}
const NEEDS = {
  submit: ['submission.submit'],
  sign: ['submission.sign'],
  approve: ['submission.review'],
  return: ['submission.review', 'submission.sign'],
  lock: ['submission.lock'],
  unlock: ['submission.lock'],
  recall: ['submission.submit', 'submission.sign'],
}
const ZH = {
  draft: '草稿',
  submitted: '已提交',
  signed: '已签发',
  returned: '已退回',
  approved: '已审定',
  locked: '已锁定',
}
const STEP_ZH = {
  submit: '提交',
  sign: '签发',
  return: '退回',
  approve: '审定',
  lock: '锁定',
  unlock: '解锁',
  recall: '撤回',
}
/** By school: every state is there to be looked at. */
const STATES =
  'signed approved submitted signed approved draft locked draft approved signed submitted returned'.split(' ')
const DUE = '2023-10-25'
const BLANK = ['equipment_value', 'multimedia_rooms', 'teachers_backbone']
const RETURNED = {
  'junior/teachers_backbone': '名册上是 4 人，这里填了 3 人，请核对。',
  '/indoor_sports_area': '请说明风雨操场面积是否包含在内。',
}
const STAGE_CODE = { 小学: 'primary', 初中: 'junior', 高中: 'senior' }

const at = (minutes) => new Date(Date.UTC(2023, 9, 20, 1, 30) + minutes * 60000).toISOString()
const step = (name, minutes, by, reason = '') => ({
  step: name,
  step_zh: STEP_ZH[name],
  from: '',
  to: '',
  revision: 1,
  reason,
  by,
  at: at(minutes),
  fields: [],
})

export const collections = [
  {
    id: 'c1',
    year: currentYear,
    code: 'annual',
    title: '2023/2024 学年均衡数据填报',
    items: [],
    deadline: DUE,
    closed: false,
    version: 1,
    asked: county.schools.length,
    sent: 9,
    approved: 4,
  },
]
export function openCollection({ year, title, deadline }) {
  const made = {
    id: `c${collections.length + 1}`,
    year,
    code: `c${collections.length + 1}`,
    title,
    items: [],
    deadline,
    closed: false,
    version: 1,
    asked: county.schools.length,
    sent: 0,
    approved: 0,
  }
  collections.push(made)
  return { $status: 201, body: made }
}

/** A word of the template as it travels: flags and codes. */
function wire(item, value) {
  if (value === null || value === undefined || value === '—') return value ?? null
  if (item.kind === 'flag') return String(value === '是')
  if (item.kind === 'code') return item.options.find((o) => o.zh === value)?.code ?? value
  return value
}
function fixture(year, school, item, place) {
  const known =
    school === 'county' ? facts[year]?.county : facts[year]?.schools.find((s) => s.school === school)?.facts
  const found = known?.find((f) => f.item === item.code && (f.stage ?? '') === place)
  return found && { value: wire(item, found.value), cell: found.cell }
}

/** year/school → what was typed over the fixture. */
const store = new Map()
function record(year, school) {
  const key = `${year}/${school}`
  if (!store.has(key)) {
    const index = county.schools.findIndex((s) => s.school === school)
    const state = index < 0 ? 'draft' : year < currentYear ? 'locked' : STATES[index % STATES.length]
    const steps = []
    if (state !== 'draft') steps.push(step('submit', index, '许禾'))
    if (['signed', 'approved', 'locked', 'returned'].includes(state))
      steps.push(step('sign', 60 + index, '唐校长'))
    if (state === 'returned')
      steps.push(step('return', 300, '周岚', '专任教师数与名册不一致，请核对后重新提交。'))
    if (['approved', 'locked'].includes(state)) steps.push(step('approve', 400 + index, '周岚'))
    store.set(key, {
      state,
      version: 3,
      steps,
      typed: new Map(),
      versions: new Map(),
      blank: state === 'draft' && index >= 0 ? BLANK : [],
      returned: state === 'returned' ? RETURNED : {},
      updated: at(30 + index * 7),
      by: '许禾',
    })
  }
  return store.get(key)
}

function field(year, school, item, place, first = fixture(year, school, item, place)) {
  const mine = record(year, school)
  const key = `${place}/${item.code}`
  const value = mine.typed.has(key)
    ? mine.typed.get(key)
    : mine.blank.includes(item.code)
      ? null
      : (first?.value ?? null)
  const last = fixture(year - 1, school, item, place)?.value ?? null
  const about = [{ place, item: item.code }]
  const findings = []
  if (Number(last) > 20 && value !== null && Math.abs(Number(value) / Number(last) - 1) > 0.3)
    findings.push({
      severity: 'warning',
      code: 'CHK-JUMP-PUPILS',
      message: `与上年 ${last} 相比变化超过 30%。`,
      remedy: '请核对；确实如此的不用改。',
      fields: about,
    })
  return {
    place,
    item: item.code,
    zh: item.zh,
    unit: item.unit === '1' ? null : item.unit,
    kind: item.kind,
    options: item.options,
    min: item.min,
    max: item.max,
    definition: item.definition,
    value,
    last_year: last,
    origin: first?.cell ?? null,
    version: mine.versions.get(key) ?? 1,
    returned_reason: mine.returned[key] ?? null,
    findings,
    explanation: explanations.get(`${year}/${school}/${key}`) ?? null,
  }
}

function groupsOf(year, school) {
  const topics = [...new Set(items.map((i) => i.topic))]
  const stages = ['primary', 'junior'].filter((s) =>
    evaluations[year].sections.some((x) => x.school === school && x.stage === s),
  )
  const levels =
    school === 'county' ? [['county', '']] : [['school', ''], ...stages.map((s) => ['section', s])]
  return levels.flatMap(([level, place]) =>
    topics.flatMap((title) => {
      const own = items.filter(
        (i) => i.topic === title && i.level === level && fixture(year, school, i, place),
      )
      return own.length === 0
        ? []
        : [
            {
              title,
              place,
              level,
              stage: place || null,
              fields: own.map((i) => field(year, school, i, place)),
            },
          ]
    }),
  )
}
function rostersOf(year, school) {
  const size = items.find((i) => i.code === 'class_size')
  const area = items.find((i) => i.code === 'room_area')
  const own = (list) => list.filter((r) => r[0] === school)
  return {
    classes: rosterRows(school, 'class', own(facts[year].classes)).map(
      ([, , stage, grade, name, count, number]) => {
        const place = `class/${STAGE_CODE[stage]}/${grade}/${name}${number ?? ''}`
        return {
          place,
          name: `${stage}${name}`,
          stage: STAGE_CODE[stage],
          grade: Number(grade),
          room: null,
          fields: [field(year, school, size, place, { value: count })],
        }
      },
    ),
    rooms: rosterRows(school, 'room', own(facts[year].rooms)).map(([, , kind, name, square]) => {
      const code = kind.startsWith('音乐') ? 'music' : 'art'
      return {
        place: `room/${code}/${name}`,
        name,
        stage: null,
        grade: null,
        room: code,
        fields: [field(year, school, area, `room/${code}/${name}`, { value: square })],
      }
    }),
  }
}
const filled = (fields) => fields.filter((f) => f.value !== null).length
const can = (mine, user) =>
  Object.keys(NEXT[mine.state]).filter((name) => NEEDS[name].some((need) => user.can.includes(need)))

export function submission(year, school, user) {
  const info =
    school === 'county' ? { name: county.name } : facts[year]?.schools.find((s) => s.school === school)
  if (!info)
    throw new Refusal(404, 'H-SCHOOL-01', '没有这所学校', `本县 ${year} 学年没有标识码为 ${school} 的学校。`)
  const mine = record(year, school)
  const groups = groupsOf(year, school)
  const fields = groups.flatMap((g) => g.fields)
  return {
    year,
    collection: 'annual',
    title: collections[0].title,
    school,
    name: info.name,
    kind: null,
    state: mine.state,
    state_zh: ZH[mine.state],
    version: mine.version,
    revision: 1,
    approved: null,
    due: DUE,
    closed: false,
    reminded: ['draft', 'returned'].includes(mine.state) ? remindedOf(school) : null,
    by: mine.by,
    at: mine.updated,
    can: can(mine, user),
    filled: filled(fields),
    total: fields.length,
    findings: fields.flatMap((f) => f.findings),
    steps: mine.steps,
    groups,
    rosters: school === 'county' ? { classes: [], rooms: [] } : rostersOf(year, school),
  }
}

export function submissions(year, code) {
  const due = code ? collections.find((c) => c.year === year && c.code === code)?.deadline : DUE
  const list = facts[year].schools.map(({ school, name, facts: known }) => {
    const mine = record(year, school)
    const fields = groupsOf(year, school).flatMap((g) => g.fields)
    const sent = !['draft', 'returned'].includes(mine.state)
    return {
      school,
      name,
      districts: [known.find((f) => f.item === 'district')?.value].filter(Boolean),
      state: mine.state,
      state_zh: ZH[mine.state],
      sent,
      overdue: !sent && due === DUE,
      filled: filled(fields),
      total: fields.length,
      updated_at: mine.updated,
      by: mine.by,
      due: due ?? null,
      findings: { errors: 0, warnings: fields.flatMap((f) => f.findings).length },
      reminded: remindedOf(school),
      version: mine.version,
    }
  })
  return {
    items: list,
    asked: list.length,
    sent: list.filter((r) => r.sent).length,
    approved: 4,
    waiting: list.filter((r) => !r.sent).map((r) => r.name),
  }
}

export function saveDraft(year, school, { edits = [], places = [] }, user) {
  const mine = record(year, school)
  if (!['draft', 'returned'].includes(mine.state))
    throw new Refusal(
      409,
      'H-STATE-01',
      '现在不能修改',
      '这份填报已经提交，由下一步的人处理；要修改，请先撤回或由审核人退回。',
    )
  // What comes with this save nobody can have typed into.
  const fresh = places.flatMap(({ put }) => (put ? [put.name] : []))
  const isNew = (place) => fresh.some((name) => place.includes(`/${name}`))
  const clashes = edits.filter(
    (e) => !isNew(e.place) && e.version !== (mine.versions.get(`${e.place}/${e.item}`) ?? 1),
  )
  if (clashes.length > 0)
    throw new Refusal(409, 'H-EDIT-01', '内容已被他人修改', '请选择保留哪一个。', {
      by: mine.by,
      at: mine.updated,
      current: { fields: clashes },
    })
  changeRosters(school, places)
  const saved = edits.map(({ place, item, value }) => {
    const key = `${place}/${item}`
    const version = (mine.versions.get(key) ?? 1) + 1
    mine.typed.set(key, value)
    mine.versions.set(key, version)
    return { place, item, value, version }
  })
  Object.assign(mine, { updated: new Date().toISOString(), by: user.name, version: mine.version + 1 })
  const fields = groupsOf(year, school).flatMap((g) => g.fields)
  return {
    version: mine.version,
    state: mine.state,
    filled: filled(fields),
    total: fields.length,
    saved,
    findings: fields.flatMap((f) => f.findings),
  }
}

export function take(year, school, body, user) {
  const mine = record(year, school)
  const next = NEXT[mine.state][body.step]
  if (!next) throw new Refusal(409, 'H-STATE-02', '这一步现在不能做', '状态已经变化，请刷新页面后再看。')
  if (['return', 'unlock'].includes(body.step) && !body.reason?.trim())
    throw new Refusal(422, 'H-REASON-01', '要写原因', '退回和解锁都要写明原因，学校会看到。')
  if (body.step === 'return')
    mine.returned = Object.fromEntries(body.fields.map((f) => [`${f.place}/${f.item}`, f.reason]))
  if (body.step === 'submit') mine.returned = {}
  Object.assign(mine, {
    state: next,
    version: mine.version + 1,
    updated: new Date().toISOString(),
    by: user.name,
  })
  mine.steps = [...mine.steps, { ...step(body.step, 0, user.name, body.reason), at: mine.updated }]
  return {
    state: next,
    state_zh: ZH[next],
    version: mine.version,
    revision: 1,
    approved: null,
    can: can(mine, user),
  }
}

export const revisions = () =>
  [3, 2, 1].map((number) => ({
    number,
    name: '许禾',
    by: 'clerk',
    at: at(number * 90),
    approved: number === 2,
    newest: number === 3,
  }))
export function difference(year, school) {
  const fields = groupsOf(year, school).flatMap((g) => g.fields)
  return fields
    .filter((f) => f.last_year !== null && f.last_year !== f.value)
    .slice(0, 9)
    .map((f) => ({
      place: f.place,
      item: f.item,
      place_zh: f.place ? '小学' : '',
      zh: f.zh,
      before: f.last_year,
      after: f.value,
      origin: null,
    }))
}
