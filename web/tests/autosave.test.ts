import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { offline, Problem } from '@/api/problem'
import type { DraftEdit, DraftSaved } from '@/api/types'
import { Autosave, type Clash, type Current, type SaveState } from '@/data/autosave'

const KEY = 'draft'
const TIMING = { pause: 100, retries: [1000, 2000] }

function edit(item: string, value: string | null, version = 1): DraftEdit {
  return { item, place: '', value, version }
}
function accept(edits: DraftEdit[]): DraftSaved {
  return { saved: edits.map((e) => ({ ...e, version: e.version + 1 })), findings: [] }
}
const conflict = (): Problem =>
  new Problem({
    title: '有人先改了',
    detail: '',
    status: 409,
    code: 'H',
    by: '许禾',
    at: '2024-09-01T08:00:00Z',
  })

function start(
  send: (edits: DraftEdit[]) => Promise<DraftSaved>,
  current: () => Promise<Current[]> = async () => [],
) {
  const seen = {
    states: [] as SaveState[],
    clashes: [] as Clash[],
    refused: [] as Problem[],
    rejected: [] as string[],
  }
  const sent: DraftEdit[][] = []
  const save = new Autosave(
    localStorage,
    KEY,
    {
      send: (edits) => {
        sent.push(edits)
        return send(edits)
      },
      current,
    },
    {
      state: (state) => seen.states.push(state),
      saved: () => undefined,
      clash: (clashes) => (seen.clashes = clashes),
      refused: (problem) => seen.refused.push(problem),
      rejected: (edits) => seen.rejected.push(...edits.map((e) => e.item)),
    },
    TIMING,
  )
  return { save, sent, seen }
}

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
})
afterEach(() => vi.useRealTimers())

describe('Autosave', () => {
  it('lets nothing wait for what the server will never take', async () => {
    const wrong = new Problem({
      title: '内容有误',
      detail: '',
      status: 422,
      code: 'H-BODY-01',
      fields: [{ field: 'edits.0.item', message: '填报单中没有这一项' }],
    })
    const { save, sent, seen } = start(async (edits) => {
      if (edits.some((e) => e.item === 'class_size')) throw wrong
      return accept(edits)
    })
    save.put(edit('class_size', '42'))
    save.put(edit('pupils', '300'))
    await vi.advanceTimersByTimeAsync(5000)
    expect(seen.rejected).toEqual(['class_size'])
    expect(sent.at(-1)?.map((e) => e.item)).toEqual(['pupils'])
    expect(save.unsaved).toEqual([])
    expect(seen.states.at(-1)).toBe('saved')
  })

  it('sends what was typed after a pause, the last value of a field only', async () => {
    const { save, sent, seen } = start(async (edits) => accept(edits))
    save.put(edit('pupils', '1'))
    save.put(edit('pupils', '12'))
    save.put(edit('teachers', '3'))
    expect(sent).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(150)
    expect(sent).toEqual([[edit('pupils', '12'), edit('teachers', '3')]])
    expect(seen.states.at(-1)).toBe('saved')
    expect(localStorage.getItem(KEY)).toBeNull()
  })

  it('is in the storage before it is sent, and a new window sends what the old one left', async () => {
    const broken = start(async () => Promise.reject(offline()))
    broken.save.put(edit('pupils', '12', 4))
    expect(Autosave.stored(localStorage, KEY)[0]).toMatchObject({
      item: 'pupils',
      value: '12',
      version: 4,
    })
    broken.save.stop()
    const next = start(async (edits) => accept(edits))
    await vi.advanceTimersByTimeAsync(10)
    expect(next.sent).toEqual([[edit('pupils', '12', 4)]])
    expect(localStorage.getItem(KEY)).toBeNull()
  })

  it('tries again after a broken line, and nothing is lost meanwhile', async () => {
    let up = false
    const { save, sent, seen } = start(async (edits) => (up ? accept(edits) : Promise.reject(offline())))
    save.put(edit('pupils', '12'))
    await vi.advanceTimersByTimeAsync(150)
    expect(seen.states.at(-1)).toBe('offline')
    save.put(edit('teachers', '3'))
    up = true
    await vi.advanceTimersByTimeAsync(3000)
    expect(sent.at(-1)).toHaveLength(2)
    expect(seen.states.at(-1)).toBe('saved')
  })

  it('keeps what is typed while a save is under way, on the version that the save made', async () => {
    const answers: (() => void)[] = []
    const { save, sent } = start(
      (edits) => new Promise((resolve) => answers.push(() => resolve(accept(edits)))),
    )
    save.put(edit('pupils', '1'))
    await vi.advanceTimersByTimeAsync(150)
    await vi.advanceTimersByTimeAsync(5)
    save.put(edit('pupils', '12'))
    answers[0]?.()
    await vi.advanceTimersByTimeAsync(300)
    expect(sent).toHaveLength(2)
    expect(sent[1]).toEqual([edit('pupils', '12', 2)])
  })

  it('shows a conflict with who and when, and sends the rest', async () => {
    let first = true
    const { save, sent, seen } = start(
      async (edits) => {
        if (first) {
          first = false
          throw conflict()
        }
        return accept(edits)
      },
      async () => [
        { item: 'pupils', place: '', value: '20', version: 5 },
        { item: 'teachers', place: '', value: '2', version: 1 },
      ],
    )
    save.put(edit('pupils', '12'))
    save.put(edit('teachers', '3'))
    await vi.advanceTimersByTimeAsync(400)
    expect(seen.clashes).toHaveLength(1)
    expect(seen.clashes[0]).toMatchObject({ mine: '12', theirs: '20', version: 5, by: '许禾' })
    expect(sent[1]).toEqual([edit('teachers', '3')])
    const [clash] = seen.clashes
    if (!clash) throw new Error('no clash')
    save.settle(clash, 'mine')
    await vi.advanceTimersByTimeAsync(200)
    expect(sent.at(-1)).toEqual([edit('pupils', '12', 5)])
    expect(seen.states.at(-1)).toBe('saved')
  })

  it('takes the same value typed by two for no conflict', async () => {
    const { save, seen } = start(
      async () => Promise.reject(conflict()),
      async () => [{ item: 'pupils', place: '', value: '12', version: 5 }],
    )
    save.put(edit('pupils', '12'))
    await vi.advanceTimersByTimeAsync(200)
    expect(seen.clashes).toEqual([])
    expect(seen.states.at(-1)).toBe('saved')
  })

  it('does not repeat what is refused for good, and keeps it', async () => {
    const { save, sent, seen } = start(async () =>
      Promise.reject(new Problem({ title: '不行', detail: '', status: 422, code: 'H' })),
    )
    save.put(edit('pupils', 'x'))
    await vi.advanceTimersByTimeAsync(60000)
    expect(sent).toHaveLength(1)
    expect(seen.refused).toHaveLength(1)
    expect(save.unsaved).toHaveLength(1)
    expect(seen.states.at(-1)).toBe('refused')
  })

  it('a 409 that is no conflict of versions is a refusal', async () => {
    const { save, seen } = start(
      async () => Promise.reject(conflict()),
      async () => [{ item: 'pupils', place: '', value: '11', version: 1 }],
    )
    save.put(edit('pupils', '12'))
    await vi.advanceTimersByTimeAsync(200)
    expect(seen.refused).toHaveLength(1)
  })
})
