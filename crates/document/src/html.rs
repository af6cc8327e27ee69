//! A [`Document`] as HTML: the preview on the screen, and what a browser prints with the same page
//! set-up where there is no word processor.
//!
//! Every text is escaped; figures are `<data data-key>`, free paragraphs `<div data-free>`, gaps
//! `<mark>`. Fonts come from the reader's machine, charts are drawn as SVG in the page, nothing is
//! loaded from elsewhere.

mod chart;
mod sheet;
mod table;

use crate::check::check;
use crate::error::DocumentError;
use crate::model::{Block, Document, Free, Paper, ParagraphStyle, Run};
use crate::numbering::{Headings, annex};
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// The document as a page of its own.
///
/// ```
/// use document::{Document, html};
///
/// let page = html::page(&Document::new("通知 <1>"))?;
/// assert!(page.contains("通知 &lt;1&gt;"));
/// # Ok::<(), document::DocumentError>(())
/// ```
///
/// # Errors
/// As [`check`] says them.
pub fn page(document: &Document) -> Result<String, DocumentError> {
    let article = article(document)?;
    Ok(format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title><style>{}</style>\
         </head><body>{article}</body></html>\n",
        escape(document.title_line()),
        sheet::css()
    ))
}

/// The document as an `article`, to be put into a page that has [`css`].
///
/// # Errors
/// As [`check`] says them.
pub fn article(document: &Document) -> Result<String, DocumentError> {
    check(document)?;
    let mut writer = Writer { html: String::new(), document, tables: 0, pictures: 0 };
    writer.all();
    Ok(writer.html)
}

/// The style sheet of [`article`]; every rule is of the class `jh-doc`, except the paper's.
#[must_use]
pub fn css() -> String {
    sheet::css()
}

struct Writer<'a> {
    html: String,
    document: &'a Document,
    tables: usize,
    pictures: usize,
}

