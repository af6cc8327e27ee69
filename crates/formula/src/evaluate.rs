//! Evaluation: the hot path. It allocates nothing for the look-up of a fact, and a missing value
//! carries no reason: [`crate::missing`] and [`crate::explain`] go the same way again and ask.

use crate::number::Number;
use crate::places::{self, Visit};
use crate::tree::{
    Aggregate, Arithmetic, BuiltIn, Comparison, Expr, Extreme, Fold, Logic, Quoted, Rounding, Split,
};
use crate::{Env, Outcome};
use domain::{ItemId, Level, Place, Section};
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
    fn defined(number: Option<Number>) -> Self {
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
    fn number(self) -> Result<Number, Self> {
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
    fn absence(&self) -> u8 {
        match self {
            Self::NotApplicable => 3,
            Self::Undefined => 2,
            Self::Missing => 1,
            _ => 0,
        }
    }
}

/// What an evaluation carries along.
#[derive(Clone, Copy)]
pub(crate) struct Evaluator<'a> {
    pub(crate) env: &'a Env<'a>,
    /// Definitions from here on may not be used: a definition uses only those before it, so that
    /// no circle of them is ever followed.
    definitions: usize,
    /// How many more definitions may stand within one another: bounds the stack.
    nesting: u8,
}

/// Definitions that may stand within one another.
const MAX_NESTING: u8 = 8;

impl<'a> Evaluator<'a> {
    pub(crate) fn new(env: &'a Env<'a>) -> Self {
        Self { env, definitions: env.definitions.len(), nesting: MAX_NESTING }
    }

    /// The formula of a definition, the place to evaluate it for, and the evaluator for it.
    pub(crate) fn definition(
        &self,
        index: usize,
        level: Level,
        place: Place<'a>,
    ) -> Option<(&'a crate::Definition, Option<Place<'a>>, Self)> {
        if index >= self.definitions {
            return None;
        }
        let nesting = self.nesting.checked_sub(1)?;
        let definition = self.env.definitions.get(index)?;
        let inner = Self { env: self.env, definitions: index, nesting };
        Some((definition, places::above(place, level), inner))
    }

