// Posts by school and subject (县管校聘), as the server counts them from the rules.
import type { Stage } from './evaluation'

/** Where a number of the rules comes from. */
export interface RuleSource {
  key: string
  /** A official text seen, B two or more public sources, C one, K to be confirmed by the county. */
  grade: string
  title: string
  number: string
}
/** What a rule gives to a section. */
export interface PostReason {
  rule: string
  zh: string
  /** Of how many: pupils, classes, boarding pupils. Exact. */
  basis: string
  /** Exact … */
  posts: string
  /** … and with two decimals. */
  posts_shown: string
  /** Of alternatives only the greatest decides. */
  counts: boolean
  source: RuleSource
}
export interface SubjectPosts {
  subject: string
  zh: string
  lessons: string
  need: string
  posts: number
  have: number
  shortage: number
  surplus: number
  structural: boolean
}
export interface SectionPosts {
  school: string
  name: string
  stage: Stage
  pupils: string | null
  classes: string | null
  quota: number | null
  teaching: number | null
  staff: number | null
  teachers: number | null
  /** Staff beyond the quota; below zero: missing. */
  balance: number | null
  reasons: PostReason[]
  subjects: SubjectPosts[]
  notes: string[]
}
export interface SubjectTotal {
  stage: Stage
  subject: string
  zh: string
  posts: number
  have: number
  shortage: number
  surplus: number
  /** Of the shortage, what moving teachers of the subject can close. */
  movable: number
  structural: boolean
}
/** A section in a year to come, with today's teachers. */
export interface ComingSection {
  school: string
  name: string
  stage: Stage
  pupils: string | null
  classes: string | null
  quota: number | null
  teaching: number | null
  teachers: number | null
  balance: number | null
  /** Posts of subjects without a teacher. */
  shortage: number
  surplus: number
}
export interface ComingYear {
  year: number
  sections: ComingSection[]
  totals: SubjectTotal[]
}
export interface Posts {
  year: number
  /** Without a roster teachers are the form's, and nothing is said of subjects. */
  roster: boolean
  /** Forms that do not count yet. */
  waiting: number
  rules: { id: string; title: string; version: string; text: string }
  sections: SectionPosts[]
  /** Subjects over the whole county. */
  totals: SubjectTotal[]
  /** Coming years; empty where none was asked for. */
  years: ComingYear[]
  /** Why there are none. */
  ahead_note: string | null
}
export interface PostRoutes {
  'GET /years/{year}/posts': {
    path: { year: number }
    query: { school?: string; ahead?: number }
    answer: Posts
  }
}
