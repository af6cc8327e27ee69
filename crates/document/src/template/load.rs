//! From the blocks of a pack to checked ones.
//!
//! Must not know: data of a county.

use super::condition::Condition;
use super::raw::{
    Align, Lie, RawAnnex, RawBlock, RawChart, RawColumn, RawTable, Shape, Side, Style,
};
use super::reader::Reader;
use super::spec::{Annex, Block, Body, Bound, Chart, Column, Free, Table};
use super::words::{Repeat, Words};
use crate::figures::{Entity, ROOTS, Type};
use crate::model::{ChartKind, Direction, Paper, ParagraphStyle};
use domain::Exact;
use packs::{PackError, Spanned};

/// Headings go as deep as official documents number them.
const DEEPEST: u8 = 4;

type Read<T> = Result<T, PackError>;

/// A repetition read: what it repeats over, and the variable with its kind.
struct Opened {
    repeat: Repeat,
}

impl Reader<'_> {
    pub(super) fn blocks(&mut self, raw: &[Spanned<RawBlock>], level: u8) -> Read<Vec<Block>> {
        raw.iter().map(|block| self.block(block, level)).collect()
    }

    pub(super) fn annex(&mut self, raw: &RawAnnex) -> Read<Annex> {
        let when = raw.when.as_ref().map(|w| self.condition(w)).transpose()?;
        let opened = self.open(raw.each.as_ref(), raw.filter.as_ref())?;
        let title = self.words(&raw.title)?;
        let blocks = self.blocks(&raw.block, 1)?;
        let each = self.shut(opened);
        Ok(Annex { title, paper: paper(raw.paper), when, each, blocks })
    }

    /// Begins a repetition: its variable is known until [`Self::shut`].
    fn open(
        &mut self,
        each: Option<&Spanned<String>>,
        filter: Option<&Spanned<String>>,
    ) -> Read<Option<Opened>> {
        let Some(each) = each else {
            return match filter {
                Some(filter) => Err(self.refuse(filter, "DT-BLOCK-02", "where 要和 each 一起写")),
                None => Ok(None),
            };
        };
        let repeat = self.repeat(each, filter)?;
        Ok(Some(Opened { repeat }))
    }

    fn shut(&mut self, opened: Option<Opened>) -> Option<Repeat> {
        opened.map(|opened| {
            self.variables.pop();
            opened.repeat
        })
    }

    fn block(&mut self, raw: &Spanned<RawBlock>, level: u8) -> Read<Block> {
        let around = std::mem::replace(&mut self.block, raw.span());
        let block = self.inner_block(raw.get_ref(), level)?;
        self.block = around;
        Ok(block)
    }

    fn inner_block(&mut self, raw: &RawBlock, level: u8) -> Read<Block> {
        let when = raw.when.as_ref().map(|w| self.condition(w)).transpose()?;
        let none = self.optional(raw.none.as_ref())?;
        let opened = self.open(raw.each.as_ref(), raw.filter.as_ref())?;
        let body = self.body(raw, level)?;
        let each = self.shut(opened);
        Ok(Block { when, each, none, body })
    }

    fn body(&mut self, raw: &RawBlock, level: u8) -> Read<Body> {
        let kinds = [
            raw.heading.is_some() || !raw.block.is_empty(),
            raw.paragraph.is_some(),
            raw.free.is_some(),
            raw.table.is_some(),
            raw.chart.is_some(),
            raw.forms.is_some(),
            raw.page.is_some(),
        ];
        if kinds.iter().filter(|is| **is).count() != 1 {
            let message =
                "一个块只写一样：heading（可带 block）、paragraph、free、table、chart、forms、page";
            return Err(self.refuse_block("DT-BLOCK-01", message));
        }
        self.stray(raw)?;
        if let Some(words) = &raw.paragraph {
            let style = match raw.style {
                None | Some(Style::Body) => ParagraphStyle::Body,
                Some(Style::Plain) => ParagraphStyle::Plain,
                Some(Style::Centred) => ParagraphStyle::Centred,
                Some(Style::Right) => ParagraphStyle::Right,
                Some(Style::Note) => ParagraphStyle::Note,
            };
            return Ok(Body::Paragraph(self.words(words)?, style));
        }
        if let Some(key) = &raw.free {
            return self.free(key, raw).map(Body::Free);
        }
        if let Some(table) = &raw.table {
            return Ok(Body::Table(Box::new(self.table(table)?)));
        }
        if let Some(chart) = &raw.chart {
            return Ok(Body::Chart(Box::new(self.chart(chart)?)));
        }
        if let Some(ids) = &raw.forms {
            for id in ids {
                if !self.forms.contains(id.get_ref()) {
                    let known: Vec<&str> = self.forms.iter().map(String::as_str).collect();
                    let message = format!("申报表册里没有表“{}”", id.get_ref());
                    let help = format!("可用的表：{}", known.join("、"));
                    return Err(self.refuse(id, "DT-NAME-05", message).with_help(help));
                }
            }
            return Ok(Body::Forms(ids.iter().map(|id| id.get_ref().clone()).collect()));
        }
        if let Some(lie) = raw.page {
            return Ok(Body::Break(paper(lie)));
        }
        let Some(heading) = &raw.heading else {
            return Ok(Body::Part(None, self.blocks(&raw.block, level)?));
        };
        if level > DEEPEST {
            let message = format!("标题最多 {DEEPEST} 层");
            return Err(self.refuse_block("DT-BLOCK-03", &message));
        }
        let words = self.words(heading)?;
        Ok(Body::Part(Some((level, words)), self.blocks(&raw.block, level + 1)?))
    }

    /// Keys that belong to another kind of block are refused, not ignored.
    fn stray(&self, raw: &RawBlock) -> Read<()> {
        let of_free = raw.prompt.is_some() || raw.default.is_some() || raw.optional;
        if raw.free.is_none() && of_free {
            let message = "prompt、default、optional 只能和 free 一起写";
            return Err(self.refuse_block("DT-BLOCK-02", message));
        }
        if raw.paragraph.is_none() && raw.style.is_some() {
            return Err(self.refuse_block("DT-BLOCK-02", "style 只能和 paragraph 一起写"));
        }
        if raw.none.is_some() && raw.each.is_none() {
            return Err(self.refuse_block("DT-BLOCK-02", "none 要和 each 一起写"));
        }
        Ok(())
    }

    fn free(&mut self, key: &Spanned<String>, raw: &RawBlock) -> Read<Free> {
        self.claim(key, key.get_ref(), 0..key.get_ref().len())?;
        let Some(prompt) = &raw.prompt else {
            return Err(self.refuse(key, "DT-BLOCK-02", "自填段落要写 prompt，说明写什么"));
        };
        Ok(Free {
            key: key.get_ref().clone(),
            prompt: self.words(prompt)?,
            default: self.optional(raw.default.as_ref())?,
            optional: raw.optional,
        })
    }

    fn table(&mut self, raw: &RawTable) -> Read<Table> {
        let caption = self.optional(raw.caption.as_ref())?;
        let total = raw.total.iter().map(|w| self.words(w)).collect::<Read<Vec<_>>>()?;
        let notes = raw.notes.iter().map(|w| self.words(w)).collect::<Read<Vec<_>>>()?;
        let columns = raw.columns.iter().map(|c| self.column(raw, c)).collect::<Read<Vec<_>>>()?;
        let each = self.rows(raw)?;
        raw.each.iter().for_each(|_| drop(self.variables.pop()));
        let spreads = raw.columns.iter().any(|c| c.each.is_some());
        if raw.columns.is_empty() || each.is_empty() {
            let message = "表要有 each（行从哪里来）和 columns（列）";
            return Err(self.refuse_block("DT-BLOCK-02", message));
        }
        if !total.is_empty() && (spreads || total.len() != columns.len()) {
            let message = format!(
                "合计行有 {} 格，表有 {} 列；逐项展开的列不能有合计行",
                total.len(),
                columns.len()
            );
            return Err(self.refuse_block("DT-BLOCK-02", &message));
        }
        Ok(Table { caption, unit: raw.unit.clone(), each, columns, total, notes })
    }

    /// The repetitions of rows; their variables stay open.
    fn rows(&mut self, raw: &RawTable) -> Read<Vec<Repeat>> {
        let last = raw.each.len().saturating_sub(1);
        let mut repeats = Vec::new();
        for (i, each) in raw.each.iter().enumerate() {
            let filter = if i == last { raw.filter.as_ref() } else { None };
            repeats.push(self.repeat(each, filter)?);
        }
        Ok(repeats)
    }

    fn column(&mut self, table: &RawTable, raw: &RawColumn) -> Read<Column> {
        let each = raw.each.as_ref().map(|each| self.repeat(each, None)).transpose()?;
        let head = raw.head.iter().map(|w| self.words(w)).collect::<Read<Vec<_>>>()?;
        self.rows(table)?;
        let cell = self.words(&raw.cell);
        table.each.iter().for_each(|_| drop(self.variables.pop()));
        if each.is_some() {
            self.variables.pop();
        }
        if head.is_empty() || raw.width == 0 {
            return Err(self.refuse_block("DT-BLOCK-02", "列要有表头，列宽至少为 1"));
        }
        let align = match raw.align {
            Align::Centre => ParagraphStyle::Centred,
            Align::Left => ParagraphStyle::Plain,
            Align::Right => ParagraphStyle::Right,
        };
        Ok(Column { head, cell: cell?, width: raw.width, align, each, merge: raw.merge })
    }

    fn chart(&mut self, raw: &RawChart) -> Read<Chart> {
        let caption = self.words(&raw.caption)?;
        let limits = raw
            .limits
            .iter()
            .map(|limit| {
                let bound = if Exact::parse(limit.value.get_ref()).is_ok() {
                    Bound::Given(limit.value.get_ref().clone())
                } else {
                    Bound::Figure(self.number(&limit.value)?)
                };
                let side = match limit.side {
                    Side::AtLeast => Direction::AtLeast,
                    Side::AtMost => Direction::AtMost,
                };
                Ok((limit.name.clone(), bound, side))
            })
            .collect::<Read<_>>()?;
        let each = self.repeat(&raw.each, raw.filter.as_ref())?;
        let label = self.words(&raw.label);
        let series = raw
            .series
            .iter()
            .map(|series| Ok((series.name.clone(), self.number(&series.value)?)))
            .collect::<Read<_>>();
        self.variables.pop();
        let kind = match raw.kind {
            Shape::Columns => ChartKind::Columns,
            Shape::Stacked => ChartKind::Stacked,
            Shape::Lines => ChartKind::Lines,
        };
        Ok(Chart {
            caption,
            kind,
            unit: raw.unit.clone(),
            each,
            label: label?,
            series: series?,
            limits,
        })
    }

    /// A path that leads to a number.
    fn number(&self, text: &Spanned<String>) -> Read<crate::figures::Path> {
        let path = self.path(text, 0..text.get_ref().len())?;
        match path.leads_to {
            Type::Of(kind) if kind.is_number() => Ok(path),
            other => {
                let message = format!("图里要画数值，这里是“{}”", super::condition::kind_zh(other));
                Err(self.refuse(text, "DT-KIND-01", message))
            }
        }
    }

    pub(super) fn optional(&mut self, raw: Option<&super::raw::RawWords>) -> Read<Words> {
        raw.map_or_else(|| Ok(Words::nothing()), |words| self.words(words))
    }

    pub(super) fn condition(&self, text: &Spanned<String>) -> Read<Condition> {
        Condition::parse(text.get_ref(), &self.scope()).map_err(|e| self.wrong(text, 0, e))
    }

    /// The kind of things of a list that is repeated for.
    pub(super) fn repeat(
        &mut self,
        each: &Spanned<String>,
        filter: Option<&Spanned<String>>,
    ) -> Read<Repeat> {
        let (name, list, entity) = self.head_of(each)?;
        self.variables.push((name, entity));
        let filter = filter.map(|f| self.condition(f)).transpose();
        match filter {
            Ok(filter) => Ok(Repeat { list, filter }),
            Err(error) => {
                self.variables.pop();
                Err(error)
            }
        }
    }

    /// `s in county.sections`.
    fn head_of(&self, each: &Spanned<String>) -> Read<(String, crate::figures::Path, Entity)> {
        let text = each.get_ref();
        let Some((name, list)) = text.split_once(" in ") else {
            let message = "循环写作：s in county.sections".to_owned();
            return Err(self.refuse(each, "DT-LOOP-01", message));
        };
        let name = name.trim();
        let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !plain || ROOTS.contains(&name) {
            let message =
                format!("“{name}”不能作循环变量：用小写字母，且不是 {}", ROOTS.join("、"));
            return Err(self.refuse(each, "DT-LOOP-01", message));
        }
        let start = text.len() - list.trim_start().len();
        let path = self.path(each, start..text.trim_end().len())?;
        match path.leads_to {
            Type::Of(crate::figures::Kind::List(entity)) => Ok((name.to_owned(), path, entity)),
            other => {
                let message =
                    format!("只能对列表循环，这里是“{}”", super::condition::kind_zh(other));
                Err(self.refuse(each, "DT-KIND-03", message))
            }
        }
    }
}

const fn paper(lie: Lie) -> Paper {
    match lie {
        Lie::Portrait => Paper::Portrait,
        Lie::Landscape => Paper::Landscape,
    }
}
