//! What an explanation consists of, and its text.

use crate::number::Number;
use crate::tree::{BuiltIn, Expr};
use crate::value::Value;
use crate::{Outcome, Type};
use domain::{Catalogue, Exact, ItemKind};
use serde::Serialize;
use std::fmt::{self, Write as _};

/// Decimals of a rounded figure in a text.
const DECIMALS: u8 = 4;

/// A result: exact, and as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The exact result.
    pub outcome: Outcome,
    /// As it is shown, at most four decimals: `4.2424`, `是`, `缺`.
    pub text: String,
    /// The unit; empty for a pure number and for what is no number.
    pub unit: String,
    /// Does `text` differ from the exact number by rounding?
    pub rounded: bool,
}

impl Shown {
    pub(crate) fn new(outcome: Outcome, result: &Type) -> Self {
        let unit = result.unit().filter(|unit| !unit.is_one());
        let unit = unit.map(ToString::to_string).unwrap_or_default();
        let (text, rounded) = match &outcome {
            Outcome::Number(number) => {
                let text = number.to_short(DECIMALS);
                let rounded = Exact::parse(&text).as_ref() != Ok(number);
                (text, rounded)
            }
            Outcome::Flag(flag) => (if *flag { "是" } else { "否" }.to_owned(), false),
            Outcome::Code(text) | Outcome::Text(text) => (text.to_string(), false),
            Outcome::NotApplicable => ("—".to_owned(), false),
            Outcome::Missing => ("缺".to_owned(), false),
            Outcome::Undefined => ("无法计算".to_owned(), false),
        };
        Self { outcome, text, unit, rounded }
    }
}

impl fmt::Display for Shown {
    /// `4.5 ㎡/人`, `4.2424 人/百人(精确值 140/33)`, `缺`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        let Outcome::Number(number) = &self.outcome else { return Ok(()) };
        if self.unit.starts_with(['%', '‰']) {
            f.write_str(&self.unit)?;
        } else if !self.unit.is_empty() {
            write!(f, " {}", self.unit)?;
        }
        if self.rounded { write!(f, "（精确值 {number}）") } else { Ok(()) }
    }
}

/// A fact that a formula used, or asked for in vain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputFact {
    /// The item's code, or the built-in name.
    pub code: String,
    /// Its Chinese name.
    pub zh: String,
    /// The value as entered; `缺` where there is none.
    pub value: String,
    /// The unit; empty for a pure number and for what is no number.
    pub unit: String,
    /// The place in words.
    pub place: String,
    /// The number of its origin in the snapshot; `None` where the value is missing or structure.
    pub origin: Option<u32>,
    /// The origin in words: `县区.xlsx › 学校 › C6`.
    pub source: String,
}

/// A parameter that a formula used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParameterNote {
    /// Its name in formulas.
    pub name: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its value.
    pub value: Shown,
}

/// The condition of an `if`, and which branch it chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConditionNote {
    /// The condition with Chinese names.
    pub formula: String,
    /// The condition with figures.
    pub figures: String,
    /// Does it hold?
    pub result: Shown,
}

/// What one place contributed to an aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contribution {
    /// The place in words.
    pub place: String,
    /// The aggregated formula with the figures of the place; for `count` empty.
    pub figures: String,
    /// Its value there; `没有名册` where a list is not there at all.
    pub value: String,
}

/// How an aggregate came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AggregateNote {
    /// The aggregate with Chinese names.
    pub formula: String,
    /// Places visited.
    pub visited: usize,
    /// Of those, left out by the condition behind `where`.
    pub excluded: usize,
    /// Of those, counted.
    pub counted: usize,
    /// Of the counted, how many hold; for flags only.
    pub holding: Option<usize>,
    /// Of those, passed over because it does not apply to them.
    pub not_applicable: usize,
    /// Of those, with something missing, lists that are not there included.
    pub missing: usize,
    /// Of those, without a value though everything is there.
    pub undefined: usize,
    /// The result.
    pub result: Shown,
    /// What places contributed: for `all` and `share` those that fail or lack something, for
    /// `any` those that hold or lack something, otherwise those counted or lacking something.
    pub contributions: Vec<Contribution>,
    /// How many more contributions there are than listed.
    pub more: usize,
}

/// The share of one section in a split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SplitShare {
    /// 小学, 初中, 高中.
    pub stage: String,
    /// The weight of a pupil of the stage.
    pub weight: String,
    /// Pupils; `缺` where missing.
    pub pupils: String,
    /// Weight times pupils; `缺` where missing.
    pub weighted: String,
    /// The section's share of the whole.
    pub share: Shown,
    /// Is it the section that is explained?
    pub here: bool,
}

/// How a school's total was split among its sections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SplitNote {
    /// The total with Chinese names.
    pub formula: String,
    /// The total with figures.
    pub figures: String,
    /// The total.
    pub whole: Shown,
    /// Weighted pupils of all sections; empty where the school has one section.
    pub total: String,
    /// The sections; empty where the school has one section, which takes the total.
    pub shares: Vec<SplitShare>,
    /// The section's share.
    pub result: Shown,
}

/// Something behind a figure of the formula.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "part")]
pub enum Part {
    /// A definition.
    Definition(Explanation),
    /// A parameter.
    Parameter(ParameterNote),
    /// The condition of an `if`.
    Condition(ConditionNote),
    /// An aggregate.
    Aggregate(AggregateNote),
    /// A split.
    Split(SplitNote),
}

