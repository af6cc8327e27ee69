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

/** The first year or the number of years; a finish that is then outside comes back to the nearest. */
export function setYears(toml: string, key: 'first' | 'years', value: number): string {
  const next = setPlanNumber(toml, key, value)
  const form = readSettings(next)
  const years = yearsOf(form)
  const [first, last] = [years[0], years.at(-1)]
  if (form.finish === null || first === undefined || last === undefined) return next
  const finish = Math.min(Math.max(form.finish, first), last)
  return finish === form.finish ? next : setPlanNumber(next, 'finish', finish)
}

/** Without the budgets and posts of years that are not the plan's any more: the server takes none. */
export function withinYears(toml: string): string {
  const form = readSettings(toml)
  const years = new Set(yearsOf(form).map(String))
  if (years.size === 0 || years.size !== form.years) return toml
  let next = toml
  for (const fund of form.funds) {
    const kept = Object.entries(fund.budget).filter(([year]) => years.has(year))
    if (kept.length === Object.keys(fund.budget).length) continue
    const inside = kept.map(([year, amount]) => `${year} = ${quote(amount)}`)
    next = setEntry(next, 'fund', fund.index, 'budget', `{ ${inside.join(', ')} }`)
  }
  for (const year of Object.keys(form.posts ?? {}))
    if (!years.has(year)) next = setEntry(next, 'posts', 0, year, null)
  return next
}

// ---- any block of the file, by its name and number ----------------------------------------------

/** One block of the file as texts: `payments = { 2025 = "3" }` reads as the table's own text. */
export type Entry = Record<string, string>

/** A block and its tables: `cost` with `cost.price`. */
function extent(all: readonly Block[], name: string, nth: number): { from: number; to: number } | null {
  const first = all.filter((b) => b.name === name)[nth]
  if (!first) return null
  let to = first.to
  for (const block of all.slice(all.indexOf(first) + 1)) {
    if (!block.name.startsWith(`${name}.`)) break
    to = block.to
  }
  return { from: first.from, to }
}

/** Does a value end on its line? One that goes on over several lines is left to the text. */
export function isWhole(value: string): boolean {
  let depth = 0
  let quoted = false
  for (const [i, c] of [...value].entries()) {
    if (c === '"' && value[i - 1] !== '\\') quoted = !quoted
    if (!quoted && '[{'.includes(c)) depth += 1
    if (!quoted && ']}'.includes(c)) depth -= 1
  }
  return depth === 0 && !quoted && !value.startsWith('"""')
}

/** The blocks of a name; keys of a table within are written `price.once`. */
export function entries(toml: string, name: string): Entry[] {
  const lines = toml.split('\n')
  const all = blocks(lines)
  return all
    .filter((b) => b.name === name)
    .map((_, nth) => {
      const found: Entry = {}
      const whole = extent(all, name, nth)
      for (const block of all.filter((b) => whole && b.from >= whole.from && b.to <= whole.to)) {
        const before = block.name === name ? '' : `${block.name.slice(name.length + 1)}.`
        for (const [key, pair] of pairs(lines, block))
          found[before + key] = pair.value.startsWith('"') ? text(pair.value) : pair.value
      }
      return found
    })
}

/** The value of a year within `{ 2025 = "300", 2026 = "200" }`. */
export const yearOf = (value: string | undefined, year: number): string => table(value)[year] ?? ''

