//! HiGHS, the solver that plans are made with.

mod growing;

use crate::highs_log::Log;
use crate::model::Kind;
use crate::round::Rounded;
use crate::{
    Duals, Growing, Model, Settings, Solution, Solver, SolverError, Status, Stop, Version, Watch,
};
use ::highs::{HighsModelStatus, HighsSolutionStatus, Integrality, RowProblem, Sense, SolvedModel};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// [HiGHS](https://highs.dev) in this process: simplex, interior point, branch and cut.
///
/// In this process a solve ends at its limits, but a [`Cancel`](crate::Cancel) is looked at only
/// before it begins: HiGHS's own way to interrupt needs a callback, which safe code cannot give
/// it. [`Child`](crate::child::Child) can be cancelled at any moment.
///
/// All solves of one process must ask for the same number of threads: HiGHS sets up its pool at
/// the first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Highs;

/// Where one run of HiGHS writes.
#[derive(Debug)]
pub(crate) struct Files<'a> {
    /// Its log, always: it alone tells the count of nodes.
    pub(crate) log: &'a Path,
    /// Every better solution as it is found, where somebody may want it after a crash.
    pub(crate) best: Option<&'a Path>,
}

/// What [`Settings::light`] leaves out.
const LIGHT: [&str; 4] = [
    "mip_heuristic_run_rins",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_root_reduced_cost",
    "mip_allow_restart",
];

/// How often the log is looked at.
const GLANCE: Duration = Duration::from_millis(100);

impl Solver for Highs {
    fn version(&self) -> Version {
        use highs_sys::{HIGHS_VERSION_MAJOR, HIGHS_VERSION_MINOR, HIGHS_VERSION_PATCH};
        Version {
            name: "HiGHS".to_owned(),
            version: format!("{HIGHS_VERSION_MAJOR}.{HIGHS_VERSION_MINOR}.{HIGHS_VERSION_PATCH}"),
        }
    }

    fn solve_watched(
        &self,
        model: &Model,
        settings: &Settings,
        watch: &Watch<'_>,
    ) -> Result<Solution, SolverError> {
        model.check()?;
        settings.check()?;
        if watch.cancel.is_cancelled() {
            let status = Status::Unknown(Stop::Cancelled);
            return Ok(Solution::without_values(status, self.version()));
        }
        let started = Instant::now();
        let mut solution = with_log(settings.log.as_deref(), |files| match watch.progress {
            None => run(model, settings, files),
            Some(progress) => thread::scope(|scope| {
                let (done, waits) = channel::<()>();
                let mut log = Log::follow(files.log);
                scope.spawn(move || {
                    while waits.recv_timeout(GLANCE) == Err(RecvTimeoutError::Timeout) {
                        if let (true, Some(now)) = (log.poll(), log.progress.as_ref()) {
                            progress(now);
                        }
                    }
                });
                let solved = run(model, settings, files);
                drop(done);
                solved
            }),
        })?;
        solution.seconds = started.elapsed().as_secs_f64();
        Ok(solution)
    }

    fn growing(&self, model: &Model) -> Result<Option<Box<dyn Growing>>, SolverError> {
        growing::Warm::new(model).map(|warm| Some(Box::new(warm) as Box<dyn Growing>))
    }
}

