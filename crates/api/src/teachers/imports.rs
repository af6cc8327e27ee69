//! Rosters from files: read in memory, kept sealed on a shelf, looked at, and then accepted or thrown
//! away. Nothing of a file touches the disk in plain text, and only the one who uploaded it sees it.

use super::dto::RosterFinding;
use super::kept::Ground;
use super::reading::{Base, Proposal, Shelved, ShelvedFile, propose};
use super::roster::{self, RosterView};
use crate::body::{Body, Of};
use crate::evaluation::asked::known_year;
use crate::evaluation::measured::visible;
use crate::incoming::plain as file_name;
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use domain::{SchoolYear, hex};
use intake::finding::code;
use intake::roster::{RosterOptions, RosterSheet};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use staffing::Severity;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::rosters::{ImportState, NewRosterImport, RosterChange, RosterImportRecord};
use store::{Plain, Scope};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// All files of an upload together, bytes: a county's roster has a few megabytes.
const LIMIT: usize = 32 * 1024 * 1024;
/// Files of an upload.
const FILES: usize = 100;
/// How long an upload waits.
const WAITS: SignedDuration = SignedDuration::from_hours(24);
/// Findings that are listed.
const FINDINGS: usize = 2_000;
/// Longest key of a request.
const KEY: usize = 100;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload).layer(DefaultBodyLimit::max(LIMIT)))
        .routes(routes!(get, discard))
        .routes(routes!(accept))
}

/// The upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the document")]
struct RosterUpload {
    /// 名册文件（.xlsx、.xls、.csv），可以多个
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
    /// 版式代号；不给时按列名识别
    layout: Option<String>,
}

/// A layout by which a file was read.
#[derive(Debug, Serialize, ToSchema)]
struct RosterLayoutName {
    id: String,
    /// 版式名称
    zh: String,
}

/// An uploaded roster: what accepting it would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 3, "state": "waiting", "layout": {"id": "roster-template", "zh": "教师名册模板"},
    "file": "名册.xlsx", "rows": 1210, "teachers": 1208, "added": 12, "changed": 40,
    "unchanged": 1156, "gone": 3, "findings": [], "errors": 2, "refused": false, "version": 4,
    "expires_at": "2024-10-09T08:00:00Z",
}))]
struct RosterImport {
    id: i64,
    /// `waiting` 等待确认、`accepted` 已采用、`removed` 已放弃、`expired` 已过期
    state: &'static str,
    layout: RosterLayoutName,
    file: String,
    /// 文件中的行数
    rows: usize,
    /// 读入的教师数
    teachers: usize,
    added: usize,
    changed: usize,
    unchanged: usize,
    /// 名册中有、文件中没有的教师数（只看文件中出现的学校）
    gone: usize,
    findings: Vec<RosterFinding>,
    /// 错误数，包括没有列出的
    errors: usize,
    /// 没有可以采用的内容
    refused: bool,
    /// 比较时名册的版本号
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

struct File {
    name: String,
    bytes: Vec<u8>,
}

async fn receive(
    form: Result<Multipart, MultipartRejection>,
) -> Result<(Vec<File>, Option<String>), ApiError> {
    let mut form = form.map_err(|_| ApiError::MediaType("multipart/form-data"))?;
    let broken = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::TooLarge { limit: LIMIT },
        _ => ApiError::Malformed("上传没有传完；请检查网络后重试".to_owned()),
    };
    let (mut files, mut layout): (Vec<File>, _) = (Vec::new(), None);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.file_name().map(file_name) {
            Some(_) if files.len() >= FILES => {
                return Err(ApiError::field("file", format!("一次最多上传 {FILES} 个文件")));
            }
            Some(name) => {
                let bytes = field.bytes().await.map_err(broken)?.to_vec();
                files.push(File { name, bytes });
            }
            None if field.name() == Some("layout") => {
                let text = field.text().await.map_err(broken)?;
                layout = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            }
            None => {}
        }
    }
    if files.is_empty() {
        return Err(ApiError::field("file", "没有收到文件；请选择教师名册"));
    }
    Ok((files, layout))
}

