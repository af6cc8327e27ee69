//! Teachers one by one, with some of their ways.

use super::{Builder, Node, Side, small};
use crate::rotation::ways::{Ways, is_whole};
use solver::{Col, Kind as ColumnKind};
use std::collections::{BTreeMap, BTreeSet};

/// The terms of the rows of nodes.
type Sums = BTreeMap<Node, Vec<(Col, f64)>>;

impl Builder<'_> {
    /// Persons with their active ways. What is open and not active has its rows, for its price, and is
    /// stood for by pools; where all that is open is active there are none.
    pub(super) fn people(&mut self, active: &Ways, open: &Ways) {
        let problem = self.problem;
        let (mut from, mut into) = (Sums::new(), Sums::new());
        let mut most: BTreeMap<Node, i64> = BTreeMap::new();
        let mut idle: BTreeSet<(Side, Node)> = BTreeSet::new();
        for (at, person) in problem.people.iter().enumerate() {
            let here = (person.unit, person.kind);
            let kind = if is_whole(person) { self.kind } else { ColumnKind::Continuous };
            let mut terms = Vec::new();
            let mut lacks = false;
            for (place, way) in person.ways.iter().enumerate() {
                let there = (way.unit, person.kind);
                if active.has(at, place) {
                    let col = self.built.model.column("", kind, (0.0, 1.0), 0.0);
                    self.built.arcs.push((at, place, col));
                    terms.push((col, 1.0));
                    from.entry(here).or_default().push((col, 1.0));
                    into.entry(there).or_default().push((col, 1.0));
                } else if open.has(at, place) {
                    lacks = true;
                    idle.insert((Side::Out, here));
                    idle.insert((Side::In, there));
                    from.entry(here).or_default();
                    into.entry(there).or_default();
                }
            }
            let least = if person.must && !self.extra.soft { 1.0 } else { 0.0 };
            if lacks || !terms.is_empty() {
                *most.entry(here).or_default() += 1;
            }
            // One way is bounded by itself.
            let is_bound = least == 0.0 && !lacks && terms.len() < 2;
            let row = (!is_bound).then(|| self.built.model.row("", least, 1.0, terms));
            self.built.person_rows.push(row);
        }
        let mut pools: BTreeMap<usize, Vec<(Col, f64)>> = BTreeMap::new();
        for (side, sums, sign) in [(Side::Out, from, -1.0), (Side::In, into, 1.0)] {
            for (node, mut terms) in sums {
                let room = match side {
                    Side::Out => most.get(&node).map_or(0.0, |most| super::float(*most)),
                    Side::In => f64::INFINITY,
                };
                let col = self.node(side, node, (0.0, room));
                terms.push((col, -1.0));
                if idle.contains(&(side, node)) {
                    let other = self.built.model.continuous("", 0.0, f64::INFINITY, 0.0);
                    pools.entry(node.1).or_default().push((other, sign));
                    self.built.pool.push(other);
                    terms.push((other, 1.0));
                }
                let row = self.built.model.equal("", terms, 0.0);
                self.built.node_rows.insert((side, node), row);
            }
        }
        for (kind, terms) in pools {
            let row = self.built.model.equal("", terms, 0.0);
            self.built.pool_rows.insert(kind, row);
        }
    }

    /// xᵢⱼ ≤ Σ x of the spouse over the units near j, and staying, where the own one is near j.
    pub(super) fn couples(&mut self) {
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
                let stays = problem.couple_may(person, them, (*unit, them.unit));
                let mut terms = vec![(*col, 1.0)];
                for (place, their) in theirs {
                    // 1 where staying is near: who stays takes no way, who goes takes one.
                    let near = problem.couple_may(person, them, (*unit, *place));
                    let factor = small(usize::from(stays)) - small(usize::from(near));
                    if factor != 0.0 {
                        terms.push((*their, factor));
                    }
                }
                self.built.model.at_most("", terms, small(usize::from(stays)));
            }
        }
    }
}
