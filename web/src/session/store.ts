// Who is signed in, what they may do, and which school year all pages speak of.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { call, onExpired, setCsrf } from '@/api/client'
import { Problem } from '@/api/problem'
import type { Session } from '@/api/types'

/** Actions as the server names them. */
export type Action =
  | 'overview.read'
  | 'evaluation.read'
  | 'evaluation.preview'
  | 'evaluation.what_if'
  | 'evaluation.export'
  | 'attestation.read'
  | 'attestation.edit'
  | 'standard.read'
  | 'collection.read'
  | 'collection.manage'
  | 'submission.read'
  | 'submission.fill'
  | 'submission.review'
  | 'import.run'
  | 'evidence.add'
  | 'evidence.read'
  | 'plan.read'
  | 'plan.edit'
  | 'plan.adopt'
  | 'document.read'
  | 'document.edit'
  | 'document.sign'
  | 'teacher.read'
  | 'teacher.edit'
  | 'teacher.reveal'
  | 'staffing.read'
  | 'staffing.edit'
  | 'staffing.adopt'
  | 'objection.raise'
  | 'job.cancel'
  | 'school.read'
  | 'school.manage'
  | 'district.manage'
  | 'year.lock'
  | 'year.manage'
  | 'user.read'
  | 'user.manage'
  | 'user.appoint'
  | 'user.reset'
  | 'audit.read'
  | 'audit.verify'
  | 'backup.manage'
  | 'security.manage'
  | 'health.read'

export const useSession = defineStore('session', () => {
  const session = shallowRef<Session | null>(null)
  /** True while a sign-in dialog stands over a page whose session has expired. */
  const expired = ref(false)
  const year = ref(0)
  let resume: (() => void)[] = []

  const actions = computed(() => new Set(session.value?.can ?? []))
  const can = (action: Action): boolean => actions.value.has(action)
  /** The one school of a principal or clerk; `null` for everybody else. */
  const school = computed(() => {
    const grants = session.value?.user.grants ?? []
    const only = grants[0]
    return only?.scope.code && grants.every((grant) => grant.scope.kind === 'school')
      ? { code: only.scope.code, name: only.scope.name ?? only.scope.code }
      : null
  })
  const yearEntry = computed(() => session.value?.years.find((entry) => entry.year === year.value))

  function take(next: Session): void {
    session.value = next
    setCsrf(next.csrf)
    if (!next.years.some((entry) => entry.year === year.value))
      year.value = next.year ?? next.years.at(-1)?.year ?? new Date().getFullYear()
  }

  /** The session of the cookie, if there is one. */
  async function load(): Promise<void> {
    try {
      take(await call('GET /session'))
    } catch (error) {
      if (error instanceof Problem && error.status === 401) session.value = null
      else throw error
    }
  }

  async function signIn(login: string, password: string): Promise<void> {
    take(await call('POST /session', { body: { login, password } }))
    expired.value = false
    const waiting = resume
    resume = []
    for (const go of waiting) go()
  }

  async function signOut(): Promise<void> {
    await call('DELETE /session')
    session.value = null
  }

  onExpired(() => {
    expired.value = true
    return new Promise((resolve) => resume.push(resolve))
  })

  return { session, expired, year, yearEntry, school, can, load, signIn, signOut }
})