/// The column of a finding by its heading, and the cell; nothing where rows or the sheet are meant.
fn column(finding: &intake::Finding, sheet: &RosterSheet) -> String {
    let at = finding.location.as_ref().and_then(|at| Some((&*at.sheet, at.cell?)));
    let of_rows = [code::PASSED_OVER, code::MERGED].contains(&finding.code);
    let Some((own, (row, column))) = at.filter(|_| !of_rows) else { return String::new() };
    let cell = domain::cell_name(row, column);
    match sheet.headings.get(&column).filter(|_| own == sheet.sheet) {
        Some(heading) => format!("{heading}（{cell}）"),
        None if own == sheet.sheet => cell,
        None => format!("{own} › {cell}"),
    }
}

/// The number of the teacher in a row of the sheet, where it names nobody.
fn number(finding: &intake::Finding, sheet: &RosterSheet) -> Option<String> {
    let at = finding.location.as_ref().filter(|at| *at.sheet == *sheet.sheet)?;
    let row = usize::try_from(at.cell?.0).ok()? + 1;
    let record = sheet.rows.iter().find(|record| record.row == row)?;
    record.get("number").filter(|number| super::plain::is_number(number)).map(str::to_owned)
}

/// A finding of the reading of a file: it quotes no cell.
fn found(finding: &intake::Finding, sheet: &RosterSheet, file: &str) -> RosterFinding {
    let severity = match finding.severity {
        intake::Severity::Error => Severity::Error,
        intake::Severity::Warning => Severity::Warning,
        intake::Severity::Notice => Severity::Notice,
    };
    let row = finding.location.as_ref().and_then(|at| at.cell);
    RosterFinding {
        code: finding.code.to_owned(),
        severity,
        file: file.to_owned(),
        row: row.and_then(|(row, _)| usize::try_from(row).ok()).map(|row| row + 1),
        teacher: number(finding, sheet),
        school: None,
        school_name: None,
        field: column(finding, sheet),
        message: finding.message.clone(),
        remedy: finding.advice.clone(),
    }
}

fn shelved(file: &File, sheet: RosterSheet) -> ShelvedFile {
    let sha256 = hex(&Sha256::digest(&file.bytes));
    let rows = sheet.rows.iter().map(|record| {
        let cells = record.cells().map(|(code, text)| (code.to_owned(), text.to_owned()));
        (record.row, cells.collect::<BTreeMap<_, _>>())
    });
    ShelvedFile {
        name: file.name.clone(),
        sha256,
        rows: rows.collect(),
        findings: sheet.findings.iter().map(|finding| found(finding, &sheet, &file.name)).collect(),
        layout: (sheet.layout, sheet.title),
    }
}

/// The name of a file is kept for good, in the roster and in the audit: it names nobody of the file.
fn nameless(mut file: ShelvedFile) -> ShelvedFile {
    let people = file.rows.iter().filter_map(|(_, columns)| columns.get("name"));
    let named = people.filter(|name| name.chars().count() > 1 && file.name.contains(*name));
    let named: Vec<String> = named.cloned().collect();
    let hidden = named.iter().fold(file.name.clone(), |name, person| name.replace(person, "＊＊"));
    file.name = super::plain::short_numbers(&hidden);
    for finding in &mut file.findings {
        finding.file.clone_from(&file.name);
    }
    file
}

/// The key of a request, one's own.
fn key(headers: &HeaderMap, user: i64) -> Result<Option<String>, ApiError> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=KEY).contains(&key.len()));
    let wrong = || ApiError::field("Idempotency-Key", format!("应为 1 至 {KEY} 个可见字符"));
    Ok(Some(format!("{user}/{}", key.ok_or_else(wrong)?)))
}

