//! A template filled: the document.
//!
//! Must not know: how it looks on paper.

use super::annex;
use super::fill::Filler;
use super::spec::{Annex, Block, Body, Free};
use super::{Need, Subject, Template, TemplateError};
use crate::figures::{Figures, Sources, Thing, Value};
use crate::model::{
    self, Audience, Copies, Document, Provenance, Role, Run, Signature, Source, State,
};
use crate::rotation::Standing;
use std::collections::BTreeMap;

/// What people have written, by key: free paragraphs, number, addressee, date.
pub type Written = BTreeMap<String, String>;

/// What is chosen for a document beside its template and its data.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The code of the school, the name of the township or the number of the objection that it is
    /// about.
    pub about: Option<String>,
    /// Draft or final.
    pub state: State,
    /// A line at the head of every page: `合成数据，仅供演示`.
    pub label: Option<String>,
    /// A sheet in front that lists what the figures are bound to.
    pub front_sheet: bool,
}

impl Template {
    /// The figures as this template prints them, with the cells of the forms of its annexes: a public
    /// one withholds small numbers.
    #[must_use]
    pub fn figures<'a>(&self, sources: Sources<'a>) -> Figures<'a> {
        let mut figures = self.named_figures(sources);
        if let Some(forms) = &self.forms {
            let mut ids = Vec::new();
            let blocks = self.annexes.iter().flat_map(|annex| &annex.blocks).chain(&self.blocks);
            blocks.for_each(|block| form_ids(block, &mut ids));
            figures.cells = annex::cells(&figures, forms, &ids);
        }
        figures
    }

    /// The figures that sentences name.
    fn named_figures<'a>(&self, sources: Sources<'a>) -> Figures<'a> {
        let figures = Figures::of(sources);
        let figures = if self.personal { figures.personal() } else { figures };
        match self.below {
            Some(below) => figures.public(below),
            None => figures,
        }
    }

    /// Fills the template.
    ///
    /// # Errors
    /// [`TemplateError::Needs`] where data are lacking that it cannot do without,
    /// [`TemplateError::Subject`] where it is about one school or township and none such is there.
    /// Figures that are missing are no error: they are gaps of the document.
    pub fn render(
        &self,
        sources: Sources<'_>,
        written: &Written,
        options: &Options,
    ) -> Result<Document, TemplateError> {
        self.lacking(&sources)?;
        let figures = self.named_figures(sources);
        let bound = self.subject_of(&figures, options)?;
        let mut filler = Filler { figures: &figures, written, bound };
        let frame = &self.frame;
        // The red head is no place for a gap: a template says what it is, and a writer may say it.
        let mark = match written.get("mark") {
            Some(mark) => mark.clone(),
            None => filler.text(&frame.mark),
        };
        let mut document = Document {
            mark: (!mark.is_empty()).then_some(mark),
            number: filler.runs(&frame.number),
            title: filler.runs(&frame.title),
            addressee: filler.runs(&frame.addressee),
            note: filler.runs(&frame.note),
            state: options.state,
            audience: if self.is_public() { Audience::Public } else { Audience::Internal },
            label: options.label.clone(),
            provenance: self.provenance(&sources),
            front_sheet: options.front_sheet,
            ..Document::default()
        };
        for block in &self.blocks {
            filler.block(block, self, &mut document.blocks);
        }
        for annex in &self.annexes {
            filler.annex(annex, self, &mut document.annexes);
        }
        if !frame.organs.is_empty() {
            let organs = frame.organs.iter().map(|o| filler.runs(o)).collect();
            document.signature = Some(Signature { organs, date: filler.runs(&frame.date) });
        }
        let copies = Copies {
            to: filler.runs(&frame.copies),
            printed_by: filler.runs(&frame.printed_by),
            printed_on: filler.runs(&frame.printed_on),
        };
        document.copies = (copies != Copies::default()).then_some(copies);
        if let Some(rotation) = sources.rotation.filter(|_| self.speaks_of_rotation(&document)) {
            document.provenance.sources.push(Source {
                role: Role::Rotation,
                id: rotation.id.clone(),
                title: rotation.title.clone(),
                version: rotation.rules.1.clone(),
                hash: rotation.hash.clone(),
            });
        }
        Ok(document)
    }

    /// Most reports have nothing to do with the year's rotation.
    fn speaks_of_rotation(&self, document: &Document) -> bool {
        self.is_of_rotation()
            || document.figures().iter().any(|(key, _)| key.starts_with("rotation."))
    }

    fn lacking(&self, sources: &Sources<'_>) -> Result<(), TemplateError> {
        let stands = |least| sources.rotation.is_some_and(|r| r.standing >= least);
        let there = |need: &Need| match need {
            Need::Snapshot => sources.snapshot.is_some(),
            Need::Last => sources.last.is_some(),
            Need::Plan => sources.plan.is_some(),
            Need::Rotation => stands(Standing::Published),
            Need::Adopted => stands(Standing::Adopted),
            Need::Objection => sources.rotation.is_some_and(|r| !r.objections.is_empty()),
        };
        match self.needs.iter().find(|need| !there(need)) {
            Some(need) => Err(TemplateError::Needs { name: self.name.clone(), need: *need }),
            None => Ok(()),
        }
    }

    /// The school or township that the document is about.
    fn subject_of<'f>(
        &self,
        figures: &'f Figures<'f>,
        options: &Options,
    ) -> Result<Vec<Thing<'f>>, TemplateError> {
        let (what, list) = match self.subject {
            Subject::County => return Ok(Vec::new()),
            Subject::School => ("学校（标识码）", figures.list("schools")),
            Subject::Township => ("乡镇", figures.list("townships")),
            Subject::Objection => ("异议（编号）", figures.objections()),
        };
        let Value::List(all) = list else { return Ok(Vec::new()) };
        let found = options.about.as_ref().and_then(|id| all.iter().find(|t| t.id() == *id));
        match found {
            Some(thing) => Ok(vec![*thing]),
            None => Err(TemplateError::Subject {
                name: self.name.clone(),
                what,
                given: options
                    .about
                    .as_ref()
                    .map_or_else(String::new, |id| format!("，没有“{id}”")),
                known: all.iter().map(|t| format!("{}（{}）", t.name(), t.id())).collect(),
            }),
        }
    }

    fn provenance(&self, sources: &Sources<'_>) -> Provenance {
        let e = sources.evaluation;
        let mut all = vec![Source {
            role: Role::Template,
            id: self.id.clone(),
            title: self.name.clone(),
            version: String::new(),
            hash: self.hash.clone(),
        }];
        let years = [Some(e), sources.last];
        for e in years.into_iter().flatten() {
            all.push(Source {
                role: Role::Snapshot,
                id: format!("{}-{}", e.county_code, e.year.0),
                title: format!("{}{}学年数据", e.county, e.year),
                version: String::new(),
                hash: e.snapshot.clone(),
            });
        }
        all.push(Source {
            role: Role::Standard,
            id: e.standard.id.clone(),
            title: e.standard.title.clone(),
            version: e.standard.version.clone(),
            hash: e.standard.hash.clone(),
        });
        if let Some(plan) = sources.plan {
            all.push(Source {
                role: Role::Plan,
                id: plan.standard.clone(),
                title: plan.title.clone(),
                version: String::new(),
                hash: plan.problem.clone(),
            });
        }
        Provenance { sources: all, engine: e.engine.clone() }
    }
}

