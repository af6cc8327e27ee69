// Who can sign in at the mock server, and what they may do there.
import { randomBytes } from 'node:crypto'
import { county, years, currentYear, standard } from './county.mjs'
import { Refusal } from './refusal.mjs'

const PASSWORD = 'junheng-demo'
const READ = [
  'overview.read',
  'evaluation.read',
  'attestation.read',
  'standard.read',
  'collection.read',
  'submission.read',
  'evidence.read',
  'plan.read',
  'teacher.read',
  'staffing.read',
  'job.read',
  'school.read',
]
const OFFICER = [
  ...READ,
  'evaluation.preview',
  'evaluation.what_if',
  'evaluation.export',
  'attestation.edit',
  'collection.manage',
  'submission.fill',
  'submission.review',
  'submission.lock',
  'import.run',
  'evidence.add',
  'plan.edit',
  'plan.adopt',
  'job.cancel',
  'school.manage',
  'district.manage',
  'year.manage',
  'year.lock',
]
const PERSONNEL = [
  ...READ,
  'evaluation.preview',
  'evaluation.what_if',
  'evaluation.export',
  'submission.review',
  'evidence.add',
  'job.cancel',
  'teacher.edit',
  'teacher.reveal',
  'staffing.edit',
  'staffing.adopt',
  'objection.raise',
]
const SCHOOL = [
  'standard.read',
  'submission.read',
  'evaluation.read',
  'evidence.add',
  'teacher.read',
  'teacher.edit',
  'staffing.read',
  'objection.raise',
]

const whole = { kind: 'county', code: county.code, name: county.name }
const mine = { kind: 'school', code: county.schools.at(-1).school, name: county.schools.at(-1).name }
export const users = [
  ['officer', '周岚', [{ role: 'officer', department: 'evaluation', scope: whole }], OFFICER],
  ['leader', '何县长', [{ role: 'leader', scope: whole }], [...READ, 'teacher.reveal']],
  ['clerk', '许禾', [{ role: 'clerk', scope: mine }], [...SCHOOL, 'submission.fill', 'submission.submit']],
  [
    'principal',
    '唐校长',
    [{ role: 'principal', scope: mine }],
    [...SCHOOL, 'submission.sign', 'teacher.reveal'],
  ],
  [
    'admin',
    '系统管理员',
    [{ role: 'system_admin', scope: whole }],
    [
      'school.read',
      'user.read',
      'user.manage',
      'user.reset',
      'backup.manage',
      'health.read',
      'standard.read',
    ],
  ],
  [
    'security',
    '安全管理员',
    [{ role: 'security_admin', scope: whole }],
    ['user.read', 'user.appoint', 'user.reset', 'security.manage', 'audit.read'],
  ],
  ['auditor', '审计员', [{ role: 'auditor', scope: whole }], ['audit.read', 'audit.verify', 'user.read']],
  ['personnel', '纪敏', [{ role: 'officer', department: 'personnel', scope: whole }], PERSONNEL],
].map(([login, name, grants, can], i) => ({
  id: i + 1,
  login,
  name,
  grants,
  can,
  active: true,
  must_change: false,
  password: i < 5 ? 'set' : 'link',
  locked_until: null,
  version: 1,
}))

export const sessions = new Map()

export function sessionOf(request) {
  const cookie = /(?:^|; )junheng_session=(\w+)/.exec(request.headers.cookie ?? '')
  return cookie ? sessions.get(cookie[1]) : undefined
}

export function describe(session) {
  const { can, id, login, name, grants } = session.user
  return {
    user: { id, login, name, must_change: false, grants },
    can,
    csrf: session.csrf,
    county: { code: county.code, name: county.name },
    years: years().map(({ year, label, locked }) => ({ year, label, locked })),
    year: currentYear,
    standard,
    expires_at: new Date(Date.now() + 8 * 3600e3).toISOString(),
    synthetic: true,
  }
}

export function signIn({ login, password }) {
  const user = users.find((u) => u.login === login && u.active)
  if (!user || password !== PASSWORD)
    throw new Refusal(
      401,
      'H-AUTH-02',
      '账号或密码不对',
      '请核对账号和密码；连续 5 次不对，账号会锁定 15 分钟。',
    )
  const token = randomBytes(16).toString('hex')
  const session = { token, csrf: randomBytes(12).toString('hex'), user }
  sessions.set(token, session)
  return session
}
