//! Principals' terms (校长任期): who has served how long and must move, which schools have no principal,
//! and what the roster says of where somebody has been.

use crate::body::{Of, tagged};
use crate::download::{XLSX, download};
use crate::evaluation::measured::{measured, standard_of_year, visible};
use crate::evaluation::{Year, known_year};
use crate::exchanges::ground::{Ground, Side};
use crate::{ApiError, App, Signed, session};
use access::Action;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{SchoolCode, SchoolYear, Stage};
use forms::staffing::Masthead;
use forms::staffing::principals::Leaders;
use jiff::civil::Date;
use serde::Serialize;
use staffing::principals::{self, Proposals, Term};
use staffing::rotation::settings::Settings;
use staffing::{PersonName, Role, Roster, TeacherId};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Scope, Which};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(propose)).routes(routes!(workbook))
}

/// Where somebody has been.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"year": 2021, "from": "实验小学", "to": "山前小学", "kind_zh": "任教交流"}))]
struct StayView {
    /// 学年的起始年份
    year: i16,
    /// 原学校；不知道为 `null`
    from: Option<String>,
    to: String,
    kind_zh: &'static str,
}

/// A principal or vice principal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "teacher": "T000012", "person": "王*芳", "role": "principal", "role_zh": "校长",
    "school": "3418230001", "name": "实验小学", "township": "城关镇", "side": "urban", "years": 7,
    "term": 3, "left": -1, "note": "任现职 7 年，已满 2 届，应交流", "history": [],
}))]
struct TermView {
    #[schema(value_type = String)]
    teacher: TeacherId,
    /// 姓名（已遮盖）
    #[schema(value_type = String)]
    person: PersonName,
    #[schema(value_type = String)]
    role: Role,
    role_zh: &'static str,
    #[schema(value_type = String)]
    school: SchoolCode,
    name: String,
    township: Option<String>,
    side: Option<Side>,
    /// 任现职满几年；没有任现职日期为 `null`
    years: Option<i64>,
    /// 第几届
    term: Option<i64>,
    /// 距任满还有几年；0 或以下应交流
    left: Option<i64>,
    note: String,
    history: Vec<StayView>,
}

/// A school without a principal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"school": "3418230009", "name": "山前小学", "township": "山前镇"}))]
struct VacancyView {
    #[schema(value_type = String)]
    school: SchoolCode,
    name: String,
    township: Option<String>,
}

/// The rule of terms.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "term": "3", "terms": "2", "term_source": "常识", "term_grade": "K", "terms_source": "交流",
    "terms_grade": "B",
}))]
struct TermRule {
    /// 一届几年
    term: String,
    /// 同校最多几届
    terms: String,
    term_source: String,
    term_grade: String,
    terms_source: String,
    terms_grade: String,
}

/// The terms of a year.
#[derive(Debug, Serialize, ToSchema)]
struct PrincipalsView {
    /// 本学年有没有教师名册
    roster: bool,
    /// 年数算到哪一天
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    rule: TermRule,
    /// 应交流的在前
    terms: Vec<TermView>,
    /// 应交流几人
    due: usize,
    /// 没有任现职日期、不能判定的几人
    unknown: usize,
    /// 应交流的比例（精确分数）；没有人时为 `null`
    share: Option<String>,
    vacancies: Vec<VacancyView>,
}

fn rule(app: &App) -> TermRule {
    let rules = &app.knowledge().staffing.principals;
    TermRule {
        term: rules.term.value.to_string(),
        terms: rules.terms.value.to_string(),
        term_source: rules.term.source.clone(),
        term_grade: rules.term.grade.clone(),
        terms_source: rules.terms.source.clone(),
        terms_grade: rules.terms.grade.clone(),
    }
}

fn term_view(term: Term, ground: &Ground) -> TermView {
    let place = ground.schools.get(&term.school);
    let stays = ground.teacher(&term.teacher.0).map_or(&[][..], |teacher| &teacher.exchanges);
    let mut history: Vec<StayView> = stays
        .iter()
        .map(|stay| StayView {
            year: stay.year.0,
            from: stay.from.as_ref().map(|school| ground.name(school)),
            to: ground.name(&stay.to),
            kind_zh: stay.kind.zh(),
        })
        .collect();
    history.sort_by_key(|stay| stay.year);
    TermView {
        person: term.name,
        role: term.role,
        role_zh: term.role.zh(),
        name: ground.name(&term.school),
        township: place.and_then(|place| place.township.clone()),
        side: place.and_then(|place| place.side),
        years: term.years,
        term: term.term,
        left: term.left,
        note: term.note,
        history,
        teacher: term.teacher,
        school: term.school,
    }
}

