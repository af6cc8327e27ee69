// Where a rotation stands: seven tasks in their order, what is there and what is missing next. Every
// sentence is a key of the words with its figures; what a task's page shows is its own business.
import type { RotationView } from '@/api/rotation'

export type TaskCode = 'settings' | 'wishes' | 'runs' | 'notice' | 'objections' | 'adopt' | 'orders'
export type TaskState = 'done' | 'now' | 'waiting' | 'stop'

export interface Sentence {
  key: string
  with?: Record<string, string | number>
  /** Figures that are words themselves: keys, too. */
  words?: Record<string, string>
}
export interface Task {
  code: TaskCode
  state: TaskState
  /** What is there. */
  is: Sentence
  /** What is missing, or what comes next; nothing where nothing is. */
  next: Sentence | null
  /** Where to go, where that is not the task's own part. */
  to?: string
}

const say = (key: string, words?: Record<string, string | number>): Sentence => ({
  key: `rotation.task.${key}`,
  with: words,
})

/** What the roster has to say to the first task. */
export interface Ground {
  /** Teachers in the roster; `null`: there is none. */
  teachers: number | null
  eligible: number | null
  /** The newest run that could be published now; `null`: none is. */
  ready?: number | null
}

function settings(view: RotationView, ground: Ground): Task {
  const code = 'settings'
  if (ground.teachers === null)
    return { code, state: 'stop', is: say('noRoster'), next: say('noRosterNext'), to: '/teachers' }
  const is =
    ground.eligible === null
      ? say('roster', { n: ground.teachers })
      : say('eligible', { n: ground.teachers, eligible: ground.eligible })
  return { code, state: view.runs > 0 ? 'done' : 'now', is, next: view.runs > 0 ? null : say('settingsNext') }
}

function wishes(view: RotationView, ground: Ground): Task {
  const code = 'wishes'
  if (ground.teachers === null && view.wishes === 0)
    return { code, state: 'waiting', is: say('noWishes'), next: null }
  const bad = view.findings.filter((f) => f.severity !== 'notice').length
  if (view.wishes === 0)
    return { code, state: view.runs > 0 ? 'done' : 'now', is: say('noWishes'), next: say('wishesNext') }
  return {
    code,
    state: 'done',
    is: say('wishes', { n: view.wishes }),
    next: bad > 0 ? say('wishesBad', { n: bad }) : null,
  }
}

/** It is adopted: orders are out. */
export const settled = (view: RotationView): boolean => view.state === 'adopted' || view.state === 'closed'

/** Why settings and wishes stay as they are, as a word. */
export function fixedWhy(view: RotationView): 'fixedRunning' | 'fixed' | 'fixedDone' {
  if (view.state === 'draft') return 'fixedRunning'
  return view.state === 'published' ? 'fixed' : 'fixedDone'
}

/** What is published is old, and a newer run could take its place. */
const renewed = (view: RotationView, ready: number | null | undefined): number | null =>
  ready && view.state === 'published' && (view.run?.stale.length ?? 0) > 0 ? ready : null

function runs(view: RotationView, { ready, teachers }: Ground): Task {
  const code = 'runs'
  if (view.job?.state === 'queued' || view.job?.state === 'running')
    return { code, state: 'now', is: say('running'), next: say('runningNext') }
  const run = view.run
  if (!run && teachers === null) return { code, state: 'waiting', is: say('noRuns'), next: null }
  if (!run) return { code, state: 'now', is: say('noRuns'), next: say('runsNext') }
  if (!run.possible)
    return { code, state: 'stop', is: say('impossible', { run: run.run }), next: say('impossibleNext') }
  const is = {
    ...say('run', { n: view.runs, run: run.run, moved: run.moved }),
    words: { mode: `rotation.mode.${run.mode}` },
  }
  // What was adopted stays, whatever the roster says afterwards.
  if (settled(view)) return { code, state: 'done', is, next: null }
  if (run.findings > 0) return { code, state: 'stop', is, next: say('runFindings', { n: run.findings }) }
  const next = renewed(view, ready)
  if (next) return { code, state: 'done', is: say('newRun', { run: next }), next: null }
  if (run.stale.length > 0)
    return { code, state: 'stop', is, next: say('runStale', { what: run.stale.join('、') }) }
  return { code, state: 'done', is, next: null }
}

