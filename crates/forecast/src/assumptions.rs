//! What a forecast may be told: horizon, scenario, births, entrants, feeder shares, overrides and
//! which school came of which. Everything but the horizon may be left out.

use crate::history::History;
use crate::result::{SectionKey, stage_of};
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// 方案: the middle is what the ratios say, low and high are one dispersion below and above.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// 低方案.
    Low,
    /// 中方案.
    #[default]
    Middle,
    /// 高方案.
    High,
}

impl Scenario {
    /// All three, lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Middle, Self::High];

    /// The Chinese name.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Low => "低方案",
            Self::Middle => "中方案",
            Self::High => "高方案",
        }
    }

    /// What a ratio is multiplied by: 1 − band, 1 or 1 + band.
    pub(crate) fn factor(self, band: &Exact) -> Exact {
        match self {
            Self::Low => &Exact::ONE - band,
            Self::Middle => Exact::ONE,
            Self::High => &Exact::ONE + band,
        }
    }
}

/// Births of a year, whose children enter grade 1 six years later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Births {
    /// The year of birth as the county counts it; the children enter in the school year `year + 6`
    /// (the cohort born from 1 September `year − 1` to 31 August `year`, or the calendar year where
    /// only that is known).
    pub year: i16,
    /// Children born.
    pub children: i64,
}

/// Grade-1 entrants for each child born six years before, from a school year on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryRate {
    /// The school year from which the rate holds, until a later one is entered.
    pub year: SchoolYear,
    /// Entrants for each birth, from 0 to 3; above 1 where families move in.
    pub rate: Exact,
}

/// Grade-1 entrants of the whole county, entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entrants {
    /// The school year.
    pub year: SchoolYear,
    /// Pupils of grade 1 in the county.
    pub pupils: i64,
}

/// The share of a primary section's leavers that goes to a junior section (对口升学). The shares
/// of a primary school add up to 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feeder {
    /// The school whose grade 6 leaves.
    pub primary: SchoolCode,
    /// The school whose grade 7 they enter.
    pub junior: SchoolCode,
    /// From 0 to 1.
    pub share: Exact,
}

/// An entered figure that wins over the forecast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The school.
    pub school: SchoolCode,
    /// Grade 1 to 9; it says which section is meant.
    pub grade: u8,
    /// The school year.
    pub year: SchoolYear,
    /// Pupils of the grade.
    pub pupils: i64,
    /// Who says so, in words.
    #[serde(default)]
    pub source: String,
}

/// A school of earlier snapshots whose pupils another one has taken over (merger, new code): its
/// history counts as that of the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Successor {
    /// The code that is no longer in the latest snapshot.
    pub from: SchoolCode,
    /// The code that is.
    pub to: SchoolCode,
}

/// What a forecast may be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assumptions {
    /// School years to forecast, from 1 to [`Assumptions::MOST_YEARS`].
    pub years: u8,
    /// 方案.
    pub scenario: Scenario,
    /// Pupils of county average that are added to a section's own observations of a step: a
    /// section with as many pupils observed counts half by itself.
    pub credibility: u32,
    /// By what share the low and high scenarios go below and above every ratio, from 0 to 1/2; not
    /// entered, the dispersion of the county's ratios (see [`crate::StepRatio::band`]).
    pub band: Option<Exact>,
    /// Births by year.
    pub births: Vec<Births>,
    /// Entry rates; where none is entered, the rate of the snapshots' grade 1 to the births entered.
    pub entry_rates: Vec<EntryRate>,
    /// Entered entrants of the county; they win over births.
    pub entrants: Vec<Entrants>,
    /// Feeder shares; a primary school without any shares its leavers with the pool of the county.
    pub feeders: Vec<Feeder>,
    /// Entered figures by section, grade and year; they win over everything.
    pub overrides: Vec<Override>,
    /// Which school came of which.
    pub successors: Vec<Successor>,
}

impl Default for Assumptions {
    /// Five years, middle scenario, nothing entered.
    fn default() -> Self {
        Self {
            years: 5,
            scenario: Scenario::Middle,
            credibility: Self::CREDIBILITY,
            band: None,
            births: Vec::new(),
            entry_rates: Vec::new(),
            entrants: Vec::new(),
            feeders: Vec::new(),
            overrides: Vec::new(),
            successors: Vec::new(),
        }
    }
}

