import { describe, expect, it } from 'vitest'
import type { SectionPosts, SubjectPosts } from '@/api/posts'
import { documentOf, isDocument } from '@/shared/sources'
import { balanceOf, lasting, sectionIn, structural, sumOf } from '@/posts/balance'

const subject = (code: string, shortage: number, isStructural: boolean): SubjectPosts => ({
  subject: code,
  zh: code,
  lessons: '20',
  need: '2',
  posts: 2,
  have: 2 - shortage,
  shortage,
  surplus: 0,
  structural: isStructural,
})
const section = (school: string, balance: number | null): SectionPosts => ({
  school,
  name: school,
  stage: 'primary',
  pupils: '190',
  classes: '6',
  quota: balance === null ? null : 10,
  teaching: balance === null ? null : 9,
  staff: 10 + (balance ?? 0),
  teachers: 9,
  balance,
  reasons: [],
  subjects: [subject('music', 1, true), subject('chinese', 2, false), subject('pe', 2, true)],
  notes: [],
})

describe('where a number comes from', () => {
  const source = { key: '编制', grade: 'B', title: '编制标准的通知', number: '中央编办发〔2014〕72号' }
  it('is a document, or general experience that its grade says', () => {
    expect([isDocument(source), documentOf(source)]).toEqual([true, '编制标准的通知 中央编办发〔2014〕72号'])
    const unnumbered = { ...source, number: '—', grade: 'C' }
    expect([isDocument(unnumbered), documentOf(unnumbered)]).toEqual([true, '编制标准的通知'])
    expect(isDocument({ ...source, number: '—', grade: 'K' })).toBe(false)
    expect(documentOf({ ...source, title: '', number: '' })).toBe('编制')
  })
})

describe('posts', () => {
  it('are short, over, even or unknown', () => {
    expect([-2, 3, 0, null].map(balanceOf)).toEqual(['short', 'over', 'even', 'unknown'])
  })
  it('lack structurally only what others cannot teach, the most first', () => {
    expect(structural(section('a', 0)).map((one) => one.subject)).toEqual(['pe', 'music'])
  })
  it('sum up shortages apart from surpluses', () => {
    const sum = sumOf([section('a', -2), section('b', 3)], 'primary')
    expect(sum).toMatchObject({ quota: 20, staff: 21, balance: 1, short: 2, over: 3, sections: 2 })
    expect(sumOf([section('a', -2)], 'junior').sections).toBe(0)
  })
  it('have no sum where a section is not known: missing is not zero', () => {
    const sum = sumOf([section('a', -2), section('b', null)], 'primary')
    expect(sum).toMatchObject({ quota: null, balance: null, short: 2 })
  })
  it('are found again in another year', () => {
    const all = [section('a', 0), section('b', 1)]
    expect(sectionIn(all, 'b', 'primary')?.balance).toBe(1)
    expect(sectionIn(all, 'b', 'junior')).toBeUndefined()
  })
  it('stay short where moves leave a shortage, of whatever subject', () => {
    const total = (shortage: number, movable: number, is: boolean) => ({ shortage, movable, structural: is })
    expect(lasting(total(3, 3, true))).toBeNull()
    expect(lasting(total(0, 0, true))).toBeNull()
    expect(lasting(total(3, 2, true))).toBe('structural')
    expect(lasting(total(34, 0, false))).toBe('short')
  })
})
