// The walks through a rotation: the personnel officer's whole way, a school's part of it, and English.
export const rotationWalks = {
  rotation: {
    as: 'personnel',
    async steps({ open, look, page }) {
      await open('/teachers/rotations')
      await page.waitForSelector('table')
      await look('rotations')
      await open('/teachers/rotations/1')
      await page.waitForSelector('.tasks')
      await look('rotation-tasks')
      await open('/teachers/rotations/1/settings')
      await page.waitForSelector('.numbers')
      await look('rotation-settings')
      await page.fill('#share-eligible', '12')
      await page.keyboard.press('Tab')
      await page.locator('input[name=scope] >> nth=1').check()
      await page.click('text=按学区分组')
      await page.waitForSelector('.groups .chip')
      await look('rotation-settings-changed')
      await page.click('button:has-text("全部恢复参考值")')
      await open('/teachers/rotations/1/wishes')
      await page.waitForSelector('table')
      await look('rotation-wishes')
      await page.click('button.link:has-text("修改") >> nth=0')
      await page.waitForSelector('.el-dialog ol')
      await look('rotation-wish')
      await page.keyboard.press('Escape')
      await open('/teachers/rotations/1/runs')
      await page.waitForSelector('.ways strong')
      await look('rotation-runs')
      for (const tab of ['summary', 'moves', 'stayers', 'schools', 'method']) {
        await open(`/teachers/rotations/1/runs/1?tab=${tab}`)
        await page.waitForSelector('.tabs .current')
        if (tab === 'moves') {
          await page.click('.why >> nth=2')
          await page.waitForSelector('.panel .reasons')
        }
        if (tab === 'schools') {
          await page.click('tbody .link >> nth=0')
          await page.waitForSelector('.panel table')
        }
        await look(`rotation-run-${tab}`)
      }
      // A county that asks for less than the evaluation, and a share of nobody.
      await page.route('**/rotations/1/runs/1', async (route) => {
        const answer = await route.fetch()
        const body = await answer.json()
        const [one, two] = body.result.shares
        const moves = body.result.moves.slice(0, 9)
        const less = { count: 9, share: '7.6', at_least: '7', holds: true }
        const shares = [
          { ...one, ...less, zh: one.zh.replace('10%', '7%') },
          { ...two, count: 0, base: 0, share: null, holds: true },
        ]
        await route.fulfill({
          response: answer,
          json: { ...body, result: { ...body.result, moves, shares } },
        })
      })
      await open('/teachers/rotations/1/runs/1?tab=summary')
      await page.waitForSelector('text=本次设定的比例都达到，但低于评估要求')
      await page.waitForSelector('td .state-none >> text=不适用')
      await look('rotation-run-under')
      await page.unroute('**/rotations/1/runs/1')
      await open('/teachers/rotations/1/compare?a=1&b=2')
      await page.waitForSelector('table')
      await look('rotation-compare')
    },
  },
  rotationImpossible: {
    as: 'personnel',
    async steps({ open, look, page }) {
      await open('/teachers/rotations/2/settings')
      await page.fill('#share-eligible', '60')
      await page.keyboard.press('Tab')
      await page.click('.save button[type=submit]')
      await page.waitForSelector('text=设置已保存')
      await open('/teachers/rotations/2/runs')
      await page.click('.ways button >> nth=0')
      await page.waitForSelector('.job')
      await page.waitForTimeout(1200)
      await look('rotation-running')
      await page.waitForSelector('.job', { state: 'detached' })
      await page.click('tbody th a:has-text("第 1 次")')
      await page.waitForSelector('text=没有符合全部规则的方案')
      await look('rotation-impossible')
      await page.click('text=采纳到设置')
      await page.waitForSelector('text=已采纳到设置')
      await open('/teachers/rotations/2/settings')
      if ((await page.inputValue('#share-eligible')) === '60') throw new Error('the remedy was not taken')
      await look('rotation-remedied')
    },
  },
  rotationLife: {
    as: 'personnel',
    async steps({ open, look, page }) {
      const base = '/teachers/rotations/1'
      const as = async (login) => {
        await page.context().clearCookies()
        await open('/sign-in')
        await page.fill('#login', login)
        await page.fill('#password', 'junheng-demo')
        await page.click('button[type=submit]')
        await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
      }
      await open(`${base}/notice?run=1`)
      await page.fill('#notice-from', '2023-11-08')
      await page.fill('#notice-until', '2023-11-22')
      await look('rotation-publish')
      await page.click('.publish button[type=submit]')
      await page.waitForSelector('.paper')
      await look('rotation-notice')
      await page.emulateMedia({ media: 'print' })
      const printed = await page.pdf({
        path: new URL('../out/rotation-notice.pdf', import.meta.url).pathname,
        preferCSSPageSize: true,
      })
      const pages = printed.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length
      if (pages !== 2) throw new Error(`the notice of 28 people is printed on ${pages} pages, not on two`)
      await page.emulateMedia({ media: 'screen' })

      await as('principal')
      await open('/teachers/rotations')
      await page.waitForSelector('table')
      await look('rotation-school-list')
      await open(base)
      await page.waitForSelector('.answer')
      await look('rotation-school')
      await open(`${base}/objections`)
      await page.click('button:has-text("提出异议")')
      await page.waitForSelector('#o-teachers option', { state: 'attached' })
      await page.fill('#o-teacher', await page.locator('#o-teachers option >> nth=0').getAttribute('value'))
      await page.selectOption('#o-kind', 'hardship')
      await page.fill('#o-ground', '家中有重病老人需要照料，往返路程不便。')
      await look('rotation-raise')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.list li')
      await look('rotation-school-objection')

      await as('personnel')
      await open(base)
      await page.waitForSelector('.tasks')
      await look('rotation-tasks-objection')
      await open(`${base}/objections`)
      await page.click('button:has-text("答复")')
      await page.waitForSelector('.el-dialog input[name=upheld]')
      await page.locator('input[name=upheld] >> nth=0').check()
      await page.fill('#r-reply', '情况属实，本学年留任。')
      await look('rotation-reply')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('text=决定：')
      await page.waitForSelector('button:has-text("带着 1 条决定重新测算")')
      await look('rotation-replied')
      await page.click('button:has-text("带着 1 条决定重新测算")')
      await page.waitForSelector('.job')
      await page.waitForSelector('.job', { state: 'detached' })
      await open(`${base}/notice`)
      await page.click('button:has-text("重新公示")')
      await page.fill('#notice-from', '2023-11-06')
      await page.fill('#notice-until', '2023-11-14')
      await page.click('.publish button[type=submit]')
      await page.waitForSelector('.publish', { state: 'detached' })
      await open(`${base}/adopt`)
      await page.waitForSelector('#adopt-from')
      await look('rotation-adopt')
      await page.click('.form button[type=submit]')
      await page.waitForSelector('.orders')
      await look('rotation-orders')
      await page.click('.orders th .link >> nth=0')
      await page.waitForSelector('.panel dl')
      const reach = async (what) =>
        (
          await page.locator(what).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right))
        ).toSorted((a, b) => b - a)[0]
      for (const what of ['.orders td', '.page-head .el-button'])
        if ((await reach(what)) > 1366 - 440) throw new Error(`${what} is under the panel`)
      await look('rotation-orders-panel')
      await page.keyboard.press('Escape')
      await page.click('.acts .link:has-text("到岗") >> nth=0')
      await page.fill('#rec-day', '2024-09-01')
      await look('rotation-arrive')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.el-dialog', { state: 'detached' })
      await page.click('.acts .link:has-text("撤回登记")')
      await page.fill('#rec-reason', '人还没有来')
      await look('rotation-unarrive')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.acts .link:has-text("撤回登记")', { state: 'detached' })
      await page.waitForSelector('.el-dialog', { state: 'detached' })
      await page.click('.acts .link:has-text("到岗") >> nth=0')
      await page.fill('#rec-day', '2024-09-01')
      await page.click('.el-dialog button[type=submit]')
      await page.click('.acts .link:has-text("补助")')
      await page.fill('#rec-yuan', '400')
      await page.fill('#rec-basis', '乡村教师生活补助')
      await look('rotation-subsidy')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.el-dialog', { state: 'detached' })
      await page.click('.acts .link:has-text("考核")')
      await page.selectOption('#rec-result', { index: 1 })
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.el-dialog', { state: 'detached' })
      await page.click('button:has-text("困难补助")')
      await page.waitForSelector('.subsidies .answer')
      await look('rotation-subsidies')

      await as('principal')
      await open(`${base}/orders`)
      await page.waitForSelector('.orders')
      await look('rotation-school-orders')
    },
  },
  rotationPaste: {
    as: 'personnel',
    async steps({ open, look, page }) {
      await open('/teachers/rotations/2/wishes')
      await page.click('.actions button:has-text("粘贴")')
      const answer = await page.request.get(new URL('/api/years/2023/teachers?limit=200', page.url()).href)
      const [one, two, three, four] = (await answer.json()).items.filter((x) => x.school === '2134000001')
      const numbers = [one, two, three, four].map((x, i) => x?.number ?? `T00001${i}`)
      await page.fill(
        '.el-dialog textarea',
        `${numbers[0]},2134000003\n${numbers[1]}，蒲桠镇第一小学\n${numbers[2]} 蒲桠镇第一小学\n乱写\n${numbers[3]},没有的学校`,
      )
      await page.waitForSelector('.unread li >> nth=1')
      await page.waitForSelector('.el-dialog button:has-text("加入 3 人的志愿")')
      await look('rotation-paste')
      await page.click('.el-dialog button:has-text("人的志愿")')
      await page.waitForSelector('text=/已保存 \\d+ 人的志愿/')
      await page.waitForSelector(`text="${numbers[1]}"`)
      await look('rotation-pasted')
    },
  },
  rotationRefused: {
    as: 'personnel',
    async steps({ open, look, page, expect }) {
      expect(/422/)
      await open('/teachers/rotations/2/settings')
      await page.fill('#detour', '0')
      await page.keyboard.press('Tab')
      await page.click('.save button[type=submit]')
      // The bar is always in sight, and so is the field: both say what was refused.
      await page.waitForSelector('.save >> text=没有保存：绕行系数应在 1 与 10 之间')
      await page.waitForSelector('td.value:has(#detour) >> text=绕行系数应在 1 与 10 之间')
      await page.waitForFunction(() => {
        const { top, bottom } = document.querySelector('#detour').getBoundingClientRect()
        return top > 60 && bottom < innerHeight - 60
      })
      await look('rotation-settings-refused')
      await page.fill('#detour', '1.5')
      await page.keyboard.press('Tab')
      await page.waitForSelector('.save >> text=有修改，还没有保存。')
    },
  },
  rotationEnglish: {
    as: 'personnel',
    english: true,
    async steps({ open, look, page }) {
      for (const part of [
        '',
        'settings',
        'wishes',
        'runs',
        'runs/1',
        'notice',
        'objections',
        'adopt',
        'orders',
      ]) {
        await open(`/teachers/rotations/1/${part}`)
        await page.waitForSelector('.steps .here')
        await page.waitForTimeout(200)
        await look(`english-rotation-${part.replace('/', '-') || 'tasks'}`)
      }
    },
  },
}
