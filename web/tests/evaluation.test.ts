import { describe, expect, it } from 'vitest'
import type { Evaluation } from '@/api/evaluation'
import type { Delta } from '@/api/types'
import { filtered, fromQuery, NO_FILTERS, stateOfSection, toQuery } from '@/evaluation/filters'
import { bare, merged, readValue, withTrial, type NamedTrial } from '@/evaluation/whatIf'
import fixture from '../mock/fixtures/evaluation-2023.json'

const evaluation = fixture as unknown as Evaluation
const trial = (value: string | null, item = 'teachers_backbone'): NamedTrial => ({
  school: '2134000012',
  stage: 'junior',
  item,
  value,
  place: '',
  zh: '',
  unit: '人',
  before: '3',
})

describe('filters', () => {
  it('all are off by default', () => {
    expect(filtered(evaluation.sections, NO_FILTERS)).toHaveLength(evaluation.sections.length)
  })
  it('are applied together', () => {
    const found = filtered(evaluation.sections, { ...NO_FILTERS, stage: 'junior', kind: 'nine_year' })
    expect(found.map((s) => s.school)).toEqual(['2134000012'])
  })
  it('find by name or by code', () => {
    expect(filtered(evaluation.sections, { ...NO_FILTERS, text: ' 九年 ' })).toHaveLength(2)
    expect(filtered(evaluation.sections, { ...NO_FILTERS, text: '2134000001' })).toHaveLength(1)
  })
  it('show sections with a gap only', () => {
    const weak = filtered(evaluation.sections, { ...NO_FILTERS, weak: true })
    expect(weak.length).toBeGreaterThan(0)
    expect(weak.length).toBeLessThan(evaluation.sections.length)
    for (const s of weak) expect(s.values.some((v) => v.verdict !== 'pass')).toBe(true)
  })
  it('count a failed section without a value below its floor as near', () => {
    const section = evaluation.sections[0]
    if (!section) throw new Error('no section')
    const near = section.values.map((v) => ({ ...v, verdict: 'near' as const }))
    expect(stateOfSection({ ...section, verdict: 'fail', values: near })).toBe('near')
    expect(stateOfSection({ ...section, verdict: 'missing' })).toBe('missing')
  })
  it('survive the way through the address', () => {
    const filters = { ...NO_FILTERS, township: '蒲桠镇', weak: true }
    expect(fromQuery(toQuery(filters))).toEqual(filters)
    expect(toQuery(NO_FILTERS)).toEqual({
      text: undefined,
      stage: undefined,
      kind: undefined,
      residence: undefined,
      township: undefined,
      verdict: undefined,
      weak: undefined,
    })
  })
})

describe('trials', () => {
  it('a second trial of a figure takes the place of the first and keeps the official value', () => {
    const list = withTrial(withTrial([], trial('5')), { ...trial('7'), before: '5' })
    expect(list).toHaveLength(1)
    expect(list[0]).toMatchObject({ value: '7', before: '3' })
  })
  it('going back to the official value takes the trial away', () => {
    expect(withTrial(withTrial([], trial('5')), trial('3'))).toEqual([])
  })
  it('the server is sent no words', () => {
    expect(bare([trial('5')])).toEqual([
      { school: '2134000012', stage: 'junior', item: 'teachers_backbone', value: '5' },
    ])
  })
  it('reads numbers as people type them', () => {
    expect(readValue(' 1,234.5 ')).toBe('1234.5')
    expect(readValue('１２．５')).toBe('12.5')
    expect(readValue('')).toBeNull()
    expect(readValue('－')).toBe('—')
    expect(readValue('十二')).toBeUndefined()
    expect(readValue('1.2.3')).toBeUndefined()
  })
})

describe('merged', () => {
  const delta: Delta = {
    before: 'fail',
    after: 'pass',
    passed: [11, 12],
    reasons: 0,
    sections: [
      {
        school: '2134000012',
        name: '',
        stage: 'junior',
        before: 'fail',
        after: 'pass',
        remark: '达标',
        values: [{ indicator: 'L4', before: '4.80', after: '6.00', verdict: 'pass' }],
      },
    ],
    coefficients: [
      {
        stage: 'junior',
        indicator: 'L4',
        before: '0.113',
        after: '0.099000',
        limit: '0.45',
        verdict: 'pass',
      },
    ],
    county: [{ code: 'G5', zh: '', before: 'fail', after: 'pass' }],
  }
  it('changes what the answer names and nothing else', () => {
    const after = merged(evaluation, delta)
    const section = after.sections.find((s) => s.school === '2134000012' && s.stage === 'junior')
    expect(section?.verdict).toBe('pass')
    expect(section?.values.find((v) => v.code === 'L4')?.value?.shown).toBe('6.00')
    expect(section?.reached).toBe(7)
    expect(after.sections[0]).toBe(evaluation.sections[0])
    expect(after.stages[1]?.indicators.find((i) => i.code === 'L4')?.coefficient?.shown).toBe('0.099')
    expect(after.stages[1]?.passed).toBe(after.stages[1]?.sections)
    expect(after.stages[1]?.share?.shown).toBe('100.0')
    expect(after.groups[0]?.indicators.find((i) => i.code === 'G5')?.verdict).toBe('pass')
    expect(after.overall.verdict).toBe('pass')
  })
  it('without an answer is the evaluation itself', () => expect(merged(evaluation, null)).toBe(evaluation))
})
