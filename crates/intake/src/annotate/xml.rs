//! Editing XML as text: find elements with their byte ranges, splice changes in, and leave every
//! other byte as it was.
//!
//! Knows nothing of workbooks. A document is only ever copied with pieces replaced, so parts of it
//! that this program does not understand survive untouched.

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};
use std::fmt::Write as _;
use std::ops::Range;

/// The document is not well-formed XML.
#[derive(Debug)]
pub(super) struct Malformed;

/// Depth of nesting beyond which a document is not a workbook part.
const DEEPEST: usize = 256;
/// Elements that are remembered of one document at most.
const MOST: usize = 4_000_000;

/// An element of a document, by its place in the text.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// Name as written, with its prefix.
    pub(super) qname: String,
    /// 0 for the root.
    pub(super) depth: usize,
    /// From `<` of the opening tag to `>` of the closing one.
    pub(super) span: Range<usize>,
    /// The opening tag.
    pub(super) tag: Range<usize>,
    /// Between the tags; empty at the end of an empty element.
    pub(super) inner: Range<usize>,
    /// Written as `<a/>`.
    pub(super) empty: bool,
}

impl Element {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        local(&self.qname)
    }

    /// The value of the attribute with this local name.
    pub(super) fn attribute(&self, xml: &str, name: &str) -> Option<String> {
        attributes(xml.get(self.tag.clone())?)
            .into_iter()
            .find(|(key, _)| local(key) == name)
            .map(|(_, raw)| plain(&raw))
    }

    /// Does `other` lie inside this element?
    pub(super) fn holds(&self, other: &Self) -> bool {
        self.inner.start <= other.span.start && other.span.end <= self.inner.end
    }

    /// The text inside, entities resolved, tags dropped.
    pub(super) fn text(&self, xml: &str) -> String {
        let inner = xml.get(self.inner.clone()).unwrap_or_default();
        let mut reader = Reader::from_str(inner);
        let mut text = String::new();
        loop {
            match reader.read_event() {
                Ok(Event::Text(t)) => text.push_str(&t.xml10_content()),
                Ok(Event::CData(t)) => text.push_str(&t.xml10_content()),
                Ok(Event::GeneralRef(r)) => text.push_str(&plain(&format!("&{};", &*r))),
                Ok(Event::Eof) | Err(_) => return text,
                Ok(_) => {}
            }
        }
    }
}

fn local(qname: &str) -> &str {
    qname.rsplit(':').next().unwrap_or(qname)
}

fn plain(raw: &str) -> String {
    unescape(raw).map_or_else(|_| raw.to_owned(), std::borrow::Cow::into_owned)
}

/// The attributes of a tag, keys and raw (still escaped) values.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let content = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    let name = content.find(char::is_whitespace).unwrap_or(content.len());
    BytesStart::from_content(content, name)
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .map(|a| (a.key.as_ref().to_owned(), a.value.into_owned()))
        .collect()
}

