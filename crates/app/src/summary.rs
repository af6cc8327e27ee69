//! The result of an evaluation on the terminal: the verdict first, then why, then what it rests on.

mod county;
mod schools;
mod stages;

use crate::evaluate::Result;
use crate::screen::{FAINT, HEAD, styled};
use crate::table::{Grid, Tone, Toned, plain, verdict};
use standard::evaluation::{Evaluation, MissingFact, OverallVerdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many lines a list has before it says how many more there are.
const LINES: usize = 15;

/// The whole summary.
pub(crate) fn of(result: &Result) -> String {
    let mut text = String::new();
    match result {
        Result::One(one) => {
            head(&mut text, one);
            overall(&mut text, one);
            body(&mut text, one);
        }
        Result::Both { off, on } => {
            head(&mut text, off);
            side_by_side(&mut text, off, on);
            let _ = writeln!(text, "\n{}", styled(HEAD, "【不用放宽规定】"));
            overall(&mut text, off);
            body(&mut text, off);
            let _ = writeln!(text, "\n{}", styled(HEAD, "【使用放宽规定】"));
            overall(&mut text, on);
            stages::shares(&mut text, on);
            stages::coefficients(&mut text, on);
            county::groups(&mut text, on);
            schools::failing(&mut text, on);
        }
    }
    text
}

fn body(text: &mut String, evaluation: &Evaluation) {
    stages::shares(text, evaluation);
    stages::coefficients(text, evaluation);
    county::groups(text, evaluation);
    schools::failing(text, evaluation);
    county::targets(text, evaluation);
    missing(text, &evaluation.overall.missing);
    excluded(text, evaluation);
    parameters(text, evaluation);
}

/// A heading of the summary.
fn heading(text: &mut String, title: &str, remark: &str) {
    let _ = write!(text, "\n{}", styled(HEAD, title));
    if !remark.is_empty() {
        let _ = write!(text, " {}", styled(FAINT, remark));
    }
    text.push('\n');
}

fn head(text: &mut String, evaluation: &Evaluation) {
    let _ = writeln!(
        text,
        "{}（{}） {} 学年",
        styled(HEAD, &evaluation.county),
        evaluation.county_code,
        evaluation.year
    );
    let _ = writeln!(text, "{}", evaluation.standard.title);
    let about = format!(
        "标准 {} {} · 规则 {} · 数据 {} · 程序 {}",
        evaluation.standard.id,
        evaluation.standard.version,
        short(&evaluation.standard.hash),
        short(&evaluation.snapshot),
        evaluation.engine
    );
    let _ = writeln!(text, "{}", styled(FAINT, &about));
}

/// The lead of a hash, enough to tell two apart.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn overall_sign(verdict: OverallVerdict) -> String {
    let sign = match verdict {
        OverallVerdict::Pass => "●",
        OverallVerdict::Fail => "○",
        OverallVerdict::NotDecidable => "▨",
    };
    format!("{sign} {}", verdict.zh())
}

fn overall(text: &mut String, evaluation: &Evaluation) {
    let overall = &evaluation.overall;
    let style = match overall.verdict {
        OverallVerdict::Pass => crate::screen::GOOD,
        OverallVerdict::Fail => crate::screen::BAD,
        OverallVerdict::NotDecidable => crate::screen::CARE,
    };
    let _ = write!(text, "\n结论  {}", styled(style, &overall_sign(overall.verdict)));
    let _ = writeln!(
        text,
        "   确定未达标 {} 条，缺少数据 {} 处",
        overall.certain_failures,
        overall.missing.len()
    );
    // Sections and single schools are listed further down, worst first.
    let rules = overall.reasons.iter().filter(|r| !r.subject.starts_with("section:"));
    let reasons: Vec<_> = rules.collect();
    let sections = overall.reasons.len() - reasons.len();
    if sections > 0 {
        let _ = writeln!(text, "  ○ 有 {sections} 个学校（学段）未达标或不能判定，见下");
    }
    for reason in reasons.iter().take(LINES) {
        let _ = writeln!(text, "  {} {}", reason.verdict.sign(), reason.text);
    }
    more(text, reasons.len());
}

/// Says how many more lines a list has.
fn more(text: &mut String, all: usize) {
    if all > LINES {
        let _ = writeln!(text, "  … 另有 {} 条，见 --json 或 --forms", all - LINES);
    }
}

