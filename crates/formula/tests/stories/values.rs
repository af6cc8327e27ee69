//! Hand-solved values.

use crate::county::{Sealed, World, number};
use Outcome::{Flag, Missing, NotApplicable, Undefined};
use domain::{Exact, Level, RoomKind, School, SchoolKind, Stage, Unit};
use formula::{Definition, Env, Formula, Outcome, Scope, Type, Vocabulary};

fn county() -> Sealed {
    World::new("population=30.5")
        .school(
            "青山九年一贯制学校",
            SchoolKind::NineYear,
            "books=23226 teaching_rooms_area=1300.95 indoor_sports_area=63 equipment_value=28.6 \
             residence=210 boarding_school=是 township=青山镇",
            &[
                "pupils=166 classes=6 teachers=14 teachers_above=9",
                "pupils=210 classes=5 teachers=0",
            ],
        )
        .classes(Stage::Primary, "28 30 25 29 27 27")
        .classes(Stage::Junior, "42 41 43 42 ?")
        .rooms(RoomKind::Music, "96 73")
        .rooms(RoomKind::Art, "90")
        .school(
            "城关小学",
            SchoolKind::Primary,
            "books=41000 residence=121 boarding_school=否 equipment_value=300",
            &["pupils=1320 classes=30 teachers=70 teachers_above=56"],
        )
        .school(
            "河口小学",
            SchoolKind::Primary,
            "books=900 residence=220",
            &["teachers=— pupils=0"],
        )
        .seal()
}

fn round(outcome: &Outcome, digits: u8) -> String {
    outcome.number().unwrap().to_fixed(digits)
}

#[test]
fn books_of_a_nine_year_school_are_split_by_weighted_pupils() {
    let world = county();
    let (primary, junior) = (world.section(0, Stage::Primary), world.section(0, Stage::Junior));
    assert_eq!(round(&world.value("split(books)", primary), 2), "9711.63");
    assert_eq!(round(&world.value("split(books)", junior), 2), "13514.37");
    assert_eq!(round(&world.value("split(books) / pupils", primary), 1), "58.5");
    let whole = world.value("sum(section: split(books))", world.school(0));
    assert_eq!(whole, number("23226"));
}

#[test]
fn a_nine_year_school_stands_exactly_on_the_line() {
    let world = World::new("")
        .school(
            "青山学校",
            SchoolKind::NineYear,
            "teaching_rooms_area=1300.95 indoor_sports_area=63",
            &["pupils=164", "pupils=101"],
        )
        .seal();
    let formula = "split(teaching_rooms_area - indoor_sports_area) / pupils";
    assert_eq!(world.value(formula, world.section(0, Stage::Primary)), number("4.5"));
    assert_eq!(world.value(formula, world.section(0, Stage::Junior)), number("4.95"));
    let verdict = format!("{formula} >= 4.5 ㎡/人");
    assert_eq!(world.value(&verdict, world.section(0, Stage::Primary)), Flag(true));
}

#[test]
fn the_only_section_of_a_school_takes_everything() {
    let world = county();
    let section = world.section(1, Stage::Primary);
    assert_eq!(world.value("split(books)", section), number("41000"));
    // Even where its pupils are not known.
    let alone = World::new("").school("甲", SchoolKind::Primary, "books=7", &[""]).seal();
    assert_eq!(alone.value("split(books)", alone.section(0, Stage::Primary)), number("7"));
}

#[test]
fn a_split_without_pupils_is_missing_or_undefined() {
    let world = World::new("")
        .school("甲", SchoolKind::NineYear, "books=7", &["pupils=1", ""])
        .school("乙", SchoolKind::NineYear, "books=7", &["pupils=0", "pupils=0"])
        .school("丙", SchoolKind::NineYear, "books=7", &["pupils=5", "pupils=—"])
        .school("丁", SchoolKind::NineYear, "", &["pupils=5", "pupils=5"])
        .seal();
    let split = |school, stage| world.value("split(books)", world.section(school, stage));
    assert_eq!(split(0, Stage::Primary), Missing);
    assert_eq!(split(1, Stage::Primary), Undefined);
    assert_eq!(split(2, Stage::Primary), number("7"));
    assert_eq!(split(2, Stage::Junior), NotApplicable);
    assert_eq!(split(3, Stage::Primary), Missing);
}