impl Assumptions {
    /// The longest horizon: children of grade 1 then were not born when grade 9 began.
    pub const MOST_YEARS: u8 = 15;
    /// Usual [`Assumptions::credibility`]. A pupil moves in or out in about 3 of 100 cases a year,
    /// lasting differences between schools are about 1–2 of 100: 0.03 ÷ 0.017² ≈ 100 pupils.
    pub const CREDIBILITY: u32 = 100;
    /// The most pupils or births that an entered figure may have.
    pub(crate) const MOST: i64 = 1_000_000;

    pub(crate) fn problems(&self, history: &History) -> Vec<Problem> {
        let mut check = Check { history, found: Vec::new() };
        check.figures(self);
        check.overrides(self);
        check.feeders(&self.feeders);
        check.found
    }

    /// The rate entered for a school year, or the latest before it.
    pub(crate) fn entry_rate(&self, year: SchoolYear) -> Option<&Exact> {
        let known = self.entry_rates.iter().filter(|rate| rate.year <= year);
        known.max_by_key(|rate| rate.year).map(|rate| &rate.rate)
    }

    /// The births whose children enter in a school year.
    pub(crate) fn births_of(&self, year: SchoolYear) -> Option<&Births> {
        self.births.iter().find(|births| births.year.checked_add(6) == Some(year.0))
    }

    pub(crate) fn entrants_of(&self, year: SchoolYear) -> Option<i64> {
        self.entrants.iter().find(|entered| entered.year == year).map(|entered| entered.pupils)
    }
}

/// Something wrong with an entered figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The stable code, `FC-INPUT-02` and on.
    pub code: &'static str,
    /// The list of [`Assumptions`] in which it stands.
    pub list: &'static str,
    /// Its place in the list, from zero.
    pub index: usize,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 第 {} 条：{}", self.list, self.index + 1, self.message)
    }
}

/// Resolves who came of whom, before anything is read. Chains are followed; a cycle is a problem.
pub(crate) fn successors(
    list: &[Successor],
    latest: &BTreeSet<SchoolCode>,
) -> Result<BTreeMap<SchoolCode, SchoolCode>, Vec<Problem>> {
    let mut found = Vec::new();
    let mut problem = |code, index, message| {
        found.push(Problem { code, list: "successors", index, message });
    };
    let mut next: BTreeMap<&SchoolCode, &SchoolCode> = BTreeMap::new();
    for (index, link) in list.iter().enumerate() {
        if latest.contains(&link.from) {
            let message = format!("学校 {} 在最近学年仍有数据，不能视为已并入他校", link.from);
            problem("FC-INPUT-05", index, message);
        }
        if next.insert(&link.from, &link.to).is_some() {
            problem("FC-INPUT-03", index, format!("学校 {} 出现了两次", link.from));
        }
    }
    let mut resolved = BTreeMap::new();
    for (index, link) in list.iter().enumerate() {
        let mut end = &link.to;
        let mut steps = 0;
        while let Some(further) = next.get(end)
            && steps <= list.len()
        {
            end = further;
            steps += 1;
        }
        if latest.contains(end) {
            resolved.insert(link.from.clone(), end.clone());
        } else {
            let message = format!("学校 {} 并入的学校 {end} 不在最近学年的数据中", link.from);
            problem("FC-INPUT-04", index, message);
        }
    }
    if found.is_empty() { Ok(resolved) } else { Err(found) }
}

struct Check<'a> {
    history: &'a History,
    found: Vec<Problem>,
}