function notice(view: RotationView, ground: Ground): Task {
  const code = 'notice'
  const { notice: now, state } = view
  const renew = renewed(view, ground.ready)
  if (now && renew) {
    const days = { from: now.from, until: now.until }
    return { code, state: 'stop', is: say('open', days), next: say('renew', { run: renew }) }
  }
  const ready = view.run?.possible === true
  if (!now || now.state === 'withdrawn' || state === 'draft')
    return {
      code,
      state: ready ? 'now' : 'waiting',
      is: now?.state === 'withdrawn' ? say('withdrawn') : say('noNotice'),
      next: ready ? say('noticeNext') : null,
    }
  const days = { from: now.from, until: now.until }
  if (state === 'published' && !now.over)
    return { code, state: 'now', is: say('open', days), next: say('openNext', { until: now.until }) }
  return { code, state: 'done', is: say('over', days), next: null }
}

function objections(view: RotationView): Task {
  const code = 'objections'
  const decided = new Set(view.decisions.map((d) => d.objection)).size
  if (view.open_objections > 0)
    return {
      code,
      state: 'now',
      is: say('objections', { n: view.open_objections }),
      next: say('objectionsNext'),
    }
  if (view.notices.length === 0) return { code, state: 'waiting', is: say('noObjectionsYet'), next: null }
  const over = view.state !== 'published' || view.notice?.over === true
  return {
    code,
    state: over ? 'done' : 'now',
    is: decided > 0 ? say('decided', { n: decided }) : say('noObjections'),
    next: null,
  }
}

/** What stands between a notice and its adoption, in the order in which one does it. */
export function obstacles(view: RotationView, ready?: number | null): Sentence[] {
  const found: Sentence[] = []
  if (view.state === 'draft') found.push(say('lacksNotice'))
  if (view.state === 'published' && view.notice && !view.notice.over)
    found.push(say('lacksTime', { until: view.notice.until }))
  if (view.open_objections > 0) found.push(say('lacksReplies', { n: view.open_objections }))
  const stale = view.run?.stale ?? []
  const renew = renewed(view, ready)
  if (renew) found.push(say('renew', { run: renew }))
  else if (view.state === 'published' && stale.length > 0)
    found.push(say('lacksRun', { what: stale.join('、') }))
  return found
}

function adopt(view: RotationView, { ready }: Ground): Task {
  const code = 'adopt'
  if (settled(view)) return { code, state: 'done', is: say('adopted'), next: null }
  const missing = obstacles(view, ready)
  if (view.state !== 'published') return { code, state: 'waiting', is: say('notAdopted'), next: null }
  return {
    code,
    state: missing.length > 0 ? 'waiting' : 'now',
    is: say('notAdopted'),
    next: missing[0] ?? say('adoptNext'),
  }
}

function orders(view: RotationView): Task {
  const code = 'orders'
  if (view.state === 'closed') return { code, state: 'done', is: say('closed'), next: null }
  if (view.state === 'adopted') return { code, state: 'now', is: say('orders'), next: say('ordersNext') }
  return { code, state: 'waiting', is: say('noOrders'), next: null }
}

/** The tasks in their order. */
export function tasksOf(view: RotationView, ground: Ground): Task[] {
  return [
    settings(view, ground),
    wishes(view, ground),
    runs(view, ground),
    notice(view, ground),
    objections(view),
    adopt(view, ground),
    orders(view),
  ]
}

/**
 * The task at which one is: what has to be settled, then objections that wait for an answer (a notice
 * that is open asks for nothing), then the first that is under way.
 */
export function taskNow(tasks: readonly Task[]): Task | undefined {
  const under = tasks.filter((task) => task.state === 'now')
  const asked = under.find((task) => task.code === 'objections' && task.next !== null)
  return tasks.find((task) => task.state === 'stop') ?? asked ?? under[0]
}

/** How a task's state is drawn: the four states of all tables. */
export const MARK: Record<TaskState, string> = {
  done: 'pass',
  now: 'near',
  waiting: 'missing',
  stop: 'fail',
}
