// One person at one computer: a browser of their own, watched the whole time.
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOf } from './looking.mjs'

/** How long anything of a page may take, milliseconds. */
const PATIENCE = 20_000
/** So long no request may be under way before a page is looked at. */
const QUIET = 80

export class Person {
  constructor(story, name, login = '') {
    this.story = story
    this.name = name
    this.login = login
    this.password = `Rain-On-Slate-${login || name}`
    /** Patterns of what the console may say: a refusal that was asked for. */
    this.expected = []
    this.underWay = new Set()
    this.changed = Date.now()
  }

  async sitDown() {
    this.context = await this.story.browser.newContext({
      viewport: { width: 1366, height: 768 },
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      acceptDownloads: true,
    })
    this.context.setDefaultTimeout(PATIENCE)
    this.page = await this.watch(await this.context.newPage())
  }

  /** A further tab of the same browser. */
  async tab() {
    return this.watch(await this.context.newPage())
  }

  async watch(page) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.fault(message.text())
    })
    page.on('pageerror', (error) => this.fault(error.stack ?? error.message))
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(this.story.base) && !/^(data|blob):/.test(url)) this.fault(`asks outside: ${url}`)
      // A stream of events stays open.
      if (request.resourceType() === 'eventsource' || url.endsWith('/events')) return
      this.underWay.add(request)
      this.changed = Date.now()
    })
    const done = (request) => {
      this.underWay.delete(request)
      this.changed = Date.now()
    }
    page.on('requestfinished', done)
    page.on('requestfailed', done)
    // Nobody may read the body of a refusal; then it never ends.
    page.on('response', (response) => {
      if (!response.ok()) done(response.request())
    })
    page.on('close', () => {
      for (const request of this.underWay) if (request.frame().page() === page) done(request)
    })
    return page
  }

  fault(text) {
    if (!this.expected.some((pattern) => pattern.test(text))) this.story.faults.add(this.name, text)
  }

  /** The console may say this from here on, because it is asked for. */
  expects(...patterns) {
    this.expected.push(...patterns)
  }

  /** Types an address. */
  async open(path) {
    await this.page.goto(this.story.base + path)
    await this.quiet()
  }

  /** Goes by the navigation at the top. */
  async go(entry) {
    await this.page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: entry }).click()
    await this.quiet()
  }

  async click(name, role = 'button') {
    await this.page.getByRole(role, { name, exact: true }).click()
    await this.quiet()
  }

  /** Waits until the page asks for nothing. */
  async quiet() {
    const end = Date.now() + PATIENCE
    while (this.underWay.size > 0 || Date.now() - this.changed < QUIET) {
      if (Date.now() > end)
        throw new Error(`still asking: ${[...this.underWay].map((r) => r.url()).join(', ')}`)
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
  }

  /** Waits until the page before one asks for nothing and moves no more. */
  async settled() {
    await this.page
      .locator('h1')
      .first()
      .waitFor({ state: 'attached' })
      .catch(() => {})
    for (let i = 0; i < 3; i += 1) {
      await this.quiet()
      await this.page.evaluate(async () => {
        await document.fonts.ready
        const ends = document
          .getAnimations()
          .filter((a) => a.effect?.getComputedTiming().iterations !== Infinity)
        await Promise.race([
          Promise.allSettled(ends.map((a) => a.finished)),
          new Promise((resolve) => setTimeout(resolve, 1000)),
        ])
        await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 500 }))
      })
      if (this.underWay.size === 0) return
    }
  }

  /** Keeps a picture of the page and says what is wrong with it. */
  async look(label, { problem = false } = {}) {
    await this.settled()
    const place = `${this.story.picture(label)} (${this.name})`
    await this.page.screenshot({ path: this.story.path(label), animations: 'disabled' })
    for (const text of await faultsOf(this.page)) this.story.faults.add(place, text)
    const notes = await this.page.locator('.problem').allInnerTexts()
    if (!problem && notes.length > 0) this.story.faults.add(place, `shows ${notes.join(' | ')}`)
    if (problem && notes.length === 0) this.story.faults.add(place, 'shows no problem')
  }

  /** Downloads what a link or button gives, into a file. */
  async download(locator) {
    const [download] = await Promise.all([this.page.waitForEvent('download'), locator.click()])
    const path = join(mkdtempSync(join(this.story.folder, 'got-')), download.suggestedFilename())
    await download.saveAs(path)
    return path
  }

  async signIn() {
    if (!this.page) await this.sitDown()
    // Whether there is a session is asked once.
    this.expects(/401/)
    await this.open('/sign-in')
    await this.page.getByLabel('账号').fill(this.login)
    await this.page.getByLabel('密码', { exact: true }).fill(this.password)
    await this.page.getByRole('button', { name: '登录', exact: true }).click()
    await this.page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    await this.quiet()
  }

  async signOut() {
    await this.page.locator('.who button').click()
    await this.page.getByRole('menuitem', { name: '退出登录' }).click()
    await this.page.waitForURL('**/sign-in')
    await this.quiet()
  }

  /** Uses a one-time link: sets the password. */
  async useLink(link) {
    await this.sitDown()
    await this.page.goto(link)
    await this.page.getByLabel('新密码').fill(this.password)
    await this.page.getByLabel('再输一次密码').fill(this.password)
  }

  async leave() {
    await this.context?.close()
  }
}
