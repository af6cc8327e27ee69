// The list of the year's teachers as the page shows it: a page at a time by its filters, or those whom a
// search by name or identity number found. What was searched for is sent once and kept nowhere.
import { type ComputedRef, computed, nextTick, ref, shallowRef, watch } from 'vue'
import { call } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { TeacherLine } from '@/api/teachers'
import { asked, type TeacherFilters } from './filters'

const PAGE = 200
/** A county has at most some tens of thousands of teachers; a list that long is not printed. */
const PRINTED = 5000

export function useTeacherList(year: () => number, filters: ComputedRef<TeacherFilters>) {
  const rows = shallowRef<TeacherLine[]>([])
  const total = ref(0)
  const next = ref<string | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const ready = ref(false)
  /** Does the list show whom a search found? */
  const found = ref(false)
  /** The beginnings of the pages before this one. */
  const before = ref<(string | undefined)[]>([])
  let running: AbortController | null = null
  let here: string | undefined

  /** Asks anew: what an earlier question answers later is not shown. */
  async function ask(question: (signal: AbortSignal) => Promise<() => void>): Promise<void> {
    running?.abort()
    const mine = new AbortController()
    running = mine
    try {
      const show = await question(mine.signal)
      if (mine.signal.aborted) return
      problem.value = null
      show()
      ready.value = true
    } catch (error) {
      if (!mine.signal.aborted) problem.value = asProblem(error)
    }
  }
  const pageOf = (limit: number, after?: string, signal?: AbortSignal) =>
    call('GET /years/{year}/teachers', {
      path: { year: year() },
      query: { ...asked(filters.value), limit, after },
      signal,
    })
  const read = (after?: string): Promise<void> =>
    ask(async (signal) => {
      const page = await pageOf(PAGE, after, signal)
      return () => {
        rows.value = page.items
        total.value = page.total
        next.value = page.next
      }
    })
  function begin(): void {
    found.value = false
    before.value = []
    here = undefined
    void read()
  }
  function forward(): void {
    if (next.value === null) return
    before.value.push(here)
    here = next.value
    void read(here)
  }
  function back(): void {
    here = before.value.pop()
    void read(here)
  }
  /** Whoever is called so, in all of the year's roster: the filters do not narrow it. */
  const search = (text: string): Promise<void> =>
    ask(async (signal) => {
      const answer = await call('POST /years/{year}/roster/search', {
        path: { year: year() },
        body: { text },
        signal,
      })
      return () => {
        found.value = true
        before.value = []
        here = undefined
        rows.value = answer.items
        total.value = answer.total
        next.value = null
      }
    })

  /** Prints all that was asked for, not this page of it. */
  async function print(paper: () => Promise<void>): Promise<void> {
    problem.value = null
    const shown = rows.value
    try {
      if (!found.value && total.value > rows.value.length) {
        const all: TeacherLine[] = []
        let after: string | undefined
        for (let i = 0; i < PRINTED / 1000; i += 1) {
          const page = await pageOf(1000, after)
          all.push(...page.items)
          if (page.next === null) break
          after = page.next
        }
        rows.value = all
        await nextTick()
      }
      await paper()
    } catch (error) {
      problem.value = asProblem(error)
    } finally {
      rows.value = shown
    }
  }

  watch([() => JSON.stringify(asked(filters.value)), year], begin)
  const first = computed(() => (total.value === 0 ? 0 : before.value.length * PAGE + 1))
  const last = computed(() => Math.max(0, first.value - 1) + rows.value.length)
  return {
    rows,
    total,
    next,
    problem,
    ready,
    found,
    before,
    first,
    last,
    begin,
    forward,
    back,
    search,
    print,
  }
}
