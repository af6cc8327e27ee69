//! The assignment as a mixed integer model.
//!
//! Teacher i moves by at most one of the ways xᵢⱼ: Σⱼ xᵢⱼ ≤ 1. Teachers who count alike are of one kind
//! τ; out(u, τ) and in(u, τ) are how many of a kind leave and reach a unit:
//!
//! ```text
//! Σᵢ Σⱼ xᵢⱼ = out(u, τ) over the teachers of the kind at the unit     Σᵢ xᵢᵤ = in(u, τ)
//! ```
//!
//! Every rule and every goal but wishes, commutes and who moves is a row over in and out. Only these are
//! integer: with them fixed the rest is a transport problem, whose corners are whole, so x comes out
//! whole by itself; and so it does where a goal over ways is held at its proved best, which is a face of
//! that problem. Couples tie two teachers together, and their x are binary.
//!
//! Coefficients: with s pupils, v = v₀ + r·n the value after n more teachers, S pupils in all and
//! Q = Σ s·v, the rule CV ≤ τ is S·Σ s·v² ≤ (1 + τ²)·Q². The left side is convex in each n, and since n
//! is whole its piecewise linear form between whole numbers is exact. Q does not change where teachers
//! move between judged sections; otherwise Q² is replaced by its tangent at today's Q, which lies
//! below it, so that nothing is accepted wrongly.

mod kinds;
mod persons;
mod shares;
mod spread;
mod verdicts;

pub(crate) use verdicts::apart;

use super::Problem;
use super::follow::Step;
use super::settings::Coefficients;
use super::ways::Ways;
use domain::{Exact, Stage};
use solver::{Col, Kind as ColumnKind, Model, Row};
use std::collections::BTreeMap;

/// A goal, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Shortages by subject, then sections that fail, then values below their thresholds.
    People,
    /// Coefficients beyond their limits.
    Coefficients,
    /// Which sections fail and which values are missed: of equally many, those of the sections with the
    /// most pupils are mended first.
    Pupils,
    /// Points of discontent.
    Points,
    /// Commutes of those who move.
    Commute,
    /// Moves, and of those who move the longest at their school.
    Moves,
}

impl Level {
    pub(crate) const ALL: [Self; 6] =
        [Self::People, Self::Coefficients, Self::Pupils, Self::Points, Self::Commute, Self::Moves];

    /// What a caller hears while it is searched for.
    pub(crate) const fn step(self) -> Step {
        match self {
            Self::People => Step::People,
            Self::Coefficients => Step::Coefficients,
            Self::Pupils => Step::Pupils,
            Self::Points => Step::Points,
            Self::Commute => Step::Commute,
            Self::Moves => Step::Moves,
        }
    }
}

/// A rule behind a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Head(usize),
    Leave(usize),
    SubjectLeave(usize, usize),
    SubjectLeast(usize, usize),
    Backbone(usize),
    Share(usize),
    Passing(usize),
    Must(usize),
}

/// What is added to the model where it is needed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extra {
    /// Coefficients whose rows are there, and by how much their limits are tightened.
    pub(crate) spreads: BTreeMap<(Stage, usize), f64>,
    /// Goals that are reached and must be kept.
    pub(crate) held: Vec<(Level, f64)>,
    /// Which sections fail and which values are missed, in the order of their columns, once that is
    /// settled.
    pub(crate) pattern: Option<Vec<f64>>,
    /// How many of a kind may leave or come at most and least, as far as goals before have shown.
    pub(crate) narrow: BTreeMap<(Side, Node), (f64, f64)>,
    /// Teachers who must move may stay: for explanations.
    pub(crate) soft: bool,
    /// The least and greatest change of each value that the rules of its section leave possible.
    pub(crate) reach: BTreeMap<(usize, usize), (i64, i64)>,
}

/// Unit and kind.
pub(crate) type Node = (usize, usize);

/// Those who leave, or those who come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    Out,
    In,
}

/// The model with the places of its parts.
#[derive(Default)]
pub(crate) struct Built {
    pub(crate) model: Model,
    /// Active ways: person, place among the person's ways, column.
    pub(crate) arcs: Vec<(usize, usize, Col)>,
    /// The row of a person who has more than one way; of a person with a wish over kinds.
    pub(crate) person_rows: Vec<Option<Row>>,
    /// The rows that add up who leaves and who comes.
    pub(crate) node_rows: BTreeMap<(Side, Node), Row>,
    /// The rows of pools by kind.
    pub(crate) pool_rows: BTreeMap<usize, Row>,
    pub(crate) tagged: Vec<(Row, Tag)>,
    pub(crate) held_rows: Vec<(Row, Level)>,
    shortages: Vec<Col>,
    fails: Vec<Col>,
    misses: Vec<Col>,
    /// How many of a kind leave and come.
    pub(crate) nodes: Vec<((Side, Node), Col)>,
    /// What wishes cost over kinds.
    points: Vec<(Col, f64)>,
    /// Who goes to a pool.
    pub(crate) pool: Vec<Col>,
    hinges: Vec<Col>,
    spread: Vec<(Col, f64)>,
    /// Columns that are whole in every solution.
    pub(crate) whole: Vec<Col>,
    /// Of them those that say which sections fail and which values are missed: with the unit, and the
    /// indicator of a value.
    pub(crate) verdicts: Vec<(Col, (usize, Option<usize>))>,
    /// The sums that shares are taken of.
    pub(crate) totals: Vec<Col>,
}

