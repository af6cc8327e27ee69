// Who keeps the roster, in a year that is open.
import { computed, type ComputedRef } from 'vue'
import { useSession } from '@/session/store'

export function useEdits(): ComputedRef<boolean> {
  const session = useSession()
  return computed(() => session.can('teacher.edit') && session.yearEntry?.locked !== true)
}
