// Loading one thing for a page: its state, its problem, and no answer that comes too late.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue'
import { asProblem, type Problem } from '@/api/problem'

export interface Load<T> {
  data: ShallowRef<T | null>
  problem: ShallowRef<Problem | null>
  /** True while loading; what was there before stays on the screen. */
  loading: Ref<boolean>
  reload: () => Promise<void>
}

export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, sources: WatchSource[] = []): Load<T> {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const loading = ref(false)
  let running: AbortController | null = null

  const reload = async (): Promise<void> => {
    running?.abort()
    const mine = new AbortController()
    running = mine
    loading.value = true
    try {
      const value = await load(mine.signal)
      if (mine.signal.aborted) return
      data.value = value
      problem.value = null
    } catch (error) {
      if (!mine.signal.aborted) problem.value = asProblem(error)
    } finally {
      if (running === mine) loading.value = false
    }
  }

  watch(sources, reload, { immediate: true })
  onScopeDispose(() => running?.abort())
  return { data, problem, loading, reload }
}
