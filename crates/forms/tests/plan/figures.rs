//! What stands in the sheets is what stands in the plan.

use crate::book::{Book, figure, recomputed};
use crate::make::{empty, exact, greedy, plan, refused};
use calamine::Data;
use domain::{Exact, SchoolYear};
use invest::Plan;

/// Every formula gives what is stored beside it.
pub(crate) fn sums_hold(book: &mut Book) -> usize {
    let mut checked = 0;
    for sheet in book.names() {
        let rows = book.rows(&sheet);
        for (row, column, formula) in book.formulas(&sheet) {
            let stored = figure(&rows[row][column]);
            let off = &stored - &recomputed(&rows, &formula);
            // Each part is stored with six digits.
            assert!(
                off.to_fixed(4).trim_start_matches('-') == "0.0000",
                "{sheet} {formula}: {off}"
            );
            checked += 1;
        }
    }
    checked
}

/// The rows of the plan's table in the sheet of a year.
pub(crate) fn rows_are_the_plans(book: &mut Book, plan: &Plan, year: SchoolYear) {
    let sheet = format!("{}年", year.0);
    let rows = book.below(&sheet, "一、本年新定措施");
    for (head, cell) in Plan::HEADS.iter().zip(&rows[0]) {
        assert_eq!(*cell, **head);
    }
    // The second row of the head names the funds.
    let listed = &rows[2..];
    let expected = plan.rows(Some(year));
    for (row, cells) in expected.iter().zip(listed) {
        for (at, (text, cell)) in row.cells.iter().zip(cells).enumerate() {
            match at {
                0 | 4 | 6 | 8 => assert_eq!(figure(cell), exact(text), "{sheet} {row:?}"),
                7 => {}
                _ => assert_eq!(cell.to_string(), *text, "{sheet}"),
            }
        }
    }
    let after = &listed[expected.len().max(1)];
    assert_eq!(after[1], *"本年新定措施合计", "{sheet}");
    let cost: Exact =
        plan.actions.iter().filter(|a| a.decided == year).map(|a| a.cost.clone()).sum();
    assert_eq!(figure(&after[6]), cost, "{sheet}");
    let total = book.row(&sheet, "本年支出总计");
    let paid_before: Exact =
        plan.settings.committed.iter().filter_map(|c| c.payments.get(&year).cloned()).sum();
    let spent = &plan.year(year).unwrap().cost + &paid_before;
    assert_eq!(figure(&total[9]), spent, "{sheet}");
    // By fund: what measures and projects of before are paid from it.
    let payments = || {
        let before = plan.committed.iter().flat_map(|c| &c.payments);
        plan.actions.iter().flat_map(|a| &a.payments).chain(before)
    };
    for (at, fund) in plan.settings.funds.iter().enumerate() {
        assert_eq!(rows[1][10 + at], *fund.zh, "{sheet}");
        let paid: Exact = payments()
            .filter(|p| p.year == year && p.fund == fund.code)
            .map(|p| p.amount.clone())
            .sum();
        assert_eq!(figure(&total[10 + at]), paid, "{sheet} {}", fund.zh);
    }
}

#[test]
fn the_sheets_of_a_plan() {
    let book = Book::of(&plan(), Some(&greedy()));
    let names = [
        "总表",
        "2025年",
        "2026年",
        "2027年",
        "学校一览",
        "进度图",
        "差异系数",
        "已定项目",
        "依据",
    ];
    assert_eq!(book.names(), names);
    // The program knows its own files by this, and no clock gets into them.
    let core = book.entry("docProps/core.xml");
    assert!(core.contains("<dc:creator>均衡 0.1.0</dc:creator>"), "{core}");
    assert!(core.contains("2025-01-01T00:00:00Z"), "{core}");
    assert_eq!(book.bytes(), Book::of(&plan(), Some(&greedy())).bytes());
    for sheet in 1..=names.len() {
        let xml = book.entry(&format!("xl/worksheets/sheet{sheet}.xml"));
        assert!(xml.contains("paperSize=\"9\""), "{sheet}");
        assert!(xml.contains("orientation=\"landscape\""), "{sheet}");
        assert!(xml.contains("state=\"frozen\""), "{sheet}");
        assert!(xml.contains("fitToWidth") || xml.contains("fitToHeight=\"0\""), "{sheet}");
    }
    let filters: Vec<usize> = (1..=names.len())
        .filter(|n| book.entry(&format!("xl/worksheets/sheet{n}.xml")).contains("<autoFilter"))
        .collect();
    assert_eq!(filters, [2, 3, 4, 5, 6, 7, 8]);
    // Heads are repeated on paper wherever a sheet is one long table.
    let workbook = book.entry("xl/workbook.xml");
    assert_eq!(workbook.matches("_xlnm.Print_Titles").count(), 7, "{workbook}");
}

