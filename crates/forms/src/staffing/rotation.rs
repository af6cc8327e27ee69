//! 交流方案: what is reached, who moves and why, who stays and why, every section before and after.

use super::{Masthead, even, heads, known, list, number, reasons, shown, table};
use crate::FormsError;
use crate::model::{Cell, Page, Paper, Row, Sheet};
use crate::table::{block, centre, lines, text};
use domain::Exact;
use staffing::rotation::{LevelResult, Rotation};

/// Writes a rotation, names masked.
///
/// # Errors
/// [`FormsError`] where a text is longer than a cell can be, or the label than a page is wide.
pub fn workbook(rotation: &Rotation, masthead: &Masthead<'_>) -> Result<Vec<u8>, FormsError> {
    let mut sheets = vec![
        summary(rotation, masthead),
        moves(rotation, masthead),
        sections(rotation, masthead),
        subjects(rotation, masthead),
        stays(rotation, masthead),
    ];
    if !rotation.findings.is_empty() {
        sheets.push(findings(rotation, masthead));
    }
    masthead.write("交流轮岗方案", &sheets)
}

/// The name of a mode.
fn mode(rotation: &Rotation) -> &'static str {
    match rotation.mode.as_str() {
        "optimum" => "统筹最优",
        "nearest" => "最接近的方案（没有完全符合规则的方案）",
        _ => "自愿且人人不比留任差",
    }
}

fn summary(rotation: &Rotation, masthead: &Masthead<'_>) -> Sheet {
    let grid = [30.0, 9.0, 14.0, 14.0, 14.0, 14.0, 14.0];
    let mut sheet = masthead.sheet("汇总", "教师交流轮岗方案汇总", &grid);
    sheet.page = Page { paper: Paper::A4, landscape: false };
    let method = &rotation.method;
    let stated = [
        format!("方式：{}", mode(rotation)),
        format!("符合交流条件 {} 人，本方案交流 {} 人", rotation.eligible, rotation.moves.len()),
        format!(
            "规则：{}（{} 版）；标准：{}（{} 版）",
            rotation.rules.0, rotation.rules.1, rotation.standard.0, rotation.standard.1
        ),
        format!(
            "求解：{}，种子 {}，{}；{}",
            if method.solver.is_empty() { "不用求解器" } else { &method.solver },
            method.seed,
            if method.proved {
                "各目标已证明最优"
            } else {
                "部分目标未证明最优，差距见下表"
            },
            method.ended
        ),
        format!("问题指纹（SHA-256）：{}", rotation.problem),
    ];
    let stated = stated.map(|line| Row::Cells(vec![text(line)]));
    sheet.blocks.push(lines("方案", 7, stated.into()));
    sheet.blocks.push(shares(rotation));
    sheet.blocks.push(goals(&rotation.levels));
    sheet.blocks.push(coefficients(rotation));
    sheet.notes = vec![
        "各项比例、目标和差异系数均由评估程序按交流前后的数据分别计算，不取自求解过程。".to_owned(),
    ];
    sheet
}

fn shares(rotation: &Rotation) -> crate::model::Block {
    let rows = rotation.shares.iter().map(|share| {
        let percent = |figure: &str| match Exact::parse(figure) {
            Ok(figure) => Cell::percent(&(&figure * &Exact::ratio(1, 100))),
            Err(_) => centre(figure),
        };
        Row::Cells(vec![
            text(&share.zh),
            number(share.count),
            number(share.base),
            share.share.as_deref().map_or(Cell::not_applicable(), percent),
            percent(&share.at_least),
            centre(if share.holds { "达到" } else { "未达到" }),
        ])
    });
    let mut columns = heads(&["比例", "人数", "基数", "占比", "要求", "结论"]);
    spread(&mut columns);
    block("交流比例", &columns, even(rows.collect()))
}

/// Gives the last column what is left of the seven of the sheet.
fn spread(columns: &mut [crate::head::HeadColumn]) {
    let used = u16::try_from(columns.len()).unwrap_or(7);
    if let Some(last) = columns.last_mut() {
        last.span += 7u16.saturating_sub(used);
    }
}

