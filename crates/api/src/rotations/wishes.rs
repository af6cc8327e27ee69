//! Wishes (交流志愿): typed, or read from a sheet. What cannot be is a finding, not a failure.

use super::pose::{Ground, ground};
use super::result::RotationFinding;
use super::{RotationWish, SeenBody, WishSchool, editable};
use crate::body::{Body, Of, Params};
use crate::download::{XLSX, download};
use crate::incoming::receive;
use crate::list::{LIMIT, Line, List};
use crate::sheet::head;
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::Response;
use domain::SchoolCode;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use serde::{Deserialize, Serialize};
use staffing::rotation::eligibility::{Eligibility, of_all};
use staffing::{Severity, TeacherId};
use std::collections::{BTreeMap, BTreeSet};
use store::rotations::RotationEdit;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// Teachers with wishes.
const MOST: usize = 50_000;
/// Wishes of one teacher.
const EACH: usize = 20;
/// The heading of the teachers' numbers.
const NUMBER: &str = "教师编号";
/// The headings of wishes begin so.
const WISH: &str = "志愿";
/// Wishes of the sheet to fill in.
const COLUMNS: u16 = 3;

/// What an import reads.
static LIST: List<1> = List {
    template: "志愿表",
    headings: [NUMBER],
    needed: &[NUMBER],
    series: Some(WISH),
    most: MOST,
    more: "一名教师只写一行",
    cells: 1_000_000,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(put))
        .routes(routes!(import).layer(DefaultBodyLimit::max(LIMIT)))
        .routes(routes!(sheet))
}

/// The wishes of a teacher: schools that he or she prefers to the own one, the best first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"teacher": "T0001", "schools": ["3418230002", "3418230005"]}))]
pub(super) struct WishRow {
    /// The teacher's number.
    pub(super) teacher: String,
    /// Codes of schools, or their names.
    pub(super) schools: Vec<String>,
}

/// All wishes of a rotation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 2, "rows": [
    {"teacher": "T0001", "schools": ["3418230002", "3418230005"]}]}))]
struct NewWishes {
    /// The version that was seen.
    version: Option<i64>,
    /// All wishes; they replace those before.
    rows: Vec<WishRow>,
}

/// What was kept of them.
#[derive(Debug, Serialize, ToSchema)]
struct KeptWishes {
    /// For the next edit.
    version: i64,
    /// Teachers whose wishes are kept.
    kept: usize,
    findings: Vec<RotationFinding>,
}

/// 登记交流志愿
///
/// 整份替换。不存在的教师或学校、不符合条件的教师是提示，不影响其他人。
#[utoipa::path(put, path = "/api/rotations/{id}/wishes", tag = "rotations",
    params(("id" = i64, Path)), request_body = NewWishes,
    responses((status = 200, body = KeptWishes)))]
async fn put(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(new): Body<NewWishes>,
) -> Result<Json<KeptWishes>, ApiError> {
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    keep(&app, &signed, id, new.rows, seen).await
}

async fn keep(
    app: &App,
    signed: &Signed,
    id: i64,
    rows: Vec<WishRow>,
    seen: i64,
) -> Result<Json<KeptWishes>, ApiError> {
    let record = editable(app, signed, id).await?;
    if rows.len() > MOST {
        return Err(ApiError::field("rows", format!("最多 {MOST} 名教师的志愿")));
    }
    let ground = ground(app, signed.county(), record.year).await?;
    let read = Reading::of(&ground, rows);
    let (kept, findings) = (read.rows.len(), read.findings);
    let json = serde_json::to_string(&read.rows).map_err(ApiError::internal)?;
    let wished = i64::try_from(kept).unwrap_or(i64::MAX);
    let edit = RotationEdit { wishes: Some((&json, wished)), ..RotationEdit::default() };
    let record = app.store().edit_rotation(signed.county(), id, &edit, seen, &signed.by()).await?;
    Ok(Json(KeptWishes { version: record.version, kept, findings }))
}

/// What is wrong with the wishes of some ground, without changing them.
pub(super) fn findings(ground: &Ground, rows: &[WishRow]) -> Vec<RotationFinding> {
    Reading::of(ground, rows.to_vec()).findings
}

