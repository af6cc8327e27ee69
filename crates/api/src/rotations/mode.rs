//! The ways of rotating.

use serde::{Deserialize, Serialize};
use staffing::rotation::stable::Mechanism;

/// A way of rotating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// 统筹方案: the planner's best.
    Optimum,
    /// 稳定方案（位次优先）: volunteers only, nobody's claim is passed over.
    Claims,
    /// 稳定方案（互换改进）: volunteers only, then changes of places that are better for all.
    Trading,
}

impl Mode {
    /// All of them, in the order in which they are shown.
    pub(crate) const ALL: [Self; 3] = [Self::Optimum, Self::Claims, Self::Trading];

    /// The code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Optimum => "optimum",
            Self::Claims => "claims",
            Self::Trading => "trading",
        }
    }

    /// The Chinese name.
    pub(crate) const fn zh(self) -> &'static str {
        match self {
            Self::Optimum => "统筹方案",
            Self::Claims => "稳定方案（位次优先）",
            Self::Trading => "稳定方案（互换改进）",
        }
    }

    /// What it promises.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Optimum => {
                "先满足规则和比例，再依次补缺编学科、使未达标校达标、照顾志愿、缩短通勤"
            }
            Self::Claims => {
                "只有报名的教师交流；没有人比留任更差，没有人的位次被越过；比例只报告、不强求"
            }
            Self::Trading => {
                "在位次优先的结果上，再做对各方都更好的互换；没有人比留任更差；比例只报告、不强求"
            }
        }
    }

    /// The way of a code.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }

    /// The mechanism of volunteers; `None` for the planner's best.
    pub(super) const fn mechanism(self) -> Option<Mechanism> {
        match self {
            Self::Optimum => None,
            Self::Claims => Some(Mechanism::Claims),
            Self::Trading => Some(Mechanism::Trading),
        }
    }
}
