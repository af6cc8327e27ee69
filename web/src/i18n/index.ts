// Two languages, Chinese first. Each capability brings its own words (`messages.ts`) when it is loaded.
import { createI18n } from 'vue-i18n'
import { common } from './common'

export type Locale = 'zh' | 'en'
export interface Tree {
  [key: string]: string | Tree
}
export interface Messages {
  zh: Tree
  en: Tree
}

const KEY = 'junheng.locale'

function stored(): Locale {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

export const i18n = createI18n({
  legacy: false,
  locale: stored(),
  fallbackLocale: 'zh',
  missingWarn: false,
  fallbackWarn: false,
  messages: common as { zh: Tree; en: Tree },
})

/** Adds the words of a capability; called once when its `messages.ts` is loaded. */
export function addMessages<M extends Messages>(messages: M): M {
  for (const locale of ['zh', 'en'] as const) i18n.global.mergeLocaleMessage(locale, messages[locale])
  return messages
}

export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale
  document.documentElement.lang = locale === 'zh' ? 'zh-CN' : 'en'
  try {
    localStorage.setItem(KEY, locale)
  } catch {
    // A private window keeps the choice until it is closed.
  }
}

export const t = i18n.global.t