/// What the roster says of those who lead, as far as the caller sees it.
struct Known {
    ground: Ground,
    /// The teachers of public schools; `None` where no roster is kept.
    roster: Option<Roster>,
    terms: Vec<Term>,
    vacancies: Vec<SchoolCode>,
}

impl Known {
    async fn of(app: &App, signed: &Signed, year: SchoolYear) -> Result<Self, ApiError> {
        let ground = Ground::of(app, signed.county(), year).await?;
        let own: Option<BTreeSet<SchoolCode>> =
            visible(app, signed.county(), signed.scope()).await?;
        let is_own = |school: &SchoolCode| own.as_ref().is_none_or(|own| own.contains(school));
        // Who leads a private school is not the county's to move.
        let knowledge = app.knowledge();
        let roster = ground.public_roster(&knowledge.catalogue);
        let (mut terms, mut vacancies) = (Vec::new(), Vec::new());
        if let Some(roster) = &roster {
            terms = principals::terms(roster, &knowledge.staffing);
            terms.retain(|term| is_own(&term.school));
            vacancies = principals::vacancies(roster, &ground.snapshot, &knowledge.catalogue);
            vacancies.retain(is_own);
        }
        Ok(Self { ground, roster, terms, vacancies })
    }
}

async fn seen(app: &App, signed: &Signed, year: SchoolYear) -> Result<PrincipalsView, ApiError> {
    let Known { ground, roster, terms, vacancies } = Known::of(app, signed, year).await?;
    let (due, share) = principals::due(&terms);
    let vacancies = vacancies.into_iter().map(|school| {
        let place = ground.listed(&school);
        VacancyView { name: place.name, township: place.township, school }
    });
    Ok(PrincipalsView {
        roster: roster.is_some(),
        day: roster.as_ref().map(Roster::day),
        rule: rule(app),
        due,
        unknown: terms.iter().filter(|term| term.left.is_none()).count(),
        share: (!terms.is_empty()).then(|| share.to_string()),
        vacancies: vacancies.collect(),
        terms: terms.into_iter().map(|term| term_view(term, &ground)).collect(),
    })
}

/// 校长、副校长任期与空缺
///
/// 按本学年教师名册计算，只看公办学校；姓名遮盖。学校只看到本校的。
#[utoipa::path(get, path = "/api/years/{year}/principals", tag = "principals", params(Year),
    responses((status = 200, body = PrincipalsView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    tagged(&headers, &seen(&app, &signed, year).await?)
}

/// A proposed move.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "teacher": "T000012", "person": "王*芳", "role_zh": "校长", "from": "实验小学", "to": "山前小学",
    "stage": "primary", "years": 7, "km": "6.2", "replaces": null, "reasons": ["已满 2 届"],
}))]
struct MoveView {
    #[schema(value_type = String)]
    teacher: TeacherId,
    /// 姓名（已遮盖）
    #[schema(value_type = String)]
    person: PersonName,
    role_zh: &'static str,
    /// 现在的学校
    from: String,
    /// 建议的学校
    to: String,
    #[schema(value_type = String)]
    stage: Stage,
    /// 在现在的学校满几年
    years: Option<i64>,
    /// 从家到新学校的公里数；不知道为 `null`
    km: Option<String>,
    /// 接替谁；空缺为 `null`
    #[schema(value_type = Option<String>)]
    replaces: Option<TeacherId>,
    /// 为什么交流，为什么去这里
    reasons: Vec<String>,
}

/// Somebody who must move and for whom there is no place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "teacher": "T000020", "person": "李*", "role_zh": "校长", "school": "城北中学",
    "why": "没有同学段的空缺或可以对调的学校",
}))]
struct StayerView {
    #[schema(value_type = String)]
    teacher: TeacherId,
    #[schema(value_type = String)]
    person: PersonName,
    role_zh: &'static str,
    school: String,
    why: String,
}

