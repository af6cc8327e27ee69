//! Documents (文书): official papers from templates, written, put forward, signed and filed.
//!
//! The figures are the program's, the free texts the person's. A version that is put forward holds
//! the whole paper, so that what was signed can be printed again when the data have moved on. Nobody
//! signs what he has put forward himself. Those that name teachers are [`personal`].
//!
//! Must not know: how a paper looks (`document`), what a figure means.

mod files;
mod material;
mod personal;
mod staffing;
mod view;

use crate::body::{Body, Of, Page, Paging, Params, page, tagged};
use crate::evaluation::{Year, known_year};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use document::model::State as Stage;
use document::template::{Subject, Written};
use document::{Document, Template};
use domain::SchoolCode;
use material::{Material, Settings};
use personal::Words;
use serde::Deserialize;
use staffing::Asked;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Scope;
use store::documents::{
    DocumentAct, DocumentRecord, DocumentState, DocumentStep, DocumentSubject, DocumentText,
};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use view::{DocumentLine, DocumentView, TemplateView};

/// Longest title, characters.
const TITLE: usize = 100;
/// Longest text of one field, characters.
const TEXT: usize = 20_000;
/// Longest reason, characters.
const REASON: usize = 500;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(templates))
        .routes(routes!(list, add))
        .routes(routes!(get, edit))
        .routes(routes!(step))
        .merge(files::routes())
}

/// A template of the packs.
fn template(app: &App, id: &str) -> Result<Arc<Template>, ApiError> {
    let found = app.knowledge().templates.iter().find(|template| template.id() == id);
    found.cloned().ok_or_else(|| ApiError::NotFound(format!("文书模板“{id}”")))
}

/// Does the caller see what is not signed yet?
fn may_write(signed: &Signed) -> bool {
    let caller = signed.caller();
    caller.may(Action::EditDocuments) || caller.may(Action::SignDocuments)
}

/// The states in which a caller sees documents.
fn seen_states(signed: &Signed) -> &'static [DocumentState] {
    if may_write(signed) {
        DocumentState::ALL
    } else {
        &[DocumentState::Signed, DocumentState::Archived]
    }
}

/// A document that the caller sees, and what was done to it.
async fn found(
    app: &App,
    signed: &Signed,
    id: i64,
) -> Result<(DocumentRecord, Vec<DocumentStep>), ApiError> {
    let (document, steps) = app.store().document(signed.county(), id, signed.scope()).await?;
    if seen_states(signed).contains(&document.state) && personal::is_seen(signed, &document) {
        Ok((document, steps))
    } else {
        Err(ApiError::NotFound(format!("文书 {id}")))
    }
}

/// 文书模板
///
/// 每个模板说明用途、写给谁看、需要哪些数据；数据不全的说明缺什么。
#[utoipa::path(get, path = "/api/years/{year}/document-templates", tag = "documents", params(Year),
    responses((status = 200, body = Vec<TemplateView>)))]
async fn templates(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let material = Material::of(&app, signed.county(), year, Asked::default()).await?;
    let is_whole = *signed.scope() == Scope::County;
    let sees_names = signed.caller().may(Action::RevealTeachers);
    let all = app.knowledge().templates.iter();
    let all = all.filter(|template| is_whole || template.subject() == Subject::School);
    let all = all.filter(|template| sees_names || !template.is_personal());
    let all: Vec<TemplateView> = all.map(|t| TemplateView::of(t, &material)).collect();
    tagged(&headers, &all)
}

