//! A plan year by year: money by fund, sections and verdicts, coefficients, target lines.

use super::summary::{heading, money};
use crate::table::{Grid, Tone, plain};
use domain::{Exact, SchoolYear, Stage};
use invest::Plan;
use invest::plan::Payment;
use standard::evaluation::{OverallVerdict, Verdict};
use std::collections::BTreeMap;

/// Money by year and fund: what is spent, of what there is.
fn money_of<'a>(
    payments: impl Iterator<Item = &'a Payment>,
) -> BTreeMap<(SchoolYear, &'a str), Exact> {
    let mut spent: BTreeMap<(SchoolYear, &str), Exact> = BTreeMap::new();
    for payment in payments {
        let entry = spent.entry((payment.year, &payment.fund)).or_insert(Exact::ZERO);
        *entry = &*entry + &payment.amount;
    }
    spent
}

/// Money by year and fund, committed projects included.
pub(super) fn funds(text: &mut String, plan: &Plan) {
    let funds = &plan.settings.funds;
    if funds.is_empty() {
        return;
    }
    let payments = plan.actions.iter().flat_map(|a| &a.payments);
    let spent = money_of(payments.chain(plan.committed.iter().flat_map(|c| &c.payments)));
    let carried =
        if funds.iter().any(|fund| fund.carry) { "，可用以前年度的结转" } else { "" };
    heading(text, "分年度资金", &format!("万元，含已定项目；括号内是当年预算{carried}"));
    let titles: Vec<String> = funds.iter().map(|fund| format!(">{}", fund.zh)).collect();
    let mut heads = vec!["学年"];
    heads.extend(titles.iter().map(String::as_str));
    heads.push(">合计");
    let mut grid = Grid::new(&heads);
    for year in plan.settings.horizon() {
        let mut row = vec![plain(year.0.to_string())];
        let mut total = Exact::ZERO;
        for fund in funds {
            let amount = spent.get(&(year, fund.code.as_str())).cloned().unwrap_or(Exact::ZERO);
            let budget = fund.budget.get(&year).map_or("—".to_owned(), |b| b.to_short(2));
            row.push(plain(format!("{}（{budget}）", money(&amount))));
            total = total + amount;
        }
        row.push(plain(money(&total)));
        grid.row(row);
    }
    text.push_str(&grid.render());
}

/// What each year costs, and what the judge says of it.
pub(super) fn verdicts(text: &mut String, plan: &Plan) {
    heading(text, "分年度结果", "按规划实施后重新评估");
    let posts = plan.settings.posts.as_ref();
    let mut grid = Grid::new(&[
        "学年",
        ">投入（万元）",
        ">新增编制",
        ">达标学段",
        ">差异系数超限",
        "资源配置",
    ]);
    for year in &plan.years {
        let over = year.coefficients.iter().filter(|c| c.verdict == Verdict::Fail);
        let over = over.count();
        let quota = posts.map_or(String::new(), |posts| {
            posts.get(&year.year).map_or(String::new(), |most| format!(" / {most}"))
        });
        let all = year.passed == year.sections;
        // Before the finishing year nothing is owed yet.
        let due = year.year >= plan.settings.finish || year.resources == OverallVerdict::Pass;
        grid.row([
            plain(year.year.0.to_string()),
            plain(money(&year.cost)),
            plain(format!("{}{quota}", year.posts)),
            (
                format!("{} / {}", year.passed, year.sections),
                if all { Tone::Good } else { Tone::Plain },
            ),
            (over.to_string(), if over == 0 { Tone::Plain } else { Tone::Care }),
            (year.resources.zh().to_owned(), if due { year.resources.into() } else { Tone::Plain }),
        ]);
    }
    text.push_str(&grid.render());
}

/// Coefficients of every year against their limits.
pub(super) fn coefficients(text: &mut String, plan: &Plan) {
    let mut keys: Vec<(Stage, &str)> = Vec::new();
    for c in plan.years.iter().flat_map(|year| &year.coefficients) {
        if !keys.contains(&(c.stage, &c.indicator)) {
            keys.push((c.stage, &c.indicator));
        }
    }
    if keys.is_empty() {
        return;
    }
    heading(text, "差异系数", "");
    let years: Vec<String> = plan.years.iter().map(|y| format!(">{}", y.year.0)).collect();
    let mut heads = vec!["学段", "指标", ">上限"];
    heads.extend(years.iter().map(String::as_str));
    let mut grid = Grid::new(&heads);
    for (stage, indicator) in keys {
        let of = |year: &invest::plan::YearOutcome| {
            year.coefficients.iter().find(|c| c.stage == stage && c.indicator == indicator).cloned()
        };
        let limit = plan.years.iter().find_map(|year| of(year)?.limit);
        let mut row = vec![
            plain(stage.zh()),
            plain(named(plan, indicator)),
            plain(limit.map_or("—".to_owned(), |limit| limit.to_string())),
        ];
        for year in &plan.years {
            row.push(match of(year) {
                Some(c) => (c.shown.unwrap_or_else(|| "—".to_owned()), c.verdict.into()),
                None => plain(""),
            });
        }
        grid.row(row);
    }
    text.push_str(&grid.render());
}

/// The target lines and what becomes of them.
pub(super) fn lines(text: &mut String, plan: &Plan) {
    let mut grid = Grid::new(&["学年", "指标", ">目标", ">达到", ">差（学段）"]);
    for year in &plan.years {
        for line in &year.lines {
            let percent = |share: &Exact| format!("{}%", (share * &Exact::from(100)).to_short(2));
            let count = |n: usize| Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
            let reached = count(line.reached).checked_div(&count(line.of));
            let reached = reached.map_or(String::new(), |share| {
                format!("（{}%）", (share * Exact::from(100)).to_fixed(1))
            });
            grid.row([
                plain(year.year.0.to_string()),
                plain(named(plan, &line.indicator)),
                plain(percent(&line.at_least)),
                plain(format!("{} / {}{reached}", line.reached, line.of)),
                (line.short.to_string(), if line.short == 0 { Tone::Good } else { Tone::Care }),
            ]);
        }
    }
    if !grid.is_empty() {
        heading(text, "年度目标线", "");
        text.push_str(&grid.render());
    }
}

/// An indicator with its short name.
fn named(plan: &Plan, code: &str) -> String {
    plan.indicators.get(code).map_or_else(|| code.to_owned(), |zh| format!("{code} {zh}"))
}
