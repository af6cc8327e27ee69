// The JSON of a plan (docs/plan-json.md), as far as the pages read it. Money is in 万元.
import type { CountyVerdict, Stage, Verdict } from './evaluation'

export interface PlanAction {
  number: number
  measure: string
  zh: string
  project: boolean
  school: string | null
  name: string
  stage: Stage | null
  decided: number
  counts: number
  begins: string
  ends: string
  quantity: string
  unit: string
  category: string
  once: string | null
  yearly: string | null
  cost: string
  grade: string
  payments: { year: number; fund: string; budget_of: number; amount: string }[]
}

export interface PlanYear {
  year: number
  sections: number
  passed: number
  resources: CountyVerdict
  overall: CountyVerdict
  reasons: string[]
  coefficients: { stage: Stage; indicator: string; shown: string | null; limit: string; verdict: Verdict }[]
  section_outcomes: { school: string; name: string; stage: Stage; verdict: Verdict; remark: string }[]
  lines: { indicator: string; at_least: string; reached: number; of: number; short: number }[]
  cost: string
  posts: string | number
}

export interface Plan {
  format: number
  title: string
  problem: string
  standard_title: string
  indicators: Record<string, string>
  settings: {
    first: number
    years: number
    finish: number
    funds: {
      code: string
      zh: string
      only_for: string[]
      carry: boolean
      budget: Record<string, string>
    }[]
    posts: Record<string, string> | null
  }
  costs: { id: string; title: string; categories: { code: string; zh: string }[] }
  method: {
    name: string
    solver: string
    rounds: number
    bound: string | null
    gap: string | null
    proved: boolean
    ended: string
  }
  accepted: boolean
  objections: string[]
  shortfall: number
  cost: string
  discounted: string
  schools_touched: number
  actions: PlanAction[]
  committed: {
    project: string
    zh: string
    cost: string
    payments: { year: number; amount: string; fund: string }[]
  }[]
  years: PlanYear[]
}

/** What the solver answers where no plan exists. */
export interface NoPlan {
  possible: false
  title: string
  explanation: {
    unmet: {
      year: number
      school: string
      name: string
      stage: Stage
      indicator: string
      zh: string
      lacks: string
    }[]
    money: { amount: string; unit: string; by_year: [number, string][] } | null
    posts: { amount: string; unit: string; by_year: [number, string][] } | null
    finish: number | null
    relaxations: { gives: string[]; weight: string }[]
  }
}

export interface Frontier {
  points: { finish: number; discounted: string | null; cost: string | null; proved: boolean }[]
  earliest: { factor: string; money: string; finish: number | null }[]
}

/** What the server keeps of what each finishing year costs. */
export interface KeptFrontier {
  points: Frontier['points']
  /** What has changed since; empty while it is of now. */
  stale: string[]
  by: string
  at: string
}

export interface BaselineWork {
  number: number
  action: number
  day: string
  quantity: string | null
  amount: string | null
  note: string
  evidence: number | null
  version: number
  by: string
  at: string
}
export interface BaselineAction {
  number: number
  zh: string
  school: string
  name: string
  stage: Stage | null
  counts: number
  ends: string
  quantity: string
  unit: string
  cost: string
  state: 'done' | 'on_time' | 'late'
  zh_state: string
  done_quantity: string
  paid: string
  works: BaselineWork[]
}
/** The adopted plan held against what was done. */
export interface Baseline {
  id: number
  name: string
  version: number
  by: string
  at: string
  today: string
  done: number
  on_time: number
  late: number
  cost: string
  paid: string
  year: number | null
  years: {
    year: number
    actions: number
    done: number
    late: number
    cost: string
    paid: string
    sections: number
    expected: number
    found: number | null
  }[]
  actions: BaselineAction[]
  sections: { school: string; name: string; stage: Stage; expected: Verdict; found: Verdict }[]
}
