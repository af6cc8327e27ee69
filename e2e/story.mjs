// The whole story of a county in a real browser against the real program: from the one-time link of the
// first administrator to the adopted plan and its workbook. See CONTRIBUTING.md, “The browser story”.
//
//   npm run story                 pictures in ../target/e2e, numbered by step
//   CHROMIUM=/usr/bin/chromium    another browser of the Chromium family
//   CHAPTERS=administrators,county,people,collecting,staffing    some chapters only, in their order
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { chapters } from './chapters/index.mjs'
import { Faults } from './lib/faults.mjs'
import { Person } from './lib/person.mjs'
import { Server } from './lib/server.mjs'

const out = new URL('../target/e2e/', import.meta.url).pathname
mkdirSync(out, { recursive: true })
for (const name of readdirSync(out)) if (name.endsWith('.png')) rmSync(join(out, name))

/** What the chapters share. */
class Story {
  constructor(folder, server, browser) {
    this.folder = folder
    this.server = server
    this.browser = browser
    this.faults = new Faults()
    this.people = new Map()
    this.steps = 0
    this.last = ''
  }

  get base() {
    return this.server.base
  }

  /** Names the next picture. */
  picture(label) {
    this.steps += 1
    this.last = `${String(this.steps).padStart(2, '0')}-${label}`
    return this.last
  }

  path() {
    return join(out, `${this.last}.png`)
  }

  /** A person of the story; the same one when asked for again. */
  person(login, name = login) {
    if (!this.people.has(login)) this.people.set(login, new Person(this, name, login))
    return this.people.get(login)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'junheng-story-'))
const server = new Server(folder)
let browser
let story
let failed = null
const began = Date.now()
try {
  await server.start()
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  story = new Story(folder, server, browser)
  const wanted = process.env.CHAPTERS?.split(',')
  for (const [name, chapter] of Object.entries(chapters)) {
    if (wanted && !wanted.includes(name)) continue
    const start = Date.now()
    try {
      await chapter(story)
    } catch (error) {
      failed = `${name}: ${error.stack ?? error}`
      for (const person of story.people.values())
        await person.page?.screenshot({ path: join(out, `fault-${person.login}.png`) }).catch(() => {})
      break
    }
    console.log(`${name} ${((Date.now() - start) / 1000).toFixed(1)} s`)
  }
} catch (error) {
  failed ??= String(error.stack ?? error)
} finally {
  await browser?.close()
  await server.stop().catch((error) => (failed ??= String(error)))
}
// Nothing that was clicked may have been a fault of the server.
const log = join(folder, 'server.log')
for (const line of existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [])
  if (/ ERROR | panicked | status=5\d\d/.test(line)) story?.faults.add('server', line)
for (const text of story?.faults.list ?? []) console.error(`✗ ${text}`)
if (failed) console.error(`✗ ${failed}`)
const well = failed === null && story.faults.list.length === 0
console.log(`${story?.steps ?? 0} pictures in target/e2e, ${((Date.now() - began) / 1000).toFixed(0)} s`)
if (well) rmSync(folder, { recursive: true, force: true })
else console.error(`what the server logged: ${folder}/server.log`)
process.exitCode = well ? 0 : 1
