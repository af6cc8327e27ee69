// The teachers: a roster with faults first, then right; counts that are the forms'; posts; a rotation that
// says what the command line says; its notice, an objection that is upheld, the new run that keeps the
// decision; after the period the orders, written with names for those who may see names, and an arrival.
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openBook, textOf } from '../lib/books.mjs'
import { daysAhead } from '../lib/clock.mjs'
import { textOfDocx } from '../lib/docx.mjs'
import { junheng } from '../lib/server.mjs'
import { OTHERS, OURS } from './county.mjs'

/** What the school says of its teacher; nobody but school and bureau may read it. */
const GROUND = '家中有长期住院的父亲，须就近照料。'
const REPLY = '经核实住院证明，情况属实'

export async function staffing(story) {
  const roster = await rosterFiles(story)
  await imported(story, roster)
  await counted(story)
  await posts(story)
  const mover = await rotated(story)
  await published(story, roster)
  await objected(story, roster, mover)
  await answered(story, roster, mover)
  await decided(story, roster)
  await strangers(story, roster)
  await secrets(story, roster)
  await signInAgain(story)
}

/** The roster as the schools have it, and with what they get wrong. */
async function rosterFiles(story) {
  const right = join(story.folder, '教师名册.xlsx')
  await junheng('staffing', 'sample', '--out', right)
  const book = await openBook(right)
  const sheet = book.getWorksheet('教师名册')
  const columns = new Map()
  let head = 0
  sheet.eachRow((row, number) => {
    if (head > 0) return
    row.eachCell((cell, column) => columns.set(textOf(cell), column))
    if (columns.has('姓名')) head = number
    else columns.clear()
  })
  const cell = (number, name) => sheet.getRow(number).getCell(columns.get(name))
  const people = new Map()
  for (let n = head + 1; n <= sheet.rowCount; n += 1) {
    const number = textOf(cell(n, '教师编号'))
    if (number)
      people.set(number, {
        name: textOf(cell(n, '姓名')),
        identity: textOf(cell(n, '身份证件号码')),
        school: textOf(cell(n, '学校标识码')),
      })
  }
  // A mistyped identity number, a subject that there is not, a teacher who stands there twice.
  const mistyped = textOf(cell(head + 1, '身份证件号码'))
  cell(head + 1, '身份证件号码').value = mistyped.slice(0, 17) + (mistyped.endsWith('1') ? '2' : '1')
  cell(head + 2, '主要任教学科').value = '炼金术'
  cell(head + 4, '教师编号').value = textOf(cell(head + 3, '教师编号'))
  const wrong = join(story.folder, '教师名册（有错）.xlsx')
  await book.xlsx.writeFile(wrong)
  return { right, wrong, people }
}

/** The personnel officer takes the roster in: what is wrong is said, mended, taken in. */
async function imported(story, roster) {
  const personnel = story.person('personnel')
  const { page } = personnel
  await personnel.go('师资')
  await personnel.look('roster-empty')
  await personnel.click('导入名册')
  const upload = async (file) => {
    await page.locator('input[type=file]').setInputFiles(file)
    await personnel.click('上传并检查')
    await page.getByRole('heading', { name: '检查出的问题' }).waitFor()
  }
  await upload(roster.wrong)
  const said = await page.locator('main').innerText()
  for (const words of ['校验位', '炼金术', '第 4 行相同'])
    if (!said.includes(words)) story.faults.add('roster', `says nothing of ${words}`)
  await personnel.look('roster-findings')
  await personnel.click('取消这次导入')
  await upload(roster.right)
  await page.getByText('没有检查出问题').waitFor()
  await personnel.look('roster-sound')
  await personnel.click('采用，写入名册')
  await page.getByText(`现在在册 ${roster.people.size} 人`).waitFor()
  await personnel.click('查看名册')
  await page.locator('tbody tr').first().waitFor()
  await personnel.look('roster')
}

/** What is counted from the roster is what the forms say. */
async function counted(story) {
  const personnel = story.person('personnel')
  await personnel.open('/teachers/counts')
  await personnel.page.getByText('与报表全部一致').waitFor()
  await personnel.look('roster-counts')
}

