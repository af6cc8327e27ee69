//! A plan made by hand, with everything that a plan can hold, and sums that hold.

use domain::{Exact, SchoolCode, SchoolYear, Stage};
use invest::Plan;
use invest::plan::{
    Action, Coefficient, CommittedPayment, ConditionOutcome, FORMAT, LineOutcome, Method, Payment,
    SectionOutcome, YearOutcome,
};
use invest::settings::{Committed, Fund, Settings};
use packs::PackSource;
use standard::evaluation::{OverallVerdict, Verdict};
use std::collections::BTreeMap;

pub(crate) fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn code(n: u32) -> SchoolCode {
    SchoolCode::parse(&format!("34000000{n:02}")).unwrap()
}

fn payment(year: i16, fund: &str, budget_of: i16, amount: &str) -> Payment {
    Payment {
        year: SchoolYear(year),
        fund: fund.into(),
        budget_of: SchoolYear(budget_of),
        amount: exact(amount),
    }
}

fn fund(code: &str, zh: &str, only_for: &[&str], carry: bool, budget: [&str; 3]) -> Fund {
    Fund {
        code: code.into(),
        zh: zh.into(),
        only_for: only_for.iter().map(|&c| c.to_owned()).collect(),
        carry,
        budget: (2025..).map(SchoolYear).zip(budget.map(exact)).collect(),
    }
}

struct Buy {
    measure: &'static str,
    zh: &'static str,
    school: u32,
    stage: Option<Stage>,
    years: (i16, i16),
    quantity: &'static str,
    unit: &'static str,
    category: &'static str,
    once: &'static str,
    yearly: &'static str,
    cost: &'static str,
}

fn action(number: usize, buy: &Buy, payments: Vec<Payment>) -> Action {
    Action {
        number,
        measure: buy.measure.into(),
        zh: buy.zh.into(),
        project: buy.unit == "项",
        school: code(buy.school),
        name: format!("第{}学校", buy.school),
        stage: buy.stage,
        decided: SchoolYear(buy.years.0),
        counts: SchoolYear(buy.years.1),
        begins: format!("{}-01-01", buy.years.0),
        ends: format!("{}-08-31", buy.years.1),
        quantity: exact(buy.quantity),
        unit: buy.unit.into(),
        category: buy.category.into(),
        once: exact(buy.once),
        yearly: exact(buy.yearly),
        cost: exact(buy.cost),
        grade: "K".into(),
        payments,
    }
}

fn year(year: i16, passed: usize, shown: &str, verdict: Verdict, cost: &str) -> YearOutcome {
    let good = passed == 3;
    let sections = [(1, Stage::Primary), (2, Stage::Primary), (2, Stage::Junior)];
    YearOutcome {
        year: SchoolYear(year),
        snapshot: "cd".repeat(32),
        sections: 3,
        passed,
        resources: if good { OverallVerdict::Pass } else { OverallVerdict::Fail },
        overall: OverallVerdict::NotDecidable,
        reasons: vec!["缺 社会认可度".into(), "缺 县级教师培训经费".into()],
        coefficients: vec![
            Coefficient {
                stage: Stage::Primary,
                indicator: "L4".into(),
                shown: Some(shown.into()),
                limit: Some(exact("0.5")),
                verdict,
            },
            Coefficient {
                stage: Stage::Junior,
                indicator: "L4".into(),
                shown: None,
                limit: Some(exact("0.45")),
                verdict: Verdict::Missing,
            },
        ],
        section_outcomes: (0..)
            .zip(sections)
            .map(|(i, (school, stage))| SectionOutcome {
                school: code(school),
                name: format!("第{school}学校"),
                stage,
                verdict: if i < passed { Verdict::Pass } else { Verdict::Fail },
                remark: String::new(),
            })
            .collect(),
        lines: vec![LineOutcome {
            indicator: "L1".into(),
            at_least: exact("0.95"),
            reached: passed,
            of: 3,
            short: 3 - passed,
        }],
        conditions: vec![ConditionOutcome {
            part: "G3.1".into(),
            zh: "每 12 个班有 1 间音乐教室".into(),
            verdict: Verdict::Fail,
            checked: 2,
            failing: vec!["第2学校".into()],
            due: 0,
        }],
        cost: exact(cost),
        posts: exact("2"),
    }
}

