//! Stories of official workbooks, combined exports, and several files of one county.

use crate::common::*;
use domain::{SchoolKind, SchoolYear, Stage};
use intake::finding::code;
use intake::layout::CellRef;
use rust_xlsxwriter::Workbook;

type Cells<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)])];

fn form(sheets: Cells<'_>) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, cells) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (at, text) in *cells {
            let at = CellRef::parse(at).unwrap();
            let column = u16::try_from(at.column).unwrap();
            match text.parse::<f64>() {
                Ok(number) => sheet.write(at.row, column, number).unwrap(),
                Err(_) => sheet.write(at.row, column, text.trim_start_matches('\'')).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

const IDENTITY: &[(&str, &str)] = &[
    ("B6", "学校标识码"),
    ("B7", "'2134000001"),
    ("D7", "青山学校"),
    ("D11", "'349999001001"),
    ("D13", "学校（机构）办学类型"),
    ("D14", "九年一贯制学校"),
    ("E14", "民办"),
    ("G11", "121"),
];

const PUPILS: &[(&str, &str)] = &[("A1", "小学学生数"), ("A6", "总计"), ("I6", "164")];
const JUNIOR: &[(&str, &str)] = &[("A1", "初中学生数"), ("A6", "总计"), ("E6", "101")];
const OTHER: &[(&str, &str)] = &[
    ("A1", "占地面积及其他办学条件"),
    ("A7", "运动场地面积"),
    ("A12", "图书"),
    ("A17", "网络多媒体教室"),
    ("A19", "教学仪器设备资产值"),
    ("D7", "3000"),
    ("D12", "'12,345"),
    ("D17", "*"),
    ("D19", "35.5"),
];
const BACKBONE: &[(&str, &str)] = &[
    ("B12", "县级及以上骨干教师（小学）"),
    ("B13", "县级及以上骨干教师（初中）"),
    ("D12", "3"),
    ("D13", "2"),
];

fn jiaoji() -> Vec<u8> {
    form(&[
        ("教基1001", IDENTITY),
        ("教基1102续", BACKBONE),
        ("教基3112", PUPILS),
        ("教基3115", JUNIOR),
        ("教基5176", OTHER),
    ])
}

fn supplement(rows: &[&[&str]]) -> Vec<u8> {
    workbook(&[
        county_of("2022/2023"),
        schools(&["学校", "", "小学"], &["学校标识码", "计算机数(台)", "专任教师数(人)"], rows),
    ])
}

#[test]
fn a_school_workbook_and_its_supplement_are_one_school() {
    let all = read(&[
        ("学校/2134000001.xlsx", jiaoji()),
        ("补充.xlsx", supplement(&[&["'2134000001", "60", "12"]])),
    ]);
    let school = school(&all, "2134000001");
    assert_eq!(snapshot(&all).year(), SchoolYear(2022));
    assert_eq!((school.name.as_str(), school.kind), ("青山学校", SchoolKind::NineYear));
    for (item, stage, expected) in [
        ("pupils", Some(Stage::Primary), "164"),
        ("pupils", Some(Stage::Junior), "101"),
        ("teachers_backbone", Some(Stage::Primary), "3"),
        ("teachers_backbone", Some(Stage::Junior), "2"),
        ("teachers", Some(Stage::Primary), "12"),
        ("outdoor_sports_area", None, "3000"),
        ("books", None, "12345"),
        ("multimedia_rooms", None, "—"),
        ("equipment_value", None, "35.5"),
        ("computers", None, "60"),
        ("sponsor", None, "10"),
        ("residence", None, "121"),
    ] {
        assert_eq!(value(school, item, stage), expected, "{item}");
    }
    let text = lines(&all);
    assert!(text.contains("缺少工作表“教基5170”"), "{text}");
}

#[test]
fn a_wrong_label_names_sheet_cell_expected_and_found() {
    let moved: &[(&str, &str)] = &[("A1", "小学学生数"), ("A6", "一年级"), ("I6", "164")];
    let file = form(&[("教基1001", IDENTITY), ("教基3112", moved), ("教基3115", JUNIOR)]);
    let all = read(&[("a.xlsx", file), ("补充.xlsx", supplement(&[]))]);
    let wrong = finding(&all, code::LABEL);
    assert!(
        lines(&all).contains("工作表“教基3112”的 A6 应为“计”，实为“一年级”，该表的数据未读入。"),
        "{wrong}"
    );
    let school = school(&all, "2134000001");
    assert_eq!(value(school, "pupils", Some(Stage::Primary)), "missing");
    assert_eq!(value(school, "pupils", Some(Stage::Junior)), "101");
}

#[test]
fn an_unlabelled_identity_is_not_read_at_all() {
    let empty: &[(&str, &str)] = &[("B7", "'2134000001"), ("D14", "小学")];
    let all = read(&[("a.xlsx", form(&[("教基1001", empty), ("教基3112", PUPILS)]))]);
    assert!(finding(&all, code::LABEL).to_string().contains("实为空白"));
    assert!(all.snapshot().is_none());
}

#[test]
fn the_older_forms_hold_sums_and_flags() {
    let all = read(&[
        (
            "a.xlsx",
            form(&[
                ("基础基111", IDENTITY),
                (
                    "基础基112",
                    &[
                        ("B30", "县级及以上骨干教师（小学）"),
                        ("B31", "县级及以上骨干教师（初中）"),
                        ("B45", "政府购买学位数"),
                        ("D30", "3"),
                        ("D31", "*"),
                        ("D45", "200"),
                        ("D46", "120"),
                    ],
                ),
                ("基础基312", &[("B2", "小学学生数"), ("H7", "164")]),
                (
                    "基础基423",
                    &[
                        ("B2", "小学专任教师分课程、分学历"),
                        ("B11", "研究生"),
                        ("B12", "本科"),
                        ("B13", "专科"),
                        ("D11", "2"),
                        ("D12", "8"),
                    ],
                ),
                ("基础基522", &[("B2", "中小学占地面积及其他办学条件"), ("L9", "12"), ("N9", "3")]),
            ]),
        ),
        ("县区.xlsx", workbook(&[county_of("2020/2021")])),
    ]);
    let school = school(&all, "2134000001");
    for (item, stage, expected) in [
        ("multimedia_rooms", None, "15"),
        ("purchased_places", None, "是"),
        ("places_purchased", None, "200"),
        ("teachers_master", Some(Stage::Primary), "2"),
        ("teachers_doctor", Some(Stage::Primary), "0"),
        ("teachers_college", Some(Stage::Primary), "missing"),
        ("teachers_backbone", Some(Stage::Junior), "—"),
    ] {
        assert_eq!(value(school, item, stage), expected, "{item}");
    }
}

#[test]
fn forms_of_another_year_are_told() {
    let all = read(&[("a.xlsx", jiaoji()), ("县区.xlsx", workbook(&[county_of("2020/2021")]))]);
    let wrong = finding(&all, code::YEAR_OR_COUNTY);
    assert!(wrong.message.contains("适用于 2021 学年起，而数据是 2020/2021 学年"), "{wrong}");
    assert!(all.snapshot().is_none());

    let old = form(&[("基础基111", IDENTITY)]);
    let mut options = options();
    options.year = Some(SchoolYear(2022));
    let all = read_with(&[("a.xlsx", old)], &options);
    assert!(
        finding(&all, code::YEAR_OR_COUNTY).message.contains("2012–2020 学年"),
        "{}",
        lines(&all)
    );
}

#[test]
fn years_are_kept_apart_and_a_file_without_one_needs_it() {
    let of = |year| {
        workbook(&[
            county_of(year),
            schools(
                &["学校"; 3],
                &["学校标识码", "学校名称", "办学类型"],
                &[&["'2134000001", "青山小学", "小学"]],
            ),
        ])
    };
    let all = read(&[("b.xlsx", of("2024/2025")), ("a.xlsx", of("2023/2024"))]);
    let years: Vec<i16> = all.years.iter().map(|y| y.year.0).collect();
    assert_eq!(years, [2023, 2024]);
    assert!(all.years.iter().all(|year| year.snapshot.is_some()), "{}", lines(&all));

    let all =
        read(&[("b.xlsx", of("2024/2025")), ("a.xlsx", of("2023/2024")), ("c.xlsx", jiaoji())]);
    let lost = finding(&all, code::YEAR_OR_COUNTY);
    assert!(lost.message.contains("2023/2024、2024/2025 学年，无法归属"), "{lost}");
    assert!(all.years.iter().all(|year| year.snapshot.is_none()));
}

#[test]
fn two_files_that_disagree_are_shown_both() {
    let rows: &[&[&str]] = &[&["'2134000001", "60", "12"]];
    let other: &[&[&str]] = &[&["'2134000001", "61", "12"]];
    let all =
        read(&[("a.xlsx", jiaoji()), ("b.xlsx", supplement(rows)), ("c.xlsx", supplement(other))]);
    let conflict = finding(&all, code::CONFLICT);
    assert!(conflict.message.contains("“计算机数”在两处填写不一致：60 与 61"), "{conflict}");
    assert_eq!(conflict.location.as_ref().unwrap().to_string(), "b.xlsx › 学校 › B3");
    assert_eq!(conflict.also[0].to_string(), "c.xlsx › 学校 › B3");
    let school = school(&all, "2134000001");
    assert_eq!(value(school, "computers", None), "missing");
    assert_eq!(value(school, "teachers", Some(Stage::Primary)), "12");
}

#[test]
fn the_same_file_twice_is_read_once() {
    let all = read(&[("a.xlsx", jiaoji()), ("b.xlsx", jiaoji()), ("c.xlsx", supplement(&[]))]);
    assert!(finding(&all, code::SAME_FILE).message.contains("a.xlsx"));
    assert_eq!(snapshot(&all).schools().len(), 1);
}

const PATHS: [[&str; 9]; 4] = [
    [
        "学校(机构)名称",
        "学校(机构)标识码",
        "办学类型",
        "是否计校数",
        "在校生数",
        "",
        "专任教师",
        "",
        "",
    ],
    ["", "", "", "", "合计", "女", "#按授课课程分", "", ""],
    ["", "", "", "", "", "", "体育与健康", "艺术", ""],
    ["", "", "", "", "", "", "", "计", "音乐"],
];

fn exported(row: [&str; 9], area: &str) -> Vec<u8> {
    let mut rows: Rows = PATHS.iter().map(|row| row.to_vec()).collect();
    for (depth, title) in ["教学及辅助用房", "计"].into_iter().enumerate() {
        rows[depth].push(title);
    }
    let mut row = row.to_vec();
    row.push(area);
    rows.push(row);
    workbook(&[("Sheet1", rows)])
}

#[test]
fn combined_exports_put_a_school_together_and_never_add_its_buildings() {
    let primary = ["青山学校", "'2134000001", "九年一贯制学校", "1", "164", "80", "2", "7", "3"];
    let junior = ["青山学校", "'2134000001", "九年一贯制学校", "1", "101", "50", "1", "4", "—"];
    let county = workbook(&[county()]);
    let all = read(&[
        ("县区.xlsx", county.clone()),
        ("小学联合导出.xlsx", exported(primary, "1237.95")),
        ("初中联合导出.xlsx", exported(junior, "1237.95")),
    ]);
    let school_read = school(&all, "2134000001");
    for (item, stage, expected) in [
        ("pupils", Some(Stage::Primary), "164"),
        ("pupils", Some(Stage::Junior), "101"),
        ("teachers_pe", Some(Stage::Junior), "1"),
        ("teachers_art", Some(Stage::Primary), "4"),
        ("teachers_art", Some(Stage::Junior), "4"),
        ("teachers_music", Some(Stage::Primary), "3"),
        ("teachers_fine_art", Some(Stage::Primary), "0"),
        ("teaching_rooms_area", None, "1237.95"),
        ("counted_as_school", None, "是"),
    ] {
        assert_eq!(value(school_read, item, stage), expected, "{item} {stage:?}\n{}", lines(&all));
    }
    let all = read(&[
        ("县区.xlsx", county.clone()),
        ("小学联合导出.xlsx", exported(primary, "1237.95")),
        ("初中联合导出.xlsx", exported(junior, "900")),
    ]);
    assert!(finding(&all, code::CONFLICT).message.contains("900"), "{}", lines(&all));

    let all = read(&[("县区.xlsx", county), ("联合导出.xlsx", exported(primary, "1"))]);
    assert!(finding(&all, code::COLUMN).message.contains("看不出是哪个学段"));
}
