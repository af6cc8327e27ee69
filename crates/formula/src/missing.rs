//! What keeps a value from being known.

use crate::evaluate::{Evaluator, fact};
use crate::number::Number;
use crate::places::{self, Visit};
use crate::tree::{Aggregate, Expr, Fold, Split};
use crate::value::Value;
use crate::{Env, Formula};
use domain::{ItemId, Level, Place, SchoolCode, Stage};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingReason {
    /// The fact was not entered.
    Fact,
    /// The section has no class roster.
    Classes,
    /// The school's music and art rooms are not listed.
    Rooms,
    /// The class is of a stage that its school does not have.
    Section,
    /// The parameter has no value.
    Parameter,
}

/// Something that a formula needs at a place and that is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MissingInput {
    /// The place in words: `青山九年一贯制学校 初中`; empty for a parameter.
    pub place: String,
    /// The school, where the place is one or belongs to one.
    pub school: Option<SchoolCode>,
    /// The stage, where the place has one.
    pub stage: Option<Stage>,
    /// The code of the item or the name of the parameter; empty where it is neither.
    pub code: String,
    /// Its Chinese name.
    pub zh: String,
    /// The item.
    #[serde(skip)]
    pub item: Option<ItemId>,
    /// Why.
    pub reason: MissingReason,
}

impl fmt::Display for MissingInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, zh, .. } = self;
        match self.reason {
            MissingReason::Fact => write!(f, "{place} 缺“{zh}”"),
            MissingReason::Classes => write!(f, "{place} 没有班级名册"),
            MissingReason::Rooms => write!(f, "{place} 没有音乐、美术专用教室清单"),
            MissingReason::Section => write!(f, "{place} 的学校没有登记该学段"),
            MissingReason::Parameter => write!(f, "参数“{zh}”没有取值"),
        }
    }
}

pub(crate) fn missing<'x>(
    formula: &'x Formula,
    env: &'x Env<'x>,
    place: Place<'x>,
) -> Vec<MissingInput> {
    let mut search = Search { found: Vec::new(), seen: BTreeSet::new() };
    search.look(&Evaluator::new(env), formula.tree(), place);
    search.found
}

struct Search {
    /// In the order of the formula.
    found: Vec<MissingInput>,
    seen: BTreeSet<MissingInput>,
}

impl Search {
    fn report(
        &mut self,
        place: Place<'_>,
        reason: MissingReason,
        item: Option<ItemId>,
        (code, zh): (&str, &str),
    ) {
        self.push(MissingInput {
            place: place.title(),
            school: place.school().map(|school| school.code.clone()),
            stage: place.stage(),
            code: code.to_owned(),
            zh: zh.to_owned(),
            item,
            reason,
        });
    }

    fn push(&mut self, input: MissingInput) {
        if self.seen.insert(input.clone()) {
            self.found.push(input);
        }
    }

    /// Follows the missing values only: what is absent and changes nothing is not asked for.
    fn look<'a>(&mut self, evaluator: &Evaluator<'a>, expr: &'a Expr, place: Place<'a>) {
        if evaluator.eval(expr, place) != Value::Missing {
            return;
        }
        match expr {
            Expr::Item { id, level, label } => {
                let owner = places::above(place, *level);
                let (at, reason) = owner
                    .map_or((place, MissingReason::Section), |owner| (owner, MissingReason::Fact));
                self.report(at, reason, Some(*id), (&label.code, &label.zh));
            }
            Expr::BuiltIn(built_in) => {
                let names = (built_in.code(), built_in.zh());
                self.report(place, MissingReason::Section, None, names);
            }
            Expr::Parameter { label, .. } => self.push(MissingInput {
                place: String::new(),
                school: None,
                stage: None,
                code: label.code.clone(),
                zh: label.zh.clone(),
                item: None,
                reason: MissingReason::Parameter,
            }),
            Expr::Definition { index, level, label } => {
                if let Some((definition, Some(above), inner)) =
                    evaluator.definition(*index, *level, place)
                {
                    self.look(&inner, definition.formula.tree(), above);
                } else {
                    let names = (label.code.as_str(), label.zh.as_str());
                    self.report(place, MissingReason::Section, None, names);
                }
            }
            Expr::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                match evaluator.eval(condition, place) {
                    Value::Flag(true) => self.look(evaluator, then, place),
                    Value::Flag(false) => self.look(evaluator, otherwise, place),
                    _ => self.look(evaluator, condition, place),
                }
            }
            Expr::Arithmetic(_, pair) | Expr::Compare(_, pair) | Expr::Logic(_, pair) => {
                pair.iter().for_each(|x| self.look(evaluator, x, place));
            }
            Expr::Extreme(_, values) => values.iter().for_each(|x| self.look(evaluator, x, place)),
            Expr::Negate(x)
            | Expr::Not(x)
            | Expr::OneOf(x, _)
            | Expr::Convert { value: x, .. }
            | Expr::Round(_, x)
            | Expr::Known(x)
            | Expr::Applies(x) => self.look(evaluator, x, place),
            Expr::Split(split) => self.split(evaluator, split, place),
            Expr::Aggregate(aggregate) => self.aggregate(evaluator, aggregate, place),
            Expr::Number { .. } | Expr::Quoted(_) => {}
        }
    }

    fn split<'a>(&mut self, evaluator: &Evaluator<'a>, split: &'a Split, place: Place<'a>) {
        let Place::Section(county, school, _) = place else { return };
        self.look(evaluator, &split.whole, Place::School(county, school));
        let guests = evaluator.guests(school);
        if let (Value::Missing, Some(guests)) = (&guests, evaluator.env.guests) {
            let item = evaluator.env.catalogue.item(guests.item);
            let names = (item.code.as_str(), item.zh.as_str());
            let at = Place::School(county, school);
            self.report(at, MissingReason::Fact, Some(guests.item), names);
        }
        if school.sections.len() == 1 && guests == Value::Number(Number::ZERO) {
            return;
        }
        for section in &school.sections {
            if fact(section.facts.value(split.pupils)) == Value::Missing {
                let item = evaluator.env.catalogue.item(split.pupils);
                let at = Place::Section(county, school, section);
                let names = (item.code.as_str(), item.zh.as_str());
                self.report(at, MissingReason::Fact, Some(split.pupils), names);
            }
        }
    }

    fn aggregate<'a>(
        &mut self,
        evaluator: &Evaluator<'a>,
        aggregate: &'a Aggregate,
        place: Place<'a>,
    ) {
        let Env { snapshot, scope, .. } = *evaluator.env;
        places::visit(snapshot, scope, place, aggregate.level, &mut |visit| {
            match visit {
                Visit::Unlisted(at) => {
                    let classes = aggregate.level == Level::Class;
                    let reason =
                        if classes { MissingReason::Classes } else { MissingReason::Rooms };
                    self.report(at, reason, None, ("", ""));
                }
                Visit::Element(element) => {
                    let (member, body) = evaluator.element(aggregate, element);
                    let harmless = match aggregate.fold {
                        Fold::All => body == Some(Value::Flag(true)),
                        Fold::Any => body == Some(Value::Flag(false)),
                        _ => false,
                    };
                    if !harmless {
                        if let Some(filter) = &aggregate.filter
                            && member == Value::Missing
                        {
                            self.look(evaluator, filter, element);
                        }
                        if let Some(inner) = &aggregate.body
                            && body == Some(Value::Missing)
                        {
                            self.look(evaluator, inner, element);
                        }
                    }
                }
            }
            true
        });
    }
}
