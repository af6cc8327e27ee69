//! Official forms, gap list and evidence list of an evaluation, as one workbook.
//!
//! [`Forms`] is a pack: titles, heads, notes, paper. [`workbook`] fills it from an
//! [`Evaluation`] and its [`Snapshot`]. Columns of indicators come from the evaluation's own list,
//! so that any standard prints; official titles come from the pack that is made for it. A plan has
//! a workbook of its own, [`plan::workbook`], and so have the lists of [`staffing`].
//!
//! This crate must not know how a verdict is made or a plan is found: it prints what the judge
//! says. Of its own it only counts and adds facts that the forms ask for and no rule does (form Ⅰ,
//! the survey figures) and adds up printed gaps and payments.

mod blocks;
mod context;
mod error;
pub mod head;
mod measure;
mod model;
mod pack;
pub mod plan;
pub mod printed;
pub mod rounding;
pub mod staffing;
mod style;
mod table;
pub mod tally;
mod write;

pub use error::FormsError;
pub use pack::Forms;

use context::Context;
use domain::{Catalogue, Snapshot};
use jiff::civil::Date;
use model::{Block, Sheet};
use pack::{GroupChoice, SheetSpec};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use standard::evaluation::{Evaluation, GroupResult};
use std::collections::BTreeSet;

/// Characters that the header of a page can take.
const LABEL: usize = 100;
/// Characters that the name of a sheet can take.
const NAME: usize = 31;

/// What a workbook says beside the evaluation.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Printed at the head of every page: `合成数据,仅供演示`.
    pub label: Option<String>,
    /// The date of creation in the properties of the file; the same inputs give the same bytes.
    /// `None`: the date of the statistics.
    pub created: Option<Date>,
}

/// Fills the forms: one xlsx with every sheet that has something to say.
///
/// Each evaluation comes with a suffix for the names of its sheets: `""` for a single one, `（放宽）`
/// for a second one under the relief rules. All are of the same snapshot; sheets that hold only
/// facts of it stand once. `catalogue` is the one that the snapshot was sealed with.
///
/// # Errors
/// [`FormsError::SheetTwice`] where two evaluations have one suffix, [`FormsError::LabelTooLong`],
/// [`FormsError::NoEvaluation`], [`FormsError::Write`].
pub fn workbook(
    evaluations: &[(&Evaluation, &str)],
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    forms: &Forms,
    options: &Options,
) -> Result<Vec<u8>, FormsError> {
    let Some((first, _)) = evaluations.first() else { return Err(FormsError::NoEvaluation) };
    let label = options.label.as_deref();
    if let Some(label) = label.filter(|l| l.chars().count() > LABEL) {
        return Err(FormsError::LabelTooLong { label: label.to_owned(), limit: LABEL });
    }
    let mut sheets = Vec::new();
    for (i, (evaluation, suffix)) in evaluations.iter().enumerate() {
        for spec in forms.sheets.iter().filter(|s| i == 0 || !s.shared) {
            let cx = Context { evaluation, snapshot, catalogue, forms, group: None };
            for group in groups(spec, forms, evaluation) {
                sheets.extend(build(spec, &Context { group, ..cx }, suffix));
            }
        }
    }
    let mut names = BTreeSet::new();
    for sheet in &sheets {
        if !names.insert(sheet.name.to_lowercase()) {
            return Err(FormsError::SheetTwice { name: sheet.name.clone() });
        }
    }
    let mut file = Workbook::new();
    let failed = |sheet: &str| {
        let sheet = sheet.to_owned();
        move |cause: XlsxError| FormsError::Write { sheet, cause }
    };
    file.set_properties(&properties(first, forms, options).map_err(failed(""))?);
    let left = format!(
        "均衡 {}　数据 {}　规则 {}",
        first.engine,
        short(&first.snapshot),
        short(&first.standard.hash)
    );
    for sheet in &sheets {
        write::sheet(sheet, file.add_worksheet(), label, &left).map_err(failed(&sheet.name))?;
    }
    file.save_to_buffer().map_err(failed(""))
}

