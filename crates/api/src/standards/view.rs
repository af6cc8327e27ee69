//! Standards, items and cost catalogues as they travel. Values are shown as the packs' own printers
//! show them; nothing is computed here.

use domain::{Item, ItemKind};
use invest::costs::CostCatalogue;
use items::Items;
use jiff::civil::Date;
use serde::Serialize;
use standard::Standard;
use standard::example::ExampleResult;
use standard::parameter::{Kind, Parameter};
use utoipa::ToSchema;

/// A standard in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "cn-quality-2017", "title": "县域义务教育优质均衡发展督导评估", "short": "优质均衡",
    "version": "1.0.0", "valid_from": "2017-04-26", "valid_to": null, "base": null,
    "text": "……", "hash": "9f…", "own": true,
}))]
pub(super) struct StandardHead {
    id: String,
    title: String,
    short: String,
    /// The version of the pack.
    version: String,
    /// In force from this day …
    #[schema(value_type = String, format = Date)]
    valid_from: Date,
    /// … to this day, inclusive; null while it still is.
    #[schema(value_type = Option<String>, format = Date)]
    valid_to: Option<Date>,
    /// The standard that it builds on.
    base: Option<String>,
    /// What it asks, in a sentence or two.
    text: String,
    /// SHA-256 of the pack and of those it builds on.
    hash: String,
    /// Is the county judged by it?
    own: bool,
}

impl StandardHead {
    pub(super) fn of(standard: &Standard, own: &str) -> Self {
        let (valid_from, valid_to) = standard.validity();
        Self {
            id: standard.id().to_owned(),
            title: standard.title().to_owned(),
            short: standard.short().to_owned(),
            version: standard.version().to_owned(),
            valid_from,
            valid_to,
            base: standard.base().map(str::to_owned),
            text: standard.text().to_owned(),
            hash: standard.hash().to_owned(),
            own: standard.id() == own,
        }
    }
}

/// A standard with everything that it says.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StandardView {
    #[serde(flatten)]
    head: StandardHead,
    /// 依据
    sources: Vec<SourceView>,
    /// 参数
    parameters: Vec<ParameterView>,
    /// 总则
    principles: Vec<PrincipleView>,
    /// 规则
    rules: Vec<RuleView>,
}

/// A document that is cited.
#[derive(Debug, Serialize, ToSchema)]
struct SourceView {
    /// The key by which rules and parameters cite it.
    key: String,
    title: String,
    number: String,
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// Grade of certainty: `A`, `B`, `C`, `K`.
    grade: String,
    note: String,
}

/// A parameter with its dated values.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "relief", "zh": "大规模学校放宽", "kind": "flag", "unit": null, "options": [],
    "text": "……", "values": [
        {"from": "2017-04-26", "shown": "否", "source": "T2017-6", "grade": "A"},
    ],
}))]
struct ParameterView {
    code: String,
    zh: String,
    /// `flag`, `number`, `choice`.
    kind: &'static str,
    unit: Option<String>,
    options: Vec<ChoiceView>,
    text: String,
    /// Earliest first.
    values: Vec<DatedView>,
}

/// What a parameter, or an item of codes, may be.
#[derive(Debug, Serialize, ToSchema)]
struct ChoiceView {
    code: String,
    zh: String,
}

/// A value from a day on.
#[derive(Debug, Serialize, ToSchema)]
struct DatedView {
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// In words.
    shown: String,
    source: String,
    grade: String,
}

impl From<&Parameter> for ParameterView {
    fn from(parameter: &Parameter) -> Self {
        let (kind, unit, options) = match &parameter.kind {
            Kind::Flag => ("flag", None, Vec::new()),
            Kind::Number(unit) => ("number", Some(unit.to_string()), Vec::new()),
            Kind::Choice(options) => {
                let view = |(code, zh): (&String, &String)| ChoiceView {
                    code: code.clone(),
                    zh: zh.clone(),
                };
                ("choice", None, options.iter().map(view).collect())
            }
        };
        let values = parameter.values.iter().map(|dated| DatedView {
            from: dated.from,
            shown: parameter.show(&dated.value),
            source: dated.source.clone(),
            grade: dated.grade.clone(),
        });
        Self {
            code: parameter.code.clone(),
            zh: parameter.zh.clone(),
            kind,
            unit,
            options,
            text: parameter.text.clone(),
            values: values.collect(),
        }
    }
}

/// What holds for the whole standard.
#[derive(Debug, Serialize, ToSchema)]
struct PrincipleView {
    zh: String,
    clause: String,
    text: String,
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "L1", "zh": "每百名学生拥有高于规定学历教师数", "clause": "第七条（一）", "text": "……",
    "attested": false, "lines": ["小学：teachers_above_degree / pupils * 100 ≥ 4.2 人"],
    "formulas": ["小学：高于规定学历教师数 ÷ 在校生数 × 100 ≥ 4.2 人"],
}))]
struct RuleView {
    code: String,
    zh: String,
    clause: String,
    text: String,
    /// Attested by evidence instead of computed?
    attested: bool,
    /// Formulas and bounds as the pack writes them.
    lines: Vec<String>,
    /// The same in Chinese words.
    formulas: Vec<String>,
}

