//! Reading combined exports: one file a stage, one row a school.

use crate::cell::shown;
use crate::cell::text::key;
use crate::context::{Context, Who, hidden};
use crate::finding::{Finding, Findings, code};
use crate::head::{Candidate, Top};
use crate::layout::{Body, Export, ExportColumn, Field, Layout, Layouts, Target};
use crate::open::{Book, Refusal, Row, Shape};
use crate::part::{Part, Said, Source, remember};
use domain::{Facts, ItemId, Level, Origin, SchoolCode, Stage, Value};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The sheets of a file that are combined exports, by their headings.
pub(crate) struct Found<'a> {
    pub(crate) layout: &'a Layout,
    export: &'a Export,
    sheets: Vec<(usize, Shape, Columns)>,
}

/// Which column is what.
struct Columns {
    uses: BTreeMap<u32, Target>,
    names: BTreeMap<u32, String>,
    twice: Vec<(u32, String)>,
    last_row: u32,
}

/// Looks for an export layout whose required columns the file has.
pub(crate) fn find<'a>(
    book: &mut Book,
    layouts: &'a Layouts,
    limits: &crate::open::Limits,
) -> Result<Option<Found<'a>>, Refusal> {
    let exports: Vec<_> = layouts
        .iter()
        .filter_map(|layout| match &layout.body {
            Body::Export(export) => Some((layout, export)),
            _ => None,
        })
        .collect();
    if exports.is_empty() {
        return Ok(None);
    }
    let mut tops = Vec::new();
    for index in 0..book.sheets().len() {
        let mut top = Top::default();
        book.rows(index, limits, &mut |row| {
            if !top.is_full() {
                top.keep(row);
            }
        })?;
        tops.push((index, book.shape(index), top));
    }
    for (layout, export) in exports {
        let sheets: Vec<_> = tops
            .iter()
            .filter_map(|(index, shape, top)| {
                Columns::find(top, shape, export).map(|columns| (*index, shape.clone(), columns))
            })
            .collect();
        if !sheets.is_empty() {
            return Ok(Some(Found { layout, export, sheets }));
        }
    }
    Ok(None)
}

impl Columns {
    fn find(top: &Top, shape: &Shape, export: &Export) -> Option<Self> {
        top.candidates(shape)
            .filter_map(|candidate| Self::of(&candidate, export))
            .max_by_key(|columns| (columns.uses.len(), std::cmp::Reverse(columns.last_row)))
    }

    fn of(candidate: &Candidate, export: &Export) -> Option<Self> {
        let mut columns = Self {
            uses: BTreeMap::new(),
            names: BTreeMap::new(),
            twice: Vec::new(),
            last_row: candidate.behind.saturating_sub(1),
        };
        for (column, path) in &candidate.paths {
            let Some(known) = export.columns.iter().find(|known| ends_with(path, known)) else {
                continue;
            };
            if columns.uses.values().any(|target| *target == known.target)
                && known.target != Target::Field(Field::Ignored)
            {
                columns.twice.push((*column, path.join(" › ")));
                continue;
            }
            columns.uses.insert(*column, known.target);
            columns.names.insert(*column, path.join(" › "));
        }
        let complete = export
            .columns
            .iter()
            .filter(|column| column.required)
            .all(|column| columns.uses.values().any(|target| *target == column.target));
        complete.then_some(columns)
    }

    fn field(&self, field: Field) -> Option<u32> {
        self.uses.iter().find(|(_, t)| **t == Target::Field(field)).map(|(column, _)| *column)
    }
}

/// Does the path of a column end with that of the layout?
fn ends_with(path: &[String], column: &ExportColumn) -> bool {
    path.len() >= column.path.len()
        && path
            .iter()
            .rev()
            .zip(column.path.iter().rev())
            .all(|(found, wanted)| *found == key(wanted))
}

