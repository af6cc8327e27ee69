//! Hours of training by teacher: what the roster's column says, and what accepted projects credit on
//! top of it.
//!
//! Nothing is counted twice: the roster holds for every calendar year and level that it names. Hours
//! of an accepted project are added only where the roster names nothing of that teacher, of that year
//! and of that level; where the roster does not say of which level its hours are, it holds for all.
//! What is not added is told, so that the roster can be put right.

use domain::Exact;
use staffing::training::{Completion, Shortfall, completion, shortfalls};
use staffing::{Roster, Rules, Teacher, TeacherId, Training};
use std::collections::BTreeMap;
use store::trainings::{Credit, TrainingLevel};

/// The level that a provider of the roster is of; `None` where its words do not say.
fn level(provider: &str) -> Option<TrainingLevel> {
    let levels = [
        ('国', TrainingLevel::Nation),
        ('省', TrainingLevel::Province),
        ('市', TrainingLevel::City),
        ('县', TrainingLevel::County),
        ('区', TrainingLevel::County),
        ('校', TrainingLevel::School),
    ];
    let first = provider.trim().chars().next()?;
    levels.into_iter().find(|(sign, _)| *sign == first).map(|(_, level)| level)
}

/// Does the roster speak of the same year and level already?
fn is_named(teacher: &Teacher, credit: &Credit) -> bool {
    let named = |training: &Training| {
        training.year == credit.year
            && level(&training.provider).is_none_or(|level| level == credit.level)
    };
    teacher.training.iter().any(named)
}

/// A teacher's hours in a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hours {
    /// By the roster.
    pub(super) roster: Exact,
    /// Credited by accepted projects on top.
    pub(super) credited: Exact,
    /// Projects that were not added, because the roster names their year and level.
    pub(super) left_out: Vec<String>,
    /// The roster has no training of the teacher at all, of whatever year.
    pub(super) unreported: bool,
}

/// The hours of a cycle.
#[derive(Debug)]
pub(super) struct Ledger {
    /// By teacher.
    pub(super) hours: BTreeMap<TeacherId, Hours>,
    /// Who lacks hours, by what is missing.
    pub(super) short: Vec<Shortfall>,
    /// How far each school is.
    pub(super) schools: Vec<Completion>,
    /// Full-time teachers.
    pub(super) teachers: usize,
}

/// Adds up the hours of the calendar years `from..=to`; `done` is the last year that is over.
pub(super) fn ledger(
    roster: &Roster,
    credits: &[Credit],
    rules: &Rules,
    (from, to): (i16, i16),
    done: i16,
) -> Ledger {
    let mut by_teacher: BTreeMap<&str, Vec<&Credit>> = BTreeMap::new();
    for credit in credits.iter().filter(|credit| (from..=to).contains(&credit.year)) {
        by_teacher.entry(&credit.teacher).or_default().push(credit);
    }
    let mut hours = BTreeMap::new();
    let mut teachers = Vec::with_capacity(roster.teachers().len());
    for teacher in roster.teachers() {
        let own = by_teacher.remove(&*teacher.id.0).unwrap_or_default();
        let (named, new): (Vec<&Credit>, Vec<&Credit>) =
            own.into_iter().partition(|credit| is_named(teacher, credit));
        let before = Exact::from(teacher.training_hours(from, to));
        let mut after = teacher.clone();
        after.training.extend(new.iter().map(|credit| Training {
            year: credit.year,
            provider: credit.level.zh().to_owned(),
            hours: credit.hours,
        }));
        let entry = Hours {
            credited: Exact::from(after.training_hours(from, to)) - before.clone(),
            roster: before,
            left_out: named.iter().map(|credit| credit.title.clone()).collect(),
            unreported: teacher.training.is_empty(),
        };
        hours.insert(teacher.id.clone(), entry);
        teachers.push(after);
    }
    let full_time = teachers.iter().filter(|teacher| teacher.is_full_time()).count();
    let with = roster.with_teachers(teachers);
    let short = shortfalls(&with, rules, (from, to), done);
    let schools = completion(&with, rules, (from, to));
    Ledger { hours, short, schools, teachers: full_time }
}

#[cfg(test)]
mod tests {
    use super::*;
    use packs::PackSource;
    use rust_decimal::Decimal;
    use staffing::RosterRow;

