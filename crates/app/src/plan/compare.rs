//! `junheng plan compare`: two plans side by side.

use super::summary::{heading, money};
use super::{Head, result};
use crate::cli::CompareArgs;
use crate::failure::Exit;
use crate::screen::{CARE, styled};
use crate::table::{Grid, Tone, Toned, plain};
use domain::Exact;
use invest::Plan;
use invest::scenario::{self, Comparison};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;

/// The JSON of a comparison.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    problems: [&'a str; 2],
    #[serde(flatten)]
    comparison: &'a Comparison,
}

/// Compares.
pub(super) fn run(args: &CompareArgs) -> anyhow::Result<Exit> {
    super::expect_json(args.json.as_deref(), &[args.left.clone(), args.right.clone()])?;
    let (left, right) = (result::read(&args.left)?, result::read(&args.right)?);
    let comparison = scenario::compare(&left, &right);
    let name = |path: &Path| {
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    };
    let text = shown(&left, &right, &comparison, [name(&args.left), name(&args.right)]);
    let head = Head::new(&left.title, &left.problem);
    let problems = [left.problem.as_str(), right.problem.as_str()];
    let report = Report { head, problems, comparison: &comparison };
    super::hand_over(&text, args.json.as_deref(), &report)?;
    Ok(Exit::Done)
}

/// Plans of one title go by the names of their files.
fn shown(left: &Plan, right: &Plan, compared: &Comparison, files: [String; 2]) -> String {
    let mut text = String::new();
    if left.problem != right.problem {
        let note = "两个规划的数据、标准或设定不同，差额里也有这些不同";
        let _ = writeln!(text, "{}", styled(CARE, note));
    }
    let [a, b] = &compared.titles;
    let [a, b] = if a == b { files } else { [a.clone(), b.clone()] };
    let (first, second) = (format!(">{a}"), format!(">{b}"));
    let mut grid = Grid::new(&["", &first, &second, ">后者减前者"]);
    let accepted = |plan: &Plan| {
        if plan.accepted {
            ("● 达标".to_owned(), Tone::Good)
        } else {
            ("○ 不达标".to_owned(), Tone::Bad)
        }
    };
    grid.row([plain("结论"), accepted(left), accepted(right), plain("")]);
    let proved = |plan: &Plan| plain(if plan.method.proved { "是" } else { "否" });
    grid.row([plain("已证明最省"), proved(left), proved(right), plain("")]);
    let finish = |plan: &Plan| plain(plan.settings.finish.0.to_string());
    grid.row([plain("从哪年起全部达标"), finish(left), finish(right), plain("")]);
    grid.row(row("投入（万元）", &compared.cost));
    grid.row(row("折现（万元）", &compared.discounted));
    grid.row(counts("涉及学校", compared.schools));
    grid.row(counts("目标线差（学段）", compared.shortfall));
    text.push_str(&grid.render());
    heading(&mut text, "分年度", "投入（万元）和达标学段");
    let mut grid =
        Grid::new(&["学年", &first, &second, ">后者减前者", ">达标（前）", ">达标（后）"]);
    for year in &compared.years {
        let [x, y] = &year.cost;
        let figure = |amount: &Option<Exact>| plain(amount.as_ref().map_or("—".to_owned(), money));
        let apart = x.as_ref().zip(y.as_ref()).map_or_else(String::new, |(x, y)| signed(&(y - x)));
        let passed = |n: Option<usize>| plain(n.map_or("—".to_owned(), |n| n.to_string()));
        grid.row([
            plain(year.year.0.to_string()),
            figure(x),
            figure(y),
            plain(apart),
            passed(year.passed[0]),
            passed(year.passed[1]),
        ]);
    }
    text.push_str(&grid.render());
    heading(&mut text, "按措施", "万元");
    let mut grid = Grid::new(&["措施", &first, &second, ">后者减前者"]);
    // Teachers who leave cost nothing: those who come are their line.
    for (zh, cost) in compared.measures.iter().filter(|(_, c)| c.iter().any(|c| !c.is_zero())) {
        grid.row(row(zh, cost));
    }
    text.push_str(&grid.render());
    text
}

fn row(name: &str, [a, b]: &[Exact; 2]) -> [Toned; 4] {
    [plain(name), plain(money(a)), plain(money(b)), plain(signed(&(b - a)))]
}

fn counts(name: &str, [a, b]: [usize; 2]) -> [Toned; 4] {
    let whole = |n: usize| Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
    let apart = &whole(b) - &whole(a);
    let sign = if apart > Exact::ZERO { "+" } else { "" };
    [plain(name), plain(a.to_string()), plain(b.to_string()), plain(format!("{sign}{apart}"))]
}

/// With a sign before what is more.
fn signed(amount: &Exact) -> String {
    let sign = if *amount > Exact::ZERO { "+" } else { "" };
    format!("{sign}{}", money(amount))
}
