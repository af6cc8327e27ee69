//! Evaluation: the hot path. It allocates nothing for the look-up of a fact, and a missing value
//! carries no reason: [`crate::missing`] and [`crate::explain`] go the same way again and ask.

use crate::fold::{Folding, Tally};
use crate::number::Number;
use crate::places::{self, Visit};
use crate::tree::{Aggregate, Arithmetic, BuiltIn, Comparison, Expr, Extreme, Logic, Split};
use crate::value::{self, Value, better};
use crate::{Env, Guests};
use domain::{ItemId, Level, Place, School, Section};

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
            Expr::BuiltIn(asked) => built_in(*asked, place),
            Expr::Parameter { index, .. } => self.parameter(*index),
            Expr::Definition { index, level, .. } => self.defined(*index, *level, place),
            Expr::Negate(x) => value::negate(self.eval(x, place)),
            Expr::Arithmetic(operator, pair) => self.arithmetic(*operator, pair, place),
            Expr::Compare(operator, pair) => self.compare(*operator, pair, place),
            Expr::OneOf(x, quoted) => value::one_of(self.eval(x, place), quoted),
            Expr::Convert { value, factor, .. } => value::convert(self.eval(value, place), factor),
            Expr::Logic(operator, pair) => self.logic(*operator, pair, place),
            Expr::Not(x) => value::not(self.eval(x, place)),
            Expr::If(parts) => self.choice(parts, place),
            Expr::Round(rounding, x) => value::round(*rounding, self.eval(x, place)),
            Expr::Extreme(extreme, values) => self.extreme(*extreme, values, place),
            Expr::Known(x) => value::known(&self.eval(x, place)),
            Expr::Applies(x) => value::applies(&self.eval(x, place)),
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
        value::arithmetic(operator, left, self.eval(right, place))
    }

    fn compare(
        &self,
        operator: Comparison,
        [left, right]: &'a [Expr; 2],
        place: Place<'a>,
    ) -> Value<'a> {
        let left = self.eval(left, place);
        value::compare(operator, &left, &self.eval(right, place))
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

    /// Weighted persons of a school who belong to none of its sections; zero where nobody counts
    /// them or the school has none (`—`).
    pub(crate) fn guests(&self, school: &'a School) -> Value<'a> {
        let Some(Guests { item, weight }) = self.env.guests else {
            return Value::Number(Number::ZERO);
        };
        match fact(school.facts.value(item)).number() {
            Ok(persons) => Value::defined(persons.times(&Number::from_exact(weight.clone()))),
            Err(Value::NotApplicable) => Value::Number(Number::ZERO),
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
        let guests = match self.guests(school).number() {
            Ok(guests) => guests,
            Err(absent) => return absent,
        };
        if school.sections.len() == 1 && guests.is_zero() {
            return Value::Number(whole);
        }
        let mine = match self.weighted(section, split.pupils).number() {
            Ok(mine) => mine,
            Err(absent) => return absent,
        };
        let mut total = guests;
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

fn built_in(asked: BuiltIn, place: Place<'_>) -> Value<'_> {
    let value = match asked {
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
