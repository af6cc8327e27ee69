// Exchanges of the mock county: a few records of each way, by the rules in short.
import { county, currentYear, factOf } from './county.mjs'
import { made, mask, SUBJECTS, stageOf, subjectOf } from './people.mjs'
import { Refusal } from './refusal.mjs'
import { fullTime, keeps, nameOf, rowsFor } from './roster-figures.mjs'

const WHO = '纪敏（personnel）'
const WAY = { support: '对口帮扶', rotation: '任教交流', mentoring: '名师带徒', lecture: '名师讲学' }
const STATE = {
  planned: '计划',
  running: '进行中',
  ended: '已结束',
  assessed: '已考核',
  void: '已放弃',
}
const ACT = { start: '开始', end: '结束', assess: '考核', void: '放弃', reopen: '退回上一步' }
const MADE = { typed: '登记', pairing: '结对建议', import: '导入' }
const NEXT = {
  planned: { start: 'running', void: 'void' },
  running: { end: 'ended', void: 'void', reopen: 'planned' },
  ended: { assess: 'assessed', reopen: 'running' },
  assessed: { reopen: 'ended' },
  void: { reopen: 'planned' },
}
const COUNTS = ['running', 'ended', 'assessed']
const rules = {
  grades: ['优秀', '合格', '基本合格', '不合格'],
  subjects: SUBJECTS.map(([code, zh]) => ({ code, zh })),
  rules: [
    ['交流比例', '每年城区义务教育学校 10% 的专任教师到农村学校交流任教。', 'C'],
    ['交流学科', '覆盖各学段、各学科，优先补足受援学校紧缺的学科。', 'K'],
    ['考核评价', '期满由受援学校和教育局考核；城区学校校长的考核与结对学校的发展挂钩。', 'C'],
    ['交流待遇', '交流期间原有待遇不变，职称评聘、评优评先同等条件下优先；补贴按本县规定。', 'K'],
  ].map(([topic, zh, grade]) => ({ topic, zh, source: '夷陵区城乡教师交流管理办法', grade })),
}

export const refuse = (status, code, title, detail, more) => {
  throw new Refusal(status, code, title, detail, more)
}
export const wrong = (field, message) =>
  refuse(422, 'H-BODY-01', '内容有误', '有 1 处内容需要修改', { fields: [{ field, message }] })
export const may = (session, action) => session.user.can.includes(action)
export const need = (session, action) => {
  if (!may(session, action)) refuse(403, 'H-AUTH-04', '没有权限', '您的账号没有这一项权限。')
}
/** The school of a clerk or principal; `null` for the bureau. */
export const ownOf = (session) => {
  const { scope } = session.user.grants[0]
  return scope.kind === 'school' ? scope.code : null
}
const everybody = { user: { grants: [{ scope: { kind: 'county' } }], can: [] } }
/** The rows that were imported; before that, the people of the county all the same. */
let invented = null
export const all = () => (keeps.rows ? rowsFor(everybody) : (invented ??= made()))
export const rowOf = (number) => all().find((row) => row.number === number)
export const townOf = (school) => factOf(currentYear, school, 'township') ?? null
/** The fixtures have the words of the statistics, not their codes. */
const SIDES = [
  ['urban', ['111', '112', '主城区', '城乡结合区']],
  ['town', ['121', '122', '123', '镇中心区', '镇乡结合区', '特殊区域']],
  ['rural', ['210', '220', '乡中心区', '村庄']],
]
export const sideOf = (school) => {
  const code = String(factOf(currentYear, school, 'residence') ?? '')
  return SIDES.find(([, words]) => words.includes(code))?.[0] ?? null
}
export const outward = (from, to) => sideOf(from) === 'urban' && sideOf(to) !== 'urban' && sideOf(to) !== null

export function party({ school, teacher }) {
  const row = teacher ? rowOf(teacher) : null
  const at = row?.school ?? school
  return {
    school: at,
    name: nameOf(at) ?? at,
    township: townOf(at),
    side: sideOf(at),
    teacher: teacher ?? null,
    person: row ? mask(row.name) : null,
  }
}

