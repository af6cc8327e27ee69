// The roster of teachers of the mock server: rows of text (people.mjs), views of them, counts, imports.
import { county, currentYear } from './county.mjs'
import * as people from './people.mjs'
import { Refusal } from './refusal.mjs'
import {
  backbone,
  counts,
  CYCLE,
  differences,
  eligibility,
  finding,
  fullTime,
  hoursOf,
  ITEMS,
  keeps,
  mineOnly,
  nameOf,
  partsOf,
  problems,
  rowsFor,
  share,
  TARGET,
  visits,
  yearsFrom,
} from './roster-figures.mjs'

const WHO = '纪敏（personnel）'
const { HIDDEN } = people
const versions = new Map()
const imports = new Map()
const refuse = (status, code, title, detail, more) => {
  throw new Refusal(status, code, title, detail, more)
}

function line(row) {
  const found = problems(row)
  const state = eligibility(row).is
  return {
    number: row.number,
    name: people.mask(row.name),
    school: row.school,
    school_name: nameOf(row.school),
    stage: people.stageOf(row.stage),
    subject: people.subjectOf(row.subject),
    post: people.postOf(row.post),
    role: people.roleOf(row.role),
    rank: people.rankOf(row.rank),
    degree: people.degreeOf(row.degree),
    backbone: people.levelOf(row.backbone),
    certified: row.certified ? row.certified === '是' : null,
    years: yearsFrom(row.arrived),
    eligible: state === 'unknown' ? null : state === 'eligible',
    findings: {
      errors: found.filter((f) => f.severity === 'error').length,
      warnings: found.filter((f) => f.severity === 'warning').length,
    },
  }
}
function view(row) {
  const known = versions.get(row.number) ?? { version: 1, by: keeps.source ? WHO : '', at: keeps.at }
  return {
    ...line(row),
    identity: row.identity ? `${row.identity.slice(0, 3)}*************${row.identity.slice(16)}` : null,
    sex: row.sex ? { code: row.sex === '男' ? 'male' : 'female', zh: row.sex } : null,
    age: yearsFrom(row.birth),
    subjects: [row.subject, ...row.subjects.split(/[；、]/)].map(people.subjectOf).filter((s) => s !== null),
    hours: row.hours || null,
    degree_at_hire: people.degreeOf(row.degree_at_hire),
    backbone_basis: row.backbone_basis,
    hired: row.hired || null,
    arrived: row.arrived || null,
    roll: people.rollOf(row.roll),
    visits: people.entries(row.visits).map(([school, subject, hours]) => ({
      school,
      school_name: nameOf(school) ?? school,
      subject: people.subjectOf(subject),
      hours,
    })),
    exchanges: people.entries(row.exchanges).map(([year, from, to, way]) => ({
      year: Number(year),
      from: from || null,
      from_name: nameOf(from),
      to,
      to_name: nameOf(to) ?? to,
      kind: people.wayOf(way || '任教交流'),
    })),
    training: {
      ...CYCLE,
      target: String(TARGET),
      hours: String(hoursOf(row)),
      rows: people.entries(row.training).map(([year, provider, hours]) => ({
        year: Number(year),
        provider,
        hours,
      })),
    },
    exemptions: people.entries(row.exemptions).map(([kind, evidence, until]) => ({
      kind: people.exemptionOf(kind),
      evidence,
      until: until || null,
      holds: evidence !== '' && (!until || until >= keeps.day),
    })),
    home: row.home || null,
    spouse: row.spouse || null,
    eligibility: eligibility(row),
    problems: problems(row),
    fields: Object.fromEntries(
      Object.entries(row).filter(
        ([column, text]) => text !== '' && ![...HIDDEN, 'number', 'spouse'].includes(column),
      ),
    ),
    ...known,
  }
}
function find(number, session) {
  const row = rowsFor(session).find((one) => one.number === number)
  return row ?? refuse(404, 'H-TEACHER-01', '没有这位教师', '名册中没有这个教师编号；可能已经移除。')
}
function mayEdit(session) {
  if (!session.user.can.includes('teacher.edit'))
    refuse(403, 'H-RIGHT-01', '没有权限', '您的账号不能维护教师名册。')
}
function checkFields(fields) {
  const wrong = []
  for (const [field, zh] of [
    ['hired', '参加工作日期'],
    ['arrived', '到本校日期'],
    ['appointed', '任现职日期'],
    ['birth', '出生日期'],
  ])
    if (fields[field] && !/^\d{4}-\d{2}-\d{2}$/.test(fields[field]))
      wrong.push({
        field: `fields.${field}`,
        message: `${zh}“${fields[field]}”不是日期，请写成 2018-09-01。`,
      })
  if (fields.school !== undefined && !nameOf(fields.school))
    wrong.push({ field: 'fields.school', message: '学校标识码不正确，请填写本县学校的 10 位标识码。' })
  if (wrong.length)
    refuse(422, 'H-BODY-01', '内容有误', wrong.map((w) => w.message).join(''), { fields: wrong })
}

