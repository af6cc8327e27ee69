//! The packs on paper: each template as Word file and as PDF, opened by LibreOffice.

use super::counties::{BENCH, named};
use super::texts::{render, template};
use crate::office::{missing, office, text_of};
use document::office::LIMIT;
use document::{Template, docx};

#[test]
fn every_template_is_printed_as_it_was_written() {
    let Some(office) = office() else { return };
    for id in Template::ids(&BENCH.packs) {
        let template = template(&id);
        let on = &template.examples()[0].on;
        let document = render(&template, named(on));
        let file = docx::write(&document).unwrap();
        assert_eq!(file, docx::write(&document).unwrap(), "{id}: the same bytes");
        let pdf = office.pdf(&file, LIMIT).unwrap();
        // For a look by eye: JUNHENG_KEEP names a folder.
        if let Ok(folder) = std::env::var("JUNHENG_KEEP") {
            std::fs::write(format!("{folder}/{id}.pdf"), &pdf).unwrap();
        }
        let Some(text) = text_of(&pdf) else { return };
        let missing = missing(&document, &text);
        let pieces = text.chars().count() / 6;
        // Cells of a table and ends of pages may cut a piece in two.
        assert!(
            missing.len() <= 1 + pieces / 100,
            "{id}: {} of {pieces}: {missing:?}",
            missing.len()
        );
    }
}
