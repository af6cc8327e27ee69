//! `junheng plan FILE… --plan FILE`: makes a plan and shows it, or says why there is none.

use super::pose::{self, Posed};
use super::watching::Search;
use super::{impossible, summary};
use crate::check;
use crate::cli::MakeArgs;
use crate::failure::Exit;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, BAD, CARE, styled};
use anyhow::Context as _;
use invest::{Outcome, Plan};

/// How the search ended.
pub(super) struct Made {
    /// The plan that is shown.
    pub(super) plan: Plan,
    /// The plan made school by school, beside which it is set; `None` where it is that itself.
    pub(super) greedy: Option<Plan>,
    /// Why the search ended before its proof, in words.
    pub(super) stopped: Option<String>,
    /// Is the plan the one made school by school, because the search has left none?
    pub(super) instead: bool,
}

/// Makes a plan.
pub(super) fn run(packs: &PacksInUse, args: &MakeArgs) -> anyhow::Result<Exit> {
    let json = args.json.as_deref();
    let named = pose::named(args.problem.plan.as_ref())?.to_path_buf();
    let inputs: Vec<_> = args.problem.input.files.iter().cloned().chain([named]).collect();
    super::expect_json(json, &inputs)?;
    let Some(posed) = pose::pose(packs, &args.problem)? else { return Ok(Exit::Findings) };
    let greedy = invest::greedy::greedy(&posed.problem).context("正在做逐校补齐的规划")?;
    let made = if args.greedy {
        Made { plan: greedy, greedy: None, stopped: None, instead: false }
    } else {
        let search = Search::begin("正在求解", &args.problem.limits)?;
        let outcome = search.run(|solver, watch| invest::solve(&posed.problem, solver, watch));
        let outcome = outcome.context("正在求解")?;
        match ended(outcome, greedy, &search) {
            Ended::Made(made) => *made,
            Ended::Impossible => return impossible::run(&posed, search, json),
            Ended::Nothing(why) => {
                drop(search);
                screen::note(&format!(
                    "{} {why}，还没有得到规划；没有写出文件。可以延长 --time-limit 再试",
                    styled(BAD, "求解中断")
                ));
                return Ok(Exit::Stopped);
            }
        }
    };
    let mut text = summary::of(&posed, &made);
    let findings = check::in_short(&posed.reading.findings);
    text.push_str(&findings);
    if let Some(why) = &made.stopped {
        // At the end too, where the eye of the user is.
        let note = format!("求解中断：{why}；以上是最后一个可用的规划");
        screen::note(&styled(CARE, &note));
    }
    super::hand_over(&text, json, &made.plan)?;
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

/// What a search has come to. A plan that the judge accepts is better than one that he does not,
/// whoever made it.
fn ended(outcome: Outcome, greedy: Plan, search: &Search) -> Ended {
    let why = || search.trouble().zh().unwrap_or_else(|| "到了时间上限".to_owned());
    let instead = |greedy| {
        let (stopped, instead) = (Some(why()), true);
        Ended::Made(Box::new(Made { plan: greedy, greedy: None, stopped, instead }))
    };
    match outcome {
        Outcome::Impossible => Ended::Impossible,
        Outcome::Nothing if greedy.accepted => instead(greedy),
        Outcome::Nothing => Ended::Nothing(why()),
        Outcome::Found(plan) if !plan.accepted && greedy.accepted => instead(greedy),
        Outcome::Found(plan) => {
            let stopped = if plan.method.proved { None } else { search.trouble().zh() };
            let greedy = Some(greedy);
            Ended::Made(Box::new(Made { plan: *plan, greedy, stopped, instead: false }))
        }
    }
}
