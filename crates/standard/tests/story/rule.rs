//! At least six of seven, and none below 85 %: over every combination of verdicts.

use crate::make::{Look as _, Make as _, county, judge, school};
use domain::{School, SchoolKind, Stage};
use standard::evaluation::Verdict::{self, Fail, Missing, Near, Pass};

/// What a letter of a pattern stands for.
fn share(letter: u8) -> Option<u32> {
    match letter {
        b'P' => Some(1000),
        b'N' => Some(850),
        b'F' => Some(849),
        _ => None,
    }
}

/// A primary school of a million pupils whose seven values are as the letters say: reached, near,
/// failed, missing.
fn patterned(number: u32, letters: &str) -> School {
    let item = |index: usize| {
        [
            ("teachers_college", 42),
            ("teachers_backbone", 10),
            ("teachers_pe", 9),
            ("teaching_rooms_area", 4_500),
            ("outdoor_sports_area", 7_500),
            ("equipment_value", 200),
            ("multimedia_rooms", 23),
        ][index]
    };
    let facts = |range: std::ops::Range<usize>| -> String {
        let known = range.filter_map(|i| {
            let (code, per_mille) = item(i);
            share(letters.as_bytes()[i]).map(|share| format!(" {code}={}", per_mille * share))
        });
        known.collect()
    };
    school(number, letters, SchoolKind::Primary)
        .with(&format!("indoor_sports_area=0{}", facts(3..7)))
        .section_with(
            Stage::Primary,
            &format!(
                "pupils=1000000 teachers_doctor=0 teachers_master=0 teachers_bachelor=0 \
                 teachers_art=0 teachers_music=0 teachers_fine_art=0{}",
                facts(0..3)
            ),
        )
}

/// The rule's words over one pattern without gaps.
fn passes(letters: &[u8]) -> bool {
    let reached = letters.iter().filter(|letter| matches!(letter, b'P')).count();
    reached >= 6 && !letters.contains(&b'F')
}

/// What holds of a pattern whatever its missing values turn out to be; missing where that depends.
fn by_the_rule(letters: &[u8]) -> Verdict {
    let Some(gap) = letters.iter().position(|l| *l == b'M') else {
        return if passes(letters) { Pass } else { Fail };
    };
    let mut verdicts = b"PNF".iter().map(|letter| {
        let mut filled = letters.to_vec();
        filled[gap] = *letter;
        by_the_rule(&filled)
    });
    let first = verdicts.next().unwrap();
    // Missing never passes, even where every filling would: there is none here anyway.
    if verdicts.all(|v| v == first) { first } else { Missing }
}

fn check(patterns: &[String]) {
    let mut draft = county(2024);
    for (index, letters) in patterns.iter().enumerate() {
        draft.schools.push(patterned(u32::try_from(index).unwrap(), letters));
    }
    let evaluation = judge(&draft);
    for letters in patterns {
        let section = evaluation.section(letters, Stage::Primary);
        assert_eq!(section.verdict, by_the_rule(letters.as_bytes()), "{letters}");
        assert_eq!(section.reached, letters.matches('P').count(), "{letters}");
        let verdicts: Vec<Verdict> = section.values.iter().map(|v| v.verdict).collect();
        let wanted: Vec<Verdict> = letters
            .bytes()
            .map(|l| match l {
                b'P' => Pass,
                b'N' => Near,
                b'F' => Fail,
                _ => Missing,
            })
            .collect();
        assert_eq!(verdicts, wanted, "{letters}");
    }
    let stage = evaluation.stage(Stage::Primary).unwrap();
    assert_eq!(stage.passed + stage.failed + stage.missing, patterns.len());
}

#[test]
fn the_cases_that_people_ask_about() {
    for (letters, verdict) in [
        ("PPPPPPP", Pass),
        ("PPPPPPN", Pass),
        ("NPPPPPP", Pass),
        ("PPPFPPP", Fail),
        ("PPPPPNN", Fail),
        ("NNNNNNN", Fail),
        // The seventh may lie above or below its floor.
        ("PPPPPPM", Missing),
        ("PPPPPNM", Missing),
        ("PPPPPMM", Missing),
        ("MMMMMMM", Missing),
        // Nothing that is missing can save these.
        ("PPPPNNM", Fail),
        ("PPPPPFM", Fail),
        ("FMMMMMM", Fail),
    ] {
        assert_eq!(by_the_rule(letters.as_bytes()), verdict, "{letters}");
        check(&[letters.to_owned()]);
    }
}

#[test]
fn every_combination_of_verdicts_is_judged_by_the_rule() {
    // All 4^7 combinations agree by the same formula; every 13th of them, in one county, is cheap.
    let all = (0..4usize.pow(7)).step_by(13).map(|mut code| {
        (0..7)
            .map(|_| {
                let letter = char::from(b"PNFM"[code % 4]);
                code /= 4;
                letter
            })
            .collect::<String>()
    });
    // Patterns without a name of a school twice: the county wants names that tests can find.
    check(&all.collect::<Vec<_>>());
}

#[test]
fn the_remark_names_what_is_reached_near_failed_and_missing() {
    let mut draft = county(2024);
    draft.schools.push(patterned(1, "PNFPMPP"));
    let evaluation = judge(&draft);
    assert_eq!(
        evaluation.section("PNFPMPP", Stage::Primary).remark,
        "达标：L1、L4、L6、L7；达到标准的85%：L2；未达标：L3；缺数：L5"
    );
}
