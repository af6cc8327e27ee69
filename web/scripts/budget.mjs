// Fails when the first load of a page grows beyond the budget, or when code that the content security
// policy forbids gets into the bundle. Run after `vite build`.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGET = 300 * 1024
/** Chunks that may come later, on demand: charts. */
const LAZY = /^ChartFrame$/

const dist = new URL('../dist/', import.meta.url).pathname
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
const sizes = new Map()
const size = (file) => {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(dist, file))).length)
  return sizes.get(file)
}

/** Every file that a chunk needs before it can run. */
function needs(key, seen = new Set()) {
  const chunk = manifest[key]
  if (!chunk || seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const css of chunk.css ?? []) seen.add(css)
  for (const other of chunk.imports ?? []) needs(other, seen)
  return seen
}

let bad = 0
const entry = needs('index.html')
const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0)
const kb = (n) => `${(n / 1024).toFixed(1)} KB`
console.log(`${kb(total(entry)).padStart(10)}  shell`)
const pages = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry)
for (const key of pages) {
  const all = needs(key, new Set(entry))
  const bytes = total(all)
  const lazy = LAZY.test(manifest[key].name ?? '')
  const over = bytes > BUDGET && !lazy
  if (over) bad += 1
  console.log(
    `${kb(bytes).padStart(10)}  ${key}${lazy ? ' (on demand)' : ''}${over ? '  OVER THE BUDGET' : ''}`,
  )
}

for (const name of readdirSync(join(dist, 'assets'))) {
  const path = join(dist, 'assets', name)
  if (!statSync(path).isFile()) continue
  const text = readFileSync(path, 'utf8')
  if (name.endsWith('.js') && /\bnew Function\(|[^.\w]eval\(/.test(text)) {
    console.error(`${name}: code made from text, which the content security policy forbids`)
    bad += 1
  }
  const outside = /(?:fetch|import|src|url)\(?["'(]*https?:\/\/(?!www\.w3\.org)[^"')\s]+/.exec(text)
  if (outside) {
    console.error(`${name}: asks outside: ${outside[0]}`)
    bad += 1
  }
}
const html = readFileSync(join(dist, 'index.html'), 'utf8')
if (/<script(?![^>]*\bsrc=)/.test(html) || /https?:\/\//.test(html)) {
  console.error('index.html: inline script or outside address')
  bad += 1
}
process.exit(bad === 0 ? 0 : 1)
