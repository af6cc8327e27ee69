//! The seven resource indicators at their thresholds and floors, one step to either side.

use crate::make::{Look as _, Make as _, county, judge, school};
use domain::{Draft, School, SchoolKind, Stage};
use rust_decimal::Decimal;
use standard::evaluation::Verdict::{self, Fail, Missing, Near, Pass};

/// An indicator in a stage for a school of a million pupils: what it adds up, which amount reaches
/// the threshold exactly, which 85 % of it, and the smallest step of the amount.
struct Line {
    indicator: &'static str,
    stage: Stage,
    item: &'static str,
    threshold: &'static str,
    floor: &'static str,
    step: &'static str,
}

const fn line(
    indicator: &'static str,
    stage: Stage,
    item: &'static str,
    threshold: &'static str,
    floor: &'static str,
    step: &'static str,
) -> Line {
    Line { indicator, stage, item, threshold, floor, step }
}

/// By the text of the 2017 rules, worked out by hand: 4.2 per hundred of a million is 42,000, and
/// 85 % of that 35,700.
const LINES: [Line; 14] = [
    line("L1", Stage::Primary, "teachers_college", "42000", "35700", "1"),
    line("L1", Stage::Junior, "teachers_bachelor", "53000", "45050", "1"),
    line("L2", Stage::Primary, "teachers_backbone", "10000", "8500", "1"),
    line("L2", Stage::Junior, "teachers_backbone", "10000", "8500", "1"),
    line("L3", Stage::Primary, "teachers_pe", "9000", "7650", "1"),
    line("L3", Stage::Junior, "teachers_fine_art", "9000", "7650", "1"),
    line("L4", Stage::Primary, "teaching_rooms_area", "4500000", "3825000", "0.01"),
    line("L4", Stage::Junior, "teaching_rooms_area", "5800000", "4930000", "0.01"),
    line("L5", Stage::Primary, "outdoor_sports_area", "7500000", "6375000", "0.01"),
    line("L5", Stage::Junior, "outdoor_sports_area", "10200000", "8670000", "0.01"),
    line("L6", Stage::Primary, "equipment_value", "200000", "170000", "0.0001"),
    line("L6", Stage::Junior, "equipment_value", "250000", "212500", "0.0001"),
    line("L7", Stage::Primary, "multimedia_rooms", "23000", "19550", "1"),
    line("L7", Stage::Junior, "multimedia_rooms", "24000", "20400", "1"),
];

const MILLION: &str = "pupils=1000000 teachers_doctor=0 teachers_master=0 teachers_bachelor=0 \
    teachers_college=0 teachers_backbone=0 teachers_pe=0 teachers_art=0 teachers_music=0 \
    teachers_fine_art=0";

/// A school with nothing but an amount of one item.
fn with_amount(number: u32, line: &Line, amount: &str) -> School {
    let kind = if line.stage == Stage::Primary { SchoolKind::Primary } else { SchoolKind::Junior };
    let fact = format!("{}={amount}", line.item);
    let whole = "teaching_rooms_area=0 indoor_sports_area=0 outdoor_sports_area=0 \
        equipment_value=0 multimedia_rooms=0";
    let name = format!("{} {} {amount}", line.indicator, line.stage);
    if crate::make::level(line.item) == domain::Level::School {
        school(number, &name, kind).with(whole).with(&fact).section_with(line.stage, MILLION)
    } else {
        let facts = format!("{MILLION} {fact}");
        school(number, &name, kind).with(whole).section_with(line.stage, &facts)
    }
}

#[test]
fn thresholds_and_floors_are_exact_for_every_indicator_and_stage() {
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    let mut draft: Draft = county(2024);
    let mut expected: Vec<(String, &Line, Verdict, Option<Verdict>)> = Vec::new();
    for line in &LINES {
        let (threshold, floor, step) =
            (number(line.threshold), number(line.floor), number(line.step));
        // Floors of three decimals (4.505, 0.765, 3.825 …): what lies below does not round up to them.
        let halves = ["45050", "7650", "19550", "3825000", "6375000"].contains(&line.floor);
        for (amount, verdict, if_rounded) in [
            (threshold + step, Pass, None),
            (threshold, Pass, None),
            (threshold - step, Near, Some(Pass)),
            (floor + step, Near, None),
            (floor, Near, None),
            (floor - step, Fail, (!halves).then_some(Near)),
            (Decimal::ZERO, Fail, None),
        ] {
            let next = u32::try_from(draft.schools.len()).unwrap() + 1;
            let school = with_amount(next, line, &amount.to_string());
            expected.push((school.name.clone(), line, verdict, if_rounded));
            draft.schools.push(school);
        }
    }
    let evaluation = judge(&draft);
    for (name, line, verdict, if_rounded) in expected {
        let value = evaluation.value(&name, line.stage, line.indicator);
        assert_eq!(value.verdict, verdict, "{name}");
        assert_eq!(value.verdict_if_rounded, if_rounded, "{name}: rounded");
        assert_eq!(value.gap.is_some(), verdict != Pass, "{name}: gap");
        assert_eq!(value.gap_whole_school, None, "{name}: nothing is shared");
    }
}

