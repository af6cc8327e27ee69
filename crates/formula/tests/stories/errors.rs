//! Bad formulas: each gets one exact sentence, with the place.

use crate::county::catalogue;
use domain::{Level, Unit};
use formula::{Formula, NameError, Type, Vocabulary};
use std::fmt::Write as _;

/// level, formula
const BAD: &[(Level, &str)] = &[
    // Characters and tokens.
    (Level::Section, ""),
    (Level::Section, "  \n "),
    (Level::Section, "pupils + teachers)"),
    (Level::Section, "pupils × 2"),
    (Level::Section, "\u{FF08}pupils\u{FF09}"),
    (Level::Section, "pupils \u{2265} 3 人"),
    (Level::School, "residence = \u{2018}210\u{2019}"),
    (Level::Section, "pupils; teachers"),
    (Level::School, "residence = '210"),
    (Level::Section, "pupils > 1e9 人"),
    (Level::Section, "pupils > .5 人"),
    (Level::Section, "pupils > 1.2.3 人"),
    (Level::Section, "pupils > 10000000000000000000 人"),
    (Level::Section, "0.1234567890123 * pupils"),
    // Grammar.
    (Level::Section, "pupils +"),
    (Level::Section, "(pupils + teachers"),
    (Level::Section, "pupils teachers"),
    (Level::Section, "* 3"),
    (Level::Section, "pupils < teachers < classes"),
    (Level::Section, "1 < 2 = 3 < 4"),
    (Level::Section, "pupils in"),
    (Level::School, "residence in ()"),
    (Level::School, "residence in (210)"),
    (Level::Section, "and pupils"),
    (Level::Section, "if"),
    (Level::County, "sum(school books)"),
    (Level::County, "sum(school where books > 3 册 books)"),
    (Level::County, "sum(books)"),
    (Level::County, "sum(school)"),
    (Level::County, "count(school: books)"),
    // Names.
    (Level::Section, "pupil / teachers"),
    (Level::Section, "在校生数 / teachers"),
    (Level::Section, "教师数 / teachers"),
    (Level::Section, "zzz"),
    (Level::Section, "cell(3)"),
    (Level::Section, "foo(3)"),
    (Level::School, "books / pupils"),
    (Level::County, "books"),
    (Level::Room, "pupils"),
    (Level::School, "room_kind = 'music'"),
    (Level::School, "opened"),
    // Units.
    (Level::Section, "pupils + classes"),
    (Level::School, "equipment_value >= 2000 元"),
    (Level::Section, "teachers / pupils >= 4.2 人/百人"),
    (Level::Section, "teachers / pupils >= 85%"),
    (Level::School, "equipment_value in 人"),
    (Level::School, "teaching_rooms_area > 90 平方米"),
    (Level::School, "teaching_rooms_area > 90 斤"),
    (Level::School, "teaching_rooms_area in 平方米"),
    (Level::Section, "min(pupils, classes)"),
    (Level::Section, "if(1 < 2, pupils, classes)"),
    (Level::School, "year_built > 2016 年"),
    // Types.
    (Level::School, "boarding_school + 1"),
    (Level::School, "1 - residence"),
    (Level::School, "-boarding_school"),
    (Level::School, "not books"),
    (Level::School, "books and boarding_school"),
    (Level::School, "boarding_school or books"),
    (Level::School, "residence > '210'"),
    (Level::School, "residence = 210"),
    (Level::School, "residence = township"),
    (Level::School, "boarding_school in ('210')"),
    (Level::School, "boarding_school in 人"),
    (Level::School, "if(books, 1, 2)"),
    (Level::School, "if(boarding_school, 1, residence)"),
    (Level::School, "ceil(boarding_school)"),
    (Level::County, "sum(school: boarding_school)"),
    (Level::County, "all(school: books)"),
    (Level::County, "count(school where books)"),
    // Codes.
    (Level::School, "residence = '999'"),
    (Level::School, "'primry' = school_kind"),
    (Level::Section, "stage in ('primary', '小学')"),
    // Calls.
    (Level::School, "if(boarding_school, 1)"),
    (Level::School, "ceil()"),
    (Level::School, "ceil(1, 2)"),
    (Level::School, "min(1)"),
    (Level::School, "round(1.5)"),
    (Level::School, "round(1.5, 13)"),
    (Level::School, "round(1.5, 0.5)"),
    (Level::School, "round(1.5, books / books)"),
    (Level::School, "split(books)"),
    (Level::Section, "split(books, books)"),
    (Level::Section, "split(pupils)"),
    (Level::Section, "sum(section: pupils)"),
    (Level::Section, "sum(school: books)"),
    (Level::Class, "sum(room: room_area)"),
    // Lines.
    (Level::Section, "pupils\n  + teachers\n  + 45 班 / clases"),
    (Level::Section, "if(stage = 'primary',\n  45 人 + 均衡,\n  50 人)"),
];

