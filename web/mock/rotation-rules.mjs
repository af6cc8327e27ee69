// The numbers of the rules that a rotation starts from, as the server tells them.
const SOURCES = {
  交流: ['B', '关于推进县（区）域内义务教育学校校长教师交流轮岗的意见', '教师〔2014〕4号'],
  督导: ['A', '县域义务教育优质均衡发展督导评估办法', '教督〔2017〕6号'],
  常识: ['K', '一般经验，无公开出处', '—'],
}
const source = (key, grade = SOURCES[key][0]) => ({
  key,
  grade,
  title: SOURCES[key][1],
  number: SOURCES[key][2],
})
const figure = (key, zh, unit, value, shown, from, grade) => ({
  key,
  zh,
  unit,
  value,
  shown,
  source: source(from, grade),
})
const share = (code, zh, who, of, at_least) => ({
  code,
  zh,
  among: 'all',
  who,
  of,
  at_least,
  source: ['督导', 'A'],
})
const shares = [
  share('eligible', '交流教师不少于符合条件教师的 10%', 'all', 'eligible', '0.1'),
  share('backbone', '骨干教师不少于交流教师的 20%', 'backbone', 'moved', '0.2'),
]
const choice = (code, zh, text = '') => ({ code, zh, text })

export const defaults = {
  settings: {
    shares,
    leave_section: '0.15',
    leave_subject: '0.5',
    keep_backbone: '0.7',
    commute: '30',
    detour: '1.3',
    couple: '15',
    scope: { kind: 'county' },
    closed: [],
    balance: 'towards_posts',
    keep_passing: true,
    coefficients: 'meet',
    voluntary_only: false,
    distances: [],
    fixed: [],
    forbidden: [],
    preferences: {},
    points: { step: 1, unasked: 8, elsewhere: 10, unfulfilled: 4 },
    limits: { seconds: 300, seed: 0, gap: '0.01' },
  },
  figures: [
    figure('leave_section', '一校（学段）交流人数上限', '%', '0.15', '15', '常识'),
    figure('leave_subject', '一校一学科交流人数上限', '%', '0.5', '50', '常识'),
    figure('keep_backbone', '骨干教师保有下限', '%', '0.7', '70', '常识'),
    figure('commute', '居住地到新校的路程上限', '公里', '30', '30', '常识'),
    figure('detour', '道路与直线距离之比', '倍', '1.3', '1.3', '常识'),
    figure('couple', '夫妻两校之间的路程上限', '公里', '15', '15', '常识'),
  ],
  shares: shares.map(({ code, zh, at_least }) => ({
    code,
    zh,
    at_least,
    shown: String(Number(at_least) * 100),
    source: source('督导'),
  })),
  eligibility: [
    figure('years_at_school', '在本校任教满', '年', '6', '6', '交流', 'K'),
    figure('years_to_retirement', '距法定退休不足则不安排', '年', '5', '5', '常识'),
  ],
  exemptions: [
    { code: 'pregnancy', zh: '孕期、产期、哺乳期' },
    { code: 'illness', zh: '重大疾病' },
    { code: 'single_parent', zh: '单亲抚养未成年子女' },
  ],
  choices: {
    mode: [
      choice('optimum', '统筹方案', '全县统筹，按目标次序求最好的方案；可能安排没有报名的教师。'),
      choice('claims', '稳定方案（位次优先）', '只动报名的教师，没有人不如留任，也没有人的位次被越过。'),
      choice('trading', '稳定方案（互换改进）', '在位次优先之上，再做对各方都更好的互换。'),
    ],
    scope: [choice('county', '全县'), choice('groups', '学区、集团内'), choice('partners', '结对学校之间')],
    balance: [choice('towards_posts', '向岗位数靠拢'), choice('strict', '人数不变，一出一进')],
    coefficients: [choice('meet', '不超过限值'), choice('lower', '越低越好')],
    objection: [
      { code: 'facts', zh: '情况有误' },
      { code: 'exempt', zh: '符合不交流情形' },
      { code: 'hardship', zh: '生活困难' },
      { code: 'procedure', zh: '程序问题' },
      { code: 'other', zh: '其他' },
    ],
    evaluation: ['优秀', '合格', '基本合格', '不合格'],
  },
  notice_days: 7,
  rules: {
    id: 'cn-county-2024',
    title: '县域教师配备与交流轮岗参考规则',
    version: '2024.1',
    text: '课时、工作量、编制附加和任职年限为参考值，使用前请按本省、本县文件逐项核对。',
  },
}
export const zhOf = (kind, code) => defaults.choices[kind].find((c) => c.code === code)?.zh ?? code
