//! Parameters: the open points of a standard, with dated values and the source of each value.

use crate::StandardError;
use crate::evaluation::ParameterUse;
use domain::{Exact, Unit};
use formula::{Outcome, Type};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What a parameter may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 是 or 否.
    Flag,
    /// A number in a unit.
    Number(Unit),
    /// One of several codes with Chinese labels.
    Choice(BTreeMap<String, String>),
}

/// A value from a date on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// First day on which it holds.
    pub from: Date,
    /// The value.
    pub value: Outcome,
    /// The document that gives it.
    pub source: String,
    /// Grade of certainty.
    pub grade: String,
}

/// A parameter of a standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in formulas and options.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// What it may be.
    pub kind: Kind,
    /// What it is about.
    pub text: String,
    /// Values, earliest first.
    pub values: Vec<Dated>,
}

impl Parameter {
    /// The type in formulas.
    #[must_use]
    pub fn formula_type(&self) -> Type {
        match &self.kind {
            Kind::Flag => Type::Flag,
            Kind::Number(unit) => Type::Number(unit.clone()),
            Kind::Choice(_) => Type::Code,
        }
    }

    /// Reads a value: `是`/`否`, a decimal in the parameter's unit, or a choice's code or label.
    ///
    /// # Errors
    /// A Chinese sentence saying what is allowed.
    pub fn read(&self, text: &str) -> Result<Outcome, String> {
        match &self.kind {
            Kind::Flag => match text {
                "是" | "on" | "true" => Ok(Outcome::Flag(true)),
                "否" | "off" | "false" => Ok(Outcome::Flag(false)),
                _ => Err(format!("“{text}”不是“是”或“否”")),
            },
            Kind::Number(unit) => Exact::parse(text)
                .ok()
                .filter(|number| !number.is_negative())
                .map(Outcome::Number)
                .ok_or_else(|| format!("“{text}”不是以“{unit}”为单位、不小于 0 的数（只写数字）")),
            Kind::Choice(options) => options
                .iter()
                .find(|(code, zh)| *code == text || *zh == text)
                .map(|(code, _)| Outcome::Code(code.as_str().into()))
                .ok_or_else(|| {
                    let known: Vec<_> =
                        options.iter().map(|(c, zh)| format!("{c}({zh})")).collect();
                    format!("“{text}”不在可选值之中：{}", known.join("、"))
                }),
        }
    }

    /// The value that holds on a date; `None` before the first one.
    #[must_use]
    pub fn at(&self, date: Date) -> Option<&Dated> {
        self.values.iter().rev().find(|dated| dated.from <= date)
    }

    /// A value in words.
    #[must_use]
    pub fn show(&self, value: &Outcome) -> String {
        match (&self.kind, value) {
            (_, Outcome::Flag(flag)) => (if *flag { "是" } else { "否" }).to_owned(),
            (Kind::Number(unit), Outcome::Number(n)) if unit.is_one() => n.to_string(),
            (Kind::Number(unit), Outcome::Number(n)) => format!("{n} {unit}"),
            (Kind::Choice(options), Outcome::Code(code)) => {
                options.get(&**code).cloned().unwrap_or_else(|| code.to_string())
            }
            _ => "此日期尚无规定".to_owned(),
        }
    }
}

/// The parameters of a standard at a date, with the user's own values.
///
/// # Errors
/// [`StandardError::UnknownParameter`] or [`StandardError::BadParameter`] for the user's values.
pub(crate) fn resolve(
    parameters: &[Parameter],
    date: Date,
    user: &BTreeMap<String, String>,
) -> Result<(Vec<Outcome>, Vec<ParameterUse>), StandardError> {
    if let Some(code) = user.keys().find(|code| parameters.iter().all(|p| p.code != **code)) {
        return Err(StandardError::UnknownParameter {
            code: code.clone(),
            known: parameters.iter().map(|p| p.code.clone()).collect::<Vec<_>>().join("、"),
        });
    }
    let mut values = Vec::with_capacity(parameters.len());
    let mut applied = Vec::with_capacity(parameters.len());
    for known in parameters {
        let (value, source, grade) = match (user.get(&known.code), known.at(date)) {
            (Some(text), _) => {
                let value = known.read(text).map_err(|message| StandardError::BadParameter {
                    code: known.code.clone(),
                    message,
                })?;
                (value, "用户设定".to_owned(), "用户设定".to_owned())
            }
            (None, Some(dated)) => (dated.value.clone(), dated.source.clone(), dated.grade.clone()),
            (None, None) => (Outcome::Missing, String::new(), String::new()),
        };
        applied.push(ParameterUse {
            code: known.code.clone(),
            zh: known.zh.clone(),
            value: known.show(&value),
            grade,
            source,
        });
        values.push(value);
    }
    Ok((values, applied))
}
