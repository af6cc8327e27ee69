//! Posts (编制岗位): how many each section should have and why, what each subject lacks, and the same
//! for the years to come.
//!
//! Quotas are the business of `staffing`, pupils of coming years that of `forecast`; here they are
//! asked of the approved data and the roster. Schools see their own sections and the county's sums.

use crate::body::{Of, Params, tagged};
use crate::download::{XLSX, download};
use crate::evaluation::measured::visible;
use crate::evaluation::{Year, known_year};
use crate::plans::years_up_to;
use crate::rotations::pose::{approved, ground};
use crate::rotations::{RuleSource, RulesPack};
use crate::session;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{CountyCode, Exact, SchoolCode, SchoolYear, Snapshot, Stage};
use forecast::{Assumptions, ClassNorm};
use forms::staffing::Masthead;
use serde::{Deserialize, Serialize};
use staffing::posts::{SectionPosts, SubjectPosts, SubjectTotal, over_years, posts, totals};
use staffing::{Roster, Rules};
use standard::Standard;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The years to come that are simulated at most.
const AHEAD: u8 = 10;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(workbook))
}

/// What a rule gives to a section.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "rule": "ratio_primary", "zh": "小学教职工与学生 1:19", "basis": "1203", "posts": "1203/19",
    "posts_shown": "63.32", "counts": true,
    "source": {"key": "编制", "grade": "B", "title": "关于统一城乡中小学教职工编制标准的通知",
        "number": "中央编办发〔2014〕72号"},
}))]
struct PostReason {
    rule: String,
    zh: String,
    /// Of how many: pupils, classes, boarding pupils.
    #[schema(value_type = String)]
    basis: Exact,
    /// Posts that it gives, exact …
    #[schema(value_type = String)]
    posts: Exact,
    /// … and with two decimals.
    posts_shown: String,
    /// Does it decide? Of alternatives only the greatest does.
    counts: bool,
    source: RuleSource,
}

/// A subject at a section.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "subject": "music", "zh": "音乐", "lessons": "54", "need": "3.38", "posts": 3, "have": 1,
    "shortage": 2, "surplus": 0, "structural": true,
}))]
struct SubjectPost {
    subject: String,
    zh: String,
    /// Lessons a week.
    lessons: String,
    /// Teachers that they take, two decimals.
    need: String,
    /// The same as whole posts.
    posts: i64,
    have: i64,
    shortage: i64,
    surplus: i64,
    structural: bool,
}

impl From<&SubjectPosts> for SubjectPost {
    fn from(subject: &SubjectPosts) -> Self {
        Self {
            subject: subject.subject.clone(),
            zh: subject.zh.clone(),
            lessons: subject.lessons.to_short(2),
            need: subject.need.to_short(2),
            posts: subject.posts,
            have: subject.have,
            shortage: subject.shortage,
            surplus: subject.surplus,
            structural: subject.structural,
        }
    }
}

/// The posts of a section.
#[derive(Debug, Serialize, ToSchema)]
struct SectionPost {
    #[schema(value_type = String)]
    school: SchoolCode,
    name: String,
    #[schema(value_type = String)]
    stage: Stage,
    #[schema(value_type = Option<String>)]
    pupils: Option<Exact>,
    #[schema(value_type = Option<String>)]
    classes: Option<Exact>,
    /// Staff posts (编制); null where pupils are missing.
    quota: Option<i64>,
    /// Of them for teaching.
    teaching: Option<i64>,
    staff: Option<i64>,
    teachers: Option<i64>,
    /// Staff beyond the quota; below zero: missing.
    balance: Option<i64>,
    reasons: Vec<PostReason>,
    subjects: Vec<SubjectPost>,
    /// What could not be computed, and why.
    notes: Vec<String>,
}

impl SectionPost {
    fn of(section: &SectionPosts, rules: &Rules) -> Self {
        let reasons = section.reasons.iter().map(|reason| PostReason {
            rule: reason.rule.clone(),
            zh: reason.zh.clone(),
            basis: reason.basis.clone(),
            posts_shown: reason.posts.to_short(2),
            posts: reason.posts.clone(),
            counts: reason.counts,
            source: RuleSource::of(rules, &reason.source.0, &reason.source.1),
        });
        Self {
            school: section.school.clone(),
            name: section.name.clone(),
            stage: section.stage,
            pupils: section.pupils.clone(),
            classes: section.classes.clone(),
            quota: section.quota,
            teaching: section.teaching,
            staff: section.staff,
            teachers: section.teachers,
            balance: section.balance,
            reasons: reasons.collect(),
            subjects: section.subjects.iter().map(Into::into).collect(),
            notes: section.notes.clone(),
        }
    }
}

