//! Teachers on the command line: rosters good and bad, posts, rotations, pairings, terms, training.

use crate::common::{Desk, template};
use crate::planning::json;
use serde_json::{Value, json};

/// A desk with the county of eight schools and its roster in both ways.
fn desk() -> Desk {
    let desk = Desk::with_eight();
    for out in ["名册.xlsx", "名册.csv"] {
        desk.done(&["staffing", "sample", "--schools", "8", "--out", out]);
    }
    desk
}

fn args<'a>(command: &'a str, input: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["staffing", command, input, "--roster", "名册.xlsx"], rest].concat()
}

/// The pack's settings with something in them changed.
fn settings(desk: &Desk, name: &str, change: impl FnOnce(&mut Value)) {
    let mut settings = json(desk.done(&["staffing", "settings", "--out", "-"]).as_bytes());
    change(&mut settings);
    desk.write(name, serde_json::to_vec(&settings).unwrap());
}

#[test]
fn a_roster_is_counted_whatever_its_file() {
    let desk = desk();
    let input = template(2024);
    let roster = args("roster", &input, &["--json", "a.json", "--xlsx", "名单.xlsx"]);
    expect!("staffing_roster", desk.done(&roster));
    let csv = ["staffing", "roster", &input, "--roster", "名册.csv", "--json", "b.json"];
    desk.done(&csv);
    let (a, b) = (json(&desk.read("a.json")), json(&desk.read("b.json")));
    assert_eq!(a["teachers"], b["teachers"]);
    assert_eq!(a["layout"], "roster-template");
    assert!(desk.read("名单.xlsx").starts_with(b"PK"));
    let names: Vec<&str> =
        a["teachers"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert!(names.iter().all(|name| name.contains('*')), "{names:?}");
}

#[test]
fn the_template_knows_the_schools_and_its_example_is_no_teacher() {
    let desk = desk();
    let input = template(2024);
    desk.done(&["staffing", "template", &input, "--out", "模板.xlsx"]);
    desk.done(&["staffing", "template", "--out", "空.xlsx"]);
    assert!(desk.read("模板.xlsx").len() > desk.read("空.xlsx").len());
    let run = desk.run(&["staffing", "roster", &input, "--roster", "模板.xlsx"]);
    assert_eq!(run.code, 1);
    expect!("staffing_empty", run.err);
    desk.write("别人的.xlsx", "mine");
    assert!(!desk.refused(&["staffing", "template", "--out", "别人的.xlsx"]).is_empty());
}

#[test]
fn a_roster_in_the_place_of_the_data_is_told_so() {
    let desk = desk();
    let run = desk.run(&["staffing", "roster", "名册.xlsx", "--roster", "名册.xlsx"]);
    assert_eq!(run.code, 1);
    expect!("staffing_no_county", run.err);
}

/// The sample as a table, its heading first.
fn table(desk: &Desk) -> Vec<Vec<String>> {
    let text = String::from_utf8(desk.read("名册.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn write(desk: &Desk, name: &str, table: &[Vec<String>]) {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in table {
        writer.write_record(row).unwrap();
    }
    desk.write(name, writer.into_inner().unwrap());
}

#[test]
fn a_bad_roster_says_what_is_wrong_and_where() {
    let desk = desk();
    let mut table = table(&desk);
    let heads = table[0].clone();
    let column = |heading: &str| heads.iter().position(|head| head == heading).unwrap();
    let [school, subject, identity, stage, arrived] =
        ["学校标识码", "主要任教学科", "身份证件号码", "学段", "到本校日期"].map(column);
    let number = column("教师编号");
    // A teacher in two schools: the first primary one once more in another primary school.
    let primary: Vec<usize> = (1..table.len()).filter(|row| table[*row][stage] == "小学").collect();
    let first = primary[0];
    let other = primary.iter().find(|row| table[**row][school] != table[first][school]).unwrap();
    let mut twice = table[first].clone();
    twice[school] = table[*other][school].clone();
    twice[number] = "另一编号".to_owned();
    table[primary[1]][subject] = "奥数".to_owned();
    table[primary[2]][identity] = "1.10105E+17".to_owned();
    let broken = table[primary[3]][identity].clone();
    let check = if broken.ends_with('0') { '1' } else { '0' };
    table[primary[3]][identity] = format!("{}{check}", &broken[..17]);
    table[primary[4]][school] = "9999999999".to_owned();
    table[primary[5]][arrived] = "2031-01-01".to_owned();
    table.push(twice);
    table.push(vec![String::new(); table[0].len()]);
    // Who is not in the roster makes it differ from the forms.
    table.remove(primary[6]);
    write(&desk, "坏.csv", &table);
    let input = template(2024);
    let run = desk.run(&["staffing", "roster", &input, "--roster", "坏.csv", "--json", "坏.json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    expect!("staffing_bad_roster", run.out);
    let report = json(&desk.read("坏.json"));
    let codes = |list: &str| -> Vec<String> {
        let list = report[list].as_array().unwrap().iter();
        list.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
    };
    for code in ["T-DUP-03", "T-ID-04", "T-ROW-07", "T-ROW-10", "T-DATE-01", "T-DIFF-01"] {
        assert!(codes("findings").contains(&code.to_owned()), "{code}");
    }
    assert!(codes("file_findings").contains(&"I-CELL-07".to_owned()));
    // Nothing of a person stands in what is said.
    let name = table[first][column("姓名")].clone();
    assert!(!run.out.contains(&name) && !run.out.contains(&table[first][identity]));
    // Other commands work with what is right, and say that something is not.
    let posts = desk.run(&["staffing", "posts", &input, "--roster", "坏.csv"]);
    assert_eq!(posts.code, 0);
    assert!(posts.err.contains("名册有错误"), "{}", posts.err);
}

#[test]
fn a_file_that_is_no_roster_is_refused_with_the_nearest() {
    let desk = desk();
    let input = template(2024);
    desk.write("教师.csv", "姓名,学校标识码,学段\n张三,2134000001,小学\n");
    let run = desk.run(&["staffing", "roster", &input, "--roster", "教师.csv"]);
    assert_eq!(run.code, 1);
    expect!("staffing_no_roster", run.err);
    let head = "姓名,学校标识码,学段,主要任教学科,身份证件号,参加工作年月,进本校年月";
    desk.write("两种.csv", format!("{head}\n张三,2134000001,小学,语文,,,\n"));
    let two = ["staffing", "roster", &input, "--roster", "两种.csv"];
    expect!("staffing_two_layouts", desk.refused(&two));
    let named = desk.run(&[&two[..], &["--layout", "roster-template"]].concat());
    assert!(named.out.contains("版式：教师名册模板"), "{}", named.err);
    desk.refused(&[&two[..], &["--layout", "没有"]].concat());
    desk.refused(&["staffing", "roster", &input, "--roster", "没有.xlsx"]);
}

#[test]
fn posts_are_told_for_now_and_for_years_to_come() {
    let desk = desk();
    let rest = ["--ahead", "2", "--json", "岗位.json", "--xlsx", "岗位.xlsx"];
    expect!("staffing_posts", desk.done(&args("posts", "demo/template", &rest)));
    let report = json(&desk.read("岗位.json"));
    let years: Vec<&Value> =
        report["years"].as_array().unwrap().iter().map(|year| &year["year"]).collect();
    assert_eq!(years, [2025, 2026]);
    assert!(desk.read("岗位.xlsx").starts_with(b"PK"));
    // Without earlier years there is nothing to forecast from.
    let run = desk.run(&args("posts", &template(2024), &["--ahead", "2"]));
    assert_eq!(run.code, 2, "{}", run.out);
}

#[test]
fn a_rotation_is_made_checked_and_put_up_for_notice() {
    let desk = desk();
    let input = template(2024);
    let outputs = ["--json", "交流.json", "--xlsx", "交流.xlsx"];
    expect!("staffing_rotate", desk.done(&args("rotate", &input, &outputs)));
    let check = args("check", &input, &["--rotation", "交流.json"]);
    expect!("staffing_check", desk.done(&check));
    // One who moves to another place than the rotation says, and a figure that does not hold.
    let mut rotation = json(&desk.read("交流.json"));
    let found = &mut rotation["found"];
    found["shares"][0]["count"] = json!(99);
    let own = found["moves"][0]["from"].clone();
    found["moves"][0]["to"] = own;
    desk.write("改.json", rotation.to_string());
    let run = desk.run(&args("check", &input, &["--rotation", "改.json", "--json", "-"]));
    assert_eq!(run.code, 1);
    let report = json(run.out.as_bytes());
    assert_eq!(report["accepted"], false);
    assert!(!report["findings"].as_array().unwrap().is_empty());
    desk.refused(&args("check", &input, &["--rotation", "名册.csv"]));

    let notice = ["staffing", "notice", "交流.json", "--out", "公示.xlsx", "--county", "青禾市"];
    let days = ["--from", "2025-06-16", "--until", "2025-06-22"];
    let out = desk.done(&[&notice[..], &days].concat());
    assert!(out.contains("姓名已脱敏"), "{out}");
    for wrong in
        [["--from", "2025-06-22", "--until", "2025-06-16"], ["--from", "去年", "--until", "明年"]]
    {
        desk.refused(&[&notice[..], &wrong].concat());
    }
    // The stable way, for those who have asked.
    for mode in ["claims", "trading"] {
        let out = desk.done(&args("rotate", &input, &["--mode", mode]));
        assert!(out.contains("交流 0 人"), "nobody has asked: {out}");
    }
}

#[test]
fn wishes_for_schools_that_are_not_there_are_told() {
    let desk = desk();
    let input = template(2024);
    let first = desk.run(&args("rotate", &input, &["--json", "-"])).out;
    let mover = json(first.as_bytes())["found"]["moves"][0]["teacher"].as_str().unwrap().to_owned();
    settings(&desk, "志愿.json", |settings| {
        settings["preferences"] = json!({
            "T000001": ["2134000002"],
            mover: ["9999999999", "2134000002"],
            "没有这人": ["2134000002"],
        });
    });
    let out = desk.done(&args("rotate", &input, &["--settings", "志愿.json"]));
    let told: Vec<&str> = out.lines().filter(|line| line.contains("T-WISH")).collect();
    expect!("staffing_wishes", told.join("\n") + "\n");
    let bad = |text: &str| {
        desk.write("坏.json", text);
        desk.refused(&args("rotate", &input, &["--settings", "坏.json"]))
    };
    assert!(bad("{\"shares\": 1}").contains("值的种类不对"));
    assert!(bad("{\"shares\": [}").contains("JSON"));
    for (field, number) in [("detour", json!("0")), ("commute", json!("-3")), ("couple", json!(-1))]
    {
        settings(&desk, "坏.json", |settings| settings[field] = number);
        let said = desk.refused(&args("rotate", &input, &["--settings", "坏.json"]));
        assert!(said.contains(&format!("“{field}”")), "{said}");
    }
    // A number typed as a number is taken, and the rule is called by it.
    settings(&desk, "低.json", |settings| settings["shares"][0]["at_least"] = json!(0.08));
    let out = desk.done(&args("rotate", &input, &["--settings", "低.json"]));
    assert!(out.contains("交流教师不少于符合条件教师的 8%"), "{out}");
}

#[test]
fn where_no_rotation_is_lawful_the_rules_in_the_way_are_named() {
    let desk = desk();
    settings(&desk, "太多.json", |settings| {
        settings["shares"][0]["at_least"] = json!("3/5");
        settings["shares"][0]["zh"] = json!("交流教师不少于符合条件教师的 60%");
    });
    let input = template(2024);
    let rest = ["--settings", "太多.json", "--json", "不能.json", "--xlsx", "最接近.xlsx"];
    let run = desk.run(&args("rotate", &input, &rest));
    assert_eq!(run.code, 1, "{}", run.err);
    let head: Vec<&str> = run.out.lines().take_while(|line| !line.contains("交流方案")).collect();
    expect!("staffing_impossible", head.join("\n") + "\n");
    let report = json(&desk.read("不能.json"));
    assert!(!report["impossible"]["broken"].as_array().unwrap().is_empty());
    assert!(report["impossible"]["nearest"]["moves"].is_array());
    // What does not keep the rules is not put up for notice.
    let refused = desk.refused(&["staffing", "notice", "不能.json", "--out", "公示.xlsx"]);
    assert!(refused.contains("不能公示"), "{refused}");
}

#[test]
fn pairs_terms_and_training_are_told() {
    let desk = desk();
    let input = template(2024);
    expect!("staffing_pair", desk.done(&args("pair", &input, &["--xlsx", "结对.xlsx"])));
    let principals = args("principals", &input, &["--xlsx", "校长.xlsx"]);
    expect!("staffing_principals", desk.done(&principals));
    // Hours that some have not: the cycle counts what the table says.
    let mut table = table(&desk);
    let training = table[0].iter().position(|head| head == "培训学时").unwrap();
    for row in table.iter_mut().skip(1).take(3) {
        row[training] = "2022|县级|100".to_owned();
    }
    write(&desk, "少学时.csv", &table);
    let out = desk.done(&[
        "staffing",
        "training",
        &input,
        "--roster",
        "少学时.csv",
        "--xlsx",
        "培训.xlsx",
    ]);
    expect!("staffing_training", out);
    for name in ["结对.xlsx", "校长.xlsx", "培训.xlsx"] {
        assert!(desk.read(name).starts_with(b"PK"), "{name}");
    }
}

/// What the program has written it may write again; what somebody else has written stays.
#[test]
fn a_result_takes_the_place_of_an_earlier_one_and_of_nothing_else() {
    let desk = desk();
    let input = template(2024);
    for command in ["roster", "posts", "rotate", "pair", "principals", "training"] {
        let file = format!("{command}.json");
        let again = args(command, &input, &["--json", &file]);
        let first = desk.run(&again);
        let second = desk.run(&again);
        assert_eq!((second.code, second.err.as_str()), (first.code, ""), "{command}");
        assert!(json(&desk.read(&file)).is_object(), "{command}");
        desk.write(&file, r#"{"sections": [], "format": "theirs"}"#);
        assert_eq!(desk.run(&again).code, 2, "{command}");
    }
    // No rotation is lawful where nearly everybody must move.
    settings(&desk, "太多.json", |settings| settings["shares"][0]["at_least"] = json!("0.9"));
    let again = args("rotate", &input, &["--settings", "太多.json", "--json", "不能.json"]);
    let (first, second) = (desk.run(&again), desk.run(&again));
    assert_eq!((second.code, second.err), (first.code, String::new()));
}
