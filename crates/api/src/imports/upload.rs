//! Uploading: bytes go straight to the disk, counted while they come.

use super::{Input, JOBS, KIND, UploadedFile, blocking, reading, shelf, whole_county};
use crate::body::Params;
use crate::collection::school_year;
use crate::{ApiError, App, Signed};
use access::token::Token;
use axum::Json;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use domain::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::time::SystemTime;
use store::jobs::NewJob;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// ImportUpload of one upload.
const FILES: usize = 200;
/// So many bytes are gathered before they are written.
const PIECE: usize = 1 << 20;
/// Longest key of a request.
const KEY: usize = 100;

pub(super) fn routes() -> OpenApiRouter<App> {
    // The limit is the server's own, which counts all files together.
    OpenApiRouter::new().routes(routes!(upload).layer(DefaultBodyLimit::disable()))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Of {
    /// 学年的起始年份
    year: i16,
}

/// The upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the document")]
struct ImportUpload {
    /// 工作簿、CSV 或压缩包，可以多个
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
}

/// An import that was begun.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"job": 12, "import": 12}))]
struct ImportBegun {
    /// 任务编号
    job: i64,
    /// 导入编号
    import: i64,
}

/// 上传要导入的文件
///
/// 只读取和检查，不改动数据；确认后才导入。带同一个 `Idempotency-Key` 重传同样的文件，仍是同一次导入。
#[utoipa::path(post, path = "/api/imports", tag = "imports",
    params(Of, ("Idempotency-Key" = Option<String>, Header, description = "客户端生成的幂等键")),
    request_body(content = ImportUpload, content_type = "multipart/form-data"),
    responses((status = 202, body = ImportBegun)))]
async fn upload(
    State(app): State<App>,
    signed: Signed,
    Params(of): Params<Of>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<ImportBegun>), ApiError> {
    whole_county(&signed)?;
    school_year(of.year)?;
    let form = form.map_err(|_| ApiError::MediaType("multipart/form-data"))?;
    let key = key(&headers, signed.user().id)?;
    let known = folders(&app, &signed).await?;
    let (store, county) = (app.store().clone(), signed.county().to_string());
    let now = SystemTime::from(signed.now());
    let staged = blocking(move || {
        if shelf::sweep(&store, &county, &known, now)? >= shelf::MOST {
            let most = shelf::MOST;
            let why = format!("保留的上传已有 {most} 次；请先在导入记录中删除不再需要的");
            return Err(ApiError::NotNow(why));
        }
        shelf::Staged::new(&store)
    })
    .await?;
    let files = receive(&app, &staged, form).await?;
    if files.is_empty() {
        return Err(ApiError::field("file", "没有收到文件；请选择要导入的文件"));
    }
    let token = Token::random()?.hash();
    let name = format!("{}-{}", signed.county(), token.get(..24).unwrap_or(&token));
    let (store, to) = (app.store().clone(), name.clone());
    blocking(move || staged.settle(&store, &to)).await?;
    let input = Input { year: of.year, folder: name, files };
    let begun = enqueue(&app, &signed, &input, key).await;
    if !matches!(&begun, Ok((_, true))) {
        // It was refused, or is one that is there already: these bytes are nobody's.
        let folder = shelf::folder(app.store(), &input.folder);
        blocking(move || shelf::remove(&folder)).await?;
    }
    let (job, _) = begun?;
    app.board().ring();
    Ok((StatusCode::ACCEPTED, Json(ImportBegun { job, import: job })))
}

/// Puts the job into the queue; `false`: it is one that was asked for before with the same key.
async fn enqueue(
    app: &App,
    signed: &Signed,
    input: &Input,
    key: Option<String>,
) -> Result<(i64, bool), ApiError> {
    let new = NewJob {
        kind: KIND.to_owned(),
        input: serde_json::to_string(input).map_err(ApiError::internal)?,
        steps: reading::STEPS.map(str::to_owned).to_vec(),
        request: key,
    };
    let job = app.store().enqueue(signed.county(), &new, &signed.by()).await?;
    let there: Input = serde_json::from_str(&job.input).map_err(ApiError::internal)?;
    if there.folder == input.folder {
        return Ok((job.id, true));
    }
    if there.year != input.year || there.files != input.files {
        let why = "这个幂等键已用于另一批文件；请换一个";
        return Err(ApiError::field("Idempotency-Key", why));
    }
    Ok((job.id, false))
}