fn side_by_side(text: &mut String, off: &Evaluation, on: &Evaluation) {
    heading(text, "放宽规定前后", "");
    let mut grid = Grid::new(&["", "不用放宽", "使用放宽", ""]);
    let mut row = |name: String, a: Toned, b: Toned| {
        let changed = if a.0 == b.0 { plain("") } else { ("← 不同".to_owned(), Tone::Care) };
        grid.row([plain(name), a, b, changed]);
    };
    let verdict_of = |e: &Evaluation| (overall_sign(e.overall.verdict), e.overall.verdict.into());
    row("结论".to_owned(), verdict_of(off), verdict_of(on));
    let failures = |e: &Evaluation| plain(format!("{} 条", e.overall.certain_failures));
    row("确定未达标".to_owned(), failures(off), failures(on));
    for (a, b) in off.stages.iter().zip(&on.stages) {
        row(format!("{}达标学校比例", a.stage), stages::share(a), stages::share(b));
        let over = |stage: &standard::evaluation::StageResult| {
            let failing = stage
                .indicators
                .iter()
                .filter(|i| i.verdict == standard::evaluation::Verdict::Fail);
            plain(format!("{} 项", failing.count()))
        };
        row(format!("{}差异系数超限", a.stage), over(a), over(b));
    }
    for (a, b) in off.groups.iter().zip(&on.groups) {
        row(a.zh.clone(), verdict(a.verdict), verdict(b.verdict));
        for (x, y) in a.indicators.iter().zip(&b.indicators).filter(|(x, y)| x.verdict != y.verdict)
        {
            row(format!("  {} {}", x.code, x.zh), verdict(x.verdict), verdict(y.verdict));
        }
    }
    text.push_str(&grid.render());
}

/// What is missing, by item: in how many places, and what cannot be decided without it.
fn missing(text: &mut String, missing: &[MissingFact]) {
    if missing.is_empty() {
        return;
    }
    let mut by_item: BTreeMap<(&str, &str), Vec<&MissingFact>> = BTreeMap::new();
    for fact in missing {
        by_item.entry((&fact.item, &fact.zh)).or_default().push(fact);
    }
    let mut rows: Vec<_> = by_item.into_iter().collect();
    rows.sort_by(|(a, x), (b, y)| y.len().cmp(&x.len()).then(a.cmp(b)));
    heading(text, "缺少的数据", "缺数不算零，也不算达标");
    let mut grid = Grid::new(&["数据项", ">处", "用于", "在哪里"]);
    for ((item, zh), facts) in rows.iter().take(LINES) {
        let mut needed: Vec<&str> =
            facts.iter().flat_map(|f| f.needed_by.iter().map(String::as_str)).collect();
        needed.sort_unstable();
        needed.dedup();
        let mut places: Vec<&str> = facts.iter().take(3).map(|f| f.place.as_str()).collect();
        if facts.len() > 3 {
            places.push("…");
        }
        let name = if item.is_empty() { (*zh).to_owned() } else { format!("{zh}（{item}）") };
        grid.row([
            plain(name),
            plain(facts.len().to_string()),
            plain(needed.join("、")),
            plain(places.join("、")),
        ]);
    }
    text.push_str(&grid.render());
    more(text, rows.len());
}

fn excluded(text: &mut String, evaluation: &Evaluation) {
    if evaluation.excluded.is_empty() {
        return;
    }
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for excluded in &evaluation.excluded {
        let stage = excluded.stage.map(|s| format!("（{s}）")).unwrap_or_default();
        by_reason.entry(&excluded.reason).or_default().push(format!("{}{stage}", excluded.name));
    }
    heading(text, "不参评", "");
    for (reason, names) in by_reason {
        let some: Vec<&str> = names.iter().take(6).map(String::as_str).collect();
        let etc = if names.len() > some.len() { "等" } else { "" };
        let _ = writeln!(text, "  {} 个：{reason}（{}{etc}）", names.len(), some.join("、"));
    }
}

fn parameters(text: &mut String, evaluation: &Evaluation) {
    if evaluation.parameters.is_empty() {
        return;
    }
    heading(text, "采用的参数", "用 --set 代码=值 改变");
    let mut grid = Grid::new(&["代码", "名称", "取值", "确定程度", "来源"]);
    for p in &evaluation.parameters {
        // What the user set is out of the ordinary and must not be overlooked.
        let tone = if p.grade == "用户设定" { Tone::Care } else { Tone::Plain };
        grid.row([
            plain(&p.code),
            plain(&p.zh),
            (p.value.clone(), tone),
            (p.grade.clone(), tone),
            plain(&p.source),
        ]);
    }
    text.push_str(&grid.render());
}