#[test]
fn music_rooms_are_rounded_up() {
    let world = county();
    assert_eq!(world.value("ceil(25 班 / (12 班/间))", world.county()), number("3"));
    let formula = world.formula("ceil(25 班 / 12班/间)", Level::County);
    assert!(formula.result().is_same(&Type::Number(Unit::parse("间").unwrap())));
    assert_eq!(world.value("floor(0 - 5 / 2)", world.county()), number("-3"));
    assert_eq!(world.value("round(0.85 * 4.2, 1)", world.county()), number("3.6"));
    assert_eq!(world.value("round(-2.345, 2)", world.county()), number("-2.35"));
}

#[test]
fn units_are_converted_exactly() {
    let world = county();
    let section = world.section(1, Stage::Primary);
    let per_hundred = "teachers_above / pupils in 人/百人";
    assert_eq!(world.value(per_hundred, section), number("140/33"));
    assert_eq!(world.value("equipment_value in 元", section), number("3000000"));
    assert_eq!(world.value("population in 人", section), number("305000"));
    assert_eq!(world.value("teachers_above / teachers in %", section), number("80"));
    assert_eq!(world.value("85% in 1", section), number("0.85"));
    assert_eq!(world.value("(equipment_value in 元) / pupils >= 2000 元/人", section), Flag(true));
}

#[test]
fn arithmetic_binds_as_on_paper() {
    let world = county();
    for (source, value) in [
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("20 / 2 / 5", "2"),
        ("20 / (2 / 5)", "50"),
        ("10 - 4 - 3", "3"),
        ("-2 * -3", "6"),
        ("--2 - -2", "4"),
        ("min(3, 1, 2) + max(3, 1, 2)", "4"),
        ("50 人 + 50 人 in 百人", "1"),
        ("if(1 < 2, 3, 4)", "3"),
        ("0.1 + 0.2", "0.3"),
    ] {
        assert_eq!(world.value(source, world.county()), number(value), "{source}");
    }
}

#[test]
fn codes_flags_texts_and_structure() {
    let world = county();
    let school = world.school(0);
    for (source, value) in [
        ("residence = '210'", true),
        ("residence != '210'", false),
        ("residence in ('210', '220')", true),
        ("not residence in ('111')", true),
        ("township = '青山镇'", true),
        ("boarding_school", true),
        ("boarding_school = is_campus", false),
        ("school_kind = 'nine_year'", true),
        ("any(section: stage = 'junior')", true),
        ("all(section: not attached)", true),
        ("count(room where room_kind = 'music') = 2", true),
        ("all(class: class_grade = 1)", true),
    ] {
        assert_eq!(world.value(source, school), Flag(value), "{source}");
    }
    assert_eq!(world.value("residence", school), Outcome::Code("210".into()));
    assert_eq!(world.value("township", school), Outcome::Text("青山镇".into()));
}

#[test]
fn missing_is_not_zero_and_a_dash_is_neither() {
    let world = county();
    // 河口小学: classes missing, teachers —, pupils 0.
    let section = world.section(2, Stage::Primary);
    for (source, outcome) in [
        ("classes", Missing),
        ("classes + 1 班", Missing),
        ("0 * classes", Missing),
        ("classes > 1 班", Missing),
        ("teachers", NotApplicable),
        ("teachers + pupils", NotApplicable),
        ("teachers >= pupils", NotApplicable),
        ("teachers / classes", NotApplicable),
        ("1 / pupils", Undefined),
        ("classes / pupils", Undefined),
        ("classes / classes", Missing),
        ("teachers / pupils", NotApplicable),
        ("classes / pupils >= 1 班/人", Undefined),
        ("known(classes)", Flag(false)),
        ("known(teachers)", Flag(true)),
        ("known(pupils)", Flag(true)),
        ("known(1 / pupils)", Flag(false)),
        ("applies(classes)", Missing),
        ("applies(teachers)", Flag(false)),
        ("applies(pupils)", Flag(true)),
        ("max(classes / 1 班, 1)", Missing),
        ("min(teachers, pupils)", NotApplicable),
        ("residence in ('220')", Flag(true)),
        ("township in ('青山镇')", Missing),
    ] {
        assert_eq!(world.value(source, section), outcome, "{source}");
    }
}

