//! Stories of rosters: a county's tables of teachers as people and the national system make them.

use crate::common::*;
use intake::finding::code;
use intake::roster::{RosterError, RosterLayouts, RosterOptions, RosterSheet, read};
use packs::PackSource;
use rust_xlsxwriter::{Format, Formula, Workbook};
use std::sync::OnceLock;

fn layouts() -> &'static RosterLayouts {
    static LAYOUTS: OnceLock<RosterLayouts> = OnceLock::new();
    LAYOUTS.get_or_init(|| RosterLayouts::load(&PackSource::embedded()).unwrap())
}

fn options() -> RosterOptions<'static> {
    let schools =
        [("2134000001", "青山小学"), ("2134000002", "河口中学"), ("2134000003", "中心小学")];
    RosterOptions::new(layouts()).schools(schools)
}

fn sheet(bytes: &[u8]) -> RosterSheet {
    read(bytes, "名册.xlsx", &options()).unwrap()
}

/// The findings of a code: place and message.
fn said(roster: &RosterSheet, code: &str) -> Vec<String> {
    let found = roster.findings.iter().filter(|finding| finding.code == code);
    found
        .map(|f| {
            format!(
                "{} {}",
                f.location.as_ref().map_or_else(String::new, ToString::to_string),
                f.message
            )
        })
        .collect()
}

const HEAD: [&str; 6] = ["教师编号", "姓名", "身份证件号码", "学校标识码", "学段", "主要任教学科"];

fn small(extra: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let mut table = vec![HEAD.iter().chain(extra).copied().collect::<Vec<_>>()];
    table.extend(rows.iter().map(|row| row.to_vec()));
    workbook(&[("教师名册", table)])
}

#[test]
fn a_clean_roster_has_no_errors() {
    let row = ["A1", "张明", "'11010519491231002X", "2134000001", "小学", "语文"];
    let roster = sheet(&small(&[], &[&row]));
    assert_eq!((roster.layout.as_str(), roster.errors), ("roster-template", 0));
    let record = &roster.rows[0];
    assert_eq!(record.row, 2);
    assert_eq!(record.get("school"), Some("2134000001"));
    assert_eq!(record.get("identity"), Some("11010519491231002X"));
    assert_eq!(record.get("hours"), None);
    // What is not there is said once, by its heading.
    let absent = said(&roster, code::COLUMN);
    assert!(absent.len() == 1 && absent[0].contains("职称"), "{absent:?}");
}

#[test]
fn nothing_that_holds_rows_prints_them() {
    let row = ["A1", "张小明", "'11010519491231002X", "2134000001", "小学", "语文"];
    let roster = sheet(&small(&["随便"], &[&row]));
    let printed = format!("{roster:?}");
    for plain in ["张小明", "19491231", "小明"] {
        assert!(!printed.contains(plain), "{printed}");
    }
}

#[test]
fn no_finding_quotes_a_person() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0u16..).zip(HEAD) {
        sheet.write_string(0, column, head).unwrap();
    }
    sheet.write_string(1, 1, "王秘密").unwrap();
    sheet.write_number(1, 2, 110_105_194_912_310_020.0).unwrap();
    sheet.write_formula(1, 4, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_string(1, 5, "语文").unwrap();
    let roster = super::rosters::sheet(&book.save_to_buffer().unwrap());
    let text: String = roster.findings.iter().map(ToString::to_string).collect();
    assert!(!text.contains("王秘密") && !text.contains("1101051949"), "{text}");
    assert_eq!(said(&roster, code::DIGITS_LOST).len(), 1);
    assert!(said(&roster, code::DIGITS_LOST)[0].contains("› C2"), "{text}");
    assert_eq!(roster.rows[0].get("identity"), None);
}

