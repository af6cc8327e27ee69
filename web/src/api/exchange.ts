// Exchanges, pairings, principals' terms and training, as the server shows them. People by staff number
// and masked name only.
import type { Stage } from './evaluation'
import type { Page } from './types'

export type Way = 'support' | 'rotation' | 'mentoring' | 'lecture'
export type ExchangeState = 'planned' | 'running' | 'ended' | 'assessed' | 'void'
export type ExchangeAct = 'start' | 'end' | 'assess' | 'void' | 'reopen'
export type Side = 'urban' | 'town' | 'rural'

export interface Party {
  school: string
  name: string
  township: string | null
  side: Side | null
  /** The staff number, where a person is meant. */
  teacher: string | null
  /** The name, masked. */
  person: string | null
}
export interface ExchangeLine {
  id: number
  year: number
  way: Way
  way_zh: string
  state: ExchangeState
  state_zh: string
  made: 'typed' | 'pairing' | 'import'
  made_zh: string
  stage: Stage | null
  subject: string | null
  subject_zh: string | null
  begins: string
  ends: string
  /** Hours agreed; `null`: not said. */
  hours: string | null
  given: string
  entries: number
  grade: string | null
  evidence: number | null
  giver: Party | null
  takers: Party[]
  version: number
  by: string
  at: string
}
export interface ExchangeDetail extends ExchangeLine {
  /** `null`: sealed by a key that the server has not. */
  audience: string | null
  results: string | null
  note: string | null
  days: {
    number: number
    school: string | null
    name: string | null
    day: string
    hours: string
    what: string | null
    by: string
    at: string
    removable: boolean
  }[]
  steps: {
    act: ExchangeAct
    act_zh: string
    grade: string | null
    reason: string | null
    by: string
    at: string
  }[]
  may: { act: ExchangeAct; act_zh: string; needs_reason: boolean; needs_grade: boolean }[]
  editable: boolean
  enters: boolean
  removable: boolean
}
export interface PartyText {
  school?: string | null
  teacher?: string | null
}
export interface Agreed {
  way: Way
  stage: Stage | null
  subject: string | null
  begins: string
  ends: string
  hours: string | null
  giver: PartyText
  takers: PartyText[]
  evidence: number | null
  audience: string
  results: string
  note: string
}
export interface Targets {
  pairs: number | null
  mentors: number | null
  teachers: number | null
  version: number | null
}
export interface ExchangeFigure {
  code: string
  zh: string
  /** Exact; `null`: missing, see `why_missing`. */
  value: string | null
  unit: string
  target: string | null
  met: boolean | null
  why_missing: string | null
  source: string | null
  grade: string | null
  detail: string | null
}
export interface WayFigures {
  way: Way
  zh: string
  planned: number
  running: number
  ended: number
  assessed: number
  void: number
  hours: string
  hours_missing: number
  given: string
  teachers: number
  schools: number
}
export interface ExchangeSchool {
  school: string
  name: string
  township: string | null
  side: Side | null
  gives: number
  takes: number
  sent: number
  received: number
  given: string
}
export interface ExchangeTownship {
  township: string | null
  schools: number
  with: number
  records: number
  sent: number
  received: number
  given: string
}
export interface ExchangeSummary {
  ways: WayFigures[]
  figures: ExchangeFigure[]
  schools: ExchangeSchool[]
  townships: ExchangeTownship[]
  targets: Targets
}
export interface ExchangeRules {
  grades: string[]
  subjects: { code: string; zh: string }[]
  rules: { topic: string; zh: string; source: string; grade: string }[]
}
export interface ExchangeImport {
  rows: number
  added: number[]
  problems: { row: number; column: string; message: string }[]
}
export interface PairingAsked {
  kind: 'schools' | 'mentors'
  each: number
  km: string
  young: number
  outward: boolean
}
export interface PairSide {
  school: string
  name: string
  side: Side | null
  teacher: string | null
  person: string | null
}
export interface ProposedPair {
  giver: PairSide
  taker: PairSide
  stage: Stage | null
  subject: string | null
  subject_zh: string
  km: string | null
  reason: string
  /** The number of the record that has this pair already. */
  exists: number | null
}
export interface Proposal {
  pairs: ProposedPair[]
  unpaired: { taker: PairSide; stage: Stage | null; subject_zh: string; why: string }[]
  proved: boolean
  unknown: number
  note: string
}

export interface PrincipalTerm {
  teacher: string
  person: string
  role: 'principal' | 'vice_principal'
  role_zh: string
  school: string
  name: string
  township: string | null
  side: Side | null
  years: number | null
  term: number | null
  left: number | null
  note: string
  history: { year: number; from: string | null; to: string; kind_zh: string }[]
}
export interface Principals {
  roster: boolean
  day: string | null
  rule: {
    term: string
    terms: string
    term_source: string
    term_grade: string
    terms_source: string
    terms_grade: string
  }
  terms: PrincipalTerm[]
  due: number
  unknown: number
  /** Exact share of those who must move. */
  share: string | null
  vacancies: { school: string; name: string; township: string | null }[]
}

export interface PrincipalMoves {
  moves: {
    teacher: string
    person: string
    role_zh: string
    from: string
    to: string
    stage: Stage
    years: number | null
    km: string | null
    replaces: string | null
    reasons: string[]
  }[]
  stays: { teacher: string; person: string; role_zh: string; school: string; why: string }[]
  open: string[]
  proved: boolean
}

