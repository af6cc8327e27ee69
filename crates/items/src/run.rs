//! Trying all checks: on a snapshot, and on their own examples.

use crate::check::Tried;
use crate::jump::Years;
use crate::words::parameters;
use crate::{Check, CheckFinding, Items, Jump};
use domain::{Exact, Level, Place, Snapshot};
use formula::{Env, Everything, Outcome};

/// Weights are for `split`, which no check may use.
static NO_WEIGHTS: [Exact; 3] = [Exact::ONE, Exact::ONE, Exact::ONE];

/// An example of a check that does not come out as the pack says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// The check's code.
    pub check: String,
    /// Which example, in Chinese.
    pub example: String,
    /// What came out instead, in Chinese.
    pub found: String,
}

impl Items {
    /// The checks inside a year, in the order of the pack.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The checks against last year, in the order of the pack.
    #[must_use]
    pub fn jumps(&self) -> &[Jump] {
        &self.jumps
    }

    /// Tries every check at every place of its level, and the jump checks where an earlier year's
    /// snapshot has the same school and stage. What follows a cohort from grade to grade is tried
    /// only against the year right before. In the order of the snapshot's places, then of the
    /// pack. A check that lacks a figure is silent: that the figure is missing is another finding.
    #[must_use]
    pub fn run(&self, snapshot: &Snapshot, previous: Option<&Snapshot>) -> Vec<CheckFinding> {
        let mut findings = Vec::new();
        self.run_each(snapshot, previous, |finding| findings.push(finding));
        findings
    }

    /// As [`Items::run`], one finding at a time: a file full of rubbish breaks every check at every
    /// place, and whoever lists only some of the findings need not hold them all.
    pub fn run_each(
        &self,
        snapshot: &Snapshot,
        previous: Option<&Snapshot>,
        mut each: impl FnMut(CheckFinding),
    ) {
        let parameters = parameters(snapshot);
        let env = self.env(snapshot, &parameters);
        for place in snapshot.places() {
            let level = place.level();
            let checks = self.checks.iter().filter(|check| check.level() == level);
            checks.filter_map(|check| check.run(&env, place)).for_each(&mut each);
            let Some(previous) = previous else { continue };
            if let Some(before) = same_place(previous, place) {
                let years = Years { before: previous.year(), now: snapshot.year() };
                let jumps = self.jumps.iter().filter(|jump| jump.level() == level);
                jumps
                    .flat_map(|jump| jump.run(&self.catalogue, years, before, place))
                    .for_each(&mut each);
            }
        }
    }

    fn env<'a>(&'a self, snapshot: &'a Snapshot, parameters: &'a [Outcome]) -> Env<'a> {
        Env {
            snapshot,
            catalogue: &self.catalogue,
            parameters,
            definitions: &[],
            weights: &NO_WEIGHTS,
            guests: None,
            scope: &Everything,
        }
    }

    /// Tries the examples of all checks: every check has cases that break it and cases that just
    /// hold. Empty where all come out as the pack says.
    #[must_use]
    pub fn try_examples(&self) -> Vec<ExampleFailure> {
        let mut failures = Vec::new();
        for check in &self.checks {
            let cases = check.violated.iter().map(|example| (example, Tried::Broken));
            let cases = cases.chain(check.satisfied.iter().map(|example| (example, Tried::Holds)));
            for (example, wanted) in cases {
                let label = format!("第 {} 行的示例", example.line);
                let found = match example.snapshot(&self.catalogue) {
                    Ok(snapshot) => self.tried(check, &snapshot),
                    Err(error) => Err(error.to_string()),
                };
                judge(&mut failures, check.code(), label, wanted, found);
            }
            sides(&mut failures, check.code(), check.violated.len(), check.satisfied.len());
        }
        for jump in &self.jumps {
            let cases = jump.violated.iter().map(|pair| (pair, Tried::Broken));
            let cases = cases.chain(jump.satisfied.iter().map(|pair| (pair, Tried::Holds)));
            for ((before, now), wanted) in cases {
                let label = format!("上年 {before}、本年 {now} 的示例");
                judge(&mut failures, jump.code(), label, wanted, Ok(jump.attempt(before, now)));
            }
            sides(&mut failures, jump.code(), jump.violated.len(), jump.satisfied.len());
        }
        for change in &self.changes {
            let cases = change.violated.iter().map(|pair| (pair, Tried::Broken));
            let cases = cases.chain(change.satisfied.iter().map(|pair| (pair, Tried::Holds)));
            for ((before, now), wanted) in cases {
                let label = format!("上年 {before}、本年 {now} 的示例");
                let found =
                    if change.is_large(*before, *now) { Tried::Broken } else { Tried::Holds };
                judge(&mut failures, change.code(), label, wanted, Ok(found));
            }
            sides(&mut failures, change.code(), change.violated.len(), change.satisfied.len());
        }
        failures
    }

    fn tried(&self, check: &Check, snapshot: &Snapshot) -> Result<Tried, String> {
        let place = snapshot.places().find(|place| place.level() == check.level());
        let Some(place) = place else {
            return Err(format!("示例中没有{}", check.level().zh()));
        };
        Ok(check.attempt(&self.env(snapshot, &parameters(snapshot)), place))
    }
}

fn judge(
    failures: &mut Vec<ExampleFailure>,
    check: &str,
    example: String,
    wanted: Tried,
    found: Result<Tried, String>,
) {
    let found = match found {
        Ok(tried) if tried == wanted => return,
        Ok(Tried::Elsewhere) => "检查的适用条件不成立".to_owned(),
        Ok(Tried::Silent) => "缺少数据，检查没有结论".to_owned(),
        Ok(Tried::Holds) => "检查通过，而应当不通过".to_owned(),
        Ok(Tried::Broken) => "检查不通过，而应当通过".to_owned(),
        Err(why) => why,
    };
    failures.push(ExampleFailure { check: check.to_owned(), example, found });
}

fn sides(failures: &mut Vec<ExampleFailure>, check: &str, violated: usize, satisfied: usize) {
    for (count, which) in [(violated, "不通过"), (satisfied, "刚好通过")] {
        if count == 0 {
            let found = format!("没有{which}的示例");
            failures.push(ExampleFailure {
                check: check.to_owned(),
                example: String::new(),
                found,
            });
        }
    }
}

/// The same county, school or section in another snapshot. Classes and rooms have no identity
/// from year to year.
pub(crate) fn same_place<'a>(snapshot: &'a Snapshot, place: Place) -> Option<Place<'a>> {
    let county = snapshot.county();
    if county.code != place.county().code {
        return None;
    }
    if place.level() == Level::County {
        return Some(Place::County(county));
    }
    let school = snapshot.school(&place.school()?.code)?;
    match place.level() {
        Level::School => Some(Place::School(county, school)),
        Level::Section => school.section(place.stage()?).map(|s| Place::Section(county, school, s)),
        Level::County | Level::Class | Level::Room => None,
    }
}
