// Counted figures beside those of the forms: which stand together, and their differences in words.
import type { Stage } from '@/api/evaluation'
import type { RosterCount } from '@/api/teachers'
import { approximate, percent } from '@/shared/format'

export type CountGroup = 'degree' | 'backbone' | 'art' | 'training' | 'exchange'

export interface Rate {
  name: string
  of: string
  whole: string
  /** What the rule asks for, as a text of the head; a rule is judged elsewhere. */
  target: string
}
export const COUNT_GROUPS: { group: CountGroup; items: string[]; rates: Rate[] }[] = [
  {
    group: 'degree',
    items: [
      'staff',
      'teachers',
      'teachers_doctor',
      'teachers_master',
      'teachers_bachelor',
      'teachers_college',
      'teachers_below_college',
    ],
    rates: [],
  },
  {
    group: 'backbone',
    items: [
      'teachers',
      'teachers_backbone',
      'teachers_rank_chief',
      'teachers_rank_senior',
      'teachers_rank_middle',
    ],
    rates: [],
  },
  {
    group: 'art',
    items: ['teachers_pe', 'teachers_music', 'teachers_fine_art', 'teachers_art', 'teachers_visiting'],
    rates: [],
  },
  {
    group: 'training',
    items: ['teachers', 'teachers_certified', 'teachers_trained', 'teachers_training_hours'],
    rates: [
      { name: 'certified', of: 'teachers_certified', whole: 'teachers', target: '100%' },
      { name: 'trained', of: 'teachers_trained', whole: 'teachers', target: '100%' },
    ],
  },
  {
    group: 'exchange',
    items: ['teachers_rotation_eligible', 'teachers_rotated', 'teachers_rotated_backbone'],
    rates: [
      { name: 'rotated', of: 'teachers_rotated', whole: 'teachers_rotation_eligible', target: '10%' },
      { name: 'backbone', of: 'teachers_rotated_backbone', whole: 'teachers_rotated', target: '20%' },
    ],
  },
]

/** A section with its counts by item. */
export interface CountRow {
  school: string
  name: string
  stage: Stage
  counts: Map<string, RosterCount>
}

export function rowsOf(counts: readonly RosterCount[]): CountRow[] {
  const rows = new Map<string, CountRow>()
  for (const count of counts) {
    const key = `${count.school}/${count.stage}`
    let row = rows.get(key)
    if (!row) {
      row = { school: count.school, name: count.school_name, stage: count.stage, counts: new Map() }
      rows.set(key, row)
    }
    row.counts.set(count.item, count)
  }
  return [...rows.values()]
}

export type Difference = 'same' | 'more' | 'less' | 'unknown' | 'unreported'

/** How the roster's number stands to the form's. */
export function differenceOf(count: RosterCount): Difference {
  if (count.counted === null) return 'unknown'
  if (count.reported === null) return 'unreported'
  if (count.same) return 'same'
  return approximate(count.counted) > approximate(count.reported) ? 'more' : 'less'
}

/** By how much they differ, without a sign; exact for the decimals that hours have. */
export function gapOf(count: RosterCount): string {
  if (count.counted === null || count.reported === null) return ''
  const places = Math.max(...[count.counted, count.reported].map((text) => text.split('.')[1]?.length ?? 0))
  const scaled = (text: string): bigint => {
    const [whole = '0', rest = ''] = text.split('.')
    return BigInt(whole + rest.padEnd(places, '0'))
  }
  const gap = scaled(count.counted) - scaled(count.reported)
  const digits = String(gap < 0n ? -gap : gap).padStart(places + 1, '0')
  const text = places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** A share of the roster's numbers; empty where one of them is not known or there is nobody. */
export function rateOf(row: CountRow, rate: Rate): string {
  return ratio(row.counts.get(rate.of)?.counted, row.counts.get(rate.whole)?.counted)
}

function ratio(of: string | null | undefined, whole: string | null | undefined): string {
  if (!of || !whole || approximate(whole) === 0) return ''
  if (!/^\d+$/.test(of) || !/^\d+$/.test(whole)) return ''
  return percent(`${of}/${whole}`, 1)
}

/** The sum of a stage; `null` where a section's number is not known: missing is not zero. */
export function totalOf(rows: readonly CountRow[], stage: Stage, item: string): string | null {
  let total = 0n
  for (const row of rows) {
    if (row.stage !== stage) continue
    const count = row.counts.get(item)
    if (!count?.counted || !/^\d+$/.test(count.counted)) return null
    total += BigInt(count.counted)
  }
  return String(total)
}
export function totalRate(rows: readonly CountRow[], stage: Stage, rate: Rate): string {
  return ratio(totalOf(rows, stage, rate.of), totalOf(rows, stage, rate.whole))
}

export const differing = (counts: readonly RosterCount[]): RosterCount[] =>
  counts.filter((count) => ['more', 'less', 'unknown'].includes(differenceOf(count)))
