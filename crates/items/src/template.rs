//! Sentences with figures in them: `{…}` holds a formula, printed with its value at the place.

use crate::read::{filled, refuse};
use domain::{Level, Place};
use formula::{Env, Formula, Outcome, Vocabulary};
use packs::{PackError, PackFile, Spanned};

/// Decimals of a figure in a sentence; trailing zeros are dropped.
const DIGITS: u8 = 4;

/// A Chinese sentence with formulas in braces.
#[derive(Clone, Debug)]
pub(crate) struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Words(String),
    Figure(Box<Formula>),
}

impl Template {
    /// Reads the sentence; its formulas are checked as any other.
    pub(crate) fn read(
        file: &PackFile,
        text: &Spanned<String>,
        vocabulary: &Vocabulary,
        level: Level,
    ) -> Result<Self, PackError> {
        filled(file, text, "说明文字")?;
        let source = text.get_ref();
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(open) = source[at..].find('{').map(|i| at + i) {
            let Some(close) = source[open..].find('}').map(|i| open + i) else {
                let span = file.inner(text, open..open + 1);
                return Err(PackError::at(file, span, "I-CHECK-03", "花括号没有成对"));
            };
            parts.push(Part::Words(source[at..open].to_owned()));
            let formula = Formula::parse(&source[open + 1..close], vocabulary, level);
            let formula = formula.map_err(|error| {
                let (from, to) = (error.span().start + open + 1, error.span().end + open + 1);
                let span = file.inner(text, from..to);
                PackError::at(file, span, error.code(), error.problem().to_string())
            })?;
            parts.push(Part::Figure(Box::new(formula)));
            at = close + 1;
        }
        parts.push(Part::Words(source[at..].to_owned()));
        Ok(Self(parts))
    }

    /// The sentence at a place.
    pub(crate) fn render(&self, env: &Env, place: Place) -> String {
        let shown = |part: &Part| match part {
            Part::Words(words) => words.clone(),
            Part::Figure(formula) => figure(&formula.evaluate(env, place)),
        };
        self.0.iter().map(shown).collect()
    }
}

fn figure(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Number(number) => number.to_short(DIGITS),
        Outcome::Flag(true) => "是".into(),
        Outcome::Flag(false) => "否".into(),
        Outcome::Code(text) | Outcome::Text(text) => text.to_string(),
        Outcome::NotApplicable => "—".into(),
        Outcome::Missing => "（未填）".into(),
        Outcome::Undefined => "（无法计算）".into(),
    }
}

/// Reads a formula of the pack; its errors are shown in the pack file.
pub(crate) fn formula(
    file: &PackFile,
    text: &Spanned<String>,
    vocabulary: &Vocabulary,
    level: Level,
) -> Result<Formula, PackError> {
    let source = text.get_ref();
    if source.split("split").skip(1).any(|rest| rest.trim_start().starts_with('(')) {
        let message = "检查不能使用 split：分摊的权重由各标准规定，检查与标准无关";
        return Err(refuse(file, text, "I-CHECK-04", message));
    }
    Formula::parse(source, vocabulary, level).map_err(|error| {
        let span = file.inner(text, error.span());
        PackError::at(file, span, error.code(), error.problem().to_string())
    })
}
