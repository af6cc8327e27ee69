//! What the judge says: the result of [`crate::evaluate`], ready for JSON, forms and documents.
//!
//! Every figure carries its exact value and the text that official forms print; a verdict is taken
//! from the exact value. The shape is documented in docs/evaluation-json.md and changes only with
//! [`FORMAT`].

use domain::{Attestation, CountyCode, Exact, SchoolCode, SchoolKind, SchoolYear, Stage, Unit};
use serde::{Deserialize, Serialize};

/// Version of the JSON shape.
pub const FORMAT: u32 = 1;

/// A verdict on one value, one section, one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 达标.
    Pass,
    /// 余项: below the threshold, not below the floor (85 % of it).
    Near,
    /// 未达标.
    Fail,
    /// 缺数: cannot be computed; never counts as passed, never as zero.
    Missing,
    /// 不适用: nothing here is to be judged.
    NotApplicable,
}

impl Verdict {
    /// The Chinese word.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Pass => "达标",
            Self::Near => "余项",
            Self::Fail => "未达标",
            Self::Missing => "缺数",
            Self::NotApplicable => "不适用",
        }
    }

    /// The sign that goes with the word, so that colour is never alone.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Pass => "●",
            Self::Near => "◐",
            Self::Fail => "○",
            Self::Missing => "▨",
            Self::NotApplicable => "—",
        }
    }
}

/// A figure: the exact number and how official forms print it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The exact value: a decimal, or a fraction `a/b` where no short decimal is exact.
    pub exact: Exact,
    /// Rounded as the official form prints it, halves away from zero.
    pub shown: String,
}

impl Figure {
    /// A figure printed with `decimals` decimals.
    #[must_use]
    pub fn new(exact: Exact, decimals: u8) -> Self {
        let shown = exact.to_fixed(decimals);
        Self { exact, shown }
    }
}

/// A figure whose exact form is irrational or unwieldy (a county mean over shared buildings, a
/// standard deviation, a coefficient), correctly rounded from the exact one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rounded {
    /// Six decimals, correctly rounded.
    pub value: String,
    /// As the official form prints it.
    pub shown: String,
}

/// A fact that was needed and is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MissingFact {
    /// The school; `None` for a county figure.
    pub school: Option<SchoolCode>,
    /// The place in words.
    pub place: String,
    /// The item's code; empty where a roster or an attestation is missing.
    pub item: String,
    /// The item's Chinese name, or what is missing in words.
    pub zh: String,
    /// The indicators that need it.
    pub needed_by: Vec<String>,
}

/// The standard that judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandardRef {
    /// Pack id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Pack version.
    pub version: String,
    /// SHA-256 of the pack and of those it builds on.
    pub hash: String,
}

/// A parameter as it was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterUse {
    /// Its code.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// The value in words or figures with its unit.
    pub value: String,
    /// Grade of certainty of the value: `A`, `A-`, `B`, `C`, `K`; `用户设定` when the user set it.
    pub grade: String,
    /// The source of the value.
    pub source: String,
}

/// What a section indicator is: repeated in the result so that a reader needs no pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorInfo {
    /// `L1` …
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// Short Chinese name for table heads.
    pub short: String,
    /// Unit.
    pub unit: Unit,
    /// Decimals of the official form for values and means.
    pub decimals: u8,
    /// The clause.
    pub clause: String,
    /// The rule in our own short words.
    pub text: String,
    /// Thresholds and coefficient limits by stage.
    pub limits: Vec<StageLimits>,
    /// The unit of the missing amount in the gap list: 人, ㎡, 元, 间.
    pub gap_unit: Unit,
}

/// Threshold and coefficient limit of an indicator in one stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageLimits {
    /// The stage.
    pub stage: Stage,
    /// The least value that passes; `None`: the indicator only enters the coefficient.
    pub threshold: Option<Exact>,
    /// The least value of the indicators that may miss the threshold (85 % of it).
    pub floor: Option<Exact>,
    /// The greatest coefficient; `None`: no limit on this single coefficient.
    pub coefficient: Option<Exact>,
}

/// One value of one section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorValue {
    /// The indicator.
    pub code: String,
    /// The value; `None` when missing.
    pub value: Option<Figure>,
    /// The verdict, from the exact value.
    pub verdict: Verdict,
    /// The verdict that the rounded value would get, where it differs.
    pub verdict_if_rounded: Option<Verdict>,
    /// What is missing for the threshold to be reached, in the gap unit of the indicator, for this
    /// section; `None` when nothing is.
    pub gap: Option<Figure>,
    /// The same for the whole school, where the resource is shared by several sections: what the
    /// school must add so that this section's share suffices.
    pub gap_whole_school: Option<Figure>,
    /// Why there is no value, in Chinese (`分母为零`, or the missing facts).
    pub reason: Option<String>,
}

