//! Proposed pairings (结对): schools with schools, mentors with young teachers, by distance, capacity and
//! subject; what is accepted becomes records of exchanges.
//!
//! A proposal is computed while one waits (some hundred schools or teachers are a matter of seconds) and
//! kept nowhere: accepting it names the pairs again, and each is checked like a typed record.

use crate::body::{Body, Of};
use crate::evaluation::measured::{measured, standard_of_year};
use crate::evaluation::{Year, known_year};
use crate::exchanges::ground::{Ground, Side};
use crate::exchanges::input::AgreedText;
use crate::exchanges::standing;
use crate::{ApiError, App, FieldProblem, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use serde::{Deserialize, Serialize};
use staffing::pairing::{self, Bounds, MentorPairs, SchoolPairs};
use staffing::rotation::settings::Settings;
use staffing::{PersonName, TeacherId};
use std::sync::Arc;
use store::Which;
use store::exchanges::{Agreed, Exchange, Made, PartyRole, Way};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Pairs that are accepted at once.
const MOST: usize = 500;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(propose)).routes(routes!(accept))
}

/// Who is paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PairingKind {
    /// 学校与学校.
    Schools,
    /// 师傅与徒弟.
    Mentors,
}

const fn two() -> u32 {
    2
}

const fn three() -> i16 {
    3
}

fn forty() -> String {
    "40".to_owned()
}

const fn yes() -> bool {
    true
}

/// Within which bounds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "mentors", "each": 2, "km": "40", "young": 3, "outward": true}))]
struct PairingAsked {
    /// `schools` 学校结对、`mentors` 师徒结对
    kind: PairingKind,
    /// 每所帮扶学校最多帮几所，或每名师傅最多带几人（1 至 10）
    #[serde(default = "two")]
    each: u32,
    /// 最远公里数（1 至 500）
    #[serde(default = "forty")]
    km: String,
    /// 任教不满几年为青年教师（1 至 10）；只用于师徒
    #[serde(default = "three")]
    young: i16,
    /// 只从城区到镇区、乡村（缺省）；`false` 不限方向
    #[serde(default = "yes")]
    outward: bool,
}

/// A school of a proposal.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct SideView {
    #[schema(value_type = String)]
    school: SchoolCode,
    name: String,
    side: Option<Side>,
    /// 教师编号
    #[schema(value_type = Option<String>)]
    teacher: Option<TeacherId>,
    /// 姓名（已遮盖）
    #[schema(value_type = Option<String>)]
    person: Option<PersonName>,
}

/// A proposed pair.
#[derive(Debug, Serialize, ToSchema)]
struct PairView {
    /// 帮扶学校，或师傅
    giver: SideView,
    /// 受援学校，或徒弟
    taker: SideView,
    #[schema(value_type = Option<String>)]
    stage: Option<Stage>,
    /// 学科代码
    subject: Option<String>,
    subject_zh: String,
    /// 相距公里；不知道为 `null`
    km: Option<String>,
    /// 为什么是这一对
    reason: String,
    /// 已有同样的记录时为其编号
    exists: Option<i64>,
}

/// Somebody without a partner.
#[derive(Debug, Serialize, ToSchema)]
struct LoneView {
    taker: SideView,
    #[schema(value_type = Option<String>)]
    stage: Option<Stage>,
    subject_zh: String,
    /// 为什么没有
    why: String,
}

/// What is proposed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"pairs": [], "unpaired": [], "proved": true, "unknown": 0, "note": ""}))]
struct PairingProposal {
    pairs: Vec<PairView>,
    unpaired: Vec<LoneView>,
    /// 已证明总路程最短
    proved: bool,
    /// 因缺数没有参加的学校学段数或教师数
    unknown: usize,
    /// 缺的是什么
    note: String,
}

