//! Records from a workbook: all of them or none, every mistake with its row and column.

use super::ground::Ground;
use super::input::{AgreedText, PartyText};
use super::sheet::HEADINGS;
use super::standing;
use crate::body::{Of, Params};
use crate::evaluation::{Year, known_year};
use crate::incoming::receive;
use crate::list::{LIMIT, Line, List};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use domain::{SchoolCode, Stage};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::exchanges::{Agreed, Made, Way};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// What is read.
static LIST: List<11> = List {
    template: "交流记录模板",
    headings: HEADINGS,
    needed: &["方式", "开始日期", "结束日期"],
    series: None,
    most: 2_000,
    more: "请分成几个文件",
    cells: 200_000,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import).layer(DefaultBodyLimit::max(LIMIT)))
}

/// The upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the document")]
struct ExchangeUpload {
    /// 填好的模板（xlsx、xls 或 csv）
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// 只检查，不保存
    #[serde(default)]
    check: bool,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"row": 3, "column": "接受学校", "message": "没有名为“山前学校”的学校"}))]
struct LineProblem {
    /// 表格中的行号
    row: u32,
    /// 列名
    column: String,
    message: String,
}

/// What an import came to: records, or everything that is wrong; never some of both.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"rows": 2, "added": [12, 13], "problems": []}))]
struct ImportedExchanges {
    /// 读到的行数
    rows: usize,
    /// 新记录的编号
    added: Vec<i64>,
    /// 问题；有问题时一条也不保存
    problems: Vec<LineProblem>,
}

/// The heading of a field of [`AgreedText`].
fn heading(field: &str, way: Option<Way>) -> &'static str {
    let by_teacher = way != Some(Way::Support);
    match field.split('.').next().unwrap_or_default() {
        "stage" => "学段",
        "subject" => "学科",
        "begins" => "开始日期",
        "ends" => "结束日期",
        "hours" => "约定学时",
        "giver" if by_teacher => "派出教师编号",
        "giver" => "派出学校",
        "takers" if way == Some(Way::Mentoring) => "接受教师编号",
        "takers" => "接受学校",
        "audience" => "听讲对象",
        _ => "方式",
    }
}

/// Several in one cell.
fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', '，', ',', ';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

/// Reads lines against schools and roster.
struct Lines<'a> {
    app: &'a App,
    ground: &'a Ground,
    problems: Vec<LineProblem>,
}

