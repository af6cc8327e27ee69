// What is asked of every page that is looked at, in the page itself.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What a person would see to be wrong, as sentences. Runs in the page. */
function seen() {
  const faults = []
  const wide = document.documentElement.scrollWidth - window.innerWidth
  if (wide > 0) faults.push(`${wide} px wider than the window`)
  const text = document.body.innerText
  for (const word of ['undefined', 'NaN', '[object', 'Invalid Date', 'Infinity'])
    if (text.includes(word)) faults.push(`says “${word}”`)
  // A message without a translation shows its key.
  const key =
    /\b(?:app|nav|common|session|system|data|form|import|evaluation|overview|plans|map|school|state|move|role|teachers|posts|rotation|exchange|principals|training|documents)\.[a-z][A-Za-z]+\b/.exec(
      text,
    )
  if (key) faults.push(`shows the key ${key[0]}`)
  if (!/均衡|Junheng/.test(document.title)) faults.push(`is titled “${document.title}”`)
  if (document.querySelectorAll('h1').length === 0) faults.push('has no heading')
  return faults
}

/** Faults of the page before one: what a person would see, and what one who cannot see would miss. */
export async function faultsOf(page) {
  const faults = await page.evaluate(seen)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const result = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
      resultTypes: ['violations'],
    })
    return result.violations.flatMap((rule) =>
      rule.nodes.slice(0, 3).map((node) => {
        const why = node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? rule.help
        return `${rule.id} at ${node.target.join(' ')}: ${why} — ${node.html.slice(0, 160)}`
      }),
    )
  })
  return [...faults, ...found]
}