/// The groups that a sheet is made for: one of them, each of the others, or none at all.
fn groups<'a>(
    spec: &SheetSpec,
    forms: &Forms,
    evaluation: &'a Evaluation,
) -> Vec<Option<&'a GroupResult>> {
    let named = |code: &str| {
        forms.sheets.iter().any(|s| s.group.as_ref() == Some(&GroupChoice::Code(code.to_owned())))
    };
    let all = evaluation.groups.iter();
    match &spec.group {
        None => vec![None],
        Some(GroupChoice::Code(code)) => all.filter(|g| g.code == *code).map(Some).collect(),
        Some(GroupChoice::Others) => all.filter(|g| !named(&g.code)).map(Some).collect(),
    }
}

/// The sheet; `None` where none of its blocks has anything to say under this standard.
fn build(spec: &SheetSpec, cx: &Context<'_>, suffix: &str) -> Option<Sheet> {
    let fill = |name: &str| cx.placeholder(name);
    let mut grid = spec.widths.clone().unwrap_or_default();
    let mut blocks = Vec::new();
    let mut notes: Vec<_> = spec.notes.iter().map(|n| n.fill(fill)).collect();
    for block in &spec.blocks {
        let Some(built) = block.body.build(cx) else { continue };
        if grid.is_empty() {
            grid = built.widths;
        }
        notes.extend(built.notes);
        blocks.push(Block {
            caption: block.caption.as_ref().map(|c| c.fill(fill)),
            head: built.head,
            spans: built.spans,
            rows: built.rows,
            filter: block.filter,
        });
    }
    if blocks.is_empty() {
        return None;
    }
    let mut remarks = remarks(cx);
    if !suffix.is_empty() {
        remarks.insert(0, format!("本表为{suffix}口径的评估结果，与不带后缀的表并列供对照。"));
    }
    notes.splice(0..0, remarks);
    Some(Sheet {
        name: sheet_name(&spec.name.fill(fill), suffix),
        title: format!("{}{suffix}", spec.title.fill(fill)),
        under: [
            format!("县（市、区）：{}（盖章）", cx.evaluation.county),
            format!("{} 学年　统计时点：{}", cx.evaluation.year, cx.date()),
        ],
        page: spec.page.for_width(grid.iter().sum()),
        grid,
        freeze_columns: spec.freeze_columns,
        blocks,
        notes,
        notes_title: "填表说明：",
        foot: spec.foot.then(|| {
            ["填报人：", "审核人：", "负责人：", "日期：　　　年　　月　　日"].join("　　　　　　")
        }),
    })
}

/// What has to be said of parameters that are out of the ordinary.
fn remarks(cx: &Context<'_>) -> Vec<String> {
    let used = |code: &str| cx.evaluation.parameters.iter().find(|p| p.code == code);
    let said = cx.forms.remarks.iter().filter_map(|remark| {
        let parameter = used(&remark.parameter)?;
        if remark.unless.contains(&parameter.value) {
            return None;
        }
        Some(remark.text.fill(|name| match name {
            "zh" => parameter.zh.clone(),
            _ => parameter.value.clone(),
        }))
    });
    said.collect()
}

/// A name that spreadsheets accept, short enough to keep its suffix.
fn sheet_name(name: &str, suffix: &str) -> String {
    let clean = |text: &str| -> String {
        text.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).collect()
    };
    let suffix: String = clean(suffix).chars().take(NAME / 2).collect();
    let room = NAME - suffix.chars().count();
    clean(name).chars().take(room).collect::<String>() + &suffix
}

/// The lead of a hash, enough to tell two apart on paper.
fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

fn properties(
    evaluation: &Evaluation,
    forms: &Forms,
    options: &Options,
) -> Result<DocProperties, XlsxError> {
    let created = match options.created {
        Some(date) => date_time(date.year(), date.month(), date.day())?,
        None => date_time(evaluation.year.0, 9, 1)?,
    };
    Ok(DocProperties::new()
        .set_title(format!("{} {} {}", evaluation.county, evaluation.year, forms.title()))
        .set_author(format!("均衡 {}", evaluation.engine))
        .set_subject(&evaluation.standard.title)
        .set_creation_datetime(&created))
}

fn date_time(year: i16, month: i8, day: i8) -> Result<ExcelDateTime, XlsxError> {
    let small = |n: i8| u8::try_from(n).unwrap_or(1);
    ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or(1900), small(month), small(day))
}
