//! The rows of a table sheet, streamed straight into facts.

use super::Sheet;
use super::columns::{Columns, Use};
use crate::cell::{self, flag, shown, text::is_not_applicable};
use crate::context::Who;
use crate::finding::{Finding, code};
use crate::layout::{Field, Role};
use crate::open::{Raw, Row};
use crate::part::Said;
use domain::{Attestation, Class, Fact, Facts, ItemId, Room, RoomKind, SchoolCode, Stage, Unit};
use std::collections::BTreeMap;

/// A column of facts.
struct ItemColumn {
    column: u32,
    item: ItemId,
    stage: Option<Stage>,
    unit: Option<Unit>,
}

/// The rows of one sheet.
pub(super) struct Rows {
    columns: Columns,
    items: Vec<ItemColumn>,
    /// Last text of a key column at the top of a merged area.
    merged: BTreeMap<(u32, u32), String>,
    /// The rows in which a school code (or an indicator) has been seen.
    seen: BTreeMap<String, u32>,
    /// Rows without a code that hold something else.
    count: u64,
}

impl Rows {
    pub(super) fn new(columns: Columns) -> Self {
        let items = columns
            .uses
            .iter()
            .filter_map(|(column, what)| match what {
                Use::Item { item, stage, unit } => Some(ItemColumn {
                    column: *column,
                    item: *item,
                    stage: *stage,
                    unit: unit.clone(),
                }),
                Use::Field(_) => None,
            })
            .collect();
        Self { columns, items, merged: BTreeMap::new(), seen: BTreeMap::new(), count: 0 }
    }

    pub(super) fn read(&mut self, row: &Row<'_, '_>, sheet: &mut Sheet<'_, '_>) {
        if sheet.layout.role == Role::Evidence {
            self.evidence(row, sheet);
            return;
        }
        let name = self.text(row, Field::Name, sheet);
        let text = self.text(row, Field::Code, sheet);
        if !text.starts_with(|c: char| c.is_ascii_digit()) && self.is_no_record(row, &name) {
            return;
        }
        let column = self.columns.field(Field::Code).unwrap_or(0);
        let at = || sheet.source.at(row.index, column);
        let Some(code) = sheet.context.school(&text, &name, at, sheet.findings) else {
            sheet.part.broken = true;
            return;
        };
        self.count += 1;
        match sheet.layout.role {
            Role::Classes => self.class(row, sheet, &code, &name),
            Role::Rooms => self.room(row, sheet, &code, &name),
            Role::Schools | Role::County | Role::Evidence => {
                self.school(row, sheet, &code, &name);
            }
        }
    }

    /// What is said when all rows are read.
    pub(super) fn finish(self, sheet: &mut Sheet<'_, '_>) {
        if self.count == 0 && sheet.layout.role == Role::Schools {
            sheet.findings.push(
                Finding::warning(code::MISSING, "表中没有任何学校。")
                    .at(sheet.source.whole())
                    .advise("请逐行填写学校后重新导入。"),
            );
        }
    }

    /// A total, a foot line, or nothing: a row without a code and without a school's name.
    fn is_no_record(&self, row: &Row<'_, '_>, name: &str) -> bool {
        let word = |text: &str| {
            ["合计", "总计", "小计", "平均", "填报人", "填表人", "审核人", "负责人", "注", "说明"]
                .iter()
                .any(|word| text.starts_with(word))
        };
        let first =
            row.cells.first().map(|(_, raw)| shown(raw).replace(' ', "")).unwrap_or_default();
        word(name)
            || word(&first)
            || (name.is_empty()
                && !row.cells.iter().any(|(column, raw)| {
                    self.columns.uses.contains_key(column) && !shown(raw).is_empty()
                }))
    }

    /// The text of a key column; where it is merged over several rows, that of the first.
    fn text(&mut self, row: &Row<'_, '_>, field: Field, sheet: &Sheet<'_, '_>) -> String {
        let Some(column) = self.columns.field(field) else { return String::new() };
        let text = row.get(column).map(shown).unwrap_or_default();
        if sheet.shape.merged.is_empty() {
            return text;
        }
        if text.is_empty() {
            let origin = sheet.shape.origin(row.index, column);
            return origin.and_then(|o| self.merged.get(&o)).cloned().unwrap_or_default();
        }
        self.merged.insert((row.index, column), text.clone());
        text
    }

    fn plain(&self, row: &Row<'_, '_>, field: Field) -> String {
        self.columns.field(field).and_then(|c| row.get(c)).map(shown).unwrap_or_default()
    }

