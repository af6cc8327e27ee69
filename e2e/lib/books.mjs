// Workbooks as a person has them open in a spreadsheet program.
import ExcelJS from 'exceljs'

export async function openBook(path) {
  const book = new ExcelJS.Workbook()
  await book.xlsx.readFile(path)
  return book
}

/** What a cell shows, as text: a formula shows its result. */
export function textOf(cell) {
  const { value } = cell
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (typeof value === 'object')
    return String(value.result ?? value.text ?? value.richText?.map((r) => r.text).join('') ?? '')
  return String(value)
}

/** All texts of a sheet, row by row. */
export function rowsOf(sheet) {
  const rows = []
  sheet.eachRow({ includeEmpty: true }, (row, number) => {
    const cells = []
    for (let column = 1; column <= sheet.columnCount; column += 1) cells.push(textOf(row.getCell(column)))
    rows[number - 1] = cells
  })
  return rows
}

/** Empties every row of a sheet, from one on, that is not kept. */
export function keepRows(sheet, from, keep) {
  sheet.eachRow((row, number) => {
    if (number < from || keep(row)) return
    row.eachCell((cell) => {
      cell.value = null
    })
  })
}
