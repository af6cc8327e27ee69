//! The checks that the program comes with: their own examples, and what a user gets to read.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told fails its test")]

use domain::{
    Catalogue, Class, CountyCode, Draft, Fact, Facts, Level, Origin, School, SchoolCode,
    SchoolKind, SchoolYear, Section, Snapshot, Stage, Value,
};
use items::{CheckFinding, Items, Severity};
use packs::PackSource;
use std::fmt::Write as _;

fn load() -> Items {
    items::load(&PackSource::embedded()).unwrap_or_else(|error| panic!("{error}"))
}

/// Facts from `code number` pairs; each fact has an origin of its own.
fn facts(draft: &mut Draft, catalogue: &Catalogue, values: &[(&str, &str)]) -> Facts {
    let mut facts = Facts::new();
    for (code, text) in values {
        let (id, item) = catalogue.find(code).unwrap();
        let origin = draft.origin(Origin::Given { source: format!("{code} {text}").into() });
        let value = match (*text, &item.kind) {
            ("—", _) => Value::NotApplicable,
            (_, domain::ItemKind::Code(_)) => Value::Code((*text).into()),
            _ => Value::Number(text.parse().unwrap()),
        };
        facts.set(id, Fact { value, origin });
    }
    facts
}

struct Story {
    year: i16,
    county: &'static [(&'static str, &'static str)],
    school: &'static [(&'static str, &'static str)],
    primary: &'static [(&'static str, &'static str)],
    junior: &'static [(&'static str, &'static str)],
    classes: &'static [&'static str],
}

const NOTHING: Story =
    Story { year: 2024, county: &[], school: &[], primary: &[], junior: &[], classes: &[] };

/// A county with one nine-year school.
fn snapshot(items: &Items, story: &Story) -> Snapshot {
    let catalogue = items.catalogue();
    let county = CountyCode::parse("341823").unwrap();
    let mut draft = Draft::new(county, "示例县".into(), SchoolYear(story.year));
    draft.county.facts = facts(&mut draft, catalogue, story.county);
    let mut section = |stage, values| Section {
        stage,
        attached: false,
        facts: facts(&mut draft, catalogue, values),
    };
    let sections =
        vec![section(Stage::Primary, story.primary), section(Stage::Junior, story.junior)];
    let classes = story.classes.iter().enumerate().map(|(n, size)| Class {
        name: format!("七年级({})班", n + 1),
        stage: Stage::Junior,
        grade: 7,
        facts: facts(&mut draft, catalogue, &[("class_size", size)]),
    });
    let classes = classes.collect();
    let school = School {
        code: SchoolCode::parse("3418230001").unwrap(),
        name: "青山九年一贯制学校".into(),
        kind: SchoolKind::NineYear,
        parent: None,
        facts: facts(&mut draft, catalogue, story.school),
        sections,
        classes,
        rooms: vec![],
    };
    draft.schools.push(school);
    draft.seal(catalogue).unwrap()
}

fn print(items: &Items, snapshot: &Snapshot, findings: &[CheckFinding]) -> String {
    findings.iter().fold(String::new(), |mut text, finding| {
        let (check, place) = (&finding.check, &finding.place.title);
        let _ = writeln!(text, "{check} {:?} {place}", finding.severity);
        let _ = writeln!(text, "  {}\n  {}", finding.message, finding.remedy);
        for fact in &finding.facts {
            let zh = &items.catalogue().item(fact.item).zh;
            let below = fact.below.as_ref().map_or("", |place| &place.title);
            let before = fact.before.as_ref().map(|v| format!(" 上年 {v}")).unwrap_or_default();
            let origin = snapshot.origin(fact.origin);
            let _ = writeln!(text, "  - {below}{zh} {}{before} [{origin}]", fact.value);
        }
        text
    })
}