#[test]
fn what_spreadsheets_do_to_cells_is_found() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let extra = ["出生日期", "周课时", "到本校日期", "周课时", "备注"];
    for (column, head) in (0u16..).zip(HEAD.iter().chain(&extra)) {
        sheet.write_string(0, column, *head).unwrap();
    }
    for row in 1..4 {
        for (column, text) in
            [(0, "Ａ１"), (1, "李四"), (3, "２１３４０００００１"), (4, "小学"), (5, "语文")]
        {
            sheet.write_string(row, column, text).unwrap();
        }
        sheet.write_number(row, 6, 30_000.0).unwrap();
        sheet.write_string(row, 7, "12").unwrap();
        let format = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_number_with_format(row, 8, 43_344.0, &format).unwrap();
    }
    sheet.write_formula(4, 1, Formula::new("=A1").set_result("")).unwrap();
    let roster = super::rosters::sheet(&book.save_to_buffer().unwrap());
    let record = &roster.rows[0];
    assert_eq!(record.get("number"), Some("A1"));
    assert_eq!(record.get("school"), Some("2134000001"));
    assert_eq!(record.get("birth"), Some("1982-02-18"));
    assert_eq!(record.get("arrived"), Some("2018-09-01"));
    assert_eq!(record.get("hours"), Some("12"));
    let converted = said(&roster, code::CONVERTED).join("\n");
    for part in ["“出生日期”一列有 3 格日期存成了数字", "“周课时”一列有 3 格数存成了文本", "全角"]
    {
        assert!(converted.contains(part), "{converted}");
    }
    assert!(said(&roster, code::COLUMN).iter().any(|s| s.contains("“周课时”出现了两次")));
    assert!(said(&roster, code::UNKNOWN_COLUMN)[0].contains("不认识列“备注”"));
}

#[test]
fn rows_that_are_no_teachers_are_passed_over() {
    let roster = sheet(&small(
        &["备注"],
        &[
            &["示例", "张三", "", "2134000001", "小学", "语文"],
            &["A1", "李四", "", "2134000001", "小学", "语文"],
            &["", " ", "", "", "", "", "只有备注"],
            &["教师编号", "姓名", "身份证件号码", "学校标识码", "学段", "主要任教学科"],
            &["A2", "王五", "", "2134000001", "小学", "数学"],
            &["合计", "2", "", "", "", ""],
        ],
    ));
    let rows: Vec<usize> = roster.rows.iter().map(|row| row.row).collect();
    assert_eq!(rows, [3, 6]);
    let passed = said(&roster, code::PASSED_OVER).join("\n");
    for part in
        ["第 2 行）", "第 4 行）", "重复的表头（第 5 行）", "合计或落款，不是教师（第 7 行）"]
    {
        assert!(passed.contains(part), "{part}: {passed}");
    }
}

#[test]
fn merged_cells_and_two_rows_of_heading_are_read_and_said() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 6, "青山镇教师名册", &plain).unwrap();
    for (column, head) in [(0, "姓名"), (1, "学校标识码"), (2, "学段"), (3, "主要任教学科")]
    {
        sheet.merge_range(1, column, 2, column, head, &plain).unwrap();
    }
    sheet.merge_range(1, 4, 1, 5, "居住地", &plain).unwrap();
    sheet.write_string(2, 4, "经度").unwrap();
    sheet.write_string(2, 5, "纬度").unwrap();
    sheet.merge_range(3, 1, 5, 1, "2134000001", &plain).unwrap();
    for (row, name) in [(3, "甲"), (4, "乙"), (5, "丙")] {
        sheet.write_string(row, 0, name).unwrap();
        sheet.write_string(row, 2, "小学").unwrap();
        sheet.write_string(row, 3, "语文").unwrap();
        sheet.write_number(row, 4, 118.4).unwrap();
    }
    sheet.set_row_hidden(4).unwrap();
    let roster = super::rosters::sheet(&book.save_to_buffer().unwrap());
    assert_eq!(roster.rows.len(), 3);
    assert!(roster.rows.iter().all(|row| row.get("school") == Some("2134000001")));
    assert_eq!(roster.rows[2].get("longitude"), Some("118.4"));
    let merged = said(&roster, code::MERGED).join("\n");
    assert!(
        merged.contains("表头占 2 行，有合并单元格") && merged.contains("有 2 格在合并单元格内")
    );
    assert!(said(&roster, code::HIDDEN)[0].contains("1 行是隐藏的（第 5 行）"));
}

#[test]
fn needed_columns_that_are_missing_are_errors() {
    let rows = vec![vec!["学校标识码", "学段", "主要任教学科"], vec!["2134000001", "小学", "语文"]];
    let roster = sheet(&workbook(&[("教师名册", rows)]));
    assert!(said(&roster, code::COLUMN)[0].contains("缺少必需的列“姓名”"));
    assert_eq!(roster.errors, 1);
}

#[test]
fn a_csv_file_is_read_in_both_encodings() {
    let text = "教师编号,姓名,学校标识码,学段,主要任教学科,周课时\nA1,张三,2134000001,小学,语文,12节\n\nA2,李四,2134000001,小学,数学,9\n";
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    for bytes in [text.as_bytes(), &gb, &[b"\xEF\xBB\xBF", text.as_bytes()].concat()] {
        let roster = read(bytes, "名册.csv", &options()).unwrap();
        let rows: Vec<_> = roster.rows.iter().map(|r| (r.row, r.get("hours").unwrap())).collect();
        assert_eq!(rows, [(2, "12"), (4, "9")]);
        assert!(said(&roster, code::CONVERTED).is_empty());
    }
    let codes = "number,name,school,stage,subject\nA1,张三,2134000001,小学,语文\n";
    assert_eq!(read(codes.as_bytes(), "r.csv", &options()).unwrap().rows.len(), 1);
}

