//! What can go wrong before there is a plan, each with a stable code.

use domain::{SchoolYear, change::ChangeError};
use packs::PackError;
use standard::StandardError;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum InvestError {
    /// A file is wrong; the error has its own code (`P-…`, `V-FILE-…`), place and excerpt.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The judge cannot judge.
    #[error(transparent)]
    Standard(#[from] StandardError),
    /// A measure cannot be applied to the facts.
    #[error("V-CHANGE-01 规划措施不能落到数据上：{0}")]
    Change(#[from] ChangeError),
    /// `V-PROB-07`: the pupils of the coming years cannot be forecast; the crate `forecast` says why.
    #[error("V-PROB-07 学生数推算不出来（{0}）：{1}")]
    Forecast(&'static str, String),
    /// `V-COST-01`: no cost catalogue of that id.
    #[error("V-COST-01 没有造价目录“{id}”。可用的目录：{known}")]
    UnknownCosts {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: String,
    },
    /// `V-PROB-01`: the horizon does not follow the data.
    #[error("V-PROB-01 规划年份应紧接数据年份 {data}，给的是 {found}；请改 first、years 或 finish")]
    Horizon {
        /// The year of the data.
        data: SchoolYear,
        /// What was given.
        found: String,
    },
    /// `V-PROB-02`: the standard has no rule for a section, so that there is nothing to plan for.
    #[error("V-PROB-02 标准“{0}”没有学校达标规则，不能据以规划")]
    NoRule(String),
    /// `V-PROB-03`: figures are missing; missing is not zero.
    #[error("V-PROB-03 缺少 {count} 项数据，不能规划；先补齐：{first}")]
    Missing {
        /// How many facts are missing.
        count: usize,
        /// The first of them in words.
        first: String,
    },
    /// `V-PROB-04`: the problem names what is not there.
    #[error("V-PROB-04 {0}")]
    Unknown(String),
    /// `V-PROB-05`: an indicator does not answer to a measure in a straight line.
    #[error("V-PROB-05 指标“{indicator}”不随措施“{measure}”按比例变化，不能用线性模型规划")]
    NotLinear {
        /// The indicator.
        indicator: String,
        /// The measure.
        measure: String,
    },
    /// `V-PROB-06`: committed projects need more money than there is.
    #[error("V-PROB-06 {year} 学年已定项目需 {needed} 万元，可用资金只有 {available} 万元")]
    Committed {
        /// The year.
        year: SchoolYear,
        /// What they cost.
        needed: String,
        /// What there is.
        available: String,
    },
    /// `V-PROB-08`: a shift of entrants or a merge cannot be carried out.
    #[error("V-PROB-08 {0}")]
    Regroup(String),
    /// `V-SOLVE-01`: the solver failed.
    #[error("V-SOLVE-01 求解器没有给出结果：{0}")]
    Solver(String),
    /// `V-SOLVE-02`: figures outgrew the numbers of the data items.
    #[error("V-SOLVE-02 数字超出范围：{0}")]
    Number(String),
}
