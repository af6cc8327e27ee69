//! Figures of the county as a whole, and what it attests by evidence.

use crate::dice::{Dice, Subject};
use crate::estate::QUOTA;
use crate::pupils::YEARS;
use crate::sheet::Pen;
use domain::{Attestation, County, Facts};
use jiff::civil::Date;

/// Sums over the schools that county figures must agree with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) compulsory_pupils: i64,
    pub(crate) townships: i64,
    pub(crate) special_schools: i64,
    pub(crate) senior_entrants: i64,
    pub(crate) migrants: i64,
    pub(crate) migrants_public: i64,
    pub(crate) migrants_purchased: i64,
}

/// The subjects of the national monitoring.
const SUBJECTS: [&str; 9] = [
    "chinese",
    "mathematics",
    "science",
    "english",
    "pe_health",
    "art",
    "moral",
    "labour",
    "psychology",
];

/// Sets the facts of the county for year `year` of the three.
pub(crate) fn facts(seed: u64, year: usize, totals: &Totals, pen: &mut Pen<'_>) -> Facts {
    // The same draws every year, so that the figures move only by their growth.
    let mut dice = Dice::new(seed, Subject::County, 0);
    let since = i64::try_from(year).unwrap_or(0);
    let mut facts = Facts::new();
    let f = &mut facts;
    // About one inhabitant in ten goes to a compulsory school; population in 万人, two decimals.
    let population = (totals.compulsory_pupils * dice.between(95, 115) / 1000).max(10);
    pen.amount(f, "population", population, 2);
    pen.amount(f, "population_rural", population * dice.between(520, 600) / 1000, 2);
    pen.count(f, "townships", totals.townships);
    pen.count(f, "villages", totals.townships * dice.between(9, 13));
    let grown = |base: i64, rate: i64| base * (1000 + rate * since) / 1000;
    for (code, low, high, rate) in [
        ("gdp_per_head", 52_000, 68_000, 55),
        ("revenue_per_head", 4_600, 6_200, 40),
        ("rural_income", 17_500, 21_000, 62),
        ("urban_income", 38_000, 43_000, 48),
    ] {
        pen.count(f, code, grown(dice.between(low, high), rate));
    }
    pen.count(f, "special_schools", totals.special_schools);
    pen.count(f, "teaching_points_small", 0);
    let special = totals.special_schools * dice.between(70, 120);
    pen.count(f, "special_school_pupils", special);
    // 万元, two decimals: 8 000 元 a pupil and more.
    pen.amount(f, "special_school_funds", special * dice.between(8_050, 8_900) / 100, 2);
    let [primary, junior, _] = QUOTA[year];
    pen.count(f, "funds_quota_primary", primary);
    pen.count(f, "funds_quota_junior", junior);
    let pay = grown(dice.between(92_000, 104_000), 30);
    pen.count(f, "civil_servant_pay", pay);
    pen.count(f, "teacher_pay", pay + dice.between(300, 2_600));
    // A county without a senior school of its own has its share of places elsewhere.
    let plan = totals.senior_entrants.max(totals.compulsory_pupils / 40 + 10);
    pen.count(f, "senior_plan", plan);
    let quota = plan * (dice.between(520, 640) + 20 * since) / 1000 + 1;
    pen.count(f, "senior_quota", quota.min(plan));
    pen.count(f, "senior_quota_rural", quota.min(plan) * dice.between(480, 600) / 1000);
    pen.count(f, "migrant_eligible", totals.migrants);
    pen.count(f, "migrant_public", totals.migrants_public);
    pen.count(f, "migrant_purchased", totals.migrants_purchased);
    let disabled = totals.compulsory_pupils * dice.between(5, 8) / 1000 + 2;
    pen.count(f, "disabled_eligible", disabled);
    pen.count(f, "disabled_enrolled", disabled - disabled * (30 - 10 * since) / 1000);
    survey(f, population, since, &mut dice, pen);
    for subject in SUBJECTS {
        pen.count(f, &format!("monitor_{subject}_level"), dice.between(3, 4));
        let difference = dice.between(78, 140) + 3 * (2 - since);
        pen.amount(f, &format!("monitor_{subject}_difference"), difference, 3);
    }
    pen.amount(f, "government_work_score", dice.between(900, 950) + 10 * since, 1);
    facts
}

/// Satisfaction: about 1.5 in a thousand inhabitants, at least 300, six in ten of them parents.
fn survey(f: &mut Facts, population: i64, since: i64, dice: &mut Dice, pen: &mut Pen<'_>) {
    let sent = (population * 100 * 15 / 10_000).max(300);
    let satisfied = dice.between(875, 910) + 10 * since;
    let (returned, parents_returned) = (dice.between(960, 985), dice.between(965, 990));
    let parents_sent = sent * 6 / 10;
    let others_valid = (sent - parents_sent) * returned / 1000;
    let parents_valid = parents_sent * parents_returned / 1000;
    let parents_satisfied = parents_valid * (satisfied + 12) / 1000;
    pen.count(f, "survey_sent", sent);
    pen.count(f, "survey_valid", parents_valid + others_valid);
    pen.count(f, "survey_satisfied", parents_satisfied + others_valid * satisfied / 1000);
    pen.count(f, "survey_parents_sent", parents_sent);
    pen.count(f, "survey_parents_valid", parents_valid);
    pen.count(f, "survey_parents_satisfied", parents_satisfied);
    let visits = (sent / 5).max(100);
    let parents = visits * 6 / 10;
    let content = parents * (satisfied + 25) / 1000;
    pen.count(f, "visits", visits);
    pen.count(f, "visits_satisfied", content + (visits - parents) * (satisfied + 15) / 1000);
    pen.count(f, "visits_parents", parents);
    pen.count(f, "visits_parents_satisfied", content);
}

/// Attests that every indicator asked for holds, on 20 October of the school year.
pub(crate) fn attest(county: &mut County, indicators: &[(String, String)], year: i16) {
    const PEOPLE: [&str; 6] = ["林禾", "苏穗", "方茗", "程砚", "沈桐", "卫岚"];
    for ((indicator, title), person) in indicators.iter().zip(PEOPLE.iter().cycle()) {
        county.attestations.push(Attestation {
            indicator: indicator.clone(),
            holds: Some(true),
            evidence: format!("{title}佐证材料汇编(合成数据)"),
            person: format!("{person}(虚构)"),
            date: Date::new(year, 10, 20).ok(),
        });
    }
}

/// Three years, oldest first.
pub(crate) const fn back(year: i16, index: usize) -> i16 {
    let behind = YEARS - 1 - index;
    year - match behind {
        0 => 0,
        1 => 1,
        _ => 2,
    }
}