fn national() -> Vec<u8> {
    let id = "'11010519491231002X";
    let basic = vec![
        vec![
            "*姓名",
            "性别",
            "教职工号",
            "身份证件类型",
            "*身份证件号",
            "出生日期(yyyy-MM-dd)",
            "*参加工作年月",
            "*进本校年月",
            "学校名称",
            "教职工类别",
            "是否在编",
            "是否是县级及以上骨干教师",
            "人员状态",
        ],
        vec![
            "张明",
            "1-男",
            "'0007",
            "1-居民身份证",
            id,
            "1949-12-31",
            "1972-09",
            "2010-08",
            "青山小学",
            "专任教师",
            "是",
            "否",
            "100-在本单位任职",
        ],
        vec![
            "李红",
            "2-女",
            "'0008",
            "1-居民身份证",
            "'440524188001010014",
            "",
            "200109",
            "201508",
            "无此小学",
            "专任教师",
            "否",
            "是",
            "",
        ],
        vec![
            "王园",
            "2-女",
            "'0009",
            "1-居民身份证",
            "'110105194912310046",
            "",
            "200109",
            "201508",
            "青山小学",
            "专任教师",
            "否",
            "否",
            "",
        ],
    ];
    let mut sheets = vec![("基本信息", basic)];
    sheets.extend(single_tables());
    workbook(&sheets)
}

/// The tables of single matters.
fn single_tables() -> Vec<(&'static str, Rows<'static>)> {
    let id = "'11010519491231002X";
    vec![
        (
            "学习经历",
            vec![
                vec!["姓名", "身份证件号", "获得学历", "毕业年月", "最高学历标识"],
                vec!["张明", id, "31-大学专科毕业", "1972-07", "否"],
                vec!["张明", id, "21-大学本科毕业", "1980-07", "是"],
            ],
        ),
        (
            "专业技术职务聘任",
            vec![
                vec!["身份证件号", "聘任专业技术职务", "聘任开始年月"],
                vec![id, "一级教师", "2015-01"],
                vec![id, "高级教师", "2020-01"],
            ],
        ),
        (
            "教育教学",
            vec![
                vec!["身份证件号", "学年", "学期", "任教学段", "任教课程", "平均每周教学课时"],
                vec![id, "2023-2024", "1-上学期", "小学", "语文", "11"],
                vec![id, "2024-2025", "1-上学期", "小学", "数学", "13"],
                vec!["'110105194912310046", "2024-2025", "1-上学期", "学前教育", "", ""],
            ],
        ),
        (
            "教师资格",
            vec![
                vec!["身份证件号", "教师资格证种类", "颁发日期"],
                vec![id, "2-小学教师资格", "2000-01-01"],
            ],
        ),
        (
            "国内培训",
            vec![
                vec!["身份证件号", "培训年度", "培训类别", "培训机构名称", "培训获得学时"],
                vec![id, "2023", "40-县级", "县教师；进修学校", "72"],
                vec![id, "2022", "20-省级", "省教育学院", "60"],
            ],
        ),
        (
            "交流轮岗",
            vec![
                vec!["身份证件号", "交流轮岗类型", "开始年月", "原单位名称", "交流轮岗单位名称"],
                vec![id, "1-轮岗", "2019-09", "青山小学", "中心小学"],
                vec![id, "0-无", "", "", ""],
            ],
        ),
    ]
}