impl Built {
    /// The terms of a goal and its constant.
    pub(crate) fn goal(&self, problem: &Problem, level: Level) -> (Vec<(Col, f64)>, f64) {
        match level {
            Level::People => {
                let fail = small(self.misses.len() + 1);
                let short = fail * small(self.fails.len() + 1);
                let mut terms: Vec<(Col, f64)> =
                    self.shortages.iter().map(|col| (*col, short)).collect();
                terms.extend(self.fails.iter().map(|col| (*col, fail)));
                terms.extend(self.misses.iter().map(|col| (*col, 1.0)));
                (terms, 0.0)
            }
            Level::Coefficients => match problem.settings.coefficients {
                Coefficients::Meet => (self.hinges.iter().map(|col| (*col, 1.0)).collect(), 0.0),
                Coefficients::Lower => (self.spread.clone(), 0.0),
            },
            // Settled one by one; those who move are few there.
            Level::Pupils => {
                let out = self.nodes.iter().filter(|((side, _), _)| *side == Side::Out);
                (out.map(|(_, col)| (*col, 1.0)).collect(), 0.0)
            }
            Level::Points | Level::Commute | Level::Moves => {
                let arcs = self.arcs.iter().filter_map(|(person, way, col)| {
                    Some((*col, arc_cost(problem, level, *person, *way)?))
                });
                if level != Level::Points {
                    return (arcs.collect(), 0.0);
                }
                let stay: i64 = problem.people.iter().map(|p| p.stay).sum();
                (arcs.chain(self.points.iter().copied()).collect(), float(stay))
            }
        }
    }

    /// Which sections fail and which values are missed.
    pub(crate) fn pattern(&self, values: &[f64]) -> Vec<f64> {
        let value = |col: Col| values.get(col.index()).map_or(0.0, |value| value.round());
        self.verdicts.iter().map(|(col, _)| value(*col)).collect()
    }

    /// Are the columns that must be whole whole in these values?
    pub(crate) fn is_whole(&self, values: &[f64]) -> bool {
        let whole = |col: Col| {
            values.get(col.index()).is_some_and(|value| (value - value.round()).abs() < 1e-6)
        };
        self.whole.iter().copied().all(whole) && self.arcs.iter().all(|(_, _, col)| whole(*col))
    }
}

/// What a way costs in a goal; `None` where the goal does not look at ways.
pub(crate) fn arc_cost(problem: &Problem, level: Level, person: usize, way: usize) -> Option<f64> {
    let person = problem.people.get(person)?;
    let way = person.ways.get(way)?;
    match level {
        Level::Points => Some(float(way.points)),
        Level::Commute => {
            let unknown = super::distance::hectometres(&problem.settings.commute);
            Some(f64::from(way.distance.unwrap_or(unknown)))
        }
        Level::Moves => Some(float(disruption(person))),
        Level::People | Level::Coefficients | Level::Pupils => None,
    }
}

/// What a move weighs: a hundred less the years at the school, at most forty. So few move, and of
/// those who may those longest at their school first.
pub(crate) fn disruption(person: &super::people::Person) -> i64 {
    100 - person.years.clamp(0, 40)
}

#[expect(clippy::cast_precision_loss, reason = "counts of persons are far below 2⁵³")]
pub(crate) fn float(value: i64) -> f64 {
    value as f64
}

fn small(count: usize) -> f64 {
    float(i64::try_from(count).unwrap_or(i64::MAX))
}

#[expect(
    clippy::disallowed_methods,
    reason = "rows of a model; the judge judges the result exactly"
)]
fn approx(value: &Exact) -> f64 {
    value.to_f64()
}

/// What of the teachers stands in a model.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Detail<'a> {
    /// Each with some ways.
    Each(&'a Ways),
    /// Each with some of the ways that are open; who leaves by other ways goes to a pool of the kind,
    /// from which posts are filled: so there is always an assignment, and its prices say which ways
    /// are missing.
    Pooled { active: &'a Ways, open: &'a Ways },
    /// Kinds only: whoever of a kind may go somewhere may stand for another of it. A relaxation
    /// whose bound holds for all assignments.
    Kinds,
    /// The same with the wishes of each: its points are a bound of theirs.
    Wishes,
}

/// Builds the model; `whole`: with integer columns, else its relaxation.
pub(crate) fn build(problem: &Problem, detail: Detail<'_>, extra: &Extra, whole: bool) -> Built {
    let mut builder = Builder::new(problem, extra, whole);
    match detail {
        Detail::Each(active) => {
            builder.people(active, active);
            builder.couples();
        }
        Detail::Pooled { active, open } => {
            builder.people(active, open);
            builder.couples();
        }
        Detail::Kinds => builder.kinds(true),
        Detail::Wishes => builder.wishes(),
    }
    builder.rules();
    builder.shares();
    builder.verdicts();
    builder.spreads();
    builder.held();
    builder.built
}

