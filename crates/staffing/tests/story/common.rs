//! What the stories share: small counties and rosters made by hand.

use domain::{
    Catalogue, CountyCode, Draft, Fact, Facts, Origin, OriginId, School, SchoolCode, SchoolKind,
    SchoolYear, Section, Snapshot, Stage, Value,
};
use jiff::civil::Date;
use packs::PackSource;
use staffing::{Finding, Roster, RosterRow, Rules};
use standard::Standard;
use std::sync::Arc;

pub(crate) const DAY: Date = Date::constant(2024, 9, 1);

pub(crate) struct Bench {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) standard: Arc<Standard>,
    pub(crate) rules: Rules,
}

pub(crate) fn bench() -> Bench {
    let packs = PackSource::embedded();
    let items = items::load(&packs).unwrap();
    let catalogue = Arc::new(items.catalogue().clone());
    let standard = Arc::new(standard::load::load(&packs, &catalogue, "cn-quality-2017").unwrap());
    let rules = staffing::rules::load(&packs, "cn-county-2024").unwrap();
    Bench { catalogue, standard, rules }
}

pub(crate) fn code(n: u32) -> SchoolCode {
    SchoolCode::parse(&format!("34000{n:05}")).unwrap()
}

/// A primary school of 500 pupils that stands well in everything but people.
const PLACE: [(&str, &str); 5] = [
    ("teaching_rooms_area", "3000"),
    ("building_area", "3000"),
    ("outdoor_sports_area", "5000"),
    ("equipment_value", "150"),
    ("multimedia_rooms", "16"),
];

pub(crate) struct Site {
    pub(crate) n: u32,
    pub(crate) stage: Stage,
    pub(crate) residence: &'static str,
    pub(crate) position: (&'static str, &'static str),
    pub(crate) figures: Vec<(&'static str, i64)>,
    /// Another kind than that of its stage.
    pub(crate) kind: Option<SchoolKind>,
    /// The code of who runs it.
    pub(crate) sponsor: &'static str,
}

pub(crate) fn site(n: u32, figures: &[(&'static str, i64)]) -> Site {
    let position = ("116.0", "31.0");
    Site {
        n,
        stage: Stage::Primary,
        residence: "220",
        position,
        figures: figures.to_vec(),
        kind: None,
        sponsor: "7",
    }
}

pub(crate) fn county(catalogue: &Catalogue, sites: &[Site]) -> Snapshot {
    let mut draft =
        Draft::new(CountyCode::parse("340000").unwrap(), "示例县".into(), SchoolYear(2024));
    draft.origin(Origin::Given { source: "test".into() });
    for site in sites {
        let set = |facts: &mut Facts, item: &str, value: Value| {
            let id = catalogue.id(item).unwrap_or_else(|| panic!("{item}"));
            facts.set(id, Fact { value, origin: OriginId(0) });
        };
        let mut facts = Facts::new();
        for (item, text) in PLACE {
            set(&mut facts, item, Value::Number(text.parse().unwrap()));
        }
        set(&mut facts, "indoor_sports_area", Value::Number(0.into()));
        set(&mut facts, "sponsor", Value::Code(site.sponsor.into()));
        set(&mut facts, "residence", Value::Code(site.residence.into()));
        set(&mut facts, "longitude", Value::Number(site.position.0.parse().unwrap()));
        set(&mut facts, "latitude", Value::Number(site.position.1.parse().unwrap()));
        let mut own = Facts::new();
        for (item, value) in &site.figures {
            set(&mut own, item, Value::Number((*value).into()));
        }
        draft.schools.push(School {
            code: code(site.n),
            name: format!("第{}学校", site.n),
            kind: site.kind.unwrap_or(match site.stage {
                Stage::Primary => SchoolKind::Primary,
                Stage::Junior => SchoolKind::Junior,
                Stage::Senior => SchoolKind::Senior,
            }),
            parent: None,
            facts,
            sections: vec![Section { stage: site.stage, attached: false, facts: own }],
            classes: vec![],
            rooms: vec![],
        });
    }
    draft.seal(catalogue).unwrap()
}

/// A row: number, school and what else is said of it.
pub(crate) fn row(number: &str, school: u32, cells: &[(&str, &str)]) -> RosterRow {
    let mut row = RosterRow::default();
    let usual = [
        ("number", number),
        ("name", "王小明"),
        ("school", code(school).as_str().to_owned().leak() as &str),
        ("stage", "小学"),
        ("subject", "语文"),
        ("degree", "本科"),
        ("certified", "是"),
        ("rank", "中级"),
        ("arrived", "2010-09-01"),
        ("birth", "1985-03-04"),
        ("sex", "女"),
    ];
    for (column, text) in usual.iter().chain(cells) {
        assert!(row.set(column, text), "{column}");
    }
    row
}

pub(crate) fn read(
    bench: &Bench,
    snapshot: &Snapshot,
    rows: &[RosterRow],
) -> (Roster, Vec<Finding>) {
    Roster::read(rows, 2, snapshot, &bench.rules, DAY)
}
