//! What LibreOffice makes of the files: opened, printed, saved again. Skipped, saying so, where it or
//! poppler is not installed.

use crate::sample;
use crate::zipped::typed;
use document::model::{Block, Cell, Document, Row, Run, Table};
use document::office::{LIMIT, Office};
use document::read::read_back;
use document::{docx, html};
use std::io::Write as _;
use std::process::{Command, Stdio};

pub(crate) fn office() -> Option<Office> {
    let found = Office::find().ok();
    if found.is_none() {
        eprintln!("skipped: LibreOffice is not installed");
    }
    found
}

/// What stands on the pages, without blanks; `None` where pdftotext is not installed.
pub(crate) fn text_of(pdf: &[u8]) -> Option<String> {
    let child = Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: pdftotext is not installed");
        return None;
    };
    child.stdin.take().unwrap().write_all(pdf).unwrap();
    let text = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    Some(bare(&text))
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Pieces of the document's sentences that do not stand on its pages.
pub(crate) fn missing(document: &Document, text: &str) -> Vec<String> {
    let mut missing = Vec::new();
    document.walk(|visit| {
        if let document::model::Visit::Run(run) = visit {
            for line in run.shown().lines() {
                // A line of the page may break a text: its pieces are looked for.
                let line = bare(line);
                let pieces: Vec<char> = line.chars().collect();
                for piece in pieces.chunks(6) {
                    let piece: String = piece.iter().collect();
                    if !text.contains(&piece) && !text.contains(piece.trim_start_matches('-')) {
                        missing.push(piece);
                    }
                }
            }
        }
    });
    missing
}

/// Saves again what a person may have done in LibreOffice.
#[test]
fn figures_and_free_paragraphs_survive_libreoffice() {
    let Some(office) = office() else { return };
    let document = sample::report();
    let edited = typed(&docx::write(&document).unwrap(), "<w:t>42</w:t>", "<w:t>43</w:t>");
    let before = read_back(&edited).unwrap();
    let saved = office.saved_again(&edited, LIMIT).unwrap();
    let after = read_back(&saved).unwrap();
    let texts = |read: &document::read::ReadBack| -> Vec<(String, String)> {
        read.figures.iter().map(|f| (f.key.clone(), f.text.clone())).collect()
    };
    assert_eq!(texts(&before), texts(&after));
    assert_eq!(before.free, after.free);
    assert_eq!(before.manifest, after.manifest);
}

#[test]
fn every_sentence_of_the_document_is_on_its_pages() {
    let Some(office) = office() else { return };
    let document = sample::report();
    let pdf = office.pdf(&docx::write(&document).unwrap(), LIMIT).unwrap();
    let Some(text) = text_of(&pdf) else { return };
    let missing = missing(&document, &text);
    // Where a line ends within a piece, the foot of a page may stand between its halves.
    assert!(missing.len() <= 2, "{missing:?}");
    for words in ["附件：1.各校指标值一览表", "－1－", "抄送：", "表1", "图1", "一、基本情况"]
    {
        assert!(text.contains(words), "{words}");
    }
}

/// A hundred schools, seven figures each, a chart for every indicator: the size of a county's report.
#[test]
fn a_long_document_is_written_in_time() {
    let started = std::time::Instant::now();
    let document = long(5000);
    let file = docx::write(&document).unwrap();
    let page = html::page(&document).unwrap();
    assert!(page.contains("data-key=\"school.4999.l9\""));
    let read = read_back(&file).unwrap();
    assert_eq!(read.figures.len(), 50_000);
    // Generous: unoptimised, on a machine that builds at the same time.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

fn long(rows: usize) -> Document {
    let mut table = Table::new(&[(12, "学校"); 11]);
    for row in 0..rows {
        let mut cells = vec![Cell::text(&format!("第{row}小学{}", "名".repeat(row % 200)))];
        cells.extend((0..10).map(|k| {
            Cell::new(vec![Run::figure(format!("school.{row}.l{k}"), format!("{row}.{k}"))])
        }));
        table.rows.push(Row::new(cells));
    }
    Document { blocks: vec![Block::Table(table)], ..Document::new("各校一览") }
}

#[test]
fn names_that_are_rare_long_or_dangerous_are_printed_as_they_are() {
    let names = ["㙦洲小学", "𫍯园小学", "<script>alert(1)</script>", "a&b\"c'"];
    let mut document = Document::new("测试");
    document.blocks = names.iter().map(|name| Block::paragraph(vec![Run::text(*name)])).collect();
    document.blocks.push(Block::paragraph(vec![Run::figure("k\"<>&", "名".repeat(200))]));
    let file = docx::write(&document).unwrap();
    assert_eq!(read_back(&file).unwrap().figures[0].key, "k\"<>&");
    let page = html::page(&document).unwrap();
    assert!(!page.contains("<script>") && page.contains("&lt;script&gt;"));
    let Some(office) = office() else { return };
    let Some(text) = text_of(&office.pdf(&file, LIMIT).unwrap()) else { return };
    for name in names {
        assert!(text.contains(name), "{name}");
    }
}
