// Wishes as they are typed or pasted: a teacher's number and schools by code or by name, best first.
import { pasted } from '@/shared/csv'

export interface WishRow {
  teacher: string
  schools: string[]
}
export interface PastedWishes {
  rows: WishRow[]
  /** Names that no school has, each once. */
  unknown: string[]
}

/** A school by its code or its whole name. */
export function schoolOf(text: string, schools: readonly { code: string; name: string }[]): string | null {
  const wanted = text.trim()
  const found = schools.find((s) => s.code === wanted || s.name === wanted)
  return found?.code ?? null
}

/** Rows copied from a spreadsheet: number, first wish, second wish …; a head and empty rows are left out. */
export function readPasted(text: string, schools: readonly { code: string; name: string }[]): PastedWishes {
  const unknown = new Set<string>()
  const rows: WishRow[] = []
  for (const [teacher = '', ...cells] of pasted(text)) {
    if (!teacher || teacher.includes('编号')) continue
    const codes = cells
      .filter((cell) => cell !== '')
      .flatMap((cell) => {
        const code = schoolOf(cell, schools)
        if (code === null) unknown.add(cell)
        return code === null ? [] : [code]
      })
    rows.push({ teacher, schools: [...new Set(codes)] })
  }
  return { rows, unknown: [...unknown] }
}

/** Rows put over those that are there, by the teacher; a row without schools takes the wishes away. */
export function merged(now: readonly WishRow[], more: readonly WishRow[]): WishRow[] {
  const all = new Map(now.map((row): [string, WishRow] => [row.teacher, row]))
  for (const row of more) all.set(row.teacher, row)
  return [...all.values()]
    .filter((row) => row.schools.length > 0)
    .sort((a, b) => (a.teacher < b.teacher ? -1 : 1))
}
