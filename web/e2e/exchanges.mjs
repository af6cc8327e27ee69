// Walks through exchanges, pairings, terms and training.
const sure = (holds, what) => {
  if (!holds) throw new Error(what)
}

/** What a locator finds stands beside the open panel, not under it. */
async function beside(page, selector) {
  const panel = await page.locator('.panel').boundingBox()
  const box = await page.locator(selector).first().boundingBox()
  sure(box.x + box.width <= panel.x, `${selector} stands under the panel`)
}

export const exchangeWalks = {
  exchanges: {
    as: 'personnel',
    async steps({ open, look, page }) {
      await open('/teachers/exchanges')
      await page.waitForSelector('.parts .here')
      await page.waitForSelector('tbody tr')
      await look('exchanges')
      await page.click('tbody tr:nth-child(2) .link >> nth=0')
      await page.waitForSelector('.panel dl')
      await page.fill('#e-day', '2023-10-10')
      await page.fill('#e-hours', '5.5')
      await page.fill('#e-what', '任课、听评课')
      await page.click('.panel .enter button')
      await page.waitForSelector('.panel td:has-text("2023-10-10")')
      await look('exchange-hours')
      await page.click('.panel .acts button:has-text("结束")')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.panel .acts button:has-text("考核")')
      await page.click('.panel .acts button:has-text("考核")')
      await page.selectOption('#step-grade', '优秀')
      await look('exchange-assess')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.panel dd:has-text("优秀")')
      await page.keyboard.press('Escape')
      await page.click('button:has-text("登记交流")')
      await page.waitForSelector('#x-giver')
      await look('exchange-new')
      await page.click('.el-dialog label:has-text("名师带徒")')
      await look('exchange-new-mentor')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.el-dialog em:has-text("请选择师傅")')
      await page.waitForSelector('.el-dialog em:has-text("请选择徒弟")')
      await look('exchange-new-unchosen')
      // Another way has other parties: what was said of these is gone.
      await page.click('.el-dialog label:has-text("对口帮扶")')
      await page.waitForSelector('.el-dialog em', { state: 'detached' })
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.el-dialog em:has-text("请选择受援学校")')
      await page.click('.el-dialog button:has-text("取消")')
      await page.setInputFiles('input[type=file]', {
        name: '交流.xlsx',
        mimeType: '',
        buffer: Buffer.from('x'),
      })
      await page.waitForSelector('.note table')
      await look('exchange-import')
      await open('/teachers/exchanges/summary')
      await page.waitForSelector('.figures')
      await look('exchange-summary')
      await page.click('button:has-text("设定目标")')
      await page.fill('#target-pairs', '4')
      await look('exchange-targets')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.figures .state-fail')
      await open('/teachers/exchanges/pairings')
      await page.click('button:has-text("生成建议")')
      await page.waitForSelector('table.plain tbody tr')
      await look('pairings-schools')
      await page.click('label:has-text("师徒结对")')
      await page.click('button:has-text("生成建议")')
      await page.waitForSelector('th:has-text("师傅")')
      await page.click('thead input[type=checkbox]')
      await look('pairings-mentors')
      await page.click('.accept button')
      await page.waitForURL(/exchanges$/)
      await page.waitForSelector('tbody tr:nth-child(5)')
      await look('pairings-accepted')
      await open('/teachers/exchanges/rules')
      await page.waitForSelector('.rules')
      await look('exchange-rules')
    },
  },
  exchangesOfASchool: {
    as: 'clerk',
    async steps({ open, look, page }) {
      await open('/teachers/exchanges')
      await page.waitForSelector('tbody tr')
      sure((await page.locator('button:has-text("登记交流")').count()) === 0, 'a school records none')
      await look('exchanges-school')
      await page.click('tbody tr .link >> nth=0')
      await page.waitForSelector('.panel dl')
      await look('exchange-school')
      await open('/teachers/training')
      await page.waitForSelector('tbody tr')
      await page.click('button:has-text("申报项目")')
      await page.waitForSelector('#t-title')
      await look('training-school')
    },
  },
  principals: {
    as: 'personnel',
    async steps({ open, look, page }) {
      await open('/teachers/principals')
      await page.waitForSelector('.answer')
      // Printed on paper: the table, no buttons.
      await page.emulateMedia({ media: 'print' })
      sure(!(await page.locator('.actions').first().isVisible()), 'buttons are not printed')
      await page.emulateMedia({ media: 'screen' })
      await page.evaluate(() => (window.print = () => (window.printed = (window.printed ?? 0) + 1)))
      await page.click('button:has-text("打印")')
      await page.waitForFunction(() => window.printed === 1)
      await look('principals')
      await page.click('button:has-text("提出建议")')
      await page.waitForSelector('table.plain tbody tr')
      await page.locator('table.plain').scrollIntoViewIfNeeded()
      await look('principals-moves')
    },
  },
  training: {
    as: 'personnel',
    async steps({ open, look, page }) {
      await open('/teachers/training')
      await page.waitForSelector('tbody tr')
      await look('training')
      await page.click('tbody tr .link >> nth=0')
      await page.waitForSelector('.panel dl')
      await look('training-project')
      await page.click('.panel .acts button:has-text("验收通过")')
      await page.fill('#step-reward', '2.5')
      await look('training-accept')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.panel .state-pass')
      await page.keyboard.press('Escape')
      await page.click('button:has-text("申报项目")')
      await page.waitForSelector('#t-title')
      await look('training-new')
      await open('/teachers/training/hours')
      await page.waitForSelector('.answer')
      // It opens on the cycle that the evaluation of this year counts, and what is exported is of that one.
      const chosen = page.locator('#h-cycle option:checked')
      sure((await chosen.textContent()).includes('本学年评估口径'), 'the cycle of this year’s evaluation')
      const file = page.locator('a:has-text("导出 Excel")')
      sure((await file.getAttribute('href')).endsWith('?from=2018'), 'the cycle shown is exported')
      await look('training-hours')
      await page.selectOption('#h-cycle', { index: 1 })
      await page.waitForSelector('a[href$="?from=2019"]')
      await open('/teachers/training/funds')
      await page.waitForSelector('.levels')
      await look('training-funds')
    },
  },
  panels: {
    as: 'personnel',
    async steps({ open, look, page }) {
      await open('/teachers/exchanges')
      await page.click('tbody tr .link >> nth=0')
      await page.waitForSelector('.panel dl')
      await beside(page, 'button:has-text("登记交流")')
      await beside(page, '.frame')
      await page.waitForSelector('tr.chosen')
      await look('exchanges-beside')
      await open('/teachers/training')
      await page.click('tbody tr .link >> nth=0')
      await page.waitForSelector('.panel dl')
      await beside(page, 'button:has-text("申报项目")')
      await beside(page, '.frame')
      await look('training-beside')
      await open('/teachers/training/hours')
      await page.waitForSelector('tbody tr')
      const drawn = await page.locator('tbody tr').count()
      sure(drawn < 100, `${drawn} of the long list are drawn`)
    },
  },
  enteredOnce: {
    as: 'personnel',
    async steps({ open, page }) {
      let sent = 0
      await page.route('**/entries', async (route) => {
        sent += 1
        await new Promise((resolve) => setTimeout(resolve, 300))
        await route.continue()
      })
      await open('/teachers/exchanges')
      await page.click('tbody tr .link >> nth=0')
      await page.waitForSelector('.panel dl')
      await page.fill('#e-day', '2023-10-11')
      await page.fill('#e-hours', '2')
      await page.dblclick('.panel .enter button')
      await page.waitForSelector('.panel td:has-text("2023-10-11")')
      sure(sent === 1, `hours were entered ${sent} times by a double click`)
    },
  },
  trainingHours: {
    as: 'personnel',
    async steps({ open, look, page }) {
      await open('/teachers/training')
      await page.click('tbody tr .link >> nth=0')
      const accept = page.locator('.panel .acts button:has-text("验收通过")')
      await page.waitForSelector('.panel dl')
      if ((await accept.count()) === 0) {
        await page.click('.panel .acts button:has-text("退回上一步")')
        await page.fill('#step-reason', '学时要改')
        await page.click('.el-dialog button[type=submit]')
        await accept.waitFor()
      }
      // By the keyboard alone: into the field, out of it without a change, in again, and kept.
      const hours = page.locator('.panel tbody td.num .link').first()
      await hours.focus()
      await page.keyboard.press('Enter')
      await page.waitForSelector('#p-changed:focus')
      await look('training-hours-of-one')
      await page.keyboard.press('Escape')
      await page.waitForSelector('#p-changed', { state: 'detached' })
      sure((await page.locator('.panel').count()) === 1, 'the panel stays open')
      await page.waitForSelector('.panel tbody td.num .link:focus')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#p-changed:focus')
      await page.keyboard.press('Control+A')
      await page.keyboard.type('36')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.panel tbody td.num .link:focus:has-text("36")')
      await accept.click()
      await page.fill('#step-reward', '2.5')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.panel li:has-text("2.50 万元")')
      await look('training-accepted')
    },
  },
  nothingFits: {
    as: 'personnel',
    async steps({ open, look, page }) {
      await open('/teachers/training')
      await page.selectOption('.toolbar select >> nth=1', 'refused')
      await page.waitForSelector('text=没有符合条件的项目')
      await look('training-nothing')
      await open('/teachers/training/funds')
      await page.selectOption('.toolbar select', 'unknown')
      await page.waitForSelector('text=没有符合条件的学校')
      await open('/teachers/training/hours')
      // A school whose teachers have hours enough: of the cycle looked at, its list is empty.
      await page.route('**/training/shortfalls*', async (route) => {
        const answer = await route.fetch()
        const body = await answer.json()
        const [first] = body.items
        const items = route.request().url().includes('from=')
          ? body.items.filter((row) => row.school !== first.school)
          : body.items
        await route.fulfill({ response: answer, json: { ...body, items } })
      })
      await page.reload()
      await page.waitForSelector('tbody tr')
      const school = await page.locator('tbody tr td:nth-child(3)').first().textContent()
      await page.selectOption('.toolbar select >> nth=1', { label: school.trim() })
      await page.selectOption('#h-cycle', { index: 1 })
      await page.waitForSelector('text=这所学校没有学时不足')
      const chosen = await page.locator('.toolbar select >> nth=1').inputValue()
      sure(chosen !== '', 'the chosen school stays chosen')
      await look('training-hours-enough')
    },
  },
  anotherYear: {
    as: 'personnel',
    async steps({ open, look, page }) {
      const turn = (year) => page.selectOption('header select', String(year))
      await open('/teachers/exchanges/pairings')
      await page.click('button:has-text("生成建议")')
      await page.waitForSelector('.accept')
      await turn(2022)
      await page.waitForSelector('.accept', { state: 'detached' })
      await look('pairings-another-year')
      await turn(2023)
      await open('/teachers/exchanges')
      await page.click('tbody tr .link >> nth=0')
      await page.waitForSelector('.panel dl')
      await turn(2022)
      await page.waitForSelector('.panel', { state: 'detached' })
      await turn(2023)
      await open('/teachers/training/hours')
      await page.waitForSelector('#h-cycle')
      const first = await page.inputValue('#h-cycle')
      await page.selectOption('#h-cycle', { index: 1 })
      await page.waitForFunction((was) => document.querySelector('#h-cycle').value !== was, first)
      await turn(2022)
      await page.waitForFunction(
        (was) => Number(document.querySelector('#h-cycle').value) === Number(was) - 1,
        first,
      )
      await turn(2023)
    },
  },
  exchangeEnglish: {
    as: 'personnel',
    english: true,
    async steps({ open, look, page }) {
      for (const path of [
        'exchanges',
        'exchanges/summary',
        'exchanges/pairings',
        'exchanges/rules',
        'principals',
        'training',
        'training/hours',
        'training/funds',
      ]) {
        await open(`/teachers/${path}`)
        await page.waitForTimeout(200)
        await look(`english-${path.replace('/', '-')}`)
      }
    },
  },
}