/// The key of a request, one's own.
fn key(headers: &HeaderMap, user: i64) -> Result<Option<String>, ApiError> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=KEY).contains(&key.len()));
    let wrong = || ApiError::field("Idempotency-Key", format!("应为 1 至 {KEY} 个可见字符"));
    Ok(Some(format!("{KIND}/{user}/{}", key.ok_or_else(wrong)?)))
}

/// The folders that imports of the county know of.
async fn folders(app: &App, signed: &Signed) -> Result<BTreeSet<String>, ApiError> {
    let jobs = app.store().jobs(signed.county(), JOBS).await?;
    let mine = jobs.into_iter().filter(|job| job.kind == KIND);
    let inputs = mine.filter_map(|job| serde_json::from_str::<Input>(&job.input).ok());
    Ok(inputs.map(|input| input.folder).collect())
}

async fn receive(
    app: &App,
    staged: &shelf::Staged,
    mut form: Multipart,
) -> Result<Vec<UploadedFile>, ApiError> {
    let limit = app.config().upload_limit;
    let (mut files, mut total) = (Vec::<UploadedFile>::new(), 0usize);
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(&error))? {
        let Some(given) = field.file_name().map(str::to_owned) else { continue };
        if files.len() >= FILES {
            return Err(ApiError::field("file", format!("一次最多上传 {FILES} 个文件")));
        }
        let name = name(&given, &files);
        let path = shelf::file(staged.path(), files.len());
        let mut file = blocking(move || File::create_new(path).map_err(shelf::problem)).await?;
        let (mut hasher, mut bytes, mut piece) = (Sha256::new(), 0u64, Vec::with_capacity(PIECE));
        while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
            total = total.saturating_add(chunk.len());
            if total > limit {
                return Err(ApiError::TooLarge { limit });
            }
            hasher.update(&chunk);
            bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            piece.extend_from_slice(&chunk);
            if piece.len() >= PIECE {
                file = append(file, std::mem::take(&mut piece), false).await?;
            }
        }
        append(file, piece, true).await?;
        let sha256 = hex(&hasher.finalize());
        files.push(UploadedFile { name, bytes, sha256 });
    }
    Ok(files)
}

async fn append(mut file: File, piece: Vec<u8>, last: bool) -> Result<File, ApiError> {
    blocking(move || {
        file.write_all(&piece).map_err(shelf::problem)?;
        if last {
            file.sync_all().map_err(shelf::problem)?;
        }
        Ok(file)
    })
    .await
}

fn broken(error: &MultipartError) -> ApiError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::TooLarge { limit: crate::router::BODY_LIMIT_SHOWN }
        }
        _ => ApiError::Malformed("上传没有传完；请检查网络后重试".to_owned()),
    }
}

/// The name by which findings call a file: without folders, one line, like no other of the upload.
fn name(given: &str, before: &[UploadedFile]) -> String {
    let plain = crate::incoming::plain(given);
    let taken = |name: &str| before.iter().any(|file| file.name == name);
    if !taken(&plain) {
        return plain;
    }
    let (stem, ending) = match plain.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (plain.as_str(), String::new()),
    };
    let mut number = 2;
    loop {
        let name = format!("{stem}({number}){ending}");
        if !taken(&name) {
            return name;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_a_path_or_that_of_another_file() {
        let file = |name: &str| UploadedFile { name: name.into(), bytes: 0, sha256: String::new() };
        assert_eq!(name("../../学校.xlsx", &[]), "学校.xlsx");
        assert_eq!(name("a.xlsx", &[file("a.xlsx"), file("a(2).xlsx")]), "a(3).xlsx");
    }
}
