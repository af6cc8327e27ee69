//! Teachers found by name or identity number: what is typed comes in the body, since addresses are
//! logged and kept by browsers, and every search leaves a row in the audit.
//!
//! It tells no more than the masked list does, but of somebody who is known: hence the right to look.

use super::dto::{Desk, TeacherLine};
use super::kept::{Ground, kept};
use super::people::edits;
use crate::body::{Body, Of};
use crate::evaluation::asked::known_year;
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use staffing::{Identity, Teacher};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most teachers in an answer: a surname is no search.
const MOST: usize = 200;
/// Shortest and longest part of a name, characters.
const PART: std::ops::RangeInclusive<usize> = 2..=40;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "王小明"}))]
struct TeacherSearch {
    /// 姓名或其中相连的至少两个字，或者完整的身份证件号码
    text: String,
}

/// Who was found, in the order of the staff numbers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [], "total": 0}))]
struct TeachersFound {
    /// 最多 200 人，姓名隐去
    items: Vec<TeacherLine>,
    /// 找到的人数
    total: usize,
}

/// What is looked for.
#[derive(Debug)]
enum Wanted {
    Name(String),
    Identity(Identity),
}

impl Wanted {
    fn of(text: &str) -> Result<Self, ApiError> {
        let text = squeezed(text);
        if let Ok(identity) = Identity::parse(&text) {
            return Ok(Self::Identity(identity));
        }
        if text.chars().filter(char::is_ascii_digit).count() > 6 {
            let why = "不是完整、正确的 18 位身份证件号码；按教师编号查找请用名单上的筛选";
            return Err(ApiError::field("text", why));
        }
        if !PART.contains(&text.chars().count()) {
            let (least, most) = (PART.start(), PART.end());
            let why = format!("请输入姓名或其中相连的几个字，{least} 至 {most} 字");
            return Err(ApiError::field("text", why));
        }
        Ok(Self::Name(text))
    }

    fn is(&self, teacher: &Teacher) -> bool {
        match self {
            Self::Name(part) => squeezed(teacher.name.reveal()).contains(part),
            Self::Identity(wanted) => teacher.identity.as_ref() == Some(wanted),
        }
    }
}

/// Names are typed with spaces to fill a column, and in letters of either size.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// 按姓名或身份证件号码查找教师
///
/// 返回的名单隐去姓名；每次查找都在审计中留下查找人和找到的教师编号，不记输入的内容。
#[utoipa::path(post, path = "/api/years/{year}/roster/search", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024)),
    request_body = TeacherSearch, responses((status = 200, body = TeachersFound)))]
async fn search(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Body(asked): Body<TeacherSearch>,
) -> Result<Json<TeachersFound>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let wanted = Wanted::of(&asked.text)?;
    let Some(kept) = kept(&app, signed.county(), year, signed.scope()).await? else {
        return Ok(Json(TeachersFound { items: Vec::new(), total: 0 }));
    };
    let found = kept.roster.teachers().iter().filter(|teacher| wanted.is(teacher));
    let found: Vec<&Teacher> = found.collect();
    let numbers: Vec<&str> = found.iter().map(|teacher| &*teacher.id.0).collect();
    app.store().note_teacher_search(signed.county(), year, &numbers, &signed.by()).await?;
    let ground = Ground::of(&app, signed.county(), year).await?;
    let (snapshot, rules) = (&*ground.snapshot, &app.knowledge().staffing);
    let edits = edits(&signed);
    let desk = Desk { kept: &kept, everybody: &kept.roster, snapshot, rules, edits };
    let items = found.iter().take(MOST).map(|teacher| TeacherLine::of(teacher, &desk)).collect();
    Ok(Json(TeachersFound { items, total: found.len() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_a_part_of_it_or_a_whole_number() {
        let said = |text: &str| Wanted::of(text);
        assert!(matches!(said(" 王 芳 "), Ok(Wanted::Name(name)) if name == "王芳"));
        assert!(matches!(said("Aigul"), Ok(Wanted::Name(name)) if name == "aigul"));
        assert!(matches!(said("11010519491231002x"), Ok(Wanted::Identity(_))));
        for bad in ["", "王", "110105194912310021", "11010519491231", "王 "] {
            assert!(matches!(said(bad), Err(ApiError::Fields(_))), "{bad}");
        }
        assert!(said(&"王".repeat(41)).is_err());
    }
}
