import { addMessages } from '@/i18n'
import { en } from './words.en'
import { enLife } from './words.life.en'
import { zh } from './words'
import { zhLife } from './words.life'

// The first half speaks of what is decided before a result, the second of the result and its life.
export const messages = addMessages({
  zh: { rotation: { ...zh, ...zhLife } },
  en: { rotation: { ...en, ...enLife } },
})
