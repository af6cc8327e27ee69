// Where a number of the rules comes from: a document, or general experience that is written nowhere.
interface Source {
  key: string
  grade: string
  title: string
  number: string
}

/** Of general experience the grade says all; its title says it once more. */
export const isDocument = (source: Source): boolean => source.number.length > 1 || source.grade !== 'K'

/** The document by its title and number; a dash in the place of a number is none. */
export const documentOf = ({ key, title, number }: Source): string =>
  [title || key, number.length > 1 ? number : ''].filter((text) => text).join(' ')
