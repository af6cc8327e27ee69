// What the mock server answers to a trial. It computes the seven indicators in floating point and knows
// no exception of the standard: good enough to see pages move, never to judge by.
import { evaluations, factOf, items } from './county.mjs'
import { Refusal } from './refusal.mjs'

const WEIGHT = { primary: 1, junior: 1.1, senior: 1.32 }
const DEGREES = {
  primary: ['doctor', 'master', 'bachelor', 'college'],
  junior: ['doctor', 'master', 'bachelor'],
}

export function whatIf(year, edits) {
  const now = evaluations[year]
  const tried = new Map()
  for (const edit of edits) {
    const item = items.find((i) => i.code === edit.item)
    if (!item) throw new Refusal(422, 'H-TRIAL-01', '没有这个数据项', `没有数据项“${edit.item}”。`)
    if (item.kind === 'count' && !/^(\d+|—)$/.test(edit.value ?? ''))
      throw new Refusal(
        422,
        'H-TRIAL-02',
        '试算值不能用',
        `“${item.zh}”的试算值“${edit.value}”不能用：要填不小于零的整数。`,
      )
    tried.set(`${edit.school ?? ''}/${edit.stage ?? ''}/${edit.item}`, edit.value)
  }
  const fact = (school, item, stage = null) => {
    const key = `${school}/${stage ?? ''}/${item}`
    const value = tried.has(key) ? tried.get(key) : factOf(year, school, item, stage)
    return Number(value ?? Number.NaN) || 0
  }
  const touched = new Set(edits.map((e) => e.school))
  const stagesOf = (school) =>
    ['primary', 'junior', 'senior'].filter((stage) => fact(school, 'pupils', stage) > 0)
  const value = (code, { school, stage }) => {
    const pupils = fact(school, 'pupils', stage)
    const sum = (...names) => names.reduce((n, name) => n + fact(school, name, stage), 0)
    const total = stagesOf(school).reduce((n, s) => n + WEIGHT[s] * fact(school, 'pupils', s), 0)
    const share = (amount) => (amount * WEIGHT[stage]) / total
    switch (code) {
      case 'L1':
        return (sum(...DEGREES[stage].map((d) => `teachers_${d}`)) / pupils) * 100
      case 'L2':
        return (sum('teachers_backbone') / pupils) * 100
      case 'L3':
        return (sum('teachers_pe', 'teachers_art', 'teachers_music', 'teachers_fine_art') / pupils) * 100
      case 'L4':
        return share(fact(school, 'teaching_rooms_area') - fact(school, 'indoor_sports_area'))
      case 'L5':
        return share(fact(school, 'indoor_sports_area') + fact(school, 'outdoor_sports_area'))
      case 'L6':
        return share(fact(school, 'equipment_value') * 10000)
      default:
        return share(fact(school, 'multimedia_rooms')) * 100
    }
  }
  const sections = now.sections.map((section) => {
    if (!touched.has(section.school)) return section
    const values = section.values.map((v) => {
      const info = now.indicators.find((i) => i.code === v.code)
      const limit = info.limits.find((l) => l.stage === section.stage)
      const number = value(v.code, section)
      const shown = number.toFixed(info.decimals)
      const verdict =
        number >= Number(limit.threshold) ? 'pass' : number >= Number(limit.floor) ? 'near' : 'fail'
      return shown === v.value?.shown ? v : { ...v, value: { exact: String(number), shown }, verdict }
    })
    const weak = values.filter((v) => v.verdict !== 'pass')
    const verdict = weak.length === 0 || (weak.length === 1 && weak[0].verdict === 'near') ? 'pass' : 'fail'
    return { ...section, values, verdict }
  })
  const number = (s, code) => {
    const text = s.values.find((v) => v.code === code).value?.exact ?? 'NaN'
    const [a, b] = text.split('/')
    return b ? Number(a) / Number(b) : Number(text)
  }
  const coefficient = (stage, code) => {
    const mine = sections.filter((s) => s.stage === stage)
    const weight = (s) => fact(s.school, 'pupils', stage)
    const all = mine.reduce((n, s) => n + weight(s), 0)
    const mean = mine.reduce((n, s) => n + weight(s) * number(s, code), 0) / all
    return Math.sqrt(mine.reduce((n, s) => n + (weight(s) / all) * (number(s, code) - mean) ** 2, 0)) / mean
  }
  const changed = sections.flatMap((section, i) => {
    const old = now.sections[i]
    const values = section.values.filter((v, j) => v !== old.values[j])
    return values.length === 0
      ? []
      : [
          {
            school: section.school,
            name: section.name,
            stage: section.stage,
            before: old.verdict,
            after: section.verdict,
            remark: section.remark,
            values: values.map((v) => ({
              indicator: v.code,
              before: old.values.find((o) => o.code === v.code).value?.shown ?? null,
              after: v.value?.shown ?? null,
              verdict: v.verdict,
            })),
          },
        ]
  })
  const coefficients = now.stages.flatMap((stage) =>
    stage.indicators.flatMap((i) => {
      if (!changed.some((c) => c.stage === stage.stage && c.values.some((v) => v.indicator === i.code)))
        return []
      const after = coefficient(stage.stage, i.code)
      return [
        {
          stage: stage.stage,
          indicator: i.code,
          before: i.coefficient?.value ?? null,
          after: after.toFixed(6),
          limit: i.limit,
          verdict: after <= Number(i.limit) ? 'pass' : 'fail',
        },
      ]
    }),
  )
  const passed = (list) => list.filter((s) => s.verdict === 'pass').length
  const rest = now.overall.reasons.filter(
    (r) => !r.subject.startsWith('section') && !r.subject.startsWith('coefficient'),
  ).length
  const reasons = rest + sections.length - passed(sections)
  return {
    before: now.overall.verdict,
    after: reasons === 0 ? 'pass' : 'fail',
    passed: [passed(now.sections), passed(sections)],
    reasons,
    sections: changed,
    coefficients,
    county: [],
  }
}
