// Documents as the server tells of them.

export type DocumentState = 'draft' | 'submitted' | 'signed' | 'archived' | 'void'
export type DocumentAct = 'submit' | 'recall' | 'return' | 'sign' | 'archive' | 'void'

export interface DocumentTemplate {
  id: string
  name: string
  about: string
  subject: 'county' | 'school' | 'township' | 'objection'
  public: boolean
  /** Names teachers in full: sealed, and open only to who may see names. */
  personal: boolean
  /** Objections that it may be about. */
  choices: { id: string; name: string }[]
  /** What it cannot do without and the county has not; empty: it can be filled. */
  lacks: string[]
}
export interface DocumentEntry {
  id: number
  template: string
  template_name: string
  title: string
  year: number
  school: string | null
  personal: boolean
  state: DocumentState
  state_zh: string
  /** The newest version that was put forward; 0: none. */
  revision: number
  by: string
  at: string
  version: number
}
/** A place that a person fills. */
export interface DocumentField {
  key: string
  prompt: string
  text: string
  optional: boolean
  paragraph: boolean
  /** Written by a person, not the template's own words. */
  changed: boolean
}
export interface DocumentDetail extends DocumentEntry {
  /** May the reader see what it says? */
  readable: boolean
  fields: DocumentField[]
  pending: string[]
  front_sheet: boolean
  sources: { role: string; role_zh: string; title: string; hash: string }[]
  revisions: { revision: number; sha256: string; by: string; at: string }[]
  steps: {
    step: number
    act: DocumentAct
    act_zh: string
    revision: number
    reason: string
    by: string
    at: string
  }[]
  may: { act: DocumentAct; act_zh: string; needs_reason: boolean }[]
  editable: boolean
}
export interface DocumentEdit {
  title?: string
  written?: Record<string, string | null>
  front_sheet?: boolean
  version: number
}
/** An edited file against the data. */
export interface DocumentCheck {
  /** How many figures were compared. */
  figures: number
  differences: { key: string; message: string }[]
}
