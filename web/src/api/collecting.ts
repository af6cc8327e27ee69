// Shapes of collecting beside the forms: words of an import, reminders, outliers.

export type Topic = 'column' | 'kind' | 'value' | 'school'
export interface Choice {
  target: string
  zh: string
}
/** A word of a file that no layout knows. */
export interface UnknownWord {
  layout: string
  topic: Topic
  label: string
  about: string
  file: string
  sheet: string
  cell: string
  count: number
  /** Nothing can be taken before it is known. */
  needed: boolean
  /** Which of the import's lists it may be chosen from. */
  choices: string
  near: Choice[]
}
/** What the county has said that a word means. */
export interface Meaning {
  layout: string
  layout_zh: string
  topic: Topic
  label: string
  target: string
  zh: string
  by: string
  at: string
  count: number
}
export interface CorrectedCell {
  file: string
  sheet: string
  cell: string
  was: string
  value: string
  by: string
  at: string
}
export interface ImportLine {
  id: number
  year: number
  state: string
  by: string
  at: string
  files: string[]
  counts: { errors: number; warnings: number; notices: number }
}
export interface Reminded {
  count: number
  message: string
  by: string
  at: string
}
export interface RemindersSent {
  sent: string[]
  too_soon: string[]
  not_waiting: string[]
}
export interface Explained {
  text: string
  version: number
  by: string
  at: string
}
export interface Outlier {
  school: string
  name: string
  place: string
  place_zh: string
  item: string
  zh: string
  check: string
  severity: 'error' | 'warning'
  before: string
  now: string
  change: string | null
  message: string
  remedy: string
  explanation: Explained | null
}
