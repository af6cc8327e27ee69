// Figures of the mock roster: what each teacher is to an item, who may be asked to move, what is wrong.
import { county, currentYear, factOf, items } from './county.mjs'
import * as people from './people.mjs'

export const TARGET = 360
export const CYCLE = { from: currentYear - 5, to: currentYear - 1 }
/** Nothing is kept until a file has been accepted, so that the beginning can be seen. */
export const keeps = {
  rows: null,
  version: 0,
  at: '2023-09-05T02:00:00Z',
  source: '',
  day: `${currentYear}-09-01`,
}

export const nameOf = (code) => county.schools.find((s) => s.school === code)?.name ?? null
export const mineOnly = (session) =>
  session.user.grants[0].scope.kind === 'school' && session.user.grants[0].scope.code
export function rowsFor(session) {
  const school = mineOnly(session)
  return (keeps.rows ?? []).filter((row) => !school || row.school === school)
}
export function yearsFrom(date, day = keeps.day) {
  if (!date || date > day) return null
  return Number(day.slice(0, 4)) - Number(date.slice(0, 4)) - (date.slice(5) > day.slice(5) ? 1 : 0)
}
export const fullTime = (row) => row.post === '专任教师'
export const backbone = (row) => !['', '校级'].includes(row.backbone)
export const hoursOf = (row) =>
  people
    .entries(row.training)
    .filter(([year]) => Number(year) >= CYCLE.from && Number(year) <= CYCLE.to)
    .reduce((sum, [, , hours]) => sum + Number(hours), 0)
const rotated = (row) =>
  people
    .entries(row.exchanges)
    .some(([year, , , way]) => Number(year) === currentYear - 1 && ['任教交流', '对口帮扶'].includes(way))

export function eligibility(row) {
  if (!fullTime(row)) return { is: 'outside', why: `岗位为${row.post}，不在交流范围` }
  if (!['在编', '备案'].includes(row.roll)) return { is: 'outside', why: `编制为${row.roll}，不在交流范围` }
  if (['校长', '副校长'].includes(row.role))
    return { is: 'outside', why: `${row.role}按任期交流，不在教师交流之内` }
  const years = yearsFrom(row.arrived)
  if (years === null) return { is: 'unknown', why: '没有到本校的日期，不能判定年限' }
  if (years < 6) return { is: 'recent', why: `到本校 ${years} 年，不满 6 年` }
  const exempt = people.entries(row.exemptions).find(([, evidence]) => evidence)
  if (exempt) return { is: 'exempt', why: `${exempt[0]}（${exempt[1]}）` }
  const limit = row.sex === '男' ? 60 : 55
  const age = yearsFrom(row.birth)
  if (age !== null && age >= limit - 5)
    return { is: 'age', why: `${age} 周岁，距法定退休年龄（${limit} 周岁）不足 5 年` }
  return { is: 'eligible', why: null }
}

export const finding = (row, code, severity, field, message, remedy) => ({
  code,
  severity,
  file: '',
  row: (keeps.rows ?? []).indexOf(row) + 1 || null,
  teacher: row?.number ?? null,
  school: row?.school ?? null,
  school_name: row ? nameOf(row.school) : null,
  field,
  message,
  remedy,
})
export function problems(row) {
  const list = []
  const gap = (field) =>
    list.push(
      finding(
        row,
        'T-GAP-01',
        'warning',
        field,
        `专任教师没有填“${field}”，相应的统计数暂按缺数处理`,
        '补填',
      ),
    )
  if (fullTime(row)) {
    if (!row.degree) gap('最高学历')
    if (!row.arrived) gap('到本校日期')
    if (people.entries(row.exemptions).some(([, evidence]) => !evidence))
      list.push(
        finding(
          row,
          'T-GAP-02',
          'warning',
          '不交流情形',
          '不交流情形没有依据，不予认定',
          '补填证明材料的名称',
        ),
      )
    if (row.backbone && !row.backbone_basis)
      list.push(
        finding(
          row,
          'T-ROW-08',
          'warning',
          '骨干认定文件',
          '骨干教师没有认定文件',
          '补填认定文件的名称和文号，督导时要出示',
        ),
      )
  }
  return list
}

/** What a teacher is to an item: a number, or `null` where it is not known. */
export function share(row, item) {
  if (item === 'staff') return 1
  if (!fullTime(row)) return 0
  const flag = (holds) => (holds ? 1 : 0)
  switch (item) {
    case 'teachers':
      return 1
    case 'teachers_backbone':
      return flag(backbone(row))
    case 'teachers_certified':
      return row.certified ? flag(row.certified === '是') : null
    case 'teachers_trained':
      return flag(hoursOf(row) >= TARGET)
    case 'teachers_training_hours':
      return hoursOf(row)
    case 'teachers_rotation_eligible':
      return eligibility(row).is === 'unknown' ? null : flag(eligibility(row).is === 'eligible')
    case 'teachers_rotated':
      return flag(rotated(row))
    case 'teachers_rotated_backbone':
      return flag(rotated(row) && backbone(row))
    case 'teachers_rank_chief':
    case 'teachers_rank_senior':
    case 'teachers_rank_middle':
      return row.rank ? flag(`teachers_rank_${people.rankOf(row.rank)?.code}` === item) : null
    case 'teachers_pe':
    case 'teachers_music':
    case 'teachers_fine_art':
    case 'teachers_art':
      return flag(`teachers_${people.subjectOf(row.subject)?.code}` === item)
    case 'teachers_doctor':
    case 'teachers_master':
    case 'teachers_bachelor':
    case 'teachers_college':
    case 'teachers_below_college':
      return row.degree ? flag(`teachers_${people.degreeOf(row.degree)?.code}` === item) : null
    default:
      return 0
  }
}
export const visits = (row, school) =>
  people
    .entries(row.visits)
    .some(([to, subject]) => to === school && ['体育', '音乐', '美术', '艺术'].includes(subject))