#[test]
fn logic_is_three_valued_and_passes_over_dashes() {
    let world = county();
    let section = world.section(2, Stage::Primary);
    let (yes, no) = ("1 = 1", "1 = 2");
    let (unknown, dash, undefined) = ("classes > 1 班", "teachers > 1 人", "1 / pupils > 1 /人");
    let undefined = undefined.replace("1 /人", "1 / 1 人");
    for (left, right, and, or) in [
        (yes, yes, Flag(true), Flag(true)),
        (yes, no, Flag(false), Flag(true)),
        (no, no, Flag(false), Flag(false)),
        (yes, unknown, Missing, Flag(true)),
        (no, unknown, Flag(false), Missing),
        (unknown, unknown, Missing, Missing),
        (yes, dash, Flag(true), Flag(true)),
        (no, dash, Flag(false), Flag(false)),
        (dash, dash, NotApplicable, NotApplicable),
        (unknown, dash, Missing, Missing),
        (yes, &undefined, Undefined, Flag(true)),
        (no, &undefined, Flag(false), Undefined),
        (unknown, &undefined, Missing, Missing),
    ] {
        for (a, b) in [(left, right), (right, left)] {
            assert_eq!(world.value(&format!("{a} and {b}"), section), and, "{a} and {b}");
            assert_eq!(world.value(&format!("{a} or {b}"), section), or, "{a} or {b}");
        }
    }
    assert_eq!(world.value(&format!("not {unknown}"), section), Missing);
    assert_eq!(world.value(&format!("not {dash}"), section), NotApplicable);
}

#[test]
fn if_is_lazy() {
    let world = county();
    let section = world.section(2, Stage::Primary);
    assert_eq!(
        world.value("if(pupils = 0 人, 0, classes / pupils * 1 人 / 1 班)", section),
        number("0")
    );
    assert_eq!(world.value("if(classes > 1 班, 1, 1)", section), Missing);
    assert_eq!(world.value("if(teachers > 1 人, 1, 2)", section), NotApplicable);
}

#[test]
fn aggregates_over_the_county() {
    let world = county();
    for (source, outcome) in [
        ("sum(section: pupils)", number("1696")),
        ("sum(section where stage = 'primary': pupils)", number("1486")),
        ("sum(section: teachers)", number("84")),
        ("sum(section: classes)", Missing),
        ("sum(section where known(classes): classes)", number("41")),
        ("sum(school where 1 = 2: books)", number("0")),
        ("count(school)", number("3")),
        ("count(school where boarding_school)", Missing),
        ("count(school where known(boarding_school) and boarding_school)", number("1")),
        ("all(school: books > 1000 册)", Flag(false)),
        ("all(school: books > 100 册)", Flag(true)),
        ("all(school: boarding_school)", Flag(false)),
        ("any(school: boarding_school)", Flag(true)),
        ("all(school where residence = '220': boarding_school)", Missing),
        ("all(school where boarding_school: books >= 900 册)", Flag(true)),
        ("all(school where boarding_school: books > 900 册)", Missing),
        ("any(school where boarding_school: books > 99999 册)", Flag(false)),
        ("any(school where boarding_school: books = 900 册)", Missing),
        ("all(section: teachers >= 0 人)", Flag(true)),
        ("all(school where 1 = 2: boarding_school)", Flag(true)),
        ("any(school where 1 = 2: boarding_school)", Flag(false)),
        ("all(section where pupils = 0 人: teachers > 5 人)", NotApplicable),
        ("share(school: books > 1000 册)", number("2/3")),
        ("share(section: teachers > 13 人)", number("2/3")),
        ("share(school where 1 = 2: boarding_school)", Undefined),
        ("share(school: boarding_school)", Missing),
        ("max(school: books)", number("41000")),
        ("min(section: pupils)", number("0")),
        ("max(section: teachers)", number("70")),
        ("max(school where 1 = 2: books)", Undefined),
        ("sum(section: 1 / pupils)", Undefined),
        ("max(class: class_size)", Missing),
        ("count(room)", Missing),
        ("any(room: room_area < 80 ㎡)", Flag(true)),
        ("all(school: sum(section: pupils) <= 2000 人)", Flag(true)),
    ] {
        assert_eq!(world.value(source, world.county()), outcome, "{source}");
    }
}

