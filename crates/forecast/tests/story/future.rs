//! A future year for the judge.

use crate::demo_county::years;
use crate::tiny::{catalogue, county, grades, junior, row, run};
use domain::{Place, SchoolKind, SchoolYear, Snapshot, Stage};
use forecast::{ApplyError, Assumptions, ClassNorm, SectionKey, apply};
use standard::evaluation::Verdict;

fn future(year: i16) -> Snapshot {
    let result = run(years(), &Assumptions::default());
    let base = years().last().unwrap();
    let draft = apply(catalogue(), base, &result, SchoolYear(year), ClassNorm::default()).unwrap();
    draft.seal(catalogue()).unwrap()
}

fn number(place: Place<'_>, code: &str) -> i64 {
    let fact = Snapshot::fact(place, place.level(), catalogue().id(code).unwrap()).unwrap();
    fact.value.number().unwrap().try_into().unwrap()
}

#[test]
fn the_pupils_and_classes_are_those_of_the_forecast() {
    let result = run(years(), &Assumptions::default());
    let norm = ClassNorm::default();
    let snapshot = future(2027);
    let mut sections = 0;
    for place in snapshot.places() {
        let Place::Section(_, school, section) = place else { continue };
        if section.stage == Stage::Senior {
            continue;
        }
        sections += 1;
        let key = SectionKey { school: school.code.clone(), stage: section.stage };
        let of = result.year(SchoolYear(2027)).unwrap().section(&key).unwrap();
        assert_eq!(Some(number(place, "pupils")), of.pupils.known());
        let grades: Vec<i64> = of.grades.iter().filter_map(|g| g.pupils.known()).collect();
        assert_eq!(number(place, "classes"), norm.classes(section.stage, grades));
        let bands: i64 = [
            "classes_to_25",
            "classes_26_30",
            "classes_31_35",
            "classes_36_40",
            "classes_41_45",
            "classes_46_50",
            "classes_51_55",
            "classes_56_60",
            "classes_61_65",
            "classes_from_66",
        ]
        .map(|code| number(place, code))
        .iter()
        .sum();
        assert_eq!(bands, number(place, "classes"));
        assert!(number(place, "largest_class") <= norm.of(section.stage));
        assert!(number(place, "pupils_boarding") <= number(place, "pupils"));
        let id = catalogue().id("pupils").unwrap();
        let origin = section.facts.get(id).unwrap().origin;
        assert_eq!(
            snapshot.origin(origin).to_string(),
            "预测 2027/2028 学年（中方案，以 2024/2025 学年为基年）：分年级推算"
        );
    }
    assert!(sections > 80, "{sections}");
    assert!(snapshot.schools().iter().all(|school| school.classes.is_empty()));
    let rooms =
        |snapshot: &Snapshot| snapshot.schools().iter().map(|s| s.rooms.len()).sum::<usize>();
    assert_eq!(rooms(&snapshot), rooms(years().last().unwrap()));
}

#[test]
fn the_checks_of_the_catalogue_find_no_contradiction_in_it() {
    let items = items::load(&packs::PackSource::embedded()).unwrap();
    let found = items.run(&future(2029), None);
    let errors: Vec<_> =
        found.iter().filter(|finding| finding.severity == items::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_judge_evaluates_it() {
    let packs = packs::PackSource::embedded();
    let shared = std::sync::Arc::new(catalogue().clone());
    let standard = standard::load::load(&packs, &shared, "cn-quality-2017").unwrap();
    let evaluation =
        standard::evaluate(&future(2029), &standard, &standard::Options::default()).unwrap();
    assert!(!evaluation.sections.is_empty());
    for section in &evaluation.sections {
        assert_ne!(section.verdict, Verdict::Missing, "{section:?}");
    }
}

#[test]
fn what_cannot_be_applied_says_so() {
    let result = run(years(), &Assumptions::default());
    let base = years().last().unwrap();
    let error =
        apply(catalogue(), base, &result, SchoolYear(2040), ClassNorm::default()).unwrap_err();
    assert_eq!(error.code(), "FC-APPLY-01");
    assert!(
        error.to_string().contains("2025/2026 学年") || error.to_string().contains("2025/2026、")
    );
    let mut draft = base.to_draft();
    draft.county.code = domain::CountyCode::parse("110000").unwrap();
    let other = draft.seal(catalogue()).unwrap();
    let error =
        apply(catalogue(), &other, &result, SchoolYear(2025), ClassNorm::default()).unwrap_err();
    assert!(matches!(error, ApplyError::OtherCounty { .. }));
}

#[test]
fn attached_classes_are_forecast_and_senior_sections_stay() {
    let (six, three) = (grades([30; 6]), grades([12; 3]));
    let make = |year| {
        let rows: &[_] = &[(1, Stage::Primary, &six[..]), (1, Stage::Junior, &three)];
        let mut draft = county(year, rows).to_draft();
        let school = &mut draft.schools[0];
        school.kind = SchoolKind::Primary;
        school.sections[1].attached = true;
        let mut senior = school.sections[1].clone();
        senior.stage = Stage::Senior;
        senior.attached = false;
        school.sections.push(senior);
        draft.seal(catalogue()).unwrap()
    };
    let history = [make(2023), make(2024)];
    let result = run(&history, &Assumptions::default());
    assert_eq!(row(&result, &junior(1), 2029), [12; 3]);
    let year = SchoolYear(2026);
    let future = apply(catalogue(), &history[1], &result, year, ClassNorm::default()).unwrap();
    let sections = &future.schools[0].sections;
    assert!(sections[1].attached);
    assert_eq!(sections[2], history[1].schools()[0].sections[2]);
    assert_eq!(result.year(year).unwrap().sections.len(), 2);
}

#[test]
fn a_section_of_a_plan_that_the_forecast_does_not_know_has_no_pupils_known() {
    let six = grades([30; 6]);
    let known: &[_] = &[(1, Stage::Primary, &six[..])];
    let planned: &[_] = &[(1, Stage::Primary, &six[..]), (2, Stage::Primary, &six)];
    let result = run(&[county(2023, known), county(2024, known)], &Assumptions::default());
    let year = SchoolYear(2025);
    let future =
        apply(catalogue(), &county(2024, planned), &result, year, ClassNorm::default()).unwrap();
    assert!(future.schools[1].sections[0].facts.is_empty());
}
