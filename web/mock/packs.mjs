// Reads the items of `packs/items` as far as the pages need them. The packs are TOML of one shape
// (a `[[item]]` with `key = value` lines), so a line reader is enough for a development tool.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const value = (text) => {
  const quoted = /^"(.*)"$/.exec(text)
  if (quoted) return quoted[1]
  const range = /^\{(.*)\}$/.exec(text)
  if (range)
    return Object.fromEntries(
      [...range[1].matchAll(/(\w+) = "?([^",}]+?)"?(?=,|\s*$)/g)].map((m) => [m[1], m[2].trim()]),
    )
  return text
}

export function readPackItems(folder) {
  const items = []
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.toml')) continue
    let group = ''
    let item = null
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      if (line.startsWith('[[item]]')) items.push((item = { group }))
      else if (line.startsWith('[')) item = null
      const option = /^ {2}\{ code = "(\w+)", zh = "([^"]+)" \}/.exec(line)
      if (option && item) (item.options ??= []).push({ code: option[1], zh: option[2] })
      const pair = /^(\w+) = (.+?)\s*(#.*)?$/.exec(line)
      if (!pair) continue
      if (!item && pair[1] === 'title') group = value(pair[2])
      if (item && ['code', 'zh', 'en', 'unit', 'level', 'type', 'range', 'definition'].includes(pair[1]))
        item[pair[1]] = value(pair[2])
    }
  }
  return items
}
