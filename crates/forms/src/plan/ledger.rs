//! The money of a plan by year and fund: what falls due, who pays it, what nobody pays.

use domain::{Exact, SchoolCode, SchoolYear};
use invest::Plan;
use invest::plan::{Action, CommittedPayment, Payment};
use invest::settings::Committed;
use std::collections::BTreeSet;

/// A plan's money with the years and funds that it has.
#[derive(Debug)]
pub struct Ledger<'a> {
    plan: &'a Plan,
    /// Every year that the plan speaks of, so that no money is lost.
    pub years: Vec<SchoolYear>,
    /// The funds: code and Chinese name, in the order of the plan's file.
    pub funds: Vec<(String, String)>,
}

impl<'a> Ledger<'a> {
    /// The money of a plan.
    #[must_use]
    pub fn of(plan: &'a Plan) -> Self {
        let payments = || {
            let committed = plan.committed.iter().flat_map(|c| &c.payments);
            plan.actions.iter().flat_map(|a| &a.payments).chain(committed)
        };
        let years: BTreeSet<SchoolYear> = plan
            .settings
            .horizon()
            .chain(plan.years.iter().map(|outcome| outcome.year))
            .chain(plan.actions.iter().map(|action| action.decided))
            .chain(payments().map(|payment| payment.year))
            .collect();
        let mut funds: Vec<(String, String)> =
            plan.settings.funds.iter().map(|f| (f.code.clone(), f.zh.clone())).collect();
        for payment in payments() {
            if !funds.iter().any(|(code, _)| *code == payment.fund) {
                funds.push((payment.fund.clone(), payment.fund.clone()));
            }
        }
        Self { plan, years: years.into_iter().collect(), funds }
    }

    /// What an action costs in a year: the price in the year of the decision, what it costs year
    /// by year from the year in which it counts. Nothing falls due where teachers leave.
    #[must_use]
    pub fn due(&self, action: &Action, year: SchoolYear) -> Exact {
        let mut unit = Exact::ZERO;
        if year == action.decided {
            unit = unit + action.once.clone();
        }
        if year >= action.counts && self.plan.years.iter().any(|outcome| outcome.year == year) {
            unit = unit + action.yearly.clone();
        }
        let due = &unit * &action.quantity;
        if due.is_negative() { Exact::ZERO } else { due }
    }

    /// The measures and projects of the plan in a year, all together.
    #[must_use]
    pub fn measures_due(&self, year: SchoolYear) -> Exact {
        self.plan.actions.iter().map(|action| self.due(action, year)).sum()
    }

    /// What funds pay for measures and projects of the plan in a year.
    #[must_use]
    pub fn measures_paid(&self, year: SchoolYear, fund: &str) -> Exact {
        self.plan.actions.iter().map(|a| paid(&a.payments, year, Some(fund))).sum()
    }

    /// What funds pay for projects that were decided before.
    #[must_use]
    pub fn committed_paid(&self, year: SchoolYear, fund: &str) -> Exact {
        self.plan.committed.iter().map(|c| paid(&c.payments, year, Some(fund))).sum()
    }

    /// What projects that were decided before cost in a year.
    #[must_use]
    pub fn committed_due(&self, year: SchoolYear) -> Exact {
        self.plan.committed.iter().map(|c| self.committed_of(c, year)).sum()
    }

    /// What one of them costs in a year of the horizon: as it was decided, or as it is paid where
    /// the plan does not say what was decided.
    #[must_use]
    pub fn committed_of(&self, project: &CommittedPayment, year: SchoolYear) -> Exact {
        match self.decided(project) {
            Some(decided) => decided.payments.get(&year).cloned().unwrap_or(Exact::ZERO),
            None => paid(&project.payments, year, None),
        }
    }

    /// The project as it was decided.
    #[must_use]
    pub fn decided(&self, project: &CommittedPayment) -> Option<&'a Committed> {
        self.plan.settings.committed.iter().find(|decided| decided.code == project.project)
    }

    /// What is due in a year and paid by no fund, all together.
    #[must_use]
    pub fn all_unpaid(&self, year: SchoolYear) -> Exact {
        let due = &self.measures_due(year) + &self.committed_due(year);
        let paid: Exact = self
            .funds
            .iter()
            .map(|(code, _)| &self.measures_paid(year, code) + &self.committed_paid(year, code))
            .sum();
        &due - &paid
    }

    /// Are there funds, and money that none of them pays? Then the tables have a place for it.
    #[must_use]
    pub fn has_unpaid(&self) -> bool {
        !self.funds.is_empty() && self.years.iter().any(|year| !self.all_unpaid(*year).is_zero())
    }

    /// The Chinese name of a fund.
    #[must_use]
    pub fn fund_zh(&self, code: &str) -> String {
        let found = self.funds.iter().find(|(known, _)| known == code);
        found.map_or_else(|| code.to_owned(), |(_, zh)| zh.clone())
    }

    /// The Chinese name of a category of costs.
    #[must_use]
    pub fn category_zh(&self, code: &str) -> String {
        let found = self.plan.costs.categories.iter().find(|category| category.code == code);
        found.map_or_else(|| code.to_owned(), |category| category.zh.clone())
    }

    /// The name of a school, by the sections that are judged.
    #[must_use]
    pub fn school_name(&self, code: &SchoolCode) -> String {
        let sections = self.plan.years.iter().flat_map(|outcome| &outcome.section_outcomes);
        let mut names = sections.filter(|s| s.school == *code).map(|s| s.name.clone());
        names.next().unwrap_or_else(|| code.to_string())
    }

    /// The names of the funds of some payments, each once.
    #[must_use]
    pub fn fund_names(&self, payments: &[Payment]) -> String {
        let mut names: Vec<String> = Vec::new();
        for payment in payments {
            let name = self.fund_zh(&payment.fund);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join("、")
    }
}

/// What is paid in a year, by one fund or by all.
#[must_use]
pub fn paid(payments: &[Payment], year: SchoolYear, fund: Option<&str>) -> Exact {
    payments
        .iter()
        .filter(|p| p.year == year && fund.is_none_or(|fund| p.fund == fund))
        .map(|p| p.amount.clone())
        .sum()
}
