//! The assignment as a mixed integer model.
//!
//! Teacher i moves (yᵢ) by one of the ways xᵢⱼ: Σⱼ xᵢⱼ = yᵢ. Teachers who count alike are of one kind
//! τ; out(u, τ) and in(u, τ) are how many of a kind leave and reach a unit:
//!
//! ```text
//! Σ yᵢ = out(u, τ) over the teachers of the kind at the unit     Σᵢ xᵢᵤ = in(u, τ)
//! ```
//!
//! Every rule and every goal but wishes and commutes is a row over in and out. Only these are
//! integer: with them fixed the rest is a transport problem, whose corners are whole, so x and y come
//! out whole by themselves. Couples tie two teachers together, and their x are binary.
//!
//! Coefficients: with s pupils, v = v₀ + r·n the value after n more teachers, S pupils in all and
//! Q = Σ s·v, the rule CV ≤ τ is S·Σ s·v² ≤ (1 + τ²)·Q². The left side is convex in each n, and since n
//! is whole its piecewise linear form between whole numbers is exact. Q does not change where teachers
//! move between judged sections; otherwise Q² is replaced by its tangent at today's Q, which lies
//! below it, so that nothing is accepted wrongly.

mod kinds;
mod spread;
mod verdicts;

pub(crate) use verdicts::apart;

use super::Problem;
use super::follow::Step;
use super::settings::Coefficients;
use crate::rules::{Of, Who};
use domain::{Exact, Stage};
use solver::{Col, Kind as ColumnKind, Model, Row};
use std::collections::{BTreeMap, BTreeSet};

/// A goal, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Shortages by subject, then sections that fail, then values below their thresholds.
    People,
    /// Coefficients beyond their limits.
    Coefficients,
    /// Points of discontent.
    Points,
    /// Commutes of those who move.
    Commute,
    /// Moves, and of those who move the longest at their school.
    Moves,
}

impl Level {
    pub(crate) const ALL: [Self; 5] =
        [Self::People, Self::Coefficients, Self::Points, Self::Commute, Self::Moves];

    /// What a caller hears while it is searched for.
    pub(crate) const fn step(self) -> Step {
        match self {
            Self::People => Step::People,
            Self::Coefficients => Step::Coefficients,
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
    /// Which sections fail and which values are missed, in the order of their columns: fixed where
    /// a problem is large.
    pub(crate) pattern: Option<Vec<f64>>,
    /// Teachers who must move may stay: for explanations.
    pub(crate) soft: bool,
    /// The least and greatest change of each value that the rules of its section leave possible.
    pub(crate) reach: BTreeMap<(usize, usize), (i64, i64)>,
}

/// Units and kinds that are left, and that are reached.
pub(crate) type Goes = (BTreeSet<(usize, usize)>, BTreeSet<(usize, usize)>);

/// The model with the places of its parts.
#[derive(Default)]
pub(crate) struct Built {
    pub(crate) model: Model,
    /// Active ways: person, place among the person's ways, column.
    pub(crate) arcs: Vec<(usize, usize, Col)>,
    pub(crate) moves: Vec<Option<Col>>,
    pub(crate) person_rows: Vec<Option<Row>>,
    pub(crate) node_rows: BTreeMap<(usize, usize), Row>,
    pub(crate) tagged: Vec<(Row, Tag)>,
    pub(crate) held_rows: Vec<(Row, Level)>,
    shortages: Vec<Col>,
    fails: Vec<Col>,
    misses: Vec<Col>,
    /// How many of a kind leave and come, by unit and kind.
    out_nodes: Vec<((usize, usize), Col)>,
    in_nodes: Vec<((usize, usize), Col)>,
    /// What wishes cost over kinds.
    points: Vec<(Col, f64)>,
    /// Who goes to a pool.
    pub(crate) pool: Vec<Col>,
    hinges: Vec<Col>,
    spread: Vec<(Col, f64)>,
    /// Columns that are whole in every solution.
    pub(crate) whole: Vec<Col>,
    /// Of them those that say which sections fail and which values are missed.
    pub(crate) verdicts: Vec<Col>,
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
            Level::Points | Level::Commute => {
                let arcs = self.arcs.iter().filter_map(|(person, way, col)| {
                    Some((*col, arc_cost(problem, level, *person, *way)?))
                });
                let stay: i64 = problem.people.iter().map(|p| p.stay).sum();
                if level == Level::Commute {
                    return (arcs.collect(), 0.0);
                }
                (arcs.chain(self.points.iter().copied()).collect(), float(stay))
            }
            Level::Moves => {
                let terms = self.moves.iter().zip(&problem.people).filter_map(|(col, person)| {
                    col.map(|col| (col, float(100 - person.years.clamp(0, 40))))
                });
                (terms.collect(), 0.0)
            }
        }
    }

