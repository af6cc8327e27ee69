// A collection is opened; the bureau hands in what it has; the clerk of one school fills in the rest, the
// principal signs, the bureau returns one field, the clerk corrects it, all approve, the form is locked.
import { GAPS, importBook, OURS } from './county.mjs'

/** What the clerk gets wrong, plausibly enough for every check. */
const FIELD = '运动场地面积'
const TYPED = '4739'
const REASON = '与校园平面图不符，请核对数字是否写反。'

export async function collecting(story) {
  const officer = story.person('officer')
  await officer.page.locator('.year select').selectOption({ label: '2024/2025 学年' })
  await officer.go('数据')
  await officer.click('新建填报')
  const opening = officer.page.getByRole('dialog')
  await officer.look('collection-new')
  await opening.getByRole('button', { name: '建立填报' }).click()
  await opening.waitFor({ state: 'hidden' })
  await officer.page.getByText('进行中').waitFor()
  await officer.look('data-opened')
  await importBook(officer, '2024/2025', story.files.ours, 'draft', 'ours')
  await importBook(officer, '2024/2025', story.files.county, 'approved', 'county')

  await fill(story)
  await submit(story)
  await sign(story, 'principal-form')
  await giveBack(story)
  await correct(story)
  await sign(story)
  await approve(story)
}

/** The clerk fills in what is missing. */
async function fill(story) {
  const clerk = story.person('clerk')
  const { page } = clerk
  await page.reload()
  await clerk.look('clerk-home')
  await page.getByRole('link', { name: '去填报' }).click()
  await group(clerk, '校舍与场地')
  await clerk.look('form')

  // Units and last year's figure stand beside the field.
  const row = page.getByRole('row').filter({ has: field(clerk, FIELD) })
  const beside = await row.innerText()
  if (!beside.includes('㎡')) story.faults.add('form', `no unit beside ${FIELD}`)
  if (!/\d/.test(await row.locator('.last').innerText()))
    story.faults.add('form', `nothing of last year beside ${FIELD}`)

  // A figure that is none, one beyond all range, and one that another figure forbids.
  await type(clerk, FIELD, '很大')
  await page.getByText('要填数字').waitFor()
  await clerk.look('form-no-number')
  await type(clerk, FIELD, TYPED)
  await type(clerk, '占地面积', GAPS.get('占地面积'))
  await type(clerk, '校舍建筑面积', GAPS.get('校舍建筑面积'))
  await type(clerk, '教学及辅助用房面积', `${GAPS.get('教学及辅助用房面积')}0`)
  await page.getByText('大于校舍建筑面积').first().waitFor()
  await clerk.look('form-check')
  await type(clerk, '教学及辅助用房面积', GAPS.get('教学及辅助用房面积'))
  await page.getByText('大于校舍建筑面积').first().waitFor({ state: 'detached' })

  // The server dies and comes back; what is typed meanwhile stands.
  clerk.expects(/ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/)
  await story.server.stop('SIGKILL')
  await type(clerk, '室内体育用房面积', GAPS.get('室内体育用房面积'))
  await page.locator('.save.offline').waitFor()
  await clerk.look('form-offline')
  await story.server.start()
  await saved(clerk)

  // The session ends in the middle: the same person signs out in another tab.
  const second = await clerk.tab()
  await second.goto(`${story.base}/school`)
  await second.locator('.who button').click()
  await second.getByRole('menuitem', { name: '退出登录' }).click()
  await second.waitForURL('**/sign-in')
  await second.close()
  await type(clerk, '租借体育场馆面积', GAPS.get('租借体育场馆面积'))
  const again = page.getByRole('dialog', { name: '登录已过期' })
  await again.waitFor()
  await clerk.look('form-expired')
  await again.getByLabel('密码', { exact: true }).fill(clerk.password)
  await again.getByRole('button', { name: '登录' }).click()
  await again.waitFor({ state: 'hidden' })
  await saved(clerk)
  for (const item of [FIELD, '租借体育场馆面积']) {
    const now = await field(clerk, item).inputValue()
    const wanted = item === FIELD ? TYPED : GAPS.get(item)
    if (now !== wanted)
      story.faults.add('form', `${item} was ${wanted} before the session ended and is ${now}`)
  }

  // The last field of the group by the keyboard, the next group as a column out of a spreadsheet.
  await field(clerk, '租借体育场馆面积').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type(GAPS.get('改造运动场地面积'))
  await page.keyboard.press('Enter')
  await group(clerk, '装备与图书')
  const labels = await page.locator('.fields th[scope=row] label').allInnerTexts()
  await clerk.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(
    (text) => navigator.clipboard.writeText(text),
    labels.map((label) => GAPS.get(label)).join('\n'),
  )
  await field(clerk, labels[0]).focus()
  await page.keyboard.press('Control+V')
  await page.getByText(`已粘贴 ${labels.length} 格`).waitFor()
  await saved(clerk)
  await clerk.look('form-pasted')
  await group(clerk, '经费')
  await type(clerk, '公用经费拨款', GAPS.get('公用经费拨款'))
  await saved(clerk)

  // Everything stands after a reload, as typed.
  await page.reload()
  await group(clerk, '校舍与场地')
  const now = await field(clerk, FIELD).inputValue()
  if (now !== TYPED) story.faults.add('form', `${FIELD} is ${now} after a reload`)
  const titles = await page.locator('.groups button > span:first-child').allInnerTexts()
  for (const title of titles.filter((text) => text !== '下一个空项')) {
    await group(clerk, title)
    await clerk.look(`form-${title.replaceAll(/[^\p{L}]/gu, '')}`)
  }
}

