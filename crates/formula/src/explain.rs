//! Builds the explanation of a value: goes the way of the evaluation again and writes it down.

use crate::evaluate::Evaluator;
use crate::explanation::{figure, label, number_text};
use crate::number::Number;
use crate::places::{self, Visit};
use crate::tree::{Aggregate, Expr, Fold, Split};
use crate::value::Value;
use crate::{
    AggregateNote, ConditionNote, Contribution, Env, Explanation, Formula, Guests, InputFact,
    ParameterNote, Part, Shown, SplitNote, SplitShare, Type, chinese,
};
use domain::{Level, Place, Unit};

/// Contributions listed of an aggregate.
const LISTED: usize = 20;

pub(crate) fn explain<'x>(formula: &'x Formula, env: &'x Env<'x>, place: Place<'x>) -> Explanation {
    explanation(Evaluator::new(env), formula, place, String::new())
}

fn explanation<'a>(
    evaluator: Evaluator<'a>,
    formula: &'a Formula,
    place: Place<'a>,
    name: String,
) -> Explanation {
    let tree = formula.tree();
    let mut notes = Notes { evaluator, inputs: Vec::new(), parts: Vec::new() };
    notes.take(tree, place);
    Explanation {
        name,
        place: place.title(),
        formula: chinese::names(tree),
        figures: chinese::figures(evaluator, tree, place),
        result: Shown::new(evaluator.eval(tree, place).to_outcome(), formula.result()),
        inputs: notes.inputs,
        parts: notes.parts,
    }
}

struct Notes<'a> {
    evaluator: Evaluator<'a>,
    inputs: Vec<InputFact>,
    parts: Vec<Part>,
}

impl<'a> Notes<'a> {
    fn input(&mut self, input: InputFact) {
        if !self.inputs.contains(&input) {
            self.inputs.push(input);
        }
    }

    fn part(&mut self, part: Part) {
        if !self.parts.contains(&part) {
            self.parts.push(part);
        }
    }

    /// Notes the inputs and parts of the tree as far as the evaluation goes.
    fn take(&mut self, expr: &'a Expr, place: Place<'a>) {
        match expr {
            Expr::Number { .. } | Expr::Quoted(_) => {}
            Expr::Item { .. } => self.item(expr, place),
            Expr::BuiltIn(built_in) => {
                let value = self.evaluator.eval(expr, place);
                let owner = places::above(place, built_in.level()).unwrap_or(place);
                self.input(InputFact {
                    code: built_in.code().to_owned(),
                    zh: built_in.zh().to_owned(),
                    value: figure(&value, expr, self.evaluator.env.catalogue),
                    unit: String::new(),
                    place: owner.title(),
                    origin: None,
                    source: String::new(),
                });
            }
            Expr::Parameter { label, .. } => {
                let value = self.evaluator.eval(expr, place).to_outcome();
                let result = label.unit.clone().map_or(Type::Flag, Type::Number);
                self.part(Part::Parameter(ParameterNote {
                    name: label.code.clone(),
                    zh: label.zh.clone(),
                    value: Shown::new(value, &result),
                }));
            }
            Expr::Definition { index, level, .. } => {
                if let Some((definition, Some(above), inner)) =
                    self.evaluator.definition(*index, *level, place)
                {
                    let name = definition.zh.clone();
                    let nested = explanation(inner, &definition.formula, above, name);
                    self.part(Part::Definition(nested));
                }
            }
            Expr::Negate(x)
            | Expr::Not(x)
            | Expr::OneOf(x, _)
            | Expr::Convert { value: x, .. }
            | Expr::Round(_, x)
            | Expr::Known(x)
            | Expr::Applies(x) => self.take(x, place),
            Expr::Arithmetic(_, pair) | Expr::Compare(_, pair) | Expr::Logic(_, pair) => {
                pair.iter().for_each(|x| self.take(x, place));
            }
            Expr::Extreme(_, values) => values.iter().for_each(|x| self.take(x, place)),
            Expr::If(parts) => self.choice(parts, place),
            Expr::Split(split) => self.split(expr, split, place),
            Expr::Aggregate(aggregate) => {
                let note = self.aggregate(expr, aggregate, place);
                self.part(Part::Aggregate(note));
            }
        }
    }

