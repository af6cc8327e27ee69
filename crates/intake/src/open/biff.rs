//! OLE containers: .xls workbooks, and what else stands in them.
//!
//! The reader library reserves memory for as many cells as an .xls declares and holds each sheet as
//! a full rectangle. So the records are walked once before: passwords are told, the declared
//! dimensions are put to one cell, the true rectangle is bounded, and hidden rows are found.

use super::guard::guarded;
use super::shape::{MOST, Shape};
use super::{Limits, Refusal};
use std::io::{Cursor, Read, Write};
use std::ops::Range;

/// An .xls in a clean container, with the shapes of its sheets in the order of the workbook.
pub(super) struct Xls {
    pub(super) container: Vec<u8>,
    pub(super) shapes: Vec<Shape>,
}

pub(super) fn unpack(bytes: &[u8], limits: &Limits) -> Result<Xls, Refusal> {
    let mut stream = guarded(|| workbook_stream(bytes, limits))??;
    let shapes = walk(&mut stream, limits)?;
    let container = guarded(|| container(&stream))?.map_err(|_| Refusal::Damaged)?;
    Ok(Xls { container, shapes })
}

fn workbook_stream(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    if file.exists("/EncryptedPackage") || file.exists("/EncryptionInfo") {
        return Err(Refusal::Password);
    }
    if file.exists("/WordDocument") {
        return Err(Refusal::Other { what: "Word 文档" });
    }
    let name = ["/Workbook", "/Book"]
        .into_iter()
        .find(|name| file.is_stream(name))
        .ok_or(Refusal::Other { what: "不含工作表的 OLE 文件" })?;
    let stream = file.open_stream(name).map_err(|_| Refusal::Damaged)?;
    let mut content = Vec::new();
    stream
        .take(limits.unpacked_bytes + 1)
        .read_to_end(&mut content)
        .map_err(|_| Refusal::Damaged)?;
    if content.len() as u64 > limits.unpacked_bytes {
        return Err(Refusal::UnpacksTooLarge { limit: limits.unpacked_bytes });
    }
    Ok(content)
}

/// A container of the older version, which all readers know, with the stream in full sectors.
fn container(stream: &[u8]) -> std::io::Result<Vec<u8>> {
    const SMALLEST: usize = 4096;
    let buffer = Cursor::new(Vec::new());
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, buffer)?;
    let mut workbook = file.create_stream("/Workbook")?;
    workbook.write_all(stream)?;
    workbook.write_all(&vec![0; SMALLEST.saturating_sub(stream.len())])?;
    workbook.flush()?;
    drop(workbook);
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// What stands in a sheet, without what is embedded in it.
#[derive(Default)]
struct Sheet {
    shape: Shape,
    rectangle: Option<Rectangle>,
    cells: u64,
    /// Was there a formula? A text result stands behind its formula; the reader library puts one
    /// without a formula into the first cell of the sheet.
    formula: bool,
}

struct Rectangle {
    top: u16,
    bottom: u16,
    left: u16,
    right: u16,
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;

/// Goes over the records just as the reader library will: those of the workbook up to their end,
/// then those of each sheet from where it is said to begin. No two of them may share a byte, or
/// what is changed for one could be another record of the other.
fn walk(stream: &mut [u8], limits: &Limits) -> Result<Vec<Shape>, Refusal> {
    let (starts, mut free) = workbook(stream, limits)?;
    let mut order: Vec<(usize, usize)> = starts.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut shapes = vec![Shape::default(); starts.len()];
    let (mut cells, mut all) = (0, 0);
    let ends = order.iter().skip(1).map(|(start, _)| *start).chain([stream.len()]);
    let ends: Vec<usize> = ends.collect();
    for ((start, number), most) in order.into_iter().zip(ends) {
        if start < free {
            return Err(Refusal::Damaged);
        }
        let mut sheet = Sheet::default();
        free = sheet.read(stream, start, most)?;
        cells += sheet.cells;
        if cells > limits.cells {
            return Err(Refusal::TooMany { what: "单元格数", limit: limits.cells });
        }
        all += sheet.rectangle.as_ref().map_or(0, area);
        if all > limits.xls_area {
            return Err(Refusal::TooMany {
                what: "表格范围（行×列）", limit: limits.xls_area
            });
        }
        if let Some(shape) = shapes.get_mut(number) {
            *shape = sheet.shape;
        }
    }
    Ok(shapes)
}

/// Where the sheets begin, in the order of the workbook, and where its own records end.
fn workbook(stream: &[u8], limits: &Limits) -> Result<(Vec<usize>, usize), Refusal> {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some((kind, data)) = record_at(stream, at) {
        at = data.end;
        match kind {
            // FILEPASS says that what follows is encrypted.
            0x002F => return Err(Refusal::Password),
            // BOUNDSHEET
            0x0085 => starts.extend(long(stream, data.start).filter(|_| data.len() >= 4)),
            EOF => break,
            _ => {}
        }
        if starts.len() > limits.sheets {
            return Err(Refusal::TooMany { what: "工作表数", limit: limits.sheets as u64 });
        }
    }
    if starts.is_empty() { Err(Refusal::Damaged) } else { Ok((starts, at)) }
}

fn area(r: &Rectangle) -> u64 {
    (u64::from(r.bottom - r.top) + 1) * (u64::from(r.right - r.left) + 1)
}

impl Sheet {
    /// Reads a sheet from its beginning; returns where it ends, which is at `most` at the latest.
    fn read(&mut self, stream: &mut [u8], start: usize, most: usize) -> Result<usize, Refusal> {
        let mut at = start;
        // The first BOF is the sheet's; others begin what is embedded in it, as a chart.
        let mut begun = false;
        let mut depth = 0usize;
        while let Some((kind, data)) = record_at(stream, at) {
            at = data.end;
            if at > most {
                return Err(Refusal::Damaged);
            }
            match kind {
                BOF if begun => depth += 1,
                BOF => begun = true,
                EOF if depth == 0 => break,
                EOF => depth -= 1,
                _ if depth > 0 => {}
                0x0200 => distrust_dimensions(stream.get_mut(data).unwrap_or_default()),
                _ => self.note(kind, stream.get(data).unwrap_or_default()),
            }
        }
        Ok(at)
    }

