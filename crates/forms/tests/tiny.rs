//! The whole workbook of a tiny county, as text.

mod common;

use common::{Book, forms_for, tiny};
use forms::Options;
use std::fmt::Write as _;

#[test]
fn the_whole_workbook() {
    let county = tiny::county_of();
    let evaluation = tiny::evaluation_of(&county);
    let options = Options { label: Some("合成数据,仅供演示".into()), created: None };
    let forms = forms_for("cn-quality-2017");
    let mut book = Book::of(&[(&evaluation, "")], &county, &forms, &options);
    let mut text = String::new();
    for name in book.names() {
        writeln!(
            text,
            "=== {name}\n{}\n    合并 {}\n",
            book.text(&name),
            book.merges(&name).join(" ")
        )
        .unwrap();
    }
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\b[0-9a-f]{64}\b", "[校验码]");
    settings.add_filter(r"quality-2017，[0-9a-f]{12}", "quality-2017，[校验码]");
    settings.bind(|| insta::assert_snapshot!(text));
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let county = tiny::county_of();
    let evaluation = tiny::evaluation_of(&county);
    let forms = forms_for("cn-quality-2017");
    let make = |options: &Options| {
        forms::workbook(&[(&evaluation, "")], &county.seal(), &county.catalogue, &forms, options)
            .unwrap()
    };
    let one = make(&Options::default());
    assert!(one == make(&Options::default()));
    let later = Options { created: Some(jiff::civil::date(2025, 3, 1)), ..Options::default() };
    assert!(one != make(&later));
}
