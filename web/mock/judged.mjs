// What stands around an evaluation: attestations and evidence, scenarios, the boundary, forms, needs.
import { county, evaluations, facts, items } from './county.mjs'
import { Refusal } from './refusal.mjs'

const now = () => new Date().toISOString()
const person = (session) => `${session.user.name}（${session.user.login}）`

// ---- evidence ------------------------------------------------------------------------------------

let files = []
let number = 0

function field(body, name) {
  const found = body.toString('latin1').match(new RegExp(`name="${name}"\\r\\n\\r\\n(.*?)\\r\\n--`))
  return found ? Buffer.from(found[1], 'latin1').toString('utf8') : ''
}

export function addEvidence(body, session) {
  const subject = field(body, 'subject')
  const names = [...body.toString('latin1').matchAll(/filename="(.*?)"/g)].map((match) =>
    Buffer.from(match[1], 'latin1').toString('utf8'),
  )
  const added = names.map((name) => ({
    id: ++number,
    subject,
    school: field(body, 'school') || null,
    title: name,
    name,
    media: 'pdf',
    bytes: body.length,
    sha256: 'e3b0c442'.repeat(8),
    by: person(session),
    at: now(),
    removable: true,
  }))
  files = [...files, ...added]
  return { $status: 201, body: added }
}
export const evidence = (query) => ({
  items: files.filter(
    (file) =>
      (!query.get('subject') || file.subject === query.get('subject')) &&
      (!query.get('school') || file.school === query.get('school')),
  ),
  next: null,
})
export function removeEvidence(id) {
  files = files.filter((file) => file.id !== Number(id))
  return { $status: 204, body: null }
}

// ---- attestations --------------------------------------------------------------------------------

const statements = new Map()

function statement(year, part) {
  const kept = statements.get(`${year}/${part.code}`)
  if (kept || !part.attestation) return kept ?? null
  const { holds, evidence: text, person: who, date } = part.attestation
  return { holds, evidence: text, person: who, date, version: 1, by: '演示数据', at: '2023-10-20T02:00:00Z' }
}

export function sheet(year) {
  const rows = evaluations[year].groups.flatMap((group) =>
    group.indicators.flatMap((indicator) =>
      indicator.parts.map((part) => {
        const own = files.filter((file) => file.subject === part.code)
        const of = own.filter((file) => !file.school)
        const lacks = part.verdict === 'missing' ? [part.reason ?? '缺数'] : []
        if (part.attested && of.length === 0) lacks.push('没有上传佐证文件')
        return {
          group: group.code,
          indicator: indicator.code,
          code: part.code,
          zh: part.zh,
          attested: part.attested,
          verdict: part.verdict,
          statement: statement(year, part),
          files: of,
          school_files: own.length - of.length,
          lacks,
        }
      }),
    ),
  )
  return { rows, incomplete: rows.filter((row) => row.lacks.length > 0).length, locked: year === 2022 }
}

export function attest(year, code, body, session) {
  const part = evaluations[year].groups
    .flatMap((group) => group.indicators)
    .flatMap((indicator) => indicator.parts)
    .find((each) => each.code === code)
  const { version, ...said } = body
  const next = { ...said, version: version + 1, by: person(session), at: now() }
  statements.set(`${year}/${code}`, next)
  part.attestation = { indicator: code, ...said }
  part.verdict = said.holds === null ? 'missing' : said.holds ? 'pass' : 'fail'
  part.reason = said.holds === null ? '缺是否达到' : null
  return { version: next.version }
}

// ---- scenarios -----------------------------------------------------------------------------------

let kept = []
let last = 0

const line = (scenario, session) => {
  const { figures, user, snapshot, ...rest } = scenario
  return {
    ...rest,
    edits: figures.length,
    own: user === session.user.login,
    stale: snapshot !== evaluations[rest.year].snapshot,
  }
}
const find = (id) => {
  const found = kept.find((scenario) => scenario.id === Number(id))
  if (!found) throw new Refusal(404, 'H-FIND-01', '没有找到', `没有找到试算方案 ${id}。`)
  return found
}
const figure = (year, trial) => {
  const school = facts[year].schools.find((s) => s.school === trial.school)
  const item = items.find((i) => i.code === trial.item)
  const fact = school?.facts.find((f) => f.item === trial.item && f.stage === trial.stage)
  const stage = { primary: '小学', junior: '初中' }[trial.stage] ?? ''
  return {
    ...trial,
    place: `${school?.name ?? county.name} ${stage}`.trim(),
    zh: item?.zh ?? trial.item,
    unit: item?.unit ?? '',
    before: fact?.value ?? null,
  }
}
export const scenarios = (year, session) => ({
  items: kept.filter((scenario) => scenario.year === year).map((scenario) => line(scenario, session)),
  next: null,
})
export function addScenario(year, body, session) {
  if (kept.some((s) => s.year === year && s.name === body.name && s.user === session.user.login))
    throw new Refusal(
      409,
      'H-EDIT-02',
      '已经存在',
      `名为“${body.name}”的试算方案已经存在；请换一个，或修改已有的。`,
    )
  const scenario = {
    id: ++last,
    name: body.name,
    year,
    data: body.data,
    standard: evaluations[year].standard.id,
    by: person(session),
    at: now(),
    version: 1,
    user: session.user.login,
    snapshot: evaluations[year].snapshot,
    figures: body.edits.map((trial) => figure(year, trial)),
  }
  kept.push(scenario)
  return { $status: 201, body: scenarioOf(scenario.id, session) }
}
export const scenarioOf = (id, session) => ({ ...line(find(id), session), figures: find(id).figures })
export function patchScenario(id, body, session) {
  const scenario = find(id)
  if (body.name) scenario.name = body.name
  if (body.edits) scenario.figures = body.edits.map((trial) => figure(scenario.year, trial))
  scenario.version += 1
  return line(scenario, session)
}
export function removeScenario(id) {
  kept = kept.filter((scenario) => scenario !== find(id))
  return { $status: 204, body: null }
}

