// Printing by a button. Long tables draw all their rows when they hear that printing begins; called from a
// script the browser would take its picture before they have done so, hence they are told first.
import { nextTick } from 'vue'

export async function printPage(): Promise<void> {
  window.dispatchEvent(new Event('beforeprint'))
  await nextTick()
  window.print()
  window.dispatchEvent(new Event('afterprint'))
}
