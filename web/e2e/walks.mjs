// The walks of the smoke test: who goes where and what is looked at.
import { exchangeWalks } from './exchanges.mjs'
import { rotationWalks } from './rotation.mjs'
import { teacherWalks } from './teachers.mjs'

export const walks = {
  session: {
    async steps({ open, look, page, expect }) {
      expect(/401/)
      await open('/sign-in')
      await look('sign-in')
      await open('/setup#token=first')
      await page.waitForSelector('#setup-login')
      await look('setup')
      await open('/link#token=x')
      await page.waitForSelector('#link-password')
      await look('link')
    },
  },
  overview: {
    as: 'officer',
    async steps({ look, page }) {
      await page.waitForSelector('.answer')
      await look('overview')
    },
  },
  evaluation: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/evaluation')
      await page.waitForSelector('td.value')
      await look('evaluation')
      await page.click('td.fail .cell')
      await page.waitForSelector('.panel .inputs')
      await look('explanation')
    },
  },
  whatIf: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/evaluation')
      await page.waitForSelector('td.value')
      await page.click('td.fail .cell')
      await page.waitForSelector('.panel .inputs')
      await page.click('.panel .try .link')
      await page.fill('.panel .try-input', '2500')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.strip .verdicts')
      await look('what-if')
      await page.keyboard.press('Escape')
      await page.selectOption('.strip select >> nth=0', { index: 2 })
      await page.waitForFunction(() => document.querySelectorAll('.strip select')[1].options.length > 3)
      await page.selectOption('.strip select >> nth=1', { index: 3 })
      await page.fill('.strip .add .value', '9999')
      await page.click('.strip .add button >> nth=0')
      await page.waitForTimeout(200)
      await look('what-if-more')
    },
  },
  scenarios: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/evaluation')
      await page.waitForSelector('td.value')
      await page.click('td.fail .cell')
      await page.waitForSelector('.panel .inputs')
      await page.click('.panel .try .link')
      await page.fill('.panel .try-input', '2500')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.strip .keep input')
      await page.fill('.strip .keep input', '扩建教学用房')
      await page.click('.strip .keep button >> nth=0')
      await page.waitForSelector('.strip li .link')
      await page.keyboard.press('Escape')
      await look('scenarios')
    },
  },
  attest: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/evaluation/county')
      await page.waitForSelector('.group button.el-button')
      await page.click('.group button.el-button >> nth=0')
      await page.waitForSelector('.el-dialog .files')
      await look('attest')
    },
  },
  forms: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/evaluation/forms?sheet=表Ⅲ')
      await page.waitForSelector('.sheet table')
      await look('forms')
    },
  },
  coefficients: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/evaluation/coefficients?stage=primary&indicator=L2')
      await page.waitForSelector('canvas')
      await look('coefficients')
      await open('/evaluation/county?indicator=G5')
      await page.waitForSelector('.group')
      await look('county')
      await page.click('text=登记佐证 >> nth=0')
      await page.waitForSelector('#evidence')
      await look('attestation')
      await open('/evaluation/missing')
      await look('missing')
    },
  },
  data: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/data')
      await page.waitForSelector('.chip')
      await look('data')
      await open('/data/2134000004')
      await page.waitForSelector('.fields input')
      await look('form-review')
      await page.click('text=退回修改')
      await page.fill('.reason >> nth=1', '与上年差得太多，请核对。')
      await look('form-return')
      await page.click('text=历史版本')
      await page.waitForSelector('.panel table')
      await look('history')
      await open('/data/county')
      await page.waitForSelector('.fields input')
      await look('county-data')
      await open('/data/import')
      await look('import')
      await page.setInputFiles('input[type=file]', {
        name: '补充数据.xlsx',
        mimeType: '',
        buffer: Buffer.from('x'),
      })
      await page.click('text=上传并检查')
      await page.waitForSelector('text=个词不认识')
      await look('import-words')
      await page.click('button.chip:has-text("学校标识码")')
      await page.click('text=并重新读取')
      await page.waitForSelector('text=采用这些数据')
      await look('import-findings')
      await page.click('.fix .link >> nth=0')
      await page.fill('#fix-value', '3000')
      await page.keyboard.press('Enter')
      await page.waitForSelector('text=就地更正了 1 个单元格')
      await look('import-fixed')
      await page.click('text=采用这些数据')
      await page.waitForSelector('text=原始文件已保存')
      await look('import-accepted')
      await page.click('text=再导入一批')
      await page.waitForSelector('text=近期的导入')
      await page.click('summary:has-text("记住的对应关系")')
      await look('import-again')
    },
  },
  remind: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/data')
      await page.click('text=催报未提交的')
      await page.fill('#r-message', '请于周五前提交')
      await look('remind')
      await page.click('text=发出催报')
      await page.waitForSelector('.el-message')
      await page.waitForTimeout(400)
      await look('reminded')
      await page.click('.tabs a >> nth=1')
      await page.waitForSelector('text=还没有说明')
      await look('outliers')
    },
  },
  roster: {
    as: 'clerk',
    async steps({ open, look, page }) {
      await open('/data/2134000012')
      await page.click('.groups button:has-text("班级名册")')
      await page.locator('.tools input >> nth=0').focus()
      await page.evaluate(() => {
        const data = new DataTransfer()
        data.setData('text/plain', '五年级(7)班\t43\n五年级(8)班\t44\n')
        document.activeElement?.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
        )
      })
      await page.waitForSelector('text=五年级(8)班')
      await page.locator('tr:has-text("五年级(8)班") button').click()
      await look('roster')
      await page.click('text=确定删除')
      await page.waitForSelector('text=已删除')
      await page.waitForTimeout(300)
      if ((await page.locator('tr:has-text("五年级(8)班")').count()) > 0) throw new Error('still there')
    },
  },
  fill: {
    as: 'clerk',
    async steps({ open, look, page }) {
      await open('/data/2134000012')
      await page.waitForSelector('.fields input')
      await page.click('.groups button >> nth=2')
      const first = page.locator('.fields .value input >> nth=0')
      await first.fill('3000.5')
      await first.blur()
      // What is being typed stays while the field before it is saved.
      await page.locator('.fields .value input >> nth=1').fill('')
      await page.locator('.fields .value input >> nth=1').pressSequentially('123456', { delay: 250 })
      if ((await page.locator('.fields .value input >> nth=1').inputValue()) !== '123456')
        throw new Error('a save has overwritten what was being typed')
      await page.waitForSelector('.save.saved')
      await page.locator('.fields .value input >> nth=1').fill('abc')
      await page.locator('.fields .value input >> nth=1').blur()
      await look('form')
    },
  },
  plans: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/plans')
      await page.waitForSelector('table')
      await look('plans')
      for (const tab of ['result', 'gantt', 'years', 'map', 'settings', 'frontier']) {
        await open(`/plans/1?tab=${tab}`)
        await page.waitForSelector('.facts')
        if (tab === 'frontier') {
          await page.click('text=计算时间与投入')
          await page.waitForSelector('canvas')
        }
        await page.waitForTimeout(100)
        await look(`plan-${tab}`)
      }
      await page.click('text=重新计算')
      await page.waitForSelector('.job')
      await page.waitForTimeout(1200)
      await look('plan-running')
      await page.waitForSelector('.job', { state: 'detached' })
      await open('/plans/compare?a=1&b=2')
      await page.waitForSelector('table')
      await look('plan-compare')
      await open('/plans/costs')
      await page.waitForSelector('table')
      await look('costs')
    },
  },
  map: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/map')
      await page.waitForSelector('.sign')
      // From school to school by the keyboard.
      await page.focus('.sign[tabindex="0"]')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.sign.selected')
      await look('map')
      await page.selectOption('.toolbar select >> nth=0', 'L4')
      await look('map-indicator')
    },
  },
  system: {
    as: 'officer',
    async steps({ open, look, page }) {
      await open('/system/schools')
      await page.waitForSelector('tbody tr')
      await look('system-schools')
      await open('/system/years')
      await page.waitForSelector('tbody tr')
      await look('system-years')
      await open('/system/standards')
      await page.click('text=运行算例')
      await page.waitForSelector('text=全部符合')
      await look('system-standards')
    },
  },
  administration: {
    as: 'admin',
    async steps({ open, look, page }) {
      await open('/system/users')
      await page.waitForSelector('tbody tr')
      await look('system-users')
      await page.click('text=新建账号')
      await page.waitForSelector('#u-role')
      await page.fill('#u-login', 'clerk2')
      await page.fill('#u-name', '林月')
      await page.selectOption('#u-role', { label: '学校填报员' })
      await page.selectOption('#u-scope', { index: 1 })
      await look('system-user-new')
      await page.click('.form button[type=submit]')
      await page.waitForSelector('.made')
      await look('system-user-link')
      await open('/system/backups')
      await page.waitForSelector('tbody tr')
      await look('system-backups')
      await open('/system/health')
      await page.waitForSelector('tbody tr')
      await look('system-health')
    },
  },
  audit: {
    as: 'auditor',
    async steps({ open, look, page }) {
      await open('/system/audit')
      await page.waitForSelector('tbody tr')
      await page.click('text=校验审计链')
      await page.waitForSelector('[role=status] .state')
      await look('system-audit')
    },
  },
  school: {
    as: 'clerk',
    async steps({ open, look, page }) {
      await open('/school')
      await page.waitForSelector('.stages table')
      await look('school')
    },
  },
  expired: {
    as: 'clerk',
    async steps({ open, look, page, expect }) {
      expect(/401/)
      await open('/data/2134000012')
      await page.waitForSelector('.fields input')
      await page.context().clearCookies()
      const first = page.locator('.fields .value input >> nth=0')
      await first.fill('12345')
      await first.blur()
      await page.waitForSelector('.el-dialog #password')
      await look('expired')
      await page.fill('.el-dialog #password', 'junheng-demo')
      await page.click('.el-dialog button[type=submit]')
      await page.waitForSelector('.save.saved')
      if ((await first.inputValue()) !== '12345') throw new Error('what was typed is lost')
      await page.reload()
      await page.waitForSelector('.fields input')
      if ((await page.locator('.fields .value input >> nth=0').inputValue()) !== '12345')
        throw new Error('what was typed was not saved')
    },
  },
  offline: {
    as: 'clerk',
    async steps({ open, look, page, expect }) {
      expect(/ERR_INTERNET_DISCONNECTED/)
      await open('/data/2134000012')
      await page.waitForSelector('.fields input')
      await page.context().setOffline(true)
      const second = page.locator('.fields .value input >> nth=1')
      await second.fill('777')
      await second.blur()
      await page.waitForSelector('.save.offline')
      await look('offline')
      await page.context().setOffline(false)
      await page.waitForSelector('.save.saved')
    },
  },
  english: {
    as: 'officer',
    english: true,
    async steps({ open, look, page }) {
      await page.waitForSelector('.answer')
      await look('english-overview')
      await open('/evaluation')
      await page.waitForSelector('td.value')
      await look('english-evaluation')
      await open('/plans/1')
      await page.waitForSelector('.facts')
      await look('english-plan')
    },
  },
  ...teacherWalks,
  ...rotationWalks,
  ...exchangeWalks,
}