/// Reads the sheets that were found.
pub(crate) fn read(
    book: &mut Book,
    found: &Found<'_>,
    context: &Context<'_>,
    (file, stem): (&Arc<str>, &str),
    part: &mut Part,
    findings: &mut Findings,
) -> Result<(), Refusal> {
    for (index, shape, columns) in &found.sheets {
        let info = book.sheets().get(*index).cloned();
        let (name, is_hidden) = info.map_or_else(Default::default, |i| (i.name, i.hidden));
        let stage = stage(&name, found.export).or_else(|| stage(stem, found.export));
        let corrections = context.words.corrections;
        let source = Source { file, sheet: Arc::from(name), corrections };
        let mut refuse = |message: &str, advice: &str| {
            findings.push(Finding::error(code::COLUMN, message).at(source.whole()).advise(advice));
            part.broken = true;
        };
        let Some(stage) = stage else {
            refuse(
                "看不出是哪个学段的联合导出，整张表未读入。",
                "请在文件名或工作表名中写明“小学”“初中”或“高中”（只写一个）。",
            );
            continue;
        };
        let Some(code_column) = columns.field(Field::Code) else {
            refuse(
                "联合导出中没有“学校（机构）标识码”一列，整张表未读入。",
                "请连同标识码一起导出。",
            );
            continue;
        };
        hidden(shape, is_hidden, &source.whole(), findings);
        for (column, text) in &columns.twice {
            findings.push(
                Finding::error(code::COLUMN, format!("列“{text}”出现了两次，只读前一列。"))
                    .at(source.at(columns.last_row, *column))
                    .advise("请删除多余的一列。"),
            );
        }
        let mut reading = Reading {
            context,
            export: found.export,
            columns,
            code_column,
            stage,
            source,
            part: &mut *part,
            findings: &mut *findings,
            seen: BTreeMap::new(),
        };
        book.rows(*index, context.limits, &mut |row| {
            if row.index > columns.last_row {
                reading.row(row);
            }
        })?;
    }
    Ok(())
}

/// The one stage whose word a name holds.
fn stage(name: &str, export: &Export) -> Option<Stage> {
    let mut stages = export
        .stages
        .iter()
        .filter(|(_, words)| words.iter().any(|word| name.contains(word.as_str())));
    let (stage, _) = stages.next()?;
    stages.next().is_none().then_some(*stage)
}

struct Reading<'r, 'p> {
    context: &'r Context<'r>,
    export: &'r Export,
    columns: &'r Columns,
    code_column: u32,
    stage: Stage,
    source: Source<'r>,
    part: &'p mut Part,
    findings: &'p mut Findings,
    seen: BTreeMap<SchoolCode, u32>,
}

impl Reading<'_, '_> {
    fn text(&self, row: &Row<'_, '_>, field: Field) -> String {
        self.columns.field(field).and_then(|column| row.get(column)).map(shown).unwrap_or_default()
    }

    fn row(&mut self, row: &Row<'_, '_>) {
        let name = self.text(row, Field::Name);
        let text = row.get(self.code_column).map(shown).unwrap_or_default();
        let total = |text: &str| ["合计", "总计", "小计"].iter().any(|word| text.starts_with(word));
        if total(&text) || (text.is_empty() && (name.is_empty() || total(&name))) {
            return;
        }
        let at = || self.source.at(row.index, self.code_column);
        let Some(code) = self.context.school(&text, &name, at, self.findings) else {
            self.part.broken = true;
            return;
        };
        let spelled = code.as_str().to_owned();
        let who = Who { code: &spelled, name: &name };
        if let Some(first) = self.seen.insert(code.clone(), row.index) {
            self.findings.push(
                Finding::error(
                    code::DUPLICATE_CODE,
                    format!("学校标识码 {code} 重复，第 {} 行已经有了，本行未读入。", first + 1),
                )
                .at(self.source.at(row.index, self.code_column))
                .and_at(self.source.at(first, self.code_column))
                .of(who.code, who.name)
                .advise("请删除重复的一行，或改正标识码。"),
            );
            self.part.broken = true;
            return;
        }
        let (own, sections) = self.facts(row, who);
        let kind = self.kind(row, who);
        if self.part.county_name.is_none() {
            let value = self.text(row, Field::CountyName);
            if !value.is_empty() {
                let at = self.source.whole();
                self.part.county_name = Some(Said { value, at });
            }
        }
        let at = self.source.at(row.index, self.code_column);
        let school = self.part.school(code, || at);
        school.described = true;
        school.name.clone_from(&name);
        school.kind_told = kind.is_none();
        school.kind = kind;
        school.facts = own;
        for (section, facts) in school.sections.iter_mut().zip(sections) {
            section.facts = facts;
        }
    }