/// 结对建议
///
/// 学校：有指标未达标的学段与各项指标都达标的学段结对。师徒：青年教师与同学段、同学科的副高级以上骨干教师结对。
/// 只在公办学校之间，教学点和很小的学校不帮别校；每一方不超过限数，不超过最远距离，总路程最短。
#[utoipa::path(post, path = "/api/years/{year}/pairings", tag = "exchanges", params(Year),
    request_body = PairingAsked, responses((status = 200, body = PairingProposal)))]
async fn propose(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(asked): Body<PairingAsked>,
) -> Result<Json<PairingProposal>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let km = checked(&asked)?;
    let ground = Arc::new(Ground::of(&app, signed.county(), year).await?);
    let kept = standing(&app, &signed, year).await?;
    let found = match asked.kind {
        PairingKind::Schools => {
            Found::Schools(schools(&app, &signed, year, &asked, km, &ground).await?)
        }
        PairingKind::Mentors => Found::Mentors(mentors(&app, &asked, km, &ground).await?),
    };
    Ok(Json(match found {
        Found::Schools(found) => school_proposal(found, &ground, &kept),
        Found::Mentors(found) => mentor_proposal(found, &ground, &kept),
    }))
}

enum Found {
    Schools(SchoolPairs),
    Mentors(MentorPairs),
}

fn checked(asked: &PairingAsked) -> Result<Exact, ApiError> {
    let mut wrong = Vec::new();
    if !(1..=10).contains(&asked.each) {
        wrong.push(FieldProblem::new("each", "应为 1 至 10"));
    }
    if !(1..=10).contains(&asked.young) {
        wrong.push(FieldProblem::new("young", "应为 1 至 10"));
    }
    let km = Exact::parse(asked.km.trim()).ok();
    let km = km.filter(|km| *km >= Exact::ONE && *km <= Exact::from(500));
    if km.is_none() {
        wrong.push(FieldProblem::new("km", "应为 1 至 500 的公里数"));
    }
    km.filter(|_| wrong.is_empty()).ok_or(ApiError::Fields(wrong))
}

/// May help go from one school to the other? From town to country only where that is asked for.
fn allowed(app: &App, ground: &Ground, asked: bool, from: &SchoolCode, to: &SchoolCode) -> bool {
    !asked || pairing::is_outward(&ground.snapshot, &app.knowledge().catalogue, from, to)
}

async fn schools(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    asked: &PairingAsked,
    km: Exact,
    ground: &Arc<Ground>,
) -> Result<SchoolPairs, ApiError> {
    let county = signed.county();
    let standard = standard_of_year(app, county, year, None).await?;
    let found = measured(app, county, year, Which::Approved, &standard).await?;
    if found.evaluation.sections.is_empty() {
        let why = format!("{year} 学年还没有审定的数据，不能判断哪些学校薄弱；请先审定数据");
        return Err(ApiError::NotNow(why));
    }
    let (app, ground) = (app.clone(), Arc::clone(ground));
    let (each, only) = (asked.each, asked.outward);
    let work = move || {
        let rules = &app.knowledge().staffing;
        let catalogue = found.standard.catalogue();
        // Where a roster is kept, the county is judged by what is counted from it.
        let counted = match &ground.roster {
            Some(kept) => {
                let snapshot = kept.recounted(&found.snapshot, rules, catalogue)?;
                let options = standard::Options::default();
                let evaluation = standard::evaluate(&snapshot, &found.standard, &options)?;
                Some((snapshot, evaluation))
            }
            None => None,
        };
        let (snapshot, evaluation) = match &counted {
            Some((snapshot, evaluation)) => (snapshot, evaluation),
            None => (&found.snapshot, &found.evaluation),
        };
        let between = |from: &SchoolCode, to: &SchoolCode| allowed(&app, &ground, only, from, to);
        let least = &rules.pairing.least.value;
        let bounds = Bounds { each, km: &km, between: Some(&between), least };
        let settings = Settings::of(&rules.rotation);
        let solver = app.config().solver.make();
        pairing::schools(evaluation, snapshot, catalogue, &settings, &bounds, solver.as_ref())
    };
    let found = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?;
    found.map_err(|error| ApiError::NotNow(error.to_string()))
}

