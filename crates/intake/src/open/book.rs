//! Workbooks and CSV files, read row by row.

use super::guard::guarded;
use super::text::TextFile;
use super::zipped::{Shared, Unpacked, Zipped};
use super::{Format, Limits, Refusal, Shape, biff, sniff, zipped};
use crate::correction::{Corrected, Correction, Corrections, OfSheet};
use crate::finding::Location;
use calamine::{
    Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, Xlsx, XlsxError,
};
use jiff::civil::Date;
use memchr::memmem;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::Range;
use std::sync::{Arc, mpsc};

/// What a cell holds, as the file says it.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw<'a> {
    /// A number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// TRUE or FALSE.
    Flag(bool),
    /// A number shown as a date; `None` where it is no date of the calendar.
    Date(Option<Date>),
    /// An error value such as `#DIV/0!`.
    Error(Cow<'a, str>),
    /// A formula whose result was not stored.
    NoValue,
}

impl Raw<'_> {
    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Raw<'static> {
        match self {
            Self::Number(n) => Raw::Number(n),
            Self::Text(text) => Raw::Text(Cow::Owned(text.into_owned())),
            Self::Flag(flag) => Raw::Flag(flag),
            Self::Date(date) => Raw::Date(date),
            Self::Error(error) => Raw::Error(Cow::Owned(error.into_owned())),
            Self::NoValue => Raw::NoValue,
        }
    }
}

/// The cells of a row that hold something, by column.
#[derive(Debug)]
pub struct Row<'r, 'a> {
    /// Zero-based.
    pub index: u32,
    /// Zero-based column and content, columns ascending.
    pub cells: &'r [(u32, Raw<'a>)],
}

impl<'a> Row<'_, 'a> {
    /// The cell of a column.
    #[must_use]
    pub fn get(&self, column: u32) -> Option<&Raw<'a>> {
        let at = self.cells.binary_search_by_key(&column, |(c, _)| *c).ok()?;
        self.cells.get(at).map(|(_, raw)| raw)
    }
}

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetInfo {
    /// Its name; empty for a CSV file.
    pub name: String,
    /// Is it hidden?
    pub hidden: bool,
}

/// An opened file.
pub struct Book {
    format: Format,
    sheets: Vec<SheetInfo>,
    content: Content,
    /// By sheet: what is to be read in place of what stands in its cells.
    corrections: BTreeMap<usize, OfSheet>,
}

enum Content {
    Xlsx { reader: Xlsx<Cursor<Shared>>, container: Shared, places: Vec<Range<usize>> },
    Xls { reader: Xls<Cursor<Vec<u8>>>, shapes: Vec<Shape> },
    Text(TextFile),
    Archive(Vec<(String, Vec<u8>)>),
}

impl Book {
    /// Opens a file from its bytes.
    ///
    /// # Errors
    /// [`Refusal`], one plain sentence.
    pub fn open(bytes: &[u8], limits: &Limits) -> Result<Self, Refusal> {
        if bytes.len() as u64 > limits.file_bytes {
            return Err(Refusal::TooLarge { found: bytes.len() as u64, limit: limits.file_bytes });
        }
        let format = sniff(bytes)?;
        match format {
            Format::Zip => match zipped::unpack(bytes, limits)? {
                Zipped::Workbook(unpacked) => Self::xlsx(unpacked),
                Zipped::Archive(files) => {
                    Ok(Self::with(format, Vec::new(), Content::Archive(files)))
                }
            },
            Format::Ole => Self::xls(biff::unpack(bytes, limits)?),
            Format::Text => {
                let text = TextFile::decode(bytes)?;
                let sheets = vec![SheetInfo { name: String::new(), hidden: false }];
                Ok(Self::with(format, sheets, Content::Text(text)))
            }
        }
    }

    fn xlsx(unpacked: Unpacked) -> Result<Self, Refusal> {
        let Unpacked { container, sheets: places } = unpacked;
        let reader: Xlsx<_> = guarded(|| Xlsx::new(Cursor::new(container.clone())))?.map_err(
            |error| match error {
                XlsxError::Password => Refusal::Password,
                _ => Refusal::Damaged,
            },
        )?;
        let sheets = infos(reader.sheets_metadata());
        Ok(Self::with(Format::Zip, sheets, Content::Xlsx { reader, container, places }))
    }

