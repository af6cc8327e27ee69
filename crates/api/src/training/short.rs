//! Who lacks hours in a cycle, by how much, and what a year still needs.

use super::hours::{self, Ledger};
use crate::body::{Of, Page, Paging, Params, page, tagged};
use crate::evaluation::{Year, known_year};
use crate::exchanges::ground::Ground;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{Exact, SchoolCode, SchoolYear};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use staffing::count::training_cycle;
use staffing::training::last_over;
use staffing::{PersonName, Rules, TeacherId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_shortfalls))
}

/// Which cycle.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Cycle {
    /// 周期的第一年（公历）；不给时为下一学年评估所看的周期
    from: Option<i16>,
    /// 学校标识码
    #[param(value_type = Option<String>)]
    pub(super) school: Option<SchoolCode>,
}

/// A full-time teacher who lacks hours.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "teacher": "T000345", "person": "李*", "school": "3418230009", "name": "山前小学",
    "roster": "288", "credited": "40", "hours": "328", "missing": "32", "a_year": "32",
    "left_out": [], "unreported": false,
}))]
pub(super) struct ShortfallView {
    #[schema(value_type = String)]
    pub(super) teacher: TeacherId,
    /// 姓名（已遮盖）
    #[schema(value_type = String)]
    pub(super) person: PersonName,
    #[schema(value_type = String)]
    pub(super) school: SchoolCode,
    pub(super) name: String,
    /// 名册中的学时
    pub(super) roster: String,
    /// 已验收项目另外计入的学时
    pub(super) credited: String,
    /// 合计
    pub(super) hours: String,
    /// 还缺
    pub(super) missing: String,
    /// 余下各年每年要补；没有余下的年份为 `null`
    pub(super) a_year: Option<String>,
    /// 没有另计的项目：名册中已有同年同级的学时
    pub(super) left_out: Vec<String>,
    /// 名册中没有任何培训记录
    pub(super) unreported: bool,
}

/// Who lacks hours in a cycle.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Shortfalls {
    /// 本学年有没有教师名册
    pub(super) roster: bool,
    /// 周期的第一年和最后一年（公历）
    pub(super) from: i16,
    pub(super) to: i16,
    /// 余下几年（含还没有过完的一年）
    pub(super) years_left: i16,
    /// 周期内应有的学时
    pub(super) wanted: String,
    /// 专任教师人数
    pub(super) teachers: usize,
    /// 其中学时不足的人数
    pub(super) short: usize,
    /// 可选的周期：第一年
    pub(super) cycles: Vec<i16>,
    pub(super) items: Vec<ShortfallView>,
    /// 下一页；没有时为 `null`
    pub(super) next: Option<String>,
}

/// The cycles that may be asked for by their first years, and the first and last year of the one that is.
fn span(
    rules: &Rules,
    year: SchoolYear,
    cycle: &Cycle,
) -> Result<(Vec<i16>, (i16, i16)), ApiError> {
    let years = rules.training.years.value.small_parts().map_or(5, |(years, _)| years);
    let years = i16::try_from(years).unwrap_or(5).max(1);
    // From the cycle of this year's evaluation to the one that has just begun.
    let cycles: Vec<i16> = (year.0 - years..=year.0).collect();
    let from = cycle.from.unwrap_or(training_cycle(rules, year).0);
    if !cycles.contains(&from) {
        let (first, last) = (year.0 - years, year.0);
        return Err(ApiError::field("from", format!("周期的第一年应为 {first} 至 {last}")));
    }
    Ok((cycles, (from, from + years - 1)))
}

/// The hours of a cycle.
pub(super) struct Told {
    /// The first and the last calendar year.
    pub(super) cycle: (i16, i16),
    /// The last calendar year that is over.
    done: i16,
    /// The day of the roster.
    pub(super) day: Date,
    /// Of the schools that were asked for.
    pub(super) ledger: Ledger,
}

/// The hours of a cycle; `None` where no roster is kept.
pub(super) async fn told(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    cycle: &Cycle,
) -> Result<Option<Told>, ApiError> {
    let rules = &app.knowledge().staffing;
    let (_, (from, to)) = span(rules, year, cycle)?;
    let kept = crate::teachers::kept(app, signed.county(), year, signed.scope()).await?;
    let Some(kept) = kept else { return Ok(None) };
    let (day, done) = (kept.roster.day(), last_over(&kept.roster));
    // Of the whole county: what a teacher was credited at another school counts here too.
    let credits = app.store().training_credits(signed.county(), (from, to)).await?;
    let mut ledger = hours::ledger(&kept.roster, &credits, rules, (from, to), done);
    let wanted = |school: &SchoolCode| cycle.school.as_ref().is_none_or(|asked| asked == school);
    ledger.schools.retain(|done| wanted(&done.school));
    Ok(Some(Told { cycle: (from, to), done, day, ledger }))
}

pub(super) async fn short(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    cycle: &Cycle,
) -> Result<Shortfalls, ApiError> {
    let rules = &app.knowledge().staffing;
    let (cycles, (from, to)) = span(rules, year, cycle)?;
    let ground = Ground::of(app, signed.county(), year).await?;
    let mut view = Shortfalls {
        roster: false,
        from,
        to,
        years_left: 0,
        wanted: rules.training.hours.value.to_string(),
        teachers: 0,
        short: 0,
        cycles,
        items: Vec::new(),
        next: None,
    };
    let Some(Told { done, ledger, .. }) = told(app, signed, year, cycle).await? else {
        return Ok(view);
    };
    view.years_left = (to - done).max(0).min(to - from + 1);
    view.roster = true;
    view.teachers = ledger.teachers;
    view.short = ledger.short.len();
    let wanted = |school: &SchoolCode| cycle.school.as_ref().is_none_or(|asked| asked == school);
    let short = ledger.short.into_iter().filter(|short| wanted(&short.school));
    let rows = short.map(|short| {
        let hours = ledger.hours.get(&short.teacher);
        let zero = || Exact::ZERO.to_string();
        ShortfallView {
            name: ground.name(&short.school),
            roster: hours.map_or_else(zero, |hours| hours.roster.to_string()),
            credited: hours.map_or_else(zero, |hours| hours.credited.to_string()),
            left_out: hours.map(|hours| hours.left_out.clone()).unwrap_or_default(),
            unreported: hours.is_some_and(|hours| hours.unreported),
            hours: short.hours.to_string(),
            missing: short.missing.to_string(),
            a_year: short.a_year.map(|hours| hours.to_string()),
            person: short.name,
            teacher: short.teacher,
            school: short.school,
        }
    });
    view.items = rows.collect();
    Ok(view)
}

/// 学时不足的专任教师
///
/// 学时＝名册所记＋已验收项目另外计入的；名册中已有同年同级学时的，项目学时不再另计，列在 `left_out`。
#[utoipa::path(get, path = "/api/years/{year}/training/shortfalls", tag = "training",
    params(Year, Cycle, Paging), responses((status = 200, body = Shortfalls)))]
async fn get_shortfalls(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(cycle): Params<Cycle>,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let mut view = short(&app, &signed, year, &cycle).await?;
    let rows = std::mem::take(&mut view.items);
    let Page { items, next } = page(rows, &paging, |row| row.teacher.to_string());
    tagged(&headers, &Shortfalls { items, next, ..view })
}