struct Builder<'a> {
    problem: &'a Problem,
    extra: &'a Extra,
    kind: ColumnKind,
    built: Built,
    /// in and out by unit: kind and column.
    coming: Vec<Vec<(usize, Col)>>,
    going: Vec<Vec<(usize, Col)>>,
}

impl<'a> Builder<'a> {
    fn new(problem: &'a Problem, extra: &'a Extra, whole: bool) -> Self {
        Self {
            problem,
            extra,
            kind: if whole { ColumnKind::Integer } else { ColumnKind::Continuous },
            built: Built::default(),
            coming: vec![Vec::new(); problem.units.len()],
            going: vec![Vec::new(); problem.units.len()],
        }
    }

    fn whole(&mut self, bounds: (f64, f64)) -> Col {
        let col = self.built.model.column("", self.kind, bounds, 0.0);
        self.built.whole.push(col);
        col
    }

    /// How many of a kind leave or come.
    fn node(&mut self, side: Side, node: Node, (least, most): (f64, f64)) -> Col {
        let (low, high) = self.extra.narrow.get(&(side, node)).copied().unwrap_or((least, most));
        let col = self.whole((least.max(low), most.min(high).max(least.max(low))));
        self.built.nodes.push(((side, node), col));
        match side {
            Side::Out => self.going[node.0].push((node.1, col)),
            Side::In => self.coming[node.0].push((node.1, col)),
        }
        col
    }

    /// A column that says whether a section fails or a value is missed.
    fn verdict(&mut self, unit: usize, indicator: Option<usize>) -> Col {
        let place = self.built.verdicts.len();
        let fixed = self.extra.pattern.as_ref().and_then(|pattern| pattern.get(place));
        let col = self.whole(fixed.map_or((0.0, 1.0), |value| (*value, *value)));
        self.built.verdicts.push((col, (unit, indicator)));
        col
    }

    /// Σ in − Σ out of a unit over the kinds that a weight is given to.
    fn change(&self, unit: usize, weight: impl Fn(usize) -> i64) -> Vec<(Col, f64)> {
        let weighted = |list: &[(usize, Col)], sign: f64| {
            list.iter()
                .filter_map(|(kind, col)| {
                    let weight = weight(*kind);
                    (weight != 0).then(|| (*col, sign * float(weight)))
                })
                .collect::<Vec<_>>()
        };
        let mut terms = weighted(&self.coming[unit], 1.0);
        terms.extend(weighted(&self.going[unit], -1.0));
        terms
    }

    fn tag(&mut self, tag: Tag, (least, most): (f64, f64), terms: Vec<(Col, f64)>) {
        if !terms.is_empty() {
            let row = self.built.model.row("", least, most, terms);
            self.built.tagged.push((row, tag));
        }
    }

    fn rules(&mut self) {
        const FREE: f64 = f64::INFINITY;
        let problem = self.problem;
        for (at, unit) in problem.units.iter().enumerate() {
            let is = |of: usize, subject: usize| {
                i64::from(problem.kinds.get(of).is_some_and(|kind| kind.subject == subject))
            };
            let backbone =
                |of: usize| i64::from(problem.kinds.get(of).is_some_and(|kind| kind.backbone));
            let head = (float(unit.head.0), float(unit.head.1));
            self.tag(Tag::Head(at), head, self.change(at, |_| 1));
            let leaving: Vec<(Col, f64)> = self.going[at].iter().map(|(_, c)| (*c, 1.0)).collect();
            self.tag(Tag::Leave(at), (-FREE, float(unit.leave)), leaving);
            let least = float(unit.backbone_least);
            self.tag(Tag::Backbone(at), (least, FREE), self.change(at, backbone));
            for (subject, bounds) in &unit.subjects {
                let leaving = self.going[at].iter().filter(|(kind, _)| is(*kind, *subject) == 1);
                let leaving: Vec<(Col, f64)> = leaving.map(|(_, col)| (*col, 1.0)).collect();
                let most = (-FREE, float(bounds.leave));
                self.tag(Tag::SubjectLeave(at, *subject), most, leaving);
                let change = self.change(at, |kind| is(kind, *subject));
                let least = float(bounds.least);
                self.tag(Tag::SubjectLeast(at, *subject), (least, FREE), change.clone());
                let now = bounds.shortage(0);
                if now > 0 {
                    // Teachers missing: at least what is missing now less what comes.
                    let col = self.built.model.continuous("", 0.0, float(now), 0.0);
                    let terms = change.into_iter().chain([(col, 1.0)]);
                    self.built.model.at_least("", terms, float(now));
                    self.built.shortages.push(col);
                }
            }
        }
        if self.extra.soft {
            let must = problem.people.iter().enumerate().filter(|(_, person)| person.must);
            for (at, _) in must {
                let own = self.built.arcs.iter().filter(|(person, _, _)| *person == at);
                let moves = own.map(|(_, _, col)| (*col, 1.0)).collect();
                self.tag(Tag::Must(at), (1.0, FREE), moves);
            }
        }
    }
}