#[test]
fn the_rows_of_every_year_and_all_sums() {
    let plan = plan();
    let mut book = Book::of(&plan, None);
    for outcome in &plan.years {
        rows_are_the_plans(&mut book, &plan, outcome.year);
    }
    assert!(sums_hold(&mut book) > 50);
    // What runs on: two teachers of 2025 are paid in 2026.
    let running = book.below("2026年", "二、以前年度所定措施的本年支出");
    assert_eq!(running[2][3], *"补充教师");
    assert_eq!(figure(&running[2][9]), exact("20"));
    // Budgets: 20 of 2025 are kept for 2026.
    let budget = book.below("2025年", "四、本年预算的使用");
    let county = &budget[1];
    assert_eq!(county[0], *"县级财政");
    let figures: Vec<Exact> = [4, 6, 7, 8].map(|at| figure(&county[at])).to_vec();
    assert_eq!(figures, ["100", "42.75", "20", "37.25"].map(exact));
    assert_eq!(budget[2][2], *"专用于校舍建设；不结转");
}

#[test]
fn the_summary() {
    let (plan, greedy) = (plan(), greedy());
    let mut book = Book::of(&plan, Some(&greedy));
    let verdict = book.below("总表", "结论");
    assert!(verdict[0][0].to_string().starts_with("● 评估认定"), "{:?}", verdict[0]);
    assert_eq!(
        verdict[1][0],
        *"折现费用 111.31 万元；任何能达到要求的规划都不少于 111.22 万元，差距 0.082%，在要求之内，已证明为最省。"
    );
    let county = book.row("总表", "县级财政");
    let figures: Vec<Exact> = county[2..6].iter().map(figure).collect();
    assert_eq!(figures, ["42.75", "55", "20", "117.75"].map(exact));
    let all = book.row("总表", "支出总计");
    assert_eq!(figure(&all[5]), &plan.cost + &exact("12.5"));
    let measures = book.row("总表", "其中：规划措施");
    assert_eq!(figure(&measures[5]), plan.cost);
    for outcome in &plan.years {
        let row = book.below("总表", "四、各年达标情况");
        let row = row.into_iter().find(|r| figure_or_none(&r[0]) == Some(outcome.year.0)).unwrap();
        assert_eq!(figure(&row[4]), Exact::from(i64::try_from(outcome.passed).unwrap()));
        assert_eq!(figure(&row[6]), outcome.cost);
        assert_eq!(figure(&row[7]), outcome.posts);
    }
    let gain = book.text("总表");
    assert!(gain.contains("整体求解的好处：少花 24.00 万元（17.74%）"), "{gain}");
    assert!(gain.contains("缺 社会认可度"), "{gain}");
    assert!(gain.contains("≥ 95%"), "{gain}");
    // Coefficients: the one beyond its limit carries the sign of a failure and its colour.
    let rows = book.below("差异系数", "学段");
    assert_eq!(figure(&rows[0][3]), exact("0.512"));
    let styles = book.entry("xl/styles.xml");
    assert!(styles.contains("FFF8D7D3"), "{styles}");
    let format = styles.contains("0.000&quot; ○&quot;") || styles.contains("0.000\" ○\"");
    assert!(format, "{styles}");
}

fn figure_or_none(cell: &Data) -> Option<i16> {
    match cell {
        Data::Float(n) => format!("{n}").parse().ok(),
        Data::Int(n) => i16::try_from(*n).ok(),
        _ => None,
    }
}

