// The shapes that travel between the server and these pages. One word for one thing: docs/glossary.md.
import type { CountyVerdict, Evaluation, Explained, Stage, Verdict } from './evaluation'
import type { Frontier, NoPlan, Plan } from './plan'

export type Role =
  | 'system_admin'
  | 'security_admin'
  | 'auditor'
  | 'leader'
  | 'officer'
  | 'district_head'
  | 'principal'
  | 'clerk'
  | 'inspector'
  | 'guest'

export interface Scope {
  kind: 'county' | 'district' | 'school'
  code: string
  name: string
}
export interface Grant {
  role: Role
  department?: string | null
  scope: Scope
}
export interface YearEntry {
  year: number
  label: string
  locked: boolean
}
export interface Session {
  user: { id: string; login: string; name: string; grants: Grant[] }
  can: string[]
  csrf: string
  county: { code: string; name: string }
  years: YearEntry[]
  year: number
  standard: { id: string; title: string }
  expires_at: string
  synthetic: boolean
}

export interface FieldMessage {
  field: string
  message: string
}
export interface ProblemDocument {
  type?: string
  title: string
  status: number
  detail: string
  code: string
  fields?: FieldMessage[]
  by?: string
  at?: string
  current?: unknown
}

/** Where a reason leads. */
export interface ReasonLink {
  page: 'section' | 'coefficient' | 'county' | 'missing' | string
  school?: string | null
  stage?: Stage | null
  indicator?: string | null
}
export interface Counts {
  all: number
  passed: number
  near: number
  failed: number
  missing: number
}
export interface Overview {
  sentence: string
  verdict: CountyVerdict
  reasons: { verdict: Verdict; text: string; link: ReasonLink }[]
  missing_facts: number
  sections: Counts
  stages: {
    stage: Stage
    zh: string
    sections: Counts
    coefficients: {
      indicator: string
      zh: string
      shown: string | null
      limit: string | null
      verdict: Verdict
      last_year: string | null
    }[]
  }[]
  groups: {
    code: string
    zh: string
    verdict: Verdict
    indicators: number
    passed: number
    failed: number
    missing: number
  }[]
  targets: {
    zh: string
    year: number
    required: string
    value: string | null
    state: string
    text: string
  }[]
  change: { year: number; passed: number; all: number; risen: string[]; fallen: string[] } | null
  /** What waits for this user. */
  tasks?: { text: string; count: number; link: { page: string; school?: string | null } }[]
  snapshot: string
  standard: string
}

/** A figure tried in the sandbox; `null` takes it away, `—` says that it does not apply. */
export interface Trial {
  school: string | null
  stage: Stage | null
  item: string
  value: string | null
}
/** What a trial changes. */
export interface Delta {
  before: CountyVerdict
  after: CountyVerdict
  passed: [number, number]
  reasons: number
  sections: {
    school: string
    name: string
    stage: Stage
    before: Verdict
    after: Verdict
    remark: string
    values: { indicator: string; before: string | null; after: string | null; verdict: Verdict }[]
  }[]
  coefficients: {
    stage: Stage
    indicator: string
    before: string | null
    after: string | null
    limit: string | null
    verdict: Verdict
  }[]
  county: { code: string; zh: string; before: Verdict; after: Verdict }[]
}

export interface Item {
  code: string
  zh: string
  en?: string
  unit: string
  level: 'county' | 'school' | 'section' | 'class' | 'room'
  type: string
  group?: string
  definition: string
  range?: { min?: string; max?: string }
  options?: { code: string; zh: string }[]
}

export interface MapPoint {
  school: string
  name: string
  longitude: string | null
  latitude: string | null
  kind: string
  township: string | null
  residence: string | null
  verdicts: Partial<Record<Stage, Verdict>>
  values: Partial<Record<Stage, Record<string, { shown: string | null; verdict: Verdict }>>>
}

// ---- data collection -----------------------------------------------------------------------------

export type SubmissionState = 'draft' | 'submitted' | 'signed' | 'returned' | 'approved' | 'locked'
export type Move = 'submit' | 'recall' | 'sign' | 'return' | 'approve' | 'lock' | 'unlock'