/// The wishes with the words to show them by.
pub(super) fn shown(ground: Option<&Ground>, rows: &[WishRow]) -> Vec<RotationWish> {
    let names = ground.map(Ground::names).unwrap_or_default();
    let name = |code: &str| {
        SchoolCode::parse(code).ok().and_then(|code| names.get(&code).cloned()).unwrap_or_default()
    };
    let row = |row: &WishRow| {
        let id = TeacherId::from(row.teacher.as_str());
        let teacher = ground.and_then(|ground| ground.roster.teacher(&id));
        let subject = |ground: &Ground, code: &str| ground.rules.subject_zh(code).to_owned();
        RotationWish {
            teacher: row.teacher.clone(),
            name: teacher.map(|teacher| teacher.name.to_string()),
            school: teacher.map(|teacher| teacher.school.clone()),
            school_name: teacher.map(|teacher| name(teacher.school.as_str())),
            stage: teacher.map(|teacher| teacher.stage),
            subject: ground.and_then(|ground| Some(subject(ground, teacher?.main_subject()?))),
            schools: row
                .schools
                .iter()
                .map(|code| WishSchool { code: code.clone(), name: name(code) })
                .collect(),
        }
    };
    rows.iter().map(row).collect()
}

/// Wishes while they are read.
struct Reading<'a> {
    ground: &'a Ground,
    names: BTreeMap<String, Option<SchoolCode>>,
    eligibility: Vec<Eligibility>,
    rows: Vec<WishRow>,
    findings: Vec<RotationFinding>,
}

impl<'a> Reading<'a> {
    fn of(ground: &'a Ground, rows: Vec<WishRow>) -> Self {
        let mut names: BTreeMap<String, Option<SchoolCode>> = BTreeMap::new();
        for school in ground.snapshot.schools() {
            // A name that two schools have names neither.
            let code = Some(school.code.clone());
            names.entry(school.name.clone()).and_modify(|known| *known = None).or_insert(code);
        }
        let mut reading = Self {
            ground,
            names,
            eligibility: of_all(&ground.roster, &ground.rules),
            rows: Vec::new(),
            findings: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for row in rows {
            reading.row(&row, &mut seen);
        }
        reading.rows.sort_by(|a, b| a.teacher.cmp(&b.teacher));
        reading
    }

    fn say(&mut self, teacher: &str, message: String, remedy: &str) {
        self.findings.push(RotationFinding {
            code: "T-WISH-01".to_owned(),
            severity: Severity::Warning,
            zh: Severity::Warning.zh().to_owned(),
            teacher: Some(teacher.to_owned()),
            field: "交流志愿".to_owned(),
            message,
            remedy: remedy.to_owned(),
        });
    }

    fn row(&mut self, row: &WishRow, seen: &mut BTreeSet<String>) {
        let number = row.teacher.trim().chars().take(64).collect::<String>();
        if number.is_empty() || row.schools.iter().all(|school| school.trim().is_empty()) {
            return;
        }
        if !seen.insert(number.clone()) {
            let text = "志愿写了两次，只计第一次".to_owned();
            return self.say(&number, text, "一名教师只写一行");
        }
        let id = TeacherId::from(number.as_str());
        let Some(at) = self.ground.roster.index(&id) else {
            let text = "名册中没有这名教师，志愿没有计入".to_owned();
            return self.say(&number, text, "核对教师编号");
        };
        if let Some(why) = self.eligibility.get(at).and_then(Eligibility::why) {
            let text = format!("不符合交流条件（{why}），求解时不计入");
            self.say(&number, text, "核对后由教育局决定");
        }
        let Some(teacher) = self.ground.roster.teachers().get(at) else { return };
        let (own, stage) = (teacher.school.clone(), teacher.stage);
        let mut schools: Vec<String> = Vec::new();
        for told in row.schools.iter().map(|school| school.trim()).filter(|s| !s.is_empty()) {
            let told: String = told.chars().take(60).collect();
            let code = SchoolCode::parse(&told).ok();
            let code = code.or_else(|| self.names.get(&told).cloned().flatten());
            let Some(code) = code else {
                let text = format!("没有名称或标识码为“{told}”的学校，没有计入");
                self.say(&number, text, "填写学校标识码或完整校名");
                continue;
            };
            let there = self.ground.snapshot.school(&code);
            if code == own {
                self.say(&number, format!("志愿 {code} 就是本校，没有计入"), "删去本校");
            } else if there.is_none_or(|school| school.section(stage).is_none()) {
                let text = format!("志愿学校 {code} 不在本县数据中，或没有{stage}部，没有计入");
                self.say(&number, text, "改填有相应学段的学校");
            } else if schools.iter().any(|known| known == code.as_str()) {
                self.say(&number, format!("志愿 {code} 填了两次"), "每校只填一次");
            } else if schools.len() >= EACH {
                self.say(&number, format!("志愿超过 {EACH} 个，其余没有计入"), "减少志愿");
                break;
            } else {
                schools.push(code.to_string());
            }
        }
        if !schools.is_empty() {
            self.rows.push(WishRow { teacher: number, schools });
        }
    }
}

/// The upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the document")]
struct WishUpload {
    /// A sheet with the columns 教师编号, 志愿1, 志愿2 …
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The version that was seen, where the address does not say it.
    version: Option<i64>,
}

/// 导入交流志愿
///
/// xlsx 或 CSV：教师编号、志愿1、志愿2……，学校写标识码或完整校名。整份替换。
#[utoipa::path(post, path = "/api/rotations/{id}/wishes/import", tag = "rotations",
    params(("id" = i64, Path), SeenBody),
    request_body(content = WishUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = KeptWishes)))]
