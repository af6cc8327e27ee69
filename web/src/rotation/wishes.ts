// Wishes as they are typed or pasted: a teacher's number and schools by code or by name, best first.
import { partsOf } from '@/shared/csv'

type Schools = readonly { code: string; name: string }[]

export interface WishRow {
  teacher: string
  schools: string[]
}
/** Whom the roster has, by the number in capitals, and where. */
export type Known = ReadonlyMap<string, { number: string; school: string }>
/** What is wrong with a line, by the word for it. */
export type WishFault = 'noTeacher' | 'twice' | 'noSchools' | 'unknownSchools' | 'ownSchool'
export interface UnreadWish {
  /** From one, as the line stands in what was pasted. */
  line: number
  text: string
  why: WishFault
  /** The school names that the word speaks of. */
  names: string[]
  /** Are other schools of the line taken nevertheless? */
  partly: boolean
}
export interface PastedWishes {
  rows: WishRow[]
  /** Lines that were not understood, or not as a whole. */
  unread: UnreadWish[]
}

export const known = (teachers: readonly { number: string; school: string }[]): Known =>
  new Map(teachers.map((one) => [one.number.toUpperCase(), one]))

/** A school by its code or its whole name. */
export function schoolOf(text: string, schools: Schools): string | null {
  const wanted = text.trim()
  const found = schools.find((s) => s.code === wanted || s.name === wanted)
  return found?.code ?? null
}

/** The number and the schools of a line; blanks part them too, unless a school's whole name has some. */
function cellsOf(line: string, schools: Schools): { number: string; wanted: string[] } {
  const [head = '', ...rest] = partsOf(line)
  const [number = '', ...tail] = head.split(/\s+/)
  const cells = [tail.join(' '), ...rest].filter((cell) => cell !== '')
  return {
    number,
    wanted: cells.flatMap((cell) => (schoolOf(cell, schools) === null ? cell.split(/\s+/) : [cell])),
  }
}

/**
 * Lines of number, first wish, second wish …; a head and empty lines are left out. A line without a school
 * that can be read is nobody's: it takes no wishes away. Without a roster every number is taken as written.
 */
export function readPasted(text: string, schools: Schools, roster: Known | null = null): PastedWishes {
  const rows = new Map<string, WishRow>()
  const unread: UnreadWish[] = []
  text.split(/\r\n?|\n/).forEach((raw, at) => {
    const { number, wanted } = cellsOf(raw.trim(), schools)
    if ((number === '' && wanted.length === 0) || number.includes('编号')) return
    const say = (why: WishFault, names: string[] = [], partly = false): void => {
      unread.push({ line: at + 1, text: raw.trim(), why, names, partly })
    }
    const person = roster?.get(number.toUpperCase())
    const teacher = person?.number ?? number
    const found = wanted.map((name) => ({ name, code: schoolOf(name, schools) }))
    const missing = found.filter((one) => one.code === null).map((one) => one.name)
    const own = found.filter((one) => one.code !== null && one.code === person?.school)
    const codes = found.flatMap(({ code }) => (code === null || code === person?.school ? [] : [code]))
    if (wanted.length === 0) say('noSchools')
    else if (number === '' || (roster && !person)) say('noTeacher')
    else if (rows.has(teacher)) say('twice')
    else {
      const partly = codes.length > 0
      if (missing.length > 0) say('unknownSchools', missing, partly)
      if (own.length > 0) say('ownSchool', [], partly)
      if (partly) rows.set(teacher, { teacher, schools: [...new Set(codes)] })
    }
  })
  return { rows: [...rows.values()], unread }
}

/** Rows put over those that are there, by the teacher; a row without schools takes the wishes away. */
export function merged(now: readonly WishRow[], more: readonly WishRow[]): WishRow[] {
  const all = new Map(now.map((row): [string, WishRow] => [row.teacher, row]))
  for (const row of more) all.set(row.teacher, row)
  return [...all.values()]
    .filter((row) => row.schools.length > 0)
    .sort((a, b) => (a.teacher < b.teacher ? -1 : 1))
}
