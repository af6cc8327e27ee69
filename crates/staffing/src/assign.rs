//! Generalized assignment: every task to one agent at least cost, no agent beyond its capacity. What
//! pairings and principals' moves are made of.
//!
//! ```text
//! minimise Σ cᵢⱼ xᵢⱼ + Σ p·uⱼ    Σᵢ xᵢⱼ + uⱼ = 1    Σⱼ aᵢⱼ xᵢⱼ ≤ bᵢ    x, u binary
//! ```

use crate::StaffingError;
use serde::Serialize;
use solver::{Model, Settings, Solver, Status, Watch};
use std::time::Duration;

/// A task that an agent may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The agent.
    pub agent: usize,
    /// The task.
    pub task: usize,
    /// What it costs; below zero: what it is worth.
    pub cost: i64,
    /// What it takes of the agent's capacity.
    pub weight: i64,
}

/// An assignment to be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// Tasks.
    pub tasks: usize,
    /// The capacity of each agent.
    pub capacities: Vec<i64>,
    /// Who may take what.
    pub offers: Vec<Offer>,
    /// What a task costs that nobody takes; `None`: every task must be taken.
    pub untaken: Option<i64>,
}

/// The best assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assigned {
    /// The agent of each task.
    pub agents: Vec<Option<usize>>,
    /// Its cost.
    pub cost: i64,
    /// Proved to be the least?
    pub proved: bool,
}

/// Finds the assignment of least cost; `None` where there is none.
///
/// # Errors
/// [`StaffingError`] where the solver fails or is out of time without an assignment.
pub fn assign(
    problem: &Assignment,
    solver: &dyn Solver,
    limit: Duration,
) -> Result<Option<Assigned>, StaffingError> {
    let float = crate::rotation::float;
    let mut model = Model::new();
    let mut by_task = vec![Vec::new(); problem.tasks];
    let mut by_agent = vec![Vec::new(); problem.capacities.len()];
    let mut columns = Vec::with_capacity(problem.offers.len());
    for offer in &problem.offers {
        let col = model.binary("", float(offer.cost));
        columns.push(col);
        if let Some(row) = by_task.get_mut(offer.task) {
            row.push((col, 1.0));
        }
        if let Some(row) = by_agent.get_mut(offer.agent) {
            row.push((col, float(offer.weight)));
        }
    }
    for mut terms in by_task {
        terms.extend(problem.untaken.map(|cost| (model.binary("", float(cost)), 1.0)));
        if terms.is_empty() {
            return Ok(None);
        }
        model.equal("", terms, 1.0);
    }
    for (terms, capacity) in by_agent.into_iter().zip(&problem.capacities) {
        if !terms.is_empty() {
            model.at_most("", terms, float(*capacity));
        }
    }
    let settings = Settings { absolute_gap: 0.5, ..Settings::default() }.within(limit).to_gap(1e-9);
    let solution = solver.solve_watched(&model, &settings, &Watch::new())?;
    if solution.status == Status::Infeasible {
        return Ok(None);
    }
    if !solution.is_usable() {
        return Err(StaffingError::Stopped("到达时间上限".to_owned()));
    }
    let mut agents = vec![None; problem.tasks];
    let mut cost = 0;
    for (offer, col) in problem.offers.iter().zip(&columns) {
        if solution.value(*col) > 0.5
            && let Some(agent) = agents.get_mut(offer.task)
        {
            *agent = Some(offer.agent);
            cost += offer.cost;
        }
    }
    let open = i64::try_from(agents.iter().filter(|agent| agent.is_none()).count()).unwrap_or(0);
    cost += open * problem.untaken.unwrap_or(0);
    Ok(Some(Assigned { agents, cost, proved: solution.status == Status::Optimal }))
}