export interface Finding {
  severity: 'error' | 'warning' | 'notice'
  code: string
  message: string
  remedy: string
  item?: string
  stage?: Stage | null
  file?: string
  sheet?: string
  cell?: string
  school?: string
}
export interface Collection {
  id: string
  year: number
  title: string
  deadline: string
  schools: number
  submitted: number
  state: 'open' | 'closed'
  version: number
}
export interface SubmissionRow {
  school: string
  name: string
  district: string | null
  state: SubmissionState
  filled: number
  total: number
  updated_at: string | null
  by: string | null
  due: string | null
  findings: { errors: number; warnings: number }
}
export interface Field {
  item: string
  stage?: Stage | null
  zh: string
  unit: string
  kind: string
  range: { min?: string; max?: string } | null
  options?: { code: string; zh: string }[]
  definition: string
  value: string | null
  not_applicable: boolean
  last_year: string | null
  origin: string | null
  returned_reason?: string | null
  version: number
  findings: Finding[]
}
export interface FieldGroup {
  title: string
  level: string
  stage?: Stage | null
  fields: Field[]
}
export interface Step {
  step: Move
  at: string
  by: string
  reason?: string | null
}
export interface Submission {
  school: string
  name: string
  year: number
  state: SubmissionState
  version: number
  due: string | null
  steps: Step[]
  can: Move[]
  groups: FieldGroup[]
  rosters: { classes: Record<string, string>[]; rooms: Record<string, string>[] }
}
export interface DraftEdit {
  stage?: Stage | null
  item: string
  /** `null` clears the field, `—` says that it does not apply. */
  value: string | null
  version: number
}
export interface SavedField {
  item: string
  stage?: Stage | null
  value: string | null
  version: number
}
export interface DraftSaved {
  saved: SavedField[]
  findings: Finding[]
}
export interface Conflict {
  item: string
  stage?: Stage | null
  value: string | null
  version: number
  by: string
  at: string
}
export interface Revision {
  version: number
  at: string
  by: string
  step: string
  changed: number
}
export interface Difference {
  from: number
  to: number
  fields: { item: string; stage?: Stage | null; zh: string; before: string | null; after: string | null }[]
}

export interface Import {
  id: string
  state: 'reading' | 'mapping' | 'ready' | 'accepted' | 'refused'
  files: { name: string; layout: string | null; sheets: number }[]
  unknown: { sheet: string; label: string; suggestions: { item: string; zh: string }[] }[]
  findings: Finding[]
  summary: { schools: number; values: number; changed: number; missing: number }
}

// ---- plans, jobs, system -------------------------------------------------------------------------

export interface PlanEntry {
  id: string
  name: string
  state: 'draft' | 'running' | 'done' | 'failed' | 'adopted'
  version: number
  updated_at: string
  cost: string | null
  accepted: boolean | null
  schools_touched: number | null
  finish: number | null
  /** A job of this plan that has not ended. */
  job: string | null
}
export interface PlanDetail extends PlanEntry {
  settings: string
  plan: Plan | NoPlan | null
  frontier: Frontier | null
}
export interface PlanComparison {
  a: { id: string; name: string; plan: Plan }
  b: { id: string; name: string; plan: Plan }
}
export interface CostMeasure {
  code: string
  zh: string
  level: string
  unit: string
  category: string
  lead: number
  prices: { once: string | null; yearly: string | null; source: string; grade: string }[]
}
export interface CostCatalogue {
  id: string
  title: string
  version: string
  text: string
  categories: { code: string; zh: string }[]
  measures: CostMeasure[]
}
export interface Job {
  id: string
  kind: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  steps: { name: string; state: 'waiting' | 'running' | 'done'; done: number; total: number }[]
  progress: { text: string; best?: string | null; bound?: string | null; gap?: string | null }
  result?: unknown
  error?: string | null
}

export interface User {
  id: string
  login: string
  name: string
  grants: Grant[]
  state: 'active' | 'locked' | 'disabled'
  last_login: string | null
  version: number
}
export interface SchoolEntry {
  code: string
  name: string
  kind: string
  district: string | null
  township: string | null
  opened: string | null
  closed: string | null
}
export interface District {
  code: string
  name: string
  head: string | null
  schools: number
  version: number
}
export interface StandardEntry {
  id: string
  title: string
  version: string
  valid_from: string | null
  hash: string
}
export interface StandardDetail extends StandardEntry {
  text: string
  sources: { key: string; title: string; number: string | null; date: string | null; grade: string }[]
  rules: { code: string; zh: string; clause: string; text: string; formula: string | null }[]
  parameters: { code: string; zh: string; value: string; grade: string; source: string }[]
}
export interface ExampleResult {
  name: string
  passed: boolean
  expected: string
  computed: string
}
export interface AuditEntry {
  number: number
  at: string
  who: string
  what: string
  object: string
  address: string
  hash: string
}
export interface Backup {
  id: string
  at: string
  bytes: number
  checksum: string
  verified: boolean
}
export interface Health {
  state: 'ok' | 'degraded'
  version: string
  checks: { name: string; state: 'ok' | 'degraded'; text: string }[]
}

export interface Page<T> {
  items: T[]
  next: string | null
}

/**
 * Every route that the pages use: path parameters, query, body and answer. Paths are below `/api`.
 */
export interface Routes {
  'GET /setup': {
    query: { token: string }
    answer: { county: { code: string; name: string } | null; needed: boolean }
  }
  'POST /setup': { body: { token: string; login: string; name: string; password: string }; answer: null }
  'GET /session': { answer: Session }
  'POST /session': { body: { login: string; password: string }; answer: Session }
  'DELETE /session': { answer: null }
  'PUT /session/password': { body: { old: string; new: string }; answer: null }

