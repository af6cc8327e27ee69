//! What holds for every formula.

use crate::county::{Sealed, World, catalogue, number};
use domain::{Exact, Level, Place, SchoolKind, Stage};
use formula::{Formula, Outcome, Vocabulary};
use proptest::prelude::*;

fn county() -> Sealed {
    World::new("")
        .school(
            "甲",
            SchoolKind::NineYear,
            "books=23226 residence=210 boarding_school=是",
            &["pupils=166 classes=6 teachers=—", "pupils=0 teachers=3"],
        )
        .classes(Stage::Primary, "28 30 ?")
        .school("乙", SchoolKind::Primary, "", &["pupils=3"])
        .seal()
}

/// Sums of persons at a section.
fn persons() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("pupils".to_owned()),
        Just("teachers".to_owned()),
        (0u32..1000).prop_map(|n| format!("{n} 人")),
        (0u32..1000, 0u32..100).prop_map(|(n, d)| format!("{n}.{d}人")),
        Just("sum(class: class_size)".to_owned()),
        Just("max(class where class_size > 3 人: class_size)".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let flag = flags(inner.clone());
        prop_oneof![
            (inner.clone(), "[-+]", inner.clone()).prop_map(|(a, o, b)| format!("{a} {o} ({b})")),
            (inner.clone(), "[-+]", inner.clone()).prop_map(|(a, o, b)| format!("({a}) {o} {b}")),
            (inner.clone(), "[*/]", inner.clone())
                .prop_map(|(a, o, b)| format!("({a}) {o} (({b}) / (1 人))")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("(({a}) in 百人 in 人)")),
            (inner.clone(), 0..13).prop_map(|(a, d)| format!("round({a}, {d})")),
            inner.clone().prop_map(|a| format!("ceil(floor({a}))")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("min({a}, max({b}, {c}))")),
            (flag, inner.clone(), inner).prop_map(|(f, a, b)| format!("if({f}, {a}, {b})")),
            Just("(split(books) in 1 册/人 * 1 人)".replace(" in 1 册/人 * 1 人", " / (1 册/人)")),
        ]
    })
}

fn flags(person: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        (person.clone(), "(=|!=|<|<=|>|>=)", person.clone())
            .prop_map(|(a, o, b)| format!("{a} {o} {b}")),
        person.prop_map(|a| format!("known({a}) = applies({a})")),
        Just("residence in ('210', '220')".to_owned()),
        Just("stage = 'primary'".to_owned()),
        Just("all(class where class_size > 29 人: class_size < 40 人)".to_owned()),
        Just("boarding_school".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), "(and|or)", inner.clone())
                .prop_map(|(a, o, b)| format!("({a}) {o} ({b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
    .boxed()
}

/// A tree of plain arithmetic: its formula and its value, `None` where something is divided by
/// zero.
fn arithmetic() -> impl Strategy<Value = (String, Option<Exact>)> {
    let leaf = (0i64..100_000, 0u32..4).prop_map(|(n, digits)| {
        let value = Exact::ratio(n, 10u64.pow(digits));
        (value.to_string(), Some(value))
    });
    leaf.prop_recursive(6, 60, 2, |inner| {
        (inner.clone(), 0..5, inner).prop_map(|((a, x), operator, (b, y))| {
            let pair = x.zip(y);
            match operator {
                0 => (format!("({a}) + ({b})"), pair.map(|(x, y)| x + y)),
                1 => (format!("({a}) - ({b})"), pair.map(|(x, y)| x - y)),
                2 => (format!("({a}) * ({b})"), pair.map(|(x, y)| x * y)),
                3 => (format!("({a}) / ({b})"), pair.and_then(|(x, y)| x.checked_div(&y))),
                _ => (format!("max({a}, {b})"), pair.map(|(x, y)| x.max(y))),
            }
        })
    })
}

/// Pieces of formulas in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "pupils",
        "books",
        "stage",
        "residence",
        "'210'",
        "'primary'",
        "'",
        "(",
        ")",
        "((",
        "))",
        ",",
        ":",
        "+",
        "-",
        "*",
        "/",
        "=",
        "!=",
        "<=",
        ">",
        "and",
        "or",
        "not",
        "in",
        "where",
        "school",
        "section",
        "class",
        "room",
        "sum(",
        "count(",
        "all(",
        "split(",
        "if(",
        "round(",
        "min(",
        "known(",
        "人",
        "人/百人",
        "%",
        "·",
        "12",
        "0",
        "0.5",
        "999999999999999999",
        "1/0",
        "\n",
        "学",
        "班/",
        "1 in 1/人",
        "\u{FF08}",
        "\u{0}",
        "😀",
    ]);
    prop::collection::vec((piece, prop::sample::select(vec!["", " "])), 0..40)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(a, b)| [a, b]).collect())
}

