// Posts of the mock county, by the same rules in short: 1:19 and 1:13.5, classes of small schools, boarders.
import { county, currentYear, factOf } from './county.mjs'
import { SUBJECTS, stageOf, subjectOf } from './people.mjs'
import { nameOf, roster } from './teachers.mjs'

const EACH = { primary: 19, junior: 13.5 }
const TEACHING = { primary: 0.91, junior: 0.85 }
/** Lessons of a class a week, over the grades, and of a teacher. */
const LESSONS = {
  primary: {
    chinese: [38, 13],
    mathematics: [24, 13],
    english: [12, 15],
    ethics: [12, 16],
    science: [10, 16],
    technology: [4, 16],
    pe: [20, 16],
    music: [12, 16],
    fine_art: [12, 16],
  },
  junior: {
    chinese: [15, 11],
    mathematics: [15, 11],
    english: [12, 12],
    ethics: [6, 14],
    physics: [5, 13],
    chemistry: [3, 13],
    biology: [4, 14],
    history: [6, 14],
    geography: [4, 14],
    technology: [2, 15],
    pe: [9, 14],
    music: [3, 15],
    fine_art: [3, 15],
  },
}
const SOURCES = {
  quota: {
    key: '编制',
    grade: 'B',
    title: '关于统一城乡中小学教职工编制标准的通知',
    number: '中央编办发〔2014〕72号',
  },
  usual: { key: '常识', grade: 'K', title: '一般经验，无公开出处', number: '—' },
}
const GRADES = { primary: 6, junior: 3 }
const figure = (school, item, stage) => {
  const value = factOf(currentYear, school, item, stage)
  return value === null || value === '—' ? null : Number(value)
}
const exact = (n) => String(Math.round(n * 1000) / 1000)

function section(school, stage, growth) {
  const people = roster()?.filter((row) => row.school === school && stageOf(row.stage) === stage)
  const told = figure(school, 'pupils', stage)
  const pupils = told === null ? null : Math.round(told * growth)
  const given = figure(school, 'classes', stage)
  const classes = pupils === null ? given : (given ?? Math.ceil(pupils / 45))
  const staff = people ? people.length : figure(school, 'staff', stage)
  const teachers = people
    ? people.filter((row) => row.post === '专任教师').length
    : figure(school, 'teachers', stage)
  const reasons = []
  const notes = []
  if (pupils === null) notes.push('缺“在校生数”，不能核定岗位')
  else {
    reasons.push({
      rule: `pupils.${stage}`,
      zh: stage === 'primary' ? '小学教职工与学生 1:19' : '初中教职工与学生 1:13.5',
      basis: String(pupils),
      posts: stage === 'primary' ? `${pupils}/19` : `${pupils * 2}/27`,
      value: pupils / EACH[stage],
      counts: true,
      source: SOURCES.quota,
    })
    if (stage === 'primary' && pupils < 200)
      reasons.push({
        rule: 'classes.small',
        zh: '村小、教学点按班师比每班 1.7 人',
        basis: String(classes),
        posts: exact(classes * 1.7),
        value: classes * 1.7,
        counts: true,
        source: SOURCES.usual,
      })
    const greatest = Math.max(...reasons.map((r) => r.value))
    for (const reason of reasons) reason.counts = reason.value === greatest
    const boarders = figure(school, 'pupils_boarding', stage)
    if (boarders === null) notes.push('缺数，“寄宿制学校每 100 名寄宿生附加 1 人”没有计算')
    else
      reasons.push({
        rule: 'boarding',
        zh: '寄宿制学校每 100 名寄宿生附加 1 人',
        basis: String(boarders),
        posts: exact(boarders / 100),
        value: boarders / 100,
        counts: true,
        source: SOURCES.usual,
      })
  }
  const quota =
    pupils === null
      ? null
      : Math.ceil(reasons.filter((r) => r.counts).reduce((sum, r) => sum + r.value, 0) - 1e-9)
  if (!people) notes.push('没有教师名册，不能按学科核算')
  const subjects = []
  for (const [code, zh, isStructural] of people ? SUBJECTS : []) {
    const [lessons, load] = LESSONS[stage][code] ?? [0, 1]
    const taught = (lessons * (classes ?? 0)) / GRADES[stage]
    const have = people.filter(
      (row) => row.post === '专任教师' && subjectOf(row.subject)?.code === code,
    ).length
    const posts = Math.floor(taught / load + 0.5)
    if (have === 0 && taught === 0) continue
    subjects.push({
      subject: code,
      zh,
      lessons: exact(taught),
      need: exact(taught / load),
      posts,
      have,
      shortage: Math.max(0, posts - have),
      surplus: lessons ? Math.max(0, have - posts) : 0,
      structural: isStructural === true,
    })
  }
  return {
    school,
    name: nameOf(school),
    stage,
    pupils: pupils === null ? null : String(pupils),
    classes: classes === null ? null : String(classes),
    quota,
    teaching: quota === null ? null : Math.ceil(quota * TEACHING[stage]),
    staff,
    teachers,
    balance: quota === null || staff === null ? null : staff - quota,
    reasons: reasons.map(({ value, ...reason }) => ({ ...reason, posts_shown: value.toFixed(2) })),
    subjects,
    notes,
  }
}
const sections = (only, growth = 1) =>
  county.schools
    .filter(({ school }) => !only || school === only)
    .flatMap(({ school }) =>
      ['primary', 'junior']
        .filter((stage) => figure(school, 'pupils', stage) !== null)
        .map((stage) => section(school, stage, growth)),
    )
function totals(list) {
  const all = []
  for (const stage of ['primary', 'junior'])
    for (const [code, zh, isStructural] of SUBJECTS) {
      const rows = list
        .filter((s) => s.stage === stage)
        .flatMap((s) => s.subjects.filter((subject) => subject.subject === code))
      const sum = (name) => rows.reduce((total, row) => total + row[name], 0)
      const [posts, have, shortage, surplus] = ['posts', 'have', 'shortage', 'surplus'].map(sum)
      if (posts + have > 0)
        all.push({
          stage,
          subject: code,
          zh,
          posts,
          have,
          shortage,
          surplus,
          movable: Math.min(shortage, surplus),
          structural: isStructural === true,
        })
    }
  return all
}

const coming = ({ school, name, stage, pupils, classes, quota, teaching, teachers, balance, subjects }) => ({
  school,
  name,
  stage,
  pupils,
  classes,
  quota,
  teaching,
  teachers,
  balance,
  shortage: subjects.reduce((sum, one) => sum + one.shortage, 0),
  surplus: subjects.reduce((sum, one) => sum + one.surplus, 0),
})

export const postRoutes = {
  'GET /years/{year}/posts': ({ query, session }) => {
    const scope = session.user.grants[0].scope
    const only = scope.kind === 'school' ? scope.code : query.get('school')
    const ahead = Number(query.get('ahead') ?? 0)
    return {
      year: currentYear,
      roster: roster() !== null,
      waiting: 1,
      rules: {
        id: 'cn-county-2024',
        title: '县域教师配备与交流轮岗参考规则',
        version: '2024.1',
        text: '课时、工作量、编制附加和任职年限为参考值，使用前请按本省、本县文件逐项核对。',
      },
      sections: sections(only),
      totals: totals(sections(null)),
      years: Array.from({ length: ahead }, (_, i) => ({
        year: currentYear + i + 1,
        sections: sections(only, 0.96 ** (i + 1)).map(coming),
        totals: totals(sections(null, 0.96 ** (i + 1))),
      })),
      ahead_note: null,
    }
  },
}
