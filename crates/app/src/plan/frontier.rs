//! `junheng plan frontier`: the least cost of each finishing year, the earliest year of each budget.

use super::summary::{heading, money};
use super::watching::Search;
use super::{Head, pose};
use crate::cli::FrontierArgs;
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, CARE, HEAD, styled};
use crate::table::{Grid, Tone, plain};
use anyhow::Context as _;
use domain::Exact;
use invest::scenario::{self, Earliest, Point};
use serde::Serialize;
use std::fmt::Write as _;

/// The JSON of a frontier.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    points: &'a [Point],
    earliest: &'a [Earliest],
}

/// Draws the frontier.
pub(super) fn run(packs: &PacksInUse, args: &FrontierArgs) -> anyhow::Result<Exit> {
    super::expect_json(args.json.as_deref(), &args.problem.input.files)?;
    let Some(posed) = pose::pose(packs, &args.problem)? else { return Ok(Exit::Findings) };
    let problem = &posed.problem;
    if !args.budgets.is_empty() && problem.settings.funds.is_empty() {
        let message = "方案没有写资金（[[fund]]），不能用 --budgets".to_owned();
        return Err(Misuse(message).into());
    }
    let search = Search::begin("正在求各完成年份的最少投入", &args.problem.limits)?;
    let points = search.run(|solver, watch| scenario::frontier(problem, solver, watch));
    let points = points.context("正在求各完成年份的最少投入")?;
    let earliest = if args.budgets.is_empty() || search.is_cancelled() {
        Vec::new()
    } else {
        search
            .run(|solver, watch| scenario::earliest(problem, &args.budgets, solver, watch))
            .context("正在求各种资金规模的最早完成年份")?
    };
    let cancelled = search.is_cancelled();
    let trouble = search.trouble().zh();
    drop(search);
    let text = shown(&posed.county, &problem.settings.title, &points, &earliest);
    let head = Head::new(&problem.settings.title, problem.hash());
    let report = Report { head, points: &points, earliest: &earliest };
    super::hand_over(&text, args.json.as_deref(), &report)?;
    let open = cancelled || points.iter().any(|point| !point.proved);
    let Some(why) = trouble.filter(|_| open) else { return Ok(Exit::Done) };
    let note = format!("求解中断：{why}；没有“已证明”的各行可能还能更好");
    screen::note(&styled(CARE, &note));
    Ok(Exit::Stopped)
}

fn shown(county: &str, title: &str, points: &[Point], earliest: &[Earliest]) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{} {}", styled(HEAD, county), styled(HEAD, title));
    heading(&mut text, "各完成年份的最少投入", "资金、编制、用地都按方案");
    let mut grid = Grid::new(&["从哪年起全部达标", ">投入（万元）", ">折现（万元）", ""]);
    for point in points {
        let figure = |amount: Option<&Exact>| amount.map_or("—".to_owned(), money);
        let said = match (&point.cost, point.proved) {
            (Some(_), true) => ("已证明最省", Tone::Good),
            (Some(_), false) => ("未证明最省", Tone::Care),
            (None, true) => ("做不到（已证明）", Tone::Bad),
            (None, false) => ("没有求得规划", Tone::Care),
        };
        grid.row([
            plain(format!("{} 学年", point.finish.0)),
            plain(figure(point.cost.as_ref())),
            plain(figure(point.discounted.as_ref())),
            (said.0.to_owned(), said.1),
        ]);
    }
    text.push_str(&grid.render());
    if earliest.is_empty() {
        return text;
    }
    heading(&mut text, "各种资金规模的最早完成年份", "各项资金按同一比例增减");
    let mut grid = Grid::new(&[">资金", ">合计（万元）", "最早从哪年起全部达标"]);
    for one in earliest {
        let finish = match one.finish {
            Some(year) => (format!("{} 学年", year.0), Tone::Plain),
            None => ("规划期内没有".to_owned(), Tone::Bad),
        };
        grid.row([
            plain(format!("{}%", (&one.factor * &Exact::from(100)).to_short(2))),
            plain(money(&one.money)),
            finish,
        ]);
    }
    text.push_str(&grid.render());
    text
}