/// The result for one section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionResult {
    /// School code.
    pub school: SchoolCode,
    /// School name.
    pub name: String,
    /// School kind.
    pub kind: SchoolKind,
    /// Stage.
    pub stage: Stage,
    /// Are these attached classes?
    pub attached: bool,
    /// Sponsor code of form Ⅱ-2 (1–10), where known.
    pub sponsor: Option<String>,
    /// 城乡类型 code, where known.
    pub residence: Option<String>,
    /// 乡镇, where known.
    pub township: Option<String>,
    /// Pupils.
    pub pupils: Option<Exact>,
    /// 年级数.
    pub grades: Option<Exact>,
    /// 班级数.
    pub classes: Option<Exact>,
    /// The values, in the order of the standard.
    pub values: Vec<IndicatorValue>,
    /// How many values reach their threshold.
    pub reached: usize,
    /// The verdict of the section.
    pub verdict: Verdict,
    /// The name of the grade that the rule gives (`达标`, `合格`, `基本合格` …).
    pub grade: String,
    /// Remark as on form Ⅱ-2: which indicators reach 100 %, which 85 %, which not.
    pub remark: String,
}

impl SectionResult {
    /// The value of an indicator.
    #[must_use]
    pub fn value(&self, code: &str) -> Option<&IndicatorValue> {
        self.values.iter().find(|v| v.code == code)
    }
}

/// A section that is not judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// School code.
    pub school: SchoolCode,
    /// School name.
    pub name: String,
    /// School kind.
    pub kind: SchoolKind,
    /// The stage; `None` for a school without sections.
    pub stage: Option<Stage>,
    /// Why, in Chinese.
    pub reason: String,
}

/// The other forms of the coefficient, for comparison only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherForms {
    /// Plain mean, population deviation: every school counts the same.
    pub unweighted: Rounded,
    /// Plain mean, sample deviation (n − 1); `None` for a single section.
    pub sample: Option<Rounded>,
    /// Would either of them change the verdict?
    pub changes_verdict: bool,
}

/// Mean, deviation and coefficient of one indicator in one stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageIndicator {
    /// The indicator.
    pub code: String,
    /// Sections that have a value.
    pub known: usize,
    /// Sections whose value reaches the threshold.
    pub reached: usize,
    /// Their share of all sections of the stage; `None` when there is none.
    pub share: Option<Figure>,
    /// County mean ΣR/ΣP; `None` when a value is missing.
    pub mean: Option<Rounded>,
    /// Standard deviation.
    pub deviation: Option<Rounded>,
    /// Difference coefficient.
    pub coefficient: Option<Rounded>,
    /// Its limit, where single coefficients have one.
    pub limit: Option<Exact>,
    /// Verdict on the coefficient; not applicable where there is no limit.
    pub verdict: Verdict,
    /// The verdict that the rounded coefficient would get, where it differs.
    pub verdict_if_rounded: Option<Verdict>,
    /// Other forms, on demand.
    pub other_forms: Option<OtherForms>,
}

/// The composite: mean of the coefficients of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composite {
    /// The mean of the coefficients; `None` when one is missing.
    pub value: Option<Rounded>,
    /// Its limit; `None` where it is informative only.
    pub limit: Option<Exact>,
    /// The verdict; not applicable where it is informative only.
    pub verdict: Verdict,
}

/// The result for one stage of the county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageResult {
    /// The stage.
    pub stage: Stage,
    /// Sections judged.
    pub sections: usize,
    /// Sections that pass as a whole.
    pub passed: usize,
    /// Sections that fail for certain.
    pub failed: usize,
    /// Sections that cannot be decided.
    pub missing: usize,
    /// Share of sections that pass; `None` when there is none.
    pub share: Option<Figure>,
    /// By indicator, in the order of the standard.
    pub indicators: Vec<StageIndicator>,
    /// The composite.
    pub composite: Composite,
}

/// A place that does not satisfy a county indicator checked place by place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingPlace {
    /// School code.
    pub school: Option<SchoolCode>,
    /// The place in words.
    pub place: String,
    /// The value found, where the rule has one.
    pub value: Option<String>,
}

/// One part of a county indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartResult {
    /// `G3.1`.
    pub code: String,
    /// What is asked, in Chinese.
    pub zh: String,
    /// The value, where the part is a figure.
    pub value: Option<Figure>,
    /// Its unit.
    pub unit: Option<Unit>,
    /// What is required, in Chinese (`≥ 95%`).
    pub required: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict that the rounded value would get, where it differs.
    pub verdict_if_rounded: Option<Verdict>,
    /// Places checked, where the part is checked place by place.
    pub checked: Option<usize>,
    /// The places that fail.
    pub failing: Vec<FailingPlace>,
    /// The attestation, where the part is attested by evidence.
    pub attestation: Option<Attestation>,
    /// Must it be attested?
    pub attested: bool,
    /// Why there is no verdict, in Chinese.
    pub reason: Option<String>,
}

