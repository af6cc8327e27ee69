// The county of the fixtures: evaluations, facts, items; and the few figures that pages derive from them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = process.env.JUNHENG_FIXTURES ?? join(fileURLToPath(new URL('.', import.meta.url)), 'fixtures')
export const text = (name) => readFileSync(join(folder, name), 'utf8')
export const json = (name) => JSON.parse(text(name))

export const currentYear = 2023
const list = [2022, 2023]
export const evaluations = Object.fromEntries(list.map((year) => [year, json(`evaluation-${year}.json`)]))
export const facts = Object.fromEntries(list.map((year) => [year, json(`facts-${year}.json`)]))
export const items = json('items.json').map(({ group, type, range, ...item }) => ({
  ...item,
  topic: group,
  kind: type,
  options: item.options ?? [],
  min: range?.min ?? null,
  max: range?.max ?? null,
}))
export const explanations = json('explanations.json')
export const standard = {
  id: evaluations[currentYear].standard.id,
  title: evaluations[currentYear].standard.title,
}

const opened = []
export const openYear = (year) => opened.push(year)
const locked = new Set([2022])
export const lockYear = (year, value) => (value ? locked.add(year) : locked.delete(year))
export const years = () =>
  [...list, ...opened].map((year) => ({
    year,
    label: `${year}/${year + 1}`,
    locked: locked.has(year),
    reason: '',
    version: 1,
    by: '周岚',
    at: '2023-09-01T01:00:00Z',
  }))

export const county = {
  code: evaluations[currentYear].county_code,
  name: evaluations[currentYear].county,
  schools: facts[currentYear].schools,
}
export const factOf = (year, school, item, stage = null) =>
  facts[year]?.schools
    .find((s) => s.school === school)
    ?.facts.find((f) => f.item === item && f.stage === stage)?.value ?? null

const near = (section) => section.verdict === 'fail' && !section.values.some((v) => v.verdict === 'fail')
const counts = (sections) => ({
  all: sections.length,
  passed: sections.filter((s) => s.verdict === 'pass').length,
  near: sections.filter(near).length,
  failed: sections.filter((s) => s.verdict === 'fail' && !near(s)).length,
  missing: sections.filter((s) => s.verdict === 'missing').length,
})

export function overview(year, session, preview = false) {
  const now = evaluations[year]
  const before = evaluations[year - 1]
  const link = (subject) => {
    const [page, a, b] = subject.split(':')
    if (page === 'section') return { page, school: a, stage: b, indicator: null }
    if (page === 'coefficient') return { page, school: null, stage: a, indicator: b }
    return { page: 'county', school: null, stage: null, indicator: subject }
  }
  const weight = (r) => (r.subject.startsWith('coefficient') ? 0 : r.subject.startsWith('section') ? 2 : 1)
  const passed = (evaluation) =>
    new Set(evaluation.sections.filter((s) => s.verdict === 'pass').map((s) => s.school + s.stage))
  const sections = counts(now.sections)
  const name = (s) => `${s.name}${{ primary: '小学部', junior: '初中部' }[s.stage]}`
  return {
    sentence:
      now.overall.verdict === 'pass'
        ? `按现有数据，${now.county}能通过：${sections.all} 个参评学段中 ${sections.passed} 个达标。`
        : `按现有数据，${now.county}不能通过：${sections.all} 个参评学段中 ${sections.passed} 个达标，${now.overall.certain_failures} 项不符合标准。`,
    verdict: now.overall.verdict,
    reasons: [...now.overall.reasons]
      .sort((a, b) => weight(a) - weight(b))
      .map((r) => ({ verdict: r.verdict, text: r.text, link: link(r.subject) })),
    missing_facts: now.overall.missing.length,
    sections,
    stages: now.stages.map((stage) => ({
      stage: stage.stage,
      zh: { primary: '小学', junior: '初中' }[stage.stage],
      sections: counts(now.sections.filter((s) => s.stage === stage.stage)),
      coefficients: stage.indicators.map((i) => ({
        indicator: i.code,
        zh: now.indicators.find((x) => x.code === i.code).short,
        shown: i.coefficient?.shown ?? null,
        limit: i.limit,
        verdict: i.verdict,
        last_year:
          before?.stages.find((s) => s.stage === stage.stage)?.indicators.find((x) => x.code === i.code)
            ?.coefficient?.shown ?? null,
      })),
    })),
    groups: now.groups.map((g) => ({
      code: g.code,
      zh: g.zh,
      verdict: g.verdict,
      indicators: g.indicators.length,
      passed: g.indicators.filter((i) => ['pass', 'not_applicable'].includes(i.verdict)).length,
      failed: g.indicators.filter((i) => i.verdict === 'fail').length,
      missing: g.indicators.filter((i) => i.verdict === 'missing').length,
    })),
    targets: now.targets,
    change: before
      ? {
          year: year - 1,
          passed: passed(before).size,
          all: before.sections.length,
          risen: now.sections
            .filter((s) => s.verdict === 'pass' && !passed(before).has(s.school + s.stage))
            .map(name),
          fallen: now.sections
            .filter((s) => s.verdict !== 'pass' && passed(before).has(s.school + s.stage))
            .map(name),
        }
      : null,
    waiting: session.user.can.includes('submission.review') ? 3 : 0,
    preview,
    tasks: session.user.can.includes('submission.review')
      ? [{ kind: 'review', count: 3, text: '3 份填报等待审核', link: { page: 'data' }, state: 'signed' }]
      : [],
    snapshot: now.snapshot,
    standard: now.standard.id,
  }
}

export function mapPoints(year) {
  const evaluation = evaluations[year]
  return facts[year].schools.flatMap(({ school, name }) => {
    const sections = evaluation.sections.filter((s) => s.school === school)
    if (sections.length === 0) return []
    const first = sections[0]
    return [
      {
        school,
        name,
        longitude: factOf(year, school, 'longitude'),
        latitude: factOf(year, school, 'latitude'),
        kind: first.kind,
        township: first.township,
        residence: first.residence,
        sections: sections.map((s) => ({
          stage: s.stage,
          verdict: s.verdict,
          values: Object.fromEntries(s.values.filter((v) => v.value).map((v) => [v.code, v.value.shown])),
          verdicts: Object.fromEntries(s.values.map((v) => [v.code, v.verdict])),
        })),
      },
    ]
  })
}