function rosterView(session) {
  const rows = rowsFor(session)
  const found = [...rows.flatMap(problems), ...differences(session)]
  const schools = county.schools
    .map(({ school, name }) => ({ school, name, of: rows.filter((row) => row.school === school) }))
    .filter(({ of }) => of.length > 0)
  return {
    roster: keeps.rows && {
      teachers: rows.length,
      full_time: rows.filter(fullTime).length,
      day: keeps.day,
      source: keeps.source,
      version: keeps.version,
      stamp: `mock-${keeps.version}`,
      by: WHO,
      at: keeps.at,
    },
    schools: schools.map(({ school, name, of }) => ({
      school,
      name,
      teachers: of.length,
      backbone: of.filter(backbone).length,
    })),
    findings: {
      errors: found.filter((f) => f.severity === 'error').length,
      warnings: found.filter((f) => f.severity === 'warning').length,
    },
  }
}

/** What a file would change. Its rows are the invented people; the first file has three faults. */
function beginImport(session, body) {
  mayEdit(session)
  const school = mineOnly(session)
  const rows = people.made().filter((row) => !school || row.school === school)
  const file = /filename="([^"]+)"/.exec(body.toString('latin1'))?.[1] ?? '名册.xlsx'
  const name = Buffer.from(file, 'latin1').toString('utf8')
  const before = new Map(rowsFor(session).map((row) => [row.number, row]))
  if (name.includes('不认识'))
    refuse(
      422,
      'H-BODY-05',
      '文件无法读取',
      `文件无法读取：文件“${name}”不是认识的教师名册：前 15 行中找不到教师名册的列名，请改用名册模板。`,
    )
  const refused = name.includes('没有教师')
  const id = imports.size + 1
  const of = (n) => rows[n] ?? rows[0]
  const say = (n, ...rest) => ({ ...finding(of(n), ...rest), row: n + 1, teacher: of(n).number })
  const view = {
    id,
    state: 'waiting',
    layout: name.includes('全国')
      ? { id: 'national-teachers', zh: '全国教师管理信息系统导出表' }
      : { id: 'roster-template', zh: '教师名册模板' },
    file: name,
    rows: refused ? 3 : rows.length + 2,
    teachers: refused ? 0 : rows.length,
    added: rows.filter((row) => !before.has(row.number)).length,
    changed: rows.filter((row) => {
      const kept = before.get(row.number)
      return kept && JSON.stringify(kept) !== JSON.stringify(row)
    }).length,
    unchanged: 0,
    gone: before.size > 0 ? [...before.keys()].filter((n) => !rows.some((r) => r.number === n)).length : 0,
    findings: refused
      ? [
          {
            ...say(
              0,
              'T-ROW-03',
              'error',
              '学校标识码',
              '学校标识码不正确：应为 10 位数字',
              '填写 10 位学校标识码',
            ),
            teacher: null,
          },
        ]
      : [
          say(5, 'T-ID-04', 'error', '身份证件号码', '身份证件号码的校验位不符', '对照证件核对并改正'),
          say(
            8,
            'T-ROW-10',
            'error',
            '教师编号',
            '与第 7 行编号相同，本行没有读入',
            '每人一行，删去重复的行',
          ),
          say(
            11,
            'T-ROW-07',
            'error',
            '主要任教学科',
            '没有学科“体健”，没有计入任何学科',
            '改用规则包中的学科名称，或在规则包中增加这种写法',
          ),
          ...rows.slice(0, 40).flatMap((row, i) => problems(row).map((f) => ({ ...f, row: i + 1 }))),
        ],
    errors: 0,
    refused,
    version: keeps.version,
    expires_at: new Date(Date.now() + 24 * 3600e3).toISOString(),
  }
  view.errors = view.findings.filter((f) => f.severity === 'error').length
  view.findings = view.findings.map((f) => ({ ...f, file: name }))
  view.unchanged = view.teachers - view.added - view.changed
  imports.set(id, { view, rows, school })
  return { $status: 201, body: view }
}
const importOf = (id) =>
  imports.get(Number(id)) ?? refuse(404, 'H-IMPORT-01', '没有这次导入', '导入可能已经取消；请重新上传。')
