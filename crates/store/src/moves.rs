//! The states of a submission, and which step leads from which to which. The only place that knows.
//!
//! ```text
//!            submit          sign           approve         lock
//! 草稿 ─────────▶ 已提交 ─────────▶ 已签发 ─────────▶ 已审定 ─────────▶ 已锁定
//!  ▲ ◀──────────  │  ◀────────── │                │  ◀─────────
//!  │   recall     │    recall      │ return         │    unlock
//!  │              ▼ return         ▼                ▼ return
//!  └─ submit ─── 已退回 ◀────────┴────────────────┘
//! ```

use serde::{Deserialize, Serialize};

/// Where a submission stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 草稿: the school is typing.
    Draft,
    /// 已提交: waits for the principal.
    Submitted,
    /// 已签发: approved by the principal, waits for the bureau.
    Signed,
    /// 已退回: with a reason; the school is correcting.
    Returned,
    /// 已审定: approved by the bureau. Its figures are the official ones.
    Approved,
    /// 已锁定: approved, and not to be returned without being unlocked.
    Locked,
}

impl State {
    /// All states, in the order of the way.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Submitted, Self::Signed, Self::Returned, Self::Approved, Self::Locked];

    /// The code in the database and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Signed => "signed",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Locked => "locked",
        }
    }

    /// The Chinese word.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Draft => "草稿",
            Self::Submitted => "已提交",
            Self::Signed => "已签发",
            Self::Returned => "已退回",
            Self::Approved => "已审定",
            Self::Locked => "已锁定",
        }
    }

    /// What can be done from here, said to somebody who has tried something else.
    pub(crate) const fn way_on(self) -> &'static str {
        match self {
            Self::Draft | Self::Returned => "请填好后提交",
            Self::Submitted => "请等校长签发，要修改须先撤回或退回",
            Self::Signed => "请等教育局审核，要修改须先退回",
            Self::Approved => "要修改须由教育局先退回并写明理由，或把数据文件按“已审定”导入",
            Self::Locked => "要修改须由教育局先解锁并写明理由",
        }
    }

    /// The state of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The state after a step; `None` where the step is refused.
    #[must_use]
    #[expect(clippy::match_same_arms, reason = "one line a step of the way, as in the drawing")]
    pub const fn after(self, step: Move) -> Option<Self> {
        use State::{Approved, Draft, Locked, Returned, Signed, Submitted};
        Some(match (self, step) {
            (Draft, Move::Save) => Draft,
            (Returned, Move::Save) => Returned,
            (Draft | Returned, Move::Submit | Move::ImportSubmitted) => Submitted,
            (Submitted, Move::Recall) => Draft,
            (Submitted, Move::Sign) => Signed,
            (Signed, Move::Recall) => Submitted,
            (Signed, Move::Approve) => Approved,
            (Submitted | Signed | Approved, Move::Return) => Returned,
            (Approved, Move::Lock) => Locked,
            (Locked, Move::Unlock) => Approved,
            (Draft | Returned | Submitted | Signed | Approved, Move::ImportApproved) => Approved,
            _ => return None,
        })
    }

    /// Do the figures of the newest revision count as submitted?
    #[must_use]
    pub const fn is_submitted(self) -> bool {
        matches!(self, Self::Submitted | Self::Signed | Self::Approved | Self::Locked)
    }
}

/// A step of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// 填报: fields are saved.
    Save,
    /// 提交: what was typed becomes a revision.
    Submit,
    /// 撤回: taken back by the one who sent it on.
    Recall,
    /// 签发: the principal approves.
    Sign,
    /// 退回: sent back with reasons.
    Return,
    /// 审定: the bureau approves.
    Approve,
    /// 锁定.
    Lock,
    /// 解锁, with a reason.
    Unlock,
    /// 导入: a whole file becomes a submitted revision.
    ImportSubmitted,
    /// 导入并审定: the bureau takes a whole file as approved.
    ImportApproved,
}

impl Move {
    /// All steps.
    pub const ALL: [Self; 10] = [
        Self::Save,
        Self::Submit,
        Self::Recall,
        Self::Sign,
        Self::Return,
        Self::Approve,
        Self::Lock,
        Self::Unlock,
        Self::ImportSubmitted,
        Self::ImportApproved,
    ];

    /// The code in the database and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Save => "save",
            Self::Submit => "submit",
            Self::Recall => "recall",
            Self::Sign => "sign",
            Self::Return => "return",
            Self::Approve => "approve",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::ImportSubmitted => "import_submitted",
            Self::ImportApproved => "import_approved",
        }
    }

    /// The Chinese word.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Save => "填报",
            Self::Submit => "提交",
            Self::Recall => "撤回",
            Self::Sign => "签发",
            Self::Return => "退回",
            Self::Approve => "审定",
            Self::Lock => "锁定",
            Self::Unlock => "解锁",
            Self::ImportSubmitted => "导入",
            Self::ImportApproved => "导入并审定",
        }
    }

    /// The step of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }

    /// Is a reason asked for?
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Return | Self::Unlock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table, written out by hand: a row a state, a column a step of [`Move::ALL`].
    #[test]
    fn every_allowed_and_every_refused_step() {
        use State::{Approved, Draft, Locked, Returned, Signed, Submitted};
        let table: [(State, [Option<State>; 10]); 6] = [
            //           save            submit           recall           sign          return          approve         lock          unlock          import           import approved
            (
                Draft,
                [
                    Some(Draft),
                    Some(Submitted),
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    Some(Submitted),
                    Some(Approved),
                ],
            ),
            (
                Submitted,
                [
                    None,
                    None,
                    Some(Draft),
                    Some(Signed),
                    Some(Returned),
                    None,
                    None,
                    None,
                    None,
                    Some(Approved),
                ],
            ),
            (
                Signed,
                [
                    None,
                    None,
                    Some(Submitted),
                    None,
                    Some(Returned),
                    Some(Approved),
                    None,
                    None,
                    None,
                    Some(Approved),
                ],
            ),
            (
                Returned,
                [
                    Some(Returned),
                    Some(Submitted),
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    Some(Submitted),
                    Some(Approved),
                ],
            ),
            (
                Approved,
                [
                    None,
                    None,
                    None,
                    None,
                    Some(Returned),
                    None,
                    Some(Locked),
                    None,
                    None,
                    Some(Approved),
                ],
            ),
            (Locked, [None, None, None, None, None, None, None, Some(Approved), None, None]),
        ];
        for (state, expected) in table {
            for (step, expected) in Move::ALL.into_iter().zip(expected) {
                assert_eq!(state.after(step), expected, "{state:?} {step:?}");
            }
        }
    }

    #[test]
    fn codes_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
        }
        for step in Move::ALL {
            assert_eq!(Move::from_code(step.code()), Some(step));
        }
    }

    #[test]
    fn nothing_is_lost_for_good() {
        // From every state there is a way to a form that can be corrected.
        for start in State::ALL {
            let mut reached = vec![start];
            let mut next = 0;
            while next < reached.len() {
                let from = reached[next];
                next += 1;
                for to in Move::ALL.iter().filter_map(|step| from.after(*step)) {
                    if !reached.contains(&to) {
                        reached.push(to);
                    }
                }
            }
            assert!(reached.iter().any(|s| s.after(Move::Save).is_some()), "{start:?}");
        }
    }
}
