//! Packs that are wrong are refused at the place where they are.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod common;

use forms::Forms;
use packs::PackSource;

const SHEET: &str = "[[sheet]]\nid = \"s\"\nname = \"表\"\ntitle = \"表\"\npaper = \"A4\"\n";

/// The refusal of a general pack with these lines after its head.
fn refusal(lines: &str) -> String {
    let text = format!("id = \"generic\"\ntitle = \"表册\"\n{lines}");
    let packs = PackSource::memory([("forms/generic.toml", text.as_str())]);
    Forms::load(&packs, &["x"], &common::catalogue()).unwrap_err().to_string()
}

fn block(lines: &str) -> String {
    refusal(&format!("{SHEET}[[sheet.block]]\n{lines}"))
}

#[test]
fn every_refusal_names_file_line_and_what_may_stand_there() {
    let column = "columns = [{ head = [\"校\"], bind = \"school\" }]\n";
    let cases = [
        ("unknown key", refusal("colour = \"red\"\n")),
        (
            "unknown key of a column",
            block("of = \"excluded\"\ncolumns = [{ bind = \"school\", colour = 1 }]\n"),
        ),
        ("unknown block", block(&format!("of = \"schools\"\n{column}"))),
        ("unknown binding", block("of = \"excluded\"\ncolumns = [{ bind = \"scool\" }]\n")),
        ("unknown item", block("of = \"basics\"\ncolumns = [{ bind = \"item:popolation\" }]\n")),
        (
            "item of another level",
            block("of = \"basics\"\ncolumns = [{ bind = \"item:pupils\" }]\n"),
        ),
        (
            "unknown placeholder",
            refusal(&SHEET.replace("title = \"表\"", "title = \"{country}表\"").replace(
                "paper",
                "block = [{ of = \"excluded\", columns = [{ bind = \"school\" }] }]\npaper",
            )),
        ),
        (
            "open brace",
            block("of = \"excluded\"\ncolumns = [{ head = [\"校{\"], bind = \"school\" }]\n"),
        ),
        (
            "indicator words elsewhere",
            block("of = \"excluded\"\ncolumns = [{ head = [\"{zh}\"], bind = \"school\" }]\n"),
        ),
        (
            "rows of a list",
            block(&format!(
                "of = \"excluded\"\n{column}rows = [{{ label = \"一\", bind = \"x\" }}]\n"
            )),
        ),
        ("no rows", block("of = \"reached\"\ncolumns = [{ bind = \"stage\" }]\n")),
        (
            "cells do not fit",
            block(
                "of = \"survey\"\ncolumns = [{ bind = \"label\" }, { bind = \"figure\" }]\nrows = [{ label = \"计\", cells = [] }]\n",
            ),
        ),
        (
            "filter under two heads",
            block(
                "of = \"excluded\"\nfilter = true\ncolumns = [{ head = [\"甲\", \"乙\"], bind = \"school\" }]\n",
            ),
        ),
        (
            "span without a grid",
            block("of = \"excluded\"\ncolumns = [{ bind = \"school\", span = 2 }]\n"),
        ),
        ("too wide", block("of = \"excluded\"\ncolumns = [{ bind = \"school\", width = 500 }]\n")),
        ("paper", refusal(&SHEET.replace("A4", "B5"))),
        ("no base", refusal("base = \"nowhere\"\n")),
        ("own base", refusal("base = \"generic\"\n")),
        (
            "twice",
            block(&format!(
                "of = \"excluded\"\n{column}{SHEET}[[sheet.block]]\nof = \"excluded\"\n{column}"
            )),
        ),
    ];
    let text: Vec<_> = cases.iter().map(|(name, said)| format!("[{name}]\n{said}\n")).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn the_name_of_the_file_is_the_id() {
    let packs = PackSource::memory([("forms/a.toml", "id = \"b\"\ntitle = \"表册\"\n")]);
    let error = Forms::load(&packs, &["x"], &common::catalogue()).unwrap_err();
    assert_eq!(error.code(), "FM-PACK-05");
}

#[test]
fn no_pack_no_forms() {
    let error = Forms::load(&PackSource::default(), &["x"], &common::catalogue()).unwrap_err();
    assert_eq!(error.code(), "FM-PACK-06");
    assert!(error.to_string().contains("标准 x"));
}
