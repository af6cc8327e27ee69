// Users, schools, years, standards, audit, backups and health of the mock server.
import { users } from './accounts.mjs'
import { county, currentYear, evaluations, factOf, lockYear, openYear, years } from './county.mjs'
import { Refusal } from './refusal.mjs'

export const publicUser = (user) => ({ ...user, can: undefined })

export const invited = ({ id, login, name }) => ({
  id,
  login,
  name,
  link: { path: `/link#token=${county.code}.${id}.0123456789abcdef`, expires_at: '2023-11-24T08:00:00Z' },
})
export const findUser = (id) => users.find((u) => u.id === Number(id))
export function addUser({ login, name, grants }) {
  if (users.some((u) => u.login === login))
    throw new Refusal(409, 'H-USER-01', '账号已存在', `账号“${login}”已经有人使用，请换一个。`, {
      fields: [{ field: 'login', message: '账号已存在' }],
    })
  const user = {
    id: users.length + 1,
    login,
    name,
    grants,
    can: [],
    active: true,
    must_change: true,
    password: 'link',
    locked_until: null,
    version: 1,
  }
  users.push(user)
  return { $status: 201, body: invited(user) }
}
export function patchUser(id, body) {
  const user = findUser(id)
  Object.assign(user, { ...body, version: user.version + 1 })
  return publicUser(user)
}

const KIND = { 小学: 'primary', 初级中学: 'junior', 九年一贯制学校: 'nine_year', 教学点: 'teaching_point' }
const districtNames = [
  ...new Set(county.schools.map((s) => factOf(currentYear, s.school, 'district'))),
].filter(Boolean)
const districtOf = (school) => {
  const index = districtNames.indexOf(factOf(currentYear, school, 'district'))
  return index < 0 ? [] : [`D${index + 1}`]
}
export const schools = () =>
  county.schools.map(({ school, name, kind }) => ({
    code: school,
    name,
    kind: KIND[kind] ?? 'primary',
    kind_zh: kind,
    parent: null,
    state: 'open',
    successor: null,
    districts: districtOf(school),
    version: 1,
  }))
const made = []
export const districts = () => [
  ...districtNames.map((name, i) => ({
    code: `D${i + 1}`,
    name,
    kind: 'district',
    schools: county.schools.filter((s) => districtOf(s.school).includes(`D${i + 1}`)).map((s) => s.school),
    version: 1,
  })),
  ...made,
]
export const addDistrict = ({ code, name, kind }) => {
  const district = { code, name, kind, schools: [], version: 1 }
  made.push(district)
  return { $status: 201, body: district }
}

export const patchDistrict = (code, { name, kind }) => {
  const found = made.find((d) => d.code === code) ?? districts().find((d) => d.code === code)
  return Object.assign(found, { name, kind, version: found.version + 1 })
}
const events = new Map()
const opening = (s) => ({
  number: 1,
  day: '2000-09-01',
  event: { type: 'opened', name: s.name, kind: s.kind },
  reason: '',
  by: '演示数据',
  at: '2023-09-01T00:00:00Z',
})
export const history = (code) => {
  const school = schools().find((s) => s.code === code)
  if (!school) throw new Refusal(404, 'H-SCHOOL-01', '没有这所学校', `没有标识码为 ${code} 的学校。`)
  return { school, events: [opening(school), ...(events.get(code) ?? [])] }
}
export const recordEvent = (code, { day, event, reason }) => {
  const own = events.get(code) ?? []
  own.push({ number: own.length + 2, day, event, reason, by: '系统管理员', at: new Date().toISOString() })
  events.set(code, own)
  return { $status: 201, body: schools().find((s) => s.code === code) ?? null }
}
let rules = {
  idle_minutes: 30,
  absolute_minutes: 720,
  version: 0,
  password_length: 10,
  free_failures: 5,
  first_lock_minutes: 15,
}
export const security = () => rules
export const setSecurity = (next) => (rules = { ...rules, ...next, version: rules.version + 1 })

const officials = new Map()
export const chooseStandard = (year, { standard }) => {
  officials.set(Number(year), standard)
  return allYears().find((y) => y.year === Number(year))
}
const official = (year) => {
  const found = standards().find((s) => s.id === officials.get(year)) ?? standards()[0]
  return { id: found.id, title: found.title, version: officials.has(year) ? 1 : 0 }
}

export const setLock = (year, value, { reason }) => {
  if (!reason?.trim())
    throw new Refusal(422, 'H-REASON-01', '要写原因', '锁定和解锁学年都要写明原因，记入审计。')
  lockYear(Number(year), value)
  return allYears().find((y) => y.year === Number(year))
}

const standards = () => {
  const e = evaluations[currentYear]
  return [
    {
      own: true,
      id: e.standard.id,
      title: e.standard.title,
      version: e.standard.version,
      valid_from: '2017-04-19',
      hash: e.standard.hash,
    },
    {
      own: false,
      id: 'cn-basic-2012',
      title: '县域义务教育均衡发展督导评估（国家标准，2012）',
      version: '2012.1',
      valid_from: '2012-01-20',
      hash: 'b7'.repeat(32),
    },
  ]
}
export const standardList = standards
const TEXT =
  '资源配置七项、政府保障十五项、教育质量九项、社会认可度一项，并查一票否决情形；全部达到方为达到标准。'
