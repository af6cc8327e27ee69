//! When it cannot be done: which rules at which sections cannot be met and by how much, the least
//! extra money or posts that would do, the year in which it could be done, and the cheapest ways
//! to give way.

use crate::InvestError;
use crate::lattice::Approx;
use crate::model::{Built, Cuts, Tag, Tagged, build};
use crate::problem::Problem;
use crate::respond::{Response, respond};
use crate::settings::Fund;
use crate::solve::{Outcome, search_with_cuts, solve};
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use serde::{Deserialize, Serialize};
use solver::{Objective, Relaxable, Settings, Solver, Status, Watch};
use std::time::Duration;

/// A rule that cannot be met at a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmet {
    /// By the figures of this year.
    pub year: SchoolYear,
    /// The school.
    pub school: SchoolCode,
    /// Its name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// The indicator.
    pub indicator: String,
    /// Its short Chinese name.
    pub zh: String,
    /// What the indicator's value lacks, in the indicator's unit, four decimals.
    pub lacks: String,
}

/// More of something, by year and altogether.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct More {
    /// Altogether, rounded up to 0.01.
    pub amount: Exact,
    /// 万元, 人.
    pub unit: String,
    /// By year.
    pub by_year: Vec<(SchoolYear, Exact)>,
}

/// A way to give way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relaxation {
    /// What gives way and by how much, in Chinese, one entry a rule.
    pub gives: Vec<String>,
    /// Its weight in 万元: what the missing amounts would cost at the prices of the catalogue.
    pub weight: Exact,
}

/// Why there is no plan, and what would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The rules that cannot be met, as few and as little as possible in shares of their needs.
    pub unmet: Vec<Unmet>,
    /// Coefficients that cannot be met: year, stage, indicator.
    pub coefficients: Vec<(SchoolYear, Stage, String)>,
    /// What is checked school by school and cannot be met: year, place, what is asked.
    pub conditions: Vec<(SchoolYear, String, String)>,
    /// The least extra money, with everything else as it is; `None` where money does not help.
    pub money: Option<More>,
    /// The least extra posts, with everything else as it is; `None` where they do not help.
    pub posts: Option<More>,
    /// The first later year of the horizon in which it could be finished; `None` where there is
    /// none within the horizon.
    pub finish: Option<SchoolYear>,
    /// The cheapest ways to give way, cheapest first.
    pub relaxations: Vec<Relaxation>,
}

/// Explains why there is no plan.
///
/// # Errors
/// [`InvestError`] as for [`crate::solve()`].
pub fn explain(
    problem: &Problem,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Explanation, InvestError> {
    let response = respond(problem)?;
    // The rows of coefficients that the search had to add belong to what cannot be met.
    let (_, cuts) = search_with_cuts(problem, &response, solver, watch)?;
    let built = build(problem, &response, &cuts);
    let asker = Asker {
        problem,
        response: &response,
        solver,
        watch,
        cuts: &cuts,
        settings: Settings { seed: problem.settings.limits.seed, ..Settings::default() }
            .within(Duration::from_secs(u64::from(problem.settings.limits.seconds.div_ceil(4))))
            .to_gap(1e-4),
    };
    let Broken { unmet, coefficients, conditions } = asker.unmet(&built)?;
    Ok(Explanation {
        unmet,
        coefficients,
        conditions,
        money: asker.money()?,
        posts: asker.posts(&built)?,
        finish: asker.finish()?,
        relaxations: asker.relaxations(&built)?,
    })
}

struct Asker<'a> {
    problem: &'a Problem,
    response: &'a Response,
    solver: &'a dyn Solver,
    watch: &'a Watch<'a>,
    cuts: &'a Cuts,
    settings: Settings,
}

/// The penalty of what has no price, 万元 a unit: more than any measure costs.
const BEYOND_PRICE: f64 = 1e5;

/// Rules that cannot be met.
#[derive(Default)]
struct Broken {
    unmet: Vec<Unmet>,
    coefficients: Vec<(SchoolYear, Stage, String)>,
    conditions: Vec<(SchoolYear, String, String)>,
}

fn failed(error: &solver::SolverError) -> InvestError {
    InvestError::Solver(error.to_string())
}

/// A solver's figure rounded up to 0.01, but for its rounding error.
fn hundredths(value: f64) -> Exact {
    crate::lattice::grid_up(value, &Exact::ratio(1, 100))
}

