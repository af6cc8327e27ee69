//! Ratios observed between successive snapshots, in the county and in a section.
//!
//! All ratios are sums over sums, so that large sections weigh more, and are taken to six decimals
//! so that a result can be followed by hand.

use crate::history::{Cell, History, Row, YearRows};
use crate::result::{SectionKey, grades_of};
use domain::{Exact, SchoolYear, Stage};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Decimals to which a ratio is taken.
const DECIMALS: u8 = 6;
/// The largest ratio that is believed: what is above is a reorganisation, not a cohort.
const MOST: i64 = 3;
/// Bounds of the yearly ratio of the grade-1 intakes, in hundredths. It is compounded over the
/// horizon, and a leap beyond them is a change of who reports or takes in, not a trend.
const TREND: (i64, i64) = (80, 125);

/// Pupils of a step between two successive years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Observation {
    /// The earlier school year.
    pub year: SchoolYear,
    /// Pupils of the lower grade in that year.
    pub from: i64,
    /// Pupils of the higher grade in the year after.
    pub to: i64,
}

/// The county's ratio of a step. Grades 1 → 2 and so on; 6 → 7 is the ratio of the grade-7 intake to
/// the leavers of grade 6; 0 → 1 is the yearly ratio of the grade-1 intakes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepRatio {
    /// The lower grade; 0 for the entrants of grade 1.
    pub from_grade: u8,
    /// The higher grade.
    pub to_grade: u8,
    /// What was observed, oldest first.
    pub observations: Vec<Observation>,
    /// Σ to ÷ Σ from; `None` where nothing was observed.
    pub ratio: Option<Exact>,
    /// The dispersion that the low and high scenarios go below and above (a share of the ratio).
    pub band: Exact,
}

/// Σ to ÷ Σ from, at most [`MOST`].
fn mean(list: &[Observation]) -> Option<Exact> {
    let (from, to) = sums(list);
    Some(bounded(&Exact::from(to).checked_div(&Exact::from(from))?))
}

fn sums(list: &[Observation]) -> (i64, i64) {
    (list.iter().map(|o| o.from).sum(), list.iter().map(|o| o.to).sum())
}

fn bounded(ratio: &Exact) -> Exact {
    ratio.clone().min(Exact::from(MOST)).round(DECIMALS)
}

/// Mean absolute deviation from `mean`, as a share: Σ|to − mean·from| ÷ Σ to, at most a half.
fn dispersion(list: &[Observation], mean: &Exact) -> Exact {
    let off: Exact = list
        .iter()
        .map(|o| {
            let off = Exact::from(o.to) - mean * &Exact::from(o.from);
            if off.is_negative() { -off } else { off }
        })
        .sum();
    let share = off.checked_div(&Exact::from(sums(list).1)).unwrap_or(Exact::ZERO);
    share.min(Exact::ratio(1, 2)).round(DECIMALS)
}

/// The ratios of the county.
pub(crate) struct Ratios<'a> {
    history: &'a History,
    /// By the lower grade, within a stage.
    steps: BTreeMap<u8, StepRatio>,
    /// Yearly ratio of the grade-1 intakes.
    trend: StepRatio,
    bands: BTreeMap<Stage, Exact>,
    /// An entered band.
    entered: Option<Exact>,
}

impl<'a> Ratios<'a> {
    /// What the snapshots say; `band` takes the place of the observed dispersions.
    pub(crate) fn observed(history: &'a History, band: Option<&Exact>) -> Self {
        let mut steps = BTreeMap::new();
        let mut bands = BTreeMap::new();
        for stage in Stage::COMPULSORY {
            let mut of_stage: Vec<StepRatio> = grades_of(stage)
                .zip(grades_of(stage).skip(1))
                .map(|(from_grade, to_grade)| {
                    let observations: Vec<Observation> =
                        history.steps().map(|(a, b)| pooled(a, b, stage, from_grade)).collect();
                    let ratio = mean(&observations);
                    StepRatio { from_grade, to_grade, observations, ratio, band: Exact::ZERO }
                })
                .collect();
            let all: Vec<Observation> =
                of_stage.iter().flat_map(|step| step.observations.iter().copied()).collect();
            let stage_mean = mean(&all);
            let seen = || stage_mean.as_ref().map(|mean| dispersion(&all, mean));
            let band = band.cloned().or_else(seen).unwrap_or(Exact::ZERO);
            for mut step in of_stage.drain(..) {
                // A step that nobody has taken yet is taken as the others of the stage.
                step.ratio = step.ratio.or_else(|| stage_mean.clone());
                step.band = band.clone();
                steps.insert(step.from_grade, step);
            }
            bands.insert(stage, band);
        }
        let primary = bands.get(&Stage::Primary).cloned().unwrap_or(Exact::ZERO);
        let mut trend = outer(0, history.steps().map(|(a, b)| entrants(history, a, b)), &primary);
        let (least, most) = TREND;
        let bounds = (Exact::ratio(least, 100), Exact::ratio(most, 100));
        trend.ratio = trend.ratio.map(|ratio| ratio.clamp(bounds.0, bounds.1));
        if let Some(band) = band {
            trend.band = band.clone();
        }
        Self { history, steps, trend, bands, entered: band.cloned() }
    }

