//! What a reader of a report sees behind a number.

use crate::county::{Sealed, World, number};
use domain::{Level, RoomKind, SchoolKind, Stage, Unit};
use std::fmt::Write as _;

use formula::{Definition, Formula, MissingReason, Outcome, Type, Vocabulary};

fn county() -> Sealed {
    let mut world = World::new("population=30.5")
        .school(
            "青山九年一贯制学校",
            SchoolKind::NineYear,
            "books=23226 teaching_rooms_area=1300.95 indoor_sports_area=63 equipment_value=28.6 \
             residence=210 boarding_school=是",
            &["pupils=164 classes=6 teachers=14 teachers_above=9", "pupils=101 teachers=—"],
        )
        .classes(Stage::Primary, "28 30 25 29 27 ?")
        .rooms(RoomKind::Music, "96 73")
        .school(
            "城关小学",
            SchoolKind::Primary,
            "books=41000 residence=121 boarding_school=否 equipment_value=300",
            &["pupils=1320 classes=30 teachers=70 teachers_above=56"],
        );
    for number in 1..=25 {
        world = world.school(
            &format!("村小{number}"),
            SchoolKind::Primary,
            "residence=220",
            &[&format!("pupils={}", 50 + number)],
        );
    }
    world.seal()
}

fn explain(world: &Sealed, source: &str, place: domain::Place<'_>) -> String {
    world.formula(source, place.level()).explain(&world.env(), place).render()
}

#[test]
fn an_indicator_is_explained_down_to_its_cells() {
    let world = county();
    let town = world.section(1, Stage::Primary);
    insta::assert_snapshot!(explain(&world, "teachers_above / pupils in 人/百人", town));
}

#[test]
fn a_split_shows_every_section() {
    let world = county();
    let formula = "split(teaching_rooms_area - indoor_sports_area) / pupils";
    insta::assert_snapshot!(explain(&world, formula, world.section(0, Stage::Primary)));
    insta::assert_snapshot!(
        "a_split_among_one_section",
        explain(&world, "split(equipment_value in 元) / pupils", world.section(1, Stage::Primary))
    );
}

#[test]
fn aggregates_list_what_matters() {
    let world = county();
    insta::assert_snapshot!(
        [
            explain(&world, "sum(section where stage = 'primary': pupils)", world.county()),
            explain(
                &world,
                "all(school where residence != '220': books >= 30000 册)",
                world.county()
            ),
            explain(&world, "share(section: pupils < 70 人) in %", world.county()),
            explain(&world, "count(room where room_area >= 90 ㎡)", world.school(0)),
            explain(&world, "max(class: class_size)", world.section(0, Stage::Primary)),
            explain(&world, "all(class: class_size <= 45 人)", world.section(0, Stage::Junior)),
        ]
        .join("\n")
    );
}

#[test]
fn conditions_show_the_branch_that_was_taken() {
    let world = county();
    let formula =
        "teachers_above / pupils in 人/百人 >= if(stage = 'primary', 4.2 人/百人, 5.3 人/百人)";
    // `in` binds tighter than the comparison.
    insta::assert_snapshot!(explain(
        &world,
        &formula.replacen(
            "teachers_above / pupils in 人/百人",
            "(teachers_above / pupils in 人/百人)",
            1
        ),
        world.section(1, Stage::Primary)
    ));
}

#[test]
fn definitions_and_parameters_are_explained_below() {
    let mut world = county();
    let catalogue = world.catalogue.clone();
    let mut vocabulary = Vocabulary::new(&catalogue);
    let unit = Type::Number(Unit::parse("册/人").unwrap());
    vocabulary.parameter("least_books", "生均图书下限", unit.clone()).unwrap();
    let definition = Formula::parse("split(books) / pupils", &vocabulary, Level::Section).unwrap();
    vocabulary.definition("books_per_pupil", "生均图书", Level::Section, unit).unwrap();
    world.definitions.push(Definition {
        name: "books_per_pupil".into(),
        zh: "生均图书".into(),
        formula: definition,
    });
    world.parameters.push(number("30"));
    let source = "books_per_pupil >= least_books and not residence in ('220')";
    let formula = Formula::parse(source, &vocabulary, Level::Section).unwrap();
    let explanation = formula.explain(&world.env(), world.section(0, Stage::Junior));
    insta::assert_snapshot!(explanation.render());
    insta::assert_snapshot!(
        "definitions_and_parameters_as_json",
        serde_json::to_string_pretty(&explanation).unwrap()
    );
}

