//! What one school needs to satisfy every rule: in people, ㎡, rooms and 万元, rule by rule.

use super::asked::By;
use crate::body::{Of, Params, tagged};
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{Exact, SchoolCode, Stage};
use invest::costs::CostCatalogue;
use invest::needs::{Need, needs};
use serde::{Deserialize, Serialize};
use standard::Options;
use standard::evaluation::{Evaluation, Verdict};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_needs))
}

/// Of which year and school.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
struct OfSchool {
    /// 学年的起始年份
    year: i16,
    /// 学校标识码
    #[param(value_type = String, example = "3418230001")]
    school: SchoolCode,
}

/// So much of a measure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "measure": "teachers.backbone", "zh": "培养认定县级以上骨干教师", "quantity": "2",
    "unit": "人", "once": "2.00", "yearly": "0.00", "lead": 1, "source": "常识", "grade": "K",
}))]
struct RemedyView {
    measure: String,
    zh: String,
    quantity: String,
    unit: String,
    /// 一次性费用，万元
    once: String,
    /// 每年费用，万元
    yearly: String,
    /// 几年后计入统计
    lead: u8,
    /// 单价出处
    source: String,
    /// 单价的可靠程度
    grade: String,
}

/// A rule that the school does not satisfy.
#[derive(Debug, Serialize, ToSchema)]
struct NeedLine {
    /// 指标或其中一项的代码
    rule: String,
    zh: String,
    /// `primary` 或 `junior`；全校的规定为空
    #[schema(value_type = Option<String>)]
    stage: Option<Stage>,
    #[schema(value_type = String)]
    verdict: Verdict,
    /// 缺口（由判定得出）
    gap: Option<String>,
    /// 缺口的单位
    unit: Option<String>,
    /// 首年费用最低的措施；单价目录中没有的为空
    by: Option<RemedyView>,
}

/// How much in all of a unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"unit": "人", "gap": "3"}))]
struct NeedTotal {
    unit: String,
    gap: String,
}

/// What a school needs.
#[derive(Debug, Serialize, ToSchema)]
struct SchoolNeeds {
    lines: Vec<NeedLine>,
    /// 缺口合计；各学段共用的只计一次
    totals: Vec<NeedTotal>,
    /// 一次性费用合计，万元
    once: String,
    /// 每年费用合计，万元
    yearly: String,
    /// 单价目录的名称
    costs: String,
    /// 单价目录的说明
    note: String,
}

/// 一所学校的需求：人、㎡、间、元
///
/// 逐条计算、互不抵扣：一项措施可能同时补上几条，合计是上限，不是规划。
#[utoipa::path(get, path = "/api/years/{year}/needs/{school}", tag = "evaluation",
    params(OfSchool, By), responses((status = 200, body = SchoolNeeds)))]
async fn get_needs(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(OfSchool { year, school }): Of<OfSchool>,
    Params(by): Params<By>,
) -> Result<Response, ApiError> {
    signed.require_school(&app, &school).await?;
    let measured = by.measured(&app, &signed, year).await?;
    if measured.snapshot.school(&school).is_none() {
        return Err(ApiError::NotFound(format!("{year} 学年的学校 {school}")));
    }
    let source = app.clone();
    let found = tokio::task::spawn_blocking(move || {
        let (standard, packs) = (&measured.standard, &source.knowledge().source);
        let id = invest::costs::ids(packs).into_iter().next().unwrap_or_default();
        let costs = invest::costs::load(packs, standard.catalogue(), &id)?;
        let options = Options::default();
        let found = needs(&measured.snapshot, standard, &options, &costs, &school)?;
        Ok(view(&measured.evaluation, &costs, &school, found))
    });
    let found: Result<SchoolNeeds, invest::InvestError> =
        found.await.map_err(ApiError::internal)?;
    tagged(&headers, &found.map_err(ApiError::internal)?)
}

