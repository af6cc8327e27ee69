// Rotations of teachers as the server tells of them. Names of people travel masked. Exact figures are
// texts; money is in 元, the one place where it is: a subsidy is so many 元 a month.
import type { Stage, Verdict } from './evaluation'
import type { Page } from './types'

export type Mode = 'optimum' | 'claims' | 'trading'
export type RotationState = 'draft' | 'published' | 'adopted' | 'closed' | 'void'
export type RotationAct = 'publish' | 'withdraw' | 'adopt' | 'close' | 'void'

export interface Choice {
  code: string
  zh: string
  text?: string
}
export interface Source {
  key: string
  grade: string
  title: string
  number: string
}
export interface Figure {
  key: string
  zh: string
  unit: string
  value: string
  shown: string
  source: Source
}
export interface Share {
  code: string
  zh: string
  among: 'all' | 'urban' | 'town' | 'rural'
  who: 'all' | 'backbone'
  of: 'eligible' | 'teachers' | 'moved'
  at_least: string
  /** The key of its source and its grade. */
  source: [string, string]
}
export type RotationScope =
  | { kind: 'county' }
  | { kind: 'groups'; schools: string[][] }
  | { kind: 'partners'; schools: [string, string][] }

/** What the county decides; wishes and decisions on objections are kept apart. */
export interface RotationSettings {
  shares: Share[]
  leave_section: string
  leave_subject: string
  keep_backbone: string
  commute: string
  detour: string
  couple: string
  scope: RotationScope
  closed: string[]
  balance: 'towards_posts' | 'strict'
  keep_passing: boolean
  coefficients: 'meet' | 'lower'
  voluntary_only: boolean
  distances: { from: string; to: string; km: string }[]
  fixed: { teacher: string; school: string; reason: string }[]
  forbidden: [string, string][]
  points: { step: number; unasked: number; elsewhere: number; unfulfilled: number }
  limits: { seconds: number; seed: number; gap: string }
}
/** What a settings page starts from: the numbers of the rules, each with its source. */
export interface RotationDefaults {
  settings: RotationSettings
  figures: Figure[]
  shares: { code: string; zh: string; at_least: string; shown: string; source: Source }[]
  eligibility: Figure[]
  exemptions: { code: string; zh: string }[]
  choices: {
    mode: Choice[]
    scope: Choice[]
    balance: Choice[]
    coefficients: Choice[]
    objection: Choice[]
    evaluation: string[]
  }
  notice_days: number
  /** Who may be asked to move, and why the others may not; `null`: there is no roster. */
  pool?: {
    teachers: number
    eligible: number
    backbone: number
    why: { is: string; zh: string; teachers: number }[]
  } | null
}

export interface StaffingFinding {
  code: string
  severity: 'error' | 'warning' | 'notice'
  zh?: string
  teacher: string | null
  field: string
  message: string
  remedy: string
}
export interface Wish {
  teacher: string
  /** Masked; `null`: the roster has no such teacher. */
  name: string | null
  school: string | null
  school_name: string | null
  stage: Stage | null
  subject: string | null
  schools: { code: string; name: string }[]
}
export interface Decision {
  objection: number
  teacher: string
  name: string | null
  kind: 'fixed' | 'forbidden'
  school: string
  school_name: string
  reason: string
}
export interface Notice {
  number: number
  run: number
  from: string
  until: string
  state: 'open' | 'withdrawn' | 'replaced' | 'adopted'
  zh: string
  over: boolean
  /** Why it was withdrawn. */
  reason: string
  by: string
  at: string
}
export interface RunLine {
  run: number
  mode: Mode
  zh: string
  possible: boolean
  moved: number
  eligible: number
  wished: number
  granted: number
  proved: boolean
  ended: string
  /** Ended before it was done: what it had found by then. */
  cancelled: boolean
  /** Of the checker. */
  findings: number
  /** What has changed since; empty: it is of now. */
  stale: string[]
  published: boolean
  by: string
  at: string
}
export interface RotationLine {
  id: number
  year: number
  title: string
  state: RotationState
  zh: string
  version: number
  by: string
  at: string
  wishes: number
  runs: number
  open_objections: number
  run: RunLine | null
  notice: Pick<Notice, 'number' | 'run' | 'from' | 'until' | 'state' | 'zh' | 'over'> | null
  job: { id: number; state: string } | null
}
export interface RotationView extends RotationLine {
  /** `null` for those who see only what is published. */
  settings: RotationSettings | null
  wish_list: Wish[]
  decisions: Decision[]
  findings: StaffingFinding[]
  notices: Notice[]
  next: RotationAct[]
  may: { edit: boolean; adopt: boolean; object: boolean }
}
export interface WishesKept {
  version: number
  kept: number
  findings: StaffingFinding[]
}

