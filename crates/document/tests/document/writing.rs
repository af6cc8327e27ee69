//! What stands in the parts of a docx file.

use crate::sample;
use document::docx;

#[test]
fn the_same_document_is_the_same_file() {
    let document = sample::report();
    let file = docx::write(&document).unwrap();
    assert_eq!(file, docx::write(&document).unwrap());
    if let Ok(path) = std::env::var("DOCUMENT_SAMPLE") {
        std::fs::write(path, &file).unwrap();
    }
}
