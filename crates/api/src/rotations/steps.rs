//! The steps of a rotation's life: shown to the public, taken back, decided, ended, given up.

use super::objections::names_nobody;
use super::older::kept;
use super::pose::{self, decisions};
use super::result::Kept;
use super::view::{Around, RotationMay, RotationView};
use super::{RotationRecord, RotationState, asked, found, shown, today, view_of, whole};
use crate::body::{Body, Of};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use domain::SchoolCode;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::Scope;
use store::rotations_objections::{Decision, ObjectionRecord, ObjectionState};
use store::rotations_orders::NewOrder;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Days of a notice where nothing else is said: no rule that holds everywhere says how many.
pub(super) const NOTICE_DAYS: i64 = 7;
/// The longest notice, days.
const LONGEST: i64 = 90;
/// Longest reason, characters.
pub(super) const REASON: usize = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(step))
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RotationAct {
    /// Shown to the public.
    Publish,
    /// Taken back, with a reason.
    Withdraw,
    /// Decided: orders are made.
    Adopt,
    /// Ended.
    Close,
    /// Given up, with a reason.
    Void,
}

/// A step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"act": "publish", "version": 3, "run": 2, "from": "2025-07-01",
    "until": "2025-07-07"}))]
struct NewRotationStep {
    act: RotationAct,
    /// The version that was seen.
    version: Option<i64>,
    /// Publish: the run that is shown.
    #[serde(default)]
    run: Option<i64>,
    /// Publish: the first day of the notice (today). Adopt: the first day of the term.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// Publish: the last day of the notice. Adopt: the last day of the term; null: not laid down.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// Withdraw, void: why.
    #[serde(default)]
    reason: Option<String>,
}

/// 公示、撤回、确定、结束、作废
///
/// 公示：求解结果须可行、通过复核、没有过时。确定：公示期满、异议都已答复、结果符合已作出的决定、
/// 名单上的教师仍在原校；确定后生成调令。结束：所有调令都已了结。
#[utoipa::path(post, path = "/api/rotations/{id}/steps", tag = "rotations",
    params(("id" = i64, Path)), request_body = NewRotationStep,
    responses((status = 200, body = RotationView)))]
async fn step(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(new): Body<NewRotationStep>,
) -> Result<Json<RotationView>, ApiError> {
    whole(&signed, Action::EditStaffing)?;
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    let (record, _) = found(&app, &signed, id).await?;
    let (store, county, by) = (app.store(), signed.county(), signed.by());
    match new.act {
        RotationAct::Publish => {
            let run = new.run.ok_or_else(|| ApiError::field("run", "请选择要公示的求解结果"))?;
            let days = notice_days(&app, &new)?;
            expect_publishable(&app, &signed, &record, run).await?;
            store.publish_rotation(county, id, run, days, seen, &by).await?;
        }
        RotationAct::Withdraw => {
            let reason = reason(&app, &signed, &record, new.reason.as_deref()).await?;
            store.withdraw_rotation(county, id, &reason, seen, &by).await?;
        }
        RotationAct::Adopt => {
            signed.require(Action::AdoptStaffing)?;
            let (run, orders) = orders(&app, &signed, &record, &new).await?;
            store.adopt_rotation(county, id, (run, &orders), today(&app), seen, &by).await?;
        }
        RotationAct::Close => {
            store.close_rotation(county, id, seen, &by).await?;
        }
        RotationAct::Void => {
            let reason = reason(&app, &signed, &record, new.reason.as_deref()).await?;
            store.void_rotation(county, id, &reason, seen, &by).await?;
        }
    }
    Ok(Json(view_of(&app, &signed, id).await?))
}

/// The days of a notice.
fn notice_days(app: &App, new: &NewRotationStep) -> Result<(Date, Date), ApiError> {
    let today = today(app);
    let from = new.from.unwrap_or(today);
    let end = |days: i64| from.saturating_add((days - 1).days());
    let until = new.until.unwrap_or_else(|| end(NOTICE_DAYS));
    let mut problems = Vec::new();
    if from < today {
        problems.push(FieldProblem::new("from", format!("公示不能从今天（{today}）以前开始")));
    }
    if until < from || until > end(LONGEST) {
        let text = format!("公示截止日应不早于 {from}，且不超过 {LONGEST} 天");
        problems.push(FieldProblem::new("until", text));
    }
    if problems.is_empty() { Ok((from, until)) } else { Err(ApiError::Fields(problems)) }
}

/// A reason that names nobody: it is kept in the audit for good.
async fn reason(
    app: &App,
    signed: &Signed,
    record: &RotationRecord,
    text: Option<&str>,
) -> Result<String, ApiError> {
    let text = text.unwrap_or_default().trim();
    if text.is_empty() || text.chars().count() > REASON || text.chars().any(char::is_control) {
        return Err(ApiError::field("reason", format!("请写明理由，最多 {REASON} 字")));
    }
    names_nobody(app, signed.county(), record.year, "reason", text).await?;
    Ok(text.to_owned())
}

/// Refuses a run that may not be shown.
async fn expect_publishable(
    app: &App,
    signed: &Signed,
    record: &RotationRecord,
    run: i64,
) -> Result<(), ApiError> {
    let county = signed.county();
    let (run, ..) = app.store().rotation_run(county, record.id, run).await?;
    if !run.possible {
        let why = "这次求解的结论是没有符合全部规则的方案，不能公示；请调整设置后重新求解";
        return Err(ApiError::NotNow(why.to_owned()));
    }
    if run.findings > 0 {
        let why = format!("这次求解有 {} 条复核发现，不能公示；请重新求解", run.findings);
        return Err(ApiError::NotNow(why));
    }
    let (_, settings) = asked(app, county, record.id).await?;
    let tag = pose::tag(&settings)?;
    let now = pose::stamps_now(app, county, record.year, &tag).await?;
    let stale = now.map_or_else(|| vec!["名册或审定数据已不在"], |now| now.changed(&run));
    if stale.is_empty() {
        return Ok(());
    }
    Err(ApiError::NotNow(format!("求解结果已过时（{}），不能公示；请重新求解", stale.join("、"))))
}

