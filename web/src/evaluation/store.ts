// The evaluation on the screen, and the sandbox over it.
import { defineStore } from 'pinia'
import { computed, nextTick, ref, shallowRef, watch } from 'vue'
import { call } from '@/api/client'
import type { Evaluation } from '@/api/evaluation'
import type { DataKind } from '@/api/routes'
import { asProblem, type Problem } from '@/api/problem'
import type { Delta, Item } from '@/api/types'
import { useSession } from '@/session/store'
import { bare, merged, sectionKey, trialKey, withTrial, type NamedTrial } from './whatIf'

export const useEvaluation = defineStore('evaluation', () => {
  const session = useSession()
  const data = ref<DataKind>('approved')
  const official = shallowRef<Evaluation | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const items = shallowRef<Item[]>([])

  const trials = shallowRef<NamedTrial[]>([])
  const delta = shallowRef<Delta | null>(null)
  const sandbox = ref(false)
  const computing = ref(false)
  const trialProblem = shallowRef<Problem | null>(null)

  const evaluation = computed(() =>
    official.value && sandbox.value ? merged(official.value, delta.value) : official.value,
  )
  /** Cells that the sandbox has changed: `school/stage/indicator` → what stood there. */
  const changed = computed(() => {
    const before = new Map<string, string>()
    if (!sandbox.value || !delta.value) return before
    for (const section of delta.value.sections)
      for (const value of section.values)
        before.set(`${sectionKey(section)}/${value.indicator}`, value.before ?? '—')
    return before
  })

  let asked = 0
  let loading: Promise<void> = Promise.resolve()
  async function load(): Promise<void> {
    const mine = ++asked
    try {
      const answer = await call('GET /years/{year}/evaluation', {
        path: { year: session.year },
        query: { data: data.value },
      })
      if (mine !== asked) return
      official.value = answer
      problem.value = null
    } catch (error) {
      if (mine === asked) problem.value = asProblem(error)
    }
  }

  async function loadItems(): Promise<void> {
    if (items.value.length === 0) items.value = await call('GET /items')
  }

  let tried = 0
  async function compute(): Promise<void> {
    const mine = ++tried
    if (trials.value.length === 0) {
      delta.value = null
      trialProblem.value = null
      return
    }
    computing.value = true
    try {
      const answer = await call('POST /years/{year}/what-if', {
        path: { year: session.year },
        body: { edits: bare(trials.value), data: data.value },
      })
      if (mine !== tried) return
      delta.value = answer
      trialProblem.value = null
    } catch (error) {
      if (mine === tried) trialProblem.value = asProblem(error)
    } finally {
      if (mine === tried) computing.value = false
    }
  }

  function tryValue(trial: NamedTrial): void {
    sandbox.value = true
    trials.value = withTrial(trials.value, trial)
    void compute()
  }
  function takeBack(trial: NamedTrial): void {
    trials.value = trials.value.filter((other) => trialKey(other) !== trialKey(trial))
    void compute()
  }
  function setTrials(next: NamedTrial[]): void {
    trials.value = next
    void compute()
  }
  function closeSandbox(): void {
    sandbox.value = false
    setTrials([])
  }

  /** Shows the evaluation over other figures, and waits until it is there. */
  async function show(kind: DataKind): Promise<void> {
    data.value = kind
    await nextTick()
    await loading
  }

  watch([() => session.year, data], () => {
    official.value = null
    closeSandbox()
    loading = load()
  })

  return {
    data,
    official,
    evaluation,
    problem,
    items,
    trials,
    delta,
    sandbox,
    computing,
    trialProblem,
    changed,
    load,
    show,
    loadItems,
    tryValue,
    takeBack,
    setTrials,
    closeSandbox,
  }
})
