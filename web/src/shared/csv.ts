// Tables for a spreadsheet: UTF-8 with its mark, so that Excel reads Chinese; no thousands separators.

/** A cell; text that a spreadsheet would take for a formula is kept as text. */
function cell(value: string | number | null): string {
  if (value === null) return ''
  let text = String(value)
  if (/^[=+\-@\t]/.test(text) && !/^-?\d+(\.\d+)?%?$/.test(text)) text = `'${text}`
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}

export function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Rows and columns of a range copied from a spreadsheet. */
export function pasted(text: string): string[][] {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n')
  return lines.map((line) => line.split('\t').map((part) => part.trim()))
}

/** A line typed or pasted from anywhere: its parts between tabs, commas and semicolons of either width, or 、. */
export function partsOf(line: string): string[] {
  return line.split(/[\t,，、;；]/).map((part) => part.trim())
}

export function saveFile(name: string, content: string | Blob, type = 'text/csv'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
