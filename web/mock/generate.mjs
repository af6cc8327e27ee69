// Writes the mock server's fixtures with the real program, from a synthetic county.
//
//   node mock/generate.mjs --program ../target/debug/junheng --schools 12 --out mock/fixtures
//
// The county of 12 schools is kept in the repository; larger ones belong in a temporary folder
// and are served with `JUNHENG_FIXTURES=FOLDER npm run mock`.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readPackItems } from './packs.mjs'
import { readSheets } from './workbook.mjs'

const { values: options } = parseArgs({
  options: {
    program: { type: 'string', default: '../target/debug/junheng' },
    packs: { type: 'string', default: '../packs' },
    schools: { type: 'string', default: '12' },
    out: { type: 'string', default: 'mock/fixtures' },
    'time-limit': { type: 'string', default: '60' },
  },
})

const YEARS = [2022, 2023]
const work = mkdtempSync(join(tmpdir(), 'junheng-fixtures-'))
const run = (...args) =>
  execFileSync(options.program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  })
const json = (...args) => JSON.parse(run(...args, '--json', '-'))
const save = (name, value) => writeFileSync(join(options.out, name), JSON.stringify(value))

mkdirSync(options.out, { recursive: true })
const county = join(work, 'county')
run('demo', '--out', county, '--schools', options.schools)
const template = (year) =>
  join(
    county,
    'template',
    readdirSync(join(county, 'template')).find((name) => name.includes(String(year))),
  )

const items = readPackItems(join(options.packs, 'items'))
save('items.json', items)
for (const year of YEARS) {
  save(`evaluation-${year}.json`, json('evaluate', template(year)))
  save(`facts-${year}.json`, readSheets(template(year), items))
}

// Explanations are asked for one by one, so only those of the last year are kept.
const year = YEARS.at(-1)
const evaluation = JSON.parse(readFileSync(join(options.out, `evaluation-${year}.json`), 'utf8'))
const explain = (indicator, ...rest) =>
  JSON.parse(run('explain', template(year), '--indicator', indicator, ...rest, '--json'))
const explanations = {}
const sections = evaluation.sections.slice(0, 40)
for (const { code } of evaluation.indicators) {
  for (const { stage } of evaluation.stages)
    explanations[`${code}//${stage}`] = explain(code, '--stage', stage === 'primary' ? '小学' : '初中')
  for (const s of sections)
    explanations[`${code}/${s.school}/${s.stage}`] = explain(
      code,
      '--school',
      s.school,
      '--stage',
      s.stage === 'primary' ? '小学' : '初中',
    )
}
for (const group of evaluation.groups)
  for (const { code } of group.indicators) explanations[`${code}//`] = explain(code)
save('explanations.json', explanations)

for (const [index, from] of YEARS.entries()) {
  const file = join(work, `plan-${from}.toml`)
  run('plan', 'new', template(from), '--years', '4', '--out', file)
  writeFileSync(join(options.out, `plan-${index + 1}.toml`), readFileSync(file))
  save(
    `plan-${index + 1}.json`,
    json('plan', template(from), '--plan', file, '--time-limit', options['time-limit']),
  )
  if (index === 0)
    save('frontier.json', json('plan', 'frontier', template(from), '--plan', file, '--time-limit', '20'))
}
rmSync(work, { recursive: true })