#[test]
fn every_check_is_broken_and_just_satisfied_by_its_examples() {
    let failures = load().try_examples();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn an_example_that_lies_is_found() {
    let text = "title = \"x\"\n[[check]]\ncode = \"CHK-X\"\nzh = \"x\"\nlevel = \"section\"\n\
                when = \"stage = 'primary'\"\nrule = \"teachers <= staff\"\nseverity = \"error\"\n\
                message = \"x\"\nremedy = \"x\"\n\
                violated = [{ teachers = 1, staff = 1 }, { teachers = 2 }]\n\
                satisfied = [{ teachers = 2, staff = 1 }, { stage = \"junior\", teachers = 1 }]\n\
                [[check]]\ncode = \"CHK-Y\"\nzh = \"x\"\nlevel = \"class\"\n\
                rule = \"class_size > 0 人\"\nseverity = \"error\"\nmessage = \"x\"\nremedy = \"x\"\n\
                violated = [{ teachers = 1 }]\nsatisfied = []\n";
    let local = PackSource::memory([("items/z.toml", text)]);
    let failures = items::load(&PackSource::embedded().overlay(local)).unwrap().try_examples();
    let found: Vec<_> = failures.iter().map(|f| (f.check.as_str(), f.found.as_str())).collect();
    assert_eq!(
        found,
        [
            ("CHK-X", "检查通过，而应当不通过"),
            ("CHK-X", "缺少数据，检查没有结论"),
            ("CHK-X", "检查不通过，而应当通过"),
            ("CHK-X", "检查的适用条件不成立"),
            ("CHK-Y", "示例中没有班"),
            ("CHK-Y", "没有刚好通过的示例"),
        ]
    );
}

#[test]
fn checks_print_their_figures_and_lead_to_the_cells() {
    let items = load();
    let story = Story {
        county: &[("survey_sent", "1000"), ("survey_valid", "1001")],
        school: &[
            ("equipment_value", "1265000"),
            ("longitude", "30.69"),
            ("latitude", "118.41"),
            ("year_built", "2026"),
        ],
        primary: &[
            ("pupils", "265"),
            ("teachers", "16"),
            ("teachers_backbone", "17"),
            ("pupils_grade_1", "50"),
            ("pupils_grade_2", "50"),
            ("pupils_grade_3", "50"),
            ("pupils_grade_4", "50"),
            ("pupils_grade_5", "60"),
            ("pupils_grade_6", "—"),
        ],
        junior: &[("pupils", "101"), ("classes", "2"), ("largest_class", "52")],
        classes: &["50", "52"],
        ..NOTHING
    };
    let snapshot = snapshot(&items, &story);
    let findings = items.run(&snapshot, None);
    assert_eq!(findings, items.run(&snapshot, None));
    insta::assert_snapshot!(print(&items, &snapshot, &findings));
}

#[test]
fn a_check_without_its_figures_is_silent() {
    let items = load();
    assert_eq!(items.run(&snapshot(&items, &NOTHING), Some(&snapshot(&items, &NOTHING))), []);
    // Without a roster the checks of the roster have nothing to say.
    let junior = &[("pupils", "80"), ("classes", "2"), ("largest_class", "41")];
    assert_eq!(items.run(&snapshot(&items, &Story { junior, ..NOTHING }), None), []);
    let half = Story { primary: &[("teachers", "20"), ("staff", "—")], ..NOTHING };
    assert_eq!(items.run(&snapshot(&items, &half), None), []);
}

#[test]
fn a_school_without_sections_is_not_compared_with_its_pupils() {
    let items = load();
    let school = &[
        ("equipment_value", "300"),
        ("multimedia_rooms", "40"),
        ("computers", "100"),
        ("books", "9000"),
        ("teaching_rooms_area", "3000"),
        ("outdoor_sports_area", "4000"),
        ("places_purchased", "5"),
    ];
    let mut draft = snapshot(&items, &Story { school, ..NOTHING }).to_draft();
    draft.schools[0].kind = SchoolKind::Special;
    draft.schools[0].sections.clear();
    assert_eq!(items.run(&draft.seal(items.catalogue()).unwrap(), None), []);
}

#[test]
fn jumps_compare_with_the_same_place_of_last_year() {
    let items = load();
    let before = Story {
        year: 2023,
        county: &[("rural_income", "18000")],
        school: &[("equipment_value", "126.5"), ("sponsor", "7"), ("books", "0")],
        primary: &[("pupils", "100"), ("pupils_grade_1", "45"), ("classes", "6")],
        ..NOTHING
    };
    let now = Story {
        county: &[("rural_income", "1.8")],
        school: &[("equipment_value", "12.65"), ("sponsor", "10"), ("books", "5000")],
        primary: &[("pupils", "160"), ("pupils_grade_2", "28"), ("classes", "—")],
        ..NOTHING
    };
    let (before, now) = (snapshot(&items, &before), snapshot(&items, &now));
    let findings = items.run(&now, Some(&before));
    insta::assert_snapshot!(print(&items, &now, &findings));
}

#[test]
fn outliers_stand_worst_first_and_know_every_number() {
    let items = load();
    let before = Story {
        year: 2023,
        county: &[("rural_income", "18000")],
        school: &[("site_area", "8000"), ("books", "0"), ("sponsor", "7")],
        primary: &[("pupils", "400"), ("pupils_boarding", "40")],
        ..NOTHING
    };
    let now = Story {
        county: &[("rural_income", "18100")],
        school: &[("site_area", "8100"), ("books", "5000"), ("sponsor", "10")],
        primary: &[("pupils", "640"), ("pupils_boarding", "39")],
        ..NOTHING
    };
    let (before, now) = (snapshot(&items, &before), snapshot(&items, &now));
    let outliers = items.outliers(&now, &before);
    let shown: Vec<(&str, bool)> = outliers
        .iter()
        .map(|outlier| {
            let item = items.catalogue().item(outlier.finding.facts[0].item);
            (item.code.as_str(), matches!(outlier.size, items::Size::Part(_)))
        })
        .collect();
    assert_eq!(shown, [("books", false), ("pupils", true), ("sponsor", false)]);
    assert_eq!(items.outliers(&now, &now), []);
}

#[test]
fn a_cohort_is_followed_for_one_year_only() {
    let items = load();
    let before =
        Story { year: 2022, primary: &[("pupils", "100"), ("pupils_grade_1", "45")], ..NOTHING };
    let now = Story { primary: &[("pupils", "160"), ("pupils_grade_2", "28")], ..NOTHING };
    let findings = items.run(&snapshot(&items, &now), Some(&snapshot(&items, &before)));
    let codes: Vec<_> = findings.iter().map(|finding| finding.check.as_str()).collect();
    assert_eq!(codes, ["CHK-JUMP-PUPILS"]);
}

#[test]
fn a_new_school_has_no_last_year() {
    let items = load();
    let story = Story { primary: &[("pupils", "100")], ..NOTHING };
    let now = snapshot(&items, &Story { primary: &[("pupils", "200")], ..NOTHING });
    let mut other = snapshot(&items, &story).to_draft();
    other.schools[0].code = SchoolCode::parse("3418230002").unwrap();
    let other = other.seal(items.catalogue()).unwrap();
    assert_eq!(items.run(&now, Some(&other)), []);
    let mut elsewhere = snapshot(&items, &story).to_draft();
    elsewhere.county.code = CountyCode::parse("340000").unwrap();
    let elsewhere = elsewhere.seal(items.catalogue()).unwrap();
    assert_eq!(items.run(&now, Some(&elsewhere)), []);
}

#[test]
fn the_list_of_checks_is_stable() {
    let items = load();
    let line = |code: &str, level: Level, severity: Severity, zh: &str| {
        format!("{code} {level} {severity:?} {zh}")
    };
    let checks = items.checks().iter().map(|c| line(c.code(), c.level(), c.severity(), c.zh()));
    let jumps = items.jumps().iter().map(|j| line(j.code(), j.level(), j.severity(), j.zh()));
    insta::assert_snapshot!(checks.chain(jumps).collect::<Vec<_>>().join("\n"));
}