async function posts(story) {
  const personnel = story.person('personnel')
  await personnel.open('/teachers/posts')
  await personnel.page.locator('tbody tr').first().waitFor()
  await personnel.look('posts')
  const told = await json(story, personnel, '/api/years/2024/posts')
  const lists = await commanded(story, 'posts')
  const sums = (list) =>
    list.map((s) => [s.school, s.stage, s.quota, s.teaching, s.teachers].join(' ')).sort()
  const [here, there] = [sums(told.sections), sums(lists.sections ?? lists)]
  if (here.length === 0 || here.join('\n') !== there.join('\n'))
    story.faults.add('posts', 'the quotas of the page are not those of the command line')
}

/** A command of `junheng staffing` on the story's own files. */
async function commanded(story, command, ...more) {
  const file = join(mkdtempSync(join(story.folder, 'told-')), `${command}.json`)
  const roster = join(story.folder, '教师名册.xlsx')
  await junheng('staffing', command, story.files.whole, '--roster', roster, '--json', file, ...more)
  return JSON.parse(await readFile(file, 'utf8'))
}

async function json(story, person, path) {
  const answer = await person.context.request.get(story.base + path)
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}

/** A rotation is set up, wishes are pasted, the best one is found and compared. */
async function rotated(story) {
  const personnel = story.person('personnel')
  const { page } = personnel
  // Somebody of our school asks to go to the other one.
  const own = await json(story, personnel, `/api/years/2024/teachers?school=${OURS.code}&limit=1000`)
  const asks = own.items.find((teacher) => teacher.eligible)?.number
  await personnel.open('/teachers/rotations')
  await personnel.look('rotations-empty')
  await personnel.click('新建方案')
  await page.getByRole('dialog').getByRole('button', { name: '新建方案' }).click()
  await page.getByRole('heading', { level: 1, name: '教师交流轮岗' }).waitFor()
  await personnel.look('rotation-tasks')
  story.rotation = Number(/rotations\/(\d+)/.exec(page.url())[1])
  await part(story, personnel, 'settings')
  await page.getByText('交流比例').first().waitFor()
  await personnel.look('rotation-settings')
  await part(story, personnel, 'wishes')
  await personnel.click('粘贴')
  await page.getByRole('dialog').locator('textarea').fill(`${asks}\t${OTHERS.code}`)
  await page.getByRole('dialog').getByRole('button', { name: '加入 1 人的志愿' }).click()
  await page.getByRole('heading', { name: '志愿（1 人）' }).waitFor()
  await personnel.look('rotation-wishes')
  await part(story, personnel, 'runs')
  await page.getByRole('button', { name: '测算', exact: true }).first().click()
  await page.getByRole('link', { name: '第 1 次' }).first().waitFor({ timeout: 60_000 })
  await personnel.look('rotation-runs')
  await page.getByRole('link', { name: '第 1 次' }).first().click()
  await page.locator('p.answer').waitFor()
  await personnel.look('rotation-run')
  const sentence = await page.locator('p.answer').innerText()
  for (const tab of ['交流名单', '各校前后', '复核与证明']) {
    await page.getByRole('link', { name: new RegExp(`^${tab}`) }).click()
    await personnel.quiet()
    await personnel.look(`rotation-run-${tab}`)
  }
  const run = await sameAsCommanded(story, personnel, sentence)
  const mover = run.result.moves.find((move) => move.from === OURS.code)
  if (!mover) throw new Error(`nobody leaves ${OURS.code}`)
  return mover
}

