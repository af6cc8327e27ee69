//! Whether a document can be printed: what every writer asks before it begins.
//!
//! Gaps are a matter of the person who writes; everything else here is a fault of a template and is
//! said with its place.

use crate::error::DocumentError;
use crate::model::{Block, Chart, Document, Row, Run, State, Table, Visit, plain};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The deepest heading.
const DEEPEST: u8 = 4;
/// Columns that a table may have.
const COLUMNS: usize = 63;

/// Something that keeps a document from being printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The block, table or figure.
    pub place: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}", self.place, self.what)
    }
}

/// Checks that a document can be printed as what it says it is.
///
/// # Errors
/// [`DocumentError::Shape`] with everything that is wrong with it, [`DocumentError::Gaps`] where it
/// is final and something is missing.
pub fn check(document: &Document) -> Result<(), DocumentError> {
    let problems = problems(document);
    if !problems.is_empty() {
        return Err(DocumentError::Shape { problems });
    }
    let gaps = document.pending();
    if document.state == State::Final && !gaps.is_empty() {
        return Err(DocumentError::Gaps { gaps: gaps.into_iter().map(str::to_owned).collect() });
    }
    Ok(())
}

/// Everything that is wrong with the shape of a document.
#[must_use]
pub fn problems(document: &Document) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut say = |place: String, what: String| found.push(Problem { place, what });
    let mut shown: BTreeMap<&str, &str> = BTreeMap::new();
    let mut free = BTreeSet::new();
    if document.title_line().trim().is_empty() {
        say("标题".into(), "没有标题".into());
    }
    document.walk(|visit| match visit {
        Visit::Run(Run::Figure { key, text }) => {
            if key.is_empty() {
                say(format!("数字“{text}”"), "没有编码".into());
            }
            match shown.insert(key, text) {
                Some(before) if before != text => {
                    say(format!("数字 {key}"), format!("同一编码先后印作“{before}”和“{text}”"));
                }
                _ => {}
            }
        }
        Visit::Run(Run::Free(one)) | Visit::Block(Block::Free(one)) if !free.insert(&one.key) => {
            say(format!("自填段落 {}", one.key), "编码重复".into());
        }
        Visit::Block(Block::Heading { level, runs }) if !(1..=DEEPEST).contains(level) => {
            say(format!("标题“{}”", plain(runs)), format!("层级 {level} 不在 1 至 {DEEPEST} 之间"));
        }
        Visit::Block(Block::Table(table)) => {
            if let Err(what) = table_shape(table) {
                say(format!("表“{}”", plain(&table.caption)), what);
            }
        }
        Visit::Block(Block::Chart(chart)) => {
            if let Err(what) = chart_shape(chart) {
                say(format!("图“{}”", plain(&chart.caption)), what);
            }
        }
        _ => {}
    });
    found
}

fn table_shape(table: &Table) -> Result<(), String> {
    let columns = table.columns.len();
    if columns == 0 || columns > COLUMNS {
        return Err(format!("有 {columns} 列，应为 1 至 {COLUMNS} 列"));
    }
    grid(&table.head, columns).map_err(|what| format!("表头{what}"))?;
    grid(&table.rows, columns).map(drop).map_err(|what| format!("表身{what}"))
}

/// Where each cell of some rows begins, by row; what merged cells cover is left out.
///
/// # Errors
/// A cell that goes over the edge, or columns that no cell takes.
pub(crate) fn grid(rows: &[Row], columns: usize) -> Result<Vec<Vec<usize>>, String> {
    // For each column, how many more rows a cell above still takes.
    let mut covered = vec![0_usize; columns];
    let mut starts = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let number = index + 1;
        let mut at = 0;
        let mut places = Vec::with_capacity(row.cells.len());
        let mut begun = Vec::new();
        for cell in &row.cells {
            while covered.get(at).is_some_and(|rows| *rows > 0) {
                at += 1;
            }
            let (wide, high) = (usize::from(cell.columns), usize::from(cell.rows));
            if wide == 0 || high == 0 || high > rows.len() - index {
                return Err(format!("第 {number} 行有合并单元格越出表格"));
            }
            let free = covered.get(at..at + wide).is_some_and(|all| all.iter().all(|r| *r == 0));
            if !free {
                return Err(format!("第 {number} 行的单元格多于 {columns} 列"));
            }
            places.push(at);
            begun.push((at, wide, high));
            at += wide;
        }
        let taken: usize = begun.iter().map(|(_, wide, _)| wide).sum();
        if taken + covered.iter().filter(|rows| **rows > 0).count() != columns {
            return Err(format!("第 {number} 行的单元格不足 {columns} 列"));
        }
        for rows in &mut covered {
            *rows = rows.saturating_sub(1);
        }
        for (at, wide, high) in begun {
            for rows in covered.iter_mut().skip(at).take(wide) {
                *rows = high - 1;
            }
        }
        starts.push(places);
    }
    Ok(starts)
}

