// Collections and submissions of the mock server: drafts, versions, steps, kept in memory.
import { county, currentYear, evaluations, facts, factOf, items } from './county.mjs'
import { Refusal } from './refusal.mjs'

const STAGE = { primary: '小学', junior: '初中', senior: '高中' }
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
const STATES = [
  'signed',
  'approved',
  'submitted',
  'signed',
  'approved',
  'draft',
  'locked',
  'draft',
  'approved',
  'signed',
  'submitted',
  'returned',
]

const at = (minutes) => new Date(Date.UTC(2023, 9, 20, 1, 30) + minutes * 60000).toISOString()
export const collections = [
  {
    id: 'c1',
    year: currentYear,
    title: '2023/2024 学年均衡数据填报',
    deadline: '2023-10-25',
    schools: county.schools.length,
    submitted: 0,
    state: 'open',
    version: 1,
  },
]

/** year/school → what was typed over the fixture. */
const store = new Map()
function record(year, school) {
  const key = `${year}/${school}`
  if (!store.has(key)) {
    const index = county.schools.findIndex((s) => s.school === school)
    const state =
      index < 0 ? 'draft' : year < currentYear ? 'locked' : STATES[Math.max(0, index) % STATES.length]
    const steps = []
    if (state !== 'draft') steps.push({ step: 'submit', at: at(index), by: '许禾', reason: null })
    if (['signed', 'approved', 'locked', 'returned'].includes(state))
      steps.push({ step: 'sign', at: at(60 + index), by: '唐校长', reason: null })
    if (state === 'returned')
      steps.push({
        step: 'return',
        at: at(300),
        by: '周岚',
        reason: '专任教师数与名册不一致，请核对后重新提交。',
      })
    if (['approved', 'locked'].includes(state))
      steps.push({ step: 'approve', at: at(400 + index), by: '周岚', reason: null })
    store.set(key, {
      state,
      version: 3,
      steps,
      typed: new Map(),
      versions: new Map(),
      // A school that is still typing has not come to the end.
      blank:
        state === 'draft'
          ? new Set(['equipment_value', 'multimedia_rooms', 'books', 'teachers_backbone'])
          : new Set(),
      returned:
        state === 'returned'
          ? new Map([
              ['junior/teachers_backbone', '名册上是 4 人，这里填了 3 人，请核对。'],
              ['/indoor_sports_area', '请说明风雨操场面积是否包含在内。'],
            ])
          : new Map(),
      updated: at(30 + index * 7),
      by: '许禾',
    })
  }
  return store.get(key)
}

const keyOf = (stage, item) => `${stage ?? ''}/${item}`
function valueOf(year, school, item, stage) {
  const mine = record(year, school)
  const key = keyOf(stage, item)
  if (mine.typed.has(key)) return mine.typed.get(key)
  return mine.blank.has(item) ? null : factOf(year, school, item, stage)
}

function checks(year, school, item, stage, value) {
  const found = []
  const last = factOf(year - 1, school, item.code, stage)
  if (
    value !== null &&
    last !== null &&
    /^\d/.test(value) &&
    Number(last) > 20 &&
    Math.abs(Number(value) / Number(last) - 1) > 0.3
  )
    found.push({
      severity: 'warning',
      code: 'CHK-JUMP',
      message: `与上年 ${last} 相比变化超过 30%。`,
      remedy: '请核对；确实如此的不用改。',
      item: item.code,
      stage,
    })
  if (
    item.code === 'indoor_sports_area' &&
    Number(value) > Number(valueOf(year, school, 'teaching_rooms_area', null))
  )
    found.push({
      severity: 'error',
      code: 'CHK-AREA-INDOOR',
      message: `室内体育用房面积 ${value} 大于教学及辅助用房面积。`,
      remedy: '室内体育用房包含在教学及辅助用房之内；请核对两项面积。',
      item: item.code,
      stage,
    })
  return found
}