impl Check<'_> {
    fn add(&mut self, code: &'static str, list: &'static str, index: usize, message: String) {
        self.found.push(Problem { code, list, index, message });
    }

    fn count(&mut self, list: &'static str, index: usize, number: i64) {
        if !(0..=Assumptions::MOST).contains(&number) {
            let message = format!("人数应在 0 至 {} 之间，给的是 {number}", Assumptions::MOST);
            self.add("FC-INPUT-02", list, index, message);
        }
    }

    fn figures(&mut self, given: &Assumptions) {
        if let Some(band) = &given.band
            && (band.is_negative() || *band > Exact::ratio(1, 2))
        {
            let message = format!("幅度应在 0 至 0.5 之间，给的是 {band}");
            self.add("FC-INPUT-02", "band", 0, message);
        }
        let mut seen = BTreeSet::new();
        for (index, births) in given.births.iter().enumerate() {
            self.count("births", index, births.children);
            if !seen.insert(births.year) {
                self.add("FC-INPUT-03", "births", index, format!("{} 年给了两次", births.year));
            }
        }
        let mut seen = BTreeSet::new();
        for (index, rate) in given.entry_rates.iter().enumerate() {
            if rate.rate.is_negative() || rate.rate > Exact::from(3) {
                let message = format!("入学率应在 0 至 3 之间，给的是 {}", rate.rate);
                self.add("FC-INPUT-02", "entry_rates", index, message);
            }
            if !seen.insert(rate.year) {
                let message = format!("{} 学年给了两次", rate.year);
                self.add("FC-INPUT-03", "entry_rates", index, message);
            }
        }
        let mut seen = BTreeSet::new();
        for (index, entered) in given.entrants.iter().enumerate() {
            self.count("entrants", index, entered.pupils);
            self.within("entrants", index, entered.year, given.years);
            if !seen.insert(entered.year) {
                let message = format!("{} 学年给了两次", entered.year);
                self.add("FC-INPUT-03", "entrants", index, message);
            }
        }
    }

    fn within(&mut self, list: &'static str, index: usize, given: SchoolYear, horizon: u8) {
        let base = self.history.base_year();
        let end = SchoolYear(base.0.saturating_add(i16::from(horizon)));
        if given <= base || given > end {
            let first = SchoolYear(base.0.saturating_add(1));
            let message = format!("学年 {given} 不在预测的 {first} 至 {end} 之内");
            self.add("FC-INPUT-06", list, index, message);
        }
    }

    fn section(&mut self, list: &'static str, index: usize, school: &SchoolCode, stage: Stage) {
        if !self.history.has(&SectionKey { school: school.clone(), stage }) {
            let message =
                format!("学校 {school} 在最近学年没有{stage}部；请核对标识码，或先把该校加入数据");
            self.add("FC-INPUT-04", list, index, message);
        }
    }

    fn overrides(&mut self, given: &Assumptions) {
        let mut seen = BTreeSet::new();
        for (index, entered) in given.overrides.iter().enumerate() {
            self.count("overrides", index, entered.pupils);
            self.within("overrides", index, entered.year, given.years);
            if let Some(stage) = stage_of(entered.grade) {
                self.section("overrides", index, &entered.school, stage);
            } else {
                let message = format!("年级应为 1 至 9，给的是 {}", entered.grade);
                self.add("FC-INPUT-02", "overrides", index, message);
            }
            if !seen.insert((&entered.school, entered.grade, entered.year)) {
                let message = format!(
                    "学校 {} {} 学年 {} 年级给了两次",
                    entered.school, entered.year, entered.grade
                );
                self.add("FC-INPUT-03", "overrides", index, message);
            }
        }
    }

    fn feeders(&mut self, list: &[Feeder]) {
        let mut sums: BTreeMap<&SchoolCode, (usize, Exact)> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for (index, feeder) in list.iter().enumerate() {
            self.section("feeders", index, &feeder.primary, Stage::Primary);
            self.section("feeders", index, &feeder.junior, Stage::Junior);
            if feeder.share.is_negative() || feeder.share > Exact::ONE {
                let message = format!("比例应在 0 至 1 之间，给的是 {}", feeder.share);
                self.add("FC-INPUT-02", "feeders", index, message);
            }
            if !seen.insert((&feeder.primary, &feeder.junior)) {
                let message = format!("{} 到 {} 给了两次", feeder.primary, feeder.junior);
                self.add("FC-INPUT-03", "feeders", index, message);
            }
            let sum = sums.entry(&feeder.primary).or_insert((index, Exact::ZERO));
            sum.1 = &sum.1 + &feeder.share;
        }
        for (school, (index, sum)) in sums {
            if sum != Exact::ONE {
                let message = format!("学校 {school} 的对口升学比例合计为 {sum}，应为 1");
                self.add("FC-INPUT-07", "feeders", index, message);
            }
        }
    }
}
