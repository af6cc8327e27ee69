//! 校长任期: terms of principals and vice principals, proposed moves, schools without a principal.

use super::{Masthead, Places, known, list, reasons, shown};
use crate::FormsError;
use crate::model::{Cell, Page, Paper, Row, Sheet};
use crate::table::{centre, text};
use domain::{SchoolCode, SchoolYear};
use staffing::principals::{Proposals, Term};
use staffing::{Roster, TeacherId};

/// What is written.
#[derive(Clone, Copy, Debug)]
pub struct Leaders<'a> {
    /// Who leads, those who must move first.
    pub terms: &'a [Term],
    /// Schools without a principal.
    pub vacancies: &'a [SchoolCode],
    /// Proposed moves, where they were computed.
    pub proposals: Option<&'a Proposals>,
    /// Where they have been before.
    pub roster: &'a Roster,
}

/// Writes terms and vacancies, and proposed moves where there are any.
///
/// # Errors
/// [`FormsError`] where a text is longer than a cell can be, or the label than a page is wide.
pub fn workbook(
    leaders: &Leaders<'_>,
    places: &Places<'_>,
    masthead: &Masthead<'_>,
) -> Result<Vec<u8>, FormsError> {
    let mut sheets = vec![
        of_terms(leaders, places, masthead),
        of_vacancies(leaders.vacancies, places, masthead),
    ];
    if let Some(proposals) = leaders.proposals {
        sheets.push(of_moves(proposals, masthead));
        sheets.push(of_stays(proposals, masthead));
    }
    masthead.write("校长任期", &sheets)
}

/// Where somebody has been, oldest first: `2018/2019 山前小学→实验小学（调动）`.
fn history(roster: &Roster, id: &TeacherId, places: &Places<'_>) -> String {
    let stays = roster.teacher(id).map_or(&[][..], |teacher| &teacher.exchanges);
    let mut stays: Vec<(SchoolYear, String)> = stays
        .iter()
        .map(|stay| {
            let from = stay.from.as_ref().map_or_else(|| "？".to_owned(), |from| places(from).name);
            let to = places(&stay.to).name;
            (stay.year, format!("{} {from}→{to}（{}）", stay.year, stay.kind.zh()))
        })
        .collect();
    stays.sort();
    stays.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("；")
}

/// Years until the last allowed term ends, or by how many it has been passed.
fn left(years: Option<i64>) -> Cell {
    match years {
        Some(years) if years < 0 => centre(&format!("已超 {} 年", -years)),
        years => known(years),
    }
}

fn of_terms(leaders: &Leaders<'_>, places: &Places<'_>, masthead: &Masthead<'_>) -> Sheet {
    let titles = [
        "编号",
        "姓名",
        "职务",
        "学校",
        "乡镇",
        "任现职（年）",
        "第几届",
        "距届满（年）",
        "说明",
        "经历",
    ];
    let Leaders { terms, vacancies, roster, .. } = *leaders;
    let rows = terms.iter().map(|term| {
        let place = places(&term.school);
        Row::Cells(vec![
            centre(&term.teacher.to_string()),
            centre(&term.name.to_string()),
            centre(term.role.zh()),
            text(place.name),
            Cell::short(place.township.as_deref()),
            known(term.years),
            known(term.term),
            left(term.left),
            text(&term.note),
            text(history(roster, &term.teacher, places)),
        ])
    });
    let grid = [11.0, 9.0, 9.0, 26.0, 12.0, 13.5, 8.0, 13.5, 34.0, 42.0];
    let mut sheet = masthead.sheet("任期", "义务教育学校校长任期一览", &grid);
    sheet.freeze_columns = 2;
    sheet.blocks.push(list("", &titles, rows.collect()));
    let (due, share) = staffing::principals::due(terms);
    let open: Vec<String> = vacancies.iter().map(|code| places(code).name).collect();
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

fn of_vacancies(vacancies: &[SchoolCode], places: &Places<'_>, masthead: &Masthead<'_>) -> Sheet {
    let rows = vacancies.iter().map(|code| {
        let place = places(code);
        let township = Cell::short(place.township.as_deref());
        Row::Cells(vec![centre(code.as_str()), text(place.name), township])
    });
    let mut sheet = masthead.sheet("空缺", "没有校长的义务教育学校", &[20.0, 46.0, 24.0]);
    sheet.page = Page { paper: Paper::A4, landscape: false };
    "单位：所".clone_into(&mut sheet.under[1]);
    sheet.blocks.push(list("", &["学校标识码", "学校", "乡镇"], rows.collect()));
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
        "路程（公里）",
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
