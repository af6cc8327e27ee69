// Reads the facts of a template workbook: enough of xlsx for fixtures, with `unzip` from the system.
import { execFileSync } from 'node:child_process'

const STAGES = { 小学: 'primary', 初中: 'junior', 高中: 'senior' }

const part = (file, name) =>
  execFileSync('unzip', ['-p', file, name], { encoding: 'utf8', maxBuffer: 1 << 28 })

const text = (xml) =>
  xml
    .replace(/<[^>]+>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')

function rows(file, sheet, strings) {
  const out = []
  for (const [, number, cells] of part(file, `xl/worksheets/sheet${sheet}.xml`).matchAll(
    /<row r="(\d+)"[^>]*>(.*?)<\/row>/gs,
  )) {
    const row = {}
    for (const [, column, attributes, inner] of cells.matchAll(/<c r="([A-Z]+)\d+"([^>/]*)>(.*?)<\/c>/gs)) {
      const v = /<v>(.*?)<\/v>/s.exec(inner)
      if (v) row[column] = attributes.includes('t="s"') ? strings[Number(v[1])] : text(v[1])
    }
    out.push({ number: Number(number), row })
  }
  return out
}

const columnNumber = (name) => [...name].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0)

export function readSheets(file, items) {
  const strings = [...part(file, 'xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map((m) => text(m[1]))
  const school = rows(file, 3, strings)
  const groups = Object.entries(school[0].row).map(([c, zh]) => [columnNumber(c), zh])
  const heads = Object.entries(school[1].row).map(([column, head]) => {
    const zh = head.replace(/[（(].*?[)）]\s*$/, '').replace(/\s+/g, '')
    const group = groups.filter(([c]) => c <= columnNumber(column)).at(-1)?.[1] ?? ''
    const stage = Object.entries(STAGES).find(([name]) => zh.startsWith(name) || group.startsWith(name))
    const bare = zh.replace(/^(小学|初中|高中)/, '')
    const item =
      items.find((i) => i.level === 'school' && i.zh === zh) ??
      items.find((i) => i.level === 'section' && i.zh === (stage ? bare : zh))
    return { column, head, item: item?.code, stage: item?.level === 'section' ? stage?.[1] : undefined }
  })
  const schools = school.slice(2).flatMap(({ number, row }) => {
    if (!row.A) return []
    const facts = heads
      .filter((h) => h.item && row[h.column] !== undefined)
      .map((h) => ({
        item: h.item,
        stage: h.stage ?? null,
        value: row[h.column],
        cell: `学校 › ${h.column}${number}`,
      }))
    return [{ school: row.A, name: row.B, kind: row.C, facts }]
  })
  const list = (sheet) =>
    rows(file, sheet, strings)
      .slice(1)
      .map((r) => Object.values(r.row))
  const county = rows(file, 2, strings)
    .slice(3)
    .flatMap(({ number, row }) => {
      const item = items.find((i) => i.level === 'county' && i.zh === row.A)
      return item ? [{ item: item.code, stage: null, value: row.B ?? null, cell: `县区 › B${number}` }] : []
    })
  return {
    heads: heads.filter((h) => !h.item).map((h) => h.head),
    county,
    schools,
    classes: list(4),
    rooms: list(5),
  }
}
