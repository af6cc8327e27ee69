// The people of the mock county: invented, a row each as the roster's template has it, so that counting
// the rows gives the forms' figures again, but for a few that are wrong on purpose.
import { county, currentYear, factOf } from './county.mjs'

export const SUBJECTS = [
  ['chinese', '语文'],
  ['mathematics', '数学'],
  ['english', '英语', true],
  ['ethics', '道德与法治'],
  ['science', '科学', true],
  ['physics', '物理'],
  ['chemistry', '化学'],
  ['biology', '生物学'],
  ['history', '历史'],
  ['geography', '地理'],
  ['technology', '信息科技'],
  ['pe', '体育与健康', true],
  ['music', '音乐', true],
  ['fine_art', '美术', true],
  ['art', '艺术'],
  ['labour', '劳动'],
  ['psychology', '心理健康'],
  ['practice', '综合实践活动'],
  ['other', '其他'],
]
const OTHERS = {
  primary: ['语文', '数学', '语文', '数学', '语文', '英语', '数学', '语文', '道德与法治', '信息科技'],
  junior: [
    '语文',
    '数学',
    '英语',
    '语文',
    '数学',
    '物理',
    '英语',
    '化学',
    '历史',
    '地理',
    '生物学',
    '道德与法治',
  ],
}
const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'
const GIVEN = '明芳静磊洁涛敏军丽强霞平燕辉玲华红斌梅宇'
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** A number of a division that there is not. */
const identityOf = (birth, order) => {
  const body = `340099${birth.replaceAll('-', '')}${String(order).padStart(3, '0')}`
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(body[i]), 0)
  return body + '10X98765432'[sum % 11]
}

const ZH = { primary: '小学', junior: '初中' }
const two = (n) => String(n).padStart(2, '0')
const count = (school, item, stage) => {
  const value = factOf(currentYear, school, item, stage)
  return value === null || value === '—' ? 0 : Number(value)
}

/** The section's people, in the order of their numbers. */
function section(school, stage, list) {
  const of = (item) => count(school, item, stage)
  const teachers = of('teachers')
  const degrees = [
    ...Array(of('teachers_doctor')).fill('博士研究生'),
    ...Array(of('teachers_master')).fill('硕士研究生'),
    ...Array(of('teachers_bachelor')).fill('本科'),
    ...Array(of('teachers_college')).fill('专科'),
  ]
  const special = [
    ...Array(of('teachers_pe')).fill('体育'),
    ...Array(of('teachers_music')).fill('音乐'),
    ...Array(of('teachers_fine_art')).fill('美术'),
    ...Array(of('teachers_art')).fill('艺术'),
  ]
  const ranks = [
    ...Array(of('teachers_rank_senior')).fill('高级教师'),
    ...Array(of('teachers_rank_middle')).fill('一级教师'),
  ]
  const place = factOf(currentYear, school, 'township') ?? ''
  for (let i = 0; i < Math.max(teachers, of('staff')); i += 1) {
    const n = list.length + 1
    const birth = `${1968 + ((n * 7) % 30)}-${two((n % 12) + 1)}-${two((n % 27) + 1)}`
    const hired = `${Number(birth.slice(0, 4)) + 23}-08-01`
    const arrived = `${Math.max(Number(hired.slice(0, 4)), 2023 - ((n * 5) % 17))}-08-20`
    const teaches = i < teachers
    const subject = teaches ? (special[i] ?? OTHERS[stage][(i - special.length) % OTHERS[stage].length]) : ''
    const trained = of('teachers_trained')
    const rest = (of('teachers_training_hours') - 375 * trained) / (teachers - trained)
    const hours = i < trained ? 375 : Math.max(0, Math.min(359, Math.round(rest)))
    list.push({
      number: `J${two(Number(school.slice(-3)))}${stage === 'junior' ? 'C' : 'X'}${String(i + 1).padStart(3, '0')}`,
      name: SURNAMES[n % 20] + GIVEN[(n * 3) % 20] + (n % 3 ? GIVEN[(n * 7) % 20] : ''),
      identity: identityOf(birth, (n * 13) % 1000),
      sex: ((n * 13) % 1000) % 2 ? '男' : '女',
      birth,
      school,
      stage: ZH[stage],
      subject,
      subjects: teaches && n % 9 === 0 ? '劳动；综合实践' : '',
      hours: teaches ? String(10 + (n % 7)) : '',
      degree_at_hire: '专科',
      degree: teaches ? (degrees[(i + 3) % teachers] ?? '中师') : '专科',
      rank: ranks[i] ?? '二级教师',
      backbone: i < of('teachers_backbone') ? (n % 4 ? '县级' : '市级') : '',
      backbone_basis: i < of('teachers_backbone') ? `青教人〔202${n % 3}〕${(n % 30) + 1}号` : '',
      certified: teaches && i < of('teachers_certified') ? '是' : '否',
      hired,
      arrived,
      roll: n % 23 ? '在编' : '编外聘用',
      post: teaches ? '专任教师' : '教辅人员',
      role: i === 0 ? '校长' : i < 6 ? '班主任' : '无',
      appointed: i === 0 ? arrived : '',
      visits: '',
      exchanges:
        i < of('teachers_rotated')
          ? `2022|${county.schools[school === county.schools[0].school ? 1 : 0].school}|${school}|任教交流`
          : '',
      training: teaches
        ? [2018, 2019, 2020, 2021, 2022]
            .map(
              (year, at) =>
                `${year}|县教师发展中心|${at < 4 ? Math.floor(hours / 5) : hours - 4 * Math.floor(hours / 5)}`,
            )
            .join('；')
        : '',
      exemptions: n % 31 === 0 ? '重大疾病|县医院诊断证明|2026-08-31' : '',
      home: place,
      longitude: '',
      latitude: '',
      spouse: '',
    })
  }
}

