//! What a rotation is set with where nothing else is said: the rules' numbers with their sources, and
//! the words to choose from.

use super::mode::Mode;
use super::objections::ObjectionKind;
use super::pool::RotationPool;
use super::result::RotationWord;
use super::steps::NOTICE_DAYS;
use crate::body::{Of, tagged};
use crate::evaluation::{Year, known_year};
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::Exact;
use serde::Serialize;
use serde_json::Value;
use staffing::Rules;
use staffing::rotation::Settings;
use staffing::rules::Figure;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// Where a number comes from.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"key": "督导", "grade": "A", "title": "县域义务教育优质均衡发展督导评估办法",
    "number": "教督〔2017〕6号"}))]
pub(crate) struct RuleSource {
    /// The key by which the pack cites it; `用户设定` where the county has set it.
    key: String,
    /// A official text seen, B two or more public sources, C one, K to be confirmed by the county.
    grade: String,
    title: String,
    number: String,
}

impl RuleSource {
    pub(crate) fn of(rules: &Rules, key: &str, grade: &str) -> Self {
        let source = rules.sources.iter().find(|source| source.key == key);
        Self {
            key: key.to_owned(),
            grade: grade.to_owned(),
            title: source.map(|source| source.title.clone()).unwrap_or_default(),
            number: source.map(|source| source.number.clone()).unwrap_or_default(),
        }
    }
}

/// A number of the rules.
#[derive(Debug, Serialize, ToSchema)]
struct RuleFigure {
    /// The name in `settings`, or of the rule.
    key: &'static str,
    zh: &'static str,
    /// `%`, `km`, `年`, `倍`, `周岁`.
    unit: &'static str,
    /// Exact.
    #[schema(value_type = String)]
    value: Exact,
    /// In its unit.
    shown: String,
    source: RuleSource,
}

impl RuleFigure {
    fn of(
        rules: &Rules,
        figure: &Figure,
        (key, zh, unit): (&'static str, &'static str, &'static str),
    ) -> Self {
        let shown = match unit {
            "%" => (&figure.value * &Exact::from(100)).to_short(2),
            _ => figure.value.to_short(2),
        };
        let source = RuleSource::of(rules, &figure.source, &figure.grade);
        Self { key, zh, unit, value: figure.value.clone(), shown, source }
    }
}

/// A share of the rules.
#[derive(Debug, Serialize, ToSchema)]
struct RuleShare {
    code: String,
    zh: String,
    /// Exact.
    #[schema(value_type = String)]
    at_least: Exact,
    /// Per cent.
    shown: String,
    source: RuleSource,
}

/// A choice with what it means.
#[derive(Debug, Serialize, ToSchema)]
struct RotationChoice {
    code: &'static str,
    zh: &'static str,
    text: &'static str,
}

const fn choice(code: &'static str, zh: &'static str, text: &'static str) -> RotationChoice {
    RotationChoice { code, zh, text }
}

/// The words to choose from.
#[derive(Debug, Serialize, ToSchema)]
struct RotationChoices {
    mode: Vec<RotationChoice>,
    scope: Vec<RotationChoice>,
    balance: Vec<RotationChoice>,
    coefficients: Vec<RotationChoice>,
    /// Kinds of objections.
    objection: Vec<RotationWord>,
    /// Grades of an assessment, the best first.
    evaluation: Vec<String>,
}

/// The settings to begin with.
#[derive(Debug, Serialize, ToSchema)]
struct RotationDefaults {
    /// As `POST /api/years/{year}/rotations` takes them.
    #[schema(value_type = Object)]
    settings: Value,
    figures: Vec<RuleFigure>,
    shares: Vec<RuleShare>,
    /// Who is eligible: numbers that a rotation's settings do not change.
    eligibility: Vec<RuleFigure>,
    exemptions: Vec<RotationWord>,
    choices: RotationChoices,
    /// Days of a notice where nothing else is said.
    notice_days: i64,
    /// Id, title and version of the rules.
    rules: RulesPack,
    /// Who may be asked to move, in the caller's scope; `null` where there is no roster.
    pool: Option<RotationPool>,
}

/// A pack of rules.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulesPack {
    id: String,
    title: String,
    version: String,
    /// What to know of it.
    text: String,
}

