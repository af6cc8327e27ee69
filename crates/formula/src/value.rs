//! Values inside an evaluation, and what the operators make of them.
//!
//! What is absent carries through: `—` before division by zero before missing.

use crate::Outcome;
use crate::number::Number;
use crate::tree::{Arithmetic, Comparison, Extreme, Quoted, Rounding};
use std::cmp::Ordering;

/// A value on its way through the tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Number(Number),
    Flag(bool),
    Code(&'a str),
    Text(&'a str),
    NotApplicable,
    Missing,
    Undefined,
}

impl<'a> Value<'a> {
    /// A result of arithmetic that may not exist.
    pub(crate) fn defined(number: Option<Number>) -> Self {
        number.map_or(Self::Undefined, Self::Number)
    }

    pub(crate) fn from_outcome(outcome: &'a Outcome) -> Self {
        match outcome {
            Outcome::Number(exact) => Self::Number(Number::from_exact(exact.clone())),
            Outcome::Flag(flag) => Self::Flag(*flag),
            Outcome::Code(code) => Self::Code(code),
            Outcome::Text(text) => Self::Text(text),
            Outcome::NotApplicable => Self::NotApplicable,
            Outcome::Missing => Self::Missing,
            Outcome::Undefined => Self::Undefined,
        }
    }

    pub(crate) fn to_outcome(&self) -> Outcome {
        match self {
            Self::Number(number) => Outcome::Number(number.to_exact()),
            Self::Flag(flag) => Outcome::Flag(*flag),
            Self::Code(code) => Outcome::Code((*code).into()),
            Self::Text(text) => Outcome::Text((*text).into()),
            Self::NotApplicable => Outcome::NotApplicable,
            Self::Missing => Outcome::Missing,
            Self::Undefined => Outcome::Undefined,
        }
    }

    /// The number; otherwise what stands in its place.
    pub(crate) fn number(self) -> Result<Number, Self> {
        match self {
            Self::Number(number) => Ok(number),
            Self::NotApplicable | Self::Missing | Self::Undefined => Err(self),
            // The checker lets numbers only come here; an environment that was built against
            // another vocabulary may bring something else.
            Self::Flag(_) | Self::Code(_) | Self::Text(_) => Err(Self::Undefined),
        }
    }

    /// How strongly an absence carries through arithmetic: what does not apply does not apply,
    /// and what divides by zero does so whatever the missing figures are.
    pub(crate) fn absence(&self) -> u8 {
        match self {
            Self::NotApplicable => 3,
            Self::Undefined => 2,
            Self::Missing => 1,
            _ => 0,
        }
    }
}

pub(crate) fn negate(value: Value<'_>) -> Value<'_> {
    value.number().map_or_else(|absent| absent, |number| Value::Number(number.negated()))
}

pub(crate) fn convert<'a>(value: Value<'a>, factor: &Number) -> Value<'a> {
    value.number().map_or_else(|absent| absent, |number| Value::defined(number.times(factor)))
}

pub(crate) fn round(rounding: Rounding, value: Value<'_>) -> Value<'_> {
    match value.number() {
        Ok(number) => Value::Number(match rounding {
            Rounding::Ceil => number.ceil(),
            Rounding::Floor => number.floor(),
            Rounding::Digits(digits) => number.round(digits),
        }),
        Err(absent) => absent,
    }
}

pub(crate) fn one_of<'a>(value: Value<'a>, quoted: &[Quoted]) -> Value<'a> {
    match value {
        Value::Code(text) | Value::Text(text) => {
            Value::Flag(quoted.iter().any(|quoted| &*quoted.code == text))
        }
        absent @ (Value::NotApplicable | Value::Missing) => absent,
        _ => Value::Undefined,
    }
}

pub(crate) fn not(value: Value<'_>) -> Value<'_> {
    if let Value::Flag(flag) = value { Value::Flag(!flag) } else { value }
}

pub(crate) fn known<'a>(value: &Value<'_>) -> Value<'a> {
    Value::Flag(!matches!(value, Value::Missing | Value::Undefined))
}

pub(crate) fn applies<'a>(value: &Value<'_>) -> Value<'a> {
    match value {
        Value::Missing => Value::Missing,
        value => Value::Flag(*value != Value::NotApplicable),
    }
}

pub(crate) fn arithmetic<'a>(operator: Arithmetic, left: Value<'a>, right: Value<'a>) -> Value<'a> {
    match (left.number(), right.number()) {
        (Ok(left), Ok(right)) => Value::defined(match operator {
            Arithmetic::Add => left.plus(&right),
            Arithmetic::Subtract => left.minus(&right),
            Arithmetic::Multiply => left.times(&right),
            Arithmetic::Divide => left.over(&right),
        }),
        // Whatever the missing dividend is, nothing is divided by zero.
        (Err(Value::Missing), Ok(right)) if operator == Arithmetic::Divide && right.is_zero() => {
            Value::Undefined
        }
        (Ok(_), Err(absent)) | (Err(absent), Ok(_)) => absent,
        (Err(left), Err(right)) => stronger(left, right),
    }
}

pub(crate) fn stronger<'a>(left: Value<'a>, right: Value<'a>) -> Value<'a> {
    if left.absence() >= right.absence() { left } else { right }
}

pub(crate) fn compare<'a>(operator: Comparison, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
    let ordering = match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::Flag(a), Value::Flag(b)) => a.cmp(b),
        (Value::Code(a) | Value::Text(a), Value::Code(b) | Value::Text(b)) => a.cmp(b),
        _ if left.absence() == 0 && right.absence() == 0 => return Value::Undefined,
        _ => return stronger(left.clone(), right.clone()),
    };
    Value::Flag(match operator {
        Comparison::Equal => ordering == Ordering::Equal,
        Comparison::NotEqual => ordering != Ordering::Equal,
        Comparison::Less => ordering == Ordering::Less,
        Comparison::LessOrEqual => ordering != Ordering::Greater,
        Comparison::Greater => ordering == Ordering::Greater,
        Comparison::GreaterOrEqual => ordering != Ordering::Less,
    })
}

pub(crate) fn better(extreme: Extreme, best: &mut Option<Number>, number: Number) {
    let replace = best.as_ref().is_none_or(|best| match extreme {
        Extreme::Min => number < *best,
        Extreme::Max => number > *best,
    });
    if replace {
        *best = Some(number);
    }
}
