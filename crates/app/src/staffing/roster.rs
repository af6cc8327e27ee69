//! `staffing template`, `sample` and `roster`.

use super::desk::{self, file_table, findings_table};
use crate::cli::{InputArgs, RosterTemplateArgs, SampleArgs, StaffingArgs};
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, GOOD, HEAD, styled};
use crate::table::{Grid, plain};
use crate::{demo_county, files, reading};
use forms::staffing::template::{self, Template};
use jiff::civil::Date;
use serde::Serialize;
use staffing::{Finding, RosterRow, Teacher, count};
use std::fmt::Write as _;

/// The date in the properties of files that belong to no year.
const CREATED: Date = Date::constant(2024, 9, 1);

pub(super) fn template(packs: &PacksInUse, args: &RosterTemplateArgs) -> anyhow::Result<Exit> {
    files::expect_output(&args.out, files::Kind::Workbook, &args.files)?;
    let rules = staffing::rules::load(&packs.source, &args.staffing)?;
    let mut schools = Vec::new();
    if !args.files.is_empty() {
        let input = InputArgs { files: args.files.clone(), last_year: Vec::new(), year: None };
        let reading = reading::read(packs, &packs.catalogue, &input)?;
        let Some(snapshot) = &reading.snapshot else {
            reading.say_no_county("没有写出模板");
            return Ok(Exit::Findings);
        };
        let all = snapshot.schools().iter();
        schools.extend(all.map(|school| (school.code.to_string(), school.name.clone())));
    }
    let template = Template { rules: &rules, schools: &schools, label: None, created: CREATED };
    files::write(&args.out, &template::empty(&template)?)?;
    screen::print(&format!("{} {}\n", styled(GOOD, "已写出"), args.out.display()))?;
    Ok(Exit::Done)
}

pub(super) fn sample(packs: &PacksInUse, args: &SampleArgs) -> anyhow::Result<Exit> {
    files::expect_writable(&args.out, &[])?;
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: args.schools,
        year: demo::Options::YEAR,
        catalogue: &packs.catalogue,
        attested: &[],
    };
    let teachers = demo::teachers(&options)?;
    let rows: Vec<RosterRow> = teachers
        .iter()
        .map(|cells| RosterRow::of(cells.iter().map(|(column, text)| (*column, text.as_str()))))
        .collect();
    let extension = args.out.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let bytes = match extension.as_deref() {
        Some("csv") => csv(&rows)?,
        Some("xlsx") => {
            let rules = staffing::rules::load(&packs.source, crate::cli::DEFAULT_STAFFING)?;
            let label = Some(demo_county::LABEL);
            let template = Template { rules: &rules, schools: &[], label, created: CREATED };
            template::filled(&template, &rows)?
        }
        _ => {
            let text = format!("{} 的扩展名应为 .xlsx 或 .csv", args.out.display());
            return Err(Misuse(text).into());
        }
    };
    files::write(&args.out, &bytes)?;
    let text = format!("{} {}（{} 人）\n", styled(GOOD, "已写出"), args.out.display(), rows.len());
    screen::print(&text)?;
    Ok(Exit::Done)
}

fn csv(rows: &[RosterRow]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record(RosterRow::HEADINGS.iter().map(|(_, zh)| zh))?;
    for row in rows {
        let cell = |code: &str| row.get(code).unwrap_or_default();
        writer.write_record(RosterRow::HEADINGS.iter().map(|(code, _)| cell(code)))?;
    }
    writer.into_inner().map_err(|error| anyhow::anyhow!("{error}"))
}

#[derive(Serialize)]
struct Report<'a> {
    layout: &'a str,
    rows: usize,
    teachers: &'a [Teacher],
    counted: &'a [count::Counted],
    file_findings: &'a [intake::Finding],
    findings: &'a [Finding],
}

pub(super) fn check(packs: &PacksInUse, args: &StaffingArgs) -> anyhow::Result<Exit> {
    let Some(desk) = desk::open(packs, args)? else { return Ok(Exit::Findings) };
    let counted = count::count(&desk.roster, &desk.snapshot, &desk.rules);
    let teachers = desk.roster.teachers();
    let mut text = format!("{}\n", styled(HEAD, "教师名册"));
    let _ = writeln!(
        text,
        " 版式：{}；{} 行，读入 {} 人，文件问题 {} 条，内容问题 {} 条",
        desk.sheet.title,
        desk.sheet.rows.len(),
        teachers.len(),
        desk.sheet.findings.len(),
        desk.findings.len()
    );
    text.push_str(&file_table(&desk.sheet.findings));
    text.push_str(&findings_table(&desk.findings));
    text.push_str(&totals(&desk, &counted));
    let report = Report {
        layout: &desk.sheet.layout,
        rows: desk.sheet.rows.len(),
        teachers,
        counted: &counted,
        file_findings: &desk.sheet.findings,
        findings: &desk.findings,
    };
    let workbook = || {
        forms::staffing::roster::workbook(
            desk.roster.teachers(),
            &desk.snapshot,
            &desk.rules,
            &desk.masthead(),
        )
    };
    desk::finish(args, &report, Some(workbook), &text)?;
    Ok(if desk.is_wrong() { Exit::Findings } else { Exit::Done })
}

/// What the county has by the roster; a figure of which one section's is missing is missing.
fn totals(desk: &desk::Desk, counted: &[count::Counted]) -> String {
    let catalogue = desk.standard.catalogue();
    let mut grid = Grid::new(&["由名册统计", ">小学", ">初中"]);
    for item in count::items(&desk.rules) {
        let of = |stage| {
            let mut sum = rust_decimal::Decimal::ZERO;
            let mut unknown = 0;
            for c in counted.iter().filter(|c| c.stage == stage && c.item == item) {
                sum += c.value.unwrap_or_default();
                unknown += c.unknown.len();
            }
            if unknown > 0 {
                format!("缺数（{unknown} 人未填）")
            } else {
                sum.normalize().to_string()
            }
        };
        let zh = catalogue.find(&item).map_or(item.as_str(), |(_, item)| item.zh.as_str());
        let cells = [zh.to_owned(), of(domain::Stage::Primary), of(domain::Stage::Junior)];
        grid.row(cells.map(plain));
    }
    grid.render()
}