    /// Takes note of a record.
    fn note(&mut self, kind: u16, data: &[u8]) {
        if kind == 0x0207 {
            // STRING: the text that its formula gives.
            if !self.formula {
                self.cell(0, 0, 0);
            }
            return;
        }
        let (Some(row), Some(column)) = (short(data, 0), short(data, 2)) else { return };
        match kind {
            // ROW, with its hidden bit.
            0x0208 => {
                let hidden = short(data, 12).is_some_and(|flags| flags & 0x20 != 0);
                if hidden && self.shape.hidden_rows.len() < MOST {
                    self.shape.hidden_rows.insert(u32::from(row));
                }
            }
            // COLINFO: first, last, width, format, options.
            0x007D => {
                let hidden = short(data, 8).is_some_and(|flags| flags & 1 != 0);
                if hidden && self.shape.hidden_columns.len() < MOST {
                    self.shape.hidden_columns.push((u32::from(row), u32::from(column)));
                }
            }
            0x0006 => {
                self.formula = true;
                self.cell(row, column, column);
            }
            // NUMBER, LABEL, RSTRING, BOOLERR, RK, LABELSST.
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD => self.cell(row, column, column),
            // MULRK: its last two bytes are the last column.
            0x00BD => {
                let last = data.len().checked_sub(2).and_then(|at| short(data, at));
                self.cell(row, column, last.unwrap_or(column));
            }
            _ => {}
        }
    }

    /// Cells of a row, from one column to another.
    fn cell(&mut self, row: u16, column: u16, last: u16) {
        let last = last.max(column);
        let r = self.rectangle.get_or_insert(Rectangle {
            top: row,
            bottom: row,
            left: column,
            right: last,
        });
        r.top = r.top.min(row);
        r.bottom = r.bottom.max(row);
        r.left = r.left.min(column);
        r.right = r.right.max(last);
        self.cells += u64::from(last - column) + 1;
    }
}

/// DIMENSIONS in both its lengths: one cell. Nothing else depends on it.
fn distrust_dimensions(data: &mut [u8]) {
    let one: &[u8] = match data.len() {
        10 => &[0, 0, 1, 0, 0, 0, 1, 0],
        14 | 16 => &[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0],
        _ => return,
    };
    for (byte, value) in data.iter_mut().zip(one) {
        *byte = *value;
    }
}

/// The kind of the record at a place, and where its data stand.
fn record_at(stream: &[u8], at: usize) -> Option<(u16, Range<usize>)> {
    let (kind, length) = (short(stream, at)?, usize::from(short(stream, at.checked_add(2)?)?));
    let start = at.checked_add(4)?;
    let end = start.checked_add(length)?;
    (end <= stream.len()).then_some((kind, start..end))
}

fn short(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*data.get(at)?, *data.get(at + 1)?]))
}

