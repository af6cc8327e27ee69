//! What a teacher is in the data items of a section: what moves along.

use crate::count::training_cycle;
use crate::teacher::Teacher;
use crate::{Roster, Rules};
use domain::change::{Change, Edit, amount_at};
use domain::{Catalogue, Exact, SchoolCode, SchoolYear, Snapshot, Stage};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The items in which a full-time teacher counts once, in a fixed order.
pub(crate) fn items_of(teacher: &Teacher, rules: &Rules, year: SchoolYear) -> Vec<String> {
    let mut items = vec!["staff".to_owned()];
    if !teacher.is_full_time() {
        return items;
    }
    items.push("teachers".to_owned());
    items.extend(teacher.degree.map(|degree| degree.item().to_owned()));
    if teacher.is_backbone() {
        items.push("teachers_backbone".to_owned());
    }
    let subject = teacher.main_subject().and_then(|code| rules.subject(code));
    items.extend(subject.and_then(|subject| subject.item.clone()));
    if teacher.certified == Some(true) {
        items.push("teachers_certified".to_owned());
    }
    let (from, to) = training_cycle(rules, year);
    if Exact::from(teacher.training_hours(from, to)) >= rules.training.hours.value {
        items.push("teachers_trained".to_owned());
    }
    items.extend(teacher.rank.and_then(crate::Rank::item).map(str::to_owned));
    items.sort_unstable();
    items
}

/// The items that say how many have rotated: the share of the state's rule is taken from them.
#[derive(Clone, Debug)]
pub(crate) struct Rotated {
    /// Eligible teachers by section.
    pub(crate) eligible: BTreeMap<(SchoolCode, Stage), i64>,
}

/// What moves do to the data. Teachers take with them what they count for; the items of rotation
/// become those of this rotation, counted at the sections that are left. A section that lacks an item
/// keeps lacking it.
pub(crate) fn change(
    moves: &[(&Teacher, &SchoolCode)],
    rotated: &Rotated,
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    rules: &Rules,
    reason: &str,
) -> Change {
    let year = snapshot.year();
    let mut sums: BTreeMap<(SchoolCode, Stage, String), Decimal> = BTreeMap::new();
    let mut add = |school: &SchoolCode, stage: Stage, item: &str, amount: Decimal| {
        *sums.entry((school.clone(), stage, item.to_owned())).or_default() += amount;
    };
    let (from_year, to_year) = training_cycle(rules, year);
    for (teacher, to) in moves {
        for item in items_of(teacher, rules, year) {
            add(&teacher.school, teacher.stage, &item, Decimal::NEGATIVE_ONE);
            add(to, teacher.stage, &item, Decimal::ONE);
        }
        if teacher.is_full_time() {
            let hours = teacher.training_hours(from_year, to_year);
            add(&teacher.school, teacher.stage, "teachers_training_hours", -hours);
            add(to, teacher.stage, "teachers_training_hours", hours);
        }
    }
    let at = |school: &SchoolCode, stage: Stage, item: &str| {
        amount_at(snapshot, catalogue, school, Some(stage), item)
    };
    for (school, stage) in snapshot
        .schools()
        .iter()
        .flat_map(|school| school.sections.iter().map(|section| (&school.code, section.stage)))
    {
        let left = moves.iter().filter(|(t, _)| t.school == *school && t.stage == stage);
        let (mut all, mut backbone) = (0i64, 0i64);
        for (teacher, _) in left {
            all += 1;
            backbone += i64::from(teacher.is_backbone());
        }
        let eligible = rotated.eligible.get(&(school.clone(), stage)).copied().unwrap_or(0);
        for (item, now) in [
            ("teachers_rotation_eligible", eligible),
            ("teachers_rotated", all),
            ("teachers_rotated_backbone", backbone),
        ] {
            if let Some(before) = at(school, stage, item).and_then(|n| n.to_string().parse().ok()) {
                let before: Decimal = before;
                add(school, stage, item, Decimal::from(now) - before);
            }
        }
    }
    let edits = sums
        .into_iter()
        .filter(|((school, stage, item), amount)| {
            !amount.is_zero() && at(school, *stage, item).is_some()
        })
        .map(|((school, stage, item), amount)| Edit { school, stage: Some(stage), item, amount })
        .collect();
    Change { reason: reason.to_owned(), year: None, edits, rooms: Vec::new() }
}

/// Eligible teachers by section.
pub(crate) fn rotated(roster: &Roster, eligible: &[bool]) -> Rotated {
    let mut counts: BTreeMap<(SchoolCode, Stage), i64> = BTreeMap::new();
    for (teacher, eligible) in roster.teachers().iter().zip(eligible) {
        if *eligible {
            *counts.entry((teacher.school.clone(), teacher.stage)).or_default() += 1;
        }
    }
    Rotated { eligible: counts }
}