export function standardOf(id) {
  const found = standards().find((s) => s.id === id)
  if (!found) throw new Refusal(404, 'H-STD-01', '没有这个标准', `没有标准 ${id}。`)
  const e = evaluations[currentYear]
  return {
    ...found,
    short: '',
    valid_to: null,
    base: null,
    text: TEXT,
    own: false,
    sources: [
      {
        key: '办法',
        title: '县域义务教育优质均衡发展督导评估办法',
        number: '教督〔2017〕6号',
        date: '2017-04-19',
        grade: 'A',
        note: '',
      },
    ],
    principles: [],
    rules: [
      ...e.indicators.map((i) => ({ ...i, attested: false, lines: [], formulas: [] })),
      ...e.groups.flatMap((g) =>
        g.indicators.map((i) => ({ ...i, text: '', lines: i.parts.map((p) => p.required), formulas: [] })),
      ),
    ],
    parameters: e.parameters.map(({ code, zh, value, grade, source }) => ({
      code,
      zh,
      text: '',
      values: [{ from: '2017-04-19', shown: value, source, grade }],
    })),
  }
}
export const examples = () => ({
  holds: true,
  examples: ['小学生均教学及辅助用房', '差异系数按学生数加权', '余项 85%', '附设班归属'].map((name, i) => ({
    name,
    source: '公开发布的测算说明',
    file: `examples/${i + 1}.toml`,
    holds: true,
    checks: [{ what: 'L4', expected: '4.50', found: '4.50', holds: true }],
  })),
})

const WHAT = [
  'session.open',
  'submission.submit',
  'submission.approve',
  'submission.return',
  'evaluation.export',
  'plan.solve',
  'user.add',
  'session.end',
]
const ZH = {
  'session.open': '登录',
  'session.end': '退出',
  'plan.solve': '完成测算',
  'user.add': '新建账号',
  'evaluation.export': '导出报表',
  'submission.submit': '提交填报',
  'submission.approve': '审定填报',
  'submission.return': '退回填报',
}
/** Forms are named by year, collection and school in the record, and in words beside it. */
function objectOf(what, i) {
  if (!what.startsWith('submission.'))
    return { target: i % 3 ? String(i) : '', target_zh: i % 3 ? String(i) : '' }
  const school = county.schools[i % county.schools.length]
  return { target: `2023/main/${school.code}`, target_zh: `2023/2024 学年 ${school.name}` }
}
const trail = Array.from({ length: 240 }, (_, i) => ({
  seq: 240 - i,
  at: new Date(Date.UTC(2023, 10, 20, 8, 0) - i * 17 * 60000).toISOString(),
  who: users[i % users.length].name,
  what: WHAT[(i * 5) % WHAT.length],
  zh: ZH[WHAT[(i * 5) % WHAT.length]] ?? WHAT[(i * 5) % WHAT.length],
  ...objectOf(WHAT[(i * 5) % WHAT.length], i),
  detail: i % 4 === 0 ? 'xlsx' : '',
  detail_zh: i % 4 === 0 ? 'xlsx' : '',
  hash: (((i + 7) * 2654435761) >>> 0).toString(16).padStart(8, '0').repeat(8),
}))
export function audit(query) {
  const limit = Number(query.get('limit') ?? 100)
  const after = Number(query.get('after') ?? Infinity)
  const found = trail.filter(
    (e) =>
      e.seq < after &&
      e.who.includes(query.get('who') ?? '') &&
      e.what.includes(query.get('what') ?? '') &&
      e.at >= (query.get('from') ?? '') &&
      (!query.get('to') || e.at.slice(0, 10) <= query.get('to')),
  )
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? String(items.at(-1).seq) : null }
}
export const verify = () => ({ whole: true, rows: trail.length, head: trail[0].hash, broken: null })
const backupList = [20, 19].map((day) => ({
  name: `junheng-2023-11-${day}.tar.zst`,
  at: `2023-11-${day}T18:00:00Z`,
  bytes: 48_000_000 + day * 9000,
}))
export const backups = () => backupList
export const addBackup = () => {
  backupList.unshift({
    name: `junheng-${Date.now()}.tar.zst`,
    at: new Date().toISOString(),
    bytes: 48_300_000,
  })
  return { $status: 202, body: { job: 9 } }
}
export const roles = () =>
  [
    ['officer', 'evaluation', '股室干部（督导评估）', ['county']],
    ['officer', 'planning', '股室干部（规划财务）', ['county']],
    ['leader', null, '县领导（只读）', ['county']],
    ['district_head', null, '学区长', ['district']],
    ['principal', null, '校长', ['school']],
    ['clerk', null, '学校填报员', ['school']],
  ].map(([role, department, zh, over]) => ({
    role,
    department,
    page: null,
    zh,
    over,
    can: [],
    administrator: false,
    grantable: true,
  }))
export const health = () => ({
  version: '0.1.0',
  now: new Date().toISOString(),
  database: 'sqlite',
  answers: true,
  web: true,
  standards: ['cn-quality-2017', 'cn-basic-2012'],
  items: 143,
  workers: 2,
  jobs: { queued: 0, running: 0, failed: 0 },
  data_bytes: 52_428_800,
  free_bytes: 21_474_836_480,
  newest_backup: backupList[0].at,
})
export const allYears = () => years().map((y) => ({ ...y, standard: official(y.year) }))
export function addYear({ year }) {
  openYear(year)
  return { $status: 201, body: allYears().find((y) => y.year === year) }
}
