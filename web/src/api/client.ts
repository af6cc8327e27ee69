// One typed way to the server. Knows CSRF, problems and the expired session; knows no page.
import { offline, Problem, readProblem } from './problem'
import type { Routes } from './routes'

type Defined<T, K extends string> = K extends keyof T ? T[K] : undefined
type Answer<R extends keyof Routes> = Routes[R]['answer']

export type CallOptions<R extends keyof Routes> = {
  signal?: AbortSignal
  headers?: Record<string, string>
} & (Defined<Routes[R], 'path'> extends undefined ? unknown : { path: Defined<Routes[R], 'path'> }) &
  (Defined<Routes[R], 'query'> extends undefined ? unknown : { query: Defined<Routes[R], 'query'> }) &
  (Defined<Routes[R], 'body'> extends undefined ? unknown : { body: Defined<Routes[R], 'body'> })

type Arguments<R extends keyof Routes> =
  Record<never, never> extends CallOptions<R> ? [options?: CallOptions<R>] : [options: CallOptions<R>]

let csrf = ''
let signInAgain: (() => Promise<void>) | null = null

export function setCsrf(token: string): void {
  csrf = token
}

/** What to do when a request meets an expired session: it is repeated once the promise resolves. */
export function onExpired(handler: (() => Promise<void>) | null): void {
  signInAgain = handler
}

/** The address of a route with its parameters filled in. */
export function address(
  template: string,
  path: Record<string, string | number> = {},
  query: Record<string, unknown> = {},
): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  const tail = search.toString()
  return `/api${filled}${tail ? `?${tail}` : ''}`
}

/** Asks the server. Throws a `Problem` in every case but success. */
export async function call<R extends keyof Routes>(route: R, ...rest: Arguments<R>): Promise<Answer<R>> {
  const options = (rest[0] ?? {}) as {
    path?: Record<string, string | number>
    query?: Record<string, unknown>
    body?: unknown
    signal?: AbortSignal
    headers?: Record<string, string>
  }
  const [method, template] = route.split(' ') as [string, string]
  const send = async (): Promise<Response> => {
    const headers: Record<string, string> = { Accept: 'application/json', ...options.headers }
    let body: BodyInit | undefined
    if (options.body instanceof FormData) body = options.body
    else if (options.body !== undefined) {
      headers['Content-Type'] = 'application/json'
      body = JSON.stringify(options.body)
    }
    if (method !== 'GET') headers['X-CSRF-Token'] = csrf
    try {
      return await fetch(address(template, options.path, options.query), {
        method,
        headers,
        body,
        credentials: 'same-origin',
        signal: options.signal,
      })
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw offline()
    }
  }
  let answer = await send()
  if (answer.status === 401 && signInAgain && !template.startsWith('/session')) {
    await signInAgain()
    answer = await send()
  }
  if (!answer.ok) throw await readProblem(answer)
  if (answer.status === 204 || answer.headers.get('content-length') === '0') return null as Answer<R>
  const type = answer.headers.get('content-type') ?? ''
  // A workbook that is asked for with a reason, and so not by a link.
  if (type.includes('spreadsheetml')) return (await answer.blob()) as Answer<R>
  const text = await answer.text()
  if (text === '') return null as Answer<R>
  // Settings of a plan and papers travel as they are written.
  if (type.startsWith('application/toml') || type.startsWith('text/html')) return text as Answer<R>
  try {
    return JSON.parse(text) as Answer<R>
  } catch {
    throw new Problem({
      title: '服务器的回答读不懂',
      status: answer.status,
      detail: '回答不是约定的格式，可能经过了代理服务器。请刷新页面，或联系系统管理员。',
      code: 'W-NET-02',
    })
  }
}

/** The address of a file to download, for a plain link. */
export function fileAddress(
  template: string,
  path: Record<string, string | number> = {},
  query: Record<string, unknown> = {},
): string {
  return address(template, path, query)
}