/** Everybody, made anew. */
export function made() {
  const list = []
  for (const { school } of county.schools)
    for (const stage of ['primary', 'junior'])
      if (count(school, 'teachers', stage)) section(school, stage, list)
  // What is wrong on purpose: a degree, a date and a certificate that nobody wrote down; one who visits.
  Object.assign(list[3], { degree: '' })
  Object.assign(list[9], { arrived: '' })
  Object.assign(list[14], { exemptions: '其他||' })
  Object.assign(list[20], { backbone_basis: '' })
  const music = list.find((row) => row.subject === '音乐')
  if (music) music.visits = `${county.schools[3].school}|音乐|6`
  return list
}

export const stageOf = (zh) => ({ 小学: 'primary', 初中: 'junior', 高中: 'senior' })[zh] ?? null
export const subjectOf = (label) => {
  const clean = { 体育: '体育与健康', 综合实践: '综合实践活动', 信息技术: '信息科技' }[label] ?? label
  const found = SUBJECTS.find(([, zh]) => zh === clean)
  return found ? { code: found[0], zh: found[1] } : null
}
const word = (list) => {
  const read = (text) => {
    const found = list.find(([, ...labels]) => labels.includes(text))
    return found ? { code: found[0], zh: found[1] } : null
  }
  return Object.assign(read, { choices: list.map(([code, zh]) => ({ code, zh })) })
}
export const degreeOf = word([
  ['below_college', '高中阶段及以下', '中师', '中专'],
  ['college', '专科', '大专'],
  ['bachelor', '本科'],
  ['master', '硕士研究生', '硕士'],
  ['doctor', '博士研究生', '博士'],
])
export const rankOf = word([
  ['none', '未定职级'],
  ['assistant', '助理级', '二级教师'],
  ['middle', '中级', '一级教师'],
  ['senior', '副高级', '高级教师'],
  ['chief', '正高级', '正高级教师'],
])
export const levelOf = word([
  ['school', '校级'],
  ['county', '县级'],
  ['city', '市级'],
  ['province', '省级'],
])
export const postOf = word([
  ['teacher', '专任教师'],
  ['office', '行政人员'],
  ['support', '教辅人员'],
  ['worker', '工勤人员'],
])
export const rollOf = word([
  ['established', '在编'],
  ['registered', '备案'],
  ['special', '特岗'],
  ['contract', '编外聘用'],
  ['private', '民办自聘'],
])
export const roleOf = word([
  ['principal', '校长'],
  ['vice_principal', '副校长'],
  ['middle', '中层'],
  ['class_teacher', '班主任'],
  ['none', '无'],
])
export const wayOf = word([
  ['rotation', '任教交流', '轮岗', '交流'],
  ['support', '对口帮扶', '支教'],
  ['mentoring', '名师带徒'],
  ['lecture', '名师讲学'],
  ['visiting', '走教'],
  ['transfer', '调动'],
])
export const exemptionOf = word([
  ['pregnancy', '孕期、产期、哺乳期'],
  ['illness', '重大疾病'],
  ['near_retirement', '临近退休'],
  ['single_parent', '单亲抚养未成年子女'],
  ['care', '需照料重病直系亲属'],
  ['other', '其他'],
])
/** The template's columns with the words they take. */
const LABELS = {
  number: '教师编号',
  name: '姓名',
  identity: '身份证件号码',
  sex: '性别',
  birth: '出生日期',
  school: '学校标识码',
  stage: '学段',
  subject: '主要任教学科',
  subjects: '兼任学科',
  hours: '周课时',
  degree_at_hire: '入职学历',
  degree: '最高学历',
  rank: '职称',
  backbone: '骨干级别',
  backbone_basis: '骨干认定文件',
  certified: '持教师资格证',
  hired: '参加工作日期',
  arrived: '到本校日期',
  roll: '编制',
  post: '岗位',
  role: '职务',
  appointed: '任现职日期',
  visits: '走教兼课',
  exchanges: '交流经历',
  training: '培训学时',
  exemptions: '不交流情形',
  home: '居住地',
  longitude: '居住地经度',
  latitude: '居住地纬度',
  spouse: '配偶教师编号',
}
export const HIDDEN = ['name', 'identity', 'birth', 'home', 'longitude', 'latitude']
const choices = (...words) => words.map(([code, zh]) => ({ code, zh }))
const CHOICES = {
  sex: choices(['male', '男'], ['female', '女']),
  stage: choices(['primary', '小学'], ['junior', '初中'], ['senior', '高中']),
  subject: choices(...SUBJECTS),
  subjects: choices(...SUBJECTS),
  certified: choices(['yes', '是'], ['no', '否']),
  degree_at_hire: degreeOf.choices,
  degree: degreeOf.choices,
  rank: rankOf.choices,
  backbone: levelOf.choices,
  roll: rollOf.choices,
  post: postOf.choices,
  role: roleOf.choices,
  exchanges: wayOf.choices,
  exemptions: exemptionOf.choices,
}
export const columns = () =>
  Object.entries(LABELS).map(([code, zh]) => ({
    code,
    zh,
    personal: HIDDEN.includes(code),
    choices: CHOICES[code] ?? [],
  }))
/** The parts of a cell with several entries. */
export const entries = (text) =>
  text
    .split('；')
    .filter(Boolean)
    .map((entry) => entry.split('|'))
export const mask = (name) =>
  [...name].map((c, i, all) => (i === 0 || (all.length > 2 && i === all.length - 1) ? c : '*')).join('')
