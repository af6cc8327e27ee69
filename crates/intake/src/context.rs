//! What every reader of a layout needs: the catalogue, the layout's spellings, and one way to turn
//! a cell into a fact or a finding.

use crate::cell::text::key;
use crate::cell::{self, Labels, Problem};
use crate::finding::{Finding, Findings, Location, code};
use crate::layout::Layout;
use crate::open::{Limits, Raw, Shape};
use crate::part::zh;
use domain::{
    Catalogue, CodeError, Item, ItemId, Level, SchoolCode, SchoolKind, Stage, Unit, Value,
};
use std::collections::BTreeMap;

/// The catalogue with what is looked up in it often.
pub(crate) struct Vocabulary<'a> {
    pub(crate) catalogue: &'a Catalogue,
    by_name: BTreeMap<(Level, String), ItemId>,
}

impl<'a> Vocabulary<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue) -> Self {
        let by_name =
            catalogue.iter().map(|(id, item)| ((item.level, key(&item.zh)), id)).collect();
        Self { catalogue, by_name }
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
        match cell::read(raw, item, unit, || self.labels(item)) {
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

    /// The kind of a text: an official label, or exactly a spelling of the layout. `None` for
    /// anything else; nothing is guessed.
    pub(crate) fn kind(&self, text: &str) -> Option<SchoolKind> {
        let spelled = self.layout.labels.get("kind").and_then(|labels| labels.get(text));
        SchoolKind::from_label(spelled.map_or(text, String::as_str))
    }

    /// A finding for a kind of school that is missing or unknown.
    pub(crate) fn unknown_kind(text: &str, at: Location, who: Who<'_>) -> Finding {
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

/// Reads a school code, or makes the finding that says why it is none.
pub(crate) fn school_code(
    text: &str,
    at: Location,
    name: &str,
) -> Result<SchoolCode, Box<Finding>> {
    SchoolCode::parse(text).map_err(|error| {
        let message = match error {
            _ if text.is_empty() => "没有填写学校标识码，整行未读入。".to_owned(),
            CodeError::Length { .. } if text.contains("00000") => {
                format!("学校标识码“{text}”不对：{error}，可能被表格软件按数字截断。")
            }
            error => format!("学校标识码“{}”不对：{error}。", cell::short(text)),
        };
        Box::new(
            Finding::error(code::SCHOOL_CODE, message)
                .at(at)
                .of(text, name)
                .advise("请填写 10 位数字的标识码，并把该列设为文本格式。"),
        )
    })
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
