//! 公示名单: what the public may read of a rotation: masked names, from where to where, until when an
//! objection may be raised.

use super::{Masthead, table};
use crate::FormsError;
use crate::model::{Cell, Page, Paper, Row};
use crate::table::{centre, text};
use jiff::civil::Date;
use staffing::rotation::Rotation;

/// Writes the list for public notice from `from` until `until`; without days their places stay blank.
///
/// # Errors
/// [`FormsError`] where a text is longer than a cell can be, or the label than a page is wide.
pub fn workbook(
    rotation: &Rotation,
    period: Option<(Date, Date)>,
    masthead: &Masthead<'_>,
) -> Result<Vec<u8>, FormsError> {
    let titles = ["序号", "编号", "姓名", "学段", "任教学科", "现任教学校", "拟交流到"];
    let rows = rotation.moves.iter().enumerate().map(|(at, m)| {
        Row::Cells(vec![
            Cell::count(at + 1),
            centre(&m.teacher.to_string()),
            centre(&m.name.to_string()),
            centre(m.stage.zh()),
            centre(&m.subject),
            text(&m.from_name),
            text(&m.to_name),
        ])
    });
    let grid = [7.0, 12.0, 10.0, 8.0, 13.0, 26.0, 26.0];
    let mut sheet = masthead.sheet("公示名单", "义务教育学校教师交流轮岗公示名单", &grid);
    sheet.page = Page { paper: Paper::A4, landscape: false };
    let day = |day: Date| format!("{} 年 {} 月 {} 日", day.year(), day.month(), day.day());
    let blank = "　　年　月　日至　　年　月　日";
    let period = period.map_or_else(
        || blank.to_owned(),
        |(from, until)| format!("{}至 {}", day(from), day(until)),
    );
    sheet.under = [
        format!("{} 学年　共 {} 人", masthead.year, rotation.moves.len()),
        format!("公示期：{period}"),
    ];
    sheet.blocks.push(table("", &titles, rows.collect()));
    sheet.notes = vec![
        "姓名已脱敏；本人可凭编号核对。".to_owned(),
        "对名单有异议的，请在公示期内实名提出，写明编号、理由和依据；公示期满或异议处理完毕前不下调令。"
            .to_owned(),
        "受理单位：　　　　　　　　　　电话：　　　　　　　　　　".to_owned(),
    ];
    masthead.write("交流轮岗公示名单", &[sheet])
}