function accept(id, { keep_missing: keep, version }, session) {
  const { view: mine, rows, school } = importOf(id)
  if (mine.refused) refuse(409, 'H-IMPORT-02', '这次导入不能采用', '文件没有可以读入的行；请改正后重新上传。')
  if (version !== undefined && version !== keeps.version) {
    mine.version = keeps.version
    refuse(
      409,
      'H-EDIT-01',
      '内容已被他人修改',
      `教师名册已被${WHO}修改，本次修改没有保存；请查看最新内容后再改`,
    )
  }
  const names = new Set(rows.map((row) => row.number))
  const others = (keeps.rows ?? []).filter(
    (row) => !names.has(row.number) && (keep || (school && row.school !== school)),
  )
  keeps.rows = [...rows, ...others]
  keeps.version += 1
  keeps.source = mine.file
  keeps.at = new Date().toISOString()
  imports.delete(Number(id))
  return rosterView(session)
}

function list(query, session) {
  const text = (name) => query.get(name) ?? ''
  const found = rowsFor(session).filter((row) => {
    const one = line(row)
    const item = text('item')
    const behind =
      item === 'teachers_visiting'
        ? visits(row, text('school'))
        : !item || partsOf(item, one.stage).some((part) => (share(row, part) ?? 0) > 0)
    return (
      (item === 'teachers_visiting' || !text('school') || row.school === text('school')) &&
      (!text('stage') || one.stage === text('stage')) &&
      (!text('subject') || one.subject?.code === text('subject')) &&
      (!text('post') || one.post.code === text('post')) &&
      (!text('rank') || one.rank?.code === text('rank')) &&
      (!text('backbone') ||
        (text('backbone') === 'any' ? one.backbone !== null : one.backbone?.code === text('backbone'))) &&
      (!text('eligible') || { yes: true, no: false }[text('eligible')] === (one.eligible ?? undefined)) &&
      (!text('finding') ||
        problems(row).some((f) => text('finding') === 'any' || f.code === text('finding'))) &&
      (!text('q') || row.number.toLowerCase().includes(text('q').toLowerCase())) &&
      behind
    )
  })
  const sort = text('sort').replace('-', '')
  const value = (row) => (sort === 'number' ? row.number : sort === 'school' ? row.school : line(row)[sort])
  const plain = (row) => value(row)?.code ?? value(row) ?? ''
  if (sort) found.sort((a, b) => (plain(a) < plain(b) ? -1 : plain(a) > plain(b) ? 1 : 0))
  if (text('sort').startsWith('-')) found.reverse()
  return { ...paged(found, query, (row) => row.number, line), total: found.length }
}
function paged(all, query, key, show) {
  const after = query.get('after')
  const start = after ? all.findIndex((one) => key(one) === after) + 1 : 0
  const limit = Number(query.get('limit') ?? 200)
  const shown = all.slice(start, start + limit)
  return { items: shown.map(show), next: all.length > start + limit ? key(shown.at(-1)) : null }
}
function findings(query, session) {
  const all = [...rowsFor(session).flatMap(problems), ...differences(session)].map((f, i) => ({
    f,
    key: String(i),
  }))
  return paged(
    all,
    query,
    (one) => one.key,
    (one) => one.f,
  )
}
function edit(number, { fields, version }, session) {
  mayEdit(session)
  const row = find(number, session)
  const now = view(row)
  if (version !== now.version)
    refuse(
      409,
      'H-EDIT-01',
      '内容已被他人修改',
      `教师 ${number}已被${now.by}修改，本次修改没有保存；请查看最新内容后再改`,
      {
        by: now.by,
        at: now.at,
        current: now,
      },
    )
  checkFields(fields)
  Object.assign(row, fields)
  versions.set(number, { version: version + 1, by: session.user.name, at: new Date().toISOString() })
  keeps.version += 1
  return view(row)
}
function add({ fields }, session) {
  mayEdit(session)
  if (!fields.name) {
    const wrong = [{ field: 'fields.name', message: '请填写姓名' }]
    refuse(422, 'H-BODY-01', '内容有误', '请填写姓名', { fields: wrong })
  }
  fields.number ||= `R${String((keeps.rows?.length ?? 0) + 1).padStart(5, '0')}`
  if (keeps.rows?.some((row) => row.number === fields.number))
    refuse(409, 'H-TEACHER-02', '编号已有人使用', `名册中已有编号为 ${fields.number} 的教师。`)
  checkFields(fields)
  const row = { ...Object.fromEntries(Object.keys(people.made()[0]).map((c) => [c, ''])), ...fields }
  row.post ||= '专任教师'
  row.roll ||= '在编'
  row.role ||= '无'
  keeps.rows = [...(keeps.rows ?? []), row]
  return { $status: 201, body: view(row) }
}
function remove(number, body, session) {
  mayEdit(session)
  const row = find(number, session)
  if (!body.reason) refuse(422, 'H-BODY-01', '内容有误', '请写明原因。')
  keeps.rows = keeps.rows.filter((one) => one !== row)
  return { $status: 204, body: null }
}
function reveal(number, { reason }, session) {
  if (!session.user.can.includes('teacher.reveal'))
    refuse(403, 'H-RIGHT-01', '没有权限', '您的账号不能查看教师的完整信息。')
  const row = find(number, session)
  if ((reason?.trim() ?? '').length < 4)
    refuse(422, 'H-BODY-01', '内容有误', '请写明理由，4 至 200 字', {
      fields: [{ field: 'reason', message: '请写明理由，4 至 200 字' }],
    })
  return Object.fromEntries(['number', ...HIDDEN].map((column) => [column, row[column]]))
}
function search({ text }, session) {
  if (!session.user.can.includes('teacher.reveal'))
    refuse(403, 'H-RIGHT-01', '没有权限', '您的账号不能按姓名查找教师。')
  const wanted = (text ?? '').replaceAll(/\s/g, '')
  if (wanted.length < 2) {
    const why = '请输入姓名或其中相连的几个字，2 至 40 字'
    refuse(422, 'H-BODY-01', '内容有误', why, { fields: [{ field: 'text', message: why }] })
  }
  const found = rowsFor(session).filter((row) => row.name.includes(wanted) || row.identity === wanted)
  return { items: found.slice(0, 200).map((row) => line(row)), total: found.length }
}
function apply(body, session) {
  const differs = counts(rowsFor(session), mineOnly(session)).filter(
    (c) => !c.same && c.counted !== null && ITEMS.some((item) => item.code === c.item),
  )
  const schools = [...new Set(differs.map((c) => c.school))]
  const state = (code, i) => (i % 3 === 2 ? '已审定，如需修改请先退回' : null)
  const all = schools.map((school, i) => ({
    school,
    school_name: nameOf(school),
    figures: differs.filter((c) => c.school === school).length,
    why: state(school, i),
  }))
  return {
    written: all.filter((s) => !s.why).map(({ why: _why, ...rest }) => rest),
    locked: all.filter((s) => s.why).map(({ school, school_name, why }) => ({ school, school_name, why })),
  }
}

