// The roster of teachers, as the server shows it. Names and numbers of people travel masked; only the
// answer to a look on purpose (`TeacherPlain`) is plain, and no page keeps it.
import type { Stage } from './evaluation'
import type { Page } from './types'

export interface RosterView {
  /** `null` where the county keeps none for the year. */
  roster: {
    teachers: number
    full_time: number
    /** The day at which years are counted. */
    day: string
    source: string
    version: number
    stamp: string
    by: string
    at: string
  } | null
  schools: { school: string; name: string; teachers: number; backbone: number }[]
  findings: { errors: number; warnings: number }
}

/** What is wrong with a row, or with a figure; never with a name in it. */
export interface RosterFinding {
  code: string
  severity: 'error' | 'warning' | 'notice'
  /** The file of an import; empty for what was found in the roster. */
  file: string
  row: number | null
  teacher: string | null
  school: string | null
  school_name: string | null
  /** The column in Chinese; empty where it is no matter of one. */
  field: string
  message: string
  remedy: string
}

/** A column of the roster's template, with the words that it takes where they are a closed list. */
export interface RosterColumn {
  code: string
  zh: string
  /** Says who somebody is: never shown but on purpose. */
  personal: boolean
  choices: Word[]
}

/** A file that was read and waits to be accepted. */
export interface RosterImport {
  id: number
  state: string
  layout: { id: string; zh: string }
  file: string
  rows: number
  teachers: number
  added: number
  changed: number
  unchanged: number
  /** Teachers of the file's schools whom it does not name. */
  gone: number
  /** The first of them, worst first. */
  findings: RosterFinding[]
  /** All errors, also those that are not listed. */
  errors: number
  /** Nothing of it can be taken. */
  refused: boolean
  /** The roster's version that it was compared with. */
  version: number
  /** Nobody who has not accepted it by then finds it again. */
  expires_at: string
}

/** A word of a closed list: its code and its Chinese name. */
export interface Word {
  code: string
  zh: string
}

export interface TeacherLine {
  number: string
  /** Masked. */
  name: string
  school: string
  school_name: string
  stage: Stage
  subject: Word | null
  post: Word
  role: Word
  rank: Word | null
  degree: Word | null
  backbone: Word | null
  certified: boolean | null
  /** Full years at the school. */
  years: number | null
  eligible: boolean | null
  findings: { errors: number; warnings: number }
}

export interface Eligibility {
  is: 'eligible' | 'outside' | 'recent' | 'age' | 'exempt' | 'unknown'
  /** In Chinese; `null` for an eligible teacher. */
  why: string | null
}

/** Everything of a teacher but what says who it is. */
export interface TeacherView extends TeacherLine {
  /** Masked. */
  identity: string | null
  sex: Word | null
  age: number | null
  /** The main one first. */
  subjects: Word[]
  hours: string | null
  degree_at_hire: Word | null
  backbone_basis: string
  hired: string | null
  arrived: string | null
  roll: Word
  visits: { school: string; school_name: string; subject: Word | null; hours: string }[]
  exchanges: {
    year: number
    from: string | null
    from_name: string | null
    to: string
    to_name: string
    kind: Word
  }[]
  training: {
    /** The cycle, both years in it. */
    from: number
    to: number
    /** The hours that it takes. */
    target: string
    hours: string
    rows: { year: number; provider: string; hours: string }[]
  }
  exemptions: { kind: Word; evidence: string; until: string | null; holds: boolean }[]
  /** The township only. */
  home: string | null
  spouse: string | null
  eligibility: Eligibility
  problems: RosterFinding[]
  /** The columns as typed, by code; those that say who it is are left out. */
  fields: Record<string, string>
  version: number
  by: string
  at: string
}

/** What a look on purpose shows. Shown and forgotten. */
export interface TeacherPlain {
  number: string
  name: string
  identity: string
  birth: string
  home: string
  longitude: string
  latitude: string
}

/** A data item, an indicator (`L1`) or a share of a section: by the roster and by the form. */
export interface RosterCount {
  school: string
  school_name: string
  stage: Stage
  item: string
  zh: string
  unit: string
  counted: string | null
  why_missing: string | null
  reported: string | null
  same: boolean
  /** How many stand behind the number. */
  teachers: number
}

/** What writing the counted figures into the forms did, or would do. */
export interface RosterApplied {
  written: { school: string; school_name: string; figures: number }[]
  /** Schools whose forms do not take them, and why. */
  locked: { school: string; school_name: string; why: string }[]
}

/** Which teachers. */
export interface TeacherQuery {
  school?: string
  stage?: string
  subject?: string
  post?: string
  rank?: string
  /** A level, or `any`. */
  backbone?: string
  /** `yes`, `no` or `unknown`. */
  eligible?: string
  /** `number`, `school`, `subject`, `rank` or `years`; a minus before it: from its end. */
  sort?: string
  /** Only those who are counted in this data item. */
  item?: string
  /** Only those with this finding; `any`: with any. */
  finding?: string
  /** A part of the staff number. */
  q?: string
  limit?: number
  after?: string
}

interface OfYear {
  year: number
}
interface OfTeacher extends OfYear {
  number: string
}
export interface TeacherRoutes {
  'GET /roster-columns': { answer: RosterColumn[] }
  'GET /years/{year}/roster': { path: OfYear; answer: RosterView }
  'PUT /years/{year}/roster': { path: OfYear; body: { day: string; version: number }; answer: RosterView }
  'POST /years/{year}/roster/imports': { path: OfYear; body: FormData; answer: RosterImport }
  'GET /years/{year}/roster/imports/{id}': { path: OfYear & { id: number }; answer: RosterImport }
  'POST /years/{year}/roster/imports/{id}/accept': {
    path: OfYear & { id: number }
    body: { keep_missing: boolean; version: number }
    answer: RosterView
  }
  'DELETE /years/{year}/roster/imports/{id}': { path: OfYear & { id: number }; answer: null }
  'GET /years/{year}/roster/counts': { path: OfYear; query: { school?: string }; answer: RosterCount[] }
  'GET /years/{year}/roster/findings': {
    path: OfYear
    query: { limit?: number; after?: string }
    answer: Page<RosterFinding>
  }
  'POST /years/{year}/roster/apply': {
    path: OfYear
    /** `check`: only say what would be written. */
    body: { check: boolean }
    answer: RosterApplied
  }
  'POST /years/{year}/roster/plain.xlsx': { path: OfYear; body: { reason: string }; answer: Blob }
  'GET /years/{year}/teachers': {
    path: OfYear
    query: TeacherQuery
    answer: Page<TeacherLine> & { total: number }
  }
  'POST /years/{year}/teachers': {
    path: OfYear
    body: { fields: Record<string, string> }
    answer: TeacherView
  }
  'GET /years/{year}/teachers/{number}': { path: OfTeacher; answer: TeacherView }
  'PUT /years/{year}/teachers/{number}': {
    path: OfTeacher
    /** Only the columns that change. */
    body: { fields: Record<string, string>; version: number }
    answer: TeacherView
  }
  'DELETE /years/{year}/teachers/{number}': {
    path: OfTeacher
    body: { reason: string; version: number }
    answer: null
  }
  'POST /years/{year}/roster/search': {
    path: OfYear
    body: { text: string }
    answer: { items: TeacherLine[]; total: number }
  }
  'POST /years/{year}/teachers/{number}/reveal': {
    path: OfTeacher
    body: { reason: string }
    answer: TeacherPlain
  }
}
