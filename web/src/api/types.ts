// The shapes that travel between the server and these pages. One word for one thing: docs/glossary.md.
import type { Choice, CorrectedCell, Explained, Meaning, Reminded, UnknownWord } from './collecting'
import type { CountyVerdict, Stage, Verdict } from './evaluation'
import type { KeptFrontier, NoPlan, Plan } from './plan'

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
  kind: 'county' | 'district' | 'school' | string
  code: string | null
  name: string | null
}
export interface Grant {
  role: Role
  department?: string | null
  page?: string | null
  zh?: string
  scope: Scope
}
export interface YearEntry {
  year: number
  label: string
  locked: boolean
}
export interface YearDetail extends YearEntry {
  reason: string
  version: number
  /** Official for the year; version 0: the county's own. */
  standard: { id: string; title: string; version: number }
  by: string
  at: string
}
export interface Session {
  user: { id: number; login: string; name: string; must_change: boolean; grants: Grant[] }
  can: string[]
  csrf: string
  county: { code: string; name: string }
  years: YearEntry[]
  year: number | null
  standard: { id: string; title: string } | null
  expires_at: string
  synthetic: boolean
}

export interface FieldMessage {
  field: string
  message: string
  line?: number | null
  column?: number | null
}
export interface ProblemDocument {
  type?: string
  title: string
  status: number
  detail: string
  code: string
  cause?: string | null
  until?: string | null
  fields?: FieldMessage[]
  by?: string
  at?: string
  current?: unknown
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
  en: string
  topic: string
  level: 'county' | 'school' | 'section' | 'class' | 'room'
  unit: string
  kind: string
  options: { code: string; zh: string }[]
  min: string | null
  max: string | null
  definition: string
}

// ---- data collection -----------------------------------------------------------------------------

export type SubmissionState = 'draft' | 'submitted' | 'signed' | 'returned' | 'approved' | 'locked'
export type Move = 'submit' | 'recall' | 'sign' | 'return' | 'approve' | 'lock' | 'unlock'

export interface Finding {
  severity: 'error' | 'warning' | 'notice'
  code: string
  message: string
  remedy: string
  fields: { place: string; item: string }[]
}
export interface Collection {
  id: string
  year: number
  code: string
  title: string
  items: string[]
  deadline: string | null
  closed: boolean
  version: number
  asked: number
  sent: number
  approved: number
}
export interface SubmissionRow {
  school: string
  name: string
  districts: string[]
  state: SubmissionState
  sent: boolean
  overdue: boolean
  filled: number
  total: number
  updated_at: string
  by: string
  due: string | null
  findings: { errors: number; warnings: number }
  reminded: Reminded | null
  version: number
}
export interface Progress {
  items: SubmissionRow[]
  asked: number
  sent: number
  approved: number
  waiting: string[]
}
/** A field of a form; `place` is `` (the school or county), `primary`, `class/primary/3/三年级(2)班` … */
export interface Field {
  place: string
  item: string
  zh: string
  unit: string | null
  kind: string
  options: { code: string; zh: string }[]
  min: string | null
  max: string | null
  definition: string
  /** `null` is missing, `—` does not apply. */
  value: string | null
  last_year: string | null
  origin: string | null
  version: number
  returned_reason: string | null
  explanation: Explained | null
  findings: Finding[]
}
export interface FieldGroup {
  title: string
  place: string
  level: string
  stage: Stage | null
  fields: Field[]
}
export interface RosterRow {
  place: string
  name: string
  stage: Stage | null
  grade: number | null
  room: 'music' | 'art' | string | null
  fields: Field[]
}
export interface Step {
  step: string
  step_zh: string
  from: string
  to: string
  revision: number
  reason: string
  by: string
  at: string
  fields: { place: string; item: string; reason: string }[]
}
export interface Submission {
  year: number
  collection: string
  title: string
  school: string
  name: string
  kind: string | null
  state: SubmissionState
  state_zh: string
  version: number
  revision: number
  approved: number | null
  due: string | null
  closed: boolean
  reminded: Reminded | null
  by: string
  at: string
  can: string[]
  filled: number
  total: number
  findings: Finding[]
  steps: Step[]
  groups: FieldGroup[]
  rosters: { classes: RosterRow[]; rooms: RosterRow[] }
}
export interface DraftEdit {
  place: string
  item: string
  /** `null` clears the field, `—` says that it does not apply. */
  value: string | null
  version: number
}
export type NewPlace =
  | { level: 'class'; stage: Stage; grade: number; name: string }
  | { level: 'room'; kind: string; name: string }
export interface DraftSaved {
  version?: number
  saved: { place: string; item: string; value: string | null; version: number }[]
  findings: Finding[]
}
export interface Revision {
  number: number
  name: string
  by: string
  at: string
  approved: boolean
  newest: boolean
}
export interface Difference {
  place: string
  item: string
  place_zh: string
  zh: string
  before: string | null
  after: string | null
  origin: string | null
}