impl StandardView {
    pub(super) fn of(standard: &Standard, own: &str) -> Self {
        let sources = standard.sources().iter().cloned().map(|source| SourceView {
            key: source.key,
            title: source.title,
            number: source.number,
            date: source.date,
            grade: source.grade,
            note: source.note,
        });
        let principles = standard.principles().into_iter().map(|principle| PrincipleView {
            zh: principle.zh,
            clause: principle.clause,
            text: principle.text,
        });
        let rules = standard.rules().into_iter().map(|rule| RuleView {
            code: rule.code,
            zh: rule.zh,
            clause: rule.clause,
            text: rule.text,
            attested: rule.attested,
            lines: rule.lines,
            formulas: rule.formulas,
        });
        Self {
            head: StandardHead::of(standard, own),
            sources: sources.collect(),
            parameters: standard.parameters().iter().map(ParameterView::from).collect(),
            principles: principles.collect(),
            rules: rules.collect(),
        }
    }
}

/// The examples of a standard, run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"holds": true, "examples": [{
    "name": "两校小县", "source": "手算", "file": "standards/cn-quality-2017/examples/two.toml",
    "holds": true,
    "checks": [{"what": "L1 差异系数", "expected": "0.2000", "found": "0.2000", "holds": true}],
}]}))]
pub(super) struct Examples {
    /// Do all of them hold?
    pub(super) holds: bool,
    pub(super) examples: Vec<ExampleView>,
}

/// An example and what was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExampleView {
    name: String,
    /// Where its figures come from.
    source: String,
    /// The file of the pack.
    file: String,
    pub(super) holds: bool,
    checks: Vec<CheckView>,
}

/// One comparison.
#[derive(Debug, Serialize, ToSchema)]
struct CheckView {
    what: String,
    expected: String,
    found: String,
    holds: bool,
}

impl From<ExampleResult> for ExampleView {
    fn from(result: ExampleResult) -> Self {
        let holds = result.holds();
        let checks = result.checks.into_iter().map(|check| CheckView {
            what: check.what,
            expected: check.expected,
            found: check.found,
            holds: check.holds,
        });
        let checks = checks.collect();
        Self { name: result.name, source: result.source, file: result.file, holds, checks }
    }
}

/// A data item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "pupils", "zh": "在校生数", "en": "pupils", "topic": "学生", "level": "section",
    "level_zh": "学段", "unit": "人", "kind": "count", "options": [],
    "min": null, "max": null, "definition": "……",
    "cells": [{"form": "基础基312", "cell": "合计", "of": "", "grade": "A"}],
}))]
pub(super) struct ItemView {
    code: String,
    zh: String,
    en: String,
    /// The title of the file that it stands in; empty for an item that a standard brings.
    topic: String,
    pub(super) level: &'static str,
    level_zh: &'static str,
    unit: String,
    /// `count`, `amount`, `flag`, `code`, `year`, `date`, `text`.
    kind: &'static str,
    /// The closed list of an item of codes.
    options: Vec<ChoiceView>,
    /// Bounds, exact.
    min: Option<String>,
    max: Option<String>,
    /// 口径
    definition: String,
    /// Where official forms hold it.
    cells: Vec<CellView>,
}

/// A cell of an official form.
#[derive(Debug, Serialize, ToSchema)]
struct CellView {
    form: String,
    cell: String,
    /// The stage or school kinds that the cell is for; empty: all.
    of: String,
    /// Grade of certainty.
    grade: char,
}

const fn kind(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Count => "count",
        ItemKind::Amount => "amount",
        ItemKind::Flag => "flag",
        ItemKind::Code(_) => "code",
        ItemKind::Year => "year",
        ItemKind::Date => "date",
        ItemKind::Text => "text",
    }
}

fn options(item: &Item) -> Vec<ChoiceView> {
    let ItemKind::Code(options) = &item.kind else { return Vec::new() };
    let view = |(code, zh): &(String, String)| ChoiceView { code: code.clone(), zh: zh.clone() };
    options.iter().map(view).collect()
}

impl ItemView {
    /// The whole catalogue, in its order.
    pub(super) fn all(items: &Items) -> Vec<Self> {
        let topic = |id| items.topics().iter().find(|topic| topic.items.contains(&id));
        let view = |(id, item): (domain::ItemId, &Item)| Self {
            code: item.code.clone(),
            zh: item.zh.clone(),
            en: item.en.clone(),
            topic: topic(id).map_or_else(String::new, |topic| topic.title.clone()),
            level: item.level.code(),
            level_zh: item.level.zh(),
            unit: item.unit.to_string(),
            kind: kind(&item.kind),
            options: options(item),
            min: item.range.min.map(|min| min.to_string()),
            max: item.range.max.map(|max| max.to_string()),
            definition: item.definition.clone(),
            cells: items
                .cells(id)
                .map(|(cell, grade)| CellView {
                    form: cell.form.clone(),
                    cell: cell.cell.clone(),
                    of: cell.of.clone(),
                    grade: grade.letter(),
                })
                .collect(),
        };
        items.catalogue().iter().map(view).collect()
    }
}

/// A cost catalogue in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "cn-county-2023", "title": "县域造价目录", "version": "1.0.0", "text": "……",
    "hash": "9f…", "measures": 18,
}))]
pub(super) struct CostHead {
    id: String,
    title: String,
    version: String,
    text: String,
    /// SHA-256 of the file.
    hash: String,
    /// How many measures it prices.
    measures: usize,
}

impl From<CostCatalogue> for CostHead {
    fn from(costs: CostCatalogue) -> Self {
        Self {
            id: costs.id,
            title: costs.title,
            version: costs.version,
            text: costs.text,
            hash: costs.hash,
            measures: costs.measures.len(),
        }
    }
}