function groupsOf(year, school) {
  if (school === 'county') return countyGroups(year)
  const mine = record(year, school)
  const stages = ['primary', 'junior'].filter((s) =>
    evaluations[year].sections.some((x) => x.school === school && x.stage === s),
  )
  const known = facts[year].schools.find((s) => s.school === school)?.facts ?? []
  const all = []
  const field = (item, stage) => {
    const key = keyOf(stage, item.code)
    const value = valueOf(year, school, item.code, stage)
    return {
      item: item.code,
      stage,
      zh: item.zh,
      unit: item.unit === '1' ? '' : item.unit,
      kind: item.type,
      range: item.range ?? null,
      options: item.options,
      definition: item.definition,
      value: value === '—' ? null : value,
      not_applicable: value === '—',
      last_year: factOf(year - 1, school, item.code, stage),
      origin: known.find((f) => f.item === item.code && f.stage === stage)?.cell ?? null,
      returned_reason: mine.returned.get(key) ?? null,
      version: mine.versions.get(key) ?? 1,
      findings: checks(year, school, item, stage, value),
    }
  }
  const titles = [...new Set(items.map((i) => i.group))]
  for (const title of titles) {
    const own = items.filter(
      (i) => i.group === title && i.level === 'school' && known.some((f) => f.item === i.code),
    )
    if (own.length) all.push({ title, level: 'school', stage: null, fields: own.map((i) => field(i, null)) })
  }
  for (const stage of stages)
    for (const title of titles) {
      const own = items.filter(
        (i) =>
          i.group === title &&
          i.level === 'section' &&
          known.some((f) => f.item === i.code && f.stage === stage),
      )
      if (own.length)
        all.push({
          title: `${STAGE[stage]} ${title}`,
          level: 'section',
          stage,
          fields: own.map((i) => field(i, stage)),
        })
    }
  return all
}

function countyGroups(year) {
  const mine = record(year, 'county')
  const value = (from, code) => facts[from]?.county.find((f) => f.item === code)?.value ?? null
  const own = items.filter((i) => i.level === 'county' && facts[year].county.some((f) => f.item === i.code))
  return [...new Set(own.map((i) => i.group))].map((title) => ({
    title,
    level: 'county',
    stage: null,
    fields: own
      .filter((i) => i.group === title)
      .map((i) => {
        const key = keyOf(null, i.code)
        const now = mine.typed.has(key) ? mine.typed.get(key) : value(year, i.code)
        return {
          item: i.code,
          stage: null,
          zh: i.zh,
          unit: i.unit === '1' ? '' : i.unit,
          kind: i.type,
          range: i.range ?? null,
          options: i.options,
          definition: i.definition,
          value: now === '—' ? null : now,
          not_applicable: now === '—',
          last_year: value(year - 1, i.code),
          origin: null,
          returned_reason: null,
          version: mine.versions.get(key) ?? 1,
          findings: [],
        }
      }),
  }))
}

export function submission(year, school, user) {
  const info =
    school === 'county' ? { name: county.name } : facts[year]?.schools.find((s) => s.school === school)
  if (!info)
    throw new Refusal(404, 'H-SCHOOL-01', '没有这所学校', `本县 ${year} 学年没有标识码为 ${school} 的学校。`)
  const mine = record(year, school)
  const roster = (list) => list.filter((r) => r[0] === school)
  return {
    school,
    name: info.name,
    year,
    state: mine.state,
    version: mine.version,
    due: '2023-10-25',
    steps: mine.steps,
    can: Object.keys(NEXT[mine.state]).filter((step) => NEEDS[step].some((need) => user.can.includes(need))),
    groups: groupsOf(year, school),
    rosters: {
      classes: roster(facts[year].classes).map((r) => ({
        学段: r[2],
        年级: r[3],
        班级: r[4],
        人数: r[5],
      })),
      rooms: roster(facts[year].rooms).map((r) => ({ 类型: r[2], 名称: r[3], 面积: r[4] })),
    },
  }
}

export function submissions(year) {
  return facts[year].schools.map(({ school, name }) => {
    const mine = record(year, school)
    const fields = groupsOf(year, school).flatMap((g) => g.fields)
    const findings = fields.flatMap((f) => f.findings)
    return {
      school,
      name,
      district: factOf(year, school, 'district'),
      state: mine.state,
      filled: fields.filter((f) => f.value !== null || f.not_applicable).length,
      total: fields.length,
      updated_at: mine.updated,
      by: mine.by,
      due: '2023-10-25',
      findings: {
        errors: findings.filter((f) => f.severity === 'error').length,
        warnings: findings.filter((f) => f.severity === 'warning').length,
      },
    }
  })
}

export function saveDraft(year, school, { edits }, user) {
  const mine = record(year, school)
  if (!['draft', 'returned'].includes(mine.state))
    throw new Refusal(
      409,
      'H-STATE-01',
      '现在不能修改',
      '这份填报已经提交，由下一步的人处理；要修改，请先撤回或由审核人退回。',
      { by: '许禾', at: mine.updated, current: mine.state },
    )
  for (const edit of edits) {
    const key = keyOf(edit.stage, edit.item)
    const version = mine.versions.get(key) ?? 1
    if (edit.version !== version)
      throw new Refusal(409, 'H-VERSION-01', '有人先改了', `“${edit.item}”已由他人修改，请选择保留哪一个。`, {
        by: mine.by,
        at: mine.updated,
        current: {
          item: edit.item,
          stage: edit.stage ?? null,
          value: valueOf(year, school, edit.item, edit.stage ?? null),
          version,
        },
      })
  }
  const saved = edits.map((edit) => {
    const key = keyOf(edit.stage, edit.item)
    const version = (mine.versions.get(key) ?? 1) + 1
    mine.typed.set(key, edit.value)
    mine.versions.set(key, version)
    return { item: edit.item, stage: edit.stage ?? null, value: edit.value, version }
  })
  mine.updated = new Date().toISOString()
  mine.by = user.name
  return {
    saved,
    findings: groupsOf(year, school)
      .flatMap((g) => g.fields)
      .flatMap((f) => f.findings),
  }
}

