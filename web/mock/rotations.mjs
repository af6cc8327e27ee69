// Rotations of the mock server: what the real program found for the county of 12 schools
// (generate-rotation.mjs), kept in memory and led through its states as the server does.
import { currentYear, json } from './county.mjs'
import { beginJob } from './plans.mjs'
import { AT, may, need, ownOf, refuse, TODAY, touch } from './rotation-ground.mjs'
import { orderOf, orderView, record, STATES, subsidies } from './rotation-orders.mjs'
import { defaults, zhOf } from './rotation-rules.mjs'

const fixture = json('rotation.json')
const ZH = { draft: '编制中', published: '公示中', adopted: '已确定', closed: '已结束', void: '已作废' }
const NOTICE = { open: '公示中', withdrawn: '已撤回', replaced: '已由新公示代替', adopted: '已确定' }
const NEXT = {
  draft: ['publish', 'void'],
  published: ['publish', 'withdraw', 'adopt', 'void'],
  adopted: ['close', 'void'],
}

// ---- teachers and schools, as far as the results name them
const schoolName = new Map(fixture.optimum.sections.map((s) => [s.school, s.name]))
const people = new Map()
for (const m of fixture.optimum.moves)
  people.set(m.teacher, { name: m.name, school: m.from, stage: m.stage, subject: m.subject })
for (const s of fixture.optimum.stays)
  people.set(s.teacher, { name: s.name, school: s.school, stage: s.stage, subject: null })
const nameOf = (code) => schoolName.get(code) ?? code
// ---- runs
/** A result as the server tells it: the list of those who stay is asked for page by page. */
const told = ({
  format: _format,
  problem: _problem,
  rules: _rules,
  standard: _standard,
  year,
  ...result
}) => ({
  ...result,
  stays: result.stays.length,
  coefficients: result.coefficients.map((c) => ({
    ...c,
    limit_shown: c.limit && Number(c.limit).toFixed(2),
  })),
  change: { reason: `教师交流轮岗（${result.moves.length} 人）`, year, edits: [], rooms: [] },
})
function runOf(number, mode, rotation) {
  const wanted = rotation.settings.shares[0]?.at_least
  const impossible = mode === 'optimum' && Number(wanted) > 0.45
  const result = impossible ? null : fixture[mode]
  const moved = result?.moves ?? []
  const wishes = rotation.wishes
  return {
    run: number,
    mode,
    zh: zhOf('mode', mode),
    possible: !impossible,
    moved: moved.length,
    eligible: fixture.optimum.eligible,
    wished: wishes.length,
    granted: moved.filter((m) => m.wish !== null).length,
    proved: result?.method.proved ?? true,
    ended: result?.method.ended ?? fixture.impossible.nearest.method.ended,
    cancelled: false,
    findings: 0,
    stale: [],
    published: false,
    by: '纪敏',
    at: AT,
    result,
    impossible: impossible ? fixture.impossible : null,
    settings: { ...structuredClone(rotation.settings), preferences: Object.fromEntries(wishes) },
  }
}
const runLine = ({ result: _result, impossible: _impossible, settings: _settings, ...line }) => line
function prices(rotation) {
  const newest = ['optimum', 'claims', 'trading']
    .map((mode) => rotation.runs.findLast((r) => r.mode === mode && r.result))
    .filter(Boolean)
  return {
    modes: newest.map((r) => ({ code: r.mode, zh: r.zh })),
    rows: fixture.optimum.levels.map(({ code, zh, unit, before }) => ({
      code,
      zh,
      unit,
      before,
      after: newest.map((r) => r.result.levels.find((l) => l.code === code)?.after ?? null),
    })),
  }
}
const runDetail = (rotation, run) => ({
  ...runLine(run),
  result: run.result && told(run.result),
  impossible: run.impossible && {
    broken: run.impossible.broken,
    nearest: run.impossible.nearest && told(run.impossible.nearest),
  },
  checked: [],
  prices: prices(rotation),
  judged: run.result && {
    before: { sections: 13, failing: 5, verdict: 'fail', zh: '未达到标准' },
    after: { sections: 13, failing: 5, verdict: 'fail', zh: '未达到标准' },
  },
  settings: run.settings,
  snapshot: 'ffeadf7770ca',
  roster: '9b1c3a55',
  standard: { id: 'cn-quality-2017', version: '2017.1' },
  rules: { id: 'cn-county-2024', version: '2024.1' },
})