#[test]
fn the_national_system_s_export_is_one_row_a_teacher_with_its_tables() {
    let roster = sheet(&national());
    assert_eq!(roster.layout, "national-teachers");
    let rows: Vec<usize> = roster.rows.iter().map(|row| row.row).collect();
    assert_eq!(rows, [2, 3], "the kindergarten's teacher is passed over");
    let cells: Vec<(&str, &str)> = roster.rows[0].cells().collect();
    assert_eq!(
        cells,
        [
            ("arrived", "2010-08"),
            ("backbone", "无"),
            ("birth", "1949-12-31"),
            ("certified", "是"),
            ("degree", "本科"),
            ("exchanges", "2019|2134000001|2134000003|任教交流"),
            ("hired", "1972-09"),
            ("hours", "13"),
            ("identity", "11010519491231002X"),
            ("name", "张明"),
            ("number", "0007"),
            ("post", "专任教师"),
            ("rank", "高级教师"),
            ("roll", "在编"),
            ("school", "2134000001"),
            ("sex", "男"),
            ("stage", "小学"),
            ("subject", "数学"),
            ("training", "2022|省教育学院|60；2023|县教师 进修学校|72"),
        ]
    );
    assert_eq!(roster.rows[1].get("backbone"), Some("县级"));
    assert_eq!(roster.rows[1].get("school"), None);
    let unknown = said(&roster, code::UNKNOWN_SCHOOL);
    assert!(unknown.len() == 1 && unknown[0].contains("› I3") && unknown[0].contains("无此小学"));
}

#[test]
fn one_name_of_two_schools_is_no_school() {
    let options = options().schools([("2134000001", "中心小学"), ("2134000002", "中心小学")]);
    let roster = read(&national(), "导出.xlsx", &options).unwrap();
    assert!(roster.rows.iter().all(|row| row.get("school").is_none()));
}

#[test]
fn a_school_may_be_named_where_its_code_is_asked() {
    let extra = ["走教兼课", "交流经历"];
    let both = options().schools([
        ("2134000001", "青山小学"),
        ("2134000002", "中心小学"),
        ("2134000003", "中心小学"),
    ]);
    let exchanges = "2021|青山小学|2134000002|任教交流；2022||青山小学|调动";
    let bytes = small(
        &extra,
        &[
            &["A1", "张明", "", " 青山小学 ", "小学", "语文", "青山小学|音乐|4", exchanges],
            &["A2", "李丽", "", "中心小学", "小学", "语文", "", "2021|邻县中学|青山小学|任教交流"],
            &["A3", "王强", "", "无此小学", "小学", "语文", "2134000002|音乐|4；", ""],
            &["A4", "赵敏", "", "张学点", "小学", "语文", "", ""],
        ],
    );
    let roster = read(&bytes, "名册.xlsx", &both).unwrap();
    let get = |row: usize, column| roster.rows[row].get(column);
    assert_eq!(get(0, "school"), Some("2134000001"));
    assert_eq!(get(0, "visits"), Some("2134000001|音乐|4"));
    let read = "2021|2134000001|2134000002|任教交流；2022||2134000001|调动";
    assert_eq!(get(0, "exchanges"), Some(read));
    assert_eq!(get(1, "exchanges"), Some("2021|邻县中学|2134000001|任教交流"));
    assert_eq!(get(2, "visits"), Some("2134000002|音乐|4；"));
    for row in 1..4 {
        assert_eq!(get(row, "school"), None);
    }
    let unknown = said(&roster, code::UNKNOWN_SCHOOL);
    let parts = [
        "› D3 本县有不止一所名为“中心小学”的学校",
        "› H3 本县学校中没有名为“邻县中学”的学校",
        "› D4 本县学校中没有名为“无此小学”的学校",
        "› D5 这一格写的不是本县学校的标识码或校名",
    ];
    for part in parts {
        assert!(unknown.iter().any(|said| said.contains(part)), "{part}: {unknown:?}");
    }
    assert_eq!(unknown.len(), parts.len());
    assert_eq!(roster.headings.get(&3).map(String::as_str), Some("学校标识码"));
}

#[test]
fn a_heading_and_nothing_below_it_is_said_of_the_sheet_where_there_is_one() {
    let text = format!("{}\r\n", HEAD.join(","));
    let error = read(text.as_bytes(), "empty.csv", &options()).unwrap_err();
    assert_eq!(error.to_string(), "文件“empty.csv”只有表头，没有教师；请填写后再导入。");
    let error = read(&small(&[], &[]), "名册.xlsx", &options()).unwrap_err();
    assert!(error.to_string().contains("“名册.xlsx”的工作表“教师名册”只有表头"), "{error}");
}

#[test]
fn a_file_of_another_kind_says_what_is_nearest() {
    let rows = vec![vec!["姓名", "学校标识码", "学段"], vec!["张三", "2134000001", "小学"]];
    let bytes = workbook(&[("表", rows)]);
    let error = read(&bytes, "表.xlsx", &options()).unwrap_err();
    assert_eq!(error.code(), "I-ROSTER-01");
    let text = error.to_string();
    assert!(text.contains("最接近“教师名册模板”") && text.contains("“主要任教学科”"), "{text}");
    let other = workbook(&[("表", vec![vec!["项目", "金额"], vec!["操场", "12"]])]);
    assert!(read(&other, "表.xlsx", &options()).unwrap_err().to_string().contains("找不到"));
    let named = options().by(Some("nothing"));
    assert_eq!(read(&bytes, "表.xlsx", &named).unwrap_err().code(), "I-ROSTER-03");
    let error = read(b"%PDF-1.7", "表.xlsx", &options()).unwrap_err();
    assert_eq!(error.code(), "I-OPEN-08");
    assert!(matches!(
        read(&small(&[], &[]), "空.xlsx", &options()),
        Err(RosterError::Empty { .. })
    ));
}

