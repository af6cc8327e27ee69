// Every route that the pages use, with what it takes and what it answers.
import type {
  Explained as FieldExplained,
  ImportLine,
  Meaning,
  Outlier,
  RemindersSent,
  Topic,
} from './collecting'
import type {
  DocumentAct,
  DocumentCheck,
  DocumentDetail,
  DocumentEdit,
  DocumentEntry,
  DocumentTemplate,
} from './documents'
import type { Evaluation, Explained } from './evaluation'
import type { ExchangeRoutes } from './exchange'
import type { Baseline, BaselineWork } from './plan'
import type { PostRoutes } from './posts'
import type {
  AttestationSheet,
  Boundary,
  BoundaryPut,
  EvidenceFile,
  FormSheets,
  MapPoint,
  Overview,
  Scenario,
  ScenarioDetail,
  SchoolNeeds,
} from './judged'
import type { RotationRoutes } from './rotation'
import type { TeacherRoutes } from './teachers'
import type {
  AuditCheck,
  AuditEntry,
  Backup,
  Collection,
  CostCatalogue,
  Delta,
  Difference,
  District,
  DraftEdit,
  DraftSaved,
  Examples,
  Grant,
  Health,
  Import,
  ImportAs,
  Invited,
  Item,
  Job,
  Move,
  NewPlace,
  Page,
  PlanDetail,
  PlanEntry,
  Progress,
  Revision,
  RoleEntry,
  SchoolEntry,
  SchoolEvent,
  SchoolHistory,
  Security,
  Session,
  StandardDetail,
  StandardEntry,
  Submission,
  SubmissionState,
  Trial,
  User,
  UserImport,
  YearDetail,
} from './types'

/** Over which figures: those that were approved, or all that were submitted as a preview. */
export type DataKind = 'approved' | 'submitted'

/**
 * Every route that the pages use: path parameters, query, body and answer. Paths are below `/api`.
 * A capability with many of them keeps them beside their shapes.
 */
export interface Routes extends ExchangeRoutes, PostRoutes, RotationRoutes, TeacherRoutes {
  'GET /setup': {
    query: { token?: string }
    answer: { county: { code: string; name: string } | null; needed: boolean; valid: boolean }
  }
  'POST /setup': {
    body: {
      token: string
      login: string
      name: string
      password: string
      county?: { code: string; name: string }
    }
    answer: null
  }
  'POST /links/open': { body: { token: string }; answer: { login: string; name: string; expires_at: string } }
  'POST /links/use': { body: { token: string; password: string }; answer: null }
  'GET /session': { answer: Session }
  'POST /session': { body: { login: string; password: string }; answer: Session }
  'DELETE /session': { answer: null }
  'PUT /session/password': { body: { old: string; new: string }; answer: null }

  'GET /years/{year}/overview': { path: { year: number }; query: { data?: DataKind }; answer: Overview }
  'GET /years/{year}/evaluation': {
    path: { year: number }
    query: { data?: DataKind }
    answer: Evaluation
  }
  'GET /years/{year}/explanation': {
    path: { year: number }
    query: { indicator: string; school?: string; stage?: string; data?: DataKind }
    answer: Explained[]
  }
  'POST /years/{year}/what-if': {
    path: { year: number }
    body: { edits: Trial[]; data: DataKind }
    answer: Delta
  }
  'GET /years/{year}/map': { path: { year: number }; answer: MapPoint[] }
  'GET /years/{year}/forms': {
    path: { year: number }
    query: { sheet?: string; data?: DataKind }
    answer: FormSheets
  }
  'GET /years/{year}/needs/{school}': {
    path: { year: number; school: string }
    query: { data?: DataKind }
    answer: SchoolNeeds
  }
  'GET /years/{year}/scenarios': { path: { year: number }; query: { limit?: number }; answer: Page<Scenario> }
  'POST /years/{year}/scenarios': {
    path: { year: number }
    body: { name: string; edits: Trial[]; data: DataKind }
    answer: ScenarioDetail
  }
  'GET /scenarios/{id}': { path: { id: number }; answer: ScenarioDetail }
  'PATCH /scenarios/{id}': {
    path: { id: number }
    body: { name?: string; edits?: Trial[]; version: number }
    answer: Scenario
  }
  'DELETE /scenarios/{id}': { path: { id: number }; query: { version: number }; answer: null }
  'GET /boundary': { answer: Boundary }
  'PUT /boundary': { query: { version: number }; body: FormData; answer: BoundaryPut }
  'DELETE /boundary': { query: { version: number }; answer: null }
  'GET /years/{year}/attestations': { path: { year: number }; answer: AttestationSheet }
  'PUT /years/{year}/attestations/{code}': {
    path: { year: number; code: string }
    body: {
      holds: boolean | null
      evidence: string
      person: string
      date: string | null
      version: number
    }
    answer: { version: number }
  }
  'GET /years/{year}/evidence': {
    path: { year: number }
    query: { subject?: string; school?: string; limit?: number }
    answer: Page<EvidenceFile>
  }
  'POST /years/{year}/evidence': { path: { year: number }; body: FormData; answer: EvidenceFile[] }
  'POST /evidence/{id}/removal': { path: { id: number }; body: { reason: string }; answer: null }

