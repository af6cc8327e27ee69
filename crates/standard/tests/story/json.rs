//! The JSON of an evaluation, and that docs/evaluation-json.md describes it.

use crate::complete::complete;
use crate::make::{
    Make as _, attestation, catalogue, change, county, load, options, quality, school, seal,
};
use domain::{SchoolKind, Stage};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Two schools, a few facts, an attestation: short enough to be read.
#[test]
fn a_tiny_county() {
    let mut draft = county(2024);
    draft.schools = vec![
        school(1, "青山学校", SchoolKind::NineYear)
            .with(
                "sponsor=7 residence=121 township=青山镇 multimedia_rooms=10 \
                 outdoor_sports_area=4000 indoor_sports_area=0",
            )
            .section_with(Stage::Primary, "pupils=164 grades=6 classes=6 teachers_backbone=2")
            .section_with(Stage::Junior, "pupils=101 grades=3 classes=3 teachers_backbone=1"),
        school(2, "柳林小学", SchoolKind::Primary)
            .with("multimedia_rooms=3 outdoor_sports_area=900 indoor_sports_area=0.5")
            .section_with(Stage::Primary, "pupils=120 teachers_backbone=—"),
        school(3, "河湾教学点", SchoolKind::TeachingPoint)
            .section_with(Stage::Primary, "pupils=12"),
    ];
    draft.county.attestations.push(attestation("G1"));
    change(
        &mut draft,
        "",
        "teacher_pay=90000 civil_servant_pay=90000.5 senior_plan=0 senior_quota=0",
    );
    let mut with_forms = options(&[("relief", "否")]);
    with_forms.compare_forms = true;
    let mut evaluation = standard::evaluate(&seal(&draft), quality(), &with_forms).unwrap();
    // What another version of the program or of the packs changes without changing the shape.
    evaluation.engine = "…".into();
    evaluation.standard.hash = "…".into();
    evaluation.snapshot = "…".into();
    // One or two of a kind: the shape is shown, not the whole standard.
    evaluation.parameters.truncate(2);
    evaluation.indicators.truncate(2);
    for section in &mut evaluation.sections {
        section.values.retain(|v| ["L1", "L2", "L5"].contains(&&*v.code));
    }
    for stage in &mut evaluation.stages {
        stage.indicators.retain(|i| ["L1", "L2", "L5"].contains(&&*i.code));
    }
    for group in &mut evaluation.groups {
        group.indicators.retain(|i| ["G1", "G4", "G8", "G14", "V1"].contains(&&*i.code));
    }
    evaluation.overall.reasons.truncate(4);
    evaluation.overall.missing.truncate(4);
    insta::assert_snapshot!("tiny_county", serde_json::to_string_pretty(&evaluation).unwrap());
}

/// Every key of a JSON value, at any depth.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                found.insert(key.clone());
                keys(inner, found);
            }
        }
        Value::Array(all) => all.iter().for_each(|inner| keys(inner, found)),
        _ => {}
    }
}

#[test]
fn every_key_is_documented_and_every_documented_key_exists() {
    let mut compared = options(&[]);
    compared.compare_forms = true;
    let mut draft = complete();
    // Something of everything: a gap of a shared resource, a place that fails, something missing.
    change(&mut draft, "青山学校", "multimedia_rooms=1");
    change(&mut draft, "城关小学 小学", "largest_class=60 teachers_pe=");
    let plan = load("targets-jingxian-2021-2025");
    let evaluation = standard::evaluate(&seal(&draft), &plan, &compared).unwrap();
    let mut found = BTreeSet::new();
    keys(&serde_json::to_value(&evaluation).unwrap(), &mut found);
    assert!(found.len() > 80, "{found:?}");

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/evaluation-json.md");
    let text = fs::read_to_string(path).unwrap();
    let words: BTreeSet<&str> = text.split('`').skip(1).step_by(2).collect();
    let named = |key: &str| words.iter().any(|word| word.trim_end_matches("[]") == key);
    let undocumented: Vec<_> = found.iter().filter(|key| !named(key)).collect();
    assert_eq!(undocumented, [""; 0], "in the JSON and not in docs/evaluation-json.md");

    // The other way round: what the document names as a key under a heading is one.
    let object = text.split("## The object").nth(1).unwrap();
    let states = [
        "pass",
        "fail",
        "not_decidable",
        "met",
        "early",
        "on_course",
        "at_risk",
        "late",
        "missing",
        "not_applicable",
        "null",
    ];
    let is_name = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let invented: Vec<_> = object
        .split('`')
        .skip(1)
        .step_by(2)
        .map(|word| word.trim_end_matches("[]"))
        .filter(is_name)
        .filter(|word| !found.contains(*word) && !states.contains(word))
        .collect();
    assert_eq!(invented, [""; 0], "in docs/evaluation-json.md and not in the JSON");
    // The catalogue's codes are what `missing[].item` holds.
    for fact in &evaluation.overall.missing {
        assert!(fact.item.is_empty() || catalogue().find(&fact.item).is_some());
    }
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let text = || {
        let evaluation = standard::evaluate(&seal(&complete()), quality(), &options(&[])).unwrap();
        serde_json::to_string(&evaluation).unwrap()
    };
    assert_eq!(text(), text());
}

#[test]
fn the_hashes_know_facts_and_packs() {
    let snapshot = seal(&complete());
    let evaluation = standard::evaluate(&snapshot, quality(), &options(&[])).unwrap();
    assert_eq!(evaluation.snapshot, snapshot.hash());
    assert_eq!(evaluation.standard.hash, quality().hash());
    let relieved = standard::evaluate(&snapshot, quality(), &options(&[("relief", "是")])).unwrap();
    assert_eq!(relieved.snapshot, evaluation.snapshot);
    assert_ne!(relieved, evaluation);
}
