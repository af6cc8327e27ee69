//! What can go wrong here, each with a stable code. What is wrong with a roster is a finding, and
//! that no rotation is lawful is an answer.

use domain::change::ChangeError;
use packs::PackError;
use standard::StandardError;

/// Why something about teachers cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum StaffingError {
    /// A pack file is wrong.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// `T-RULE-01`: no rules of that id.
    #[error("T-RULE-01 没有教师配备规则“{id}”。可用的规则：{known}")]
    UnknownRules {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: String,
    },
    /// `T-ROT-01`: the settings name what is not there.
    #[error("T-ROT-01 {0}")]
    Unknown(String),
    /// `T-ROT-02`: settings that contradict each other or mean nothing.
    #[error("T-ROT-02 {0}")]
    Setting(String),
    /// `T-ROT-03`: the judge cannot judge the snapshot.
    #[error(transparent)]
    Standard(#[from] StandardError),
    /// `T-ROT-04`: the rotation cannot be applied to the snapshot.
    #[error("T-ROT-04 交流结果不能记入本县数据：{0}")]
    Change(#[from] ChangeError),
    /// `T-ROT-05`: the solver failed.
    #[error("T-ROT-05 求解失败：{0}")]
    Solver(String),
    /// `T-ROT-06`: the time was over, or the caller cancelled, before there was an answer.
    #[error("T-ROT-06 {0}，还没有得到交流方案；请放宽时间上限后再试")]
    Stopped(String),
    /// `T-ROT-07`: the roster has more of something than the form.
    #[error(
        "T-ROT-07 名册与报表不一致：{place}“{item}”报表为 {form}，名册中至少有 {roster} 人；\
         请先以名册统计数更新报表，或核对名册"
    )]
    Contradiction {
        /// The place in words.
        place: String,
        /// The item.
        item: String,
        /// The form's figure.
        form: String,
        /// The roster's.
        roster: i64,
    },
    /// `T-ROT-08`: teachers count for an indicator in parts of which none is a multiple of the other.
    #[error("T-ROT-08 指标“{0}”对不同教师的计值不成整数倍，不能按它安排交流；请换一套标准")]
    Worth(String),
    /// `T-NUM-01`: a number that cannot be kept as a decimal.
    #[error("T-NUM-01 数值 {0} 超出范围")]
    Number(String),
}

impl StaffingError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Pack(error) => error.code(),
            Self::UnknownRules { .. } => "T-RULE-01",
            Self::Unknown(_) => "T-ROT-01",
            Self::Setting(_) => "T-ROT-02",
            Self::Standard(_) => "T-ROT-03",
            Self::Change(_) => "T-ROT-04",
            Self::Solver(_) => "T-ROT-05",
            Self::Stopped(_) => "T-ROT-06",
            Self::Contradiction { .. } => "T-ROT-07",
            Self::Worth(_) => "T-ROT-08",
            Self::Number(_) => "T-NUM-01",
        }
    }
}

impl From<solver::SolverError> for StaffingError {
    fn from(error: solver::SolverError) -> Self {
        Self::Solver(error.to_string())
    }
}
