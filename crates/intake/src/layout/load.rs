//! From TOML to the layout model. Strict: what is not understood is an error with its line.

use super::{
    Body, CellRef, CellSheet, CellValue, Cells, Column, Export, ExportColumn, Field, FixedCell,
    Label, Layout, Role, Table, TableSheet, Target, Years,
};
use domain::{Catalogue, Item, ItemId, ItemKind, Level, SchoolKind, SchoolYear, Stage};
use packs::{PackError, PackFile, Spanned};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The code of every refusal here; what is no TOML or has an unknown key has the codes of `packs`.
const CODE: &str = "I-LAYOUT-01";

type Name = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutFile {
    id: Name,
    title: String,
    kind: Name,
    valid_from: i16,
    valid_to: Option<i16>,
    source: String,
    grade: Name,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    labels: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    aliases: BTreeMap<Name, Vec<String>>,
    #[serde(default)]
    sheet: Vec<SheetFile>,
    #[serde(default)]
    stages: BTreeMap<Name, Vec<String>>,
    #[serde(default)]
    column: Vec<ExportColumnFile>,
    #[serde(default)]
    art_contains: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SheetFile {
    name: Name,
    role: Option<Name>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    fixed: Vec<FixedFile>,
    #[serde(default)]
    group: Vec<GroupFile>,
    #[serde(default)]
    rows: Vec<Name>,
    /// Further rows for all items of the county that `rows` does not name.
    #[serde(default)]
    rest: bool,
    #[serde(default)]
    kinds: Vec<Name>,
    #[serde(default)]
    label: Vec<LabelFile>,
    #[serde(default)]
    value: Vec<ValueFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixedFile {
    label_at: Name,
    label: String,
    at: Name,
    field: Name,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFile {
    #[serde(default)]
    title: String,
    stage: Option<Name>,
    #[serde(default)]
    fields: Vec<FieldFile>,
    #[serde(default)]
    items: Vec<Name>,
    /// Further columns for all items of the level that no group of the sheet names: those that a
    /// local standard adds.
    #[serde(default)]
    rest: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldFile {
    field: Name,
    title: Name,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelFile {
    at: Name,
    text: String,
    #[serde(default)]
    kinds: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueFile {
    cells: Vec<Name>,
    field: Option<Name>,
    item: Option<Name>,
    stage: Option<Name>,
    #[serde(default)]
    kinds: Vec<Name>,
    factor: Option<Decimal>,
    #[serde(default)]
    contains: Vec<Name>,
    #[serde(default)]
    positive: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportColumnFile {
    path: Spanned<Vec<String>>,
    field: Option<Name>,
    item: Option<Name>,
    stage: Option<Name>,
    #[serde(default)]
    required: bool,
}

pub(super) fn layouts<'a>(
    files: impl IntoIterator<Item = &'a PackFile>,
    catalogue: &Catalogue,
) -> Result<Vec<Layout>, PackError> {
    let mut layouts: Vec<Layout> = Vec::new();
    for file in files {
        let parsed: LayoutFile = packs::parse(file)?;
        let reader = Reader { file, catalogue };
        let id = &parsed.id;
        if layouts.iter().any(|other| other.id == *id.get_ref()) {
            return reader.fail(id, format!("版式代号“{}”已被另一个文件使用。", id.get_ref()));
        }
        layouts.push(reader.layout(&parsed)?);
    }
    Ok(layouts)
}

struct Reader<'a> {
    file: &'a PackFile,
    catalogue: &'a Catalogue,
}

impl Reader<'_> {
    fn fail<T, S>(&self, at: &Spanned<S>, message: impl Into<String>) -> Result<T, PackError> {
        Err(PackError::at(self.file, at.span(), CODE, message))
    }

    fn layout(&self, file: &LayoutFile) -> Result<Layout, PackError> {
        if !["A", "B", "C", "K"].contains(&file.grade.get_ref().as_str()) {
            return self.fail(&file.grade, "grade 只能是 A、B、C、K。");
        }
        let body = match file.kind.get_ref().as_str() {
            "table" => Body::Table(self.table(file)?),
            "cells" => Body::Cells(self.cells(file)?),
            "export" => Body::Export(self.export(file)?),
            other => {
                return self
                    .fail(&file.kind, format!("kind 只能是 table、cells、export,不是“{other}”。"));
            }
        };
        let years = Years { from: SchoolYear(file.valid_from), to: file.valid_to.map(SchoolYear) };
        if years.to.is_some_and(|to| to < years.from) {
            return self.fail(&file.id, "valid_to 早于 valid_from。");
        }
        self.labels(file)?;
        Ok(Layout {
            id: file.id.get_ref().clone(),
            title: file.title.clone(),
            years,
            source: file.source.clone(),
            grade: file.grade.get_ref().clone(),
            labels: file.labels.clone(),
            body,
        })
    }

    fn labels(&self, file: &LayoutFile) -> Result<(), PackError> {
        for (key, labels) in &file.labels {
            for code in labels.values() {
                let known = if key == "kind" {
                    SchoolKind::ALL.iter().any(|kind| kind.code() == code)
                } else if let Some((_, Item { kind: ItemKind::Code(list), .. })) =
                    self.catalogue.find(key)
                {
                    list.iter().any(|(known, _)| known == code)
                } else {
                    return self.fail(&file.id, format!("labels.{key} 不是编码类数据项。"));
                };
                if !known {
                    return self.fail(&file.id, format!("labels.{key} 中没有代码“{code}”。"));
                }
            }
        }
        Ok(())
    }

    fn table(&self, file: &LayoutFile) -> Result<Table, PackError> {
        let mut sheets: Vec<TableSheet> = Vec::new();
        for sheet in &file.sheet {
            let role = match sheet.role.as_ref().map(|r| r.get_ref().as_str()) {
                Some("schools") => Role::Schools,
                Some("county") => Role::County,
                Some("classes") => Role::Classes,
                Some("rooms") => Role::Rooms,
                Some("evidence") => Role::Evidence,
                _ => {
                    return self.fail(
                        &sheet.name,
                        "role 只能是 schools、county、classes、rooms、evidence。",
                    );
                }
            };
            if sheets.iter().any(|other| other.role == role) {
                return self.fail(&sheet.name, "同一种 role 只能有一张工作表。");
            }
            sheets.push(self.table_sheet(file, sheet, role)?);
        }
        if sheets.is_empty() {
            return self.fail(&file.id, "没有任何工作表（[[sheet]]）。");
        }
        Ok(Table { sheets })
    }

    fn table_sheet(
        &self,
        file: &LayoutFile,
        sheet: &SheetFile,
        role: Role,
    ) -> Result<TableSheet, PackError> {
        let level = match role {
            Role::Schools => Level::School,
            Role::County => Level::County,
            Role::Classes => Level::Class,
            Role::Rooms | Role::Evidence => Level::Room,
        };
        let mut columns = Vec::new();
        let mut seen = BTreeSet::new();
        for group in &sheet.group {
            let stage = group.stage.as_ref().map(|s| self.stage(s)).transpose()?;
            for field in &group.fields {
                let target = Target::Field(self.field(&field.field, stage)?);
                columns.push(Column {
                    group: group.title.clone(),
                    title: field.title.get_ref().clone(),
                    aliases: field.aliases.clone(),
                    target,
                });
                if !seen.insert((group.title.clone(), field.title.get_ref().clone())) {
                    return self.fail(&field.title, "同一组内列名重复。");
                }
            }
            let level = if stage.is_some() { Level::Section } else { level };
            let mut items = Vec::new();
            for name in &group.items {
                let (id, item) = self.item(name, level)?;
                if items.contains(&id) {
                    return self.fail(name, format!("列“{}”在同一组内重复。", item.zh));
                }
                items.push(id);
            }
            if group.rest {
                items.extend(self.rest(level, sheet.group.iter().flat_map(|g| &g.items)));
            }
            columns.extend(items.into_iter().map(|id| {
                let item = self.catalogue.item(id);
                let aliases = file.aliases.iter().find(|(key, _)| *key.get_ref() == item.code);
                Column {
                    group: group.title.clone(),
                    title: heading(item),
                    aliases: aliases.map(|(_, aliases)| aliases.clone()).unwrap_or_default(),
                    target: Target::Item { item: id, stage },
                }
            }));
        }
        if columns.is_empty() {
            return self.fail(&sheet.name, "工作表没有任何列。");
        }
        let mut rows = sheet
            .rows
            .iter()
            .map(|name| self.item(name, Level::County).map(|(id, _)| id))
            .collect::<Result<Vec<_>, _>>()?;
        if sheet.rest {
            rows.extend(self.rest(Level::County, &sheet.rows));
        }
        let fixed = sheet.fixed.iter().map(|f| self.fixed(f)).collect::<Result<Vec<_>, _>>()?;
        let head_rows = if columns.iter().any(|c: &Column| !c.group.is_empty()) { 2 } else { 1 };
        Ok(TableSheet { name: sheet.name.get_ref().clone(), role, head_rows, fixed, columns, rows })
    }

    /// The items of a level that are not named.
    fn rest<'n>(&self, level: Level, named: impl IntoIterator<Item = &'n Name>) -> Vec<ItemId> {
        let named: BTreeSet<&str> = named.into_iter().map(|n| n.get_ref().as_str()).collect();
        self.catalogue
            .iter()
            .filter(|(_, item)| item.level == level && !named.contains(item.code.as_str()))
            .map(|(id, _)| id)
            .collect()
    }

    fn fixed(&self, file: &FixedFile) -> Result<FixedCell, PackError> {
        Ok(FixedCell {
            label_at: self.cell(&file.label_at)?,
            label: file.label.clone(),
            at: self.cell(&file.at)?,
            field: self.field(&file.field, None)?,
        })
    }

    fn cells(&self, file: &LayoutFile) -> Result<Cells, PackError> {
        if file.prefix.is_empty() {
            return self.fail(&file.id, "缺少 prefix（工作表名的开头，如“教基”）。");
        }
        let mut sheets: Vec<CellSheet> = Vec::new();
        for sheet in &file.sheet {
            if sheets.iter().any(|other| other.name == *sheet.name.get_ref()) {
                return self.fail(&sheet.name, "工作表重复。");
            }
            if sheet.label.is_empty() {
                return self
                    .fail(&sheet.name, "没有可核对的标签（[[sheet.label]]），不能据以取数。");
            }
            let labels = sheet
                .label
                .iter()
                .map(|label| {
                    Ok(Label {
                        at: self.cell(&label.at)?,
                        text: label.text.clone(),
                        kinds: self.kinds(&label.kinds)?,
                    })
                })
                .collect::<Result<_, PackError>>()?;
            let values =
                sheet.value.iter().map(|v| self.value(v, sheet)).collect::<Result<_, _>>()?;
            sheets.push(CellSheet {
                name: sheet.name.get_ref().clone(),
                title: sheet.title.clone(),
                kinds: self.kinds(&sheet.kinds)?,
                labels,
                values,
            });
        }
        let has = |field| {
            sheets.iter().any(|s| s.values.iter().any(|v| v.target == Target::Field(field)))
        };
        if !has(Field::Code) || !has(Field::Kind) {
            return self.fail(
                &file.id,
                "版式须给出学校标识码（field = \"code\"）和办学类型（field = \"kind\"）的单元格。",
            );
        }
        Ok(Cells { prefix: file.prefix.clone(), sheets })
    }

    fn value(&self, value: &ValueFile, sheet: &SheetFile) -> Result<CellValue, PackError> {
        let Some(first) = value.cells.first() else {
            return self.fail(&sheet.name, "value 缺少 cells。");
        };
        let cells = value.cells.iter().map(|c| self.cell(c)).collect::<Result<Vec<_>, _>>()?;
        let target =
            self.target(first, value.field.as_ref(), value.item.as_ref(), value.stage.as_ref())?;
        if let Target::Item { item, stage } = target
            && self.catalogue.item(item).level == Level::Section
            && stage.is_none()
        {
            return self.fail(first, "学段级数据项须写明 stage。");
        }
        let level = match target {
            Target::Item { item, .. } => self.catalogue.item(item).level,
            Target::Field(_) => Level::School,
        };
        let contains = value
            .contains
            .iter()
            .map(|name| self.item(name, level).map(|(id, _)| id))
            .collect::<Result<_, _>>()?;
        Ok(CellValue {
            cells,
            target,
            kinds: self.kinds(&value.kinds)?,
            factor: value.factor.unwrap_or(Decimal::ONE),
            contains,
            positive: value.positive,
        })
    }

    fn export(&self, file: &LayoutFile) -> Result<Export, PackError> {
        let mut stages = Vec::new();
        for (stage, words) in &file.stages {
            stages.push((self.stage(stage)?, words.clone()));
        }
        if stages.is_empty() {
            return self.fail(&file.id, "缺少 [stages]:各学段文件名中的字样。");
        }
        stages.sort_by_key(|(stage, _)| *stage);
        let mut columns: Vec<ExportColumn> = Vec::new();
        for column in &file.column {
            if column.path.get_ref().is_empty() {
                return self.fail(&column.path, "path 不能为空。");
            }
            if columns.iter().any(|other| other.path == *column.path.get_ref()) {
                return self.fail(&column.path, "列的 path 重复。");
            }
            columns.push(ExportColumn {
                path: column.path.get_ref().clone(),
                target: self.target(
                    &column.path,
                    column.field.as_ref(),
                    column.item.as_ref(),
                    column.stage.as_ref(),
                )?,
                required: column.required,
            });
        }
        let art_contains = file
            .art_contains
            .iter()
            .map(|name| self.item(name, Level::Section).map(|(id, _)| id))
            .collect::<Result<_, _>>()?;
        Ok(Export { stages, columns, art_contains })
    }

    fn target<S>(
        &self,
        at: &Spanned<S>,
        field: Option<&Name>,
        item: Option<&Name>,
        stage: Option<&Name>,
    ) -> Result<Target, PackError> {
        let stage = stage.map(|s| self.stage(s)).transpose()?;
        match (field, item) {
            (Some(field), None) => Ok(Target::Field(self.field(field, stage)?)),
            (None, Some(name)) => {
                let Some((id, item)) = self.catalogue.find(name.get_ref()) else {
                    return self.fail(name, unknown(name));
                };
                match (item.level, stage) {
                    (Level::Section, _) | (Level::School | Level::County, None) => {
                        Ok(Target::Item { item: id, stage })
                    }
                    _ => self.fail(
                        name,
                        "只有学段级数据项可以写 stage,班级、教室级数据项不能用于此种版式。",
                    ),
                }
            }
            _ => self.fail(at, "field 与 item 须且只须写一个。"),
        }
    }

    fn item(&self, name: &Name, level: Level) -> Result<(ItemId, &Item), PackError> {
        match self.catalogue.find(name.get_ref()) {
            None => self.fail(name, unknown(name)),
            Some((_, item)) if item.level != level => self.fail(
                name,
                format!(
                    "数据项“{}”属于{}级，这里需要{}级。",
                    item.code,
                    item.level.zh(),
                    level.zh()
                ),
            ),
            Some(found) => Ok(found),
        }
    }

    fn cell(&self, name: &Name) -> Result<CellRef, PackError> {
        match CellRef::parse(name.get_ref()) {
            Some(cell) => Ok(cell),
            None => self.fail(name, format!("“{}”不是单元格地址（如 C6）。", name.get_ref())),
        }
    }

    fn stage(&self, name: &Name) -> Result<Stage, PackError> {
        match Stage::ALL.into_iter().find(|stage| stage.code() == name.get_ref()) {
            Some(stage) => Ok(stage),
            None => self.fail(name, "stage 只能是 primary、junior、senior。"),
        }
    }

    fn kinds(&self, names: &[Name]) -> Result<Vec<SchoolKind>, PackError> {
        names
            .iter()
            .map(|name| match SchoolKind::ALL.iter().find(|kind| kind.code() == name.get_ref()) {
                Some(kind) => Ok(*kind),
                None => self.fail(name, format!("没有办学类型代码“{}”。", name.get_ref())),
            })
            .collect()
    }

    fn field(&self, name: &Name, stage: Option<Stage>) -> Result<Field, PackError> {
        if let ("attached", Some(stage)) = (name.get_ref().as_str(), stage) {
            return Ok(Field::Attached(stage));
        }
        match Field::PLAIN.into_iter().find(|field| field.code() == name.get_ref()) {
            Some(field) => Ok(field),
            None => self.fail(
                name,
                format!("没有名为“{}”的 field（attached 须写在有 stage 的组内）。", name.get_ref()),
            ),
        }
    }
}

fn unknown(name: &Name) -> String {
    format!("数据项目录中没有“{}”。", name.get_ref())
}

/// The heading of an item: its Chinese name and unit.
fn heading(item: &Item) -> String {
    if item.unit.is_one() { item.zh.clone() } else { format!("{}({})", item.zh, item.unit) }
}