export interface RotationMove {
  teacher: string
  name: string
  from: string
  from_name: string
  to: string
  to_name: string
  stage: Stage
  subject: string
  backbone: boolean
  years: number
  wish: number | null
  km: string | null
  fixed: boolean
  reasons: string[]
}
export interface SectionShift {
  school: string
  name: string
  stage: Stage
  leave: number
  come: number
  teachers: [number, number]
  posts: number | null
  backbone: [number, number]
  subjects: { subject: string; posts: number | null; before: number; after: number }[]
  values: {
    indicator: string
    zh: string
    before: string | null
    after: string | null
    before_verdict: Verdict
    after_verdict: Verdict
  }[]
  verdict: [Verdict, Verdict] | null
}
export interface CoefficientShift {
  stage: Stage
  indicator: string
  zh: string
  limit: string | null
  limit_shown?: string | null
  before: string | null
  after: string | null
  before_verdict: Verdict
  after_verdict: Verdict
}
export interface ShareResult {
  code: string
  zh: string
  count: number
  base: number
  share: string | null
  at_least: string
  holds: boolean
}
export interface Level {
  code: string
  zh: string
  unit: string
  before: string
  after: string
  gap: string
  proved: boolean
}
export interface RotationResult {
  mode: string
  eligible: number
  moves: RotationMove[]
  sections: SectionShift[]
  coefficients: CoefficientShift[]
  shares: ShareResult[]
  levels: Level[]
  method: {
    name: string
    solver: string
    seed: number
    solves: number
    ways: number
    proved: boolean
    ended: string
  }
  findings: StaffingFinding[]
  /** How many stay; who they are is asked for page by page. */
  stays: number
}
export interface Broken {
  rule: string
  zh: string
  by: string
}
interface Judged {
  sections: number
  failing: number
  verdict: string
}
export interface RunDetail extends RunLine {
  result: RotationResult | null
  impossible: { broken: Broken[]; nearest: RotationResult | null } | null
  checked: StaffingFinding[]
  prices: {
    modes: Choice[]
    rows: { code: string; zh: string; unit: string; before: string; after: (string | null)[] }[]
  }
  judged: { before: Judged; after: Judged } | null
  settings: RotationSettings
  snapshot: string
  roster: string
  standard: { id: string; version: string }
  rules: { id: string; version: string }
}
export interface Stayer {
  teacher: string
  name: string
  school: string
  school_name: string
  stage: Stage
  eligible: boolean
  wished: boolean
  why: string
}

export interface NoticeMove {
  number: number
  teacher: string
  name: string
  from: string
  from_name: string
  to: string
  to_name: string
  stage: Stage
  subject: string
  backbone: boolean
  /** Of the reader's own schools: only these come with reasons. */
  own: boolean
  reasons: string[]
}
export interface NoticeView {
  rotation: number
  title: string
  year: number
  state: RotationState
  zh: string
  notice: Notice
  mode: Mode
  mode_zh: string
  moved: number
  eligible: number
  shares: ShareResult[]
  moves: NoticeMove[]
  schools: { school: string; name: string; stage: Stage; leave: number; come: number }[]
  objections: { open: number; all: number }
}
export type ObjectionDecision = { fixed: string } | { forbidden: string }
export interface Objection {
  number: number
  notice: number
  teacher: string
  name: string
  school: string
  school_name: string
  kind: string
  kind_zh: string
  ground: string
  by: string
  at: string
  state: 'open' | 'upheld' | 'rejected'
  zh: string
  reply: string
  decision: ObjectionDecision | null
  decision_zh: string | null
  replied_by: string | null
  replied_at: string | null
  version: number
}