#[test]
fn headings_of_two_layouts_are_ambiguous_until_one_is_named() {
    let head =
        ["学校标识码", "学段", "主要任教学科", "身份证件号", "参加工作年月", "进本校年月", "姓名"];
    let bytes = workbook(&[(
        "表",
        vec![head.to_vec(), vec!["2134000001", "小学", "语文", "", "", "", "甲"]],
    )]);
    let error = read(&bytes, "表.xlsx", &options()).unwrap_err();
    assert_eq!(error.code(), "I-ROSTER-02");
    let text = error.to_string();
    assert!(text.contains("national-teachers") && text.contains("roster-template"), "{text}");
    let roster = read(&bytes, "表.xlsx", &options().by(Some("roster-template"))).unwrap();
    assert_eq!(roster.layout, "roster-template");
}

#[test]
fn a_second_roster_and_a_hidden_one_are_said() {
    let table = |name| vec![HEAD.to_vec(), vec!["A1", name, "", "2134000001", "小学", "语文"]];
    let bytes = workbook(&[("甲校", table("甲")), ("乙校", table("乙"))]);
    let roster = sheet(&bytes);
    assert_eq!(roster.sheet, "甲校");
    assert!(said(&roster, code::SECOND_SHEET)[0].contains("“乙校”"));
    assert_eq!(roster.errors, 1);

    let mut book = Workbook::new();
    fill(&mut book, "甲校", &table("甲"));
    fill(&mut book, "说明", &vec![vec!["怎样填"]]);
    book.worksheet_from_index(0).unwrap().set_hidden(true);
    book.worksheet_from_index(1).unwrap().set_active(true);
    let roster = sheet(&book.save_to_buffer().unwrap());
    assert!(said(&roster, code::HIDDEN)[0].contains("工作表是隐藏的"));
}

#[test]
fn a_layout_that_contradicts_itself_is_refused() {
    let good = include_str!("../../../../packs/rosters/template.toml");
    let load = |text: &str| {
        RosterLayouts::load(&PackSource::memory([("rosters/a.toml", text)])).map(|_| ())
    };
    load(good).unwrap();
    for (from, to) in [
        ("headings = [\"姓名\"]", "headings = [\"性别\"]"),
        ("headings = [\"姓名\"]", "headings = []"),
        ("recognise = [\"学校标识码\"", "recognise = [\"没有的列\""),
        ("grade = \"A\"", "grade = \"Z\""),
        ("needed = true", "must = true"),
    ] {
        assert!(good.contains(from), "{from}");
        load(&good.replacen(from, to, 1)).unwrap_err();
    }
}

#[test]
fn whatever_stands_in_a_cell_is_read_or_said() {
    let odd = [
        "",
        " ",
        "'",
        "-",
        "—",
        "1e",
        "1E+",
        "1.2.3",
        "1.1E+999",
        "２０１８年１３月",
        "99999",
        "00000",
        "18446744073709551616",
        "=A1",
        "#N/A",
        "\u{202e}x",
        "a|b；c",
        "1-",
        "9-9",
        "0-男",
        "节",
        "12 节",
        "-5",
        "2018-02-30",
        "9999-12-31T00:00",
        "12345678901234567890123456789012345",
    ];
    for layout in layouts().iter() {
        let heads: Vec<&str> = layout.codes().into_iter().collect();
        for cell in odd {
            // Every column holds it; the second row is surely somebody.
            let row = vec![format!("\"{cell}\""); heads.len()].join(",");
            let named: Vec<String> = heads
                .iter()
                .map(|head| if *head == "name" { "甲".to_owned() } else { format!("\"{cell}\"") })
                .collect();
            let table = format!("{}\n{row}\n{}\n", heads.join(","), named.join(","));
            let roster = read(table.as_bytes(), "怪.csv", &options().by(Some(&layout.id))).unwrap();
            assert!(roster.rows.iter().any(|row| row.get("name") == Some("甲")), "{cell}");
        }
    }
}