#[test]
fn chinese_says_what_the_formula_does() {
    let world = county();
    let mut text = String::new();
    for (level, source) in [
        (Level::Section, "teachers_above / pupils in 人/百人"),
        (Level::School, "equipment_value in 元"),
        (Level::Section, "(pupils - teachers) in 百人"),
        (Level::Section, "pupils / (teachers / classes)"),
        (Level::Section, "pupils - (teachers - 3 人) - -3 人"),
        (Level::Section, "(pupils + teachers) * 85% >= 3 人 * 1%"),
        (Level::School, "residence in ('111', '121') or not boarding_school and books > 3 册"),
        (Level::School, "(boarding_school or is_campus) and school_kind = 'nine_year'"),
        (Level::Section, "if(stage = 'primary', 45 人, 50 人)"),
        (Level::Section, "ceil(classes / (12 班/间)) + floor(1 间) + round(1.5 间, 1)"),
        (Level::Section, "min(pupils, 100 人) + max(pupils, 50 人)"),
        (Level::School, "known(books) and applies(equipment_value) and township = '城关镇'"),
        (Level::Section, "split(teaching_rooms_area - indoor_sports_area) / pupils"),
        (
            Level::County,
            "share(section where stage = 'junior' and not attached: pupils <= 2000 人)",
        ),
        (Level::County, "max(school: books) - min(school: books)"),
        (Level::County, "any(room where room_kind = 'art': room_area < 90 ㎡)"),
        (Level::County, "count(class) + count(school where is_campus)"),
    ] {
        let formula = world.formula(source, level);
        let (canonical, chinese) = (formula.to_canonical(), formula.to_chinese());
        writeln!(text, "{source}\n  {canonical}\n  {chinese}").unwrap();
    }
    insta::assert_snapshot!(text);
}

fn missing(world: &Sealed, source: &str, place: domain::Place<'_>) -> Vec<String> {
    let found = world.formula(source, place.level()).missing(&world.env(), place);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_missing_is_named_once_and_in_order() {
    let world = county();
    let (primary, junior) = (world.section(0, Stage::Primary), world.section(0, Stage::Junior));
    let village = world.section(2, Stage::Primary);
    let none: [&str; 0] = [];
    assert_eq!(
        missing(&world, "split(books) / pupils + split(books) / classes * 1 班/人", village),
        ["村小1 缺“图书”", "村小1 小学 缺“班级数”"]
    );
    assert_eq!(missing(&world, "pupils / teachers", village), ["村小1 小学 缺“专任教师数”"]);
    assert_eq!(missing(&world, "pupils / classes", junior), ["青山九年一贯制学校 初中 缺“班级数”"]);
    assert_eq!(missing(&world, "classes / teachers", junior), none);
    assert_eq!(missing(&world, "1 = 2 and classes > 3 班", junior), none);
    assert_eq!(missing(&world, "if(1 = 2, classes, 3 班)", junior), none);
    assert_eq!(
        missing(&world, "max(class: class_size)", primary),
        ["青山九年一贯制学校 小学 (6)班 缺“班额”"]
    );
    assert_eq!(
        missing(&world, "any(class: class_size > 50 人)", junior),
        ["青山九年一贯制学校 初中 没有班级名册"]
    );
    assert_eq!(
        missing(&world, "count(room) > 0", world.school(1)),
        ["城关小学 没有音乐、美术专用教室清单"]
    );
    assert_eq!(missing(&world, "sum(section: classes)", world.county()).len(), 26);
    assert_eq!(
        missing(&world, "all(section where stage = 'junior': classes > 3 班)", world.county()),
        ["青山九年一贯制学校 初中 缺“班级数”"]
    );
    assert_eq!(missing(&world, "all(school: boarding_school)", world.county()), none);
}

#[test]
fn a_missing_input_can_be_found_again() {
    let world = county();
    let place = world.section(0, Stage::Junior);
    let found = world.formula("classes > 3 班", Level::Section).missing(&world.env(), place);
    let [input] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(input.reason, MissingReason::Fact);
    assert_eq!(input.item, world.catalogue.id("classes"));
    assert_eq!(input.stage, Some(Stage::Junior));
    assert_eq!(input.school.as_ref().unwrap().as_str(), "3400000001");
}

#[test]
fn a_parameter_without_a_value_is_missing() {
    let mut world = county();
    world.parameters.push(Outcome::Missing);
    let mut vocabulary = Vocabulary::new(&world.catalogue);
    vocabulary.parameter("quota", "补助标准", Type::ONE).unwrap();
    let formula = Formula::parse("quota > 1", &vocabulary, Level::County).unwrap();
    let found = formula.missing(&world.env(), world.county());
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["参数“补助标准”没有取值"]
    );
}
