//! The zip package of a workbook: parts read on demand within bounds, changed parts written back,
//! all others copied as they are, without being unpacked.

use super::xml::{Edits, Element, Malformed, outline, safe};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Why a workbook's package cannot be edited in place. The caller then writes a plain copy.
#[derive(Debug)]
pub(super) enum PackageError {
    /// Not a zip archive, or a damaged one.
    Zip,
    /// A part that must be there is not, or is not UTF-8 text, or is too large.
    Part,
    /// A part is not well-formed XML or lacks an element that every workbook has.
    Xml,
}

impl From<Malformed> for PackageError {
    fn from(_: Malformed) -> Self {
        Self::Xml
    }
}

/// A package being edited.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Names as they stand in the archive, by their normal form.
    names: BTreeMap<String, String>,
    /// New texts by the normal form of the part's name; `None`: the part goes away.
    changed: BTreeMap<String, Option<(String, String)>>,
    /// Unpacked bytes of one part at most.
    limit: u64,
}

/// Part names are compared without case; some writers use backslashes.
fn normal(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

impl<'a> Package<'a> {
    /// Opens a package of which no part is unpacked beyond `limit` bytes.
    pub(super) fn open(bytes: &'a [u8], limit: u64) -> Result<Self, PackageError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| PackageError::Zip)?;
        let mut names = BTreeMap::new();
        for name in archive.file_names() {
            let name = name.map_err(|_| PackageError::Zip)?;
            names.insert(normal(&name), name.into_owned());
        }
        Ok(Self { archive, names, changed: BTreeMap::new(), limit })
    }

    /// Is there such a part?
    pub(super) fn has(&self, name: &str) -> bool {
        let key = normal(name);
        match self.changed.get(&key) {
            Some(change) => change.is_some(),
            None => self.names.contains_key(&key),
        }
    }

    /// The text of a part; `None` where there is no such part.
    pub(super) fn read(&mut self, name: &str) -> Result<Option<String>, PackageError> {
        let key = normal(name);
        if let Some(change) = self.changed.get(&key) {
            return Ok(change.as_ref().map(|(_, text)| text.clone()));
        }
        let Some(stored) = self.names.get(&key) else { return Ok(None) };
        let file = self.archive.by_name(stored).map_err(|_| PackageError::Zip)?;
        let mut bytes = Vec::new();
        file.take(self.limit + 1).read_to_end(&mut bytes).map_err(|_| PackageError::Zip)?;
        if bytes.len() as u64 > self.limit {
            return Err(PackageError::Part);
        }
        let text = String::from_utf8(bytes).map_err(|_| PackageError::Part)?;
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    /// The text of a part that must be there.
    pub(super) fn need(&mut self, name: &str) -> Result<String, PackageError> {
        self.read(name)?.ok_or(PackageError::Part)
    }

    /// Sets the text of a part.
    pub(super) fn write(&mut self, name: &str, text: String) {
        let key = normal(name);
        let name = self.names.get(&key).cloned().unwrap_or_else(|| name.to_owned());
        self.changed.insert(key, Some((name, text)));
    }

    /// Takes a part away, with its relationships.
    pub(super) fn remove(&mut self, name: &str) {
        self.changed.insert(normal(name), None);
        self.changed.insert(normal(&rels_name(name)), None);
    }

    /// A part name that is still free: `stem`, a number from 1 and the ending.
    pub(super) fn free_name(&self, stem: &str, ending: &str) -> String {
        (1..=u32::MAX)
            .map(|number| format!("{stem}{number}.{ending}"))
            .find(|name| !self.has(name))
            .unwrap_or_default()
    }

    /// Names of all parts with an ending, in order.
    pub(super) fn names_ending(&self, ending: &str) -> Vec<String> {
        let mut keys: Vec<String> = self
            .names
            .keys()
            .chain(self.changed.keys())
            .filter(|k| k.ends_with(ending))
            .cloned()
            .collect();
        keys.sort();
        keys.dedup();
        keys.retain(|key| self.has(key));
        keys
    }

    /// The package with all changes. The same input and changes give the same bytes.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, PackageError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..self.archive.len() {
            let file = self.archive.by_index_raw(index).map_err(|_| PackageError::Zip)?;
            let key = normal(&file.name().map_err(|_| PackageError::Zip)?);
            match self.changed.remove(&key) {
                None => writer.raw_copy_file(file).map_err(|_| PackageError::Zip)?,
                Some(None) => {}
                Some(Some((name, text))) => put(&mut writer, &name, &text, options)?,
            }
        }
        for (name, text) in std::mem::take(&mut self.changed).into_values().flatten() {
            put(&mut writer, &name, &text, options)?;
        }
        Ok(writer.finish().map_err(|_| PackageError::Zip)?.into_inner())
    }
}

fn put(
    writer: &mut ZipWriter<Cursor<Vec<u8>>>,
    name: &str,
    text: &str,
    options: SimpleFileOptions,
) -> Result<(), PackageError> {
    writer.start_file(name, options).map_err(|_| PackageError::Zip)?;
    writer.write_all(text.as_bytes()).map_err(|_| PackageError::Zip)
}

