// Training of the mock county: two projects, hours by teacher, funds by school.
import { county, currentYear, factOf } from './county.mjs'
import { all, may, need, ownOf, refuse, rowOf, townOf, WHO, wrong } from './exchanges.mjs'
import { entries, mask } from './people.mjs'
import { fullTime, nameOf } from './roster-figures.mjs'

const LEVEL = { nation: '国培', province: '省培', city: '市培', county: '县培', school: '校本' }
const STATE = {
  proposed: '已申报',
  reviewed: '评审通过',
  running: '实施中',
  accepted: '已验收',
  refused: '未通过',
}
const ACT = {
  review: '评审通过',
  start: '开始实施',
  accept: '验收通过',
  refuse: '不予通过',
  reopen: '退回上一步',
}
const NEXT = {
  proposed: { review: 'reviewed', refuse: 'refused' },
  reviewed: { start: 'running', refuse: 'refused', reopen: 'proposed' },
  running: { accept: 'accepted', refuse: 'refused', reopen: 'reviewed' },
  accepted: { reopen: 'running' },
  refused: { reopen: 'proposed' },
}
const WANTED = 360
const AT_LEAST = 0.05

const projects = []
function make(text, state = 'proposed') {
  const project = {
    id: Math.max(0, ...projects.map((p) => p.id)) + 1,
    text,
    state,
    reward: null,
    persons: [],
    steps: [],
    version: 1,
    at: '2023-09-04T08:00:00Z',
  }
  projects.push(project)
  return project
}
function begun() {
  if (projects.length > 0) return
  const base = { evidence: null, note: '', days: '5', hours: '40' }
  const first = make(
    {
      ...base,
      school: null,
      title: '小学语文作业设计与实施',
      provider: '县教师发展中心',
      level: 'county',
      begins: '2023-10-09',
      ends: '2023-10-13',
      funds: '12.5',
      seats: 60,
    },
    'running',
  )
  const people = all().filter(fullTime).slice(0, 4)
  first.persons = people.map((row, i) => ({
    teacher: row.number,
    school: row.school,
    hours: i < 3 ? '40' : null,
  }))
  make({
    ...base,
    school: county.schools.at(-1).school,
    title: '课堂评价校本研修',
    provider: county.schools.at(-1).name,
    level: 'school',
    begins: '2023-09-05',
    ends: '2023-12-29',
    days: null,
    hours: '24',
    funds: null,
    seats: null,
  })
  Object.assign(
    make(
      {
        ...base,
        school: null,
        title: '乡村教师信息技术能力提升（国培）',
        provider: '省教育学院',
        level: 'nation',
        begins: '2023-07-10',
        ends: '2023-07-21',
        days: '10',
        hours: '80',
        funds: '8',
        seats: 30,
      },
      'accepted',
    ),
    {
      reward: '2.5',
      persons: people.slice(0, 2).map((row) => ({ teacher: row.number, school: row.school, hours: '80' })),
    },
  )
}
const sees = (project, session) => {
  const own = ownOf(session)
  return own === null || project.text.school === null || project.text.school === own
}
function find(id, session) {
  begun()
  const found = projects.find((p) => p.id === Number(id) && sees(p, session))
  return (
    found ?? refuse(404, 'H-FIND-01', '没有找到', `没有找到培训项目 ${id}；可能不存在，或不在您的管理范围内`)
  )
}
const stale = (project, version) => {
  if (project.version !== version)
    refuse(
      409,
      'H-EDIT-01',
      '内容已被他人修改',
      `培训项目 ${project.id} 已被${WHO}修改，请查看最新内容后再改`,
    )
}
const touch = (project) =>
  Object.assign(project, { version: project.version + 1, at: new Date().toISOString() })
