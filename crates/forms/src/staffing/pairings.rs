//! 结对建议: weak schools with strong ones, young teachers with mentors, and who has no partner.

use super::{Masthead, list, school, shown};
use crate::FormsError;
use crate::model::{Row, Sheet};
use crate::table::{centre, text};
use domain::Snapshot;
use staffing::pairing::{MentorPairs, SchoolPairs};

/// Writes proposed pairings, names masked.
///
/// # Errors
/// [`FormsError`] where a text is longer than a cell can be, or the label than a page is wide.
pub fn workbook(
    schools: &SchoolPairs,
    mentors: &MentorPairs,
    snapshot: &Snapshot,
    masthead: &Masthead<'_>,
) -> Result<Vec<u8>, FormsError> {
    let sheets = [
        of_schools(schools, snapshot, masthead),
        lone_schools(schools, masthead),
        of_mentors(mentors, snapshot, masthead),
        lone_pupils(mentors, snapshot, masthead),
    ];
    masthead.write("结对建议", &sheets)
}

fn proved(proved: bool) -> String {
    if proved {
        "合计路程最短，已经证明。"
    } else {
        "到达时间上限，不能保证合计路程最短。"
    }
    .to_owned()
}

fn of_schools(pairs: &SchoolPairs, snapshot: &Snapshot, masthead: &Masthead<'_>) -> Sheet {
    let titles = ["学段", "帮扶学校", "受援学校", "路程（公里）", "受援学校未达标指标"];
    let rows = pairs.pairs.iter().map(|pair| {
        Row::Cells(vec![
            centre(pair.stage.zh()),
            text(&pair.strong_name),
            text(&pair.weak_name),
            shown(pair.km.as_deref()),
            text(pair.misses.join("、")),
        ])
    });
    let grid = [9.0, 36.0, 36.0, 12.0, 44.0];
    let mut sheet = masthead.sheet("学校结对", "对口帮扶结对建议", &grid);
    sheet.blocks.push(list("", &titles, rows.collect()));
    let unknown: Vec<String> = pairs
        .unknown
        .iter()
        .map(|(code, stage)| format!("{}（{stage}）", school(snapshot, code)))
        .collect();
    sheet.notes = vec![
        "有指标未达标的学校（学段）与各项达标的同学段学校结对；只在公办学校之间，教学点和很小的学校不帮别校。"
            .to_owned(),
    ];
    sheet.notes.push(proved(pairs.proved));
    if !unknown.is_empty() {
        sheet.notes.push(format!("有缺数、不能判断强弱的学校：{}。", unknown.join("、")));
    }
    sheet
}

fn lone_schools(pairs: &SchoolPairs, masthead: &Masthead<'_>) -> Sheet {
    let rows = pairs.unpaired.iter().map(|alone| {
        Row::Cells(vec![
            centre(alone.stage.zh()),
            text(&alone.name),
            text(alone.misses.join("、")),
            text(&alone.why),
        ])
    });
    let grid = [9.0, 36.0, 36.0, 56.0];
    let mut sheet = masthead.sheet("没有结对的学校", "没有结对的学校及原因", &grid);
    let titles = ["学段", "学校", "未达标指标", "没有结对的原因"];
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet
}

fn of_mentors(pairs: &MentorPairs, snapshot: &Snapshot, masthead: &Masthead<'_>) -> Sheet {
    let titles = [
        "师傅›编号",
        "师傅›姓名",
        "师傅›学校",
        "徒弟›编号",
        "徒弟›姓名",
        "徒弟›学校",
        "学科",
        "路程（公里）",
        "理由",
    ];
    let rows = pairs.pairs.iter().map(|pair| {
        Row::Cells(vec![
            centre(&pair.mentor.to_string()),
            centre(&pair.mentor_name.to_string()),
            text(school(snapshot, &pair.mentor_school)),
            centre(&pair.pupil.to_string()),
            centre(&pair.pupil_name.to_string()),
            text(school(snapshot, &pair.pupil_school)),
            centre(&pair.subject),
            shown(pair.km.as_deref()),
            text(&pair.reason),
        ])
    });
    let grid = [12.0, 9.0, 24.0, 12.0, 9.0, 24.0, 12.0, 9.0, 44.0];
    let mut sheet = masthead.sheet("名师带徒", "名师带徒结对建议", &grid);
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet.notes = vec![proved(pairs.proved)];
    if pairs.unknown > 0 {
        sheet.notes.push(format!("有 {} 名专任教师没有参加工作日期，没有计入。", pairs.unknown));
    }
    sheet
}

fn lone_pupils(pairs: &MentorPairs, snapshot: &Snapshot, masthead: &Masthead<'_>) -> Sheet {
    let rows = pairs.unpaired.iter().map(|alone| {
        Row::Cells(vec![
            centre(&alone.pupil.to_string()),
            centre(&alone.name.to_string()),
            text(school(snapshot, &alone.school)),
            centre(&alone.subject),
            text(&alone.why),
        ])
    });
    let grid = [13.0, 11.0, 36.0, 14.0, 62.0];
    let mut sheet = masthead.sheet("没有师傅的教师", "没有师傅的青年教师及原因", &grid);
    let titles = ["编号", "姓名", "学校", "学科", "没有师傅的原因"];
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet
}
