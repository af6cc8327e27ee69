//! Lists that come as a workbook or as CSV: the rows below the headings of the first sheet that has
//! them, as texts.
//!
//! Must not know: what a column means and which rows are right; that is said by whoever asked for the
//! list.

use crate::ApiError;
use crate::incoming::{Incoming, blocking, disk};
use intake::open::{Book, Limits, Raw, Refusal, Row};

/// Largest file, bytes.
pub(crate) const LIMIT: usize = 8 << 20;

/// What a list looks like. A file may have the headings in any order and others beside.
#[derive(Debug)]
pub(crate) struct List<const N: usize> {
    /// What to fill in, as users call it: `账号模板`.
    pub(crate) template: &'static str,
    /// The headings of the columns that are read.
    pub(crate) headings: [&'static str; N],
    /// Those of them without which it is no such list.
    pub(crate) needed: &'static [&'static str],
    /// The headings of further columns begin so, and there must be one at least: `志愿`.
    pub(crate) series: Option<&'static str>,
    /// So many rows are read at most.
    pub(crate) most: usize,
    /// What to do where there are more.
    pub(crate) more: &'static str,
    /// So many cells may a file have.
    pub(crate) cells: u64,
}

/// A row with something in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line<const N: usize> {
    /// Its number as the spreadsheet shows it.
    pub(crate) row: u32,
    /// The texts below [`List::headings`], in their order; empty where the file has no such column.
    pub(crate) cells: [String; N],
    /// The texts below the headings of [`List::series`], as the file has them from left to right.
    pub(crate) series: Vec<String>,
}

impl<const N: usize> List<N> {
    /// Reads the rows of the first sheet that has the headings. Blocks.
    ///
    /// # Errors
    /// [`ApiError::File`] where the file is none, has no such sheet, or has too many rows.
    pub(crate) fn read(&self, bytes: &[u8]) -> Result<Vec<Line<N>>, ApiError> {
        let refused = |refusal: Refusal| ApiError::File(refusal.to_string());
        let limits = self.limits();
        let mut book = Book::open(bytes, &limits).map_err(refused)?;
        if book.is_archive() {
            return Err(ApiError::File(format!("这是压缩包，请直接上传{}", self.template)));
        }
        for sheet in 0..book.sheets().len() {
            let mut reading = Reading { list: self, columns: None, lines: Vec::new() };
            book.rows(sheet, &limits, &mut |row| reading.row(row)).map_err(refused)?;
            let Reading { columns, lines, .. } = reading;
            if columns.is_none() {
                continue;
            }
            if lines.len() > self.most {
                return Err(ApiError::File(format!("超过 {} 行；{}", self.most, self.more)));
            }
            return Ok(lines);
        }
        let mut wanted = self.needed.join("、");
        if let Some(series) = self.series {
            wanted = format!("{wanted}、{series}1");
        }
        Err(ApiError::File(format!("没有找到表头（{wanted}）；请下载{}填写", self.template)))
    }

    /// Reads the file that came with a form.
    ///
    /// # Errors
    /// Those of [`Self::read`] and of the disk.
    pub(crate) async fn received(
        &'static self,
        incoming: Incoming,
    ) -> Result<Vec<Line<N>>, ApiError> {
        let work = move || {
            let file = incoming.files.first();
            let file = file.ok_or_else(|| ApiError::field("file", "请选择要导入的文件"))?;
            let bytes = std::fs::read(&file.path).map_err(|error| disk(&error))?;
            self.read(&bytes)
        };
        blocking(work).await
    }

    /// Bounds of such a file: it is a list, not a county.
    const fn limits(&self) -> Limits {
        Limits {
            file_bytes: LIMIT as u64,
            unpacked_bytes: 64 << 20,
            text_bytes: 16 << 20,
            entries: 500,
            sheets: 20,
            cells: self.cells,
            xls_area: self.cells,
            files: 1,
            depth: 1,
        }
    }

    /// Where the columns stand, if a row has the headings.
    fn columns(&self, row: &Row<'_, '_>) -> Option<Columns<N>> {
        let heads: Vec<(u32, String)> =
            row.cells.iter().map(|(column, raw)| (*column, text(raw))).collect();
        let of = |heading: &str| heads.iter().find(|(_, head)| head == heading).map(|(at, _)| *at);
        let series: Vec<u32> = self.series.map_or_else(Vec::new, |series| {
            heads.iter().filter(|(_, head)| head.starts_with(series)).map(|(at, _)| *at).collect()
        });
        let whole = self.needed.iter().all(|heading| of(heading).is_some())
            && (self.series.is_none() || !series.is_empty());
        whole.then(|| Columns { named: self.headings.map(of), series })
    }
}

/// Where the columns of a list stand in a sheet.
struct Columns<const N: usize> {
    named: [Option<u32>; N],
    series: Vec<u32>,
}

/// A sheet while it is read.
struct Reading<'a, const N: usize> {
    list: &'a List<N>,
    /// Once the headings have been seen.
    columns: Option<Columns<N>>,
    lines: Vec<Line<N>>,
}

impl<const N: usize> Reading<'_, N> {
    fn row(&mut self, row: &Row<'_, '_>) {
        let Some(columns) = &self.columns else {
            self.columns = self.list.columns(row);
            return;
        };
        // One too many is kept, to be seen.
        if self.lines.len() > self.list.most {
            return;
        }
        let cell = |column: u32| row.get(column).map(text).unwrap_or_default();
        let cells = columns.named.map(|column| column.map(cell).unwrap_or_default());
        let series: Vec<String> = columns.series.iter().map(|column| cell(*column)).collect();
        if cells.iter().chain(&series).any(|cell| !cell.is_empty()) {
            self.lines.push(Line { row: row.index.saturating_add(1), cells, series });
        }
    }
}

/// What a cell says as text: a log-in name or a code of digits may be a number of the spreadsheet's.
fn text(raw: &Raw<'_>) -> String {
    match raw {
        Raw::Text(text) => text.trim().to_owned(),
        Raw::Number(number) => number.to_string(),
        Raw::Date(Some(date)) => date.to_string(),
        Raw::Date(None) | Raw::Flag(_) | Raw::Error(_) | Raw::NoValue => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static LIST: List<2> = List {
        template: "志愿表",
        headings: ["教师编号", "姓名"],
        needed: &["教师编号"],
        series: Some("志愿"),
        most: 2,
        more: "一名教师只写一行",
        cells: 1_000,
    };

    fn refusal(csv: &str) -> String {
        match LIST.read(csv.as_bytes()).unwrap_err() {
            ApiError::File(why) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rows_stand_below_their_headings() {
        let csv = "名单,,\n志愿2,教师编号,志愿1\n,,\n乙校,T1,甲校\n,10086,\n";
        let lines = LIST.read(csv.as_bytes()).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].row, &lines[0].cells), (4, &["T1".to_owned(), String::new()]));
        assert_eq!(lines[0].series, ["乙校", "甲校"]);
        assert_eq!((lines[1].row, lines[1].cells[0].as_str()), (5, "10086"));
    }

    #[test]
    fn what_is_no_such_list_is_refused() {
        assert!(refusal("教师编号,姓名\nT1,张三\n").contains("（教师编号、志愿1）；请下载志愿表"));
        let long = "教师编号,志愿1\nT1,甲校\nT2,甲校\n\nT3,甲校\nT4,甲校\n";
        assert_eq!(refusal(long), "超过 2 行；一名教师只写一行");
    }
}