/** The page's figures are those of the command line for the same settings, and of the judge. */
async function sameAsCommanded(story, personnel, sentence) {
  const run = await json(story, personnel, `/api/rotations/${story.rotation}/runs/1`)
  const settings = join(story.folder, 'settings.json')
  await writeFile(settings, JSON.stringify(run.settings))
  const { found } = await commanded(story, 'rotate', '--settings', settings)
  const list = (moves) => moves.map((m) => `${m.teacher} ${m.from} ${m.to}`).join('\n')
  if (list(run.result.moves) !== list(found.moves))
    story.faults.add('rotation', 'the moves are not those of the command line')
  const backbone = found.moves.filter((m) => m.backbone).length
  for (const words of [
    `符合条件 ${found.eligible} 人`,
    `交流 ${found.moves.length} 人`,
    `其中骨干 ${backbone} 人`,
  ])
    if (!sentence.includes(words)) story.faults.add('rotation', `“${sentence}” does not say ${words}`)
  for (const [i, level] of found.levels.entries()) {
    const here = run.result.levels[i]
    if (here?.before !== level.before || here?.after !== level.after)
      story.faults.add('rotation', `${level.zh}: ${here?.after} here, ${level.after} by the command line`)
  }
  // The chapter of the evaluation has asked already.
  const file = join(story.folder, 'evaluation.json')
  if (!existsSync(file)) await junheng('evaluate', story.files.whole, '--json', file)
  const judged = JSON.parse(await readFile(file, 'utf8'))
  const failing = judged.stages.reduce((sum, stage) => sum + stage.sections - stage.passed, 0)
  if (run.judged.before.failing !== failing)
    story.faults.add(
      'rotation',
      `${run.judged.before.failing} sections fail before, the judge says ${failing}`,
    )
  if (run.judged.after.failing > failing) story.faults.add('rotation', 'more sections fail afterwards')
  return run
}

/** Opens a part of the rotation. */
async function part(story, person, name) {
  await person.open(`/teachers/rotations/${story.rotation}/${name}`)
}

async function publish(story, run, label) {
  const personnel = story.person('personnel')
  const { page } = personnel
  await part(story, personnel, `notice?run=${run}`)
  if (run > 1) await personnel.click('重新公示')
  await page.getByLabel('公示哪一次').waitFor()
  await personnel.look(`notice-${label}-new`)
  await page.getByRole('button', { name: '公示', exact: true }).click()
  await page.locator('article.paper tbody tr').first().waitFor()
  await personnel.quiet()
  await personnel.look(`notice-${label}`)
}

/** The list as the public reads it, and as an official paper: no name in full. */
async function published(story, roster) {
  await publish(story, 1, 'first')
  const personnel = story.person('personnel')
  masked(story, roster, 'notice', await personnel.page.locator('article.paper').innerText())
  await personnel.click('生成公示（公文）')
  const paper = await written(story, '教师交流轮岗拟交流人员公示', 'notice-paper')
  masked(story, roster, 'the paper of the notice', paper.text)
  const told = await json(story, personnel, `/api/rotations/${story.rotation}/notice`)
  for (const words of [`拟交流${told.moved}人`, `符合交流条件的教师${told.eligible}人`])
    if (!paper.text.includes(words)) story.faults.add('notice', `the paper does not say ${words}`)
  for (const move of told.moves)
    if (!paper.text.includes(move.name)) story.faults.add('notice', `the paper lacks ${move.teacher}`)
}

/** No full name of three characters: a short one may be a part of other words. */
function masked(story, roster, place, text) {
  for (const { name } of roster.people.values())
    if (name.length > 2 && text.includes(name)) {
      story.faults.add(place, 'shows a name in full')
      return
    }
}

/** Fills a document, has it signed by the leader; gives back its address and what its Word file says. */
async function written(story, title, label) {
  const personnel = story.person('personnel')
  const { page } = personnel
  await page.waitForURL(/\/documents\/\d+/)
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  await personnel.quiet()
  await personnel.look(`${label}-draft`)
  const address = new URL(page.url()).pathname
  const fields = page.locator('.field input, .field textarea')
  for (let i = 0; i < (await fields.count()); i += 1)
    if ((await fields.nth(i).inputValue()) === '') await fields.nth(i).fill(`内容${i + 1}`)
  await page.getByText('没有待补的内容').waitFor()
  await page.getByText('已自动保存').waitFor()
  await page.frameLocator('iframe').getByText('内容1', { exact: false }).first().waitFor()
  await personnel.click('提交签发')
  await page.getByRole('dialog').getByRole('button', { name: '提交签发' }).click()
  await page.getByText('待签发').waitFor()
  await personnel.quiet()
  const leader = story.person('leader')
  await leader.open(address)
  await leader.click('签发')
  await leader.page.getByRole('dialog').getByRole('button', { name: '签发' }).click()
  await leader.page.getByText('已签发').waitFor()
  await leader.quiet()
  await leader.look(`${label}-signed`)
  const file = await leader.download(leader.page.getByRole('link', { name: '下载 Word' }))
  return { address, file, text: await textOfDocx(file) }
}