/// 上传教师名册
///
/// 只读取和比较，确认后才采用；24 小时内没有确认的自动清除。带同一个 `Idempotency-Key` 重传同样的文件，
/// 仍是同一次导入。各校只能导入本校的教师。
#[utoipa::path(post, path = "/api/years/{year}/roster/imports", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("Idempotency-Key" = Option<String>, Header, description = "客户端生成的幂等键")),
    request_body(content = RosterUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = RosterImport)))]
async fn upload(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<RosterImport>), ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let request = key(&headers, signed.user().id)?;
    let (files, layout) = receive(form).await?;
    let schools = app.store().schools(signed.county(), &Scope::County).await?;
    let permit = app.kept().reading().await?;
    let reader = app.clone();
    let work = move || {
        let names = schools.iter().map(|school| (school.code.as_str(), school.name.as_str()));
        let layouts = &reader.knowledge().rosters;
        let options = RosterOptions::new(layouts).by(layout.as_deref()).schools(names);
        let read = |file: &File| {
            let sheet = intake::roster::read(&file.bytes, &file.name, &options);
            sheet
                .map(|sheet| nameless(shelved(file, sheet)))
                .map_err(|error| ApiError::File(error.to_string()))
        };
        files.iter().map(read).collect::<Result<Vec<_>, _>>()
    };
    let files = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)??;
    drop(permit);
    let name = match files.as_slice() {
        [only] => only.name.clone(),
        many => format!("{}等 {} 个文件", many.first().map_or("", |f| f.name.as_str()), many.len()),
    };
    let shelved = Shelved { files };
    let content = serde_json::to_vec(&shelved).map_err(|_| unreadable())?;
    let new = NewRosterImport {
        year,
        owner: signed.user().id,
        request,
        file: name,
        content: Plain::new(content),
        expires_at: signed.now() + WAITS,
    };
    let (record, fresh) = app.store().shelve_roster(signed.county(), &new, &signed.by()).await?;
    if !fresh && record.state == ImportState::Waiting {
        let same = |a: &ShelvedFile, b: &ShelvedFile| a.sha256 == b.sha256;
        let there = unshelved(&record)?;
        let (old, new) = (&there.files, &shelved.files);
        let alike = old.len() == new.len() && old.iter().zip(new).all(|(a, b)| same(a, b));
        if record.year != year || !alike {
            let why = "这个幂等键已用于另一批文件；请换一个";
            return Err(ApiError::field("Idempotency-Key", why));
        }
    }
    Ok((StatusCode::CREATED, Json(view(&app, &signed, &record).await?.0)))
}

fn unreadable() -> ApiError {
    ApiError::internal(std::io::Error::other("an uploaded roster cannot be read"))
}

fn unshelved(record: &RosterImportRecord) -> Result<Shelved, ApiError> {
    if record.content.reveal().is_empty() {
        return Ok(Shelved { files: Vec::new() });
    }
    // What serde says of a text may repeat it.
    serde_json::from_slice(record.content.reveal()).map_err(|_| unreadable())
}

/// What accepting would do, against the roster as it is.
async fn view(
    app: &App,
    signed: &Signed,
    record: &RosterImportRecord,
) -> Result<(RosterImport, Proposal), ApiError> {
    let (county, year) = (signed.county(), record.year);
    let shelved = unshelved(record)?;
    let ground = Ground::of(app, county, year).await?;
    let visible = visible(app, county, signed.scope()).await?;
    let found = app.store().teachers(county, year, &Scope::County).await?;
    let day = found.as_ref().map_or(store::years::statistics_date(year), |(head, _)| head.day);
    let version = found.as_ref().map_or(0, |(head, _)| head.version);
    let records = found.map(|(_, records)| records).unwrap_or_default();
    let rules = Arc::clone(&app.knowledge().staffing);
    let layout = shelved.files.first().map(|file| file.layout.clone()).unwrap_or_default();
    let work = move || {
        let base = Base {
            records: &records,
            visible: visible.as_ref(),
            snapshot: &ground.snapshot,
            rules: &rules,
            day,
        };
        propose(&shelved.files, &base)
    };
    let proposal = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)??;
    let teachers = proposal.added + proposal.changed + proposal.unchanged;
    let errors = proposal.findings.iter().filter(|f| f.severity == Severity::Error).count();
    let view = RosterImport {
        id: record.id,
        state: record.state.code(),
        layout: RosterLayoutName { id: layout.0, zh: layout.1 },
        file: record.file.clone(),
        rows: proposal.rows,
        teachers,
        added: proposal.added,
        changed: proposal.changed,
        unchanged: proposal.unchanged,
        gone: proposal.gone.len(),
        findings: proposal.findings.iter().take(FINDINGS).cloned().collect(),
        errors,
        refused: teachers == 0,
        version,
        expires_at: record.expires_at,
    };
    Ok((view, proposal))
}

