//! What every reader of a layout needs: the catalogue, the layout's spellings, and one way to turn
//! a cell into a fact or a finding.

use crate::cell::text::key;
use crate::cell::{self, Labels, Problem};
use crate::correction::Corrections;
use crate::finding::{Finding, Findings, Location, code};
use crate::layout::Layout;
use crate::mapping::{Choice, Mapping, Question, Topic};
use crate::open::{Limits, Raw, Shape};
use crate::part::zh;
use crate::read::Options;
use domain::{
    Catalogue, CodeError, Item, ItemId, ItemKind, Level, SchoolCode, SchoolKind, Stage, Unit, Value,
};
use std::collections::BTreeMap;

/// The catalogue with what is looked up in it often, and what the county has said of words.
pub(crate) struct Vocabulary<'a> {
    pub(crate) catalogue: &'a Catalogue,
    by_name: BTreeMap<(Level, String), ItemId>,
    pub(crate) mapping: &'a Mapping,
    /// The county's schools: name by code.
    pub(crate) schools: &'a BTreeMap<SchoolCode, String>,
    pub(crate) corrections: &'a Corrections,
}

impl<'a> Vocabulary<'a> {
    pub(crate) fn new(options: &'a Options<'a>) -> Self {
        let catalogue = options.catalogue;
        let by_name =
            catalogue.iter().map(|(id, item)| ((item.level, key(&item.zh)), id)).collect();
        Self {
            catalogue,
            by_name,
            mapping: options.mapping,
            schools: options.schools,
            corrections: options.corrections,
        }
    }

    /// The item of a level whose Chinese name is the key.
    pub(crate) fn named(&self, level: Level, key: &str) -> Option<ItemId> {
        self.by_name.get(&(level, key.to_owned())).copied()
    }
}

/// Reading one file by one layout.
pub(crate) struct Context<'a> {
    pub(crate) words: &'a Vocabulary<'a>,
    pub(crate) layout: &'a Layout,
    pub(crate) limits: &'a Limits,
}

/// The school of a row, as the row names it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Who<'a> {
    pub(crate) code: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> Context<'a> {
    pub(crate) fn item(&self, id: ItemId) -> &'a Item {
        self.words.catalogue.item(id)
    }

    pub(crate) fn labels(&self, item: &Item) -> Option<&'a Labels> {
        self.layout.labels.get(&item.code)
    }

    /// The value of a cell, or `None` with a finding where it is not one.
    pub(crate) fn value(
        &self,
        raw: &Raw<'_>,
        (item, stage, unit): (ItemId, Option<Stage>, Option<&Unit>),
        at: impl Fn() -> Location,
        who: Who<'_>,
        findings: &mut Findings,
    ) -> Option<Value> {
        let item = self.item(item);
        let mut read = cell::read(raw, item, unit, || self.labels(item));
        if let (Err(_), ItemKind::Code(list), Raw::Text(text)) = (&read, &item.kind, raw)
            && let Some(code) = self.coded(text, item, list, &at, findings)
        {
            read = Ok(Some(cell::Read { value: Value::Code(code.into()), note: None }));
        }
        match read {
            Ok(None) => None,
            Ok(Some(read)) => {
                if let Some(note) = read.note {
                    let finding = Finding::notice(code::CONVERTED, note).at(at());
                    findings.push(about(finding, item, stage, who));
                }
                Some(read.value)
            }
            Err(problem) => {
                findings.push(about(wrong(problem, at()), item, stage, who));
                None
            }
        }
    }

    /// The code that the county has said a word means; otherwise the word is asked about.
    fn coded(
        &self,
        text: &str,
        item: &Item,
        list: &[(String, String)],
        at: impl Fn() -> Location,
        findings: &mut Findings,
    ) -> Option<&'a str> {
        let label = format!("{}/{}", item.code, cell::short(&cell::text::clean(text)));
        let layout = self.layout.id.as_str();
        let target = self.words.mapping.find(layout, Topic::Value, &label);
        if let Some(target) = target.filter(|t| list.iter().any(|(code, _)| code == t)) {
            findings.words.applied(layout, Topic::Value, &label, target);
            return Some(target);
        }
        let question = Question {
            layout,
            topic: Topic::Value,
            label,
            about: &item.zh,
            at: at(),
            needed: false,
            choices: format!("value/{}", item.code),
        };
        let choices = || list.iter().map(|(code, zh)| Choice::new(code, zh)).collect();
        findings.words.ask(question, choices, &[]);
        None
    }

    /// The kind of a text: an official label, exactly a spelling of the layout, or what the county has
    /// said that it means. `None` for anything else; nothing is guessed.
    pub(crate) fn kind(&self, text: &str) -> Option<SchoolKind> {
        let spelled = self.layout.labels.get("kind").and_then(|labels| labels.get(text));
        SchoolKind::from_label(spelled.map_or(text, String::as_str))
            .or_else(|| self.mapped_kind(text))
    }

    fn mapped_kind(&self, text: &str) -> Option<SchoolKind> {
        let target = self.words.mapping.find(&self.layout.id, Topic::Kind, text)?;
        SchoolKind::ALL.iter().copied().find(|kind| kind.code() == target)
    }

    /// The kind of a text, or `None` with a finding that it is missing or not known.
    pub(crate) fn read_kind(
        &self,
        text: &str,
        at: impl FnOnce() -> Location,
        who: Who<'_>,
        findings: &mut Findings,
    ) -> Option<SchoolKind> {
        let layout = self.layout.id.as_str();
        if let Some(kind) = self.kind(text) {
            if self.mapped_kind(text) == Some(kind) {
                findings.words.applied(layout, Topic::Kind, text, kind.code());
            }
            return Some(kind);
        }
        let at = at();
        if !text.is_empty() {
            let question = Question {
                layout,
                topic: Topic::Kind,
                label: cell::short(text),
                about: who.name,
                at: at.clone(),
                needed: true,
                choices: "kind".to_owned(),
            };
            let kinds = SchoolKind::ALL.iter();
            let all = || kinds.map(|kind| Choice::new(kind.code(), kind.zh())).collect();
            findings.words.ask(question, all, &[]);
        }
        findings.push(Self::unknown_kind(text, at, who));
        None
    }

    /// The school of a code, or of what the county has said is a school's: `None` with a finding. A
    /// code that is none of the county's schools is taken, and asked about.
    pub(crate) fn school(
        &self,
        text: &str,
        name: &str,
        at: impl FnOnce() -> Location,
        findings: &mut Findings,
    ) -> Option<SchoolCode> {
        let label = if text.is_empty() { name } else { text };
        if let Some(code) = self.mapped_school(label, findings) {
            return Some(code);
        }
        let layout = self.layout.id.as_str();
        let ask = |at: Location, needed: bool, findings: &mut Findings| {
            let question = Question {
                layout,
                topic: Topic::School,
                label: label.to_owned(),
                about: if text.is_empty() { "" } else { name },
                at,
                needed,
                choices: "school".to_owned(),
            };
            let known = self.words.schools.iter();
            let all = || known.map(|(code, zh)| Choice::new(code.as_str(), zh)).collect();
            findings.words.ask(question, all, &[]);
        };
        match SchoolCode::parse(text) {
            Ok(code) => {
                let schools = self.words.schools;
                if !schools.is_empty() && !schools.contains_key(&code) {
                    ask(at(), false, findings);
                }
                Some(code)
            }
            Err(error) => {
                let at = at();
                if !label.is_empty() && !self.words.schools.is_empty() {
                    ask(at.clone(), true, findings);
                }
                findings.push(no_school_code(text, &error, at, name));
                None
            }
        }
    }

    /// The school that the county has said a code or a name means.
    pub(crate) fn mapped_school(&self, label: &str, findings: &mut Findings) -> Option<SchoolCode> {
        let layout = self.layout.id.as_str();
        let target = self.words.mapping.find(layout, Topic::School, label)?;
        let code = SchoolCode::parse(target).ok()?;
        findings.words.applied(layout, Topic::School, label, target);
        Some(code)
    }

    /// A finding for a kind of school that is missing or unknown.
    fn unknown_kind(text: &str, at: Location, who: Who<'_>) -> Finding {
        let labels: Vec<&str> = SchoolKind::ALL.iter().map(|kind| kind.zh()).collect();
        let message = if text.is_empty() {
            "没有填写办学类型。".to_owned()
        } else {
            format!("不认识的办学类型“{}”。", cell::short(text))
        };
        Finding::error(code::UNKNOWN_KIND, message)
            .at(at)
            .of(who.code, who.name)
            .advise(format!("请填写规定的类型：{}。程序不按校名推断。", labels.join("、")))
    }
}