    fn kind(&mut self, row: &Row<'_, '_>, who: Who<'_>) -> Option<Said<domain::SchoolKind>> {
        let column = self.columns.field(Field::Kind)?;
        let text = row.get(column).map(shown).unwrap_or_default();
        let at = self.source.at(row.index, column);
        let found = self.context.read_kind(&text, || at.clone(), who, self.findings);
        self.part.broken |= found.is_none();
        found.map(|value| Said { value, at })
    }

    fn facts(&mut self, row: &Row<'_, '_>, who: Who<'_>) -> (Facts, [Facts; 3]) {
        let mut own = Facts::new();
        let mut sections = <[Facts; 3]>::default();
        for (column, target) in &self.columns.uses {
            let Target::Item { item, stage } = *target else { continue };
            let Some(raw) = row.get(*column) else { continue };
            let is_section = self.context.item(item).level == Level::Section;
            let stage = is_section.then(|| stage.unwrap_or(self.stage));
            let at = || self.source.at(row.index, *column);
            let about = (item, stage, None);
            let Some(value) = self.context.value(raw, about, at, who, self.findings) else {
                continue;
            };
            let fact = self.source.fact(&mut self.part.origins, value, row.index, *column);
            match stage {
                Some(stage) => sections[stage.index()].set(item, fact),
                None => own.set(item, fact),
            };
        }
        self.take_apart_art(&mut sections[self.stage.index()], row, who);
        (own, sections)
    }

    /// 艺术 › 计 contains music and fine art, the layout says: they are taken off it. An export
    /// without columns of their own for them leaves the whole with 艺术 and nothing beside it.
    fn take_apart_art(&mut self, facts: &mut Facts, row: &Row<'_, '_>, who: Who<'_>) {
        let Some(art) = self.context.words.catalogue.id("teachers_art") else { return };
        if self.export.art_contains.is_empty() {
            return;
        }
        let Some(total) = facts.value(art).and_then(Value::number) else { return };
        let has_column = |item: ItemId| {
            self.columns
                .uses
                .values()
                .any(|t| matches!(t, Target::Item { item: i, .. } if *i == item))
        };
        let mut rest = total;
        let mut names = Vec::new();
        for item in &self.export.art_contains {
            let zh = &self.context.item(*item).zh;
            if !has_column(*item) {
                let how = format!("联合导出不单列，“{zh}”已含在“艺术·计”中");
                let origin = Origin::Derived { how: Arc::from(how) };
                let zero = remember(&mut self.part.origins, Value::Number(Decimal::ZERO), origin);
                facts.set(*item, zero);
                continue;
            }
            match facts.value(*item) {
                Some(Value::Number(part)) => {
                    rest -= part;
                    names.push(zh.as_str());
                }
                Some(_) => {}
                // One of the parts is missing: what remains of the whole is not known.
                None => {
                    facts.remove(art);
                    return;
                }
            }
        }
        if names.is_empty() {
            return;
        }
        let how = format!("“艺术·计”{total} 减去{}", names.join("、"));
        let origin = Origin::Derived { how: Arc::from(how) };
        if rest < Decimal::ZERO {
            facts.remove(art);
            let column =
                self.columns.uses.iter().find(
                    |(_, target)| matches!(target, Target::Item { item, .. } if *item == art),
                );
            self.findings.push(
                Finding::error(
                    code::RANGE,
                    format!(
                        "“艺术·计”为 {total}，小于{}之和，与版式“计含音乐、美术”不符。",
                        names.join("、")
                    ),
                )
                .at(self.source.at(row.index, column.map_or(0, |(column, _)| *column)))
                .of(who.code, who.name)
                .advise("请核对导出口径；如“计”不含音乐、美术，请在版式中清空 art_contains。"),
            );
            return;
        }
        let fact = remember(&mut self.part.origins, Value::Number(rest), origin);
        facts.set(art, fact);
    }
}
