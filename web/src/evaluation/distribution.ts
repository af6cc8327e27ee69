// The distribution of one indicator over the sections of a stage, as columns as wide as their pupils.
import type { Indicator, Section, Stage } from '@/api/evaluation'
import { approximate } from '@/shared/format'

export interface Bar {
  section: Section
  from: number
  to: number
  value: number
  shown: string
  verdict: string
}

/** From low to high; a section without a value has no column. */
export function bars(sections: readonly Section[], stage: Stage, code: string): Bar[] {
  const known = sections
    .filter((section) => section.stage === stage)
    .flatMap((section) => {
      const value = section.values.find((v) => v.code === code)
      const number = approximate(value?.value?.exact)
      return value && !Number.isNaN(number) ? [{ section, value, number }] : []
    })
    .sort((a, b) => a.number - b.number)
  let from = 0
  return known.map(({ section, value, number }) => {
    const width = approximate(section.pupils) || 1
    const bar = {
      section,
      from,
      to: from + width,
      value: number,
      shown: value.value?.shown ?? '',
      verdict: value.verdict,
    }
    from += width
    return bar
  })
}

export function limitOf(indicator: Indicator, stage: Stage): Indicator['limits'][number] | undefined {
  return indicator.limits.find((limit) => limit.stage === stage)
}
