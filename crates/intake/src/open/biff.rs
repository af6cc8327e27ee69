//! OLE containers: .xls workbooks, and what else stands in them.
//!
//! The reader library reserves memory for as many cells as an .xls declares and holds each sheet as
//! a full rectangle. So the records are walked once before: passwords are told, the declared
//! dimensions are put to one cell, the true rectangle is bounded, and hidden rows are found.

use super::guard::guarded;
use super::shape::{MOST, Shape};
use super::{Limits, Refusal};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

/// An .xls in a clean container, with the shapes of its sheets in the order of the workbook.
pub(super) struct Xls {
    pub(super) container: Vec<u8>,
    pub(super) shapes: Vec<Shape>,
}

pub(super) fn unpack(bytes: &[u8], limits: &Limits) -> Result<Xls, Refusal> {
    let mut stream = guarded(|| workbook_stream(bytes, limits))??;
    let shapes = Walk::default().run(&mut stream, limits)?;
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

#[derive(Default)]
struct Walk {
    /// Where the substream of each sheet begins, in the order of the workbook.
    starts: Vec<usize>,
    /// Shape and rectangle of the sheet substreams, by where they begin.
    sheets: BTreeMap<usize, (Shape, Option<Rectangle>)>,
    cells: u64,
}

struct Rectangle {
    top: u16,
    bottom: u16,
    left: u16,
    right: u16,
}

impl Walk {
    fn run(mut self, stream: &mut [u8], limits: &Limits) -> Result<Vec<Shape>, Refusal> {
        let mut at = 0;
        let mut sheet = None;
        while let Some((kind, length)) = header(stream, at) {
            let start = at + 4;
            let end = start + length;
            let Some(data) = stream.get_mut(start..end) else { break };
            match kind {
                // BOF begins a substream; FILEPASS says that what follows is encrypted.
                0x0809 | 0x0409 | 0x0209 | 0x0009 => {
                    self.sheets.entry(at).or_default();
                    sheet = Some(at);
                }
                0x002F => return Err(Refusal::Password),
                0x0085 => self.starts.extend(long(data, 0)),
                0x0200 => distrust_dimensions(data),
                _ => {
                    if let Some(entry) = sheet.and_then(|start| self.sheets.get_mut(&start)) {
                        self.cells += note(entry, kind, data);
                    }
                }
            }
            if self.starts.len() > limits.sheets {
                return Err(Refusal::TooMany { what: "工作表数", limit: limits.sheets as u64 });
            }
            if self.cells > limits.cells {
                return Err(Refusal::TooMany { what: "单元格数", limit: limits.cells });
            }
            at = end;
        }
        let area: u64 = self.sheets.values().filter_map(|(_, r)| r.as_ref()).map(area).sum();
        if area > limits.xls_area {
            return Err(Refusal::TooMany {
                what: "表格范围(行×列)", limit: limits.xls_area
            });
        }
        if self.starts.is_empty() {
            return Err(Refusal::Damaged);
        }
        Ok(self
            .starts
            .iter()
            .map(|start| self.sheets.remove(start).map(|(shape, _)| shape).unwrap_or_default())
            .collect())
    }
}

fn area(r: &Rectangle) -> u64 {
    (u64::from(r.bottom - r.top) + 1) * (u64::from(r.right - r.left) + 1)
}

/// Takes note of a record of a sheet; returns how many cells it holds.
fn note(entry: &mut (Shape, Option<Rectangle>), kind: u16, data: &[u8]) -> u64 {
    let (shape, rectangle) = entry;
    let (Some(row), Some(column)) = (short(data, 0), short(data, 2)) else { return 0 };
    let last = match kind {
        // ROW, with its hidden bit.
        0x0208 => {
            if short(data, 12).is_some_and(|flags| flags & 0x20 != 0)
                && shape.hidden_rows.len() < MOST
            {
                shape.hidden_rows.insert(u32::from(row));
            }
            return 0;
        }
        // COLINFO: first, last, width, format, options.
        0x007D => {
            if short(data, 8).is_some_and(|flags| flags & 1 != 0) {
                shape.hidden_columns.push((u32::from(row), u32::from(column)));
            }
            return 0;
        }
        // NUMBER, LABEL, RSTRING, BOOLERR, RK, LABELSST, FORMULA.
        0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x0006 => column,
        // MULRK: its last two bytes are the last column.
        0x00BD => data.len().checked_sub(2).and_then(|at| short(data, at)).unwrap_or(column),
        _ => return 0,
    };
    let last = last.max(column);
    let r = rectangle.get_or_insert(Rectangle { top: row, bottom: row, left: column, right: last });
    r.top = r.top.min(row);
    r.bottom = r.bottom.max(row);
    r.left = r.left.min(column);
    r.right = r.right.max(last);
    u64::from(last - column) + 1
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

fn header(stream: &[u8], at: usize) -> Option<(u16, usize)> {
    Some((short(stream, at)?, usize::from(short(stream, at + 2)?)))
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

    fn book(sheet: &[Vec<u8>]) -> Vec<u8> {
        let mut stream = record(0x0809, &[0, 6, 5, 0]);
        let start = u32::try_from(stream.len() + 12 + 4).unwrap();
        let mut bound = start.to_le_bytes().to_vec();
        bound.extend([0, 0, 0, 0]);
        stream.extend(record(0x0085, &bound));
        stream.extend(record(0x000A, &[]));
        stream.extend(record(0x0809, &[0, 6, 16, 0]));
        stream.extend(sheet.concat());
        stream.extend(record(0x000A, &[]));
        stream
    }

    #[test]
    fn declared_dimensions_are_put_to_one_cell() {
        let huge = record(0x0200, &[0, 0, 0, 0, 255, 255, 255, 127, 0, 0, 0, 1, 0, 0]);
        let mut stream = book(&[huge, number(3, 4)]);
        Walk::default().run(&mut stream, &Limits::default()).unwrap();
        let one = record(0x0200, &[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        assert!(stream.windows(one.len()).any(|w| w == one));
    }

    #[test]
    fn the_true_rectangle_is_bounded() {
        let mut stream = book(&[number(0, 0), number(65_535, 255)]);
        let error = Walk::default().run(&mut stream, &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("表格范围"), "{error}");
    }

    #[test]
    fn an_encrypted_workbook_is_told() {
        let mut stream = book(&[record(0x002F, &[1, 0])]);
        let error = Walk::default().run(&mut stream, &Limits::default()).unwrap_err();
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
        let shapes = Walk::default().run(&mut stream, &Limits::default()).unwrap();
        assert!(shapes[0].hidden_rows.contains(&7));
        assert!(shapes[0].hides_column(3));
    }
}
