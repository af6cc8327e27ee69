// Users, schools, years, standards, audit, backups and health of the mock server.
import { users } from './accounts.mjs'
import { county, currentYear, evaluations, factOf, lockYear, years } from './county.mjs'
import { Refusal } from './refusal.mjs'

export const publicUser = (user) => ({ ...user, can: undefined })

export function addUser({ login, name, grants }) {
  if (users.some((u) => u.login === login))
    throw new Refusal(409, 'H-USER-01', '账号已存在', `账号“${login}”已经有人使用，请换一个。`, {
      fields: [{ field: 'login', message: '账号已存在' }],
    })
  const user = {
    id: `u${users.length + 1}`,
    login,
    name,
    grants,
    can: [],
    state: 'active',
    version: 1,
    last_login: null,
  }
  users.push(user)
  return {
    $status: 201,
    body: { user: publicUser(user), link: 'http://127.0.0.1:8086/setup?token=once-0001' },
  }
}
export function patchUser(id, body) {
  const user = users.find((u) => u.id === id)
  Object.assign(user, { ...body, version: user.version + 1 })
  return publicUser(user)
}

export const schools = () =>
  county.schools.map(({ school, name, kind }) => ({
    code: school,
    name,
    kind,
    district: factOf(currentYear, school, 'district'),
    township: factOf(currentYear, school, 'township'),
    opened: `${factOf(currentYear, school, 'year_built') ?? 1990}-09-01`,
    closed: null,
  }))
const made = []
export const districts = () => {
  const names = new Map()
  for (const s of schools()) names.set(s.district, (names.get(s.district) ?? 0) + 1)
  return [
    ...[...names].map(([name, count], i) => ({
      code: `D${i + 1}`,
      name,
      head: i === 0 ? '柏校长' : null,
      schools: count,
      version: 1,
    })),
    ...made,
  ]
}
export const addDistrict = ({ code, name }) => {
  const district = { code, name, head: null, schools: 0, version: 1 }
  made.push(district)
  return { $status: 201, body: district }
}

export const setLock = (year, value, { reason }) => {
  if (!reason?.trim())
    throw new Refusal(422, 'H-REASON-01', '要写原因', '锁定和解锁学年都要写明原因，记入审计。')
  lockYear(Number(year), value)
  return { $status: 204, body: null }
}

const standards = () => {
  const e = evaluations[currentYear]
  return [
    {
      id: e.standard.id,
      title: e.standard.title,
      version: e.standard.version,
      valid_from: '2017-04-19',
      hash: e.standard.hash,
    },
    {
      id: 'cn-basic-2012',
      title: '县域义务教育均衡发展督导评估（国家标准，2012）',
      version: '2012.1',
      valid_from: '2012-01-20',
      hash: 'b7'.repeat(32),
    },
  ]
}
export const standardList = standards
export function standardOf(id) {
  const found = standards().find((s) => s.id === id)
  if (!found) throw new Refusal(404, 'H-STD-01', '没有这个标准', `没有标准 ${id}。`)
  const e = evaluations[currentYear]
  return {
    ...found,
    text: '资源配置七项、政府保障十五项、教育质量九项、社会认可度一项，并查一票否决情形；全部达到方为达到标准。',
    sources: [
      {
        key: '办法',
        title: '县域义务教育优质均衡发展督导评估办法',
        number: '教督〔2017〕6号',
        date: '2017-04-19',
        grade: 'A',
      },
      {
        key: '规程',
        title: '县域义务教育优质均衡发展国家督导评估认定工作规程',
        number: '国教督办函〔2019〕30号',
        date: '2019-10-01',
        grade: 'A-',
      },
    ],
    rules: [
      ...e.indicators.map((i) => ({
        code: i.code,
        zh: i.zh,
        clause: i.clause,
        text: i.text,
        formula: null,
      })),
      ...e.groups.flatMap((g) =>
        g.indicators.map((i) => ({
          code: i.code,
          zh: i.zh,
          clause: i.clause,
          text: i.parts.map((p) => p.required).join('；'),
          formula: null,
        })),
      ),
    ],
    parameters: e.parameters,
  }
}
export const examples = () =>
  ['公开算例：小学生均教学及辅助用房', '公开算例：差异系数按学生数加权', '余项 85%', '附设班归属'].map(
    (name, i) => ({
      name,
      passed: true,
      expected: ['4.50', '0.3861', 'near', 'pass'][i],
      computed: ['4.50', '0.3861', 'near', 'pass'][i],
    }),
  )

const WHAT = [
  'session.open',
  'submission.submit',
  'submission.approve',
  'submission.return',
  'evaluation.export',
  'plan.run',
  'user.create',
  'personal.read',
]
const trail = Array.from({ length: 240 }, (_, i) => ({
  number: 240 - i,
  at: new Date(Date.UTC(2023, 10, 20, 8, 0) - i * 17 * 60000).toISOString(),
  who: users[i % users.length].name,
  what: WHAT[(i * 5) % WHAT.length],
  object: i % 3 ? county.schools[i % county.schools.length].name : '',
  address: `10.20.3.${10 + (i % 40)}`,
  hash: (((i + 7) * 2654435761) >>> 0).toString(16).padStart(8, '0').repeat(8),
}))
export function audit(query) {
  const limit = Number(query.get('limit') ?? 100)
  const after = Number(query.get('after') ?? Infinity)
  const found = trail.filter(
    (e) =>
      e.number < after &&
      e.who.includes(query.get('who') ?? '') &&
      e.what.includes(query.get('what') ?? '') &&
      e.at >= (query.get('from') ?? '') &&
      (!query.get('to') || e.at.slice(0, 10) <= query.get('to')),
  )
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? String(items.at(-1).number) : null }
}
export const verify = () => ({
  holds: true,
  entries: trail.length,
  text: `${trail.length} 条记录首尾相接，没有改动。`,
})
const backupList = [
  { id: 'b2', at: '2023-11-20T18:00:00Z', bytes: 48_210_944, checksum: 'c4'.repeat(32), verified: true },
  { id: 'b1', at: '2023-11-19T18:00:00Z', bytes: 48_001_024, checksum: '1f'.repeat(32), verified: true },
]
export const backups = () => backupList
export const addBackup = () => {
  backupList.unshift({
    id: `b${backupList.length + 1}`,
    at: new Date().toISOString(),
    bytes: 48_300_000,
    checksum: 'aa'.repeat(32),
    verified: true,
  })
  return { $status: 202, body: { job: 'j-backup' } }
}
export const health = () => ({
  state: 'ok',
  version: '0.1.0',
  checks: [
    { name: '数据库', state: 'ok', text: 'SQLite，48 MB，最近一次检查没有问题' },
    { name: '磁盘', state: 'ok', text: '剩余 212 GB' },
    { name: '任务', state: 'ok', text: '没有等待中的任务' },
    { name: '最近备份', state: 'ok', text: '2023-11-20 18:00，校验通过' },
  ],
})
export const allYears = years
