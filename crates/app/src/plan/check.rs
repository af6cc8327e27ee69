//! `junheng plan check`: the independent check of a plan, whoever made it.

use super::pose::{self, Rules};
use super::{Head, result};
use crate::cli::{CheckPlanArgs, RuleArgs};
use crate::evaluate;
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{BAD, FAINT, GOOD, HEAD, styled};
use crate::table::{Grid, plain};
use anyhow::Context as _;
use domain::Snapshot;
use invest::Plan;
use invest::check::Checked;
use invest::settings::Settings;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;

/// The JSON of a check.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    checked: &'a Checked,
}

/// Checks a plan.
pub(super) fn run(packs: &PacksInUse, args: &CheckPlanArgs) -> anyhow::Result<Exit> {
    let inputs: Vec<_> = args.input.files.iter().chain([&args.result]).cloned().collect();
    super::expect_json(args.json.as_deref(), &inputs)?;
    let plan = result::read(&args.result)?;
    let (settings, costs) = match &args.plan {
        Some(path) => {
            let file = pose::plan_file(packs, path)?;
            (file.settings, file.costs)
        }
        None => (plan.settings.clone(), plan.costs.clone()),
    };
    // By which rules it was made stands in the plan; what is set here as well holds instead.
    let set = plan.parameters.iter().map(|(code, value)| (code.clone(), value.clone()));
    let set = set.filter(|(code, _)| args.set.iter().all(|(own, _)| own != code));
    let named = RuleArgs {
        standard: plan.standard.clone(),
        set: set.chain(args.set.iter().cloned()).collect(),
    };
    let standard = packs.standard(&named.standard)?;
    let options = evaluate::options(&standard, &named, None, false)?;
    let Some(read) = pose::read(packs, &standard, &args.input, "没有复核")? else {
        return Ok(Exit::Findings);
    };
    expect_county(&plan, read.start(), &args.result)?;
    let named = match &args.plan {
        Some(path) => format!("方案 {}", path.display()),
        None => format!("规划 {}", args.result.display()),
    };
    let posed = pose::problem(read, settings, Rules { standard, options, costs }, &named)?;
    let checked = invest::check::check(&posed.problem, &plan).context("正在复核规划")?;
    let mut text = shown(&posed.county, &plan, &posed.problem.settings, &checked);
    if args.plan.is_none() {
        let note = "按规划中记录的资金、编制和单价复核；要按本县现在的方案复核，请加 --plan";
        let _ = writeln!(text, "{}", styled(FAINT, note));
    }
    let head = Head::new(&plan.title, posed.problem.hash());
    super::hand_over(&text, args.json.as_deref(), &Report { head, checked: &checked })?;
    Ok(if checked.accepted { Exit::Done } else { Exit::Findings })
}

/// A plan for other schools than those of the data is a slip of the user's.
fn expect_county(plan: &Plan, start: Option<&Snapshot>, path: &Path) -> anyhow::Result<()> {
    let Some(start) = start else { return Ok(()) };
    let foreign = |a: &&invest::plan::Action| start.school(&a.school).is_none();
    let mut foreign = plan.actions.iter().filter(foreign);
    let Some(first) = foreign.next() else { return Ok(()) };
    let others = foreign.count();
    if others + 1 < plan.actions.len() {
        // Some schools fit: the check itself says which do not.
        return Ok(());
    }
    Err(Misuse(format!(
        "规划 {} 不是 {} 的：其中的学校（{} {} 等）都不在数据里",
        path.display(),
        start.county().name,
        first.school,
        first.name
    ))
    .into())
}

fn shown(county: &str, plan: &Plan, settings: &Settings, checked: &Checked) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{} {}", styled(HEAD, county), styled(HEAD, &plan.title));
    let said = if checked.accepted {
        styled(GOOD, "● 复核通过")
    } else {
        styled(BAD, &format!("○ 复核不通过，{} 处不符", checked.findings.len()))
    };
    let _ = writeln!(
        text,
        "\n结论  {said}   单价、工期、资金、编制、用地逐项重算，{} 个学年重新评估",
        checked.years.len()
    );
    if plan.accepted != checked.accepted {
        let own = if plan.accepted { "达到标准" } else { "没有达到标准" };
        let _ = writeln!(text, "  规划自己写的是“{own}”，与复核不一致，以复核为准");
    }
    if !checked.findings.is_empty() {
        let mut grid = Grid::new(&["代码", "不符之处"]);
        for finding in &checked.findings {
            grid.row([plain(&finding.code), plain(&finding.text)]);
        }
        text.push('\n');
        text.push_str(&grid.render());
    }
    let _ = writeln!(text, "\n{}", styled(HEAD, "按规划实施后的资源配置"));
    let mut grid = Grid::new(&["学年", "评估", ""]);
    for (year, verdict) in &checked.years {
        let due = if *year >= settings.finish { "应全部达标" } else { "" };
        grid.row([
            plain(year.0.to_string()),
            (verdict.zh().to_owned(), (*verdict).into()),
            plain(due),
        ]);
    }
    text.push_str(&grid.render());
    text
}
