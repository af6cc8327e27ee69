//! The published plan of a county as an example: its projects stand here a second time, taken from
//! the text of the plan, so that neither copy can drift.

use crate::common::{bench, exact, packs};
use domain::{Exact, SchoolYear};
use invest::file;
use invest::settings::{Committed, Settings};

fn settings() -> Settings {
    let (bench, packs) = (bench(), packs());
    let file = packs.file("examples/jingxian/plan.toml").unwrap();
    file::read(file, &packs, &bench.catalogue).unwrap().settings
}

/// A project of the text: name, 万元, first and last year of the money, year of opening (0: the
/// text names none), the areas in ㎡.
type Project = (&'static str, &'static str, (i16, i16), i16, &'static [&'static str]);

const PROJECTS: [Project; 11] = [
    ("泾县实验小学改扩建一期工程（续建）", "1500", (2022, 2022), 2022, &["6800"]),
    ("泾县城关第三小学改扩建一期项目", "2000", (2022, 2022), 2023, &["4000"]),
    ("智慧学校整体推进建设项目", "7000", (2022, 2022), 0, &[]),
    ("泾县城关第五学校改扩建二期工程", "2000", (2023, 2023), 2025, &["5000", "3000", "2000"]),
    ("城区新建 1 所初中（36 班）和 1 所小学（36 班）", "16000", (2023, 2023), 0, &[]),
    ("中小学实验室改造提升工程", "230", (2023, 2025), 0, &[]),
    ("学校音乐、美术等功能教室达标工程", "423", (2023, 2025), 0, &[]),
    ("学校校园网络安全防护工程", "85", (2023, 2025), 0, &[]),
    ("校园教室照明优化工程", "322", (2023, 2025), 0, &[]),
    ("泾县实验小学改扩建二期工程", "5000", (2024, 2024), 2025, &["3500", "2850", "10000"]),
    ("泾县城关第三小学改扩建二期工程", "600", (2024, 2024), 2025, &["2000"]),
];

#[test]
fn every_named_project_with_its_money_years_and_areas() {
    let projects = settings().committed;
    assert_eq!(projects.len(), PROJECTS.len());
    for (project, (zh, total, (first, last), opens, areas)) in projects.iter().zip(PROJECTS) {
        assert_eq!(project.zh, zh);
        assert_eq!(project.total(), exact(total), "{zh}");
        let years: Vec<i16> = project.payments.keys().map(|year| year.0).collect();
        assert_eq!(years, (first..=last).collect::<Vec<_>>(), "{zh}");
        assert_eq!(project.opens, (opens != 0).then_some(SchoolYear(opens)), "{zh}");
        for area in areas {
            assert!(project.note.contains(&format!("{area} ㎡")), "{zh}: {}", project.note);
        }
        // No school of the text has a code: nothing may be counted anywhere.
        assert!(project.school.is_none() && project.gains.is_empty(), "{zh}");
    }
}

#[test]
fn the_named_amounts_add_up() {
    let settings = settings();
    let total: Exact = settings.committed.iter().map(Committed::total).sum();
    assert_eq!(total, exact("35160"));
    let small = settings.committed.iter().filter(|p| p.code.starts_with("JX-2023-3"));
    let small: Vec<Exact> = small.map(Committed::total).collect();
    assert_eq!(small, ["230", "423", "85", "322"].map(exact));
    assert_eq!(small.into_iter().sum::<Exact>(), exact("1060"));
    // Every year's projects are paid for by the money of the plan, and nothing is left over.
    for year in settings.horizon() {
        let budget: Exact =
            settings.funds.iter().filter_map(|f| f.budget.get(&year).cloned()).sum();
        let due: Exact =
            settings.committed.iter().filter_map(|p| p.payments.get(&year).cloned()).sum();
        assert_eq!(budget, due, "{year}");
    }
}

#[test]
fn the_lines_rise_from_95_over_98_to_all() {
    let settings = settings();
    assert_eq!((settings.first, settings.finish), (SchoolYear(2022), SchoolYear(2025)));
    for indicator in ["L1", "L2", "L3"] {
        let lines = settings.lines.iter().filter(|line| line.indicator == indicator);
        let lines: Vec<(i16, Exact)> =
            lines.map(|line| (line.year.0, line.at_least.clone())).collect();
        let expected = [(2022, "0.95"), (2023, "0.98"), (2024, "1")];
        assert_eq!(lines, expected.map(|(year, share)| (year, exact(share))), "{indicator}");
    }
}
