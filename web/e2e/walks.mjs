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
}
