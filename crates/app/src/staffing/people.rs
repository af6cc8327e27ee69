//! `staffing pair`, `principals` and `training`.

use super::SHOWN;
use super::desk::{self, Desk, number, rest};
use crate::cli::{PairArgs, StaffingArgs};
use crate::failure::Exit;
use crate::packs_in_use::PacksInUse;
use crate::screen::{HEAD, styled};
use crate::table::{Grid, Tone, plain};
use domain::{Exact, SchoolCode};
use serde::Serialize;
use staffing::pairing;
use staffing::principals::{self, Proposals, Term};
use staffing::rotation::Settings;
use staffing::training::{self, Completion, Funds, Shortfall};
use std::fmt::Write as _;

fn school(desk: &Desk, code: &SchoolCode) -> String {
    desk.snapshot.school(code).map_or_else(|| code.to_string(), |school| school.name.clone())
}

#[derive(Serialize)]
struct Pairs {
    schools: pairing::SchoolPairs,
    mentors: pairing::MentorPairs,
}

pub(super) fn pair(packs: &PacksInUse, args: &PairArgs) -> anyhow::Result<Exit> {
    let common = &args.common;
    let Some(desk) = desk::open(packs, common)? else { return Ok(Exit::Findings) };
    let evaluation = standard::evaluate(&desk.snapshot, &desk.standard, &desk.options)?;
    let settings = Settings::of(&desk.rules.rotation);
    let solver = solver::in_process();
    let catalogue = desk.standard.catalogue();
    let km = Exact::from(i64::from(args.km));
    let outward = |from: &SchoolCode, to: &SchoolCode| {
        pairing::is_outward(&desk.snapshot, catalogue, from, to)
    };
    let between: Option<&pairing::Between<'_>> =
        if args.any_direction { None } else { Some(&outward) };
    let least = &desk.rules.pairing.least.value;
    let bounds = |each| pairing::Bounds { each, km: &km, between, least };
    let schools = pairing::schools(
        &evaluation,
        &desk.snapshot,
        catalogue,
        &settings,
        &bounds(args.each),
        &*solver,
    )?;
    let mentors = pairing::mentors(
        &desk.roster,
        (&desk.snapshot, catalogue),
        (&desk.rules, &settings),
        (args.young, &bounds(args.pupils)),
        &*solver,
    )?;
    let mut grid = Grid::new(&["学段", "帮扶学校", "受援学校", ">公里", "受援方未达标"]);
    for pair in schools.pairs.iter().take(SHOWN) {
        grid.row([
            plain(pair.stage.zh()),
            plain(pair.strong_name.as_str()),
            plain(pair.weak_name.as_str()),
            plain(pair.km.as_deref().unwrap_or("—")),
            plain(pair.misses.join(" ")),
        ]);
    }
    let mut text = format!("{}\n{}", styled(HEAD, "结对建议"), grid.render());
    text.push_str(&rest(schools.pairs.len(), "对"));
    if !schools.unpaired.is_empty() {
        let mut grid = Grid::new(&["没有结对的学校", "学段", "原因"]);
        for alone in schools.unpaired.iter().take(SHOWN) {
            grid.row([&alone.name, alone.stage.zh(), &alone.why].map(plain));
        }
        text.push_str(&grid.render());
    }
    let _ =
        writeln!(text, " 名师带徒 {} 对，未配 {} 人", mentors.pairs.len(), mentors.unpaired.len());
    let report = Pairs { schools, mentors };
    let masthead = desk.masthead();
    let workbook = || {
        forms::staffing::pairings::workbook(
            &report.schools,
            &report.mentors,
            &desk.snapshot,
            &masthead,
        )
    };
    desk::finish(common, &report, Some(workbook), &text)?;
    Ok(desk::done(&desk))
}

#[derive(Serialize)]
struct Leaders {
    terms: Vec<Term>,
    vacancies: Vec<SchoolCode>,
    proposals: Proposals,
}