async fn mentors(
    app: &App,
    asked: &PairingAsked,
    km: Exact,
    ground: &Arc<Ground>,
) -> Result<MentorPairs, ApiError> {
    let kept = Arc::clone(ground.expect_roster()?);
    let (app, ground) = (app.clone(), Arc::clone(ground));
    let (each, young, only) = (asked.each, asked.young, asked.outward);
    let work = move || {
        let rules = &app.knowledge().staffing;
        let between = |from: &SchoolCode, to: &SchoolCode| allowed(&app, &ground, only, from, to);
        let least = &rules.pairing.least.value;
        let bounds = Bounds { each, km: &km, between: Some(&between), least };
        let settings = Settings::of(&rules.rotation);
        let solver = app.config().solver.make();
        let data = (&*ground.snapshot, &*app.knowledge().catalogue);
        let limits = (young, &bounds);
        pairing::mentors(&kept.roster, data, (rules, &settings), limits, solver.as_ref())
    };
    let found = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?;
    found.map_err(|error| ApiError::NotNow(error.to_string()))
}

fn side(school: &SchoolCode, ground: &Ground) -> SideView {
    SideView {
        school: school.clone(),
        name: ground.name(school),
        side: ground.side(school),
        teacher: None,
        person: None,
    }
}

fn person(school: &SchoolCode, id: &TeacherId, name: &PersonName, ground: &Ground) -> SideView {
    SideView { teacher: Some(id.clone()), person: Some(name.clone()), ..side(school, ground) }
}

/// The record that has this pair already.
fn existing(
    kept: &[Exchange],
    way: Way,
    giver: &SideView,
    taker: &SideView,
    stage: Option<Stage>,
) -> Option<i64> {
    let is = |exchange: &Exchange, role, view: &SideView| {
        exchange.parties(role).any(|party| match &view.teacher {
            Some(teacher) => party.teacher.as_deref() == Some(&*teacher.0),
            None => party.school == view.school,
        })
    };
    let found = kept.iter().find(|exchange| {
        exchange.agreed.way == way
            && (stage.is_none() || exchange.agreed.stage == stage)
            && is(exchange, PartyRole::Giver, giver)
            && is(exchange, PartyRole::Taker, taker)
    });
    found.map(|exchange| exchange.id)
}

fn school_proposal(found: SchoolPairs, ground: &Ground, kept: &[Exchange]) -> PairingProposal {
    let pairs = found.pairs.into_iter().map(|pair| {
        let (giver, taker) = (side(&pair.strong, ground), side(&pair.weak, ground));
        let exists = existing(kept, Way::Support, &giver, &taker, Some(pair.stage));
        PairView {
            exists,
            giver,
            taker,
            stage: Some(pair.stage),
            subject: None,
            subject_zh: String::new(),
            km: pair.km,
            reason: format!("受援方未达标：{}；帮扶方各项达标", pair.misses.join("、")),
        }
    });
    let unpaired = found.unpaired.into_iter().map(|lone| LoneView {
        taker: side(&lone.school, ground),
        stage: Some(lone.stage),
        subject_zh: String::new(),
        why: lone.why,
    });
    PairingProposal {
        pairs: pairs.collect(),
        unpaired: unpaired.collect(),
        proved: found.proved,
        unknown: found.unknown.len(),
        note: "指标缺数的学段分不出强弱，没有参加".to_owned(),
    }
}