/// 文书目录
#[utoipa::path(get, path = "/api/years/{year}/documents", tag = "documents", params(Year, Paging),
    responses((status = 200, body = Page<DocumentLine>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let (county, states) = (signed.county(), seen_states(&signed));
    let all = app.store().documents(county, year, states, signed.scope()).await?;
    let seen = all.iter().filter(|document| personal::is_seen(&signed, document));
    let lines: Vec<DocumentLine> = seen.map(|d| DocumentLine::of(&app, d)).collect();
    tagged(&headers, &page(lines, &paging, |line| line.id.to_string()))
}

/// A document that is to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"template": "self-evaluation", "about": null, "front_sheet": false}))]
struct NewDocument {
    /// 模板代码
    template: String,
    /// 写哪所学校（标识码）、哪个乡镇（名称）或哪件异议（编号）；写全县的不填
    #[serde(default)]
    about: Option<String>,
    /// 写哪一次交流轮岗（编号）；不给时为本学年最近公示过的
    #[serde(default)]
    rotation: Option<i64>,
    /// 目录中的名称；不给时用文书标题。写出教师姓名的文书不能自拟名称
    #[serde(default)]
    title: Option<String>,
    /// 是否附数据出处页
    #[serde(default)]
    front_sheet: bool,
}

/// 起草文书
#[utoipa::path(post, path = "/api/years/{year}/documents", tag = "documents", params(Year),
    request_body = NewDocument, responses((status = 201, body = DocumentView)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(new): Body<NewDocument>,
) -> Result<(StatusCode, Json<DocumentView>), ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let template = template(&app, &new.template)?;
    let personal = template.is_personal();
    if personal {
        signed.require(Action::RevealTeachers)?;
        no_own_title(new.title.as_deref())?;
    }
    let asked = Asked { rotation: new.rotation, names: personal };
    let material = Material::of(&app, signed.county(), year, asked).await?;
    let school = about(&app, &signed, &template, &material, new.about.as_deref()).await?;
    let rotation = if template.is_of_rotation() { material.rotation_id() } else { None };
    let settings = Settings { about: new.about, front_sheet: new.front_sheet, rotation };
    let filled = material
        .fill(Arc::clone(&template), settings.clone(), Written::new(), Stage::Draft)
        .await?;
    let title = match &new.title {
        Some(title) => self::title(title)?,
        None => filled.title_line().chars().take(TITLE).collect(),
    };
    let subject = DocumentSubject { template: new.template, year, school, personal };
    let text = DocumentText {
        title,
        settings: serde_json::to_string(&settings).map_err(ApiError::internal)?,
        free: "{}".to_owned(),
    };
    let (county, by) = (signed.county(), signed.by());
    let record = app.store().add_document(county, &subject, &text, &by).await?;
    let filled = Some((filled, Written::new()));
    let view = view_of(&app, &signed, record, Vec::new(), filled, true).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Whom a new document is about, where the caller may write of him; the school of a school's.
async fn about(
    app: &App,
    signed: &Signed,
    template: &Template,
    material: &Material,
    about: Option<&str>,
) -> Result<Option<SchoolCode>, ApiError> {
    let code = match template.subject() {
        Subject::County | Subject::Township => {
            if *signed.scope() != Scope::County {
                return Err(ApiError::NotFound(format!("文书模板“{}”", template.id())));
            }
            return Ok(None);
        }
        Subject::School => {
            let code = about.and_then(|code| SchoolCode::parse(code).ok());
            code.ok_or_else(|| ApiError::field("about", "请选择学校"))?
        }
        // Without any objection the template says itself what it lacks.
        Subject::Objection => match about.and_then(|number| material.school_of_objection(number)) {
            Some(code) => code.clone(),
            None => return Ok(None),
        },
    };
    signed.require_school(app, &code).await?;
    Ok(Some(code))
}

/// 一份文书
///
/// 含要由人填写的各处、尚待补的内容、各稿、经过，以及当前登录人能做的事。
#[utoipa::path(get, path = "/api/documents/{id}", tag = "documents", params(("id" = i64, Path)),
    responses((status = 200, body = DocumentView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    let (record, steps) = found(&app, &signed, id).await?;
    let personal = record.subject.personal;
    let view = looked_at(&app, &signed, record, steps).await?;
    // A browser keeps nothing of a personal document.
    if personal { Ok(Json(view).into_response()) } else { tagged(&headers, &view) }
}

/// An edit of a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"written": {"number": "青教〔2025〕8号", "background": null},
    "version": 3}))]
struct DocumentEdit {
    /// 目录中的名称；不给时不变
    #[serde(default)]
    title: Option<String>,
    /// 要改的各处，按键；`null` 恢复模板原文；没有列出的不变
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, Option<String>>)]
    written: BTreeMap<String, Option<String>>,
    /// 是否附数据出处页；不给时不变
    #[serde(default)]
    front_sheet: Option<bool>,
    /// 看到的版本
    version: Option<i64>,
}

/// 修改文书
#[utoipa::path(patch, path = "/api/documents/{id}", tag = "documents", params(("id" = i64, Path)),
    request_body = DocumentEdit, responses((status = 200, body = DocumentView)))]