impl Asker<'_> {
    fn year(&self, t: usize) -> SchoolYear {
        SchoolYear(self.problem.settings.first.0 + i16::try_from(t).unwrap_or(0))
    }

    fn unmet(&self, built: &Built) -> Result<Broken, InvestError> {
        let rules = built
            .tagged
            .iter()
            .filter(|t| matches!(t.tag, Tag::Value { .. } | Tag::Spread(_) | Tag::Condition(_)));
        let relaxable: Vec<Relaxable> =
            rules.map(|t| Relaxable { row: t.row, penalty: 1.0 / t.need }).collect();
        let told = solver::explain_infeasible(
            self.solver,
            &built.model,
            &relaxable,
            &self.settings,
            self.watch,
        )
        .map_err(|error| failed(&error))?;
        let mut broken = Broken::default();
        for violation in &told.rows {
            let Some(tagged) = built.tagged.iter().find(|t| t.row == violation.row) else {
                continue;
            };
            match &tagged.tag {
                Tag::Value { year, section, indicator } => {
                    broken.unmet.push(self.value(
                        *year,
                        *section,
                        *indicator,
                        violation.by * tagged.scale,
                    ));
                }
                Tag::Spread((t, stage, k)) => {
                    let zh = self.response.targets[*k].short.clone();
                    broken.coefficients.push((self.year(*t), *stage, zh));
                }
                Tag::Condition(c) => {
                    let condition = &self.response.conditions[*c];
                    let (year, place) = (self.year(condition.year), condition.place.clone());
                    broken.conditions.push((year, place, condition.zh.clone()));
                }
                Tag::Money(..) | Tag::Posts(_) | Tag::Land(_) => {}
            }
        }
        Ok(broken)
    }

    fn value(&self, t: usize, section: usize, k: usize, by: f64) -> Unmet {
        let section = &self.response.years[t][section];
        let target = &self.response.targets[k];
        Unmet {
            year: self.year(t),
            school: section.school.clone(),
            name: section.name.clone(),
            stage: section.stage,
            indicator: target.code.clone(),
            zh: target.short.clone(),
            lacks: format!("{:.4}", by.abs()),
        }
    }

    /// The least money of a fund without bounds that would make a plan possible.
    fn money(&self) -> Result<Option<More>, InvestError> {
        if self.problem.settings.funds.is_empty() {
            return Ok(None);
        }
        let mut settings = self.problem.settings.clone();
        let extra = settings.funds.len();
        let plenty = Exact::from(1_000_000_000);
        settings.funds.push(Fund {
            code: "extra".to_owned(),
            zh: "追加资金".to_owned(),
            only_for: Vec::new(),
            carry: false,
            budget: settings.horizon().map(|year| (year, plenty.clone())).collect(),
        });
        let problem = self.problem.with_settings(settings)?;
        let mut built = build(&problem, self.response, self.cuts);
        let pays: Vec<(usize, solver::Col)> = built
            .pays
            .iter()
            .filter(|((fund, _), _)| *fund == extra)
            .flat_map(|((_, t), cols)| cols.iter().map(|col| (*t, *col)))
            .collect();
        let objective = Objective {
            name: "extra money".to_owned(),
            terms: pays.iter().map(|(_, col)| (*col, 1.0)).collect(),
            offset: 0.0,
            tolerance: 1e-6,
        };
        let found = solver::lexicographic(
            self.solver,
            &mut built.model,
            &[objective],
            &self.settings,
            self.watch,
        )
        .map_err(|error| failed(&error))?;
        if !found.solution.is_usable() {
            return Ok(None);
        }
        let by_year: Vec<(usize, f64)> =
            pays.iter().map(|(t, col)| (*t, found.solution.value(*col))).collect();
        Ok(Some(self.more("万元", &by_year)))
    }

    fn more(&self, unit: &str, amounts: &[(usize, f64)]) -> More {
        let mut years: std::collections::BTreeMap<usize, f64> = std::collections::BTreeMap::new();
        for (t, amount) in amounts {
            *years.entry(*t).or_insert(0.0) += amount;
        }
        let by_year: Vec<(SchoolYear, Exact)> = years
            .into_iter()
            .filter(|(_, amount)| *amount > 1e-6)
            .map(|(t, amount)| (self.year(t), hundredths(amount)))
            .collect();
        let amount = by_year.iter().map(|(_, amount)| amount.clone()).sum();
        More { amount, unit: unit.to_owned(), by_year }
    }

    fn posts(&self, built: &Built) -> Result<Option<More>, InvestError> {
        let rows: Vec<&Tagged> =
            built.tagged.iter().filter(|t| matches!(t.tag, Tag::Posts(_))).collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let relaxable: Vec<Relaxable> =
            rows.iter().map(|t| Relaxable { row: t.row, penalty: 1.0 }).collect();
        let told = solver::explain_infeasible(
            self.solver,
            &built.model,
            &relaxable,
            &self.settings,
            self.watch,
        )
        .map_err(|error| failed(&error))?;
        if !matches!(told.status, Status::Optimal | Status::Feasible(_)) {
            return Ok(None);
        }
        let of = |row| rows.iter().find(|t| t.row == row).map(|t| &t.tag);
        let by_year: Vec<(usize, f64)> = told
            .rows
            .iter()
            .filter_map(|v| match of(v.row) {
                Some(Tag::Posts(t)) => Some((*t, v.by)),
                _ => None,
            })
            .collect();
        Ok(Some(self.more("人", &by_year)))
    }

    fn finish(&self) -> Result<Option<SchoolYear>, InvestError> {
        let settings = &self.problem.settings;
        for year in settings.horizon().filter(|year| *year > settings.finish) {
            let mut later = settings.clone();
            later.finish = year;
            let problem = self.problem.with_settings(later)?;
            // Answered anew: what must hold depends on the finishing year.
            if let Outcome::Found(plan) = solve(&problem, self.solver, self.watch)?
                && plan.accepted
            {
                return Ok(Some(year));
            }
        }
        Ok(None)
    }

    /// Rules give at the price of what they lack, money as it is, posts at the price of a recruit,
    /// land at the price of grounds: one kind alone, which is what a county would decide, or all
    /// together. Of equal ones those of fewer parts come first.
    fn relaxations(&self, built: &Built) -> Result<Vec<Relaxation>, InvestError> {
        type Kind = fn(&Tag) -> bool;
        let kinds: [(Kind, usize); 5] = [
            (|tag| matches!(tag, Tag::Money(..)), 1),
            (|tag| matches!(tag, Tag::Posts(_)), 1),
            (|tag| matches!(tag, Tag::Land(_)), 1),
            (|tag| matches!(tag, Tag::Value { .. } | Tag::Condition(_)), 1),
            (|_| true, 3),
        ];
        let mut found: Vec<Relaxation> = Vec::new();
        for (kind, count) in kinds {
            let mut relaxable = Vec::new();
            for tagged in built.tagged.iter().filter(|tagged| kind(&tagged.tag)) {
                let penalty = self.penalty(built, tagged);
                relaxable.push(Relaxable { row: tagged.row, penalty });
            }
            if relaxable.is_empty() {
                continue;
            }
            let ways = solver::cheapest_relaxations(
                self.solver,
                &built.model,
                &relaxable,
                count,
                &self.settings,
                self.watch,
            )
            .map_err(|error| failed(&error))?;
            for way in ways.iter().filter(|way| !way.rows.is_empty()) {
                let gives = way.rows.iter().filter_map(|v| self.gives(built, v)).collect();
                let way = Relaxation { gives, weight: hundredths(way.total) };
                if !found.iter().any(|known| known.gives == way.gives) {
                    found.push(way);
                }
            }
        }
        found.sort_by_key(|way| (way.weight.clone(), way.gives.len()));
        found.truncate(3);
        Ok(found)
    }

    /// What one unit of a row costs.
    fn penalty(&self, built: &Built, tagged: &Tagged) -> f64 {
        let dearest = |wanted: fn(&crate::costs::Measure) -> bool| {
            let offers = self.response.offers.iter();
            let fits = offers.filter(|o| wanted(&self.problem.costs.measures[o.measure]));
            fits.map(|o| (&o.once + &o.yearly).approx()).fold(0.01, f64::max)
        };
        match tagged.tag {
            Tag::Value { .. } => {
                // The cheapest way to one unit of the row.
                let mut least = f64::INFINITY;
                for (col, weight) in built.model.terms(tagged.row) {
                    if let Some((key, _)) = built.arrive.iter().find(|(_, c)| *c == col) {
                        let offer = &self.response.offers[key.0];
                        let price = (&offer.once + &offer.yearly).approx();
                        least = least.min(price / weight.abs().max(1e-9));
                    }
                }
                // What no measure moves gives way last: nothing can be bought for it.
                if least.is_finite() { least.max(1e-3) } else { BEYOND_PRICE }
            }
            Tag::Money(..) => 1.0,
            Tag::Posts(_) => dearest(|m| m.posts),
            Tag::Land(_) => dearest(|m| m.land),
            Tag::Condition(c) => {
                let ways = self.response.conditions[c].ways.iter();
                let prices = ways.map(|(o, _)| {
                    let offer = &self.response.offers[*o];
                    (&offer.once + &offer.yearly).approx()
                });
                prices.fold(BEYOND_PRICE, f64::min).max(0.01)
            }
            // A coefficient has no price: it gives way last.
            Tag::Spread(_) => BEYOND_PRICE,
        }
    }

    fn gives(&self, built: &Built, violation: &solver::Violation) -> Option<String> {
        let tagged = built.tagged.iter().find(|t| t.row == violation.row)?;
        let by = hundredths(violation.by.abs());
        Some(match &tagged.tag {
            Tag::Value { year, section, indicator } => {
                let unmet = self.value(*year, *section, *indicator, violation.by * tagged.scale);
                let Unmet { year, name, stage, zh, lacks, .. } = unmet;
                format!("{year} 学年 {name} {stage} “{zh}”少 {lacks}")
            }
            Tag::Spread((t, stage, k)) => {
                let zh = &self.response.targets[*k].short;
                format!("{} 学年 {stage}“{zh}”差异系数超过上限", self.year(*t))
            }
            Tag::Condition(c) => {
                let condition = &self.response.conditions[*c];
                let year = self.year(condition.year);
                format!("{year} 学年 {} 不符合“{}”", condition.place, condition.zh)
            }
            Tag::Money(fund, t) => {
                let zh = &self.problem.settings.funds.get(*fund)?.zh;
                format!("{} 学年“{zh}”追加 {by} 万元", self.year(*t))
            }
            Tag::Posts(t) => format!("{} 学年增加编制 {by} 人", self.year(*t)),
            Tag::Land(o) => {
                let school = &self.response.offers.get(*o)?.site.school;
                format!("{school} 增加用地 {by} ㎡")
            }
        })
    }
}
