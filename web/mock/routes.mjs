// All routes of the mock server. A handler gets path, query, body and session, and returns the answer.
import { describe, sessions, signIn, users } from './accounts.mjs'
import { evaluations, explanations, items, mapPoints, overview } from './county.mjs'
import { whatIf } from './judge.mjs'
import * as collecting from './collecting.mjs'
import { exchangeRoutes } from './exchanges.mjs'
import * as imports from './imports.mjs'
import * as judged from './judged.mjs'
import { pairingRoutes } from './pairings.mjs'
import * as plans from './plans.mjs'
import { postRoutes } from './posts.mjs'
import { Refusal } from './refusal.mjs'
import { rotationRoutes } from './rotations.mjs'
import * as data from './submissions.mjs'
import * as system from './system.mjs'
import { trainingRoutes } from './training.mjs'
import { teacherRoutes } from './teachers.mjs'

const year = (text) => {
  const found = Number(text)
  if (!evaluations[found])
    throw new Refusal(404, 'H-YEAR-01', '没有这个学年', `${text} 学年还没有数据；请先在“数据”中导入或填报。`)
  return found
}

export const routes = {
  'GET /setup': ({ query }) => ({
    county: null,
    needed: true,
    valid: query.get('token') === 'first',
  }),
  'POST /setup': () => ({ $status: 201, body: null }),
  'GET /session': ({ session }) => {
    if (!session) throw new Refusal(401, 'H-AUTH-01', '还没有登录', '请登录。')
    return describe(session)
  },
  'POST /session': ({ body }) => {
    const session = signIn(body)
    return {
      $status: 200,
      body: describe(session),
      $headers: { 'Set-Cookie': `junheng_session=${session.token}; HttpOnly; SameSite=Strict; Path=/` },
    }
  },
  'DELETE /session': ({ session }) => {
    if (session) sessions.delete(session.token)
    return { $status: 204, body: null }
  },
  'PUT /session/password': () => ({ $status: 204, body: null }),

  'GET /years/{year}/overview': ({ path, query, session }) =>
    overview(year(path.year), session, query.get('data') === 'submitted'),
  'GET /years/{year}/evaluation': ({ path }) => evaluations[year(path.year)],
  'GET /years/{year}/explanation': ({ path, query }) => {
    year(path.year)
    const key = `${query.get('indicator')}/${query.get('school') ?? ''}/${query.get('stage') ?? ''}`
    const found = explanations[key] ?? explanations[`${query.get('indicator').split('.')[0]}//`]
    if (!found)
      throw new Refusal(404, 'H-EXPLAIN-01', '没有这个数的计算过程', '示例数据只带前 40 个学段的计算过程。')
    return found
  },
  'POST /years/{year}/what-if': ({ path, body }) => whatIf(year(path.year), body.edits),
  'GET /years/{year}/map': ({ path }) => mapPoints(year(path.year)),
  'GET /years/{year}/forms': ({ path, query }) => judged.forms(year(path.year), query.get('sheet')),
  'GET /years/{year}/needs/{school}': ({ path }) => judged.needs(year(path.year), path.school),
  'GET /years/{year}/scenarios': ({ path, session }) => judged.scenarios(year(path.year), session),
  'POST /years/{year}/scenarios': ({ path, body, session }) =>
    judged.addScenario(year(path.year), body, session),
  'GET /scenarios/{id}': ({ path, session }) => judged.scenarioOf(path.id, session),
  'PATCH /scenarios/{id}': ({ path, body, session }) => judged.patchScenario(path.id, body, session),
  'DELETE /scenarios/{id}': ({ path }) => judged.removeScenario(path.id),
  'GET /boundary': () => judged.boundary(),
  'PUT /boundary': ({ query }) => judged.putBoundary(query.get('version')),
  'DELETE /boundary': () => judged.removeBoundary(),
  'GET /years/{year}/attestations': ({ path }) => judged.sheet(year(path.year)),
  'PUT /years/{year}/attestations/{code}': ({ path, body, session }) =>
    judged.attest(year(path.year), path.code, body, session),
  'GET /years/{year}/evidence': ({ query }) => judged.evidence(query),
  'POST /years/{year}/evidence': ({ body, session }) => judged.addEvidence(body, session),
  'POST /evidence/{id}/removal': ({ path }) => judged.removeEvidence(path.id),
  'POST /links/open': () => ({ login: 'clerk2', name: '林月', expires_at: '2023-11-24T08:00:00Z' }),
  'POST /links/use': () => ({ $status: 204, body: null }),
  'GET /items': () => items,
  'GET /collections': ({ query }) => data.collections.filter((c) => c.year === Number(query.get('year'))),
  'POST /collections': ({ body }) => data.openCollection(body),
  'PATCH /collections/{id}': ({ path, body }) => {
    const found = data.collections.find((c) => c.id === path.id)
    const { schools: _schools, ...changes } = body
    return Object.assign(found, changes, { version: found.version + 1 })
  },
  'GET /submissions': ({ query }) => data.submissions(year(query.get('year')), query.get('collection')),
  'GET /submissions/{year}/{school}': ({ path, session }) =>
    data.submission(year(path.year), path.school, session.user),
  'PATCH /submissions/{year}/{school}/draft': ({ path, body, session }) =>
    data.saveDraft(year(path.year), path.school, body, session.user),
  'POST /submissions/{year}/{school}/steps': ({ path, body, session }) =>
    data.take(year(path.year), path.school, body, session.user),
  'GET /submissions/{year}/{school}/revisions': () => data.revisions(),
  'GET /submissions/{year}/{school}/difference': ({ path }) => data.difference(year(path.year), path.school),
  'PUT /submissions/{year}/{school}/explanations': ({ path, body, session }) =>
    collecting.explain(year(path.year), path.school, body, session.user),
  'POST /collections/{id}/reminders': ({ path, body, session }) =>
    collecting.remind(
      data.submissions(data.collections.find((c) => c.id === path.id).year).items,
      body,
      session.user,
    ),
  'GET /outliers': ({ query, session }) => {
    const of = year(query.get('year'))
    const forms = data.submissions(of).items.map((row) => data.submission(of, row.school, session.user))
    return { items: collecting.outliers(forms), next: null }
  },
  'GET /imports': () => imports.listImports(),
  'POST /imports': () => imports.beginImport(),
  'GET /imports/{id}': ({ path }) => imports.importOf(path.id),
  'PUT /imports/{id}/cells': ({ path, body }) => imports.correct(path.id, body),
  'PUT /imports/{id}/meanings': ({ path, body }) => imports.mean(path.id, body),
  'GET /mappings': () => imports.mappings(),
  'DELETE /mappings': ({ query }) => imports.forget(query),
  'POST /imports/{id}/accept': ({ path, body }) => imports.acceptImport(path.id, body.as),
  'DELETE /imports/{id}': () => ({ $status: 204, body: null }),

  'GET /plans': () => ({ items: plans.plans.map(plans.entry), next: null }),
  'GET /plans/new.toml': ({ response }) => plans.draft(response),
  'POST /plans': ({ body }) => plans.create(body),
  'GET /plans/{id}': ({ path }) => plans.detail(plans.find(path.id)),
  'PUT /plans/{id}/settings': ({ path, body }) => plans.saveSettings(path.id, body),
  'POST /plans/{id}/run': ({ path }) => plans.run(path.id),
  'POST /plans/{id}/frontier': ({ path }) => plans.run(path.id, 'frontier'),
  'POST /plans/{id}/adopt': ({ path }) => {
    for (const p of plans.plans) if (p.state === 'adopted') p.state = 'planned'
    return plans.entry(Object.assign(plans.find(path.id), { state: 'adopted' }))
  },
  'GET /baseline': () => plans.baseline(),
  'POST /baseline/works': ({ body }) => plans.addWork(body),
  'DELETE /baseline/works/{number}': ({ path }) => plans.removeWork(path.number),
  'GET /costs': () => plans.costs(),
  'GET /costs/{id}': () => plans.catalogue(),
  'GET /jobs/{id}': ({ path }) => plans.jobOf(path.id),
  'POST /jobs/{id}/cancel': ({ path }) => plans.cancel(path.id),

  'GET /users': () => ({ items: users.map(system.publicUser), next: null }),
  'POST /users': ({ body }) => system.addUser(body),
  'PATCH /users/{id}': ({ path, body }) => system.patchUser(path.id, body),
  'POST /users/{id}/reset': ({ path }) => system.invited(system.findUser(path.id)),
  'GET /roles': () => system.roles(),
  'POST /users/import': () => ({ rows: 0, created: [], problems: [] }),
  'GET /schools': () => system.schools(),
  'GET /districts': () => system.districts(),
  'POST /districts': ({ body }) => system.addDistrict(body),
  'GET /schools/{code}': ({ path }) => system.history(path.code),
  'POST /schools/{code}/events': ({ path, body }) => system.recordEvent(path.code, body),
  'PATCH /districts/{code}': ({ path, body }) => system.patchDistrict(path.code, body),
  'PUT /years/{year}/standard': ({ path, body }) => system.chooseStandard(path.year, body),
  'GET /security': () => system.security(),
  'PUT /security': ({ body }) => system.setSecurity(body),
  'POST /backups/{name}/verify': () => ({ whole: true, why: null, rows: 5120, files: 12 }),
  'GET /years': () => system.allYears(),
  'POST /years': ({ body }) => system.addYear(body),
  'POST /years/{year}/lock': ({ path, body }) => system.setLock(path.year, true, body),
  'POST /years/{year}/unlock': ({ path, body }) => system.setLock(path.year, false, body),
  'GET /standards': () => system.standardList(),
  'GET /standards/{id}': ({ path }) => system.standardOf(path.id),
  'POST /standards/{id}/examples': () => system.examples(),
  'GET /audit': ({ query }) => system.audit(query),
  'GET /audit/verify': () => system.verify(),
  'GET /backups': () => system.backups(),
  'POST /backups': () => system.addBackup(),
  'GET /health': () => system.health(),

  ...exchangeRoutes,
  ...pairingRoutes,
  ...trainingRoutes,
  ...rotationRoutes,
  ...teacherRoutes,
  ...postRoutes,
}