export type ImportAs = 'draft' | 'submitted' | 'approved'
export interface ImportFinding {
  severity: 'error' | 'warning' | 'notice'
  code: string
  file: string | null
  sheet: string | null
  cell: string | null
  school: string | null
  school_name: string | null
  item: string | null
  zh: string | null
  message: string
  remedy: string
  /** As many more of the same kind are not listed. */
  more: number
}
export interface Import {
  id: number
  job: number
  year: number
  state: 'reading' | 'waiting' | 'accepted' | 'refused' | 'failed' | 'cancelled' | 'removed'
  error: string | null
  uploads: { name: string; bytes: number }[]
  files: { name: string; bytes: number; layout: string | null; title: string | null }[]
  counts: { errors: number; warnings: number; notices: number }
  findings: ImportFinding[]
  unknown: UnknownWord[]
  choices: Record<string, Choice[]>
  meanings: Meaning[]
  corrected: CorrectedCell[]
  summary: {
    new: number
    changed: number
    unchanged: number
    not_in_files: number
    facts: number
    county_facts: number
    schools: { school: string; name: string; change: string; facts: number }[]
  } | null
  accepted: { as: ImportAs; by: string; at: string; changed: number; facts: number } | null
  can: ImportAs[]
}

// ---- plans, jobs, system -------------------------------------------------------------------------

export interface PlanEntry {
  id: number
  name: string
  state: string
  zh: string
  version: number
  by: string
  at: string
  result: {
    possible: boolean
    accepted: boolean
    objection: string | null
    cost: string | null
    discounted: string | null
    schools: number | null
    first: number | null
    years: number | null
    finish: number | null
    proved: boolean
    bound: string | null
    gap: string | null
    ended: string
    data_year: number
  } | null
  /** A job of this plan that has not ended. */
  job: { id: number; kind: string; state: string } | null
}
export interface PlanDetail extends PlanEntry {
  settings: string
  plan: Plan | null
  impossible: NoPlan | null
  /** What has changed since the run; empty while the result is of now. */
  stale: string[]
  frontier: KeptFrontier | null
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
  id: number
  kind: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  steps: { name: string; state: string; done: number; total: number }[]
  progress: { text: string; best: string | null; bound: string | null; gap: string | null }
  result: unknown
  error: string | null
  cancelling: boolean
}

export interface User {
  id: number
  login: string
  name: string
  active: boolean
  must_change: boolean
  /** `set`, `link` (a one-time link is out), `expired` (it was not used in time), `none`. */
  password: 'set' | 'link' | 'expired' | 'none'
  locked_until: string | null
  grants: Grant[]
  version: number
}
export interface Invited {
  id: number
  login: string
  name: string
  link: { path: string; expires_at: string }
}
export interface RoleEntry {
  role: Role
  department: string | null
  page: string | null
  zh: string
  /** Kinds of scope that the role can be held over. */
  over: string[]
  administrator: boolean
  grantable: boolean
}
export interface UserImport {
  rows: number
  created: Invited[]
  problems: { row: number; column: string; message: string }[]
}
export interface SchoolEntry {
  code: string
  name: string
  kind: string
  kind_zh: string
  parent: string | null
  state: string
  successor: string | null
  districts: string[]
  version: number
}
export interface District {
  code: string
  name: string
  kind: 'district' | 'group'
  schools: string[]
  version: number
}
export interface StandardEntry {
  /** Is the county judged by it? */
  own: boolean
  id: string
  title: string
  short: string
  version: string
  valid_from: string
  valid_to: string | null
  text: string
  hash: string
}
export interface StandardDetail extends StandardEntry {
  sources: { key: string; title: string; number: string; date: string; grade: string; note: string }[]
  parameters: {
    code: string
    zh: string
    text: string
    values: { from: string; shown: string; source: string; grade: string }[]
  }[]
  principles: { zh: string; clause: string; text: string }[]
  rules: {
    code: string
    zh: string
    clause: string
    text: string
    attested: boolean
    lines: string[]
    formulas: string[]
  }[]
}
export interface Examples {
  holds: boolean
  examples: {
    name: string
    source: string
    file: string
    holds: boolean
    checks: { what: string; expected: string; found: string; holds: boolean }[]
  }[]
}
export interface AuditEntry {
  seq: number
  at: string
  who: string
  what: string
  zh: string
  target: string
  /** The object and the detail in words; the record itself keeps codes. */
  target_zh: string
  detail: string
  detail_zh: string
  hash: string
}
export interface AuditCheck {
  whole: boolean
  rows: number
  head: string
  broken: { seq: number; why: string } | null
}
export interface Backup {
  name: string
  at: string
  bytes: number
}
export interface Health {
  version: string
  now: string
  database: string
  answers: boolean
  web: boolean
  standards: string[]
  items: number
  workers: number
  jobs: { queued: number; running: number; failed: number }
  /** Size of the database file; null where it is a server's own. */
  data_bytes: number | null
  free_bytes: number | null
  newest_backup: string | null
}
export interface Security {
  idle_minutes: number
  absolute_minutes: number
  version: number
  password_length: number
  free_failures: number
  first_lock_minutes: number
}
export type SchoolEvent =
  | { type: 'opened'; name: string; kind: string; parent?: string }
  | { type: 'renamed'; name: string }
  | { type: 'converted'; kind: string }
  | { type: 'joined' | 'left'; district: string }
  | { type: 'merged'; into: string }
  | { type: 'closed' }
export interface SchoolHistory {
  school: SchoolEntry
  events: { number: number; day: string; event: SchoolEvent; reason: string; by: string; at: string }[]
}

export interface Page<T> {
  items: T[]
  next: string | null
}
