//! From the model of a sheet to the cells of a workbook.
//!
//! Must not know: evaluations, packs.

use crate::measure;
use crate::model::{Block, Cell, Paper, Row, Sheet, Sum, in_percent};
use crate::style;
use rust_xlsxwriter::{
    ColNum, ExcelDateTime, Format, FormatAlign, Formula, RowNum, Worksheet, XlsxError,
};

/// Points a line of text takes, by font size, and the least height of a row of a table.
const LEADING: f64 = 1.35;
const LEAST: f64 = 20.0;
/// Height of the foot line: room for signatures.
const FOOT: f64 = 36.0;
/// Spreadsheets know no higher row.
const MOST: f64 = 400.0;

/// What a bar reads as where colours are not seen.
const BAR: &str = "■";

/// Numbers of the paper sizes in the file format.
const A3: u8 = 8;
const A4: u8 = 9;

/// Where a row ends: the sheet being written and the next free row.
struct Pen<'a> {
    sheet: &'a mut Worksheet,
    grid: &'a [f64],
    row: RowNum,
    /// The first row of the table below its head.
    body: RowNum,
    /// The rows of totals so far.
    totals: Vec<RowNum>,
}

/// Writes a sheet; `header` and `left` go into the margins of every printed page.
pub(crate) fn sheet(
    model: &Sheet,
    worksheet: &mut Worksheet,
    header: Option<&str>,
    left: &str,
) -> Result<(), XlsxError> {
    worksheet.set_name(&model.name)?;
    page(model, worksheet, header, left);
    for (column, width) in (0..).zip(&model.grid) {
        worksheet.set_column_width(column, *width)?;
    }
    let mut pen = Pen { sheet: worksheet, grid: &model.grid, row: 0, body: 0, totals: Vec::new() };
    pen.title(model)?;
    // Where tables of different heads follow each other, only the title stays in sight.
    let one_head = model.blocks.len() == 1 || model.freeze_columns > 0;
    let mut frozen = 1;
    for (i, block) in model.blocks.iter().enumerate() {
        let (first, last) = pen.block(block)?;
        if i == 0 && last > first && one_head {
            pen.sheet.set_repeat_rows(first, last - 1)?;
            frozen = last;
        }
    }
    pen.sheet.set_freeze_panes(frozen, model.freeze_columns)?;
    pen.notes(model)
}

fn page(model: &Sheet, worksheet: &mut Worksheet, header: Option<&str>, left: &str) {
    worksheet.set_paper_size(match model.page.paper {
        Paper::A3 => A3,
        Paper::A4 => A4,
    });
    if model.page.landscape {
        worksheet.set_landscape();
    } else {
        worksheet.set_portrait();
    }
    worksheet.set_margins(0.5, 0.5, 0.75, 0.75, 0.35, 0.35);
    worksheet.set_print_fit_to_pages(1, 0);
    worksheet.set_print_center_horizontally(true);
    worksheet.set_screen_gridlines(false);
    if let Some(header) = header {
        worksheet.set_header(format!("&C{}", escaped(header)));
    }
    worksheet.set_footer(format!("&L&8 {}&C第 &P 页 共 &N 页", escaped(left)));
}

/// `&` begins a command in the margins of a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&&")
}

fn height(lines: usize, size: f64) -> f64 {
    let lines = u32::try_from(lines).map_or(f64::from(u16::MAX), f64::from);
    (lines * size * LEADING + 5.0).clamp(LEAST, MOST)
}

