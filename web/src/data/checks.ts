// Checks that need no server: is it a number, is it whole, is it in range. Everything that compares
// figures is checked by the server when the draft is saved.
import type { Field } from '@/api/types'
import { approximate } from '@/shared/format'

export const NOT_APPLICABLE = '—'

export type Complaint =
  { key: 'number' | 'whole' | 'option' | 'date' | 'year' } | { key: 'least' | 'most'; limit: string }

/** What people type, as it is stored: full-width digits, thousands separators and blanks are put right. */
export function clean(text: string, kind: string): string | null {
  let value = text.trim().replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
  if (value === '') return null
  if (/^[-–—－]{1,2}$/.test(value)) return NOT_APPLICABLE
  if (kind === 'count' || kind === 'amount' || kind === 'year') value = value.replace(/[,，\s]/g, '')
  return value
}

export function complaint(
  field: Pick<Field, 'kind' | 'min' | 'max' | 'options'>,
  value: string | null,
): Complaint | null {
  if (value === null || value === NOT_APPLICABLE) return null
  switch (field.kind) {
    case 'count':
    case 'amount':
    case 'year': {
      if (!/^-?\d+(\.\d+)?$/.test(value)) return { key: 'number' }
      if (field.kind !== 'amount' && !/^-?\d+$/.test(value)) return { key: 'whole' }
      if (field.kind === 'year' && !/^\d{4}$/.test(value)) return { key: 'year' }
      const number = approximate(value)
      const least = field.min ?? '0'
      if (number < approximate(least)) return { key: 'least', limit: least }
      const most = field.max
      if (most !== null && number > approximate(most)) return { key: 'most', limit: most }
      return null
    }
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(value) ? null : { key: 'date' }
    case 'code':
      return field.options.length > 0 && !field.options.some((o) => o.zh === value || o.code === value)
        ? { key: 'option' }
        : null
    default:
      return null
  }
}
