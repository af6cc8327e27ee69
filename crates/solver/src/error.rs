//! What can go wrong around a solve. That a model has no solution is not among it: that is a
//! [`Status`](crate::Status), because it is an answer.

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SolverError {
    /// A figure of the model is not a number, or infinite where it must be finite.
    #[error("O-MODEL-01 优化模型的{place}不是有限的数。请检查费用、数量和上下限的输入")]
    NotFinite {
        /// Which column or row, by name, and which of its figures.
        place: String,
    },
    /// A lower bound above its upper bound.
    #[error("O-MODEL-02 优化模型中 {name} 的下限 {lower} 大于上限 {upper}。请检查输入的上下限")]
    Bounds {
        /// The column or row, by name.
        name: String,
        /// The lower bound.
        lower: String,
        /// The upper bound.
        upper: String,
    },
    /// A row, an objective or a start speaks of a column that the model does not have.
    #[error("O-MODEL-03 优化模型的 {name} 用到了不存在的第 {column} 列（共 {columns} 列）")]
    UnknownColumn {
        /// The row or objective, by name.
        name: String,
        /// The column's index.
        column: usize,
        /// How many columns there are.
        columns: usize,
    },
    /// The model is larger than the solver's index type.
    #[error("O-MODEL-04 优化模型太大：{what} {count}，求解器最多接受 {limit}。请减少学校数或年数")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        count: usize,
        /// How much there may be.
        limit: usize,
    },
    /// A setting that means nothing, such as a negative gap.
    #[error("O-SET-01 求解设置 {name} 的值 {value} 无效：{why}")]
    Setting {
        /// The setting's name.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        why: &'static str,
    },
    /// The solver itself reports a failure.
    #[error(
        "O-SOLVE-01 求解器 {solver} 报告错误：{message}。可换用另一求解器，或放宽误差上限后重试"
    )]
    Failed {
        /// The solver.
        solver: String,
        /// What it says.
        message: String,
    },
    /// The worker process could not be started or spoken to.
    #[error("O-CHILD-01 无法运行求解进程 {program}：{cause}。请检查程序文件是否可执行")]
    Start {
        /// The program that was to run.
        program: String,
        /// What the system says.
        cause: String,
    },
    /// The worker process ended without an answer and without a solution to fall back to.
    #[error(
        "O-CHILD-02 求解进程异常退出（{how}），没有得到任何方案。请减小规模或提高内存上限后重试"
    )]
    Crashed {
        /// Exit code or signal, and the first line that the worker wrote to standard error.
        how: String,
    },
    /// What came through the pipe is not what this version of the program writes.
    #[error("O-CHILD-03 求解进程返回的内容无法读取：{cause}。请确认两端是同一版本的程序")]
    Protocol {
        /// What did not fit.
        cause: String,
    },
}