    /// The county's step from a grade to the next one of the stage.
    pub(crate) fn step(&self, from_grade: u8) -> Option<&StepRatio> {
        self.steps.get(&from_grade)
    }

    /// The yearly ratio of the grade-1 intakes.
    pub(crate) const fn trend(&self) -> &StepRatio {
        &self.trend
    }

    /// All steps within the stages and the trend, by grade.
    pub(crate) fn list(&self) -> Vec<StepRatio> {
        std::iter::once(&self.trend).chain(self.steps.values()).cloned().collect()
    }

    pub(crate) fn band(&self, stage: Stage) -> Exact {
        self.bands.get(&stage).cloned().unwrap_or(Exact::ZERO)
    }

    /// What a section itself observed at a step. Where sections of the stage opened or closed, an
    /// observation that is off by more than half and by more than ten pupils is taken for a
    /// transfer of classes and left out.
    pub(crate) fn own(&self, key: &SectionKey, from_grade: u8) -> Vec<Observation> {
        let pooled = self.step(from_grade).and_then(|step| step.ratio.clone());
        let seen = self.history.steps().filter_map(|(a, b)| {
            let from = a.rows.get(key)?.known(from_grade)?;
            let to = b.rows.get(key)?.known(from_grade + 1)?;
            Some(Observation { year: a.year, from, to })
        });
        seen.filter(|o| {
            if !self.history.reorganised(key.stage, o.year) {
                return true;
            }
            let usual = pooled.clone().unwrap_or(Exact::ONE) * Exact::from(o.from);
            let off = Exact::from(o.to) - usual.clone();
            let off = if off.is_negative() { -off } else { off };
            off <= (usual * Exact::ratio(1, 2)).max(Exact::from(10))
        })
        .collect()
    }

    /// The ratio of a section: its own observations and `credibility` pupils of county average.
    pub(crate) fn blended(own: &[Observation], pooled: &Exact, credibility: u32) -> Exact {
        let (from, to) = sums(own);
        let weight = Exact::from(i64::from(credibility));
        let over = Exact::from(to) + &weight * pooled;
        match over.checked_div(&(Exact::from(from) + weight)) {
            Some(ratio) => bounded(&ratio),
            None => pooled.clone(),
        }
    }

    /// The ratio of the grade-7 intake to the leavers of grade 6 of the primary sections `among`
    /// and of those that are no more. Of the junior sections those whose grade 7 is never blank.
    pub(crate) fn transfer(&self, among: &BTreeSet<&SectionKey>) -> StepRatio {
        let observed = self.history.steps().map(|(a, b)| {
            let from = a.rows.iter().filter_map(|(key, row)| {
                let counts = among.contains(key) || !self.history.has(key);
                row.known(6).filter(|_| counts && key.stage == Stage::Primary)
            });
            let to = b
                .rows
                .iter()
                .filter(|(key, _)| key.stage == Stage::Junior && self.history.complete(key, 7));
            Observation {
                year: a.year,
                from: from.sum(),
                to: to.filter_map(|(_, row)| row.known(7)).sum(),
            }
        });
        let mut step = outer(6, observed, &self.band(Stage::Junior));
        if let Some(band) = &self.entered {
            step.band = band.clone();
        }
        step
    }

