//! Stories of the template: what people do to it, and what is read.

use crate::common::*;
use domain::{SchoolKind, Stage};
use intake::finding::code;
use rust_xlsxwriter::{Format, Workbook};

const CODE: &str = "'2134000001";
const GROUP: &[&str] = &["学校", "", "", "", "小学", "", "初中"];
const HEADS: &[&str] = &[
    "学校标识码",
    "学校名称",
    "办学类型",
    "教学仪器设备值(万元)",
    "在校生数(人)",
    "专任教师数(人)",
    "在校生数(人)",
];

fn one(row: &[&str]) -> intake::Intake {
    read(&[("数据.xlsx", workbook(&[county(), schools(GROUP, HEADS, &[row])]))])
}

#[test]
fn a_clean_workbook_is_a_snapshot_without_findings() {
    let all = one(&[CODE, "青山学校", "九年一贯制学校", "35.5", "164", "12", "101"]);
    let read = snapshot(&all);
    assert_eq!(read.year().0, 2024);
    assert_eq!((read.county().code.as_str(), read.county().name.as_str()), ("349999", "示例县"));
    let school = school(&all, "2134000001");
    assert_eq!(school.kind, SchoolKind::NineYear);
    assert_eq!(value(school, "pupils", Some(Stage::Primary)), "164");
    assert_eq!(value(school, "pupils", Some(Stage::Junior)), "101");
    assert_eq!(value(school, "equipment_value", None), "35.5");
    let id = catalogue().id("pupils").unwrap();
    let origin = school.section(Stage::Junior).unwrap().facts.get(id).unwrap().origin;
    assert_eq!(read.origin(origin).to_string(), "数据.xlsx › 学校 › G3");
    assert!(all.findings.is_empty(), "{}", lines(&all));
    assert_eq!(all.files[0].hash.len(), 64);
    assert_eq!(all.files[0].layout.as_deref(), Some("template"));
}

#[test]
fn numbers_as_text_with_widths_separators_and_units() {
    let all =
        one(&[CODE, " 青山学校　", "九年一贯制学校", "355000元", "１，２００ 人", "'12", "—"]);
    let school = school(&all, "2134000001");
    assert_eq!(school.name, "青山学校");
    assert_eq!(value(school, "pupils", Some(Stage::Primary)), "1200");
    assert_eq!(value(school, "teachers", Some(Stage::Primary)), "12");
    assert_eq!(value(school, "pupils", Some(Stage::Junior)), "—");
    assert_eq!(value(school, "equipment_value", None), "35.5");
    assert!(finding(&all, code::CONVERTED).to_string().contains("D3"));
}

#[test]
fn blank_is_missing_and_a_wrong_value_is_a_finding_at_its_cell() {
    let all = one(&[CODE, "青山学校", "九年一贯制学校", "", "一百多", "-3", "101"]);
    let school = school(&all, "2134000001");
    for item in ["pupils", "teachers"] {
        assert_eq!(value(school, item, Some(Stage::Primary)), "missing");
    }
    assert_eq!(value(school, "equipment_value", None), "missing");
    let wrong = finding(&all, code::TYPE);
    assert_eq!(
        wrong.to_string(),
        "错误 I-CELL-03 数据.xlsx › 学校 › E3 青山学校:“一百多”不是整数。 请填写整数，不写单位和说明文字。"
    );
    assert_eq!(wrong.item.as_ref().unwrap().zh.as_ref(), "小学 在校生数");
    assert!(finding(&all, code::RANGE).to_string().contains("F3"));
    assert_eq!(all.errors, 2);
    assert!(lines(&all).contains("“小学 在校生数”有 1 所学校未填：青山学校。"), "{}", lines(&all));
}

#[test]
fn merged_headings_extra_columns_and_any_order() {
    let mut book = Workbook::new();
    fill(&mut book, "县区", &county().1);
    let sheet = book.add_worksheet();
    sheet.set_name("学校").unwrap();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 5, "示例县学校情况一览", &plain).unwrap();
    sheet.merge_range(1, 0, 1, 1, "初中", &plain).unwrap();
    sheet.merge_range(1, 2, 1, 3, "小学", &plain).unwrap();
    for (column, text) in [(4, "标识码"), (5, "办学类型"), (6, "学校名称"), (7, "校长电话")]
    {
        sheet.merge_range(1, column, 2, column, text, &plain).unwrap();
    }
    for (column, text) in
        [(0, "在校生数"), (1, "专任教师数（人）"), (2, "在校学生数"), (3, "图书册数")]
    {
        sheet.write(2, column, text).unwrap();
    }
    sheet.write_row(3, 0, [101.0, 9.0, 164.0]).unwrap();
    sheet.write(3, 4, "2134000001").unwrap();
    sheet.write(3, 5, "九年一贯制").unwrap();
    sheet.write(3, 6, "青山学校").unwrap();
    sheet.write(3, 7, "123").unwrap();
    sheet.write(4, 0, "填报人：某某").unwrap();
    let all = read(&[("a.xlsx", book.save_to_buffer().unwrap())]);
    let school = school(&all, "2134000001");
    assert_eq!(value(school, "pupils", Some(Stage::Primary)), "164");
    assert_eq!(value(school, "pupils", Some(Stage::Junior)), "101");
    assert_eq!(value(school, "teachers", Some(Stage::Junior)), "9");
    let text = lines(&all);
    assert!(text.contains("不认识的列“校长电话”") || text.contains("校长电话"), "{text}");
    assert_eq!(all.errors, 0, "{text}");
}

