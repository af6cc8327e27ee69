// Where a reason of the judge is shown in full.
import type { RouteLocationRaw } from 'vue-router'
import type { Overview, ReasonLink } from '@/api/judged'

export function placeOf(link: ReasonLink): RouteLocationRaw {
  switch (link.page) {
    case 'section':
      return { path: '/evaluation', query: { show: `${link.school}/${link.stage}` } }
    case 'coefficient':
      return {
        path: '/evaluation/coefficients',
        query: { stage: link.stage ?? undefined, indicator: link.indicator ?? undefined },
      }
    case 'county':
      return { path: '/evaluation/county', query: { indicator: link.indicator ?? undefined } }
    case 'missing':
      return { path: '/evaluation/missing' }
    case 'submission':
      return { path: link.school ? `/data/${link.school}` : '/data' }
    default:
      return { path: `/${link.page}` }
  }
}

/** Where something that waits is done; a list of forms shows those of the state. */
export function taskPlace(task: Overview['tasks'][number]): RouteLocationRaw {
  if (task.link.page === 'data') return { path: '/data', query: { state: task.state } }
  return placeOf(task.link)
}
