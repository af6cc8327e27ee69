//! Why there is no forecast at all. What is wrong with single entered figures is collected in
//! [`ForecastError::Assumptions`]; what is missing in the snapshots is missing in the result.

use crate::Problem;
use domain::SchoolYear;

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForecastError {
    /// `FC-HIST-01`: no two successive school years end with the last one.
    #[error("预测至少需要两个相连学年的数据，现有：{}；请补充上一学年的数据", years(.found))]
    TooFewYears {
        /// The years that are there.
        found: Vec<SchoolYear>,
    },
    /// `FC-HIST-02`: two snapshots are of one year.
    #[error("{0} 学年的数据给了两份，请只保留一份")]
    SameYear(SchoolYear),
    /// `FC-HIST-03`: the snapshots are of different counties.
    #[error("各学年的数据不是同一个县：{first} 与 {other}")]
    OtherCounty {
        /// County code of the latest snapshot.
        first: String,
        /// The other county code.
        other: String,
    },
    /// `FC-ITEM-01`: the catalogue lacks an item that the forecast reads or writes.
    #[error("数据项目录缺少 {0}，请使用随程序附带的目录")]
    NoItem(String),
    /// `FC-YEAR-01`: the horizon is out of bounds.
    #[error("预测年数应在 1 至 {most} 之间，给的是 {found}", most = crate::Assumptions::MOST_YEARS)]
    Horizon {
        /// Years asked for.
        found: u8,
    },
    /// `FC-INPUT-01`: entered figures are wrong; all of them are listed.
    #[error("录入的预测参数有 {} 处错误：{}", .0.len(), problems(.0))]
    Assumptions(Vec<Problem>),
}

impl ForecastError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooFewYears { .. } => "FC-HIST-01",
            Self::SameYear(_) => "FC-HIST-02",
            Self::OtherCounty { .. } => "FC-HIST-03",
            Self::NoItem(_) => "FC-ITEM-01",
            Self::Horizon { .. } => "FC-YEAR-01",
            Self::Assumptions(_) => "FC-INPUT-01",
        }
    }
}

fn years(found: &[SchoolYear]) -> String {
    if found.is_empty() {
        return "无".to_owned();
    }
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
}

fn problems(found: &[Problem]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("；")
}