    fn item(&mut self, expr: &'a Expr, place: Place<'a>) {
        let Expr::Item { id, level, label } = expr else { return };
        let env = self.evaluator.env;
        let fact = place.facts(*level).and_then(|facts| facts.get(*id));
        let value = match fact.map(|fact| &fact.value) {
            None => "缺".to_owned(),
            Some(domain::Value::Code(code)) => match self::label(code, expr, env.catalogue) {
                Some(zh) => format!("{zh}({code})"),
                None => code.to_string(),
            },
            Some(value) => value.to_string(),
        };
        let unit = label.unit.as_ref().filter(|unit| !unit.is_one());
        self.input(InputFact {
            code: label.code.clone(),
            zh: label.zh.clone(),
            value,
            unit: unit.filter(|_| fact.is_some()).map(ToString::to_string).unwrap_or_default(),
            place: places::above(place, *level).unwrap_or(place).title(),
            origin: fact.map(|fact| fact.origin.0),
            source: fact.map(|f| env.snapshot.origin(f.origin).to_string()).unwrap_or_default(),
        });
    }

    fn choice(&mut self, parts: &'a [Expr; 3], place: Place<'a>) {
        let [condition, then, otherwise] = parts;
        let holds = self.evaluator.eval(condition, place);
        self.take(condition, place);
        self.part(Part::Condition(ConditionNote {
            formula: chinese::names(condition),
            figures: chinese::figures(self.evaluator, condition, place),
            result: Shown::new(holds.to_outcome(), &Type::Flag),
        }));
        match holds {
            Value::Flag(true) => self.take(then, place),
            Value::Flag(false) => self.take(otherwise, place),
            _ => {}
        }
    }

    fn split(&mut self, expr: &'a Expr, split: &'a Split, place: Place<'a>) {
        let Place::Section(county, school, here) = place else { return };
        let evaluator = self.evaluator;
        let of_school = Place::School(county, school);
        self.take(&split.whole, of_school);
        let result = Type::Number(split.unit.clone());
        let mut shares = Vec::new();
        let mut total = Some(Number::ZERO);
        let guests = evaluator.guests(school);
        let alone = school.sections.len() == 1 && guests == Value::Number(Number::ZERO);
        for section in school.sections.iter().filter(|_| !alone) {
            let at = Place::Section(county, school, section);
            let pupils = crate::evaluate::fact(section.facts.value(split.pupils));
            let weighted = evaluator.weighted(section, split.pupils);
            match &weighted {
                Value::Number(share) => total = total.and_then(|sum| sum.plus(share)),
                Value::NotApplicable => {}
                _ => total = None,
            }
            let weight = evaluator.env.weights.get(section.stage.index());
            shares.push(SplitShare {
                stage: section.stage.zh().to_owned(),
                weight: weight.map(ToString::to_string).unwrap_or_default(),
                pupils: plain(&pupils),
                weighted: plain(&weighted),
                share: Shown::new(evaluator.eval(expr, at).to_outcome(), &result),
                here: section.stage == here.stage,
            });
        }
        if let Some(Guests { item, weight }) = evaluator.env.guests.filter(|_| !alone) {
            total = guests.clone().number().ok().zip(total).and_then(|(g, sum)| sum.plus(&g));
            let whole = evaluator.eval(&split.whole, of_school);
            let share = match (whole.number(), guests.clone().number(), &total) {
                (Ok(whole), Ok(guests), Some(total)) => {
                    Value::defined(whole.times(&guests).and_then(|product| product.over(total)))
                }
                _ => Value::Missing,
            };
            shares.push(SplitShare {
                stage: evaluator.env.catalogue.item(item).zh.clone(),
                weight: weight.to_string(),
                pupils: plain(&crate::evaluate::fact(school.facts.value(item))),
                weighted: plain(&guests),
                share: Shown::new(share.to_outcome(), &result),
                here: false,
            });
        }
        let total = match total {
            _ if shares.is_empty() => String::new(),
            Some(total) => number_text(&total),
            None => plain(&Value::Missing),
        };
        self.part(Part::Split(SplitNote {
            formula: chinese::names(&split.whole),
            figures: chinese::figures(evaluator, &split.whole, of_school),
            whole: Shown::new(evaluator.eval(&split.whole, of_school).to_outcome(), &result),
            total,
            shares,
            result: Shown::new(evaluator.eval(expr, place).to_outcome(), &result),
        }));
    }

