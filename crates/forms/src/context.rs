//! What every block of a sheet may look at.

use domain::{Catalogue, SchoolKind, Snapshot, Stage};
use standard::evaluation::{Evaluation, GroupResult, IndicatorInfo, StageLimits, Verdict};

use crate::pack::Forms;

/// The matter of a sheet.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) evaluation: &'a Evaluation,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) forms: &'a Forms,
    /// The group of county indicators that the sheet is for.
    pub(crate) group: Option<&'a GroupResult>,
}

impl Context<'_> {
    /// 统计日期: 1 September of the school year.
    pub(crate) fn date(&self) -> String {
        format!("{}年9月1日", self.evaluation.year.0)
    }

    /// The value of a placeholder of [`crate::pack`]'s list for sheets.
    pub(crate) fn placeholder(&self, name: &str) -> String {
        let e = self.evaluation;
        match name {
            "county" => e.county.clone(),
            "year" => e.year.to_string(),
            "date" => self.date(),
            "standard" => e.standard.title.clone(),
            "coefficient" => e.coefficient_form.clone(),
            "group" => self.group.map_or_else(String::new, |g| g.zh.clone()),
            "primary_sections" => self.sections(Stage::Primary, |_| true),
            "primary_combined" => self.sections(Stage::Primary, |k| {
                matches!(k, SchoolKind::NineYear | SchoolKind::TwelveYear)
            }),
            "primary_points" => self.sections(Stage::Primary, |k| k == SchoolKind::TeachingPoint),
            "junior_sections" => self.sections(Stage::Junior, |_| true),
            "junior_combined" => self.sections(Stage::Junior, |k| {
                matches!(k, SchoolKind::NineYear | SchoolKind::TwelveYear)
            }),
            "junior_complete" => {
                self.sections(Stage::Junior, |k| k == SchoolKind::CompleteSecondary)
            }
            _ => String::new(),
        }
    }

    /// How many judged sections of a stage belong to schools of these kinds.
    fn sections(&self, stage: Stage, of: impl Fn(SchoolKind) -> bool) -> String {
        let judged = self.evaluation.sections.iter();
        judged.filter(|s| s.stage == stage && of(s.kind)).count().to_string()
    }

    /// The stages that the standard judges, youngest first.
    pub(crate) fn stages(&self) -> impl Iterator<Item = Stage> {
        self.evaluation.stages.iter().map(|s| s.stage)
    }
}

/// Threshold and limits of an indicator in a stage.
pub(crate) fn limits(indicator: &IndicatorInfo, stage: Stage) -> Option<&StageLimits> {
    indicator.limits.iter().find(|l| l.stage == stage)
}

/// `● 达标 → ○ 未达标`: what rounding would make of a verdict.
pub(crate) fn flipped(exact: Verdict, rounded: Verdict) -> String {
    format!(
        "按精确值{}{}，四舍五入后为{}{}",
        exact.sign(),
        exact.zh(),
        rounded.sign(),
        rounded.zh()
    )
}
