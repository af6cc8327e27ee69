//! Rows of the shares: how many of whom must move.

use super::{Builder, Tag, approx, float, small};
use crate::rotation::people::Person;
use crate::rules::{Of, Share, Who};
use domain::Exact;
use solver::Col;
use std::collections::BTreeSet;

impl Builder<'_> {
    /// A share of a number that is known is a least number. A share of those who move is a row between
    /// two sums, which are columns of their own: a search settles them first.
    pub(super) fn shares(&mut self) {
        let problem = self.problem;
        for (at, share) in problem.settings.shares.iter().enumerate() {
            let all = self.moving(share, |_| true);
            let counted = self.moving(share, |backbone| share.who == Who::All || backbone);
            let base = problem.share_base(share);
            let least = base.map_or(0.0, |base| {
                float(crate::posts::whole(&(&share.at_least * &Exact::from(base)).ceil()))
            });
            let terms = match base {
                Some(_) => counted,
                None if all.is_empty() => Vec::new(),
                None => {
                    let (some, of) = (self.total(counted), self.total(all));
                    vec![(some, 1.0), (of, -approx(&share.at_least))]
                }
            };
            let mut terms = terms;
            if terms.is_empty() && least > 0.0 {
                // Nobody may move, and somebody must: a row that cannot be met says so.
                let nobody = self.built.model.continuous("", 0.0, 0.0, 0.0);
                terms.push((nobody, 1.0));
            }
            self.tag(Tag::Share(at), (least, f64::INFINITY), terms);
        }
    }

    /// Those who move and count for a share.
    fn moving(&self, share: &Share, is: impl Fn(bool) -> bool) -> Vec<(Col, f64)> {
        let problem = self.problem;
        let mut terms = Vec::new();
        for (unit, list) in self.going.iter().enumerate() {
            if problem.counts_in(share, unit) {
                let counted = list.iter().filter(|(kind, _)| {
                    is(problem.kinds.get(*kind).is_some_and(|kind| kind.backbone))
                });
                terms.extend(counted.map(|(_, col)| (*col, 1.0)));
            }
        }
        // Whoever moves by a decision and is not eligible is no part of a share of the eligible.
        let apart = |person: &Person| {
            share.of == Of::Eligible
                && !person.eligible
                && problem.counts_in(share, person.unit)
                && is(person.backbone)
        };
        let others: BTreeSet<usize> = problem
            .people
            .iter()
            .enumerate()
            .filter_map(|(at, person)| apart(person).then_some(at))
            .collect();
        let arcs = self.built.arcs.iter().filter(|(person, _, _)| others.contains(person));
        terms.extend(arcs.map(|(_, _, col)| (*col, -1.0)));
        terms
    }

    /// A sum as a column of its own.
    fn total(&mut self, terms: Vec<(Col, f64)>) -> Col {
        let col = self.whole((0.0, small(self.problem.people.len())));
        self.built.totals.push(col);
        self.built.model.equal("", terms.into_iter().chain([(col, -1.0)]), 0.0);
        col
    }
}