fn view(
    evaluation: &Evaluation,
    costs: &CostCatalogue,
    school: &SchoolCode,
    found: Vec<Need>,
) -> SchoolNeeds {
    let (once, yearly) = money(&found);
    SchoolNeeds {
        totals: totals(evaluation, school),
        once: once.to_fixed(2),
        yearly: yearly.to_fixed(2),
        lines: found.into_iter().map(|need| line(evaluation, school, need)).collect(),
        costs: costs.title.clone(),
        note: costs.text.clone(),
    }
}

/// What all measures cost together. One that serves all stages of the school is counted once a
/// rule, at its largest.
fn money(found: &[Need]) -> (Exact, Exact) {
    let mut all: BTreeMap<(&str, &str, Option<Stage>), (&Exact, &Exact)> = BTreeMap::new();
    for (need, by) in found.iter().filter_map(|need| Some((need, need.by.as_ref()?))) {
        let key = (need.rule.as_str(), by.measure.as_str(), need.stage.filter(|_| !by.shared));
        let kept = all.entry(key).or_insert((&by.once, &by.yearly));
        if (kept.0, kept.1) < (&by.once, &by.yearly) {
            *kept = (&by.once, &by.yearly);
        }
    }
    let sum = |(once, yearly): (Exact, Exact), more: &(&Exact, &Exact)| {
        (&once + more.0, &yearly + more.1)
    };
    all.values().fold((Exact::ZERO, Exact::ZERO), sum)
}

fn line(evaluation: &Evaluation, school: &SchoolCode, need: Need) -> NeedLine {
    let by = need.by.map(|by| RemedyView {
        quantity: by.quantity.to_short(2),
        once: by.once.to_fixed(2),
        yearly: by.yearly.to_fixed(2),
        measure: by.measure,
        zh: by.zh,
        unit: by.unit,
        lead: by.lead,
        source: by.source,
        grade: by.grade,
    });
    let info = evaluation.indicators.iter().find(|info| info.code == need.rule);
    let section = |s: &&standard::evaluation::SectionResult| {
        s.school == *school && Some(s.stage) == need.stage
    };
    let value = evaluation.sections.iter().find(section).and_then(|s| s.value(&need.rule));
    let parts = evaluation.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts);
    let part = parts.into_iter().find(|part| part.code == need.rule);
    let gap = value.and_then(|value| value.gap_whole_school.as_ref().or(value.gap.as_ref()));
    NeedLine {
        zh: match (info, part) {
            (Some(info), _) => info.zh.clone(),
            (None, Some(part)) => format!("{}（{}）", part.zh, part.required),
            (None, None) => String::new(),
        },
        verdict: value.map_or(Verdict::Fail, |value| value.verdict),
        gap: gap.map(|gap| gap.shown.clone()),
        unit: info.map(|info| info.gap_unit.to_string()),
        rule: need.rule,
        stage: need.stage,
        by,
    }
}

/// The gaps of a school by unit. What its stages share is counted once, at its largest.
fn totals(evaluation: &Evaluation, school: &SchoolCode) -> Vec<NeedTotal> {
    let mut units: BTreeMap<String, Exact> = BTreeMap::new();
    for info in &evaluation.indicators {
        let (mut own, mut shared) = (Exact::ZERO, Exact::ZERO);
        for section in evaluation.sections.iter().filter(|s| s.school == *school) {
            let Some(value) = section.value(&info.code) else { continue };
            match (&value.gap_whole_school, &value.gap) {
                (Some(whole), _) => shared = shared.max(whole.exact.clone()),
                (None, Some(gap)) => own = &own + &gap.exact,
                (None, None) => {}
            }
        }
        let sum = units.entry(info.gap_unit.to_string()).or_insert(Exact::ZERO);
        *sum = &(&*sum + &own) + &shared;
    }
    units.retain(|_, gap| !gap.is_zero());
    units.into_iter().map(|(unit, gap)| NeedTotal { gap: gap.ceil().to_short(0), unit }).collect()
}
