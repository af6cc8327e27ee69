// Plans, costs and jobs of the mock server. A run takes a few seconds and ends with the fixture's plan.
import { json, text } from './county.mjs'
import { Refusal } from './refusal.mjs'

const ZH = { draft: '未计算', computing: '正在计算', planned: '已算出', adopted: '已采用' }
const plan = (n, name, state) => ({
  id: n,
  name,
  state,
  version: 1,
  by: '周岚',
  at: '2023-11-02T08:20:00Z',
  settings: text(`plan-${n}.toml`),
  plan: json(`plan-${n}.json`),
  job: null,
})
export const plans = [plan(1, '四年达标方案', 'adopted'), plan(2, '按最新数据重做', 'planned')]
const measures = json('plan-1.json').costs

export const entry = ({ settings: _settings, plan: result, ...rest }) => ({
  ...rest,
  zh: ZH[rest.state],
  result: result && {
    possible: true,
    accepted: result.accepted,
    objection: result.objections[0] ?? null,
    cost: result.cost,
    discounted: result.discounted,
    schools: result.schools_touched,
    first: result.settings.first,
    years: result.settings.years,
    finish: result.settings.finish,
    proved: result.method.proved,
    bound: result.method.bound,
    gap: result.method.gap,
    ended: result.method.ended,
    data_year: 2023,
  },
})
export const detail = (p) => ({
  ...entry(p),
  settings: p.settings,
  plan: p.plan,
  greedy: null,
  checked: null,
  impossible: null,
  stale: [],
  frontier: p.frontier ?? null,
})
export function find(id) {
  const found = plans.find((p) => p.id === Number(id))
  if (!found) throw new Refusal(404, 'H-PLAN-01', '没有这个方案', '方案可能已被删除；请回到方案列表。')
  return found
}

export function draft(response) {
  response.writeHead(200, { 'Content-Type': 'application/toml; charset=utf-8' })
  response.end(text('plan-1.toml'))
}
export function create({ name, settings, copy_of }) {
  if ((settings === undefined) === (copy_of === undefined))
    throw new Refusal(422, 'H-BODY-01', '内容有误', 'settings 与 copy_of 给且只给一个')
  const from = copy_of ? find(copy_of) : null
  const made = {
    id: plans.length + 1,
    name,
    state: 'draft',
    version: 1,
    at: new Date().toISOString(),
    settings: settings ?? from.settings,
    plan: null,
    job: null,
  }
  plans.push(made)
  return { $status: 201, body: detail(made) }
}

export function saveSettings(id, { version, settings }) {
  const p = find(id)
  if (version !== p.version)
    throw new Refusal(409, 'H-VERSION-01', '有人先改了', '这个方案已由他人修改，请刷新后再改。', {
      by: '周岚',
      at: p.at,
      current: p.version,
    })
  if (!settings.includes('[plan]'))
    throw new Refusal(
      422,
      'V-FILE-01',
      '方案文件读不懂',
      '第 1 行：缺少 [plan] 一节；请从“新建方案”重新开始。',
    )
  Object.assign(p, { settings, version: p.version + 1, at: new Date().toISOString() })
  return detail(p)
}

