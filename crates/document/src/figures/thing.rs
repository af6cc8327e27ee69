//! Things that have figures: the county, its stages, sections, indicators, rules; the plan, its years
//! and works; a rotation of teachers. Each has a key of its own for good, and a name.
//!
//! Must not know: templates, how a figure is printed.

use super::value::tidy;
use super::{Exchanged, YearData};
use domain::{SchoolCode, SchoolKind, SchoolYear, Stage};
use invest::Plan;
use invest::plan::{Action, CommittedPayment, LineOutcome, YearOutcome};
use standard::evaluation::{
    CountyIndicator, Excluded, FailingPlace, GroupResult, IndicatorInfo, IndicatorValue,
    MissingFact, PartResult, SectionResult, StageIndicator, StageResult, TargetResult, Verdict,
};

/// A thing that has figures.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Thing<'a> {
    /// The county in a year.
    County(&'a YearData<'a>),
    /// A stage of the county.
    Stage(&'a YearData<'a>, &'a StageResult),
    /// An indicator of sections.
    Indicator(&'a YearData<'a>, &'a IndicatorInfo),
    /// An indicator in a stage.
    Measure(&'a YearData<'a>, &'a StageResult, &'a StageIndicator),
    /// A section.
    Section(&'a YearData<'a>, &'a SectionResult),
    /// An indicator's value in a section.
    Value(&'a YearData<'a>, &'a SectionResult, &'a IndicatorValue),
    /// A school: its judged sections.
    School(&'a YearData<'a>, &'a [SectionResult]),
    /// A township.
    Township(&'a YearData<'a>, &'a str),
    /// Schools of a kind.
    SchoolKind(&'a YearData<'a>, SchoolKind),
    /// A group of county indicators.
    Group(&'a YearData<'a>, &'a GroupResult),
    /// A county indicator.
    Rule(&'a YearData<'a>, &'a CountyIndicator),
    /// A part of one.
    Part(&'a YearData<'a>, &'a CountyIndicator, &'a PartResult),
    /// A place that fails a part; the number counts from zero.
    Place(&'a YearData<'a>, &'a CountyIndicator, &'a PartResult, usize, &'a FailingPlace),
    /// A target line.
    Target(&'a YearData<'a>, &'a TargetResult),
    /// A section that is not judged.
    Excluded(&'a YearData<'a>, usize, &'a Excluded),
    /// A fact that is needed and not there.
    Missing(&'a YearData<'a>, usize, &'a MissingFact),
    /// The adopted plan.
    Plan(&'a Plan),
    /// A year of the plan.
    PlanYear(&'a Plan, &'a YearOutcome),
    /// A measure of the plan, in one year or in all.
    Work(&'a Plan, Option<SchoolYear>, &'a Action),
    /// An action of the plan.
    Action(&'a Plan, &'a Action),
    /// A project that was decided before the plan, in one year or in all.
    Project(&'a Plan, Option<SchoolYear>, &'a CommittedPayment),
    /// A source of money, by its place in the list, in one year or in all.
    Fund(&'a Plan, Option<SchoolYear>, usize),
    /// A target line of a year of the plan.
    Line(&'a Plan, &'a YearOutcome, &'a LineOutcome),
    /// The year's rotation of teachers. What belongs to it is known by its place in the run.
    Rotation(Exchanged<'a>),
    /// A teacher who moves.
    Order(Exchanged<'a>, usize),
    /// A school that gives or takes.
    Partner(Exchanged<'a>, &'a SchoolCode),
    /// A section before and after.
    Staff(Exchanged<'a>, usize),
    /// A subject of a section before and after.
    Taught(Exchanged<'a>, usize, usize),
    /// A share that has to be reached.
    Quota(Exchanged<'a>, usize),
    /// A goal.
    Goal(Exchanged<'a>, usize),
    /// A coefficient before and after.
    Spread(Exchanged<'a>, usize),
    /// An objection.
    Objection(Exchanged<'a>, usize),
}

/// The kinds of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Entity {
    County,
    Stage,
    Indicator,
    Measure,
    Section,
    Value,
    School,
    Township,
    SchoolKind,
    Group,
    Rule,
    Part,
    Place,
    Target,
    Excluded,
    Missing,
    Plan,
    PlanYear,
    Work,
    Action,
    Project,
    Fund,
    Line,
    Rotation,
    Order,
    Partner,
    Staff,
    Taught,
    Quota,
    Goal,
    Spread,
    Objection,
}

impl Entity {
    /// All, in the order of the documentation.
    pub(crate) const ALL: [Self; 32] = [
        Self::County,
        Self::Stage,
        Self::Indicator,
        Self::Measure,
        Self::Section,
        Self::Value,
        Self::School,
        Self::Township,
        Self::SchoolKind,
        Self::Group,
        Self::Rule,
        Self::Part,
        Self::Place,
        Self::Target,
        Self::Excluded,
        Self::Missing,
        Self::Plan,
        Self::PlanYear,
        Self::Work,
        Self::Action,
        Self::Project,
        Self::Fund,
        Self::Line,
        Self::Rotation,
        Self::Order,
        Self::Partner,
        Self::Staff,
        Self::Taught,
        Self::Quota,
        Self::Goal,
        Self::Spread,
        Self::Objection,
    ];

    /// The Chinese word.
    pub(crate) const fn zh(self) -> &'static str {
        match self {
            Self::County => "全县",
            Self::Stage => "学段",
            Self::Indicator => "指标",
            Self::Measure => "学段的指标",
            Self::Section => "学校（学段）",
            Self::Value => "学校（学段）的指标值",
            Self::School => "学校",
            Self::Township => "乡镇",
            Self::SchoolKind => "办学类型",
            Self::Group => "县级指标组",
            Self::Rule => "县级指标",
            Self::Part => "县级指标的要点",
            Self::Place => "不符合要点的一处",
            Self::Target => "目标线",
            Self::Excluded => "不参评的学校",
            Self::Missing => "缺少的数据",
            Self::Plan => "规划",
            Self::PlanYear => "规划的一年",
            Self::Work => "规划的一类措施",
            Self::Action => "规划的一项措施",
            Self::Project => "已定项目",
            Self::Fund => "资金来源",
            Self::Line => "规划的年度目标线",
            Self::Rotation => "交流轮岗",
            Self::Order => "交流的教师",
            Self::Partner => "交流学校",
            Self::Staff => "学校（学段）的教师",
            Self::Taught => "学校（学段）的学科教师",
            Self::Quota => "交流的规定比例",
            Self::Goal => "交流的目标",
            Self::Spread => "交流前后的差异系数",
            Self::Objection => "异议",
        }
    }

    /// The word that counts them: 等 12 所.
    pub(crate) const fn counter(self) -> &'static str {
        match self {
            Self::Section | Self::School | Self::Excluded | Self::Partner => "所",
            Self::Order => "人",
            Self::Objection => "件",
            Self::Place => "处",
            Self::Stage | Self::Township | Self::SchoolKind | Self::PlanYear => "个",
            _ => "项",
        }
    }
}

impl<'a> Thing<'a> {
    /// The same thing's key: where it stands in the catalogue of figures.
    pub(crate) fn key(&self) -> String {
        let year = |at: Option<SchoolYear>| {
            at.map_or_else(|| "plan".to_owned(), |year| format!("plan.years.{}", year.0))
        };
        match self {
            Self::County(y) => y.root.to_owned(),
            Self::Stage(y, s) => format!("{}.stages.{}", y.root, s.stage.code()),
            Self::Indicator(y, i) => format!("{}.indicators.{}", y.root, i.code),
            Self::Measure(y, s, m) => {
                format!("{}.stages.{}.measures.{}", y.root, s.stage.code(), m.code)
            }
            Self::Section(y, s) => format!("{}.sections.{}", y.root, section_id(s)),
            Self::Value(y, s, v) => {
                format!("{}.sections.{}.values.{}", y.root, section_id(s), v.code)
            }
            Self::School(y, _) => format!("{}.schools.{}", y.root, self.id()),
            Self::Township(y, _) => format!("{}.townships.{}", y.root, self.id()),
            Self::SchoolKind(y, kind) => format!("{}.kinds.{}", y.root, kind.code()),
            Self::Group(y, g) => format!("{}.groups.{}", y.root, g.code),
            Self::Rule(y, r) => format!("{}.rules.{}", y.root, r.code),
            Self::Part(y, _, p) => format!("{}.parts.{}", y.root, p.code),
            Self::Place(y, _, p, n, _) => format!("{}.parts.{}.places.{}", y.root, p.code, n + 1),
            Self::Target(y, _) => format!("{}.targets.{}", y.root, self.id()),
            Self::Excluded(y, n, _) => format!("{}.excluded.{}", y.root, n + 1),
            Self::Missing(y, n, _) => format!("{}.missing.{}", y.root, n + 1),
            Self::Plan(_) => "plan".to_owned(),
            Self::PlanYear(_, o) => year(Some(o.year)),
            Self::Work(_, at, _) => format!("{}.works.{}", year(*at), self.id()),
            Self::Action(..) => format!("plan.actions.{}", self.id()),
            Self::Project(_, at, _) => format!("{}.projects.{}", year(*at), self.id()),
            Self::Fund(_, at, _) => format!("{}.funds.{}", year(*at), self.id()),
            Self::Line(_, o, _) => format!("{}.lines.{}", year(Some(o.year)), self.id()),
            Self::Rotation(_) => "rotation".to_owned(),
            Self::Order(..) => format!("rotation.moves.{}", self.id()),
            Self::Partner(..) => format!("rotation.schools.{}", self.id()),
            Self::Staff(x, n) => {
                let school = x.rotation.run.sections.get(*n).map(|s| s.school.as_str());
                format!("rotation.schools.{}.sections.{}", school.unwrap_or_default(), self.id())
            }
            Self::Taught(x, n, _) => {
                format!("{}.subjects.{}", Thing::Staff(*x, *n).key(), self.id())
            }
            Self::Quota(..) => format!("rotation.shares.{}", self.id()),
            Self::Goal(..) => format!("rotation.goals.{}", self.id()),
            Self::Spread(..) => format!("rotation.coefficients.{}", self.id()),
            Self::Objection(..) => format!("rotation.objections.{}", self.id()),
        }
    }

    /// What tells it from the others of its list.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::County(y) => y.root.to_owned(),
            Self::Stage(_, s) => s.stage.code().to_owned(),
            Self::Indicator(_, i) => i.code.clone(),
            Self::Measure(_, _, m) => m.code.clone(),
            Self::Section(_, s) => section_id(s),
            Self::Value(_, _, v) => v.code.clone(),
            Self::School(_, s) => s.first().map_or_else(String::new, |s| s.school.to_string()),
            Self::Township(_, name) => plain(name),
            Self::SchoolKind(_, kind) => kind.code().to_owned(),
            Self::Group(_, g) => g.code.clone(),
            Self::Rule(_, r) => r.code.clone(),
            Self::Part(_, _, p) => p.code.clone(),
            Self::Place(_, _, _, n, _) | Self::Excluded(_, n, _) | Self::Missing(_, n, _) => {
                (n + 1).to_string()
            }
            Self::Target(_, t) => format!("{}-{}", t.code, t.year.0),
            Self::Plan(_) => "plan".to_owned(),
            Self::PlanYear(_, o) => o.year.0.to_string(),
            Self::Work(_, _, a) => plain(&a.measure),
            Self::Action(_, a) => a.number.to_string(),
            Self::Project(_, _, p) => plain(&p.project),
            Self::Fund(plan, _, n) => {
                plan.settings.funds.get(*n).map_or_else(String::new, |f| plain(&f.code))
            }
            Self::Line(_, _, l) => l.indicator.clone(),
            Self::Rotation(_) => "rotation".to_owned(),
            // A staff number has no business in a list for the public.
            Self::Order(_, n) => (n + 1).to_string(),
            Self::Partner(_, code) => code.to_string(),
            Self::Staff(x, n) => {
                x.rotation.run.sections.get(*n).map_or("", |s| s.stage.code()).to_owned()
            }
            Self::Taught(_, _, k) => (k + 1).to_string(),
            Self::Quota(x, n) => {
                x.rotation.run.shares.get(*n).map_or_else(String::new, |s| plain(&s.code))
            }
            Self::Goal(x, n) => {
                x.rotation.run.levels.get(*n).map_or_else(String::new, |g| plain(&g.code))
            }
            Self::Spread(x, n) => {
                x.rotation.run.coefficients.get(*n).map_or_else(String::new, |c| {
                    format!("{}-{}", c.stage.code(), plain(&c.indicator))
                })
            }
            Self::Objection(x, n) => {
                x.rotation.objections.get(*n).map_or_else(String::new, |o| o.number.to_string())
            }
        }
    }

    /// How it is named in a list or in the words for a gap.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::County(y) => y.evaluation.county.clone(),
            Self::Stage(_, s) => s.stage.zh().to_owned(),
            Self::Indicator(_, i) => i.short.clone(),
            Self::Measure(y, s, m) => format!("{}{}", s.stage.zh(), y.short(&m.code)),
            Self::Section(_, s) => section_name(s),
            Self::Value(y, _, v) => y.short(&v.code),
            Self::School(_, s) => s.first().map_or_else(String::new, |s| tidy(&s.name)),
            Self::Township(_, name) => tidy(name),
            Self::SchoolKind(_, kind) => kind.zh().to_owned(),
            Self::Group(_, g) => g.zh.clone(),
            Self::Rule(_, r) => format!("“{}”", tidy(&r.zh)),
            Self::Part(_, _, p) => format!("“{}”", tidy(&p.zh)),
            Self::Place(y, _, _, _, place) => super::county::place_name(y, place),
            Self::Target(_, t) => tidy(&t.zh),
            Self::Excluded(_, _, e) => tidy(&e.name),
            Self::Missing(_, _, m) => format!("{}“{}”", tidy(&m.place), tidy(&m.zh)),
            Self::Plan(p) => tidy(&p.title),
            Self::PlanYear(_, o) => format!("{}年", o.year.0),
            Self::Work(_, _, a) | Self::Action(_, a) => tidy(&a.zh),
            Self::Project(_, _, p) => tidy(&p.zh),
            Self::Fund(plan, _, n) => {
                plan.settings.funds.get(*n).map_or_else(String::new, |f| tidy(&f.zh))
            }
            Self::Line(plan, _, l) => {
                plan.indicators.get(&l.indicator).cloned().unwrap_or_else(|| l.indicator.clone())
            }
            Self::Rotation(x) => tidy(&x.rotation.title),
            Self::Order(x, n) => x
                .rotation
                .run
                .moves
                .get(*n)
                .map_or_else(String::new, |m| x.name(&m.teacher, &m.name)),
            Self::Partner(x, code) => {
                x.rotation.run.schools().get(*code).map_or_else(String::new, |name| tidy(name))
            }
            Self::Staff(x, n) => x
                .rotation
                .run
                .sections
                .get(*n)
                .map_or_else(String::new, |s| format!("{}{}", tidy(&s.name), s.stage.zh())),
            Self::Taught(x, n, k) => x
                .rotation
                .run
                .sections
                .get(*n)
                .and_then(|s| s.subjects.get(*k))
                .map_or_else(String::new, |s| s.subject.clone()),
            Self::Quota(x, n) => {
                x.rotation.run.shares.get(*n).map_or_else(String::new, |s| tidy(&s.zh))
            }
            Self::Goal(x, n) => {
                x.rotation.run.levels.get(*n).map_or_else(String::new, |g| tidy(&g.zh))
            }
            Self::Spread(x, n) => x
                .rotation
                .run
                .coefficients
                .get(*n)
                .map_or_else(String::new, |c| format!("{}{}", c.stage.zh(), tidy(&c.zh))),
            Self::Objection(_, _) => format!("异议{}", self.id()),
        }
    }

    /// How a gap of its figures is called: more than the name where that says too little.
    pub(crate) fn full_name(&self) -> String {
        match self {
            Self::Value(_, s, _) => format!("{}{}", section_name(s), self.name()),
            Self::PlanYear(..) | Self::Plan(_) => format!("规划{}", self.name()),
            _ => self.name(),
        }
    }

    /// The year whose data it is of; `None` for the plan.
    pub(crate) const fn year(&self) -> Option<&'a YearData<'a>> {
        match self {
            Self::County(y)
            | Self::Stage(y, _)
            | Self::Indicator(y, _)
            | Self::Measure(y, _, _)
            | Self::Section(y, _)
            | Self::Value(y, _, _)
            | Self::School(y, _)
            | Self::Township(y, _)
            | Self::SchoolKind(y, _)
            | Self::Group(y, _)
            | Self::Rule(y, _)
            | Self::Part(y, _, _)
            | Self::Place(y, _, _, _, _)
            | Self::Target(y, _)
            | Self::Excluded(y, _, _)
            | Self::Missing(y, _, _) => Some(y),
            _ => None,
        }
    }

    /// Are its numbers too near to single persons for the public?
    pub(crate) fn withheld(&self) -> bool {
        let of = |y: &YearData<'_>, code: &SchoolCode, stage: Stage| {
            y.withheld.contains(&(code.clone(), stage))
        };
        match self {
            Self::Section(y, s) | Self::Value(y, s, _) => of(y, &s.school, s.stage),
            Self::School(y, sections) => sections.iter().any(|s| of(y, &s.school, s.stage)),
            Self::Place(y, _, _, _, place) => place
                .school
                .as_ref()
                .is_some_and(|code| Stage::ALL.iter().any(|stage| of(y, code, *stage))),
            _ => false,
        }
    }
}

/// A name or code of the data without the signs that keys are made of.
fn plain(id: &str) -> String {
    id.chars().map(|c| if ".[]@+".contains(c) || c.is_whitespace() { '-' } else { c }).collect()
}

/// `2134000046-primary`.
fn section_id(section: &SectionResult) -> String {
    format!("{}-{}", section.school, section.stage.code())
}

/// The school's name, with 小学部 or 初中部 where the school has more stages than this.
pub(crate) fn section_name(section: &SectionResult) -> String {
    let name = tidy(&section.name);
    let single = section.kind.stages().len() <= 1 && !section.attached;
    if single { name } else { format!("{name}{}部", section.stage.zh()) }
}

/// The worst of several verdicts: one that fails, else one that is missing.
pub(crate) fn worst(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut worst = Verdict::NotApplicable;
    for verdict in verdicts {
        worst = match (worst, verdict) {
            (Verdict::Fail, _) | (_, Verdict::Fail) => Verdict::Fail,
            (Verdict::Missing, _) | (_, Verdict::Missing) => Verdict::Missing,
            (Verdict::Near, _) | (_, Verdict::Near) => Verdict::Near,
            (Verdict::Pass, _) | (_, Verdict::Pass) => Verdict::Pass,
            _ => worst,
        };
    }
    worst
}
