// Walks every page in a real browser against the mock server at 1366 × 768 and keeps a picture of each in
// out/. Fails on anything that the console calls an error, on a problem that is shown, on a request to
// somewhere else, and on a page that is wider than the window.
//
//   npm run build && npm run e2e [-- name…]
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { walks } from './walks.mjs'

const port = Number(process.env.JUNHENG_MOCK_PORT ?? 8097)
const base = `http://127.0.0.1:${port}`
const out = new URL('../out/', import.meta.url).pathname
mkdirSync(out, { recursive: true })

const mock = spawn(process.execPath, [new URL('../mock/server.mjs', import.meta.url).pathname], {
  env: { ...process.env, JUNHENG_MOCK_PORT: String(port) },
  stdio: ['ignore', 'pipe', 'inherit'],
})
await new Promise((resolve, reject) => {
  mock.stdout.once('data', resolve)
  mock.once('exit', () => reject(new Error('the mock server did not start')))
})

const wanted = process.argv.slice(2)
const faults = []
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  for (const [name, { as, english, steps }] of Object.entries(walks)) {
    if (wanted.length > 0 && !wanted.some((w) => name.includes(w))) continue
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })
    if (english) await context.addInitScript(() => localStorage.setItem('junheng.locale', 'en'))
    const page = await context.newPage()
    const expected = []
    const fault = (text) => {
      if (!expected.some((pattern) => pattern.test(text))) faults.push(`${name}: ${text}`)
    }
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') fault(message.text())
    })
    page.on('pageerror', (error) => fault(error.message))
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(base) && !url.startsWith('data:') && !url.startsWith('blob:'))
        fault(`asks outside: ${url}`)
    })
    const tools = {
      page,
      expect: (pattern) => expected.push(pattern),
      open: async (path) => {
        await page.goto(base + path)
        await page.waitForLoadState('networkidle')
      },
      look: async (label) => {
        await page.waitForTimeout(150)
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (wide > 0) fault(`${label}: ${wide} px wider than the window`)
        const problem = await page.locator('.problem').allTextContents()
        if (problem.length > 0) fault(`${label}: shows ${problem.join(' | ')}`)
        await page.screenshot({ path: `${out}${label}.png` })
      },
    }
    if (as) {
      expected.push(/401/)
      await tools.open('/sign-in')
      await page.fill('#login', as)
      await page.fill('#password', 'junheng-demo')
      await page.click('button[type=submit]')
      await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
      await page.waitForLoadState('networkidle')
    }
    try {
      await steps(tools)
    } catch (error) {
      await page.screenshot({ path: `${out}fault-${name}.png` })
      fault(String(error))
    }
    await context.close()
    console.log(`${name} done`)
  }
} finally {
  await browser.close()
  mock.kill()
}
for (const text of faults) console.error(text)
process.exit(faults.length === 0 ? 0 : 1)
