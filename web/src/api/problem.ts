// What the server says when it cannot do something: RFC 9457 problem documents in plain Chinese.
import type { FieldMessage, ProblemDocument } from './types'

/** A refusal by the server, or the network's failure (status 0). */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly fields: FieldMessage[]
  readonly document: ProblemDocument

  constructor(document: ProblemDocument) {
    super(`${document.title}：${document.detail}`)
    this.name = 'Problem'
    this.status = document.status
    this.code = document.code
    this.title = document.title
    this.detail = document.detail
    this.fields = document.fields ?? []
    this.document = document
  }

  /** Is it worth trying again by itself? Only where the request never reached a decision. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503
  }
}

/** Made when there is no answer at all. */
export function offline(): Problem {
  return new Problem({
    title: '连接不上服务器',
    status: 0,
    detail: '网络中断或服务器没有运行；已填写的内容保存在本机，连接恢复后自动保存。请检查网络，或稍后重试。',
    code: 'W-NET-01',
  })
}

/** Reads the problem of a refused answer; a body that is not one is not trusted to be shown. */
export async function readProblem(answer: Response): Promise<Problem> {
  const type = answer.headers.get('content-type') ?? ''
  if (type.includes('json')) {
    try {
      const body = (await answer.json()) as Partial<ProblemDocument>
      if (typeof body.title === 'string')
        return new Problem({
          ...body,
          title: body.title,
          detail: body.detail ?? '',
          status: answer.status,
          code: body.code ?? '',
        })
    } catch {
      // Fall through to the general text.
    }
  }
  return new Problem({
    title: '服务器没有完成这次请求',
    status: answer.status,
    detail: `服务器回答 ${answer.status}，没有说明原因。请刷新页面再试；仍不行时，把这个数字和时间告诉系统管理员。`,
    code: `W-HTTP-${answer.status}`,
  })
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem({
    title: '页面出了错',
    status: -1,
    detail: `${error instanceof Error ? error.message : String(error)}。请刷新页面；已填写的内容不会丢失。`,
    code: 'W-PAGE-01',
  })
}
