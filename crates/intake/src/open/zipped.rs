//! Zip containers: unpacked once, every byte counted, packed again without compression for the
//! reader library, which then meets no size but true ones.

use super::shape::attribute;
use super::{Limits, Refusal};
use memchr::memmem;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::ops::Range;
use std::sync::Arc;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The bytes of a container, shared between the reader library and the search for shapes.
#[derive(Clone)]
pub(super) struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A workbook taken out of its container.
pub(super) struct Unpacked {
    /// A container of the same parts, uncompressed.
    pub(super) container: Shared,
    /// Where in it the XML of each sheet stands, in the order of the workbook.
    pub(super) sheets: Vec<Range<usize>>,
}

/// What a zip container is.
pub(super) enum Zipped {
    /// A workbook.
    Workbook(Unpacked),
    /// Files, some of which may be workbooks: name and bytes.
    Archive(Vec<(String, Vec<u8>)>),
}

pub(super) fn unpack(bytes: &[u8], limits: &Limits) -> Result<Zipped, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(refusal)?;
    if archive.len() > limits.entries {
        return Err(Refusal::TooMany { what: "内部文件数", limit: limits.entries as u64 });
    }
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.map(std::borrow::Cow::into_owned).map_err(refusal))
        .collect::<Result<_, _>>()?;
    let has = |wanted: &str| names.iter().any(|n| n.eq_ignore_ascii_case(wanted));
    let other = if has("word/document.xml") {
        Some("Word 文档")
    } else if has("ppt/presentation.xml") {
        Some("演示文稿")
    } else if has("content.xml") && has("mimetype") {
        Some("ODF 格式（.ods 等）的文件")
    } else if has("xl/workbook.bin") {
        Some("二进制工作簿（.xlsb）")
    } else {
        None
    };
    if let Some(what) = other {
        return Err(Refusal::Other { what });
    }
    let mut parts = Counted { left: limits.unpacked_bytes, limits };
    if !has("[Content_Types].xml") {
        return parts.files(&mut archive).map(Zipped::Archive);
    }
    parts.workbook(&mut archive).map(Zipped::Workbook)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn refusal(error: ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(text) if text == ZipError::PASSWORD_REQUIRED => {
            Refusal::Password
        }
        _ => Refusal::Damaged,
    }
}

struct Counted<'a> {
    left: u64,
    limits: &'a Limits,
}

impl Counted<'_> {
    /// Unpacks one part; what the container declares of its size is not asked.
    fn part(&mut self, file: &mut impl Read) -> Result<Vec<u8>, Refusal> {
        let mut content = Vec::new();
        file.take(self.left + 1).read_to_end(&mut content).map_err(|_| Refusal::Damaged)?;
        self.left = self
            .left
            .checked_sub(content.len() as u64)
            .ok_or(Refusal::UnpacksTooLarge { limit: self.limits.unpacked_bytes })?;
        Ok(content)
    }

    /// Unpacks one part into a writer, counted as [`Self::part`].
    fn through(&mut self, file: &mut impl Read, out: &mut impl Write) -> Result<(), Refusal> {
        let copied =
            std::io::copy(&mut file.take(self.left + 1), out).map_err(|_| Refusal::Damaged)?;
        self.left = self
            .left
            .checked_sub(copied)
            .ok_or(Refusal::UnpacksTooLarge { limit: self.limits.unpacked_bytes })?;
        Ok(())
    }

    fn files(
        &mut self,
        archive: &mut ZipArchive<Cursor<&[u8]>>,
    ) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
        let mut files = Vec::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).map_err(refusal)?;
            let name = file.name().map_err(refusal)?.replace('\\', "/");
            if file.is_file() && super::folder::is_readable(&name) {
                let content = self.part(&mut file)?;
                files.push((name, content));
            }
        }
        if files.is_empty() {
            return Err(Refusal::NothingInside);
        }
        files.sort();
        Ok(files)
    }

    fn workbook(&mut self, archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Unpacked, Refusal> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut workbook = None;
        let mut relations = None;
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).map_err(refusal)?;
            let name = file.name().map_err(refusal)?.replace('\\', "/");
            let lower = name.to_ascii_lowercase();
            if !is_needed(&lower) {
                continue;
            }
            if lower.contains("/worksheets/") {
                // The large parts go through no memory of their own.
                out.start_file(name, stored).map_err(refusal)?;
                self.through(&mut file, &mut out)?;
                continue;
            }
            let mut content = self.part(&mut file)?;
            if lower.ends_with("sharedstrings.xml") {
                if content.len() as u64 > self.limits.text_bytes {
                    return Err(Refusal::UnpacksTooLarge { limit: self.limits.text_bytes });
                }
                distrust_count(&mut content);
            } else if lower.ends_with("/workbook.xml") {
                workbook = Some(content.clone());
            } else if lower.ends_with("workbook.xml.rels") {
                relations = Some(content.clone());
            }
            out.start_file(name, stored).map_err(refusal)?;
            out.write_all(&content).map_err(|_| Refusal::Damaged)?;
        }
        let container = out.finish().map_err(refusal)?.into_inner();
        let paths = sheet_paths(&workbook.ok_or(Refusal::Damaged)?, &relations.unwrap_or_default());
        if paths.len() > self.limits.sheets {
            return Err(Refusal::TooMany {
                what: "工作表数", limit: self.limits.sheets as u64
            });
        }
        let sheets = places(&container, &paths)?;
        Ok(Unpacked { container: Shared(Arc::new(container)), sheets })
    }
}

