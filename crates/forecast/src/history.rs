//! The grades of the snapshots, read once: known, blank or `—`.

use crate::error::ForecastError;
use crate::result::{SectionKey, grades_of};
use domain::{Catalogue, ItemId, SchoolCode, SchoolKind, SchoolYear, Snapshot, Stage, Value};
use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};

/// Grades of compulsory schooling.
pub(crate) const GRADES: usize = 9;

/// A grade of a section in a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Known(i64),
    Blank,
    /// `—`, or a grade of another stage.
    Absent,
}

impl Cell {
    pub(crate) const fn known(self) -> Option<i64> {
        if let Self::Known(pupils) = self { Some(pupils) } else { None }
    }

    /// Of two schools that became one.
    const fn joined(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(a.saturating_add(b)),
            (Self::Absent, cell) | (cell, Self::Absent) => cell,
            _ => Self::Blank,
        }
    }
}

/// The grades of a section in a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row([Cell; GRADES]);

impl Row {
    pub(crate) fn cell(&self, grade: u8) -> Cell {
        usize::from(grade)
            .checked_sub(1)
            .and_then(|i| self.0.get(i))
            .copied()
            .unwrap_or(Cell::Absent)
    }

    pub(crate) fn known(&self, grade: u8) -> Option<i64> {
        self.cell(grade).known()
    }

    pub(crate) fn runs(&self, grade: u8) -> bool {
        self.cell(grade) != Cell::Absent
    }

    fn set(&mut self, grade: u8, cell: Cell) {
        if let Some(place) = usize::from(grade).checked_sub(1).and_then(|i| self.0.get_mut(i)) {
            *place = cell;
        }
    }
}

/// A snapshot's grades.
#[derive(Clone, Debug)]
pub(crate) struct YearRows {
    pub(crate) year: SchoolYear,
    pub(crate) rows: BTreeMap<SectionKey, Row>,
}

/// How the grades that a section runs change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// It runs the same grades every year.
    Steady,
    /// A new school: a grade more each year until the stage is full.
    Growing,
    /// It takes nobody any more: its lowest grade leaves each year.
    Leaving,
}

/// The snapshots' grades, oldest first; never empty, and the last two years are successive.
#[derive(Clone, Debug)]
pub(crate) struct History {
    years: Vec<YearRows>,
    base: YearRows,
    /// Stages and years after which a section opened or closed.
    reorganised: BTreeSet<(Stage, SchoolYear)>,
    pub(crate) schools: BTreeMap<SchoolCode, (String, SchoolKind)>,
}

/// Items of the pupils by grade.
pub(crate) fn grade_items(catalogue: &Catalogue) -> Result<[ItemId; GRADES], ForecastError> {
    let mut ids = [ItemId(0); GRADES];
    for (id, grade) in ids.iter_mut().zip(1u8..) {
        let code = format!("pupils_grade_{grade}");
        *id = catalogue.id(&code).ok_or(ForecastError::NoItem(code))?;
    }
    Ok(ids)
}

/// Reads the compulsory sections of a snapshot; schools that became others count as those.
pub(crate) fn read(
    snapshot: &Snapshot,
    items: &[ItemId; GRADES],
    successors: &BTreeMap<SchoolCode, SchoolCode>,
) -> YearRows {
    let mut rows: BTreeMap<SectionKey, Row> = BTreeMap::new();
    for school in snapshot.schools() {
        let code = successors.get(&school.code).unwrap_or(&school.code);
        for section in school.sections.iter().filter(|s| s.stage != Stage::Senior) {
            let mut row = Row([Cell::Absent; GRADES]);
            for grade in grades_of(section.stage) {
                let Some(item) = items.get(usize::from(grade) - 1) else { continue };
                row.set(grade, cell(section.facts.value(*item)));
            }
            let key = SectionKey { school: code.clone(), stage: section.stage };
            rows.entry(key)
                .and_modify(|other| {
                    for (mine, theirs) in other.0.iter_mut().zip(row.0) {
                        *mine = mine.joined(theirs);
                    }
                })
                .or_insert(row);
        }
    }
    YearRows { year: snapshot.year(), rows }
}

fn cell(value: Option<&Value>) -> Cell {
    match value {
        Some(Value::NotApplicable) => Cell::Absent,
        Some(Value::Number(number)) if number.fract().is_zero() => match number.to_i64() {
            Some(pupils) if (0..=crate::Assumptions::MOST).contains(&pupils) => Cell::Known(pupils),
            _ => Cell::Blank,
        },
        // Not a number of pupils: as good as blank. Intake has said so already.
        _ => Cell::Blank,
    }
}

impl History {
    /// `None` unless the last two years are successive. `years` oldest first.
    pub(crate) fn new(
        mut years: Vec<YearRows>,
        schools: BTreeMap<SchoolCode, (String, SchoolKind)>,
    ) -> Option<Self> {
        let (base, before) = (years.last()?.year, years.len().checked_sub(2)?);
        if years.get(before)?.year.0 + 1 != base.0 {
            return None;
        }
        drop_unused_grades(&mut years);
        let base = years.last()?.clone();
        let reorganised = years.windows(2).flat_map(changed).collect();
        Some(Self { years, base, reorganised, schools })
    }

