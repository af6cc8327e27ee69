// Figures of a rotation's settings as people write them: per cent and kilometres as decimals, exact both
// ways. No binary floats.
import { decimal, exact } from '@/shared/format'

/** `3/20` as `15`, `0.125` as `12.5`: per cent with at most four decimals. */
export function toPercent(value: string): string {
  const figure = exact(value)
  return figure ? plain(`${figure.numerator * 100n}/${figure.denominator}`) : value
}

/** `12.5` as `0.125`; `null` where it is no number between 0 and 100. */
export function fromPercent(text: string): string | null {
  const figure = exact(clean(text))
  if (!figure || figure.numerator < 0n || figure.numerator > 100n * figure.denominator) return null
  return plain(`${figure.numerator}/${figure.denominator * 100n}`, 8)
}

/** `13/10` as `1.3`. */
export function plain(value: string, places = 4): string {
  const shown = decimal(value, places)
  return shown.includes('.') ? shown.replace(/\.?0+$/, '') : shown
}

/** A number that is not negative as the server reads it; `null` where it is none. */
export function fromNumber(text: string): string | null {
  const figure = exact(clean(text))
  return figure && figure.numerator >= 0n ? clean(text) : null
}

export function wholeNumber(text: string): number | null {
  return /^\d{1,6}$/.test(clean(text)) ? Number(clean(text)) : null
}

const clean = (text: string): string =>
  text
    .trim()
    .replace(/[％%]$/, '')
    .replace(/[０-９．]/g, (c) => (c === '．' ? '.' : String(c.charCodeAt(0) - 0xff10)))

/** Are two exact figures the same number? `0.15` and `3/20` are. */
export function same(a: string, b: string): boolean {
  const [x, y] = [exact(a), exact(b)]
  return x && y ? x.numerator * y.denominator === y.numerator * x.denominator : a === b
}

/** Is an exact figure below another? What is none is below nothing. */
export function below(a: string, b: string): boolean {
  const [x, y] = [exact(a), exact(b)]
  return x !== null && y !== null && x.numerator * y.denominator < y.numerator * x.denominator
}

/** The least number of whole per cents (or tenths) not below a share: what a cap must be raised to. */
export function percentUp(part: number, whole: number): string {
  const tenths = Math.ceil((part * 1000) / Math.max(whole, 1))
  return plain(`${tenths}/1000`, 4)
}
/** The greatest tenth of a per cent not above a share: what a floor must be lowered to. */
export function percentDown(part: number, whole: number): string {
  const tenths = Math.floor((part * 1000) / Math.max(whole, 1))
  return plain(`${tenths}/1000`, 4)
}
