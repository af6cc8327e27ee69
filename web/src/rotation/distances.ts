// Known distances as they are pasted: place or school, school, kilometres.
import type { RotationSettings } from '@/api/rotation'
import { pasted } from '@/shared/csv'
import type { SchoolOption } from './context'
import { fromNumber } from './numbers'
import { schoolOf } from './wishes'

export interface ReadDistances {
  distances: RotationSettings['distances']
  /** Lines, from one, that cannot be read: no such school, no number. */
  wrong: number[]
}

export function readDistances(text: string, schools: readonly SchoolOption[]): ReadDistances {
  const found: ReadDistances = { distances: [], wrong: [] }
  if (text.trim() === '') return found
  pasted(text).forEach((cells, i) => {
    const [from = '', to = '', km = ''] = cells
    if (from === '' && to === '') return
    const school = schoolOf(to, schools)
    const figure = fromNumber(km)
    if (!from || school === null || figure === null) found.wrong.push(i + 1)
    // A school is known by its code, a place by its name.
    else found.distances.push({ from: schoolOf(from, schools) ?? from, to: school, km: figure })
  })
  return found
}
