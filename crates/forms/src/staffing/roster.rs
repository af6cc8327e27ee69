//! 教师名册: everybody of the roster with the name masked, and how many a school has.

use super::{Masthead, heads, list, number, school, some, table};
use crate::FormsError;
use crate::model::{Cell, Row, Sheet};
use crate::table::{centre, text};
use domain::{SchoolCode, Snapshot, Stage};
use jiff::civil::Date;
use staffing::{Rules, Teacher};
use std::collections::BTreeMap;

/// Writes teachers in their order, names masked and identity numbers left out: a roster, or what a list
/// shows of it.
///
/// # Errors
/// [`FormsError`] where a text is longer than a cell can be, or the label than a page is wide.
pub fn workbook(
    teachers: &[Teacher],
    snapshot: &Snapshot,
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Result<Vec<u8>, FormsError> {
    let sheets =
        [people(teachers, snapshot, rules, masthead), schools(teachers, snapshot, masthead)];
    masthead.write("教师名册", &sheets)
}

fn date(day: Option<Date>) -> Cell {
    day.map_or(Cell::Missing, |day| Cell::Day(day.to_string()))
}

fn word(word: Option<&str>) -> Cell {
    word.map_or(Cell::Missing, centre)
}

fn people(
    teachers: &[Teacher],
    snapshot: &Snapshot,
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Sheet {
    let (from, to) = staffing::count::training_cycle(rules, masthead.year);
    let hours = format!("{from}—{to}年培训学时");
    let titles = [
        "编号",
        "姓名",
        "性别",
        "学校",
        "学段",
        "主要任教学科",
        "周课时",
        "最高学历",
        "职称",
        "骨干级别",
        "持教师资格证",
        "参加工作",
        "到本校",
        "编制",
        "岗位",
        "职务",
        "走教学校",
        &hours,
    ];
    let rows = teachers.iter().map(|teacher| {
        let subject = teacher.main_subject().map(|code| rules.subject_zh(code));
        let visits: Vec<String> =
            teacher.visits.iter().map(|visit| school(snapshot, &visit.school)).collect();
        let full_time = teacher.is_full_time();
        let needed =
            |cell: Cell| if full_time || cell != Cell::Missing { cell } else { Cell::Empty };
        Row::Cells(vec![
            centre(&teacher.id.to_string()),
            centre(&teacher.name.to_string()),
            word(teacher.sex.map(staffing::Sex::zh)),
            text(school(snapshot, &teacher.school)),
            centre(teacher.stage.zh()),
            needed(word(subject)),
            teacher.hours.map_or(Cell::Empty, |h| Cell::shown(&h.normalize().to_string())),
            needed(word(teacher.degree.map(staffing::Degree::zh))),
            needed(word(teacher.rank.map(staffing::Rank::zh))),
            Cell::short(teacher.backbone.as_ref().map(|backbone| backbone.level.zh())),
            needed(word(teacher.certified.map(|yes| if yes { "是" } else { "否" }))),
            date(teacher.hired),
            date(teacher.arrived),
            centre(teacher.roll.zh()),
            centre(teacher.post.zh()),
            Cell::short(Some(teacher.role.zh()).filter(|_| teacher.role != staffing::Role::None)),
            text(visits.join("、")),
            Cell::shown(&teacher.training_hours(from, to).normalize().to_string()),
        ])
    });
    let grid = [
        11.0, 9.0, 6.0, 22.0, 6.0, 11.0, 7.0, 12.0, 9.0, 8.0, 9.0, 11.5, 11.5, 9.0, 10.0, 9.0,
        18.0, 11.0,
    ];
    let mut sheet = masthead.sheet("教师名册", "教师名册（脱敏）", &grid);
    sheet.freeze_columns = 2;
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet.notes = vec![
        "姓名已脱敏，身份证件号码和居住地不列；编号不含个人信息。".to_owned(),
        "画斜线的格表示名册中缺这一项，不是零。".to_owned(),
    ];
    sheet
}

/// Heads of a section.
#[derive(Default)]
struct Heads {
    all: i64,
    full_time: i64,
    backbone: i64,
    uncertified: i64,
    visiting: i64,
}

impl Heads {
    fn add(&mut self, teacher: &Teacher) {
        self.all += 1;
        if teacher.is_full_time() {
            self.full_time += 1;
            self.backbone += i64::from(teacher.is_backbone());
            self.uncertified += i64::from(teacher.certified != Some(true));
            self.visiting += i64::from(!teacher.visits.is_empty());
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let plain = [self.all, self.full_time, self.backbone].map(number);
        plain.into_iter().chain([some(self.uncertified), some(self.visiting)]).collect()
    }
}

fn schools(teachers: &[Teacher], snapshot: &Snapshot, masthead: &Masthead<'_>) -> Sheet {
    let mut places: BTreeMap<(SchoolCode, Stage), Heads> = BTreeMap::new();
    let mut all = Heads::default();
    for teacher in teachers {
        places.entry((teacher.school.clone(), teacher.stage)).or_default().add(teacher);
        all.add(teacher);
    }
    let titles = [
        "学校标识码",
        "学校",
        "学段",
        "教职工",
        "专任教师›合计",
        "专任教师›县级及以上骨干",
        "专任教师›未持证或未填",
        "专任教师›在外校兼课",
    ];
    let mut rows: Vec<Row> = places
        .iter()
        .map(|((code, stage), heads)| {
            let mut cells =
                vec![centre(code.as_str()), text(school(snapshot, code)), centre(stage.zh())];
            cells.extend(heads.cells());
            Row::Cells(cells)
        })
        .collect();
    let mut total = vec![text("合计"), Cell::Empty, Cell::Empty];
    total.extend(all.cells());
    rows.push(Row::Total(total));
    let grid = [14.0, 34.0, 8.0, 11.0, 11.0, 13.0, 13.0, 13.0];
    let mut sheet = masthead.sheet("学校人数", "各校教师人数", &grid);
    let mut block = table("", &titles, rows);
    block.head = crate::head::layout(&heads(&titles));
    sheet.blocks.push(block);
    sheet
}
