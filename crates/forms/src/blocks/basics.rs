//! 表Ⅰ: the county in one row, from facts of the county or counted from its schools.

use super::Built;
use crate::context::Context;
use crate::model::{Cell, Row};
use crate::pack::{Bind, Table};
use crate::tally::{self, Known};
use domain::{Catalogue, Exact, Level, SchoolKind, Stage};

/// Where a figure comes from: the first of these that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure(Vec<Source>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// A fact of the county.
    Item(String),
    /// Schools of a kind, those with at least so many pupils.
    Schools(SchoolKind, Option<i64>),
    /// An item added up over all sections of a stage.
    Sum(Stage, String),
}

impl Bind for Figure {
    fn read(name: &str, catalogue: &Catalogue) -> Option<Self> {
        let level = |code: &str, level: Level| {
            catalogue.find(code).filter(|(_, item)| item.level == level).map(|_| code.to_owned())
        };
        let source = |text: &str| -> Option<Source> {
            let mut words = text.trim().split(':');
            let source = match (words.next()?, words.next()?, words.next()) {
                ("item", code, None) => Source::Item(level(code, Level::County)?),
                ("schools", kind, least) => {
                    let least = least.map(str::parse).transpose().ok()?;
                    Source::Schools(SchoolKind::from_label(kind)?, least)
                }
                ("sum", stage, Some(code)) => {
                    Source::Sum(Stage::from_label(stage)?, level(code, Level::Section)?)
                }
                _ => return None,
            };
            words.next().is_none().then_some(source)
        };
        name.split('|').map(source).collect::<Option<_>>().map(Self)
    }

    fn options() -> String {
        "item:县级数据项、schools:办学类型[:最少学生数]、sum:学段:学段级数据项；几个用 | 隔开时取第一个有数的"
            .into()
    }
}

/// The row of figures.
pub(super) fn build(table: &Table<Figure>, cx: &Context<'_>) -> Built {
    let slots = table.slots(&[]);
    let mut cells = Vec::new();
    let mut gaps = Vec::new();
    for slot in &slots {
        let column = slot.column;
        cells.push(match known(&column.bind, cx) {
            Known::Number(n) => Cell::shown(&n.to_fixed(column.decimals)),
            Known::NotApplicable => Cell::not_applicable(),
            Known::Missing(why) => {
                let label =
                    column.label.as_ref().map_or_else(String::new, |l| l.fill(|_| String::new()));
                gaps.push(format!(
                    "{label}{}",
                    if why.is_empty() { why } else { format!("（{why}）") }
                ));
                Cell::Missing
            }
        });
    }
    let mut built = Built::new(&slots, vec![Row::Cells(cells)]);
    if !gaps.is_empty() {
        built.notes.push(format!("▨ 缺数，未填：{}。", gaps.join("、")));
    }
    built
}

/// The columns of a form that have no figure: words of the head and why.
pub(super) fn missing(table: &Table<Figure>, cx: &Context<'_>) -> Vec<(String, String)> {
    let gap = |slot: &crate::pack::Slot<'_, Figure>| {
        let Known::Missing(why) = known(&slot.column.bind, cx) else { return None };
        let words: Vec<_> =
            slot.column.head.iter().map(|t| t.fill(|_| String::new()).replace('\n', "")).collect();
        Some((words.join("·"), why))
    };
    table.slots(&[]).iter().filter_map(gap).collect()
}

fn known(figure: &Figure, cx: &Context<'_>) -> Known {
    let mut first = None;
    for source in &figure.0 {
        let found = of(source, cx);
        // A count of nothing does not stand in for a figure that was not entered.
        let nothing = first.is_some() && found == Known::Number(Exact::ZERO);
        if !matches!(found, Known::Missing(_)) && !nothing {
            return found;
        }
        first.get_or_insert(found);
    }
    first.unwrap_or_else(|| Known::Missing(String::new()))
}

fn of(source: &Source, cx: &Context<'_>) -> Known {
    let (snapshot, catalogue) = (cx.snapshot, cx.catalogue);
    match source {
        Source::Item(code) => tally::item(snapshot, catalogue, code),
        Source::Schools(kind, least) => tally::schools(snapshot, catalogue, *kind, *least),
        Source::Sum(stage, code) => tally::sum(snapshot, catalogue, *stage, code),
    }
}