/// All elements of which `keep(depth, local name)` is true, in the order of their opening tags.
///
/// # Errors
/// [`Malformed`] where tags do not pair up or the document is beyond any workbook's bounds.
pub(super) fn outline(
    xml: &str,
    mut keep: impl FnMut(usize, &str) -> bool,
) -> Result<Vec<Element>, Malformed> {
    let mut reader = Reader::from_str(xml);
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<Option<usize>> = Vec::new();
    loop {
        let start = position(&reader);
        let event = reader.read_event().map_err(|_| Malformed)?;
        let end = position(&reader);
        match event {
            Event::Start(_) | Event::Empty(_) if open.len() >= DEEPEST || found.len() >= MOST => {
                return Err(Malformed);
            }
            Event::Start(tag) => {
                let kept = keep(open.len(), local(tag.name().as_ref())).then(|| {
                    found.push(Element {
                        qname: tag.name().as_ref().to_owned(),
                        depth: open.len(),
                        span: start..end,
                        tag: start..end,
                        inner: end..end,
                        empty: false,
                    });
                    found.len() - 1
                });
                open.push(kept);
            }
            Event::Empty(tag) if keep(open.len(), local(tag.name().as_ref())) => {
                found.push(Element {
                    qname: tag.name().as_ref().to_owned(),
                    depth: open.len(),
                    span: start..end,
                    tag: start..end,
                    inner: end..end,
                    empty: true,
                });
            }
            Event::End(_) => {
                let kept = open.pop().ok_or(Malformed)?;
                if let Some(element) = kept.and_then(|index| found.get_mut(index)) {
                    element.inner.end = start;
                    element.span.end = end;
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if open.is_empty() { Ok(found) } else { Err(Malformed) }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The changes to a document: byte ranges and what stands there instead.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    /// Replaces a range.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    /// Inserts at a place, after what was inserted there before.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// Inserts as the last child of an element.
    pub(super) fn append(&mut self, xml: &str, parent: &Element, child: &str) {
        if parent.empty {
            let tag = xml.get(parent.tag.clone()).unwrap_or_default();
            let open = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
            self.replace(parent.span.clone(), format!("{open}>{child}</{}>", parent.qname));
        } else {
            self.insert(parent.inner.end, child);
        }
    }

    /// Sets an attribute that has no prefix.
    pub(super) fn set_attribute(&mut self, xml: &str, element: &Element, name: &str, value: &str) {
        let tag = xml.get(element.tag.clone()).unwrap_or_default();
        self.replace(element.tag.clone(), with_attribute(tag, &element.qname, name, value));
    }

    /// Nothing changed?
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The document with the changes made. A change that overlaps an earlier one is left out.
    pub(super) fn apply(mut self, xml: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let extra: usize = self.0.iter().map(|(_, text)| text.len()).sum();
        let mut out = String::with_capacity(xml.len() + extra);
        let mut done = 0;
        for (range, text) in self.0 {
            if range.start < done {
                continue;
            }
            out.push_str(xml.get(done..range.start).unwrap_or_default());
            out.push_str(&text);
            done = range.end;
        }
        out.push_str(xml.get(done..).unwrap_or_default());
        out
    }
}

fn with_attribute(tag: &str, qname: &str, name: &str, value: &str) -> String {
    let value = escape(value);
    let mut out = format!("<{qname}");
    let mut set = false;
    for (key, raw) in attributes(tag) {
        let raw = if key == name {
            set = true;
            value.as_ref()
        } else {
            raw.as_str()
        };
        // A raw value may hold the quote that it was not written with.
        let quote = if raw.contains('"') { '\'' } else { '"' };
        let _ = write!(out, " {key}={quote}{raw}{quote}");
    }
    if !set {
        let _ = write!(out, " {name}=\"{value}\"");
    }
    out.push_str(if tag.ends_with("/>") { "/>" } else { ">" });
    out
}

/// Text made safe for XML: entities escaped, characters that XML 1.0 forbids dropped.
pub(super) fn safe(text: &str) -> String {
    let allowed: String = text
        .chars()
        .filter(|c| {
            matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        })
        .collect();
    escape(allowed).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str =
        r#"<?xml version="1.0"?><x:a n='1 "q"'><b k="1 &amp; 2">t&lt;u</b><c/><!-- <d> --></x:a>"#;

    #[test]
    fn elements_are_found_where_they_stand() {
        let all = outline(XML, |_, _| true).unwrap();
        let names: Vec<_> = all.iter().map(|e| (e.name(), e.depth)).collect();
        assert_eq!(names, [("a", 0), ("b", 1), ("c", 1)]);
        assert_eq!(&XML[all[1].span.clone()], r#"<b k="1 &amp; 2">t&lt;u</b>"#);
        assert_eq!(all[1].attribute(XML, "k").as_deref(), Some("1 & 2"));
        assert_eq!(all[1].text(XML), "t<u");
        assert!(all[0].holds(&all[2]) && all[2].empty);
    }

    #[test]
    fn edits_leave_the_rest_alone() {
        let all = outline(XML, |_, _| true).unwrap();
        let mut edits = Edits::default();
        edits.append(XML, &all[2], "<z/>");
        edits.set_attribute(XML, &all[0], "n", "2");
        edits.replace(all[1].span.clone(), "");
        assert_eq!(
            edits.apply(XML),
            r#"<?xml version="1.0"?><x:a n="2"><c><z/></c><!-- <d> --></x:a>"#
        );
        let mut quoted = Edits::default();
        quoted.set_attribute(XML, &all[0], "m", "<");
        assert!(quoted.apply(XML).contains(r#"<x:a n='1 "q"' m="&lt;">"#));
    }

    #[test]
    fn broken_documents_are_refused() {
        for bad in ["<a>", "<a></b>", "</a>", "<a", &"<a>".repeat(1000)] {
            assert!(outline(bad, |_, _| true).is_err(), "{bad}");
        }
    }

    #[test]
    fn control_characters_never_reach_a_document() {
        assert_eq!(safe("a\u{0}\u{b}<b>\n"), "a&lt;b&gt;\n");
    }
}
