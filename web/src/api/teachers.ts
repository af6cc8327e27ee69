// The roster of teachers, as the server shows it. Names and numbers of people travel masked; only the
// answer to a look on purpose (`TeacherPlain`) is plain, and no page keeps it.

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

export interface TeacherRoutes {
  'GET /years/{year}/roster': { path: { year: number }; answer: RosterView }
}
