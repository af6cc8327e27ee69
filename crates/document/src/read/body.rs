//! The main part: texts within our bookmarks and content controls.

use super::{DEEPEST, Found, LONGEST, ReadError};
use crate::model::pending_mark;
use crate::trace::{FIGURE, FREE, FREE_TAG, Manifest};
use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// So many characters before a figure are kept to find it.
const BEFORE: usize = 12;

/// What was found in the body.
#[derive(Default)]
pub(super) struct Body {
    pub(super) figures: Vec<Found>,
    pub(super) free: Vec<(String, String)>,
}

/// Something whose text is being gathered.
struct Open {
    what: What,
    /// Bookmarks: all ids that began under its name. Controls: where in the nesting it stands.
    ids: Vec<String>,
    depth: Option<usize>,
    text: String,
    paragraph: usize,
    before: String,
    /// A control within a bookmark of the same key is the same figure.
    inner: bool,
}

#[derive(Clone, PartialEq, Eq)]
enum What {
    Figure { key: String },
    Free { key: String, prompt: Option<String> },
}

/// Where the reader is.
#[derive(Default)]
struct State {
    open: Vec<Open>,
    /// Names of bookmarks that have been met: a word processor may write one twice.
    names: BTreeMap<String, usize>,
    body: Body,
    paragraph: usize,
    line: String,
    /// Tag of the control whose properties are being read.
    control: Option<(usize, Option<String>)>,
    /// Below this depth text is not shown: deleted, moved away, the lesser of two alternatives.
    hidden: Option<usize>,
    in_text: Option<usize>,
}

/// Reads the body.
pub(super) fn read(part: &str, xml: &str, manifest: Option<&Manifest>) -> Result<Body, ReadError> {
    let refused = |why: &str| ReadError::Refused { part: part.to_owned(), why: why.to_owned() };
    let mut reader = Reader::from_str(xml);
    let mut state = State::default();
    let mut depth = 0_usize;
    loop {
        let event = reader
            .read_event()
            .map_err(|cause| ReadError::NotDocx { why: format!("“{part}”{cause}") })?;
        match event {
            Event::DocType(_) => return Err(refused("文档类型声明（DOCTYPE）")),
            Event::Start(tag) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(refused("嵌套过深"));
                }
                state.start(&tag, depth, manifest);
            }
            Event::Empty(tag) => {
                state.start(&tag, depth + 1, manifest);
                state.end(tag.local_name().as_ref(), depth + 1);
            }
            Event::End(tag) => {
                state.end(tag.local_name().as_ref(), depth);
                depth = depth.saturating_sub(1);
            }
            Event::Text(text) => state.text(&text.xml10_content()),
            Event::CData(text) => state.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                // The five of XML, and characters by number; nothing that a file defines itself.
                let name: &str = &reference;
                let known = resolve_predefined_entity(name).map(str::to_owned);
                let known = known.or_else(|| {
                    unescape(&format!("&{name};")).ok().map(std::borrow::Cow::into_owned)
                });
                state.text(&known.ok_or_else(|| refused("未知的实体引用"))?);
            }
            Event::Eof if depth > 0 => {
                return Err(ReadError::NotDocx { why: format!("“{part}”不完整") });
            }
            Event::Eof => break,
            _ => {}
        }
    }
    while !state.open.is_empty() {
        state.close(0);
    }
    Ok(state.body)
}

