// Counted figures beside those of the forms: which stand together, and their differences in words.
import type { Stage } from '@/api/evaluation'
import type { RosterCount } from '@/api/teachers'
import { approximate, percent } from '@/shared/format'

export type CountGroup = 'degree' | 'backbone' | 'art' | 'training' | 'exchange'

/** A share that the rules ask for, of which the server says the sections' and these pages the county's. */
export interface Rate {
  of: string
  whole: string
  /** What the rule asks for, as a text of the head; a rule is judged elsewhere. */
  target: string
}
export const RATES: Record<string, Rate> = {
  certified_share: { of: 'teachers_certified', whole: 'teachers', target: '100%' },
  trained_share: { of: 'teachers_trained', whole: 'teachers', target: '100%' },
  rotated_share: { of: 'teachers_rotated', whole: 'teachers_rotation_eligible', target: '10%' },
  rotated_backbone_share: { of: 'teachers_rotated_backbone', whole: 'teachers_rotated', target: '20%' },
}
export const COUNT_GROUPS: { group: CountGroup; items: string[] }[] = [
  {
    group: 'degree',
    items: [
      'L1',
      'staff',
      'teachers',
      'teachers_doctor',
      'teachers_master',
      'teachers_bachelor',
      'teachers_college',
      'teachers_below_college',
    ],
  },
  {
    group: 'backbone',
    items: [
      'L2',
      'teachers',
      'teachers_backbone',
      'teachers_rank_chief',
      'teachers_rank_senior',
      'teachers_rank_middle',
    ],
  },
  {
    group: 'art',
    items: ['L3', 'teachers_pe', 'teachers_music', 'teachers_fine_art', 'teachers_art', 'teachers_visiting'],
  },
  {
    group: 'training',
    items: [
      'certified_share',
      'trained_share',
      'teachers',
      'teachers_certified',
      'teachers_trained',
      'teachers_training_hours',
    ],
  },
  {
    group: 'exchange',
    items: [
      'rotated_share',
      'rotated_backbone_share',
      'teachers_rotation_eligible',
      'teachers_rotated',
      'teachers_rotated_backbone',
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

export type Difference = 'same' | 'more' | 'less' | 'unknown' | 'unreported' | 'neither'

/** How the roster's number stands to the form's. */
export function differenceOf(count: RosterCount): Difference {
  // A share of nobody is none, in the roster as in the form.
  if (count.counted === null) return count.reported === null ? 'neither' : 'unknown'
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
/** The county's share of a stage, of its sums; empty where one of them is not known or there is nobody. */
export function totalRate(rows: readonly CountRow[], stage: Stage, rate: Rate): string {
  const [of, whole] = [totalOf(rows, stage, rate.of), totalOf(rows, stage, rate.whole)]
  return of === null || whole === null || whole === '0' ? '' : percent(`${of}/${whole}`, 2)
}

export const differing = (counts: readonly RosterCount[]): RosterCount[] =>
  counts.filter((count) => ['more', 'less', 'unknown'].includes(differenceOf(count)))

/** Figures that the forms do not say: not filled, or not approved yet. */
export const unreported = (counts: readonly RosterCount[]): number =>
  counts.filter((count) => differenceOf(count) === 'unreported').length