  'GET /standards': { answer: StandardEntry[] }
  'GET /standards/{id}': { path: { id: string }; answer: StandardDetail }
  'POST /standards/{id}/examples': { path: { id: string }; answer: Examples }
  'GET /items': { answer: Item[] }

  'GET /collections': { query: { year: number }; answer: Collection[] }
  'POST /collections': {
    body: { year: number; title: string; deadline: string; items: string[] }
    answer: Collection
  }
  'PATCH /collections/{id}': {
    path: { id: string }
    body: { deadline?: string; closed?: boolean; version: number; schools: string[] }
    answer: Collection
  }
  'POST /collections/{id}/reminders': {
    path: { id: string }
    body: { schools?: string[]; message: string }
    answer: RemindersSent
  }
  'GET /outliers': {
    query: { year: number; unexplained?: boolean; limit?: number; after?: string }
    answer: Page<Outlier>
  }
  'GET /submissions': { query: { year: number; collection?: string }; answer: Progress }
  'GET /submissions/{year}/{school}': { path: { year: number; school: string }; answer: Submission }
  'PATCH /submissions/{year}/{school}/draft': {
    path: { year: number; school: string }
    body: {
      version?: number
      edits?: DraftEdit[]
      places?: ({ put: NewPlace; number?: number } | { remove: string })[]
    }
    answer: DraftSaved
  }
  'POST /submissions/{year}/{school}/steps': {
    path: { year: number; school: string }
    body: {
      step: Move
      version: number
      reason: string
      fields: { place: string; item: string; reason: string }[]
    }
    answer: { state: SubmissionState; version: number; revision: number; can: string[] }
  }
  'PUT /submissions/{year}/{school}/explanations': {
    path: { year: number; school: string }
    body: { place: string; item: string; text: string; version: number }
    answer: FieldExplained
  }
  'GET /submissions/{year}/{school}/revisions': { path: { year: number; school: string }; answer: Revision[] }
  'GET /submissions/{year}/{school}/difference': {
    path: { year: number; school: string }
    query: { from: number; to: number }
    answer: Difference[]
  }
  'POST /imports': { query: { year: number }; body: FormData; answer: { job: number; import: number } }
  'GET /imports': { query: { limit?: number; after?: string }; answer: Page<ImportLine> }
  'GET /imports/{id}': { path: { id: number }; answer: Import }
  'PUT /imports/{id}/cells': {
    path: { id: number }
    body: { cells: { file: string; sheet: string; cell: string; value: string | null }[] }
    answer: Import
  }
  'PUT /imports/{id}/meanings': {
    path: { id: number }
    body: { meanings: { layout: string; topic: Topic; label: string; target: string }[] }
    answer: Import
  }
  'GET /mappings': { query: { limit?: number; after?: string }; answer: Page<Meaning> }
  'DELETE /mappings': { query: { layout: string; topic: Topic; label: string }; answer: null }
  'POST /imports/{id}/accept': { path: { id: number }; body: { as: ImportAs }; answer: Import }
  'DELETE /imports/{id}': { path: { id: number }; answer: null }