    // Each kind of node has its own method, so that the frame of the recursion stays small.
    pub(crate) fn eval(&self, expr: &'a Expr, place: Place<'a>) -> Value<'a> {
        match expr {
            Expr::Number { value, .. } => Value::Number(value.clone()),
            Expr::Quoted(quoted) => Value::Code(&quoted.code),
            Expr::Item { id, level, .. } => item(*id, *level, place),
            Expr::BuiltIn(built_in) => self::built_in(*built_in, place),
            Expr::Parameter { index, .. } => self.parameter(*index),
            Expr::Definition { index, level, .. } => self.defined(*index, *level, place),
            Expr::Negate(x) => negate(self.eval(x, place)),
            Expr::Arithmetic(operator, pair) => self.arithmetic(*operator, pair, place),
            Expr::Compare(operator, pair) => self.compare(*operator, pair, place),
            Expr::OneOf(x, quoted) => one_of(self.eval(x, place), quoted),
            Expr::Convert { value, factor, .. } => convert(self.eval(value, place), factor),
            Expr::Logic(operator, pair) => self.logic(*operator, pair, place),
            Expr::Not(x) => not(self.eval(x, place)),
            Expr::If(parts) => self.choice(parts, place),
            Expr::Round(rounding, x) => round(*rounding, self.eval(x, place)),
            Expr::Extreme(extreme, values) => self.extreme(*extreme, values, place),
            Expr::Known(x) => known(&self.eval(x, place)),
            Expr::Applies(x) => applies(&self.eval(x, place)),
            Expr::Split(split) => self.split(split, place),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate, place),
        }
    }

    fn parameter(&self, index: usize) -> Value<'a> {
        self.env.parameters.get(index).map_or(Value::Missing, Value::from_outcome)
    }

    fn defined(&self, index: usize, level: Level, place: Place<'a>) -> Value<'a> {
        match self.definition(index, level, place) {
            None => Value::Undefined,
            Some((_, None, _)) => Value::Missing,
            Some((definition, Some(above), inner)) => inner.eval(definition.formula.tree(), above),
        }
    }

    fn arithmetic(
        &self,
        operator: Arithmetic,
        [left, right]: &'a [Expr; 2],
        place: Place<'a>,
    ) -> Value<'a> {
        let left = self.eval(left, place);
        arithmetic(operator, left, self.eval(right, place))
    }

    fn compare(
        &self,
        operator: Comparison,
        [left, right]: &'a [Expr; 2],
        place: Place<'a>,
    ) -> Value<'a> {
        let left = self.eval(left, place);
        compare(operator, &left, &self.eval(right, place))
    }

    fn logic(&self, operator: Logic, [left, right]: &'a [Expr; 2], place: Place<'a>) -> Value<'a> {
        let mut tally = Tally::of(operator);
        if tally.add(&self.eval(left, place)) {
            tally.add(&self.eval(right, place));
        }
        tally.result()
    }

    fn choice(&self, [condition, then, otherwise]: &'a [Expr; 3], place: Place<'a>) -> Value<'a> {
        match self.eval(condition, place) {
            Value::Flag(true) => self.eval(then, place),
            Value::Flag(false) => self.eval(otherwise, place),
            absent => absent,
        }
    }

    fn extreme(&self, extreme: Extreme, values: &'a [Expr], place: Place<'a>) -> Value<'a> {
        let mut best: Option<Number> = None;
        let mut absent: Option<Value<'a>> = None;
        for value in values {
            match self.eval(value, place).number() {
                Ok(number) => better(extreme, &mut best, number),
                Err(value) => {
                    if absent.as_ref().is_none_or(|a| a.absence() < value.absence()) {
                        absent = Some(value);
                    }
                }
            }
        }
        absent.unwrap_or_else(|| Value::defined(best))
    }

    /// A section's weight in its school: weight of the stage times pupils.
    pub(crate) fn weighted(&self, section: &'a Section, pupils: ItemId) -> Value<'a> {
        let Some(weight) = self.env.weights.get(section.stage.index()) else {
            return Value::Undefined;
        };
        match fact(section.facts.value(pupils)).number() {
            Ok(pupils) => Value::defined(pupils.times(&Number::from_exact(weight.clone()))),
            Err(absent) => absent,
        }
    }

    /// A section without pupils figures because it has none (`—`) takes no share.
    fn split(&self, split: &'a Split, place: Place<'a>) -> Value<'a> {
        let Place::Section(county, school, section) = place else { return Value::Undefined };
        let whole = match self.eval(&split.whole, Place::School(county, school)).number() {
            Ok(whole) => whole,
            Err(absent) => return absent,
        };
        if school.sections.len() == 1 {
            return Value::Number(whole);
        }
        let mine = match self.weighted(section, split.pupils).number() {
            Ok(mine) => mine,
            Err(absent) => return absent,
        };
        let mut total = Number::ZERO;
        for section in &school.sections {
            match self.weighted(section, split.pupils) {
                Value::Number(share) => match total.plus(&share) {
                    Some(sum) => total = sum,
                    None => return Value::Undefined,
                },
                Value::NotApplicable => {}
                absent => return absent,
            }
        }
        Value::defined(whole.times(&mine).and_then(|product| product.over(&total)))
    }

    fn aggregate(&self, aggregate: &'a Aggregate, place: Place<'a>) -> Value<'a> {
        let Env { snapshot, scope, .. } = *self.env;
        let mut folding = Folding::new(aggregate.fold);
        places::visit(snapshot, scope, place, aggregate.level, &mut |visit| match visit {
            Visit::Element(element) => {
                let (member, body) = self.element(aggregate, element);
                folding.add(&member, body)
            }
            Visit::Unlisted(_) => folding.unlisted(),
        });
        folding.result()
    }

    /// Whether an element belongs to the aggregate, and what it brings. What does not belong is
    /// not evaluated.
    pub(crate) fn element(
        &self,
        aggregate: &'a Aggregate,
        element: Place<'a>,
    ) -> (Value<'a>, Option<Value<'a>>) {
        let member = aggregate.filter.as_ref().map_or(Value::Flag(true), |x| self.eval(x, element));
        if matches!(member, Value::Flag(false) | Value::NotApplicable) {
            return (member, None);
        }
        let body = aggregate.body.as_ref().map(|x| self.eval(x, element));
        (member, body)
    }
}

