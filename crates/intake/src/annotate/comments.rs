//! The comments part of a sheet: our notes go in beside the user's own, and out again.
//!
//! What is ours stands between two marks, alone in a comment or behind the user's own words. The
//! marks, not the author, tell it: some programs lose the author or cut the text into other runs
//! when they save a workbook.

use super::xml::{Edits, Element, Malformed, outline, safe};
use crate::layout::CellRef;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

const AUTHOR: &str = "均衡校验";
const BEGIN: &str = "〔均衡校验〕";
const END: &str = "〔校验完〕";

const EMPTY: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<comments xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">",
    "<authors></authors><commentList></commentList></comments>"
);

/// A comments part without our notes.
pub(super) struct Cleaned {
    /// The part.
    pub(super) xml: String,
    /// Cells whose comment was ours alone: their shapes go, too.
    pub(super) gone: BTreeSet<CellRef>,
    /// Comments that are left.
    pub(super) left: usize,
}

/// Takes our notes out of a comments part.
pub(super) fn clean(xml: &str) -> Result<Cleaned, Malformed> {
    let all = outline(xml, |_, _| true)?;
    let mut edits = Edits::default();
    let mut gone = BTreeSet::new();
    let mut left = 0;
    for comment in named(&all, "comment") {
        let inside = |e: &&Element| comment.holds(e);
        let texts: Vec<(&Element, String)> =
            named(&all, "t").filter(inside).map(|t| (t, t.text(xml))).collect();
        let whole: String = texts.iter().map(|(_, text)| text.as_str()).collect();
        let ours = ours(&whole);
        if ours.is_empty() {
            left += 1;
            continue;
        }
        let mut start = 0;
        let mut kept = Vec::new();
        for (t, text) in texts {
            let mut rest = String::new();
            for (at, c) in text.char_indices() {
                if !ours.iter().any(|range| range.contains(&(start + at))) {
                    rest.push(c);
                }
            }
            start += text.len();
            kept.push((t, text, rest));
        }
        if kept.iter().all(|(_, _, rest)| rest.trim().is_empty()) {
            edits.replace(comment.span.clone(), "");
            gone.extend(cell(xml, comment));
            continue;
        }
        left += 1;
        for (t, text, rest) in kept {
            let run = named(&all, "r").find(|run| run.holds(t) && comment.holds(run));
            match run {
                _ if rest == text => {}
                Some(run) if rest.is_empty() => edits.replace(run.span.clone(), ""),
                _ => edits.replace(t.inner.clone(), safe(&rest)),
            }
        }
    }
    Ok(Cleaned { xml: edits.apply(xml), gone, left })
}

/// Where our words stand in a comment's text, with the line break before them.
fn ours(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(begin) = text.get(from..).and_then(|rest| rest.find(BEGIN)) {
        let begin = from + begin;
        let end = text
            .get(begin..)
            .and_then(|rest| rest.find(END))
            .map_or(text.len(), |end| begin + end + END.len());
        let before = text.get(..begin).unwrap_or_default();
        found.push(before.strip_suffix('\n').unwrap_or(before).len()..end);
        from = end;
    }
    found
}

/// A comments part with our notes.
pub(super) struct Noted {
    /// The part.
    pub(super) xml: String,
    /// Cells that need a shape to show their note in.
    pub(super) shapes: Vec<CellRef>,
}

/// Writes notes into a comments part (`None`: there is none yet) that holds none of ours.
pub(super) fn add(
    existing: Option<&str>,
    notes: &BTreeMap<CellRef, String>,
) -> Result<Noted, Malformed> {
    let xml = existing.unwrap_or(EMPTY);
    let all = outline(xml, |_, _| true)?;
    let authors = named(&all, "authors").next().ok_or(Malformed)?;
    let list = named(&all, "commentList").next().ok_or(Malformed)?;
    let names: Vec<String> = named(&all, "author").map(|a| a.text(xml)).collect();
    let prefix = list.qname.strip_suffix("commentList").unwrap_or_default();
    let mut edits = Edits::default();
    let ours = author(xml, &all).unwrap_or_else(|| {
        edits.append(xml, authors, &format!("<{prefix}author>{AUTHOR}</{prefix}author>"));
        names.len()
    });

    let mut taken = BTreeSet::new();
    for comment in named(&all, "comment") {
        let Some(at) = cell(xml, comment) else { continue };
        taken.insert(at);
        let Some(note) = notes.get(&at) else { continue };
        let threaded = comment
            .attribute(xml, "authorId")
            .and_then(|id| id.parse::<usize>().ok())
            .and_then(|id| names.get(id))
            .is_some_and(|name| name.starts_with("tc="));
        // A threaded conversation is kept elsewhere and shown instead of this text.
        if threaded {
            continue;
        }
        if let Some(text) = named(&all, "text").find(|text| comment.holds(text)) {
            let run = run(prefix, &format!("\n{BEGIN}\n{note}{END}"));
            edits.append(xml, text, &run);
        }
    }

    let mut shapes = Vec::new();
    let mut added = String::new();
    for (at, note) in notes.iter().filter(|(at, _)| !taken.contains(at)) {
        let run = run(prefix, &format!("{BEGIN}\n{note}{END}"));
        let _ = write!(
            added,
            "<{prefix}comment ref=\"{at}\" authorId=\"{ours}\"><{prefix}text>{run}</{prefix}text></{prefix}comment>"
        );
        shapes.push(*at);
    }
    if !added.is_empty() {
        edits.append(xml, list, &added);
    }
    Ok(Noted { xml: edits.apply(xml), shapes })
}

