//! 校长任期: terms of principals and vice principals, proposed moves, schools without a principal.

use super::{Masthead, known, list, reasons, school, shown};
use crate::FormsError;
use crate::model::{Cell, Row, Sheet};
use crate::table::{centre, text};
use domain::{SchoolCode, Snapshot};
use staffing::principals::{Proposals, Term};

/// Writes terms and vacancies, and proposed moves where there are any.
///
/// # Errors
/// [`FormsError`] where a text is longer than a cell can be, or the label than a page is wide.
pub fn workbook(
    terms: &[Term],
    vacancies: &[SchoolCode],
    proposals: Option<&Proposals>,
    snapshot: &Snapshot,
    masthead: &Masthead<'_>,
) -> Result<Vec<u8>, FormsError> {
    let mut sheets = vec![of_terms(terms, vacancies, snapshot, masthead)];
    if let Some(proposals) = proposals {
        sheets.push(of_moves(proposals, masthead));
        sheets.push(of_stays(proposals, masthead));
    }
    masthead.write("校长任期", &sheets)
}

/// Years until the last allowed term ends, or by how many it has been passed.
fn left(years: Option<i64>) -> Cell {
    match years {
        Some(years) if years < 0 => centre(&format!("已超 {} 年", -years)),
        years => known(years),
    }
}

fn of_terms(
    terms: &[Term],
    vacancies: &[SchoolCode],
    snapshot: &Snapshot,
    masthead: &Masthead<'_>,
) -> Sheet {
    let titles = ["编号", "姓名", "职务", "学校", "在本校（年）", "第几届", "距届满（年）", "说明"];
    let rows = terms.iter().map(|term| {
        Row::Cells(vec![
            centre(&term.teacher.to_string()),
            centre(&term.name.to_string()),
            centre(term.role.zh()),
            text(school(snapshot, &term.school)),
            known(term.years),
            known(term.term),
            left(term.left),
            text(&term.note),
        ])
    });
    let grid = [12.0, 10.0, 10.0, 34.0, 11.0, 9.0, 11.0, 46.0];
    let mut sheet = masthead.sheet("任期", "义务教育学校校长任期一览", &grid);
    sheet.blocks.push(list("", &titles, rows.collect()));
    let (due, share) = staffing::principals::due(terms);
    let open: Vec<String> = vacancies.iter().map(|code| school(snapshot, code)).collect();
    let percent = (&share * &domain::Exact::from(100)).to_fixed(1);
    sheet.notes = vec![
        format!("共 {} 人，任期已满应交流 {due} 人，占 {percent}%。", terms.len()),
        if open.is_empty() {
            "没有空缺校长的学校。".to_owned()
        } else {
            format!("名册中没有校长的学校 {} 所：{}。", open.len(), open.join("、"))
        },
    ];
    sheet
}

fn of_moves(proposals: &Proposals, masthead: &Masthead<'_>) -> Sheet {
    let titles = [
        "编号",
        "姓名",
        "职务",
        "原学校",
        "在原学校（年）",
        "拟任学校",
        "路程（km）",
        "接任",
        "理由",
    ];
    let rows = proposals.moves.iter().map(|m| {
        Row::Cells(vec![
            centre(&m.teacher.to_string()),
            centre(&m.name.to_string()),
            centre(m.role.zh()),
            text(&m.from_name),
            known(m.years),
            text(&m.to_name),
            shown(m.km.as_deref()),
            centre(&m.replaces.as_ref().map_or_else(|| "空缺".to_owned(), ToString::to_string)),
            reasons(&m.reasons),
        ])
    });
    let grid = [12.0, 10.0, 9.0, 24.0, 9.0, 24.0, 9.0, 12.0, 58.0];
    let mut sheet = masthead.sheet("交流建议", "校长交流任职建议", &grid);
    sheet.blocks.push(list("", &titles, rows.collect()));
    let open: Vec<&str> = proposals.open.iter().map(|(_, name)| name.as_str()).collect();
    sheet.notes = vec![
        if open.is_empty() {
            "调整后没有空缺校长的学校。".to_owned()
        } else {
            format!("调整后仍空缺校长的学校：{}。", open.join("、"))
        },
        if proposals.proved {
            "在规则之内，安排的人数最多、合计路程最短，已经证明。".to_owned()
        } else {
            "到达时间上限，不能保证是路程最短的安排。".to_owned()
        },
        "建议仅供参考，由教育局党组织按干部管理权限研究决定。".to_owned(),
    ];
    sheet
}

fn of_stays(proposals: &Proposals, masthead: &Masthead<'_>) -> Sheet {
    let rows = proposals.stays.iter().map(|stay| {
        Row::Cells(vec![
            centre(&stay.teacher.to_string()),
            centre(&stay.name.to_string()),
            centre(stay.role.zh()),
            text(&stay.school_name),
            text(&stay.why),
        ])
    });
    let grid = [13.0, 11.0, 11.0, 36.0, 66.0];
    let mut sheet = masthead.sheet("没有安排", "任期已满而没有安排的校长及原因", &grid);
    let titles = ["编号", "姓名", "职务", "学校", "原因"];
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet
}
