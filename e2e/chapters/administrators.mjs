// The first administrator comes by the link on the terminal; the other two are other people.
import { linkIn } from './accounts.mjs'

export async function administrators(story) {
  const admin = story.person('admin', '陈系统')
  await admin.sitDown()
  // A page asks once whether there is a session.
  admin.expects(/401/)
  await admin.page.goto(story.server.setup)
  await admin.page.getByLabel('行政区划代码').fill('340089')
  await admin.page.getByLabel('县（市、区）名称').fill('青禾市')
  await admin.page.getByLabel('账号').fill(admin.login)
  await admin.page.getByLabel('姓名').fill(admin.name)
  await admin.page.getByLabel('密码', { exact: true }).fill(admin.password)
  await admin.page.getByLabel('再输一次密码').fill(admin.password)
  await admin.look('setup')
  await admin.click('建立管理员账号')
  await admin.page.getByText('已建立').waitFor()
  await admin.look('setup-done')
  await admin.click('去登录', 'link')
  await admin.look('sign-in')
  await admin.signIn()
  await admin.look('admin-home')

  await admin.go('系统')
  await admin.click('账号', 'link')
  await admin.look('users-empty')
  const security = story.person('security', '方安全')
  await security.useLink(await newAccount(admin, security, '安全管理员', { look: true }))
  await security.look('link')
  await security.click('设置密码')
  await security.page.getByText('密码已设置').waitFor()
  await security.look('link-done')
  await security.click('去登录', 'link')
  await security.signIn()
  await security.look('security-home')

  // From now on the security administrator appoints, not the system administrator.
  await security.go('系统')
  await security.click('账号', 'link')
  const auditor = story.person('auditor', '沈审计')
  await auditor.useLink(await newAccount(security, auditor, '审计员'))
  await auditor.click('设置密码')
  await auditor.signIn()
  await auditor.look('auditor-home')
  await admin.page.reload()
  await admin.quiet()
  await admin.click('新建账号')
  const roles = await admin.page.getByLabel('角色', { exact: true }).locator('option').allInnerTexts()
  if (roles.some((role) => role.includes('管理员') || role.includes('审计')))
    story.faults.add('accounts', `the system administrator may still appoint ${roles.join('、')}`)
  await admin.page.keyboard.press('Escape')
}

/** Makes an account by the form; gives back its one-time link. */
export async function newAccount(by, person, role, { scope = '', look = false } = {}) {
  await by.click('新建账号')
  const form = by.page.getByRole('dialog')
  await form.getByLabel('账号', { exact: true }).fill(person.login)
  await form.getByLabel('姓名').fill(person.name)
  await form.getByLabel('角色').selectOption({ label: role })
  if (scope) await form.getByLabel('范围').selectOption({ label: scope })
  if (look) await by.look('user-new')
  await form.getByRole('button', { name: '新建账号' }).click()
  await by.quiet()
  const link = await linkIn(form)
  if (look) await by.look('user-link')
  await form.getByRole('button', { name: '关闭' }).last().click()
  await by.quiet()
  return link
}
