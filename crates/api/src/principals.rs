//! Principals' terms (校长任期): who has served how long and must move, which schools have no principal,
//! and what the roster says of where somebody has been.

use crate::body::{Of, tagged};
use crate::download::{XLSX, download};
use crate::evaluation::measured::{measured, standard_of_year, visible};
use crate::evaluation::{Year, known_year};
use crate::exchanges::ground::{Ground, Side};
use crate::sheet::{head, printed};
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{SchoolCode, SchoolYear, Stage};
use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::Serialize;
use staffing::principals::{self, Term};
use staffing::rotation::settings::Settings;
use staffing::{PersonName, Role, TeacherId};
use std::collections::BTreeSet;
use store::Which;
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

async fn seen(app: &App, signed: &Signed, year: SchoolYear) -> Result<PrincipalsView, ApiError> {
    let ground = Ground::of(app, signed.county(), year).await?;
    let own: Option<BTreeSet<SchoolCode>> = visible(app, signed.county(), signed.scope()).await?;
    let is_own = |school: &SchoolCode| own.as_ref().is_none_or(|own| own.contains(school));
    let mut view = PrincipalsView {
        roster: ground.roster.is_some(),
        day: ground.roster.as_ref().map(|kept| kept.roster.day()),
        rule: rule(app),
        terms: Vec::new(),
        due: 0,
        unknown: 0,
        share: None,
        vacancies: Vec::new(),
    };
    // Who leads a private school is not the county's to move.
    let knowledge = app.knowledge();
    let public = ground.public_roster(&knowledge.catalogue);
    let Some(roster) = public else { return Ok(view) };
    let mut terms = principals::terms(&roster, &knowledge.staffing);
    terms.retain(|term| is_own(&term.school));
    let (due, share) = principals::due(&terms);
    view.due = due;
    view.share = (!terms.is_empty()).then(|| share.to_string());
    view.unknown = terms.iter().filter(|term| term.left.is_none()).count();
    view.terms = terms.into_iter().map(|term| term_view(term, &ground)).collect();
    let vacant = principals::vacancies(&roster, &ground.snapshot, &knowledge.catalogue);
    let vacant = vacant.into_iter().filter(|school| is_own(school));
    view.vacancies = vacant
        .map(|school| VacancyView {
            name: ground.name(&school),
            township: ground.schools.get(&school).and_then(|place| place.township.clone()),
            school,
        })
        .collect();
    Ok(view)
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
    let (year, county) = (known_year(&app, &signed, year).await?, signed.county());
    let ground = Ground::of(&app, county, year).await?;
    ground.expect_roster()?;
    let roster = ground.public_roster(&app.knowledge().catalogue).unwrap_or_default();
    let standard = standard_of_year(&app, county, year, None).await?;
    let judged = measured(&app, county, year, Which::Approved, &standard).await.ok();
    let judged = judged.filter(|judged| !judged.evaluation.sections.is_empty());
    let work = move || {
        let knowledge = app.knowledge();
        let settings = Settings::of(&knowledge.staffing.rotation);
        let data = (&*ground.snapshot, &*knowledge.catalogue);
        let rules = (&*knowledge.staffing, &settings);
        let evaluation = judged.as_ref().map(|judged| &judged.evaluation);
        let solver = app.config().solver.make();
        let solver = solver.as_ref();
        principals::proposals(&roster, data, rules, evaluation, solver)
    };
    let found = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?;
    let found = found.map_err(|error| ApiError::NotNow(error.to_string()))?;
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

fn write(view: &PrincipalsView) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("任期")?;
    let headings = [
        ("学校", 28.0),
        ("乡镇", 14.0),
        ("教师编号", 12.0),
        ("姓名", 10.0),
        ("职务", 10.0),
        ("任现职年数", 12.0),
        ("第几届", 8.0),
        ("距任满年数", 12.0),
        ("结论", 40.0),
        ("经历", 60.0),
    ];
    printed(sheet, headings, &bold)?;
    for (row, term) in (1_u32..).zip(&view.terms) {
        let person = term.person.to_string();
        let texts = [
            (0, term.name.as_str()),
            (1, term.township.as_deref().unwrap_or_default()),
            (2, &term.teacher.0),
            (3, &person),
            (4, term.role_zh),
            (8, &term.note),
        ];
        for (column, text) in texts {
            sheet.write(row, column, text)?;
        }
        for (column, figure) in [(5, term.years), (6, term.term), (7, term.left)] {
            if let Some(figure) = figure.and_then(|figure| i32::try_from(figure).ok()) {
                sheet.write(row, column, figure)?;
            }
        }
        let stay = |stay: &StayView| {
            let from = stay.from.as_deref().unwrap_or("？");
            format!("{} {} → {}（{}）", SchoolYear(stay.year), from, stay.to, stay.kind_zh)
        };
        let history: Vec<String> = term.history.iter().map(stay).collect();
        sheet.write(row, 9, history.join("；"))?;
    }
    let sheet = book.add_worksheet().set_name("空缺")?;
    head(sheet, [("学校标识码", 14.0), ("学校", 28.0), ("乡镇", 14.0)], &bold)?;
    for (row, vacancy) in (1_u32..).zip(&view.vacancies) {
        sheet.write(row, 0, vacancy.school.as_str())?.write(row, 1, &vacancy.name)?;
        sheet.write(row, 2, vacancy.township.as_deref().unwrap_or_default())?;
    }
    book.save_to_buffer()
}

/// 校长任期工作簿
#[utoipa::path(get, path = "/api/years/{year}/principals.xlsx", tag = "principals", params(Year),
    responses((status = 200, description = "工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let view = seen(&app, &signed, year).await?;
    let bytes = tokio::task::spawn_blocking(move || write(&view)).await;
    let bytes = bytes.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let name = format!("{}学年校长任期.xlsx", year.0);
    Ok(download(bytes, XLSX, "principals.xlsx", &name))
}
