//! The main part: paragraphs, headings, breaks, and the order of everything.

use super::chart::ChartPart;
use super::page::Section;
use crate::model::{Block, Document, Paper, ParagraphStyle, Run};
use crate::numbering::{Headings, annex};
use std::fmt::Write as _;

/// The body while it is written.
pub(super) struct Body<'a> {
    pub(super) document: &'a Document,
    pub(super) xml: String,
    /// The figures so far, key and text; the number of the last is that of its bookmark.
    pub(super) figures: Vec<(String, String)>,
    /// The free texts so far, key and prompt.
    pub(super) free: Vec<(String, String)>,
    pub(super) charts: Vec<ChartPart>,
    pub(super) bookmarks: usize,
    pub(super) controls: usize,
    /// Bookmarks that end where the next paragraph begins.
    pub(super) ends: Vec<usize>,
    /// How the pages lie at this place.
    pub(super) paper: Paper,
    pub(super) tables: usize,
    pub(super) pictures: usize,
    /// Whether the last paragraph still wants its end tag: what belongs to its end comes first.
    open: bool,
    /// Whether pages count from 1 in this section.
    pub(super) restart: bool,
    /// Where the properties of the last paragraph end, as long as nothing came after it.
    properties: Option<usize>,
    /// Whether the next paragraph begins a page.
    break_before: bool,
    headings: Headings,
}

/// What the body gave.
pub(super) struct Written {
    /// The content of `w:body`.
    pub(super) xml: String,
    /// See [`Body::figures`].
    pub(super) figures: Vec<(String, String)>,
    /// See [`Body::free`].
    pub(super) free: Vec<(String, String)>,
    /// The charts, in order.
    pub(super) charts: Vec<ChartPart>,
}

impl<'a> Body<'a> {
    /// Writes a document that has been checked.
    pub(super) fn write(document: &'a Document) -> Written {
        let mut body = Self {
            document,
            xml: String::new(),
            figures: Vec::new(),
            free: Vec::new(),
            charts: Vec::new(),
            bookmarks: 0,
            controls: 0,
            ends: Vec::new(),
            paper: Paper::Portrait,
            tables: 0,
            pictures: 0,
            restart: false,
            open: false,
            properties: None,
            break_before: false,
            headings: Headings::default(),
        };
        body.opening();
        body.blocks(&document.blocks);
        body.closing();
        for (index, one) in document.annexes.iter().enumerate() {
            if one.blocks.is_empty() {
                continue;
            }
            body.turn(one.paper);
            body.headings = Headings::default();
            body.say("JhAnnexLabel", "", &annex(index, document.annexes.len()));
            body.say("JhAnnexTitle", "", &one.title);
            body.blocks(&one.blocks);
        }
        body.copies();
        body.seal();
        let last = Section { paper: body.paper, restart: body.restart, front: false };
        let last = last.xml(document);
        body.xml.push_str(&last);
        Written { xml: body.xml, figures: body.figures, free: body.free, charts: body.charts }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading { level, runs } => self.heading(*level, runs),
                Block::Paragraph { runs, style } => {
                    self.paragraph(paragraph_style(*style), "", runs);
                }
                Block::Free(free) => self.free_block(free),
                Block::Table(table) => self.table(table),
                Block::Chart(chart) => self.chart(chart),
                Block::Break { paper } => self.turn(*paper),
            }
        }
    }

    fn heading(&mut self, level: u8, runs: &[Run]) {
        let number = self.headings.next(level);
        self.begin(&format!("Heading{}", level.clamp(1, 4)), "");
        self.words(&number, false);
        self.runs(runs, false);
        self.end();
    }

    /// A paragraph of runs.
    pub(super) fn paragraph(&mut self, style: &str, properties: &str, runs: &[Run]) {
        self.begin(style, properties);
        self.runs(runs, false);
        self.end();
    }

    /// A paragraph of words.
    pub(super) fn say(&mut self, style: &str, properties: &str, words: &str) {
        self.begin(style, properties);
        self.words(words, false);
        self.end();
    }

    /// Begins a paragraph. `properties` are what follows `w:pageBreakBefore` in `w:pPr`.
    pub(super) fn begin(&mut self, style: &str, properties: &str) {
        self.seal();
        let page = if std::mem::take(&mut self.break_before) { "<w:pageBreakBefore/>" } else { "" };
        let _ = write!(self.xml, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{page}{properties}");
        self.properties = Some(self.xml.len());
        self.xml.push_str("</w:pPr>");
        for id in std::mem::take(&mut self.ends) {
            self.bookmark_end(id);
        }
    }

    /// Ends a paragraph, or rather leaves its end tag to what comes next.
    pub(super) fn end(&mut self) {
        self.open = true;
    }

    /// Writes the end tag of the last paragraph.
    pub(super) fn seal(&mut self) {
        if std::mem::take(&mut self.open) {
            self.xml.push_str("</w:p>");
        }
    }

    /// What is no paragraph comes next: bookmarks end with the last one, and a page break wants a
    /// paragraph of its own.
    pub(super) fn leave_text(&mut self) {
        if self.break_before {
            self.say("JhNothing", "", "");
        }
        for id in std::mem::take(&mut self.ends) {
            self.bookmark_end(id);
        }
        self.seal();
        self.properties = None;
    }

    /// Goes on upon a new page that lies as said.
    pub(super) fn turn(&mut self, paper: Paper) {
        if paper == self.paper {
            self.break_before = true;
            return;
        }
        let restart = std::mem::take(&mut self.restart);
        self.section(Section { paper: self.paper, restart, front: false });
        self.paper = paper;
    }

    /// Ends a section: its properties stand in its last paragraph.
    pub(super) fn section(&mut self, section: Section) {
        if self.properties.is_none() {
            self.say("JhNothing", "", "");
        }
        let properties = section.xml(self.document);
        match self.properties.take() {
            Some(place) => self.xml.insert_str(place, &properties),
            None => self.xml.push_str(&properties),
        }
        self.break_before = false;
    }

    /// The width of the type area at this place.
    pub(super) fn width(&self) -> u32 {
        match self.paper {
            Paper::Portrait => crate::layout::AREA.0,
            Paper::Landscape => crate::layout::AREA.1,
        }
    }
}

fn paragraph_style(style: ParagraphStyle) -> &'static str {
    match style {
        ParagraphStyle::Body => "JhBody",
        ParagraphStyle::Plain => "JhPlain",
        ParagraphStyle::Centred => "JhCentred",
        ParagraphStyle::Right => "JhRight",
        ParagraphStyle::Note => "JhNote",
    }
}
