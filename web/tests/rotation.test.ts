import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type {
  RotationDefaults,
  RotationResult,
  RotationSettings,
  RotationView,
  RunLine,
} from '@/api/rotation'
import { readDistances } from '@/rotation/distances'
import {
  below,
  fromNumber,
  fromPercent,
  percentDown,
  percentUp,
  plain,
  same,
  toPercent,
} from '@/rotation/numbers'
import { remedyFor, underRules, withLeast } from '@/rotation/remedies'
import { groupsOf, townshipGroups, withoutGroup, withSchool, withSupport } from '@/rotation/scope'
import {
  better,
  bySchool,
  differences,
  indicatorShifts,
  lacking,
  levelOf,
  shareStanding,
  unreached,
  workingDays,
} from '@/rotation/summary'
import { obstacles, taskNow, tasksOf, type TaskCode } from '@/rotation/tasks'
import { known, merged, readPasted } from '@/rotation/wishes'

const fixture = JSON.parse(readFileSync('mock/fixtures/rotation.json', 'utf8')) as {
  settings: RotationSettings
  optimum: RotationResult
  claims: RotationResult
  impossible: { broken: { rule: string; zh: string; by: string }[]; nearest: RotationResult }
}

describe('numbers of the settings', () => {
  it('are per cent on the screen and exact in the settings', () => {
    expect(toPercent('3/20')).toBe('15')
    expect(toPercent('0.125')).toBe('12.5')
    expect(fromPercent('12.5')).toBe('0.125')
    expect(fromPercent(' 10% ')).toBe('0.1')
    expect(fromPercent('１０％')).toBe('0.1')
    expect(plain('13/10')).toBe('1.3')
    expect(plain('30')).toBe('30')
  })
  it('refuse what is none', () => {
    for (const text of ['', 'x', '-1', '101', '1/0']) expect([text, fromPercent(text)]).toEqual([text, null])
    expect(fromNumber('-3')).toBeNull()
    expect(fromNumber('30')).toBe('30')
  })
  it('are compared exactly', () => {
    expect(same('0.15', '3/20')).toBe(true)
    expect(same('0.15', '0.1500001')).toBe(false)
    expect(below('72/797', '0.1')).toBe(true)
    expect(below('1/10', '0.1')).toBe(false)
    expect(below('', '0.1')).toBe(false)
  })
  it('are rounded towards what holds', () => {
    // 46 of 118 is 38.98 %: a floor must not be above it, a cap not below.
    expect(percentDown(46, 118)).toBe('0.389')
    expect(percentUp(46, 118)).toBe('0.39')
    expect(percentUp(1, 4)).toBe('0.25')
  })
})

