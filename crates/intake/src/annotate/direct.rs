//! Annotating a workbook package in place: everything that is not ours is copied as it is.

use super::package::{Package, PackageError, content_type, relate, relations, unrelate};
use super::sheet::{self, Colours};
use super::xml::{Edits, outline, safe};
use super::{LIST_SHEET, Listed, Marks, comments, report, shapes, styles};
use crate::finding::Severity;
use crate::layout::CellRef;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
/// A note takes no further finding beyond this length.
const NOTE_BYTES: usize = 6_000;
/// The hidden name by which our sheet is known again, whatever it is called by then.
const OURS: &str = "_junheng_findings";

/// The workbook part and its sheets.
struct Workbook {
    part: String,
    sheets: Vec<SheetPart>,
}

struct SheetPart {
    name: String,
    part: String,
}

impl Workbook {
    fn find(package: &mut Package) -> Result<Self, PackageError> {
        let part = relations(package, "")?
            .into_iter()
            .find(|r| r.kind == "officeDocument")
            .map(|r| r.target)
            .ok_or(PackageError::Part)?;
        let xml = package.need(&part)?;
        let parts: BTreeMap<String, String> =
            relations(package, &part)?.into_iter().map(|r| (r.id, r.target)).collect();
        let sheets = outline(&xml, |_, name| name == "sheet")?
            .iter()
            .map(|e| SheetPart {
                name: e.attribute(&xml, "name").unwrap_or_default(),
                part: e
                    .attribute(&xml, "id")
                    .and_then(|id| parts.get(&id).cloned())
                    .unwrap_or_default(),
            })
            .collect();
        Ok(Self { part, sheets })
    }
}

/// The annotated package.
///
/// # Errors
/// [`PackageError`] where the package is in a state that cannot be edited safely.
pub(super) fn annotate(
    bytes: &[u8],
    limit: u64,
    listed: &[Listed],
    marks: &Marks,
    remark: &str,
) -> Result<Vec<u8>, PackageError> {
    let mut package = Package::open(bytes, limit)?;
    clean(&mut package)?;
    let workbook = Workbook::find(&mut package)?;

    let styles_part =
        match relations(&mut package, &workbook.part)?.into_iter().find(|r| r.kind == "styles") {
            Some(relation) => relation.target,
            None => add_styles(&mut package, &workbook.part)?,
        };
    let styled = styles::extend(&package.need(&styles_part)?)?;
    package.write(&styles_part, styled.xml);

    let mut block = 1;
    for name in package.names_ending(".vml") {
        block = block.max(shapes::last_block(&package.need(&name)?) + 1);
    }
    let mut unnoted = 0;
    for sheet in &workbook.sheets {
        let Some(cells) = marks.get(sheet.name.as_str()) else { continue };
        unnoted += mark(&mut package, &sheet.part, cells, &styled.colours, &mut block)?;
    }
    let mut remark = remark.to_owned();
    if unnoted > 0 {
        let _ = write!(remark, "有 {unnoted} 个单元格已着色，但未能写入批注，问题见下表。");
    }
    let list = report::worksheet(listed, &remark, styled.formats, &styled.colours);
    add_list(&mut package, &workbook, list, listed.len().min(report::MOST))?;
    package.finish()
}

fn add_styles(package: &mut Package, workbook: &str) -> Result<String, PackageError> {
    let part = package.free_name("xl/styles", "xml");
    package.write(&part, styles::PLAIN.to_owned());
    content_type(package, &part, Some(&format!("{TYPES}styles+xml")))?;
    relate(package, workbook, "styles", &part)?;
    Ok(part)
}

/// Colours and notes of one sheet. Returns the number of cells whose note could not be written.
fn mark(
    package: &mut Package,
    part: &str,
    cells: &super::SheetMarks,
    colours: &Colours,
    block: &mut u64,
) -> Result<usize, PackageError> {
    let xml = package.need(part)?;
    let anchors = sheet::anchors(&xml, &cells.keys().copied().collect())?;
    let mut severities: BTreeMap<CellRef, Severity> = BTreeMap::new();
    let mut notes: BTreeMap<CellRef, String> = BTreeMap::new();
    for (cell, mark) in cells {
        let anchor = *anchors.get(cell).unwrap_or(cell);
        let worst = severities.entry(anchor).or_insert(mark.severity);
        *worst = (*worst).min(mark.severity);
        if mark.note.is_empty() {
            continue;
        }
        let note = notes.entry(anchor).or_default();
        // Many cells under one merge: what does not fit into its note stands in the list.
        if note.len() > NOTE_BYTES {
            continue;
        }
        if !note.is_empty() {
            note.push('\n');
        }
        note.push_str(&mark.note);
    }
    let tie = if notes.is_empty() { Some(None) } else { note(package, part, &xml, &notes, block)? };
    let drawing = tie.clone().flatten();
    package.write(part, sheet::mark(&xml, &severities, colours, drawing.as_deref())?);
    Ok(if tie.is_some() { 0 } else { notes.len() })
}

