// Posts by school and subject (县管校聘), as the server counts them from the rules.
import type { Stage } from './evaluation'

/** What a rule gives to a section. */
export interface PostReason {
  rule: string
  zh: string
  /** Of how many: pupils, classes, boarding pupils. Exact. */
  basis: string
  posts: string
  /** Of alternatives only the greatest decides. */
  counts: boolean
  /** Source and grade. */
  source: [string, string]
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
export interface Posts {
  sections: SectionPosts[]
  totals: SubjectTotal[]
  /** Coming years, with the forecast's pupils and today's teachers; empty where none was asked for. */
  years: { year: number; sections: SectionPosts[] }[]
}
export interface PostRoutes {
  'GET /years/{year}/posts': {
    path: { year: number }
    query: { school?: string; ahead?: number }
    answer: Posts
  }
}
