// The JSON of an evaluation (docs/evaluation-json.md), as far as the pages read it. Figures that
// were computed or entered are strings: they are shown as they come and never recomputed here.

export type Stage = 'primary' | 'junior' | 'senior'
export type Verdict = 'pass' | 'near' | 'fail' | 'missing' | 'not_applicable'
export type CountyVerdict = 'pass' | 'fail' | 'not_decidable'

export interface Figure {
  exact: string
  shown: string
}
export interface Rounded {
  value: string
  shown: string
}

export interface IndicatorLimit {
  stage: Stage
  threshold: string | null
  floor: string | null
  coefficient: string | null
}
export interface Indicator {
  code: string
  zh: string
  short: string
  unit: string
  decimals: number
  clause: string
  text: string
  gap_unit: string
  limits: IndicatorLimit[]
}

export interface SectionValue {
  code: string
  value: Figure | null
  verdict: Verdict
  verdict_if_rounded: Verdict | null
  gap: Figure | null
  gap_whole_school: Figure | null
  reason: string | null
}
export interface Section {
  school: string
  name: string
  kind: string
  stage: Stage
  attached: boolean
  sponsor: string | null
  residence: string | null
  township: string | null
  pupils: string | null
  grades: string | null
  classes: string | null
  values: SectionValue[]
  reached: number
  verdict: Verdict
  grade: string
  remark: string
}

export interface StageIndicator {
  code: string
  known: number
  reached: number
  share: Figure | null
  mean: Rounded | null
  deviation: Rounded | null
  coefficient: Rounded | null
  limit: string | null
  verdict: Verdict
  verdict_if_rounded: Verdict | null
}
export interface StageResult {
  stage: Stage
  sections: number
  passed: number
  failed: number
  missing: number
  share: Figure | null
  indicators: StageIndicator[]
  composite: { value: Rounded | null; limit: string | null; verdict: Verdict } | null
}

export interface Attestation {
  indicator: string
  holds: boolean
  evidence: string
  person: string
  date: string
}
export interface GroupPart {
  code: string
  zh: string
  value: Figure | null
  unit: string | null
  required: string
  verdict: Verdict
  verdict_if_rounded: Verdict | null
  checked: number | null
  failing: { school: string; place: string; value: Figure | string | null }[]
  attested: boolean
  attestation: Attestation | null
  reason: string | null
}
export interface GroupIndicator {
  code: string
  zh: string
  clause: string
  verdict: Verdict
  parts: GroupPart[]
}
export interface Group {
  code: string
  zh: string
  verdict: Verdict
  indicators: GroupIndicator[]
}

export interface Reason {
  subject: string
  verdict: Verdict
  text: string
}
export interface MissingFact {
  school: string | null
  place: string
  item: string
  zh: string
  needed_by: string[]
}
export interface Overall {
  verdict: CountyVerdict
  certain_failures: number
  reasons: Reason[]
  missing: MissingFact[]
}

export interface Evaluation {
  format: number
  engine: string
  standard: { id: string; title: string; version: string; hash: string }
  county_code: string
  county: string
  year: number
  snapshot: string
  parameters: { code: string; zh: string; value: string; grade: string; source: string }[]
  coefficient_form: string
  indicators: Indicator[]
  sections: Section[]
  excluded: { school: string; name: string; kind: string; stage: Stage | null; reason: string }[]
  stages: StageResult[]
  groups: Group[]
  targets: {
    code: string
    zh: string
    year: number
    required: string
    value: string | null
    state: string
  }[]
  overall: Overall
}

// ---- explanations --------------------------------------------------------------------------------

export interface ShownOutcome {
  outcome: { kind: string; value?: string | boolean }
  text: string
  unit: string | null
  rounded: boolean
}
export interface InputFact {
  code: string
  zh: string
  value: string | null
  unit: string
  place: string
  origin: number | null
  source: string
}
export interface Explanation {
  name: string
  place: string
  formula: string
  figures: string
  result: ShownOutcome
  inputs: InputFact[]
  parts: ExplanationPart[]
}
export interface SplitPart {
  part: 'split'
  formula: string
  figures: string
  whole: ShownOutcome
  total: string
  shares: {
    stage: string
    weight: string
    pupils: string
    weighted: string
    share: ShownOutcome
    here: boolean
  }[]
  result: ShownOutcome
}
export type ExplanationPart = SplitPart | ({ part: string } & Record<string, unknown>)

export interface Explained {
  subject: string
  place: string
  clause: string
  text: string
  value: Explanation | null
  bound: Explanation | null
  attestation: Attestation | null
  rows: {
    school: string
    place: string
    pupils: string
    value: string
    weight: string
    share_of_variance: string
  }[]
  conclusion: string[]
}
