// The people of the county from one workbook: the template is downloaded, filled in a spreadsheet, taken
// in with a mistake first, then right; everybody uses their link.
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { openBook, textOf } from '../lib/books.mjs'
import { OTHERS, OURS } from './county.mjs'

const PEOPLE = [
  ['planner', '钱规划', '股室干部（规划财务）', ''],
  ['personnel', '孙人事', '股室干部（人事）', ''],
  ['leader', '李县长', '县领导', ''],
  ['inspector', '郑督学', '督学', ''],
  ['guest', '冯财政', '外单位（规划）', ''],
  ['principal', '吴校长', '校长', OURS],
  ['clerk', '林填报', '学校填报员', OURS],
  ['other', '何填报', '学校填报员', OTHERS],
]

export async function people(story) {
  const admin = story.person('admin')
  await admin.go('系统')
  await admin.look('schools')
  for (const school of [OURS, OTHERS]) {
    const row = admin.page.getByRole('row').filter({ hasText: school.code })
    school.name = (await row.locator('th, td').first().innerText()).trim()
  }
  await admin.click('账号', 'link')
  const template = await admin.download(admin.page.getByRole('link', { name: '下载账号模板' }))

  const wrong = await fill(story, template, '账号（有错）.xlsx', (school) =>
    school === OTHERS ? '没有的学校' : school.code,
  )
  await admin.page.locator('input[type=file]').setInputFiles(wrong)
  await admin.page.getByText('没有的学校').waitFor()
  await admin.look('users-import-refused')
  const right = await fill(story, template, '账号.xlsx', (school) => school.name)
  await admin.page.locator('input[type=file]').setInputFiles(right)
  const made = admin.page.getByRole('dialog', { name: '一次性链接' })
  await made.waitFor()
  await admin.look('users-links')
  const list = await admin.download(made.getByRole('button', { name: '下载清单' }))
  await made.getByRole('button', { name: '关闭' }).last().click()
  await admin.look('users')

  const lines = (await readFile(list, 'utf8'))
    .replace(/^\uFEFF/, '')
    .trim()
    .split('\r\n')
    .slice(1)
  if (lines.length !== PEOPLE.length) throw new Error(`${lines.length} links for ${PEOPLE.length} people`)
  for (const line of lines) {
    const [login, name, link] = line.split(',')
    const person = story.person(login, name)
    await person.useLink(link)
    await person.click('设置密码')
    await person.page.getByText('密码已设置').waitFor()
    await person.signIn()
    await person.look(`home-${login}`)
  }
}

/** Fills the template as a person would, below its headings. */
async function fill(story, template, name, place) {
  const book = await openBook(template)
  const sheet = book.getWorksheet('账号')
  const headings = new Map()
  sheet.getRow(1).eachCell((cell, column) => headings.set(textOf(cell), column))
  PEOPLE.forEach(([login, person, role, school], i) => {
    const row = sheet.getRow(i + 2)
    row.getCell(headings.get('登录名')).value = login
    row.getCell(headings.get('姓名')).value = person
    row.getCell(headings.get('角色')).value = role
    if (school) row.getCell(headings.get('学区或学校')).value = place(school)
  })
  const path = join(story.folder, name)
  await book.xlsx.writeFile(path)
  return path
}
