// The county is judged: the answer, the reasons, one number down to the cell, what-if, the forms. What the
// page says is held against the program's own evaluation of the whole workbook and against the forms.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openBook, rowsOf, textOf } from '../lib/books.mjs'
import { junheng } from '../lib/server.mjs'
import { GAPS, OURS } from './county.mjs'

export async function evaluating(story) {
  const officer = story.person('officer')
  await officer.go('总览')
  await officer.look('overview')
  await sameSnapshot(story, officer)
  await officer.go('评估')
  await officer.page.locator('td.value').first().waitFor()
  await officer.look('evaluation')
  const figures = await figuresOf(officer.page)
  await explanation(story, officer)
  await whatIf(story, officer)
  const coefficients = await views(officer)
  await forms(story, officer, figures, coefficients)
  await officer.go('一张图')
  await officer.page.locator('.sign').first().waitFor()
  await officer.look('map')
  await officer.page.locator('.toolbar select').first().selectOption('L4')
  await officer.look('map-indicator')
}

/** What was imported in parts and typed by hand is the county of the whole workbook, to the last figure. */
async function sameSnapshot(story, officer) {
  const file = join(story.folder, 'evaluation.json')
  await junheng('evaluate', story.files.whole, '--json', file)
  const told = JSON.parse(await readFile(file, 'utf8'))
  const foot = await officer.page.locator('.fine').innerText()
  if (!foot.includes(told.snapshot.slice(0, 12)))
    story.faults.add(
      'overview',
      `“${foot}” is not the snapshot ${told.snapshot.slice(0, 12)} of the workbook`,
    )
  const { passed, sections } = told.stages.reduce(
    (sum, stage) => ({ passed: sum.passed + stage.passed, sections: sum.sections + stage.sections }),
    { passed: 0, sections: 0 },
  )
  const answer = await officer.page.locator('h1').innerText()
  if (!answer.includes(`${sections} 个参评学段中 ${passed} 个达标`))
    story.faults.add('overview', `“${answer}”, but ${passed} of ${sections} sections pass`)
}

/** The whole table as it is read from top to bottom: school and stage → the seven figures. */
async function figuresOf(page) {
  const figures = new Map()
  const box = page
    .locator('table')
    .filter({ has: page.locator('td.value') })
    .first()
    .locator('xpath=..')
  for (let seen = -1, top = 0; seen !== figures.size || top === 0; top += 300) {
    seen = figures.size
    const rows = await box.evaluate(async (element, to) => {
      element.scrollTop = to
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      const own = (cell) =>
        [...cell.childNodes].flatMap((node) =>
          node.nodeType === Node.TEXT_NODE ? [node.textContent.trim()] : [],
        )
      return [...element.querySelectorAll('tbody tr')].map((row) => ({
        name: row.querySelector('th, td')?.textContent?.trim() ?? '',
        stage: row.children[1]?.textContent?.trim() ?? '',
        values: [...row.querySelectorAll('td.value .cell')].map((cell) => own(cell).join('')),
      }))
    }, top)
    for (const row of rows) if (row.values.length > 0) figures.set(`${row.name} ${row.stage}`, row)
  }
  await box.evaluate((element) => (element.scrollTop = 0))
  return [...figures.values()]
}

/** A number of our school, down to the cell of the workbook and to what the clerk typed. */
async function explanation(story, officer) {
  const { page } = officer
  await page.getByLabel('查找学校').fill(OURS.name)
  await page.locator('td.value .cell').nth(4).click()
  const panel = page.locator('.panel')
  await panel.locator('.inputs').first().waitFor()
  await officer.look('explanation-typed')
  const typed = await panel.innerText()
  for (const wanted of ['运动场地面积', GAPS.get('运动场地面积'), '林填报'])
    if (!typed.includes(wanted)) story.faults.add('explanation', `does not tell ${wanted}: ${typed}`)
  await page.locator('td.value .cell').nth(0).click()
  await panel.getByText('.xlsx').first().waitFor()
  await officer.look('explanation-cell')
  const cell = await panel.innerText()
  const place = /本校2024\.xlsx\S*[^\n]*?([A-Z]{1,3})(\d+)/.exec(cell)
  if (!place) story.faults.add('explanation', `names no cell of the workbook: ${cell}`)
  else {
    const sheet = (await openBook(story.files.ours)).getWorksheet('学校')
    const found = textOf(sheet.getCell(`${place[1]}${place[2]}`))
    const beside = cell.slice(cell.indexOf(place[0])).split('\n').slice(0, 3).join(' ')
    if (!beside.includes(found))
      story.faults.add('explanation', `${place[0]} holds ${found}, the page says ${beside}`)
  }
}