/** The principal reads the notice and objects for a teacher. */
async function objected(story, roster, mover) {
  const principal = story.person('principal')
  const { page } = principal
  await principal.go('师资')
  await principal.look('principal-roster')
  await principal.open('/teachers/rotations')
  await page.locator('tbody th a').first().click()
  await page.getByText('本校调出').waitFor()
  await principal.look('principal-rotation')
  masked(story, roster, 'the school’s rotation', await page.locator('main').innerText())
  await page.getByRole('button', { name: '提出异议' }).click()
  await principal.quiet()
  if (!(await page.getByRole('dialog').isVisible())) await principal.click('提出异议')
  const dialog = page.getByRole('dialog')
  await dialog.locator('#o-teacher').fill(mover.teacher)
  await dialog.locator('#o-kind').selectOption({ label: '生活困难' })
  await dialog.locator('#o-ground').fill(GROUND)
  await principal.look('objection-new')
  await dialog.getByRole('button', { name: '提出异议' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.locator('ul.list li').getByText('待答复').waitFor()
  await principal.look('objection-raised')
}

/** The bureau upholds it; the next run keeps the decision; the school gets a letter. */
async function answered(story, roster, mover) {
  const personnel = story.person('personnel')
  const { page } = personnel
  await part(story, personnel, 'objections')
  await personnel.look('objection-open')
  await personnel.click('答复')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('采纳', { exact: true }).click()
  await dialog.locator('#r-reply').fill(REPLY)
  await personnel.look('objection-reply')
  await dialog.getByRole('button', { name: '答复' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.locator('ul.list li').getByText('已采纳').waitFor()
  await personnel.look('objection-upheld')
  await page.getByRole('button', { name: /^带着 1 条决定重新测算/ }).click()
  await personnel.quiet()
  await part(story, personnel, 'runs')
  await page.getByRole('link', { name: '第 2 次' }).first().waitFor({ timeout: 60_000 })
  await personnel.look('rotation-rerun')
  const run = await json(story, personnel, `/api/rotations/${story.rotation}/runs/2`)
  if (run.result.moves.some((move) => move.teacher === mover.teacher))
    story.faults.add('rotation', 'the new run moves the teacher whose objection was upheld')
  if (!run.result.shares.every((share) => share.holds))
    story.faults.add('rotation', 'the new run does not reach the shares')
  await publish(story, 2, 'second')

  await part(story, personnel, 'objections')
  await page.getByRole('button', { name: /^生成答复函/ }).click()
  const letter = await written(story, '异议的答复', 'reply')
  const { name } = roster.people.get(mover.teacher)
  for (const words of [name, REPLY, '异议成立', '生活困难'])
    if (!letter.text.includes(words))
      story.faults.add('reply', `the letter does not say ${words.length} characters`)
  if (letter.text.includes(GROUND)) story.faults.add('reply', 'the letter repeats the ground')
  // The school reads it; another office sees that there is one; another school sees nothing.
  const principal = story.person('principal')
  await principal.open(letter.address)
  await principal.page.frameLocator('iframe').getByText(name).first().waitFor()
  await principal.look('reply-principal')
  const planner = story.person('planner')
  await planner.open(letter.address)
  await planner.page.getByText('只有可查看教师个人信息的人能打开').waitFor()
  await planner.look('reply-planner')
  const other = story.person('other')
  other.expects(/40[34]/)
  await other.open(letter.address)
  await other.look('reply-other', { problem: true })
}

/** The days of the notice pass; the rotation is decided; the orders go out with names; somebody arrives. */
async function decided(story, roster) {
  story.server.environment = daysAhead(story.folder, 8)
  for (const person of story.people.values())
    person.expects(/ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/)
  await story.server.stop()
  await story.server.start()
  for (const login of ['personnel', 'leader', 'principal']) await story.person(login).signIn()

  const personnel = story.person('personnel')
  const { page } = personnel
  await part(story, personnel, 'adopt')
  await page.getByText('条件已齐').waitFor()
  await personnel.look('rotation-adopt')
  await personnel.click('审定')
  await page.getByRole('heading', { name: /^调令（\d+ 人）/ }).waitFor()
  await personnel.quiet()
  await personnel.look('orders')
  masked(story, roster, 'the orders', await page.locator('main').innerText())

  await personnel.click('生成调配通知（公文）')
  const order = await written(story, '关于安排义务教育学校教师交流轮岗的通知', 'order')
  const told = await json(story, personnel, `/api/rotations/${story.rotation}/orders`)
  if (!order.text.includes(`本次交流教师${told.orders.length}人`))
    story.faults.add('order', `the paper does not say ${told.orders.length} teachers`)
  const missing = told.orders.filter((o) => !order.text.includes(roster.people.get(o.teacher).name))
  if (missing.length > 0)
    story.faults.add('order', `the paper lacks ${missing.map((o) => o.teacher).join('、')}`)
  if (order.text.includes('*')) story.faults.add('order', 'a name of the order is masked')
  await personnel.open(`${order.address}?tab=sources`)
  await page.locator('.verify input[type=file]').setInputFiles(order.file)
  await page.getByText(/\d+ 个数字全部与数据一致/).waitFor()
  await personnel.look('order-verified')

  await part(story, personnel, 'orders')
  await page
    .getByRole('button', { name: /^到岗 / })
    .first()
    .click()
  await page.getByRole('dialog').getByRole('button', { name: '到岗' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: '已到岗 1' }).waitFor()
  await personnel.look('order-arrived')
  await personnel.open('/documents')
  await personnel.look('documents-staffing')
}

/** A clerk sees the teachers of the own school and of no other. */
async function strangers(story, roster) {
  const other = story.person('other')
  await other.signIn()
  await other.go('师资')
  await other.page.locator('tbody tr').first().waitFor()
  await other.look('other-roster')
  const seen = await json(story, other, '/api/years/2024/teachers?limit=1000')
  const schools = new Set(seen.items.map((teacher) => teacher.school))
  if (seen.items.length === 0 || schools.size !== 1 || !schools.has(OTHERS.code))
    story.faults.add('teachers', `${other.name} sees teachers of ${[...schools].join('、')}`)
  const stranger = [...roster.people.keys()].find((number) => !seen.items.some((t) => t.number === number))
  for (const path of [
    `/api/years/2024/teachers/${stranger}`,
    `/api/years/2024/roster/counts?school=${OURS.code}`,
    `/api/rotations/${story.rotation}/runs`,
  ]) {
    const answer = await other.context.request.get(story.base + path)
    const text = await answer.text()
    if (answer.ok() && text !== '[]' && text !== '{"items":[],"next":null}')
      story.faults.add(path.replace(/T\d+/, '…'), `is answered to ${other.name}`)
  }
}

/** Nothing personal in the log nor in any file of the data folder. */
async function secrets(story, roster) {
  const words = []
  for (const { name, identity } of roster.people.values()) {
    if (name.length > 2) words.push(name)
    if (identity) words.push(identity)
  }
  const folder = join(story.folder, 'data')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = files.filter((f) => f.isFile()).map((f) => join(f.parentPath ?? f.path, f.name))
  for (const path of [...paths, join(story.folder, 'server.log')]) {
    const text = readFileSync(path).toString('utf8')
    const found = words.filter((word) => text.includes(word)).length
    if (found > 0)
      story.faults.add(path.replace(story.folder, ''), `holds ${found} names or identity numbers`)
  }
}

/** Eight days later nobody is signed in any more. */
async function signInAgain(story) {
  for (const person of story.people.values())
    if (person.page && !['personnel', 'other', 'leader', 'principal'].includes(person.login))
      await person.signIn()
}
