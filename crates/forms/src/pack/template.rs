//! Texts of a pack with placeholders in braces, checked when the pack is read.

use packs::{PackError, PackFile, Spanned};

/// A text with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(&'static str),
}

/// Placeholders of heads: the number of the column as printed.
pub(crate) const OF_COLUMN: &[&str] = &["column"];

/// Placeholders of heads of columns that stand for every indicator.
pub(crate) const OF_INDICATOR: &[&str] = &["column", "code", "zh", "short", "unit"];

/// Placeholders of titles, captions, notes and sheet names.
pub(crate) const OF_SHEET: &[&str] = &[
    "county",
    "year",
    "date",
    "standard",
    "coefficient",
    "group",
    "primary_sections",
    "primary_combined",
    "primary_points",
    "junior_sections",
    "junior_combined",
    "junior_complete",
];

/// Placeholders of remarks on a parameter.
pub(crate) const OF_PARAMETER: &[&str] = &["zh", "value"];

impl Template {
    /// Reads a text; `known` are the placeholders that it may use.
    pub(crate) fn read(
        file: &PackFile,
        text: &Spanned<String>,
        known: &[&'static str],
    ) -> Result<Self, PackError> {
        let mut parts = Vec::new();
        let mut rest = text.get_ref().as_str();
        let refuse = |message: String, range: std::ops::Range<usize>| {
            let help = if known.is_empty() {
                "这里不能用花括号".to_owned()
            } else {
                format!(
                    "这里可用：{}",
                    known.iter().map(|k| format!("{{{k}}}")).collect::<Vec<_>>().join(" ")
                )
            };
            Err(PackError::at(file, file.inner(text, range), "FM-PACK-02", message).with_help(help))
        };
        while let Some((before, after)) = rest.split_once('{') {
            let start = text.get_ref().len() - after.len() - 1;
            let Some((name, tail)) = after.split_once('}') else {
                return refuse("花括号没有关上".into(), start..start + 1);
            };
            let Some(known) = known.iter().find(|k| **k == name) else {
                return refuse(
                    format!("不认识的占位词“{{{name}}}”"),
                    start..start + name.len() + 2,
                );
            };
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Name(known));
            rest = tail;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The text with every placeholder replaced.
    pub(crate) fn fill(&self, value: impl Fn(&str) -> String) -> String {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Name(name) => value(name),
            })
            .collect()
    }
}
