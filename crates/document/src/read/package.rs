//! The zip package, within bounds.

use super::{LARGEST_PART, PARTS, ReadError};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// A package that has been opened.
pub(super) struct Package<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Package<'a> {
    pub(super) fn open(file: &'a [u8]) -> Result<Self, ReadError> {
        let archive = ZipArchive::new(Cursor::new(file))
            .map_err(|cause| ReadError::NotDocx { why: cause.to_string() })?;
        if archive.len() > PARTS {
            let why = format!("{} 个部件，上限 {PARTS} 个", archive.len());
            return Err(ReadError::TooLarge { why });
        }
        Ok(Self(archive))
    }

    /// The name of the main part, by the relationships of the package.
    pub(super) fn main(&mut self) -> Result<String, ReadError> {
        let relationships = self.text("_rels/.rels")?;
        let mut reader = Reader::from_str(&relationships);
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => {
                    let (mut office, mut target) = (false, None);
                    for attribute in tag.attributes().flatten() {
                        match attribute.key.as_ref() {
                            "Type" => office = attribute.value.ends_with("/officeDocument"),
                            "Target" => target = Some(attribute.value.into_owned()),
                            _ => {}
                        }
                    }
                    if let (true, Some(target)) = (office, target) {
                        return Ok(target.trim_start_matches('/').to_owned());
                    }
                }
                Ok(Event::Eof) | Err(_) => {
                    return Err(ReadError::NotDocx { why: "没有正文部件".into() });
                }
                Ok(_) => {}
            }
        }
    }

    /// The parts of custom XML, in the order of their names.
    pub(super) fn manifests(&mut self) -> Result<Vec<String>, ReadError> {
        let custom = |name: &String| {
            name.strip_prefix("customXml/item")
                .and_then(|rest| rest.strip_suffix(".xml"))
                .is_some_and(|number| {
                    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
                })
        };
        let names = self.0.file_names().flatten().map(std::borrow::Cow::into_owned);
        let mut names: Vec<String> = names.filter(custom).collect();
        names.sort();
        names.iter().map(|name| self.text(name)).collect()
    }

    /// A part as text.
    pub(super) fn text(&mut self, name: &str) -> Result<String, ReadError> {
        let part = self.0.by_name(name);
        let part =
            part.map_err(|cause| ReadError::NotDocx { why: format!("“{name}”{cause}") })?;
        // The size that is declared may lie: what is read is counted.
        let mut bytes = Vec::new();
        let read = part.take(LARGEST_PART + 1).read_to_end(&mut bytes);
        read.map_err(|cause| ReadError::NotDocx { why: format!("“{name}”{cause}") })?;
        if bytes.len() as u64 > LARGEST_PART {
            let why = format!("“{name}”解压后超过 {} MB", LARGEST_PART >> 20);
            return Err(ReadError::TooLarge { why });
        }
        String::from_utf8(bytes)
            .map(|text| text.trim_start_matches('\u{feff}').to_owned())
            .map_err(|_| ReadError::NotDocx { why: format!("“{name}”不是 UTF-8 编码") })
    }
}