    fn with(format: Format, sheets: Vec<SheetInfo>, content: Content) -> Self {
        Self { format, sheets, content, corrections: BTreeMap::new() }
    }

    fn xls(unpacked: biff::Xls) -> Result<Self, Refusal> {
        let biff::Xls { container, shapes } = unpacked;
        let reader: Xls<_> =
            guarded(|| Xls::new(Cursor::new(container)))?.map_err(|error| match error {
                calamine::XlsError::Password => Refusal::Password,
                _ => Refusal::Damaged,
            })?;
        let sheets = infos(reader.sheets_metadata());
        Ok(Self::with(Format::Ole, sheets, Content::Xls { reader, shapes }))
    }

    /// What the bytes were.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The sheets, in the order of the workbook; one without a name for CSV; none for an archive.
    #[must_use]
    pub fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// The files of an archive (.zip of workbooks): name and bytes, in the order of names.
    #[must_use]
    pub fn archive(self) -> Option<Vec<(String, Vec<u8>)>> {
        if let Content::Archive(files) = self.content { Some(files) } else { None }
    }

    /// Is it an archive of files?
    #[must_use]
    pub fn is_archive(&self) -> bool {
        matches!(self.content, Content::Archive(_))
    }

    /// From now on reads what was corrected in place of what stands in the cells, and says what that
    /// is. Rows that hold nothing stay as they are.
    pub(crate) fn correct(
        &mut self,
        file: &Arc<str>,
        corrections: &Corrections,
        limits: &Limits,
    ) -> Result<Vec<Corrected>, Refusal> {
        let mut corrected = Vec::new();
        for sheet in 0..self.sheets.len() {
            let name: Arc<str> =
                self.sheets.get(sheet).map(|info| info.name.as_str()).unwrap_or_default().into();
            let Some(own) = corrections.of(file, &name) else { continue };
            self.rows(sheet, limits, &mut |row| {
                for (column, correction) in own.get(&row.index).into_iter().flatten() {
                    corrected.push(Corrected {
                        location: Location::cell(file, &name, row.index, *column),
                        was: row.get(*column).map(crate::cell::shown).unwrap_or_default(),
                        text: Arc::clone(&correction.text),
                        person: Arc::clone(&correction.person),
                        at: correction.at,
                    });
                }
            })?;
            self.corrections.insert(sheet, own.clone());
        }
        Ok(corrected)
    }

    /// What is merged and hidden in a sheet.
    #[must_use]
    pub fn shape(&self, sheet: usize) -> Shape {
        match &self.content {
            Content::Xlsx { container, places, .. } => places
                .get(sheet)
                .and_then(|place| container.as_ref().get(place.clone()))
                .map(Shape::of_xml)
                .unwrap_or_default(),
            Content::Xls { reader, shapes } => {
                let mut shape = shapes.get(sheet).cloned().unwrap_or_default();
                let merged = self
                    .sheets
                    .get(sheet)
                    .and_then(|info| reader.merge_cells_by_sheet_name(&info.name).ok());
                shape.merged = merged
                    .unwrap_or_default()
                    .iter()
                    .map(|d| super::Area {
                        top: d.start.0,
                        left: d.start.1,
                        bottom: d.end.0,
                        right: d.end.1,
                    })
                    .collect();
                shape
            }
            Content::Text(_) | Content::Archive(_) => Shape::default(),
        }
    }

    /// Hands out the rows of a sheet that hold something, from the top.
    ///
    /// # Errors
    /// [`Refusal`] where the sheet is damaged or too large; what was handed out before is then not
    /// to be used.
    pub fn rows(
        &mut self,
        sheet: usize,
        limits: &Limits,
        each: &mut dyn FnMut(&Row<'_, '_>),
    ) -> Result<(), Refusal> {
        let Some(corrections) = self.corrections.remove(&sheet) else {
            return self.stored_rows(sheet, limits, each);
        };
        let read = self.stored_rows(sheet, limits, &mut |row| match corrections.get(&row.index) {
            None => each(row),
            Some(cells) => {
                each(&Row { index: row.index, cells: &overlaid(row.cells, cells) });
            }
        });
        self.corrections.insert(sheet, corrections);
        read
    }

