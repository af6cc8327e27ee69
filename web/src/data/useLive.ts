// The field that is being typed into, before it is left. A page that is drawn anew meanwhile, as when another
// field has been saved, must not put the old value back over half a number; and a window that is closed
// keeps it, too.
import { onScopeDispose } from 'vue'
import type { Field } from '@/api/types'
import { fieldKey } from './autosave'
import type { Form } from './useForm'

export interface Live {
  textOf: (field: Field) => string
  begin: (field: Field, text: string) => void
  end: (field: Field, text: string) => void
}

export function useLive(form: Pick<Form, 'textOf' | 'type'>): Live {
  // Not reactive: the input shows it already.
  let now: { field: Field; text: string } | null = null
  const leave = (): void => {
    if (now) form.type(now.field, now.text)
    now = null
  }
  // Before the form's own listener asks what is unsaved.
  window.addEventListener('beforeunload', leave, { capture: true })
  onScopeDispose(() => {
    leave()
    window.removeEventListener('beforeunload', leave, { capture: true })
  })
  return {
    textOf: (field) => (now && fieldKey(now.field) === fieldKey(field) ? now.text : form.textOf(field)),
    begin: (field, text) => {
      now = { field, text }
    },
    end: (field, text) => {
      now = null
      form.type(field, text)
    },
  }
}
