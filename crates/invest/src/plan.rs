//! A plan, ready for JSON, tables and charts: what is done where and when, who pays, and what the
//! judge says of every year.

use crate::costs::CostCatalogue;
use crate::outer::Try;
use crate::settings::Settings;
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use serde::{Deserialize, Serialize};
use standard::evaluation::{OverallVerdict, Verdict};
use std::collections::BTreeMap;

/// Version of the JSON shape.
pub const FORMAT: u32 = 2;

/// Money of a fund that goes into an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The year in which it is paid.
    pub year: SchoolYear,
    /// The fund's code.
    pub fund: String,
    /// Of which year's budget; earlier than `year` where the fund carries over.
    pub budget_of: SchoolYear,
    /// 万元.
    pub amount: Exact,
}

/// One action: a line of the plan's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Number in the plan, from one.
    pub number: usize,
    /// The measure's or project's code.
    pub measure: String,
    /// Its Chinese name.
    pub zh: String,
    /// A lumpy project (`true`) or a measure (`false`)?
    pub project: bool,
    /// The school.
    pub school: SchoolCode,
    /// Its name.
    pub name: String,
    /// The section, where the measure belongs to one.
    pub stage: Option<Stage>,
    /// The year of the decision, by whose money it begins.
    pub decided: SchoolYear,
    /// The first year whose statistics count it.
    pub counts: SchoolYear,
    /// First day of the work, for charts: `2025-01-01`.
    pub begins: String,
    /// Last day of the work, the day before the statistics date: `2026-08-31`.
    pub ends: String,
    /// How much; below zero where teachers leave for another school.
    pub quantity: Exact,
    /// Its unit.
    pub unit: String,
    /// The category of its cost.
    pub category: String,
    /// 万元 a unit, once.
    pub once: Exact,
    /// 万元 a unit and year, from `counts` to the end of the horizon.
    pub yearly: Exact,
    /// 万元 within the horizon.
    pub cost: Exact,
    /// Grade of certainty of the price; empty for a project.
    pub grade: String,
    /// Who pays; empty where no funds were given.
    pub payments: Vec<Payment>,
}

/// A payment for a project that was decided before the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommittedPayment {
    /// The project's code.
    pub project: String,
    /// Its Chinese name.
    pub zh: String,
    /// Who pays.
    pub payments: Vec<Payment>,
    /// 万元 within the horizon.
    pub cost: Exact,
}

/// A coefficient in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coefficient {
    /// The stage.
    pub stage: Stage,
    /// The indicator.
    pub indicator: String,
    /// As the official form prints it; `None` where it is not defined.
    pub shown: Option<String>,
    /// Its limit.
    pub limit: Option<Exact>,
    /// The judge's verdict.
    pub verdict: Verdict,
}

/// A section in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionOutcome {
    /// The school.
    pub school: SchoolCode,
    /// Its name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// The judge's verdict.
    pub verdict: Verdict,
    /// Which indicators reach what.
    pub remark: String,
}

/// A part of a county indicator that is checked place by place: music and art rooms, class sizes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionOutcome {
    /// The part's code: `G3.1`.
    pub part: String,
    /// What it asks, in Chinese.
    pub zh: String,
    /// The judge's verdict.
    pub verdict: Verdict,
    /// Places checked.
    pub checked: usize,
    /// The places that fail, in words.
    pub failing: Vec<String>,
    /// Failing places that the plan was to put right; the others are beyond its measures.
    pub due: usize,
}

/// A target line and what the plan makes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineOutcome {
    /// The indicator.
    pub indicator: String,
    /// The least share.
    pub at_least: Exact,
    /// Sections that reach the threshold.
    pub reached: usize,
    /// Sections that have a value.
    pub of: usize,
    /// Sections that are missing for the line.
    pub short: usize,
}

/// What the judge says of a year of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearOutcome {
    /// The year.
    pub year: SchoolYear,
    /// Content hash of the snapshot with the plan.
    pub snapshot: String,
    /// Sections, and those that pass.
    pub sections: usize,
    /// Sections that pass.
    pub passed: usize,
    /// Do all sections and coefficients satisfy the standard?
    pub resources: OverallVerdict,
    /// The overall verdict with the county's indicators, which money alone does not decide.
    pub overall: OverallVerdict,
    /// Why not, in the judge's words.
    pub reasons: Vec<String>,
    /// Every coefficient.
    pub coefficients: Vec<Coefficient>,
    /// Every section.
    pub section_outcomes: Vec<SectionOutcome>,
    /// The target lines of the year.
    pub lines: Vec<LineOutcome>,
    /// What is checked place by place.
    pub conditions: Vec<ConditionOutcome>,
    /// 万元 spent in the year, without committed projects.
    pub cost: Exact,
    /// New posts taken.
    pub posts: Exact,
}

