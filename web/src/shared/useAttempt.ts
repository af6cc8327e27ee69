// Something that a person has asked for: whether it is under way, and the refusal, if it was refused.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from '@/api/problem'

export interface Attempt {
  /** True while it runs; whatever would begin it once more is disabled. */
  busy: Ref<boolean>
  problem: ShallowRef<Problem | null>
  /** Does the work, and says whether it was done; a refusal is the problem, and never thrown. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>
  /** What the refusal says about a field. */
  messageOf: (field: string) => string
}

export function useAttempt(): Attempt {
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)

  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    problem.value = null
    try {
      await work()
      return true
    } catch (error) {
      problem.value = asProblem(error)
      return false
    } finally {
      busy.value = false
    }
  }
  const messageOf = (field: string): string =>
    problem.value?.fields.find((one) => one.field === field)?.message ?? ''
  return { busy, problem, attempt, messageOf }
}
