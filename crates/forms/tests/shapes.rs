//! Counties and standards of other shapes: whatever the judge says, there is a workbook.

mod common;

use common::*;
use domain::{SchoolKind, Stage};
use forms::{Forms, FormsError, Options};
use packs::PackSource;
use standard::evaluation::*;

fn eight() -> Vec<IndicatorInfo> {
    let both = [(Stage::Primary, "", ""), (Stage::Junior, "", "")];
    let names = [
        "校舍面积",
        "场馆面积",
        "设备值",
        "百名学生计算机",
        "生均图书",
        "师生比",
        "高学历教师",
        "中级以上教师",
    ];
    let unit = |i: usize| ["㎡/人", "㎡/人", "元/人", "台/百人", "册/人", "1", "1", "1"][i];
    names
        .iter()
        .enumerate()
        .map(|(i, zh)| indicator(&format!("B{}", i + 1), zh, zh, unit(i), &both))
        .collect()
}

/// A county of `n` primary schools with every value at `value`.
fn primary_county(n: usize, info: &[IndicatorInfo], value: &'static str) -> (County, Evaluation) {
    let mut county = County::new("大县");
    for i in 0..n {
        let name = format!("大县第{}小学", i + 1);
        let code = format!("34182{i:05}");
        let facts: &[(&str, &str)] =
            &[("pupils", "100"), ("classes", "6"), ("staff", "9"), ("teachers", "8")];
        county.school(&code, &name, SchoolKind::Primary, &[(Stage::Primary, facts)]);
    }
    let snapshot = county.seal();
    let given = vec![(value, "", ""); info.len()];
    let sections: Vec<_> = snapshot
        .schools()
        .iter()
        .map(|s| section(s, Stage::Primary, info, "100", &given))
        .collect();
    let coefficients = vec!["0"; info.len()];
    let stages = vec![
        stage(Stage::Primary, &sections, info, &coefficients),
        stage(Stage::Junior, &sections, info, &vec![""; info.len()]),
    ];
    let evaluation =
        evaluation("cn-basic-2012", &snapshot, info.to_vec(), sections, stages, vec![]);
    (county, evaluation)
}

#[test]
fn the_basic_standard_has_general_titles_and_a_composite_limit() {
    let info = eight();
    let (county, mut evaluation) = primary_county(3, &info, "7.5");
    evaluation.stages[0].composite.limit = Some(exact("0.65"));
    evaluation.stages[0].composite.verdict = Verdict::Pass;
    evaluation.groups = vec![
        group(
            "government",
            "政府推进工作",
            vec![common::county(
                "W1",
                "工作得分",
                vec![part("W1", "得分", "91", "分", "≥ 85", Verdict::Pass)],
            )],
        ),
        group("province", "省定办学标准", vec![]),
    ];
    let forms = forms_for("cn-basic-2012");
    assert_eq!(forms.id(), "generic");
    let mut book = Book::of(&[(&evaluation, "")], &county, &forms, &Options::default());
    assert_eq!(
        book.names(),
        [
            "封面",
            "基本情况",
            "达标学校",
            "分学校",
            "校际差异",
            "政府推进工作",
            "省定办学标准",
            "差距汇总",
            "差距清单",
            "不参评学校",
            "缺数清单"
        ]
    );
    let head = book.row("校际差异", "生均图书\n（册/人）");
    assert_eq!(head.iter().filter(|c| !c.to_string().is_empty()).count(), 11);
    assert_eq!(book.row("校际差异", "差异系数上限").last().unwrap().to_string(), "≤ 0.65");
    assert_eq!(book.row("校际差异", "是否达标").last().unwrap().to_string(), "● 达标");
    // No thresholds, no gaps: an indicator that only enters the coefficient is not judged.
    assert_eq!(book.row("达标学校", "达标学校总数（所）")[2].to_string(), "—");
    assert!(book.text("差距清单").contains("（无）"));
    // No junior schools.
    assert!(book.text("分学校").contains("（无参评学校）"));
    assert!(book.text("省定办学标准").contains("（无）"));
}