#[test]
fn schools_schedule_and_projects() {
    let plan = plan();
    let mut book = Book::of(&plan, None);
    let rows = book.below("学校一览", "学校");
    let seen: Vec<String> = rows
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"))
        .collect();
    assert_eq!(
        &seen[..7],
        [
            "第1学校|全校|新建教学及辅助用房|100|㎡|40.25|2025|||",
            "第1学校|小学|—|||||● 达标|● 达标|● 达标",
            "第2学校|全校|综合楼|1|项|35|2026|||",
            "第2学校|小学|补充教师|2|人|40|2025|○ 未达标|● 达标|● 达标",
            "第2学校|初中|教师交流（调出）|-1|人|0|2026|○ 未达标|○ 未达标|● 达标",
            "合计|||||115.25||1/3|2/3|3/3",
            "说明：|||||||||",
        ]
    );
    let rows = book.rows("进度图");
    let bars = |name: &str| {
        let row = rows.iter().find(|row| row[1] == *name).unwrap();
        row[9..21].iter().map(|c| if *c == *"■" { '■' } else { '.' }).collect::<String>()
    };
    assert_eq!(bars("第一学校续建工程"), "■■■■■■■.....");
    assert_eq!(bars("新建教学及辅助用房"), "■■■■■■■.....");
    assert_eq!(bars("综合楼"), "....■■■■■■■.");
    assert_eq!(bars("教师交流（调出）"), "....■■■.....");
    // A project without a year of opening ends with its money.
    let mut open = plan.clone();
    open.settings.committed[0].opens = None;
    let rows = Book::of(&open, None).rows("进度图");
    let row = rows.iter().find(|row| row[1] == *"第一学校续建工程").unwrap();
    assert_eq!(row[9..21].iter().filter(|cell| **cell == *"■").count(), 4);
    let row = rows.iter().find(|row| row[1] == *"综合楼").unwrap();
    let days = [7, 8].map(|at| match &row[at] {
        Data::DateTime(day) => day.to_ymd_hms_milli(),
        other => panic!("{other:?}"),
    });
    assert_eq!(days, [(2026, 1, 1, 0, 0, 0, 0), (2027, 8, 31, 0, 0, 0, 0)]);
    let project = book.row("已定项目", "第一学校续建工程");
    let figures: Vec<Exact> = [6, 7, 8, 9, 10].map(|at| figure(&project[at])).to_vec();
    assert_eq!(figures, ["12.5", "0", "0", "12.5", "7"].map(exact));
    assert_eq!(project[2], *"第1学校");
    assert_eq!(project[11], *"续建 800 ㎡");
}

#[test]
fn what_the_plan_rests_on() {
    let plan = plan();
    let mut book = Book::of(&plan, None);
    let text = book.text("依据");
    for said in [
        plan.problem.as_str(),
        plan.standard_hash.as_str(),
        plan.costs.hash.as_str(),
        "HiGHS 1.15.0",
        "111.220000",
        "0.082%",
        "均衡 0.1.0",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // Digits beyond the second are kept.
    assert_eq!(figure(&book.row("依据", "新建教学及辅助用房")[3]), exact("0.4025"));
    let price = book.row("依据", "补充教师");
    assert_eq!((figure(&price[4]), price[5].to_string()), (exact("10"), "K".to_owned()));
}

#[test]
fn a_plan_that_is_not_accepted_says_so_first() {
    let plan = refused();
    let mut book = Book::of(&plan, Some(&greedy()));
    let verdict = book.below("总表", "结论");
    assert!(verdict[0][0].to_string().starts_with("○ 本规划不能达到要求，共 2 条原因"));
    assert!(
        verdict[1][0].to_string().ends_with("差距 15%，尚未证明为最省。求解提前结束：时间已到。")
    );
    let objections = book.below("总表", "未达要求的原因");
    assert_eq!(objections[1][0], *plan.objections[1]);
    assert!(book.text("总表").contains("本规划没有达到要求，费用不能相比"));
    // 15 of 35 are paid by nobody.
    let open = book.row("总表", "未落实");
    let figures: Vec<Exact> = open[2..6].iter().map(figure).collect();
    assert_eq!(figures, ["0", "15", "0", "15"].map(exact));
    let total = book.row("2026年", "本年支出总计");
    assert_eq!(figure(&total[12]), exact("15"));
    sums_hold(&mut book);
}

#[test]
fn a_plan_without_anything_is_a_workbook_all_the_same() {
    let mut book = Book::of(&empty(), None);
    assert_eq!(book.names(), ["总表", "学校一览", "进度图", "差异系数", "已定项目", "依据"]);
    let verdict = book.below("总表", "结论");
    assert!(verdict[1][0].to_string().contains("没有求得下界"));
    assert!(book.text("学校一览").contains("（无）"));
    sums_hold(&mut book);
}

#[test]
fn without_funds_money_is_only_counted() {
    let mut plan = plan();
    plan.settings.funds.clear();
    plan.actions.iter_mut().for_each(|action| action.payments.clear());
    plan.committed.iter_mut().for_each(|project| project.payments.clear());
    let mut book = Book::of(&plan, None);
    let open = book.row("总表", "未指定资金来源");
    assert_eq!(figure(&open[5]), exact("127.75"));
    let total = book.row("2025年", "本年支出总计");
    assert_eq!(figure(&total[9]), exact("52.75"));
    sums_hold(&mut book);
}