async fn edit(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(edit): Body<DocumentEdit>,
) -> Result<Json<DocumentView>, ApiError> {
    let seen = edit.version.ok_or(ApiError::NoVersion)?;
    let (county, scope) = (signed.county(), signed.scope());
    let (record, steps) = app.store().document(county, id, scope).await?;
    if record.subject.personal {
        no_own_title(edit.title.as_deref())?;
    }
    let Words { mut settings, mut written, reasons } =
        personal::words(&app, &signed, &record).await?;
    let material = Material::of_document(&app, county, &record).await?;
    let template = template(&app, &record.subject.template)?;
    settings.front_sheet = edit.front_sheet.unwrap_or(settings.front_sheet);
    for (key, text) in &edit.written {
        match text {
            Some(text) => written.insert(key.clone(), plain(text)),
            None => written.remove(key),
        };
    }
    // Filled once, as it would be kept: it says which places there are, and is what is answered.
    let filled = material.fill(template, settings.clone(), written.clone(), Stage::Draft).await?;
    let known: std::collections::BTreeSet<&str> = filled.free().iter().map(|f| f.0).collect();
    let mut wrong = Vec::new();
    for (key, text) in &edit.written {
        // What the template no longer asks for may still be taken away.
        let Some(text) = text else { continue };
        let field = format!("written.{key}");
        if !known.contains(key.as_str()) {
            wrong.push(FieldProblem::new(field, "这份文书没有这一处"));
        } else if text.chars().count() > TEXT {
            wrong.push(FieldProblem::new(field, format!("不要超过 {TEXT} 个字")));
        }
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    let text = DocumentText {
        title: edit.title.as_deref().map_or_else(|| Ok(record.text.title.clone()), title)?,
        settings: serde_json::to_string(&settings).map_err(ApiError::internal)?,
        free: serde_json::to_string(&written).map_err(ApiError::internal)?,
    };
    let record = app.store().edit_document(county, id, &text, seen, scope, &signed.by()).await?;
    let steps = with_reasons(steps, &reasons);
    Ok(Json(view_of(&app, &signed, record, steps, Some((filled, written)), true).await?))
}

/// The title of a personal document is the template's, which names nobody.
fn no_own_title(title: Option<&str>) -> Result<(), ApiError> {
    let message = "写出教师姓名的文书，名称由程序给出";
    title.map_or(Ok(()), |_| Err(ApiError::field("title", message)))
}

/// What is to be done to a document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"act": "return", "reason": "第二部分数字与附件不一致", "version": 4}))]
struct DocumentStepRequested {
    /// `submit` 提交签发、`recall` 撤回、`return` 退回、`sign` 签发、`archive` 归档、`void` 作废
    act: String,
    /// 理由；退回和作废必填
    #[serde(default)]
    reason: String,
    /// 看到的版本
    version: Option<i64>,
}

/// The right that an act needs.
const fn right(act: DocumentAct) -> Action {
    match act {
        DocumentAct::Sign | DocumentAct::Return => Action::SignDocuments,
        _ => Action::EditDocuments,
    }
}

/// 提交、撤回、退回、签发、归档、作废
///
/// 提交时还有待补内容的，逐处说明并不予提交。提交人不能签发自己提交的文书。
#[utoipa::path(post, path = "/api/documents/{id}/steps", tag = "documents",
    params(("id" = i64, Path)), request_body = DocumentStepRequested,
    responses((status = 200, body = DocumentView)))]
async fn step(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(wanted): Body<DocumentStepRequested>,
) -> Result<Json<DocumentView>, ApiError> {
    let act = DocumentAct::from_code(&wanted.act);
    let act = act.ok_or_else(|| ApiError::field("act", "没有这一步"))?;
    let seen = wanted.version.ok_or(ApiError::NoVersion)?;
    let reason = wanted.reason.trim();
    if reason.chars().count() > REASON || (act.needs_reason() && reason.is_empty()) {
        let message = format!("{}须写明理由，不超过 {REASON} 个字", act.zh());
        return Err(ApiError::field("reason", message));
    }
    signed.require(right(act))?;
    let county = signed.county();
    let scope = signed.scope_of(&app, right(act)).await?;
    let (record, steps) = app.store().document(county, id, &scope).await?;
    if record.subject.personal {
        personal::scope(&app, &signed, &record).await?;
    }
    if act == DocumentAct::Sign && put_forward_by(&steps) == Some(signed.by().person.as_str()) {
        let why = "这份文书由您提交，不能由您签发；请县领导或其他有签发权限的干部签发";
        return Err(ApiError::NotNow(why.to_owned()));
    }
    let content = if act == DocumentAct::Submit && act.from(record.state).is_some() {
        Some(final_version(&app, &signed, &record).await?)
    } else {
        None
    };
    let (content, by) = (content.as_deref(), signed.by());
    app.store().move_document(county, id, act, content, reason, seen, &scope, &by).await?;
    let (record, steps) = app.store().document(county, id, &scope).await?;
    Ok(Json(looked_at(&app, &signed, record, steps).await?))
}

