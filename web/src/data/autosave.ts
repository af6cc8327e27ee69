// Saving what is typed, by itself, over a line that may break at any moment. What has not been confirmed
// by the server stands in the browser's storage, so that neither a lost connection nor a closed window
// loses it. Knows nothing of the page.
import { Problem } from '@/api/problem'
import type { DraftEdit, DraftSaved } from '@/api/types'

export interface Pending extends DraftEdit {
  /** When it was typed, for the words of a conflict. */
  typed: number
}

export interface Clash {
  item: string
  place: string
  mine: string | null
  theirs: string | null
  version: number
  by: string
  at: string
}

export type SaveState = 'saved' | 'waiting' | 'saving' | 'offline' | 'refused' | 'conflict'

export interface Events {
  state: (state: SaveState) => void
  saved: (answer: DraftSaved) => void
  clash: (clashes: Clash[]) => void
  refused: (problem: Problem) => void
  /** These were wrong, the server says, and are not sent again. */
  rejected: (edits: DraftEdit[], problem: Problem) => void
}

export interface Current {
  item: string
  place: string
  value: string | null
  version: number
}

export interface Line {
  send: (edits: DraftEdit[]) => Promise<DraftSaved>
  /** The fields as the server has them, asked for after a conflict. */
  current: () => Promise<Current[]>
}

export interface Timing {
  /** Quiet time before a save. */
  pause: number
  /** Waits after a failure, the last one again and again. */
  retries: number[]
}

const TIMING: Timing = { pause: 600, retries: [2000, 4000, 8000, 15000, 30000] }

export const fieldKey = (field: { place: string; item: string }): string => `${field.place}/${field.item}`

export class Autosave {
  private pending = new Map<string, Pending>()
  private clashes = new Map<string, Clash>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private running = false
  private failures = 0
  private stopped = false
  private readonly storage: Storage
  private readonly key: string
  private readonly line: Line
  private readonly events: Events
  private readonly timing: Timing

  constructor(storage: Storage, key: string, line: Line, events: Events, timing: Timing = TIMING) {
    this.storage = storage
    this.key = key
    this.line = line
    this.events = events
    this.timing = timing
    for (const edit of Autosave.stored(storage, key)) this.pending.set(fieldKey(edit), edit)
    if (this.pending.size > 0) this.schedule(0)
  }

  /** What an earlier window left unsaved. */
  static stored(storage: Storage, key: string): Pending[] {
    try {
      const list: unknown = JSON.parse(storage.getItem(key) ?? '[]')
      return Array.isArray(list)
        ? (list as Pending[]).filter((e) => typeof e?.item === 'string' && typeof e.place === 'string')
        : []
    } catch {
      return []
    }
  }

  get unsaved(): Pending[] {
    return [...this.pending.values()]
  }

  /** Takes a value; it is in the browser's storage when this returns. */
  put(edit: DraftEdit): void {
    const key = fieldKey(edit)
    const before = this.pending.get(key)
    // An edit that still waits keeps the version that it was based on.
    this.pending.set(key, { ...edit, version: before?.version ?? edit.version, typed: Date.now() })
    this.write()
    this.schedule(this.timing.pause)
  }

  /** Tries at once: the window is left, or the line is back. */
  flush(): Promise<void> {
    clearTimeout(this.timer)
    return this.run()
  }