impl RulesPack {
    pub(crate) fn of(rules: &Rules) -> Self {
        Self {
            id: rules.id.clone(),
            title: rules.title.clone(),
            version: rules.version.clone(),
            text: rules.text.clone(),
        }
    }
}

/// 交流设置的缺省值、出处和可选项
#[utoipa::path(get, path = "/api/years/{year}/rotation-settings", tag = "rotations", params(Year),
    responses((status = 200, body = RotationDefaults)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let rules = &app.knowledge().staffing;
    let kept = crate::teachers::kept(&app, signed.county(), year, signed.scope()).await?;
    let pool = kept.map(|kept| RotationPool::of(&kept.roster, rules));
    tagged(&headers, &defaults(rules, pool)?)
}

fn defaults(rules: &Rules, pool: Option<RotationPool>) -> Result<RotationDefaults, ApiError> {
    let rotation = &rules.rotation;
    let figure = |figure: &Figure, key, zh, unit| RuleFigure::of(rules, figure, (key, zh, unit));
    let shares = rotation.shares.iter().map(|share| RuleShare {
        code: share.code.clone(),
        zh: share.zh.clone(),
        at_least: share.at_least.clone(),
        shown: (&share.at_least * &Exact::from(100)).to_short(2),
        source: RuleSource::of(rules, &share.source.0, &share.source.1),
    });
    let retirement = &rotation.retirement;
    let mut eligibility = vec![
        figure(&rotation.years_at_school, "years_at_school", "在本校任教满", "年"),
        figure(&rotation.years_to_retirement, "years_to_retirement", "距退休不少于", "年"),
        figure(&retirement.men, "retirement_men", "男教师退休年龄", "周岁"),
        figure(&retirement.women, "retirement_women", "女教师退休年龄", "周岁"),
    ];
    if let Some(delay) = &retirement.delay {
        let zh = "退休年龄逐步延迟，最多";
        eligibility.push(figure(&delay.most, "retirement_delay", zh, "年"));
    }
    Ok(RotationDefaults {
        settings: serde_json::to_value(Settings::of(rotation)).map_err(ApiError::internal)?,
        figures: vec![
            figure(&rotation.leave_section, "leave_section", "一校（学段）交流人数上限", "%"),
            figure(&rotation.leave_subject, "leave_subject", "一校一学科交流人数上限", "%"),
            figure(&rotation.keep_backbone, "keep_backbone", "一校骨干教师保有下限", "%"),
            figure(&rotation.commute, "commute", "居住地到新学校的最远里程", "公里"),
            figure(&rotation.detour, "detour", "道路里程与直线距离之比", "倍"),
            figure(&rotation.couple, "couple", "夫妻两校之间的最远里程", "公里"),
        ],
        shares: shares.collect(),
        eligibility,
        exemptions: rotation
            .exemptions
            .iter()
            .map(|kind| RotationWord::new(&kind.code, &kind.zh))
            .collect(),
        choices: choices(rules),
        notice_days: NOTICE_DAYS,
        rules: RulesPack::of(rules),
        pool,
    })
}

fn choices(rules: &Rules) -> RotationChoices {
    RotationChoices {
        mode: Mode::ALL.iter().map(|mode| choice(mode.code(), mode.zh(), mode.text())).collect(),
        scope: vec![
            choice("county", "全县", "所有参加交流的学校之间"),
            choice("groups", "学区或教育集团内", "每组一份学校名单，只在组内交流"),
            choice("partners", "结对学校之间", "每对两所学校，双向交流"),
        ],
        balance: vec![
            choice("towards_posts", "向核定岗位靠拢", "教师总数在现有数与核定岗位数之间"),
            choice("strict", "有出有进、总数不变", "每走一人补一人"),
        ],
        coefficients: vec![
            choice("meet", "达到限值即可", "差异系数超过限值的部分尽量小"),
            choice("lower", "越低越好", "差异系数尽量低"),
        ],
        objection: ObjectionKind::ALL
            .iter()
            .map(|kind| RotationWord::new(kind.code(), kind.zh()))
            .collect(),
        evaluation: rules.exchange.grades.clone(),
    }
}