impl Pen<'_> {
    fn columns(&self) -> ColNum {
        ColNum::try_from(self.grid.len()).unwrap_or(ColNum::MAX)
    }

    /// The width of some columns together.
    fn width(&self, first: ColNum, columns: ColNum) -> f64 {
        self.grid.iter().skip(usize::from(first)).take(usize::from(columns)).sum()
    }

    /// A text in one cell, or in one that is made of several.
    fn put(
        &mut self,
        at: ColNum,
        columns: ColNum,
        rows: RowNum,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        self.put_at(self.row, at, columns, rows, text, format)
    }

    fn put_at(
        &mut self,
        row: RowNum,
        at: ColNum,
        columns: ColNum,
        rows: RowNum,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let (last_row, last) = (row + rows.max(1) - 1, at + columns.max(1) - 1);
        if last_row > row || last > at {
            self.sheet.merge_range(row, at, last_row, last, text, format)?;
        } else if text.is_empty() {
            self.sheet.write_blank(row, at, format)?;
        } else {
            self.sheet.write_string_with_format(row, at, text, format)?;
        }
        Ok(())
    }

    /// A text across the sheet, in a row of its own.
    fn across(&mut self, text: &str, format: &Format, size: f64) -> Result<(), XlsxError> {
        let columns = self.columns();
        let room = self.width(0, columns) * style::BODY / size;
        self.put(0, columns, 1, text, format)?;
        self.sheet.set_row_height(self.row, height(measure::lines(text, room), size))?;
        self.row += 1;
        Ok(())
    }

    fn title(&mut self, model: &Sheet) -> Result<(), XlsxError> {
        self.across(&model.title, &style::title().set_text_wrap(), style::TITLE)?;
        let [left, right] = &model.under;
        let columns = self.columns();
        if columns < 2 {
            return self.across(
                &format!("{left}　{right}"),
                &style::line(FormatAlign::Left),
                style::NOTE,
            );
        }
        // The border between both where the columns come nearest to half of the width.
        let whole = self.width(0, columns);
        let middle = (1..columns)
            .min_by(|a, b| {
                let off = |n: ColNum| (self.width(0, n) * 2.0 - whole).abs();
                off(*a).total_cmp(&off(*b))
            })
            .unwrap_or(1);
        self.put(0, middle, 1, left, &style::line(FormatAlign::Left))?;
        self.put(middle, columns - middle, 1, right, &style::line(FormatAlign::Right))?;
        let lines = measure::lines(left, self.width(0, middle))
            .max(measure::lines(right, self.width(middle, columns - middle)));
        self.sheet.set_row_height(self.row, height(lines, style::NOTE))?;
        self.row += 1;
        Ok(())
    }

    /// Writes a table; the rows of its head are `first .. last`.
    fn block(&mut self, block: &Block) -> Result<(RowNum, RowNum), XlsxError> {
        if let Some(caption) = &block.caption {
            self.across(caption, &style::caption(), style::NOTE)?;
        }
        let first = self.row;
        self.head(block)?;
        let last = self.row;
        self.body = last;
        let places = places(&block.spans);
        let end = places.last().map_or(1, |(at, span)| at + span);
        let heights = self.heights(&block.rows, &places, end);
        for (i, (row, height)) in block.rows.iter().zip(heights).enumerate() {
            self.sheet.set_row_height(self.row, height.min(MOST))?;
            match row {
                Row::Band(text) => self.put(0, end, 1, text, &style::band())?,
                Row::Line(text) => {
                    self.put(0, end, 1, text, &style::text(FormatAlign::Center, false))?;
                }
                Row::Cells(cells) | Row::Total(cells) => {
                    let total = matches!(row, Row::Total(_));
                    for (column, (cell, (at, span))) in cells.iter().zip(&places).enumerate() {
                        let rows = run(&block.rows, i, column);
                        self.cell(cell, *at, *span, rows, total)?;
                    }
                    if total {
                        self.totals.push(self.row);
                    }
                }
            }
            self.row += 1;
        }
        // Totals at the end stay out of what is sorted and filtered.
        let trailing = block.rows.iter().rev().take_while(|r| matches!(r, Row::Total(_))).count();
        let listed = self.row - RowNum::try_from(trailing).unwrap_or(0);
        if block.filter && last > first && listed > last {
            self.sheet.autofilter(last - 1, 0, listed - 1, end - 1)?;
        }
        Ok((first, last))
    }

    /// The height of every row: spreadsheets do not fit joined cells by themselves.
    fn heights(&self, rows: &[Row], places: &[(ColNum, ColNum)], end: ColNum) -> Vec<f64> {
        let need =
            |text: &str, at, span| height(measure::lines(text, self.width(at, span)), style::BODY);
        let mut joined = Vec::new();
        let mut heights = Vec::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            let mut tallest = LEAST;
            match row {
                Row::Band(text) | Row::Line(text) => tallest = tallest.max(need(text, 0, end)),
                Row::Cells(cells) | Row::Total(cells) => {
                    for (column, (cell, (at, span))) in cells.iter().zip(places).enumerate() {
                        let need = need(&shown(cell), *at, *span);
                        match run(rows, i, column) {
                            1 => tallest = tallest.max(need),
                            run => joined.push((i, run, need)),
                        }
                    }
                }
            }
            heights.push(tallest);
        }
        for (first, run, need) in joined {
            let rows = usize::try_from(run).unwrap_or(usize::MAX);
            let have: f64 = heights.iter().skip(first).take(rows).sum();
            let more = (need - have).max(0.0) / f64::from(run);
            heights.iter_mut().skip(first).take(rows).for_each(|h| *h += more);
        }
        heights
    }

    fn cell(
        &mut self,
        cell: &Cell,
        at: ColNum,
        span: ColNum,
        rows: RowNum,
        total: bool,
    ) -> Result<(), XlsxError> {
        match cell {
            Cell::Up => Ok(()),
            Cell::Empty => self.put(at, span, rows, "", &style::text(FormatAlign::Center, total)),
            Cell::Missing => self.put(at, span, rows, "", &style::missing()),
            Cell::Text(text) => {
                self.put(at, span, rows, text, &style::text(FormatAlign::Left, total))
            }
            Cell::Centre(text) => {
                self.put(at, span, rows, text, &style::text(FormatAlign::Center, total))
            }
            Cell::Verdict(verdict, _) => {
                self.put(at, span, rows, &shown(cell), &style::verdict(*verdict))
            }
            Cell::Number { shown, verdict } => {
                let format = style::number(decimals(shown), *verdict, total);
                self.number(shown, &format, at, span, rows)
            }
            Cell::Percent(share) => {
                let format = style::percent(decimals(share).saturating_sub(2), total);
                self.number(share, &format, at, span, rows)
            }
            Cell::Amount { shown, sum } => self.amount(shown, *sum, at, span, rows, total),
            Cell::Day(day) => {
                let format = style::day();
                match ExcelDateTime::parse_from_str(day) {
                    Ok(date) if span == 1 && rows == 1 => {
                        self.sheet.write_datetime_with_format(self.row, at, &date, &format)?;
                        Ok(())
                    }
                    _ => self.put(at, span, rows, day, &format),
                }
            }
            Cell::Bar(bar) => self.put(at, span, rows, BAR, &style::bar(*bar)),
        }
    }

    /// A number. The stored one is the printed one: nothing hides behind the format.
    fn number(
        &mut self,
        shown: &str,
        format: &Format,
        at: ColNum,
        span: ColNum,
        rows: RowNum,
    ) -> Result<(), XlsxError> {
        let Some(number) = shown.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return self.put(at, span, rows, shown, format);
        };
        if span > 1 || rows > 1 {
            self.put(at, span, rows, "", format)?;
        }
        self.sheet.write_number_with_format(self.row, at, number, format)?;
        Ok(())
    }

    fn amount(
        &mut self,
        shown: &str,
        sum: Sum,
        at: ColNum,
        span: ColNum,
        rows: RowNum,
        total: bool,
    ) -> Result<(), XlsxError> {
        let format = style::amount(decimals(shown), total);
        let Some(number) = shown.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return self.put(at, span, rows, shown, &format);
        };
        if span > 1 || rows > 1 {
            self.put(at, span, rows, "", &format)?;
        }
        let (row, formula) = (self.row, self.formula(sum, at));
        match formula.map(|formula| Formula::new(formula).set_result(shown)) {
            Some(formula) => self.sheet.write_formula_with_format(row, at, formula, &format)?,
            None => self.sheet.write_number_with_format(row, at, number, &format)?,
        };
        Ok(())
    }

    /// The formula of a sum; `None` where there is nothing to add up.
    fn formula(&self, sum: Sum, at: ColNum) -> Option<String> {
        let name = |row: RowNum, column: ColNum| domain::cell_name(row, u32::from(column));
        match sum {
            Sum::Above if self.row > self.body => {
                Some(format!("=SUM({}:{})", name(self.body, at), name(self.row - 1, at)))
            }
            Sum::Left(columns) if columns > 0 && at >= columns => {
                Some(format!("=SUM({}:{})", name(self.row, at - columns), name(self.row, at - 1)))
            }
            Sum::Totals if !self.totals.is_empty() => {
                let cells: Vec<String> = self.totals.iter().map(|row| name(*row, at)).collect();
                Some(format!("={}", cells.join("+")))
            }
            _ => None,
        }
    }

    fn head(&mut self, block: &Block) -> Result<(), XlsxError> {
        let format = style::head();
        let mut heights = vec![LEAST; usize::from(block.head.rows)];
        for cell in &block.head.cells {
            let row = self.row + RowNum::from(cell.row);
            self.put_at(
                row,
                cell.column,
                cell.columns,
                RowNum::from(cell.rows),
                &cell.text,
                &format,
            )?;
            let lines = measure::lines(&cell.text, self.width(cell.column, cell.columns));
            let share = height(lines, style::BODY) / f64::from(cell.rows.max(1));
            for h in heights.iter_mut().skip(usize::from(cell.row)).take(usize::from(cell.rows)) {
                *h = h.max(share);
            }
        }
        for h in heights {
            self.sheet.set_row_height(self.row, h)?;
            self.row += 1;
        }
        Ok(())
    }

    fn notes(&mut self, model: &Sheet) -> Result<(), XlsxError> {
        let format = style::line(FormatAlign::Left);
        if !model.notes.is_empty() {
            self.across(model.notes_title, &format, style::NOTE)?;
        }
        for (i, note) in (1..).zip(&model.notes) {
            self.across(&format!("{i}. {note}"), &format, style::NOTE)?;
        }
        if let Some(foot) = &model.foot {
            self.across(foot, &format, style::NOTE)?;
            self.sheet.set_row_height(self.row - 1, FOOT)?;
        }
        Ok(())
    }
}