fn run(prefix: &str, text: &str) -> String {
    format!(
        "<{prefix}r><{prefix}rPr><{prefix}sz val=\"10\"/><{prefix}color indexed=\"81\"/>\
         <{prefix}rFont val=\"宋体\"/><{prefix}charset val=\"134\"/></{prefix}rPr>\
         <{prefix}t xml:space=\"preserve\">{}</{prefix}t></{prefix}r>",
        safe(text)
    )
}

fn named<'a>(all: &'a [Element], name: &'static str) -> impl Iterator<Item = &'a Element> {
    all.iter().filter(move |e| e.name() == name)
}

fn author(xml: &str, all: &[Element]) -> Option<usize> {
    named(all, "author").position(|a| a.text(xml) == AUTHOR)
}

fn cell(xml: &str, comment: &Element) -> Option<CellRef> {
    CellRef::parse(&comment.attribute(xml, "ref")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(cells: &[&str]) -> BTreeMap<CellRef, String> {
        cells.iter().map(|c| (CellRef::parse(c).unwrap(), format!("【错误】<{c}>"))).collect()
    }

    const USER: &str = "<comments xmlns=\"m\"><authors><author>张三</author></authors><commentList>\
        <comment ref=\"B2\" authorId=\"0\"><text><t>请核对 &amp; 回复</t></text></comment>\
        </commentList></comments>";

    #[test]
    fn the_users_comment_stays_and_ours_comes_and_goes() {
        let noted = add(Some(USER), &notes(&["B2", "C3"])).unwrap();
        assert_eq!(noted.shapes, [CellRef::parse("C3").unwrap()]);
        assert!(noted.xml.contains("请核对 &amp; 回复"));
        assert!(noted.xml.contains("【错误】&lt;B2&gt;"));
        let cleaned = clean(&noted.xml).unwrap();
        assert_eq!(cleaned.left, 1);
        assert_eq!(cleaned.gone.into_iter().collect::<Vec<_>>(), noted.shapes);
        let author = "</author><author>均衡校验</author>";
        assert_eq!(cleaned.xml.replace(author, "</author>"), USER);
        // Once more on top of the cleaned part: nothing piles up.
        assert_eq!(add(Some(&cleaned.xml), &notes(&["B2", "C3"])).unwrap().xml, noted.xml);
    }

    #[test]
    fn what_the_user_typed_into_our_note_survives() {
        let noted = add(Some(USER), &notes(&["B2"])).unwrap();
        let typed = noted.xml.replace(END, &format!("{END}已改"));
        assert!(clean(&typed).unwrap().xml.contains(">已改</t>"));
    }

    #[test]
    fn our_notes_are_known_after_another_program_has_saved_them() {
        let noted = add(Some(USER), &notes(&["B2", "C3"])).unwrap().xml;
        // Without the author, the text in one piece and cut in two.
        let saved = noted
            .replace("<author>均衡校验</author>", "<author> </author>")
            .replace("】&lt;", "】</t></r><r><t>&lt;");
        let cleaned = clean(&saved).unwrap();
        assert!(!cleaned.xml.contains("错误") && cleaned.xml.contains("请核对"));
        assert_eq!((cleaned.gone.len(), cleaned.left), (1, 1));
        let flat = format!(
            "<comments><authors/><commentList><comment ref=\"A1\" authorId=\"0\"><text><t>甲\n{BEGIN}\n乙{END}丙</t></text></comment></commentList></comments>"
        );
        assert!(clean(&flat).unwrap().xml.contains("<t>甲丙</t>"));
    }

    #[test]
    fn threaded_conversations_are_left_alone() {
        let threaded = USER.replace("张三", "tc={0}");
        assert!(!add(Some(&threaded), &notes(&["B2"])).unwrap().xml.contains("【错误】"));
    }

    #[test]
    fn a_sheet_without_comments_gets_its_part() {
        let noted = add(None, &notes(&["A1", "B1"])).unwrap();
        assert_eq!(noted.shapes.len(), 2);
        assert_eq!(clean(&noted.xml).unwrap().left, 0);
        assert!(add(Some("<comments/>"), &notes(&["A1"])).is_err());
    }
}
