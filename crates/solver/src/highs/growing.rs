//! Relaxations that HiGHS keeps with their basis.

use super::failed;
use crate::model::Kind;
use crate::round::Rounded;
use crate::{
    Col, Duals, Growing, Highs, Model, Row, Settings, Solution, Solver, SolverError, Status,
};
use crate::{Stop, Watch};
use ::highs::{ColProblem, HighsModelStatus, Row as HighsRow, Sense};
use std::time::Instant;

/// A model in HiGHS. Without one it has broken down at an earlier solve.
pub(super) struct Warm {
    highs: Option<::highs::Model>,
    rows: Vec<HighsRow>,
    /// The columns alone, to check values by.
    columns: Model,
    /// Seconds of all solves so far.
    spent: f64,
}

impl Warm {
    pub(super) fn new(model: &Model) -> Result<Self, SolverError> {
        let mut problem = ColProblem::default();
        let mut by_column: Vec<Vec<(HighsRow, f64)>> = vec![Vec::new(); model.columns()];
        let mut rows = Vec::with_capacity(model.rows());
        for row in model.all_rows() {
            let (lower, upper) = model.row_bounds(row);
            let there = problem.add_row(lower..=upper);
            rows.push(there);
            for (col, factor) in model.terms(row) {
                if let Some(terms) = by_column.get_mut(col.index()) {
                    terms.push((there, *factor));
                }
            }
        }
        let mut columns = Model::new();
        for (col, terms) in model.all_columns().zip(by_column) {
            let (lower, upper) = model.bounds(col);
            problem.add_column(model.cost(col), lower..=upper, terms);
            columns.column("", Kind::Continuous, (lower, upper), model.cost(col));
        }
        let highs = problem
            .try_optimise(Sense::Minimise)
            .map_err(|status| failed(format!("模型被拒绝（{status:?}）")))?;
        columns.set_offset(model.offset());
        Ok(Self { highs: Some(highs), rows, columns, spent: 0.0 })
    }
}

impl Growing for Warm {
    fn add(
        &mut self,
        cost: f64,
        (lower, upper): (f64, f64),
        terms: &[(Row, f64)],
    ) -> Result<Col, SolverError> {
        let Some(highs) = &mut self.highs else { return Err(failed("已中断".to_owned())) };
        let terms = terms
            .iter()
            .filter_map(|(row, factor)| Some((self.rows.get(row.index()).copied()?, *factor)));
        highs
            .try_add_column(cost, lower..=upper, terms)
            .map_err(|status| failed(format!("不接受新的列（{status:?}）")))?;
        Ok(self.columns.continuous("", lower, upper, cost))
    }

    fn solve(&mut self, settings: &Settings, watch: &Watch<'_>) -> Result<Solution, SolverError> {
        settings.check()?;
        let version = Highs.version();
        if watch.cancel.is_cancelled() {
            return Ok(Solution::without_values(Status::Unknown(Stop::Cancelled), version));
        }
        let begun = Instant::now();
        let Some(mut highs) = self.highs.take() else { return Err(failed("已中断".to_owned())) };
        highs.make_quiet();
        let refused = |_| failed("不接受选项".to_owned());
        let tolerance = settings.feasibility.min(1e-7);
        highs.try_set_option("primal_feasibility_tolerance", tolerance).map_err(refused)?;
        highs.try_set_option("parallel", "off").map_err(refused)?;
        let seed = i32::try_from(settings.seed).unwrap_or(i32::MAX);
        highs.try_set_option("random_seed", seed).map_err(refused)?;
        let threads = i32::try_from(settings.threads).unwrap_or(1);
        highs.try_set_option("threads", threads).map_err(refused)?;
        if let Some(limit) = settings.time_limit {
            // HiGHS counts the time of all solves of a model together.
            let until = self.spent + limit.as_secs_f64();
            highs.try_set_option("time_limit", until).map_err(refused)?;
        }
        let solved =
            highs.try_solve().map_err(|status| failed(format!("求解失败（{status:?}）")))?;
        let status = match solved.status() {
            HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => Status::Optimal,
            HighsModelStatus::Infeasible => Status::Infeasible,
            HighsModelStatus::Unbounded => Status::Unbounded,
            HighsModelStatus::ReachedTimeLimit => Status::Unknown(Stop::Time),
            _ => Status::Unknown(Stop::Trouble),
        };
        let mut solution = if status == Status::Optimal {
            let values = solved.get_solution();
            let mut solution = Solution::of(
                Rounded::of(&self.columns, values.columns().to_vec()),
                status,
                version,
            );
            solution.set_bound(solution.objective);
            solution.duals = Some(Duals {
                rows: values.dual_rows().to_vec(),
                columns: values.dual_columns().to_vec(),
            });
            solution
        } else {
            Solution::without_values(status, version)
        };
        solution.iterations = u64::try_from(solved.simplex_iteration_count()).unwrap_or(0);
        solution.seconds = begun.elapsed().as_secs_f64();
        self.spent += solution.seconds;
        self.highs = Some(solved.into());
        Ok(solution)
    }
}
