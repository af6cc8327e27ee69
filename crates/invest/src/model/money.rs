//! Rows of money and posts.

use super::{Builder, Cuts, Tag};
use crate::lattice::Approx;
use solver::Col;
use std::collections::BTreeMap;

impl Builder<'_> {
    /// What each category costs in each year, its discounted sum, who pays, and the posts.
    pub(super) fn money(&mut self, cuts: &Cuts) {
        let settings = &self.problem.settings;
        let discount: Vec<f64> =
            settings.horizon().map(|y| settings.discounted(y).approx()).collect();
        let mut spent: BTreeMap<(String, usize), Vec<(Col, f64)>> = BTreeMap::new();
        let mut posts: BTreeMap<usize, Vec<(Col, f64)>> = BTreeMap::new();
        let mut cost = Vec::new();
        for ((group, arrival), col) in &self.built.bring {
            let measure = &self.problem.costs.measures[group.measure];
            let decided = arrival - usize::from(measure.lead).min(*arrival);
            let (once, yearly) = (group.once.approx(), group.yearly.approx());
            let mut pay = |year: usize, amount: f64| {
                spent.entry((measure.category.clone(), year)).or_default().push((*col, amount));
                cost.push((*col, amount * discount[year]));
            };
            pay(decided, once);
            for year in *arrival..self.years {
                pay(year, yearly);
            }
            if measure.posts {
                posts.entry(decided).or_default().push((*col, 1.0));
            }
        }
        for ((j, t), col) in &self.built.start {
            let project = &settings.projects[*j];
            let amount = project.cost.approx();
            spent.entry((project.category.clone(), *t)).or_default().push((*col, amount));
            cost.push((*col, amount * discount[*t]));
        }
        self.built.cost = cost;
        self.posts(&posts);
        if !settings.funds.is_empty() {
            self.funds(spent, cuts);
        }
    }

    fn posts(&mut self, posts: &BTreeMap<usize, Vec<(Col, f64)>>) {
        let Some(quota) = &self.problem.settings.posts else { return };
        for (t, year) in self.problem.settings.horizon().enumerate() {
            if let Some(terms) = posts.get(&t) {
                let most = quota.get(&year).map_or(0.0, Approx::approx);
                let name = format!("posts {}", year.0);
                let row = self.built.model.at_most(&name, terms.iter().copied(), most);
                self.tag(row, Tag::Posts(t), 1.0, 1.0);
            }
        }
    }

    fn funds(&mut self, mut spent: BTreeMap<(String, usize), Vec<(Col, f64)>>, cuts: &Cuts) {
        let settings = &self.problem.settings;
        // Committed projects: a named fund pays them before anything else, others are shared out.
        let mut fixed: BTreeMap<(String, usize), f64> = BTreeMap::new();
        let mut taken: BTreeMap<(&str, usize), f64> = BTreeMap::new();
        for (t, year) in settings.horizon().enumerate() {
            for project in &settings.committed {
                let Some(amount) = project.payments.get(&year) else { continue };
                if let Some(fund) = &project.fund {
                    *taken.entry((fund, t)).or_insert(0.0) += amount.approx();
                } else {
                    let key = (project.category.clone(), t);
                    spent.entry(key.clone()).or_default();
                    *fixed.entry(key).or_insert(0.0) += amount.approx();
                }
            }
        }
        for ((category, t), terms) in spent {
            let mut row: Vec<(Col, f64)> = terms.into_iter().map(|(c, w)| (c, -w)).collect();
            for (f, fund) in settings.funds.iter().enumerate() {
                if fund.pays(&category) {
                    let name = format!("pay {category} {t} {}", fund.code);
                    let pay = self.built.model.continuous(&name, 0.0, f64::INFINITY, 0.0);
                    row.push((pay, 1.0));
                    self.built.pays.entry((f, t)).or_default().push(pay);
                }
            }
            let fixed = fixed.get(&(category.clone(), t)).copied().unwrap_or(0.0);
            self.built.model.equal(&format!("spend {category} {t}"), row, fixed);
        }
        for (f, fund) in settings.funds.iter().enumerate() {
            let mut terms: Vec<(Col, f64)> = Vec::new();
            let mut money = 0.0;
            let kept = super::rows::as_f64(settings.funds.len().max(1));
            for (t, year) in settings.horizon().enumerate() {
                if !fund.carry {
                    terms.clear();
                    money = 0.0;
                }
                let pays = self.built.pays.get(&(f, t)).into_iter().flatten();
                terms.extend(pays.map(|pay| (*pay, 1.0)));
                money += fund.budget.get(&year).map_or(0.0, Approx::approx);
                money -= taken.get(&(fund.code.as_str(), t)).copied().unwrap_or(0.0);
                money -= cuts.reserve.get(&t).copied().unwrap_or(0.0) / kept;
                let name = format!("money {} {}", fund.code, year.0);
                let row = self.built.model.at_most(&name, terms.iter().copied(), money.max(0.0));
                self.tag(row, Tag::Money(f, t), 1.0, 1.0);
            }
        }
    }
}
