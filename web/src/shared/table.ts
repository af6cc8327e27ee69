// Sorting and windowing of long tables, apart from how they are drawn.

export interface Column<R> {
  key: string
  title: string
  /** A second line of the head: the threshold, the unit. */
  sub?: string
  /** Shown on hover of the head. */
  hint?: string
  width: number
  align?: 'left' | 'right'
  /** What to sort by; without it the column cannot be sorted. Missing values (`null`, NaN) stand last. */
  sort?: (row: R) => string | number | null
  /** Stays in sight when the table is scrolled sideways. */
  sticky?: boolean
}

export interface Order {
  key: string
  direction: 'ascending' | 'descending'
}

const collator = new Intl.Collator('zh-CN', { numeric: true })

function missing(value: string | number | null): boolean {
  return value === null || (typeof value === 'number' && Number.isNaN(value))
}

/** The rows in order; rows that are equal keep their places. */
export function sorted<R>(rows: readonly R[], columns: readonly Column<R>[], order: Order | null): R[] {
  const by = order && columns.find((column) => column.key === order.key)?.sort
  if (!order || !by) return [...rows]
  const sign = order.direction === 'ascending' ? 1 : -1
  return rows
    .map((row) => ({ row, value: by(row) }))
    .sort((a, b) => {
      if (missing(a.value) || missing(b.value)) return Number(missing(a.value)) - Number(missing(b.value))
      if (typeof a.value === 'number' && typeof b.value === 'number') return sign * (a.value - b.value)
      return sign * collator.compare(String(a.value), String(b.value))
    })
    .map(({ row }) => row)
}

/** The order after a click on a head: ascending, descending, as it came. */
export function nextOrder(order: Order | null, key: string): Order | null {
  if (order?.key !== key) return { key, direction: 'ascending' }
  return order.direction === 'ascending' ? { key, direction: 'descending' } : null
}

/** Which rows to draw: those in sight and some beyond. */
export function windowOf(
  count: number,
  rowHeight: number,
  scrolled: number,
  height: number,
  beyond = 8,
): { from: number; to: number } {
  const from = Math.max(0, Math.floor(scrolled / rowHeight) - beyond)
  const to = Math.min(count, Math.ceil((scrolled + height) / rowHeight) + beyond)
  return { from: Math.min(from, to), to }
}
