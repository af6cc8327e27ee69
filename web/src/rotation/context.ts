// What the parts of one rotation share: the rotation itself, the numbers of the rules, the schools.
import { computed, inject, provide, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue'
import type { RotationDefaults, RotationView, RunLine } from '@/api/rotation'
import type { SchoolEntry } from '@/api/types'
import type { Watch } from '@/shared/useJob'

export interface SchoolOption {
  code: string
  name: string
}
export interface RotationContext {
  view: ComputedRef<RotationView>
  defaults: ShallowRef<RotationDefaults | null>
  /** All runs; empty for those who see only what is published. */
  runs: ComputedRef<RunLine[]>
  /** The newest run that could be published now. */
  ready: ComputedRef<number | null>
  /** Schools that can take part, in the order of their codes. */
  schools: ComputedRef<SchoolOption[]>
  /** A view that the server has answered takes the place of the one on the screen. */
  take: (next: RotationView) => void
  reload: () => Promise<void>
  /** The job of this rotation that runs, or ran last. */
  watcher: Watch
  running: ComputedRef<boolean>
}

const KEY: InjectionKey<RotationContext> = Symbol('rotation')

export const provideRotation = (context: RotationContext): void => provide(KEY, context)

export function useRotation(): RotationContext {
  const context = inject(KEY)
  if (!context) throw new Error('a part of a rotation stands outside of its page')
  return context
}

/** May a run be published: it is possible, of now, and the checker has found nothing. */
export const canBePublished = (run: RunLine): boolean =>
  run.possible && run.stale.length === 0 && run.findings === 0

const COMPULSORY = new Set([
  'primary',
  'teaching_point',
  'junior',
  'nine_year',
  'twelve_year',
  'complete_secondary',
])
/** Schools of compulsory education that are open. */
export function takingPart(schools: readonly SchoolEntry[]): SchoolOption[] {
  return schools
    .filter((school) => school.state === 'open' && COMPULSORY.has(school.kind))
    .map(({ code, name }) => ({ code, name }))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** The name of a school by its code. */
export function useNames(schools: ComputedRef<SchoolOption[]>): (code: string) => string {
  const names = computed(() => new Map(schools.value.map((s): [string, string] => [s.code, s.name])))
  return (code) => names.value.get(code) ?? code
}
