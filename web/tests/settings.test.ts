import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  addEntry,
  addFund,
  entries,
  gainOf,
  gainText,
  limitPosts,
  placeOf,
  readSettings,
  removeEntry,
  setBudget,
  setCarry,
  setEntry,
  setPlan,
  setPlanNumber,
  setPosts,
  setYears,
  withinYears,
  yearsOf,
  yearsText,
} from '@/plans/settings'

const toml = readFileSync('mock/fixtures/plan-1.toml', 'utf8')
const changedLines = (a: string, b: string): number => {
  const other = b.split('\n')
  return a.split('\n').filter((line, i) => line !== other[i]).length
}

describe('the file that the program writes', () => {
  it('is read', () => {
    const form = readSettings(toml)
    expect(form).toMatchObject({
      title: '青禾市达标规划',
      first: 2023,
      years: 4,
      finish: 2026,
      discount: '3%',
    })
    expect(form.funds).toHaveLength(1)
    expect(form.funds[0]).toMatchObject({ code: 'county', zh: '县级财政', carry: true })
    expect(form.funds[0]?.budget).toEqual({ 2023: '50', 2024: '50', 2025: '50', 2026: '50' })
    expect(form.posts?.['2024']).toBe('10')
    expect(form.lines[0]).toEqual({ indicator: 'L1', year: 2023, at_least: '95%' })
    expect(yearsOf(form)).toEqual([2023, 2024, 2025, 2026])
  })
  it('keeps every other line and the comment of the changed one', () => {
    const next = setPlanNumber(toml, 'finish', 2025)
    expect(readSettings(next).finish).toBe(2025)
    expect(changedLines(toml, next)).toBe(1)
    expect(next).toContain('finish = 2025   #')
  })
  it('takes new budgets, posts and names', () => {
    let next = setBudget(toml, 0, 2025, '320.5')
    next = setPosts(next, 2026, '4')
    next = setPlan(next, 'title', '新方案')
    next = setCarry(next, 0, false)
    const form = readSettings(next)
    expect(form.funds[0]?.budget['2025']).toBe('320.5')
    expect(form.funds[0]?.budget['2024']).toBe('50')
    expect(form.funds[0]?.carry).toBe(false)
    expect(form.posts?.['2026']).toBe('4')
    expect(form.title).toBe('新方案')
    expect(changedLines(toml, next)).toBe(4)
  })
  it('takes another fund without touching the first', () => {
    const next = addFund(toml, 'province', '省级专项', [2023, 2024])
    const { funds } = readSettings(next)
    expect(funds.map((f) => f.zh)).toEqual(['县级财政', '省级专项'])
    expect(funds[1]?.budget).toEqual({ 2023: '0', 2024: '0' })
    expect(readSettings(setBudget(next, 1, 2024, '7')).funds[1]?.budget['2024']).toBe('7')
    expect(readSettings(next).posts).toEqual(readSettings(toml).posts)
  })
})

it('a quote in a name cannot leave its string', () => {
  const next = setPlan('[plan]\ntitle = "甲"', 'title', '乙"\nfirst = 1')
  expect(next.split('\n')).toHaveLength(2)
  expect(readSettings(next).first).toBe(0)
})

it('a sign of a comment inside quotes is no comment', () => {
  expect(readSettings('[plan]\ntitle = "1#楼"   # 说明').title).toBe('1#楼')
})

it('a file without posts has none, and writing one changes nothing', () => {
  expect(readSettings('[plan]\nfirst = 2023').posts).toBeNull()
  expect(setPosts('[plan]\nfirst = 2023', 2023, '5')).toBe('[plan]\nfirst = 2023')
})

