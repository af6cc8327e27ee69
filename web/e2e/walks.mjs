// The walks of the smoke test: who goes where and what is looked at.
export const walks = {
    session: {
        async steps({ open, look, page, expect }) {
            expect(/401/)
            await open('/sign-in')
            await look('sign-in')
            await open('/setup?token=first')
            await page.waitForSelector('#setup-login')
            await look('setup')
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
            await page.waitForSelector('.labels')
            await look('import-mapping')
            await page.click('text=确认表头')
            await page.waitForSelector('text=采用这些数据')
            await look('import-findings')
        },
    },
    fill: {
        as: 'clerk',
        async steps({ open, look, page }) {
            await open('/data/2134000012')
            await page.waitForSelector('.fields input')
            await page.click('.groups button >> nth=2')
            const first = page.locator('.fields input >> nth=0')
            await first.fill('3000.5')
            await first.blur()
            await page.waitForSelector('.save.saved')
            await page.locator('.fields input >> nth=1').fill('abc')
            await page.locator('.fields input >> nth=1').blur()
            await look('form')
        },
    },
}