// ---- rotations
const wishRow = ([teacher, schools]) => {
  const person = people.get(teacher)
  return {
    teacher,
    name: person?.name ?? null,
    school: person?.school ?? null,
    school_name: person ? nameOf(person.school) : null,
    stage: person?.stage ?? null,
    subject: person?.subject ?? null,
    schools: schools.map((code) => ({ code, name: nameOf(code) })),
  }
}
const blank = (id, year, title) => ({
  id,
  year,
  title,
  state: 'draft',
  version: 1,
  by: '纪敏',
  at: AT,
  settings: structuredClone(defaults.settings),
  wishes: [],
  findings: [],
  notices: [],
  objections: [],
  orders: [],
  runs: [],
  job: null,
})
export const rotations = []
const first = blank(1, currentYear, `${currentYear + 1} 年教师交流轮岗`)
first.wishes = Object.entries(fixture.settings.preferences)
first.runs = ['optimum', 'claims', 'trading'].map((mode, i) => runOf(i + 1, mode, first))
rotations.push(first, blank(2, currentYear, '志愿交流试算'))

function find(id) {
  const found = rotations.find((r) => r.id === Number(id))
  return found ?? refuse(404, 'H-ROTATE-01', '没有这个交流方案', '方案可能已被删除；请回到列表。')
}
const noticeOf = (r) => {
  const notice = r.notices.at(-1)
  return notice && { ...notice, zh: NOTICE[notice.state], over: notice.until < TODAY }
}
const openOf = (r) => r.objections.filter((o) => o.state === 'open').length
function line(r) {
  const published = r.runs.find((run) => run.published)
  const run = published ?? r.runs.at(-1)
  return {
    id: r.id,
    year: r.year,
    title: r.title,
    state: r.state,
    zh: ZH[r.state],
    version: r.version,
    by: r.by,
    at: r.at,
    wishes: r.wishes.length,
    runs: r.runs.length,
    open_objections: openOf(r),
    run: run ? runLine(run) : null,
    notice: noticeOf(r) ?? null,
    job: r.job,
  }
}
const decisionsOf = (r) =>
  r.objections
    .filter((o) => o.decision)
    .map((o) => {
      const [kind, school] = Object.entries(o.decision)[0]
      return {
        objection: o.number,
        teacher: o.teacher,
        name: o.name,
        kind,
        school,
        school_name: nameOf(school),
        reason: `采纳第 ${o.number} 号异议`,
      }
    })
function view(r, session) {
  const edit = may(session, 'staffing.edit')
  const inside = edit
  return {
    ...line(r),
    settings: inside ? r.settings : null,
    wish_list: inside ? r.wishes.map(wishRow) : [],
    decisions: inside ? decisionsOf(r) : [],
    findings: inside ? r.findings : [],
    notices: r.notices.map((n) => ({ ...n, zh: NOTICE[n.state], over: n.until < TODAY })),
    next: edit ? (NEXT[r.state] ?? []) : [],
    may: { edit, adopt: may(session, 'staffing.adopt'), object: may(session, 'objection.raise') },
  }
}
const seen = (r, session) => may(session, 'staffing.edit') || !['draft', 'void'].includes(r.state)
const draftOnly = (r) => {
  if (r.state !== 'draft')
    refuse(
      409,
      'H-ROTATE-03',
      '方案已不在编制中',
      `方案${ZH[r.state]}，设置和志愿不再修改；要修改请先撤回公示。`,
    )
}

function keep(r, rows) {
  const findings = []
  const wishes = []
  for (const { teacher, schools } of rows) {
    const person = people.get(teacher)
    if (!person)
      findings.push({
        code: 'T-WISH-01',
        severity: 'warning',
        zh: '警告',
        teacher,
        field: '教师编号',
        message: `名册中没有编号 ${teacher} 的教师`,
        remedy: '核对编号；名册补录后再算',
      })
    for (const school of schools.filter((code) => !schoolName.has(code)))
      findings.push({
        code: 'T-WISH-02',
        severity: 'warning',
        zh: '警告',
        teacher,
        field: '交流志愿',
        message: `没有标识码为 ${school} 的学校，这一志愿不计`,
        remedy: '改为本县义务教育学校的标识码或全称',
      })
    wishes.push([teacher, schools.filter((code) => schoolName.has(code))])
  }
  Object.assign(r, { wishes, findings })
  return { version: r.version, kept: wishes.length, findings }
}

