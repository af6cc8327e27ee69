// Groups of schools between which teachers move: every school is in one group at most.
import type { ExchangeLine } from '@/api/exchange'
import type { District } from '@/api/types'
import type { SchoolOption } from './context'

export type Groups = string[][]

export type Pair = [string, string]

/** The pairs with those that schools have agreed to support each other; each pair once, whatever its order. */
export function withSupport(
  pairs: readonly Pair[],
  records: readonly Pick<ExchangeLine, 'way' | 'state' | 'giver' | 'takers'>[],
  schools: readonly SchoolOption[],
): Pair[] {
  const known = new Set(schools.map((school) => school.code))
  const all = new Map(pairs.map((pair) => [[...pair].sort().join(' '), pair] as const))
  for (const { way, state, giver, takers } of records) {
    if (way !== 'support' || state === 'void' || !giver || !known.has(giver.school)) continue
    for (const { school } of takers) {
      const key = [giver.school, school].sort().join(' ')
      if (school !== giver.school && known.has(school) && !all.has(key)) all.set(key, [giver.school, school])
    }
  }
  return [...all.values()]
}

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

/** Lists of schools as groups: only schools that take part, each in the first list that names it. */
function groupsFrom(lists: readonly (readonly string[])[], schools: readonly SchoolOption[]): Groups {
  const free = new Set(schools.map((school) => school.code))
  return lists.map((list) => list.filter((code) => free.delete(code))).filter((group) => group.length > 0)
}

/** The county's districts or education groups; none where none are kept. */
export function groupsOf(
  districts: readonly District[],
  kind: District['kind'],
  schools: readonly SchoolOption[],
): Groups {
  const lists = districts.filter((district) => district.kind === kind).map((district) => district.schools)
  return groupsFrom(lists, schools)
}

/** The schools of each township, in the order of the townships' names. */
export function townshipGroups(
  points: readonly { school: string; township: string | null }[],
  schools: readonly SchoolOption[],
): Groups {
  const lists = new Map<string, string[]>()
  for (const { school, township } of points)
    if (township) lists.set(township, [...(lists.get(township) ?? []), school])
  const sorted = [...lists].sort(([a], [b]) => a.localeCompare(b, 'zh'))
  return groupsFrom(
    sorted.map(([, list]) => list),
    schools,
  )
}