describe('blocks of the file as rows', () => {
  it('adds, changes and takes out target lines and leaves everything else', () => {
    const more = addEntry(toml, 'line', ['indicator = "L4"', 'year = 2026', 'at_least = "90%"'])
    const count = entries(toml, 'line').length
    expect(entries(more, 'line')).toHaveLength(count + 1)
    expect(entries(more, 'line').at(-1)).toEqual({ indicator: 'L4', year: '2026', at_least: '90%' })
    const changed = setEntry(more, 'line', count, 'at_least', '"100%"')
    expect(changedLines(more, changed)).toBe(1)
    expect(removeEntry(more, 'line', count)).toBe(toml)
  })
  it('writes committed projects with payments by year and what they add', () => {
    const fresh = ['code = "Y1"', 'zh = "楼"', 'category = "building"', 'payments = { 2023 = "3" }']
    let next = addEntry(toml, 'committed', fresh)
    const payments = yearsText(entries(next, 'committed')[0]?.payments, 2024, '12.5')
    next = setEntry(next, 'committed', 0, 'payments', payments)
    next = setEntry(next, 'committed', 0, 'adds', gainText({ item: 'a', stage: '', amount: '7' }))
    const entry = entries(next, 'committed')[0]
    expect(entry?.payments).toBe('{ 2023 = "3", 2024 = "12.5" }')
    expect(gainOf(entry?.adds)).toEqual({ item: 'a', stage: '', amount: '7' })
    expect(readSettings(next).committed[0]?.payments).toEqual({ 2023: '3', 2024: '12.5' })
  })
  it('keeps prices with their table, and takes both out', () => {
    const fresh = ['measure = "halls.build"', '[cost.price]', 'once = "0.3"', 'grade = "A"']
    const next = addEntry(toml, 'cost', fresh)
    expect(entries(next, 'cost')[0]).toMatchObject({ measure: 'halls.build', 'price.once': '0.3' })
    const dearer = setEntry(next, 'cost', 0, 'price.once', '"0.4"')
    expect(entries(dearer, 'cost')[0]?.['price.once']).toBe('0.4')
    expect(entries(removeEntry(dearer, 'cost', 0), 'cost')).toEqual([])
    expect(removeEntry(dearer, 'cost', 0)).not.toMatch(/^once/m)
  })
  it('does not touch what goes on over several lines', () => {
    const text = '[[committed]]\ncode = "Y1"\nadds = [\n  { item = "a", amount = "1" },\n]\n'
    expect(setEntry(text, 'committed', 0, 'adds', '[]')).toBe(text)
    expect(gainOf(entries(text, 'committed')[0]?.adds)).toBeNull()
  })
  it('finds the field of a line that the server names', () => {
    const line = toml.split('\n').findIndex((l) => l.startsWith('at_least')) + 1
    expect(placeOf(toml, line)).toEqual({ name: 'line', nth: 0, key: 'at_least' })
  })
  it('limits posts and frees them', () => {
    const free = limitPosts(toml, [2023], false)
    expect(readSettings(free).posts).toBeNull()
    expect(readSettings(limitPosts(free, [2023, 2024], true)).posts).toEqual({ 2023: '0', 2024: '0' })
  })
})

describe('a plan that is made shorter', () => {
  it('finishes within its years', () => {
    const short = setYears(toml, 'years', 2)
    expect(readSettings(short)).toMatchObject({ first: 2023, years: 2, finish: 2024 })
    expect(readSettings(setYears(toml, 'first', 2027)).finish).toBe(2027)
    expect(readSettings(setYears(toml, 'years', 6)).finish).toBe(2026)
  })
  it('keeps figures of years that fell away until it is saved, and not longer', () => {
    const short = setYears(toml, 'years', 2)
    expect(Object.keys(readSettings(short).funds[0]?.budget ?? {})).toHaveLength(4)
    const saved = readSettings(withinYears(short))
    expect(saved.funds[0]?.budget).toEqual({ 2023: '50', 2024: '50' })
    expect(Object.keys(saved.posts ?? {})).toEqual(['2023', '2024'])
    expect(withinYears(toml)).toBe(toml)
    // What is no number of years leaves the file alone.
    expect(withinYears(setYears(toml, 'years', 0))).toBe(setYears(toml, 'years', 0))
  })
})
