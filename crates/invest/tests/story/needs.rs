//! What one school needs: the judge of the whole county agrees, and nothing smaller would do.

use crate::common::{Bench, bench};
use domain::change::{Change, Edit, NewRoom, amount_at, apply};
use domain::{Level, SchoolCode, Snapshot};
use invest::needs::{Need, needs};
use rust_decimal::Decimal;
use standard::evaluation::{Evaluation, SectionResult, Verdict};
use standard::{Options, evaluate};

fn county(bench: &Bench) -> Snapshot {
    let attested = bench.standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 86,
        year: demo::Options::YEAR,
        catalogue: bench.standard.catalogue(),
        attested: &attested,
    };
    // The first of its three years: there is most to do.
    let first = demo::county(&options).unwrap().swap_remove(0);
    first.seal(bench.standard.catalogue()).unwrap()
}

/// The county with so much of a need's measure.
fn with(
    bench: &Bench,
    start: &Snapshot,
    school: &SchoolCode,
    need: &Need,
    less: bool,
) -> Evaluation {
    let by = need.by.as_ref().unwrap();
    let measure = bench.costs.measures.iter().find(|m| m.code == by.measure).unwrap();
    let quantity = if less { &by.quantity - &measure.grid } else { by.quantity.clone() };
    let decimal = |text: String| text.parse::<Decimal>().unwrap();
    let stage = (measure.level == Level::Section).then_some(need.stage).flatten();
    let mut change = Change { reason: "试".to_owned(), ..Change::default() };
    for adds in &measure.adds {
        let catalogue = bench.standard.catalogue();
        if adds.if_known && amount_at(start, catalogue, school, stage, &adds.item).is_none() {
            continue;
        }
        let amount = decimal((&adds.amount * &quantity).to_short(9));
        let (school, item) = (school.clone(), adds.item.clone());
        change.edits.push(Edit { school, stage, item, amount });
    }
    change.edits.sort_by_key(|edit| edit.amount.is_sign_negative());
    if let Some(room) = &measure.room {
        let count: u32 = quantity.to_fixed(0).parse().unwrap();
        change.rooms.extend((0..count).map(|_| NewRoom {
            school: school.clone(),
            name: measure.zh.clone(),
            kind: room.kind,
            facts: vec![("room_area".to_owned(), decimal(room.area.to_short(9)))],
        }));
    }
    let changed = apply(start, &change, bench.standard.catalogue()).unwrap();
    evaluate(&changed, &bench.standard, &Options::default()).unwrap()
}

fn holds(evaluation: &Evaluation, school: &SchoolCode, need: &Need) -> bool {
    if let Some(stage) = need.stage {
        let of = |s: &&SectionResult| s.school == *school && s.stage == stage;
        let section = evaluation.sections.iter().find(of).unwrap();
        return section.value(&need.rule).unwrap().verdict == Verdict::Pass;
    }
    let mut parts = evaluation.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts);
    let part = parts.find(|part| part.code == need.rule).unwrap();
    !part.failing.iter().any(|place| place.school.as_ref() == Some(school))
}

#[test]
fn every_remedy_is_enough_and_no_more() {
    let bench = bench();
    let start = county(&bench);
    let base = evaluate(&start, &bench.standard, &Options::default()).unwrap();
    let (mut remedied, mut helpless) = (0, 0);
    for school in start.schools() {
        let found = needs(&start, &bench.standard, &Options::default(), &bench.costs, &school.code);
        let found = found.unwrap();
        for need in &found {
            assert!(!holds(&base, &school.code, need), "{} {}", school.name, need.rule);
            let Some(by) = &need.by else {
                helpless += 1;
                continue;
            };
            remedied += 1;
            let enough = with(&bench, &start, &school.code, need, false);
            assert!(holds(&enough, &school.code, need), "{} {need:?}", school.name);
            let less = with(&bench, &start, &school.code, need, true);
            assert!(!holds(&less, &school.code, need), "less would do: {} {by:?}", school.name);
        }
        let below = base.sections.iter().filter(|s| s.school == school.code);
        let below = below.flat_map(|s| &s.values);
        let below = below.filter(|v| matches!(v.verdict, Verdict::Near | Verdict::Fail)).count();
        assert_eq!(below, found.iter().filter(|need| need.stage.is_some()).count());
    }
    assert!(remedied > 20, "{remedied} remedied, {helpless} without a measure");
    assert!(helpless < remedied, "{remedied} remedied, {helpless} without a measure");
}

#[test]
fn a_school_that_is_not_there_is_told() {
    let bench = bench();
    let start = county(&bench);
    let school = SchoolCode::parse("3400999999").unwrap();
    let error = needs(&start, &bench.standard, &Options::default(), &bench.costs, &school);
    assert!(error.unwrap_err().to_string().contains("3400999999"));
}