  /** One side of a conflict is chosen. */
  settle(clash: Clash, keep: 'mine' | 'theirs'): void {
    const key = fieldKey(clash)
    this.clashes.delete(key)
    this.events.clash([...this.clashes.values()])
    if (keep === 'mine')
      this.put({ item: clash.item, place: clash.place, value: clash.mine, version: clash.version })
    else if (this.clashes.size === 0 && this.pending.size === 0) this.events.state('saved')
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  private write(): void {
    try {
      if (this.pending.size === 0) this.storage.removeItem(this.key)
      else this.storage.setItem(this.key, JSON.stringify(this.unsaved))
    } catch {
      // A full or forbidden storage: the edits are still in memory and are sent as soon as possible.
    }
  }

  private schedule(wait: number): void {
    if (this.stopped) return
    clearTimeout(this.timer)
    if (this.failures === 0) this.events.state('waiting')
    this.timer = setTimeout(() => void this.run(), wait)
  }

  private async run(): Promise<void> {
    if (this.running || this.pending.size === 0 || this.stopped) return
    this.running = true
    this.events.state('saving')
    const batch = this.unsaved
    try {
      const answer = await this.line.send(
        batch.map(({ place, item, value, version }) => ({ place, item, value, version })),
      )
      this.failures = 0
      this.confirm(batch, answer)
    } catch (error) {
      await this.failed(error, batch)
    } finally {
      this.running = false
    }
    if (this.pending.size > 0 && this.failures === 0) this.schedule(this.timing.pause)
  }

  private confirm(batch: Pending[], answer: DraftSaved): void {
    for (const sent of batch) {
      const key = fieldKey(sent)
      const now = this.pending.get(key)
      const saved = answer.saved.find((s) => fieldKey(s) === key)
      // What was typed while the save was under way stays, based on the new version.
      if (now && now.typed === sent.typed) this.pending.delete(key)
      else if (now && saved) this.pending.set(key, { ...now, version: saved.version })
    }
    this.write()
    this.events.saved(answer)
    if (this.clashes.size > 0) this.events.state('conflict')
    else if (this.pending.size === 0) this.events.state('saved')
  }

  private async failed(error: unknown, batch: Pending[]): Promise<void> {
    if (!(error instanceof Problem) || error.passing || error.status >= 500) {
      const wait = this.timing.retries[Math.min(this.failures, this.timing.retries.length - 1)] ?? 30000
      this.failures += 1
      this.events.state('offline')
      this.schedule(wait)
      return
    }
    this.failures = 0
    if (error.status === 409 && (await this.separate(error))) return
    if (error.status === 422 && this.setAside(error, batch)) return
    // Refused for good: the page shows why, and the edits stay where they are.
    this.events.refused(error)
    this.events.state('refused')
    this.failures = 1
  }

  /**
   * Edits that the server names as wrong, as of a class that another has taken away meanwhile, hold nothing
   * else up: they are dropped with the reason shown, and the rest is sent again.
   */
  private setAside(problem: Problem, batch: Pending[]): boolean {
    const wrong = new Set(
      problem.fields.flatMap(({ field }) => /^edits\.(\d+)\./.exec(field)?.[1] ?? []).map(Number),
    )
    if (wrong.size === 0) return false
    const rejected = batch.filter((_, index) => wrong.has(index))
    for (const edit of rejected) {
      const key = fieldKey(edit)
      if (this.pending.get(key)?.typed === edit.typed) this.pending.delete(key)
    }
    this.write()
    this.events.rejected(rejected, problem)
    if (this.pending.size === 0) this.events.state('refused')
    return true
  }

  /** After a conflict: what the server has newer is set aside, the rest is sent again. */
  private async separate(problem: Problem): Promise<boolean> {
    let current: Current[]
    try {
      current = await this.line.current()
    } catch {
      this.failures = 1
      this.events.state('offline')
      this.schedule(this.timing.retries[0] ?? 2000)
      return true
    }
    let found = 0
    for (const field of current) {
      const key = fieldKey(field)
      const mine = this.pending.get(key)
      if (!mine || field.version === mine.version) continue
      this.pending.delete(key)
      found += 1
      // The same value typed by two is no conflict.
      if (field.value === mine.value) continue
      this.clashes.set(key, {
        item: mine.item,
        place: mine.place,
        mine: mine.value,
        theirs: field.value,
        version: field.version,
        by: problem.document.by ?? '',
        at: problem.document.at ?? '',
      })
    }
    if (found === 0) return false
    this.write()
    if (this.clashes.size > 0) {
      this.events.clash([...this.clashes.values()])
      this.events.state('conflict')
    } else if (this.pending.size === 0) this.events.state('saved')
    return true
  }
}