// ---- steps
const published = (r) => r.runs.find((run) => run.published)
const steps = {
  publish(r, { run, from, until }) {
    const chosen = r.runs.find((each) => each.run === run)
    if (!chosen?.result)
      refuse(409, 'H-ROTATE-05', '这次测算不能公示', '测算没有得出方案；请先采纳办法后重新测算。')
    for (const notice of r.notices) if (notice.state === 'open') notice.state = 'replaced'
    for (const each of r.runs) each.published = each === chosen
    const number = r.notices.length + 1
    r.notices.push({ number, run, from, until, state: 'open', reason: '', by: '纪敏', at: AT })
    r.state = 'published'
  },
  withdraw(r, { reason }) {
    Object.assign(r.notices.at(-1), { state: 'withdrawn', reason })
    for (const each of r.runs) each.published = false
    r.state = 'draft'
  },
  adopt(r, { from, until }) {
    if (openOf(r) > 0)
      refuse(409, 'H-ROTATE-07', '还有异议没有答复', `还有 ${openOf(r)} 件异议待答复；答复后再审定。`)
    if (r.notices.at(-1).until >= TODAY)
      refuse(409, 'H-ROTATE-08', '公示还没有结束', `公示到 ${r.notices.at(-1).until} 为止；期满后再审定。`)
    r.orders = published(r).result.moves.map((move) => orderOf(move, from, until))
    r.notices.at(-1).state = 'adopted'
    r.state = 'adopted'
  },
  close(r) {
    const left = r.orders.filter((o) => ['ordered', 'arrived'].includes(o.state)).length
    if (left > 0)
      refuse(409, 'H-ROTATE-09', '还有调令没有了结', `还有 ${left} 人没有返回、留任或注明未执行。`)
    r.state = 'closed'
  },
  void(r) {
    r.state = 'void'
  },
}

// ---- notice and objections
function notice(r, session) {
  const run = published(r) ?? null
  if (!run) refuse(404, 'H-ROTATE-04', '还没有公示', '方案公示以后，这里是公示的名单。')
  const own = ownOf(session)
  return {
    rotation: r.id,
    title: r.title,
    year: r.year,
    state: r.state,
    zh: ZH[r.state],
    notice: noticeOf(r),
    mode: run.mode,
    mode_zh: run.zh,
    moved: run.moved,
    eligible: run.eligible,
    shares: run.result.shares,
    moves: run.result.moves.map((m, i) => {
      const mine = own === null || m.from === own || m.to === own
      const { teacher, name, from, from_name, to, to_name, stage, subject, backbone } = m
      return {
        number: i + 1,
        teacher,
        name,
        from,
        from_name,
        to,
        to_name,
        stage,
        subject,
        backbone,
        own: mine,
        reasons: mine ? m.reasons : [],
      }
    }),
    schools: run.result.sections.map(({ school, name, stage, leave, come }) => ({
      school,
      name,
      stage,
      leave,
      come,
    })),
    objections: { open: openOf(r), all: r.objections.length },
  }
}
const OBJECTION = { open: '待答复', upheld: '已采纳', rejected: '不予采纳' }
const objectionView = (o) => ({ ...o, zh: OBJECTION[o.state] })
function raise(r, { teacher, kind, ground }, session) {
  if (r.state !== 'published') refuse(409, 'H-ROTATE-06', '现在不能提出异议', '异议在公示期内提出。')
  const person = people.get(teacher)
  if (!person)
    refuse(422, 'H-BODY-02', '内容有误', '有 1 处不对', {
      fields: [{ field: 'teacher', message: `名册中没有编号 ${teacher} 的教师` }],
    })
  if (ownOf(session) && person.school !== ownOf(session))
    refuse(403, 'H-AUTH-03', '没有权限', '学校只能代本校教师提出异议。')
  const objection = {
    number: r.objections.length + 1,
    notice: r.notices.at(-1).number,
    teacher,
    name: person.name,
    school: person.school,
    school_name: nameOf(person.school),
    kind,
    kind_zh: zhOf('objection', kind),
    ground,
    by: session.user.name,
    at: '2023-11-22T02:10:00Z',
    state: 'open',
    reply: '',
    decision: null,
    decision_zh: null,
    replied_by: null,
    replied_at: null,
    version: 1,
  }
  r.objections.push(objection)
  return { $status: 201, body: objectionView(objection) }
}
function reply(r, number, { version, upheld, reply: text, decision }, session) {
  const objection = r.objections.find((o) => o.number === Number(number))
  touch(objection, version)
  const [kind, school] = Object.entries(decision ?? {})[0] ?? []
  const stays = kind === 'fixed' && school === objection.school
  Object.assign(objection, {
    state: upheld ? 'upheld' : 'rejected',
    reply: text,
    decision,
    decision_zh: kind
      ? `${kind === 'forbidden' ? '不到' : stays ? '留任' : '安排到'}${nameOf(school)}`
      : null,
    replied_by: session.user.name,
    replied_at: '2023-11-22T03:00:00Z',
  })
  r.version += 1
  if (decision) for (const run of r.runs) run.stale = ['异议的处理决定已变化']
  return objectionView(objection)
}

