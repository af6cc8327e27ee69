//! Relaxations that HiGHS keeps with their basis.

use super::failed;
use crate::model::Kind;
use crate::round::Rounded;
use crate::{
    Col, Duals, Growing, Highs, Model, Row, Settings, Solution, Solver, SolverError, Status,
};
use crate::{Stop, Watch};
use ::highs::{Col as HighsCol, ColProblem, HighsModelStatus, Row as HighsRow, RowProblem, Sense};
use std::time::Instant;

/// Values of `simplex_strategy`.
const CHOOSE: i32 = 0;
const DUAL: i32 = 1;
const PRIMAL: i32 = 4;
/// New columns that are few: with more of them the dual simplex was faster.
const FEW: usize = 50;

/// A model in HiGHS. Without one it has broken down at an earlier solve.
pub(super) struct Warm {
    highs: Option<::highs::Model>,
    rows: Vec<HighsRow>,
    cols: Vec<HighsCol>,
    /// The columns alone, to check values by.
    columns: Model,
    /// Columns that have come since the last solve.
    grown: usize,
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
        let mut cols = Vec::with_capacity(model.columns());
        let mut handles = RowProblem::default();
        for (col, terms) in model.all_columns().zip(by_column) {
            let (lower, upper) = model.bounds(col);
            problem.add_column(model.cost(col), lower..=upper, terms);
            // A problem built by columns gives no handles; those of one built by rows count alike.
            cols.push(handles.add_column(0.0, 0.0..=0.0));
            columns.column("", Kind::Continuous, (lower, upper), model.cost(col));
        }
        let highs = problem
            .try_optimise(Sense::Minimise)
            .map_err(|status| failed(format!("模型被拒绝（{status:?}）")))?;
        columns.set_offset(model.offset());
        Ok(Self { highs: Some(highs), rows, cols, columns, grown: 0, spent: 0.0 })
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
        let col = highs
            .try_add_column(cost, lower..=upper, terms)
            .map_err(|status| failed(format!("不接受新的列（{status:?}）")))?;
        self.cols.push(col);
        self.grown += 1;
        Ok(self.columns.continuous("", lower, upper, cost))
    }

    fn bounds(&self, col: Col) -> (f64, f64) {
        self.columns.bounds(col)
    }

    fn set_bounds(&mut self, col: Col, (lower, upper): (f64, f64)) -> Result<(), SolverError> {
        let Some(highs) = &mut self.highs else { return Err(failed("已中断".to_owned())) };
        if let Some(there) = self.cols.get(col.index()) {
            highs.change_column_bounds(*there, lower..=upper);
            self.columns.set_bounds(col, lower, upper);
        }
        Ok(())
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
        // New bounds leave the prices of a basis good, for the dual simplex; a few new columns leave its
        // values good, and where HiGHS chooses itself it takes the primal then.
        let is_few = (1..=FEW).contains(&std::mem::take(&mut self.grown));
        let strategy = if is_few { CHOOSE } else { DUAL };
        highs.try_set_option("solver", "choose").map_err(refused)?;
        highs.try_set_option("simplex_strategy", strategy).map_err(refused)?;
        let seed = i32::try_from(settings.seed).unwrap_or(i32::MAX);
        highs.try_set_option("random_seed", seed).map_err(refused)?;
        let threads = i32::try_from(settings.threads).unwrap_or(1);
        highs.try_set_option("threads", threads).map_err(refused)?;
        if let Some(limit) = settings.time_limit {
            // HiGHS counts the time of all solves of a model together.
            let until = self.spent + limit.as_secs_f64();
            highs.try_set_option("time_limit", until).map_err(refused)?;
        }
        let run = |highs: ::highs::Model| {
            highs.try_solve().map_err(|status| failed(format!("求解失败（{status:?}）")))
        };
        let mut solved = run(highs)?;
        // Now and then a basis ends next to the optimum and not in it: other ways lead there.
        for (option, other) in [("simplex", PRIMAL), ("ipm", DUAL)] {
            if !matches!(solved.status(), HighsModelStatus::Unknown | HighsModelStatus::SolveError)
            {
                break;
            }
            let mut again: ::highs::Model = solved.into();
            again.try_set_option("solver", option).map_err(refused)?;
            again.try_set_option("simplex_strategy", other).map_err(refused)?;
            solved = run(again)?;
        }
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