export function step(year, school, body, user) {
  const mine = record(year, school)
  const next = NEXT[mine.state][body.step]
  if (!next)
    throw new Refusal(409, 'H-STATE-02', '这一步现在不能做', '状态已经变化，请刷新页面后再看。', {
      by: mine.by,
      at: mine.updated,
    })
  if (['return', 'unlock'].includes(body.step) && !body.reason?.trim())
    throw new Refusal(422, 'H-REASON-01', '要写原因', '退回和解锁都要写明原因，学校会看到。')
  if (body.step === 'return')
    mine.returned = new Map((body.fields ?? []).map((f) => [keyOf(f.stage, f.item), f.reason]))
  if (body.step === 'submit') mine.returned = new Map()
  mine.state = next
  mine.version += 1
  mine.updated = new Date().toISOString()
  mine.by = user.name
  mine.steps = [
    ...mine.steps,
    { step: body.step, at: mine.updated, by: user.name, reason: body.reason ?? null },
  ]
  return submission(year, school, user)
}

export function revisions(year, school) {
  const mine = record(year, school)
  return mine.steps
    .toReversed()
    .map((s, i) => ({ version: mine.version - i, at: s.at, by: s.by, step: s.step, changed: 4 + i }))
}

export function difference(year, school, from, to) {
  const fields = groupsOf(year, school)
    .flatMap((g) => g.fields)
    .filter((f) => f.last_year !== null && f.last_year !== f.value)
    .slice(0, 9)
  return {
    from,
    to,
    fields: fields.map((f) => ({
      item: f.item,
      stage: f.stage,
      zh: f.zh,
      before: f.last_year,
      after: f.value,
    })),
  }
}

const imports = new Map()
export function beginImport() {
  const id = `i${imports.size + 1}`
  imports.set(id, {
    id,
    state: 'mapping',
    files: [
      {
        name: '2134000012_蒲桠镇九年一贯制学校.xlsx',
        layout: '教基 2021（每校一个工作簿）',
        sheets: 9,
      },
      { name: '补充数据.xlsx', layout: '均衡数据模板', sheets: 4 },
    ],
    unknown: [
      {
        sheet: '学校',
        label: '多媒体教室（间）',
        suggestions: [
          { item: 'multimedia_rooms', zh: '网络多媒体教室数' },
          { item: 'laboratories', zh: '实验室数' },
        ],
      },
    ],
    findings: [
      {
        severity: 'error',
        code: 'CHK-AREA-INDOOR',
        message: '室内体育用房面积 3000 大于教学及辅助用房面积 1519.95。',
        remedy: '室内体育用房包含在教学及辅助用房之内；请核对两项面积。',
        file: '补充数据.xlsx',
        sheet: '学校',
        cell: 'T14',
        school: '蒲桠镇九年一贯制学校',
        item: 'indoor_sports_area',
      },
      {
        severity: 'warning',
        code: 'CHK-JUMP-PUPILS',
        message: '在校生数 324 比上年 221 增加 46.6%。',
        remedy: '请核对是否填串了学校；确实如此的不用改。',
        file: '补充数据.xlsx',
        sheet: '学校',
        cell: 'AY9',
        school: '蒲桠镇第一小学',
        item: 'pupils',
      },
      {
        severity: 'notice',
        code: 'IN-LABEL-02',
        message: '表头多了一列“备注”，没有读取。',
        remedy: '不需要处理。',
        file: '补充数据.xlsx',
        sheet: '学校',
        cell: 'EY2',
      },
    ],
    summary: { schools: 12, values: 1486, changed: 37, missing: 4 },
  })
  return { $status: 202, body: { job: 'j-import', import: id } }
}
export function importOf(id) {
  const found = imports.get(id)
  if (!found) throw new Refusal(404, 'H-IMPORT-01', '没有这次导入', '导入可能已经取消；请重新上传。')
  return found
}
export function mapImport(id, { mapping }) {
  const found = importOf(id)
  found.unknown = found.unknown.filter(
    (u) => !mapping.some((m) => m.sheet === u.sheet && m.label === u.label),
  )
  if (found.unknown.length === 0) found.state = 'ready'
  return found
}
export function acceptImport(id) {
  const found = importOf(id)
  found.state = 'accepted'
  return found
}