impl Writer<'_> {
    fn all(&mut self) {
        let document = self.document;
        self.html.push_str("<article class=\"jh-doc\">");
        let draft = document.is_draft().then_some("草稿");
        let label: Vec<&str> = draft.into_iter().chain(document.label.as_deref()).collect();
        if !label.is_empty() {
            self.element("p", "jh-label", &label.join("　"));
        }
        if document.front_sheet {
            self.html.push_str("<section class=\"jh-front\">");
            self.element("h1", "jh-title", crate::front::TITLE);
            self.table(&crate::front::table(document));
            self.element("p", "jh-note", crate::front::NOTE);
            self.html.push_str("</section>");
        }
        self.html.push_str("<section class=\"jh-main\">");
        if let Some(mark) = &document.mark {
            self.element("p", "jh-mark", mark);
            self.runs_in("p", "jh-number jh-red", &document.number);
        } else if !document.number.is_empty() {
            self.runs_in("p", "jh-number", &document.number);
        }
        self.runs_in("h1", "jh-title", &document.title);
        if !document.addressee.is_empty() {
            self.html.push_str("<p class=\"jh-plain\">");
            self.runs(&document.addressee);
            self.html.push_str("：</p>");
        }
        self.blocks(&document.blocks);
        self.closing();
        self.html.push_str("</section>");
        for (index, one) in document.annexes.iter().enumerate() {
            if one.blocks.is_empty() {
                continue;
            }
            let wide = if one.paper == Paper::Landscape { " jh-wide" } else { "" };
            let _ = write!(self.html, "<section class=\"jh-annex{wide}\">");
            self.element("p", "jh-annex-label", &annex(index, document.annexes.len()));
            self.element("h2", "jh-title", &one.title);
            self.blocks(&one.blocks);
            self.html.push_str("</section>");
        }
        self.copies();
        self.html.push_str("</article>");
    }

    fn blocks(&mut self, blocks: &[Block]) {
        let mut headings = Headings::default();
        let mut turned = 0;
        for block in blocks {
            match block {
                Block::Heading { level, runs } => {
                    let (number, level) = (headings.next(*level), level + 1);
                    let _ = write!(self.html, "<h{level}>{number}");
                    self.runs(runs);
                    let _ = write!(self.html, "</h{level}>");
                }
                Block::Paragraph { runs, style } => {
                    let class = match style {
                        ParagraphStyle::Body => "",
                        ParagraphStyle::Plain => "jh-plain",
                        ParagraphStyle::Centred => "jh-centred",
                        ParagraphStyle::Right => "jh-right",
                        ParagraphStyle::Note => "jh-note",
                    };
                    self.runs_in("p", class, runs);
                }
                Block::Free(free) => self.free(free),
                Block::Table(table) => self.table(table),
                Block::Chart(chart) => self.chart(chart),
                Block::Break { paper } => {
                    let wide = if *paper == Paper::Landscape { " jh-wide" } else { "" };
                    let _ = write!(self.html, "<div class=\"jh-page{wide}\">");
                    turned += 1;
                }
            }
        }
        self.html.push_str(&"</div>".repeat(turned));
    }

    fn free(&mut self, free: &Free) {
        if free.is_empty() && free.optional && !self.document.is_draft() {
            return;
        }
        let key = escape(free.key.as_str());
        let _ = write!(self.html, "<div data-free=\"{key}\">");
        if free.is_empty() {
            let _ = write!(self.html, "<p><mark>{}</mark></p>", escape(free.shown()));
        }
        for line in free.text.lines().filter(|line| !line.trim().is_empty()) {
            self.element("p", "", line.trim());
        }
        self.html.push_str("</div>");
    }

    fn closing(&mut self) {
        let document = self.document;
        if let [one] = &*document.annexes {
            self.element("p", "jh-attachments", &format!("附件：{}", one.title));
        } else if !document.annexes.is_empty() {
            self.html.push_str("<div class=\"jh-attachments\">附件：<ol>");
            for one in &document.annexes {
                self.element("li", "", &one.title);
            }
            self.html.push_str("</ol></div>");
        }
        if let Some(signature) = &document.signature {
            self.html.push_str("<div class=\"jh-signature\">");
            for organ in &signature.organs {
                self.runs_in("p", "jh-organ", organ);
            }
            self.runs_in("p", "", &signature.date);
            self.html.push_str("</div>");
        }
        if !document.note.is_empty() {
            self.html.push_str("<p>（");
            self.runs(&document.note);
            self.html.push_str("）</p>");
        }
    }

    fn copies(&mut self) {
        let Some(copies) = &self.document.copies else { return };
        self.html.push_str("<footer class=\"jh-copies\">");
        if !copies.to.is_empty() {
            self.html.push_str("<p>抄送：");
            self.runs(&copies.to);
            self.html.push_str("。</p>");
        }
        if !copies.printed_by.is_empty() || !copies.printed_on.is_empty() {
            self.html.push_str("<p class=\"jh-printed\"><span>");
            self.runs(&copies.printed_by);
            self.html.push_str("</span><span>");
            self.runs(&copies.printed_on);
            self.html.push_str(if copies.printed_on.is_empty() { "" } else { "印发" });
            self.html.push_str("</span></p>");
        }
        self.html.push_str("</footer>");
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            match run {
                Run::Text { text, strong: false } => self.words(text),
                Run::Text { text, strong: true } => {
                    self.html.push_str("<strong>");
                    self.words(text);
                    self.html.push_str("</strong>");
                }
                Run::Figure { key, text } => {
                    let _ = write!(self.html, "<data data-key=\"{}\">", escape(key.as_str()));
                    self.words(text);
                    self.html.push_str("</data>");
                }
                Run::Pending { key, .. } => {
                    let key = key.as_deref().unwrap_or_default();
                    let _ = write!(self.html, "<mark data-key=\"{}\">", escape(key));
                    self.words(&run.shown());
                    self.html.push_str("</mark>");
                }
                Run::Free(free)
                    if free.is_empty() && free.optional && !self.document.is_draft() => {}
                Run::Free(free) => {
                    let name = if free.is_empty() { "mark" } else { "span" };
                    let key = escape(free.key.as_str());
                    let _ = write!(self.html, "<{name} data-free=\"{key}\">");
                    self.words(&free.shown());
                    let _ = write!(self.html, "</{name}>");
                }
            }
        }
    }

    fn words(&mut self, words: &str) {
        for (index, line) in words.split('\n').enumerate() {
            if index > 0 {
                self.html.push_str("<br>");
            }
            self.html.push_str(&escape(line));
        }
    }

    fn element(&mut self, name: &str, class: &str, words: &str) {
        self.begin(name, class);
        self.words(words);
        let _ = write!(self.html, "</{name}>");
    }

    fn runs_in(&mut self, name: &str, class: &str, runs: &[Run]) {
        self.begin(name, class);
        self.runs(runs);
        let _ = write!(self.html, "</{name}>");
    }

    fn begin(&mut self, name: &str, class: &str) {
        if class.is_empty() {
            let _ = write!(self.html, "<{name}>");
        } else {
            let _ = write!(self.html, "<{name} class=\"{class}\">");
        }
    }
}
