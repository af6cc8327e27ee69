//! Outliers: the values of a year that have moved strangely against last year's approved ones, worst
//! first, over all that the caller sees; and what the schools say of them.

use super::steps::is_field;
use super::{COUNTY, Within, school_year, values};
use crate::body::{Body, Of, Page, Paging, Params, page};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use domain::{Exact, ItemId, Stage};
use items::{Outlier, Severity, Size};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::collections::MAIN;
use store::explanations::Explanation;
use store::{Scope, Which};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longest explanation.
const TEXT: usize = 300;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(explain))
}

/// What a school says of a value.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "text": "并入东村小学 62 人", "version": 1, "by": "张三（zhangsan）", "at": "2024-10-09T01:00:00Z",
}))]
pub(super) struct FieldExplained {
    /// 说明；空为没有说明
    text: String,
    /// 修改时须带回的版本号；0 为尚未写过
    version: i64,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl FieldExplained {
    pub(super) fn of(explanation: &Explanation) -> Self {
        Self {
            text: explanation.text.clone(),
            version: explanation.version,
            by: explanation.by.clone(),
            at: explanation.at,
        }
    }
}

/// A value that has moved strangely.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "school": "3418230001", "name": "实验小学", "place": "primary", "place_zh": "实验小学 小学",
    "item": "pupils", "zh": "在校生数", "check": "CHK-JUMP-PUPILS", "severity": "warning",
    "before": "400", "now": "640", "change": "60%",
    "message": "在校生数由 2023/2024 学年的 400 人变为 640 人，增加 240 人（60%）。",
    "remedy": "请核对是否填错；如属实，请填写说明。", "explanation": null,
}))]
struct YearOutlier {
    /// 学校标识码；县级为 `county`
    school: String,
    name: String,
    /// 位置：空为学校（或县）本身，`primary`、`junior` 为学段
    place: String,
    place_zh: String,
    item: String,
    zh: String,
    /// 检查的稳定编号
    check: String,
    /// `error` 或 `warning`
    severity: &'static str,
    before: String,
    now: String,
    /// 变化的幅度；不是数值的为 null
    change: Option<String>,
    message: String,
    remedy: String,
    /// 学校的说明
    explanation: Option<FieldExplained>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OfYear {
    /// 学年的起始年份
    year: i16,
    /// 只要还没有说明的
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    unexplained: bool,
}

/// 与上年相差异常的数据
///
/// 已提交的数据与上一学年审定的数据相比，幅度大的在前。
#[utoipa::path(get, path = "/api/outliers", tag = "collection", params(OfYear, Paging),
    responses((status = 200, body = Page<YearOutlier>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Params(of): Params<OfYear>,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<YearOutlier>>, ApiError> {
    let (county, year) = (signed.county(), school_year(of.year)?);
    let kept = app.kept();
    let (now, _) = kept.snapshot(&app, county, year, Which::Submitted).await?;
    let (last, _) = kept.snapshot(&app, county, year.previous(), Which::Approved).await?;
    let scope = signed.scope();
    let seen = app.store().schools(county, scope).await?;
    let seen: BTreeMap<String, String> =
        seen.into_iter().map(|school| (school.code.to_string(), school.name)).collect();
    let said = app.store().explanations(county, year, MAIN, None, scope).await?;
    let said: BTreeMap<(String, String, String), FieldExplained> = said
        .iter()
        .filter(|explanation| !explanation.is_empty())
        .map(|e| {
            ((named(e.school.as_ref()), e.place.clone(), e.item.clone()), FieldExplained::of(e))
        })
        .collect();
    let reader = app.clone();
    let found =
        tokio::task::spawn_blocking(move || reader.knowledge().items.outliers(&now, &last)).await;
    let catalogue = app.knowledge().items.catalogue();
    let mut told: BTreeSet<(String, String, ItemId)> = BTreeSet::new();
    let mut all = Vec::new();
    for outlier in found.map_err(ApiError::internal)? {
        let school = named(outlier.finding.place.school.as_ref());
        let is_county = school == COUNTY;
        if (is_county && *scope != Scope::County) || (!is_county && !seen.contains_key(&school)) {
            continue;
        }
        let Some(fact) = outlier.finding.facts.first() else { continue };
        let place = outlier.finding.place.stage.map_or("", Stage::code).to_owned();
        // A value that two checks find strange is one value.
        if !told.insert((school.clone(), place.clone(), fact.item)) {
            continue;
        }
        let item = catalogue.item(fact.item);
        let key = (school, place, item.code.clone());
        let explanation = said.get(&key).cloned();
        if of.unexplained && explanation.is_some() {
            continue;
        }
        let (school, place, item_code) = key;
        all.push(YearOutlier {
            name: seen.get(&school).cloned().unwrap_or_else(|| outlier.finding.place.title.clone()),
            school,
            place,
            place_zh: outlier.finding.place.title.clone(),
            item: item_code,
            zh: item.zh.clone(),
            check: outlier.finding.check.clone(),
            severity: match outlier.finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            before: fact.before.as_ref().map(values::shown).unwrap_or_default(),
            now: values::shown(&fact.value),
            change: change(&outlier),
            message: outlier.finding.message,
            remedy: outlier.finding.remedy,
            explanation,
        });
    }
    let key = |o: &YearOutlier| format!("{}/{}/{}", o.school, o.place, o.item);
    Ok(Json(page(all, &paging, key)))
}

fn named(school: Option<&domain::SchoolCode>) -> String {
    school.map_or_else(|| COUNTY.to_owned(), ToString::to_string)
}

/// How far a value has moved, in words.
fn change(outlier: &Outlier) -> Option<String> {
    match &outlier.size {
        Size::Other => None,
        Size::Part(part) => Some(format!("{}%", (part * &Exact::from(100)).to_short(1))),
        Size::FromNothing(_) => Some("上年为 0".to_owned()),
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "place": "primary", "item": "pupils", "text": "并入东村小学 62 人", "version": 0,
}))]
struct FieldExplanation {
    /// 位置；空为学校（或县）本身
    #[serde(default)]
    place: String,
    item: String,
    /// 说明；空为撤销
    text: String,
    /// 所看到的版本号；0 为尚未写过
    version: Option<i64>,
}

/// 说明一项数据
///
/// 与上年相差很大而属实的，由填报单位说明原因，教育局审核时看到。提交以后也可以补充。
#[utoipa::path(put, path = "/api/submissions/{year}/{school}/explanations", tag = "collection",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("school" = String, Path, description = "学校标识码，或 county"), Within),
    request_body = FieldExplanation, responses((status = 200, body = FieldExplained)))]
async fn explain(
    State(app): State<App>,
    signed: Signed,
    Of((year, school)): Of<(i16, String)>,
    Params(within): Params<Within>,
    Body(said): Body<FieldExplanation>,
) -> Result<Json<FieldExplained>, ApiError> {
    let key = within.key(&signed, year, &school)?;
    let form = app.store().form(&key, signed.scope()).await?;
    let text = said.text.trim();
    if text.chars().count() > TEXT || text.chars().any(char::is_control) {
        return Err(ApiError::field("text", format!("说明不能超过 {TEXT} 个字，也不能换行")));
    }
    if !is_field(&app, &form, &said.place, &said.item) {
        return Err(ApiError::field("item", "填报单中没有这一项"));
    }
    let seen = said.version.ok_or(ApiError::NoVersion)?;
    let (place, item, by) = (&said.place, &said.item, signed.by());
    let version = app.store().explain(&key, place, item, text, seen, signed.scope(), &by).await?;
    Ok(Json(FieldExplained { text: text.to_owned(), version, by: by.person, at: by.at }))
}
