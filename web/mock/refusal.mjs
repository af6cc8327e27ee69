// A problem document, thrown by a route.
export class Refusal extends Error {
  constructor(status, code, title, detail, more = {}) {
    super(title)
    Object.assign(this, { status, code, title, detail, more })
  }
  document() {
    return {
      type: 'about:blank',
      title: this.title,
      status: this.status,
      detail: this.detail,
      code: this.code,
      ...this.more,
    }
  }
}