  'GET /years/{year}/overview': { path: { year: number }; answer: Overview }
  'GET /years/{year}/evaluation': {
    path: { year: number }
    query: { data?: 'approved' | 'submitted' }
    answer: Evaluation
  }
  'GET /years/{year}/explanation': {
    path: { year: number }
    query: { indicator: string; school?: string; stage?: string }
    answer: Explained[]
  }
  'POST /years/{year}/what-if': { path: { year: number }; body: { edits: Trial[] }; answer: Delta }
  'GET /years/{year}/map': { path: { year: number }; answer: MapPoint[] }
  'GET /map/boundary': { answer: unknown }
  'PUT /years/{year}/attestations/{code}': {
    path: { year: number; code: string }
    body: { holds: boolean; evidence: string; person: string; date: string; version: number }
    answer: { version: number }
  }
  'POST /evidence': { body: FormData; answer: { sha256: string; name: string; bytes: number } }

  'GET /standards': { answer: StandardEntry[] }
  'GET /standards/{id}': { path: { id: string }; answer: StandardDetail }
  'POST /standards/{id}/examples': { path: { id: string }; answer: ExampleResult[] }
  'GET /items': { answer: Item[] }

  'GET /collections': { query: { year: number }; answer: Collection[] }
  'POST /collections': {
    body: { year: number; title: string; deadline: string; items: 'all'; schools: 'all' | string[] }
    answer: Collection
  }
  'PATCH /collections/{id}': {
    path: { id: string }
    body: { deadline?: string; state?: 'open' | 'closed'; version: number }
    answer: Collection
  }
  'GET /submissions': { query: { year: number }; answer: SubmissionRow[] }
  'GET /submissions/{year}/{school}': { path: { year: number; school: string }; answer: Submission }
  'PATCH /submissions/{year}/{school}/draft': {
    path: { year: number; school: string }
    body: { edits: DraftEdit[] }
    answer: DraftSaved
  }
  'POST /submissions/{year}/{school}/steps': {
    path: { year: number; school: string }
    body: {
      step: Move
      version: number
      reason?: string
      fields?: { stage?: Stage | null; item: string; reason: string }[]
    }
    answer: Submission
  }
  'GET /submissions/{year}/{school}/revisions': {
    path: { year: number; school: string }
    answer: Revision[]
  }
  'GET /submissions/{year}/{school}/difference': {
    path: { year: number; school: string }
    query: { from: number; to: number }
    answer: Difference
  }
  'POST /imports': { query: { year: number }; body: FormData; answer: { job: string; import: string } }
  'GET /imports/{id}': { path: { id: string }; answer: Import }
  'PUT /imports/{id}/mapping': {
    path: { id: string }
    body: { mapping: { sheet: string; label: string; item: string | null }[] }
    answer: Import
  }
  'POST /imports/{id}/accept': { path: { id: string }; answer: Import }
  'DELETE /imports/{id}': { path: { id: string }; answer: null }

  'GET /plans': { answer: PlanEntry[] }
  'POST /plans': { body: { name: string; settings?: string; copy_of?: string }; answer: PlanDetail }
  'GET /plans/{id}': { path: { id: string }; answer: PlanDetail }
  'PUT /plans/{id}/settings': {
    path: { id: string }
    body: { version: number; settings: string }
    answer: PlanDetail
  }
  'POST /plans/{id}/run': { path: { id: string }; answer: { job: string } }
  'POST /plans/{id}/frontier': { path: { id: string }; answer: { job: string } }
  'POST /plans/{id}/adopt': { path: { id: string }; answer: PlanDetail }
  'GET /plans/compare': { query: { a: string; b: string }; answer: PlanComparison }
  'GET /costs': { answer: { id: string; title: string }[] }
  'GET /costs/{id}': { path: { id: string }; answer: CostCatalogue }
  'GET /jobs/{id}': { path: { id: string }; answer: Job }
  'POST /jobs/{id}/cancel': { path: { id: string }; answer: Job }

  'GET /users': { query: { limit?: number; after?: string }; answer: Page<User> }
  'POST /users': {
    body: { login: string; name: string; grants: Grant[] }
    answer: { user: User; link: string }
  }
  'PATCH /users/{id}': {
    path: { id: string }
    body: { version: number; name?: string; state?: User['state']; grants?: Grant[] }
    answer: User
  }
  'POST /users/{id}/reset': { path: { id: string }; answer: { link: string } }
  'POST /users/import': { body: FormData; answer: { created: number; findings: Finding[] } }
  'GET /schools': { query: { on?: string }; answer: SchoolEntry[] }
  'GET /districts': { answer: District[] }
  'POST /districts': { body: { name: string; code: string }; answer: District }
  'GET /years': { answer: (YearEntry & { snapshot: string | null })[] }
  'POST /years/{year}/lock': { path: { year: number }; body: { reason: string }; answer: null }
  'POST /years/{year}/unlock': { path: { year: number }; body: { reason: string }; answer: null }
  'GET /audit': {
    query: { who?: string; what?: string; from?: string; to?: string; limit?: number; after?: string }
    answer: Page<AuditEntry>
  }
  'GET /audit/verify': { answer: { holds: boolean; entries: number; text: string } }
  'GET /backups': { answer: Backup[] }
  'POST /backups': { answer: { job: string } }
  'GET /health': { answer: Health }
}