export type TrainingLevel = 'nation' | 'province' | 'city' | 'county' | 'school'
export type TrainingState = 'proposed' | 'reviewed' | 'running' | 'accepted' | 'refused'
export type TrainingAct = 'review' | 'start' | 'accept' | 'refuse' | 'reopen'
export interface ProjectText {
  school: string | null
  title: string
  provider: string
  level: TrainingLevel
  begins: string
  ends: string
  days: string | null
  hours: string | null
  funds: string | null
  seats: number | null
  evidence: number | null
  note: string
}
export interface ProjectLine extends Omit<ProjectText, 'note'> {
  id: number
  year: number
  name: string | null
  level_zh: string
  people: number
  state: TrainingState
  state_zh: string
  reward: string | null
  version: number
  by: string
  at: string
}
export interface ProjectDetail extends ProjectLine {
  note: string | null
  persons: { teacher: string; person: string | null; school: string; name: string; hours: string | null }[]
  steps: {
    act: TrainingAct
    act_zh: string
    reward: string | null
    reason: string | null
    by: string
    at: string
  }[]
  may: { act: TrainingAct; act_zh: string; needs_reason: boolean; takes_reward: boolean }[]
  editable: boolean
  enters: boolean
  removable: boolean
}
export interface Shortfall {
  teacher: string
  person: string
  school: string
  name: string
  roster: string
  credited: string
  hours: string
  missing: string
  a_year: string | null
  left_out: string[]
  unreported: boolean
}
export interface Shortfalls {
  roster: boolean
  from: number
  to: number
  years_left: number
  wanted: string
  teachers: number
  short: number
  cycles: number[]
  items: Shortfall[]
  next: string | null
}
export interface SchoolFunds {
  school: string
  name: string
  township: string | null
  training: string | null
  budget: string | null
  share: string | null
  enough: boolean | null
}
export interface FundsSheet {
  at_least: string
  source: string
  grade: string
  schools: SchoolFunds[]
  enough: number
  short: number
  unknown: number
  training: string | null
  budget: string | null
  share: string | null
  levels: {
    level: TrainingLevel
    zh: string
    projects: number
    accepted: number
    funds: string
    funds_missing: number
    reward: string
    people: number
  }[]
}

interface Of {
  id: number
}
interface OfYear {
  year: number
}
export interface ExchangeRoutes {
  'GET /exchange-rules': { answer: ExchangeRules }
  'GET /years/{year}/exchanges': {
    path: OfYear
    query: {
      way?: Way
      state?: ExchangeState
      school?: string
      township?: string
      limit?: number
      after?: string
    }
    answer: Page<ExchangeLine>
  }
  'POST /years/{year}/exchanges': { path: OfYear; body: Agreed; answer: ExchangeDetail }
  'GET /years/{year}/exchanges/summary': { path: OfYear; answer: ExchangeSummary }
  'PUT /years/{year}/exchanges/targets': { path: OfYear; body: Targets; answer: ExchangeSummary }
  'POST /years/{year}/exchanges/import': {
    path: OfYear
    query: { check?: boolean }
    body: FormData
    answer: ExchangeImport
  }
  'GET /exchanges/{id}': { path: Of; answer: ExchangeDetail }
  'PATCH /exchanges/{id}': {
    path: Of
    body: { agreed: Agreed; version: number }
    answer: ExchangeDetail
  }
  'DELETE /exchanges/{id}': { path: Of; query: { version: number }; answer: null }
  'POST /exchanges/{id}/steps': {
    path: Of
    body: { act: ExchangeAct; grade?: string; reason: string; version: number }
    answer: ExchangeDetail
  }
  'POST /exchanges/{id}/entries': {
    path: Of
    body: { day: string; hours: string; what: string }
    answer: ExchangeDetail
  }
  'DELETE /exchanges/{id}/entries/{number}': { path: Of & { number: number }; answer: ExchangeDetail }
  'POST /years/{year}/pairings': { path: OfYear; body: PairingAsked; answer: Proposal }
  'POST /years/{year}/pairings/accept': {
    path: OfYear
    body: { records: Agreed[] }
    answer: { added: number[] }
  }
  'GET /years/{year}/principals': { path: OfYear; answer: Principals }
  'GET /years/{year}/principals/moves': { path: OfYear; answer: PrincipalMoves }
  'GET /years/{year}/trainings': { path: OfYear; query: { limit?: number }; answer: Page<ProjectLine> }
  'POST /years/{year}/trainings': { path: OfYear; body: ProjectText; answer: ProjectDetail }
  'GET /trainings/{id}': { path: Of; answer: ProjectDetail }
  'PATCH /trainings/{id}': {
    path: Of
    body: { project: ProjectText; version: number }
    answer: ProjectDetail
  }
  'DELETE /trainings/{id}': { path: Of; query: { version: number }; answer: null }
  'POST /trainings/{id}/steps': {
    path: Of
    body: { act: TrainingAct; reward?: string | null; reason: string; version: number }
    answer: ProjectDetail
  }
  'PUT /trainings/{id}/people': {
    path: Of
    body: { put: { teacher: string; hours: string | null }[]; remove: string[]; version: number }
    answer: ProjectDetail
  }
  'GET /years/{year}/training/shortfalls': {
    path: OfYear
    query: { from?: number; school?: string; limit?: number; after?: string }
    answer: Shortfalls
  }
  'GET /years/{year}/training/funds': { path: OfYear; answer: FundsSheet }
}
