// Everybody's pages, walked by the person whom they belong to; and what a typed address does not open.
import { OTHERS, OURS } from './county.mjs'

/** Who sees which entry of the navigation. */
const WALKS = {
  leader: ['总览', '评估', '数据', '规划', '一张图', '文书', '系统'],
  inspector: ['总览', '评估', '数据', '一张图', '文书'],
  guest: ['规划'],
  principal: ['本校', '总览', '评估', '一张图', '文书'],
  clerk: ['本校', '总览', '评估', '一张图', '文书'],
}

export async function others(story) {
  await strangers(story)
  for (const [login, entries] of Object.entries(WALKS)) {
    const person = story.person(login)
    await person.open('/')
    for (const entry of entries) {
      await person.go(entry)
      await person.look(`${login}-${entry}`)
    }
  }
  await system(story)
  await english(story)
}

/** A clerk of another school: typed addresses, and the interface itself, which no page would ask so. */
async function strangers(story) {
  const other = story.person('other')
  const { page } = other
  // The refusals are asked for here.
  other.expects(/40[34]/)
  await other.open('/school')
  await other.look('other-home')
  for (const [path, label] of [
    [`/data/${OURS.code}`, 'other-school'],
    ['/data/2234010001', 'other-county'],
    ['/data/county', 'other-county-data'],
  ]) {
    await other.open(path)
    await other.look(label, { problem: true })
    const text = await page.locator('main').innerText()
    if (text.includes(OURS.name)) story.faults.add(label, `names ${OURS.name}`)
  }
  for (const [path, label] of [
    ['/data', 'other-progress'],
    ['/data/import', 'other-import'],
    ['/plans', 'other-plans'],
    ['/system/users', 'other-users'],
    ['/system/audit', 'other-audit'],
    ['/no-such-page', 'other-nowhere'],
  ]) {
    await other.open(path)
    await other.look(label)
    const text = await page.locator('main').innerText()
    for (const secret of [OURS.name, '钱规划', 'planner'])
      if (text.includes(secret)) story.faults.add(label, `shows ${secret} to ${other.name}`)
  }
  // What the pages hide, the server refuses too.
  for (const path of [
    `/api/submissions/2024/${OURS.code}`,
    `/api/submissions/2024/${OURS.code}/revisions`,
    `/api/years/2024/explanation?indicator=L5&school=${OURS.code}&stage=primary`,
    '/api/submissions/2024/county',
    '/api/users',
    '/api/plans',
    '/api/audit',
    '/api/imports',
  ]) {
    const answer = await other.context.request.get(story.base + path)
    if (answer.ok()) story.faults.add(path, `is answered to ${other.name}: ${answer.status()}`)
  }
  const evaluation = await other.context.request.get(`${story.base}/api/years/2024/evaluation`)
  const text = await evaluation.text()
  if (!text.includes(OTHERS.code)) story.faults.add('evaluation', `hides their own school from ${other.name}`)
  if (text.includes(OURS.code)) story.faults.add('evaluation', `shows ${OURS.code} to ${other.name}`)
}

/** The pages of the three administrators at the end of the day. */
async function system(story) {
  const admin = story.person('admin')
  await admin.open('/system/standards')
  await admin.page.getByRole('button', { name: '运行算例' }).click()
  await admin.page.getByText('全部符合').waitFor()
  await admin.look('standards-examples')
  await admin.click('备份', 'link')
  await admin.click('立即备份')
  await admin.page.locator('tbody tr').first().waitFor()
  await admin.look('backups')
  await admin.click('学年', 'link')
  await admin.look('years-done')
  const security = story.person('security')
  await security.open('/system/users')
  await security.look('security-users')
  const auditor = story.person('auditor')
  await auditor.open('/system/audit')
  await auditor.page.locator('tbody tr').first().waitFor()
  await auditor.look('audit')
  await auditor.click('校验审计链')
  await auditor.page.getByText('首尾相接').waitFor()
  await auditor.look('audit-verified')
  const officer = story.person('officer')
  await officer.open('/system/years')
  await officer.page.getByRole('button', { name: '锁定学年' }).first().click()
  await officer.page.getByRole('dialog').getByRole('textbox').fill('年度数据已上报')
  await officer.look('year-lock')
  await officer.page.getByRole('dialog').getByRole('button', { name: '锁定学年' }).click()
  await officer.page.getByRole('dialog').waitFor({ state: 'hidden' })
  await officer.look('year-locked')
}

/** The other language, by its switch. */
async function english(story) {
  const officer = story.person('officer')
  await officer.page.locator('.who button').click()
  await officer.page.getByRole('menuitem', { name: 'English' }).click()
  for (const [path, label] of [
    ['/overview', 'english-overview'],
    ['/evaluation', 'english-evaluation'],
    ['/data', 'english-data'],
    [`/data/${OURS.code}`, 'english-form'],
    ['/data/import', 'english-import'],
    ['/plans/1', 'english-plan'],
    ['/map', 'english-map'],
    ['/system/years', 'english-years'],
  ]) {
    await officer.open(path)
    await officer.look(label)
  }
  await officer.page.locator('.who button').click()
  await officer.page.getByRole('menuitem', { name: '中文' }).click()
}