pub(super) fn principals(packs: &PacksInUse, args: &StaffingArgs) -> anyhow::Result<Exit> {
    let Some(desk) = desk::open(packs, args)? else { return Ok(Exit::Findings) };
    let catalogue = desk.standard.catalogue();
    let evaluation = standard::evaluate(&desk.snapshot, &desk.standard, &desk.options)?;
    let settings = Settings::of(&desk.rules.rotation);
    let roster = desk.roster.of_public(&desk.snapshot, catalogue);
    let proposals = principals::proposals(
        &roster,
        (&desk.snapshot, catalogue),
        (&desk.rules, &settings),
        Some(&evaluation),
        &*solver::in_process(),
    )?;
    let leaders = Leaders {
        terms: principals::terms(&roster, &desk.rules),
        vacancies: principals::vacancies(&roster, &desk.snapshot, catalogue),
        proposals,
    };
    let (due, _) = principals::due(&leaders.terms);
    let mut text = format!("{}\n", styled(HEAD, "校长任期"));
    let _ = writeln!(
        text,
        " 校长、副校长 {} 人，任期已满应交流 {due} 人；没有校长的学校 {} 所",
        leaders.terms.len(),
        leaders.vacancies.len()
    );
    let mut grid = Grid::new(&["编号", "姓名", "职务", "学校", ">年", ">距届满", "说明"]);
    for term in leaders.terms.iter().take(SHOWN) {
        let tone = if term.left.is_some_and(|left| left <= 0) { Tone::Care } else { Tone::Plain };
        grid.row([
            plain(term.teacher.to_string()),
            plain(term.name.to_string()),
            plain(term.role.zh()),
            plain(school(&desk, &term.school)),
            plain(number(term.years)),
            plain(number(term.left)),
            (term.note.clone(), tone),
        ]);
    }
    if !grid.is_empty() {
        text.push_str(&grid.render());
    }
    text.push_str(&rest(leaders.terms.len(), "人"));
    text.push_str(&proposed(&leaders.proposals));
    let masthead = desk.masthead();
    let workbook = || {
        let written = forms::staffing::principals::Leaders {
            terms: &leaders.terms,
            vacancies: &leaders.vacancies,
            proposals: Some(&leaders.proposals),
            roster: &roster,
        };
        let places = forms::staffing::places(&desk.snapshot, catalogue);
        forms::staffing::principals::workbook(&written, &places, &masthead)
    };
    desk::finish(args, &leaders, Some(workbook), &text)?;
    Ok(desk::done(&desk))
}

fn proposed(proposals: &Proposals) -> String {
    let mut text = format!("{}\n", styled(HEAD, "交流建议"));
    let mut grid = Grid::new(&["编号", "姓名", "职务", "由", "到", "理由"]);
    for m in &proposals.moves {
        grid.row([
            plain(m.teacher.to_string()),
            plain(m.name.to_string()),
            plain(m.role.zh()),
            plain(m.from_name.as_str()),
            plain(m.to_name.as_str()),
            plain(m.reasons.join("；")),
        ]);
    }
    text.push_str(&if grid.is_empty() { " （无）\n".to_owned() } else { grid.render() });
    let mut grid = Grid::new(&["任期已满而没有安排", "姓名", "职务", "学校", "原因"]);
    for stay in &proposals.stays {
        grid.row([
            plain(stay.teacher.to_string()),
            plain(stay.name.to_string()),
            plain(stay.role.zh()),
            plain(stay.school_name.as_str()),
            plain(stay.why.as_str()),
        ]);
    }
    if !grid.is_empty() {
        text.push_str(&grid.render());
    }
    if !proposals.open.is_empty() {
        let names: Vec<&str> = proposals.open.iter().map(|(_, name)| name.as_str()).collect();
        let _ = writeln!(text, " 调整后仍没有校长的学校：{}", names.join("、"));
    }
    text
}

#[derive(Serialize)]
struct Hours {
    cycle: (i16, i16),
    shortfalls: Vec<Shortfall>,
    schools: Vec<Completion>,
    funds: Vec<Funds>,
}

