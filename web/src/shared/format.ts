// Figures on the screen. The server's figures are exact decimals ("12.5") or fractions ("9711/166");
// they are rounded here for the eye only, halves away from zero, without binary floats.

interface Fraction {
  numerator: bigint
  denominator: bigint
}

/** Reads an exact figure; `null` where the text is not one. */
export function exact(text: string): Fraction | null {
  const fraction = /^([+-]?\d+)\/(\d+)$/.exec(text)
  if (fraction?.[1] && fraction[2]) {
    const denominator = BigInt(fraction[2])
    return denominator === 0n ? null : { numerator: BigInt(fraction[1]), denominator }
  }
  const decimal = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!decimal?.[2]) return null
  const places = decimal[3] ?? ''
  const size = BigInt(decimal[2] + places)
  return { numerator: decimal[1] === '-' ? -size : size, denominator: 10n ** BigInt(places.length) }
}

/** The figure with so many decimals, halves away from zero: `decimal('1/3', 2)` is `0.33`. */
export function decimal(text: string | null | undefined, places: number): string {
  if (text === null || text === undefined) return ''
  const figure = exact(text)
  if (!figure) return text
  const scale = 10n ** BigInt(places)
  const negative = figure.numerator < 0n
  const size = negative ? -figure.numerator : figure.numerator
  const rounded = (size * scale * 2n + figure.denominator) / (figure.denominator * 2n)
  const digits = rounded.toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const rest = places > 0 ? `.${digits.slice(-places)}` : ''
  return `${negative && rounded !== 0n ? '-' : ''}${whole}${rest}`
}

/** Without trailing zeros: `4.20` is `4.2`. */
export function short(text: string | null | undefined, places = 2): string {
  const shown = decimal(text, places)
  return shown.includes('.') ? shown.replace(/\.?0+$/, '') : shown
}

/** A share (0.95) as per cent: `95%`. */
export function percent(text: string | null | undefined, places = 0): string {
  if (text === null || text === undefined) return ''
  const figure = exact(text)
  if (!figure) return text
  return `${decimal(`${figure.numerator * 100n}/${figure.denominator}`, places)}%`
}

/** Groups of three for reading; spreadsheets get figures without. */
export function grouped(text: string): string {
  const [whole = '', rest] = text.split('.')
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return rest === undefined ? spaced : `${spaced}.${rest}`
}

/** Money in 万元, two decimals. */
export function money(text: string | null | undefined): string {
  return text === null || text === undefined ? '—' : grouped(decimal(text, 2))
}

/** For drawing and sorting only: never for a verdict. */
export function approximate(text: string | null | undefined): number {
  if (text === null || text === undefined) return Number.NaN
  const figure = exact(text)
  if (!figure) return Number.NaN
  // Scaled before the division so that large fractions keep their digits.
  return Number((figure.numerator * 1_000_000_000n) / figure.denominator) / 1e9
}

/** A moment as `2026-11-22 09:30`, in the time zone of the reader. */
export function moment(iso: string | null | undefined): string {
  if (!iso) return '—'
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** A day as `2026-11-22`, in the time zone of the reader. */
export function day(iso: string | null | undefined): string {
  return moment(iso).replace(/ \d\d:\d\d$/, '')
}

/** Today, or so many days later, where the reader is: what a field for a date takes. */
export function today(later = 0): string {
  return day(new Date(Date.now() + later * 86_400_000).toISOString())
}

/** Who it was, without the name of the account behind the person's: `张三（zhangsan）` is `张三`. */
export function person(by: string): string {
  return by.replace(/(.)（[^（）]*）$/, '$1')
}

/** A coefficient with the three decimals that the official forms have. */
export function coefficient(text: string | null | undefined): string {
  return text === null || text === undefined ? '—' : decimal(text, 3)
}

export function schoolYear(year: number): string {
  return `${year}/${year + 1}`
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(0)} KB`
  if (size < 1024 ** 3) return `${(size / 1024 / 1024).toFixed(1)} MB`
  return `${(size / 1024 ** 3).toFixed(1)} GB`
}