// ---- boundary ------------------------------------------------------------------------------------

const square = (name, west, south, size) => ({
  type: 'Feature',
  properties: { name },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
      ],
    ],
  },
})
const degrees = (item) =>
  county.schools.flatMap((s) => s.facts.filter((f) => f.item === item).map((f) => Number(f.value)))
const [west, south] = [Math.min(...degrees('longitude')) - 0.02, Math.min(...degrees('latitude')) - 0.02]
const size =
  Math.max((Math.max(...degrees('longitude')) - west) / 2, Math.max(...degrees('latitude')) - south) + 0.02
let outline = {
  version: 1,
  name: '县界.geojson',
  by: '演示数据',
  at: '2023-09-01T01:00:00Z',
  geojson: {
    type: 'FeatureCollection',
    features: [square('禾城街道', west, south, size), square('东乡', west + size, south, size)],
  },
}
export const boundary = () => outline
export function putBoundary(version) {
  outline = { ...outline, version: Number(version) + 1, name: '新县界.geojson', at: now() }
  return { version: outline.version, counts: { areas: 2, named: 2, corners: 10 }, schools: 12, outside: [] }
}
export function removeBoundary() {
  outline = { version: 0, name: null, by: null, at: null, geojson: null }
  return { $status: 204, body: null }
}

// ---- forms and needs -----------------------------------------------------------------------------

const NAMES = [
  ['表Ⅱ-1', '表Ⅱ-1　小学、初中资源配置基本情况'],
  ['表Ⅲ', '表Ⅲ　县域义务教育校际均衡情况'],
]
export function forms(year, wanted) {
  const now = evaluations[year]
  const [name, title] = NAMES.find(([known]) => known === (wanted ?? NAMES[0][0])) ?? NAMES[0]
  const cell = (kind, text, rows = 1) => ({ kind, text, rows })
  const head = ['学段', '', ...now.indicators.map((i) => i.short)]
  const rows = now.stages.flatMap((stage) => {
    const zh = { primary: '小学', junior: '初中' }[stage.stage]
    const row = (label, of, lead) => ({
      kind: 'cells',
      cells: [...lead, cell('text', label), ...stage.indicators.map((i) => cell('figure', of(i)))],
    })
    return name === '表Ⅲ'
      ? [
          row('全县平均值', (i) => i.mean?.shown ?? '', [cell('text', zh, 2)]),
          row('差异系数', (i) => i.coefficient?.shown ?? '', []),
        ]
      : [
          row('达标学校总数（所）', (i) => String(i.reached), [cell('text', zh, 2)]),
          row('达标学校比例（%）', (i) => i.share?.shown ?? '', []),
        ]
  })
  return {
    sheets: NAMES.map(([known, text]) => ({ name: known, title: text })),
    sheet: {
      name,
      title,
      under: [`县（市、区）：${now.county}（盖章）`, `${year}/${year + 1} 学年　统计时点：${year}-09-01`],
      landscape: true,
      tables: [
        {
          caption: null,
          head_rows: 1,
          head: head.map((text, column) => ({ row: 0, column, rows: 1, columns: 1, text })),
          spans: head.map(() => 1),
          widths: head.map((_, i) => (i === 1 ? 24 : 12)),
          rows,
        },
      ],
      notes: ['数值按各表规定的小数位四舍五入后填写。'],
      foot: '填报人：　　　　　　审核人：　　　　　　负责人：　　　　　　日期：　　　年　　月　　日',
    },
    label: '合成数据，仅供演示',
    snapshot: now.snapshot,
  }
}

export function needs(year, school) {
  const now = evaluations[year]
  const lines = now.sections
    .filter((section) => section.school === school)
    .flatMap((section) =>
      section.values
        .filter((value) => value.gap)
        .map((value) => {
          const info = now.indicators.find((i) => i.code === value.code)
          return {
            rule: value.code,
            zh: info.zh,
            stage: section.stage,
            verdict: value.verdict,
            gap: value.gap.shown,
            unit: info.gap_unit,
            by: {
              measure: 'sample',
              zh: `补足${info.short}`,
              quantity: value.gap.shown,
              unit: info.gap_unit,
              once: '2.00',
              yearly: '0.00',
              lead: 1,
              source: '常识',
              grade: 'K',
            },
          }
        }),
    )
  return {
    lines,
    totals: lines.map(({ unit, gap }) => ({ unit, gap })).slice(0, 3),
    once: (lines.length * 2).toFixed(2),
    yearly: '0.00',
    costs: '县级补短板参考单价（2023 年价）',
    note: '单价为参考值。',
  }
}
