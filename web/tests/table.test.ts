import { describe, expect, it } from 'vitest'
import { nextOrder, sorted, windowOf, type Column } from '@/shared/table'

interface Row {
  name: string
  value: number | null
}
const columns: Column<Row>[] = [
  { key: 'name', title: '', width: 1, sort: (row) => row.name },
  { key: 'value', title: '', width: 1, sort: (row) => row.value },
  { key: 'fixed', title: '', width: 1 },
]
const rows: Row[] = [
  { name: '第10小学', value: 3 },
  { name: '第2小学', value: null },
  { name: '第1小学', value: 10 },
  { name: '第3小学', value: Number.NaN },
]
const names = (list: Row[]): string[] => list.map((row) => row.name)

describe('sorted', () => {
  it('puts missing values last in both directions', () => {
    expect(names(sorted(rows, columns, { key: 'value', direction: 'ascending' }))).toEqual([
      '第10小学',
      '第1小学',
      '第2小学',
      '第3小学',
    ])
    expect(names(sorted(rows, columns, { key: 'value', direction: 'descending' })).slice(0, 2)).toEqual([
      '第1小学',
      '第10小学',
    ])
  })
  it('counts numbers in names as numbers', () => {
    expect(names(sorted(rows, columns, { key: 'name', direction: 'ascending' }))).toEqual([
      '第1小学',
      '第2小学',
      '第3小学',
      '第10小学',
    ])
  })
  it('leaves the order and the list where there is nothing to sort by', () => {
    expect(sorted(rows, columns, { key: 'fixed', direction: 'ascending' })).toEqual(rows)
    expect(sorted(rows, columns, null)).not.toBe(rows)
  })
})

it('goes from ascending to descending to none', () => {
  const first = nextOrder(null, 'a')
  expect(first).toEqual({ key: 'a', direction: 'ascending' })
  expect(nextOrder(first, 'a')).toEqual({ key: 'a', direction: 'descending' })
  expect(nextOrder({ key: 'a', direction: 'descending' }, 'a')).toBeNull()
  expect(nextOrder(first, 'b')).toEqual({ key: 'b', direction: 'ascending' })
})

it('draws the rows in sight and never more than there are', () => {
  expect(windowOf(500, 32, 0, 640)).toEqual({ from: 0, to: 28 })
  expect(windowOf(500, 32, 3200, 640)).toEqual({ from: 92, to: 128 })
  expect(windowOf(10, 32, 0, 640)).toEqual({ from: 0, to: 10 })
  // Scrolled far, then filtered to a few rows.
  expect(windowOf(3, 32, 9000, 640)).toEqual({ from: 3, to: 3 })
})
