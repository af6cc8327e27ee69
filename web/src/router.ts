import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { homeOf } from './session/home'
import { useSession, type Action } from './session/store'
import { PAGES } from './teachers/tabs'

declare module 'vue-router' {
  interface RouteMeta {
    /** What one must be allowed to do to see the page. */
    needs?: Action
    /** Seen without a session. */
    open?: boolean
    /** Which entry of the navigation it belongs to. */
    nav?: string
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./session/SignInPage.vue'), meta: { open: true } },
  { path: '/link', component: () => import('./session/LinkPage.vue'), meta: { open: true } },
  { path: '/setup', component: () => import('./session/SetupPage.vue'), meta: { open: true } },
  { path: '/', redirect: () => homeOf(useSession()) },
  {
    path: '/overview',
    component: () => import('./overview/OverviewPage.vue'),
    meta: { needs: 'overview.read', nav: 'overview' },
  },
  {
    path: '/evaluation',
    component: () => import('./evaluation/EvaluationFrame.vue'),
    meta: { needs: 'evaluation.read', nav: 'evaluation' },
    children: [
      { path: '', component: () => import('./evaluation/SchoolsTable.vue') },
      { path: 'coefficients', component: () => import('./evaluation/CoefficientsView.vue') },
      { path: 'county', component: () => import('./evaluation/CountyView.vue') },
      { path: 'missing', component: () => import('./evaluation/MissingView.vue') },
      {
        path: 'forms',
        component: () => import('./evaluation/FormsView.vue'),
        meta: { needs: 'evaluation.export' },
      },
    ],
  },
  {
    path: '/data',
    component: () => import('./data/ProgressPage.vue'),
    meta: { needs: 'collection.read', nav: 'data' },
  },
  {
    path: '/data/import',
    component: () => import('./data/ImportPage.vue'),
    meta: { needs: 'import.run', nav: 'data' },
  },
  {
    path: '/data/outliers',
    component: () => import('./data/OutliersPage.vue'),
    meta: { needs: 'submission.read', nav: 'data' },
  },
  {
    path: '/data/:school',
    component: () => import('./data/SubmissionPage.vue'),
    meta: { needs: 'submission.read', nav: 'data' },
  },
  {
    path: '/plans',
    component: () => import('./plans/PlansPage.vue'),
    meta: { needs: 'plan.read', nav: 'plans' },
  },
  {
    path: '/plans/compare',
    component: () => import('./plans/ComparePage.vue'),
    meta: { needs: 'plan.read', nav: 'plans' },
  },
  {
    path: '/plans/costs',
    component: () => import('./plans/CostsPage.vue'),
    meta: { needs: 'plan.read', nav: 'plans' },
  },
  {
    path: '/plans/baseline',
    component: () => import('./plans/BaselinePage.vue'),
    meta: { needs: 'plan.read', nav: 'plans' },
  },
  {
    path: '/plans/:id',
    component: () => import('./plans/PlanPage.vue'),
    meta: { needs: 'plan.read', nav: 'plans' },
  },
  {
    path: '/documents',
    component: () => import('./documents/DocumentsPage.vue'),
    meta: { needs: 'document.read', nav: 'documents' },
  },
  {
    path: '/documents/:id',
    component: () => import('./documents/DocumentPage.vue'),
    meta: { needs: 'document.read', nav: 'documents' },
  },
  {
    path: '/teachers',
    component: () => import('./teachers/TeachersFrame.vue'),
    meta: { nav: 'teachers' },
    children: PAGES.map(({ path, page, needs }) => ({ path, component: page, meta: { needs } })),
  },
  {
    path: '/map',
    component: () => import('./map/MapPage.vue'),
    meta: { needs: 'evaluation.read', nav: 'map' },
  },
  {
    path: '/school',
    component: () => import('./school/SchoolPage.vue'),
    meta: { needs: 'submission.read', nav: 'school' },
  },
  {
    path: '/system',
    component: () => import('./system/SystemFrame.vue'),
    meta: { nav: 'system' },
    children: [
      {
        path: 'schools',
        component: () => import('./system/SchoolsPage.vue'),
        meta: { needs: 'school.read' },
      },
      { path: 'users', component: () => import('./system/UsersPage.vue'), meta: { needs: 'user.read' } },
      { path: 'years', component: () => import('./system/YearsPage.vue'), meta: { needs: 'school.read' } },
      {
        path: 'standards',
        component: () => import('./system/StandardsPage.vue'),
        meta: { needs: 'standard.read' },
      },
      {
        path: 'security',
        component: () => import('./system/SecurityPage.vue'),
        meta: { needs: 'security.manage' },
      },
      { path: 'audit', component: () => import('./system/AuditPage.vue'), meta: { needs: 'audit.read' } },
      {
        path: 'backups',
        component: () => import('./system/BackupsPage.vue'),
        meta: { needs: 'backup.manage' },
      },
      { path: 'health', component: () => import('./system/HealthPage.vue'), meta: { needs: 'health.read' } },
    ],
  },
  { path: '/:rest(.*)*', component: () => import('./shared/NotFound.vue') },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

let loaded = false

router.beforeEach(async (to) => {
  const store = useSession()
  if (to.meta.open) return true
  if (!loaded) {
    await store.load()
    loaded = true
  }
  if (!store.session) {
    // Who asked for nothing in particular gets the first page of the account, known only afterwards.
    const home = to.redirectedFrom?.path === '/'
    return { path: '/sign-in', query: home ? {} : { to: to.fullPath } }
  }
  // The first page was guessed before anybody knew who has come.
  const home = homeOf(store)
  if (to.redirectedFrom?.path === '/' && to.path !== home) return { path: home, replace: true }
  const asked = Number(to.query.year)
  if (store.session.years.some((entry) => entry.year === asked)) store.year = asked
  if (to.meta.needs && !store.can(to.meta.needs)) return { path: '/nothing', replace: true }
  return true
})
