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

/** The workbook of the plan says what the page says. */
async function workbook(story, planner) {
  const { page } = planner
  const facts = await page.locator('.facts').innerText()
  const cost = /投入（万元）\s*([\d,.]+)/.exec(facts)?.[1]
  const book = await openBook(await planner.download(page.getByRole('link', { name: '下载工作簿' })))
  const all = book.worksheets.flatMap((sheet) => rowsOf(sheet).flat())
  const wanted = Number(cost?.replaceAll(',', ''))
  if (!all.some((text) => Number(text) === wanted))
    story.faults.add('plan', `the page says ${cost} 万元, the workbook nowhere`)
  const rows = await page.locator('tbody tr').count()
  console.log(
    facts,
    rows,
    book.worksheets.map((sheet) => [sheet.name, sheet.rowCount]),
  )
}
