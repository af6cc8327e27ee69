//! Every template on every county, as the text that a reader sees.

use super::counties::{BENCH, County, named};
use document::Template;
use document::model::{Block, Document, Row, Table, plain};
use document::template::{Need, Options, Subject, Written};

pub(crate) fn template(id: &str) -> Template {
    Template::load(&BENCH.packs, id, &BENCH.catalogue).unwrap_or_else(|error| panic!("{error}"))
}

/// The document of a template for a county, about its first school or township in need of one.
pub(crate) fn render(template: &Template, county: &County) -> Document {
    let first = county.evaluation.sections.iter().find(|s| s.verdict.zh() != "达标");
    let first = first.or(county.evaluation.sections.first());
    // Where teachers move, one that they leave.
    let giver = county.rotation.as_ref().and_then(|r| r.run.moves.first()).map(|m| &m.from);
    let about = match template.subject() {
        Subject::County => None,
        Subject::School => giver.or(first.map(|s| &s.school)).map(ToString::to_string),
        Subject::Township => first.and_then(|s| s.township.clone()),
        Subject::Objection => Some("1".to_owned()),
    };
    let options = Options { about, ..Options::default() };
    let written = Written::new();
    template.render(county.sources(), &written, &options).unwrap_or_else(|error| panic!("{error}"))
}

/// What a template can be tried on.
pub(crate) fn counties_for(template: &Template) -> Vec<&'static str> {
    let needs = |wanted| template.needs().any(|need| need == wanted);
    if needs(Need::Plan) {
        vec!["planned"]
    } else if needs(Need::Last) {
        vec!["fail", "pass", "undecided", "large"]
    } else if needs(Need::Adopted) {
        vec!["adopted"]
    } else if needs(Need::Rotation) {
        vec!["published", "adopted"]
    } else if needs(Need::Objection) {
        vec!["objected", "published"]
    } else {
        vec!["fail", "pass", "undecided", "one-school", "planned", "large", "adopted"]
    }
}

const NUMERALS: [&str; 12] =
    ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

fn numbered(level: u8, n: usize, text: &str) -> String {
    let numeral = NUMERALS.get(n - 1).copied().unwrap_or("〇");
    match level {
        1 => format!("{numeral}、{text}"),
        2 => format!("（{numeral}）{text}"),
        3 => format!("{n}.{text}"),
        _ => format!("（{n}）{text}"),
    }
}

/// A document as text: headings numbered, tables with bars.
pub(crate) fn text(document: &Document) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    if let Some(mark) = &document.mark {
        line(format!("【{mark}】"));
    }
    line(plain(&document.number));
    line(format!("# {}", plain(&document.title)));
    if !document.addressee.is_empty() {
        line(format!("{}：", plain(&document.addressee)));
    }
    blocks(&document.blocks, &mut line);
    if let Some(signature) = &document.signature {
        signature.organs.iter().for_each(|organ| line(plain(organ)));
        line(plain(&signature.date));
    }
    for (i, annex) in document.annexes.iter().enumerate() {
        line(format!("\n# 附件{}　{}", i + 1, annex.title));
        blocks(&annex.blocks, &mut line);
    }
    out
}

fn blocks(all: &[Block], line: &mut impl FnMut(String)) {
    let mut counts = [0usize; 5];
    for block in all {
        match block {
            Block::Heading { level, runs } => {
                let at = usize::from(*level);
                counts[at] += 1;
                counts[at + 1..].fill(0);
                line(format!("\n{}", numbered(*level, counts[at], &plain(runs))));
            }
            Block::Paragraph { runs, .. } => line(format!("　　{}", plain(runs))),
            Block::Free(free) => line(format!("　　［{}］{}", free.key, free.shown())),
            Block::Table(table) => draw(table, line),
            Block::Chart(chart) => {
                line(format!("图：{}", plain(&chart.caption)));
                for series in &chart.series {
                    let points: Vec<_> = chart
                        .categories
                        .iter()
                        .zip(&series.points)
                        .map(|(c, p)| {
                            format!("{c} {}", p.as_ref().map_or("缺", |p| p.text.as_str()))
                        })
                        .collect();
                    line(format!("　{}：{}", series.name, points.join("，")));
                }
                for limit in &chart.limits {
                    line(format!("　{}：{}", limit.name, limit.text));
                }
            }
            Block::Break { paper } => line(format!("---- {paper:?}")),
        }
    }
}

