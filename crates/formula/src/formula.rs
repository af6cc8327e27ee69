//! A formula: read once, then evaluated, explained and printed.

use crate::evaluate::Evaluator;
use crate::tree::Expr;
use crate::{
    Env, Explanation, FormulaError, MissingInput, Outcome, Type, Vocabulary, chinese, explain,
    missing, parse, source,
};
use domain::{ItemId, Level, Place};
use std::collections::BTreeSet;

/// A formula with its types and units checked, for the places of one level.
#[derive(Clone, Debug)]
pub struct Formula {
    source: String,
    level: Level,
    result: Type,
    tree: Expr,
    items: Vec<ItemId>,
    parameters: Vec<usize>,
    definitions: Vec<usize>,
}

/// Two formulas are equal when they say the same, however they are spaced and bracketed.
impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.level == other.level && self.tree == other.tree
    }
}

impl Eq for Formula {}

impl Formula {
    /// Reads a formula for the places of `level`.
    ///
    /// # Errors
    /// [`FormulaError`] with line, column, excerpt and what was expected, at the first place where
    /// the text is no formula, a name is unknown, or types or units do not agree. Any text gives a
    /// formula or an error; none exhausts the stack.
    pub fn parse(
        source: &str,
        vocabulary: &Vocabulary<'_>,
        level: Level,
    ) -> Result<Self, FormulaError> {
        let (tree, result) = parse::parse(source, vocabulary, level)?;
        let (mut items, mut parameters) = (BTreeSet::new(), BTreeSet::new());
        let mut definitions = BTreeSet::new();
        tree.walk(&mut |node| match node {
            Expr::Item { id, .. } => drop(items.insert(*id)),
            Expr::Split(split) => drop(items.insert(split.pupils)),
            Expr::Parameter { index, .. } => drop(parameters.insert(*index)),
            Expr::Definition { index, .. } => drop(definitions.insert(*index)),
            _ => {}
        });
        Ok(Self {
            source: source.to_owned(),
            level,
            result,
            tree,
            items: items.into_iter().collect(),
            parameters: parameters.into_iter().collect(),
            definitions: definitions.into_iter().collect(),
        })
    }

    /// The type of its value.
    #[must_use]
    pub fn result(&self) -> &Type {
        &self.result
    }

    /// The level of the places that it is evaluated for.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// The text that it was read from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The items that it uses itself, in catalogue order. Those that its definitions use are
    /// theirs: see [`Formula::definitions`].
    pub fn items(&self) -> impl Iterator<Item = ItemId> {
        self.items.iter().copied()
    }

    /// Indices of the parameters that it uses itself.
    pub fn parameters(&self) -> impl Iterator<Item = usize> {
        self.parameters.iter().copied()
    }

    /// Indices of the definitions that it uses itself.
    pub fn definitions(&self) -> impl Iterator<Item = usize> {
        self.definitions.iter().copied()
    }

    /// Its value at a place of its level. At a place of another level, what is not seen from
    /// there is missing.
    #[must_use]
    pub fn evaluate(&self, env: &Env<'_>, place: Place<'_>) -> Outcome {
        // One lifetime for the tree, the environment and the place.
        fn run<'x>(tree: &'x Expr, env: &'x Env<'x>, place: Place<'x>) -> Outcome {
            Evaluator::new(env).eval(tree, place).to_outcome()
        }
        run(&self.tree, env, place)
    }

    /// How its value at a place comes about.
    #[must_use]
    pub fn explain(&self, env: &Env<'_>, place: Place<'_>) -> Explanation {
        explain::explain(self, env, place)
    }

    /// What keeps its value at a place from being known, each thing once, in the order in which
    /// the formula asks for them; empty unless the value is [`Outcome::Missing`].
    #[must_use]
    pub fn missing(&self, env: &Env<'_>, place: Place<'_>) -> Vec<MissingInput> {
        missing::missing(self, env, place)
    }

    /// Does it itself share a school's resource out among the school's sections?
    #[must_use]
    pub fn splits(&self) -> bool {
        let mut splits = false;
        self.tree.walk(&mut |node| splits |= matches!(node, Expr::Split(_)));
        splits
    }

    /// The formula in Chinese words: `高于规定学历教师数 ÷ 在校生数 × 100`.
    #[must_use]
    pub fn to_chinese(&self) -> String {
        chinese::names(&self.tree)
    }

    /// The formula in its canonical spelling; reading it again gives an equal formula.
    #[must_use]
    pub fn to_canonical(&self) -> String {
        source::print(&self.tree)
    }

    pub(crate) fn tree(&self) -> &Expr {
        &self.tree
    }
}
