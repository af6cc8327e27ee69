//! 编制岗位: quotas by section with their reasons, subjects by section, totals, coming years.

use super::{Masthead, known, list, number, reasons, some, table};
use crate::FormsError;
use crate::model::{Cell, Row, Sheet};
use crate::table::{centre, text};
use domain::{Exact, SchoolYear};
use staffing::Rules;
use staffing::posts::{self, SectionPosts, SubjectTotal};

/// Writes the posts of a year; `later`: those of coming years, by a forecast.
///
/// # Errors
/// [`FormsError`] where a text is longer than a cell can be, or the label than a page is wide.
pub fn workbook(
    sections: &[SectionPosts],
    later: &[(SchoolYear, Vec<SectionPosts>)],
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Result<Vec<u8>, FormsError> {
    let totals = posts::totals(sections, rules);
    let mut sheets = vec![
        quotas(sections, masthead),
        subjects(sections, masthead),
        county(&totals, masthead),
        basis(sections, rules, masthead),
    ];
    if !later.is_empty() {
        sheets.push(years(sections, later, rules, masthead));
        sheets.push(changes(sections, later, masthead));
    }
    masthead.write("编制岗位", &sheets)
}

/// An exact number with one decimal, without a trailing nought.
fn tenth(value: &Exact) -> Cell {
    Cell::shown(&value.to_short(1))
}

fn sum<'a>(
    sections: &'a [SectionPosts],
    of: impl Fn(&'a SectionPosts) -> Option<i64>,
) -> Option<i64> {
    sections.iter().map(of).sum()
}

fn quotas(sections: &[SectionPosts], masthead: &Masthead<'_>) -> Sheet {
    let titles = [
        "学校",
        "学段",
        "在校生",
        "班级",
        "编制›核定",
        "编制›现有教职工",
        "编制›超（缺）",
        "教学岗位›核定",
        "教学岗位›现有专任教师",
        "教学岗位›超（缺）",
        "缺编学科（人）",
        "核定依据与说明",
    ];
    let mut rows: Vec<Row> = sections
        .iter()
        .map(|section| {
            let short = section.subjects.iter().filter(|subject| subject.shortage > 0);
            let short: Vec<String> =
                short.map(|subject| format!("{} {}", subject.zh, subject.shortage)).collect();
            let counting =
                section.reasons.iter().filter(|reason| reason.counts && !reason.posts.is_zero());
            let mut why: Vec<String> = counting
                .map(|reason| format!("{}：{} 个", reason.zh, reason.posts.to_short(1)))
                .collect();
            why.extend(section.notes.iter().cloned());
            let teaching =
                section.teachers.zip(section.teaching).map(|(have, wanted)| have - wanted);
            Row::Cells(vec![
                text(&section.name),
                centre(section.stage.zh()),
                section.pupils.as_ref().map_or(Cell::Missing, tenth),
                section.classes.as_ref().map_or(Cell::Missing, tenth),
                known(section.quota),
                known(section.staff),
                known(section.balance),
                known(section.teaching),
                known(section.teachers),
                known(teaching),
                text(short.join("、")),
                reasons(&why),
            ])
        })
        .collect();
    let total = |of: fn(&SectionPosts) -> Option<i64>| known(sum(sections, of));
    rows.push(Row::Total(vec![
        text("合计"),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        total(|s| s.quota),
        total(|s| s.staff),
        total(|s| s.balance),
        total(|s| s.teaching),
        total(|s| s.teachers),
        total(|s| Some(s.teachers? - s.teaching?)),
        Cell::Empty,
        Cell::Empty,
    ]));
    let grid = [24.0, 6.0, 8.0, 7.0, 7.0, 9.0, 8.0, 7.0, 9.0, 8.0, 26.0, 46.0];
    let mut sheet = masthead.sheet("岗位核定", "义务教育学校编制岗位核定表", &grid);
    sheet.freeze_columns = 1;
    sheet.blocks.push(list("", &titles, rows));
    sheet.notes = vec![
        "编制取生师比、班师比等并列规则中最大的一项，加上各项附加，进位取整；教学岗位为编制乘以教学岗位比例。"
            .to_owned(),
        "“超（缺）”为现有减核定，负数为缺；合计一行在有学校缺数时不计算。".to_owned(),
    ];
    sheet
}

fn subjects(sections: &[SectionPosts], masthead: &Masthead<'_>) -> Sheet {
    let titles = [
        "学校",
        "学段",
        "学科",
        "周课时",
        "需要教师",
        "岗位",
        "现有",
        "缺",
        "余",
        "走教课时›外校来",
        "走教课时›到外校",
        "无人承担课时",
        "结构性缺员学科",
    ];
    let rows = sections.iter().flat_map(|section| {
        section.subjects.iter().map(move |subject| {
            let hours = |hours: &Exact| if hours.is_zero() { Cell::Empty } else { tenth(hours) };
            Row::Cells(vec![
                text(&section.name),
                centre(section.stage.zh()),
                centre(&subject.zh),
                tenth(&subject.lessons),
                Cell::shown(&subject.need.to_short(2)),
                number(subject.posts),
                number(subject.have),
                some(subject.shortage),
                some(subject.surplus),
                hours(&subject.lessons_in),
                hours(&subject.lessons_out),
                hours(&subject.uncovered),
                Cell::short(subject.structural.then_some("是")),
            ])
        })
    });
    let grid = [26.0, 7.0, 12.0, 9.0, 9.0, 8.0, 8.0, 7.0, 7.0, 9.0, 9.0, 10.0, 10.0];
    let mut sheet = masthead.sheet("学科岗位", "义务教育学校分学科岗位表", &grid);
    sheet.freeze_columns = 3;
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet.notes = vec![
        "需要教师为各年级班数乘以周课时，除以每名教师的周工作量；岗位四舍五入取整，余下的课时由走教或兼课承担。"
            .to_owned(),
        "无人承担课时为本校周课时减本校教师满工作量和外校来的走教课时，再加本校教师到外校的课时。".to_owned(),
    ];
    sheet
}

fn county(totals: &[SubjectTotal], masthead: &Masthead<'_>) -> Sheet {
    let titles = [
        "学段",
        "学科",
        "岗位",
        "现有",
        "缺（各校合计）",
        "余（各校合计）",
        "可在县内调剂",
        "须新增",
        "走教课时",
        "无人承担课时",
        "结构性缺员学科",
    ];
    let rows = totals.iter().map(|total| {
        Row::Cells(vec![
            centre(total.stage.zh()),
            centre(&total.zh),
            number(total.posts),
            number(total.have),
            some(total.shortage),
            some(total.surplus),
            some(total.movable),
            some(total.shortage - total.movable),
            tenth(&total.visiting),
            tenth(&total.uncovered),
            Cell::short(total.structural.then_some("是")),
        ])
    });
    let grid = [9.0, 16.0, 11.0, 11.0, 12.0, 12.0, 12.0, 11.0, 11.0, 12.0, 12.0];
    let mut sheet = masthead.sheet("学科合计", "义务教育分学科岗位合计", &grid);
    sheet.blocks.push(table("", &titles, rows.collect()));
    sheet.notes =
        vec!["可在县内调剂为同学段、同学科一些学校的余与另一些学校的缺相抵的人数。".to_owned()];
    sheet
}

fn basis(sections: &[SectionPosts], rules: &Rules, masthead: &Masthead<'_>) -> Sheet {
    let titles = ["学校", "学段", "规则", "基数", "岗位数", "是否采用", "出处", "可信度"];
    let source = |key: &str| {
        let found = rules.sources.iter().find(|source| source.key == key);
        found.map_or_else(|| key.to_owned(), |s| format!("{}（{}）", s.title, s.number))
    };
    let rows = sections.iter().flat_map(|section| {
        // A rule that finds nobody here to count gives nothing and takes nothing.
        let said = section.reasons.iter().filter(|r| !(r.basis.is_zero() && r.posts.is_zero()));
        said.map(move |reason| {
            Row::Cells(vec![
                text(&section.name),
                centre(section.stage.zh()),
                text(&reason.zh),
                tenth(&reason.basis),
                Cell::shown(&reason.posts.to_short(2)),
                centre(if reason.counts { "采用" } else { "不采用" }),
                text(source(&reason.source.0)),
                centre(&reason.source.1),
            ])
        })
    });
    let grid = [26.0, 7.0, 34.0, 9.0, 9.0, 9.0, 44.0, 8.0];
    let mut sheet = masthead.sheet("核定依据", "编制岗位核定依据", &grid);
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet.notes = vec![
        "基数和岗位数都是 0 的规则对该校不起作用，没有列出。".to_owned(),
        "可信度：A 官方原文，B 两处以上公开来源，C 一处来源，K 一般经验，须由县里确认。".to_owned(),
        format!("规则：{}（{}，{} 版）。{}", rules.title, rules.id, rules.version, rules.text),
    ];
    sheet
}

fn years(
    sections: &[SectionPosts],
    later: &[(SchoolYear, Vec<SectionPosts>)],
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Sheet {
    let now = std::iter::once((masthead.year, sections));
    let all: Vec<_> =
        now.chain(later.iter().map(|(year, list)| (*year, list.as_slice()))).collect();
    let titles = [
        "学年",
        "学段",
        "编制",
        "教学岗位",
        "现有专任教师",
        "学科缺员合计",
        "可在县内调剂",
        "须新增",
    ];
    let mut rows = Vec::new();
    for (year, list) in &all {
        let totals = posts::totals(list, rules);
        for stage in domain::Stage::COMPULSORY {
            let own: Vec<SectionPosts> =
                list.iter().filter(|s| s.stage == stage).cloned().collect();
            if own.is_empty() {
                continue;
            }
            let of = |count: fn(&SubjectTotal) -> i64| {
                totals.iter().filter(|t| t.stage == stage).map(count).sum::<i64>()
            };
            rows.push(Row::Cells(vec![
                centre(&year.to_string()),
                centre(stage.zh()),
                known(sum(&own, |s| s.quota)),
                known(sum(&own, |s| s.teaching)),
                known(sum(&own, |s| s.teachers)),
                number(of(|t| t.shortage)),
                number(of(|t| t.movable)),
                number(of(|t| t.shortage - t.movable)),
            ]));
        }
    }
    let mut sheet = masthead.sheet(
        "以后各年",
        "以后各年岗位测算",
        &[16.0, 9.0, 12.0, 12.0, 14.0, 15.0, 15.0, 12.0],
    );
    sheet.blocks.push(table("", &titles, rows));
    sheet.notes = vec!["以后各年按学生数预测核定岗位，教师按现有名册不增不减。".to_owned()];
    sheet
}

fn changes(
    sections: &[SectionPosts],
    later: &[(SchoolYear, Vec<SectionPosts>)],
    masthead: &Masthead<'_>,
) -> Sheet {
    let titles = ["学年", "学校", "学段", "编制›上一学年", "编制›本学年", "编制›增减", "原因"];
    let mut rows = Vec::new();
    let mut before = sections;
    for (year, list) in later {
        for change in posts::changes(before, list) {
            let by = change.before.zip(change.after).map(|(then, now)| now - then);
            rows.push(Row::Cells(vec![
                centre(&year.to_string()),
                text(&change.name),
                centre(change.stage.zh()),
                known(change.before),
                known(change.after),
                known(by),
                reasons(&change.reasons),
            ]));
        }
        before = list;
    }
    let grid = [12.0, 28.0, 8.0, 10.0, 10.0, 9.0, 66.0];
    let mut sheet = masthead.sheet("逐年变化", "编制岗位逐年变化及原因", &grid);
    sheet.blocks.push(list("", &titles, rows));
    sheet
}
