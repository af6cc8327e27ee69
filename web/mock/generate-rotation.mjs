// Writes the mock server's rotations with the real program: the synthetic county of 12 schools, its
// roster, wishes of some teachers, the three ways and one that is impossible.
//
//   node mock/generate-rotation.mjs --program ../target/debug/junheng --out mock/fixtures
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    program: { type: 'string', default: '../target/debug/junheng' },
    schools: { type: 'string', default: '12' },
    out: { type: 'string', default: 'mock/fixtures' },
  },
})
const work = mkdtempSync(join(tmpdir(), 'junheng-rotation-'))
const at = (name) => join(work, name)
/** A rotation that is impossible ends with a code of its own: the answer is in the file all the same. */
const run = (...args) => {
  try {
    execFileSync(options.program, args, { stdio: 'ignore' })
  } catch (error) {
    if (error.status !== 1) throw error
  }
}
run('demo', '--out', at('county'), '--schools', options.schools)
run('staffing', 'sample', '--out', at('roster.csv'), '--schools', options.schools)
const folder = join(at('county'), 'template')
const template = join(folder, readdirSync(folder).sort().at(-1))

const share = (code, zh, who, of, at_least, source) => ({
  code,
  zh,
  among: 'all',
  who,
  of,
  at_least,
  source,
})
const settings = {
  shares: [
    share('eligible', '交流教师不少于符合条件教师的 10%', 'all', 'eligible', '0.1', ['督导', 'A']),
    share('backbone', '骨干教师不少于交流教师的 20%', 'backbone', 'moved', '0.2', ['督导', 'A']),
  ],
  leave_section: '0.15',
  leave_subject: '0.5',
  keep_backbone: '0.7',
  commute: '30',
  detour: '1.3',
  couple: '15',
}
let runs = 0
function rotate(mode, changed) {
  runs += 1
  const result = at(`result-${runs}.json`)
  writeFileSync(at('settings.json'), JSON.stringify({ ...settings, ...changed }))
  const way = ['--settings', at('settings.json'), '--mode', mode, '--json', result]
  run('staffing', 'rotate', template, '--roster', at('roster.csv'), ...way)
  return JSON.parse(readFileSync(result, 'utf8'))
}
/** What the change does to the data is read by no page. */
const told = ({ change: _change, ...rest }) => rest

// Some of the eligible teachers ask for one to three of the other schools of their stage.
const first = rotate('optimum', {}).found
const people = [
  ...first.moves.map(({ teacher, from, stage }) => ({ teacher, school: from, stage })),
  ...first.stays.filter((s) => s.eligible),
].sort((a, b) => (a.teacher < b.teacher ? -1 : 1))
const schools = (stage) => first.sections.filter((s) => s.stage === stage).map((s) => s.school)
const preferences = {}
people.forEach(({ teacher, school, stage }, i) => {
  if (i % 3 !== 0) return
  const others = schools(stage).filter((code) => code !== school)
  const from = (i * 7) % others.length
  preferences[teacher] = [...others, ...others]
    .slice(from, from + 1 + (i % 3) + (i % 2))
    .slice(0, others.length)
})
const impossible = rotate('optimum', {
  preferences,
  shares: [
    { ...settings.shares[0], at_least: '0.6', zh: '交流教师不少于符合条件教师的 60%' },
    settings.shares[1],
  ],
}).impossible
const found = (mode) => told(rotate(mode, { preferences }).found)
writeFileSync(
  join(options.out, 'rotation.json'),
  JSON.stringify({
    settings: { ...settings, preferences },
    optimum: found('optimum'),
    claims: found('claims'),
    trading: found('trading'),
    impossible: { ...impossible, nearest: impossible.nearest && told(impossible.nearest) },
  }),
)
rmSync(work, { recursive: true })