/// The value of a fact; an absent one is missing.
pub(crate) fn fact(value: Option<&domain::Value>) -> Value<'_> {
    match value {
        None | Some(domain::Value::Date(_)) => Value::Missing,
        Some(domain::Value::Number(decimal)) => Value::Number(Number::from_decimal(*decimal)),
        Some(domain::Value::Flag(flag)) => Value::Flag(*flag),
        Some(domain::Value::Code(code)) => Value::Code(code),
        Some(domain::Value::Text(text)) => Value::Text(text),
        Some(domain::Value::NotApplicable) => Value::NotApplicable,
    }
}

fn item(id: ItemId, level: Level, place: Place<'_>) -> Value<'_> {
    fact(place.facts(level).and_then(|facts| facts.value(id)))
}

fn built_in(built_in: BuiltIn, place: Place<'_>) -> Value<'_> {
    let value = match built_in {
        BuiltIn::SchoolKind => place.school().map(|school| Value::Code(school.kind.code())),
        BuiltIn::IsCampus => place.school().map(|school| Value::Flag(school.parent.is_some())),
        BuiltIn::Stage => place.stage().map(|stage| Value::Code(stage.code())),
        BuiltIn::Attached => match places::above(place, Level::Section) {
            Some(Place::Section(_, _, section)) => Some(Value::Flag(section.attached)),
            _ => None,
        },
        BuiltIn::ClassGrade => match place {
            Place::Class(_, _, class) => Some(Value::Number(Number::count(class.grade.into()))),
            _ => None,
        },
        BuiltIn::RoomKind => match place {
            Place::Room(_, _, room) => Some(Value::Code(room.kind.code())),
            _ => None,
        },
    };
    value.unwrap_or(Value::Missing)
}

fn negate(value: Value<'_>) -> Value<'_> {
    value.number().map_or_else(|absent| absent, |number| Value::Number(number.negated()))
}

fn convert<'a>(value: Value<'a>, factor: &Number) -> Value<'a> {
    value.number().map_or_else(|absent| absent, |number| Value::defined(number.times(factor)))
}

fn round(rounding: Rounding, value: Value<'_>) -> Value<'_> {
    match value.number() {
        Ok(number) => Value::Number(match rounding {
            Rounding::Ceil => number.ceil(),
            Rounding::Floor => number.floor(),
            Rounding::Digits(digits) => number.round(digits),
        }),
        Err(absent) => absent,
    }
}

fn one_of<'a>(value: Value<'a>, quoted: &[Quoted]) -> Value<'a> {
    match value {
        Value::Code(text) | Value::Text(text) => {
            Value::Flag(quoted.iter().any(|quoted| &*quoted.code == text))
        }
        absent @ (Value::NotApplicable | Value::Missing) => absent,
        _ => Value::Undefined,
    }
}

fn not(value: Value<'_>) -> Value<'_> {
    if let Value::Flag(flag) = value { Value::Flag(!flag) } else { value }
}

fn known<'a>(value: &Value<'_>) -> Value<'a> {
    Value::Flag(!matches!(value, Value::Missing | Value::Undefined))
}

fn applies<'a>(value: &Value<'_>) -> Value<'a> {
    match value {
        Value::Missing => Value::Missing,
        value => Value::Flag(*value != Value::NotApplicable),
    }
}