/** A figure is tried: the verdict moves, the official data do not. */
async function whatIf(story, officer) {
  const { page } = officer
  await page.locator('td.value .cell').nth(4).click()
  const input = page.locator('.panel .inputs tr').filter({ hasText: '运动场地面积' }).first()
  await input.getByRole('button', { name: '试改' }).click()
  await page.locator('.panel .try-input').fill('100')
  await page.keyboard.press('Enter')
  await page.locator('.strip .verdicts').waitFor()
  await page.locator('td.value.changed').first().waitFor()
  await officer.look('what-if')
  await page.locator('.strip').getByLabel('方案名称').fill('运动场地被占')
  await officer.click('保存为试算方案')
  await officer.look('what-if-kept')
  await officer.click('全部撤去')
  await officer.click('试算中')
  await page.keyboard.press('Escape')
  await page.getByLabel('查找学校').fill('')
  await officer.quiet()
}

async function views(officer) {
  const { page } = officer
  await page.getByLabel('结论', { exact: true }).selectOption('fail')
  await page.getByText('显示缺口').click()
  await officer.look('evaluation-gaps')
  await officer.click('差异系数', 'link')
  await page.locator('canvas').waitFor()
  await officer.look('coefficients')
  const coefficients = await page.locator('.tables table').evaluateAll((tables) =>
    tables.map((table) => ({
      stage: table.querySelector('thead th').innerText.trim(),
      values: [...table.querySelectorAll('tbody tr')]
        .filter((row) => /^L\d/.test(row.innerText))
        .map((row) => row.children[3].innerText.trim()),
    })),
  )
  await officer.click('县级指标', 'link')
  await page.locator('.group').first().waitFor()
  await officer.look('county')
  await page.getByRole('button', { name: '登记佐证' }).first().click()
  await page.locator('#evidence').waitFor()
  await officer.look('attestation')
  await page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  await officer.click('缺数清单', 'link')
  await officer.look('missing')
  await officer.click('申报表', 'link')
  await officer.page.locator('table').first().waitFor()
  await officer.look('forms')
  return coefficients
}

/** The forms are opened; every figure of every school is the one on the page, and so are the coefficients. */
async function forms(story, officer, figures, coefficients) {
  const book = await openBook(await officer.download(officer.page.getByRole('link', { name: '下载申报表' })))
  const rows = new Map()
  let stage = ''
  for (const row of rowsOf(book.getWorksheet('表Ⅱ-2'))) {
    if (/^[一二]、/.test(row[0])) stage = row[0].includes('小学') ? '小学' : '初中'
    if (/^\d+$/.test(row[0])) rows.set(`${row[1]} ${stage}`, row)
  }
  if (rows.size !== figures.length)
    story.faults.add('forms', `${rows.size} sections in the form, ${figures.length} on the page`)
  for (const { name, stage: at, values } of figures) {
    const row = rows.get(`${name} ${at}`)
    if (!row) {
      story.faults.add('forms', `${name} ${at} is not in the form`)
      continue
    }
    const written = row.filter((text) => /^-?\d+(\.\d+)?$/.test(text)).slice(-values.length)
    const same = values.every((value, i) => Number(value) === Number(written[i]))
    if (!same) story.faults.add('forms', `${name} ${at}: page ${values.join(' ')}, form ${written.join(' ')}`)
  }
  const spread = rowsOf(book.getWorksheet('表Ⅲ')).filter((row) => row[1] === '差异系数')
  coefficients.forEach(({ stage, values }, i) => {
    const row = (spread[i] ?? []).slice(2, 2 + values.length)
    if (values.length === 0 || values.some((value, j) => Number(value) !== Number(row[j])))
      story.faults.add('forms', `coefficients of ${stage}: page ${values.join(' ')}, form ${row.join(' ')}`)
  })
}
