//! Teachers by kinds: how many of each leave and reach a section, whoever they are.

use super::{Builder, Node, Side, float};
use solver::Col;
use std::collections::BTreeMap;

impl Builder<'_> {
    /// How many of a kind leave and come; `balanced`: as many as leave somewhere come somewhere.
    pub(super) fn kinds(&mut self, balanced: bool) {
        let (leaving, coming) = self.ends();
        let mut kept: BTreeMap<usize, Vec<(Col, f64)>> = BTreeMap::new();
        for ((unit, kind), bounds) in leaving {
            let col = self.node(Side::Out, (unit, kind), bounds);
            kept.entry(kind).or_default().push((col, -1.0));
        }
        for ((unit, kind), most) in coming {
            let col = self.node(Side::In, (unit, kind), (0.0, most));
            kept.entry(kind).or_default().push((col, 1.0));
        }
        if balanced {
            for terms in kept.into_values() {
                self.built.model.equal("", terms, 0.0);
            }
        }
    }

    /// The same, and who goes where he or she has asked to: all others who leave are a pool of their
    /// kind, from which the posts that nobody has asked for are filled.
    pub(super) fn wishes(&mut self) {
        let (leaving, coming) = self.ends();
        let mut gone: BTreeMap<Node, Vec<(Col, f64)>> = BTreeMap::new();
        let mut come: BTreeMap<Node, Vec<(Col, f64)>> = BTreeMap::new();
        let mut pool: BTreeMap<usize, Vec<(Col, f64)>> = BTreeMap::new();
        // Those to whom all ways are the same count together.
        let mut plain: BTreeMap<(usize, usize, i64), i64> = BTreeMap::new();
        for person in &self.problem.people {
            let (Some(least), Some(most)) = (
                person.ways.iter().map(|way| way.points).min(),
                person.ways.iter().map(|way| way.points).max(),
            ) else {
                self.built.person_rows.push(None);
                continue;
            };
            let node = (person.unit, person.kind);
            if least == most {
                self.built.person_rows.push(None);
                *plain.entry((person.unit, person.kind, most)).or_default() += 1;
                continue;
            }
            let mut taken = Vec::new();
            let better = person.ways.iter().filter(|way| way.points < most);
            for (points, to) in better.map(|way| (way.points, Some(way.unit))).chain([(most, None)])
            {
                let col = self.built.model.continuous("", 0.0, 1.0, 0.0);
                self.built.points.push((col, float(points)));
                taken.push((col, 1.0));
                gone.entry(node).or_default().push((col, 1.0));
                match to {
                    Some(unit) => come.entry((unit, person.kind)).or_default().push((col, 1.0)),
                    None => pool.entry(person.kind).or_default().push((col, -1.0)),
                }
            }
            let row = self.built.model.at_most("", taken, 1.0);
            self.built.person_rows.push(Some(row));
        }
        for ((unit, kind, points), most) in plain {
            let col = self.built.model.continuous("", 0.0, float(most), 0.0);
            self.built.points.push((col, float(points)));
            gone.entry((unit, kind)).or_default().push((col, 1.0));
            pool.entry(kind).or_default().push((col, -1.0));
        }
        for (node, bounds) in leaving {
            let col = self.node(Side::Out, node, bounds);
            let terms = gone.remove(&node).unwrap_or_default();
            let row = self.built.model.equal("", terms.into_iter().chain([(col, -1.0)]), 0.0);
            self.built.node_rows.insert((Side::Out, node), row);
        }
        for (node, most) in coming {
            let col = self.node(Side::In, node, (0.0, most));
            let unasked = self.built.model.continuous("", 0.0, most, 0.0);
            pool.entry(node.1).or_default().push((unasked, 1.0));
            let terms = come.remove(&node).unwrap_or_default();
            let terms = terms.into_iter().chain([(unasked, 1.0), (col, -1.0)]);
            let row = self.built.model.equal("", terms, 0.0);
            self.built.node_rows.insert((Side::In, node), row);
        }
        for (kind, terms) in pool {
            let row = self.built.model.equal("", terms, 0.0);
            self.built.pool_rows.insert(kind, row);
        }
    }

    /// How many of a kind must and may leave each unit, and how many may come.
    fn ends(&self) -> (BTreeMap<Node, (f64, f64)>, BTreeMap<Node, f64>) {
        let mut leaving: BTreeMap<Node, (f64, f64)> = BTreeMap::new();
        let mut coming: BTreeMap<Node, f64> = BTreeMap::new();
        for person in self.problem.people.iter().filter(|person| !person.ways.is_empty()) {
            let bounds = leaving.entry((person.unit, person.kind)).or_default();
            bounds.0 += if person.must && !self.extra.soft { 1.0 } else { 0.0 };
            bounds.1 += 1.0;
            for way in &person.ways {
                *coming.entry((way.unit, person.kind)).or_default() += 1.0;
            }
        }
        (leaving, coming)
    }
}