    fn roster(rows: &[(&str, &str)]) -> Roster {
        let source = PackSource::embedded();
        let rules = staffing::rules::load(&source, "cn-county-2024").unwrap();
        let items = items::load(&source).unwrap();
        let attested = [("G1".to_owned(), "规划布局".to_owned())];
        let options = demo::Options {
            seed: 7,
            schools: 6,
            year: demo::Options::YEAR,
            catalogue: items.catalogue(),
            attested: &attested,
        };
        let draft = demo::county(&options).unwrap().into_iter().last().unwrap();
        let snapshot = draft.seal(items.catalogue()).unwrap();
        let school = snapshot.schools().iter().find(|s| !s.sections.is_empty()).unwrap();
        let stage = school.sections[0].stage.zh();
        let rows: Vec<RosterRow> = rows
            .iter()
            .map(|(number, training)| {
                let mut row = RosterRow::default();
                for (column, text) in [
                    ("number", *number),
                    ("name", "张明"),
                    ("school", school.code.as_str()),
                    ("stage", stage),
                    ("training", training),
                ] {
                    assert!(row.set(column, text), "{column}");
                }
                row
            })
            .collect();
        let day = jiff::civil::date(2024, 9, 1);
        let (roster, _) = Roster::read(&rows, 1, &snapshot, &rules, day);
        assert_eq!(roster.teachers().len(), rows.len());
        roster
    }

    fn credit(teacher: &str, year: i16, level: TrainingLevel, hours: i64) -> Credit {
        Credit {
            teacher: teacher.to_owned(),
            training: 1,
            title: format!("{year}{}", level.zh()),
            level,
            year,
            hours: Decimal::from(hours),
        }
    }

    #[test]
    fn nothing_is_counted_twice() {
        let rules = staffing::rules::load(&PackSource::embedded(), "cn-county-2024").unwrap();
        let roster = roster(&[
            ("T1", "2020|县级|72；2021|县级|72；2022|县级|72；2023|县级|72"),
            ("T2", "2023|教师进修学校|300"),
            ("T3", ""),
        ]);
        let credits = [
            // A year that the roster does not name: added.
            credit("T1", 2024, TrainingLevel::County, 40),
            credit("T1", 2024, TrainingLevel::School, 24),
            // The roster has county hours of 2023; hours of the province are others.
            credit("T1", 2023, TrainingLevel::County, 72),
            credit("T1", 2023, TrainingLevel::Province, 10),
            // The roster does not say of which level its hours of 2023 are: it holds for all.
            credit("T2", 2023, TrainingLevel::Nation, 60),
            // Out of the cycle, and of nobody.
            credit("T3", 2019, TrainingLevel::County, 60),
            credit("T9", 2024, TrainingLevel::County, 60),
        ];
        let found = ledger(&roster, &credits, &rules, (2020, 2024), 2023);
        let hours = |number: &str| &found.hours[&TeacherId::from(number)];
        assert_eq!(hours("T1").roster, Exact::from(288));
        assert_eq!(hours("T1").credited, Exact::from(74));
        assert_eq!(hours("T1").left_out, ["2023县培"]);
        assert_eq!((hours("T2").credited.clone(), hours("T2").left_out.len()), (Exact::ZERO, 1));
        assert!(hours("T3").unreported && !hours("T2").unreported);
        // T1 has 362 of 360; T2 lacks 60, T3 all, each with the one year that is left.
        let short: Vec<(&str, String)> =
            found.short.iter().map(|s| (&*s.teacher.0, s.missing.to_string())).collect();
        assert_eq!(short, [("T3", "360".to_owned()), ("T2", "60".to_owned())]);
        assert_eq!(found.short[0].a_year, Some(Exact::from(360)));
        assert_eq!(found.teachers, 3);
    }

    #[test]
    fn levels_are_read_from_the_first_sign() {
        assert_eq!(level("国培"), Some(TrainingLevel::Nation));
        assert_eq!(level("区级"), Some(TrainingLevel::County));
        assert_eq!(level(" 校本"), Some(TrainingLevel::School));
        assert_eq!(level("教师进修学校"), None);
        assert_eq!(level(""), None);
    }
}
