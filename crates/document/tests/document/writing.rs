//! What stands in the parts of a docx file and on a page of HTML.

use crate::sample;
use crate::zipped::{names, part};
use document::model::{Block, Document, State};
use document::{docx, html};

/// A part with a line for each element, to be read in a review.
fn lines(xml: &str) -> String {
    xml.replace("><", ">\n<")
}

#[test]
fn the_same_document_is_the_same_file() {
    let document = sample::report();
    let file = docx::write(&document).unwrap();
    assert_eq!(file, docx::write(&document).unwrap());
}

#[test]
fn the_parts_of_a_file() {
    let file = docx::write(&sample::report()).unwrap();
    insta::assert_snapshot!(names(&file).join("\n"));
}

#[test]
fn the_frame_of_a_document() {
    let mut document = sample::report();
    document.annexes.truncate(1);
    for annex in &mut document.annexes {
        annex.blocks.truncate(1);
        if let Some(Block::Table(table)) = annex.blocks.first_mut() {
            table.rows.truncate(1);
        }
    }
    let file = docx::write(&document).unwrap();
    insta::assert_snapshot!("document", lines(&part(&file, "word/document.xml")));
    insta::assert_snapshot!("manifest", lines(&part(&file, "customXml/item1.xml")));
    insta::assert_snapshot!("chart", lines(&part(&file, "word/charts/chart1.xml")));
}

#[test]
fn the_parts_that_every_file_has() {
    let file = docx::write(&Document::new("通知")).unwrap();
    for name in ["styles", "settings", "fontTable", "footer1", "footer2"] {
        insta::assert_snapshot!(name, lines(&part(&file, &format!("word/{name}.xml"))));
    }
}

#[test]
fn the_page_of_a_document() {
    let mut document = sample::report();
    document.annexes.clear();
    insta::assert_snapshot!("html", lines(&html::article(&document).unwrap()));
}

#[test]
fn a_final_version_has_no_gap_and_no_word_of_a_draft() {
    let mut document = sample::report();
    document.state = State::Final;
    assert_eq!(docx::write(&document).unwrap_err().code(), "D-FINAL-01");
    assert_eq!(html::page(&document).unwrap_err().code(), "D-FINAL-01");
    document.blocks.truncate(1);
    let file = docx::write(&document).unwrap();
    assert!(!part(&file, "word/header1.xml").contains("草稿"));
}