#[test]
fn a_heading_in_another_unit_is_converted() {
    let heads: Vec<&str> =
        HEADS.iter().map(|h| if h.contains("万元") { "教学仪器设备值（元）" } else { h }).collect();
    let rows: &[&[&str]] = &[&[CODE, "青山学校", "小学", "355000", "164", "12", ""]];
    let all = read(&[("a.xlsx", workbook(&[county(), schools(GROUP, &heads, rows)]))]);
    assert_eq!(value(school(&all, "2134000001"), "equipment_value", None), "35.5");
}

#[test]
fn hidden_rows_columns_and_sheets_are_read_and_said() {
    let mut book = Workbook::new();
    fill(&mut book, "县区", &county().1);
    fill(
        &mut book,
        "学校",
        &schools(GROUP, HEADS, &[&[CODE, "青山学校", "小学", "1", "164", "12", ""]]).1,
    );
    let sheet = book.worksheet_from_name("学校").unwrap();
    sheet.set_row_hidden(2).unwrap();
    sheet.set_column_hidden(3).unwrap();
    let all = read(&[("a.xlsx", book.save_to_buffer().unwrap())]);
    assert_eq!(value(school(&all, "2134000001"), "pupils", Some(Stage::Primary)), "164");
    let text = lines(&all);
    assert!(text.contains("有 1 行是隐藏的（第 3 行）") && text.contains("有隐藏的列"), "{text}");
}

#[test]
fn formulas_without_results_and_error_values() {
    let head = format!(
        r#"<row r="1">{}{}{}{}{}</row>"#,
        text_cell("A1", "学校标识码"),
        text_cell("B1", "学校名称"),
        text_cell("C1", "办学类型"),
        text_cell("D1", "图书册数"),
        text_cell("E1", "计算机台数")
    );
    let data = format!(
        r#"<row r="2">{}{}{}<c r="D2"><f>SUM(1,2)</f></c><c r="E2" t="e"><v>#DIV/0!</v></c></row>"#,
        text_cell("A2", "2134000001"),
        text_cell("B2", "青山小学"),
        text_cell("C2", "小学")
    );
    let bytes = raw_sheet("学校", "", &format!("{head}{data}"), "");
    let all = read(&[("a.xlsx", workbook(&[county()])), ("b.xlsx", bytes)]);
    assert!(finding(&all, code::NO_CACHED_VALUE).advice.contains("保存"));
    assert!(finding(&all, code::ERROR_VALUE).message.contains("#DIV/0!"));
    assert_eq!(value(school(&all, "2134000001"), "books", None), "missing");
}

#[test]
fn a_code_twice_prevents_the_snapshot_and_names_both_rows() {
    let rows: &[&[&str]] = &[
        &[CODE, "青山小学", "小学", "1", "164", "12", ""],
        &["'2134000002", "青山小学", "小学", "1", "90", "8", ""],
        &[CODE, "绿水小学", "小学", "1", "50", "5", ""],
    ];
    let all = read(&[("a.xlsx", workbook(&[county(), schools(GROUP, HEADS, rows)]))]);
    assert!(all.snapshot().is_none());
    let twice = finding(&all, code::DUPLICATE_CODE);
    assert!(twice.message.contains("第 3 行"), "{twice}");
    assert_eq!(twice.also.len(), 1);
    assert!(finding(&all, code::DUPLICATE_NAME).message.contains("2134000002"));
}

#[test]
fn kinds_and_codes_are_never_guessed() {
    let rows: &[&[&str]] = &[
        &[CODE, "青山九年一贯制学校", "学校", "1", "164", "12", ""],
        &["'213400002", "绿水小学", "小学", "1", "90", "8", ""],
        &["", "无码小学", "小学", "1", "90", "8", ""],
        &["合计", "", "", "3", "344", "28", ""],
    ];
    let all = read(&[("a.xlsx", workbook(&[county(), schools(GROUP, HEADS, rows)]))]);
    assert!(all.snapshot().is_none());
    assert!(finding(&all, code::UNKNOWN_KIND).message.contains("“学校”"));
    let codes: Vec<&str> = all
        .findings
        .iter()
        .filter(|f| f.code == code::SCHOOL_CODE)
        .map(|f| f.message.as_str())
        .collect();
    assert_eq!(
        codes,
        [
            "学校标识码“213400002”不对：应为 10 位数字，实为 9 位。",
            "没有填写学校标识码，整行未读入。"
        ]
    );
}

