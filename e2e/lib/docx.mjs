// Word files as a person reads them.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
// Comes with exceljs.
const JSZip = createRequire(require.resolve('exceljs'))('jszip')

/** What stands in a Word file, paragraph by paragraph. */
export async function textOfDocx(path) {
  const zip = await JSZip.loadAsync(await readFile(path))
  const xml = await zip.file('word/document.xml').async('string')
  return xml
    .replaceAll(/<\/w:p>/g, '\n')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
}