async fn import(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Params(seen): Params<SeenBody>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<KeptWishes>, ApiError> {
    editable(&app, &signed, id).await?;
    let incoming = receive(&app, form, 1, LIMIT).await?;
    // The version comes with the address or with the form.
    let version = seen.version.or_else(|| incoming.field("version").parse().ok());
    let seen = SeenBody { version }.seen()?;
    let lines = LIST.received(incoming).await?.into_iter();
    let row = |Line { cells: [teacher], series, .. }| WishRow { teacher, schools: series };
    let rows = lines.map(row).collect();
    keep(&app, &signed, id, rows, seen).await
}

/// 志愿表：符合条件的教师，供各校填写（姓名隐去）
#[utoipa::path(get, path = "/api/rotations/{id}/wishes.xlsx", tag = "rotations",
    params(("id" = i64, Path)),
    responses((status = 200, description = "xlsx 工作簿", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn sheet(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    super::whole(&signed, access::Action::EditStaffing)?;
    let (record, wishes) = super::written(&app, signed.county(), id).await?;
    let ground = ground(&app, signed.county(), record.year).await?;
    let file = tokio::task::spawn_blocking(move || workbook(&ground, &wishes));
    let file = file.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    Ok(download(file, XLSX, "wishes.xlsx", "交流志愿.xlsx"))
}

fn workbook(ground: &Ground, wishes: &[WishRow]) -> Result<Vec<u8>, XlsxError> {
    let asked: BTreeMap<&str, &WishRow> =
        wishes.iter().map(|row| (row.teacher.as_str(), row)).collect();
    let names = ground.names();
    let bold = Format::new().set_bold().set_align(FormatAlign::Center);
    let plain = Format::new().set_num_format("@");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("志愿")?;
    let fixed = [(NUMBER, 14.0), ("姓名", 10.0), ("学校", 30.0), ("学段", 8.0), ("学科", 12.0)];
    let further = (1..=COLUMNS).map(|wish| (format!("{WISH}{wish}"), 30.0));
    let columns = fixed.map(|(heading, width)| (heading.to_owned(), width));
    sheet.set_column_range_format(0, 4 + COLUMNS, &plain)?;
    head(sheet, columns.into_iter().chain(further), &bold)?;
    sheet.set_freeze_panes(1, 1)?;
    let eligibility = of_all(&ground.roster, &ground.rules);
    let mut row = 1u32;
    for (teacher, eligible) in ground.roster.teachers().iter().zip(&eligibility) {
        if *eligible != Eligibility::Eligible {
            continue;
        }
        let subject = teacher.main_subject().map_or("", |code| ground.rules.subject_zh(code));
        let school = names.get(&teacher.school).map_or("", String::as_str);
        let cells = [
            teacher.id.to_string(),
            teacher.name.to_string(),
            school.to_owned(),
            teacher.stage.zh().to_owned(),
            subject.to_owned(),
        ];
        for (at, cell) in (0u16..).zip(&cells) {
            sheet.write_with_format(row, at, cell, &plain)?;
        }
        if let Some(asked) = asked.get(cells[0].as_str()) {
            for (at, school) in (5u16..).zip(&asked.schools) {
                sheet.write_with_format(row, at, school, &plain)?;
            }
        }
        row += 1;
    }
    book.save_to_buffer()
}