    fn cell<'r, 'a>(&self, row: &'r Row<'_, 'a>, field: Field) -> Option<(u32, &'r Raw<'a>)> {
        let column = self.columns.field(field)?;
        row.get(column).map(|raw| (column, raw))
    }

    fn school(
        &mut self,
        row: &Row<'_, '_>,
        sheet: &mut Sheet<'_, '_>,
        code: &SchoolCode,
        name: &str,
    ) {
        let who = Who { code: code.as_str(), name };
        let key_column = self.columns.field(Field::Code).unwrap_or(0);
        let source = &sheet.source;
        if let Some(first) = self.seen.get(code.as_str()) {
            sheet.findings.push(
                Finding::error(
                    code::DUPLICATE_CODE,
                    format!("学校标识码 {code} 重复，第 {} 行已经有了，本行未读入。", first + 1),
                )
                .at(source.at(row.index, key_column))
                .and_at(source.at(*first, key_column))
                .of(who.code, who.name)
                .advise("请删除重复的一行，或改正标识码。"),
            );
            sheet.part.broken = true;
            return;
        }
        self.seen.insert(code.as_str().to_owned(), row.index);

        // Columns are in ascending order on both sides: one walk through both.
        let mut own = Facts::new();
        let mut sections = <[Facts; 3]>::default();
        let mut cells = row.cells.iter().peekable();
        for wanted in &self.items {
            while cells.peek().is_some_and(|(column, _)| *column < wanted.column) {
                cells.next();
            }
            let Some((_, raw)) = cells.peek().filter(|(column, _)| *column == wanted.column) else {
                continue;
            };
            let about = (wanted.item, wanted.stage, wanted.unit.as_ref());
            let at = || source.at(row.index, wanted.column);
            let Some(value) = sheet.context.value(raw, about, at, who, sheet.findings) else {
                continue;
            };
            let fact = source.fact(&mut sheet.part.origins, value, row.index, wanted.column);
            let facts = match wanted.stage {
                Some(stage) => &mut sections[stage.index()],
                None => &mut own,
            };
            facts.set(wanted.item, fact);
        }

        let at = source.at(row.index, key_column);
        let kind = self.kind(row, sheet, who);
        let kind_told = kind.is_none() && self.columns.field(Field::Kind).is_some();
        let parent = self.parent(row, sheet, who);
        let attached = Stage::ALL.map(|stage| self.attached(row, stage, sheet, who));
        let school = sheet.part.school(code.clone(), || at);
        school.described = true;
        if school.name.is_empty() {
            name.clone_into(&mut school.name);
        }
        school.kind = school.kind.take().or(kind);
        school.kind_told |= kind_told;
        school.parent = school.parent.take().or(parent);
        school.facts = own;
        for (section, (facts, attached)) in
            school.sections.iter_mut().zip(sections.into_iter().zip(attached))
        {
            section.facts = facts;
            section.attached = attached;
        }
    }

    fn kind(
        &self,
        row: &Row<'_, '_>,
        sheet: &mut Sheet<'_, '_>,
        who: Who<'_>,
    ) -> Option<Said<domain::SchoolKind>> {
        let column = self.columns.field(Field::Kind)?;
        let text = row.get(column).map(shown).unwrap_or_default();
        let at = sheet.source.at(row.index, column);
        let found = sheet.context.read_kind(&text, || at.clone(), who, sheet.findings);
        sheet.part.broken |= found.is_none();
        found.map(|value| Said { value, at })
    }

    fn parent(
        &self,
        row: &Row<'_, '_>,
        sheet: &mut Sheet<'_, '_>,
        who: Who<'_>,
    ) -> Option<Said<SchoolCode>> {
        let (column, raw) = self.cell(row, Field::Parent)?;
        let text = shown(raw);
        if text.is_empty() || is_not_applicable(&text) {
            return None;
        }
        let at = sheet.source.at(row.index, column);
        if let Some(value) = sheet.context.mapped_school(&text, sheet.findings) {
            return Some(Said { value, at });
        }
        match SchoolCode::parse(&text) {
            Ok(value) => Some(Said { value, at }),
            Err(error) => {
                sheet.findings.push(
                    Finding::error(
                        code::SCHOOL_CODE,
                        format!("主校标识码“{}”不对：{error}。", cell::short(&text)),
                    )
                    .at(at)
                    .of(who.code, who.name)
                    .advise("请填写主校的 10 位标识码；不是分校区就留空。"),
                );
                sheet.part.broken = true;
                None
            }
        }
    }