export const records = []
export function make(agreed, made = 'typed', state = 'planned') {
  const record = {
    id: Math.max(0, ...records.map((r) => r.id)) + 1,
    agreed,
    made,
    state,
    grade: null,
    days: [],
    steps: [],
    version: 1,
    by: WHO,
    at: '2023-09-04T08:00:00Z',
  }
  records.push(record)
  return record
}
export function begun() {
  if (records.length > 0) return
  const urban = county.schools.filter((s) => sideOf(s.school) === 'urban')
  const others = county.schools.filter((s) => sideOf(s.school) !== 'urban')
  const base = {
    stage: null,
    subject: null,
    begins: `${currentYear}-09-01`,
    ends: `${currentYear + 1}-06-30`,
    hours: '40',
    evidence: null,
    audience: '',
    results: '',
    note: '',
  }
  const from = urban[0] ?? others[0]
  const last = others.at(-1)
  make(
    {
      ...base,
      way: 'support',
      stage: 'primary',
      hours: null,
      giver: { school: from.school },
      takers: [{ school: last.school }],
    },
    'pairing',
    'running',
  )
  const of = (school, n) => all().filter((row) => row.school === school && fullTime(row))[n]
  const mover = of(from.school, 3)
  make(
    {
      ...base,
      way: 'rotation',
      stage: stageOf(mover.stage),
      giver: { teacher: mover.number },
      takers: [{ school: last.school }],
    },
    'typed',
    'running',
  ).days.push(
    {
      number: 1,
      school: last.school,
      day: '2023-09-12',
      hours: '6',
      what: '任课两个班',
      by: '许禾（clerk）',
      at: '2023-09-12T08:00:00Z',
    },
    {
      number: 2,
      school: null,
      day: '2023-09-19',
      hours: '6.5',
      what: '任课、教研',
      by: WHO,
      at: '2023-09-19T08:00:00Z',
    },
  )
  const [mentor, one, two] = [of(from.school, 0), of(last.school, 1), of(last.school, 2)]
  make({
    ...base,
    way: 'mentoring',
    stage: stageOf(mentor.stage),
    subject: subjectOf(mentor.subject)?.code ?? null,
    giver: { teacher: mentor.number },
    takers: [{ teacher: one.number }, { teacher: two.number }],
  })
  Object.assign(
    make(
      {
        ...base,
        way: 'lecture',
        hours: '3',
        begins: '2023-10-12',
        ends: '2023-10-12',
        giver: { teacher: mentor.number },
        takers: [],
        audience: '全县小学语文教师',
        results: '听讲 120 人，观摩课一节。',
      },
      'import',
      'assessed',
    ),
    { grade: '优秀' },
  )
}

const given = (record) => record.days.reduce((sum, one) => sum + Number(one.hours), 0)
const parties = (record) => [record.agreed.giver, ...record.agreed.takers].map(party)
function line(record) {
  const { agreed } = record
  return {
    id: record.id,
    year: currentYear,
    way: agreed.way,
    way_zh: WAY[agreed.way],
    state: record.state,
    state_zh: STATE[record.state],
    made: record.made,
    made_zh: MADE[record.made],
    stage: agreed.stage,
    subject: agreed.subject,
    subject_zh: agreed.subject
      ? (subjectOf(agreed.subject)?.zh ?? rules.subjects.find((s) => s.code === agreed.subject)?.zh ?? null)
      : null,
    begins: agreed.begins,
    ends: agreed.ends,
    hours: agreed.hours,
    given: String(given(record)),
    entries: record.days.length,
    grade: record.grade,
    evidence: agreed.evidence,
    giver: party(agreed.giver),
    takers: agreed.takers.map(party),
    version: record.version,
    by: record.by,
    at: record.at,
  }
}
const sees = (record, session) => {
  const own = ownOf(session)
  return own === null || parties(record).some((one) => one.school === own)
}
function find(id, session) {
  begun()
  const found = records.find((record) => record.id === Number(id) && sees(record, session))
  return (
    found ?? refuse(404, 'H-FIND-01', '没有找到', `没有找到交流记录 ${id}；可能不存在，或不在您的管理范围内`)
  )
}
function view(record, session) {
  const edits = may(session, 'staffing.edit')
  const own = ownOf(session)
  const open = ['running', 'ended'].includes(record.state)
  const enters = open && (edits || may(session, 'teacher.edit'))
  return {
    ...line(record),
    audience: record.agreed.audience,
    results: record.agreed.results,
    note: record.agreed.note,
    days: record.days.map((one) => ({
      ...one,
      name: one.school ? nameOf(one.school) : null,
      removable: enters && (own === null || one.school === own),
    })),
    steps: record.steps,
    may: edits
      ? Object.keys(NEXT[record.state]).map((act) => ({
          act,
          act_zh: ACT[act],
          needs_reason: ['void', 'reopen'].includes(act),
          needs_grade: act === 'assess',
        }))
      : [],
    editable: edits && ['planned', 'running', 'ended'].includes(record.state),
    enters,
    removable: edits && record.state === 'planned' && record.days.length === 0,
  }
}
const stale = (record, version) => {
  if (record.version !== version)
    refuse(
      409,
      'H-EDIT-01',
      '内容已被他人修改',
      `交流记录 ${record.id} 已被${record.by}修改，请查看最新内容后再改`,
    )
}
const touch = (record) => Object.assign(record, { version: record.version + 1, at: new Date().toISOString() })

