//! Writing facts by the codes of the catalogue.

use domain::{Catalogue, Fact, Facts, OriginId, Value};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Sets facts, all of one origin, and remembers the codes that the catalogue does not know.
pub(crate) struct Pen<'a> {
    catalogue: &'a Catalogue,
    origin: OriginId,
    unknown: BTreeSet<String>,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue, origin: OriginId) -> Self {
        Self { catalogue, origin, unknown: BTreeSet::new() }
    }

    /// The codes asked for that the catalogue does not have.
    pub(crate) fn unknown(self) -> BTreeSet<String> {
        self.unknown
    }

    /// Sets a value.
    pub(crate) fn set(&mut self, facts: &mut Facts, code: &str, value: Value) {
        if let Some(item) = self.catalogue.id(code) {
            facts.set(item, Fact { value, origin: self.origin });
        } else if !self.unknown.contains(code) {
            self.unknown.insert(code.to_owned());
        }
    }

    /// A whole number.
    pub(crate) fn count(&mut self, facts: &mut Facts, code: &str, n: i64) {
        self.set(facts, code, Value::Number(Decimal::from(n)));
    }

    /// A decimal: `n` units of the last of `digits` places.
    pub(crate) fn amount(&mut self, facts: &mut Facts, code: &str, n: i64, digits: u32) {
        self.set(facts, code, Value::Number(Decimal::new(n, digits).normalize()));
    }

    /// 是 or 否.
    pub(crate) fn flag(&mut self, facts: &mut Facts, code: &str, holds: bool) {
        self.set(facts, code, Value::Flag(holds));
    }

    /// A code of a closed list.
    pub(crate) fn code(&mut self, facts: &mut Facts, code: &str, value: &str) {
        self.set(facts, code, Value::Code(value.into()));
    }

    /// A text.
    pub(crate) fn text(&mut self, facts: &mut Facts, code: &str, value: &str) {
        self.set(facts, code, Value::Text(value.into()));
    }

    /// `—`.
    pub(crate) fn none(&mut self, facts: &mut Facts, code: &str) {
        self.set(facts, code, Value::NotApplicable);
    }
}