fn arithmetic<'a>(operator: Arithmetic, left: Value<'a>, right: Value<'a>) -> Value<'a> {
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

fn stronger<'a>(left: Value<'a>, right: Value<'a>) -> Value<'a> {
    if left.absence() >= right.absence() { left } else { right }
}

fn compare<'a>(operator: Comparison, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
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

fn better(extreme: Extreme, best: &mut Option<Number>, number: Number) {
    let replace = best.as_ref().is_none_or(|best| match extreme {
        Extreme::Min => number < *best,
        Extreme::Max => number > *best,
    });
    if replace {
        *best = Some(number);
    }
}

/// Three-valued `and`, `or`, `all` and `any`, which pass over `—`.
struct Tally {
    /// The flag that decides at once: `false` for `and`, `true` for `or`.
    decisive: bool,
    decided: bool,
    seen: bool,
    absent: Absent,
}

/// What was met in the place of values.
#[derive(Default)]
struct Absent {
    skipped: bool,
    missing: bool,
    undefined: bool,
}

impl Absent {
    fn note(&mut self, value: &Value<'_>) {
        match value {
            Value::NotApplicable => self.skipped = true,
            Value::Missing => self.missing = true,
            _ => self.undefined = true,
        }
    }
}

impl Tally {
    fn of(operator: Logic) -> Self {
        let decisive = operator == Logic::Or;
        Self { decisive, decided: false, seen: false, absent: Absent::default() }
    }

    /// Returns whether the rest still matters.
    fn add(&mut self, value: &Value<'_>) -> bool {
        match value {
            Value::Flag(flag) if *flag == self.decisive => self.decided = true,
            Value::Flag(_) => self.seen = true,
            absent => self.absent.note(absent),
        }
        !self.decided
    }

    fn result<'a>(&self) -> Value<'a> {
        if self.decided {
            Value::Flag(self.decisive)
        } else if self.absent.missing {
            Value::Missing
        } else if self.absent.undefined {
            Value::Undefined
        } else if self.absent.skipped && !self.seen {
            Value::NotApplicable
        } else {
            Value::Flag(!self.decisive)
        }
    }
}

/// An aggregate being computed.
struct Folding {
    fold: Fold,
    /// For `all` and `any`.
    tally: Tally,
    sum: Option<Number>,
    best: Option<Number>,
    counted: usize,
    holding: usize,
    absent: Absent,
}

impl Folding {
    fn new(fold: Fold) -> Self {
        Self {
            fold,
            tally: Tally::of(if fold == Fold::Any { Logic::Or } else { Logic::And }),
            sum: Some(Number::ZERO),
            best: None,
            counted: 0,
            holding: 0,
            absent: Absent::default(),
        }
    }

    fn is_logical(&self) -> bool {
        matches!(self.fold, Fold::All | Fold::Any)
    }

    /// Classes or rooms that are not listed: some of them may be anything.
    fn unlisted(&mut self) -> bool {
        self.absent.missing = true;
        self.is_logical() && self.tally.add(&Value::Missing)
    }

    /// Adds an element; returns whether the rest still matters.
    fn add(&mut self, member: &Value<'_>, body: Option<Value<'_>>) -> bool {
        if matches!(member, Value::Flag(false) | Value::NotApplicable) {
            return true;
        }
        let belongs = *member == Value::Flag(true);
        if self.is_logical() {
            return self.tally.add(&match body {
                // An element that may not belong decides nothing, unless it would change nothing.
                Some(Value::Flag(flag)) if !belongs && flag == self.tally.decisive => {
                    member.clone()
                }
                Some(Value::NotApplicable) | None => Value::NotApplicable,
                Some(body) => body,
            });
        }
        if !belongs {
            self.absent.note(member);
            return true;
        }
        match body {
            None => self.counted += 1,
            Some(Value::Number(number)) => {
                self.counted += 1;
                match self.fold {
                    Fold::Extreme(extreme) => better(extreme, &mut self.best, number),
                    _ => self.sum = self.sum.take().and_then(|sum| sum.plus(&number)),
                }
            }
            Some(Value::Flag(flag)) => {
                self.counted += 1;
                self.holding += usize::from(flag);
            }
            Some(absent) => self.absent.note(&absent),
        }
        true
    }

    fn result<'a>(self) -> Value<'a> {
        if self.is_logical() {
            return self.tally.result();
        }
        if self.absent.undefined {
            return Value::Undefined;
        }
        if self.absent.missing {
            return Value::Missing;
        }
        if self.counted == 0 && self.absent.skipped {
            return Value::NotApplicable;
        }
        match self.fold {
            Fold::Count => Value::Number(Number::count(self.counted)),
            Fold::Share => {
                Value::defined(Number::count(self.holding).over(&Number::count(self.counted)))
            }
            Fold::Extreme(_) => Value::defined(self.best),
            _ => Value::defined(self.sum),
        }
    }
}