export function checked(agreed) {
  if (agreed.way === 'support' ? !agreed.giver.school : !rowOf(agreed.giver.teacher))
    wrong('giver', agreed.way === 'support' ? '请选择学校' : '本学年教师名册中没有这个编号；请从名册中选择')
  if (agreed.way !== 'lecture' && agreed.takers.length === 0) wrong('takers', '接受方应为一所学校')
  if (agreed.way === 'lecture' && agreed.takers.length === 0 && !agreed.audience)
    wrong('audience', '没有选择学校时，请写明听讲对象，如“全县小学音乐教师”')
  if (agreed.ends < agreed.begins) wrong('ends', '结束日期不能早于开始日期，也不能超过三年')
  const row = agreed.giver.teacher ? rowOf(agreed.giver.teacher) : null
  return { ...agreed, stage: agreed.stage ?? (row ? stageOf(row.stage) : null) }
}

let targets = { pairs: null, mentors: null, teachers: null, version: 0 }
function summary(session) {
  begun()
  const seen = records.filter((record) => sees(record, session))
  const counting = seen.filter((record) => COUNTS.includes(record.state))
  const of = (way) => counting.filter((record) => record.agreed.way === way)
  const pairs = (way) =>
    of(way).flatMap((r) =>
      r.agreed.takers
        .map((taker) => [party(r.agreed.giver), party(taker)])
        .filter(([a, b]) => outward(a.school, b.school)),
    )
  const different = (list) => new Set(list).size
  const moved = pairs('rotation').map(([a]) => a.teacher)
  const teachers = all().filter((row) => fullTime(row) && sideOf(row.school) === 'urban')
  const figure = (code, zh, value, unit, target = null) => ({
    code,
    zh,
    value: String(value),
    unit,
    target: target === null ? null : String(target),
    met: target === null ? null : value >= target,
    why_missing: null,
    source: null,
    grade: null,
    detail: null,
  })
  const own = ownOf(session)
  const schools = county.schools
    .filter((s) => own === null || s.school === own)
    .map(({ school }) => {
      const has = (record, side) => {
        const list = side === 'giver' ? [party(record.agreed.giver)] : record.agreed.takers.map(party)
        return list.some((one) => one.school === school)
      }
      const rotation = of('rotation')
      return {
        school,
        name: nameOf(school),
        township: townOf(school),
        side: sideOf(school),
        gives: counting.filter((r) => has(r, 'giver')).length,
        takes: counting.filter((r) => has(r, 'taker')).length,
        sent: rotation.filter((r) => has(r, 'giver')).length,
        received: rotation.filter((r) => has(r, 'taker')).length,
        given: String(
          counting.filter((r) => has(r, 'giver') || has(r, 'taker')).reduce((n, r) => n + given(r), 0),
        ),
      }
    })
  const towns = [...new Set(schools.map((s) => s.township))]
  return {
    ways: Object.entries(WAY).map(([way, zh]) => {
      const mine = seen.filter((r) => r.agreed.way === way)
      const count = (state) => mine.filter((r) => r.state === state).length
      return {
        way,
        zh,
        planned: count('planned'),
        running: count('running'),
        ended: count('ended'),
        assessed: count('assessed'),
        void: count('void'),
        hours: String(of(way).reduce((n, r) => n + Number(r.agreed.hours ?? 0), 0)),
        hours_missing: of(way).filter((r) => r.agreed.hours === null).length,
        given: String(of(way).reduce((n, r) => n + given(r), 0)),
        teachers: different(of(way).flatMap((r) => r.agreed.giver.teacher ?? [])),
        schools: different(of(way).flatMap((r) => parties(r).map((one) => one.school))),
      }
    }),
    figures:
      own !== null
        ? []
        : [
            figure(
              'pairs',
              '城乡结对学校',
              different(pairs('support').map(([a, b]) => a.school + b.school)),
              '对',
              targets.pairs,
            ),
            figure(
              'pair_urban',
              '参加结对的城区学校',
              different(pairs('support').map(([a]) => a.school)),
              '所',
            ),
            figure(
              'pair_rural',
              '参加结对的镇区、乡村学校',
              different(pairs('support').map(([, b]) => b.school)),
              '所',
            ),
            figure(
              'mentors',
              '与镇区、乡村教师结对的城区名师',
              different(pairs('mentoring').map(([a]) => a.teacher)),
              '人',
              targets.mentors,
            ),
            figure('mentor_pairs', '城乡师徒结对', pairs('mentoring').length, '对'),
            figure('teachers', '城乡交流教师', different(moved), '人', targets.teachers),
            {
              ...figure('share', '城区专任教师到镇区、乡村任教的比例', 0, '1'),
              value: teachers.length ? `${different(moved)}/${teachers.length}` : null,
              why_missing: teachers.length ? null : '没有本学年的教师名册',
              target: '0.1',
              met: teachers.length ? different(moved) * 10 >= teachers.length : null,
              source: '城乡交流',
              grade: 'C',
              detail: `城区公办学校专任教师 ${teachers.length} 人，其中交流 ${different(moved)} 人`,
            },
            { ...figure('principals', '校长、副校长交流任职', 0, '人'), detail: '按名册的交流经历' },
          ],
    schools,
    townships: towns.map((township) => {
      const mine = schools.filter((s) => s.township === township)
      const sum = (key) => mine.reduce((n, s) => n + s[key], 0)
      return {
        township,
        schools: mine.length,
        with: mine.filter((s) => s.gives + s.takes > 0).length,
        records: counting.filter((r) => parties(r).some((one) => one.township === township)).length,
        sent: sum('sent'),
        received: sum('received'),
        given: String(mine.reduce((n, s) => n + Number(s.given), 0)),
      }
    }),
    targets,
  }
}

