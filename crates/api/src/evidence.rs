//! Evidence files (佐证材料): uploaded for a rule, listed, downloaded, removed with a reason.
//!
//! The store keeps each content once and says by its bytes what it is. Here: who may, of what rule,
//! and that a browser never opens what somebody has uploaded.

use crate::body::{Body, Of, Page, Paging, Params, page, tagged};
use crate::download::attachment;
use crate::evaluation::measured::standard_of_year;
use crate::evaluation::{Year, known_year};
use crate::incoming::{self, Incoming, disk};
use crate::{ApiError, App, Signed};
use access::Action;
use axum::Json;
use axum::body::Body as Bytes;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{SchoolCode, SchoolYear};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::Path;
use store::Scope;
use store::evidence::{EvidenceLink, EvidenceSource, EvidenceTarget};
use tokio::io::AsyncReadExt as _;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// Files of one upload.
const FILES: usize = 20;
/// Largest file, bytes; the store's own limit is no smaller.
const LARGEST: usize = 50 * 1024 * 1024;
/// Files of one rule at one school, or of the county.
const MOST: usize = 100;
/// How long a file stays that no rule needs any more.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Longest title, characters.
const TITLE: usize = 200;
/// Longest reason, characters.
const REASON: usize = 500;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        // The limit is counted file by file.
        .routes(routes!(add).layer(DefaultBodyLimit::disable()))
        .routes(routes!(download))
        .routes(routes!(remove))
}

/// An evidence file, as one of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 12, "subject": "G1", "school": null, "title": "学校布局规划批复",
    "name": "批复.pdf", "media": "pdf", "bytes": 182_311, "sha256": "0123456789abcdef",
    "by": "王建国（pinggu）", "at": "2024-10-08T08:00:00Z", "removable": true,
}))]
pub(crate) struct EvidenceView {
    id: i64,
    /// 指标（或其中一项）的代码
    pub(crate) subject: String,
    /// 学校标识码；全县的材料为空
    #[schema(value_type = Option<String>)]
    pub(crate) school: Option<SchoolCode>,
    title: String,
    /// 原文件名
    name: String,
    /// `pdf`、`jpg`、`png`、`docx`、`xlsx`，按内容判定
    media: &'static str,
    bytes: i64,
    sha256: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// 当前登录人可否移除
    removable: bool,
}

/// Who may take a file away: who has added it, and who registers for the county.
pub(crate) struct Remover {
    person: String,
    adds: bool,
    registers: bool,
}

impl Remover {
    /// What a caller may take away.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn of(app: &App, signed: &Signed) -> Result<Self, ApiError> {
        let registers = signed.scope_of(app, Action::EditAttestations).await? == Scope::County;
        let adds = signed.caller().may(Action::AddEvidence);
        Ok(Self { person: signed.by().person, adds, registers })
    }

    fn may(&self, link: &EvidenceLink) -> bool {
        self.adds && (self.registers || link.by == self.person)
    }

    /// A file as it is shown.
    pub(crate) fn view(&self, link: EvidenceLink) -> EvidenceView {
        EvidenceView {
            removable: self.may(&link),
            id: link.id,
            subject: link.target.subject,
            school: link.target.school,
            title: link.title,
            name: link.file.name,
            media: link.file.media.code(),
            bytes: link.file.bytes,
            sha256: link.file.sha256,
            by: link.by,
            at: link.at,
        }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 指标（或其中一项）的代码
    subject: Option<String>,
    /// 学校标识码
    #[param(value_type = Option<String>)]
    school: Option<SchoolCode>,
}

