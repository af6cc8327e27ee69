//! Tables and charts of a template, bound to rows of the data.
//!
//! Must not know: how they look.

use super::fill::Filler;
use super::spec::{Bound, Chart, Column, Table};
use super::words::Repeat;
use crate::figures::{Form, Found, Printed, Thing, print};
use crate::model::{self, Cell, Limit, ParagraphStyle, Point, Row, Series};
use forms::head::{HeadColumn, layout};

/// A column as it is printed: one that repeats has become one for each thing.
struct Slot<'t, 'f> {
    column: &'t Column,
    thing: Option<Thing<'f>>,
}

impl<'f> Filler<'f> {
    pub(super) fn table(&mut self, table: &Table) -> model::Table {
        let mut slots = Vec::new();
        for column in &table.columns {
            match &column.each {
                None => slots.push(Slot { column, thing: None }),
                Some(repeat) => slots.extend(
                    self.things(repeat).into_iter().map(|t| Slot { column, thing: Some(t) }),
                ),
            }
        }
        let head = self.head(&slots);
        let mut rows = Vec::new();
        self.rows(&table.each, &slots, &mut Vec::new(), &mut rows);
        let merged: Vec<bool> = slots.iter().map(|s| s.column.merge).collect();
        let mut rows = merge(&rows, &merged);
        if !rows.is_empty() && !table.total.is_empty() {
            let cells = table.total.iter().map(|words| Cell::new(self.runs(words))).collect();
            rows.push(Row { cells, strong: true });
        }
        model::Table {
            caption: self.runs(&table.caption),
            unit: table.unit.clone(),
            columns: slots
                .iter()
                .map(|s| model::Column { width: s.column.width, align: s.column.align })
                .collect(),
            head,
            rows,
            notes: table.notes.iter().map(|n| self.runs(n)).filter(|n| !n.is_empty()).collect(),
        }
    }

    fn head(&mut self, slots: &[Slot<'_, 'f>]) -> Vec<Row> {
        let mut columns = Vec::new();
        for slot in slots {
            self.bound.extend(slot.thing);
            let path = slot.column.head.iter().map(|words| self.text(words)).collect();
            columns.push(HeadColumn { path, label: None, span: 1 });
            self.bound.truncate(self.bound.len() - usize::from(slot.thing.is_some()));
        }
        head_rows(&layout(&columns))
    }

    /// One row for each combination of the things of the repetitions.
    fn rows(
        &mut self,
        each: &[Repeat],
        slots: &[Slot<'_, 'f>],
        path: &mut Vec<Thing<'f>>,
        out: &mut Vec<Vec<Cell>>,
    ) {
        let Some((first, rest)) = each.split_first() else {
            let mut cells = Vec::new();
            for slot in slots {
                let before = self.bound.len();
                // The variable of a column stands before those of the rows.
                self.bound.truncate(before - path.len());
                self.bound.extend(slot.thing);
                self.bound.extend(path.iter().copied());
                cells.push(Cell::new(self.runs(&slot.column.cell)));
                self.bound.truncate(before - path.len());
                self.bound.extend(path.iter().copied());
            }
            out.push(cells);
            return;
        };
        for thing in self.things(first) {
            self.bound.push(thing);
            path.push(thing);
            self.rows(rest, slots, path, out);
            path.pop();
            self.bound.pop();
        }
    }

    pub(super) fn chart(&mut self, chart: &Chart) -> model::Chart {
        let things = self.things(&chart.each);
        let mut categories = Vec::new();
        let mut points: Vec<Vec<Option<Point>>> = vec![Vec::new(); chart.series.len()];
        for thing in things {
            self.bound.push(thing);
            categories.push(self.text(&chart.label));
            for ((_, path), points) in chart.series.iter().zip(&mut points) {
                points.push(self.point(&self.find(path)));
            }
            self.bound.pop();
        }
        let limits = chart.limits.iter().filter_map(|(name, bound, direction)| {
            let text = match bound {
                Bound::Given(text) => text.clone(),
                Bound::Figure(path) => self.point(&self.find(path))?.text,
            };
            Some(Limit { name: name.clone(), text, direction: *direction })
        });
        let limits = limits.collect();
        let names = chart.series.iter().map(|(name, _)| name.clone());
        // A stage that a county does not have is no series.
        let series = names.zip(points).filter(|(_, points)| points.iter().any(Option::is_some));
        model::Chart {
            caption: self.runs(&chart.caption),
            kind: chart.kind,
            unit: chart.unit.clone(),
            categories,
            series: series.map(|(name, points)| Series { name, points }).collect(),
            limits,
        }
    }

    /// A figure as a plain decimal; nothing where it is not known or withheld.
    fn point(&self, found: &Found<'f>) -> Option<Point> {
        let form = if found.kind == crate::figures::Kind::Amount {
            Form::TenThousand
        } else {
            Form::Plain
        };
        let Printed::Figure(text) = print(found, form, self.figures) else { return None };
        let decimal: String =
            text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
        let key = format!("{}{}", found.key, form.suffix());
        (!decimal.is_empty()).then_some(Point { text: decimal, key: Some(key) })
    }
}

/// Rows of merged head cells as HTML has them: what a cell covers is left out.
pub(super) fn head_rows(head: &forms::head::Head) -> Vec<Row> {
    (0..head.rows)
        .map(|row| {
            let mut cells: Vec<_> = head.cells.iter().filter(|c| c.row == row).collect();
            cells.sort_by_key(|c| c.column);
            let cell = |c: &&forms::head::HeadCell| {
                Cell::text(&c.text.replace('\n', "")).over(c.columns, c.rows)
            };
            Row::new(cells.iter().map(cell).collect())
        })
        .collect()
}

/// Cells of the marked columns that say the same as the one above become one with it, as far as the
/// marked columns to their left do.
fn merge(rows: &[Vec<Cell>], marked: &[bool]) -> Vec<Row> {
    let mut same: Vec<Vec<bool>> = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        let above = i.checked_sub(1).and_then(|i| rows.get(i));
        let mut still = above.is_some();
        let flags = row.iter().enumerate().map(|(j, cell)| {
            if !marked.get(j).copied().unwrap_or(false) {
                return false;
            }
            still = still && above.and_then(|a| a.get(j)).is_some_and(|a| a.runs == cell.runs);
            still
        });
        same.push(flags.collect());
    }
    let is_same = |i: usize, j: usize| same.get(i).and_then(|r| r.get(j)).copied().unwrap_or(false);
    let height = |i: usize, j: usize| {
        let more = (i + 1..rows.len()).take_while(|k| is_same(*k, j)).count();
        u16::try_from(1 + more).unwrap_or(u16::MAX)
    };
    rows.iter()
        .enumerate()
        .map(|(i, row)| {
            let cells = row.iter().enumerate().filter(|(j, _)| !is_same(i, *j));
            Row::new(cells.map(|(j, cell)| cell.clone().over(1, height(i, j))).collect())
        })
        .collect()
}

/// A cell set to the left.
pub(super) fn left(cell: Cell) -> Cell {
    Cell { align: Some(ParagraphStyle::Plain), ..cell }
}
