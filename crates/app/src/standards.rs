//! `junheng standard`: what rules there are, what they say, and whether they hold by their own
//! examples.

use crate::failure::Exit;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, BAD, FAINT, GOOD, HEAD, styled};
use crate::table::{Grid, Tone, plain};
use anyhow::Context as _;
use standard::Standard;
use standard::example::ExampleResult;
use std::fmt::Write as _;

/// `standard list`.
pub(crate) fn list(packs: &PacksInUse) -> anyhow::Result<Exit> {
    let mut grid = Grid::new(&["代码", "名称", "版本", "施行", "以何为基础"]);
    for id in standard::load::ids(&packs.source) {
        let standard = packs.standard(&id)?;
        grid.row([
            plain(&id),
            plain(standard.title()),
            plain(standard.version()),
            plain(validity(&standard)),
            plain(standard.base().unwrap_or("")),
        ]);
    }
    screen::print(&grid.render())?;
    Ok(Exit::Done)
}

fn validity(standard: &Standard) -> String {
    match standard.validity() {
        (from, None) => format!("{from} 起"),
        (from, Some(to)) => format!("{from} 至 {to}"),
    }
}

/// `standard show ID`.
pub(crate) fn show(packs: &PacksInUse, id: &str) -> anyhow::Result<Exit> {
    let standard = packs.standard(id)?;
    let mut text = String::new();
    let _ = writeln!(text, "{}", styled(HEAD, standard.title()));
    let _ = writeln!(text, "{}", standard.text());
    let _ = writeln!(
        text,
        "代码 {} · 版本 {} · {} · 规则包 {}{}",
        standard.id(),
        standard.version(),
        validity(&standard),
        standard.hash(),
        standard.base().map(|base| format!(" · 以 {base} 为基础")).unwrap_or_default(),
    );
    let _ = writeln!(text, "\n{}", styled(HEAD, "依据"));
    let mut grid = Grid::new(&["简称", "文件", "文号", "日期", "确定程度", "说明"]);
    for source in standard.sources() {
        grid.row([
            plain(&source.key),
            plain(&source.title),
            plain(&source.number),
            plain(source.date.to_string()),
            plain(&source.grade),
            plain(&source.note),
        ]);
    }
    text.push_str(&grid.render());
    parameters(&mut text, &standard);
    let _ = writeln!(text, "\n{}", styled(HEAD, "总则"));
    for principle in standard.principles() {
        let _ = writeln!(text, "{}{}", principle.zh, clause(&principle.clause));
        let _ = writeln!(text, "    {}", principle.text);
    }
    let _ = writeln!(text, "\n{}", styled(HEAD, "规则"));
    for rule in standard.rules() {
        let _ = writeln!(text, "{} {}{}", styled(HEAD, &rule.code), rule.zh, clause(&rule.clause));
        if rule.text != rule.zh && !rule.zh.ends_with(&rule.text) {
            let _ = writeln!(text, "    {}", rule.text);
        }
        for line in &rule.lines {
            let _ = writeln!(text, "    {line}");
        }
    }
    let items = standard.items();
    let _ = writeln!(text, "\n用到 {} 个数据项；junheng item list 列出数据项目录", items.len());
    screen::print(&text)?;
    Ok(Exit::Done)
}

/// The clause behind a rule, where there is one.
fn clause(clause: &str) -> String {
    if clause.is_empty() { String::new() } else { styled(FAINT, &format!("（{clause}）")) }
}

fn parameters(text: &mut String, standard: &Standard) {
    if standard.parameters().is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", styled(HEAD, "参数（用 --set 代码=值 改变）"));
    let mut grid = Grid::new(&["代码", "名称", "取值", "自", "确定程度", "来源", "可选", "说明"]);
    for parameter in standard.parameters() {
        let options = match &parameter.kind {
            standard::parameter::Kind::Flag => "是、否".to_owned(),
            standard::parameter::Kind::Number(unit) => format!("数（{unit}）"),
            standard::parameter::Kind::Choice(options) => {
                let options: Vec<_> = options.iter().map(|(c, zh)| format!("{c} {zh}")).collect();
                options.join("、")
            }
        };
        for (i, dated) in parameter.values.iter().enumerate() {
            let once = |text: &str| plain(if i == 0 { text } else { "" });
            grid.row([
                once(&parameter.code),
                once(&parameter.zh),
                plain(parameter.show(&dated.value)),
                plain(dated.from.to_string()),
                plain(&dated.grade),
                plain(&dated.source),
                once(&options),
                once(&parameter.text),
            ]);
        }
    }
    text.push_str(&grid.render());
}

/// `standard test [ID]`.
pub(crate) fn test(packs: &PacksInUse, id: Option<&str>) -> anyhow::Result<Exit> {
    let ids = id.map_or_else(|| standard::load::ids(&packs.source), |id| vec![id.to_owned()]);
    let (mut examples, mut checks, mut wrong) = (0, 0, 0);
    for id in ids {
        let results = standard::example::run(&packs.source, &packs.catalogue, &id)
            .with_context(|| format!("正在运行标准 {id} 的算例"))?;
        examples += results.len();
        let all = results.iter().flat_map(|r| &r.checks);
        checks += all.clone().count();
        wrong += all.filter(|c| !c.holds).count();
        screen::print(&results_of(&id, &results))?;
    }
    let count = format!("{examples} 个算例，{checks} 处比较");
    let (style, end) = if wrong == 0 {
        (GOOD, "全部相符".to_owned())
    } else {
        (BAD, format!("{wrong} 处不符"))
    };
    screen::print(&format!("{count}，{}\n", styled(style, &end)))?;
    Ok(if wrong == 0 { Exit::Done } else { Exit::Findings })
}

fn results_of(id: &str, results: &[ExampleResult]) -> String {
    if results.is_empty() {
        return format!("{} 没有算例\n\n", styled(HEAD, id));
    }
    let mut text = format!("{}\n", styled(HEAD, id));
    let mut grid = Grid::new(&["算例", "比较什么", ">预期", ">算出", ""]);
    for example in results {
        for (i, check) in example.checks.iter().enumerate() {
            let name = if i == 0 { example.name.as_str() } else { "" };
            let (end, tone) =
                if check.holds { ("✓ 相符", Tone::Good) } else { ("✗ 不符", Tone::Bad) };
            grid.row([
                plain(name),
                plain(&check.what),
                plain(&check.expected),
                plain(&check.found),
                (end.to_owned(), tone),
            ]);
        }
    }
    text.push_str(&grid.render());
    text.push('\n');
    text
}
