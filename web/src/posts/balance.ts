// Posts in words: what is missing or to spare, and the sums of the county. Missing is not zero.
import type { SectionPosts, SubjectPosts, SubjectTotal } from '@/api/posts'
import type { Stage } from '@/api/evaluation'

export type Balance = 'short' | 'over' | 'even' | 'unknown'

export function balanceOf(balance: number | null): Balance {
  if (balance === null) return 'unknown'
  return balance < 0 ? 'short' : balance > 0 ? 'over' : 'even'
}

/** Subjects with a shortage that is structural, the greatest first. */
export function structural(section: SectionPosts): SubjectPosts[] {
  return section.subjects
    .filter((subject) => subject.structural && subject.shortage > 0)
    .sort((a, b) => b.shortage - a.shortage)
}

export interface Sum {
  stage: Stage
  sections: number
  quota: number | null
  teaching: number | null
  staff: number | null
  teachers: number | null
  balance: number | null
  /** Posts missing in sections that have too few, and staff beyond in those that have too many. */
  short: number
  over: number
}

/** What is summed up, of this year and of those to come; these say nothing of other staff. */
type Summed = Pick<SectionPosts, 'stage' | 'quota' | 'teaching' | 'teachers' | 'balance'> & {
  staff?: number | null
}

/** The sums of a stage; `null` where a section's figure is not known. */
export function sumOf(sections: readonly Summed[], stage: Stage): Sum {
  const of = sections.filter((section) => section.stage === stage)
  const sum = (figure: (section: Summed) => number | null | undefined): number | null =>
    of.reduce<number | null>((total, section) => {
      const one = figure(section)
      return total === null || one === null || one === undefined ? null : total + one
    }, 0)
  const part = (sign: 1 | -1): number =>
    of.reduce((total, section) => total + Math.max(0, sign * (section.balance ?? 0)), 0)
  return {
    stage,
    sections: of.length,
    quota: sum((s) => s.quota),
    teaching: sum((s) => s.teaching),
    staff: sum((s) => s.staff),
    teachers: sum((s) => s.teachers),
    balance: sum((s) => s.balance),
    short: part(-1),
    over: part(1),
  }
}

/** The same section in another year. */
export const sectionIn = <S extends { school: string; stage: Stage }>(
  sections: readonly S[],
  school: string,
  stage: Stage,
): S | undefined => sections.find((s) => s.school === school && s.stage === stage)

/** Of a subject's shortage, what moving teachers cannot close. */
export const restOf = (total: Pick<SubjectTotal, 'shortage' | 'movable'>): number =>
  total.shortage - total.movable

/** A shortage that remains after moves, and whether others could stand in; `null`: nothing remains. */
export function lasting(
  total: Pick<SubjectTotal, 'shortage' | 'movable' | 'structural'>,
): 'structural' | 'short' | null {
  if (restOf(total) <= 0) return null
  return total.structural ? 'structural' : 'short'
}