/// How the plan was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// `optimum` or `greedy`.
    pub name: String,
    /// Solver and its version; empty for the greedy plan.
    pub solver: String,
    /// Seed of the solver.
    pub seed: u32,
    /// Threads.
    pub threads: u32,
    /// Rounds of solving and judging.
    pub rounds: usize,
    /// Nodes of the search.
    pub nodes: u64,
    /// No plan that the judge accepts costs less than this (discounted 万元, six decimals);
    /// `None` where nothing is proved.
    pub bound: Option<String>,
    /// (cost − bound) / cost, six decimals.
    pub gap: Option<String>,
    /// Is the gap within the one asked for?
    pub proved: bool,
    /// Why the search ended before its proof, in Chinese; empty where it did not.
    pub ended: String,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// [`FORMAT`].
    pub format: u32,
    /// Version of the program.
    pub engine: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of the problem.
    pub problem: String,
    /// The standard's id.
    pub standard: String,
    /// The standard's Chinese title.
    pub standard_title: String,
    /// Short Chinese names of the standard's indicators, by code.
    pub indicators: BTreeMap<String, String>,
    /// SHA-256 of the standard.
    pub standard_hash: String,
    /// The parameters of the standard that were set, by code.
    pub parameters: BTreeMap<String, String>,
    /// What the county decided before it planned.
    pub settings: Settings,
    /// What measures cost, with the county's own prices.
    pub costs: CostCatalogue,
    /// How it was found.
    pub method: Method,
    /// Does the judge accept it: every section and coefficient from the finishing year on, within
    /// money, posts and land?
    pub accepted: bool,
    /// Why not, in Chinese; empty when it is accepted.
    pub objections: Vec<String>,
    /// Sections missing for target lines, all lines and years together.
    pub shortfall: usize,
    /// 万元 within the horizon, without committed projects.
    pub cost: Exact,
    /// The same, discounted to the first year.
    pub discounted: Exact,
    /// Schools at which something is done.
    pub schools_touched: usize,
    /// The actions by year, school, stage, measure.
    pub actions: Vec<Action>,
    /// Payments for committed projects.
    pub committed: Vec<CommittedPayment>,
    /// Year by year.
    pub years: Vec<YearOutcome>,
    /// What the outer step has tried; empty where it was not asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outer: Vec<Try>,
}

/// One row of the plan's table, as cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Year, school, stage, measure, quantity, unit, cost, funds, counts from.
    pub cells: [String; 9],
}

impl Plan {
    /// The heads of [`Plan::rows`].
    pub const HEADS: [&str; 9] = [
        "年度",
        "学校",
        "学段",
        "措施",
        "数量",
        "单位",
        "金额（万元）",
        "资金来源",
        "计入统计学年",
    ];

    /// The rows of a year, or of all years: what a sheet of the workbook shows.
    #[must_use]
    pub fn rows(&self, year: Option<SchoolYear>) -> Vec<Row> {
        self.actions
            .iter()
            .filter(|action| year.is_none_or(|year| action.decided == year))
            .map(|action| {
                let mut funds: Vec<String> = Vec::new();
                for payment in &action.payments {
                    if !funds.contains(&payment.fund) {
                        funds.push(payment.fund.clone());
                    }
                }
                Row {
                    cells: [
                        action.decided.0.to_string(),
                        action.name.clone(),
                        action.stage.map_or("—", Stage::zh).to_owned(),
                        action.zh.clone(),
                        action.quantity.to_short(2),
                        action.unit.clone(),
                        action.cost.to_short(4),
                        funds.join("、"),
                        action.counts.0.to_string(),
                    ],
                }
            })
            .collect()
    }

    /// The result of a year.
    #[must_use]
    pub fn year(&self, year: SchoolYear) -> Option<&YearOutcome> {
        self.years.iter().find(|outcome| outcome.year == year)
    }
}