pub(super) fn training(packs: &PacksInUse, args: &StaffingArgs) -> anyhow::Result<Exit> {
    let Some(desk) = desk::open(packs, args)? else { return Ok(Exit::Findings) };
    let catalogue = desk.standard.catalogue();
    // What a school is judged by; the cycle that is running is told beside it.
    let cycle = staffing::count::training_cycle(&desk.rules, desk.snapshot.year());
    let running = training::running_cycle(&desk.rules, desk.snapshot.year());
    let over = training::last_over(&desk.roster);
    let hours = Hours {
        cycle,
        shortfalls: training::shortfalls(&desk.roster, &desk.rules, cycle, over),
        schools: training::completion(&desk.roster, &desk.rules, cycle),
        funds: training::funds(&desk.snapshot, catalogue, &desk.rules).1,
    };
    let teachers: usize = hours.schools.iter().map(|s| s.teachers).sum();
    let done: usize = hours.schools.iter().map(|s| s.done).sum();
    let mut text = format!("{}\n", styled(HEAD, "教师培训"));
    let _ = writeln!(
        text,
        " {}—{} 年：专任教师 {teachers} 人，学时已满 {done} 人，不足 {} 人",
        cycle.0,
        cycle.1,
        hours.shortfalls.len()
    );
    let _ = writeln!(
        text,
        " 进行中的 {}—{} 年（还余 {} 年）：尚未满学时的 {} 人",
        running.0,
        running.1,
        (running.1 - over).max(0),
        training::shortfalls(&desk.roster, &desk.rules, running, over).len()
    );
    let mut grid = Grid::new(&["编号", "姓名", "学校", ">已完成", ">还差"]);
    for short in hours.shortfalls.iter().take(SHOWN) {
        grid.row([
            plain(short.teacher.to_string()),
            plain(short.name.to_string()),
            plain(school(&desk, &short.school)),
            plain(short.hours.to_short(1)),
            plain(short.missing.to_short(1)),
        ]);
    }
    if !grid.is_empty() {
        text.push_str(&grid.render());
    }
    text.push_str(&rest(hours.shortfalls.len(), "人"));
    let low: Vec<&Funds> = hours.funds.iter().filter(|f| f.enough == Some(false)).collect();
    let unknown = hours.funds.iter().filter(|f| f.enough.is_none()).count();
    let mut grid =
        Grid::new(&["培训经费不足的学校", ">培训经费（万元）", ">公用经费（万元）", ">占比"]);
    for funds in low.iter().take(SHOWN) {
        let money = |amount: &Option<Exact>| {
            amount.as_ref().map_or_else(|| "缺数".to_owned(), |amount| amount.to_fixed(2))
        };
        let share = funds.share.as_ref().map(|share| (share * &Exact::from(100)).to_fixed(2));
        grid.row([
            plain(school(&desk, &funds.school)),
            plain(money(&funds.training)),
            plain(money(&funds.budget)),
            plain(share.map_or_else(|| "缺数".to_owned(), |share| format!("{share}%"))),
        ]);
    }
    if !grid.is_empty() {
        text.push_str(&grid.render());
    }
    text.push_str(&rest(low.len(), "所"));
    if unknown > 0 {
        let _ = writeln!(text, " 另有 {unknown} 所学校缺培训经费或公用经费，不能判断");
    }
    let masthead = desk.masthead();
    let workbook = || {
        let written = forms::staffing::training::Training {
            projects: None,
            hours: Some(forms::staffing::training::Hours {
                cycle: hours.cycle,
                shortfalls: &hours.shortfalls,
                credits: None,
                schools: &hours.schools,
            }),
            funds: &hours.funds,
        };
        let places = forms::staffing::places(&desk.snapshot, catalogue);
        forms::staffing::training::workbook(&written, &places, &desk.rules, &masthead)
    };
    desk::finish(args, &hours, Some(workbook), &text)?;
    Ok(desk::done(&desk))
}
