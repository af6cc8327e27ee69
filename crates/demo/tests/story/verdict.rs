//! What the judge says of the county: near the standard, with the cases that it has to show.

use crate::common::{items, packs};
use domain::{Catalogue, Exact, Snapshot, Stage};
use standard::evaluation::{OverallVerdict, Verdict};
use standard::{Evaluation, Options, Standard, evaluate};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The county of a seed in three years as a standard sees it.
struct Judged {
    catalogue: Arc<Catalogue>,
    standard: Standard,
}

impl Judged {
    fn by(id: &str) -> Self {
        let catalogue = Arc::new(items().catalogue().clone());
        let standard = standard::load::load(&packs(), &catalogue, id).unwrap();
        Self { catalogue, standard }
    }

    fn snapshots(&self, seed: u64) -> Vec<Snapshot> {
        let attested = self.standard.attested();
        let options = demo::Options {
            seed,
            schools: demo::Options::SCHOOLS,
            year: demo::Options::YEAR,
            catalogue: &self.catalogue,
            attested: &attested,
        };
        let drafts = demo::county(&options).unwrap();
        drafts.into_iter().map(|draft| draft.seal(&self.catalogue).unwrap()).collect()
    }

    fn judge(&self, snapshot: &Snapshot, options: &Options) -> Evaluation {
        evaluate(snapshot, &self.standard, options).unwrap()
    }
}

fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn failed(evaluation: &Evaluation) -> BTreeSet<String> {
    evaluation.overall.reasons.iter().map(|reason| reason.subject.clone()).collect()
}

#[test]
fn the_county_is_near_the_standard_and_misses_it() {
    let quality = Judged::by("cn-quality-2017");
    for seed in 1..=8 {
        let years = quality.snapshots(seed);
        let all: Vec<Evaluation> =
            years.iter().map(|s| quality.judge(s, &Options::default())).collect();
        for evaluation in &all {
            assert_eq!(evaluation.overall.verdict, OverallVerdict::Fail);
            assert!(evaluation.overall.missing.is_empty(), "seed {seed}");
        }
        let reasons: Vec<usize> = all.iter().map(|e| e.overall.reasons.len()).collect();
        assert!(reasons[0] > reasons[1] && reasons[1] > reasons[2], "seed {seed}: {reasons:?}");
        assert!((4..=16).contains(&reasons[2]), "seed {seed}: {reasons:?}");
        let latest = &all[2];
        for subject in ["G3", "G5"] {
            assert!(failed(latest).contains(subject), "seed {seed}: {:?}", failed(latest));
        }
        for stage in Stage::COMPULSORY {
            let share = latest.stage(stage).unwrap();
            assert!(share.failed * 100 <= share.sections * 15, "seed {seed} {stage}");
        }
        let backbone = &latest.stage(Stage::Primary).unwrap().indicators[1];
        assert_eq!((backbone.code.as_str(), backbone.verdict), ("L2", Verdict::Pass));
        let coefficient = backbone.coefficient.as_ref().unwrap().value.as_str();
        assert!(("0.45".."0.50").contains(&coefficient), "seed {seed}: {coefficient}");
    }
}

#[test]
fn teachers_reach_their_indicators_year_by_year() {
    let quality = Judged::by("cn-quality-2017");
    let mut shares = [[0usize; 2]; 3];
    for seed in 1..=8 {
        for (year, snapshot) in quality.snapshots(seed).iter().enumerate() {
            for section in &quality.judge(snapshot, &Options::default()).sections {
                for code in ["L1", "L2", "L3"] {
                    shares[year][0] += 1;
                    let verdict = section.value(code).unwrap().verdict;
                    shares[year][1] += usize::from(verdict == Verdict::Pass);
                }
            }
        }
    }
    let percent = shares.map(|[all, reached]| reached * 1000 / all);
    assert!((870..930).contains(&percent[0]), "{percent:?}");
    assert!((940..975).contains(&percent[1]), "{percent:?}");
    assert!((980..1000).contains(&percent[2]), "{percent:?}");
}

#[test]
fn the_exact_cases_are_there() {
    let quality = Judged::by("cn-quality-2017");
    let years = quality.snapshots(demo::Options::SEED);
    let evaluation = quality.judge(&years[2], &Options::default());
    let values = |stage| {
        evaluation
            .sections
            .iter()
            .filter(move |s| s.stage == stage)
            .map(|s| (s, s.value("L4").unwrap()))
    };
    let (school, primary) = values(Stage::Primary)
        .find(|(_, v)| v.value.as_ref().unwrap().exact == exact("4.5"))
        .unwrap();
    assert_eq!((primary.verdict, school.pupils.clone()), (Verdict::Pass, Some(Exact::from(164))));
    let (_, junior) = values(Stage::Junior).find(|(s, _)| s.school == school.school).unwrap();
    assert_eq!(junior.value.as_ref().unwrap().exact, exact("4.95"));
    assert_eq!(junior.verdict, Verdict::Near);

    let rounded = evaluation
        .sections
        .iter()
        .filter_map(|s| s.value("L5"))
        .find(|v| v.value.as_ref().unwrap().shown == "7.50" && v.verdict == Verdict::Near)
        .unwrap();
    assert_eq!(rounded.verdict_if_rounded, Some(Verdict::Pass));
}

#[test]
fn the_relief_rules_carry_crowded_and_small_schools() {
    let quality = Judged::by("cn-quality-2017");
    for seed in 1..=4 {
        let years = quality.snapshots(seed);
        let off = failed(&quality.judge(&years[2], &Options::default()));
        let on = failed(&quality.judge(&years[2], &Options::default().with_relief(true)));
        // Three crowded schools, the visiting teachers, and the small music room.
        assert!(on.is_subset(&off) && on.len() + 4 <= off.len(), "seed {seed}: {off:?} {on:?}");
    }
}

#[test]
fn the_basic_balance_is_long_reached() {
    let basic = Judged::by("cn-basic-2012");
    for seed in 1..=4 {
        for snapshot in basic.snapshots(seed) {
            let evaluation = basic.judge(&snapshot, &Options::default());
            assert!(evaluation.overall.missing.is_empty(), "{:?}", evaluation.overall.missing);
            for stage in Stage::COMPULSORY {
                let composite = &evaluation.stage(stage).unwrap().composite;
                assert_eq!(composite.verdict, Verdict::Pass, "seed {seed} {stage}");
            }
        }
    }
}
