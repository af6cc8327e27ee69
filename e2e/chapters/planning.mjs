// A plan: made from the county's data, given little time, computed with progress, read, adopted, and its
// workbook opened.
import { openBook, rowsOf } from '../lib/books.mjs'

const NAME = '青禾市达标规划（初稿）'

export async function planning(story) {
  const planner = story.person('planner')
  const { page } = planner
  await planner.page.reload()
  await planner.go('规划')
  await planner.look('plans')
  await planner.click('造价目录')
  await planner.look('costs')
  await planner.page.goBack()
  await planner.click('新建方案')
  const form = page.getByRole('dialog')
  await form.getByLabel('方案名称').fill(NAME)
  await planner.look('plan-new')
  await form.getByRole('button', { name: '新建方案' }).click()
  await page.getByText('各年资金').waitFor()
  await planner.look('plan-settings')
  // The county's own money for the first year.
  await page.getByLabel('县级财政 2025').fill('400')
  await page.getByLabel('县级财政 2025').blur()
  // Little time: a good plan is enough here, a proof is not asked for.
  await page.locator('summary').filter({ hasText: '方案全文' }).click()
  const text = page.getByLabel('方案全文')
  await text.fill((await text.inputValue()).replace('[plan]\n', '[plan]\nseconds = 10\n'))
  await planner.look('plan-settings-text')
  await planner.click('保存设置')
  await page.getByText('设置已保存').waitFor()
  await planner.click('开始计算')
  await page.locator('.job').waitFor()
  await planner.look('plan-running')
  // The solver stops after ten seconds; the judge's look at it takes its own time.
  await page.locator('.job').waitFor({ state: 'detached', timeout: 90_000 })
  await planner.quiet()
  for (const [tab, label] of [
    ['措施表', 'result'],
    ['进度图', 'gantt'],
    ['分年度', 'years'],
    ['地图', 'map'],
  ]) {
    await planner.click(tab, 'link')
    await page.locator('.facts').waitFor()
    await planner.look(`plan-${label}`)
  }
  await planner.click('措施表', 'link')
  await workbook(story, planner)
  await planner.click('采用这个方案')
  await planner.look('plan-adopt')
  await page.getByRole('dialog').getByRole('button', { name: '采用这个方案' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await planner.look('plan-adopted')
  await planner.go('规划')
  await planner.look('plans-adopted')
}

/** The workbook of the plan says what the page says: every action with its price, and the sum. */
async function workbook(story, planner) {
  const { page } = planner
  const book = await openBook(await planner.download(page.getByRole('link', { name: '下载工作簿' })))
  const written = new Map()
  for (const [number, measure, school, , quantity, , cost] of rowsOf(book.getWorksheet('进度图')))
    if (/^\d+$/.test(number)) written.set(number, [school, measure, Number(quantity), Number(cost)].join(' '))
  const rows = await page
    .locator('tbody tr')
    .evaluateAll((list) => list.map((row) => [...row.children].map((cell) => cell.innerText.trim())))
  const number = (text) => Number(/-?[\d,]+(\.\d+)?/.exec(text)?.[0].replaceAll(',', ''))
  let sum = 0
  for (const [key, school, measure, , quantity, , , cost] of rows) {
    sum += number(cost)
    const shown = [school.split(' ')[0], measure, number(quantity), number(cost)].join(' ')
    if (written.get(key) !== shown)
      story.faults.add('plan', `action ${key}: page “${shown}”, workbook “${written.get(key)}”`)
  }
  if (rows.length === 0 || rows.length !== written.size)
    story.faults.add('plan', `${rows.length} actions on the page, ${written.size} in the workbook`)
  const facts = await page.locator('.facts').innerText()
  const told = number(/投入（万元）\s*([\d,.]+)/.exec(facts)?.[1] ?? '')
  story.cost = told
  if (!(Math.abs(told - sum) < 0.005 * rows.length + 0.005))
    story.faults.add('plan', `costs ${told} 万元 by its head, ${sum} by its rows`)
  const summary = rowsOf(book.getWorksheet('总表')).flat().join('\n')
  if (!summary.includes(`规划措施 ${told.toFixed(2)} 万元`))
    story.faults.add('plan', `the summary of the workbook does not say ${told.toFixed(2)} 万元`)
}
