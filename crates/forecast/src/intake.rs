//! Entrants of the two first grades: how many, and to which section.

use crate::Assumptions;
use crate::history::History;
use crate::ratio::Ratios;
use crate::result::{Basis, Intake, IntakeSource, MissingReason, Pool, SectionKey};
use crate::round::nearest;
use domain::{Exact, SchoolYear, Stage};

/// The county's entrants of grade 1 in a year.
pub(crate) struct Entrance {
    pub(crate) intake: Intake,
    /// Is it of every section (else of those whose grade 1 is never blank)?
    pub(crate) covers_all: bool,
}

/// Entered, else births × rate, else the trend from `previous` (with whether that covered all).
pub(crate) fn entrants(
    given: &Assumptions,
    history: &History,
    ratios: &Ratios<'_>,
    year: SchoolYear,
    previous: Option<(i64, bool)>,
) -> Option<Entrance> {
    if let Some(total) = given.entrants_of(year) {
        let intake = Intake { grade: 1, total, source: IntakeSource::Entered };
        return Some(Entrance { intake, covers_all: true });
    }
    let trend = ratios.trend();
    let factor = given.scenario.factor(&trend.band);
    if let Some(births) = given.births_of(year) {
        let entered = given.entry_rate(year);
        if let Some(rate) = entered.cloned().or_else(|| observed_rate(given, history)) {
            let total = nearest(&(Exact::from(births.children) * rate.clone() * factor.clone()));
            let source = IntakeSource::Births {
                year: births.year,
                children: births.children,
                rate,
                entered: entered.is_some(),
                factor,
            };
            let covers_all = entered.is_some();
            return Some(Entrance { intake: Intake { grade: 1, total, source }, covers_all });
        }
    }
    let ratio = trend.ratio.clone()?;
    let (previous, covers_all) = previous?;
    let total = nearest(&(Exact::from(previous) * ratio.clone() * factor.clone()));
    let source = IntakeSource::Trend { previous, ratio, factor };
    Some(Entrance { intake: Intake { grade: 1, total, source }, covers_all })
}

/// Grade 1 of the latest snapshot in the sections that the trend is taken from.
pub(crate) fn latest_entrants(history: &History) -> i64 {
    let rows = history.base().iter().filter(|(key, _)| history.complete(key, 1));
    rows.filter_map(|(_, row)| row.known(1)).sum()
}

/// Grade 1 of the snapshots to the births entered for them.
fn observed_rate(given: &Assumptions, history: &History) -> Option<Exact> {
    let (mut born, mut entered) = (0, 0);
    for year in history.years() {
        let Some(births) = given.births_of(year.year) else { continue };
        let rows = year.rows.iter().filter(|(key, _)| history.complete(key, 1));
        entered += rows.filter_map(|(_, row)| row.known(1)).sum::<i64>();
        born += births.children;
    }
    let rate = Exact::from(entered).checked_div(&Exact::from(born))?;
    Some(rate.min(Exact::from(3)).round(6))
}

/// A section that takes part in sharing out entrants.
pub(crate) struct Member<'a> {
    pub(crate) key: &'a SectionKey,
    /// Mean intake of its last two snapshots; `None` where they are blank.
    pub(crate) weight: Option<Exact>,
    /// Does the total speak of it?
    pub(crate) covered: bool,
    /// What feeder shares send, or the primary section that keeps it from being known.
    pub(crate) fed: Result<Exact, MissingReason>,
    /// An entered figure.
    pub(crate) entered: Option<i64>,
}

/// Shares `total` out to the members that have no entered figure, by their weights. What is
/// entered for a section is taken from the total first, so that the total is kept.
pub(crate) fn share_out(
    pool: Pool,
    total: i64,
    members: &[Member<'_>],
) -> Vec<Result<Basis, MissingReason>> {
    let mut left = Exact::from(total);
    let mut weights = Exact::ZERO;
    let mut unknown = None;
    for member in members.iter().filter(|member| member.covered) {
        match (member.entered, &member.weight) {
            (Some(entered), _) => {
                let fed = member.fed.clone().unwrap_or(Exact::ZERO);
                left = left - (Exact::from(entered) - fed);
            }
            (None, Some(weight)) => weights = weights + weight.clone(),
            (None, None) => unknown = unknown.or(Some(member.key)),
        }
    }
    // The entered figures may be more than the total: then nothing is left for the others.
    let left = nearest(&left.max(Exact::ZERO));
    members
        .iter()
        .map(|member| {
            let fed = member.fed.clone()?;
            let weight = member.weight.clone().ok_or(MissingReason::ShareUnknown)?;
            if let Some(section) = unknown {
                return Err(MissingReason::OtherShareUnknown { section: section.clone() });
            }
            let part = match weight.checked_div(&weights) {
                Some(share) => share * Exact::from(left),
                None if left == 0 => Exact::ZERO,
                None => return Err(MissingReason::NoShares),
            };
            let (weights, exact) = (weights.clone(), part + fed.clone());
            Ok(Basis::Share { pool, total: left, weight, weights, fed, exact })
        })
        .collect()
}

/// The mean intake of a section's first grade over its last two snapshots (see
/// [`History::recent`]).
pub(crate) fn recent_intake(history: &History, key: &SectionKey) -> Option<Exact> {
    let grade = if key.stage == Stage::Primary { 1 } else { 7 };
    let (sum, years) = history.recent(key, grade)?;
    Some(Exact::ratio(sum, years))
}