/// One county indicator: passes when all its parts do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountyIndicator {
    /// `G3`, `Q1`, `S1`, `V2`.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// The clause.
    pub clause: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Its parts.
    pub parts: Vec<PartResult>,
}

/// A group of county indicators: government guarantee, education quality, satisfaction, veto …
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupResult {
    /// `government`, `quality`, `satisfaction`, `veto` …
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// The verdict: all indicators pass.
    pub verdict: Verdict,
    /// The indicators.
    pub indicators: Vec<CountyIndicator>,
}

/// The state of a target line at the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetState {
    /// 已达到: due, and reached.
    Met,
    /// 提前达到: not due yet, and reached.
    Early,
    /// 按期推进: not due yet, and every earlier line of the series is reached.
    OnCourse,
    /// 有滞后风险: not due yet, and an earlier line of the series is missed.
    AtRisk,
    /// 滞后: due, and not reached.
    Late,
    /// 缺数.
    Missing,
}

impl TargetState {
    /// The Chinese word.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Met => "已达到",
            Self::Early => "提前达到",
            Self::OnCourse => "按期推进",
            Self::AtRisk => "有滞后风险",
            Self::Late => "滞后",
            Self::Missing => "缺数",
        }
    }
}

/// One target line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetResult {
    /// Its code.
    pub code: String,
    /// What is aimed at, in Chinese.
    pub zh: String,
    /// The school year by whose figures it is judged.
    pub year: SchoolYear,
    /// What is required.
    pub required: String,
    /// The value at the snapshot.
    pub value: Option<Figure>,
    /// Its state.
    pub state: TargetState,
}

/// A phase of a county's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseResult {
    /// Chinese name.
    pub zh: String,
    /// First month, `2022-01`.
    pub from: String,
    /// Last month.
    pub to: String,
    /// Does the statistics date of the snapshot lie in it?
    pub current: bool,
}

/// The overall verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverallVerdict {
    /// 达到标准.
    Pass,
    /// 未达到标准.
    Fail,
    /// 不能判定: something that the rules need is missing.
    NotDecidable,
}

impl OverallVerdict {
    /// The Chinese words.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Pass => "达到标准",
            Self::Fail => "未达到标准",
            Self::NotDecidable => "不能判定",
        }
    }
}

/// One reason why the county does not pass, or cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What the reason is about: `section:3418230001:primary`, `coefficient:primary:L2`, `G3` …
    pub subject: String,
    /// `fail` or `missing`.
    pub verdict: Verdict,
    /// The reason in one Chinese sentence.
    pub text: String,
}

/// The overall result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overall {
    /// The verdict.
    pub verdict: OverallVerdict,
    /// How many rules fail for certain, whatever the missing figures turn out to be.
    pub certain_failures: usize,
    /// All reasons: failures first, then what is missing.
    pub reasons: Vec<Reason>,
    /// Every fact that is needed and not there.
    pub missing: Vec<MissingFact>,
}

/// The result of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// [`FORMAT`].
    pub format: u32,
    /// Version of the program that judged.
    pub engine: String,
    /// The standard.
    pub standard: StandardRef,
    /// 行政区划代码.
    pub county_code: CountyCode,
    /// County name.
    pub county: String,
    /// School year.
    pub year: SchoolYear,
    /// Content hash of the snapshot.
    pub snapshot: String,
    /// Parameters as used.
    pub parameters: Vec<ParameterUse>,
    /// How the coefficient was computed, in Chinese.
    pub coefficient_form: String,
    /// The section indicators.
    pub indicators: Vec<IndicatorInfo>,
    /// Sections judged, by school code and stage.
    pub sections: Vec<SectionResult>,
    /// Sections not judged.
    pub excluded: Vec<Excluded>,
    /// By stage.
    pub stages: Vec<StageResult>,
    /// County indicators by group.
    pub groups: Vec<GroupResult>,
    /// Phases of the county's own plan, where the standard has them.
    pub phases: Vec<PhaseResult>,
    /// Target lines, where the standard has them.
    pub targets: Vec<TargetResult>,
    /// The overall verdict.
    pub overall: Overall,
}

impl Evaluation {
    /// The result of a stage.
    #[must_use]
    pub fn stage(&self, stage: Stage) -> Option<&StageResult> {
        self.stages.iter().find(|s| s.stage == stage)
    }

    /// The county indicator of a code.
    #[must_use]
    pub fn county_indicator(&self, code: &str) -> Option<&CountyIndicator> {
        self.groups.iter().flat_map(|g| &g.indicators).find(|i| i.code == code)
    }
}
