//! 表Ⅰ: the county in one row, from facts of the county or counted from its schools.

use super::Built;
use crate::context::Context;
use crate::model::{Cell, Row};
use crate::pack::{Bind, Table};
use domain::{Catalogue, Exact, Level, Place, School, SchoolKind, Snapshot, Stage, Value};

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

/// A figure of the county.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Known {
    Number(Exact),
    NotApplicable,
    /// Why it is not known.
    Missing(String),
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
    match source {
        Source::Item(code) => {
            match value(cx, Place::County(cx.snapshot.county()), Level::County, code) {
                Some(Value::Number(n)) => Known::Number((*n).into()),
                Some(Value::NotApplicable) => Known::NotApplicable,
                _ => Known::Missing(String::new()),
            }
        }
        Source::Schools(kind, least) => schools(cx, *kind, *least),
        Source::Sum(stage, code) => sum(cx, *stage, code),
    }
}

fn value<'a>(cx: &Context<'a>, place: Place<'a>, level: Level, code: &str) -> Option<&'a Value> {
    Snapshot::fact(place, level, cx.catalogue.id(code)?).map(|fact| &fact.value)
}

/// Does the school count as one? 是否计校数 where it is known, else: campuses do not.
fn counts(cx: &Context<'_>, school: &School) -> bool {
    let place = Place::School(cx.snapshot.county(), school);
    match value(cx, place, Level::School, "counted_as_school") {
        Some(Value::Flag(counted)) => *counted,
        _ => school.parent.is_none(),
    }
}

fn schools(cx: &Context<'_>, kind: SchoolKind, least: Option<i64>) -> Known {
    let mut count = 0i64;
    let mut unknown = 0usize;
    for school in cx.snapshot.schools().iter().filter(|s| s.kind == kind && counts(cx, s)) {
        match least.map(|least| (least, pupils(cx, school))) {
            None => count += 1,
            Some((least, Some(pupils))) if pupils >= least.into() => count += 1,
            Some((_, Some(_))) => {}
            Some((_, None)) => unknown += 1,
        }
    }
    if unknown > 0 {
        return Known::Missing(format!("{unknown} 所缺在校生数"));
    }
    Known::Number(count.into())
}

/// Pupils of all sections; `None` where one is missing.
fn pupils(cx: &Context<'_>, school: &School) -> Option<Exact> {
    let of = |section| {
        let place = Place::Section(cx.snapshot.county(), school, section);
        match value(cx, place, Level::Section, "pupils")? {
            Value::Number(n) => Some(Exact::from(*n)),
            Value::NotApplicable => Some(Exact::ZERO),
            _ => None,
        }
    };
    school.sections.iter().map(of).sum::<Option<Exact>>()
}

fn sum(cx: &Context<'_>, stage: Stage, code: &str) -> Known {
    let mut total = Exact::ZERO;
    let mut unknown = 0usize;
    for school in cx.snapshot.schools() {
        let Some(section) = school.section(stage) else { continue };
        let place = Place::Section(cx.snapshot.county(), school, section);
        match value(cx, place, Level::Section, code) {
            Some(Value::Number(n)) => total = total + Exact::from(*n),
            Some(Value::NotApplicable) => {}
            _ => unknown += 1,
        }
    }
    if unknown > 0 {
        return Known::Missing(format!("{unknown} 个{stage}部缺数"));
    }
    Known::Number(total)
}
