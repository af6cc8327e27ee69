//! Names from files of others: too long, or made to be taken for formulas.

use crate::book::Book;
use crate::figures::sums_hold;
use crate::make::plan;

#[test]
fn a_name_that_looks_like_a_formula_stays_a_text() {
    let hostile = "=HYPERLINK(\"http://127.0.0.1\",\"x\")";
    let mut plan = plan();
    plan.title = hostile.into();
    plan.actions[0].name = hostile.into();
    plan.actions[0].zh = "+1+1".into();
    plan.committed[0].zh = "@SUM(1)".into();
    plan.settings.funds[0].zh = "=1+1".into();
    plan.years[2].reasons = vec!["=cmd|' /C calc'!A0".into()];
    plan.objections = vec!["-1+2".into()];
    let mut book = Book::of(&plan, None);
    for sheet in book.names() {
        for (_, _, formula) in book.formulas(&sheet) {
            let own = formula.starts_with("SUM(")
                || formula.chars().all(|c| c.is_ascii_alphanumeric() || c == '+');
            assert!(own && !formula.contains("1+1"), "{sheet}: {formula}");
        }
    }
    assert!(book.text("2025年").contains(hostile));
    assert!(book.text("总表").contains("=cmd|"));
}

#[test]
fn very_long_names_are_kept_whole() {
    let long = "希望工程纪念九年一贯制实验学校".repeat(30);
    let mut plan = plan();
    plan.title = long.clone();
    for action in &mut plan.actions {
        action.name.clone_from(&long);
    }
    for section in plan.years.iter_mut().flat_map(|year| &mut year.section_outcomes) {
        section.name.clone_from(&long);
    }
    let mut book = Book::of(&plan, None);
    assert!(book.text("学校一览").contains(&long));
    sums_hold(&mut book);
}

#[test]
fn a_text_that_no_cell_can_hold_is_refused_with_its_sheet() {
    let mut plan = plan();
    plan.actions[0].name = "校".repeat(40_000);
    let error = forms::plan::workbook(&plan, None).unwrap_err();
    assert_eq!(error.code(), "FM-XLSX-01");
    assert!(error.to_string().contains("2025年"), "{error}");
}
