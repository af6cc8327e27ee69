import { expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import { useAttempt } from '@/shared/useAttempt'

const refusal = new Problem({
  title: '不能保存',
  status: 422,
  detail: '',
  code: 'P-01',
  fields: [{ field: 'day', message: '日期不对' }],
})

it('is busy while the work runs, and says that it was done', async () => {
  const { busy, problem, attempt } = useAttempt()
  let during = false
  const done = await attempt(async () => {
    during = busy.value
  })
  expect([during, busy.value, done]).toEqual([true, false, true])
  expect(problem.value).toBeNull()
})

it('keeps a refusal until the next attempt, with what it says of a field', async () => {
  const { busy, problem, attempt, messageOf } = useAttempt()
  expect(await attempt(() => Promise.reject(refusal))).toBe(false)
  expect(busy.value).toBe(false)
  expect(problem.value).toBe(refusal)
  expect([messageOf('day'), messageOf('hours')]).toEqual(['日期不对', ''])
  await attempt(async () => undefined)
  expect([problem.value, messageOf('day')]).toEqual([null, ''])
})

it('makes a problem of any other error', async () => {
  const { problem, attempt } = useAttempt()
  await attempt(() => Promise.reject(new Error('没有网络')))
  expect(problem.value?.detail).toContain('没有网络')
})