/// Proposed moves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"moves": [], "stays": [], "open": ["山前小学"], "proved": true}))]
struct MovesView {
    moves: Vec<MoveView>,
    /// 应交流而没有去处的
    stays: Vec<StayerView>,
    /// 交流后仍没有校长的学校
    open: Vec<String>,
    /// 已证明最优
    proved: bool,
}

/// Proposed moves; kept nowhere.
async fn proposed(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    ground: &Ground,
) -> Result<Proposals, ApiError> {
    let county = signed.county();
    let roster = ground.public_roster(&app.knowledge().catalogue).unwrap_or_default();
    let standard = standard_of_year(app, county, year, None).await?;
    let judged = measured(app, county, year, Which::Approved, &standard).await.ok();
    let judged = judged.filter(|judged| !judged.evaluation.sections.is_empty());
    let (app, snapshot) = (app.clone(), Arc::clone(&ground.snapshot));
    let work = move || {
        let knowledge = app.knowledge();
        let settings = Settings::of(&knowledge.staffing.rotation);
        let data = (&*snapshot, &*knowledge.catalogue);
        let rules = (&*knowledge.staffing, &settings);
        let evaluation = judged.as_ref().map(|judged| &judged.evaluation);
        let solver = app.config().solver.make();
        principals::proposals(&roster, data, rules, evaluation, solver.as_ref())
    };
    let found = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?;
    found.map_err(|error| ApiError::NotNow(error.to_string()))
}

/// 任满交流的建议
///
/// 任满的校长、副校长去空缺或相互对调，学段相同，总路程最短；只是建议，不保存。
#[utoipa::path(get, path = "/api/years/{year}/principals/moves", tag = "principals", params(Year),
    responses((status = 200, body = MovesView)))]
async fn propose(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let ground = Ground::of(&app, signed.county(), year).await?;
    ground.expect_roster()?;
    let found = proposed(&app, &signed, year, &ground).await?;
    let moves = found.moves.into_iter().map(|one| MoveView {
        teacher: one.teacher,
        person: one.name,
        role_zh: one.role.zh(),
        from: one.from_name,
        to: one.to_name,
        stage: one.stage,
        years: one.years,
        km: one.km,
        replaces: one.replaces,
        reasons: one.reasons,
    });
    let stays = found.stays.into_iter().map(|one| StayerView {
        teacher: one.teacher,
        person: one.name,
        role_zh: one.role.zh(),
        school: one.school_name,
        why: one.why,
    });
    let view = MovesView {
        moves: moves.collect(),
        stays: stays.collect(),
        open: found.open.into_iter().map(|(_, name)| name).collect(),
        proved: found.proved,
    };
    tagged(&headers, &view)
}

/// 校长任期工作簿：任期、空缺，教育局得到的还有交流建议
#[utoipa::path(get, path = "/api/years/{year}/principals.xlsx", tag = "principals", params(Year),
    responses((status = 200, description = "工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let known = Known::of(&app, &signed, year).await?;
    let moves = signed.scope_of(&app, Action::EditStaffing).await? == Scope::County;
    let proposals = match &known.roster {
        // Terms and vacancies are told whether or not moves can be found.
        Some(_) if moves => proposed(&app, &signed, year, &known.ground).await.ok(),
        _ => None,
    };
    let label = session::label(&app, signed.county()).await?;
    let work = move || {
        let Known { ground, roster, terms, vacancies } = known;
        let mut masthead = Masthead::of(&ground.snapshot, label);
        let roster = roster.unwrap_or_else(|| Roster::new(Vec::new(), masthead.day));
        masthead.day = roster.day();
        let leaders = Leaders {
            terms: &terms,
            vacancies: &vacancies,
            proposals: proposals.as_ref(),
            roster: &roster,
        };
        forms::staffing::principals::workbook(&leaders, &|code| ground.listed(code), &masthead)
    };
    let bytes = tokio::task::spawn_blocking(work).await;
    let bytes = bytes.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let name = format!("{}学年校长任期.xlsx", year.0);
    Ok(download(bytes, XLSX, "principals.xlsx", &name))
}
