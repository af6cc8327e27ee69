// Imports of the mock server: one upload with an unknown word, a wrong cell, a warning and a notice.
import { currentYear } from './county.mjs'
import { Refusal } from './refusal.mjs'

const imports = new Map()
const WHO = '周岚（zhoulan）'
/** What was said of words: one of them last year. */
let meanings = [
  {
    layout: 'template',
    layout_zh: '均衡数据模板',
    topic: 'kind',
    label: '完小',
    target: 'primary',
    zh: '小学',
    by: WHO,
    at: '2022-10-12T02:10:00Z',
    count: 4,
  },
]
const finding = (severity, code, cell, school_name, message, remedy) => ({
  severity,
  code,
  file: '补充数据.xlsx',
  sheet: '学校',
  cell,
  school: null,
  school_name,
  item: null,
  zh: null,
  message,
  remedy,
  more: 0,
})
const WRONG = finding(
  'error',
  'I-CELL-03',
  'T14',
  '蒲桠镇九年一贯制学校',
  '“三千”不是数字。',
  '请填写数字，不写单位和说明文字。',
)
const OTHERS = [
  finding(
    'warning',
    'I-CHECK-02',
    'AY9',
    '蒲桠镇第一小学',
    '在校生数 324 比上年 221 增加 46.6%。',
    '请核对是否填串了学校；确实如此的不用改。',
  ),
  finding('notice', 'I-SHEET-02', 'EY2', null, '不认识的列“备注”，没有读取。', '不需要处理。'),
]
const CODE = [
  { target: 'ignore', zh: '不读入' },
  { target: 'field/code', zh: '学校标识码' },
  { target: 'field/name', zh: '学校名称' },
  { target: 'item/site_area', zh: '占地面积(㎡)' },
  { target: 'item/primary/pupils', zh: '小学 在校生数(人)' },
]
const unknown = (label, needed, near, cell) => ({
  layout: 'template',
  topic: 'column',
  label,
  about: '学校',
  file: '补充数据.xlsx',
  sheet: '学校',
  cell,
  count: 1,
  needed,
  choices: 'column/template/学校',
  near,
})
const WORDS = [unknown('学校识别号', true, [CODE[1], CODE[2]], 'A2'), unknown('备注', false, [], 'EY2')]

/** What is still not known, still wrong, and whether it can be taken. */
function view(mine) {
  const open = WORDS.filter((w) => !meanings.some((m) => m.label === w.label))
  const fixed = mine.corrected.find((c) => c.cell === WRONG.cell)
  const findings = [...(fixed ? [] : [WRONG]), ...OTHERS]
  const state = mine.accepted ? 'accepted' : open.some((w) => w.needed) ? 'refused' : 'waiting'
  return {
    id: mine.id,
    job: mine.id,
    year: currentYear,
    state,
    by: WHO,
    at: mine.at,
    error: null,
    uploads: mine.files,
    files: [
      { ...mine.files[0], layout: 'jiaoji-2021', title: '教基 2021（每校一个工作簿）' },
      { ...mine.files[1], layout: 'template', title: '均衡数据模板' },
    ],
    counts: { errors: fixed ? 0 : 1, warnings: 1, notices: 1 },
    findings,
    unknown: mine.accepted ? [] : open,
    choices: { 'column/template/学校': CODE },
    meanings,
    corrected: mine.corrected,
    summary:
      state === 'refused'
        ? null
        : {
            new: 0,
            changed: 3,
            unchanged: 9,
            not_in_files: 0,
            facts: 1486,
            county_facts: 53,
            schools: [],
          },
    accepted: mine.accepted,
    can: state === 'waiting' ? ['draft', 'submitted', 'approved'] : [],
  }
}
function find(id) {
  const found = imports.get(Number(id))
  if (!found) throw new Refusal(404, 'H-IMPORT-01', '没有这次导入', '导入可能已经取消；请重新上传。')
  return found
}
export const importOf = (id) => view(find(id))
export function beginImport() {
  const id = imports.size + 1
  imports.set(id, {
    id,
    at: new Date().toISOString(),
    files: [
      { name: '2134000012_蒲桠镇九年一贯制学校.xlsx', bytes: 48211, sha256: '' },
      { name: '补充数据.xlsx', bytes: 91240, sha256: '' },
    ],
    corrected: [],
    accepted: null,
  })
  return { $status: 202, body: { job: id, import: id } }
}
export const listImports = () => ({
  items: [...imports.values()].toReversed().map((mine) => {
    const { id, year, state, by, at, counts, uploads } = view(mine)
    return { id, year, state, by, at, counts, files: uploads.map((file) => file.name) }
  }),
  next: null,
})
export function correct(id, { cells }) {
  const mine = find(id)
  for (const { file, sheet, cell, value } of cells) {
    mine.corrected = mine.corrected.filter((known) => known.cell !== cell)
    if (value !== null)
      mine.corrected.push({ file, sheet, cell, was: '三千', value, by: WHO, at: new Date().toISOString() })
  }
  return view(mine)
}
export function mean(id, body) {
  const mine = find(id)
  for (const { layout, topic, label, target } of body.meanings) {
    const zh = CODE.find((choice) => choice.target === target)?.zh
    if (!zh) throw new Refusal(422, 'H-BODY-01', '内容有误', '没有这个选项；请刷新页面后重新选择。')
    const at = new Date().toISOString()
    meanings.push({ layout, layout_zh: '均衡数据模板', topic, label, target, zh, by: WHO, at, count: 1 })
  }
  return view(mine)
}
export const mappings = () => ({ items: meanings, next: null })
export function forget(query) {
  meanings = meanings.filter((m) => m.label !== query.get('label') || m.topic !== query.get('topic'))
  return { $status: 204, body: null }
}
export function acceptImport(id, as) {
  const mine = find(id)
  const at = new Date().toISOString()
  mine.accepted = { as, by: WHO, at, changed: 3, unchanged: 9, facts: 1486, snapshot: '' }
  return view(mine)
}