#[test]
fn rosters_that_are_not_there_are_missing() {
    let world = county();
    let (primary, junior) = (world.section(0, Stage::Primary), world.section(0, Stage::Junior));
    assert_eq!(world.value("max(class: class_size)", primary), number("30"));
    assert_eq!(world.value("count(class)", junior), number("5"));
    assert_eq!(world.value("all(class: class_size <= 50 人)", junior), Missing);
    assert_eq!(world.value("any(class: class_size > 42 人)", junior), Flag(true));
    assert_eq!(world.value("sum(class: class_size) = pupils", primary), Flag(true));
    assert_eq!(world.value("count(class where class_size > 28 人)", world.school(0)), Missing);
    assert_eq!(world.value("count(room where room_area >= 90 ㎡)", junior), number("2"));
    let town = world.section(1, Stage::Primary);
    assert_eq!(world.value("count(class)", town), Missing);
    assert_eq!(world.value("all(class: class_size <= 45 人)", town), Missing);
    assert_eq!(world.value("count(room where room_kind = 'art')", town), Missing);
}

struct PrimaryOnly;

impl Scope for PrimaryOnly {
    fn includes(&self, school: &School, stage: Stage) -> bool {
        stage == Stage::Primary && school.name != "河口小学"
    }
}

#[test]
fn aggregates_visit_what_is_in_scope() {
    let world = county();
    let env = Env { scope: &PrimaryOnly, ..world.env() };
    let value = |source| world.formula(source, Level::County).evaluate(&env, world.county());
    assert_eq!(value("count(section)"), number("2"));
    assert_eq!(value("count(school)"), number("2"));
    assert_eq!(value("sum(section: pupils)"), number("1486"));
    // What is split is shared with the sections out of scope all the same.
    let split = value("sum(section where school_kind = 'nine_year': split(books))");
    assert_eq!(round(&split, 2), "9711.63");
}

#[test]
fn parameters_and_definitions() {
    let mut world = county();
    let catalogue = world.catalogue.clone();
    let mut vocabulary = Vocabulary::new(&catalogue);
    vocabulary.parameter("floor", "x", Type::ONE).unwrap_err();
    let unit = Type::Number(Unit::parse("册/人").unwrap());
    assert_eq!(vocabulary.parameter("least", "下限", unit.clone()), Ok(0));
    let per_pupil = Formula::parse("split(books) / pupils", &vocabulary, Level::Section).unwrap();
    assert!(per_pupil.result().is_same(&unit));
    vocabulary.definition("per_pupil", "生均图书", Level::Section, unit).unwrap();
    let zh = "生均图书".to_owned();
    world.definitions.push(Definition { name: "per_pupil".into(), zh, formula: per_pupil });
    world.parameters.push(number("31"));

    let formula = Formula::parse("per_pupil >= least", &vocabulary, Level::Section).unwrap();
    assert_eq!(formula.to_chinese(), "生均图书 ≥ 下限");
    assert_eq!(formula.definitions().collect::<Vec<_>>(), [0]);
    assert_eq!(formula.parameters().collect::<Vec<_>>(), [0]);
    assert_eq!(formula.items().count(), 0);
    let town = world.section(1, Stage::Primary);
    assert_eq!(formula.evaluate(&world.env(), town), Flag(true));
    world.parameters[0] = Missing;
    let town = world.section(1, Stage::Primary);
    assert_eq!(formula.evaluate(&world.env(), town), Missing);
    world.parameters[0] = number("32");
    let town = world.section(1, Stage::Primary);
    assert_eq!(formula.evaluate(&world.env(), town), Flag(false));

    let share = Formula::parse("share(section: per_pupil >= least)", &vocabulary, Level::County);
    let share = share.unwrap();
    assert_eq!(share.evaluate(&world.env(), world.county()), Undefined);
}

