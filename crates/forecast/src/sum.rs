//! Grades to whole pupils, sections and stages.

use crate::result::{Basis, Count, GradeForecast, SectionForecast, StageTotal};
use crate::round::apportion;
use domain::{Exact, Stage};

/// A grade of a section before whole pupils: where the basis holds an exact number, the count is
/// yet to come from it.
pub(crate) type Found = (Count, Basis);

/// Whole pupils of one grade of the county: the forecast ones keep their sum.
pub(crate) fn whole(found: Vec<Found>) -> Vec<Found> {
    let exact: Vec<Exact> = found.iter().filter_map(|(_, basis)| basis.exact().cloned()).collect();
    let mut pupils = apportion(&exact).into_iter();
    found
        .into_iter()
        .map(|(count, basis)| match basis.exact().and_then(|_| pupils.next()) {
            Some(pupils) => (Count::Known(pupils), basis),
            None => (count, basis),
        })
        .collect()
}

/// A section's pupils: missing where one grade is, `—` where it runs none.
pub(crate) fn together(grades: &[GradeForecast]) -> Count {
    if let Some(missing) = grades.iter().find(|grade| grade.pupils.is_missing()) {
        return missing.pupils.clone();
    }
    let known: Vec<i64> = grades.iter().filter_map(|grade| grade.pupils.known()).collect();
    if known.is_empty() { Count::NotApplicable } else { Count::Known(known.iter().sum()) }
}

pub(crate) fn totals(sections: &[SectionForecast]) -> Vec<StageTotal> {
    Stage::COMPULSORY
        .into_iter()
        .map(|stage| {
            let of = || sections.iter().filter(move |section| section.section.stage == stage);
            let known: Vec<i64> = of().filter_map(|section| section.pupils.known()).collect();
            StageTotal {
                stage,
                pupils: known.iter().sum(),
                sections: known.len(),
                missing: of().filter(|section| section.pupils.is_missing()).count(),
            }
        })
        .collect()
}