fn goals(levels: &[LevelResult]) -> crate::model::Block {
    let rows = levels.iter().map(|level| {
        Row::Cells(vec![
            text(&level.zh),
            centre(&level.unit),
            shown(Some(&level.before)),
            shown(Some(&level.after)),
            centre(if level.proved { "是" } else { "否" }),
            shown(Some(&level.gap)),
        ])
    });
    let titles = ["目标（依次优先）", "单位", "交流前", "交流后", "已证明最优", "与最优的差距"];
    let mut columns = heads(&titles);
    spread(&mut columns);
    block("目标", &columns, rows.collect())
}

fn coefficients(rotation: &Rotation) -> crate::model::Block {
    let rows = rotation.coefficients.iter().map(|c| {
        let limit = c.limit.as_ref().map(|limit| limit.to_short(4));
        Row::Cells(vec![
            text(format!("{} {} {}", c.stage.zh(), c.indicator, c.zh)),
            limit.map_or(Cell::not_applicable(), |limit| Cell::shown(&limit)),
            shown(c.before.as_deref()),
            Cell::verdict(c.before_verdict),
            shown(c.after.as_deref()),
            Cell::verdict(c.after_verdict),
        ])
    });
    let titles = ["指标", "限值", "交流前›系数", "交流前›结论", "交流后›系数", "交流后›结论"];
    let mut columns = heads(&titles);
    spread(&mut columns);
    block("校际差异系数", &columns, even(rows.collect()))
}

fn moves(rotation: &Rotation, masthead: &Masthead<'_>) -> Sheet {
    let titles = [
        "序号",
        "编号",
        "姓名",
        "学段",
        "学科",
        "骨干",
        "原学校",
        "在原学校（年）",
        "到任学校",
        "路程（公里）",
        "志愿",
        "理由",
    ];
    let rows = rotation.moves.iter().enumerate().map(|(at, m)| {
        let wish = match (m.fixed, m.wish) {
            (true, _) => "指定".to_owned(),
            (false, Some(wish)) => format!("第 {wish} 志愿"),
            (false, None) => "未填报".to_owned(),
        };
        Row::Cells(vec![
            Cell::count(at + 1),
            centre(&m.teacher.to_string()),
            centre(&m.name.to_string()),
            centre(m.stage.zh()),
            centre(&m.subject),
            Cell::short(m.backbone.then_some("是")),
            text(&m.from_name),
            number(m.years),
            text(&m.to_name),
            shown(m.km.as_deref()),
            centre(&wish),
            reasons(&m.reasons),
        ])
    });
    let grid = [6.0, 11.0, 9.0, 7.0, 11.0, 6.0, 22.0, 9.0, 22.0, 8.0, 10.0, 58.0];
    let mut sheet = masthead.sheet("交流名单", "教师交流轮岗名单", &grid);
    sheet.freeze_columns = 3;
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet.notes = vec!["路程由居住地起算，没有居住地的由原学校起算。".to_owned()];
    sheet
}