impl Lines<'_> {
    fn say(&mut self, row: u32, column: &str, message: impl Into<String>) {
        let (column, message) = (column.to_owned(), message.into());
        self.problems.push(LineProblem { row, column, message });
    }

    fn school(&mut self, row: u32, column: &str, text: &str) -> Option<SchoolCode> {
        let by_code = SchoolCode::parse(text).ok().filter(|c| self.ground.schools.contains_key(c));
        let by_name = || {
            let mut named = self.ground.schools.iter().filter(|(_, place)| place.name == text);
            let first = named.next().map(|(code, _)| code.clone());
            first.filter(|_| named.next().is_none())
        };
        let found = by_code.or_else(by_name);
        if found.is_none() {
            self.say(
                row,
                column,
                format!("没有名为“{text}”的学校，或有重名；请写完整校名或标识码"),
            );
        }
        found
    }

    fn day(&mut self, row: u32, column: &str, text: &str) -> Option<Date> {
        let plain = text.replace(['/', '.', '年', '月'], "-").replace('日', "");
        let mut parts = plain.split('-').map(str::parse::<i16>);
        let date = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) => {
                let month = i8::try_from(month).ok();
                let day = i8::try_from(day).ok();
                month.zip(day).and_then(|(month, day)| Date::new(year, month, day).ok())
            }
            _ => None,
        };
        if date.is_none() {
            self.say(row, column, "日期应写成 2024-09-01");
        }
        date
    }

    fn agreed(&mut self, line: &Line<11>) -> Option<Agreed> {
        let before = self.problems.len();
        let row = line.row;
        let [way, stage, subject, begins, ends, hours, from, giver, to, takers, audience] =
            &line.cells;
        let found = Way::ALL.iter().copied().find(|one| one.zh() == way || one.code() == way);
        let Some(way) = found else {
            self.say(row, "方式", "方式应为对口帮扶、任教交流、名师带徒或名师讲学");
            return None;
        };
        let known = Stage::from_label(stage);
        if known.is_none() && !stage.is_empty() {
            self.say(row, "学段", "学段应为小学或初中");
        }
        let begins = self.day(row, "开始日期", begins);
        let ends = self.day(row, "结束日期", ends);
        let giver = match way {
            Way::Support if from.is_empty() => PartyText::default(),
            Way::Support => {
                PartyText { school: self.school(row, "派出学校", from), teacher: None }
            }
            _ => PartyText { school: None, teacher: Some(giver.clone()) },
        };
        let takers: Vec<PartyText> = match way {
            Way::Mentoring => several(takers)
                .map(|number| PartyText { school: None, teacher: Some(number.to_owned()) })
                .collect(),
            _ => several(to)
                .filter_map(|name| self.school(row, "接受学校", name))
                .map(|school| PartyText { school: Some(school), teacher: None })
                .collect(),
        };
        let (Some(begins), Some(ends)) = (begins, ends) else { return None };
        if self.problems.len() > before {
            return None;
        }
        let text = AgreedText {
            way,
            stage: known,
            subject: Some(subject.clone()),
            begins,
            ends,
            hours: Some(hours.clone()),
            giver,
            takers,
            evidence: None,
            audience: audience.clone(),
            results: String::new(),
            note: String::new(),
        };
        let year = self.ground.snapshot.year();
        let (agreed, wrong) = text.read(self.app, self.ground, year);
        for problem in wrong {
            self.say(row, heading(&problem.field, Some(way)), problem.message);
        }
        (self.problems.len() == before).then_some(agreed)
    }
}

/// 导入交流记录
///
/// 用导出的工作簿或模板。有一行不对就一条也不保存；`check=true` 时只检查。已有的同样记录不重复导入。
#[utoipa::path(post, path = "/api/years/{year}/exchanges/import", tag = "exchanges",
    params(Year, How, ("Idempotency-Key" = Option<String>, Header,
        description = "可以不给：与已有记录相同的行不会再导入一次")),
    request_body(content = ExchangeUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportedExchanges)))]
async fn import(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Params(how): Params<How>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<ImportedExchanges>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let incoming = receive(&app, form, 1, LIMIT).await?;
    let lines = LIST.received(incoming).await?;
    let ground = Ground::of(&app, signed.county(), year).await?;
    let kept = standing(&app, &signed, year).await?;
    let mut reading = Lines { app: &app, ground: &ground, problems: Vec::new() };
    let mut new: Vec<Agreed> = Vec::new();
    let mut rows = Vec::new();
    for line in &lines {
        let Some(agreed) = reading.agreed(line) else { continue };
        if let Some(before) = new.iter().position(|before| before.is_double(&agreed)) {
            let row = rows.get(before).copied().unwrap_or_default();
            reading.say(line.row, "方式", format!("与第 {row} 行重复；请删去这一行"));
            continue;
        }
        if let Some(same) = kept.iter().find(|exchange| exchange.agreed.is_double(&agreed)) {
            let message = format!("与已有的记录 {} 重复；请删去这一行", same.id);
            reading.say(line.row, "方式", message);
            continue;
        }
        new.push(agreed);
        rows.push(line.row);
    }
    let problems = reading.problems;
    let added = if problems.is_empty() && !how.check && !new.is_empty() {
        let (county, by) = (signed.county(), signed.by());
        app.store().add_exchanges(county, year, &new, Made::Import, &by).await?
    } else {
        Vec::new()
    };
    Ok(Json(ImportedExchanges { rows: lines.len(), added, problems }))
}