/// A subject over the county.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "stage": "primary", "subject": "music", "zh": "音乐", "posts": 30, "have": 21,
    "shortage": 10, "surplus": 1, "movable": 1, "structural": true,
}))]
struct SubjectSum {
    #[schema(value_type = String)]
    stage: Stage,
    subject: String,
    zh: String,
    posts: i64,
    have: i64,
    shortage: i64,
    surplus: i64,
    /// Of the shortage, what moving teachers of the subject can close.
    movable: i64,
    structural: bool,
}

impl From<SubjectTotal> for SubjectSum {
    fn from(total: SubjectTotal) -> Self {
        Self {
            stage: total.stage,
            subject: total.subject,
            zh: total.zh,
            posts: total.posts,
            have: total.have,
            shortage: total.shortage,
            surplus: total.surplus,
            movable: total.movable,
            structural: total.structural,
        }
    }
}

/// A section in a year to come, with today's teachers.
#[derive(Debug, Serialize, ToSchema)]
struct ComingSection {
    #[schema(value_type = String)]
    school: SchoolCode,
    name: String,
    #[schema(value_type = String)]
    stage: Stage,
    #[schema(value_type = Option<String>)]
    pupils: Option<Exact>,
    #[schema(value_type = Option<String>)]
    classes: Option<Exact>,
    quota: Option<i64>,
    teaching: Option<i64>,
    teachers: Option<i64>,
    balance: Option<i64>,
    /// Posts of subjects without a teacher.
    shortage: i64,
    surplus: i64,
}

impl From<&SectionPosts> for ComingSection {
    fn from(section: &SectionPosts) -> Self {
        Self {
            school: section.school.clone(),
            name: section.name.clone(),
            stage: section.stage,
            pupils: section.pupils.clone(),
            classes: section.classes.clone(),
            quota: section.quota,
            teaching: section.teaching,
            teachers: section.teachers,
            balance: section.balance,
            shortage: section.subjects.iter().map(|subject| subject.shortage).sum(),
            surplus: section.subjects.iter().map(|subject| subject.surplus).sum(),
        }
    }
}

/// A year to come.
#[derive(Debug, Serialize, ToSchema)]
struct ComingYear {
    year: i16,
    sections: Vec<ComingSection>,
    totals: Vec<SubjectSum>,
}

/// The posts of a year.
#[derive(Debug, Serialize, ToSchema)]
struct Posts {
    year: i16,
    /// Is there a roster? Without one teachers are the form's, and nothing is said of subjects.
    roster: bool,
    /// Forms that do not count yet.
    waiting: usize,
    rules: RulesPack,
    sections: Vec<SectionPost>,
    /// Subjects over the whole county.
    totals: Vec<SubjectSum>,
    /// The years to come, with the pupils of the forecast and today's teachers.
    years: Vec<ComingYear>,
    /// Why there are none.
    ahead_note: Option<String>,
}

/// Which sections, and how far ahead.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 学校标识码
    #[param(value_type = Option<String>)]
    school: Option<SchoolCode>,
    /// 往后推算几年（0 至 10，缺省 0）
    #[serde(default)]
    ahead: u8,
}

/// What posts are computed from.
struct Basis {
    snapshot: Arc<Snapshot>,
    roster: Option<Arc<Roster>>,
    posts: Arc<[SectionPosts]>,
    rules: Arc<Rules>,
    standard: Arc<Standard>,
    waiting: usize,
}

async fn basis(app: &App, county: &CountyCode, year: SchoolYear) -> Result<Basis, ApiError> {
    let kept = crate::teachers::kept(app, county, year, &store::Scope::County).await?;
    let rules = Arc::clone(&app.knowledge().staffing);
    if kept.is_some() {
        let ground = ground(app, county, year).await?;
        return Ok(Basis {
            snapshot: ground.snapshot,
            roster: Some(ground.roster),
            posts: ground.posts,
            rules,
            standard: Arc::clone(&ground.measured.standard),
            waiting: ground.measured.waiting,
        });
    }
    let measured = approved(app, county, year).await?;
    let list = posts(&measured.snapshot, measured.standard.catalogue(), None, &rules);
    Ok(Basis {
        snapshot: Arc::new(measured.snapshot.clone()),
        roster: None,
        posts: list.into(),
        rules,
        standard: Arc::clone(&measured.standard),
        waiting: measured.waiting,
    })
}