    /// The rows as they stand in the file.
    fn stored_rows(
        &mut self,
        sheet: usize,
        limits: &Limits,
        each: &mut dyn FnMut(&Row<'_, '_>),
    ) -> Result<(), Refusal> {
        let name = self.sheets.get(sheet).map(|s| s.name.clone()).unwrap_or_default();
        match &mut self.content {
            Content::Xlsx { reader, container, places } => {
                let place = places.get(sheet).cloned().unwrap_or_default();
                let xml = container.as_ref().get(place).unwrap_or_default();
                xlsx_rows(reader, &name, xml, limits.cells, each)
            }
            Content::Xls { reader, .. } => {
                let range = guarded(|| reader.worksheet_range(&name))?;
                let range = range.map_err(|_| Refusal::Damaged)?;
                xls_rows(&range, each);
                Ok(())
            }
            Content::Text(text) => text.rows(limits.cells, each),
            Content::Archive(_) => Ok(()),
        }
    }
}

/// The cells of a row with what was corrected in it.
fn overlaid<'a>(
    cells: &[(u32, Raw<'a>)],
    corrections: &'a BTreeMap<u32, Correction>,
) -> Vec<(u32, Raw<'a>)> {
    let mut all: BTreeMap<u32, Raw<'a>> = cells.iter().cloned().collect();
    for (column, correction) in corrections {
        all.insert(*column, Raw::Text(Cow::Borrowed(&correction.text)));
    }
    all.into_iter().collect()
}

fn infos(sheets: &[calamine::Sheet]) -> Vec<SheetInfo> {
    sheets
        .iter()
        .map(|sheet| SheetInfo {
            name: if sheet.typ == SheetType::WorkSheet {
                sheet.name.clone()
            } else {
                String::new()
            },
            hidden: sheet.visible != SheetVisible::Visible,
        })
        .collect()
}

/// A sheet whose XML is larger is parsed in a thread of its own while its rows are handed out.
const LARGE: usize = 1 << 20;
/// Cells that are asked for, and rows that go from one thread to the other, at once; and how many
/// such batches of rows may wait.
const BATCH: usize = 256;
const WAITING: usize = 16;

/// Cells of a row on their way.
type Cells<'a> = Vec<(u32, Raw<'a>)>;

fn xlsx_rows(
    reader: &mut Xlsx<Cursor<Shared>>,
    name: &str,
    xml: &[u8],
    most: u64,
    each: &mut dyn FnMut(&Row<'_, '_>),
) -> Result<(), Refusal> {
    // The library hands out cells faster where it need not look for formulas.
    let formulas = memmem::find(xml, b"<f").is_some() || memmem::find(xml, b":f").is_some();
    if xml.len() < LARGE {
        return parse(reader, name, formulas, most, &mut |index, row| {
            each(&Row { index, cells: row });
            row.clear();
            true
        });
    }
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<(u32, Cells<'_>)>>(WAITING);
        let parsing = scope.spawn(move || {
            let mut batch = Vec::with_capacity(BATCH);
            let result = parse(reader, name, formulas, most, &mut |index, row| {
                let next = Vec::with_capacity(row.len());
                batch.push((index, std::mem::replace(row, next)));
                batch.len() < BATCH
                    || sender.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))).is_ok()
            });
            // A receiver that is gone wants no more.
            let _ = sender.send(batch);
            result
        });
        for (index, cells) in receiver.into_iter().flatten() {
            each(&Row { index, cells: &cells });
        }
        parsing.join().unwrap_or(Err(Refusal::Damaged))
    })
}

