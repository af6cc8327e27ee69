//! Workbooks of staffing: rosters, posts, rotations with their public notice, pairings, principals,
//! training; and the template of a roster.
//!
//! Must not know: how anything of it is found or counted. Names come masked from their type; the one
//! list with names in full is the template that is filled from rows ([`template::filled`]).

pub mod notice;
pub mod pairings;
pub mod posts;
pub mod principals;
pub mod roster;
pub mod rotation;
pub mod template;
pub mod training;

use crate::model::{Block, Cell, Page, Paper, Row, Sheet};
use crate::table::{block, centre, text};
use crate::{FormsError, LABEL, date_time, sheet_name, write};
use domain::{Catalogue, Exact, SchoolCode, SchoolYear, Snapshot, Value};
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};
use std::collections::BTreeSet;

/// Lists lie on A4, or on the next larger paper where they are wide.
const PAGE: Page = Page { paper: Paper::A4, landscape: true };

/// What stands over every sheet.
#[derive(Clone, Copy, Debug)]
pub struct Masthead<'a> {
    /// The county or bureau.
    pub county: &'a str,
    /// The school year of the data.
    pub year: SchoolYear,
    /// The day that the figures refer to.
    pub day: Date,
    /// Printed at the head of every page: `合成数据，仅供演示`.
    pub label: Option<&'a str>,
}

impl<'a> Masthead<'a> {
    /// Of a county's data of a year, counted at 1 September.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot, label: Option<&'a str>) -> Self {
        Self {
            county: &snapshot.county().name,
            year: snapshot.year(),
            day: staffing::rotation::eligibility::statistics_day(snapshot.year()),
            label,
        }
    }

    /// A sheet with the margins and the words that all have; the grid says how wide its columns are.
    fn sheet(&self, name: &str, title: &str, grid: &[f64]) -> Sheet {
        Sheet {
            name: sheet_name(name, ""),
            title: format!("{}{title}", self.county),
            under: [
                format!("{} 学年　统计时点：{}", self.year, self.day),
                "单位：人（另有注明的除外）".to_owned(),
            ],
            grid: grid.to_vec(),
            page: PAGE.for_width(grid.iter().sum()),
            freeze_columns: 0,
            blocks: Vec::new(),
            notes: Vec::new(),
            notes_title: "说明：",
            foot: None,
        }
    }

    /// Writes sheets as one workbook; the same sheets give the same bytes.
    fn write(&self, title: &str, sheets: &[Sheet]) -> Result<Vec<u8>, FormsError> {
        if let Some(label) = self.label.filter(|label| label.chars().count() > LABEL) {
            return Err(FormsError::LabelTooLong { label: label.to_owned(), limit: LABEL });
        }
        let mut names = BTreeSet::new();
        for sheet in sheets {
            if !names.insert(sheet.name.to_lowercase()) {
                return Err(FormsError::SheetTwice { name: sheet.name.clone() });
            }
        }
        let failed = |sheet: &str| {
            let sheet = sheet.to_owned();
            move |cause: XlsxError| FormsError::Write { sheet, cause }
        };
        let engine = concat!("均衡 ", env!("CARGO_PKG_VERSION"));
        let mut file = Workbook::new();
        let created = date_time(self.day.year(), self.day.month(), self.day.day());
        file.set_properties(
            &DocProperties::new()
                .set_title(format!("{} {} {title}", self.county, self.year))
                .set_author(engine)
                .set_creation_datetime(&created.map_err(failed(""))?),
        );
        for sheet in sheets {
            write::sheet(sheet, file.add_worksheet(), self.label, engine)
                .map_err(failed(&sheet.name))?;
        }
        file.save_to_buffer().map_err(failed(""))
    }
}

/// A heading over one column or over several that share its first words: `教师›前`.
fn heads(titles: &[&str]) -> Vec<crate::head::HeadColumn> {
    let column = |title: &&str| crate::head::HeadColumn {
        path: title.split('›').map(str::to_owned).collect(),
        label: None,
        span: 1,
    };
    titles.iter().map(column).collect()
}