  'GET /plans': { query: { limit?: number; after?: string }; answer: Page<PlanEntry> }
  /** Settings for a new plan, from the county's newest data. */
  'GET /plans/new.toml': { query: { years?: number }; answer: string }
  'POST /plans': { body: { name: string; settings?: string; copy_of?: number }; answer: PlanDetail }
  'GET /plans/{id}': { path: { id: number }; answer: PlanDetail }
  'DELETE /plans/{id}': { path: { id: number }; query: { version: number }; answer: null }
  'PUT /plans/{id}/settings': {
    path: { id: number }
    body: { version: number; settings: string }
    answer: PlanDetail
  }
  'POST /plans/{id}/run': { path: { id: number }; answer: { job: number } }
  'POST /plans/{id}/frontier': { path: { id: number }; answer: { job: number } }
  'POST /plans/{id}/adopt': { path: { id: number }; body: { version: number }; answer: PlanEntry }
  'GET /baseline': { answer: { plan: Baseline | null } }
  'POST /baseline/works': {
    body: {
      plan: number
      action: number
      day: string
      quantity: string | null
      amount: string | null
      note: string
      evidence: number | null
    }
    answer: BaselineWork
  }
  'DELETE /baseline/works/{number}': {
    path: { number: number }
    query: { plan: number; version: number }
    answer: null
  }
  'GET /costs': { answer: { id: string; title: string }[] }
  'GET /costs/{id}': { path: { id: string }; answer: CostCatalogue }
  'GET /jobs/{id}': { path: { id: number }; answer: Job }
  'POST /jobs/{id}/cancel': { path: { id: number }; answer: Job }

  'GET /years/{year}/document-templates': { path: { year: number }; answer: DocumentTemplate[] }
  'GET /years/{year}/documents': {
    path: { year: number }
    query: { limit?: number; after?: string }
    answer: Page<DocumentEntry>
  }
  'POST /years/{year}/documents': {
    path: { year: number }
    body: { template: string; about: string | null; front_sheet: boolean; rotation?: number }
    answer: DocumentDetail
  }
  'GET /documents/{id}': { path: { id: number }; answer: DocumentDetail }
  'PATCH /documents/{id}': { path: { id: number }; body: DocumentEdit; answer: DocumentDetail }
  'POST /documents/{id}/steps': {
    path: { id: number }
    body: { act: DocumentAct; reason: string; version: number }
    answer: DocumentDetail
  }
  /** The paper as a page of HTML. */
  'GET /documents/{id}/preview': { path: { id: number }; query: { revision?: number }; answer: string }
  'POST /documents/{id}/verify': { path: { id: number }; body: FormData; answer: DocumentCheck }

  'GET /users': { query: { limit?: number; after?: string }; answer: Page<User> }
  'POST /users': { body: { login: string; name: string; grants: Grant[] }; answer: Invited }
  'PATCH /users/{id}': {
    path: { id: number }
    body: { version: number; name?: string; active?: boolean; grants?: Grant[] }
    answer: User
  }
  'POST /users/{id}/reset': { path: { id: number }; answer: Invited }
  'POST /users/import': { query: { check?: boolean }; body: FormData; answer: UserImport }
  'GET /roles': { answer: RoleEntry[] }
  'GET /schools': { query: { on?: string }; answer: SchoolEntry[] }
  'GET /schools/{code}': { path: { code: string }; answer: SchoolHistory }
  'POST /schools/{code}/events': {
    path: { code: string }
    body: { version: number; day: string; event: SchoolEvent; reason: string }
    answer: SchoolEntry
  }
  'GET /districts': { answer: District[] }
  'PATCH /districts/{code}': {
    path: { code: string }
    body: { version: number; name?: string; kind?: District['kind'] }
    answer: District
  }
  'POST /districts': { body: { name: string; code: string; kind: District['kind'] }; answer: District }
  'GET /years': { answer: YearDetail[] }
  'POST /years': { body: { year: number }; answer: YearDetail }
  'POST /years/{year}/lock': {
    path: { year: number }
    body: { version: number; reason: string }
    answer: YearDetail
  }
  'POST /years/{year}/unlock': {
    path: { year: number }
    body: { version: number; reason: string }
    answer: YearDetail
  }
  'PUT /years/{year}/standard': {
    path: { year: number }
    body: { standard: string; version: number }
    answer: YearDetail
  }
  'GET /security': { answer: Security }
  'PUT /security': {
    body: { idle_minutes: number; absolute_minutes: number; version: number }
    answer: Security
  }
  'GET /audit': {
    query: {
      who?: string
      what?: string
      target?: string
      from?: string
      to?: string
      limit?: number
      after?: string
    }
    answer: Page<AuditEntry>
  }
  'GET /audit/verify': { answer: AuditCheck }
  'GET /backups': { answer: Backup[] }
  'POST /backups': { answer: { job: number } }
  'POST /backups/{name}/verify': {
    path: { name: string }
    answer: { whole: boolean; why: string | null; rows: number; files: number }
  }
  'GET /health': { answer: Health }
}
