//! What can go wrong with a standard, each with a stable code.

use packs::PackError;

/// Why a standard cannot be loaded or applied.
#[derive(Debug, thiserror::Error)]
pub enum StandardError {
    /// A pack file is wrong; the error has its own code (`P-…`, `F-…`, `S-PACK-…`), place and
    /// excerpt.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// `S-STD-01`: no pack of that id.
    #[error("S-STD-01 没有标准“{id}”。可用的标准：{known}")]
    Unknown {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: String,
    },
    /// `S-STD-02`: the packs build on each other in a circle.
    #[error("S-STD-02 标准“{0}”直接或间接以自身为基础")]
    Circle(String),
    /// `S-PAR-01`: the user set a parameter that the standard does not have.
    #[error("S-PAR-01 没有参数“{code}”。可设的参数：{known}")]
    UnknownParameter {
        /// The code.
        code: String,
        /// The codes there are.
        known: String,
    },
    /// `S-PAR-02`: the user's value is not allowed.
    #[error("S-PAR-02 参数 {code}：{message}")]
    BadParameter {
        /// The code.
        code: String,
        /// What is allowed.
        message: String,
    },
    /// `S-APPLY-01`: the standard is not in force in the school year.
    #[error("S-APPLY-01 标准“{title}”自 {from} 起施行{}，不能用于 {year} 学年的数据", until(*to))]
    NotInForce {
        /// The standard.
        title: String,
        /// Its first day.
        from: jiff::civil::Date,
        /// Its last day; `None` while it is in force.
        to: Option<jiff::civil::Date>,
        /// The school year.
        year: domain::SchoolYear,
    },
    /// `S-APPLY-02`: merging branches gives facts that are no snapshot.
    #[error("S-APPLY-02 并入主校后的数据不成立：{0}")]
    Merge(#[from] domain::SealError),
    /// `S-EXPLAIN-01`: the thing to explain does not exist.
    #[error("S-EXPLAIN-01 {0}")]
    NothingToExplain(String),
}

/// The last day in words.
fn until(to: Option<jiff::civil::Date>) -> String {
    to.map_or_else(String::new, |to| format!("、至 {to} 止"))
}