    fn attached(
        &self,
        row: &Row<'_, '_>,
        stage: Stage,
        sheet: &mut Sheet<'_, '_>,
        who: Who<'_>,
    ) -> bool {
        let Some((column, raw)) = self.cell(row, Field::Attached(stage)) else { return false };
        let text = shown(raw);
        if text.is_empty() || is_not_applicable(&text) {
            return false;
        }
        flag(raw).unwrap_or_else(|| {
            sheet.findings.push(
                Finding::error(code::TYPE, format!("“{}”不是“是”或“否”。", cell::short(&text)))
                    .at(sheet.source.at(row.index, column))
                    .of(who.code, who.name)
                    .advise("有该学段的附设班填“是”，没有就留空。"),
            );
            false
        })
    }

    fn facts(&self, row: &Row<'_, '_>, sheet: &mut Sheet<'_, '_>, who: Who<'_>) -> Facts {
        let mut facts = Facts::new();
        for wanted in &self.items {
            let Some(raw) = row.get(wanted.column) else { continue };
            let about = (wanted.item, wanted.stage, wanted.unit.as_ref());
            let at = || sheet.source.at(row.index, wanted.column);
            if let Some(value) = sheet.context.value(raw, about, at, who, sheet.findings) {
                let fact: Fact =
                    sheet.source.fact(&mut sheet.part.origins, value, row.index, wanted.column);
                facts.set(wanted.item, fact);
            }
        }
        facts
    }

    fn class(
        &mut self,
        row: &Row<'_, '_>,
        sheet: &mut Sheet<'_, '_>,
        code: &SchoolCode,
        name: &str,
    ) {
        let who = Who { code: code.as_str(), name };
        let stage_text = self.plain(row, Field::Stage);
        let grade_text = self.plain(row, Field::Grade);
        let class_name = self.plain(row, Field::ClassName);
        let stage = match stage_text.as_str() {
            "小学部" => Some(Stage::Primary),
            "初中部" | "初级中学" => Some(Stage::Junior),
            "高中部" | "普通高中" => Some(Stage::Senior),
            label => Stage::from_label(label),
        };
        let grade = grade(&grade_text);
        let stage = stage.or_else(|| grade.filter(|_| stage_text.is_empty()).and_then(stage_of));
        let (Some(stage), Some(grade)) = (stage, grade) else {
            let (field, text, what) = if grade.is_none() {
                (Field::Grade, grade_text, "年级（1–12，或“七年级”等）")
            } else {
                (Field::Stage, stage_text, "学段（小学、初中、高中）")
            };
            let column = self.columns.field(field).unwrap_or(0);
            sheet.findings.push(
                Finding::error(
                    code::TYPE,
                    format!("“{}”不是{what}，该班未读入。", cell::short(&text)),
                )
                .at(sheet.source.at(row.index, column))
                .of(who.code, who.name)
                .advise("请改正后重新导入。"),
            );
            return;
        };
        let facts = self.facts(row, sheet, who);
        let at = sheet.source.at(row.index, self.columns.field(Field::Code).unwrap_or(0));
        let label = format!("{code} {stage} {grade} {class_name}");
        if self.duplicate(label, row.index, sheet, &format!("{stage}“{class_name}”班"), who) {
            return;
        }
        let school = sheet.part.school(code.clone(), || at);
        if school.name.is_empty() {
            name.clone_into(&mut school.name);
        }
        school.classes.push(Class { name: class_name, stage, grade, facts });
    }

    fn room(
        &mut self,
        row: &Row<'_, '_>,
        sheet: &mut Sheet<'_, '_>,
        code: &SchoolCode,
        name: &str,
    ) {
        let who = Who { code: code.as_str(), name };
        let text = self.plain(row, Field::RoomKind);
        let kind = match text.as_str() {
            "音乐" | "音乐教室" | "音乐专用教室" | "music" => RoomKind::Music,
            "美术" | "美术教室" | "美术专用教室" | "art" => RoomKind::Art,
            _ => {
                let column = self.columns.field(Field::RoomKind).unwrap_or(0);
                sheet.findings.push(
                    Finding::error(
                        code::TYPE,
                        format!(
                            "教室类型“{}”不是“音乐”或“美术”，该教室未读入。",
                            cell::short(&text)
                        ),
                    )
                    .at(sheet.source.at(row.index, column))
                    .of(who.code, who.name)
                    .advise("请填“音乐”或“美术”；其他专用教室不填在本表。"),
                );
                return;
            }
        };
        let facts = self.facts(row, sheet, who);
        let at = sheet.source.at(row.index, self.columns.field(Field::Code).unwrap_or(0));
        let room_name = self.plain(row, Field::RoomName);
        let label = format!("{code} {} {room_name}", kind.code());
        if !room_name.is_empty()
            && self.duplicate(label, row.index, sheet, &format!("教室“{room_name}”"), who)
        {
            return;
        }
        let school = sheet.part.school(code.clone(), || at);
        if school.name.is_empty() {
            name.clone_into(&mut school.name);
        }
        school.rooms.push(Room { name: room_name, kind, facts });
    }

