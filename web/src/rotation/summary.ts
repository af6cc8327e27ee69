// What a result says in a sentence and in small tables, apart from how it is drawn.
import type {
  RotationDefaults,
  RotationMove,
  RotationResult,
  SectionShift,
  ShareResult,
} from '@/api/rotation'
import { below } from './numbers'

export interface ShareStanding {
  verdict: 'pass' | 'fail' | 'none'
  /** A key of the words. */
  word: string
  /** Per cent with its sign; `—` where it is a share of nobody. */
  text: string
}
/** A share of nobody is neither reached nor missed. */
export function shareStanding(share: Pick<ShareResult, 'base' | 'share' | 'holds'>): ShareStanding {
  if (share.base === 0 || share.share === null)
    return { verdict: 'none', word: 'rotation.notApplicable', text: '—' }
  const text = `${share.share}%`
  return share.holds
    ? { verdict: 'pass', word: 'rotation.met', text }
    : { verdict: 'fail', word: 'rotation.notMet', text }
}

export interface Unreached {
  code: string
  /** What the rules ask for, in a sentence. */
  zh: string
  count: number
  base: number
}
/**
 * Shares of the rules that a result does not reach, though it keeps all that the county has set: those were
 * set lower, or left out. A share that was left out is counted where the result says enough of it.
 */
export function unreached(
  result: Pick<RotationResult, 'shares' | 'moves' | 'eligible'>,
  defaults: RotationDefaults | null,
): Unreached[] {
  const found: Unreached[] = []
  for (const rule of defaults?.settings.shares ?? []) {
    const told = result.shares.find((share) => share.code === rule.code)
    // Where it is missed as it was set, its own row says so.
    if (told && !told.holds) continue
    const own = told ?? countedShare(rule, result)
    if (own && own.base > 0 && below(`${own.count}/${own.base}`, rule.at_least))
      found.push({ code: rule.code, zh: rule.zh, count: own.count, base: own.base })
  }
  return found
}
function countedShare(
  rule: RotationDefaults['settings']['shares'][number],
  { moves, eligible }: Pick<RotationResult, 'moves' | 'eligible'>,
): { count: number; base: number } | null {
  if (rule.among !== 'all' || rule.of === 'teachers') return null
  const counted = rule.who === 'all' ? moves : moves.filter((move) => move.backbone)
  // Of the eligible backbone a result says no number.
  if (rule.of === 'eligible' && rule.who === 'backbone') return null
  return { count: counted.length, base: rule.of === 'eligible' ? eligible : moves.length }
}

/** A goal's figures before and after. */
export function levelOf(result: RotationResult, code: string): { before: string; after: string } | null {
  return result.levels.find((level) => level.code === code) ?? null
}

export interface IndicatorShift {
  stage: SectionShift['stage']
  indicator: string
  zh: string
  sections: number
  failBefore: number
  failAfter: number
}

/** Per stage and indicator: how many sections fail without and with the rotation. */
export function indicatorShifts(sections: readonly SectionShift[]): IndicatorShift[] {
  const found = new Map<string, IndicatorShift>()
  for (const section of sections)
    for (const value of section.values) {
      const key = `${section.stage}/${value.indicator}`
      const row = found.get(key) ?? {
        stage: section.stage,
        indicator: value.indicator,
        zh: value.zh,
        sections: 0,
        failBefore: 0,
        failAfter: 0,
      }
      row.sections += 1
      row.failBefore += Number(value.before_verdict === 'fail')
      row.failAfter += Number(value.after_verdict === 'fail')
      found.set(key, row)
    }
  return [...found.values()].sort(
    (a, b) => b.stage.localeCompare(a.stage) || a.indicator.localeCompare(b.indicator),
  )
}

/** Does a rotation touch a section? */
export const touched = (section: SectionShift): boolean => section.leave > 0 || section.come > 0

export interface MoveDifference {
  teacher: string
  name: string
  from_name: string
  subject: string
  /** Where to, by each run; `null`: stays. */
  a: string | null
  b: string | null
}

/** Who is treated differently by two runs: the moves of only one of them, and other destinations. */
export function differences(a: readonly RotationMove[], b: readonly RotationMove[]): MoveDifference[] {
  const of = (moves: readonly RotationMove[]): Map<string, RotationMove> =>
    new Map(moves.map((move): [string, RotationMove] => [move.teacher, move]))
  const [inA, inB] = [of(a), of(b)]
  return [...new Set([...inA.keys(), ...inB.keys()])].sort().flatMap((teacher) => {
    const [x, y] = [inA.get(teacher), inB.get(teacher)]
    const one = x ?? y
    if (!one || x?.to === y?.to) return []
    const { name, from_name, subject } = one
    return [{ teacher, name, from_name, subject, a: x?.to_name ?? null, b: y?.to_name ?? null }]
  })
}

/** Orders or moves by school, schools in the order of their codes. */
export function bySchool<T>(
  rows: readonly T[],
  of: (row: T) => { code: string; name: string },
): { code: string; name: string; rows: T[] }[] {
  const found = new Map<string, { code: string; name: string; rows: T[] }>()
  for (const row of rows) {
    const { code, name } = of(row)
    const group = found.get(code) ?? { code, name, rows: [] }
    group.rows.push(row)
    found.set(code, group)
  }
  return [...found.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** So many working days are between two days, both counted; public holidays are not known here. */
export function workingDays(from: string, until: string): number {
  const end = Date.parse(`${until}T00:00:00Z`)
  let at = Date.parse(`${from}T00:00:00Z`)
  let count = 0
  for (let i = 0; at <= end && i < 400; i += 1, at += 86_400_000) {
    const day = new Date(at).getUTCDay()
    if (day !== 0 && day !== 6) count += 1
  }
  return count
}

/** Is no other figure less, and one greater? For the eye only. */
export function better(value: string | undefined, others: readonly (string | undefined)[]): boolean {
  const mine = Number(value)
  const rest = others.filter((other) => other !== undefined).map(Number)
  if (value === undefined || rest.length === 0 || Number.isNaN(mine)) return false
  return rest.every((other) => mine <= other) && rest.some((other) => mine < other)
}

/** Teachers that a section's subjects lack towards their posts, without and with the rotation. */
export function lacking(section: SectionShift): { before: number; after: number } {
  const sum = (side: 'before' | 'after'): number =>
    section.subjects.reduce((n, s) => n + Math.max((s.posts ?? 0) - s[side], 0), 0)
  return { before: sum('before'), after: sum('after') }
}
