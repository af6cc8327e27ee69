import { describe, expect, it } from 'vitest'
import type { ExchangeDetail, ExchangeLine, ProposedPair } from '@/api/exchange'
import {
  agreedOf,
  draftOf,
  emptyDraft,
  fits,
  partyLine,
  recordsOf,
  townshipsOf,
  unchosen,
} from '@/exchange/records'
import { every } from '@/exchange/pages'
import { withNames } from '@/exchange/indicators'
import { signOf } from '@/exchange/states'
import { standingOf } from '@/principals/standing'
import {
  cycleWord,
  draftOf as projectDraft,
  emptyDraft as emptyProject,
  openingCycle,
  projectOf,
} from '@/training/projects'

const party = (name: string, more: Partial<ExchangeLine['takers'][0]> = {}) => ({
  school: `34182300${name.length}1`,
  name,
  township: '城关镇',
  side: null,
  teacher: null,
  person: null,
  ...more,
})
const line = (more: Partial<ExchangeLine>): ExchangeLine => ({
  id: 1,
  year: 2024,
  way: 'support',
  way_zh: '对口帮扶',
  state: 'planned',
  state_zh: '计划',
  made: 'typed',
  made_zh: '登记',
  stage: 'primary',
  subject: null,
  subject_zh: null,
  begins: '2024-09-01',
  ends: '2025-06-30',
  hours: null,
  given: '0',
  entries: 0,
  grade: null,
  evidence: null,
  giver: party('实验小学'),
  takers: [party('山前小学', { township: '山前镇' })],
  version: 1,
  by: '',
  at: '',
  ...more,
})

describe('records', () => {
  it('sends what belongs to the way and nothing else', () => {
    const draft = {
      ...emptyDraft(2024),
      giverSchool: 'A',
      giverTeacher: 'T1',
      takerSchools: ['B'],
      takerTeachers: ['T2'],
    }
    expect(agreedOf(draft)).toMatchObject({
      way: 'support',
      begins: '2024-09-01',
      ends: '2025-06-30',
      giver: { school: 'A' },
      takers: [{ school: 'B' }],
      hours: null,
    })
    expect(agreedOf({ ...draft, way: 'mentoring', audience: '全县' })).toMatchObject({
      giver: { teacher: 'T1' },
      takers: [{ teacher: 'T2' }],
      audience: '',
    })
    expect(agreedOf({ ...draft, way: 'lecture', audience: ' 全县 ', hours: ' 3 ' })).toMatchObject({
      takers: [{ school: 'B' }],
      audience: '全县',
      hours: '3',
    })
  })

  it('opens a record as it was agreed', () => {
    const record = line({
      way: 'mentoring',
      hours: '40',
      giver: party('实验小学', { teacher: 'T1', person: '王*' }),
      takers: [party('山前小学', { teacher: 'T2' }), party('山前小学', { teacher: 'T3' })],
    })
    const detail = { ...record, audience: '', results: '', note: null } as ExchangeDetail
    const agreed = agreedOf(draftOf(detail))
    expect(agreed.giver).toEqual({ teacher: 'T1' })
    expect(agreed.takers).toEqual([{ teacher: 'T2' }, { teacher: 'T3' }])
    expect(agreed.hours).toBe('40')
  })

  it('finds by way, state, township, school and number', () => {
    const none = { way: '', state: '', township: '', text: '' }
    const rotation = line({ way: 'rotation', giver: party('实验小学', { teacher: 'T000012' }) })
    expect(fits(rotation, none)).toBe(true)
    expect(fits(rotation, { ...none, way: 'support' })).toBe(false)
    expect(fits(rotation, { ...none, township: '山前镇' })).toBe(true)
    expect(fits(rotation, { ...none, township: '桃花镇' })).toBe(false)
    expect(fits(rotation, { ...none, text: '0012' })).toBe(true)
    expect(fits(rotation, { ...none, text: '山前' })).toBe(true)
    expect(fits(line({ giver: null, takers: [] }), { ...none, text: '山' })).toBe(false)
    expect(townshipsOf([rotation, line({ takers: [party('无', { township: null })] })])).toEqual([
      '城关镇',
      '山前镇',
    ])
  })

  it('names a person masked, or the school', () => {
    expect(partyLine(party('实验小学', { teacher: 'T1', person: '王*' }))).toBe('王* · 实验小学')
    expect(partyLine(party('实验小学', { teacher: 'T1' }))).toBe('T1 · 实验小学')
    expect(partyLine(party('实验小学'))).toBe('实验小学')
    expect(partyLine(null)).toBe('—')
  })

  it('puts the pupils of a mentor into one record', () => {
    const pair = (mentor: string, pupil: string, subject = 'music'): ProposedPair => ({
      giver: { school: 'A', name: '', side: null, teacher: mentor, person: null },
      taker: { school: 'B', name: '', side: null, teacher: pupil, person: null },
      stage: 'primary',
      subject,
      subject_zh: '',
      km: null,
      reason: '',
      exists: null,
    })
    const pairs = [pair('M1', 'Y1'), pair('M2', 'Y2'), pair('M1', 'Y3')]
    const records = recordsOf('mentors', pairs, '2024-09-01', '2025-06-30')
    expect(records.map((r) => [r.giver.teacher, r.takers.map((one) => one.teacher)])).toEqual([
      ['M1', ['Y1', 'Y3']],
      ['M2', ['Y2']],
    ])
    const schools = recordsOf('schools', pairs.slice(0, 2), '2024-09-01', '2025-06-30')
    expect(schools.map((r) => [r.way, r.giver.school, r.takers])).toEqual([
      ['support', 'A', [{ school: 'B' }]],
      ['support', 'A', [{ school: 'B' }]],
    ])
  })

  it('shows every state with a sign', () => {
    expect(signOf('assessed')).toBe('pass')
    expect(signOf('refused')).toBe('fail')
    expect(signOf('later')).toBe('none')
  })
})

