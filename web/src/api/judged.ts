// What stands around an evaluation: the overview, attestations and evidence, scenarios, the map, forms on
// the screen, what a school needs.
import type { CountyVerdict, Stage, Verdict } from './evaluation'
import type { SubmissionState, Trial } from './types'

/** A file as evidence of a rule. */
export interface EvidenceFile {
  id: number
  subject: string
  school: string | null
  title: string
  name: string
  media: 'pdf' | 'jpg' | 'png' | 'docx' | 'xlsx'
  bytes: number
  sha256: string
  by: string
  at: string
  removable: boolean
}
/** What the county states of a rule. */
export interface Statement {
  holds: boolean | null
  evidence: string
  person: string
  date: string | null
  version: number
  by: string
  at: string
}
export interface AttestationRow {
  group: string
  indicator: string
  code: string
  zh: string
  attested: boolean
  verdict: Verdict
  statement: Statement | null
  files: EvidenceFile[]
  school_files: number
  lacks: string[]
}
export interface AttestationSheet {
  rows: AttestationRow[]
  incomplete: number
  locked: boolean
}

export interface Scenario {
  id: number
  name: string
  year: number
  data: 'approved' | 'submitted'
  standard: string
  edits: number
  by: string
  at: string
  own: boolean
  /** The data have changed since. */
  stale: boolean
  version: number
}
/** A figure of a scenario with the words to show it by. */
export interface ScenarioFigure extends Trial {
  place: string
  zh: string
  unit: string
  before: string | null
}
export interface ScenarioDetail extends Scenario {
  figures: ScenarioFigure[]
}

export interface Boundary {
  version: number
  name: string | null
  by: string | null
  at: string | null
  /** A GeoJSON FeatureCollection; `null` where none was uploaded. */
  geojson: unknown
}
/** What has become of an upload. */
export interface BoundaryPut {
  version: number
  counts: { areas: number; named: number; corners: number }
  schools: number
  outside: string[]
}

export interface FormCell {
  kind: 'empty' | 'missing' | 'text' | 'figure' | 'band'
  text: string
  rows: number
}
export interface FormTable {
  caption: string | null
  head_rows: number
  head: { row: number; column: number; rows: number; columns: number; text: string }[]
  spans: number[]
  widths: number[]
  rows: { kind: 'band' | 'cells' | 'total'; cells: FormCell[] }[]
}
export interface FormSheets {
  sheets: { name: string; title: string }[]
  sheet: {
    name: string
    title: string
    under: [string, string]
    landscape: boolean
    tables: FormTable[]
    notes: string[]
    foot: string | null
  }
  label: string | null
  snapshot: string
}

export interface Remedy {
  measure: string
  zh: string
  quantity: string
  unit: string
  once: string
  yearly: string
  lead: number
  source: string
  grade: string
}
export interface SchoolNeeds {
  lines: {
    rule: string
    zh: string
    stage: Stage | null
    verdict: Verdict
    gap: string | null
    unit: string | null
    by: Remedy | null
  }[]
  totals: { unit: string; gap: string }[]
  once: string
  yearly: string
  costs: string
  note: string
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
  /** Forms that do not count yet. */
  waiting: number
  /** Over figures that are not approved: no official verdict. */
  preview: boolean
  /** What waits for whoever looks. */
  tasks: {
    kind: 'correct' | 'fill' | 'sign' | 'review' | 'attest'
    count: number
    text: string
    link: ReasonLink
    state?: SubmissionState
  }[]
  snapshot: string
  standard: string
}

export interface MapPoint {
  school: string
  name: string
  longitude: string | null
  latitude: string | null
  kind: string
  township: string | null
  residence: string | null
  sections: {
    stage: Stage
    verdict: Verdict
    values: Record<string, string>
    verdicts: Record<string, Verdict>
  }[]
}