/// A table of plain columns, each with one format of numbers.
fn table(caption: &str, titles: &[&str], rows: Vec<Row>) -> Block {
    block(caption, &heads(titles), even(rows))
}

/// The figures of each column with as many decimals as the one that has the most.
fn even(mut rows: Vec<Row>) -> Vec<Row> {
    let decimals = |cell: &Cell| match cell {
        Cell::Number { shown, .. } => shown.split_once('.').map_or(0, |(_, digits)| digits.len()),
        _ => 0,
    };
    let mut most: Vec<usize> = Vec::new();
    for row in &rows {
        let (Row::Cells(cells) | Row::Total(cells)) = row else { continue };
        most.resize(most.len().max(cells.len()), 0);
        for (most, cell) in most.iter_mut().zip(cells) {
            *most = (*most).max(decimals(cell));
        }
    }
    for row in &mut rows {
        let (Row::Cells(cells) | Row::Total(cells)) = row else { continue };
        for (most, cell) in most.iter().zip(cells) {
            let lacking = most - decimals(cell);
            if let Cell::Number { shown, .. } = cell
                && lacking > 0
            {
                if lacking == *most {
                    shown.push('.');
                }
                shown.push_str(&"0".repeat(lacking));
            }
        }
    }
    rows
}

/// The same, to be filtered.
fn list(caption: &str, titles: &[&str], rows: Vec<Row>) -> Block {
    Block { filter: true, ..table(caption, titles, rows) }
}

/// A whole number.
fn number(n: i64) -> Cell {
    Cell::shown(&n.to_string())
}

/// A whole number, or the blank of a missing one.
fn known(n: Option<i64>) -> Cell {
    n.map_or(Cell::Missing, number)
}

/// A whole number, or nothing for none: lists of shortages are read for what stands in them.
fn some(n: i64) -> Cell {
    if n == 0 { Cell::Empty } else { number(n) }
}

/// A figure that is text already, or the blank of a missing one.
fn shown(figure: Option<&str>) -> Cell {
    figure.map_or(Cell::Missing, |figure| match Exact::parse(figure) {
        Ok(_) => Cell::shown(figure),
        Err(_) => centre(figure),
    })
}

/// Reasons one below the other.
fn reasons(reasons: &[String]) -> Cell {
    text(reasons.join("；"))
}

/// A school as lists name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolPlace {
    /// Its name, or its code where nobody knows it.
    pub name: String,
    /// 乡镇, where it is known.
    pub township: Option<String>,
}

/// How lists name the school of a code.
pub type Places<'a> = dyn Fn(&SchoolCode) -> SchoolPlace + 'a;

/// The schools of a county's data.
pub fn places<'a>(
    snapshot: &'a Snapshot,
    catalogue: &'a Catalogue,
) -> impl Fn(&SchoolCode) -> SchoolPlace + 'a {
    let item = catalogue.id("township");
    move |code| {
        let township = || match snapshot.school(code)?.facts.value(item?)? {
            Value::Code(text) | Value::Text(text) => Some(text.to_string()),
            _ => None,
        };
        SchoolPlace { name: school(snapshot, code), township: township() }
    }
}

/// The name of a school, or its code where the data have none.
fn school(snapshot: &Snapshot, code: &SchoolCode) -> String {
    snapshot.school(code).map_or_else(|| code.to_string(), |school| school.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_a_column_have_one_format() {
        let row = |figure: &str| Row::Cells(vec![text("学校"), Cell::shown(figure), number(3)]);
        let total = Row::Total(vec![text("合计"), Cell::Empty, number(9)]);
        let rows = even(vec![row("20"), row("12.62"), row("-5.4"), Row::none(), total]);
        let shown: Vec<Cell> = rows
            .into_iter()
            .filter_map(|row| match row {
                Row::Cells(cells) | Row::Total(cells) => cells.get(1).cloned(),
                Row::Band(_) | Row::Line(_) => None,
            })
            .collect();
        let wanted = ["20.00", "12.62", "-5.40"].map(Cell::shown);
        assert_eq!(shown, [wanted.as_slice(), &[Cell::Empty]].concat());
    }
}