fn sections(rotation: &Rotation, masthead: &Masthead<'_>) -> Sheet {
    let indicators: Vec<(String, String)> = rotation
        .sections
        .iter()
        .find(|section| !section.values.is_empty())
        .map(|section| {
            let values = section.values.iter();
            values.map(|value| (value.indicator.clone(), value.zh.clone())).collect()
        })
        .unwrap_or_default();
    let mut titles: Vec<String> = [
        "学校",
        "学段",
        "教师›交流前",
        "教师›调出",
        "教师›调入",
        "教师›交流后",
        "教师›岗位",
        "骨干教师›前",
        "骨干教师›后",
        "结论›前",
        "结论›后",
    ]
    .map(str::to_owned)
    .into();
    for (code, zh) in &indicators {
        titles.push(format!("{code} {zh}›前"));
        titles.push(format!("{code} {zh}›后"));
    }
    let rows = rotation.sections.iter().map(|section| {
        let mut cells = vec![
            text(&section.name),
            centre(section.stage.zh()),
            number(section.teachers.0),
            super::some(section.leave),
            super::some(section.come),
            number(section.teachers.1),
            known(section.posts),
            number(section.backbone.0),
            number(section.backbone.1),
        ];
        match section.verdict {
            Some((then, now)) => cells.extend([Cell::verdict(then), Cell::verdict(now)]),
            None => cells.extend([Cell::not_applicable(), Cell::not_applicable()]),
        }
        for (code, _) in &indicators {
            let Some(value) = section.values.iter().find(|value| value.indicator == *code) else {
                cells.extend([Cell::Empty, Cell::Empty]);
                continue;
            };
            let figure = |figure: Option<&String>, verdict| {
                figure.map_or(Cell::Missing, |figure| Cell::Number {
                    shown: figure.clone(),
                    verdict: Some(verdict),
                })
            };
            cells.push(figure(value.before.as_ref(), value.before_verdict));
            cells.push(figure(value.after.as_ref(), value.after_verdict));
        }
        Row::Cells(cells)
    });
    let mut grid = vec![24.0, 7.0, 8.0, 7.0, 7.0, 8.0, 8.0, 7.0, 7.0, 9.0, 9.0];
    grid.extend(indicators.iter().flat_map(|_| [9.0, 9.0]));
    let mut sheet = masthead.sheet("学校前后", "各校（学段）交流前后", &grid);
    sheet.freeze_columns = 2;
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet
}

fn subjects(rotation: &Rotation, masthead: &Masthead<'_>) -> Sheet {
    let titles = ["学校", "学段", "学科", "岗位", "交流前", "交流后", "缺›交流前", "缺›交流后"];
    let rows = rotation.sections.iter().flat_map(|section| {
        let lacking = |posts: Option<i64>, have: i64| {
            posts.map_or(Cell::Empty, |posts| super::some((posts - have).max(0)))
        };
        section.subjects.iter().map(move |subject| {
            Row::Cells(vec![
                text(&section.name),
                centre(section.stage.zh()),
                centre(&subject.subject),
                subject.posts.map_or(Cell::Empty, number),
                number(subject.before),
                number(subject.after),
                lacking(subject.posts, subject.before),
                lacking(subject.posts, subject.after),
            ])
        })
    });
    let grid = [34.0, 9.0, 18.0, 11.0, 11.0, 11.0, 11.0, 11.0];
    let mut sheet = masthead.sheet("学科前后", "各校分学科教师交流前后", &grid);
    sheet.freeze_columns = 3;
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet
}

fn stays(rotation: &Rotation, masthead: &Masthead<'_>) -> Sheet {
    let names = |code: &domain::SchoolCode| {
        let section = rotation.sections.iter().find(|section| section.school == *code);
        section.map_or_else(|| code.to_string(), |section| section.name.clone())
    };
    let titles = ["编号", "姓名", "学校", "学段", "符合条件", "填报志愿", "没有交流的理由"];
    let rows = rotation.stays.iter().map(|note| {
        Row::Cells(vec![
            centre(&note.teacher.to_string()),
            centre(&note.name.to_string()),
            text(names(&note.school)),
            centre(note.stage.zh()),
            Cell::short(note.eligible.then_some("是")),
            Cell::short(note.wished.then_some("是")),
            text(&note.why),
        ])
    });
    let grid = [12.0, 10.0, 28.0, 8.0, 9.0, 9.0, 66.0];
    let mut sheet = masthead.sheet("留任教师", "留任教师及理由", &grid);
    sheet.freeze_columns = 2;
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet
}

fn findings(rotation: &Rotation, masthead: &Masthead<'_>) -> Sheet {
    let titles = ["代码", "程度", "编号", "问题", "怎么办"];
    let rows = rotation.findings.iter().map(|finding| {
        Row::Cells(vec![
            centre(&finding.code),
            centre(finding.severity.zh()),
            Cell::short(finding.teacher.as_ref().map(ToString::to_string).as_deref()),
            text(&finding.message),
            text(&finding.remedy),
        ])
    });
    let mut sheet =
        masthead.sheet("未采用的设置", "没有采用的志愿和设置", &[13.0, 9.0, 13.0, 62.0, 46.0]);
    sheet.blocks.push(table("", &titles, rows.collect()));
    sheet
}