    pub(crate) fn base_year(&self) -> SchoolYear {
        self.base.year
    }

    pub(crate) fn base(&self) -> &BTreeMap<SectionKey, Row> {
        &self.base.rows
    }

    pub(crate) fn has(&self, key: &SectionKey) -> bool {
        self.base.rows.contains_key(key)
    }

    pub(crate) fn years(&self) -> &[YearRows] {
        &self.years
    }

    /// Successive school years, oldest first.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (&YearRows, &YearRows)> {
        self.years.windows(2).filter_map(|pair| match pair {
            [a, b] if a.year.0 + 1 == b.year.0 => Some((a, b)),
            _ => None,
        })
    }

    /// Did a section of the stage open or close between a year and the next snapshot?
    pub(crate) fn reorganised(&self, stage: Stage, year: SchoolYear) -> bool {
        self.reorganised.contains(&(stage, year))
    }

    /// Is a grade of a section blank in none of the snapshots that have the section?
    pub(crate) fn complete(&self, key: &SectionKey, grade: u8) -> bool {
        let mut rows = self.years.iter().filter_map(|year| year.rows.get(key));
        rows.all(|row| row.cell(grade) != Cell::Blank)
    }

    /// The pupils of a grade in the last two snapshots, summed, and how many of them know it. Where
    /// a section of the stage opened or closed between them, the earlier one says little about who
    /// takes whom in now: then the last alone.
    pub(crate) fn recent(&self, key: &SectionKey, grade: u8) -> Option<(i64, u64)> {
        let mut last = self.years.iter().rev();
        let (base, before) = (last.next()?, last.next()?);
        let steady = !self.reorganised(key.stage, before.year);
        let years = std::iter::once(base).chain(steady.then_some(before));
        let known: Vec<i64> = years.filter_map(|year| year.rows.get(key)?.known(grade)).collect();
        let count = u64::try_from(known.len()).ok().filter(|count| *count > 0)?;
        Some((known.iter().sum(), count))
    }

    pub(crate) fn shape(&self, key: &SectionKey) -> Shape {
        let Some(now) = self.base.rows.get(key) else { return Shape::Steady };
        let run: Vec<u8> = grades_of(key.stage).filter(|grade| now.runs(*grade)).collect();
        let (Some(lowest), Some(highest)) = (run.first(), run.last()) else {
            return Shape::Steady;
        };
        let before = self.years.iter().rev().nth(1).and_then(|year| year.rows.get(key));
        let Some(before) = before else {
            // Opened this year: a teaching point has few grades on purpose, another school has
            // begun with its first.
            let point = self.schools.get(&key.school).map(|(_, kind)| *kind);
            let first = *lowest == *grades_of(key.stage).start();
            return if first && point != Some(SchoolKind::TeachingPoint) {
                Shape::Growing
            } else {
                Shape::Steady
            };
        };
        let earlier: Vec<u8> = grades_of(key.stage).filter(|grade| before.runs(*grade)).collect();
        match (earlier.first(), earlier.last()) {
            (Some(first), _) if lowest > first => Shape::Leaving,
            (Some(first), Some(last)) if first == lowest && highest > last => Shape::Growing,
            _ => Shape::Steady,
        }
    }
}

/// The stages of two snapshots whose sections are not the same.
fn changed(pair: &[YearRows]) -> Vec<(Stage, SchoolYear)> {
    let [before, after] = pair else { return Vec::new() };
    let of = |rows: &YearRows, stage| -> Vec<SectionKey> {
        rows.rows.keys().filter(|key| key.stage == stage).cloned().collect()
    };
    let stages = Stage::COMPULSORY.into_iter();
    stages
        .filter(|stage| of(before, *stage) != of(after, *stage))
        .map(|stage| (stage, before.year))
        .collect()
}

/// A grade that is 0 in every snapshot although the grade below had pupils to move up is not run:
/// some schools write 0 where the form asks for `—`.
fn drop_unused_grades(years: &mut [YearRows]) {
    let keys: BTreeSet<SectionKey> =
        years.iter().flat_map(|year| year.rows.keys().cloned()).collect();
    for key in keys {
        for grade in grades_of(key.stage).skip(1) {
            let rows: Vec<&Row> = years.iter().filter_map(|year| year.rows.get(&key)).collect();
            let empty = rows.iter().all(|row| row.cell(grade) == Cell::Known(0));
            let skipped = rows.windows(2).any(
                |pair| matches!(pair, [before, _] if before.known(grade - 1).is_some_and(|n| n > 0)),
            );
            if empty && skipped {
                for year in years.iter_mut() {
                    if let Some(row) = year.rows.get_mut(&key) {
                        row.set(grade, Cell::Absent);
                    }
                }
            }
        }
    }
}
