//! `junheng plan shadow`: what one more 万元, one more post, one more ㎡ buys.

use super::summary::{heading, money};
use super::watching::Search;
use super::{Head, pose};
use crate::cli::ShadowArgs;
use crate::failure::Exit;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, CARE, HEAD, styled};
use crate::table::{Grid, Tone, plain};
use anyhow::Context as _;
use invest::scenario::{self, Shadow};
use serde::Serialize;
use std::fmt::Write as _;

/// The JSON of shadow figures.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    shadows: &'a [Shadow],
}

/// Asks what more would buy.
pub(super) fn run(packs: &PacksInUse, args: &ShadowArgs) -> anyhow::Result<Exit> {
    super::expect_json(args.json.as_deref(), &args.problem.input.files)?;
    let Some(posed) = pose::pose(packs, &args.problem)? else { return Ok(Exit::Findings) };
    let problem = &posed.problem;
    let search = Search::begin("正在求增加资源的效果", &args.problem.limits)?;
    let shadows = search.run(|solver, watch| {
        scenario::shadows(problem, &args.money, &args.posts, &args.land, solver, watch)
    });
    let shadows = shadows.context("正在求增加资源的效果")?;
    let trouble = search.trouble().zh();
    drop(search);
    let text = shown(&posed.county, &problem.settings.title, &shadows);
    let head = Head::new(&problem.settings.title, problem.hash());
    super::hand_over(&text, args.json.as_deref(), &Report { head, shadows: &shadows })?;
    let Some(why) = trouble else { return Ok(Exit::Done) };
    screen::note(&styled(CARE, &format!("求解中断：{why}；缺少的各行没有求得")));
    Ok(Exit::Stopped)
}

fn shown(county: &str, title: &str, shadows: &[Shadow]) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{} {}", styled(HEAD, county), styled(HEAD, title));
    heading(&mut text, "再多一些能换来什么", "每行单独增加，重新求解");
    if shadows.is_empty() {
        let _ = writeln!(text, "  没有可比的规划：先用 junheng plan 看看做不到的原因");
        return text;
    }
    let mut grid =
        Grid::new(&["增加", ">多少", "单位", ">少花（折现万元）", ">目标线多达到（学段）", ""]);
    for shadow in shadows {
        let said = if shadow.saves.is_zero() && shadow.lifts == 0 {
            ("不是瓶颈", Tone::Faint)
        } else if shadow.proved {
            ("已证明", Tone::Good)
        } else {
            ("在误差之内，不能肯定", Tone::Care)
        };
        grid.row([
            plain(&shadow.zh),
            plain(shadow.step.to_short(4)),
            plain(&shadow.unit),
            plain(money(&shadow.saves)),
            plain(shadow.lifts.to_string()),
            (said.0.to_owned(), said.1),
        ]);
    }
    text.push_str(&grid.render());
    text
}
