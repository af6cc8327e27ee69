// A school's form as the page works with it: fields with what is typed over them, saved by themselves.
import { computed, onScopeDispose, reactive, ref, shallowRef, type Ref } from 'vue'
import { call } from '@/api/client'
import type { Problem } from '@/api/problem'
import type { DraftEdit, Field, Finding, Submission } from '@/api/types'
import { Autosave, fieldKey, type Clash, type SaveState } from './autosave'
import { clean, complaint, type Complaint } from './checks'

export interface Form {
  submission: Ref<Submission | null>
  state: Ref<SaveState>
  clashes: Ref<Clash[]>
  refused: Ref<Problem | null>
  recovered: Ref<number>
  editable: Ref<boolean>
  textOf: (field: Field) => string
  complaintOf: (field: Field) => Complaint | null
  findingsOf: (field: Field) => Finding[]
  type: (field: Field, text: string) => void
  settle: (clash: Clash, keep: 'mine' | 'theirs') => void
  take: (submission: Submission) => void
  flush: () => Promise<void>
}

/** All fields of a form, those of classes and rooms among them. */
export function fieldsOf(submission: Submission): Field[] {
  const { classes, rooms } = submission.rosters
  return [...submission.groups, ...classes, ...rooms].flatMap((part) => part.fields)
}

export function useForm(user: number, year: number, school: string): Form {
  const path = { year, school }
  const storageKey = `junheng.draft.${user}.${year}.${school}`
  const submission = shallowRef<Submission | null>(null)
  const fields = new Map<string, Field>()
  /** What stands in the inputs where it differs from what the server has. */
  const typed = reactive(new Map<string, string>())
  const complaints = reactive(new Map<string, Complaint>())
  const findings = shallowRef(new Map<string, Finding[]>())
  const versions = new Map<string, number>()
  /** Fields whose value the server would not take. */
  const rejected = new Set<string>()
  const state = ref<SaveState>('saved')
  const clashes = shallowRef<Clash[]>([])
  const refused = shallowRef<Problem | null>(null)
  const recovered = ref(0)

  let save: Autosave | undefined
  const leave = (event: BeforeUnloadEvent): void => {
    if (save && save.unsaved.length > 0) {
      void save.flush()
      event.preventDefault()
    }
  }
  const back = (): void => void save?.flush()

  function take(next: Submission): void {
    submission.value = next
    fields.clear()
    const found = new Map<string, Finding[]>()
    for (const field of fieldsOf(next)) {
      const key = fieldKey(field)
      fields.set(key, field)
      versions.set(key, Math.max(field.version, versions.get(key) ?? 0))
      found.set(key, field.findings)
    }
    findings.value = found
    if (save) return
    const left = Autosave.stored(localStorage, storageKey).filter((edit) => fields.has(fieldKey(edit)))
    recovered.value = left.length
    for (const edit of left) typed.set(fieldKey(edit), edit.value ?? '')
    save = new Autosave(
      localStorage,
      storageKey,
      {
        send: (edits: DraftEdit[]) =>
          call('PATCH /submissions/{year}/{school}/draft', { path, body: { edits } }),
        current: async () => {
          const fresh = await call('GET /submissions/{year}/{school}', { path })
          return fieldsOf(fresh)
        },
      },
      {
        state: (next) => (state.value = next),
        saved: (answer) => {
          // What was rejected stays said until it is typed anew.
          if (rejected.size === 0) refused.value = null
          // A step is taken from the form as it is now, with what has just been saved.
          if (submission.value && answer.version !== undefined)
            submission.value = { ...submission.value, version: answer.version }
          for (const field of answer.saved) versions.set(fieldKey(field), field.version)
          const now = new Map([...findings.value.keys()].map((key) => [key, [] as Finding[]]))
          for (const finding of answer.findings)
            for (const field of finding.fields) now.get(fieldKey(field))?.push(finding)
          findings.value = now
        },
        clash: (list) => (clashes.value = list),
        refused: (problem) => (refused.value = problem),
        rejected: (edits, problem) => {
          for (const edit of edits) rejected.add(fieldKey(edit))
          refused.value = problem
        },
      },
    )
    window.addEventListener('online', back)
    window.addEventListener('beforeunload', leave)
  }
  onScopeDispose(() => {
    void save?.flush()
    window.removeEventListener('online', back)
    window.removeEventListener('beforeunload', leave)
  })

  function textOf(field: Field): string {
    return typed.get(fieldKey(field)) ?? field.value ?? ''
  }

  function type(field: Field, text: string): void {
    const key = fieldKey(field)
    const value = clean(text, field.kind)
    typed.set(key, value ?? '')
    rejected.delete(key)
    const wrong = complaint(field, value)
    if (wrong) {
      // What is no value at all is not sent; it stays in the input with its complaint.
      complaints.set(key, wrong)
      return
    }
    complaints.delete(key)
    save?.put({
      place: field.place,
      item: field.item,
      value,
      version: versions.get(key) ?? field.version,
    })
  }

  function settle(clash: Clash, keep: 'mine' | 'theirs'): void {
    const key = fieldKey(clash)
    versions.set(key, clash.version)
    typed.set(key, (keep === 'mine' ? clash.mine : clash.theirs) ?? '')
    save?.settle(clash, keep)
  }

  return {
    submission,
    state,
    clashes,
    refused,
    recovered,
    editable: computed(() => submission.value?.state === 'draft' || submission.value?.state === 'returned'),
    textOf,
    complaintOf: (field) => complaints.get(fieldKey(field)) ?? null,
    findingsOf: (field) => findings.value.get(fieldKey(field)) ?? [],
    type,
    settle,
    take,
    flush: async () => save?.flush(),
  }
}
