// Which teachers a list shows: the filters, as they stand in the address. No name ever does.
import type { TeacherQuery } from '@/api/teachers'

export interface TeacherFilters {
  school: string
  stage: string
  subject: string
  post: string
  rank: string
  /** A level, or `any`. */
  backbone: string
  /** `yes`, `no` or `unknown`. */
  eligible: string
  /** The data item whose number the list stands behind. */
  item: string
  finding: string
  q: string
  /** A column, with a minus before it from its end; it narrows nothing. */
  sort: string
}
const NAMES = [
  'school',
  'stage',
  'subject',
  'post',
  'rank',
  'backbone',
  'eligible',
  'item',
  'finding',
  'q',
  'sort',
] as const
type Query = Record<string, unknown>

export function fromQuery(query: Query): TeacherFilters {
  const text = (name: string): string => (typeof query[name] === 'string' ? query[name] : '')
  return Object.fromEntries(NAMES.map((name) => [name, text(name)])) as unknown as TeacherFilters
}

/** Filters for the address: what is not asked is not there. */
export function toQuery(filters: Partial<TeacherFilters>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, value || undefined]))
}

/** Filters for the server. */
export function asked(filters: TeacherFilters): TeacherQuery {
  return Object.fromEntries(
    NAMES.filter((name) => filters[name] !== '').map((name) => [name, filters[name].trim()]),
  )
}

/** Is anything asked for but all? */
export function narrows(filters: TeacherFilters): boolean {
  return Object.keys(asked({ ...filters, sort: '' })).length > 0
}

/** The address of the list behind a number. */
export function behind(school: string, stage: string, item: string): string {
  return `/teachers?${new URLSearchParams({ school, stage, item }).toString()}`
}

/** Does a text say who somebody is? A name or an identity number does not go into an address. */
export function personal(text: string): boolean {
  return /\p{Script=Han}/u.test(text) || /\d{14,}/.test(text)
}
