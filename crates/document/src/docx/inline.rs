//! What stands within a paragraph: runs of text, figures and free texts with their traces.

use super::body::Body;
use super::xml::text;
use crate::model::{Free, Run};
use crate::trace::{CONTROLS, FIGURE, FREE, FREE_TAG, LONGEST_TAG};
use std::fmt::Write as _;

/// How a gap is set, to be seen on paper too.
const GAP: &str = "<w:highlight w:val=\"yellow\"/>";

impl Body<'_> {
    /// Several runs; `strong` makes all of them bold.
    pub(super) fn runs(&mut self, runs: &[Run], strong: bool) {
        for run in runs {
            match run {
                Run::Text { text, strong: own } => self.words(text, strong || *own),
                Run::Figure { key, text } => self.figure(key, text, strong),
                Run::Pending { .. } => self.gap(&run.shown()),
                Run::Free(free) => self.free_run(free, strong),
            }
        }
    }

    /// Plain words.
    pub(super) fn words(&mut self, words: &str, strong: bool) {
        let words = piece(words, if strong { "<w:b/>" } else { "" });
        self.xml.push_str(&words);
    }

    fn gap(&mut self, mark: &str) {
        let mark = piece(mark, GAP);
        self.xml.push_str(&mark);
    }

    fn figure(&mut self, key: &str, shown: &str, strong: bool) {
        self.figures.push((key.to_owned(), shown.to_owned()));
        let number = self.figures.len();
        let id = self.bookmark_start(&format!("{FIGURE}{number}"));
        let content = piece(shown, if strong { "<w:b/>" } else { "" });
        if number <= CONTROLS && key.chars().count() <= LONGEST_TAG {
            self.control("数据", key, &content);
        } else {
            self.xml.push_str(&content);
        }
        self.bookmark_end(id);
    }

    fn free_run(&mut self, free: &Free, strong: bool) {
        if free.is_empty() && free.optional && !self.document.is_draft() {
            return;
        }
        self.free.push((free.key.clone(), free.prompt.clone()));
        let id = self.bookmark_start(&format!("{FREE}{}", self.free.len()));
        let look = match (free.is_empty(), strong) {
            (true, _) => GAP,
            (false, true) => "<w:b/>",
            (false, false) => "",
        };
        let content = piece(&free.shown(), look);
        let tag = format!("{FREE_TAG}{}", free.key);
        if tag.chars().count() <= LONGEST_TAG {
            self.control("自填", &tag, &content);
        } else {
            self.xml.push_str(&content);
        }
        self.bookmark_end(id);
    }

    /// A free block: its paragraphs between the end of the paragraph before and the beginning of the
    /// one behind, so that typing over all of its words leaves the bookmark where it is.
    pub(super) fn free_block(&mut self, free: &Free) {
        if free.is_empty() && free.optional && !self.document.is_draft() {
            return;
        }
        self.free.push((free.key.clone(), free.prompt.clone()));
        let id = self.bookmark_start(&format!("{FREE}{}", self.free.len()));
        if free.is_empty() {
            self.begin("JhBody", "");
            self.gap(&free.shown());
            self.end();
        }
        for line in free.text.lines().filter(|line| !line.trim().is_empty()) {
            self.begin("JhBody", "");
            self.words(line.trim(), false);
            self.end();
        }
        self.ends.push(id);
    }

    /// A content control around some runs, without a frame on the screen.
    fn control(&mut self, title: &str, tag: &str, content: &str) {
        self.controls += 1;
        let (tag, id) = (text(tag), self.controls);
        let _ = write!(
            self.xml,
            "<w:sdt><w:sdtPr><w:alias w:val=\"{title}\"/><w:tag w:val=\"{tag}\"/><w:id w:val=\"{id}\"/>\
             <w15:appearance w15:val=\"hidden\"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
        );
    }

    pub(super) fn bookmark_start(&mut self, name: &str) -> usize {
        self.bookmarks += 1;
        let id = self.bookmarks;
        let _ = write!(self.xml, "<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/>");
        id
    }

    pub(super) fn bookmark_end(&mut self, id: usize) {
        let _ = write!(self.xml, "<w:bookmarkEnd w:id=\"{id}\"/>");
    }
}

/// A run of one look; line feeds are line breaks, tabs are tabs.
pub(super) fn piece(words: &str, look: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let mut xml = String::with_capacity(words.len() + 64);
    xml.push_str("<w:r>");
    if !look.is_empty() {
        let _ = write!(xml, "<w:rPr>{look}</w:rPr>");
    }
    for (index, line) in words.split('\n').enumerate() {
        if index > 0 {
            xml.push_str("<w:br/>");
        }
        for (index, part) in line.trim_end_matches('\r').split('\t').enumerate() {
            if index > 0 {
                xml.push_str("<w:tab/>");
            }
            if part.starts_with(' ') || part.ends_with(' ') || part.contains("  ") {
                let _ = write!(xml, "<w:t xml:space=\"preserve\">{}</w:t>", text(part));
            } else if !part.is_empty() {
                let _ = write!(xml, "<w:t>{}</w:t>", text(part));
            }
        }
    }
    xml.push_str("</w:r>");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_and_spaces_of_a_text() {
        assert_eq!(piece("", ""), "");
        assert_eq!(piece("甲\n乙", ""), "<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r>");
        assert_eq!(
            piece(" 甲\t𫍯", "<w:b/>"),
            "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\"> 甲</w:t><w:tab/><w:t>𫍯</w:t></w:r>"
        );
    }
}
