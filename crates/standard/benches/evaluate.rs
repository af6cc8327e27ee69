//! How long the judge takes: one large county with everything, and the nation's sections.
//!
//! `cargo bench -p junheng-standard`; figures stand in docs/benchmarks.md.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop at the first surprise")]

use divan::Bencher;
use domain::{
    Catalogue, CountyCode, Draft, Fact, Facts, Origin, OriginId, School, SchoolCode, SchoolKind,
    SchoolYear, Section, Snapshot, Stage, Value,
};
use packs::PackSource;
use rayon::prelude::*;
use rust_decimal::Decimal;
use standard::{Options, Standard, evaluate};
use std::sync::{Arc, OnceLock};

fn main() {
    divan::main();
}

/// Counties of the nation, and sections of each on average: 230,000 in all.
const COUNTIES: u32 = 2_900;
const SCHOOLS: u32 = 62;

fn standard() -> &'static Standard {
    static STANDARD: OnceLock<Standard> = OnceLock::new();
    STANDARD.get_or_init(|| {
        let packs = PackSource::embedded();
        let items = items::load(&packs).unwrap();
        let catalogue = Arc::new(items.catalogue().clone());
        standard::load::load(&packs, &catalogue, "cn-quality-2017").unwrap()
    })
}

/// A small generator of repeatable figures; its quality does not matter here.
struct Dice(u64);

impl Dice {
    fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (self.0 >> 33) % (high - low + 1)
    }
}

struct Ink<'a> {
    catalogue: &'a Catalogue,
    dice: Dice,
}

impl Ink<'_> {
    fn set(&self, facts: &mut Facts, code: &str, number: Decimal) {
        let id = self.catalogue.id(code).unwrap();
        facts.set(id, Fact { value: Value::Number(number), origin: OriginId(0) });
    }

    fn section(&mut self, stage: Stage) -> (Section, u64) {
        let pupils = self.dice.between(60, 1_900);
        let mut facts = Facts::new();
        let share = |percent: u64| Decimal::from(pupils * percent / 1_000 + 1);
        for (code, low, high) in [
            ("teachers_doctor", 0, 0),
            ("teachers_master", 1, 4),
            ("teachers_bachelor", 45, 60),
            ("teachers_college", 5, 10),
            ("teachers_backbone", 9, 16),
            ("teachers_pe", 3, 6),
            ("teachers_art", 0, 1),
            ("teachers_music", 3, 5),
            ("teachers_fine_art", 3, 5),
        ] {
            let percent = self.dice.between(low, high);
            self.set(&mut facts, code, share(percent));
        }
        self.set(&mut facts, "pupils", pupils.into());
        (Section { stage, attached: false, facts }, pupils)
    }

    fn school(&mut self, number: u32) -> School {
        // Of ten schools five are primary, two junior, three have both stages: 1.3 sections each.
        let (kind, stages): (_, &[Stage]) = match number % 10 {
            0..=4 => (SchoolKind::Primary, &[Stage::Primary]),
            5 | 6 => (SchoolKind::Junior, &[Stage::Junior]),
            _ => (SchoolKind::NineYear, &[Stage::Primary, Stage::Junior]),
        };
        let mut sections = Vec::new();
        let mut pupils = 0;
        for stage in stages {
            let (section, count) = self.section(*stage);
            sections.push(section);
            pupils += count;
        }
        let mut facts = Facts::new();
        for (code, low, high, scale) in [
            ("teaching_rooms_area", 450, 900, 2),
            ("outdoor_sports_area", 800, 1_400, 2),
            ("indoor_sports_area", 10, 60, 2),
            ("equipment_value", 1_900, 4_000, 4),
            ("multimedia_rooms", 2, 4, 2),
        ] {
            let each = self.dice.between(low, high);
            let value = Decimal::new(i64::try_from(pupils * each).unwrap(), scale);
            self.set(
                &mut facts,
                code,
                if code == "multimedia_rooms" { value.ceil() } else { value },
            );
        }
        School {
            code: SchoolCode::parse(&format!("{:010}", 3_000_000_000u64 + u64::from(number)))
                .unwrap(),
            name: format!("第{number}学校"),
            kind,
            parent: None,
            facts,
            sections,
            classes: Vec::new(),
            rooms: Vec::new(),
        }
    }
}

fn county(seed: u32, schools: u32) -> Snapshot {
    let catalogue = standard().catalogue();
    let code = CountyCode::parse(&format!("{:06}", 100_000 + seed)).unwrap();
    let mut draft = Draft::new(code, format!("第{seed}县"), SchoolYear(2024));
    draft.origin(Origin::Given { source: "bench".into() });
    let mut ink = Ink { catalogue, dice: Dice(u64::from(seed) + 1) };
    for number in 0..schools {
        draft.schools.push(ink.school(number));
    }
    draft.seal(catalogue).unwrap()
}

/// The snapshot hash is made when facts are sealed, not when they are judged.
fn nation() -> &'static [Snapshot] {
    static NATION: OnceLock<Vec<Snapshot>> = OnceLock::new();
    NATION.get_or_init(|| (0..COUNTIES).into_par_iter().map(|seed| county(seed, SCHOOLS)).collect())
}

#[divan::bench(sample_count = 50)]
fn county_of_300_schools(bencher: Bencher) {
    let snapshot = county(7, 300);
    bencher.bench(|| evaluate(&snapshot, resources(), &Options::default()).unwrap());
}

/// The standard without what a nation-wide monitoring of resources does not ask.
fn resources() -> &'static Standard {
    static RESOURCES: OnceLock<Standard> = OnceLock::new();
    RESOURCES.get_or_init(|| standard().resources_only())
}

#[divan::bench(sample_count = 5)]
fn nation_of_230_000_sections(bencher: Bencher) {
    let nation = nation();
    let sections: usize =
        nation.iter().flat_map(Snapshot::schools).map(|school| school.sections.len()).sum();
    assert!((225_000..240_000).contains(&sections), "{sections}");
    bencher.bench(|| {
        nation
            .par_iter()
            .map(|snapshot| {
                let evaluation = evaluate(snapshot, resources(), &Options::default()).unwrap();
                evaluation.stages.iter().map(|stage| stage.passed).sum::<usize>()
            })
            .sum::<usize>()
    });
}
