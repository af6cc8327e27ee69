//! What a run leaves behind: the JSON that the store keeps with a plan.

use domain::SchoolYear;
use invest::Plan;
use invest::check::Checked;
use invest::explain::Explanation;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The outcome of a run. `P` is the plan: whole, or as much of it as is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound = "P: Serialize + DeserializeOwned")]
pub(super) struct Kept<P> {
    /// The job that made it.
    pub(super) job: i64,
    /// The data year.
    pub(super) year: SchoolYear,
    /// Content hash of the data that it starts from; the store keeps them.
    pub(super) snapshot: String,
    /// Forms of that year that did not count yet.
    pub(super) waiting: usize,
    /// Was the search ended by somebody?
    pub(super) cancelled: bool,
    /// The plan; `None` where there is none.
    pub(super) plan: Option<P>,
    /// The plan made school by school, for comparison.
    pub(super) greedy: Option<P>,
    /// The independent check of the plan.
    pub(super) checked: Option<Checked>,
    /// Why there is no plan.
    pub(super) impossible: Option<Impossible>,
}

/// That there is no plan, in the shape of docs/plan-json.md.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Impossible {
    /// Version of the shape.
    format: u32,
    /// Version of the program.
    engine: String,
    /// The plan's title.
    title: String,
    /// SHA-256 of the problem.
    problem: String,
    /// Always `false`.
    possible: bool,
    /// Why, and what would do.
    explanation: Explanation,
}

impl Impossible {
    pub(super) fn new(problem: &invest::Problem, explanation: Explanation) -> Self {
        Self {
            format: 1,
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            title: problem.settings.title.clone(),
            problem: problem.hash().to_owned(),
            possible: false,
            explanation,
        }
    }
}

/// As much of a plan as a list shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Brief {
    pub(super) accepted: bool,
    pub(super) objections: Vec<String>,
    pub(super) cost: String,
    pub(super) discounted: String,
    pub(super) schools_touched: usize,
    pub(super) settings: BriefSettings,
    pub(super) method: BriefMethod,
}

/// The years of a plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct BriefSettings {
    pub(super) first: i16,
    pub(super) years: u8,
    pub(super) finish: i16,
}

/// What is proved of a plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct BriefMethod {
    pub(super) bound: Option<String>,
    pub(super) gap: Option<String>,
    pub(super) proved: bool,
    pub(super) ended: String,
}

impl Kept<Plan> {
    /// May it be adopted? If not, why.
    pub(super) fn objection(&self) -> Option<String> {
        let Some(plan) = &self.plan else {
            return Some(
                "测算结论是在给定条件下做不到，没有可采用的规划；请调整方案后重新测算".to_owned(),
            );
        };
        if let Some(first) = plan.objections.first().filter(|_| !plan.accepted) {
            return Some(format!(
                "这个规划没有达到标准（{first}），不能采用；请调整方案后重新测算"
            ));
        }
        let checked = self.checked.as_ref().filter(|checked| !checked.accepted)?;
        let first = checked.findings.first().map_or("", |finding| finding.text.as_str());
        Some(format!("这个规划没有通过复核（{first}），不能采用；请重新测算"))
    }
}
