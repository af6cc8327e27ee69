// Rows of rosters that come and go: saved at once, after what was typed before.
import { ElMessage } from 'element-plus'
import { ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { call } from '@/api/client'
import type { Problem } from '@/api/problem'
import type { DraftEdit, NewPlace, Submission } from '@/api/types'
import { useAttempt } from '@/shared/useAttempt'
import type { Form } from './useForm'

export interface Rosters {
  busy: Ref<boolean>
  problem: Ref<Problem | null>
  /** The row that is about to be taken away, until that is confirmed. */
  leaving: Ref<string | null>
  add: (rows: { place: NewPlace; value: string }[]) => Promise<void>
  remove: (place: string, name: string) => Promise<void>
}

/** The key of a row as the server will call it, and the number of a twin. */
export function keyOf(place: NewPlace, taken: Set<string>): { key: string; number: number } {
  const base =
    place.level === 'class'
      ? `class/${place.stage}/${place.grade}/${place.name}`
      : `room/${place.kind}/${place.name}`
  let number = 1
  let key = base
  while (taken.has(key)) {
    number += 1
    key = `${base}#${String(number).padStart(4, '0')}`
  }
  return { key, number }
}

/** New rows with their figures, as one save: a name that is there already becomes a twin. */
export function changesOf(
  rows: { place: NewPlace; value: string }[],
  submission: Submission,
): { places: { put: NewPlace; number: number }[]; edits: DraftEdit[] } {
  const { classes, rooms } = submission.rosters
  const taken = new Set([...classes, ...rooms].map((row) => row.place))
  const places = []
  const edits: DraftEdit[] = []
  for (const row of rows) {
    const { key, number } = keyOf(row.place, taken)
    taken.add(key)
    places.push({ put: row.place, number })
    const item = row.place.level === 'class' ? 'class_size' : 'room_area'
    if (row.value !== '') edits.push({ place: key, item, value: row.value, version: submission.version })
  }
  return { places, edits }
}

export function useRosters(
  form: Form,
  of: { year: number; school: string },
  reload: () => Promise<void>,
): Rosters {
  const { t } = useI18n()
  const { busy, problem, attempt } = useAttempt()
  const leaving = ref<string | null>(null)

  async function change(work: (now: Submission) => Promise<void>): Promise<void> {
    await attempt(async () => {
      await form.flush()
      if (form.submission.value) await work(form.submission.value)
    })
  }
  const save = (body: {
    version: number
    edits?: DraftEdit[]
    places: ({ put: NewPlace; number?: number } | { remove: string })[]
  }) => call('PATCH /submissions/{year}/{school}/draft', { path: { year: of.year, school: of.school }, body })

  return {
    busy,
    problem,
    leaving,
    add: (rows) =>
      change(async (now) => {
        await save({ version: now.version, ...changesOf(rows, now) })
        await reload()
        ElMessage.success(t('roster.added', { n: rows.length }))
      }),
    remove: (place, name) =>
      change(async (now) => {
        await save({ version: now.version, places: [{ remove: place }] })
        leaving.value = null
        await reload()
        ElMessage.success(t('roster.removed', { name }))
      }),
  }
}