/// Parses a sheet; `take` gets each row that holds something, and says whether to go on.
fn parse<'a>(
    reader: &'a mut Xlsx<Cursor<Shared>>,
    name: &str,
    formulas: bool,
    most: u64,
    take: &mut dyn FnMut(u32, &mut Cells<'a>) -> bool,
) -> Result<(), Refusal> {
    let mut cells = match guarded(|| reader.worksheet_cells_reader(name))? {
        Ok(cells) => cells,
        // A chart sheet holds no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(_) => return Err(Refusal::Damaged),
    };
    let mut row: Cells<'a> = Vec::new();
    let mut index = 0;
    let mut count = 0u64;
    // The boundary against panics is crossed for some cells at once: it costs a little each time.
    let mut some: Vec<((u32, u32), Option<Raw<'a>>)> = Vec::with_capacity(BATCH);
    loop {
        let more = guarded(|| -> Result<bool, XlsxError> {
            while some.len() < BATCH {
                let next = if formulas {
                    let cell = cells.next_cell_with_formula_metadata()?;
                    cell.map(|c| (c.pos, raw(&c.value, c.formula.is_some())))
                } else {
                    cells.next_cell()?.map(|c| (c.get_position(), raw(c.get_value(), false)))
                };
                match next {
                    Some(cell) => some.push(cell),
                    None => return Ok(false),
                }
            }
            Ok(true)
        })?
        .map_err(|_| Refusal::Damaged)?;
        count += some.len() as u64;
        if count > most {
            return Err(Refusal::TooMany { what: "单元格数", limit: most });
        }
        for ((at, column), raw) in some.drain(..) {
            let Some(raw) = raw else { continue };
            if at != index && !row.is_empty() && !hand_over(index, &mut row, take) {
                return Ok(());
            }
            index = at;
            row.push((column, raw));
        }
        if !more {
            break;
        }
    }
    if !row.is_empty() {
        hand_over(index, &mut row, take);
    }
    Ok(())
}

fn hand_over<'a>(
    index: u32,
    row: &mut Cells<'a>,
    take: &mut dyn FnMut(u32, &mut Cells<'a>) -> bool,
) -> bool {
    if !row.is_sorted_by_key(|(column, _)| *column) {
        row.sort_by_key(|(column, _)| *column);
    }
    take(index, row)
}

/// What a cell holds; `None` for an empty one.
fn raw<'a>(value: &DataRef<'a>, formula: bool) -> Option<Raw<'a>> {
    Some(match value {
        DataRef::Float(n) => Raw::Number(*n),
        DataRef::SharedString(text) => Raw::Text(Cow::Borrowed(text)),
        DataRef::Empty if formula => Raw::NoValue,
        DataRef::Empty => return None,
        #[expect(clippy::cast_precision_loss, reason = "the reader gives no such large integers")]
        DataRef::Int(n) => Raw::Number(*n as f64),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Raw::Text(Cow::Owned(text.clone()))
        }
        DataRef::Bool(flag) => Raw::Flag(*flag),
        DataRef::DateTime(moment) => date(moment),
        DataRef::Error(error) => Raw::Error(Cow::Owned(error.to_string())),
    })
}

fn xls_rows(range: &calamine::Range<Data>, each: &mut dyn FnMut(&Row<'_, '_>)) {
    let Some((top, left)) = range.start() else { return };
    for (index, cells) in (top..).zip(range.rows()) {
        let row: Vec<(u32, Raw<'_>)> = (left..)
            .zip(cells)
            .filter_map(|(column, data)| {
                let raw = match data {
                    Data::Empty => return None,
                    Data::Float(n) => Raw::Number(*n),
                    #[expect(clippy::cast_precision_loss, reason = "an .xls integer has 30 bits")]
                    Data::Int(n) => Raw::Number(*n as f64),
                    Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                        Raw::Text(Cow::Borrowed(text))
                    }
                    Data::Bool(flag) => Raw::Flag(*flag),
                    Data::DateTime(moment) => date(moment),
                    Data::Error(error) => Raw::Error(Cow::Owned(error.to_string())),
                };
                Some((column, raw))
            })
            .collect();
        if !row.is_empty() {
            each(&Row { index, cells: &row });
        }
    }
}

fn date<'a>(moment: &ExcelDateTime) -> Raw<'a> {
    let found = guarded(|| moment.to_ymd_hms_milli()).ok();
    Raw::Date(found.and_then(|(year, month, day, ..)| {
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
            .ok()
    }))
}