function line({ note: _note, ...text }, project) {
  return {
    ...text,
    id: project.id,
    year: currentYear,
    name: text.school ? nameOf(text.school) : null,
    level_zh: LEVEL[text.level],
    people: project.persons.length,
    state: project.state,
    state_zh: STATE[project.state],
    reward: project.reward,
    version: project.version,
    by: WHO,
    at: project.at,
  }
}
function view(project, session) {
  const edits = may(session, 'staffing.edit')
  const own = ownOf(session)
  const mine = own !== null && project.text.school === own && project.state === 'proposed'
  return {
    ...line(project.text, project),
    note: project.text.note,
    persons: project.persons
      .filter((one) => own === null || one.school === own)
      .map((one) => ({ ...one, person: mask(rowOf(one.teacher)?.name ?? ''), name: nameOf(one.school) })),
    steps: project.steps,
    may: edits
      ? Object.keys(NEXT[project.state]).map((act) => ({
          act,
          act_zh: ACT[act],
          needs_reason: ['refuse', 'reopen'].includes(act),
          takes_reward: act === 'accept',
        }))
      : [],
    editable: (edits && ['proposed', 'reviewed', 'running'].includes(project.state)) || mine,
    enters: (edits || may(session, 'teacher.edit')) && ['reviewed', 'running'].includes(project.state),
    removable: project.state === 'proposed' && (edits || mine),
  }
}
const checked = (text, session) => {
  if (!text.title) wrong('title', '请填写，不超过 100 字')
  if (text.level === 'school' && !text.school) wrong('school', '校本项目请选择学校')
  if (ownOf(session) !== null && text.school !== ownOf(session)) wrong('level', '学校只能申报本校的校本项目')
  return text
}

function shortfalls(year, query, session) {
  const from = Number(query.get('from') ?? year - 5)
  const to = from + 4
  const own = ownOf(session)
  const rows = all().filter((row) => fullTime(row) && (own === null || row.school === own))
  begun()
  const items = rows
    .map((row) => {
      const named = entries(row.training).map(([year, provider, hours]) => [
        Number(year),
        provider,
        Number(hours),
      ])
      const roster = named
        .filter(([year]) => year >= from && year <= to)
        .reduce((n, [, , hours]) => n + hours, 0)
      const credited = projects
        .filter(
          (p) =>
            p.state === 'accepted' &&
            Number(p.text.ends.slice(0, 4)) >= from &&
            Number(p.text.ends.slice(0, 4)) <= to,
        )
        .filter((p) => !named.some(([year]) => year === Number(p.text.ends.slice(0, 4))))
        .reduce((n, p) => n + Number(p.persons.find((one) => one.teacher === row.number)?.hours ?? 0), 0)
      const left = Math.max(0, to - (year - 1))
      const missing = WANTED - roster - credited
      return {
        teacher: row.number,
        person: mask(row.name),
        school: row.school,
        name: nameOf(row.school),
        roster: String(roster),
        credited: String(credited),
        hours: String(roster + credited),
        missing: String(missing),
        a_year: left > 0 ? `${missing}/${left}` : null,
        left_out: [],
        unreported: named.length === 0,
      }
    })
    .filter((row) => Number(row.missing) > 0)
    .sort((a, b) => Number(b.missing) - Number(a.missing) || (a.teacher < b.teacher ? -1 : 1))
  return {
    roster: true,
    from,
    to,
    years_left: Math.max(0, Math.min(5, to - (year - 1))),
    wanted: String(WANTED),
    teachers: rows.length,
    short: items.length,
    cycles: [5, 4, 3, 2, 1, 0].map((n) => year - n),
    items,
    next: null,
  }
}
function funds(session) {
  begun()
  const own = ownOf(session)
  const number = (school, item) => {
    const value = factOf(currentYear, school, item)
    return value === null || value === '—' ? null : String(value)
  }
  const schools = county.schools
    .filter((s) => own === null || s.school === own)
    .map(({ school, name }) => {
      const training = number(school, 'training_funds')
      const budget = number(school, 'operating_budget')
      const known = training !== null && budget !== null
      const share = known ? String(Number(training) / Number(budget)) : null
      const enough = known ? Number(training) / Number(budget) >= AT_LEAST : null
      return { school, name, township: townOf(school), training, budget, share, enough }
    })
    .sort((a, b) => [false, null, true].indexOf(a.enough) - [false, null, true].indexOf(b.enough))
  const count = (what) => schools.filter((s) => s.enough === what).length
  const sum = (key) =>
    schools.some((s) => s[key] === null) ? null : String(schools.reduce((n, s) => n + Number(s[key]), 0))
  const [training, budget] = [sum('training'), sum('budget')]
  return {
    at_least: String(AT_LEAST),
    source: '督导',
    grade: 'A',
    schools,
    enough: count(true),
    short: count(false),
    unknown: count(null),
    training,
    budget,
    share: training && budget ? String(Number(training) / Number(budget)) : null,
    levels: Object.entries(LEVEL).map(([level, zh]) => {
      const mine = projects.filter((p) => p.text.level === level && p.state !== 'refused' && sees(p, session))
      return {
        level,
        zh,
        projects: mine.length,
        accepted: mine.filter((p) => p.state === 'accepted').length,
        funds: String(mine.reduce((n, p) => n + Number(p.text.funds ?? 0), 0)),
        funds_missing: mine.filter((p) => p.text.funds === null).length,
        reward: String(mine.reduce((n, p) => n + Number(p.reward ?? 0), 0)),
        people: mine.reduce((n, p) => n + p.persons.length, 0),
      }
    }),
  }
}

