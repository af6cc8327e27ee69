// Proposed pairings and principals' terms of the mock county, by the rules in short.
import { county } from './county.mjs'
import {
  all,
  begun,
  checked,
  make,
  need,
  outward,
  ownOf,
  party,
  records,
  sideOf,
  townOf,
  wrong,
} from './exchanges.mjs'
import { entries, levelOf, mask, rankOf, stageOf, subjectOf } from './people.mjs'
import { fullTime, keeps, nameOf, yearsFrom } from './roster-figures.mjs'

const exists = (way, giver, taker) =>
  records.find(
    (r) =>
      r.state !== 'void' &&
      r.agreed.way === way &&
      (r.agreed.giver.teacher ?? r.agreed.giver.school) === giver &&
      r.agreed.takers.some((one) => (one.teacher ?? one.school) === taker),
  )?.id ?? null
const side = (school, teacher = null) => {
  const { name, side: where, person } = party({ school, teacher })
  return { school, name, side: where, teacher, person }
}
function propose(asked) {
  begun()
  if (!(Number(asked.km) >= 1 && Number(asked.km) <= 500)) wrong('km', '应为 1 至 500 的公里数')
  const allowed = (from, to) => from !== to && (!asked.outward || outward(from, to))
  if (asked.kind === 'schools') {
    const weak = county.schools.filter((s) => sideOf(s.school) !== 'urban')
    const strong = county.schools.filter((s) => sideOf(s.school) === 'urban')
    const load = new Map()
    const pairs = []
    const unpaired = []
    for (const { school } of weak.slice(0, 6)) {
      const from = strong.find((s) => allowed(s.school, school) && (load.get(s.school) ?? 0) < asked.each)
      if (!from) {
        const why = `附近达标的学校都已各帮 ${asked.each} 所`
        unpaired.push({ taker: side(school), stage: 'primary', subject_zh: '', why })
        continue
      }
      load.set(from.school, (load.get(from.school) ?? 0) + 1)
      pairs.push({
        giver: side(from.school),
        taker: side(school),
        stage: 'primary',
        subject: null,
        subject_zh: '',
        km: '12.4',
        reason: '受援方未达标：L2、L6；帮扶方各项达标',
        exists: exists('support', from.school, school),
      })
    }
    return { pairs, unpaired, proved: true, unknown: 1, note: '指标缺数的学段分不出强弱，没有参加' }
  }
  const teachers = all().filter(fullTime)
  // The fixture has few who are both: here one of the two is enough.
  const leads = teachers.filter((row) => row.backbone || row.rank === '高级教师')
  const young = teachers
    .filter((row) => sideOf(row.school) !== 'urban' && !leads.includes(row))
    .filter((row) => yearsFrom(row.hired) < asked.young + 8)
    .slice(0, 14)
  const load = new Map()
  const pairs = []
  const unpaired = []
  for (const pupil of young) {
    const subject = subjectOf(pupil.subject)
    const lead = leads.find(
      (row) =>
        row.stage === pupil.stage &&
        row.subject === pupil.subject &&
        (!asked.outward || outward(row.school, pupil.school)) &&
        (load.get(row.number) ?? 0) < asked.each,
    )
    const stage = stageOf(pupil.stage)
    const taker = side(pupil.school, pupil.number)
    if (!lead) {
      const why = `没有可以结对的${pupil.stage}${pupil.subject}骨干教师（副高级以上）`
      unpaired.push({ taker, stage, subject_zh: subject?.zh ?? '', why })
      continue
    }
    load.set(lead.number, (load.get(lead.number) ?? 0) + 1)
    pairs.push({
      giver: side(lead.school, lead.number),
      taker,
      stage,
      subject: subject?.code ?? null,
      subject_zh: subject?.zh ?? '',
      km: '8.6',
      reason: `同教${pupil.stage}${subject?.zh}；师傅${levelOf(lead.backbone)?.zh ?? ''}骨干、${rankOf(lead.rank)?.zh ?? ''}，徒弟任教 ${yearsFrom(pupil.hired)} 年`,
      exists: exists('mentoring', lead.number, pupil.number),
    })
  }
  return {
    pairs,
    unpaired,
    proved: true,
    unknown: 0,
    note: '名册中没有参加工作日期的专任教师，不知道是否青年教师',
  }
}

function principals(session) {
  const own = ownOf(session)
  const rule = {
    term: '3',
    terms: '2',
    term_source: '常识',
    term_grade: 'K',
    terms_source: '交流',
    terms_grade: 'B',
  }
  const rows = all().filter((row) => own === null || row.school === own)
  const terms = rows
    .filter((row) => ['校长', '副校长'].includes(row.role))
    .map((row) => {
      const years = row.appointed ? yearsFrom(row.appointed) : null
      const left = years === null ? null : 6 - years
      const note =
        years === null
          ? '没有填任现职日期和到本校日期，不能判定任期'
          : left <= 0
            ? `任现职 ${years} 年，已满 2 届，应交流`
            : `任现职 ${years} 年，还有 ${left} 年届满`
      return {
        teacher: row.number,
        person: mask(row.name),
        role: row.role === '校长' ? 'principal' : 'vice_principal',
        role_zh: row.role,
        school: row.school,
        name: nameOf(row.school),
        township: townOf(row.school),
        side: sideOf(row.school),
        years,
        term: years === null ? null : Math.floor(years / 3) + 1,
        left,
        note,
        history: entries(row.exchanges).map(([year, from, to, kind]) => ({
          year: Number(year),
          from: nameOf(from),
          to: nameOf(to) ?? to,
          kind_zh: kind,
        })),
      }
    })
    .sort((a, b) => (a.left ?? 99) - (b.left ?? 99))
  const due = terms.filter((term) => term.left !== null && term.left <= 0).length
  const led = new Set(terms.filter((term) => term.role === 'principal').map((term) => term.school))
  return {
    roster: true,
    day: keeps.day,
    rule,
    terms,
    due,
    unknown: terms.filter((term) => term.left === null).length,
    share: terms.length ? `${due}/${terms.length}` : null,
    vacancies: county.schools
      .filter((s) => !led.has(s.school) && (own === null || s.school === own))
      .map((s) => ({ school: s.school, name: s.name, township: townOf(s.school) })),
  }
}

export const pairingRoutes = {
  'POST /years/{year}/pairings': ({ body, session }) => {
    need(session, 'staffing.edit')
    return propose(body)
  },
  'POST /years/{year}/pairings/accept': ({ body, session }) => {
    need(session, 'staffing.edit')
    return { $status: 201, body: { added: body.records.map((one) => make(checked(one), 'pairing').id) } }
  },
  'GET /years/{year}/principals/moves': ({ session }) => {
    need(session, 'staffing.edit')
    const due = principals(session).terms.filter((term) => term.left !== null && term.left <= 0)
    const move = (one, i) => ({
      teacher: one.teacher,
      person: one.person,
      role_zh: one.role_zh,
      from: one.name,
      to: due[(i + 1) % due.length].name,
      stage: 'primary',
      years: one.years,
      km: '7.5',
      replaces: due[(i + 1) % due.length].teacher,
      reasons: [one.note, '离家最近的可去学校'],
    })
    return { moves: due.length > 1 ? due.map(move) : [], stays: [], open: [], proved: true }
  },
  'GET /years/{year}/principals': ({ session }) => principals(session),
}
