//! What evidence decides: it needs a word, evidence, a person and a date; and subjects that were
//! not measured.

use crate::complete::complete;
use crate::make::{Look as _, change, judge, quality};
use domain::{Attestation, Draft};
use standard::evaluation::OverallVerdict;
use standard::evaluation::Verdict::{Fail, Missing, NotApplicable, Pass};

fn attested<'a>(draft: &'a mut Draft, code: &str) -> &'a mut Attestation {
    draft.county.attestations.iter_mut().find(|a| a.indicator == code).unwrap()
}

#[test]
fn the_standard_asks_for_these_attestations() {
    let codes: Vec<_> = quality().attested().into_iter().map(|(code, _)| code).collect();
    assert_eq!(
        codes,
        [
            "G1", "G2", "G10", "G14.2", "G15.2", "Q3", "Q5", "Q6", "Q7", "Q8", "V1", "V2", "V3",
            "V4", "V5", "V6"
        ]
    );
}

#[test]
fn an_attestation_that_lacks_anything_does_not_count() {
    type Spoil = fn(&mut Attestation);
    let lacking: [(&str, Spoil); 5] = [
        ("缺是否达到", |a| a.holds = None),
        ("缺佐证材料", |a| a.evidence = " ".into()),
        ("缺责任人", |a| a.person = String::new()),
        ("缺日期", |a| a.date = None),
        ("缺是否达到、佐证材料、责任人、日期", |a| {
            a.holds = None;
            a.evidence.clear();
            a.person = "\u{3000}".into();
            a.date = None;
        }),
    ];
    for (code, _) in quality().attested() {
        for (reason, spoil) in lacking {
            let mut draft = complete();
            spoil(attested(&mut draft, &code));
            let evaluation = judge(&draft);
            let part = evaluation.part(&code);
            assert_eq!(part.verdict, Missing, "{code} {reason}");
            assert_eq!(part.reason.as_deref(), Some(reason), "{code}");
            assert_eq!(evaluation.overall.verdict, OverallVerdict::NotDecidable);
            assert_eq!(evaluation.overall.missing.len(), 1);
            assert_eq!(evaluation.overall.missing[0].needed_by, [code.as_str()]);
        }
    }
}

#[test]
fn without_a_row_the_attestation_is_missing() {
    for (code, zh) in quality().attested() {
        let mut draft = complete();
        draft.county.attestations.retain(|a| a.indicator != code);
        let evaluation = judge(&draft);
        assert_eq!(evaluation.part(&code).reason.as_deref(), Some("缺佐证记录"));
        assert_eq!(evaluation.overall.missing[0].zh, format!("“{zh}”的佐证记录"));
        assert_eq!(evaluation.overall.verdict, OverallVerdict::NotDecidable);
    }
}

#[test]
fn what_is_attested_as_not_holding_fails_whatever_else_the_row_lacks() {
    for (code, _) in quality().attested() {
        for whole in [true, false] {
            let mut draft = complete();
            let row = attested(&mut draft, &code);
            row.holds = Some(false);
            if !whole {
                row.evidence.clear();
                row.date = None;
            }
            let evaluation = judge(&draft);
            assert_eq!(evaluation.part(&code).verdict, Fail);
            assert_eq!(evaluation.overall.verdict, OverallVerdict::Fail, "{code}");
            let indicator = code.split('.').next().unwrap();
            assert_eq!(evaluation.failures(), [indicator]);
        }
    }
}

#[test]
fn one_veto_fails_a_county_that_has_everything_else() {
    let mut draft = complete();
    attested(&mut draft, "V6").holds = Some(false);
    let evaluation = judge(&draft);
    let veto = evaluation.groups.iter().find(|g| g.code == "veto").unwrap();
    assert_eq!(veto.verdict, Fail);
    assert!(evaluation.groups.iter().filter(|g| g.code != "veto").all(|g| g.verdict == Pass));
    assert_eq!(evaluation.overall.verdict, OverallVerdict::Fail);
}

/// Level and difference of every subject.
fn monitored(draft: &mut Draft, level: &str, difference: &str) {
    for subject in [
        "chinese",
        "mathematics",
        "science",
        "english",
        "pe_health",
        "art",
        "moral",
        "labour",
        "psychology",
    ] {
        let words =
            format!("monitor_{subject}_level={level} monitor_{subject}_difference={difference}");
        change(draft, "", &words);
    }
}

#[test]
fn subjects_that_were_not_measured_are_left_out_but_not_all_of_them() {
    let mut draft = complete();
    monitored(&mut draft, "—", "—");
    let evaluation = judge(&draft);
    let indicator = evaluation.county_indicator("Q9").unwrap();
    assert!(indicator.parts.iter().all(|p| p.verdict == NotApplicable));
    assert_eq!(indicator.verdict, Missing);
    assert_eq!(evaluation.overall.verdict, OverallVerdict::NotDecidable);
    let missing = &evaluation.overall.missing;
    assert_eq!(missing.len(), 1);
    assert!(missing[0].zh.ends_with("至少要有一项数据"), "{}", missing[0].zh);
    // One subject is enough, and decides.
    change(&mut draft, "", "monitor_art_level=3 monitor_art_difference=0.1");
    assert_eq!(judge(&draft).overall.verdict, OverallVerdict::Pass);
    change(&mut draft, "", "monitor_art_difference=0.15");
    assert_eq!(judge(&draft).overall.verdict, OverallVerdict::Fail);
}

#[test]
fn a_blank_subject_is_missing_and_no_dash() {
    let mut draft = complete();
    monitored(&mut draft, "3", "0.1");
    change(&mut draft, "", "monitor_labour_level= monitor_labour_difference=");
    let evaluation = judge(&draft);
    assert_eq!(evaluation.part("Q9.8").verdict, Missing);
    assert_eq!(evaluation.county_indicator("Q9").unwrap().verdict, Missing);
    let items: Vec<_> = evaluation.overall.missing.iter().map(|m| m.item.as_str()).collect();
    assert_eq!(items, ["monitor_labour_difference", "monitor_labour_level"]);
}

#[test]
fn half_a_subject_fails_where_the_known_half_does() {
    let mut draft = complete();
    change(&mut draft, "", "monitor_chinese_level=2 monitor_chinese_difference=");
    assert_eq!(judge(&draft).part("Q9.1").verdict, Fail);
    change(&mut draft, "", "monitor_chinese_level=3");
    assert_eq!(judge(&draft).part("Q9.1").verdict, Missing);
}
