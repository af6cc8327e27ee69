//! The hot path: indicators of a section. The budget is 1.5 µs for a split indicator, so that the
//! nation's 230,000 sections × 7 indicators take about a second on two cores.

#![expect(clippy::expect_used, reason = "a bench that cannot set itself up has failed")]

use divan::{Bencher, black_box};
use domain::{
    Catalogue, CountyCode, Draft, Exact, Fact, Facts, Item, ItemKind, Level, Origin, OriginId,
    Place, Range, School, SchoolCode, SchoolKind, SchoolYear, Section, Snapshot, Stage, Unit,
    Value,
};
use formula::{Env, Everything, Formula, Vocabulary};

fn main() {
    divan::main();
}

const SCHOOL: [(&str, &str, i64, u32); 4] = [
    ("teaching_rooms_area", "㎡", 123_795, 2),
    ("indoor_sports_area", "㎡", 6350, 2),
    ("equipment_value", "万元", 286_000, 4),
    ("multimedia_rooms", "间", 7, 0),
];

const SECTION: [(&str, &str, i64); 3] =
    [("pupils", "人", 164), ("teachers_above", "人", 9), ("teachers_backbone", "人", 2)];

fn item(code: &str, unit: &str, level: Level) -> Item {
    Item {
        code: code.to_owned(),
        zh: code.to_owned(),
        en: code.to_owned(),
        unit: Unit::parse(unit).unwrap_or(Unit::ONE),
        level,
        kind: ItemKind::Amount,
        range: Range::default(),
        cells: Vec::new(),
        definition: String::new(),
    }
}

/// A school with two sections and as many other facts as schools really have.
fn world() -> (Catalogue, Snapshot) {
    let mut items: Vec<Item> = Vec::new();
    for (level, known) in [
        (Level::School, SCHOOL.map(|(code, unit, ..)| (code, unit)).to_vec()),
        (Level::Section, SECTION.map(|(code, unit, _)| (code, unit)).to_vec()),
    ] {
        for index in 0..40 {
            items.push(item(&format!("{level}_{index}"), "1", level));
        }
        items.extend(known.into_iter().map(|(code, unit)| item(code, unit, level)));
    }
    let catalogue = Catalogue::new(items).expect("codes are unique");
    let origin = OriginId(0);
    let number = |n, scale| Fact { value: Value::Number(decimal(n, scale)), origin };
    let facts = |level, known: &[(&str, i64, u32)]| {
        let mut facts = Facts::new();
        for (id, item) in catalogue.iter().filter(|(_, item)| item.level == level) {
            let figure = known.iter().find(|(code, ..)| *code == item.code);
            facts.set(id, figure.map_or(number(1, 0), |(_, n, scale)| number(*n, *scale)));
        }
        facts
    };
    let code = CountyCode::parse("340000").expect("six digits");
    let mut draft = Draft::new(code, "示例县".to_owned(), SchoolYear(2024));
    draft.origin(Origin::Given { source: "bench".into() });
    let section = SECTION.map(|(code, _, n)| (code, n, 0));
    draft.schools.push(School {
        code: SchoolCode::parse("3400000001").expect("ten digits"),
        name: "青山学校".to_owned(),
        kind: SchoolKind::NineYear,
        parent: None,
        facts: facts(Level::School, &SCHOOL.map(|(code, _, n, scale)| (code, n, scale))),
        sections: Stage::COMPULSORY
            .map(|stage| Section { stage, attached: false, facts: facts(Level::Section, &section) })
            .to_vec(),
        classes: Vec::new(),
        rooms: Vec::new(),
    });
    let snapshot = draft.seal(&catalogue).expect("a good draft");
    (catalogue, snapshot)
}

fn decimal(mantissa: i64, scale: u32) -> rust_decimal::Decimal {
    rust_decimal::Decimal::new(mantissa, scale)
}

#[divan::bench(args = [
    "teachers_above / pupils in 人/百人",
    "split(teaching_rooms_area - indoor_sports_area) / pupils",
    "(split(equipment_value) in 元) / pupils",
    "split(multimedia_rooms) / pupils in 间/百人",
    "split(teaching_rooms_area - indoor_sports_area) / pupils >= 4.5 ㎡/人",
])]
fn evaluate(bencher: Bencher<'_, '_>, source: &str) {
    let (catalogue, snapshot) = world();
    let vocabulary = Vocabulary::new(&catalogue);
    let formula = Formula::parse(source, &vocabulary, Level::Section).expect("a good formula");
    let weights = [Exact::from(1), Exact::ratio(11, 10), Exact::ratio(33, 25)];
    let env = Env {
        snapshot: &snapshot,
        catalogue: &catalogue,
        parameters: &[],
        definitions: &[],
        weights: &weights,
        guests: None,
        scope: &Everything,
    };
    let school = &snapshot.schools()[0];
    let place = Place::Section(snapshot.county(), school, &school.sections[0]);
    bencher.bench(|| black_box(&formula).evaluate(&env, black_box(place)));
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let (catalogue, _) = world();
    let vocabulary = Vocabulary::new(&catalogue);
    let source = "split(teaching_rooms_area - indoor_sports_area) / pupils >= 4.5 ㎡/人";
    bencher.bench(|| Formula::parse(black_box(source), &vocabulary, Level::Section));
}
