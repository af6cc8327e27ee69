// Where a number of the rules comes from: a document, or general experience that is written nowhere.
import type { Source } from '@/api/rotation'

/** Of general experience the grade says all; its title says it once more. */
export const isDocument = (source: Source): boolean => source.number.length > 1 || source.grade !== 'K'

export const documentOf = ({ title, number }: Source): string =>
  number.length > 1 ? `${title} ${number}` : title