function stayers(r, number, query, session) {
  const run = r.runs.find((each) => each.run === Number(number))
  const own = ownOf(session)
  const q = query.get('q')?.trim() ?? ''
  const flag = (name, value) => query.get(name) === null || query.get(name) === String(value)
  const list = (run.result?.stays ?? run.impossible.nearest.stays).filter(
    (s) =>
      (own === null || s.school === own) &&
      (!query.get('school') || s.school === query.get('school')) &&
      flag('eligible', s.eligible) &&
      flag('wished', s.wished) &&
      (!q || s.teacher.includes(q) || s.name.includes(q) || s.why.includes(q)),
  )
  const from = Number(query.get('after') ?? 0)
  const to = from + Number(query.get('limit') ?? 100)
  return {
    items: list.slice(from, to).map((s) => ({ ...s, school_name: nameOf(s.school) })),
    next: to < list.length ? String(to) : null,
  }
}

/** A run takes a few seconds, then it is kept. */
function begin(r, mode) {
  const job = beginJob('rotation', ['取数', '核定岗位', '求解', '比较', '复核', '存档'], {
    done: () => {
      r.runs.push({ ...runOf(r.runs.length + 1, mode, r), at: new Date().toISOString() })
      r.job = null
      return {
        rotation: r.id,
        run: r.runs.length,
        possible: r.runs.at(-1).possible,
        moved: r.runs.at(-1).moved,
        findings: 0,
      }
    },
    cancelled: () => {
      r.job = null
    },
  })
  r.job = { id: job, state: 'running' }
  return { $status: 202, body: { job } }
}

