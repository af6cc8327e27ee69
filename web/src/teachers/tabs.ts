// The pages about teachers, one line each. A tab is the first line of its name; the others (one rotation,
// an import) belong to it. What a page shows is its own business.
import type { Action } from '@/session/store'

export interface TeacherPage {
  /** The tab, and its name in the words of this folder: `teachers.tabs.roster`. */
  tab: 'roster' | 'posts' | 'rotations' | 'exchanges' | 'principals' | 'training'
  /** Below `/teachers`. */
  path: string
  needs: Action
  page: () => Promise<unknown>
}

export const PAGES: TeacherPage[] = [
  { tab: 'roster', path: '', needs: 'teacher.read', page: () => import('./RosterPage.vue') },
  {
    tab: 'roster',
    path: 'counts',
    needs: 'teacher.read',
    page: () => import('./CountsPage.vue'),
  },
  { tab: 'roster', path: 'findings', needs: 'teacher.read', page: () => import('./FindingsPage.vue') },
  { tab: 'roster', path: 'import', needs: 'teacher.edit', page: () => import('./RosterImportPage.vue') },
  { tab: 'roster', path: 'new', needs: 'teacher.edit', page: () => import('./TeacherFormPage.vue') },
  { tab: 'roster', path: 'edit/:number', needs: 'teacher.edit', page: () => import('./TeacherFormPage.vue') },
  { tab: 'posts', path: 'posts', needs: 'staffing.read', page: () => import('@/posts/PostsPage.vue') },
  {
    tab: 'rotations',
    path: 'rotations',
    needs: 'staffing.read',
    page: () => import('@/rotation/RotationsPage.vue'),
  },
  {
    tab: 'rotations',
    path: 'rotations/:id(\\d+)/:part?/:run?',
    needs: 'staffing.read',
    page: () => import('@/rotation/RotationPage.vue'),
  },
  {
    tab: 'exchanges',
    path: 'exchanges/:part?',
    needs: 'staffing.read',
    page: () => import('@/exchange/ExchangesPage.vue'),
  },
  {
    tab: 'principals',
    path: 'principals',
    needs: 'staffing.read',
    page: () => import('@/principals/PrincipalsPage.vue'),
  },
  {
    tab: 'training',
    path: 'training/:part?',
    needs: 'staffing.read',
    page: () => import('@/training/TrainingPage.vue'),
  },
]

/** Without the parts that may be left out. */
export const pathOf = ({ path }: TeacherPage): string =>
  path ? `/teachers/${path.replace(/\/:.*$/, '')}` : '/teachers'

/** The tabs of somebody who may do this. */
export function tabsFor(can: (action: Action) => boolean): TeacherPage[] {
  return PAGES.filter(
    (page, i) => can(page.needs) && PAGES.findIndex((other) => other.tab === page.tab) === i,
  )
}

/** Whose page a path is: the longest that it begins with. */
export function tabOf(path: string): TeacherPage['tab'] | undefined {
  const below = path.replace(/^\/teachers\/?/, '')
  const [first = ''] = below.split('/')
  return (PAGES.find((page) => page.path.split('/')[0] === first) ?? PAGES[0])?.tab
}