#[test]
fn many_indicators_take_a_larger_page() {
    let page = |info: &[IndicatorInfo]| {
        let (county, evaluation) = primary_county(1, info, "1");
        let forms = forms_for("cn-basic-2012");
        let all = [(&evaluation, "")];
        let options = Options::default();
        let bytes = forms::workbook(&all, &county.seal(), &county.catalogue, &forms, &options);
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes.unwrap())).unwrap();
        let mut xml = String::new();
        let mut file = archive.by_name("xl/worksheets/sheet3.xml").unwrap();
        std::io::Read::read_to_string(&mut file, &mut xml).unwrap();
        let setup = xml.split("<pageSetup").nth(1).unwrap().split("/>").next().unwrap().to_owned();
        assert!(setup.contains("landscape"), "{setup}");
        setup.contains("paperSize=\"8\"")
    };
    let eight = eight();
    let eighteen: Vec<_> = eight.iter().chain(&eight).chain(&eight[..2]).cloned().collect();
    assert!(!page(&eight));
    assert!(page(&eighteen));
}

#[test]
fn one_school() {
    let (county, evaluation) = primary_county(1, &tiny::seven(), "3000");
    let forms = forms_for("cn-quality-2017");
    let mut book = Book::of(&[(&evaluation, "")], &county, &forms, &Options::default());
    assert_eq!(book.row("表Ⅱ-2", "大县第1小学")[13].to_string(), "● 达标");
    assert_eq!(book.row("表Ⅲ", "对照：等权、样本标准差")[2].to_string(), "—");
}

#[test]
fn five_hundred_sections() {
    let (county, evaluation) = primary_county(500, &tiny::seven(), "3.9");
    let forms = forms_for("cn-quality-2017");
    let started = std::time::Instant::now();
    let mut book = Book::of(&[(&evaluation, "")], &county, &forms, &Options::default());
    assert!(started.elapsed().as_secs() < 30);
    assert_eq!(book.row("表Ⅱ-2", "大县第500小学")[0].to_string(), "500");
    // 3.9 misses the thresholds of L1, L4, L5 and L6.
    let rows = book.rows("差距清单");
    assert_eq!(rows.iter().filter(|r| r[4].to_string().starts_with("大县第")).count(), 2000);
}

#[test]
fn nothing_judged_at_all() {
    let (county, mut evaluation) = primary_county(0, &[], "1");
    evaluation.stages = vec![];
    evaluation.overall.verdict = OverallVerdict::NotDecidable;
    let forms = forms_for("local-yiling-633");
    let mut book = Book::of(&[(&evaluation, "")], &county, &forms, &Options::default());
    assert_eq!(book.names(), ["封面", "基本情况", "不参评学校", "缺数清单"]);
    assert!(book.text("封面").contains("▨ 不能判定"));
}

#[test]
fn targets_and_phases_have_a_sheet() {
    let (county, mut evaluation) = primary_county(1, &[], "1");
    evaluation.targets = vec![TargetResult {
        code: "T2022".into(),
        zh: "教师类指标达标学校比例".into(),
        year: domain::SchoolYear(2022),
        required: "≥ 95%".into(),
        value: Some(Figure::new(exact("93.75"), 1)),
        state: TargetState::Late,
    }];
    evaluation.phases = vec![PhaseResult {
        zh: "攻坚阶段".into(),
        from: "2022-01".into(),
        to: "2024-12".into(),
        current: true,
    }];
    let forms = forms_for("targets");
    let mut book = Book::of(&[(&evaluation, "")], &county, &forms, &Options::default());
    assert_eq!(book.row("目标推进", "T2022")[5].to_string(), "○ 滞后");
    assert_eq!(book.row("目标推进", "T2022")[4].to_string(), "93.8");
    assert!(book.text("目标推进").contains("● 当前阶段"));
}

