//! Tiny counties from rows of pupils by grade.

use domain::{
    Catalogue, CountyCode, Draft, Fact, Facts, Origin, School, SchoolCode, SchoolKind, SchoolYear,
    Section, Snapshot, Stage, Value,
};
use forecast::{Assumptions, Count, Forecast, SectionKey};
use std::sync::OnceLock;

pub(crate) fn catalogue() -> &'static Catalogue {
    static ITEMS: OnceLock<items::Items> = OnceLock::new();
    ITEMS.get_or_init(|| items::load(&packs::PackSource::embedded()).unwrap()).catalogue()
}

/// A grade of a section: pupils, blank or `—`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum G {
    N(i64),
    Blank,
    Dash,
}

/// The rows of a year: school number, stage, pupils of the stage's grades.
pub(crate) type Rows<'a> = &'a [(u32, Stage, &'a [G])];

pub(crate) fn code(number: u32) -> SchoolCode {
    SchoolCode::parse(&format!("34{number:08}")).unwrap()
}

pub(crate) fn primary(number: u32) -> SectionKey {
    SectionKey { school: code(number), stage: Stage::Primary }
}

pub(crate) fn junior(number: u32) -> SectionKey {
    SectionKey { school: code(number), stage: Stage::Junior }
}

pub(crate) fn grades<const L: usize>(pupils: [i64; L]) -> [G; L] {
    pupils.map(G::N)
}

/// A county in a year; schools above 900 are teaching points, the others have any stage.
pub(crate) fn county(year: i16, rows: Rows<'_>) -> Snapshot {
    let mut draft =
        Draft::new(CountyCode::parse("340000").unwrap(), "示例县".into(), SchoolYear(year));
    let origin = draft.origin(Origin::Given { source: "手算".into() });
    for (number, stage, grades) in rows {
        let mut facts = Facts::new();
        let mut set = |code: &str, value| {
            facts.set(catalogue().id(code).unwrap(), Fact { value, origin });
        };
        let first = if *stage == Stage::Junior { 7 } else { 1 };
        for (grade, cell) in (first..).zip(*grades) {
            let code = format!("pupils_grade_{grade}");
            match cell {
                G::N(pupils) => set(&code, Value::Number((*pupils).into())),
                G::Dash => set(&code, Value::NotApplicable),
                G::Blank => {}
            }
        }
        let sum: i64 = grades.iter().map(|g| if let G::N(n) = g { *n } else { 0 }).sum();
        set("pupils", Value::Number(sum.into()));
        let section = Section { stage: *stage, attached: false, facts };
        let school = code(*number);
        match draft.schools.iter_mut().find(|known| known.code == school) {
            Some(known) => known.sections.push(section),
            None => draft.schools.push(School {
                code: school,
                name: format!("第{number}学校"),
                kind: match (*number > 900, stage) {
                    (true, _) => SchoolKind::TeachingPoint,
                    (_, Stage::Junior) => SchoolKind::Junior,
                    _ => SchoolKind::NineYear,
                },
                parent: None,
                facts: Facts::new(),
                sections: vec![section],
                classes: vec![],
                rooms: vec![],
            }),
        }
    }
    draft.seal(catalogue()).unwrap()
}

pub(crate) fn run(history: &[Snapshot], given: &Assumptions) -> Forecast {
    forecast::forecast(catalogue(), history, given).unwrap()
}

/// A section's grades in a forecast year; −1 is `—`, −2 is missing.
pub(crate) fn row(result: &Forecast, key: &SectionKey, year: i16) -> Vec<i64> {
    let section = result.year(SchoolYear(year)).unwrap().section(key).unwrap();
    section
        .grades
        .iter()
        .map(|grade| match grade.pupils {
            Count::Known(pupils) => pupils,
            Count::NotApplicable => -1,
            Count::Missing(_) => -2,
        })
        .collect()
}

/// Pupils of a grade in all sections of a year.
pub(crate) fn total(result: &Forecast, grade: u8, year: i16) -> i64 {
    let of = result.year(SchoolYear(year)).unwrap();
    of.sections.iter().filter_map(|s| s.grade(grade)?.pupils.known()).sum()
}