/// The parts that cells depend on; pictures, drawings, comments and the like are left packed.
fn is_needed(lower: &str) -> bool {
    let extension = lower.rsplit('.').next();
    matches!(extension, Some("xml" | "rels"))
        && ![
            "/drawings/",
            "/media/",
            "/charts/",
            "/pivot",
            "/comments",
            "/externallinks/",
            "/theme/",
        ]
        .iter()
        .any(|folder| lower.contains(folder))
}

/// The reader library reserves memory for as many texts as the table declares. The attribute that
/// says so gets another name; it is of no other use.
fn distrust_count(xml: &mut [u8]) {
    const NAME: &[u8] = b"uniqueCount";
    const NOBODYS: &[u8; NAME.len()] = b"ignoreCount";
    let Some(tag) = table_tag(xml).and_then(|tag| xml.get_mut(tag)) else { return };
    let places: Vec<usize> = memmem::find_iter(tag, NAME).collect();
    for at in places {
        if let Some(name) = tag.get_mut(at..at + NAME.len()) {
            name.copy_from_slice(NOBODYS);
        }
    }
}

/// Where the start tag of the table of texts stands. It is looked for in the same way, by the same
/// XML reader with the same settings, as the reader library will: a search of our own could be led
/// to another place.
fn table_tag(xml: &[u8]) -> Option<Range<usize>> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    config.expand_empty_elements = true;
    loop {
        let start = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event().ok()? {
            Event::Start(tag) if tag.local_name().as_ref() == "sst" => {
                return Some(start..usize::try_from(reader.buffer_position()).ok()?);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The paths of the sheets' parts, in the order of the workbook; an empty one where unknown.
fn sheet_paths(workbook: &[u8], relations: &[u8]) -> Vec<String> {
    let workbook = String::from_utf8_lossy(workbook);
    let relations = String::from_utf8_lossy(relations);
    let targets: BTreeMap<&str, &str> = tags(&relations, "Relationship")
        .filter_map(|tag| Some((attribute(tag, "Id")?, attribute(tag, "Target")?)))
        .collect();
    tags(&workbook, "sheet")
        .map(|tag| {
            let id = tag
                .split(|c: char| c.is_whitespace())
                .filter_map(|word| word.split_once('='))
                .find(|(name, _)| name.ends_with(":id"))
                .and_then(|(name, _)| attribute(tag, name));
            match id.and_then(|id| targets.get(id)) {
                Some(target) if target.starts_with('/') => {
                    target.trim_start_matches('/').to_owned()
                }
                Some(target) if target.starts_with("xl/") => (*target).to_owned(),
                Some(target) => format!("xl/{target}"),
                None => String::new(),
            }
        })
        .collect()
}

/// The start tags of a name, whatever prefix it has.
fn tags<'a>(xml: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    xml.split('<').skip(1).filter_map(move |rest| {
        let tag = rest.split('>').next()?;
        let own = tag.split(|c: char| c.is_whitespace() || c == '/').next()?;
        (own.rsplit(':').next() == Some(name)).then_some(tag)
    })
}

fn places(container: &[u8], paths: &[String]) -> Result<Vec<Range<usize>>, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(container)).map_err(refusal)?;
    let mut by_name = BTreeMap::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(refusal)?;
        let start = usize::try_from(file.data_start().unwrap_or(0)).unwrap_or(0);
        let size = usize::try_from(file.size()).unwrap_or(0);
        by_name.insert(
            file.name().map_err(refusal)?.to_ascii_lowercase(),
            start..start.saturating_add(size),
        );
    }
    Ok(paths
        .iter()
        .map(|path| by_name.get(&path.to_ascii_lowercase()).cloned().unwrap_or(0..0))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_found_through_their_relations() {
        let workbook = br#"<x:workbook><x:sheets><x:sheet name="a>b" sheetId="1" r:id="rId2"/>
            <x:sheet name="c" sheetId="2" r:id="rId1" /></x:sheets></x:workbook>"#;
        let relations =
            br#"<Relationships><Relationship Id="rId1" Type="t" Target="/xl/worksheets/b.xml"/>
            <Relationship Target="worksheets/a.xml" Id="rId2"/></Relationships>"#;
        // A bare `>` inside a name is legal XML and cuts the tag short here: the shape of that
        // sheet is then unknown, its cells are read all the same.
        assert_eq!(sheet_paths(workbook, relations), ["", "xl/worksheets/b.xml"]);
    }

    #[test]
    fn a_declared_number_of_texts_is_not_believed() {
        for (before, after) in [
            (r#"<sst uniqueCount="99999999999"><si/>"#, r#"<sst ignoreCount="99999999999"><si/>"#),
            ("<x:sst uniqueCount = '9999999'/>", "<x:sst ignoreCount = '9999999'/>"),
            // Not the tag, and more than the tag.
            (
                r#"<?x uniqueCount="1"?><!-- uniqueCount="2" --><sst a=">" uniqueCount="3"><si><t>uniqueCount="4""#,
                r#"<?x uniqueCount="1"?><!-- uniqueCount="2" --><sst a=">" ignoreCount="3"><si><t>uniqueCount="4""#,
            ),
        ] {
            let mut xml = before.as_bytes().to_vec();
            distrust_count(&mut xml);
            assert_eq!(String::from_utf8_lossy(&xml), after);
        }
        // Far behind the beginning of the part.
        let far = format!("{}<sst uniqueCount=\"9\"/>", "<a/>".repeat(5_000));
        let mut xml = far.clone().into_bytes();
        distrust_count(&mut xml);
        assert_eq!(String::from_utf8_lossy(&xml), far.replace("unique", "ignore"));
    }
}