fn mentor_proposal(found: MentorPairs, ground: &Ground, kept: &[Exchange]) -> PairingProposal {
    let stage = |id: &TeacherId| ground.teacher(&id.0).map(|teacher| teacher.stage);
    let subject = |id: &TeacherId| {
        ground.teacher(&id.0).and_then(|teacher| teacher.main_subject().map(str::to_owned))
    };
    let pairs = found.pairs.into_iter().map(|pair| {
        let giver = person(&pair.mentor_school, &pair.mentor, &pair.mentor_name, ground);
        let taker = person(&pair.pupil_school, &pair.pupil, &pair.pupil_name, ground);
        PairView {
            exists: existing(kept, Way::Mentoring, &giver, &taker, None),
            stage: stage(&pair.pupil),
            subject: subject(&pair.pupil),
            subject_zh: pair.subject,
            km: pair.km,
            reason: pair.reason,
            giver,
            taker,
        }
    });
    let unpaired = found.unpaired.into_iter().map(|lone| LoneView {
        stage: stage(&lone.pupil),
        taker: person(&lone.school, &lone.pupil, &lone.name, ground),
        subject_zh: lone.subject,
        why: lone.why,
    });
    PairingProposal {
        pairs: pairs.collect(),
        unpaired: unpaired.collect(),
        proved: found.proved,
        unknown: found.unknown,
        note: "名册中没有参加工作日期的专任教师，不知道是否青年教师".to_owned(),
    }
}

/// Pairs that are accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"records": [{
    "way": "support", "stage": "primary", "begins": "2024-09-01", "ends": "2025-06-30",
    "giver": {"school": "3418230001"}, "takers": [{"school": "3418230009"}],
}]}))]
struct Accepted {
    /// 每一对（或一名师傅和几名徒弟）的约定，1 至 500 项
    records: Vec<AgreedText>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"added": [12, 13]}))]
struct AddedRecords {
    /// 新记录的编号
    added: Vec<i64>,
}

/// 采用结对建议
///
/// 建立“计划”状态的交流记录，全部或一条也不；已有同样的记录时不重复建立。还没有开始的可以删除，开始后写明理由放弃。
#[utoipa::path(post, path = "/api/years/{year}/pairings/accept", tag = "exchanges", params(Year),
    request_body = Accepted, responses((status = 201, body = AddedRecords)))]
async fn accept(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(accepted): Body<Accepted>,
) -> Result<(StatusCode, Json<AddedRecords>), ApiError> {
    let year = known_year(&app, &signed, year).await?;
    if accepted.records.is_empty() || accepted.records.len() > MOST {
        return Err(ApiError::field("records", format!("应选 1 至 {MOST} 对")));
    }
    let ground = Ground::of(&app, signed.county(), year).await?;
    let kept = standing(&app, &signed, year).await?;
    let mut wrong = Vec::new();
    let mut new: Vec<Agreed> = Vec::with_capacity(accepted.records.len());
    for (number, text) in accepted.records.iter().enumerate() {
        if !matches!(text.way, Way::Support | Way::Mentoring) {
            let field = format!("records.{number}.way");
            wrong.push(FieldProblem::new(field, "结对只有对口帮扶和名师带徒"));
            continue;
        }
        let agreed = match text.checked(&app, &ground, year).await {
            Ok(agreed) => agreed,
            Err(ApiError::Fields(fields)) => {
                for mut problem in fields {
                    problem.field = format!("records.{number}.{}", problem.field);
                    wrong.push(problem);
                }
                continue;
            }
            Err(error) => return Err(error),
        };
        if let Some(same) = kept.iter().find(|exchange| exchange.agreed.is_double(&agreed)) {
            return Err(ApiError::Exists(format!("同样的结对（记录 {}）", same.id)));
        }
        if new.iter().any(|before| before.is_double(&agreed)) {
            let field = format!("records.{number}");
            wrong.push(FieldProblem::new(field, "与前面的一对相同；一对只选一次"));
            continue;
        }
        new.push(agreed);
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    let (county, by) = (signed.county(), signed.by());
    let added = app.store().add_exchanges(county, year, &new, Made::Pairing, &by).await?;
    Ok((StatusCode::CREATED, Json(AddedRecords { added })))
}