describe('remedies', () => {
  const settings: RotationSettings = {
    ...fixture.settings,
    scope: { kind: 'county' },
    closed: [],
    balance: 'towards_posts',
    keep_passing: true,
    coefficients: 'meet',
    voluntary_only: false,
    distances: [],
    fixed: [{ teacher: 'T000007', school: '2134000001', reason: '' }],
    forbidden: [],
    points: { step: 1, unasked: 8, elsewhere: 10, unfulfilled: 4 },
    limits: { seconds: 300, seed: 0, gap: '0.01' },
  }
  const { broken, nearest } = fixture.impossible
  it('lower a share to what the nearest assignment reaches', () => {
    const asked = {
      ...settings,
      shares: settings.shares.map((s) => (s.code === 'eligible' ? withLeast(s, '0.6') : s)),
    }
    const [first] = broken
    if (!first) throw new Error('the fixture has no broken rule')
    const found = remedyFor(first, nearest, asked)
    expect(found?.with).toMatchObject({ now: '60', least: '38.9' })
    const next = found?.take(asked).shares.find((s) => s.code === 'eligible')
    expect(next).toMatchObject({ at_least: '0.389', source: ['用户设定', ''] })
    expect(next?.zh).toBe('交流教师不少于符合条件教师的 38.9%')
  })
  it('say where a share is lowered below the rules', () => {
    const [first] = broken
    const found = first ? remedyFor(first, nearest, settings) : null
    if (!found?.share) throw new Error('the remedy is no share')
    const rule = { code: 'eligible', zh: '交流教师不少于符合条件教师的 10%', at_least: '0.1' }
    const defaults = { shares: [rule] } as unknown as RotationDefaults
    expect(underRules(found, defaults)).toBeNull()
    const lower = { ...found, share: { code: 'eligible', least: '0.08' } }
    expect(underRules(lower, defaults)).toBe(rule.zh)
    expect(underRules(lower, null)).toBeNull()
    expect(underRules({ ...found, share: undefined }, defaults)).toBeNull()
  })
  it('raise a cap to what a section of the nearest assignment needs', () => {
    const section = nearest.sections.find((s) => s.leave > 0)
    if (!section) throw new Error('nobody leaves')
    const zh = `${section.name}（${section.stage === 'primary' ? '小学' : '初中'}）交流人数上限`
    const found = remedyFor({ rule: 'leave', zh, by: '2.0' }, nearest, settings)
    const cap = Number(found?.take(settings).leave_section)
    expect(cap * section.teachers[0]).toBeGreaterThanOrEqual(section.leave)
    expect((cap - 0.001) * section.teachers[0]).toBeLessThan(section.leave)
  })
  it('let go a decision, a rule, a school', () => {
    const fixed = remedyFor({ rule: 'fixed', zh: '教师 T000007 的指定去向', by: '1.0' }, nearest, settings)
    expect(fixed?.take(settings).fixed).toEqual([])
    const passing = remedyFor({ rule: 'passing', zh: '…', by: '1.0' }, null, settings)
    expect(passing?.take(settings).keep_passing).toBe(false)
    const section = nearest.sections[0]
    const zh = `${section?.name}（小学）音乐教师不因交流而不足`
    const close = remedyFor({ rule: 'subject_least', zh, by: '1.0' }, nearest, settings)
    expect(close?.take(settings).closed).toEqual([section?.school])
  })
  it('are none where the settings cannot help', () => {
    expect(remedyFor({ rule: 'head', zh: '…', by: '1.0' }, nearest, settings)).toBeNull()
    expect(remedyFor({ rule: 'leave', zh: '没有这所学校', by: '1.0' }, nearest, settings)).toBeNull()
    const objection = remedyFor({ rule: 'fixed', zh: '教师 T000008 的指定去向', by: '1.0' }, null, settings)
    expect(objection).toBeNull()
  })
})

