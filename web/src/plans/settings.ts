// The plan's file as a form: reads what the form shows out of the TOML text, and writes single values
// back into it, so that comments and everything that the form does not know stay as they are. The
// server reads the whole file; this reads only lines of one shape and leaves others alone.

export interface FundForm {
  /** Which `[[fund]]` of the file. */
  index: number
  code: string
  zh: string
  carry: boolean
  only_for: string[]
  budget: Record<string, string>
}
export interface SettingsForm {
  title: string
  first: number
  years: number
  finish: number | null
  discount: string
  funds: FundForm[]
  /** `null`: posts are not limited. */
  posts: Record<string, string> | null
  lines: { indicator: string; year: number; at_least: string }[]
  committed: { code: string; zh: string; school: string; opens: string; payments: Record<string, string> }[]
}

interface Block {
  name: string
  /** Lines of the block in the file: from its head, up to the next head. */
  from: number
  to: number
}

const HEAD = /^\s*\[\[?([\w.]+)\]\]?\s*(#.*)?$/

function blocks(lines: readonly string[]): Block[] {
  const found: Block[] = []
  lines.forEach((line, i) => {
    const head = HEAD.exec(line)
    if (!head?.[1]) return
    const last = found.at(-1)
    if (last) last.to = i
    found.push({ name: head[1], from: i, to: lines.length })
  })
  return found
}

interface Pair {
  line: number
  value: string
  comment: string
}

/** Splits `value # comment`, where the sign may stand inside quotes. */
function split(text: string): { value: string; comment: string } {
  let quoted = false
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '"' && text[i - 1] !== '\\') quoted = !quoted
    if (text[i] === '#' && !quoted) return { value: text.slice(0, i).trim(), comment: text.slice(i) }
  }
  return { value: text.trim(), comment: '' }
}

function pairs(lines: readonly string[], block: Block): Map<string, Pair> {
  const found = new Map<string, Pair>()
  for (let i = block.from + 1; i < block.to; i += 1) {
    const pair = /^\s*([\w-]+)\s*=\s*(.+)$/.exec(lines[i] ?? '')
    if (pair?.[1] && pair[2]) found.set(pair[1], { line: i, ...split(pair[2]) })
  }
  return found
}

const text = (value: string | undefined): string => value?.replace(/^"(.*)"$/, '$1') ?? ''

function table(value: string | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, key, quoted, bare] of (value ?? '').matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^,}\s]+))/g))
    if (key) found[key] = quoted ?? bare ?? ''
  return found
}

export function readSettings(toml: string): SettingsForm {
  const lines = toml.split('\n')
  const all = blocks(lines)
  const of = (name: string): Map<string, Pair>[] =>
    all.filter((b) => b.name === name).map((b) => pairs(lines, b))
  const plan = of('plan')[0] ?? new Map<string, Pair>()
  const posts = of('posts')[0]
  return {
    title: text(plan.get('title')?.value),
    first: Number(plan.get('first')?.value ?? 0),
    years: Number(plan.get('years')?.value ?? 0),
    finish: plan.has('finish') ? Number(plan.get('finish')?.value) : null,
    discount: text(plan.get('discount')?.value),
    funds: of('fund').map((fund, index) => ({
      index,
      code: text(fund.get('code')?.value),
      zh: text(fund.get('zh')?.value),
      carry: fund.get('carry')?.value === 'true',
      only_for: [...(fund.get('only_for')?.value ?? '').matchAll(/"([^"]+)"/g)].map((m) => m[1] ?? ''),
      budget: table(fund.get('budget')?.value),
    })),
    posts: posts
      ? Object.fromEntries([...posts].map(([year, pair]): [string, string] => [year, text(pair.value)]))
      : null,
    lines: of('line').map((line) => ({
      indicator: text(line.get('indicator')?.value),
      year: Number(line.get('year')?.value ?? 0),
      at_least: text(line.get('at_least')?.value),
    })),
    committed: of('committed').map((c) => ({
      code: text(c.get('code')?.value),
      zh: text(c.get('zh')?.value),
      school: text(c.get('school')?.value),
      opens: text(c.get('opens')?.value),
      payments: table(c.get('payments')?.value),
    })),
  }
}

/** Writes one value; `key` is added to its block where it is not there yet. */
function write(toml: string, name: string, nth: number, key: string, value: string): string {
  const lines = toml.split('\n')
  const block = blocks(lines).filter((b) => b.name === name)[nth]
  if (!block) return toml
  const pair = pairs(lines, block).get(key)
  if (pair) {
    const old = lines[pair.line] ?? ''
    const indent = /^\s*/.exec(old)?.[0] ?? ''
    lines[pair.line] = `${indent}${key} = ${value}${pair.comment ? `   ${pair.comment}` : ''}`
  } else lines.splice(block.from + 1, 0, `${key} = ${value}`)
  return lines.join('\n')
}

const quote = (value: string): string => `"${value.replace(/["\\\n]/g, '')}"`

export function setPlan(toml: string, key: 'title' | 'discount', value: string): string {
  return write(toml, 'plan', 0, key, quote(value))
}
export function setPlanNumber(toml: string, key: 'first' | 'years' | 'finish', value: number): string {
  return Number.isInteger(value) ? write(toml, 'plan', 0, key, String(value)) : toml
}
export function setBudget(toml: string, fund: number, year: number, amount: string): string {
  const now = readSettings(toml).funds[fund]
  if (!now) return toml
  const budget: Record<string, string> = { ...now.budget, [year]: amount }
  const inside = Object.entries(budget).map(([y, value]) => `${y} = ${quote(value)}`)
  return write(toml, 'fund', fund, 'budget', `{ ${inside.join(', ')} }`)
}
export function setFundName(toml: string, fund: number, zh: string): string {
  return write(toml, 'fund', fund, 'zh', quote(zh))
}
export function setCarry(toml: string, fund: number, carry: boolean): string {
  return write(toml, 'fund', fund, 'carry', String(carry))
}
export function setPosts(toml: string, year: number, count: string): string {
  return write(toml, 'posts', 0, String(year), quote(count))
}

/** Adds a source of money after the last one, or at the end. */
export function addFund(toml: string, code: string, zh: string, years: readonly number[]): string {
  const lines = toml.split('\n')
  const funds = blocks(lines).filter((b) => b.name === 'fund')
  const budget = years.map((year) => `${year} = "0"`).join(', ')
  const added = [
    '[[fund]]',
    `code = ${quote(code)}`,
    `zh = ${quote(zh)}`,
    'carry = false',
    `budget = { ${budget} }`,
    '',
  ]
  // Comments that stand before the next head belong to it.
  let at = funds.at(-1)?.to ?? lines.length
  while (at > 0 && /^\s*(#.*)?$/.test(lines[at - 1] ?? '') && at > (funds.at(-1)?.from ?? 0) + 1) at -= 1
  lines.splice(at, 0, '', ...added)
  return lines.join('\n')
}

/** The years of the plan. */
export function yearsOf(form: SettingsForm): number[] {
  return Array.from({ length: Math.min(Math.max(form.years, 0), 15) }, (_, i) => form.first + i)
}