/// Writes the notes of a sheet into its comments and its drawing. `None`: the drawing is in a state
/// that cannot be edited, nothing was written. The inner value is the relationship id of a drawing
/// that the sheet is not tied to yet.
#[expect(clippy::option_option, reason = "two different absences, each explained above")]
fn note(
    package: &mut Package,
    part: &str,
    xml: &str,
    notes: &BTreeMap<CellRef, String>,
    block: &mut u64,
) -> Result<Option<Option<String>>, PackageError> {
    let relations = relations(package, part)?;
    let comments_part = relations.iter().find(|r| r.kind == "comments").map(|r| r.target.clone());
    let existing = match &comments_part {
        Some(name) => package.read(name)?,
        None => None,
    };
    let Ok(written) = comments::add(existing.as_deref(), notes) else { return Ok(None) };
    let boxes: Vec<shapes::Shape> = written
        .shapes
        .iter()
        .map(|at| shapes::Shape { at: *at, lines: lines(notes.get(at).map_or("", String::as_str)) })
        .collect();

    let tied = sheet::drawing(xml)?;
    let drawing_part = tied
        .as_ref()
        .and_then(|id| relations.iter().find(|r| r.id == *id))
        .map(|r| r.target.clone());
    let mut tie = None;
    match drawing_part {
        Some(name) => {
            // A drawing that is not UTF-8 counts as one that cannot be edited.
            let Ok(Some(vml)) = package.read(&name) else { return Ok(None) };
            let Some(vml) = shapes::add(Some(&vml), &boxes, *block) else { return Ok(None) };
            package.write(&name, vml);
        }
        None if tied.is_some() => return Ok(None),
        None => {
            let Some(vml) = shapes::add(None, &boxes, *block) else { return Ok(None) };
            *block += boxes.len() as u64 / 1024 + 1;
            let name = package.free_name("xl/drawings/junhengNotes", "vml");
            package.write(&name, vml);
            let kind = "application/vnd.openxmlformats-officedocument.vmlDrawing";
            content_type(package, &name, Some(kind))?;
            tie = Some(relate(package, part, "vmlDrawing", &name)?);
        }
    }
    if let Some(name) = comments_part {
        package.write(&name, written.xml);
    } else {
        let name = package.free_name("xl/junhengComments", "xml");
        package.write(&name, written.xml);
        content_type(package, &name, Some(&format!("{TYPES}comments+xml")))?;
        relate(package, part, "comments", &name)?;
    }
    Ok(Some(tie))
}

/// Lines that a note takes in its box, about twenty Chinese characters a line.
fn lines(note: &str) -> u32 {
    let lines = note.lines().map(|line| line.chars().count() / 20 + 1).sum::<usize>();
    u32::try_from(lines).unwrap_or(u32::MAX)
}

/// Adds our sheet behind the last one.
fn add_list(
    package: &mut Package,
    workbook: &Workbook,
    list: String,
    rows: usize,
) -> Result<(), PackageError> {
    let part = package.free_name("xl/worksheets/junhengFindings", "xml");
    package.write(&part, list);
    content_type(package, &part, Some(&format!("{TYPES}worksheet+xml")))?;
    let id = relate(package, &workbook.part, "worksheet", &part)?;

    let taken: BTreeSet<String> = workbook.sheets.iter().map(|s| s.name.to_lowercase()).collect();
    let name = (1..=u32::MAX)
        .map(|n| if n == 1 { LIST_SHEET.to_owned() } else { format!("{LIST_SHEET}{n}") })
        .find(|name| !taken.contains(name))
        .unwrap_or_default();

    let xml = package.need(&workbook.part)?;
    let all = outline(&xml, |_, _| true)?;
    let root = all.first().ok_or(PackageError::Xml)?;
    let sheets = all.iter().find(|e| e.name() == "sheets").ok_or(PackageError::Xml)?;
    let number = all
        .iter()
        .filter_map(|e| e.attribute(&xml, "sheetId")?.parse::<u32>().ok())
        .max()
        .unwrap_or(0)
        .saturating_add(1);
    let prefix = root.qname.strip_suffix("workbook").unwrap_or_default();
    let office = if xml.contains("http://purl.oclc.org/ooxml/spreadsheetml/main") {
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    } else {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    };
    let mut edits = Edits::default();
    edits.append(
        &xml,
        sheets,
        &format!(
            "<{prefix}sheet name=\"{name}\" sheetId=\"{number}\" xmlns:r=\"{office}\" r:id=\"{id}\"/>"
        ),
    );
    let index = workbook.sheets.len();
    let quoted = safe(&format!("'{name}'"));
    let define = |defined: &str, hidden: &str, range: &str| {
        format!(
            "<{prefix}definedName name=\"{defined}\" localSheetId=\"{index}\"{hidden}>{quoted}!{range}</{prefix}definedName>"
        )
    };
    let hidden = " hidden=\"1\"";
    let end = rows + report::HEAD as usize + 1;
    let names = [
        define("_xlnm._FilterDatabase", hidden, &format!("$A$3:$I${end}")),
        define("_xlnm.Print_Titles", "", "$1:$3"),
        define(OURS, hidden, "$A$1"),
    ]
    .concat();
    if let Some(list) = all.iter().find(|e| e.depth == 1 && e.name() == "definedNames") {
        edits.append(&xml, list, &names);
    } else {
        let before = ["sheets", "functionGroups", "externalReferences"];
        let place = all
            .iter()
            .filter(|e| e.depth == 1 && before.contains(&e.name()))
            .map(|e| e.span.end)
            .max()
            .unwrap_or(sheets.span.end);
        edits.insert(place, format!("<{prefix}definedNames>{names}</{prefix}definedNames>"));
    }
    package.write(&workbook.part, edits.apply(&xml));
    Ok(())
}

