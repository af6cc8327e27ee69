// What stands around an evaluation: attestations and evidence, scenarios, the map's boundary, forms on
// the screen, what a school needs.
import type { Stage, Verdict } from './evaluation'
import type { Trial } from './types'

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
