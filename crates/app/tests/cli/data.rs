//! From files to findings and verdicts.

use crate::common::{Desk, template};

#[test]
fn both_ways_in_give_the_same_bytes() {
    let desk = Desk::with_demo();
    let by_template = desk.done(&["evaluate", &template(2024), "--json", "-"]);
    let by_forms = desk.done(&["evaluate", "demo/jiaoji/2024", "--json", "-"]);
    assert!(by_template.starts_with("{\n  \"format\": 1,"), "{}", &by_template[..40]);
    assert!(by_template == by_forms, "the two differ");
    // The same once more, and whatever else is read beside it.
    let all = [&template(2023), &template(2022), &template(2024)];
    let again = desk.done(&["evaluate", all[0], all[1], all[2], "--json", "-"]);
    assert!(by_template == again, "other years change the result");
}

#[test]
fn the_summary_of_the_demo_county() {
    let desk = Desk::with_demo();
    expect!("evaluate", desk.done(&["evaluate", &template(2024)]));
    let both = desk.done(&["evaluate", &template(2024), "--relief", "both"]);
    let (beside, _) = both.split_once("【不用放宽规定】").unwrap();
    expect!("evaluate_both", beside);
}

#[test]
fn other_standards_print_too() {
    let desk = Desk::with_demo();
    let basic = desk.done(&["evaluate", &template(2024), "--standard", "cn-basic-2012"]);
    assert!(basic.contains("上限 0.65"), "{basic}");
    let own = desk.done(&["evaluate", &template(2024), "--standard", "local-yiling-633"]);
    assert!(own.contains("▨ 不能判定") && own.contains("缺少的数据"), "{own}");
    let id = "targets-jingxian-2021-2025";
    let targets = desk.done(&["evaluate", &template(2024), "--standard", id]);
    assert!(targets.contains("分年度目标") && targets.contains("← 现在"), "{targets}");
}

#[test]
fn the_year_can_be_chosen() {
    let desk = Desk::with_demo();
    let both = [&template(2022), &template(2023)];
    let out = desk.done(&["evaluate", both[0], both[1]]);
    assert!(out.starts_with("青禾市（340089） 2023/2024 学年"), "{out}");
    let out = desk.done(&["evaluate", both[0], both[1], "--year", "2022"]);
    assert!(out.starts_with("青禾市（340089） 2022/2023 学年"), "{out}");
    let said = desk.refused(&["evaluate", both[0], "--year", "2030"]);
    assert!(said.contains("没有 2030/2031 学年的数据，有的是：2022/2023"), "{said}");
}

#[test]
fn parameters_are_the_users_to_set() {
    let desk = Desk::with_demo();
    let set = ["evaluate", &template(2024), "--set", "satisfaction=95"];
    let out = desk.done(&set);
    assert!(out.contains("用户设定"), "{out}");
    assert!(out.contains("○ S1"), "{out}");
}

#[test]
fn a_clean_county_has_no_findings() {
    let desk = Desk::with_demo();
    let out = desk.done(&["check", "demo/template"]);
    assert!(out.contains("错误 0 条，警告 0 条，提示 0 条"), "{out}");
    let last = ["check", "demo/jiaoji/2024", "--last-year", "demo/jiaoji/2023"];
    let out = desk.done(&last);
    assert!(out.contains("错误 0 条，警告 0 条，提示 0 条"), "{out}");
}

#[test]
fn a_folder_of_rubbish_is_told_apart() {
    let desk = Desk::with_demo();
    let good = desk.read(&template(2024));
    desk.write("in/好的.xlsx", &good);
    desk.write("in/假的.xls", desk.read(&template(2023)));
    desk.write("in/空的.xlsx", "");
    desk.write("in/断的.xlsx", &good[..good.len() / 2]);
    desk.write("in/乱的.xlsx", (0..=255u8).cycle().take(4000).collect::<Vec<_>>());
    desk.write("in/别的.csv", "姓名,电话\n张三,1\n");
    desk.write("in/说明.docx", "not read");
    desk.write("in/~$好的.xlsx", "a lock file of the office program");
    let run = desk.run(&["check", "in"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    expect!("check_rubbish", run.out);
    // What could not be read could be half of the county: nothing is judged.
    let run = desk.run(&["evaluate", "in", "--json", "result.json"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("没有评估"), "{}", run.err);
    assert!(!desk.path("result.json").exists());
}

#[test]
fn the_template_is_empty_and_known() {
    let desk = Desk::new();
    desk.done(&["template", "--out", "t.xlsx"]);
    let run = desk.run(&["check", "t.xlsx", "--json", "-"]);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["files"][0]["layout"], "template", "{}", run.out);
    assert_eq!(json["years"], serde_json::json!([2024]));
    desk.done(&["template", "--out", "s.xlsx", "--supplement-for", "jiaoji-2021"]);
    assert!(desk.read("s.xlsx").len() < desk.read("t.xlsx").len());
}

#[test]
fn a_file_of_attestations_alone_is_not_lost() {
    let desk = Desk::with_demo();
    desk.write(
        "佐证.csv",
        "指标编号,是否达到,佐证材料,责任人,日期\n地方1,是,文件,某人,2024-10-01\n",
    );
    let snapshot = |files: &[&str]| {
        let args = [&["evaluate"], files, &["--json", "-"]].concat();
        let json: serde_json::Value = serde_json::from_str(&desk.done(&args)).unwrap();
        json["snapshot"].clone()
    };
    let template = template(2024);
    assert_ne!(snapshot(&[&template]), snapshot(&[&template, "佐证.csv"]));
}
