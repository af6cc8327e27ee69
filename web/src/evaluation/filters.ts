// Which sections of the table are shown. Filters live in the address, so that a view can be sent on.
import type { Section, Stage } from '@/api/evaluation'
import { residenceOf } from '@/shared/verdict'

export interface Filters {
  text: string
  stage: string
  kind: string
  residence: string
  township: string
  verdict: string
  weak: boolean
}

export const NO_FILTERS: Filters = {
  text: '',
  stage: '',
  kind: '',
  residence: '',
  township: '',
  verdict: '',
  weak: false,
}

type Query = Record<string, string | null | (string | null)[] | undefined>

export function fromQuery(query: Query): Filters {
  const one = (name: string): string => {
    const value = query[name]
    return typeof value === 'string' ? value : ''
  }
  return {
    text: one('text'),
    stage: one('stage'),
    kind: one('kind'),
    residence: one('residence'),
    township: one('township'),
    verdict: one('verdict'),
    weak: one('weak') === '1',
  }
}

export function toQuery(filters: Filters): Record<string, string | undefined> {
  const { weak, ...texts } = filters
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value || undefined])),
    weak: weak ? '1' : undefined,
  }
}

/** The state of a section as the overview counts it: near is failed with no value below its floor. */
export function stateOfSection(section: Section): string {
  if (section.verdict !== 'fail' && section.verdict !== 'near') return section.verdict
  return section.values.some((value) => value.verdict === 'fail') ? 'fail' : 'near'
}

export function filtered(sections: readonly Section[], filters: Filters): Section[] {
  const text = filters.text.trim().toLowerCase()
  return sections.filter(
    (section) =>
      (text === '' || section.name.toLowerCase().includes(text) || section.school.includes(text)) &&
      (filters.stage === '' || section.stage === (filters.stage as Stage)) &&
      (filters.kind === '' || section.kind === filters.kind) &&
      (filters.residence === '' || residenceOf(section.residence) === filters.residence) &&
      (filters.township === '' || section.township === filters.township) &&
      (filters.verdict === '' || stateOfSection(section) === filters.verdict) &&
      (!filters.weak ||
        section.values.some((value) => value.verdict !== 'pass' && value.verdict !== 'not_applicable')),
  )
}