describe('tasks', () => {
  const run: RunLine = {
    run: 1,
    mode: 'optimum',
    zh: '统筹方案',
    possible: true,
    moved: 28,
    eligible: 118,
    wished: 40,
    granted: 13,
    proved: true,
    ended: '',
    cancelled: false,
    findings: 0,
    stale: [],
    published: false,
    by: '',
    at: '',
  }
  const view: RotationView = {
    id: 1,
    year: 2023,
    title: '',
    state: 'draft',
    zh: '',
    version: 1,
    by: '',
    at: '',
    wishes: 0,
    runs: 0,
    open_objections: 0,
    run: null,
    notice: null,
    job: null,
    settings: null,
    wish_list: [],
    decisions: [],
    findings: [],
    notices: [],
    next: [],
    may: { edit: true, adopt: true, object: true },
  }
  const notice = {
    number: 1,
    run: 1,
    from: '2023-11-01',
    until: '2023-11-07',
    state: 'open' as const,
    zh: '',
    over: false,
    reason: '',
    by: '',
    at: '',
  }
  const ground = { teachers: 388, eligible: 118 }
  const now = (more: Partial<RotationView>, from = ground): TaskCode | undefined =>
    taskNow(tasksOf({ ...view, ...more }, from))?.code
  const done = { runs: 1, wishes: 40, run }
  const published = { ...done, state: 'published' as const, notice, notices: [notice] }
  const over = { ...published, notice: { ...notice, over: true } }

  it('begin with the roster', () => {
    const none = { teachers: null, eligible: null } as unknown as typeof ground
    expect(now({}, none)).toBe('settings')
    expect(
      tasksOf(view, none)
        .map((task) => task.state)
        .slice(1),
    ).not.toContain('now')
    expect(tasksOf(view, none)[0]?.to).toBe('/teachers')
    expect(tasksOf(view, none)[0]).toMatchObject({ state: 'stop', is: { key: 'rotation.task.noRoster' } })
  })
  it('leave alone what was adopted', () => {
    const old = { ...run, stale: ['名册已变化'] }
    expect(now({ ...over, state: 'adopted', run: old })).toBe('orders')
  })
  it('go on in their order', () => {
    expect(now({})).toBe('settings')
    expect(now(done)).toBe('notice')
    expect(now(published)).toBe('notice')
    // A notice that is open asks for nothing; an objection does.
    expect(now({ ...published, open_objections: 1 })).toBe('objections')
    expect(now({ ...over, open_objections: 2 })).toBe('objections')
    expect(now(over)).toBe('adopt')
    expect(now({ ...over, state: 'adopted' })).toBe('orders')
    expect(now({ ...over, state: 'closed' })).toBeUndefined()
  })
  it('stop at a run that found nothing, is old or has findings', () => {
    expect(now({ runs: 1, run: { ...run, possible: false } })).toBe('runs')
    expect(now({ ...done, run: { ...run, stale: ['设置已变化'] } })).toBe('runs')
    expect(now({ ...done, run: { ...run, findings: 1 } })).toBe('runs')
  })
  it('lead from an old notice to the run that takes its place', () => {
    const old = { ...published, run: { ...run, stale: ['异议决定已变化'] } }
    expect(now(old)).toBe('runs')
    const tasks = tasksOf({ ...view, ...old }, { ...ground, ready: 2 })
    expect(taskNow(tasks)).toMatchObject({
      code: 'notice',
      next: { key: 'rotation.task.renew', with: { run: 2 } },
    })
    expect(obstacles({ ...view, ...old }, 2).map((s) => s.key)).toContain('rotation.task.renew')
  })
  it('say what stands between a notice and its adoption', () => {
    const keys = (more: Partial<RotationView>): string[] => obstacles({ ...view, ...more }).map((s) => s.key)
    expect(keys(done)).toEqual(['rotation.task.lacksNotice'])
    expect(keys({ ...published, open_objections: 1, run: { ...run, stale: ['x'] } })).toEqual([
      'rotation.task.lacksTime',
      'rotation.task.lacksReplies',
      'rotation.task.lacksRun',
    ])
    expect(keys(over)).toEqual([])
  })
})