export const trainingRoutes = {
  'GET /years/{year}/trainings': ({ session }) => {
    begun()
    return { items: projects.filter((p) => sees(p, session)).map((p) => line(p.text, p)), next: null }
  },
  'POST /years/{year}/trainings': ({ body, session }) => ({
    $status: 201,
    body: view(make(checked(body, session)), session),
  }),
  'GET /trainings/{id}': ({ path, session }) => view(find(path.id, session), session),
  'PATCH /trainings/{id}': ({ path, body, session }) => {
    const project = find(path.id, session)
    stale(project, body.version)
    return view(touch(Object.assign(project, { text: checked(body.project, session) })), session)
  },
  'DELETE /trainings/{id}': ({ path, session }) => {
    projects.splice(projects.indexOf(find(path.id, session)), 1)
    return { $status: 204, body: null }
  },
  'POST /trainings/{id}/steps': ({ path, body, session }) => {
    need(session, 'staffing.edit')
    const project = find(path.id, session)
    stale(project, body.version)
    const state = NEXT[project.state][body.act]
    if (!state)
      refuse(
        409,
        'H-EDIT-03',
        '当前状态不允许',
        `培训项目 ${project.id} 目前为“${STATE[project.state]}”，不能${ACT[body.act]}`,
      )
    const reward = state === 'accepted' ? (body.reward ?? null) : null
    project.steps.push({
      act: body.act,
      act_zh: ACT[body.act],
      reward,
      reason: body.reason,
      by: WHO,
      at: new Date().toISOString(),
    })
    return view(touch(Object.assign(project, { state, reward })), session)
  },
  'PUT /trainings/{id}/people': ({ path, body, session }) => {
    const project = find(path.id, session)
    stale(project, body.version)
    for (const one of body.put) {
      const row = rowOf(one.teacher)
      if (!row) wrong('put.0.teacher', '本学年教师名册中没有这个编号，或不是您管理的学校的教师')
      if (project.text.hours && Number(one.hours ?? 0) > Number(project.text.hours))
        wrong('put.0.hours', `不能超过项目的 ${project.text.hours} 学时`)
      project.persons = project.persons.filter((known) => known.teacher !== one.teacher)
      project.persons.push({ teacher: one.teacher, school: row.school, hours: one.hours })
    }
    project.persons = project.persons.filter((known) => !body.remove.includes(known.teacher))
    return view(touch(project), session)
  },
  'GET /years/{year}/training/shortfalls': ({ path, query, session }) =>
    shortfalls(Number(path.year), query, session),
  'GET /years/{year}/training/funds': ({ session }) => funds(session),
}