export const exchangeRoutes = {
  'GET /exchange-rules': () => rules,
  'GET /years/{year}/exchanges': ({ session }) => {
    begun()
    return { items: records.filter((r) => sees(r, session)).map(line), next: null }
  },
  'POST /years/{year}/exchanges': ({ body, session }) => {
    need(session, 'staffing.edit')
    return { $status: 201, body: view(make(checked(body)), session) }
  },
  'GET /years/{year}/exchanges/summary': ({ session }) => summary(session),
  'PUT /years/{year}/exchanges/targets': ({ body, session }) => {
    need(session, 'staffing.edit')
    targets = { ...body, version: body.version + 1 }
    return summary(session)
  },
  'POST /years/{year}/exchanges/import': ({ session }) => {
    need(session, 'staffing.edit')
    const problems = [
      { row: 3, column: '接受教师编号', message: '本学年教师名册中没有这个编号；请从名册中选择' },
      { row: 5, column: '开始日期', message: '日期应写成 2024-09-01' },
    ]
    return { rows: 6, added: [], problems }
  },
  'GET /exchanges/{id}': ({ path, session }) => view(find(path.id, session), session),
  'PATCH /exchanges/{id}': ({ path, body, session }) => {
    need(session, 'staffing.edit')
    const record = find(path.id, session)
    stale(record, body.version)
    return view(touch(Object.assign(record, { agreed: checked(body.agreed) })), session)
  },
  'DELETE /exchanges/{id}': ({ path, session }) => {
    need(session, 'staffing.edit')
    records.splice(records.indexOf(find(path.id, session)), 1)
    return { $status: 204, body: null }
  },
  'POST /exchanges/{id}/steps': ({ path, body, session }) => {
    need(session, 'staffing.edit')
    const record = find(path.id, session)
    stale(record, body.version)
    const state = NEXT[record.state][body.act]
    if (!state)
      refuse(
        409,
        'H-EDIT-03',
        '当前状态不允许',
        `交流记录 ${record.id} 目前为“${STATE[record.state]}”，不能${ACT[body.act]}`,
      )
    if (body.act === 'assess' && !rules.grades.includes(body.grade))
      wrong('grade', `考核等次应为：${rules.grades.join('、')}`)
    const grade = body.act === 'assess' ? body.grade : null
    record.steps.push({
      act: body.act,
      act_zh: ACT[body.act],
      grade,
      reason: body.reason,
      by: WHO,
      at: new Date().toISOString(),
    })
    return view(touch(Object.assign(record, { state, grade })), session)
  },
  'POST /exchanges/{id}/entries': ({ path, body, session }) => {
    const record = find(path.id, session)
    if (!(Number(body.hours) > 0 && Number(body.hours) <= 24))
      wrong('hours', '应为大于 0、不超过 24 的数，最多两位小数，如 40 或 1.5')
    record.days.push({
      number: Math.max(0, ...record.days.map((one) => one.number)) + 1,
      school: ownOf(session),
      day: body.day,
      hours: String(Number(body.hours)),
      what: body.what,
      by: `${session.user.name}（${session.user.login}）`,
      at: new Date().toISOString(),
    })
    return { $status: 201, body: view(touch(record), session) }
  },
  'DELETE /exchanges/{id}/entries/{number}': ({ path, session }) => {
    const record = find(path.id, session)
    record.days = record.days.filter((one) => one.number !== Number(path.number))
    return view(touch(record), session)
  },
}

export { WHO }
