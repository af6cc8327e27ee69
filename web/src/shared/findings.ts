// Findings apart from what they are about: how each weight is shown, and the worst ones first.
import { computed, ref, type ComputedRef, type Ref } from 'vue'

export type Severity = 'error' | 'warning' | 'notice'
export const SEVERITY_SIGN: Record<Severity, string> = { error: '○', warning: '◐', notice: '–' }
export const SEVERITY_CLASS: Record<Severity, string> = {
  error: 'state-fail',
  warning: 'state-near',
  notice: 'state-missing',
}
const RANK: Record<Severity, number> = { error: 0, warning: 1, notice: 2 }
/** So many rows are drawn at first. */
const FIRST = 200

export interface WorstFirst<F> {
  /** What is drawn: the first ones, or all. */
  shown: ComputedRef<F[]>
  count: ComputedRef<number>
  all: Ref<boolean>
}

/** Worst first; those of one weight stay in their order. */
export function useWorstFirst<F extends { severity: Severity }>(findings: () => readonly F[]): WorstFirst<F> {
  const all = ref(false)
  const sorted = computed(() => findings().toSorted((a, b) => RANK[a.severity] - RANK[b.severity]))
  return {
    shown: computed(() => (all.value ? sorted.value : sorted.value.slice(0, FIRST))),
    count: computed(() => sorted.value.length),
    all,
  }
}
