import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DocumentDetail, DocumentEdit } from '@/api/documents'
import { Problem } from '@/api/problem'
import { Writing, type WritingState } from '@/documents/writing'

const view = (version: number): DocumentDetail => ({ version }) as DocumentDetail
const refusal = (status: number): Problem =>
  new Problem({ title: '不行', detail: '', status, code: 'H-EDIT-01' })

describe('what is written in a document', () => {
  let states: WritingState[]
  let sent: DocumentEdit[]
  let answer: (edit: DocumentEdit) => Promise<DocumentDetail>
  let refused: Problem[]
  const make = (): Writing =>
    new Writing(
      localStorage,
      'key',
      3,
      (edit) => {
        sent.push(edit)
        return answer(edit)
      },
      {
        state: (state) => states.push(state),
        saved: () => {},
        refused: (problem) => refused.push(problem),
      },
      { pause: 10, retry: 50 },
    )

  beforeEach(() => {
    vi.useFakeTimers()
    localStorage.clear()
    states = []
    sent = []
    refused = []
    answer = (edit) => Promise.resolve(view(edit.version + 1))
  })

  it('is saved after a pause, several places at once, each time from the version before', async () => {
    const writing = make()
    writing.put('a', '甲')
    writing.put('b', '乙')
    writing.put('a', '甲甲')
    expect(sent).toEqual([])
    await vi.advanceTimersByTimeAsync(10)
    expect(sent).toEqual([{ written: { a: '甲甲', b: '乙' }, version: 3 }])
    writing.put('a', null)
    await vi.advanceTimersByTimeAsync(10)
    expect(sent[1]).toEqual({ written: { a: null }, version: 4 })
    expect(states.at(-1)).toBe('saved')
    expect(localStorage.getItem('key')).toBeNull()
  })

  it('outlives a broken line and a closed window', async () => {
    answer = () => Promise.reject(refusal(0))
    const first = make()
    first.put('a', '甲')
    await vi.advanceTimersByTimeAsync(10)
    expect(states.at(-1)).toBe('offline')
    first.stop()
    answer = (edit) => Promise.resolve(view(edit.version + 1))
    const second = make()
    expect(second.unsaved('a')).toBe('甲')
    await vi.advanceTimersByTimeAsync(0)
    expect(sent.at(-1)).toEqual({ written: { a: '甲' }, version: 3 })
    expect(second.unsaved('a')).toBeUndefined()
  })

  it('tries again by itself when the line comes back', async () => {
    answer = () => Promise.reject(refusal(503))
    const writing = make()
    writing.put('a', '甲')
    await vi.advanceTimersByTimeAsync(10)
    answer = (edit) => Promise.resolve(view(edit.version + 1))
    await vi.advanceTimersByTimeAsync(50)
    expect(sent).toHaveLength(2)
    expect(states.at(-1)).toBe('saved')
  })

  it('is kept when somebody else was faster, and saved once the newest is seen', async () => {
    answer = () => Promise.reject(refusal(409))
    const writing = make()
    writing.put('a', '甲')
    await vi.advanceTimersByTimeAsync(100)
    expect(sent).toHaveLength(1)
    expect(refused).toHaveLength(1)
    answer = (edit) => Promise.resolve(view(edit.version + 1))
    writing.seen(7)
    await writing.flush()
    expect(sent.at(-1)).toEqual({ written: { a: '甲' }, version: 7 })
  })

  it('keeps what was typed while a save was under way', async () => {
    let finish: (view: DocumentDetail) => void = () => {}
    answer = () => new Promise((resolve) => (finish = resolve))
    const writing = make()
    writing.put('a', '甲')
    await vi.advanceTimersByTimeAsync(10)
    writing.put('a', '甲乙')
    finish(view(4))
    answer = (edit) => Promise.resolve(view(edit.version + 1))
    await vi.advanceTimersByTimeAsync(30)
    expect(sent.map((edit) => edit.written?.a)).toEqual(['甲', '甲乙'])
    expect(sent[1]?.version).toBe(4)
  })
})