    fn aggregate(
        &self,
        expr: &'a Expr,
        aggregate: &'a Aggregate,
        place: Place<'a>,
    ) -> AggregateNote {
        let evaluator = self.evaluator;
        let Env { snapshot, scope, .. } = *evaluator.env;
        let flags = matches!(aggregate.fold, Fold::All | Fold::Any | Fold::Share);
        let unit = match aggregate.fold {
            Fold::Count | Fold::Share => Some(Unit::ONE),
            _ => aggregate.unit.clone(),
        };
        let result = unit.map_or(Type::Flag, Type::Number);
        let mut note = AggregateNote {
            formula: chinese::aggregate(aggregate),
            visited: 0,
            excluded: 0,
            counted: 0,
            holding: flags.then_some(0),
            not_applicable: 0,
            missing: 0,
            undefined: 0,
            result: Shown::new(evaluator.eval(expr, place).to_outcome(), &result),
            contributions: Vec::new(),
            more: 0,
        };
        places::visit(snapshot, scope, place, aggregate.level, &mut |visit| {
            note.visited += 1;
            let element = match visit {
                Visit::Element(element) => element,
                Visit::Unlisted(at) => {
                    note.missing += 1;
                    let classes = aggregate.level == Level::Class;
                    let value =
                        if classes { "没有班级名册" } else { "没有专用教室清单" };
                    note.list(at, String::new(), value.to_owned());
                    return true;
                }
            };
            let (member, body) = evaluator.element(aggregate, element);
            let value = match (member, body) {
                (Value::Flag(false) | Value::NotApplicable, _) => {
                    note.excluded += 1;
                    return true;
                }
                (Value::Flag(_), Some(body)) => body,
                (Value::Flag(_), None) => Value::Flag(true),
                (unknown, _) => unknown,
            };
            let listed = match &value {
                Value::NotApplicable => {
                    note.not_applicable += 1;
                    false
                }
                Value::Missing => {
                    note.missing += 1;
                    true
                }
                Value::Undefined => {
                    note.undefined += 1;
                    true
                }
                Value::Flag(flag) => {
                    note.counted += 1;
                    note.holding = note.holding.map(|n| n + usize::from(*flag));
                    *flag == !matches!(aggregate.fold, Fold::All | Fold::Share)
                }
                _ => {
                    note.counted += 1;
                    true
                }
            };
            if listed {
                let figures = aggregate.body.as_ref().or(aggregate.filter.as_ref());
                let figures = figures
                    .map(|x| chinese::figures(evaluator, x, element))
                    .filter(|_| note.contributions.len() < LISTED);
                note.list(element, figures.unwrap_or_default(), plain(&value));
            }
            true
        });
        note
    }
}

impl AggregateNote {
    fn list(&mut self, place: Place<'_>, figures: String, value: String) {
        if self.contributions.len() < LISTED {
            self.contributions.push(Contribution { place: place.title(), figures, value });
        } else {
            self.more += 1;
        }
    }
}

/// A value outside its formula.
fn plain(value: &Value<'_>) -> String {
    match value {
        Value::Number(number) => number_text(number),
        other => Shown::new(other.to_outcome(), &Type::Flag).text,
    }
}