impl State {
    fn start(&mut self, tag: &BytesStart<'_>, depth: usize, manifest: Option<&Manifest>) {
        match tag.local_name().as_ref() {
            "p" => {
                self.paragraph += 1;
                self.line.clear();
            }
            "t" => self.in_text = Some(depth),
            "tab" if self.control.is_none() => self.shown("\t"),
            "br" | "cr" => self.shown("\n"),
            "noBreakHyphen" => self.shown("-"),
            "del" | "moveFrom" | "Fallback" | "pPr" | "rPr" | "sectPr" | "instrText"
                if self.hidden.is_none() =>
            {
                self.hidden = Some(depth);
            }
            "sdtPr" => self.control = Some((depth, None)),
            "tag" => {
                if let Some((_, value)) = &mut self.control {
                    *value = attribute(tag, "val");
                }
            }
            "sdtContent" => {
                if let Some((_, Some(value))) = self.control.take() {
                    self.begin_control(&value, depth);
                }
            }
            "bookmarkStart" => self.begin_bookmark(tag, manifest),
            "bookmarkEnd" => {
                let id = attribute(tag, "id").unwrap_or_default();
                let ends = |open: &Open| open.ids.contains(&id);
                if let Some(place) = self.open.iter().position(ends) {
                    self.close(place);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, depth: usize) {
        if self.hidden == Some(depth) {
            self.hidden = None;
        }
        if self.in_text == Some(depth) {
            self.in_text = None;
        }
        match name {
            "p" => {
                for open in &mut self.open {
                    if matches!(open.what, What::Free { .. }) && open.text.len() < LONGEST {
                        open.text.push('\n');
                    }
                }
            }
            // Properties without content.
            "sdt" => self.control = None,
            "sdtContent" => {
                if let Some(place) = self.open.iter().position(|open| open.depth == Some(depth)) {
                    self.close(place);
                }
            }
            _ => {}
        }
    }

    fn begin_control(&mut self, tag: &str, depth: usize) {
        let what = match tag.strip_prefix(FREE_TAG) {
            Some(key) => What::Free { key: key.to_owned(), prompt: None },
            None => What::Figure { key: tag.to_owned() },
        };
        let same = |open: &Open| match (&open.what, &what) {
            (What::Figure { key: a }, What::Figure { key: b })
            | (What::Free { key: a, .. }, What::Free { key: b, .. }) => a == b,
            _ => false,
        };
        let inner = self.open.iter().any(same);
        self.begin(what, Vec::new(), Some(depth), inner);
    }

    fn begin_bookmark(&mut self, tag: &BytesStart<'_>, manifest: Option<&Manifest>) {
        let (Some(name), Some(id), Some(manifest)) =
            (attribute(tag, "name"), attribute(tag, "id"), manifest)
        else {
            return;
        };
        let entry = |prefix: &str, all: &[(String, String)]| {
            let number: usize = name.strip_prefix(prefix)?.parse().ok()?;
            all.get(number.checked_sub(1)?).cloned()
        };
        let what = if let Some((key, _)) = entry(FIGURE, &manifest.figures) {
            What::Figure { key }
        } else if let Some((key, prompt)) = entry(FREE, &manifest.free) {
            What::Free { key, prompt: Some(prompt) }
        } else {
            return;
        };
        // LibreOffice begins a bookmark over several paragraphs once for each: it is one.
        let count = self.names.entry(name).or_default();
        *count += 1;
        if *count > 1 {
            if let Some(open) =
                self.open.iter_mut().find(|open| open.depth.is_none() && open.what == what)
            {
                open.ids.push(id);
            }
            return;
        }
        self.begin(what, vec![id], None, false);
    }

    fn begin(&mut self, what: What, ids: Vec<String>, depth: Option<usize>, inner: bool) {
        // Nobody nests that deep on purpose.
        if self.open.len() >= DEEPEST {
            return;
        }
        let count = self.line.chars().count();
        let before = self.line.chars().skip(count.saturating_sub(BEFORE)).collect();
        self.open.push(Open {
            what,
            ids,
            depth,
            text: String::new(),
            paragraph: self.paragraph,
            before,
            inner,
        });
    }

    fn close(&mut self, place: usize) {
        let open = self.open.remove(place);
        if open.inner {
            return;
        }
        match open.what {
            What::Figure { key } => self.body.figures.push(Found {
                key,
                text: open.text.trim().to_owned(),
                paragraph: open.paragraph.max(1),
                before: open.before,
            }),
            What::Free { key, prompt } => {
                // The first line of a block is the end of the paragraph before, the last one the
                // beginning of the one behind: both are empty.
                let lines = open.text.lines().map(str::trim).filter(|line| !line.is_empty());
                let text = lines.collect::<Vec<_>>().join("\n");
                let mark = prompt.map(|prompt| pending_mark(&prompt));
                let empty = match mark {
                    Some(mark) => text == mark,
                    None => text.starts_with("〔待补：") && text.ends_with('〕'),
                };
                self.body.free.push((key, if empty { String::new() } else { text }));
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text.is_some() {
            self.shown(text);
        }
    }

    fn shown(&mut self, text: &str) {
        if self.hidden.is_some() || self.control.is_some() {
            return;
        }
        self.line.push_str(text);
        for open in &mut self.open {
            if open.text.len() + text.len() <= LONGEST {
                open.text.push_str(text);
            }
        }
    }
}

/// An attribute by its local name.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes().flatten();
    let found = all.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(unescape(&found.value).ok()?.into_owned())
}
