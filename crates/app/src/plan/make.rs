//! `junheng plan FILE… --plan FILE`: makes a plan and shows it, or says why there is none.

use super::pose::{self, Posed};
use super::watching::Search;
use super::{impossible, summary};
use crate::cli::MakeArgs;
use crate::failure::Exit;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, BAD, CARE, GOOD, styled};
use crate::{check, files};
use anyhow::Context as _;
use invest::{Outcome, Plan};
use std::fmt::Write as _;

/// How the search ended.
pub(super) struct Made {
    /// The plan that is shown.
    pub(super) plan: Plan,
    /// The plan made school by school, beside which it is set; `None` where it is that itself.
    pub(super) greedy: Option<Plan>,
    /// Why the search ended before its proof, in words.
    pub(super) stopped: Option<String>,
}

/// Makes a plan.
pub(super) fn run(packs: &PacksInUse, args: &MakeArgs) -> anyhow::Result<Exit> {
    let json = args.json.as_deref();
    let named = pose::named(args.problem.plan.as_ref())?.to_path_buf();
    let inputs: Vec<_> = args.problem.input.files.iter().cloned().chain([named]).collect();
    super::expect_json(json, &inputs)?;
    if let Some(path) = &args.out {
        files::expect_output(path, files::Kind::Workbook, &inputs)?;
    }
    let Some(mut posed) = pose::pose(packs, &args.problem)? else { return Ok(Exit::Findings) };
    let greedy = invest::greedy::greedy(&posed.problem).context("正在做逐校补齐的规划")?;
    let made = if args.greedy {
        Made { plan: greedy, greedy: None, stopped: None }
    } else {
        let search = Search::begin("正在求解", &args.problem.limits)?;
        let problem = &posed.problem;
        let improved = search.run(|solver, watch| invest::outer::improve(problem, solver, watch));
        let improved = improved.context("正在求解")?;
        // What was kept is part of the problem that the plan answers.
        posed.problem = improved.problem;
        match ended(improved.outcome, greedy, &search) {
            Ended::Made(made) => *made,
            Ended::Impossible => return impossible::run(&posed, search, json),
            Ended::Nothing(why) => {
                drop(search);
                screen::note(&format!(
                    "{} {why}，还没有得到规划；没有写出文件",
                    styled(BAD, "求解中断")
                ));
                return Ok(Exit::Stopped);
            }
        }
    };
    let mut text = summary::of(&posed, &made);
    let findings = check::in_short(&posed.reading.findings);
    text.push_str(&findings);
    if let Some(path) = &args.out {
        let bytes = forms::plan::workbook(&made.plan, made.greedy.as_ref());
        files::write(path, &bytes.context("A-FORMS-02 正在写规划工作簿")?)?;
        let _ = writeln!(text, "{} {}", styled(GOOD, "已写出"), path.display());
    }
    super::hand_over(&text, json, &made.plan)?;
    if let Some(why) = &made.stopped {
        // At the end too, where the user looks first.
        let note = format!("求解中断：{why}；以上是最后一个可用的规划");
        screen::note(&styled(CARE, &note));
    }
    Ok(exit(&posed, &made))
}

fn exit(posed: &Posed, made: &Made) -> Exit {
    if made.stopped.is_some() {
        Exit::Stopped
    } else if made.plan.accepted {
        posed.reading.exit()
    } else {
        Exit::Findings
    }
}

enum Ended {
    Made(Box<Made>),
    Impossible,
    Nothing(String),
}

/// What a search has come to.
fn ended(outcome: Outcome, greedy: Plan, search: &Search) -> Ended {
    // The worker's own words say more than that it was stopped.
    let trouble = search.trouble().zh();
    match outcome {
        Outcome::Impossible => Ended::Impossible,
        Outcome::Nothing => Ended::Nothing(trouble.unwrap_or_else(|| "到了时间上限".to_owned())),
        Outcome::Found(plan) => {
            let method = &plan.method;
            let ended = Some(method.ended.clone()).filter(|ended| !ended.is_empty());
            let stopped = if method.proved { None } else { trouble.or(ended) };
            Ended::Made(Box::new(Made { plan: *plan, greedy: Some(greedy), stopped }))
        }
    }
}