async fn own(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    id: i64,
) -> Result<RosterImportRecord, ApiError> {
    let (county, owner) = (signed.county(), signed.user().id);
    let record = app.store().roster_import(county, id, owner, signed.now()).await?;
    let found = (record.year == year).then_some(record);
    found.ok_or_else(|| ApiError::NotFound(format!("名册导入 {id}")))
}

/// 一次名册导入：采用后会改动什么、发现的问题
#[utoipa::path(get, path = "/api/years/{year}/roster/imports/{id}", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("id" = i64, Path)),
    responses((status = 200, body = RosterImport)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    Of((year, id)): Of<(i16, i64)>,
) -> Result<Json<RosterImport>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let record = own(&app, &signed, year, id).await?;
    Ok(Json(view(&app, &signed, &record).await?.0))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"keep_missing": true}))]
struct RosterDecision {
    /// 文件中没有的教师：true 保留，false 移出名册
    keep_missing: bool,
    /// 查看时名册的版本号；给出时，名册其后有改动就不采用
    #[serde(default)]
    version: Option<i64>,
}

/// 采用一次名册导入
///
/// 全部采用，或者全部不采用；已经采用的，再次确认不会重复。
#[utoipa::path(post, path = "/api/years/{year}/roster/imports/{id}/accept", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("id" = i64, Path)),
    request_body = RosterDecision, responses((status = 200, body = RosterView)))]
async fn accept(
    State(app): State<App>,
    signed: Signed,
    Of((year, id)): Of<(i16, i64)>,
    Body(decision): Body<RosterDecision>,
) -> Result<Json<RosterView>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let record = own(&app, &signed, year, id).await?;
    let (county, scope, by) = (signed.county(), signed.scope(), signed.by());
    let owner = signed.user().id;
    if record.state != ImportState::Accepted {
        let (view, proposal) = view(&app, &signed, &record).await?;
        if view.refused && record.state == ImportState::Waiting {
            let why = "没有可以采用的教师；请按发现的问题改正文件后重新上传";
            return Err(ApiError::NotNow(why.to_owned()));
        }
        let seen = decision.version.unwrap_or(view.version);
        let mut gone = proposal.gone;
        if decision.keep_missing {
            gone.retain(|number| proposal.renumbered.contains(number));
        }
        let change = RosterChange { put: proposal.put, gone, source: record.file.clone() };
        app.store().accept_roster(county, id, owner, &change, seen, scope, &by).await?;
    }
    Ok(Json(roster::view(&app, &signed, year, scope).await?))
}

/// 放弃一次名册导入，清除上传的内容
#[utoipa::path(delete, path = "/api/years/{year}/roster/imports/{id}", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("id" = i64, Path)),
    responses((status = 204, description = "已清除")))]
async fn discard(
    State(app): State<App>,
    signed: Signed,
    Of((year, id)): Of<(i16, i64)>,
) -> Result<StatusCode, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    own(&app, &signed, year, id).await?;
    let (county, owner) = (signed.county(), signed.user().id);
    app.store().drop_roster_import(county, id, owner, &signed.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