    /// What share of the county's grade `from_grade` a section that begins above it took in.
    pub(crate) fn joining(&self, key: &SectionKey, from_grade: u8) -> Option<Exact> {
        let seen: Vec<Observation> = self
            .history
            .steps()
            .filter_map(|(a, b)| {
                let to = b.rows.get(key)?.known(from_grade + 1)?;
                Some(Observation { year: a.year, from: total(&a.rows, from_grade), to })
            })
            .collect();
        mean(&seen)
    }
}

/// A step between stages or before them, whose band is at least that of the stage.
fn outer(from_grade: u8, observed: impl Iterator<Item = Observation>, least: &Exact) -> StepRatio {
    let observations: Vec<Observation> = observed.collect();
    let ratio = mean(&observations);
    let band = ratio.as_ref().map_or(Exact::ZERO, |mean| dispersion(&observations, mean));
    StepRatio {
        from_grade,
        to_grade: from_grade + 1,
        observations,
        ratio,
        band: band.max(least.clone()),
    }
}

/// Pupils of a grade in all sections that know it.
fn total(rows: &BTreeMap<SectionKey, Row>, grade: u8) -> i64 {
    rows.values().filter_map(|row| row.known(grade)).sum()
}

/// The county's observation of a step: whoever could have moved up within a section or from one
/// that closed, and whoever is there. A section that ends with the lower grade sends its pupils to
/// the others, whose ratio holds them; one that begins with the higher grade is seen by itself.
fn pooled(before: &YearRows, after: &YearRows, stage: Stage, grade: u8) -> Observation {
    let (mut from, mut to) = (0, 0);
    for (key, row) in before.rows.iter().filter(|(key, _)| key.stage == stage) {
        let Some(lower) = row.known(grade) else { continue };
        match after.rows.get(key).map(|row| row.cell(grade + 1)) {
            None => from += lower,
            Some(Cell::Known(higher)) => {
                from += lower;
                to += higher;
            }
            Some(Cell::Blank | Cell::Absent) => {}
        }
    }
    for (key, row) in after.rows.iter().filter(|(key, _)| key.stage == stage) {
        if !before.rows.contains_key(key) {
            to += row.known(grade + 1).unwrap_or(0);
        }
    }
    Observation { year: before.year, from, to }
}

/// Grade-1 intakes of two successive years, in sections whose grade 1 is never blank.
fn entrants(history: &History, before: &YearRows, after: &YearRows) -> Observation {
    let of = |year: &YearRows| -> i64 {
        let rows = year.rows.iter().filter(|(key, _)| history.complete(key, 1));
        rows.filter_map(|(_, row)| row.known(1)).sum()
    };
    Observation { year: before.year, from: of(before), to: of(after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(pairs: &[(i64, i64)]) -> Vec<Observation> {
        let years = (2022..).map(SchoolYear);
        pairs
            .iter()
            .zip(years)
            .map(|((from, to), year)| Observation { year, from: *from, to: *to })
            .collect()
    }

    #[test]
    fn a_small_section_is_drawn_to_the_county_and_a_large_one_is_not() {
        let pooled = Exact::ONE;
        // 50 of 100 stayed: half its own, half the county's.
        let small = Ratios::blended(&seen(&[(100, 50)]), &pooled, 100);
        assert_eq!(small, Exact::parse("0.75").unwrap());
        let large = Ratios::blended(&seen(&[(9_900, 4_950)]), &pooled, 100);
        assert_eq!(large, Exact::parse("0.505").unwrap());
        assert_eq!(Ratios::blended(&[], &Exact::ratio(9, 10), 0), Exact::ratio(9, 10));
        // 100 × 1 + 1 over 103: six decimals.
        let rounded = Ratios::blended(&seen(&[(3, 1)]), &pooled, 100);
        assert_eq!(rounded, Exact::parse("0.980583").unwrap());
    }

    #[test]
    fn the_dispersion_is_the_mean_deviation_as_a_share() {
        // Mean 1: 10 below and 10 above, of 200.
        let list = seen(&[(100, 90), (100, 110)]);
        assert_eq!(mean(&list), Some(Exact::ONE));
        assert_eq!(dispersion(&list, &Exact::ONE), Exact::parse("0.1").unwrap());
        assert_eq!(mean(&seen(&[(0, 5)])), None);
        assert_eq!(mean(&seen(&[(1, 500)])), Some(Exact::from(3)));
    }
}
