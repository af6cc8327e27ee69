// Reminders, explanations and rows of rosters of the mock server, kept in memory.
import { Refusal } from './refusal.mjs'

const HOUR = 3600e3
/** school → how often, by whom, when. */
const reminders = new Map([
  [
    '2134000012',
    { count: 1, message: '请于本周五前提交', by: '周岚（zhoulan）', at: '2023-10-23T01:00:00Z' },
  ],
])
export const remindedOf = (school) => reminders.get(school) ?? null

/** Reminds those of `rows` who wait: the schools that are named, or all. */
export function remind(rows, body, user) {
  const named = body.schools && new Set(body.schools)
  const answer = { sent: [], too_soon: [], not_waiting: [] }
  for (const row of rows) {
    if (named && !named.has(row.school)) continue
    const before = remindedOf(row.school)
    if (row.sent) {
      if (named) answer.not_waiting.push(row.school)
    } else if (before && Date.now() - Date.parse(before.at) < HOUR) answer.too_soon.push(row.school)
    else {
      const count = (before?.count ?? 0) + 1
      const at = new Date().toISOString()
      reminders.set(row.school, { count, message: body.message ?? '', by: user.name, at })
      answer.sent.push(row.school)
    }
  }
  return answer
}

/** year/school/place/item → what was said. */
export const explanations = new Map()
export function explain(year, school, { place, item, text, version }, user) {
  const key = `${year}/${school}/${place}/${item}`
  const before = explanations.get(key)
  if ((before?.version ?? 0) !== version)
    throw new Refusal(409, 'H-EDIT-01', '内容已被他人修改', '请查看最新内容后再改。')
  const said = { text, version: version + 1, by: user.name, at: new Date().toISOString() }
  if (text) explanations.set(key, said)
  else explanations.delete(key)
  return said
}

/** The values of all schools that have moved by a lot, the largest first. */
export function outliers(forms) {
  const found = []
  for (const form of forms)
    for (const field of form.groups.flatMap((g) => g.fields)) {
      const [before, now] = [Number(field.last_year), Number(field.value)]
      if (!field.last_year || !field.value || !(before > 20) || Number.isNaN(now)) continue
      const part = Math.abs(now / before - 1)
      if (part <= 0.1) continue
      const change = `${(part * 100).toFixed(1)}%`
      found.push({
        part,
        row: {
          school: form.school,
          name: form.name,
          place: field.place,
          place_zh: form.name,
          item: field.item,
          zh: field.zh,
          check: 'CHK-CHANGE-LARGE',
          severity: 'warning',
          before: field.last_year,
          now: field.value,
          change,
          message: `${field.zh}由上年的 ${before} 变为 ${now}（${change}）。`,
          remedy: '请核对是否填错、单位是否一致；如属实，请填写说明。',
          explanation: field.explanation,
        },
      })
    }
  return found.toSorted((a, b) => b.part - a.part).map(({ row }) => row)
}

/** school → rows that were added, and keys that were taken away. */
const rosters = new Map()
const STAGE_ZH = { primary: '小学', junior: '初中', senior: '高中' }
const STAGE_CODE = { 小学: 'primary', 初中: 'junior', 高中: 'senior' }
const ROOM_ZH = { music: '音乐教室', art: '美术教室' }
const rosterOf = (school) => {
  if (!rosters.has(school)) rosters.set(school, { added: [], removed: new Set() })
  return rosters.get(school)
}
const keyOf = (kind, row) => {
  if (kind === 'class') return `class/${STAGE_CODE[row[2]]}/${row[3]}/${row[4]}${row[6] ?? ''}`
  return `room/${row[2].startsWith('音乐') ? 'music' : 'art'}/${row[3]}`
}
export function changeRosters(school, places) {
  const mine = rosterOf(school)
  for (const { put, number = 1, remove } of places) {
    if (remove) {
      mine.removed.add(remove)
      mine.added = mine.added.filter(({ kind, row }) => keyOf(kind, row) !== remove)
      continue
    }
    const twin = number > 1 ? `#${String(number).padStart(4, '0')}` : undefined
    const row =
      put.level === 'class'
        ? [school, '', STAGE_ZH[put.stage], String(put.grade), put.name, null, twin]
        : [school, '', ROOM_ZH[put.kind], put.name, null]
    mine.removed.delete(keyOf(put.level, row))
    mine.added.push({ kind: put.level, row })
  }
}
export function rosterRows(school, kind, rows) {
  const mine = rosterOf(school)
  const added = mine.added.filter((one) => one.kind === kind).map((one) => one.row)
  return [...rows.filter((row) => !mine.removed.has(keyOf(kind, row))), ...added]
}
