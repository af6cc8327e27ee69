//! Looking into a docx file, and changing it as a word processor would.

use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The main part.
pub(crate) const BODY: &str = "word/document.xml";

/// A part as text.
pub(crate) fn part(file: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The names of all parts.
pub(crate) fn names(file: &[u8]) -> Vec<String> {
    let archive = ZipArchive::new(Cursor::new(file)).unwrap();
    archive.file_names().map(|name| name.unwrap().into_owned()).collect()
}

/// The file with one part changed; `None` takes the part out.
pub(crate) fn edited(file: &[u8], name: &str, change: impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for one in names(file) {
        let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
        let mut bytes = Vec::new();
        archive.by_name(&one).unwrap().read_to_end(&mut bytes).unwrap();
        if one == name {
            let Some(text) = change(std::str::from_utf8(&bytes).unwrap()) else { continue };
            bytes = text.into_bytes();
        }
        writer.start_file(one.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The file with a text of its body replaced, once.
pub(crate) fn typed(file: &[u8], old: &str, new: &str) -> Vec<u8> {
    edited(file, BODY, |body| {
        assert!(body.contains(old), "{old}");
        Some(body.replacen(old, new, 1))
    })
}