/// The part that holds the relationships of a part.
fn rels_name(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// A relationship of a part.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// Its id within the part.
    pub(super) id: String,
    /// The last word of its type: `comments`, `vmlDrawing`, `worksheet`.
    pub(super) kind: String,
    /// The part that it leads to, from the root of the package.
    pub(super) target: String,
}

/// The relationships of a part (`""`: of the package itself).
pub(super) fn relations(package: &mut Package, part: &str) -> Result<Vec<Relation>, PackageError> {
    let Some(xml) = package.read(&rels_name(part))? else { return Ok(Vec::new()) };
    let list = outline(&xml, |_, name| name == "Relationship")?;
    Ok(list
        .iter()
        .filter(|e| e.attribute(&xml, "TargetMode").is_none_or(|mode| mode != "External"))
        .filter_map(|e| {
            let kind = e.attribute(&xml, "Type")?;
            Some(Relation {
                id: e.attribute(&xml, "Id")?,
                kind: kind.rsplit('/').next()?.to_owned(),
                target: resolve(part, &e.attribute(&xml, "Target")?),
            })
        })
        .collect())
}

/// A relationship's target as a part name: relative to the folder of the part that it belongs to.
fn resolve(part: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = part.split('/').collect();
    path.pop();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                path.pop();
            }
            name => path.push(name),
        }
    }
    path.join("/")
}

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const EMPTY_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"></Relationships>";

/// Adds a relationship from a part to another and returns its id.
pub(super) fn relate(
    package: &mut Package,
    part: &str,
    kind: &str,
    target: &str,
) -> Result<String, PackageError> {
    let name = rels_name(part);
    let xml = package.read(&name)?.unwrap_or_else(|| EMPTY_RELATIONS.to_owned());
    let all = outline(&xml, |depth, _| depth <= 1)?;
    let root = all.first().ok_or(PackageError::Xml)?;
    let taken: Vec<String> = all.iter().filter_map(|e| e.attribute(&xml, "Id")).collect();
    let id = (1..=u32::MAX)
        .map(|number| format!("rIdJunheng{number}"))
        .find(|id| !taken.contains(id))
        .unwrap_or_default();
    let child = format!(
        "<Relationship{} Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"/{}\"/>",
        namespace(root, "http://schemas.openxmlformats.org/package/2006/relationships"),
        safe(target)
    );
    let mut edits = Edits::default();
    edits.append(&xml, root, &child);
    package.write(&name, edits.apply(&xml));
    Ok(id)
}

/// Takes relationships of a part away.
pub(super) fn unrelate(package: &mut Package, part: &str, id: &str) -> Result<(), PackageError> {
    let name = rels_name(part);
    let Some(xml) = package.read(&name)? else { return Ok(()) };
    let all = outline(&xml, |_, name| name == "Relationship")?;
    let mut edits = Edits::default();
    for element in &all {
        if element.attribute(&xml, "Id").as_deref() == Some(id) {
            edits.replace(element.span.clone(), "");
        }
    }
    if all.len() == 1 && !edits.is_empty() {
        package.changed.insert(normal(&name), None);
    } else {
        package.write(&name, edits.apply(&xml));
    }
    Ok(())
}

/// Says what kind of content a part has; `None` takes the statement away.
pub(super) fn content_type(
    package: &mut Package,
    part: &str,
    kind: Option<&str>,
) -> Result<(), PackageError> {
    const NAME: &str = "[Content_Types].xml";
    let xml = package.need(NAME)?;
    let all = outline(&xml, |depth, _| depth <= 1)?;
    let root = all.first().ok_or(PackageError::Xml)?;
    let mut edits = Edits::default();
    for element in &all {
        let name = element.attribute(&xml, "PartName").unwrap_or_default();
        if element.name() == "Override" && normal(&name) == normal(part) {
            edits.replace(element.span.clone(), "");
        }
    }
    if let Some(kind) = kind {
        let space = namespace(root, "http://schemas.openxmlformats.org/package/2006/content-types");
        let child =
            format!("<Override{space} PartName=\"/{}\" ContentType=\"{kind}\"/>", safe(part));
        edits.append(&xml, root, &child);
    }
    package.write(NAME, edits.apply(&xml));
    Ok(())
}

/// The declaration that an element of ours needs below a root that writes its names with a prefix.
pub(super) fn namespace(root: &Element, uri: &str) -> String {
    if root.qname.contains(':') { format!(" xmlns=\"{uri}\"") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_from_the_folder_of_the_part() {
        assert_eq!(resolve("xl/worksheets/sheet1.xml", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(
            resolve("xl/workbook.xml", "worksheets\\sheet1.xml"),
            "xl/worksheets/sheet1.xml"
        );
        assert_eq!(resolve("xl/workbook.xml", "/xl/a.xml"), "xl/a.xml");
        assert_eq!(resolve("", "../../xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(rels_name(""), "_rels/.rels");
    }
}
