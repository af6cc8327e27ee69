import { addMessages } from '@/i18n'

export const messages = addMessages({
  zh: {
    teachers: {
      tabs: {
        roster: '名册',
        posts: '编制岗位',
        rotations: '交流轮岗',
        exchanges: '帮扶与结对',
        principals: '校长任期',
        training: '培训',
      },
      title: '教师名册',
      begin: '本学年还没有教师名册。',
      beginHow: '下载模板，每位教师填一行，或从全国教师管理信息系统导出；然后导入，核对后采用。',
      template: '下载模板',
    },
  },
  en: {
    teachers: {
      tabs: {
        roster: 'Roster',
        posts: 'Posts',
        rotations: 'Rotation',
        exchanges: 'Exchange and pairing',
        principals: 'Principals',
        training: 'Training',
      },
      title: 'Roster of teachers',
      begin: 'There is no roster for this school year yet.',
      beginHow:
        'Download the template, one row for each teacher, or take the export of the national teacher system; import it, check it and accept.',
      template: 'Download the template',
    },
  },
})