/** The one gain of `adds = [{ item = "…", amount = "…" }]`; `null` where it holds more than that. */
export function gainOf(value: string | undefined): { item: string; stage: string; amount: string } | null {
  if (value === undefined) return { item: '', stage: '', amount: '' }
  if ((value.match(/\{/g) ?? []).length > 1 || !isWhole(value)) return null
  const found = table(value)
  return { item: found.item ?? '', stage: found.stage ?? '', amount: found.amount ?? '' }
}
export function gainText(gain: { item: string; stage: string; amount: string }): string | null {
  if (!gain.item && !gain.amount) return null
  const stage = gain.stage ? `, stage = ${quote(gain.stage)}` : ''
  return `[{ item = ${quote(gain.item)}${stage}, amount = ${quote(gain.amount)} }]`
}
export function yearsText(value: string | undefined, year: number, amount: string): string {
  const now = table(value)
  if (amount === '') delete now[year]
  else now[year] = amount
  return `{ ${Object.entries(now)
    .map(([y, a]) => `${y} = ${quote(a)}`)
    .join(', ')} }`
}
export const quoted = quote

/** Writes a value of a block as it stands in the file; `null` takes the key out. */
export function setEntry(toml: string, name: string, nth: number, key: string, value: string | null): string {
  const [table, inner] = key.includes('.') ? key.split('.') : ['', key]
  const lines = toml.split('\n')
  const all = blocks(lines)
  const whole = extent(all, name, nth)
  if (!whole || inner === undefined) return toml
  const wanted = table ? `${name}.${table}` : name
  const block = all.find((b) => b.name === wanted && b.from >= whole.from && b.to <= whole.to)
  if (!block) return toml
  const pair = pairs(lines, block).get(inner)
  if (pair && !isWhole(pair.value)) return toml
  if (value === null) {
    if (pair) lines.splice(pair.line, 1)
  } else if (pair) {
    const indent = /^\s*/.exec(lines[pair.line] ?? '')?.[0] ?? ''
    lines[pair.line] = `${indent}${inner} = ${value}${pair.comment ? `   ${pair.comment}` : ''}`
  } else lines.splice(lastOf(lines, block.from, block.to), 0, `${inner} = ${value}`)
  return lines.join('\n')
}

/** Behind the last line of a block that says something: comments before the next head belong to it. */
function lastOf(lines: readonly string[], from: number, to: number): number {
  let at = to
  while (at > from + 1 && /^\s*(#.*)?$/.test(lines[at - 1] ?? '')) at -= 1
  return at
}

/** Adds a block after the last one of its name, or at the end. */
export function addEntry(toml: string, name: string, inside: readonly string[]): string {
  const lines = toml.replace(/\n*$/, '\n').split('\n')
  const all = blocks(lines)
  const count = all.filter((b) => b.name === name).length
  const last = count > 0 ? extent(all, name, count - 1) : null
  const at = last ? lastOf(lines, last.from, last.to) : lines.length - 1
  lines.splice(at, 0, ...(last ? [] : ['']), `[[${name}]]`, ...inside)
  return lines.join('\n')
}

/** Takes a block out, with its tables; comments before it stay. */
export function removeEntry(toml: string, name: string, nth: number): string {
  const lines = toml.split('\n')
  const whole = extent(blocks(lines), name, nth)
  if (!whole) return toml
  lines.splice(whole.from, lastOf(lines, whole.from, whole.to) - whole.from)
  return lines.join('\n')
}

/** Posts are limited from now on, or free. */
export function limitPosts(toml: string, years: readonly number[], limited: boolean): string {
  const lines = toml.split('\n')
  const block = blocks(lines).find((b) => b.name === 'posts')
  if (limited && !block)
    return `${toml.replace(/\n*$/, '\n')}\n[posts]\n${years.map((y) => `${y} = "0"`).join('\n')}\n`
  if (limited || !block) return toml
  lines.splice(block.from, lastOf(lines, block.from, block.to) - block.from)
  return lines.join('\n')
}

/** In which block, and under which key, a line of the file stands. */
export function placeOf(toml: string, line: number): { name: string; nth: number; key: string } | null {
  const lines = toml.split('\n')
  const all = blocks(lines)
  const block = all.find((b) => line - 1 >= b.from && line - 1 < b.to)
  if (!block) return null
  const key = /^\s*([\w-]+)\s*=/.exec(lines[line - 1] ?? '')?.[1] ?? ''
  const root = block.name.split('.')[0] ?? block.name
  const nth = all.filter((b) => b.name === root && b.from <= block.from).length - 1
  return { name: root, nth, key: block.name === root ? key : `${block.name.slice(root.length + 1)}.${key}` }
}
