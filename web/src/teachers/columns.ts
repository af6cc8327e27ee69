// The columns of a roster for the form: which belong together, how several entries stand in one cell,
// and what somebody has changed. Texts are sent as typed; what they mean is the server's to say.

export type Group = 'person' | 'post' | 'teaching' | 'grade' | 'dates' | 'exchange' | 'training' | 'home'

export const GROUPS: { group: Group; columns: string[] }[] = [
  { group: 'person', columns: ['number', 'name', 'identity', 'sex', 'birth', 'spouse'] },
  { group: 'post', columns: ['school', 'stage', 'roll', 'post', 'role'] },
  { group: 'teaching', columns: ['subject', 'subjects', 'hours', 'visits'] },
  {
    group: 'grade',
    columns: ['degree_at_hire', 'degree', 'rank', 'backbone', 'backbone_basis', 'certified'],
  },
  { group: 'dates', columns: ['hired', 'arrived', 'appointed'] },
  { group: 'exchange', columns: ['exchanges', 'exemptions'] },
  { group: 'training', columns: ['training'] },
  { group: 'home', columns: ['home', 'longitude', 'latitude'] },
]

export const DATES = new Set(['birth', 'hired', 'arrived', 'appointed'])

export type PartKind = 'school' | 'subject' | 'choice' | 'year' | 'number' | 'date' | 'text'
export interface Part {
  name: string
  kind: PartKind
}
/** Columns of which one cell holds several entries, with the parts of an entry. */
export const ENTRIES: Record<string, Part[]> = {
  visits: [
    { name: 'school', kind: 'school' },
    { name: 'subject', kind: 'subject' },
    { name: 'hours', kind: 'number' },
  ],
  exchanges: [
    { name: 'year', kind: 'year' },
    { name: 'from', kind: 'school' },
    { name: 'to', kind: 'school' },
    { name: 'way', kind: 'choice' },
  ],
  training: [
    { name: 'year', kind: 'year' },
    { name: 'provider', kind: 'text' },
    { name: 'hours', kind: 'number' },
  ],
  exemptions: [
    { name: 'kind', kind: 'choice' },
    { name: 'evidence', kind: 'text' },
    { name: 'until', kind: 'date' },
  ],
}

/** The entries of a cell. An entry with too few parts is filled up. */
export function entriesOf(text: string, parts: number): string[][] {
  return text
    .split(/[；;]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const cells = entry.split(/[|｜]/).map((cell) => cell.trim())
      while (cells.length < parts) cells.push('')
      return cells
    })
}

/** The cell of entries; an empty entry is none. Signs that part entries cannot stand inside one. */
export function cellOf(entries: readonly (readonly string[])[]): string {
  const clean = (cell: string): string => cell.replace(/[；;|｜]/g, '、').trim()
  return entries
    .map((entry) => entry.map(clean))
    .filter((entry) => entry.some((cell) => cell !== ''))
    .map((entry) => entry.join('|'))
    .join('；')
}

/** The columns that differ from what is kept; a hidden one is changed once it is typed. */
export function changed(
  kept: Readonly<Record<string, string>>,
  typed: Readonly<Record<string, string | undefined>>,
  hidden: ReadonlySet<string>,
): Record<string, string> {
  const list: Record<string, string> = {}
  for (const [column, text] of Object.entries(typed))
    if (text !== undefined && (hidden.has(column) || text.trim() !== (kept[column] ?? '')))
      list[column] = text.trim()
  return list
}

/** What the server puts in the place of something personal in an open column. */
const COVERED = '＊＊'
/** The columns that would write such a cover over what it covers. */
export const covered = (changes: Readonly<Record<string, string>>): string[] =>
  Object.keys(changes).filter((column) => changes[column]?.includes(COVERED))

/** The columns that somebody else has changed meanwhile. */
export function changedMeanwhile(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  return Object.keys({ ...before, ...now }).filter((column) => (before[column] ?? '') !== (now[column] ?? ''))
}
