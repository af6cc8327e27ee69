// Groups of schools between which teachers move: every school is in one group at most.
import type { District } from '@/api/types'
import type { SchoolOption } from './context'

export type Groups = string[][]

/** A school goes into a group, and out of any other. */
export function withSchool(groups: readonly string[][], at: number, school: string): Groups {
  if (!school) return groups.map((group) => [...group])
  return groups.map((group, i) => {
    const others = group.filter((code) => code !== school)
    return i === at ? [...others, school] : others
  })
}

/** The last group can be emptied, not taken away: a scope of groups has one. */
export function withoutGroup(groups: readonly string[][], at: number): Groups {
  const left = groups.filter((_, i) => i !== at)
  return left.length > 0 ? left.map((group) => [...group]) : [[]]
}

/** The county's districts or groups as groups, with the schools that take part; the first wins. */
export function groupsOf(
  districts: readonly District[],
  kind: District['kind'],
  schools: readonly SchoolOption[],
): Groups {
  const free = new Set(schools.map((school) => school.code))
  const groups = districts
    .filter((district) => district.kind === kind)
    .map((district) => district.schools.filter((code) => free.delete(code)))
    .filter((group) => group.length > 0)
  return groups.length > 0 ? groups : [[]]
}