/// Takes everything of an earlier run away: our sheet, colours and notes.
fn clean(package: &mut Package) -> Result<(), PackageError> {
    let workbook = Workbook::find(package)?;
    let xml = package.need(&workbook.part)?;
    let all = outline(&xml, |_, _| true)?;
    let names: Vec<_> = all.iter().filter(|e| e.name() == "definedName").collect();
    let local = |e: &super::xml::Element| -> Option<usize> {
        e.attribute(&xml, "localSheetId")?.parse().ok()
    };
    let Some(index) = names
        .iter()
        .find(|e| e.attribute(&xml, "name").is_some_and(|name| name == OURS))
        .and_then(|e| local(e))
    else {
        return Ok(());
    };
    let Some(ours) = workbook.sheets.get(index) else { return Ok(()) };

    let mut edits = Edits::default();
    let mut left = names.len();
    for name in &names {
        match local(name) {
            Some(i) if i == index => {
                edits.replace(name.span.clone(), "");
                left -= 1;
            }
            // The sheets behind ours move up by one.
            Some(i) if i > index => {
                edits.set_attribute(&xml, name, "localSheetId", &(i - 1).to_string());
            }
            _ => {}
        }
    }
    if left == 0
        && let Some(list) = all.iter().find(|e| e.name() == "definedNames")
    {
        let mut whole = Edits::default();
        whole.replace(list.span.clone(), "");
        edits = whole;
    }
    if let Some(entry) = all.iter().filter(|e| e.name() == "sheet").nth(index) {
        edits.replace(entry.span.clone(), "");
        if let Some(id) = entry.attribute(&xml, "id") {
            unrelate(package, &workbook.part, &id)?;
        }
    }
    for view in all.iter().filter(|e| e.name() == "workbookView") {
        let active = view.attribute(&xml, "activeTab").and_then(|tab| tab.parse::<usize>().ok());
        if let Some(tab) = active.filter(|tab| *tab >= index && *tab > 0) {
            edits.set_attribute(&xml, view, "activeTab", &(tab - 1).to_string());
        }
    }
    content_type(package, &ours.part, None)?;
    package.remove(&ours.part);
    package.write(&workbook.part, edits.apply(&xml));
    for (_, sheet) in workbook.sheets.iter().enumerate().filter(|(i, _)| *i != index) {
        clean_sheet(package, &sheet.part)?;
    }
    Ok(())
}

fn clean_sheet(package: &mut Package, part: &str) -> Result<(), PackageError> {
    let Some(xml) = package.read(part)? else { return Ok(()) };
    // A chart sheet holds no cells.
    if outline(&xml, |depth, _| depth == 0)?.first().is_none_or(|e| e.name() != "worksheet") {
        return Ok(());
    }
    let mut xml = match sheet::clean(&xml)? {
        Some(cleaned) => {
            package.write(part, cleaned.clone());
            cleaned
        }
        None => xml,
    };
    let all = relations(package, part)?;
    let Some(relation) = all.iter().find(|r| r.kind == "comments") else { return Ok(()) };
    let Some(text) = package.read(&relation.target)? else { return Ok(()) };
    let cleaned = comments::clean(&text)?;
    if cleaned.xml == text {
        return Ok(());
    }
    if cleaned.left == 0 {
        content_type(package, &relation.target, None)?;
        package.remove(&relation.target);
        unrelate(package, part, &relation.id)?;
    } else {
        package.write(&relation.target, cleaned.xml);
    }
    let tied = sheet::drawing(&xml)?;
    let Some(drawing) = all.iter().find(|r| Some(&r.id) == tied.as_ref()) else { return Ok(()) };
    let Some(vml) = package.read(&drawing.target)? else { return Ok(()) };
    let (vml, shapes) = shapes::remove(&vml, &cleaned.gone);
    if shapes == 0 && cleaned.left == 0 {
        content_type(package, &drawing.target, None)?;
        package.remove(&drawing.target);
        unrelate(package, part, &drawing.id)?;
        xml = sheet::untie(&xml)?;
        package.write(part, xml);
    } else {
        package.write(&drawing.target, vml);
    }
    Ok(())
}
