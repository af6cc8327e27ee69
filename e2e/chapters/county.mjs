export async function county(story) {
  const admin = story.person('admin')
  for (const tab of ['学校与学区', '学年', '标准与条款', '备份', '运行状况']) {
    await admin.click(tab, 'link')
    await admin.look(`empty-${tab}`)
  }
}
