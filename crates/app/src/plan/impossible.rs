//! There is no plan: why, and what would do.

use super::Head;
use super::pose::Posed;
use super::summary::{LINES, heading, money};
use super::watching::Search;
use crate::check;
use crate::failure::Exit;
use crate::screen::{self, BAD, CARE, FAINT, HEAD, styled};
use crate::table::{Grid, plain};
use anyhow::Context as _;
use invest::explain::{Explanation, More};
use invest::settings::Settings;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The JSON of a problem without a plan.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// Always `false`: there is no plan.
    possible: bool,
    explanation: &'a Explanation,
}

/// Explains why there is no plan.
pub(super) fn run(posed: &Posed, search: Search, json: Option<&Path>) -> anyhow::Result<Exit> {
    let problem = &posed.problem;
    let what = "正在查找做不到的原因";
    let said = search.ask(what, |solver, watch| invest::explain::explain(problem, solver, watch));
    let said = said.context(what)?;
    let stopped = search.trouble().zh();
    drop(search);
    let mut text = shown(posed, &said, &units(posed)?);
    text.push_str(&check::in_short(&posed.reading.findings));
    let head = Head::new(&problem.settings.title, problem.hash());
    super::hand_over(&text, json, &Report { head, possible: false, explanation: &said })?;
    // That there is no plan is proved all the same.
    if let Some(why) = stopped {
        screen::note(&styled(CARE, &format!("查找中断：{why}；以上说明可能不完整")));
    }
    Ok(Exit::Findings)
}

fn shown(posed: &Posed, said: &Explanation, units: &Units) -> String {
    let settings = &posed.problem.settings;
    let mut text = String::new();
    let _ = writeln!(text, "{} {}", styled(HEAD, &posed.county), styled(HEAD, &settings.title));
    let _ = writeln!(
        text,
        "\n结论  {}",
        styled(
            BAD,
            &format!(
                "○ 在给定的资金、编制、用地和时间内，不能在 {} 学年全部达标（已证明）",
                settings.finish
            )
        )
    );
    unmet(&mut text, said, units);
    would_do(&mut text, said, settings);
    relaxations(&mut text, said);
    text
}

/// Units of the indicators by their codes.
type Units = BTreeMap<String, String>;

fn units(posed: &Posed) -> anyhow::Result<Units> {
    let problem = &posed.problem;
    let Some(world) = problem.worlds().first() else { return Ok(Units::new()) };
    let judged = standard::evaluate(world, &problem.standard, &problem.options)?;
    Ok(judged.indicators.into_iter().map(|info| (info.code, info.unit.to_string())).collect())
}

fn unmet(text: &mut String, said: &Explanation, units: &Units) {
    if said.unmet.is_empty() && said.coefficients.is_empty() && said.conditions.is_empty() {
        return;
    }
    heading(text, "达不到的要求", "尽量少、差得尽量小的一组");
    let mut grid = Grid::new(&["学年", "学校", "学段", "指标", ">还差", "单位"]);
    for one in said.unmet.iter().take(LINES) {
        let lacks = domain::Exact::parse(&one.lacks);
        grid.row([
            plain(one.year.0.to_string()),
            plain(&one.name),
            plain(one.stage.zh()),
            plain(format!("{} {}", one.indicator, one.zh)),
            plain(lacks.map_or_else(|_| one.lacks.clone(), |lacks| lacks.to_short(4))),
            plain(units.get(&one.indicator).map_or("", String::as_str)),
        ]);
    }
    if !grid.is_empty() {
        text.push_str(&grid.render());
    }
    if said.unmet.len() > LINES {
        let _ = writeln!(text, "  … 另有 {} 处，见 --json", said.unmet.len() - LINES);
    }
    for (year, stage, zh) in said.coefficients.iter().take(LINES) {
        let _ = writeln!(text, "  {year} 学年 {stage}“{zh}”的差异系数超过上限");
    }
    for (year, place, zh) in said.conditions.iter().take(LINES) {
        let _ = writeln!(text, "  {year} 学年 {place} 不符合“{zh}”");
    }
}

/// What would do, each by itself.
fn would_do(text: &mut String, said: &Explanation, settings: &Settings) {
    heading(text, "怎样才够", "各自单独改变，其他不变");
    more(text, "资金", said.money.as_ref(), !settings.funds.is_empty());
    more(text, "编制", said.posts.as_ref(), settings.posts.is_some());
    let finish = settings.finish;
    let _ = match said.finish {
        Some(year) => {
            writeln!(text, "  时间：推迟到 {} 学年可以做到", styled(HEAD, &year.to_string()))
        }
        None if finish >= settings.last() => writeln!(
            text,
            "  时间：{finish} 学年已是规划期最后一年；要看推迟是否可行，请加大 years"
        ),
        None => writeln!(text, "  时间：在规划期内推迟也做不到"),
    };
}

/// How much more of a thing would do; `limited`: there is a limit to it at all.
fn more(text: &mut String, what: &str, more: Option<&More>, limited: bool) {
    let _ = match more {
        _ if !limited => writeln!(text, "  {what}：没有设上限"),
        None => writeln!(text, "  {what}：只增加这一项不够"),
        Some(more) if more.amount.is_zero() => writeln!(text, "  {what}：不需要增加"),
        Some(more) => {
            let by_year: Vec<String> = more
                .by_year
                .iter()
                .map(|(year, amount)| format!("{year} 学年 {}", amount.to_short(2)))
                .collect();
            let amount = styled(HEAD, &more.amount.to_short(2));
            let (unit, by_year) = (&more.unit, by_year.join("，"));
            writeln!(text, "  {what}：至少再加 {amount} {unit}（{by_year}）")
        }
    };
}

fn relaxations(text: &mut String, said: &Explanation) {
    if said.relaxations.is_empty() {
        return;
    }
    heading(text, "代价最小的几种让步", "折成万元比较");
    for (n, way) in said.relaxations.iter().enumerate() {
        let weight = styled(FAINT, &format!("合 {} 万元", money(&way.weight)));
        let _ = writeln!(text, "  {} {weight}", styled(HEAD, &format!("办法 {}", n + 1)));
        for gives in way.gives.iter().take(LINES) {
            let _ = writeln!(text, "    {gives}");
        }
        if way.gives.len() > LINES {
            let _ = writeln!(text, "    … 另有 {} 项，见 --json", way.gives.len() - LINES);
        }
    }
}