fn long(data: &[u8], at: usize) -> Option<usize> {
    let n = u32::from(short(data, at)?) | (u32::from(short(data, at + 2)?) << 16);
    usize::try_from(n).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend(data);
        bytes
    }

    fn number(row: u16, column: u16) -> Vec<u8> {
        let mut data = [row.to_le_bytes(), column.to_le_bytes()].concat();
        data.extend([0; 10]);
        record(0x0203, &data)
    }

    /// A workbook that says this many times that a sheet begins at a distance from its first one.
    fn said(times: usize, distance: u32, sheet: &[Vec<u8>]) -> Vec<u8> {
        let mut stream = record(0x0809, &[0, 6, 5, 0]);
        let start = u32::try_from(stream.len() + times * 12 + 4).unwrap() + distance;
        for _ in 0..times {
            stream.extend(record(0x0085, &[&start.to_le_bytes()[..], &[0; 4]].concat()));
        }
        stream.extend(record(0x000A, &[]));
        stream.extend(record(0x0809, &[0, 6, 16, 0]));
        stream.extend(sheet.concat());
        stream.extend(record(0x000A, &[]));
        stream
    }

    fn book(sheet: &[Vec<u8>]) -> Vec<u8> {
        said(1, 0, sheet)
    }

    #[test]
    fn declared_dimensions_are_put_to_one_cell() {
        let huge = record(0x0200, &[0, 0, 0, 0, 255, 255, 255, 127, 0, 0, 0, 1, 0, 0]);
        let mut stream = book(&[huge, number(3, 4)]);
        walk(&mut stream, &Limits::default()).unwrap();
        let one = record(0x0200, &[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        assert!(stream.windows(one.len()).any(|w| w == one));
    }

    #[test]
    fn the_true_rectangle_is_bounded() {
        let mut stream = book(&[number(0, 0), number(65_535, 255)]);
        let error = walk(&mut stream, &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("表格范围"), "{error}");
    }

    #[test]
    fn sheets_that_share_bytes_are_damage() {
        let run =
            |times, distance| walk(&mut said(times, distance, &[number(1, 1)]), &Limits::default());
        assert_eq!(run(1, 0).unwrap().len(), 1);
        assert_eq!(run(2, 0).unwrap_err(), Refusal::Damaged);
        // The workbook's own records.
        let mut stream = said(1, 0, &[number(1, 1)]);
        stream[12..16].copy_from_slice(&[8, 0, 0, 0]);
        assert_eq!(walk(&mut stream, &Limits::default()).unwrap_err(), Refusal::Damaged);
    }

    #[test]
    fn a_sheet_is_read_from_where_it_is_said_to_begin() {
        // Inside a record there may stand another one, with dimensions of its own.
        let dimensions = record(0x0200, &[0, 0, 0, 0, 255, 255, 255, 127, 0, 0, 0, 1, 0, 0]);
        let mut stream = said(1, 12, &[record(0x1234, &dimensions)]);
        walk(&mut stream, &Limits::default()).unwrap();
        assert!(!stream.windows(4).any(|bytes| bytes == [255, 255, 255, 127]));
    }

    #[test]
    fn only_the_record_that_begins_something_begins_it() {
        // BOF of older versions, which the reader library passes over.
        for old in [0x0009, 0x0209, 0x0409] {
            let mut stream = book(&[number(0, 0), record(old, &[0; 4]), number(65_535, 255)]);
            let error = walk(&mut stream, &Limits::default()).unwrap_err();
            assert!(error.to_string().contains("表格范围"), "{error}");
        }
    }

    #[test]
    fn cells_before_and_behind_a_chart_are_of_one_sheet() {
        let chart = [record(0x0809, &[0, 6, 32, 0]), number(3, 3), record(0x000A, &[])].concat();
        let mut stream = book(&[number(0, 0), chart, number(65_535, 255)]);
        let error = walk(&mut stream, &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("表格范围"), "{error}");
    }

    #[test]
    fn a_text_without_its_formula_counts_where_the_reader_puts_it() {
        let far = number(65_535, 255);
        assert!(walk(&mut book(std::slice::from_ref(&far)), &Limits::default()).is_ok());
        let mut stream = book(&[record(0x0207, &[1, 0, 0, 65]), far]);
        let error = walk(&mut stream, &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("表格范围"), "{error}");
    }

    #[test]
    fn an_encrypted_workbook_is_told() {
        let mut stream = record(0x0809, &[0, 6, 5, 0]);
        stream.extend(record(0x002F, &[1, 0]));
        let error = walk(&mut stream, &Limits::default()).unwrap_err();
        assert_eq!(error, Refusal::Password);
    }

    #[test]
    fn hidden_rows_and_columns_are_found() {
        let mut row = [0u8; 16];
        row[0] = 7;
        row[12] = 0x20;
        let mut stream = book(&[
            record(0x0208, &row),
            record(0x007D, &[2, 0, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
            number(7, 0),
        ]);
        let shapes = walk(&mut stream, &Limits::default()).unwrap();
        assert!(shapes[0].hidden_rows.contains(&7));
        assert!(shapes[0].hides_column(3));
    }
}
