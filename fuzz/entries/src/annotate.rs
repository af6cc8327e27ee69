//! Annotated copies.

use crate::bytes::Bytes;
use crate::files::{Cells, everything};
use crate::package;
use crate::world::limits;
use intake::annotate::annotate as annotated;
use intake::open::Book;
use intake::{Finding, Location};
use std::collections::BTreeMap;
use std::sync::Arc;

const FILE: &str = "学校.xlsx";
/// The sheet that an annotated copy adds.
const LIST: &str = "校验结果";
const WORDS: [&str; 4] =
    ["不是整数。", "<a href=\"x\">&amp;]]></a>", "\u{1}\u{FFFF}\u{7}\n\t", "=1+1"];

/// A workbook and findings: whatever can be opened, its annotated copy can, and holds the same.
pub(crate) fn annotate(input: &[u8]) {
    let mut input = Bytes::new(input);
    let findings: Vec<Finding> = (0..input.below(9)).map(|_| finding(&mut input)).collect();
    let whole = input.byte() % 2 == 1;
    let source = if whole { input.rest().to_vec() } else { package::of_text(input.rest()) };
    let before = opened(&source);
    let copy = annotated(&source, FILE, &findings, &limits());
    let Some((names, before)) = before else { return };
    let copy = match copy {
        Ok(copy) => copy,
        Err(error) => panic!("a workbook that opens: {error}"),
    };
    let Some((_, after)) = opened(&copy.bytes) else { panic!("the copy does not open") };
    if copy.in_place {
        for name in names.iter().filter(|name| *name != LIST) {
            assert_eq!(after.get(name), before.get(name), "cells of {name}");
        }
    }
}

fn finding(input: &mut Bytes<'_>) -> Finding {
    let (file, choice): (Arc<str>, u8) = (FILE.into(), input.byte());
    let words = WORDS[usize::from(choice) % WORDS.len()];
    let sheet: Arc<str> = ["学校", "县区", "", "没有的表"][usize::from(choice / 4) % 4].into();
    // The last number of a byte is the last of a sheet.
    let row = if let row @ 0..=254 = input.byte() { u32::from(row) } else { 1_048_575 };
    let column = if let column @ 0..=254 = input.byte() { u32::from(column) } else { 16_383 };
    let finding = match choice / 16 % 3 {
        0 => Finding::error("I-CELL-03", words),
        1 => Finding::warning("I-CELL-04", words),
        _ => Finding::notice("I-CELL-06", words),
    };
    match choice / 64 {
        0 => finding.at(Location::file(&file)),
        1 => finding,
        _ => finding.at(Location::cell(&file, &sheet, row, column)).advise(words),
    }
}

/// Names and cells of the sheets, if all of them can be read and no two have one name.
fn opened(bytes: &[u8]) -> Option<(Vec<String>, BTreeMap<String, Cells>)> {
    let mut book = Book::open(bytes, &limits()).ok()?;
    if book.is_archive() {
        return None;
    }
    let names: Vec<String> = book.sheets().iter().map(|info| info.name.clone()).collect();
    let mut sheets = BTreeMap::new();
    for (name, cells) in names.iter().zip(everything(&mut book)) {
        if sheets.insert(name.clone(), cells?).is_some() {
            return None;
        }
    }
    Some((names, sheets))
}