export const rotationRoutes = {
  'GET /years/{year}/rotation-settings': () => ({ ...defaults, pool: pool() }),
  'GET /years/{year}/rotations': ({ path, session }) =>
    rotations.filter((r) => r.year === Number(path.year) && seen(r, session)).map(line),
  'POST /years/{year}/rotations': ({ path, body, session }) => {
    need(session, 'staffing.edit')
    const made = blank(rotations.length + 1, Number(path.year), body.title)
    const from = body.copy_of ? find(body.copy_of) : null
    if (from) Object.assign(made, { settings: structuredClone(from.settings), wishes: [...from.wishes] })
    rotations.push(made)
    return { $status: 201, body: view(made, session) }
  },
  'GET /rotations/{id}': ({ path, session }) => view(find(path.id), session),
  'PATCH /rotations/{id}': ({ path, body, session }) => {
    need(session, 'staffing.edit')
    const r = find(path.id)
    draftOnly(r)
    const detour = Number(body.settings?.detour ?? 1)
    if (!(detour >= 1 && detour <= 10))
      refuse(422, 'H-BODY-01', '内容有误', '有 1 处内容需要修改', {
        fields: [{ field: 'settings.detour', message: '绕行系数应在 1 与 10 之间' }],
      })
    touch(r, body.version)
    if (body.title) r.title = body.title
    if (body.settings) {
      r.settings = body.settings
      for (const run of r.runs) run.stale = ['设置已变化']
    }
    return view(r, session)
  },
  'DELETE /rotations/{id}': ({ path }) => {
    rotations.splice(rotations.indexOf(find(path.id)), 1)
    return { $status: 204, body: null }
  },
  'PUT /rotations/{id}/wishes': ({ path, body }) => {
    const r = find(path.id)
    draftOnly(r)
    touch(r, body.version)
    return keep(r, body.rows)
  },
  'POST /rotations/{id}/wishes/import': ({ path }) => {
    const r = find(path.id)
    draftOnly(r)
    r.version += 1
    const rows = Object.entries(fixture.settings.preferences).map(([teacher, schools]) => ({
      teacher,
      schools,
    }))
    return keep(r, [...rows, { teacher: 'T999999', schools: ['2134000001', '2134009999'] }])
  },
  'POST /rotations/{id}/run': ({ path, body }) => begin(find(path.id), body.mode),
  'GET /rotations/{id}/runs': ({ path }) => find(path.id).runs.map(runLine),
  'GET /rotations/{id}/runs/{run}': ({ path }) => {
    const r = find(path.id)
    const run = r.runs.find((each) => each.run === Number(path.run))
    return run ? runDetail(r, run) : refuse(404, 'H-ROTATE-02', '没有这次测算', '请回到测算列表。')
  },
  'GET /rotations/{id}/runs/{run}/stayers': ({ path, query, session }) =>
    stayers(find(path.id), path.run, query, session),
  'POST /rotations/{id}/steps': ({ path, body, session }) => {
    need(session, body.act === 'adopt' ? 'staffing.adopt' : 'staffing.edit')
    const r = find(path.id)
    if (body.version !== r.version) touch(r, body.version)
    steps[body.act](r, body)
    r.version += 1
    return view(r, session)
  },
  'GET /rotations/{id}/notice': ({ path, session }) => notice(find(path.id), session),
  'GET /rotations/{id}/objections': ({ path, session }) => {
    const own = ownOf(session)
    return find(path.id)
      .objections.filter((o) => own === null || o.school === own)
      .map(objectionView)
  },
  'POST /rotations/{id}/objections': ({ path, body, session }) => raise(find(path.id), body, session),
  'POST /rotations/{id}/objections/{number}/reply': ({ path, body, session }) =>
    reply(find(path.id), path.number, body, session),
  'GET /rotations/{id}/orders': ({ path, query, session }) => {
    const own = ownOf(session)
    const r = find(path.id)
    const mine = r.orders.filter((o) => own === null || o.from === own || o.to === own)
    const counts = Object.fromEntries(
      STATES.map((state) => [state, mine.filter((o) => o.state === state).length]),
    )
    const orders = mine.filter(
      (o) =>
        (!query.get('school') || [o.from, o.to].includes(query.get('school'))) &&
        (!query.get('state') || o.state === query.get('state')),
    )
    return { orders: orders.map((o) => orderView(o, session)), counts }
  },
  'POST /rotations/{id}/orders/{teacher}/records': ({ path, body, session }) =>
    record(find(path.id), path.teacher, body, session),
  'GET /rotations/{id}/subsidies': ({ path }) => subsidies(find(path.id)),
}

/** Who may be asked, counted by reason. */
function pool() {
  const kinds = [
    ['recent', '到本校年限不满', /到本校 \d+ 年/],
    ['age', '距退休不足年限', /距退休/],
    ['outside', '岗位、编制或职务不在交流范围', /不在/],
    ['unknown', '名册没有填到校日期', /没有到本校/],
    ['exempt', '有不交流情形', /./],
  ]
  const why = kinds.map(([is, zh]) => ({ is, zh, teachers: 0 }))
  for (const s of fixture.optimum.stays.filter((each) => !each.eligible)) {
    const at = kinds.findIndex(([, , pattern]) => pattern.test(s.why.replace(/^不符合交流条件：/, '')))
    why[at].teachers += 1
  }
  return {
    teachers: people.size,
    eligible: fixture.optimum.eligible,
    backbone: fixture.optimum.moves.filter((m) => m.backbone).length * 4,
    why: why.filter((w) => w.teachers > 0),
  }
}
