//! Which sections' numbers are kept from the public: those of few pupils, and as many others as it
//! takes that a total does not give them away.
//!
//! Must not know: how a figure is printed, templates.

use domain::{Exact, SchoolCode, Stage};
use standard::Evaluation;
use standard::evaluation::SectionResult;
use std::collections::BTreeSet;

/// The sections whose numbers are withheld.
///
/// The totals of a stage are public, and so may be every other section: what is withheld in a stage
/// must be two sections at least, with no fewer than `below` pupils together. Where it is less, the
/// smallest of the others join them. A stage of a single small section withholds it alone, and
/// [`super::shown`] withholds its total because it is as small.
pub(crate) fn sections(evaluation: &Evaluation, below: u32) -> BTreeSet<(SchoolCode, Stage)> {
    let bound = Exact::from(i64::from(below));
    let mut withheld = BTreeSet::new();
    for stage in &evaluation.stages {
        let mut known: Vec<(&Exact, &SectionResult)> = evaluation
            .sections
            .iter()
            .filter(|s| s.stage == stage.stage)
            .filter_map(|s| Some((s.pupils.as_ref()?, s)))
            .collect();
        known.sort_by(|a, b| a.0.cmp(b.0).then_with(|| a.1.school.cmp(&b.1.school)));
        let small = known.iter().filter(|(pupils, _)| **pupils < bound).count();
        if small == 0 {
            continue;
        }
        let mut sum = Exact::ZERO;
        for (taken, (pupils, section)) in known.into_iter().enumerate() {
            if taken >= small.max(2) && sum >= bound {
                break;
            }
            sum = &sum + pupils;
            withheld.insert((section.school.clone(), section.stage));
        }
    }
    withheld
}