    /// Has the row been seen? Then it is left out, with a finding.
    fn duplicate(
        &mut self,
        label: String,
        row: u32,
        sheet: &mut Sheet<'_, '_>,
        what: &str,
        who: Who<'_>,
    ) -> bool {
        let Some(first) = self.seen.get(&label) else {
            self.seen.insert(label, row);
            return false;
        };
        sheet.findings.push(
            Finding::error(
                code::DUPLICATE_CODE,
                format!("{what}与第 {} 行重复，本行未读入。", first + 1),
            )
            .at(sheet.source.at(row, self.columns.field(Field::Code).unwrap_or(0)))
            .of(who.code, who.name)
            .advise("请删除重复的一行，或改正名称。"),
        );
        true
    }

    fn evidence(&mut self, row: &Row<'_, '_>, sheet: &mut Sheet<'_, '_>) {
        let indicator = self.plain(row, Field::Indicator);
        let cell_of = |field| self.cell(row, field).filter(|(_, raw)| !shown(raw).is_empty());
        if indicator.is_empty() {
            return;
        }
        let at = |column: Option<u32>| sheet.source.at(row.index, column.unwrap_or(0));
        let mut holds = None;
        if let Some((column, raw)) = cell_of(Field::Holds) {
            holds = flag(raw);
            if holds.is_none() {
                sheet.findings.push(
                    Finding::error(
                        code::TYPE,
                        format!("“{}”不是“是”或“否”。", cell::short(&shown(raw))),
                    )
                    .at(at(Some(column)))
                    .advise("请填“是”或“否”；尚未确定就留空。"),
                );
            }
        }
        let mut date = None;
        if let Some((column, raw)) = cell_of(Field::Date) {
            date = cell::date(raw);
            if date.is_none() {
                sheet.findings.push(
                    Finding::error(code::TYPE, format!("“{}”不是日期。", cell::short(&shown(raw))))
                        .at(at(Some(column)))
                        .advise("请按 2024-10-08 的形式填写。"),
                );
            }
        }
        let evidence = self.plain(row, Field::Evidence);
        let person = self.plain(row, Field::Person);
        // A row of the template that nobody has begun to fill.
        if holds.is_none() && evidence.is_empty() && person.is_empty() && date.is_none() {
            return;
        }
        let place = at(self.columns.field(Field::Indicator));
        if let Some(first) = self.seen.get(&indicator) {
            sheet.findings.push(
                Finding::error(
                    code::DUPLICATE_CODE,
                    format!("指标 {indicator} 与第 {} 行重复，本行未读入。", first + 1),
                )
                .at(place)
                .advise("一项指标只填一行，多份材料写在同一格。"),
            );
            return;
        }
        self.seen.insert(indicator.clone(), row.index);
        sheet.part.attestations.push(Said {
            value: Attestation { indicator, holds, evidence, person, date },
            at: place,
        });
    }
}

/// The grade of a text: `7`, `七年级`, `初一`, `高二`.
fn grade(text: &str) -> Option<u8> {
    const NUMERALS: [&str; 12] =
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    let numeral = |t: &str| {
        NUMERALS
            .iter()
            .zip(1u8..)
            .find(|(n, _)| **n == t)
            .map(|(_, g)| g)
            .or_else(|| t.parse().ok())
    };
    let text = text.trim_end_matches("年级").trim_end_matches('级');
    let (offset, rest) = match (text.strip_prefix('初'), text.strip_prefix('高')) {
        (Some(rest), _) => (6, rest),
        (_, Some(rest)) => (9, rest),
        _ => (0, text),
    };
    let within = numeral(rest)?;
    if offset > 0 && within > 3 {
        return None;
    }
    Some(within + offset).filter(|grade| (1..=12).contains(grade))
}

/// The stage of a grade where the list has no column for it.
fn stage_of(grade: u8) -> Option<Stage> {
    match grade {
        1..=6 => Some(Stage::Primary),
        7..=9 => Some(Stage::Junior),
        10..=12 => Some(Stage::Senior),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::grade;

    #[test]
    fn grades_are_written_in_many_ways() {
        for (text, expected) in [
            ("7", Some(7)),
            ("七年级", Some(7)),
            ("初一", Some(7)),
            ("初3", Some(9)),
            ("高二年级", Some(11)),
            ("十二年级", Some(12)),
            ("13", None),
            ("初四", None),
            ("大班", None),
        ] {
            assert_eq!(grade(text), expected, "{text}");
        }
    }
}
