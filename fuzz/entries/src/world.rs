//! What the entries work with: the program's own packs and a small county. Made once.

use domain::{
    Attestation, Catalogue, Class, CountyCode, Draft, Fact, Facts, ItemKind, Level, Origin,
    OriginId, Room, RoomKind, School, SchoolCode, SchoolKind, SchoolYear, Section, Snapshot, Stage,
    Value,
};
use intake::open::Limits;
use intake::write::WriteOptions;
use intake::{Layouts, Options};
use items::Items;
use packs::PackSource;
use rust_decimal::Decimal;
use standard::Standard;
use std::sync::{Arc, LazyLock};

/// The packs, and a county with something of everything.
pub(crate) struct World {
    pub(crate) packs: PackSource,
    pub(crate) items: Items,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) layouts: Layouts,
    pub(crate) standards: Vec<Standard>,
    pub(crate) snapshot: Snapshot,
}

/// The world of this process.
pub(crate) fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(World::new);
    &WORLD
}

/// Bounds that a fuzzer reaches: small enough for many runs a second.
pub(crate) fn limits() -> Limits {
    Limits {
        file_bytes: 1 << 20,
        unpacked_bytes: 8 << 20,
        text_bytes: 4 << 20,
        entries: 200,
        sheets: 60,
        cells: 50_000,
        xls_area: 200_000,
        ..Limits::default()
    }
}

/// The school year of the county.
pub(crate) const YEAR: SchoolYear = SchoolYear(2024);

impl World {
    fn new() -> Self {
        let packs = PackSource::embedded();
        let items = good(items::load(&packs));
        let catalogue = Arc::new(items.catalogue().clone());
        let layouts = good(Layouts::load(&packs, &catalogue));
        let standards = standard::load::ids(&packs)
            .iter()
            .map(|id| good(standard::load::load(&packs, &catalogue, id)))
            .collect();
        let snapshot = good(county(&catalogue).seal(&catalogue));
        Self { packs, items, catalogue, layouts, standards, snapshot }
    }

    /// The options of a reading: with the cross-checks, for the county's year.
    pub(crate) fn reading(&self) -> Options<'_> {
        let mut options = Options::new(&self.catalogue, &self.layouts).with_checks(&self.items);
        options.limits = limits();
        options.findings_of_a_kind = 20;
        options
    }

    /// Year and county are given by the caller, for files that do not hold them.
    pub(crate) fn reading_for_county(&self) -> Options<'_> {
        let mut options = self.reading();
        options.year = Some(YEAR);
        options.county = Some((good(CountyCode::parse("340000")), "示例县".to_owned()));
        options
    }

    pub(crate) fn writing(&self) -> WriteOptions<'_> {
        WriteOptions {
            catalogue: &self.catalogue,
            layouts: &self.layouts,
            indicators: &[],
            label: None,
        }
    }

    /// Every standard judges a snapshot, or says why it cannot.
    pub(crate) fn judge(&self, snapshot: &Snapshot) {
        for standard in &self.standards {
            judge(snapshot, standard);
        }
    }
}

/// A standard judges a snapshot, twice alike, or says why it cannot.
pub(crate) fn judge(snapshot: &Snapshot, standard: &Standard) {
    match standard::evaluate(snapshot, standard, &standard::Options::default()) {
        Ok(evaluation) => assert_eq!(evaluation.snapshot, snapshot.hash()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The value, or the end with the reason: for what holds whatever the input.
pub(crate) fn good<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

fn county(catalogue: &Catalogue) -> Draft {
    let mut draft = Draft::new(good(CountyCode::parse("340000")), "示例县".into(), YEAR);
    draft.origin(Origin::Given { source: "示例".into() });
    draft.county.facts = facts(catalogue, Level::County, 0);
    draft.county.attestations.push(Attestation {
        indicator: "G3".into(),
        holds: Some(true),
        evidence: "验收报告".into(),
        person: "张三".into(),
        date: Some(jiff::civil::date(2024, 10, 8)),
    });
    let kinds = [
        SchoolKind::Primary,
        SchoolKind::TeachingPoint,
        SchoolKind::NineYear,
        SchoolKind::Junior,
        SchoolKind::CompleteSecondary,
    ];
    draft.schools =
        kinds.into_iter().zip(0..).map(|(kind, n)| school(catalogue, kind, n)).collect();
    draft
}

fn code(number: usize) -> SchoolCode {
    good(SchoolCode::parse(&format!("34000000{number:02}")))
}

fn school(catalogue: &Catalogue, kind: SchoolKind, number: usize) -> School {
    let class = |stage: &Stage| Class {
        name: "(1)班".into(),
        stage: *stage,
        grade: match stage {
            Stage::Primary => 3,
            Stage::Junior => 8,
            Stage::Senior => 11,
        },
        facts: facts(catalogue, Level::Class, number),
    };
    School {
        code: code(number),
        name: format!("第{number}学校"),
        kind,
        parent: (kind == SchoolKind::TeachingPoint).then(|| code(0)),
        facts: facts(catalogue, Level::School, number),
        sections: kind
            .stages()
            .iter()
            .map(|stage| Section {
                stage: *stage,
                attached: false,
                facts: facts(catalogue, Level::Section, number * 3 + stage.index()),
            })
            .collect(),
        classes: kind.stages().iter().map(class).collect(),
        rooms: vec![Room {
            name: "音乐室".into(),
            kind: RoomKind::Music,
            facts: facts(catalogue, Level::Room, number),
        }],
    }
}

/// A fact for nearly every item of a level: different numbers, some not applicable, some missing.
fn facts(catalogue: &Catalogue, level: Level, seed: usize) -> Facts {
    let mut facts = Facts::new();
    for (id, item) in catalogue.iter().filter(|(_, item)| item.level == level) {
        let turn = seed + usize::from(id.0);
        let number = Decimal::from(turn % 90 + 1);
        let value = match (&item.kind, turn % 13) {
            (_, 3) => continue,
            (ItemKind::Count | ItemKind::Amount, 7) => Value::NotApplicable,
            (ItemKind::Flag, _) => Value::Flag(turn.is_multiple_of(2)),
            (ItemKind::Code(list), _) => {
                let Some((code, _)) = list.get(turn % list.len().max(1)) else { continue };
                Value::Code(code.as_str().into())
            }
            (ItemKind::Text, _) if item.code == "place_code" => Value::Text("340000001001".into()),
            (ItemKind::Text, _) => Value::Text(format!("文字{turn}").into()),
            (ItemKind::Date, _) => Value::Date(jiff::civil::date(2024, 9, 1)),
            (ItemKind::Year, _) => Value::Number(2011.into()),
            (ItemKind::Count | ItemKind::Amount, _) => {
                let number = item.range.min.map_or(number, |min| number.max(min));
                Value::Number(item.range.max.map_or(number, |max| number.min(max)))
            }
        };
        facts.set(id, Fact { value, origin: OriginId(0) });
    }
    facts
}