/// The orders of the run that was shown, after everything that has to hold was looked at.
async fn orders(
    app: &App,
    signed: &Signed,
    record: &RotationRecord,
    new: &NewRotationStep,
) -> Result<(i64, Vec<NewOrder>), ApiError> {
    let county = signed.county();
    let starts = new.from.ok_or_else(|| ApiError::field("from", "请填写交流期限的开始日期"))?;
    if new.until.is_some_and(|until| until <= starts) {
        return Err(ApiError::field("until", "交流期限的结束日期应晚于开始日期"));
    }
    let Some(notice) =
        shown(app, county, record.id).await?.filter(|_| record.state == RotationState::Published)
    else {
        let why = format!("方案目前为“{}”，不能确定；请先公示", record.state.zh());
        return Err(ApiError::NotNow(why));
    };
    if today(app) <= notice.until {
        let why = format!("公示到 {} 为止，期满以后才能确定", notice.until);
        return Err(ApiError::NotNow(why));
    }
    let objections = app.store().objections(county, record.id, &Scope::County).await?;
    let open = objections.iter().filter(|o| o.state == ObjectionState::Open).count();
    if open > 0 {
        let why = format!("还有 {open} 条异议没有答复，不能确定；请先逐条答复");
        return Err(ApiError::NotNow(why));
    }
    let (_, _, result) = app.store().rotation_run(county, record.id, notice.run).await?;
    let Kept { result: Some(result), .. } = kept(&result)? else {
        return Err(ApiError::NotNow("公示的求解没有名单，不能确定".to_owned()));
    };
    let goes: BTreeMap<&str, &SchoolCode> =
        result.moves.iter().map(|m| (&*m.teacher.0, &m.to)).collect();
    expect_decisions_kept(&objections, &goes)?;
    let roster = pose::roster(app, county, record.year).await?;
    let gone: Vec<&str> = result
        .moves
        .iter()
        .filter(|m| {
            let teacher = roster.roster.teacher(&m.teacher);
            teacher.is_none_or(|t| (&t.school, t.stage) != (&m.from, m.stage))
        })
        .map(|m| &*m.teacher.0)
        .collect();
    if !gone.is_empty() {
        let some = gone.iter().take(5).copied().collect::<Vec<_>>().join("、");
        let why = format!(
            "名单上有 {} 名教师已不在原校（{some}），不能确定；请撤回公示后重新求解",
            gone.len()
        );
        return Err(ApiError::NotNow(why));
    }
    let orders = result.moves.into_iter().map(|m| NewOrder {
        teacher: m.teacher.to_string(),
        name: m.name.to_string(),
        from: m.from,
        to: m.to,
        stage: m.stage,
        subject: m.subject,
        backbone: m.backbone,
        starts,
        ends: new.until,
    });
    Ok((notice.run, orders.collect()))
}

/// What replies have decided since the run must hold in it: else it has to be found again.
fn expect_decisions_kept(
    objections: &[ObjectionRecord],
    goes: &BTreeMap<&str, &SchoolCode>,
) -> Result<(), ApiError> {
    let mut last: BTreeMap<&str, (&ObjectionRecord, &Decision)> = BTreeMap::new();
    for (objection, decision) in decisions(objections) {
        last.insert(&objection.teacher, (objection, decision));
    }
    for (teacher, (objection, decision)) in last {
        let there = goes.get(teacher).copied();
        let kept = match decision {
            Decision::Fixed(school) => there.unwrap_or(&objection.school) == school,
            Decision::Forbidden(school) => there != Some(school),
        };
        if !kept {
            let why = format!(
                "公示的名单与第 {} 号异议的决定不符，不能确定；请重新求解并重新公示",
                objection.number
            );
            return Err(ApiError::NotNow(why));
        }
    }
    Ok(())
}

/// What the caller may do now.
pub(super) fn next(
    record: &RotationRecord,
    around: &Around,
    objections: &[ObjectionRecord],
    may: &RotationMay,
) -> Vec<&'static str> {
    if !may.edit {
        return Vec::new();
    }
    let shown = around.shown();
    let fit = |run: &store::rotations::RunRecord| {
        let is_shown = record.state == RotationState::Published
            && shown.is_some_and(|notice| notice.run == run.run);
        let fresh = around.now.as_ref().is_some_and(|now| now.changed(run).is_empty());
        run.possible && run.findings == 0 && fresh && !is_shown
    };
    let publish = around.runs.iter().any(fit).then_some("publish");
    let answered = objections.iter().all(|objection| objection.state != ObjectionState::Open);
    let over = shown.is_some_and(|notice| around.today > notice.until);
    let adopt = (may.adopt && answered && over).then_some("adopt");
    match record.state {
        RotationState::Draft => publish.into_iter().chain(["void"]).collect(),
        RotationState::Published => {
            adopt.into_iter().chain(publish).chain(["withdraw", "void"]).collect()
        }
        RotationState::Adopted => vec!["close", "void"],
        RotationState::Closed | RotationState::Void => Vec::new(),
    }
}