    /// Units and kinds that somebody leaves, and that somebody comes to.
    pub(crate) fn goes(&self, values: &[f64]) -> Goes {
        let taken = |nodes: &[((usize, usize), Col)]| {
            let some =
                nodes.iter().filter(|(_, col)| values.get(col.index()).is_some_and(|v| *v > 0.5));
            some.map(|(node, _)| *node).collect()
        };
        (taken(&self.out_nodes), taken(&self.in_nodes))
    }

    /// Which sections fail and which values are missed.
    pub(crate) fn pattern(&self, values: &[f64]) -> Vec<f64> {
        let value = |col: &Col| values.get(col.index()).map_or(0.0, |value| value.round());
        self.verdicts.iter().map(value).collect()
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
    let way = problem.people.get(person)?.ways.get(way)?;
    match level {
        Level::Points => Some(float(way.points)),
        Level::Commute => {
            let unknown = super::distance::hectometres(&problem.settings.commute);
            Some(f64::from(way.distance.unwrap_or(unknown)))
        }
        _ => None,
    }
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
    /// Each with the active ones of his or her ways.
    Each(&'a [BTreeSet<usize>]),
    /// The same, and whoever has idle ways may also go to a pool of his or her kind, from which posts
    /// with idle ways are filled: so there is always an assignment, and its prices say which ways
    /// are missing.
    Pooled(&'a [BTreeSet<usize>]),
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
            builder.people(active, false);
            builder.couples();
        }
        Detail::Pooled(active) => {
            builder.people(active, true);
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

    /// A column that says whether a section fails or a value is missed.
    fn verdict(&mut self) -> Col {
        let place = self.built.verdicts.len();
        let fixed = self.extra.pattern.as_ref().and_then(|pattern| pattern.get(place));
        let col = self.whole(fixed.map_or((0.0, 1.0), |value| (*value, *value)));
        self.built.verdicts.push(col);
        col
    }

    fn people(&mut self, active: &[BTreeSet<usize>], pooled: bool) {
        let mut into: BTreeMap<(usize, usize), Vec<(Col, f64)>> = BTreeMap::new();
        let mut from: BTreeMap<(usize, usize), Vec<(Col, f64)>> = BTreeMap::new();
        let mut pools: BTreeMap<usize, Vec<(Col, f64)>> = BTreeMap::new();
        let mut open: BTreeSet<(usize, usize)> = BTreeSet::new();
        // A goal over ways that is held cuts through the corners of the transport problem.
        let cut = self.extra.held.iter().any(|(level, _)| *level > Level::Coefficients);
        for (at, person) in self.problem.people.iter().enumerate() {
            if person.ways.is_empty() {
                self.built.moves.push(None);
                self.built.person_rows.push(None);
                continue;
            }
            let least = if person.must && !self.extra.soft { 1.0 } else { 0.0 };
            let moves = self.built.model.continuous("", least, 1.0, 0.0);
            let tied = person.spouse.is_some();
            let mut terms = vec![(moves, -1.0)];
            for (place, way) in person.ways.iter().enumerate() {
                // Every node that could be reached has its row, for the prices of idle ways.
                let node = into.entry((way.unit, person.kind)).or_default();
                if !active.get(at).is_some_and(|set| set.contains(&place)) {
                    open.insert((way.unit, person.kind));
                    continue;
                }
                let kind = if tied || cut { self.kind } else { ColumnKind::Continuous };
                let col = self.built.model.column("", kind, (0.0, 1.0), 0.0);
                self.built.arcs.push((at, place, col));
                node.push((col, 1.0));
                terms.push((col, 1.0));
            }
            if pooled && active.get(at).is_none_or(|set| set.len() < person.ways.len()) {
                let col = self.built.model.continuous("", 0.0, 1.0, 0.0);
                self.built.pool.push(col);
                pools.entry(person.kind).or_default().push((col, 1.0));
                terms.push((col, 1.0));
            }
            from.entry((person.unit, person.kind)).or_default().push((moves, 1.0));
            self.built.moves.push(Some(moves));
            self.built.person_rows.push(Some(self.built.model.equal("", terms, 0.0)));
        }
        for ((unit, kind), mut terms) in from {
            let col = self.whole((0.0, small(terms.len())));
            terms.push((col, -1.0));
            self.built.model.equal("", terms, 0.0);
            self.going[unit].push((kind, col));
        }
        for ((unit, kind), mut terms) in into {
            let col = self.whole((0.0, f64::INFINITY));
            terms.push((col, -1.0));
            if pooled && open.contains(&(unit, kind)) {
                let filled = self.built.model.continuous("", 0.0, f64::INFINITY, 0.0);
                pools.entry(kind).or_default().push((filled, -1.0));
                terms.push((filled, 1.0));
            }
            let row = self.built.model.equal("", terms, 0.0);
            self.built.node_rows.insert((unit, kind), row);
            self.coming[unit].push((kind, col));
        }
        for terms in pools.into_values() {
            self.built.model.equal("", terms, 0.0);
        }
    }

    /// xᵢⱼ ≤ Σ x of the spouse over the units near j, and staying, where the own one is near j.
    fn couples(&mut self) {
        let problem = self.problem;
        let mut by_person: BTreeMap<usize, Vec<(usize, Col)>> = BTreeMap::new();
        for (person, place, col) in &self.built.arcs {
            let Some(of) = problem.people.get(*person).filter(|p| p.spouse.is_some()) else {
                continue;
            };
            if let Some(way) = of.ways.get(*place) {
                by_person.entry(*person).or_default().push((way.unit, *col));
            }
        }
        for (at, person) in problem.people.iter().enumerate() {
            let Some(other) = person.spouse else { continue };
            let Some(them) = problem.people.get(other) else { continue };
            let theirs = by_person.get(&other).map(Vec::as_slice).unwrap_or_default();
            let mine = by_person.get(&at).map(Vec::as_slice).unwrap_or_default();
            for (unit, col) in mine {
                let mut terms = vec![(*col, 1.0)];
                let mut right = 0.0;
                if problem.couple_may(person, them, (*unit, them.unit)) {
                    right = 1.0;
                    terms.extend(self.built.moves.get(other).copied().flatten().map(|y| (y, 1.0)));
                }
                for (place, their) in theirs {
                    if problem.couple_may(person, them, (*unit, *place)) {
                        terms.push((*their, -1.0));
                    }
                }
                self.built.model.at_most("", terms, right);
            }
        }
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
                if let Some(col) = self.built.moves.get(at).copied().flatten() {
                    self.tag(Tag::Must(at), (1.0, FREE), vec![(col, 1.0)]);
                }
            }
        }
    }

    fn shares(&mut self) {
        let problem = self.problem;
        for (at, share) in problem.settings.shares.iter().enumerate() {
            let base = problem.share_base(share);
            let weight = |counts: bool| {
                let weight = if counts { 1.0 } else { 0.0 };
                if base.is_none() { weight - approx(&share.at_least) } else { weight }
            };
            let mut terms = Vec::new();
            for (person, col) in problem.people.iter().zip(&self.built.moves) {
                let Some(col) = col else { continue };
                if problem.counts_in(share, person.unit) {
                    let counts = (share.who == Who::All || person.backbone)
                        && (share.of != Of::Eligible || person.eligible);
                    terms.push((*col, weight(counts)));
                }
            }
            if self.built.moves.is_empty() {
                for (unit, list) in self.going.iter().enumerate() {
                    if problem.counts_in(share, unit) {
                        terms.extend(list.iter().map(|(kind, col)| {
                            let backbone = problem.kinds.get(*kind).is_some_and(|k| k.backbone);
                            (*col, weight(share.who == Who::All || backbone))
                        }));
                    }
                }
            }
            let least = match base {
                Some(base) => {
                    float(crate::posts::whole(&(&share.at_least * &Exact::from(base)).ceil()))
                }
                None => 0.0,
            };
            if terms.is_empty() && least > 0.0 {
                // Nobody may move, and somebody must: a row that cannot be met says so.
                let nobody = self.built.model.continuous("", 0.0, 0.0, 0.0);
                terms.push((nobody, 1.0));
            }
            self.tag(Tag::Share(at), (least, f64::INFINITY), terms);
        }
    }
}