#[test]
fn every_bad_formula_has_its_sentence() {
    let catalogue = catalogue();
    let vocabulary = Vocabulary::new(&catalogue);
    let mut text = String::new();
    for (level, source) in BAD {
        let error = match Formula::parse(source, &vocabulary, *level) {
            Ok(formula) => panic!("{source} was read as {formula:?}"),
            Err(error) => error,
        };
        assert!(error.excerpt().lines().count() == 2, "{source}");
        writeln!(text, "[{level}] {source}\n{error}\n").unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn too_long_and_too_deep_formulas_are_refused() {
    let catalogue = catalogue();
    let vocabulary = Vocabulary::new(&catalogue);
    let code = |source: String| {
        Formula::parse(&source, &vocabulary, Level::Section).map_err(|error| error.code())
    };
    for opening in ["(", "-", "not ", "ceil(", "if(1 = 1, ", "min(1, ", "known(", "1 + ("] {
        assert_eq!(code(opening.repeat(390) + "1"), Err("F-LIMIT-02"), "{opening}");
    }
    assert_eq!(code("1 + ".repeat(500) + "1"), Err("F-LIMIT-02"));
    assert_eq!(code("1 = 1 or ".repeat(400) + "1 = 1"), Err("F-LIMIT-02"));
    assert_eq!(code("1 + ".repeat(63) + "1"), Ok(formula(&("1 + ".repeat(63) + "1"))));
    assert_eq!(code("(".repeat(63) + "1" + &")".repeat(63)), Ok(formula("1")));
    assert_eq!(code(" ".repeat(4001)), Err("F-LIMIT-01"));
    assert_eq!(code("均".repeat(4001)), Err("F-LIMIT-01"));
    assert_eq!(code("9".repeat(3999)), Err("F-LIMIT-03"));
}

fn formula(source: &str) -> Formula {
    let catalogue = catalogue();
    Formula::parse(source, &Vocabulary::new(&catalogue), Level::Section).unwrap()
}

#[test]
fn names_do_not_collide() {
    let catalogue = catalogue();
    let mut vocabulary = Vocabulary::new(&catalogue);
    vocabulary.parameter("floor_share", "余项比例", Type::ONE).unwrap();
    vocabulary.definition("per_pupil", "生均", Level::Section, Type::ONE).unwrap();
    for (name, code, message) in [
        ("pupils", "F-NAME-11", "名称“pupils”已被数据项“在校生数”占用，请换一个名称"),
        ("stage", "F-NAME-11", "名称“stage”已被内置名称“学段”占用，请换一个名称"),
        ("floor_share", "F-NAME-11", "名称“floor_share”已被参数“余项比例”占用，请换一个名称"),
        ("per_pupil", "F-NAME-11", "名称“per_pupil”已被定义“生均”占用，请换一个名称"),
        ("ceil", "F-NAME-12", "“ceil”是公式语言的保留字，不能用作名称"),
        ("school", "F-NAME-12", "“school”是公式语言的保留字，不能用作名称"),
        ("Pupils", "F-NAME-13", "名称“Pupils”应由小写字母、数字和下划线组成，并以字母开头"),
        ("", "F-NAME-13", "名称“”应由小写字母、数字和下划线组成，并以字母开头"),
        ("生均", "F-NAME-13", "名称“生均”应由小写字母、数字和下划线组成，并以字母开头"),
    ] {
        let error: NameError = vocabulary.parameter(name, "x", Type::ONE).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, message));
        let error = vocabulary.definition(name, "x", Level::School, Type::ONE).unwrap_err();
        assert_eq!(error.code(), code);
    }
}

#[test]
fn a_catalogue_without_pupils_cannot_split() {
    let empty = domain::Catalogue::default();
    let mut vocabulary = Vocabulary::new(&empty);
    let books = Type::Number(Unit::parse("册").unwrap());
    vocabulary.parameter("books", "图书", books).unwrap();
    let error = Formula::parse("split(books)", &vocabulary, Level::Section).unwrap_err();
    assert_eq!(
        (error.code(), error.line(), error.column(), error.span()),
        ("F-CALL-05", 1, 1, 0..5)
    );
}