/// Runs with a log file: the caller's, or one that is removed afterwards.
fn with_log(
    path: Option<&Path>,
    solve: impl FnOnce(&Files<'_>) -> Result<Solution, SolverError>,
) -> Result<Solution, SolverError> {
    if let Some(log) = path {
        return solve(&Files { log, best: None });
    }
    let folder = tempfile::tempdir().map_err(|error| failed(format!("临时文件夹：{error}")))?;
    let log: PathBuf = folder.path().join("highs.log");
    solve(&Files { log: &log, best: None })
}

fn failed(message: String) -> SolverError {
    SolverError::Failed { solver: "HiGHS".to_owned(), message }
}

/// One run, in this thread, of a model that has been checked.
pub(crate) fn run(
    model: &Model,
    settings: &Settings,
    files: &Files<'_>,
) -> Result<Solution, SolverError> {
    let mut log = Log::follow(files.log);
    let version = Highs.version();
    let solved = optimise(translate(model, true), model, settings, files);
    log.poll();
    let solved = match solved {
        // The status went with the error, but the log has it.
        Err(_) if log.out_of_memory => {
            return Ok(Solution::without_values(Status::Unknown(Stop::Memory), version));
        }
        other => other?,
    };
    let found = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let with = |stop| if found { Status::Feasible(stop) } else { Status::Unknown(stop) };
    let status = match solved.status() {
        HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => Status::Optimal,
        HighsModelStatus::Infeasible => Status::Infeasible,
        HighsModelStatus::Unbounded => Status::Unbounded,
        HighsModelStatus::UnboundedOrInfeasible => {
            // Without costs nothing is unbounded: what remains is whether there is a solution.
            let plain = optimise(translate(model, false), model, settings, files)?;
            match plain.status() {
                HighsModelStatus::Infeasible => Status::Infeasible,
                HighsModelStatus::Optimal => Status::Unbounded,
                _ => Status::Unknown(Stop::Trouble),
            }
        }
        HighsModelStatus::ReachedTimeLimit => with(Stop::Time),
        HighsModelStatus::ReachedSolutionLimit => with(Stop::Nodes),
        HighsModelStatus::ReachedMemoryLimit => with(Stop::Memory),
        HighsModelStatus::ReachedInterrupt => with(Stop::Cancelled),
        _ => with(Stop::Trouble),
    };
    let mut solution = match status {
        Status::Optimal | Status::Feasible(_) => {
            let mut values = solved.get_solution().columns().to_vec();
            values.truncate(model.columns());
            Solution::of(Rounded::of(model, values), status, version)
        }
        Status::Infeasible | Status::Unbounded | Status::Unknown(_) => {
            Solution::without_values(status, version)
        }
    };
    if model.has_integers() {
        if !matches!(status, Status::Infeasible | Status::Unbounded) {
            solution.set_bound(solved.double_info_value(c"mip_dual_bound").ok());
        }
    } else if status == Status::Optimal {
        solution.set_bound(solution.objective);
        solution.duals = Some(duals(model, &solved));
    }
    solution.nodes = log.nodes.unwrap_or_default();
    let iterations = [
        solved.simplex_iteration_count(),
        solved.ipm_iteration_count(),
        solved.crossover_iteration_count(),
    ];
    solution.iterations =
        iterations.into_iter().filter_map(|count| u64::try_from(count).ok()).sum();
    Ok(solution)
}

/// For a minimisation HiGHS's duals are those of [`Duals`], sign and all.
fn duals(model: &Model, solved: &SolvedModel) -> Duals {
    let solution = solved.get_solution();
    let mut columns = solution.dual_columns().to_vec();
    columns.truncate(model.columns());
    Duals { rows: solution.dual_rows().to_vec(), columns }
}

/// The model for HiGHS, with one column more: fixed at 1, its cost the constant of the objective.
/// So values and bounds carry the constant, gaps are relative to the true value, and no model is
/// empty.
fn translate(model: &Model, with_costs: bool) -> RowProblem {
    let mut problem = RowProblem::default();
    let cost = |cost: f64| if with_costs { cost } else { 0.0 };
    let columns: Vec<_> = model
        .all_columns()
        .map(|col| {
            let (lower, upper) = model.bounds(col);
            let kind = match model.kind(col) {
                Kind::Continuous => Integrality::Continuous,
                Kind::Integer | Kind::Binary => Integrality::Integer,
            };
            let cost = cost(model.cost(col));
            problem.add_column_with_integrality_kind(cost, lower..=upper, kind)
        })
        .collect();
    problem.add_column(cost(model.offset()), 1.0..=1.0);
    for row in model.all_rows() {
        let (lower, upper) = model.row_bounds(row);
        let terms = model.terms(row).iter();
        let terms = terms
            .filter_map(|&(col, factor)| Some((columns.get(col.index()).copied()?, factor)))
            .collect::<Vec<_>>();
        problem.add_row(lower..=upper, terms);
    }
    problem
}

fn optimise(
    problem: RowProblem,
    model: &Model,
    settings: &Settings,
    files: &Files<'_>,
) -> Result<SolvedModel, SolverError> {
    let mut highs = problem
        .try_optimise(Sense::Minimise)
        .map_err(|status| failed(format!("模型被拒绝（{status:?}）")))?;
    configure(&mut highs, settings, files)?;
    if let (true, Some(mut start)) = (model.has_integers(), model.start()) {
        start.push(1.0);
        // A start is a hint: one that HiGHS does not want is not used.
        let _ = highs.try_set_solution(Some(&start), None, None, None);
    }
    highs.try_solve().map_err(|status| failed(format!("求解失败（{status:?}）")))
}

fn configure(
    highs: &mut ::highs::Model,
    settings: &Settings,
    files: &Files<'_>,
) -> Result<(), SolverError> {
    let refused = |name: &str| failed(format!("不接受选项 {name}"));
    let mut number =
        |name: &str, value: f64| highs.try_set_option(name, value).map_err(|_| refused(name));
    number("mip_rel_gap", settings.gap)?;
    number("mip_abs_gap", settings.absolute_gap)?;
    number("mip_feasibility_tolerance", settings.feasibility)?;
    number("primal_feasibility_tolerance", settings.feasibility.min(1e-7))?;
    number("mip_min_logging_interval", 0.25)?;
    if let Some(limit) = settings.time_limit {
        number("time_limit", limit.as_secs_f64())?;
    }
    let capped = |value: u64| i32::try_from(value).unwrap_or(i32::MAX);
    let mut whole = |name: &str, value: u64| {
        highs.try_set_option(name, capped(value)).map_err(|_| refused(name))
    };
    whole("threads", settings.threads.into())?;
    whole("random_seed", settings.seed.into())?;
    if let Some(limit) = settings.node_limit {
        whole("mip_max_nodes", limit)?;
    }
    let mut text =
        |name: &str, value: &str| highs.try_set_option(name, value).map_err(|_| refused(name));
    text("parallel", if settings.threads > 1 { "on" } else { "off" })?;
    text("log_file", &files.log.to_string_lossy())?;
    if let Some(best) = files.best {
        text("mip_improving_solution_file", &best.to_string_lossy())?;
    }
    let mut flag =
        |name: &str, value: bool| highs.try_set_option(name, value).map_err(|_| refused(name));
    flag("output_flag", true)?;
    flag("log_to_console", false)?;
    for name in LIGHT {
        flag(name, !settings.light)?;
    }
    flag("mip_improving_solution_report_sparse", true)
}
