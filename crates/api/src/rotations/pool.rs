//! Who may be asked to move, and why the others may not, counted by reason: what a county looks at
//! before it sets a rotation. Counts only; who they are, the roster says.

use serde::Serialize;
use staffing::rotation::eligibility::{Eligibility, of_all};
use staffing::{Roster, Rules};
use utoipa::ToSchema;

/// A reason for which teachers are not asked.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"is": "recent", "zh": "到本校年限不满", "teachers": 820}))]
pub(super) struct NotEligible {
    /// `outside`, `recent`, `age`, `exempt`, `unknown`.
    is: &'static str,
    zh: &'static str,
    teachers: usize,
}

/// The teachers of a roster by eligibility.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"teachers": 2775, "eligible": 430, "backbone": 120,
    "why": [{"is": "recent", "zh": "到本校年限不满", "teachers": 820}]}))]
pub(super) struct RotationPool {
    teachers: usize,
    /// Who may be asked.
    eligible: usize,
    /// Of those, backbone teachers.
    backbone: usize,
    /// The others, by the first reason that holds.
    why: Vec<NotEligible>,
}

const REASONS: [(&str, &str); 5] = [
    ("outside", "岗位、编制或职务不在交流范围"),
    ("recent", "到本校年限不满"),
    ("age", "临近退休"),
    ("exempt", "有不交流的情形"),
    ("unknown", "名册没有填到本校日期，不能判定"),
];

impl RotationPool {
    /// Counted at the day of the roster, as rotations are.
    pub(super) fn of(roster: &Roster, rules: &Rules) -> Self {
        let all = of_all(roster, rules);
        let is = |eligibility: &Eligibility| match eligibility {
            Eligibility::Eligible => None,
            Eligibility::Outside(_) => Some("outside"),
            Eligibility::Recent(_) => Some("recent"),
            Eligibility::Age(_) => Some("age"),
            Eligibility::Exempt(_) => Some("exempt"),
            Eligibility::Unknown(_) => Some("unknown"),
        };
        // Part-time and visiting teachers count in no share, whatever else holds.
        let teachers: Vec<_> = roster.teachers().iter().zip(&all).collect();
        let why_of = |(teacher, eligibility): &(&staffing::Teacher, &Eligibility)| {
            if teacher.is_full_time() { is(eligibility) } else { Some("outside") }
        };
        let eligible: Vec<_> = teachers.iter().filter(|pair| why_of(pair).is_none()).collect();
        let why = REASONS.iter().map(|(code, zh)| NotEligible {
            is: code,
            zh,
            teachers: teachers.iter().filter(|pair| why_of(pair) == Some(*code)).count(),
        });
        Self {
            teachers: teachers.len(),
            eligible: eligible.len(),
            backbone: eligible.iter().filter(|(teacher, _)| teacher.is_backbone()).count(),
            why: why.filter(|reason| reason.teachers > 0).collect(),
        }
    }
}