fn wrong(problem: Problem, at: Location) -> Finding {
    Finding::error(problem.code, problem.message).at(at).advise(problem.advice)
}

fn about(finding: Finding, item: &Item, stage: Option<Stage>, who: Who<'_>) -> Finding {
    let finding = finding.item(&item.code, &zh(&item.zh, stage));
    if who.code.is_empty() && who.name.is_empty() {
        finding
    } else {
        finding.of(who.code, who.name)
    }
}

/// The finding that says why a text is no school code.
fn no_school_code(text: &str, error: &CodeError, at: Location, name: &str) -> Finding {
    let message = match error {
        _ if text.is_empty() => "没有填写学校标识码，整行未读入。".to_owned(),
        CodeError::Length { .. } if text.contains("00000") => {
            format!("学校标识码“{text}”不对：{error}，可能被表格软件按数字截断。")
        }
        error => format!("学校标识码“{}”不对：{error}。", cell::short(text)),
    };
    Finding::error(code::SCHOOL_CODE, message)
        .at(at)
        .of(text, name)
        .advise("请填写 10 位数字的标识码，并把该列设为文本格式。")
}

/// Notices of what is hidden in a sheet: it is read all the same.
pub(crate) fn hidden(shape: &Shape, sheet_hidden: bool, at: &Location, findings: &mut Findings) {
    let mut say = |what: String| {
        findings.push(
            Finding::notice(code::HIDDEN, format!("{what}，其中的内容已照常读入。"))
                .at(at.clone())
                .advise("如果不应读入，请删除后重新导入。"),
        );
    };
    if sheet_hidden {
        say("工作表是隐藏的".to_owned());
    }
    if !shape.hidden_rows.is_empty() {
        let rows: Vec<String> =
            shape.hidden_rows.iter().take(10).map(|row| (row + 1).to_string()).collect();
        let etc = if shape.hidden_rows.len() > 10 { "等" } else { "" };
        say(format!("有 {} 行是隐藏的（第 {} 行{etc}）", shape.hidden_rows.len(), rows.join("、")));
    }
    if !shape.hidden_columns.is_empty() {
        say("有隐藏的列".to_owned());
    }
}
