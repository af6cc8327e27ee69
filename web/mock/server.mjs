// A stand-in for the server while the pages are made and tested: the same routes over fixtures that the
// real program wrote (generate.mjs), kept in memory. Node only.
//
//   npm run mock                      serves /api and, when it is built, dist/ on 127.0.0.1:8087
//   JUNHENG_FIXTURES=FOLDER           another county
//   JUNHENG_MOCK_PORT=8090            another port
//
// Accounts: officer, leader, clerk, principal, admin, security, auditor, personnel; the password is junheng-demo.
import { createServer } from 'node:http'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from './refusal.mjs'
import { routes } from './routes.mjs'
import { sessionOf, sessions } from './accounts.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const dist = join(here, '..', 'dist')
const port = Number(process.env.JUNHENG_MOCK_PORT ?? 8087)
const LIMIT = 20 * 1024 * 1024

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}
// The same policy as the real server's: no inline script, no eval, nothing from outside.
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const compiled = Object.entries(routes).map(([route, handler]) => {
  const [method, template] = route.split(' ')
  const names = []
  const pattern = template.replace(/\{(\w+)\}/g, (_, name) => {
    names.push(name)
    return '([^/]+)'
  })
  return { method, pattern: new RegExp(`^${pattern}$`), names, handler }
})

function send(response, status, body, headers = {}) {
  const type = status >= 400 ? 'application/problem+json' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers })
  response.end(body === null || body === undefined ? '' : JSON.stringify(body))
}

async function read(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > LIMIT) throw new Refusal(413, 'H-SIZE-01', '文件太大', '每次上传不超过 20 MB；请分几次上传。')
    chunks.push(chunk)
  }
  const raw = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('application/json') && raw.length > 0) {
    try {
      return JSON.parse(raw.toString('utf8'))
    } catch {
      throw new Refusal(400, 'H-BODY-01', '请求读不懂', '请求内容不是 JSON；请刷新页面再试。')
    }
  }
  return raw
}

async function api(request, response, url) {
  const path = decodeURI(url.pathname.slice('/api'.length))
  for (const { method, pattern, names, handler } of compiled) {
    const match = request.method === method && pattern.exec(path)
    if (!match) continue
    const session = sessionOf(request)
    const open = path === '/session' || path === '/setup' || path.startsWith('/links/')
    if (!session && !open)
      throw new Refusal(401, 'H-AUTH-01', '还没有登录或登录已过期', '请重新登录；页面上的内容不会丢失。')
    const body = await read(request)
    if (
      session &&
      !['GET', 'HEAD'].includes(request.method) &&
      request.headers['x-csrf-token'] !== session.csrf
    )
      throw new Refusal(403, 'H-CSRF-01', '请求的来源不能确认', '请刷新页面后再试。')
    const answer = await handler({
      path: Object.fromEntries(names.map((name, i) => [name, match[i + 1]])),
      query: url.searchParams,
      body,
      session,
      request,
      response,
    })
    if (response.writableEnded) return
    send(response, answer?.$status ?? 200, answer?.$status ? answer.body : answer, answer?.$headers)
    return
  }
  throw new Refusal(
    404,
    'H-PATH-01',
    '没有这个地址',
    `没有 ${request.method} ${path}；可能是页面与服务器的版本不一致，请刷新页面。`,
  )
}

function file(response, path) {
  const wanted = join(dist, normalize(path))
  const found =
    wanted.startsWith(dist) && existsSync(wanted) && statSync(wanted).isFile()
      ? wanted
      : join(dist, 'index.html')
  if (!existsSync(found) || (extname(path) && found.endsWith('index.html') && path !== '/index.html')) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, {
    'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream',
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
  })
  createReadStream(found).pipe(response)
}

export const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost')
  try {
    if (url.pathname.startsWith('/api/')) await api(request, response, url)
    else file(response, url.pathname)
  } catch (error) {
    if (error instanceof Refusal) send(response, error.status, error.document(), error.headers)
    else {
      console.error(error)
      send(response, 500, new Refusal(500, 'H-MOCK-01', '模拟服务器出错', String(error)).document())
    }
  }
})

server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port} (${sessions.size} sessions)`))