describe('a result in figures', () => {
  it('counts failing sections by indicator, primary first', () => {
    const rows = indicatorShifts(fixture.optimum.sections)
    expect(rows.map((r) => `${r.stage} ${r.indicator}`)).toEqual([
      'primary L1',
      'primary L2',
      'primary L3',
      'junior L1',
      'junior L2',
      'junior L3',
    ])
    for (const row of rows) expect(row.sections).toBeGreaterThan(0)
  })
  it('is a share that is reached, missed, or of nobody', () => {
    expect(shareStanding({ base: 40, share: '10.0', holds: true })).toMatchObject({
      verdict: 'pass',
      text: '10.0%',
    })
    expect(shareStanding({ base: 40, share: '2.5', holds: false }).verdict).toBe('fail')
    const nobody = { verdict: 'none', word: 'rotation.notApplicable', text: '—' }
    expect(shareStanding({ base: 0, share: null, holds: true })).toEqual(nobody)
    expect(shareStanding({ base: 0, share: '0.0', holds: true })).toEqual(nobody)
  })
  it('falls short of the rules where the county has asked for less', () => {
    const rule = {
      code: 'eligible',
      zh: '不少于 10%',
      among: 'all',
      who: 'all',
      of: 'eligible',
      at_least: '0.1',
    }
    const backbone = {
      ...rule,
      code: 'backbone',
      zh: '骨干不少于 20%',
      who: 'backbone',
      of: 'moved',
      at_least: '0.2',
    }
    const defaults = { settings: { shares: [rule, backbone] } } as unknown as RotationDefaults
    const share = (count: number, holds: boolean) => ({
      code: 'eligible',
      zh: '不少于 8%',
      count,
      base: 797,
      share: '',
      at_least: '8',
      holds,
    })
    const moves = (n: number, of: number) =>
      Array.from({ length: n }, (_, i) => ({ backbone: i < of })) as RotationResult['moves']
    const found = (shares: RotationResult['shares'], n: number, of: number) =>
      unreached({ shares, moves: moves(n, of), eligible: 797 }, defaults).map((one) => one.code)
    expect(found([share(72, true)], 72, 20)).toEqual(['eligible'])
    // What was left out of the settings is counted all the same; what is missed anyway says so itself.
    expect(found([], 72, 14)).toEqual(['eligible', 'backbone'])
    expect(found([share(72, false)], 72, 20)).toEqual([])
    expect(found([share(80, true)], 80, 16)).toEqual([])
    expect(unreached({ shares: [], moves: [], eligible: 0 }, defaults)).toEqual([])
    expect(unreached({ shares: [], moves: [], eligible: 0 }, null)).toEqual([])
  })
  it('finds who is treated differently', () => {
    const rows = differences(fixture.optimum.moves, fixture.claims.moves)
    const only = (list: { teacher: string }[], other: { teacher: string }[]): number =>
      list.filter((m) => !other.some((o) => o.teacher === m.teacher)).length
    const alone =
      only(fixture.optimum.moves, fixture.claims.moves) + only(fixture.claims.moves, fixture.optimum.moves)
    expect(rows.filter((r) => r.a === null || r.b === null)).toHaveLength(alone)
    expect(differences(fixture.optimum.moves, fixture.optimum.moves)).toEqual([])
  })
  it('sums what subjects lack, and it is what the goal says', () => {
    const sum = (side: 'before' | 'after'): number =>
      fixture.optimum.sections.reduce((n, s) => n + lacking(s)[side], 0)
    const level = levelOf(fixture.optimum, 'shortage')
    expect([String(sum('before')), String(sum('after'))]).toEqual([level?.before, level?.after])
  })
  it('marks the best of several where they differ', () => {
    expect(better('16', ['32', '32'])).toBe(true)
    expect(better('137', ['222', '137'])).toBe(true)
    expect(better('0', ['0', '0'])).toBe(false)
    expect(better('16', [undefined, undefined])).toBe(false)
    expect(better(undefined, ['3'])).toBe(false)
  })
  it('groups by school, and counts working days', () => {
    const rows = bySchool(['b1', 'a1', 'b2'], (x) => ({ code: x[0] ?? '', name: x[0] ?? '' }))
    expect(rows.map((g) => [g.code, g.rows.length])).toEqual([
      ['a', 1],
      ['b', 2],
    ])
    // Wednesday to Wednesday.
    expect(workingDays('2023-11-08', '2023-11-15')).toBe(6)
    expect(workingDays('2023-11-11', '2023-11-12')).toBe(0)
    expect(workingDays('', '2023-11-12')).toBe(0)
  })
})