fn actions() -> Vec<Action> {
    let building = Buy {
        measure: "rooms.build",
        zh: "新建教学及辅助用房",
        school: 1,
        stage: None,
        years: (2025, 2026),
        quantity: "100",
        unit: "㎡",
        category: "building",
        once: "0.4025",
        yearly: "0",
        cost: "40.25",
    };
    let teachers = Buy {
        measure: "teachers.recruit",
        zh: "补充教师",
        school: 2,
        stage: Some(Stage::Primary),
        years: (2025, 2026),
        quantity: "2",
        unit: "人",
        category: "teachers",
        once: "0",
        yearly: "10",
        cost: "40",
    };
    let hall = Buy {
        measure: "HALL",
        zh: "综合楼",
        school: 2,
        stage: None,
        years: (2026, 2027),
        quantity: "1",
        unit: "项",
        category: "building",
        once: "35",
        yearly: "0",
        cost: "35",
    };
    let away = Buy {
        measure: "teachers.move",
        zh: "教师交流（调出）",
        school: 2,
        stage: Some(Stage::Junior),
        years: (2026, 2026),
        quantity: "-1",
        unit: "人",
        category: "teachers",
        once: "0",
        yearly: "0",
        cost: "0",
    };
    vec![
        action(
            1,
            &building,
            vec![payment(2025, "county", 2025, "30.25"), payment(2025, "donated", 2025, "10")],
        ),
        action(
            2,
            &teachers,
            vec![payment(2026, "county", 2025, "20"), payment(2027, "county", 2027, "20")],
        ),
        action(3, &hall, vec![payment(2026, "county", 2026, "35")]),
        action(4, &away, vec![]),
    ]
}

/// Three years, two schools, two funds, one project of before.
pub(crate) fn plan() -> Plan {
    let catalogue = items::load(&PackSource::embedded()).unwrap().catalogue().clone();
    let costs = invest::costs::load(&PackSource::embedded(), &catalogue, "cn-county-2023").unwrap();
    let mut settings = Settings::unlimited(SchoolYear(2024), 3);
    settings.title = "示例县规划".into();
    settings.funds = vec![
        fund("county", "县级财政", &[], true, ["100", "60", "30"]),
        fund("donated", "社会捐赠", &["building"], false, ["10", "0", "0"]),
    ];
    settings.committed = vec![Committed {
        code: "P1".into(),
        zh: "第一学校续建工程".into(),
        school: Some(code(1)),
        category: "building".into(),
        fund: Some("county".into()),
        payments: BTreeMap::from([
            (SchoolYear(2024), exact("7")),
            (SchoolYear(2025), exact("12.5")),
        ]),
        opens: Some(SchoolYear(2026)),
        gains: vec![],
        rooms: vec![],
        note: "续建 800 ㎡".into(),
    }];
    let actions = actions();
    Plan {
        format: FORMAT,
        engine: "0.1.0".into(),
        title: settings.title.clone(),
        problem: "ab".repeat(32),
        standard: "cn-quality-2017".into(),
        standard_title: "县域义务教育优质均衡发展督导评估".into(),
        indicators: [("L1", "高学历教师"), ("L4", "教学用房")]
            .map(|(code, zh)| (code.to_owned(), zh.to_owned()))
            .into(),
        standard_hash: "12".repeat(32),
        parameters: BTreeMap::new(),
        settings,
        costs,
        method: Method {
            name: "optimum".into(),
            solver: "HiGHS 1.15.0".into(),
            seed: 1,
            threads: 1,
            rounds: 3,
            nodes: 17,
            bound: Some("111.220000".into()),
            gap: Some("0.000823".into()),
            proved: true,
            ended: String::new(),
        },
        accepted: true,
        objections: vec![],
        shortfall: 3,
        cost: exact("115.25"),
        discounted: exact("111.3116"),
        schools_touched: 2,
        actions,
        committed: vec![CommittedPayment {
            project: "P1".into(),
            zh: "第一学校续建工程".into(),
            payments: vec![payment(2025, "county", 2025, "12.5")],
            cost: exact("12.5"),
        }],
        years: vec![
            year(2025, 1, "0.512", Verdict::Fail, "40.25"),
            year(2026, 2, "0.499", Verdict::Pass, "55"),
            year(2027, 3, "0.401", Verdict::Pass, "20"),
        ],
        outer: vec![],
    }
}

/// The same school by school: dearer.
pub(crate) fn greedy() -> Plan {
    let mut plan = plan();
    plan.method = Method {
        name: "greedy".into(),
        solver: String::new(),
        bound: None,
        gap: None,
        proved: false,
        ..plan.method
    };
    plan.cost = exact("140.25");
    plan.discounted = exact("135.3116");
    plan
}

/// A plan that the judge does not accept, with money that is not there.
pub(crate) fn refused() -> Plan {
    let mut plan = plan();
    plan.accepted = false;
    plan.objections = vec![
        "2027 学年：1 个学段未达标，0 个差异系数超过上限".into(),
        "2026 学年资金缺 15 万元".into(),
    ];
    plan.method.proved = false;
    plan.method.gap = Some("0.15".into());
    plan.method.ended = "时间已到".into();
    plan.actions[2].payments = vec![payment(2026, "county", 2026, "20")];
    plan
}

/// A plan without anything in it.
pub(crate) fn empty() -> Plan {
    let mut plan = plan();
    plan.settings = Settings { years: 0, ..Settings::unlimited(SchoolYear(2024), 1) };
    plan.actions.clear();
    plan.committed.clear();
    plan.years.clear();
    plan.cost = Exact::ZERO;
    plan.discounted = Exact::ZERO;
    plan.schools_touched = 0;
    plan.method.bound = None;
    plan.method.gap = None;
    plan
}