/// The forms that a block and those within it print.
fn form_ids(block: &Block, ids: &mut Vec<String>) {
    match &block.body {
        Body::Forms(own) => ids.extend(own.iter().cloned()),
        Body::Part(_, blocks) => blocks.iter().for_each(|inner| form_ids(inner, ids)),
        _ => {}
    }
}

impl Filler<'_> {
    fn block(&mut self, block: &Block, template: &Template, out: &mut Vec<model::Block>) {
        if block.when.as_ref().is_some_and(|when| !when.holds(self.figures, &self.bound)) {
            return;
        }
        let Some(repeat) = &block.each else {
            self.body(&block.body, template, out);
            return;
        };
        let things = self.things(repeat);
        if things.is_empty() {
            paragraph(self.runs(&block.none), model::ParagraphStyle::Body, out);
        }
        for thing in things {
            self.bound.push(thing);
            self.body(&block.body, template, out);
            self.bound.pop();
        }
    }

    fn body(&mut self, body: &Body, template: &Template, out: &mut Vec<model::Block>) {
        match body {
            Body::Part(heading, blocks) => {
                let before = out.len();
                if let Some((level, words)) = heading {
                    out.push(model::Block::Heading { level: *level, runs: self.runs(words) });
                }
                let empty = out.len();
                for block in blocks {
                    self.block(block, template, out);
                }
                // A heading over nothing is no heading; one that never had anything below is.
                if out.len() == empty && !blocks.is_empty() {
                    out.truncate(before);
                }
            }
            Body::Paragraph(words, style) => paragraph(self.runs(words), *style, out),
            Body::Free(free) => out.push(model::Block::Free(self.free(free))),
            Body::Table(table) => out.push(model::Block::Table(self.table(table))),
            Body::Chart(chart) => {
                let chart = self.chart(chart);
                if !chart.categories.is_empty() && !chart.series.is_empty() {
                    out.push(model::Block::Chart(chart));
                }
            }
            Body::Break(paper) => out.push(model::Block::Break { paper: *paper }),
            Body::Forms(ids) => annex::forms(self.figures, template.forms.as_ref(), ids, out),
        }
    }

    fn free(&mut self, free: &Free) -> model::Free {
        let key = self.key(&free.key);
        let text = match self.written.get(&key) {
            Some(text) => text.clone(),
            None => self.text(&free.default),
        };
        model::Free { key, prompt: self.text(&free.prompt), text, optional: free.optional }
    }

    fn annex(&mut self, annex: &Annex, template: &Template, out: &mut Vec<model::Annex>) {
        if annex.when.as_ref().is_some_and(|when| !when.holds(self.figures, &self.bound)) {
            return;
        }
        let things: Vec<Option<Thing<'_>>> = match &annex.each {
            None => vec![None],
            Some(repeat) => self.things(repeat).into_iter().map(Some).collect(),
        };
        for thing in things {
            let bound = self.bound.len();
            self.bound.extend(thing);
            let mut blocks = Vec::new();
            for block in &annex.blocks {
                self.block(block, template, &mut blocks);
            }
            let title = self.text(&annex.title);
            out.push(model::Annex { title, paper: annex.paper, blocks });
            self.bound.truncate(bound);
        }
    }
}

fn paragraph(runs: Vec<Run>, style: model::ParagraphStyle, out: &mut Vec<model::Block>) {
    if !runs.is_empty() {
        out.push(model::Block::Paragraph { runs, style });
    }
}