/** For the posts: who is there. */
export const roster = () => keeps.rows
export { nameOf }

export const teacherRoutes = {
  'GET /roster-columns': () => people.columns(),
  'GET /years/{year}/roster': ({ path, session }) =>
    Number(path.year) === currentYear
      ? rosterView(session)
      : { roster: null, schools: [], findings: { errors: 0, warnings: 0 } },
  'PUT /years/{year}/roster': ({ body, session }) => {
    mayEdit(session)
    keeps.day = body.day
    keeps.version += 1
    return rosterView(session)
  },
  'POST /years/{year}/roster/imports': ({ body, session }) => beginImport(session, body),
  'GET /years/{year}/roster/imports/{id}': ({ path }) => importOf(path.id).view,
  'POST /years/{year}/roster/imports/{id}/accept': ({ path, body, session }) =>
    accept(path.id, body, session),
  'DELETE /years/{year}/roster/imports/{id}': ({ path }) => {
    imports.delete(Number(path.id))
    return { $status: 204, body: null }
  },
  'GET /years/{year}/roster/counts': ({ query, session }) =>
    counts(rowsFor(session), query.get('school') ?? ''),
  'GET /years/{year}/roster/findings': ({ query, session }) => findings(query, session),
  'POST /years/{year}/roster/apply': ({ body, session }) => apply(body, session),
  'GET /years/{year}/teachers': ({ query, session }) => list(query, session),
  'POST /years/{year}/teachers': ({ body, session }) => add(body, session),
  'GET /years/{year}/teachers/{number}': ({ path, session }) => view(find(path.number, session)),
  'PUT /years/{year}/teachers/{number}': ({ path, body, session }) => edit(path.number, body, session),
  'DELETE /years/{year}/teachers/{number}': ({ path, body, session }) => remove(path.number, body, session),
  'POST /years/{year}/roster/search': ({ body, session }) => search(body, session),
  'POST /years/{year}/teachers/{number}/reveal': ({ path, body, session }) =>
    reveal(path.number, body, session),
}