fn draw(table: &Table, line: &mut impl FnMut(String)) {
    if !table.caption.is_empty() || table.unit.is_some() {
        let unit = table.unit.as_ref().map_or_else(String::new, |u| format!("　单位：{u}"));
        line(format!("表：{}{unit}", plain(&table.caption)));
    }
    let row = |row: &Row| {
        let cells: Vec<_> = row
            .cells
            .iter()
            .map(|c| {
                let over = if c.columns > 1 { format!("⟷{}", c.columns) } else { String::new() };
                let down = if c.rows > 1 { format!("⇕{}", c.rows) } else { String::new() };
                let words = plain(&c.runs);
                format!("{}{over}{down}", if words.is_empty() { "·" } else { &words })
            })
            .collect();
        format!("| {} |", cells.join(" | "))
    };
    table.head.iter().for_each(|r| line(row(r)));
    line("|---".to_owned());
    let shown = 40;
    for r in table.rows.iter().take(shown) {
        line(row(r));
    }
    if table.rows.len() > shown {
        line(format!("| …… 共 {} 行 |", table.rows.len()));
    }
    for note in &table.notes {
        line(format!("注：{}", plain(note)));
    }
}

/// The text of the body alone, tables cut to their first rows.
fn brief(document: &Document) -> String {
    const ROWS: usize = 6;
    let cut = |block: &Block| match block {
        Block::Table(table) => {
            let mut table = table.clone();
            table.rows.truncate(ROWS);
            Block::Table(table)
        }
        other => other.clone(),
    };
    let blocks = document.blocks.iter().map(cut).collect();
    text(&Document { blocks, annexes: Vec::new(), ..document.clone() })
}

/// The words of every template: read before they are accepted.
#[test]
fn every_template_says_what_it_said() {
    for id in Template::ids(&BENCH.packs) {
        let template = template(&id);
        // Reports that do not need a rotation say of it what others of their kind say.
        let needs = template.needs().any(|need| matches!(need, Need::Adopted | Need::Rotation));
        let others: &[&str] = if needs { &[] } else { &["large", "adopted"] };
        let said: Vec<String> = counties_for(&template)
            .into_iter()
            .filter(|name| !others.contains(name))
            .map(|name| format!("==== {name}\n{}", brief(&render(&template, named(name)))))
            .collect();
        insta::assert_snapshot!(id, said.join("\n"));
    }
}

/// Nobody writes such things.
fn unfit(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let bad = [
        "  ",
        "　　　",
        "。。",
        "，。",
        "，，",
        "、、",
        "；；",
        "；。",
        "：。",
        "、。",
        "（）",
        "0所学校存在",
        "有0所",
        "共0",
        "、；",
        "，、",
        "“”",
        "。，",
        "。；",
        "{",
        "}",
        "为—",
        "：，",
    ];
    for (n, line) in text.lines().enumerate() {
        let words = line.trim_start_matches('　');
        for bad in bad.iter().filter(|bad| words.contains(**bad)) {
            found.push(format!("第 {} 行有“{bad}”：{line}", n + 1));
        }
    }
    found
}

#[test]
fn every_template_reads_well_on_every_county() {
    let mut faults = Vec::new();
    for id in Template::ids(&BENCH.packs) {
        let template = template(&id);
        for name in counties_for(&template) {
            let document = render(&template, named(name));
            let problems = document::check::problems(&document);
            let text = text(&document);
            // For a look by eye: JUNHENG_KEEP names a folder.
            if let Ok(folder) = std::env::var("JUNHENG_KEEP") {
                std::fs::write(format!("{folder}/{id}.{name}.txt"), &text).unwrap();
            }
            faults.extend(problems.iter().take(3).map(|p| format!("{id} {name}: {p}")));
            faults.extend(unfit(&text).into_iter().take(5).map(|f| format!("{id} {name}: {f}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
