// Projects apart from how they are drawn: what a form sends, which cycles can be looked at.
import type { ProjectDetail, ProjectText, TrainingLevel } from '@/api/exchange'

export const LEVELS: TrainingLevel[] = ['nation', 'province', 'city', 'county', 'school']

/** What stands in the form. */
export interface Draft {
  school: string
  title: string
  provider: string
  level: TrainingLevel
  begins: string
  ends: string
  days: string
  hours: string
  funds: string
  seats: string
  evidence: string
  note: string
}

export function emptyDraft(year: number, school: string): Draft {
  return {
    school,
    title: '',
    provider: '',
    level: school ? 'school' : 'county',
    begins: `${year}-10-08`,
    ends: `${year}-10-12`,
    days: '',
    hours: '',
    funds: '',
    seats: '',
    evidence: '',
    note: '',
  }
}

export function draftOf(project: ProjectDetail): Draft {
  const text = (value: string | number | null): string => (value === null ? '' : String(value))
  return {
    school: text(project.school),
    title: project.title,
    provider: project.provider,
    level: project.level,
    begins: project.begins,
    ends: project.ends,
    days: text(project.days),
    hours: text(project.hours),
    funds: text(project.funds),
    seats: text(project.seats),
    evidence: text(project.evidence),
    note: project.note ?? '',
  }
}

/** What the server is sent; what was left empty is missing, not zero. */
export function projectOf(draft: Draft): ProjectText {
  const figure = (text: string): string | null => String(text).trim() || null
  const whole = (text: string): number | null => (String(text).trim() === '' ? null : Number(text))
  return {
    school: draft.level === 'school' ? draft.school || null : null,
    title: draft.title.trim(),
    provider: draft.provider.trim(),
    level: draft.level,
    begins: draft.begins,
    ends: draft.ends,
    days: figure(draft.days),
    hours: figure(draft.hours),
    funds: figure(draft.funds),
    seats: whole(draft.seats),
    evidence: whole(draft.evidence),
    note: draft.note.trim(),
  }
}

/** How a cycle is called: that of this year's evaluation, of the next one's, or just its years. */
export function cycleWord(
  from: number,
  length: number,
  year: number,
): 'cycleNow' | 'cycleNext' | 'cycleName' {
  if (from + length === year) return 'cycleNow'
  return from + length === year + 1 ? 'cycleNext' : 'cycleName'
}

/** The cycle that a page opens on: that of this year's evaluation, as all other pages count. */
export const openingCycle = (cycles: readonly number[], length: number, year: number): number | undefined =>
  cycles.find((from) => cycleWord(from, length, year) === 'cycleNow')