#[test]
fn the_gap_is_what_brings_the_school_to_the_threshold_and_no_less() {
    for line in &LINES {
        let number = |text: &str| text.parse::<Decimal>().unwrap();
        let short = number(line.floor);
        let mut draft = county(2024);
        draft.schools.push(with_amount(1, line, &short.to_string()));
        let gap_of = |draft: &Draft| {
            let evaluation = judge(draft);
            evaluation.value(&draft.schools[0].name, line.stage, line.indicator).clone()
        };
        let before = gap_of(&draft);
        let mut gap = number(&before.gap.unwrap().shown);
        if line.indicator == "L6" {
            gap /= Decimal::from(10_000); // 元 to 万元
        }
        for (amount, verdict) in [(short + gap, Pass), (short + gap - number(line.step), Near)] {
            draft.schools[0] = with_amount(1, line, &amount.to_string());
            assert_eq!(gap_of(&draft).verdict, verdict, "{} {amount}", line.indicator);
        }
    }
}

#[test]
fn a_shared_resource_that_grows_by_the_gap_of_the_whole_school_reaches_the_threshold() {
    let made = |area: &str| {
        let mut draft = county(2024);
        draft.schools.push(
            school(1, "青山学校", SchoolKind::TwelveYear)
                .with(&format!("outdoor_sports_area={area} indoor_sports_area=0"))
                .section_with(Stage::Primary, "pupils=313")
                .section_with(Stage::Junior, "pupils=207")
                .section_with(Stage::Senior, "pupils=119"),
        );
        judge(&draft)
    };
    let area: Decimal = "4321.5".parse().unwrap();
    let short = made("4321.5");
    let value = short.value("青山学校", Stage::Junior, "L5");
    assert_eq!(value.verdict, Fail);
    let gap: Decimal = value.gap_whole_school.as_ref().unwrap().shown.parse().unwrap();
    let enough = made(&(area + gap).to_string());
    assert_eq!(enough.value("青山学校", Stage::Junior, "L5").verdict, Pass);
    let cent: Decimal = "0.01".parse().unwrap();
    let not_quite = made(&(area + gap - cent).to_string());
    assert_eq!(not_quite.value("青山学校", Stage::Junior, "L5").verdict, Near);
}

#[test]
fn the_degree_that_is_above_the_required_one_depends_on_the_stage() {
    let mut draft = county(2024);
    let section = "pupils=100 teachers_doctor=1 teachers_master=1 teachers_bachelor=2 \
        teachers_college=4 teachers_below_college=8";
    draft.schools.push(
        school(1, "青山学校", SchoolKind::NineYear)
            .section_with(Stage::Primary, section)
            .section_with(Stage::Junior, section),
    );
    let evaluation = judge(&draft);
    let value = |stage| evaluation.value("青山学校", stage, "L1").value.clone().unwrap().shown;
    assert_eq!(value(Stage::Primary), "8.00");
    assert_eq!(value(Stage::Junior), "4.00");
}

#[test]
fn a_value_without_its_facts_is_missing_and_one_over_no_pupils_is_not_a_number() {
    let mut draft = county(2024);
    draft
        .schools
        .push(school(1, "无数据", SchoolKind::Primary).section_with(Stage::Primary, "pupils=100"));
    draft.schools.push(
        school(2, "无学生", SchoolKind::Primary)
            .section_with(Stage::Primary, "pupils=0 teachers_backbone=3"),
    );
    let evaluation = judge(&draft);
    let none = evaluation.value("无数据", Stage::Primary, "L2");
    assert_eq!((none.verdict, none.value.as_ref()), (Missing, None));
    assert_eq!(none.reason.as_deref(), Some("缺“县级及以上骨干教师数”"));
    let over_zero = evaluation.value("无学生", Stage::Primary, "L2");
    assert_eq!((over_zero.verdict, over_zero.value.as_ref()), (Missing, None));
    assert_eq!(over_zero.reason.as_deref(), Some("分母为零，无法计算"));
}