/// Reads at every level, and where that succeeds does everything there is to do.
fn exercise(world: &Sealed, source: &str) {
    let vocabulary = Vocabulary::new(&world.catalogue);
    for place in [
        world.county(),
        world.school(0),
        world.section(0, Stage::Primary),
        world.section(0, Stage::Junior),
    ] {
        match Formula::parse(source, &vocabulary, place.level()) {
            Ok(formula) => everything(world, &vocabulary, &formula, place),
            Err(error) => {
                assert!(source.get(error.span()).is_some(), "{source}: {error:?}");
                assert!(error.line() >= 1 && error.column() >= 1);
                assert_eq!(error.excerpt().lines().count(), 2, "{source}");
            }
        }
    }
}

fn everything(world: &Sealed, vocabulary: &Vocabulary<'_>, formula: &Formula, place: Place<'_>) {
    let printed = formula.to_canonical();
    let again = Formula::parse(&printed, vocabulary, formula.level());
    let again = again.unwrap_or_else(|error| panic!("{}: {error}", formula.source()));
    assert_eq!(&again, formula, "{} printed as {printed}", formula.source());
    assert_eq!(again.to_canonical(), printed);
    assert!(again.result().is_same(formula.result()));
    assert!(!formula.to_chinese().is_empty());

    let env = world.env();
    let outcome = formula.evaluate(&env, place);
    assert_eq!(outcome, again.evaluate(&env, place));
    let explanation = formula.explain(&env, place);
    assert_eq!(explanation.result.outcome, outcome);
    assert!(explanation.render().ends_with('\n'));
    let missing = formula.missing(&env, place);
    assert_eq!(missing.is_empty(), outcome != Outcome::Missing, "{}", formula.source());
}

proptest! {
    #[test]
    fn a_formula_survives_printing_and_explains_what_it_evaluates(source in persons()) {
        let world = county();
        let vocabulary = Vocabulary::new(&world.catalogue);
        let formula = Formula::parse(&source, &vocabulary, Level::Section);
        let formula = formula.unwrap_or_else(|error| panic!("{error}"));
        for stage in Stage::COMPULSORY {
            everything(&world, &vocabulary, &formula, world.section(0, stage));
        }
        everything(&world, &vocabulary, &formula, world.section(1, Stage::Primary));
    }

    #[test]
    fn arithmetic_is_that_of_exact((source, value) in arithmetic()) {
        let world = county();
        let expected = value.map_or(Outcome::Undefined, Outcome::Number);
        prop_assert_eq!(world.value(&source, world.county()), expected);
    }

    #[test]
    fn any_text_gives_a_formula_or_an_error(source in any::<String>()) {
        exercise(&county(), &source);
    }

    #[test]
    fn any_soup_gives_a_formula_or_an_error(source in soup()) {
        exercise(&county(), &source);
    }

    #[test]
    fn a_split_conserves_the_total(
        books in 0u32..1_000_000,
        pupils in prop::array::uniform3(0u32..5000),
    ) {
        let [a, b, c] = pupils.map(|n| format!("pupils={n}"));
        let books_text = format!("books={books}");
        let world = World::new("")
            .school("甲", SchoolKind::TwelveYear, &books_text, &[&a, &b, &c])
            .seal();
        let total = world.value("sum(section: split(books))", world.school(0));
        let nobody = pupils.iter().all(|n| *n == 0);
        let whole = number(&books.to_string());
        prop_assert_eq!(total, if nobody { Outcome::Undefined } else { whole });
    }

    #[test]
    fn the_order_of_schools_does_not_matter(sizes in prop::collection::vec(1u32..3000, 1..8)) {
        let county = |sizes: &[u32]| {
            sizes.iter().fold(World::new(""), |world, n| {
                world.school("校", SchoolKind::Primary, "", &[&format!("pupils={n} teachers=7")])
            }).seal()
        };
        let reversed: Vec<u32> = sizes.iter().rev().copied().collect();
        let (one, other) = (county(&sizes), county(&reversed));
        for source in [
            "sum(section: teachers / pupils)",
            "max(section: pupils) - min(section: pupils)",
            "share(section: pupils > 100 人)",
        ] {
            prop_assert_eq!(one.value(source, one.county()), other.value(source, other.county()));
        }
    }
}

#[test]
fn the_catalogue_of_the_tests_is_a_catalogue() {
    assert!(catalogue().len() > 10);
}