#[test]
fn a_circle_of_definitions_is_undefined() {
    let mut world = county();
    let catalogue = world.catalogue.clone();
    let mut vocabulary = Vocabulary::new(&catalogue);
    vocabulary.definition("circle", "循环", Level::County, Type::ONE).unwrap();
    let formula = Formula::parse("circle + 1", &vocabulary, Level::County).unwrap();
    let zh = "循环".to_owned();
    world.definitions.push(Definition { name: "circle".into(), zh, formula: formula.clone() });
    assert_eq!(formula.evaluate(&world.env(), world.county()), Undefined);
    assert!(formula.explain(&world.env(), world.county()).render().contains("无法计算"));
}

#[test]
fn the_environment_may_be_another_one() {
    // Nothing fits: no parameter, no definition, a place of another level.
    let world = county();
    let catalogue = world.catalogue.clone();
    let mut vocabulary = Vocabulary::new(&catalogue);
    vocabulary.parameter("p", "参数", Type::ONE).unwrap();
    vocabulary.definition("d", "定义", Level::Section, Type::Flag).unwrap();
    let formula =
        Formula::parse("d and p > 1 and split(books) > 1 册", &vocabulary, Level::Section);
    let formula = formula.unwrap();
    for place in [world.county(), world.school(0), world.section(0, Stage::Primary)] {
        let outcome = formula.evaluate(&world.env(), place);
        assert!(matches!(outcome, Missing | Undefined), "{outcome:?}");
        assert!(!formula.explain(&world.env(), place).render().is_empty());
        assert_eq!(outcome.is_missing(), !formula.missing(&world.env(), place).is_empty());
    }
}

#[test]
fn the_deepest_formulas_fit_on_a_small_stack() {
    let run = || {
        let mut world = county();
        let catalogue = world.catalogue.clone();
        let mut vocabulary = Vocabulary::new(&catalogue);
        let mut previous = "pupils / (1 人)".to_owned();
        let section = Level::Section;
        for index in 0..20 {
            let source = format!("{}{previous}{}", "ceil(-".repeat(29), ")".repeat(29));
            let formula = Formula::parse(&source, &vocabulary, section).unwrap();
            let name = format!("d{index}");
            vocabulary.definition(&name, &name, section, Type::ONE).unwrap();
            let zh = name.clone();
            world.definitions.push(Definition { name: name.clone(), zh, formula });
            previous = name;
        }
        let place = world.section(0, Stage::Primary);
        let env = world.env();
        // Eight definitions within one another are the most, below the formula itself.
        let at = |index: usize| world.definitions[index].formula.evaluate(&env, place);
        assert_eq!((at(7), at(8), at(9)), (number("166"), number("-166"), Undefined));
        let explanation = world.definitions[9].formula.explain(&env, place);
        assert!(explanation.render().contains("无法计算"));
    };
    // The least stack that a thread has by default, in a build without optimisation.
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn huge_numbers_are_bounded() {
    let world = county();
    let mut source = "999999999999999999".to_owned();
    for _ in 0..6 {
        source = format!("({source}) * ({source})");
    }
    let value = world.value(&source, world.county());
    assert!(value.number().is_some_and(|n| *n > Exact::from(i64::MAX)));
}
