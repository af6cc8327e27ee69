// The four states, each with sign and word, and the words of codes that are shown everywhere.
import type { Stage, Verdict } from '@/api/evaluation'

export type State = 'pass' | 'near' | 'fail' | 'missing' | 'none'

export const SIGN: Record<State, string> = { pass: '●', near: '◐', fail: '○', missing: '–', none: '—' }

export function stateOf(verdict: Verdict | 'not_decidable' | string): State {
  switch (verdict) {
    case 'pass':
    case 'near':
    case 'fail':
    case 'missing':
      return verdict
    case 'not_decidable':
      return 'missing'
    default:
      return 'none'
  }
}

/** Worst first. */
export const WORST: State[] = ['fail', 'missing', 'near', 'pass', 'none']

export const STAGES: Stage[] = ['primary', 'junior', 'senior']

/** Statistical codes of urban and rural as three words. */
export function residenceOf(code: string | null): 'urban' | 'town' | 'rural' | null {
  switch (code?.[0]) {
    case '1':
      return code[1] === '1' ? 'urban' : 'town'
    case '2':
      return 'rural'
    default:
      return null
  }
}
