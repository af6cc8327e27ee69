// Orders of the mock server after a rotation is adopted: what is recorded of them, and subsidies.
import { AT, may, ownOf, refuse, TODAY, touch } from './rotation-ground.mjs'

const ORDER = {
  ordered: '已下达',
  arrived: '已到岗',
  returned: '已返回',
  stayed: '留任接收校',
  cancelled: '未执行',
}
export const STATES = Object.keys(ORDER)

export const orderOf = (move, from, until) => ({
  teacher: move.teacher,
  name: move.name,
  from: move.from,
  from_name: move.from_name,
  to: move.to,
  to_name: move.to_name,
  stage: move.stage,
  subject: move.subject,
  backbone: move.backbone,
  starts: from,
  ends: until ?? null,
  state: 'ordered',
  arrived: null,
  ended: null,
  roll: false,
  subsidy: null,
  evaluation: null,
  version: 1,
  by: '纪敏',
  at: AT,
  records: [],
})

const NEXT_ORDER = {
  ordered: ['arrive', 'cancel'],
  arrived: ['return', 'stay', 'subsidy', 'evaluate', 'unarrive'],
}
export const orderView = (order, session) => ({
  ...order,
  zh: ORDER[order.state],
  next: (NEXT_ORDER[order.state] ?? []).filter(
    (act) =>
      (act !== 'unarrive' || order.evaluation === null) &&
      (may(session, 'staffing.edit') || (act === 'arrive' && order.to === ownOf(session))),
  ),
})
const RECORD = {
  arrive: '到岗',
  return: '返回',
  stay: '留任',
  cancel: '不执行',
  subsidy: '补助',
  evaluate: '考核',
  unarrive: '撤回报到登记',
}
export function record(r, teacher, { version, act, ...more }, session) {
  const order = r.orders.find((o) => o.teacher === teacher)
  if (!order) refuse(404, 'H-ORDER-01', '没有这份调令', '请刷新调配名单。')
  touch(order, version)
  let detail = ''
  if (act === 'arrive') Object.assign(order, { state: 'arrived', arrived: more.day, roll: more.roll })
  if (act === 'return' || act === 'stay')
    Object.assign(order, { state: act === 'return' ? 'returned' : 'stayed', ended: more.day })
  if (act === 'cancel') Object.assign(order, { state: 'cancelled', ended: TODAY })
  if (act === 'subsidy') {
    if (!/^\d+(\.\d+)?$/.test(more.yuan))
      refuse(422, 'H-BODY-02', '内容有误', '有 1 处不对', {
        fields: [{ field: 'yuan', message: '补助标准应为元/月的数字' }],
      })
    order.subsidy = more
    detail = `每月 ${more.yuan} 元`
  }
  if (act === 'evaluate') {
    order.evaluation = more
    detail = more.result
  }
  if (act === 'unarrive') Object.assign(order, { state: 'ordered', arrived: null, roll: false })
  if (act === 'cancel' || act === 'unarrive') detail = more.reason
  order.records.push({
    number: order.records.length + 1,
    act,
    zh: RECORD[act],
    day: more.day ?? TODAY,
    detail,
    by: session.user.name,
    at: AT,
  })
  const roster =
    act === 'arrive'
      ? {
          year: r.year + 1,
          exchanges: `${r.year + 1}|${order.from}|${order.to}|任教交流`,
          school: more.roll,
          note: '已记入交流经历',
        }
      : act === 'unarrive'
        ? { year: r.year + 1, exchanges: null, school: true, note: '已从交流经历中删去' }
        : null
  return { order: orderView(order, session), roster }
}
const plus = (month, n) => {
  const [y, m] = month.split('-').map(Number)
  const at = y * 12 + m - 1 + n
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`
}
export function subsidies(r) {
  const through = '2024-12'
  const months = new Map()
  const rows = r.orders
    .filter((o) => o.subsidy)
    .map((o) => {
      const { yuan, basis, from } = o.subsidy
      const until = o.subsidy.until ?? through
      let count = 0
      for (let month = from; month <= until && count < 600; month = plus(month, 1), count += 1) {
        const found = months.get(month) ?? { month, teachers: 0, yuan: 0 }
        months.set(month, { month, teachers: found.teachers + 1, yuan: found.yuan + Number(yuan) })
      }
      const { teacher, name, to, to_name } = o
      return {
        teacher,
        name,
        to,
        to_name,
        yuan,
        basis,
        from,
        until,
        months: count,
        total: String(count * yuan),
      }
    })
  const list = [...months.values()].sort((a, b) => (a.month < b.month ? -1 : 1))
  const years = [...new Set(list.map((m) => Number(m.month.slice(0, 4))))].map((year) => {
    const own = list.filter((m) => m.month.startsWith(String(year)))
    return {
      year,
      teachers: Math.max(...own.map((m) => m.teachers)),
      yuan: String(own.reduce((n, m) => n + m.yuan, 0)),
    }
  })
  return {
    rows,
    months: list.map((m) => ({ ...m, yuan: String(m.yuan) })),
    years,
    total: String(list.reduce((n, m) => n + m.yuan, 0)),
    through,
  }
}