describe('terms', () => {
  it('follow from the years that are left', () => {
    expect([null, -1, 0, 1, 2].map((left) => standingOf({ left }))).toEqual([
      'cannot',
      'must',
      'must',
      'soon',
      'within',
    ])
  })
})

describe('projects', () => {
  it('send what is empty as missing, and a school with its own only', () => {
    const draft = { ...emptyProject(2024, ''), title: ' 作业设计 ', funds: '0', school: '3418230001' }
    expect(projectOf(draft)).toMatchObject({
      title: '作业设计',
      school: null,
      hours: null,
      funds: '0',
      seats: null,
    })
    expect(projectOf({ ...draft, level: 'school', seats: '30' })).toMatchObject({
      school: '3418230001',
      seats: 30,
    })
    expect(emptyProject(2024, '3418230001').level).toBe('school')
    const known = { ...projectOf(draft), note: null, evidence: 7, days: '5' }
    expect(projectDraft(known as never)).toMatchObject({ days: '5', evidence: '7', note: '' })
  })

  it('name the cycle that an evaluation counts', () => {
    expect(cycleWord(2019, 5, 2024)).toBe('cycleNow')
    expect(cycleWord(2020, 5, 2024)).toBe('cycleNext')
    expect(cycleWord(2021, 5, 2024)).toBe('cycleName')
  })
  it('open on the cycle of this year’s evaluation, as the other pages count', () => {
    expect(openingCycle([2019, 2020, 2021, 2022, 2023, 2024], 5, 2024)).toBe(2019)
    expect(openingCycle([2021], 5, 2024)).toBeUndefined()
  })
})

describe('a form', () => {
  it('says who is not chosen, by the way', () => {
    const draft = emptyDraft(2024)
    expect(unchosen(draft)).toEqual(['giver', 'takers'])
    expect(unchosen({ ...draft, giverSchool: 'a' })).toEqual(['takers'])
    // A school is no teacher: another way asks anew.
    expect(unchosen({ ...draft, way: 'rotation', giverSchool: 'a', takerSchools: ['b'] })).toEqual(['giver'])
    expect(unchosen({ ...draft, way: 'mentoring', giverTeacher: 'T1', takerSchools: ['b'] })).toEqual([
      'takers',
    ])
    expect(unchosen({ ...draft, way: 'lecture', giverTeacher: 'T1' })).toEqual([])
  })
})

describe('sentences of the server', () => {
  it('name the indicators whose codes they say', () => {
    const names = new Map([
      ['L5', '生均教学仪器设备值'],
      ['L1', '师生比'],
    ])
    expect(withNames('受援方未达标：L5、L9；帮扶方各项达标', names)).toBe(
      '受援方未达标：L5 生均教学仪器设备值、L9；帮扶方各项达标',
    )
    expect(withNames('T000015、L15', names)).toBe('T000015、L15')
    expect(withNames('L5', new Map())).toBe('L5')
  })
})

describe('pages', () => {
  it('are read one after the other to the last', async () => {
    const all = [1, 2, 3, 4, 5]
    const asked: (string | undefined)[] = []
    const found = await every((after) => {
      asked.push(after)
      const from = after === undefined ? 0 : Number(after)
      return Promise.resolve({
        items: all.slice(from, from + 2),
        next: from + 2 < 5 ? String(from + 2) : null,
      })
    })
    expect(found).toEqual(all)
    expect(asked).toEqual([undefined, '2', '4'])
  })
})
