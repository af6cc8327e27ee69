import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RosterCount } from '@/api/teachers'
import { cellOf, changed, changedMeanwhile, covered, entriesOf, GROUPS } from '@/teachers/columns'
import { differenceOf, differing, gapOf, rowsOf, totalOf, totalRate, unreported } from '@/teachers/counts'
import { asked, behind, fromQuery, personal, toQuery } from '@/teachers/filters'
import { PAGES, pathOf, tabOf, tabsFor } from '@/teachers/tabs'

const count = (item: string, counted: string | null, reported: string | null): RosterCount => ({
  school: '2134000001',
  school_name: '甲校',
  stage: 'primary',
  item,
  zh: item,
  unit: '人',
  counted,
  why_missing: counted === null ? '1 人未填' : null,
  reported,
  same: counted !== null && counted === reported,
  teachers: Number(counted ?? 0),
})

describe('the tabs of teachers', () => {
  it('are one for each name, for those who may see them', () => {
    const tabs = tabsFor(() => true)
    expect(new Set(tabs.map((tab) => tab.tab)).size).toBe(tabs.length)
    expect(tabsFor(() => false)).toEqual([])
    expect(tabs[0] && pathOf(tabs[0])).toBe('/teachers')
  })
  it('know whose page a path is', () => {
    expect(tabOf('/teachers')).toBe('roster')
    expect(tabOf('/teachers/import')).toBe('roster')
    for (const page of PAGES) expect(tabOf(pathOf(page))).toBe(page.tab)
  })
})

describe('the filters of the list', () => {
  it('stand in the address and are asked of the server', () => {
    const filters = fromQuery({ school: '2134000001', item: 'teachers_backbone', teacher: 'J1', q: ' J0 ' })
    expect(asked(filters)).toEqual({ school: '2134000001', item: 'teachers_backbone', q: 'J0' })
    expect(toQuery({ school: '', stage: 'primary' })).toEqual({ school: undefined, stage: 'primary' })
    expect(behind('2134000001', 'primary', 'teachers')).toBe(
      '/teachers?school=2134000001&stage=primary&item=teachers',
    )
  })
  it('never carry a name nor what looks like an identity number', () => {
    expect(personal('11010519491231002X')).toBe(true)
    expect(personal('王芳')).toBe(true)
    expect(personal('J01X001')).toBe(false)
  })
})

describe('the columns of the form', () => {
  it('are each in one group', () => {
    const all = GROUPS.flatMap((group) => group.columns)
    expect(new Set(all).size).toBe(all.length)
    // The template's own list: a column added there is missed here.
    const rust = readFileSync('../crates/staffing/src/row.rs', 'utf8')
    const columns = [...rust.matchAll(/^    (\w+) = "[^"]+";$/gm)].map((match) => match[1])
    expect([...all].sort()).toEqual(columns.sort())
  })
  it('part a cell into entries and put it together again', () => {
    const text = '2021|县进修校|72；2022|省培|48.5'
    expect(entriesOf(text, 3)).toEqual([
      ['2021', '县进修校', '72'],
      ['2022', '省培', '48.5'],
    ])
    expect(cellOf(entriesOf(text, 3))).toBe(text)
    expect(entriesOf('其他', 3)).toEqual([['其他', '', '']])
    expect(entriesOf(' ； ', 3)).toEqual([])
    expect(
      cellOf([
        ['其他', '证明；材料|二', ''],
        ['', '', ''],
      ]),
    ).toBe('其他|证明、材料、二|')
  })
  it('send only what was changed, and a hidden one only when it was typed', () => {
    const kept = { school: '1', hours: '12' }
    const hidden = new Set(['name'])
    expect(changed(kept, { school: '1', hours: '13 ', name: undefined, rank: '' }, hidden)).toEqual({
      hours: '13',
    })
    expect(changed(kept, { name: '' }, hidden)).toEqual({ name: '' })
    expect(covered({ training: '2021|＊＊中心小学|8', hours: '3' })).toEqual(['training'])
    expect(changedMeanwhile({ a: '1', b: '2' }, { a: '1', b: '3', c: '' })).toEqual(['b'])
  })
})

describe('counted figures', () => {
  it('are the same, more, less, unknown, or not reported', () => {
    expect(differenceOf(count('x', '3', '3'))).toBe('same')
    expect(differenceOf(count('x', '3', '2'))).toBe('more')
    expect(differenceOf(count('x', '2', '10'))).toBe('less')
    expect(differenceOf(count('x', null, '2'))).toBe('unknown')
    expect(differenceOf(count('x', '2', null))).toBe('unreported')
    expect(differenceOf(count('x', null, null))).toBe('neither')
    expect(unreported([count('a', '1', null), count('b', '1', '1'), count('c', null, null)])).toBe(1)
    expect(differing([count('a', '1', '1'), count('b', null, '1'), count('c', '1', '2')]).length).toBe(2)
  })
  it('differ exactly', () => {
    expect(gapOf(count('h', '1200.5', '1198'))).toBe('2.5')
    expect(gapOf(count('h', '7', '12'))).toBe('5')
    expect(gapOf(count('h', '0.10', '0.1'))).toBe('0')
  })
  it('make shares and totals only of what is known', () => {
    const rows = rowsOf([
      count('teachers', '3', '3'),
      count('teachers_certified', '2', '3'),
      count('teachers_trained', null, '3'),
    ])
    expect(rows.length).toBe(1)
    const rate = (of: string) => totalRate(rows, 'primary', { of, whole: 'teachers', target: '' })
    expect(rate('teachers_certified')).toBe('66.67%')
    expect(rate('teachers_trained')).toBe('')
    expect(totalOf(rows, 'primary', 'teachers')).toBe('3')
    expect(totalOf(rows, 'primary', 'teachers_trained')).toBeNull()
  })
})
