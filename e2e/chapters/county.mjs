// The county comes in: its school years, its schools from the workbooks of two years, its people from one
// workbook of accounts.
import { join } from 'node:path'
import { keepRows, openBook, textOf } from '../lib/books.mjs'
import { junheng } from '../lib/server.mjs'
import { newAccount } from './administrators.mjs'

/** The school whose clerk fills the form by hand. */
export const OURS = { code: '2134000012', name: '' }
/** Another one, of which ours must see nothing. */
export const OTHERS = { code: '2134000013', name: '' }

/** What the clerk of our school has still to fill in: the item and its value, from the workbook. */
export const GAPS = new Map()
/** Its columns in the workbook. */
const FIRST_GAP = '教学及辅助用房面积(㎡)'
const LAST_GAP = '公用经费拨款(万元)'

export async function county(story) {
  const admin = story.person('admin')
  await admin.click('学年', 'link')
  await admin.look('years-empty')
  for (const year of ['2023', '2024']) {
    await admin.click('新建学年')
    const form = admin.page.getByRole('dialog', { name: '新建学年' })
    await form.getByLabel('开始于哪一年秋季').fill(year)
    if (year === '2023') await admin.look('year-new')
    await form.getByRole('button', { name: '新建学年' }).click()
    await form.waitFor({ state: 'hidden' })
    await admin.quiet()
  }
  await admin.look('years')
  for (const [tab, label] of [
    ['学校与学区', 'schools-empty'],
    ['标准与条款', 'standards'],
    ['备份', 'backups-empty'],
    ['运行状况', 'health'],
  ]) {
    await admin.click(tab, 'link')
    await admin.look(label)
  }

  await admin.click('账号', 'link')
  const officer = story.person('officer', '周评估')
  await officer.useLink(await newAccount(admin, officer, '股室干部（督导评估）'))
  await officer.click('设置密码')
  await officer.signIn()
  await officer.look('overview-empty')
  for (const [entry, label] of [
    ['评估', 'evaluation-empty'],
    ['数据', 'data-empty'],
    ['规划', 'plans-empty'],
    ['一张图', 'map-empty'],
  ]) {
    await officer.go(entry)
    await officer.look(label)
  }
  story.files = await workbooks(story)
  await importBook(officer, '2023/2024', story.files.last, 'approved', 'last')
}

/**
 * The demo county as two people have it: the bureau has everything but one school, and of that school
 * what the statistics know; the rest is the school's to fill in.
 */
async function workbooks(story) {
  const out = join(story.folder, 'demo')
  await junheng('demo', '--out', out)
  const path = (year) => join(out, 'template', `均衡数据模板_青禾市_${year}.xlsx`)
  const sheets = ['学校', '班级', '音美教室']
  const isOurs = (row) => textOf(row.getCell(1)) === OURS.code

  const county = await openBook(path(2024))
  for (const name of sheets)
    keepRows(county.getWorksheet(name), name === '学校' ? 3 : 2, (row) => !isOurs(row))
  const bureau = join(story.folder, '全县2024.xlsx')
  await county.xlsx.writeFile(bureau)

  const school = await openBook(path(2024))
  for (const name of sheets) keepRows(school.getWorksheet(name), name === '学校' ? 3 : 2, isOurs)
  const sheet = school.getWorksheet('学校')
  sheet.eachRow((row, number) => {
    if (number < 3 || !isOurs(row)) return
    const heads = sheet.getRow(2)
    let inside = false
    row.eachCell((cell, column) => {
      const head = textOf(heads.getCell(column))
      inside ||= head === FIRST_GAP
      if (!inside) return
      inside = head !== LAST_GAP
      GAPS.set(head.replace(/\(.*\)$/, ''), textOf(cell))
      cell.value = null
    })
  })
  const ours = join(story.folder, '本校2024.xlsx')
  await school.xlsx.writeFile(ours)
  return { last: path(2023), whole: path(2024), county: bureau, ours }
}

/** Takes a workbook through the wizard. */
export async function importBook(officer, year, file, as, label) {
  await officer.page.locator('.year select').selectOption({ label: `${year} 学年` })
  await officer.go('数据')
  await officer.click('导入数据文件')
  if (label === 'last') await officer.look('import')
  await officer.page.locator('input[type=file]').setInputFiles(file)
  await officer.click('上传并检查')
  await officer.page.getByText('采用这些数据').waitFor()
  await officer.look(`import-${label}-findings`)
  const words = { approved: '已审定', draft: '草稿' }
  await officer.page.getByRole('radio', { name: words[as] }).check()
  await officer.click('采用这些数据')
  await officer.page.getByText('已采用').waitFor()
  await officer.look(`import-${label}-accepted`)
  await officer.click('查看各校进度')
  await officer.look(`data-${label}`)
}