export const ITEMS = items
  .filter((item) => item.code.startsWith('teachers') || item.code === 'staff')
  .map(({ code, zh, unit }) => ({ code, zh, unit }))

/** Shares and indicators, made of counted items: code, name, numerators by stage, denominator, factor. */
const DERIVED = [
  ['certified_share', '教师资格证持证率', ['teachers_certified'], 'teachers', '%'],
  ['trained_share', '五年 360 学时完成率', ['teachers_trained'], 'teachers', '%'],
  ['rotated_share', '交流教师占符合条件教师的比例', ['teachers_rotated'], 'teachers_rotation_eligible', '%'],
  [
    'rotated_backbone_share',
    '骨干教师占交流教师的比例',
    ['teachers_rotated_backbone'],
    'teachers_rotated',
    '%',
  ],
  ['L1', '每百名学生拥有高于规定学历教师数', null, 'pupils', '人'],
  ['L2', '每百名学生拥有县级及以上骨干教师数', ['teachers_backbone'], 'pupils', '人'],
  [
    'L3',
    '每百名学生拥有体育、艺术（美术、音乐）专任教师数',
    ['teachers_pe', 'teachers_music', 'teachers_fine_art', 'teachers_art'],
    'pupils',
    '人',
  ],
]
const above = (stage) => [
  'teachers_doctor',
  'teachers_master',
  'teachers_bachelor',
  ...(stage === 'primary' ? ['teachers_college'] : []),
]
/** The counted items that a derived figure is made of. */
export const partsOf = (item, stage) => {
  const found = DERIVED.find(([code]) => code === item)
  return found ? (found[2] ?? above(stage)) : [item]
}
function derived(lines, code, stage) {
  const of = (item, side) => {
    if (item === 'pupils') return factOf(currentYear, code, 'pupils', stage)
    return lines.find((line) => line.item === item)?.[side] ?? null
  }
  return DERIVED.map(([item, zh, , below, unit]) => {
    const parts = partsOf(item, stage)
    const value = (side) => {
      const tops = parts.map((part) => of(part, side))
      const bottom = Number(of(below, side) ?? 0)
      if (tops.includes(null) || bottom === 0) return null
      return ((tops.reduce((sum, top) => sum + Number(top), 0) * 100) / bottom).toFixed(2)
    }
    const [counted, reported] = [value('counted'), value('reported')]
    return {
      ...lines[0],
      item,
      zh,
      unit,
      counted,
      reported,
      why_missing: counted === null ? '名册中有人未填，无法统计' : null,
      same: counted !== null && counted === reported,
      teachers: parts.reduce((sum, part) => sum + (lines.find((l) => l.item === part)?.teachers ?? 0), 0),
    }
  })
}

export function counts(rows, school) {
  const list = []
  const everyone = keeps.rows ?? []
  const places = new Map()
  for (const row of rows) {
    if (school && row.school !== school) continue
    const key = `${row.school}/${people.stageOf(row.stage)}`
    places.set(key, [...(places.get(key) ?? []), row])
  }
  for (const [key, members] of [...places].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [code, stage] = key.split('/')
    const lines = []
    for (const { code: item, zh, unit } of ITEMS) {
      const shares =
        item === 'teachers_visiting'
          ? everyone.filter((row) => visits(row, code) && people.stageOf(row.stage) === stage).map(() => 1)
          : members.map((row) => share(row, item))
      const unknown = shares.filter((value) => value === null).length
      const value = unknown ? null : String(shares.reduce((sum, one) => sum + one, 0))
      const reported = factOf(currentYear, code, item, stage)
      lines.push({
        school: code,
        school_name: nameOf(code),
        stage,
        item,
        zh,
        unit,
        counted: value,
        why_missing: unknown ? `名册中有 ${unknown} 人未填，无法统计` : null,
        reported: reported === '—' ? null : reported,
        same: value !== null && value === reported,
        teachers: shares.filter((one) => one !== null && one > 0).length,
      })
    }
    list.push(...derived(lines, code, stage), ...lines)
  }
  return list
}

/** Where the forms say something else. */
export const differences = (session) =>
  counts(rowsFor(session), mineOnly(session))
    .filter((c) => !c.same && c.reported !== null && ITEMS.some((item) => item.code === c.item))
    .map((c) => ({
      code: c.counted === null ? 'T-DIFF-02' : 'T-DIFF-01',
      severity: 'warning',
      file: '',
      row: null,
      teacher: null,
      school: c.school,
      school_name: c.school_name,
      field: c.zh,
      message: `${c.school_name}“${c.zh}”报表为 ${c.reported}，${c.counted === null ? c.why_missing : `名册统计为 ${c.counted}`}`,
      remedy: '核对名册与报表：以名册为准时改报表，名册漏填时补名册',
    }))
