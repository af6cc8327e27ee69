//! A plan as a workbook: the summary, a sheet a year, the schools, the schedule, the coefficients,
//! what was decided before, and what the plan rests on.
//!
//! Must not know: how a plan is found, and how a verdict is made. Every figure is the plan's; what
//! is added up here is added up again by a formula in the cell.

mod basis;
mod coefficients;
mod committed;
pub mod ledger;
mod schedule;
mod schools;
mod summary;
mod verdict;
mod year;

use crate::model::{Page, Paper, Sheet};
use crate::{FormsError, date_time, sheet_name, short, write};
use domain::SchoolYear;
use invest::Plan;
use ledger::Ledger;
use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};
use std::collections::BTreeSet;

/// All sheets are for A4, lying.
const PAGE: Page = Page { paper: Paper::A4, landscape: true };
/// Where a plan has no year at all, its file is dated with this one.
const NO_YEAR: SchoolYear = SchoolYear(2000);

/// What every sheet may look at.
struct Context<'a> {
    plan: &'a Plan,
    greedy: Option<&'a Plan>,
    ledger: Ledger<'a>,
}

impl Context<'_> {
    fn years(&self) -> &[SchoolYear] {
        &self.ledger.years
    }

    /// An indicator with its short name: `L4 教学及辅助用房`.
    fn indicator(&self, code: &str) -> String {
        let name = self.plan.indicators.get(code);
        name.map_or_else(|| code.to_owned(), |name| format!("{code} {name}"))
    }

    /// A sheet with the margins, the unit and the words that all sheets have.
    fn sheet(&self, name: &str, title: &str) -> Sheet {
        Sheet {
            name: sheet_name(name, ""),
            title: format!("{}　{title}", self.plan.title),
            under: [
                format!("标准：{}", self.plan.standard_title),
                "金额单位：万元　年份为学年（统计时点当年 9 月 1 日）".to_owned(),
            ],
            grid: Vec::new(),
            page: PAGE,
            freeze_columns: 0,
            blocks: Vec::new(),
            notes: Vec::new(),
            notes_title: "说明：",
            foot: None,
        }
    }
}

/// Writes a plan as one xlsx, with the plan made school by school (`greedy`) beside it where there
/// is one. The same plans give the same bytes.
///
/// # Errors
/// [`FormsError::SheetTwice`] where the plan has two years of one name; [`FormsError::Write`]
/// where a text is longer than a cell can be.
pub fn workbook(plan: &Plan, greedy: Option<&Plan>) -> Result<Vec<u8>, FormsError> {
    let cx = Context { plan, greedy, ledger: Ledger::of(plan) };
    let mut sheets = vec![summary::sheet(&cx)];
    sheets.extend(cx.years().iter().map(|year| year::sheet(&cx, *year)));
    sheets.push(schools::sheet(&cx));
    sheets.push(schedule::sheet(&cx));
    sheets.push(coefficients::sheet(&cx));
    sheets.push(committed::sheet(&cx));
    sheets.push(basis::sheet(&cx));
    let mut names = BTreeSet::new();
    for sheet in &sheets {
        if !names.insert(sheet.name.to_lowercase()) {
            return Err(FormsError::SheetTwice { name: sheet.name.clone() });
        }
    }
    let failed = |sheet: &str| {
        let sheet = sheet.to_owned();
        move |cause: XlsxError| FormsError::Write { sheet, cause }
    };
    let mut file = Workbook::new();
    file.set_properties(&properties(&cx).map_err(failed(""))?);
    let left = format!(
        "均衡 {}　问题 {}　标准 {}",
        plan.engine,
        short(&plan.problem),
        short(&plan.standard_hash)
    );
    for sheet in &sheets {
        write::sheet(sheet, file.add_worksheet(), None, &left).map_err(failed(&sheet.name))?;
    }
    file.save_to_buffer().map_err(failed(""))
}

/// Whoever opens the file, and the program itself, sees who wrote it; no clock gets into it.
fn properties(cx: &Context<'_>) -> Result<DocProperties, XlsxError> {
    let first = cx.years().first().copied().unwrap_or(NO_YEAR).0.clamp(1900, 9999);
    Ok(DocProperties::new()
        .set_title(&cx.plan.title)
        .set_author(format!("均衡 {}", cx.plan.engine))
        .set_subject(&cx.plan.standard_title)
        .set_creation_datetime(&date_time(first, 1, 1)?))
}