export type OrderState = 'ordered' | 'arrived' | 'returned' | 'stayed' | 'cancelled'
export type OrderAct = 'arrive' | 'return' | 'stay' | 'cancel' | 'subsidy' | 'evaluate' | 'unarrive'
export interface Order {
  teacher: string
  name: string
  from: string
  from_name: string
  to: string
  to_name: string
  stage: Stage
  subject: string
  backbone: boolean
  starts: string
  ends: string | null
  state: OrderState
  zh: string
  arrived: string | null
  ended: string | null
  /** The roll went along. */
  roll: boolean
  subsidy: { yuan: string; basis: string; from: string; until: string | null } | null
  evaluation: { result: string; words: string; day: string } | null
  next: OrderAct[]
  version: number
  by: string
  at: string
  records: {
    number: number
    act: OrderAct
    zh: string
    day: string
    detail: string
    by: string
    at: string
  }[]
}
export type OrderRecord =
  | { act: 'arrive'; day: string; roll: boolean }
  | { act: 'return' | 'stay'; day: string }
  | { act: 'cancel' | 'unarrive'; reason: string }
  | { act: 'subsidy'; yuan: string; basis: string; from: string; until: string | null }
  | { act: 'evaluate'; day: string; result: string; words: string }
export interface OrderRecorded {
  order: Order
  /** What the record means for the roster. */
  roster: { year: number; exchanges: string | null; school: boolean; note: string } | null
}
export interface Subsidies {
  rows: {
    teacher: string
    name: string
    to: string
    to_name: string
    yuan: string
    basis: string
    from: string
    until: string
    months: number
    total: string
  }[]
  months: { month: string; teachers: number; yuan: string }[]
  years: { year: number; teachers: number; yuan: string }[]
  total: string
  through: string
}

interface Of {
  id: number
}
export interface RotationRoutes {
  'GET /years/{year}/rotation-settings': { path: { year: number }; answer: RotationDefaults }
  'GET /years/{year}/rotations': { path: { year: number }; answer: RotationLine[] }
  'POST /years/{year}/rotations': {
    path: { year: number }
    body: { title: string; copy_of?: number }
    answer: RotationView
  }
  'GET /rotations/{id}': { path: Of; answer: RotationView }
  'PATCH /rotations/{id}': {
    path: Of
    body: { version: number; title?: string; settings?: RotationSettings }
    answer: RotationView
  }
  'DELETE /rotations/{id}': { path: Of; query: { version: number }; answer: null }
  'PUT /rotations/{id}/wishes': {
    path: Of
    body: { version: number; rows: { teacher: string; schools: string[] }[] }
    answer: WishesKept
  }
  'POST /rotations/{id}/wishes/import': { path: Of; body: FormData; answer: WishesKept }
  'POST /rotations/{id}/run': { path: Of; body: { mode: Mode }; answer: { job: number } }
  'GET /rotations/{id}/runs': { path: Of; answer: RunLine[] }
  'GET /rotations/{id}/runs/{run}': { path: Of & { run: number }; answer: RunDetail }
  'GET /rotations/{id}/runs/{run}/stayers': {
    path: Of & { run: number }
    query: {
      school?: string
      eligible?: boolean
      wished?: boolean
      q?: string
      limit?: number
      after?: string
    }
    answer: Page<Stayer>
  }
  'POST /rotations/{id}/steps': {
    path: Of
    body: {
      act: RotationAct
      version: number
      run?: number
      from?: string
      until?: string | null
      reason?: string
    }
    answer: RotationView
  }
  'GET /rotations/{id}/notice': { path: Of; answer: NoticeView }
  'GET /rotations/{id}/objections': { path: Of; answer: Objection[] }
  'POST /rotations/{id}/objections': {
    path: Of
    body: { teacher: string; kind: string; ground: string }
    answer: Objection
  }
  'POST /rotations/{id}/objections/{number}/reply': {
    path: Of & { number: number }
    body: { version: number; upheld: boolean; reply: string; decision: ObjectionDecision | null }
    answer: Objection
  }
  'GET /rotations/{id}/orders': {
    path: Of
    query: { school?: string; state?: string }
    answer: { orders: Order[]; counts: Record<OrderState, number> }
  }
  'POST /rotations/{id}/orders/{teacher}/records': {
    path: Of & { teacher: string }
    body: { version: number } & OrderRecord
    answer: OrderRecorded
  }
  'GET /rotations/{id}/subsidies': { path: Of; answer: Subsidies }
}