describe('what is pasted', () => {
  const schools = [
    { code: '2134000001', name: '实验小学' },
    { code: '2134000002', name: '中心小学' },
  ]
  it('is wishes by code or by name; what is no school is named', () => {
    const read = readPasted('教师编号\t志愿1\t志愿2\nT1\t实验小学\t2134000002\nT2\t没有的学校\t\n', schools)
    expect(read.rows).toEqual([{ teacher: 'T1', schools: ['2134000001', '2134000002'] }])
    expect(read.unread).toEqual([
      { line: 3, text: 'T2\t没有的学校', why: 'unknownSchools', names: ['没有的学校'], partly: false },
    ])
  })
  it('is read whatever parts number and schools', () => {
    const two = ['2134000001', '2134000002']
    const lines = [
      'T1\t实验小学\t2134000002',
      'T1,2134000001,中心小学',
      'T1，实验小学，中心小学',
      'T1 实验小学 中心小学',
      'T1\u3000实验小学\u3000中心小学',
      'T1、实验小学、中心小学',
      'T1 实验小学、中心小学；',
      'T1, 实验小学 , 2134000002',
    ]
    for (const line of lines)
      expect([line, readPasted(line, schools)]).toEqual([
        line,
        { rows: [{ teacher: 'T1', schools: two }], unread: [] },
      ])
    const named = [...schools, { code: '3', name: '青山 小学' }]
    expect(readPasted('T1 青山 小学', named).rows).toEqual([{ teacher: 'T1', schools: ['3'] }])
  })
  it('is by the numbers of the roster, whatever their case; other lines say why they are none', () => {
    const roster = known([
      { number: 'T000011', school: '2134000001' },
      { number: 'a7', school: '2134000002' },
    ])
    const text = [
      't000011，中心小学，没有的学校',
      '乱写',
      '',
      '朱敏霞 2134000001',
      'A7,2134000002',
      'T000011,2134000002',
      'A7 2134000001',
    ].join('\r\n')
    const read = readPasted(text, schools, roster)
    expect(read.rows).toEqual([
      { teacher: 'T000011', schools: ['2134000002'] },
      { teacher: 'a7', schools: ['2134000001'] },
    ])
    expect(read.unread.map((one) => [one.line, one.why, one.partly])).toEqual([
      [1, 'unknownSchools', true],
      [2, 'noSchools', false],
      [4, 'noTeacher', false],
      [5, 'ownSchool', false],
      [6, 'twice', false],
    ])
  })
  it('takes away no wishes by a line that has no school', () => {
    const now = [{ teacher: 'T1', schools: ['2134000001'] }]
    expect(merged(now, readPasted('T1\t没有的学校\nT1', schools).rows)).toEqual(now)
  })
  it('replaces the wishes of the same teachers; none takes them away', () => {
    const now = [
      { teacher: 'T1', schools: ['a'] },
      { teacher: 'T2', schools: ['b'] },
    ]
    expect(merged(now, [{ teacher: 'T2', schools: [] }])).toEqual([{ teacher: 'T1', schools: ['a'] }])
    expect(merged(now, [{ teacher: 'T1', schools: ['c'] }])[0]).toEqual({ teacher: 'T1', schools: ['c'] })
  })
  it('is distances from places and schools', () => {
    const read = readDistances('青山乡\t实验小学\t12.5\n实验小学\t中心小学\t3\n青山乡\t没有\tx', schools)
    expect(read.distances).toEqual([
      { from: '青山乡', to: '2134000001', km: '12.5' },
      { from: '2134000001', to: '2134000002', km: '3' },
    ])
    expect(read.wrong).toEqual([3])
  })
})

describe('groups of schools', () => {
  it('hold a school once', () => {
    expect(withSchool([['a', 'b'], ['c']], 1, 'a')).toEqual([['b'], ['c', 'a']])
    expect(withSchool([['a']], 0, '')).toEqual([['a']])
  })
  it('keep one group, and come from the districts', () => {
    expect(withoutGroup([['a']], 0)).toEqual([[]])
    const district = (code: string, schools: string[]) => ({
      code,
      name: code,
      kind: 'district' as const,
      schools,
      version: 1,
    })
    const groups = groupsOf(
      [district('D1', ['a', 'x']), district('D2', ['a', 'b'])],
      'district',
      ['a', 'b'].map((code) => ({ code, name: code })),
    )
    expect(groups).toEqual([['a'], ['b']])
    expect(groupsOf([], 'group', [])).toEqual([])
  })
  it('pair the schools that support each other, each pair once', () => {
    const party = (school: string) => ({
      school,
      name: school,
      township: null,
      side: null,
      teacher: null,
      person: null,
    })
    const record = (giver: string, takers: string[], more = {}) => ({
      way: 'support' as const,
      state: 'running' as const,
      giver: party(giver),
      takers: takers.map(party),
      ...more,
    })
    const schools = ['a', 'b', 'c'].map((code) => ({ code, name: code }))
    const records = [
      record('b', ['a', 'c', 'x']),
      record('c', ['b']),
      record('a', ['c'], { state: 'void' as const }),
      record('a', ['c'], { way: 'lecture' as const }),
    ]
    expect(withSupport([['a', 'b']], records, schools)).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ])
  })
  it('come from the townships where no districts are kept', () => {
    const point = (school: string, township: string | null) => ({ school, township })
    const points = [point('c', '青山乡'), point('a', '城关镇'), point('b', '青山乡'), point('d', null)]
    const schools = ['a', 'b', 'c', 'd'].map((code) => ({ code, name: code }))
    expect(townshipGroups(points, schools)).toEqual([['a'], ['c', 'b']])
  })
})