/// The posts of the years to come, or why there are none.
async fn coming(
    app: &App,
    county: &CountyCode,
    basis: &Basis,
    ahead: u8,
) -> Result<Result<Vec<(SchoolYear, Vec<SectionPosts>)>, String>, ApiError> {
    let year = basis.snapshot.year();
    let history = years_up_to(app, county, year, &basis.standard).await?;
    let (standard, rules) = (Arc::clone(&basis.standard), Arc::clone(&basis.rules));
    let roster = basis.roster.clone();
    let work = move || {
        let catalogue = standard.catalogue();
        let Some(start) = history.last() else { return Err("没有数据".to_owned()) };
        let assumptions = Assumptions { years: ahead, ..Assumptions::default() };
        let found = forecast::forecast(catalogue, &history, &assumptions)
            .map_err(|error| format!("{} {error}", error.code()))?;
        let mut worlds = Vec::new();
        for step in 1..=i16::from(ahead) {
            let to = SchoolYear(year.0 + step);
            let draft = forecast::apply(catalogue, start, &found, to, ClassNorm::default())
                .map_err(|error| format!("{} {error}", error.code()))?;
            worlds.push(draft.seal(catalogue).map_err(|error| error.to_string())?);
        }
        Ok(over_years(&worlds, catalogue, roster.as_deref(), &rules))
    };
    tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
}

/// 编制与岗位
///
/// 每校每学段的核定数和依据、分学科的缺额与富余、全县合计；`ahead` 按学生数预测推算以后各年，教师按现有。
/// 学校看到本校的和全县合计。
#[utoipa::path(get, path = "/api/years/{year}/posts", tag = "rotations", params(Year, Wanted),
    responses((status = 200, body = Posts)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    if wanted.ahead > AHEAD {
        return Err(ApiError::field("ahead", format!("最多推算 {AHEAD} 年")));
    }
    let county = signed.county();
    let basis = basis(&app, county, year).await?;
    let own = visible(&app, county, signed.scope()).await?;
    let seen = |section: &&SectionPosts| {
        own.as_ref().is_none_or(|own| own.contains(&section.school))
            && wanted.school.as_ref().is_none_or(|school| section.school == *school)
    };
    let sums = |list: &[SectionPosts]| -> Vec<SubjectSum> {
        totals(list, &basis.rules).into_iter().map(Into::into).collect()
    };
    let (mut years, mut ahead_note) = (Vec::new(), None);
    if wanted.ahead > 0 {
        match coming(&app, county, &basis, wanted.ahead).await? {
            Ok(found) => {
                years.extend(found.iter().map(|(year, list)| ComingYear {
                    year: year.0,
                    sections: list.iter().filter(seen).map(Into::into).collect(),
                    totals: sums(list),
                }));
            }
            Err(why) => ahead_note = Some(why),
        }
    }
    let sections = basis.posts.iter().filter(seen);
    let answer = Posts {
        year: year.0,
        roster: basis.roster.is_some(),
        waiting: basis.waiting,
        rules: RulesPack::of(&basis.rules),
        sections: sections.map(|section| SectionPost::of(section, &basis.rules)).collect(),
        totals: sums(&basis.posts),
        years,
        ahead_note,
    };
    tagged(&headers, &answer)
}

/// 编制岗位工作簿
///
/// 学校得到本校的。
#[utoipa::path(get, path = "/api/years/{year}/posts.xlsx", tag = "rotations",
    params(Year, Wanted),
    responses((status = 200, description = "xlsx 工作簿", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    if wanted.ahead > AHEAD {
        return Err(ApiError::field("ahead", format!("最多推算 {AHEAD} 年")));
    }
    let county = signed.county();
    let basis = basis(&app, county, year).await?;
    let own = visible(&app, county, signed.scope()).await?;
    let later = match wanted.ahead {
        0 => Vec::new(),
        ahead => coming(&app, county, &basis, ahead).await?.map_err(ApiError::NotNow)?,
    };
    let label = session::label(&app, county).await?;
    let work = move || {
        let seen = |section: &&SectionPosts| {
            own.as_ref().is_none_or(|own| own.contains(&section.school))
                && wanted.school.as_ref().is_none_or(|school| section.school == *school)
        };
        let only = |list: &[SectionPosts]| list.iter().filter(seen).cloned().collect::<Vec<_>>();
        let now = only(&basis.posts);
        let later: Vec<_> = later.iter().map(|(year, list)| (*year, only(list))).collect();
        let masthead = Masthead::of(&basis.snapshot, label);
        forms::staffing::posts::workbook(&now, &later, &basis.rules, &masthead)
    };
    let file = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?;
    let name = format!("{year}学年编制岗位.xlsx").replace('/', "-");
    Ok(download(file.map_err(ApiError::internal)?, XLSX, "posts.xlsx", &name))
}
