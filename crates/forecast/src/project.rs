//! The forecast itself: year after year, grade after grade.

use crate::assumptions::{Assumptions, Override, successors};
use crate::back_test::BackTest;
use crate::error::ForecastError;
use crate::history::{self, Cell, History, Shape};
use crate::intake::{self, Member};
use crate::ratio::{Ratios, StepRatio};
use crate::result::{
    Basis, Count, Forecast, GradeForecast, Intake, IntakeSource, MissingReason, Note, Pool,
    SectionForecast, SectionKey, SourceYear, YearForecast, grades_of,
};
use crate::round::nearest;
use crate::sum::{Found, together, totals, whole};
use domain::{Catalogue, Exact, SchoolCode, SchoolYear, Snapshot, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// Forecasts the pupils of the years after the latest snapshot. `snapshots` in any order, of one
/// county; at least the last two school years must be successive.
///
/// ```
/// use forecast::{Assumptions, Count};
/// # let items = items::load(&packs::PackSource::embedded()).unwrap();
/// # let years: Vec<domain::Snapshot> = demo::county(&demo::Options {
/// #     seed: 1, schools: 12, year: domain::SchoolYear(2024), catalogue: items.catalogue(),
/// #     attested: &[],
/// # }).unwrap().into_iter().map(|draft| draft.seal(items.catalogue()).unwrap()).collect();
/// let result = forecast::forecast(items.catalogue(), &years, &Assumptions::default()).unwrap();
/// assert_eq!(result.years.len(), 5);
/// let first = &result.years[0].sections[0];
/// assert!(matches!(first.pupils, Count::Known(_)));
/// println!("{}", result.explain(&first.section, 2, result.years[0].year).unwrap());
/// ```
///
/// # Errors
/// [`ForecastError`] where the snapshots make no history or an entered figure is wrong. Blank
/// grades are no error: what depends on them is missing in the result.
pub fn forecast(
    catalogue: &Catalogue,
    snapshots: &[Snapshot],
    assumptions: &Assumptions,
) -> Result<Forecast, ForecastError> {
    if !(1..=Assumptions::MOST_YEARS).contains(&assumptions.years) {
        return Err(ForecastError::Horizon { found: assumptions.years });
    }
    let items = history::grade_items(catalogue)?;
    let snapshots = ordered(snapshots)?;
    let found = || snapshots.iter().map(|snapshot| snapshot.year()).collect();
    let Some(latest) = snapshots.last() else {
        return Err(ForecastError::TooFewYears { found: found() });
    };
    let codes: BTreeSet<SchoolCode> = latest.schools().iter().map(|s| s.code.clone()).collect();
    let moved = successors(&assumptions.successors, &codes).map_err(ForecastError::Assumptions)?;
    let years = snapshots.iter().map(|snapshot| history::read(snapshot, &items, &moved)).collect();
    let schools: BTreeMap<_, _> = snapshots
        .iter()
        .flat_map(|snapshot| snapshot.schools())
        .map(|school| (school.code.clone(), (school.name.clone(), school.kind)))
        .collect();
    let history = History::new(years, schools)
        .ok_or_else(|| ForecastError::TooFewYears { found: found() })?;
    let problems = assumptions.problems(&history);
    if !problems.is_empty() {
        return Err(ForecastError::Assumptions(problems));
    }
    let projection = Projection::of(&history, assumptions);
    Ok(Forecast {
        county: latest.county().code.to_string(),
        history: snapshots
            .iter()
            .map(|s| SourceYear { year: s.year(), hash: s.hash().to_owned() })
            .collect(),
        scenario: assumptions.scenario,
        assumptions: assumptions.clone(),
        ratios: projection.ratios,
        years: projection.years,
        back_test: BackTest::run(&history, assumptions),
        notes: projection.notes,
    })
}

fn ordered(snapshots: &[Snapshot]) -> Result<Vec<&Snapshot>, ForecastError> {
    let mut list: Vec<&Snapshot> = snapshots.iter().collect();
    list.sort_by_key(|snapshot| snapshot.year());
    for pair in list.windows(2) {
        if let [a, b] = pair {
            if a.year() == b.year() {
                return Err(ForecastError::SameYear(a.year()));
            }
            if a.county().code != b.county().code {
                return Err(ForecastError::OtherCounty {
                    first: b.county().code.to_string(),
                    other: a.county().code.to_string(),
                });
            }
        }
    }
    Ok(list)
}

/// What the method makes of a history.
pub(crate) struct Projection {
    pub(crate) years: Vec<YearForecast>,
    ratios: Vec<StepRatio>,
    notes: Vec<Note>,
}

impl Projection {
    pub(crate) fn of(history: &History, given: &Assumptions) -> Self {
        let ratios = Ratios::observed(history, given.band.as_ref());
        let shapes = history.base().keys().map(|key| (key, history.shape(key))).collect();
        let mut engine = Engine {
            history,
            given,
            ratios: &ratios,
            shapes,
            overrides: given.overrides.iter().map(|o| ((&o.school, o.grade, o.year), o)).collect(),
            state: state(history),
            entrants: Some((intake::latest_entrants(history), false)),
            notes: BTreeSet::new(),
        };
        let mut list = ratios.list();
        let place = list.iter().take_while(|step| step.from_grade < 6).count();
        list.insert(place, ratios.transfer(&engine.leaving()));
        let mut years = Vec::new();
        let mut year = history.base_year();
        for _ in 0..given.years {
            year = SchoolYear(year.0.saturating_add(1));
            years.push(engine.next(year));
        }
        let mut notes = crate::explain::method_notes(history, given);
        notes.extend(engine.notes.into_iter().map(|(code, text)| Note { code, text }));
        Self { years, ratios: list, notes }
    }
}

type State = BTreeMap<SectionKey, BTreeMap<u8, Count>>;

fn state(history: &History) -> State {
    let year = history.base_year();
    let rows = history.base().iter();
    rows.map(|(key, row)| {
        let grades = grades_of(key.stage).map(|grade| {
            let count = match row.cell(grade) {
                Cell::Known(pupils) => Count::Known(pupils),
                Cell::Blank => Count::Missing(MissingReason::NotReported { year, grade }),
                Cell::Absent => Count::NotApplicable,
            };
            (grade, count)
        });
        (key.clone(), grades.collect())
    })
    .collect()
}

struct Engine<'a> {
    history: &'a History,
    given: &'a Assumptions,
    ratios: &'a Ratios<'a>,
    shapes: BTreeMap<&'a SectionKey, Shape>,
    overrides: BTreeMap<(&'a SchoolCode, u8, SchoolYear), &'a Override>,
    /// The year reached.
    state: State,
    /// Entrants of that year and whether they are of every section.
    entrants: Option<(i64, bool)>,
    notes: BTreeSet<(&'static str, String)>,
}

impl Engine<'_> {
    fn next(&mut self, year: SchoolYear) -> YearForecast {
        let mut cells: BTreeMap<&SectionKey, Vec<GradeForecast>> = BTreeMap::new();
        let mut intakes = Vec::new();
        for stage in Stage::COMPULSORY {
            let keys: Vec<&SectionKey> =
                self.history.base().keys().filter(|key| key.stage == stage).collect();
            for grade in grades_of(stage) {
                let found = if grade == *grades_of(stage).start() {
                    let (intake, found) = self.first_grade(&keys, stage, year);
                    intakes.extend(intake);
                    found
                } else {
                    keys.iter().map(|key| self.moved_up(key, grade, year)).collect()
                };
                for (key, (pupils, basis)) in keys.iter().zip(whole(found)) {
                    cells.entry(key).or_default().push(GradeForecast { grade, pupils, basis });
                }
            }
        }
        let sections: Vec<SectionForecast> = cells
            .into_iter()
            .map(|(key, grades)| SectionForecast {
                section: key.clone(),
                name: self
                    .history
                    .schools
                    .get(&key.school)
                    .map_or_else(String::new, |s| s.0.clone()),
                pupils: together(&grades),
                grades,
            })
            .collect();
        self.state = sections
            .iter()
            .map(|of| {
                let grades = of.grades.iter().map(|g| (g.grade, g.pupils.clone()));
                (of.section.clone(), grades.collect())
            })
            .collect();
        YearForecast { year, totals: totals(&sections), intakes, sections }
    }

    fn count(&self, key: &SectionKey, grade: u8) -> &Count {
        self.state.get(key).and_then(|of| of.get(&grade)).unwrap_or(&Count::NotApplicable)
    }

    fn runs(&self, key: &SectionKey, grade: u8) -> bool {
        *self.count(key, grade) != Count::NotApplicable
    }

    /// Will the section run the grade in the coming year?
    fn will_run(&self, key: &SectionKey, grade: u8) -> bool {
        let below = || grades_of(key.stage).take_while(|lower| *lower < grade);
        match self.shapes.get(key).copied().unwrap_or(Shape::Steady) {
            Shape::Steady => self.runs(key, grade),
            Shape::Growing => {
                self.runs(key, grade) || below().last().is_some_and(|lower| self.runs(key, lower))
            }
            Shape::Leaving => self.runs(key, grade) && below().any(|lower| self.runs(key, lower)),
        }
    }

    fn entered(&self, key: &SectionKey, grade: u8, year: SchoolYear) -> Option<Found> {
        let found = self.overrides.get(&(&key.school, grade, year))?;
        let basis = Basis::Entered { source: found.source.clone() };
        Some((Count::Known(found.pupils), basis))
    }

    /// A grade above the first of its stage.
    fn moved_up(&self, key: &SectionKey, grade: u8, year: SchoolYear) -> Found {
        if let Some(entered) = self.entered(key, grade, year) {
            return entered;
        }
        if !self.will_run(key, grade) {
            return (Count::NotApplicable, Basis::None);
        }
        let below = grade - 1;
        let none = MissingReason::NoRatio { from_grade: below };
        let factor = self.given.scenario.factor(&self.ratios.band(key.stage));
        match self.count(key, below) {
            Count::Missing(reason) => (Count::Missing(reason.clone()), Basis::None),
            Count::Known(from) => {
                let Some(pooled) = self.ratios.step(below).and_then(|step| step.ratio.clone())
                else {
                    return (Count::Missing(none), Basis::None);
                };
                let own = self.ratios.own(key, below);
                let ratio = Ratios::blended(&own, &pooled, self.given.credibility);
                let exact = Exact::from(*from) * (&ratio * &factor).round(6);
                (
                    Count::Known(0),
                    Basis::Progress { from: *from, own, pooled, ratio, factor, exact },
                )
            }
            Count::NotApplicable => {
                let Some(share) = self.ratios.joining(key, below) else {
                    return (Count::Missing(none), Basis::None);
                };
                let of = self.state.keys().filter_map(|other| self.count(other, below).known());
                let of: i64 = of.sum();
                let exact = Exact::from(of) * (&share * &factor).round(6);
                (Count::Known(0), Basis::Joined { of, share, factor, exact })
            }
        }
    }

    /// Grade 1 or grade 7.
    fn first_grade(
        &mut self,
        keys: &[&SectionKey],
        stage: Stage,
        year: SchoolYear,
    ) -> (Option<Intake>, Vec<Found>) {
        let grade = *grades_of(stage).start();
        let running: Vec<bool> = keys
            .iter()
            .map(|key| self.will_run(key, grade) || self.entered(key, grade, year).is_some())
            .collect();
        let members = keys.iter().zip(&running).filter(|(_, runs)| **runs).map(|(key, _)| *key);
        let (intake, shares) = if stage == Stage::Primary {
            self.grade_one(members, year)
        } else {
            self.grade_seven(members, year)
        };
        let mut shares = shares.into_iter();
        let found = keys
            .iter()
            .zip(running)
            .map(|(key, runs)| {
                if !runs {
                    return (Count::NotApplicable, Basis::None);
                }
                let share = shares.next().unwrap_or(Err(MissingReason::NoShares));
                if let Some(entered) = self.entered(key, grade, year) {
                    return entered;
                }
                match share {
                    Ok(basis) => (Count::Known(0), basis),
                    Err(reason) => (Count::Missing(reason), Basis::None),
                }
            })
            .collect();
        (intake, found)
    }

    fn member<'k>(&self, key: &'k SectionKey, year: SchoolYear) -> Member<'k> {
        let grade = *grades_of(key.stage).start();
        Member {
            key,
            weight: intake::recent_intake(self.history, key),
            covered: true,
            fed: Ok(Exact::ZERO),
            entered: self.entered(key, grade, year).and_then(|(count, _)| count.known()),
        }
    }

    fn grade_one<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k SectionKey>,
        year: SchoolYear,
    ) -> (Option<Intake>, Vec<Result<Basis, MissingReason>>) {
        let all = intake::entrants(self.given, self.history, self.ratios, year, self.entrants);
        let Some(all) = all else {
            return (None, keys.map(|_| Err(MissingReason::NoRatio { from_grade: 0 })).collect());
        };
        if self.given.births_of(year).is_some()
            && matches!(all.intake.source, IntakeSource::Trend { .. })
        {
            let text = format!(
                "{year} 学年有出生人口而没有入学率，且往年出生人口未录入，改用一年级新生趋势推算"
            );
            self.notes.insert(("births_without_rate", text));
        }
        self.entrants = Some((all.intake.total, all.covers_all));
        let members: Vec<Member<'_>> = keys
            .map(|key| {
                let covered = all.covers_all || self.history.complete(key, 1);
                Member { covered, ..self.member(key, year) }
            })
            .collect();
        self.warn_above(&members, all.intake.total, 1, year);
        let shares = intake::share_out(Pool::Entrants, all.intake.total, &members);
        (Some(all.intake), shares)
    }

    /// Primary sections whose grade 6 of the year reached is known, and known in every snapshot.
    fn leaving(&self) -> BTreeSet<&SectionKey> {
        let keys = self.state.keys().filter(|key| key.stage == Stage::Primary);
        keys.filter(|key| self.count(key, 6).known().is_some() && self.history.complete(key, 6))
            .collect()
    }

    fn grade_seven<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k SectionKey>,
        year: SchoolYear,
    ) -> (Option<Intake>, Vec<Result<Basis, MissingReason>>) {
        let among = self.leaving();
        let step = self.ratios.transfer(&among);
        let left_out =
            self.state.keys().filter(|key| self.runs(key, 6) && !among.contains(key)).count();
        let Some(ratio) = step.ratio.clone() else {
            return (None, keys.map(|_| Err(MissingReason::NoRatio { from_grade: 6 })).collect());
        };
        let factor = self.given.scenario.factor(&step.band);
        let moving = (&ratio * &factor).round(6);
        let pupils = |key: &SectionKey| self.count(key, 6).known().unwrap_or(0);
        let leavers: i64 = among.iter().map(|key| pupils(key)).sum();
        let feeding: BTreeSet<&SchoolCode> =
            self.given.feeders.iter().map(|feeder| &feeder.primary).collect();
        let free = among.iter().filter(|key| !feeding.contains(&key.school));
        let free: i64 = free.map(|key| pupils(key)).sum();
        let pool = nearest(&(Exact::from(free) * moving.clone()));
        let members: Vec<Member<'_>> = keys
            .map(|key| {
                let mut member = self.member(key, year);
                member.covered = self.history.complete(key, 7);
                member.fed = self.fed(key, &among, &moving);
                if let (Some(weight), Ok(fed)) = (&member.weight, &member.fed) {
                    // What comes by feeder shares is no claim on the pool.
                    member.weight = Some((weight - fed).max(Exact::ZERO));
                }
                member
            })
            .collect();
        let total = nearest(&(Exact::from(leavers) * moving));
        let source = IntakeSource::Leavers { leavers, ratio, factor };
        let shares = intake::share_out(Pool::Leavers, pool, &members);
        if left_out > 0 {
            let text = format!(
                "推算 {year} 学年七年级新生时，{left_out} 个小学部的六年级人数不全，按其余小学部的变化推算"
            );
            self.notes.insert(("leavers_incomplete", text));
        }
        if feeding.is_empty() {
            self.warn_above(&members, total, 7, year);
        }
        (Some(Intake { grade: 7, total, source }), shares)
    }

    /// What feeder shares send to a junior section.
    fn fed(
        &self,
        key: &SectionKey,
        among: &BTreeSet<&SectionKey>,
        moving: &Exact,
    ) -> Result<Exact, MissingReason> {
        let mut fed = Exact::ZERO;
        for feeder in self.given.feeders.iter().filter(|feeder| feeder.junior == key.school) {
            let from = SectionKey { school: feeder.primary.clone(), stage: Stage::Primary };
            if !self.runs(&from, 6) {
                continue;
            }
            let Some(pupils) = self.count(&from, 6).known().filter(|_| among.contains(&from))
            else {
                return Err(MissingReason::LeaversUnknown { section: from });
            };
            fed = fed + Exact::from(pupils) * moving.clone() * feeder.share.clone();
        }
        Ok(fed)
    }

    fn warn_above(&mut self, members: &[Member<'_>], total: i64, grade: u8, year: SchoolYear) {
        let entered: i64 = members.iter().filter_map(|member| member.entered).sum();
        if entered > total {
            let text = format!(
                "{year} 学年 {grade} 年级逐校录入的人数合计 {entered} 人，超过全县新生 {total} 人，以录入数为准，其余学校没有新生"
            );
            self.notes.insert(("entered_above_total", text));
        }
    }
}
