// Saving what is written in a document, by itself. What the server has not confirmed stands in the
// browser's storage, so that neither a lost connection nor a closed window loses it. Knows nothing of
// the page.
import { Problem } from '@/api/problem'
import type { DocumentDetail, DocumentEdit } from '@/api/documents'

export type WritingState = 'saved' | 'waiting' | 'saving' | 'offline' | 'refused'

export interface WritingEvents {
  state: (state: WritingState) => void
  saved: (view: DocumentDetail) => void
  refused: (problem: Problem) => void
}

/** Quiet time before a save, and the wait after a broken line, in milliseconds. */
export interface WritingTiming {
  pause: number
  retry: number
}

const TIMING: WritingTiming = { pause: 800, retry: 5000 }

export class Writing {
  /** By key; `null` gives a place its template's words back. */
  private pending = new Map<string, string | null>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> | null = null
  private stopped = false
  private readonly storage: Storage
  private readonly key: string
  private version: number
  private readonly send: (edit: DocumentEdit) => Promise<DocumentDetail>
  private readonly events: WritingEvents
  private readonly timing: WritingTiming

  constructor(
    storage: Storage,
    key: string,
    version: number,
    send: (edit: DocumentEdit) => Promise<DocumentDetail>,
    events: WritingEvents,
    timing: WritingTiming = TIMING,
  ) {
    this.storage = storage
    this.key = key
    this.version = version
    this.send = send
    this.events = events
    this.timing = timing
    for (const [place, text] of Writing.stored(storage, key)) this.pending.set(place, text)
    if (this.pending.size > 0) this.schedule(0)
  }

  /** What an earlier window left unsaved. */
  static stored(storage: Storage, key: string): [string, string | null][] {
    try {
      const kept: unknown = JSON.parse(storage.getItem(key) ?? '{}')
      if (typeof kept !== 'object' || kept === null) return []
      return Object.entries(kept).filter(
        (entry): entry is [string, string | null] => entry[1] === null || typeof entry[1] === 'string',
      )
    } catch {
      return []
    }
  }

  /** What stands in a place and is not saved yet; `undefined`: nothing. */
  unsaved(place: string): string | null | undefined {
    return this.pending.get(place)
  }

  /** Takes a text; it is in the browser's storage when this returns. */
  put(place: string, text: string | null): void {
    this.pending.set(place, text)
    this.keep()
    this.schedule(this.timing.pause)
  }

  /** Saves at once: the page is left, or something is done with what was written. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    if (this.running) await this.running
    if (this.pending.size > 0) await this.run()
  }

  /** The document has moved on by another way. */
  seen(version: number): void {
    this.version = version
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  private keep(): void {
    try {
      if (this.pending.size === 0) this.storage.removeItem(this.key)
      else this.storage.setItem(this.key, JSON.stringify(Object.fromEntries(this.pending)))
    } catch {
      // A full or forbidden storage: the texts are still in memory and are sent as soon as possible.
    }
  }

  private schedule(wait: number): void {
    if (this.stopped) return
    clearTimeout(this.timer)
    this.events.state('waiting')
    this.timer = setTimeout(() => void this.run(), wait)
  }

  private run(): Promise<void> {
    if (this.running || this.pending.size === 0) return this.running ?? Promise.resolve()
    this.running = this.save().finally(() => {
      this.running = null
    })
    return this.running
  }

  private async save(): Promise<void> {
    const batch = new Map(this.pending)
    this.events.state('saving')
    try {
      const view = await this.send({ written: Object.fromEntries(batch), version: this.version })
      this.version = view.version
      // What was typed while the save was under way stays.
      for (const [place, text] of batch) if (this.pending.get(place) === text) this.pending.delete(place)
      this.keep()
      this.events.saved(view)
      if (this.pending.size > 0) this.schedule(this.timing.pause)
      else this.events.state('saved')
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.passing || error.status >= 500) {
        this.events.state('offline')
        if (!this.stopped) this.timer = setTimeout(() => void this.run(), this.timing.retry)
      } else {
        this.events.state('refused')
        this.events.refused(error)
      }
    }
  }
}