fn chart_shape(chart: &Chart) -> Result<(), String> {
    let decimal = |text: &str| -> Result<(), String> {
        match number(text) {
            Some(_) => Ok(()),
            None => Err(format!("“{text}”不是十进制数")),
        }
    };
    for series in &chart.series {
        if series.points.len() != chart.categories.len() {
            return Err(format!(
                "“{}”有 {} 个值，应有 {} 个",
                series.name,
                series.points.len(),
                chart.categories.len()
            ));
        }
        series.points.iter().flatten().try_for_each(|point| decimal(&point.text))?;
    }
    chart.limits.iter().try_for_each(|limit| decimal(&limit.text))
}

/// A plain decimal, to draw it. Exponents, infinities and separators are none.
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    text.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cell, Free, Point, Series};

    fn wrong(blocks: Vec<Block>) -> Vec<String> {
        let document = Document { blocks, ..Document::new("标题") };
        problems(&document).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn merged_cells_must_fill_the_grid() {
        let cell = |wide, high| Cell::text("x").over(wide, high);
        let rows = |rows: Vec<Vec<Cell>>| rows.into_iter().map(Row::new).collect::<Vec<_>>();
        // ┌─┬───┐
        // │ ├─┬─┤
        // └─┴─┴─┘
        let good = rows(vec![vec![cell(1, 2), cell(2, 1)], vec![cell(1, 1), cell(1, 1)]]);
        assert_eq!(grid(&good, 3).unwrap(), [vec![0, 1], vec![1, 2]]);
        for bad in [
            rows(vec![vec![cell(1, 1)]]),
            rows(vec![vec![cell(4, 1)]]),
            rows(vec![vec![cell(3, 2)]]),
            rows(vec![vec![cell(0, 1), cell(3, 1)]]),
            rows(vec![vec![cell(1, 2), cell(2, 1)], vec![cell(3, 1)]]),
            rows(vec![vec![cell(1, 1), cell(1, 2), cell(1, 1)], vec![cell(2, 1)]]),
        ] {
            assert!(grid(&bad, 3).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn faults_of_a_template_are_said_with_their_place() {
        let free = || Block::Free(Free { key: "a".into(), ..Free::default() });
        let chart = Chart {
            categories: vec!["甲".into()],
            series: vec![Series { name: "值".into(), points: vec![Some(Point::new("1e9"))] }],
            ..Chart::default()
        };
        let found = wrong(vec![
            Block::heading(5, "深"),
            free(),
            free(),
            Block::paragraph(vec![Run::figure("k", "1"), Run::figure("k", "2")]),
            Block::Table(Table::default()),
            Block::Chart(chart),
        ]);
        insta::assert_snapshot!(found.join("\n"), @"
        标题“深”：层级 5 不在 1 至 4 之间
        自填段落 a：编码重复
        数字 k：同一编码先后印作“1”和“2”
        表“”：有 0 列，应为 1 至 63 列
        图“”：“1e9”不是十进制数
        ");
    }

    #[test]
    fn a_gap_blocks_the_final_version_only() {
        let blocks = vec![Block::paragraph(vec![Run::pending("督查次数")])];
        let mut document = Document { blocks, ..Document::new("标题") };
        check(&document).unwrap();
        document.state = State::Final;
        let error = check(&document).unwrap_err();
        assert_eq!(error.code(), "D-FINAL-01");
        assert!(error.to_string().contains("督查次数"), "{error}");
    }

    #[test]
    fn numbers_are_plain_decimals() {
        for good in ["0", "-1.5", "0.482"] {
            assert!(number(good).is_some(), "{good}");
        }
        for bad in ["", "1e3", "inf", "nan", "1,000", "12%", "—", "1.2.3"] {
            assert!(number(bad).is_none(), "{bad}");
        }
    }
}
