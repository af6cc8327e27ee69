import { addMessages } from '@/i18n'

export const messages = addMessages({
  zh: {
    map: {
      title: '学校一张图',
      by: '按',
      verdict: '学校结论',
      zoomIn: '放大',
      zoomOut: '缩小',
      noPlace: '{n} 所学校没有坐标，未在图上；请在“学校基本情况”中补填经度、纬度。',
      noBoundary: '还没有放入县界，图上只有学校。',
      size: '圆的大小表示学生数',
      none: '没有可以显示的学校。',
      open: '查看指标',
      form: '查看填报',
      stageWorst: '各学段中最差的',
    },
  },
  en: {
    map: {
      title: 'Schools on the map',
      by: 'By',
      verdict: 'Verdict',
      zoomIn: 'Zoom in',
      zoomOut: 'Zoom out',
      noPlace: '{n} schools have no coordinates and are not on the map; fill in longitude and latitude.',
      noBoundary: 'There is no county boundary yet; only schools are shown.',
      size: 'Size of a sign: pupils',
      none: 'There is no school to show.',
      open: 'See indicators',
      form: 'See form',
      stageWorst: 'the worst of the stages',
    },
  },
})
