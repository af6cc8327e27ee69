// Walks through the pages of the roster and of posts. The mock server keeps no roster until a file has
// been accepted, so the first walk begins one.

const sure = (holds, what) => {
  if (!holds) throw new Error(what)
}
/** Everything that the browser keeps of a page, and where it is. */
const traces = (page) =>
  page.evaluate(() =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      location.href,
      document.title,
      history.state,
    ]),
  )
async function upload(page, name) {
  await page.setInputFiles('input[type=file]', { name, mimeType: '', buffer: Buffer.from('x') })
  await page.click('text=上传并检查')
  await page.waitForSelector('.recognised')
}
/** A roster, where the walk before has not begun one. */
async function keep({ open, page }) {
  await open('/teachers')
  if ((await page.locator('.begin').count()) === 0) return
  await open('/teachers/import')
  await upload(page, '教师名册.xlsx')
  await page.click('text=采用，写入名册')
  await page.waitForSelector('text=已写入名册')
}
/** A request as the page itself would send it. */
const send = (page, method, path, body) =>
  page.evaluate(
    async ([how, where, what]) => {
      const { csrf } = await (await fetch('/api/session')).json()
      const headers = { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' }
      const init = how === 'GET' ? {} : { method: how, headers, body: JSON.stringify(what) }
      return (await fetch(`/api${where}`, init)).json()
    },
    [method, path, body],
  )

export const teacherWalks = {
  teachers: {
    as: 'personnel',
    async steps({ open, look, page, expect }) {
      await open('/teachers?year=2022')
      await page.waitForSelector('text=本学年已锁定')
      sure((await page.locator('text=导入名册').count()) === 0, 'a locked year takes a roster')
      await open('/teachers?year=2023')
      await page.waitForSelector('.begin')
      await look('teachers-begin')
      await page.click('text=导入名册')
      await page.waitForSelector('.drop')
      await look('teachers-import')
      expect(/422/)
      await page.setInputFiles('input[type=file]', {
        name: '不认识.xlsx',
        mimeType: '',
        buffer: Buffer.from('x'),
      })
      await page.click('text=上传并检查')
      await page.waitForSelector('text=请改用名册模板')
      await upload(page, '没有教师.xlsx')
      await page.waitForSelector('text=没有可以读入的行')
      sure((await page.locator('text=采用，写入名册').count()) === 0, 'a refused file can be accepted')
      await look('teachers-import-refused')
      await page.click('text=取消这次导入')
      await upload(page, '全国教师信息导出.xlsx')
      await page.waitForSelector('text=全国教师管理信息系统导出表')
      await look('teachers-import-check')
      await page.click('text=采用，写入名册')
      await page.waitForSelector('text=已写入名册')
      await look('teachers-import-done')
      // Somebody changes the roster between the look and the acceptance.
      expect(/409/)
      await page.click('text=再导入一份')
      await upload(page, '教师名册.xlsx')
      await send(page, 'PUT', '/years/2023/roster', { day: '2023-09-01', version: 1 })
      await page.click('text=采用，写入名册')
      await page.waitForSelector('text=已按现在的名册重新比较')
      await look('teachers-import-stale')
      await page.click('text=采用，写入名册')
      await page.waitForSelector('text=已写入名册')
      await page.click('text=查看名册')
      await page.waitForSelector('tbody tr')
      await look('teachers')
      // From page to page at the server, and by the keyboard from teacher to teacher.
      await page.click('text=下一页')
      await page.waitForSelector('text=第 201–')
      await page.click('text=上一页')
      await page.waitForSelector('text=第 1–200')
      // Printed is the whole list, not the page of it that is seen.
      await page.evaluate(() => {
        window.print = () => (window.rowsPrinted = document.querySelectorAll('tbody tr').length)
      })
      await page.click('.actions button:has-text("打印")')
      await page.waitForFunction(() => window.rowsPrinted === 387)
      await page.focus('tbody tr button >> nth=0')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.panel .why')
      await look('teacher')
      await page.keyboard.press('Escape')
      await page.waitForSelector('.panel', { state: 'detached' })
      await page.selectOption('.toolbar select >> nth=3', 'support')
      await page.waitForFunction(() => !document.querySelector('tbody')?.textContent?.includes('专任教师'))
      await page.click('text=清除筛选')
      await page.selectOption('select[aria-label="排序"]', '-years')
      await page.selectOption('select[aria-label="交流条件"]', 'yes')
      await page.waitForFunction(() => {
        const years = [...document.querySelectorAll('tbody td.num')].map((cell) => Number(cell.textContent))
        return years.length > 5 && years.every((n, i) => i === 0 || n <= years[i - 1])
      })
      const href = await page.locator('a:has-text("导出 Excel")').getAttribute('href')
      sure(href.includes('eligible=yes') && href.includes('sort=-years'), `the workbook is of all: ${href}`)
      await look('teachers-sorted')
      await page.click('text=清除筛选')
      await page.fill('.toolbar input >> nth=0', '11010519491231002X')
      await page.waitForSelector('text=按姓名或证件号码查找')
      await page.waitForTimeout(500)
      sure(!page.url().includes('1101'), 'an identity number stands in the address')
      await page.click('text=按姓名或证件号码查找')
      await page.waitForSelector('text=没有符合条件的教师')
      await page.fill('.toolbar input >> nth=0', '磊')
      const button = page.locator('button:has-text("按姓名或证件号码查找")')
      sure(await button.isDisabled(), 'one sign of a name is searched for')
      await page.fill('.toolbar input >> nth=0', '磊军')
      await page.keyboard.press('Enter')
      await page.waitForSelector('text=已记入审计')
      const named = await page.locator('tbody tr').count()
      sure(named > 0 && named < 40, `${named} people are called 磊军`)
      await look('teachers-by-name')
      const kept = await traces(page)
      sure(!kept.includes('磊军') && !kept.includes(encodeURIComponent('磊军')), 'a name is kept')
      await page.click('text=返回名单')
      await page.waitForSelector('text=共 387 人')
    },
  },
  revealed: {
    as: 'personnel',
    async steps(tools) {
      const { open, look, page } = tools
      await keep(tools)
      const said = []
      page.on('console', (message) => said.push(message.text()))
      page.on('request', (request) => said.push(request.url()))
      await open('/teachers?teacher=J01X002')
      await page.waitForSelector('.panel .why')
      await page.click('text=查看完整信息')
      await page.fill('#reveal-reason', '核对调令')
      await look('teacher-reveal')
      await page.click('.reveal button[type=submit]')
      await page.waitForSelector('.reveal dl')
      await look('teacher-revealed')
      const shown = await page.locator('.reveal dd').allTextContents()
      sure(shown.length >= 3 && /^\d{17}[\dX]$/.test(shown[1]), 'the look shows no identity number')
      const gone = async (where) => {
        const kept = (await traces(page)) + said.join('\n')
        for (const text of shown.slice(0, 3))
          sure(!kept.includes(text), `${where} keeps ${text.length} signs`)
      }
      await gone('while it is shown, the browser')
      await page.keyboard.press('Escape')
      await page.waitForSelector('.panel', { state: 'detached' })
      await gone('after it was closed, the browser')
      const text = await page.evaluate(() => document.documentElement.outerHTML)
      sure(!text.includes(shown[0]) && !text.includes(shown[1]), 'the page still holds what was closed')
      await page.click('tbody tr button >> nth=1')
      await page.waitForSelector('.panel .why')
      sure((await page.locator('.reveal dl').count()) === 0, 'it is shown again without being asked for')
      await page.click('text=导出完整信息')
      await page.waitForSelector('#plain-reason')
      await look('teachers-plain')
    },
  },
  teacherEdit: {
    as: 'personnel',
    async steps(tools) {
      const { open, look, page, expect } = tools
      expect(/409/)
      expect(/422/)
      await keep(tools)
      await open('/teachers/edit/J01X004')
      await page.waitForSelector('#f-degree')
      await look('teacher-edit')
      await page.selectOption('#f-degree', '本科')
      await page.click('text=增加一条培训')
      await page.locator('.entry input.year >> nth=-1').fill('2022')
      await page.locator('.entry input.text >> nth=-1').fill('省培')
      await page.locator('.entry input.number >> nth=-1').fill('24')
      // Nothing of a form goes into the browser's storage; what is not saved is asked about.
      await page.fill('#f-name', '虚构名')
      sure(!(await traces(page)).includes('虚构名'), 'the browser keeps what is typed')
      page.once('dialog', (dialog) => dialog.dismiss())
      await page.click('.do button:has-text("取消")')
      sure(page.url().includes('/edit/'), 'left without saving')
      // Somebody else was quicker.
      const other = await send(page, 'GET', '/years/2023/teachers/J01X004')
      await send(page, 'PUT', '/years/2023/teachers/J01X004', {
        fields: { rank: '一级教师' },
        version: other.version,
      })
      await page.click('button:has-text("保存")')
      await page.waitForSelector('text=“职称”已被别人修改')
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
      await page.screenshot({ path: new URL('../out/teacher-conflict.png', import.meta.url).pathname })
      await page.click('button:has-text("保存")')
      await page.waitForSelector('.panel .why')
      await page.waitForSelector('text=399 学时')
      await look('teacher-edited')
      await page.click('text=移出名册')
      await page.fill('#remove-reason', '已经退休')
      await look('teacher-remove')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.panel', { state: 'detached' })
      await page.waitForFunction(() => !document.body.textContent?.includes('J01X004'))
      await open('/teachers/new')
      await page.fill('#f-name', '虚构人')
      await page.selectOption('#f-school', { index: 2 })
      await page.selectOption('#f-stage', '小学')
      await look('teacher-new')
      await page.click('button:has-text("保存")')
      await page.waitForSelector('.panel .why')
    },
  },
  counts: {
    as: 'personnel',
    async steps(tools) {
      const { open, look, page } = tools
      await keep(tools)
      for (const group of ['degree', 'backbone', 'art', 'training', 'exchange']) {
        await open(`/teachers/counts?group=${group}`)
        await page.waitForSelector('td .cell')
        await look(`counts-${group}`)
      }
      await page.click('text=写入填报数据')
      await page.waitForSelector('.lists table')
      await look('counts-apply')
      await page.click('.el-dialog .el-button--primary')
      await page.waitForSelector('text=已写入')
      await page.click('.el-dialog button:has-text("关闭")')
      await open('/teachers/counts?group=backbone')
      await page.click('tr:has-text("蒲桠镇中心小学") .cell >> nth=2')
      await page.waitForURL(/item=teachers_backbone/)
      await page.waitForSelector('tbody tr')
      await look('counts-behind')
      await open('/teachers/findings')
      await page.waitForSelector('tbody tr')
      await look('teachers-findings')
      await open('/evaluation?explain=L2/2134000002/primary')
      await page.click('text=查看名册中计入的教师')
      await page.waitForURL(/item=L2/)
    },
  },
  posts: {
    as: 'personnel',
    async steps(tools) {
      const { open, look, page } = tools
      await keep(tools)
      await open('/teachers/posts')
      await page.waitForSelector('tbody tr')
      await look('posts')
      await page.click('tbody tr button >> nth=0')
      await page.waitForSelector('.panel table')
      await look('posts-reasons')
      await open('/teachers/posts?view=subjects')
      await page.waitForSelector('tbody tr')
      await look('posts-subjects')
      await page.click('tbody tr button >> nth=2')
      await page.waitForSelector('.panel table')
      await look('posts-subject')
      await open('/teachers/posts?view=years')
      await page.waitForSelector('tbody tr')
      await look('posts-years')
    },
  },
  ownTeachers: {
    as: 'clerk',
    async steps({ open, look, page }) {
      await open('/teachers')
      await page.waitForSelector('tbody tr, .begin')
      await look('own-teachers')
      sure((await page.locator('text=查看完整信息').count()) === 0, 'a clerk can look')
      await open('/teachers/posts')
      await page.waitForSelector('tbody tr')
      await look('own-posts')
    },
  },
  englishTeachers: {
    as: 'personnel',
    english: true,
    async steps({ open, look, page }) {
      for (const path of ['', '/counts', '/findings', '/posts', '/posts?view=years', '/new', '/import']) {
        await open(`/teachers${path}`)
        await page.waitForSelector('h1')
        await look(`english-teachers${path.replace(/\W+/g, '-')}`)
      }
    },
  },
}