/// 佐证材料目录
#[utoipa::path(get, path = "/api/years/{year}/evidence", tag = "evidence",
    params(Year, Wanted, Paging), responses((status = 200, body = Page<EvidenceView>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(wanted): Params<Wanted>,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let remover = Remover::of(&app, &signed).await?;
    let all = app.store().evidence(signed.county(), year, signed.scope()).await?;
    let asked = |target: &EvidenceTarget| {
        wanted.subject.as_ref().is_none_or(|subject| target.subject == *subject)
            && wanted.school.as_ref().is_none_or(|school| target.school.as_ref() == Some(school))
    };
    let all = all.into_iter().filter(|link| asked(&link.target));
    let all: Vec<_> = all.map(|link| remover.view(link)).collect();
    tagged(&headers, &page(all, &paging, |view| view.id.to_string()))
}

/// The upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the document")]
struct EvidenceUpload {
    /// PDF、JPG、PNG、DOCX 或 XLSX，可以多个，每个不超过 50 MB
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
    /// 指标（或其中一项）的代码，如 `G1`
    subject: String,
    /// 学校标识码；不给时为全县的材料
    school: Option<String>,
    /// 材料名称或目录号；不给时用文件名
    title: Option<String>,
}

/// 上传佐证材料
///
/// 文件类型按内容判定，与文件名无关。内容相同的文件只存一份：同一份材料重复上传到同一指标，仍是一条。
#[utoipa::path(post, path = "/api/years/{year}/evidence", tag = "evidence",
    params(Year, ("Idempotency-Key" = Option<String>, Header,
        description = "可以不给：内容相同的文件本来就只有一条")),
    request_body(content = EvidenceUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = Vec<EvidenceView>)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<Vec<EvidenceView>>), ApiError> {
    let incoming = incoming::receive(&app, form, FILES, LARGEST).await?;
    let year = known_year(&app, &signed, year).await?;
    let target = target(&app, &signed, year, &incoming).await?;
    let title = incoming.field("title").to_owned();
    if title.chars().count() > TITLE {
        return Err(ApiError::field("title", format!("名称不能超过 {TITLE} 个字")));
    }
    let same = |link: &EvidenceLink| {
        link.target.subject == target.subject && link.target.school == target.school
    };
    let (store, county, by) = (app.store(), signed.county(), signed.by());
    let there = store.evidence(county, year, signed.scope()).await?;
    if there.iter().filter(|link| same(link)).count() + incoming.files.len() > MOST {
        return Err(ApiError::NotNow(format!("一项指标最多 {MOST} 个文件；请先合并或移除")));
    }
    let mut links = Vec::new();
    for file in &incoming.files {
        let source = EvidenceSource::File(file.path.to_path_buf());
        let kept = store.add_evidence(county, &file.name, source, &by).await?;
        let title = if title.is_empty() { &file.name } else { &title };
        links.push(store.link_evidence(county, &kept.sha256, &target, title, &by).await?);
    }
    let remover = Remover::of(&app, &signed).await?;
    let mut views = Vec::new();
    for id in links {
        views.push(remover.view(store.evidence_link(county, id, signed.scope()).await?.0));
    }
    Ok((StatusCode::CREATED, Json(views)))
}

/// What an upload is evidence of, where the caller may say so.
async fn target(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    incoming: &Incoming,
) -> Result<EvidenceTarget, ApiError> {
    let school = match incoming.field("school") {
        "" => None,
        code => Some(
            SchoolCode::parse(code)
                .map_err(|error| ApiError::field("school", error.to_string()))?,
        ),
    };
    match &school {
        Some(school) => signed.require_school(app, school).await?,
        None if *signed.scope() != Scope::County => {
            return Err(ApiError::field("school", "请选择学校；全县的材料由教育局上传"));
        }
        None => {}
    }
    let subject = incoming.field("subject").to_owned();
    let standard = standard_of_year(app, signed.county(), year, None).await?;
    if !standard.codes().contains(&subject.as_str()) {
        let why = format!("所用标准中没有指标“{subject}”；请从指标一览中选择");
        return Err(ApiError::field("subject", why));
    }
    Ok(EvidenceTarget { year, school, subject })
}

/// 下载一份佐证材料
///
/// 一律作为附件下载，不在浏览器中打开；每次下载记入审计。
#[utoipa::path(get, path = "/api/evidence/{id}", tag = "evidence", params(("id" = i64, Path)),
    responses((status = 200, description = "原文件", content_type = "application/octet-stream")))]
