//! Writing: empty templates, and snapshots by a layout, so that what this program hands out is
//! exactly what it reads.
//!
//! Everything here comes from the layout and the catalogue; no heading is written in code. The same
//! input gives the same bytes. This module must not know how files are read, nor any standard: the
//! indicators that a county attests are handed in.

pub(crate) mod book;
mod cells;
mod content;
mod export;
mod guide;
mod head;
mod supply;
mod table;
#[cfg(test)]
mod tests;
mod validation;

use crate::layout::{Body, Layout, Layouts, Table};
use domain::{Catalogue, CountyCode, SchoolYear, Snapshot};
use rust_xlsxwriter::XlsxError;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// `I-WRITE-01`: no layout has this id.
    #[error("没有编号为“{0}”的表样，请核对 packs/layouts 中的编号。")]
    NoLayout(String),
    /// `I-WRITE-02`: there is no template of ours for the school year.
    #[error("{0} 学年没有可用的填报模板。")]
    NoTemplate(SchoolYear),
    /// `I-WRITE-03`: the layout holds everything or is the template itself: it needs no supplement.
    #[error("表样“{0}”就是填报模板，不需要补充表。")]
    NoSupplement(String),
    /// `I-WRITE-04`: the writer refuses something, such as a sheet name that the layout gives.
    #[error("写出“{file}”时出错：{source}。请检查表样中的工作表名称和单元格地址。")]
    Workbook {
        /// The file being written.
        file: String,
        /// What the writer says.
        source: XlsxError,
    },
}

/// A written file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// Its name, without folders.
    pub name: String,
    /// The workbook.
    pub bytes: Vec<u8>,
}

/// What every writing needs to know.
#[derive(Clone, Copy, Debug)]
pub struct WriteOptions<'a> {
    /// The catalogue that the layouts were resolved with.
    pub catalogue: &'a Catalogue,
    /// The layouts.
    pub layouts: &'a Layouts,
    /// The indicators that a county attests, code and title, for the sheet 佐证.
    pub indicators: &'a [(String, String)],
    /// A label for every file, such as 合成数据,仅供演示. It stands where the reader does not look:
    /// in the sheet 说明, in the head of every printed page, in the document's properties and in
    /// the title of official forms.
    pub label: Option<&'a str>,
}

/// Which template to write.
#[derive(Clone, Debug)]
pub struct TemplateRequest<'a> {
    /// The school year, filled in.
    pub year: SchoolYear,
    /// The county, filled in where it is known.
    pub county: Option<(CountyCode, String)>,
    /// The id of a layout: only the columns that files of that layout do not supply.
    pub supplement_for: Option<&'a str>,
}

/// Writes the empty template: head rows, drop-downs, ranges, print set-up, 口径.
///
/// # Errors
/// [`WriteError`] where no layout fits the request.
pub fn template(
    request: &TemplateRequest<'_>,
    options: &WriteOptions<'_>,
) -> Result<WrittenFile, WriteError> {
    let (layout, table) = ours(request.year, options)?;
    let county = request.county.as_ref();
    let place = county.map_or(String::new(), |(_, name)| format!("_{name}"));
    let (table, title) = match request.supplement_for {
        None => (table.clone(), layout.title.clone()),
        Some(id) => {
            let other = find(id, options)?;
            (supply::supplement(table, other, None, options.catalogue)?, supplement_title(other))
        }
    };
    let name = format!("{title}{place}_{}.xlsx", request.year.0);
    let work = table::Work {
        table: &table,
        title: &title,
        layout,
        other: request.supplement_for.and_then(|id| options.layouts.get(id)),
        year: request.year,
        county: request.county.clone(),
        snapshot: None,
        options,
    };
    finish(name, table::write(&work))
}

/// Writes a snapshot by a layout: the filled template (one file), official workbooks (one a school)
/// or combined exports (one a stage).
///
/// A file of another layout than the template holds less than the snapshot: [`supplement`] writes
/// the rest.
///
/// # Errors
/// [`WriteError`] where there is no such layout.
pub fn snapshot_as(
    layout: &str,
    snapshot: &Snapshot,
    options: &WriteOptions<'_>,
) -> Result<Vec<WrittenFile>, WriteError> {
    let layout = find(layout, options)?;
    match &layout.body {
        Body::Table(table) => {
            let name = file_name(&layout.title, snapshot);
            let work = filled(table, &layout.title, layout, None, snapshot, options);
            Ok(vec![finish(name, table::write(&work))?])
        }
        Body::Cells(official) => snapshot
            .schools()
            .iter()
            .map(|school| {
                let name = book::file_name(&format!("{}_{}", school.code, school.name), "xlsx");
                let written = cells::write(layout, official, snapshot, school, options);
                finish(name, written)
            })
            .collect(),
        Body::Export(export) => export
            .stages
            .iter()
            .map(|(stage, _)| {
                let title = format!("{}_{}", layout.title, stage.zh());
                let name = file_name(&title, snapshot);
                finish(name, export::write(&title, layout, export, *stage, snapshot, options))
            })
            .collect(),
    }
}

/// Writes what files of a layout do not hold of a snapshot, as a template with fewer columns.
///
/// # Errors
/// [`WriteError`] where there is no such layout, or it is the template.
pub fn supplement(
    layout: &str,
    snapshot: &Snapshot,
    options: &WriteOptions<'_>,
) -> Result<WrittenFile, WriteError> {
    let other = find(layout, options)?;
    let (layout, table) = ours(snapshot.year(), options)?;
    let table = supply::supplement(table, other, Some(snapshot), options.catalogue)?;
    let title = supplement_title(other);
    let name = file_name(&title, snapshot);
    let work = filled(&table, &title, layout, Some(other), snapshot, options);
    finish(name, table::write(&work))
}

fn filled<'a>(
    table: &'a Table,
    title: &'a str,
    layout: &'a Layout,
    other: Option<&'a Layout>,
    snapshot: &'a Snapshot,
    options: &'a WriteOptions<'a>,
) -> table::Work<'a> {
    let county = snapshot.county();
    table::Work {
        table,
        title,
        layout,
        other,
        year: snapshot.year(),
        county: Some((county.code.clone(), county.name.clone())),
        snapshot: Some(snapshot),
        options,
    }
}

fn ours<'a>(
    year: SchoolYear,
    options: &WriteOptions<'a>,
) -> Result<(&'a Layout, &'a Table), WriteError> {
    options.layouts.template(year).ok_or(WriteError::NoTemplate(year))
}

fn find<'a>(id: &str, options: &WriteOptions<'a>) -> Result<&'a Layout, WriteError> {
    options.layouts.get(id).ok_or_else(|| WriteError::NoLayout(id.to_owned()))
}

fn supplement_title(other: &Layout) -> String {
    let short = other.title.split(['(', '\u{ff08}']).next().unwrap_or_default();
    format!("{short}补充数据")
}

fn file_name(title: &str, snapshot: &Snapshot) -> String {
    let stem = format!("{title}_{}_{}", snapshot.county().name, snapshot.year().0);
    book::file_name(&stem, "xlsx")
}

fn finish(name: String, written: Result<Vec<u8>, XlsxError>) -> Result<WrittenFile, WriteError> {
    match written {
        Ok(bytes) => Ok(WrittenFile { name, bytes }),
        Err(source) => Err(WriteError::Workbook { file: name, source }),
    }
}