/** The clerk hands in, with the keyboard alone. */
async function submit(story) {
  const clerk = story.person('clerk')
  const { page } = clerk
  await page.locator('body').click({ position: { x: 1, y: 1 } })
  await tabTo(page, '提交审核')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await clerk.look('form-submit')
  await tabTo(page, '提交审核')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  await clerk.look('form-submitted')
}

async function sign(story, label = '') {
  const principal = story.person('principal')
  await principal.go('本校')
  await principal.page.reload()
  await principal.page.getByRole('link', { name: /去填报|查看填报/ }).click()
  await principal.page.getByRole('button', { name: '签发' }).waitFor()
  if (label) await principal.look(label)
  await step(principal, '签发')
  if (label) await principal.look(`${label}-signed`)
}

/** The bureau returns one field with a reason. */
async function giveBack(story) {
  const officer = story.person('officer')
  await officer.go('总览')
  await officer.look('overview-waiting')
  await officer.page.getByRole('link', { name: /1 份填报等待审/ }).click()
  await officer.look('data-signed')
  // One form leads to itself, several to their list.
  const link = officer.page.getByRole('link', { name: OURS.name })
  if ((await link.count()) > 0) await link.click()
  await group(officer, '校舍与场地')
  await officer.look('review')
  await officer.click('退回修改')
  await officer.page.getByLabel(`退回此项 ${FIELD}`).fill(REASON)
  await officer.look('review-return')
  await officer.page.locator('.note').getByRole('button', { name: '退回修改' }).click()
  const dialog = officer.page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('一项面积请核对。')
  await officer.look('review-return-reason')
  await dialog.getByRole('button', { name: '退回修改' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await officer.look('review-returned')
}

async function correct(story) {
  const clerk = story.person('clerk')
  await clerk.go('本校')
  await clerk.page.reload()
  await clerk.page.getByText(REASON).waitFor()
  await clerk.look('clerk-home-returned')
  await clerk.page.getByRole('link', { name: FIELD }).click()
  await clerk.page.getByText(REASON).waitFor()
  await clerk.look('form-returned')
  await type(clerk, FIELD, GAPS.get(FIELD))
  await saved(clerk)
  await step(clerk, '提交审核')
}

async function approve(story) {
  const officer = story.person('officer')
  await officer.page.reload()
  await officer.page.getByRole('button', { name: '审定通过' }).waitFor()
  await officer.click('历史版本')
  await officer.page.locator('.panel table').first().waitFor()
  await officer.look('review-history')
  await officer.page.keyboard.press('Escape')
  await step(officer, '审定通过')
  await officer.look('review-approved')
  await step(officer, '锁定')
  await officer.look('review-locked')
  await officer.go('数据')
  await officer.look('data-done')
}

/** One step of the approval, through its dialog. */
async function step(person, name) {
  await person.click(name)
  const dialog = person.page.getByRole('dialog')
  await dialog.getByRole('button', { name, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  await person.quiet()
}

const field = (person, item) => person.page.getByLabel(item, { exact: true })

async function group(person, title) {
  await person.page.locator('.groups button').filter({ hasText: title }).first().click()
  await person.page.locator('.fields caption').filter({ hasText: title }).waitFor()
}

/** Types a figure and leaves the field. */
async function type(person, item, value) {
  await field(person, item).fill(value)
  await field(person, item).blur()
}

async function saved(person) {
  await person.page.locator('.save.saved').waitFor()
}

/** Goes on with the tab key until a button has the focus. */
async function tabTo(page, name) {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => document.activeElement?.textContent?.trim())
    if (at === name) return
  }
  throw new Error(`the tab key never comes to ${name}`)
}