async fn download(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    let (county, by) = (signed.county(), signed.by());
    let (link, path) = app.store().evidence_link(county, id, signed.scope()).await?;
    let content = content(&path).await?;
    app.store().audit(county, &by, "evidence.download", &id.to_string(), &link.file.sha256).await?;
    let media = link.file.media.code();
    let name = with_ending(&link.file.name, media);
    let disposition = attachment(&format!("evidence-{id}.{media}"), &name);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(link.file.media.mime())),
        (header::CONTENT_LENGTH, HeaderValue::from(link.file.bytes)),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, content).into_response())
}

/// A file, read while it is sent.
async fn content(path: &Path) -> Result<Bytes, ApiError> {
    let path = path.to_owned();
    let file = incoming::blocking(move || File::open(path).map_err(|error| disk(&error))).await?;
    let file = tokio::fs::File::from_std(file);
    let pieces = futures_util::stream::try_unfold(file, async |mut file| {
        let mut piece = Vec::with_capacity(64 * 1024);
        let read = (&mut file).take(64 * 1024).read_to_end(&mut piece).await?;
        std::io::Result::Ok((read > 0).then_some((piece, file)))
    });
    Ok(Bytes::from_stream(pieces))
}

/// A name with the ending of its type: what it was called by the one who uploaded it says nothing.
fn with_ending(name: &str, media: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let fits = ending.is_some_and(|ending| ending == media || (media == "jpg" && ending == "jpeg"));
    if fits { name.to_owned() } else { format!("{name}.{media}") }
}

/// Why a file goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "传错了文件，已换新版"}))]
struct EvidenceRemoval {
    /// 理由，记入审计
    reason: String,
}

/// 移除一份佐证材料
///
/// 上传人可以移除自己上传的；登记全县佐证的人可以移除任何一份。须写明理由。
#[utoipa::path(post, path = "/api/evidence/{id}/removal", tag = "evidence",
    params(("id" = i64, Path)), request_body = EvidenceRemoval,
    responses((status = 204, description = "已移除")))]
async fn remove(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(removal): Body<EvidenceRemoval>,
) -> Result<StatusCode, ApiError> {
    let reason = removal.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON {
        return Err(ApiError::field("reason", format!("请写明移除的理由，不超过 {REASON} 个字")));
    }
    let (store, county) = (app.store(), signed.county());
    let (link, _) = store.evidence_link(county, id, signed.scope()).await?;
    if !Remover::of(&app, &signed).await?.may(&link) {
        return Err(ApiError::NotNow(format!(
            "这份材料由{}上传；只有上传人或登记佐证的人可以移除",
            link.by
        )));
    }
    let by = signed.by();
    store.unlink_evidence(county, id, signed.scope(), reason, &by).await?;
    // What nobody has needed for long goes now; whether that works is no concern of the caller's.
    let before = signed.now() - KEPT;
    if let Err(error) = store.sweep_evidence(county, before, &by).await {
        tracing::warn!(%error, "evidence files were not swept");
    }
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_as_its_content_is() {
        assert_eq!(with_ending("批复.PDF", "pdf"), "批复.PDF");
        assert_eq!(with_ending("照片.jpeg", "jpg"), "照片.jpeg");
        assert_eq!(with_ending("a.exe", "pdf"), "a.exe.pdf");
        assert_eq!(with_ending("批复", "docx"), "批复.docx");
    }

    #[test]
    fn a_header_holds_any_name() {
        let value = attachment("evidence-7.pdf", "批 \"复\r\n.pdf");
        let text = value.to_str().unwrap();
        assert!(text.starts_with("attachment; filename=\"evidence-7.pdf\"; filename*=UTF-8''%E6"));
        assert!(text.ends_with("%20%22%E5%A4%8D%0D%0A.pdf"));
    }
}
