// All routes of the mock server. A handler gets path, query, body and session, and returns the answer.
import { describe, sessions, signIn, users } from './accounts.mjs'
import { evaluations, explanations, items, mapPoints, overview } from './county.mjs'
import { whatIf } from './judge.mjs'
import { Refusal } from './refusal.mjs'

const year = (text) => {
    const found = Number(text)
    if (!evaluations[found])
        throw new Refusal(
            404,
            'H-YEAR-01',
            '没有这个学年',
            `${text} 学年还没有数据；请先在“数据”中导入或填报。`,
        )
    return found
}

export const routes = {
    'GET /setup': ({ query }) => ({ county: null, needed: query.get('token') === 'first' }),
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

    'GET /years/{year}/overview': ({ path, session }) => overview(year(path.year), session),
    'GET /years/{year}/evaluation': ({ path }) => evaluations[year(path.year)],
    'GET /years/{year}/explanation': ({ path, query }) => {
        year(path.year)
        const key = `${query.get('indicator')}/${query.get('school') ?? ''}/${query.get('stage') ?? ''}`
        const found = explanations[key] ?? explanations[`${query.get('indicator').split('.')[0]}//`]
        if (!found)
            throw new Refusal(
                404,
                'H-EXPLAIN-01',
                '没有这个数的计算过程',
                '示例数据只带前 40 个学段的计算过程。',
            )
        return found
    },
    'POST /years/{year}/what-if': ({ path, body }) => whatIf(year(path.year), body.edits),
    'GET /years/{year}/map': ({ path }) => mapPoints(year(path.year)),
    'GET /map/boundary': () => {
        throw new Refusal(404, 'H-MAP-01', '没有县界', '还没有放入县界文件。')
    },
    'PUT /years/{year}/attestations/{code}': ({ body }) => ({ version: (body.version ?? 0) + 1 }),
    'POST /evidence': ({ body }) => ({ sha256: 'e3b0c442'.repeat(8), name: '材料.pdf', bytes: body.length }),
    'GET /items': () => items,
    'GET /users': () => ({ items: users.map((user) => ({ ...user, can: undefined })), next: null }),
}
