// Codes of indicators in the server's sentences, with the names that the standard gives them.
export type IndicatorNames = ReadonlyMap<string, string>

/** `未达标：L2、L6` as `未达标：L2 …、L6 …`; a code that the standard does not know stays as it is. */
export function withNames(text: string, names: IndicatorNames): string {
  return text.replace(/[A-Z]\d{1,2}(?![\dA-Za-z])/g, (code) => {
    const name = names.get(code)
    return name ? `${code} ${name}` : code
  })
}
