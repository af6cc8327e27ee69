// The report is written from the data, put forward, signed by somebody else, and an edited file is
// compared with the data.

export async function documents(story) {
  const officer = story.person('officer')
  const { page } = officer
  await officer.go('文书')
  await officer.look('documents-empty')
  await officer.click('起草文书')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('自评报告').check()
  await officer.look('document-new')
  await dialog.getByRole('button', { name: '起草文书' }).click()
  await page.getByRole('heading', { level: 1, name: /自评报告/ }).waitFor()
  await page.getByText(/还有 \d+ 处待补/).waitFor()
  await officer.look('document-draft')
  if (!(await page.getByRole('button', { name: '提交签发' }).isDisabled()))
    story.faults.add('document', 'a report with gaps can be put forward')

  const fields = page.locator('.field input, .field textarea')
  for (let i = 0; i < (await fields.count()); i += 1)
    if ((await fields.nth(i).inputValue()) === '') await fields.nth(i).fill(`内容${i + 1}`)
  await page.getByText('没有待补的内容').waitFor()
  await page.getByText('已自动保存').waitFor()
  // The paper shows what was written, with the figures of the page.
  const paper = page.frameLocator('iframe')
  await paper.getByText('内容1', { exact: false }).first().waitFor()
  await officer.look('document-written')
  const file = await officer.download(page.getByRole('link', { name: '下载 Word' }))
  await officer.click('提交签发')
  await officer.look('document-submit')
  await page.getByRole('dialog').getByRole('button', { name: '提交签发' }).click()
  await page.getByText('待签发').waitFor()
  await officer.quiet()
  if (await page.getByRole('button', { name: '签发', exact: true }).isVisible())
    story.faults.add('document', 'who has put a report forward can sign it')
  const address = new URL(page.url()).pathname

  const leader = story.person('leader')
  await leader.go('文书')
  await leader.look('documents-leader')
  await leader.open(address)
  await leader.look('document-to-sign')
  await leader.click('签发')
  await leader.page.getByRole('dialog').getByRole('button', { name: '签发' }).click()
  await leader.page.getByText('已签发').waitFor()
  await leader.look('document-signed')

  await officer.open(`${address}?tab=history`)
  await officer.look('document-history')
  await officer.click('数据出处', 'link')
  await page.locator('.verify input[type=file]').setInputFiles(file)
  await page.getByText(/\d+ 个数字全部与数据一致/).waitFor()
  await officer.look('document-verified')
}
