//! `staffing posts`: posts of this year, and of coming years by the forecast of pupils.

use super::desk::{self, Desk, number};
use crate::cli::PostsArgs;
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{HEAD, styled};
use crate::table::{Grid, plain};
use anyhow::Context as _;
use domain::{SchoolYear, Snapshot};
use forecast::{Assumptions, ClassNorm};
use serde::Serialize;
use staffing::posts::{self, PostChange, SectionPosts, SubjectTotal};
use std::fmt::Write as _;

#[derive(Serialize)]
struct Report<'a> {
    sections: &'a [SectionPosts],
    totals: &'a [SubjectTotal],
    years: Vec<Coming<'a>>,
}

/// A coming year.
#[derive(Serialize)]
struct Coming<'a> {
    year: SchoolYear,
    sections: &'a [SectionPosts],
    totals: Vec<SubjectTotal>,
    /// Against the year before.
    changes: Vec<PostChange>,
}

pub(super) fn posts(packs: &PacksInUse, args: &PostsArgs) -> anyhow::Result<Exit> {
    let common = &args.common;
    let Some(desk) = desk::open(packs, common)? else { return Ok(Exit::Findings) };
    let catalogue = desk.standard.catalogue();
    let list = posts::posts(&desk.snapshot, catalogue, Some(&desk.roster), &desk.rules);
    let totals = posts::totals(&list, &desk.rules);
    let later = match args.ahead {
        None => Vec::new(),
        Some(years) => {
            let snapshots = ahead(&desk, years)?;
            posts::over_years(&snapshots, catalogue, Some(&desk.roster), &desk.rules)
        }
    };
    let mut before = list.as_slice();
    let mut years = Vec::new();
    for (year, sections) in &later {
        years.push(Coming {
            year: *year,
            sections,
            totals: posts::totals(sections, &desk.rules),
            changes: posts::changes(before, sections),
        });
        before = sections;
    }
    let text = format!("{}{}{}", sections(&list), subjects(&totals), coming(&years));
    let report = Report { sections: &list, totals: &totals, years };
    let workbook =
        || forms::staffing::posts::workbook(&list, &later, &desk.rules, &desk.masthead());
    desk::finish(common, &report, Some(workbook), &text)?;
    Ok(desk::done(&desk))
}

/// The county's data of coming years, by the forecast with its usual assumptions.
fn ahead(desk: &Desk, years: u8) -> anyhow::Result<Vec<Snapshot>> {
    let catalogue = desk.standard.catalogue();
    let mut history = desk.earlier.clone();
    history.push(desk.snapshot.clone());
    let assumptions = Assumptions { years, ..Assumptions::default() };
    let forecast = forecast::forecast(catalogue, &history, &assumptions)
        .map_err(|error| Misuse(format!("{} {error}", error.code())))?;
    let mut snapshots = Vec::new();
    for year in &forecast.years {
        let draft =
            forecast::apply(catalogue, &desk.snapshot, &forecast, year.year, ClassNorm::default())
                .with_context(|| format!("A-STAFF-03 正在测算 {} 学年的岗位", year.year))?;
        let sealed = draft
            .seal(catalogue)
            .with_context(|| format!("A-STAFF-03 正在测算 {} 学年的岗位", year.year))?;
        snapshots.push(sealed);
    }
    Ok(snapshots)
}

fn sections(list: &[SectionPosts]) -> String {
    let heads =
        ["学校", "学段", ">编制", ">教职工", ">超（缺）", ">教学岗", ">专任教师", "缺编学科"];
    let mut grid = Grid::new(&heads);
    for section in list {
        let short = section.subjects.iter().filter(|subject| subject.shortage > 0);
        let short: Vec<String> =
            short.map(|subject| format!("{}{}", subject.zh, subject.shortage)).collect();
        grid.row([
            plain(section.name.as_str()),
            plain(section.stage.zh()),
            plain(number(section.quota)),
            plain(number(section.staff)),
            plain(number(section.balance)),
            plain(number(section.teaching)),
            plain(number(section.teachers)),
            plain(short.join(" ")),
        ]);
    }
    format!("{}\n{}", styled(HEAD, "岗位"), grid.render())
}

fn subjects(totals: &[SubjectTotal]) -> String {
    let heads = [
        "学段",
        "学科",
        ">岗位",
        ">现有",
        ">缺",
        ">余",
        ">可调剂",
        ">走教课时",
        ">无人承担课时",
        "结构性",
    ];
    let mut grid = Grid::new(&heads);
    for total in totals {
        let counts = [total.posts, total.have, total.shortage, total.surplus, total.movable];
        let head = [plain(total.stage.zh()), plain(total.zh.as_str())];
        let hours = [&total.visiting, &total.uncovered].map(|hours| plain(hours.to_short(1)));
        let structural = [plain(if total.structural { "是" } else { "" })];
        let counts = counts.map(|count| plain(count.to_string()));
        grid.row(head.into_iter().chain(counts).chain(hours).chain(structural));
    }
    format!("{}\n{}", styled(HEAD, "学科合计"), grid.render())
}

/// The coming years in a line each, and the greatest changes with their reasons.
fn coming(years: &[Coming<'_>]) -> String {
    let mut text = String::new();
    if years.is_empty() {
        return text;
    }
    let mut grid = Grid::new(&[
        "学年",
        ">编制",
        ">教学岗",
        ">学科缺员",
        ">可调剂",
        ">须新增",
        ">编制有变化的学校",
    ]);
    for year in years {
        let sum = |of: fn(&SectionPosts) -> Option<i64>| -> Option<i64> {
            year.sections.iter().map(of).sum()
        };
        let of = |count: fn(&SubjectTotal) -> i64| year.totals.iter().map(count).sum::<i64>();
        grid.row([
            plain(year.year.to_string()),
            plain(number(sum(|s| s.quota))),
            plain(number(sum(|s| s.teaching))),
            plain(of(|t| t.shortage).to_string()),
            plain(of(|t| t.movable).to_string()),
            plain(of(|t| t.shortage - t.movable).to_string()),
            plain(year.changes.len().to_string()),
        ]);
    }
    let _ = write!(text, "{}\n{}", styled(HEAD, "以后各年（教师按现有名册）"), grid.render());
    let mut changes: Vec<(SchoolYear, &PostChange)> =
        years.iter().flat_map(|year| year.changes.iter().map(|c| (year.year, c))).collect();
    let by = |c: &PostChange| c.before.zip(c.after).map_or(0, |(then, now)| now - then);
    changes.sort_by_key(|(_, change)| std::cmp::Reverse(by(change).abs()));
    let mut grid = Grid::new(&["学年", "学校", "学段", ">由", ">到", "原因"]);
    for (year, change) in changes.iter().take(10) {
        grid.row([
            plain(year.to_string()),
            plain(change.name.as_str()),
            plain(change.stage.zh()),
            plain(number(change.before)),
            plain(number(change.after)),
            plain(change.reasons.join("；")),
        ]);
    }
    if !changes.is_empty() {
        let _ = write!(text, "{}\n{}", styled(HEAD, "变化最大的"), grid.render());
    }
    text
}
