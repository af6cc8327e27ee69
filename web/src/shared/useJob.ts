// Watching a job until it ends: asks every second, slower after a minute, and stops when one leaves.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { call } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Job } from '@/api/types'

export interface Watch {
  job: ShallowRef<Job | null>
  problem: ShallowRef<Problem | null>
  follow: (id: number) => void
  cancel: () => Promise<void>
}

const ENDED = new Set(['done', 'failed', 'cancelled'])

export function useJob(ended: (job: Job) => void): Watch {
  const job = shallowRef<Job | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function look(id: number): Promise<void> {
    asked += 1
    try {
      const next = await call('GET /jobs/{id}', { path: { id } })
      job.value = next
      problem.value = null
      if (ENDED.has(next.state)) {
        ended(next)
        return
      }
    } catch (error) {
      const found = asProblem(error)
      problem.value = found
      if (!found.passing) return
    }
    timer = setTimeout(() => void look(id), asked < 60 ? 1000 : 5000)
  }

  onScopeDispose(() => clearTimeout(timer))
  return {
    job,
    problem,
    follow: (id) => {
      clearTimeout(timer)
      asked = 0
      void look(id)
    },
    cancel: async () => {
      if (!job.value) return
      try {
        job.value = await call('POST /jobs/{id}/cancel', { path: { id: job.value.id } })
      } catch (error) {
        problem.value = asProblem(error)
      }
    },
  }
}
