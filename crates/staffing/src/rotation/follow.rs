//! How a caller follows a search and ends it: a token, and the named steps as they begin.

use serde::Serialize;
use solver::{Cancel, Watch};

/// A named part of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Rules, shortages by subject, sections and values below their thresholds.
    People,
    /// Difference coefficients.
    Coefficients,
    /// Which sections and values are mended: those of most pupils.
    Pupils,
    /// Wishes.
    Points,
    /// Commutes.
    Commute,
    /// Moves.
    Moves,
    /// The market of volunteers: the stable rotation has this instead of goals.
    Market,
    /// Applied to the data and judged, with the reason of every teacher.
    Judge,
    /// Which rules forbid every rotation, and the nearest that works.
    Explain,
}

impl Step {
    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Coefficients => "coefficients",
            Self::Pupils => "pupils",
            Self::Points => "points",
            Self::Commute => "commute",
            Self::Moves => "moves",
            Self::Market => "market",
            Self::Judge => "judge",
            Self::Explain => "explain",
        }
    }

    /// What is being done, in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::People => "正在补各校缺编学科、使未达标校达标",
            Self::Coefficients => "正在降低超过限值的差异系数",
            Self::Pupils => "正在选定先使哪些校和指标达标",
            Self::Points => "正在照顾教师志愿",
            Self::Commute => "正在缩短通勤里程",
            Self::Moves => "正在减少交流人数",
            Self::Market => "正在按志愿和位次匹配",
            Self::Judge => "正在测评交流后的结果并写出理由",
            Self::Explain => "没有符合全部规则的方案，正在查找原因",
        }
    }
}

/// The caller's side of a search. A step may come again, where the judge asks for more.
#[derive(Clone, Default)]
pub struct Follow<'a> {
    /// Ends the search, and what the solver hears and tells.
    pub watch: Watch<'a>,
    /// Hears every step as it begins, on the thread of the search.
    pub hear: Option<&'a (dyn Fn(Step) + Sync)>,
}

impl<'a> Follow<'a> {
    /// Nobody follows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this token. A search that is ended before it has a lawful assignment is the error
    /// `T-ROT-06`; afterwards it gives its best with the goals that are not proved.
    #[must_use]
    pub fn cancelled_by(mut self, cancel: &Cancel) -> Self {
        self.watch = self.watch.cancelled_by(cancel);
        self
    }

    /// With somebody who hears the steps.
    #[must_use]
    pub fn heard_by(mut self, hear: &'a (dyn Fn(Step) + Sync)) -> Self {
        self.hear = Some(hear);
        self
    }

    pub(crate) fn begin(&self, step: Step) {
        if let Some(hear) = self.hear {
            hear(step);
        }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.watch.cancel.is_cancelled()
    }
}

impl<'a> From<&Watch<'a>> for Follow<'a> {
    fn from(watch: &Watch<'a>) -> Self {
        Self { watch: watch.clone(), hear: None }
    }
}

impl std::fmt::Debug for Follow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let heard = self.hear.is_some();
        f.debug_struct("Follow").field("watch", &self.watch).field("heard", &heard).finish()
    }
}