/// How a value came about, as data; [`Explanation::render`] gives the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Chinese name of the definition; empty for the formula that was asked about.
    pub name: String,
    /// The place in words.
    pub place: String,
    /// The formula with Chinese names.
    pub formula: String,
    /// The formula with figures.
    pub figures: String,
    /// The result.
    pub result: Shown,
    /// The facts it used itself, each once, in the order of the formula.
    pub inputs: Vec<InputFact>,
    /// What stands behind its other figures, in the order of the formula.
    pub parts: Vec<Part>,
}

/// A value inside a formula with figures: plain digits, `≈` before what was rounded.
pub(crate) fn figure(value: &Value<'_>, expr: &Expr, catalogue: &Catalogue) -> String {
    match value {
        Value::Number(number) => number_text(number),
        Value::Code(code) => label(code, expr, catalogue).unwrap_or_else(|| (*code).to_owned()),
        other => Shown::new(other.to_outcome(), &Type::Flag).text,
    }
}

/// A number in plain digits, `≈` before what was rounded.
pub(crate) fn number_text(number: &Number) -> String {
    let shown = Shown::new(Outcome::Number(number.to_exact()), &Type::ONE);
    if shown.rounded { format!("≈{}", shown.text) } else { shown.text }
}

/// The Chinese label of a code.
pub(crate) fn label(code: &str, expr: &Expr, catalogue: &Catalogue) -> Option<String> {
    match expr {
        Expr::Item { id, .. } => match &catalogue.item(*id).kind {
            ItemKind::Code(list) => {
                list.iter().find(|(known, _)| known == code).map(|(_, zh)| zh.clone())
            }
            _ => None,
        },
        Expr::BuiltIn(built_in) => BuiltIn::codes(*built_in)
            .into_iter()
            .find(|(known, _)| *known == code)
            .map(|(_, zh)| zh.to_owned()),
        _ => None,
    }
}

impl Explanation {
    /// The explanation as lines of text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0);
        text
    }

    fn write(&self, out: &mut String, depth: usize) {
        if self.name.is_empty() {
            line(out, depth, format_args!("{}", self.place));
        } else {
            line(out, depth, format_args!("{}[{}]", self.name, self.place));
        }
        let depth = depth + 1;
        line(out, depth, format_args!("公式：{}", self.formula));
        line(out, depth, format_args!("代入：{}", self.figures));
        line(out, depth, format_args!("结果：{}", self.result));
        if !self.inputs.is_empty() {
            line(out, depth, format_args!("数据："));
        }
        for input in &self.inputs {
            let InputFact { zh, value, unit, place, source, .. } = input;
            let space = if unit.is_empty() { "" } else { " " };
            let source =
                if source.is_empty() { String::new() } else { format!("；来源 {source}") };
            line(out, depth + 1, format_args!("{zh} = {value}{space}{unit}[{place}{source}]"));
        }
        for part in &self.parts {
            part.write(out, depth);
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render())
    }
}

impl Part {
    fn write(&self, out: &mut String, depth: usize) {
        match self {
            Self::Definition(explanation) => explanation.write(out, depth),
            Self::Parameter(ParameterNote { zh, value, .. }) => {
                line(out, depth, format_args!("参数 {zh} = {value}"));
            }
            Self::Condition(ConditionNote { formula, figures, result }) => {
                line(out, depth, format_args!("条件 {formula}"));
                line(out, depth + 1, format_args!("代入：{figures}"));
                line(out, depth + 1, format_args!("成立：{result}"));
            }
            Self::Aggregate(note) => note.write(out, depth),
            Self::Split(note) => note.write(out, depth),
        }
    }
}

impl AggregateNote {
    fn write(&self, out: &mut String, depth: usize) {
        line(out, depth, format_args!("{} = {}", self.formula, self.result));
        let depth = depth + 1;
        let mut counts = format!("共 {} 个", self.visited);
        for (word, count) in [
            ("按条件排除", Some(self.excluded).filter(|n| *n > 0)),
            ("计入", Some(self.counted)),
            ("其中满足", self.holding),
            ("不适用", Some(self.not_applicable).filter(|n| *n > 0)),
            ("缺数据", Some(self.missing).filter(|n| *n > 0)),
            ("无法计算", Some(self.undefined).filter(|n| *n > 0)),
        ] {
            if let Some(count) = count {
                let _ = write!(counts, "，{word} {count} 个");
            }
        }
        line(out, depth, format_args!("{counts}"));
        for Contribution { place, figures, value } in &self.contributions {
            if figures.is_empty() || figures == value {
                line(out, depth, format_args!("{place}：{value}"));
            } else {
                line(out, depth, format_args!("{place}：{figures} → {value}"));
            }
        }
        if self.more > 0 {
            line(out, depth, format_args!("……另有 {} 个未列出", self.more));
        }
    }
}

impl SplitNote {
    fn write(&self, out: &mut String, depth: usize) {
        let Self { formula, figures, whole, total, shares, result } = self;
        line(out, depth, format_args!("按学段分摊({formula}) = {result}"));
        let depth = depth + 1;
        if *figures == whole.text {
            line(out, depth, format_args!("全校：{whole}"));
        } else {
            line(out, depth, format_args!("全校：{figures} = {whole}"));
        }
        if shares.is_empty() {
            line(out, depth, format_args!("只有一个学段，不分摊"));
            return;
        }
        for SplitShare { stage, weight, pupils, weighted, share, here } in shares {
            let mark = if *here { "（本学段）" } else { "" };
            line(
                out,
                depth,
                format_args!(
                    "{stage}{mark}：权重 {weight} × {pupils} 人 = {weighted}，分得 {share}"
                ),
            );
        }
        line(out, depth, format_args!("加权人数合计 {total}"));
    }
}

fn line(out: &mut String, depth: usize, text: fmt::Arguments<'_>) {
    let _ = writeln!(out, "{:width$}{text}", "", width = 2 * depth);
}