/// First column and width of each column of a table, in columns of the sheet.
fn places(spans: &[u16]) -> Vec<(ColNum, ColNum)> {
    let mut at = 0;
    let mut places = Vec::with_capacity(spans.len());
    for span in spans {
        places.push((at, *span));
        at += span;
    }
    places
}

/// Over how many rows the cell of a column reaches.
fn run(rows: &[Row], from: usize, column: usize) -> RowNum {
    let up = |row: &&Row| match row {
        Row::Cells(cells) | Row::Total(cells) => matches!(cells.get(column), Some(Cell::Up)),
        Row::Band(_) | Row::Line(_) => false,
    };
    let below = rows.iter().skip(from + 1).take_while(up).count();
    RowNum::try_from(below + 1).unwrap_or(RowNum::MAX)
}

/// Digits after the point.
fn decimals(shown: &str) -> usize {
    shown.split_once('.').map_or(0, |(_, digits)| digits.len())
}

/// The cell as it is read.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Missing | Cell::Up => String::new(),
        Cell::Text(text) | Cell::Centre(text) => text.clone(),
        Cell::Number { shown, verdict: None } | Cell::Amount { shown, .. } => shown.clone(),
        Cell::Number { shown, verdict: Some(verdict) } => format!("{shown} {}", verdict.sign()),
        Cell::Percent(share) => in_percent(share),
        Cell::Verdict(verdict, word) => format!("{} {word}", verdict.sign()),
        Cell::Day(day) => day.clone(),
        Cell::Bar(_) => BAR.to_owned(),
    }
}
