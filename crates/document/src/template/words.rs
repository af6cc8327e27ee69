//! Words that bend to the data, checked: texts with figures, choices, repetitions.
//!
//! Must not know: blocks, TOML, documents.

use super::condition::Condition;
use crate::figures::{Form, Path};
use std::collections::BTreeMap;

/// Words, ready to be filled.
#[derive(Clone, Debug)]
pub(super) enum Words {
    /// A text with figures in it.
    Text(Vec<Part>),
    /// One after the other.
    List(Vec<Words>),
    /// Said where a condition holds, else something else.
    When(Condition, Box<Words>, Box<Words>),
    /// One of several, by a verdict, a number, a direction or a flag.
    By(Path, BTreeMap<Case, Words>),
    /// Said of each thing of a list.
    Each(Repeat, Box<Repeated>),
}

/// What is said of each thing of a list.
#[derive(Clone, Debug)]
pub(super) struct Repeated {
    pub(super) text: Words,
    pub(super) join: String,
    /// Said where there is none.
    pub(super) none: Words,
}

/// A repetition over the things of a list.
#[derive(Clone, Debug)]
pub(super) struct Repeat {
    pub(super) list: Path,
    pub(super) filter: Option<Condition>,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// The template's own words.
    Said(String),
    /// A figure.
    Figure(Path, Form),
    /// A gap that a person fills within the line.
    Free { key: String, prompt: String, optional: bool },
}

/// The cases of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Case {
    Pass,
    Near,
    Fail,
    Missing,
    NotApplicable,
    Rise,
    Fall,
    Level,
    Unknown,
    None,
    One,
    Many,
    Yes,
    No,
}

impl Case {
    /// Its key in the pack.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Near => "near",
            Self::Fail => "fail",
            Self::Missing => "missing",
            Self::NotApplicable => "not_applicable",
            Self::Rise => "rise",
            Self::Fall => "fall",
            Self::Level => "level",
            Self::Unknown => "unknown",
            Self::None => "none",
            Self::One => "one",
            Self::Many => "many",
            Self::Yes => "yes",
            Self::No => "no",
        }
    }
}

impl Words {
    /// No words at all.
    pub(super) const fn nothing() -> Self {
        Self::List(Vec::new())
    }
}
