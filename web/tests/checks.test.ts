import { expect, it } from 'vitest'
import { clean, complaint } from '@/data/checks'
import { csv, pasted } from '@/shared/csv'

const none = { min: null, max: null, options: [] }
const count = { ...none, kind: 'count', max: '20000' }

it('puts typed numbers right', () => {
  expect(clean(' １，２３４ ', 'count')).toBe('1234')
  expect(clean('', 'count')).toBeNull()
  expect(clean('－', 'count')).toBe('—')
  expect(clean('——', 'amount')).toBe('—')
  expect(clean('禾城街道', 'text')).toBe('禾城街道')
  expect(clean('-5', 'count')).toBe('-5')
})

it('complains of what is no value of the item', () => {
  expect(complaint(count, '12')).toBeNull()
  expect(complaint(count, null)).toBeNull()
  expect(complaint(count, '—')).toBeNull()
  expect(complaint(count, '12.5')).toEqual({ key: 'whole' })
  expect(complaint(count, '十二')).toEqual({ key: 'number' })
  expect(complaint(count, '-1')).toEqual({ key: 'least', limit: '0' })
  expect(complaint(count, '20001')).toEqual({ key: 'most', limit: '20000' })
  expect(complaint({ ...none, kind: 'amount' }, '12.5')).toBeNull()
  expect(complaint({ ...none, kind: 'year' }, '85')).toEqual({ key: 'year' })
  const options = [{ code: '111', zh: '主城区' }]
  expect(complaint({ ...none, kind: 'code', options }, '主城区')).toBeNull()
  expect(complaint({ ...none, kind: 'code', options }, '城里')).toEqual({ key: 'option' })
})

it('reads a range copied from a spreadsheet', () => {
  expect(pasted('1\t2\r\n3\t\r\n')).toEqual([
    ['1', '2'],
    ['3', ''],
  ])
  expect(pasted('12')).toEqual([['12']])
})

it('writes tables that a spreadsheet reads and does not run', () => {
  expect(csv([['a,b', '=1+1', -2, null, '说"好"']])).toBe('\uFEFF"a,b",\'=1+1,-2,,"说""好"""\r\n')
  expect(csv([['-3.5', '-A1']])).toBe("\uFEFF-3.5,'-A1\r\n")
})
