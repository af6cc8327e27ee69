//! What waits for whoever looks: by what the caller may do, over the rows that the caller sees.

use super::measured::Measured;
use super::overview::Link;
use crate::{ApiError, App, Signed};
use access::Action;
use serde::Serialize;
use standard::evaluation::Verdict;
use store::moves::State;
use store::{Scope, Submission};
use utoipa::ToSchema;

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "kind": "review", "count": 3, "text": "3 份填报等待审核",
    "link": {"page": "data"}, "state": "signed",
}))]
pub(crate) struct TaskLine {
    /// `correct` 被退回、`fill` 未提交、`sign` 待签发、`review` 待审核、`attest` 佐证未齐
    pub(crate) kind: &'static str,
    /// 几件
    pub(crate) count: usize,
    /// 一句话
    pub(crate) text: String,
    /// 去哪里处理
    pub(crate) link: Link,
    /// 填报页按此状态筛选
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<&'static str>,
}

/// What the caller has to do about forms, in the order in which it holds others up.
struct Step {
    kind: &'static str,
    action: Action,
    state: State,
    text: &'static str,
}

const STEPS: [Step; 4] = [
    Step {
        kind: "correct",
        action: Action::FillSubmissions,
        state: State::Returned,
        text: "份填报被退回，等待修改",
    },
    Step {
        kind: "review",
        action: Action::ReviewSubmissions,
        state: State::Signed,
        text: "份填报等待审核",
    },
    Step {
        kind: "sign",
        action: Action::SignSubmissions,
        state: State::Submitted,
        text: "份填报等待签发",
    },
    Step {
        kind: "fill",
        action: Action::FillSubmissions,
        state: State::Draft,
        text: "份填报尚未提交",
    },
];

/// What waits for the caller in a year.
///
/// # Errors
/// Those of the database.
pub(super) async fn tasks(
    app: &App,
    signed: &Signed,
    now: &Measured,
) -> Result<Vec<TaskLine>, ApiError> {
    let (county, year) = (signed.county(), now.evaluation.year);
    let mut tasks = Vec::new();
    for step in STEPS {
        if !signed.caller().may(step.action) {
            continue;
        }
        let scope = signed.scope_of(app, step.action).await?;
        let forms = app.store().submissions(county, year, None, &scope).await?;
        // Who fills for the whole county fills the county's own form; schools fill theirs.
        let own = |form: &&Submission| {
            step.action != Action::FillSubmissions
                || scope != Scope::County
                || form.key.school.is_none()
        };
        let waiting: Vec<_> =
            forms.iter().filter(|form| form.state == step.state).filter(own).collect();
        let [first, rest @ ..] = waiting.as_slice() else { continue };
        let only = first.key.school.clone().filter(|_| rest.is_empty());
        let count = waiting.len();
        tasks.push(TaskLine {
            kind: step.kind,
            count,
            text: format!("{count} {}", step.text),
            link: Link {
                page: if only.is_some() { "submission" } else { "data" },
                school: only,
                stage: None,
                indicator: None,
            },
            state: Some(step.state.code()),
        });
    }
    if signed.scope_of(app, Action::EditAttestations).await? == Scope::County {
        let parts = now.evaluation.groups.iter().flat_map(|g| &g.indicators);
        let open = |part: &&standard::evaluation::PartResult| {
            part.attested && part.verdict == Verdict::Missing
        };
        let open: Vec<_> = parts.flat_map(|i| &i.parts).filter(open).collect();
        if let Some(first) = open.first() {
            tasks.push(TaskLine {
                kind: "attest",
                count: open.len(),
                text: format!("{} 项县级指标的佐证还没有登记齐", open.len()),
                link: Link {
                    page: "county",
                    school: None,
                    stage: None,
                    indicator: Some(first.code.clone()),
                },
                state: None,
            });
        }
    }
    Ok(tasks)
}