#[test]
fn both_relief_variants_stand_side_by_side() {
    let county = tiny::county_of();
    let strict = tiny::evaluation_of(&county);
    let mut relief = strict.clone();
    relief.parameters[0].value = "是".into();
    relief.sections[2].verdict = Verdict::Pass;
    relief.sections[2].grade = "达标".into();
    let forms = forms_for("cn-quality-2017");
    let both = [(&strict, ""), (&relief, "（放宽）")];
    let mut book = Book::of(&both, &county, &forms, &Options::default());
    let names = book.names();
    assert!(names.contains(&"表Ⅱ-2".to_owned()) && names.contains(&"表Ⅱ-2（放宽）".to_owned()));
    // Form Ⅰ is the same whatever the judge says.
    assert!(!names.contains(&"表Ⅰ（放宽）".to_owned()));
    let name = &strict.sections[2].name;
    let last = |book: &mut Book, sheet: &str| {
        let rows = book.rows(sheet);
        rows.iter().rfind(|r| r[1].to_string() == *name).unwrap()[13].to_string()
    };
    assert_eq!(last(&mut book, "表Ⅱ-2"), "○ 未达标");
    assert_eq!(last(&mut book, "表Ⅱ-2（放宽）"), "● 达标");
    assert!(book.text("表Ⅱ-2（放宽）").contains("采用了过渡期放宽规定（是）"));
    assert!(!book.text("表Ⅱ-2").contains("采用了过渡期放宽规定"));
    assert!(book.text("表Ⅳ（放宽）").starts_with("表Ⅳ　政府保障程度评估指标（放宽）"));

    let again = [(&strict, ""), (&relief, "")];
    let error =
        forms::workbook(&again, &county.seal(), &county.catalogue, &forms, &Options::default());
    assert!(matches!(error, Err(FormsError::SheetTwice { name }) if name == "封面"));
}

#[test]
fn a_label_stands_on_every_page_and_may_not_be_endless() {
    let county = tiny::county_of();
    let evaluation = tiny::evaluation_of(&county);
    let forms = forms_for("cn-quality-2017");
    let make = |label: &str| {
        let options = Options { label: Some(label.into()), created: None };
        let all = [(&evaluation, "")];
        forms::workbook(&all, &county.seal(), &county.catalogue, &forms, &options)
    };
    let bytes = make("合成数据,仅供演示 & 测试").unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut sheets = 0;
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).unwrap();
        if file.name().unwrap().starts_with("xl/worksheets/sheet") {
            let mut xml = String::new();
            std::io::Read::read_to_string(&mut file, &mut xml).unwrap();
            assert!(xml.contains("<oddHeader>&amp;C合成数据,仅供演示 &amp;&amp; 测试</oddHeader>"));
            assert!(xml.contains("第 &amp;P 页 共 &amp;N 页"));
            assert!(
                xml.contains("fitToWidth=\"1\" fitToHeight=\"0\"")
                    || xml.contains("fitToHeight=\"0\"")
            );
            sheets += 1;
        }
    }
    assert_eq!(sheets, 15);
    assert!(matches!(make(&"长".repeat(101)), Err(FormsError::LabelTooLong { .. })));
}

#[test]
fn no_evaluation_no_workbook() {
    let county = tiny::county_of();
    let forms = forms_for("cn-quality-2017");
    let made = forms::workbook(&[], &county.seal(), &county.catalogue, &forms, &Options::default());
    assert!(matches!(made, Err(FormsError::NoEvaluation)));
}

#[test]
fn a_county_may_lay_its_own_sheet_over_the_official_ones() {
    let local = PackSource::memory([(
        "forms/local.toml",
        "id = \"local\"\ntitle = \"本县表册\"\nbase = \"quality-2017\"\nstandards = [\"my-county\"]\n\
         [[sheet]]\nid = \"excluded\"\nname = \"不参评\"\ntitle = \"{county}不参评学校\"\npaper = \"A4\"\n\
         [[sheet.block]]\nof = \"excluded\"\ncolumns = [{ head = [\"学校\"], bind = \"school\" }, { head = [\"原因\"], bind = \"reason\" }]\n",
    )]);
    let packs = PackSource::embedded().overlay(local);
    let forms = Forms::load(&packs, &["my-county", "cn-quality-2017"], &catalogue()).unwrap();
    assert_eq!(forms.id(), "local");
    let county = tiny::county_of();
    let evaluation = tiny::evaluation_of(&county);
    let mut book = Book::of(&[(&evaluation, "")], &county, &forms, &Options::default());
    assert_eq!(book.names()[1], "表Ⅰ");
    assert_eq!(book.row("不参评", "大坑教学点")[1].to_string(), "不足 50 人的教学点不参评");
    assert!(book.text("不参评").starts_with("示例县不参评学校"));
}
