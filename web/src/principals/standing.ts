// How a term stands: what follows from the years that are left.
import type { PrincipalTerm } from '@/api/exchange'

export type Standing = 'must' | 'soon' | 'within' | 'cannot'
export const STANDINGS: Standing[] = ['must', 'soon', 'within', 'cannot']

export function standingOf({ left }: Pick<PrincipalTerm, 'left'>): Standing {
  if (left === null) return 'cannot'
  if (left <= 0) return 'must'
  return left <= 1 ? 'soon' : 'within'
}

/** Which sign it is shown with. */
export const SIGN: Record<Standing, string> = {
  must: 'fail',
  soon: 'near',
  within: 'pass',
  cannot: 'missing',
}