export const jobs = new Map()
const STEPS = ['读取数据', '推算学生数', '求解', '逐年复核']
/** A job that takes a few seconds: what happens when it ends is the caller's. */
export function beginJob(kind, names, { done, cancelled }) {
  const job = { id: jobs.size + 1, kind, names, started: Date.now(), state: 'running', result: null }
  jobs.set(job.id, Object.assign(job, { done, cancelled }))
  return job.id
}
export function run(id, kind = 'plan') {
  const p = find(id)
  const mine = () => p.job?.id === job
  const job = beginJob(kind, STEPS, {
    done: () => {
      if (!mine()) return null
      Object.assign(p, {
        state: p.state === 'adopted' ? 'adopted' : 'planned',
        job: null,
        plan: p.plan ?? json('plan-1.json'),
      })
      if (kind !== 'frontier') return null
      p.frontier = { points: json('frontier.json').points, stale: [], by: '周岚', at: p.at }
      return json('frontier.json')
    },
    cancelled: () => Object.assign(p, { job: null }),
  })
  p.job = { id: job, kind, state: 'running' }
  return { $status: 202, body: { job } }
}
export function jobOf(id) {
  const job = jobs.get(Number(id))
  if (!job) throw new Refusal(404, 'H-JOB-01', '没有这个任务', '任务记录可能已清理。')
  const seconds = (Date.now() - job.started) / 1000
  const at = Math.min(job.names.length, Math.floor(seconds * (job.names.length / 4)))
  if (job.state === 'running' && seconds > 4) Object.assign(job, { state: 'done', result: job.done() })
  const { kind, state, result } = job
  return {
    id: job.id,
    kind,
    state,
    steps: job.names.map((name, i) => ({
      name,
      state: state === 'done' || i < at ? 'done' : i === at ? 'running' : 'waiting',
      done: i < at ? 12 : 5,
      total: 12,
    })),
    progress:
      kind === 'rotation'
        ? { text: at === 2 ? '目标“缺编学科”已证明' : '', best: null, bound: null, gap: null }
        : {
            text: `目前最好 ${(40 - seconds * 2).toFixed(2)} 万元`,
            best: (40 - seconds * 2).toFixed(2),
            bound: '26.52',
            gap: (0.3 / (1 + seconds)).toFixed(4),
          },
    result,
    error: null,
    cancelling: false,
  }
}
export function cancel(id) {
  const job = jobs.get(Number(id))
  if (job?.state === 'running') {
    job.state = 'cancelled'
    job.cancelled()
  }
  return jobOf(id)
}

// ---- the adopted plan held against what is done
const works = []
const DAY = '2024-09-10'
const number = (text) => Number(text) || 0
export function baseline() {
  const p = plans.find((each) => each.state === 'adopted')
  if (!p?.plan) return { plan: null }
  const actions = p.plan.actions.map((a) => {
    const own = works.filter((w) => w.plan === p.id && w.action === a.number)
    const counted = own.reduce((n, w) => n + number(w.quantity), 0)
    const whole =
      own.some((w) => w.quantity === null) || (own.length > 0 && counted >= Math.abs(number(a.quantity)))
    const state = whole ? 'done' : a.ends < DAY ? 'late' : 'on_time'
    return {
      number: a.number,
      zh: a.zh,
      school: a.school,
      name: a.name,
      stage: a.stage,
      counts: a.counts,
      ends: a.ends,
      quantity: a.quantity,
      unit: a.unit,
      cost: a.cost,
      state,
      zh_state: { done: '完成', on_time: '按期', late: '滞后' }[state],
      done_quantity: String(counted),
      paid: String(own.reduce((n, w) => n + number(w.amount), 0)),
      works: own,
    }
  })
  const count = (of, state) => of.filter((a) => a.state === state).length
  const sum = (of, key) => String(of.reduce((n, a) => n + number(a[key]), 0))
  return {
    plan: {
      id: p.id,
      name: p.name,
      version: p.version,
      by: p.by,
      at: p.at,
      today: DAY,
      done: count(actions, 'done'),
      on_time: count(actions, 'on_time'),
      late: count(actions, 'late'),
      cost: p.plan.cost,
      paid: sum(actions, 'paid'),
      year: 2022,
      years: p.plan.years.map((y) => {
        const own = actions.filter((a) => a.counts === y.year)
        return {
          year: y.year,
          actions: own.length,
          done: count(own, 'done'),
          late: count(own, 'late'),
          cost: sum(own, 'cost'),
          paid: sum(own, 'paid'),
          sections: y.sections,
          expected: y.passed,
          found: null,
        }
      }),
      actions,
      sections: [],
    },
  }
}
export function addWork(body, who) {
  if (body.day > DAY)
    throw new Refusal(422, 'H-BODY-02', '内容有误', '有 1 处不对', {
      fields: [{ field: 'day', message: '完成日期不能晚于今天' }],
    })
  const { action, day, quantity, amount, note, evidence } = body
  const at = new Date().toISOString()
  const work = { number: works.length + 1, action, day, quantity, amount, note, evidence }
  works.push({ ...work, plan: body.plan, version: 1, by: who ?? '周岚', at })
  return { $status: 201, body: works.at(-1) }
}
export function removeWork(n) {
  const at = works.findIndex((w) => w.number === Number(n))
  if (at >= 0) works.splice(at, 1)
  return { $status: 204, body: null }
}

export const costs = () => [{ id: measures.id, title: measures.title }]
export const catalogue = () => measures
