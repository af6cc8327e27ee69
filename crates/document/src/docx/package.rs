//! The zip package: parts, their types, their relationships.

use super::xml::{DECLARATION, text};
use crate::error::DocumentError;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Before the names of the types of relationships.
const RELATIONSHIP: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

/// The parts of a file, in the order in which they were added.
#[derive(Default)]
pub(super) struct Package {
    parts: Vec<(String, Vec<u8>)>,
    types: Vec<(String, &'static str)>,
    relationships: BTreeMap<String, Vec<Relationship>>,
}

struct Relationship {
    kind: String,
    target: String,
}

impl Package {
    /// Adds a part with its content type; `""` where the extension says it (`.xml`).
    pub(super) fn part(&mut self, name: &str, content_type: &'static str, bytes: Vec<u8>) {
        if !content_type.is_empty() {
            self.types.push((name.to_owned(), content_type));
        }
        self.parts.push((name.to_owned(), bytes));
    }

    /// Adds a part of XML.
    pub(super) fn xml(&mut self, name: &str, content_type: &'static str, xml: &str) {
        self.part(name, content_type, format!("{DECLARATION}{xml}").into_bytes());
    }

    /// Relates a part (`""`: the package) to a target, relative to the part's folder. Gives the id.
    pub(super) fn relate(&mut self, from: &str, kind: &str, target: &str) -> String {
        let kind =
            if kind.contains(':') { kind.to_owned() } else { format!("{RELATIONSHIP}{kind}") };
        let all = self.relationships.entry(from.to_owned()).or_default();
        all.push(Relationship { kind, target: target.to_owned() });
        format!("rId{}", all.len())
    }

    /// The file.
    pub(super) fn finish(self) -> Result<Vec<u8>, DocumentError> {
        let mut types = String::from(
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Default Extension=\"xlsx\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\"/>",
        );
        for (name, kind) in &self.types {
            let _ = write!(types, "<Override PartName=\"/{name}\" ContentType=\"{kind}\"/>");
        }
        types.push_str("</Types>");
        let mut file = File(ZipWriter::new(Cursor::new(Vec::new())));
        file.add("[Content_Types].xml", format!("{DECLARATION}{types}").as_bytes())?;
        for (from, all) in &self.relationships {
            let mut xml = format!(
                "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
            );
            for (index, one) in all.iter().enumerate() {
                let (kind, target) = (text(&one.kind), text(&one.target));
                let _ = write!(
                    xml,
                    "<Relationship Id=\"rId{}\" Type=\"{kind}\" Target=\"{target}\"/>",
                    index + 1
                );
            }
            xml.push_str("</Relationships>");
            let (folder, name) = from.rsplit_once('/').map_or(("", from.as_str()), |(f, n)| (f, n));
            let slash = if folder.is_empty() { "" } else { "/" };
            file.add(&format!("{folder}{slash}_rels/{name}.rels"), xml.as_bytes())?;
        }
        for (name, bytes) in &self.parts {
            file.add(name, bytes)?;
        }
        let failed = |cause: zip::result::ZipError| broken("docx", &cause);
        Ok(file.0.finish().map_err(failed)?.into_inner())
    }
}

struct File(ZipWriter<Cursor<Vec<u8>>>);

impl File {
    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), DocumentError> {
        // The oldest time that zip knows, the same for every file.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        self.0.start_file(name, options).map_err(|cause| broken(name, &cause))?;
        self.0.write_all(bytes).map_err(|cause| broken(name, &cause))
    }
}

fn broken(part: &str, cause: &dyn std::error::Error) -> DocumentError {
    DocumentError::Write { part: part.to_owned(), cause: cause.to_string() }
}