#[test]
fn figures_of_a_strange_stage_need_an_attached_class() {
    let all = one(&[CODE, "青山小学", "小学", "1", "164", "12", "30"]);
    let strange = finding(&all, code::STAGE);
    assert!(strange.to_string().contains("G3"), "{strange}");
    assert!(school(&all, "2134000001").section(Stage::Junior).is_none());

    let zero = one(&[CODE, "青山小学", "小学", "1", "164", "12", "0"]);
    none(&zero, code::STAGE);

    let mut group = GROUP.to_vec();
    group.push("");
    let mut heads = HEADS.to_vec();
    heads.push("附设班");
    let rows: &[&[&str]] = &[&[CODE, "青山小学", "小学", "1", "164", "12", "30", "√"]];
    let all = read(&[("a.xlsx", workbook(&[county(), schools(&group, &heads, rows)]))]);
    let section = school(&all, "2134000001").section(Stage::Junior).unwrap();
    assert!(section.attached);
    none(&all, code::STAGE);
}

#[test]
fn lists_of_classes_rooms_and_evidence() {
    let classes: Rows = vec![
        vec!["学校标识码", "学校", "学段", "年级", "班名", "班级人数"],
        vec![CODE, "青山小学", "小学", "三年级", "(1)班", "45"],
        vec![CODE, "青山小学", "小学", "3", "(2)班", "46"],
        vec![CODE, "青山小学", "小学", "3", "(2)班", "46"],
        vec!["'9999999999", "别处小学", "小学", "1", "(1)班", "40"],
    ];
    let rooms: Rows = vec![
        vec!["标识码", "学校", "类型", "名称", "专用教室面积（平方米）"],
        vec![CODE, "青山小学", "音乐", "音乐室", "96"],
        vec![CODE, "青山小学", "舞蹈", "舞蹈室", "96"],
    ];
    let evidence: Rows = vec![
        vec!["指标编号", "指标", "是否达到", "佐证材料", "责任人", "日期"],
        vec!["G1", "规划布局", "是", "G1-1 规划.pdf", "张三", "2024年10月8日"],
        vec!["G2", "统一标准", "", "", "", ""],
    ];
    let rows: &[&[&str]] = &[&[CODE, "青山小学", "小学", "1", "164", "12", ""]];
    let all = read(&[(
        "a.xlsx",
        workbook(&[
            county(),
            schools(GROUP, HEADS, rows),
            ("班级", classes),
            ("音美教室", rooms),
            ("佐证", evidence),
            ("说明", vec![vec!["填报说明"]]),
        ]),
    )]);
    let text = lines(&all);
    assert!(text.contains("“(2)班”班与第 3 行重复"), "{text}");
    assert!(text.contains("教室类型“舞蹈”不是"), "{text}");
    let stranger = finding(&all, code::UNKNOWN_SCHOOL);
    assert!(stranger.message.contains("不在学校表中"));
    assert!(all.snapshot().is_none(), "a list names a school that is not there");
}

#[test]
fn csv_files_are_tables_named_by_their_sheet() {
    let county = "县(市、区)名称,示例县\n行政区划代码,349999\n学年,2024\n\n项目,数值,单位,口径\n";
    let schools = "学校,,,小学,\n学校标识码,学校名称,办学类型,在校生数,专任教师数\n2134000001,青山小学,小学,\"1,200\",60\n";
    let gb = encoding_rs::GB18030.encode(schools).0.into_owned();
    let all = read(&[("县区.csv", county.as_bytes().to_vec()), ("学校.csv", gb)]);
    let school = school(&all, "2134000001");
    assert_eq!(school.name, "青山小学");
    assert_eq!(value(school, "pupils", Some(Stage::Primary)), "1200");
    assert_eq!(all.errors, 0, "{}", lines(&all));
}

#[test]
fn a_rubbish_sheet_gives_few_findings() {
    let rows: Vec<Vec<String>> = (0..3000)
        .map(|n| {
            let row = [&format!("'{}", 2_134_000_000u64 + n), "某校", "小学", "x", "x", "x", "x"];
            row.map(str::to_owned).to_vec()
        })
        .collect();
    let rows: Vec<Vec<&str>> =
        rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let all = read(&[("a.xlsx", workbook(&[county(), schools(GROUP, HEADS, &rows)]))]);
    assert!(all.findings.len() < 400, "{}", all.findings.len());
    assert!(lines(&all).contains("以下还有 11900 条同类问题"), "{}", lines(&all));
    assert_eq!(all.errors, 12_000);
}

#[test]
fn the_same_files_give_the_same_findings_in_any_order() {
    let good = workbook(&[
        county(),
        schools(GROUP, HEADS, &[&[CODE, "青山小学", "小学", "x", "y", "12", ""]]),
    ]);
    let folder = folder(&[("a.xlsx", good), ("b.csv", b"a,b\n1,2\n".to_vec())]);
    let (a, b) = (folder.path().join("a.xlsx"), folder.path().join("b.csv"));
    let forth = intake::read(&[&a, &b], &options());
    let back = intake::read(&[&b, &a], &options());
    assert_eq!(lines(&forth), lines(&back));
    assert_eq!(snapshot(&forth).hash(), snapshot(&back).hash());
}