/// Who has put the last version forward.
fn put_forward_by(steps: &[DocumentStep]) -> Option<&str> {
    let submitted = steps.iter().rev().find(|step| step.act == DocumentAct::Submit);
    submitted.map(|step| step.by.as_str())
}

/// The whole paper as it would be signed, as JSON.
async fn final_version(
    app: &App,
    signed: &Signed,
    record: &DocumentRecord,
) -> Result<String, ApiError> {
    let Words { settings, written, .. } = personal::words(app, signed, record).await?;
    let material = Material::of_document(app, signed.county(), record).await?;
    let template = template(app, &record.subject.template)?;
    let document = material.fill(template, settings, written, Stage::Final).await?;
    document::check::check(&document).map_err(material::unprinted)?;
    serde_json::to_string(&document).map_err(ApiError::internal)
}

/// A document as its reader sees it: filled from what the data are now, with what is written in it, for
/// those who see drafts; without what it says for those who may not open it.
async fn looked_at(
    app: &App,
    signed: &Signed,
    record: DocumentRecord,
    steps: Vec<DocumentStep>,
) -> Result<DocumentView, ApiError> {
    if !personal::may_open(signed, &record) {
        return view_of(app, signed, record, steps, None, false).await;
    }
    if !may_write(signed) {
        return view_of(app, signed, record, steps, None, true).await;
    }
    let Words { settings, written, reasons } = personal::words(app, signed, &record).await?;
    let material = Material::of_document(app, signed.county(), &record).await?;
    let template = template(app, &record.subject.template)?;
    let steps = with_reasons(steps, &reasons);
    match material.fill(template, settings, written.clone(), Stage::Draft).await {
        Ok(filled) => view_of(app, signed, record, steps, Some((filled, written)), true).await,
        // What it rests on may be gone since: a plan that was given up, a notice that was taken back.
        // What was signed stays, and a draft can still be given up.
        Err(ApiError::NotNow(why)) => {
            let view = view_of(app, signed, record, steps, None, true).await?;
            Ok(view.lacking(why))
        }
        Err(error) => Err(error),
    }
}

/// Steps with the reasons that lay sealed.
fn with_reasons(steps: Vec<DocumentStep>, reasons: &BTreeMap<i64, String>) -> Vec<DocumentStep> {
    let with = |mut step: DocumentStep| {
        if let Some(reason) = reasons.get(&step.step) {
            step.reason.clone_from(reason);
        }
        step
    };
    steps.into_iter().map(with).collect()
}

/// A document as its reader sees it.
async fn view_of(
    app: &App,
    signed: &Signed,
    record: DocumentRecord,
    steps: Vec<DocumentStep>,
    filled: Option<(Document, Written)>,
    readable: bool,
) -> Result<DocumentView, ApiError> {
    let (county, scope) = (signed.county(), signed.scope());
    let revisions = app.store().document_revisions(county, record.id, scope).await?;
    let may: Vec<DocumentAct> = DocumentAct::ALL
        .iter()
        .copied()
        .filter(|act| {
            readable && act.from(record.state).is_some() && signed.caller().may(right(*act))
        })
        .filter(|act| {
            *act != DocumentAct::Sign || put_forward_by(&steps) != Some(signed.by().person.as_str())
        })
        .collect();
    Ok(DocumentView::of(app, &record, steps, revisions, may, filled.as_ref(), readable))
}

fn title(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TITLE || text.chars().any(char::is_control) {
        return Err(ApiError::field("title", format!("请填名称，不超过 {TITLE} 个字")));
    }
    Ok(text.to_owned())
}

/// What was typed without what no paper can show: control characters but line feeds.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_texts_keep_their_lines_only() {
        assert_eq!(plain("一\r\n二\u{0}\t三\n"), "一\n二三\n");
    }

    #[test]
    fn signing_and_sending_back_is_the_signers_right() {
        for act in DocumentAct::ALL {
            let signs = matches!(act, DocumentAct::Sign | DocumentAct::Return);
            assert_eq!(right(*act) == Action::SignDocuments, signs, "{}", act.zh());
        }
    }
}
