//! Reading table layouts: our template, as a workbook or as CSV files.

pub(crate) mod choices;
mod columns;
mod county;
mod rows;

use crate::cell::text::key;
use crate::context::{Context, hidden};
use crate::finding::{Finding, Findings, code};
use crate::head::Top;
use crate::layout::{Field, Role, Table, TableSheet};
use crate::open::{Book, Refusal, Row, Shape};
use crate::part::{Part, Source};
use columns::Columns;
use rows::Rows;
use std::sync::Arc;

/// Which sheet of the file is which of the layout, by name.
pub(crate) fn sheets<'a>(
    book: &Book,
    stem: &str,
    table: &'a Table,
) -> Vec<(usize, &'a TableSheet)> {
    let named = |name: &str| {
        let name = key(name);
        table.sheets.iter().find(|sheet| key(&sheet.name) == name)
    };
    if let [only] = book.sheets()
        && only.name.is_empty()
    {
        // A CSV file has the name of its sheet, perhaps with a word before or behind it.
        let stem = key(stem);
        let found = named(&stem).or_else(|| {
            table.sheets.iter().find(|sheet| {
                stem.starts_with(&key(&sheet.name)) || stem.ends_with(&key(&sheet.name))
            })
        });
        return found.map(|sheet| (0, sheet)).into_iter().collect();
    }
    book.sheets()
        .iter()
        .enumerate()
        .filter_map(|(index, info)| named(&info.name).map(|sheet| (index, sheet)))
        .collect()
}

/// Reads the sheets of a file; what they say goes into the part.
pub(crate) fn read(
    book: &mut Book,
    sheets: &[(usize, &TableSheet)],
    context: &Context<'_>,
    file: &Arc<str>,
    part: &mut Part,
    findings: &mut Findings,
) -> Result<(), Refusal> {
    for (index, layout) in sheets {
        let info = book.sheets().get(*index).cloned();
        let (name, is_hidden) = info.map_or_else(Default::default, |i| (i.name, i.hidden));
        let corrections = context.words.corrections;
        let source = Source { file, sheet: Arc::from(name), corrections };
        let shape = book.shape(*index);
        hidden(&shape, is_hidden, &source.whole(), findings);
        let mut sheet = Sheet { layout, context, source, shape, part, findings };
        if layout.role == Role::County {
            county::read(book, *index, &mut sheet)?;
        } else {
            sheet.read(book, *index)?;
        }
    }
    Ok(())
}

/// A sheet being read.
pub(crate) struct Sheet<'a, 'b> {
    layout: &'a TableSheet,
    context: &'a Context<'a>,
    source: Source<'a>,
    shape: Shape,
    part: &'b mut Part,
    findings: &'b mut Findings,
}

impl Sheet<'_, '_> {
    fn read(&mut self, book: &mut Book, index: usize) -> Result<(), Refusal> {
        let mut top = Some(Top::default());
        let mut rows: Option<Rows> = None;
        let limits = self.context.limits;
        book.rows(index, limits, &mut |row: &Row<'_, '_>| {
            if let Some(kept) = &mut top {
                kept.keep(row);
                if kept.is_full() {
                    rows = self.begin(kept);
                    top = None;
                }
            } else if let Some(rows) = &mut rows {
                rows.read(row, self);
            }
        })?;
        if let Some(kept) = top {
            rows = self.begin(&kept);
        }
        if let Some(rows) = rows {
            rows.finish(self);
        }
        Ok(())
    }

    /// Finds the heading among the first rows and reads those of them that are behind it.
    fn begin(&mut self, top: &Top) -> Option<Rows> {
        let columns = Columns::find(top, self.layout, self.context, &self.shape);
        let required: &[(Field, &str)] = match self.layout.role {
            Role::Evidence => &[(Field::Indicator, "指标编号")],
            Role::Classes => {
                &[(Field::Code, "学校标识码"), (Field::Grade, "年级"), (Field::ClassName, "班名")]
            }
            Role::Rooms => &[(Field::Code, "学校标识码"), (Field::RoomKind, "类型")],
            Role::Schools | Role::County => &[(Field::Code, "学校标识码")],
        };
        if top.is_empty() {
            return None;
        }
        let absent: Vec<&str> = required
            .iter()
            .filter(|(field, _)| columns.field(*field).is_none())
            .map(|(_, name)| *name)
            .collect();
        choices::ask(&columns, !absent.is_empty(), self);
        if !absent.is_empty() {
            self.findings.push(
                Finding::error(
                    code::COLUMN,
                    format!("在前几行中找不到表头“{}”，整张表未读入。", absent.join("”“")),
                )
                .at(self.source.whole())
                .advise("请使用本程序的模板，或把表头改为模板中的名称。"),
            );
            self.part.broken = true;
            return None;
        }
        for (column, text) in &columns.unknown {
            self.findings.push(
                Finding::notice(code::UNKNOWN_COLUMN, format!("不认识的列“{text}”，未读入。"))
                    .at(self.source.at(columns.last_row, *column))
                    .advise("如果是需要的数据，请把表头改为模板中的名称（含计量单位）。"),
            );
        }
        for (column, text) in &columns.twice {
            self.findings.push(
                Finding::error(code::COLUMN, format!("列“{text}”出现了两次，只读前一列。"))
                    .at(self.source.at(columns.last_row, *column))
                    .advise("请删除多余的一列。"),
            );
        }
        let behind = columns.behind;
        let mut rows = Rows::new(columns);
        for row in top.behind(behind) {
            rows.read(&row, self);
        }
        Some(rows)
    }
}
