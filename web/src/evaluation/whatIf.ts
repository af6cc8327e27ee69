// The sandbox: figures that are tried, and the evaluation as it would be. Nothing is judged here; the
// server judges, and its answer is laid over the evaluation.
import type { Evaluation, Figure, Section, Stage, Verdict } from '@/api/evaluation'
import type { Delta, Trial } from '@/api/types'
import { decimal } from '@/shared/format'

/** A trial as the page keeps it, with the words to show it by. */
export interface NamedTrial extends Trial {
  place: string
  zh: string
  unit: string
  before: string | null
}

export const trialKey = (trial: Trial): string => `${trial.school ?? ''}/${trial.stage ?? ''}/${trial.item}`
export const sectionKey = (section: { school: string; stage: Stage }): string =>
  `${section.school}/${section.stage}`

/** With the trial in the place of an earlier one of the same figure. */
export function withTrial(trials: readonly NamedTrial[], trial: NamedTrial): NamedTrial[] {
  const key = trialKey(trial)
  const others = trials.filter((other) => trialKey(other) !== key)
  const earlier = trials.find((other) => trialKey(other) === key)
  // The first “before” is the official one.
  const kept = { ...trial, before: earlier ? earlier.before : trial.before }
  return kept.value === kept.before ? others : [...others, kept]
}

/** What the server is sent: no words. */
export function bare(trials: readonly NamedTrial[]): Trial[] {
  return trials.map(({ school, stage, item, value }) => ({ school, stage, item, value }))
}

/** A number as people type it, as the server reads it; `undefined` where it is none. */
export function readValue(text: string): string | null | undefined {
  const clean = text
    .trim()
    .replace(/[０-９．]/g, (c) => (c === '．' ? '.' : String.fromCharCode(c.charCodeAt(0) - 0xfee0)))
    .replace(/[,，\s]/g, '')
  if (clean === '') return null
  if (clean === '—' || clean === '-' || clean === '－' || clean === '——') return '—'
  return /^-?\d+(\.\d+)?$/.test(clean) ? clean : undefined
}

function mergedSection(section: Section, changed: Delta['sections'][number] | undefined): Section {
  if (!changed) return section
  const values = section.values.map((value) => {
    const next = changed.values.find((v) => v.indicator === value.code)
    return next
      ? {
          ...value,
          value: next.after === null ? null : { exact: next.after, shown: next.after },
          verdict: next.verdict,
          verdict_if_rounded: null,
          gap: null,
          gap_whole_school: null,
        }
      : value
  })
  return {
    ...section,
    values,
    verdict: changed.after,
    remark: changed.remark,
    reached: values.filter((value) => value.verdict === 'pass').length,
  }
}

function shareOf(part: number, whole: number): Figure | null {
  if (whole === 0) return null
  const exact = `${part * 100}/${whole}`
  return { exact, shown: decimal(exact, 1) }
}

/** The evaluation with the answer laid over it. */
export function merged(evaluation: Evaluation, delta: Delta | null): Evaluation {
  if (!delta) return evaluation
  const changed = new Map(delta.sections.map((section) => [sectionKey(section), section]))
  const county = new Map(delta.county.map((indicator) => [indicator.code, indicator.after]))
  const sections = evaluation.sections.map((section) =>
    mergedSection(section, changed.get(sectionKey(section))),
  )
  const count = (stage: Stage, ...verdicts: Verdict[]): number =>
    sections.filter((s) => s.stage === stage && verdicts.includes(s.verdict)).length
  return {
    ...evaluation,
    sections,
    stages: evaluation.stages.map((stage) => ({
      ...stage,
      passed: count(stage.stage, 'pass'),
      share: stage.share && shareOf(count(stage.stage, 'pass'), stage.sections),
      failed: count(stage.stage, 'fail', 'near'),
      missing: count(stage.stage, 'missing'),
      indicators: stage.indicators.map((indicator) => {
        const next = delta.coefficients.find((c) => c.stage === stage.stage && c.indicator === indicator.code)
        return next
          ? {
              ...indicator,
              coefficient: next.after === null ? null : { value: next.after, shown: decimal(next.after, 3) },
              verdict: next.verdict,
            }
          : indicator
      }),
    })),
    groups: evaluation.groups.map((group) => ({
      ...group,
      indicators: group.indicators.map((indicator) => ({
        ...indicator,
        verdict: county.get(indicator.code) ?? indicator.verdict,
      })),
    })),
    overall: { ...evaluation.overall, verdict: delta.after },
  }
}
