import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  approximate,
  coefficient,
  day,
  decimal,
  exact,
  grouped,
  moment,
  money,
  percent,
  person,
  short,
  today,
} from '@/shared/format'

describe('decimal', () => {
  it('rounds fractions and decimals half away from zero', () => {
    expect(decimal('1237/275', 2)).toBe('4.50')
    expect(decimal('0.125', 2)).toBe('0.13')
    expect(decimal('-0.125', 2)).toBe('-0.13')
    expect(decimal('1.005', 2)).toBe('1.01')
    expect(decimal('2/3', 0)).toBe('1')
  })
  it('keeps figures that a double cannot hold', () => {
    expect(decimal('9007199254740993', 0)).toBe('9007199254740993')
    expect(decimal('1675901018/5463635', 2)).toBe('306.74')
  })
  it('never prints minus zero', () => expect(decimal('-0.001', 2)).toBe('0.00'))
  it('leaves what is no figure as it is, and what is missing empty', () => {
    expect(decimal('—', 2)).toBe('—')
    expect(decimal(null, 2)).toBe('')
    expect(exact('1/0')).toBeNull()
    expect(exact('1e3')).toBeNull()
  })
})

it('drops trailing zeros only behind the point', () => {
  expect(short('4.20')).toBe('4.2')
  expect(short('100')).toBe('100')
  expect(short('0.5', 3)).toBe('0.5')
})

it('shows shares as per cent', () => {
  expect(percent('0.98')).toBe('98%')
  expect(percent('1/3', 1)).toBe('33.3%')
  expect(percent(null)).toBe('')
})

it('groups money and says where there is none', () => {
  expect(grouped('1234567.5')).toBe('1,234,567.5')
  expect(grouped('-1234')).toBe('-1,234')
  expect(money('35160')).toBe('35,160.00')
  expect(money(null)).toBe('—')
})

it('draws fractions near their value and missing figures as NaN', () => {
  expect(approximate('9711/166')).toBeCloseTo(58.5, 6)
  expect(approximate(null)).toBeNaN()
  expect(approximate('—')).toBeNaN()
})

describe('in Shanghai', () => {
  beforeEach(() => {
    vi.stubEnv('TZ', 'Asia/Shanghai')
    vi.useFakeTimers({ now: new Date('2026-11-22T16:30:00Z') })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllEnvs()
  })
  it('moments stand on the clock of the reader', () => {
    expect(moment('2026-11-22T05:05:59Z')).toBe('2026-11-22 13:05')
    expect(moment('2026-12-31T16:00:00Z')).toBe('2027-01-01 00:00')
    expect(moment(null)).toBe('—')
    expect(moment('so')).toBe('so')
  })
  it('days turn at the midnight of the reader', () => {
    expect(day('2026-11-22T15:59:59Z')).toBe('2026-11-22')
    expect(day('2026-11-22T16:00:00Z')).toBe('2026-11-23')
    expect(today()).toBe('2026-11-23')
    expect(today(21)).toBe('2026-12-14')
  })
})

it('gives coefficients the decimals of the form, never more or fewer', () => {
  expect(coefficient('0.48')).toBe('0.480')
  expect(coefficient('0.2673')).toBe('0.267')
  expect(coefficient('1/3')).toBe('0.333')
  expect(coefficient(null)).toBe('—')
})

it('names people without their accounts', () => {
  expect(person('周评估（officer）')).toBe('周评估')
  expect(person('（officer）')).toBe('（officer）')
  expect(person('王校长')).toBe('王校长')
})
