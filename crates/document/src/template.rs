//! Templates of documents: packs whose sentences bend to the data.
//!
//! [`Template::load`] reads a pack of `packs/documents` and refuses, with file, line and column,
//! whatever names a figure that does not exist or is of the wrong kind. [`Template::render`] fills it
//! from [`Figures`](crate::figures::Figures) and from what people have written, and gives a
//! [`Document`](crate::Document). How to write one stands in docs/documents.md.
//!
//! Must not know: how a document looks on paper, how figures are computed.

mod annex;
mod condition;
mod error;
mod fill;
mod load;
mod raw;
mod reader;
mod render;
mod spec;
mod tables;
mod words;

pub use error::TemplateError;
pub use raw::{Need, Subject};
pub use render::{Options, Written};

use crate::figures::{Entity, Names};
use domain::Catalogue;
use forms::Forms;
use packs::{PackError, PackFile, PackSource, hash_of};
use raw::RawTemplate;
use reader::Reader;
use spec::{Annex, Block, Frame};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The folder of the packs.
const FOLDER: &str = "documents";

/// A template, read and checked.
#[derive(Clone, Debug)]
pub struct Template {
    id: String,
    name: String,
    about: String,
    needs: BTreeSet<Need>,
    subject: Subject,
    /// Does it print teachers' names in full?
    personal: bool,
    /// Counts of persons below this are withheld: the template is for the public.
    below: Option<u32>,
    hash: String,
    forms: Option<Forms>,
    frame: Frame,
    blocks: Vec<Block>,
    annexes: Vec<Annex>,
    examples: Vec<Example>,
}

/// An example of a template: what it must say of a county, and what it must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The county: `pass`, `fail`, `undecided`, `one-school`.
    pub on: String,
    /// Texts that the document has.
    pub says: Vec<String>,
    /// Texts that it has not.
    pub never: Vec<String>,
    /// Where it stands in the pack, for a message.
    pub line: usize,
}

impl Template {
    /// The ids of the templates of the packs, sorted.
    #[must_use]
    pub fn ids(packs: &PackSource) -> Vec<String> {
        let id = |file: &PackFile| {
            Some(file.path().strip_prefix("documents/")?.strip_suffix(".toml")?.to_owned())
        };
        packs.toml_files(FOLDER).filter_map(id).collect()
    }

    /// Reads the template of an id.
    ///
    /// # Errors
    /// [`TemplateError::Pack`] with the place of whatever is wrong in it, [`TemplateError::Standard`]
    /// and [`TemplateError::Forms`] where what it is made for cannot be read.
    pub fn load(
        packs: &PackSource,
        id: &str,
        catalogue: &Arc<Catalogue>,
    ) -> Result<Self, TemplateError> {
        let file = packs
            .file(&format!("{FOLDER}/{id}.toml"))
            .map_err(|_| TemplateError::Unknown { id: id.to_owned(), known: Self::ids(packs) })?;
        let raw: RawTemplate = packs::parse(file)?;
        if raw.id.get_ref() != id {
            let message = format!("id 与文件名不一致：应为 {id}");
            return Err(PackError::at(file, raw.id.span(), "DT-HEAD-01", message).into());
        }
        let mut standards = Vec::new();
        for id in &raw.standards {
            let loaded = standard::load::load(packs, catalogue, id.get_ref());
            let known = packs.folders("standards");
            standards.push(loaded.map_err(|cause| {
                if known.iter().any(|k| k == id.get_ref()) {
                    return TemplateError::Standard { id: id.get_ref().clone(), cause };
                }
                let message = format!("没有标准“{}”", id.get_ref());
                let help = format!("可用的标准：{}", known.join("、"));
                PackError::at(file, id.span(), "DT-HEAD-02", message).with_help(help).into()
            })?);
        }
        let names = Names::of(catalogue, &standards);
        let chain: Vec<&str> = match standards.first() {
            Some(standard) => standard.chain().iter().map(String::as_str).collect(),
            None => vec![""],
        };
        let forms = Forms::load(packs, &chain, catalogue).ok();
        let ids = forms.iter().flat_map(Forms::ids).map(str::to_owned).collect();
        Self::read(file, &raw, &names, &ids, forms)
    }

    fn read(
        file: &PackFile,
        raw: &RawTemplate,
        names: &Names,
        ids: &BTreeSet<String>,
        forms: Option<Forms>,
    ) -> Result<Self, TemplateError> {
        if let (true, Some(_)) = (raw.personal, &raw.public) {
            let message = "含姓名的模板（personal）不能同时供公开（public）";
            return Err(PackError::at(file, raw.id.span(), "DT-HEAD-03", message).into());
        }
        let variables = match raw.of {
            Subject::County => Vec::new(),
            Subject::School => vec![("school".to_owned(), Entity::School)],
            Subject::Township => vec![("township".to_owned(), Entity::Township)],
            Subject::Objection => vec![("objection".to_owned(), Entity::Objection)],
        };
        let mut reader = Reader {
            file,
            names,
            forms: ids,
            variables,
            keys: RefCell::default(),
            block: raw.id.span(),
        };
        let frame = Frame {
            title: reader.words(&raw.title)?,
            mark: reader.optional(raw.mark.as_ref())?,
            number: reader.optional(raw.number.as_ref())?,
            addressee: reader.optional(raw.addressee.as_ref())?,
            organs: raw.organs.iter().map(|o| reader.words(o)).collect::<Result<_, _>>()?,
            date: reader.optional(raw.date.as_ref())?,
            note: reader.optional(raw.note.as_ref())?,
            copies: reader.optional(raw.copies.as_ref())?,
            printed_by: reader.optional(raw.printed_by.as_ref())?,
            printed_on: reader.optional(raw.printed_on.as_ref())?,
        };
        let blocks = reader.blocks(&raw.block, 1)?;
        let annexes = raw.annex.iter().map(|a| reader.annex(a)).collect::<Result<_, _>>()?;
        let mut examples = Vec::new();
        for example in &raw.example {
            if example.says.is_empty() && example.never.is_empty() {
                let message = "算例要写 says（应有的话）或 never（不应有的话）";
                return Err(PackError::at(file, example.on.span(), "DT-EXAMPLE-01", message).into());
            }
            let texts =
                |all: &[packs::Spanned<String>]| all.iter().map(|t| t.get_ref().clone()).collect();
            examples.push(Example {
                on: example.on.get_ref().clone(),
                says: texts(&example.says),
                never: texts(&example.never),
                line: file.position(example.on.span().start).0,
            });
        }
        if examples.is_empty() {
            let message = "模板至少要有一个算例（[[example]]）";
            return Err(PackError::at(file, raw.id.span(), "DT-EXAMPLE-01", message).into());
        }
        Ok(Self {
            id: raw.id.get_ref().clone(),
            name: raw.name.clone(),
            about: raw.about.clone(),
            needs: raw.needs.iter().copied().collect(),
            subject: raw.of,
            personal: raw.personal,
            below: raw.public.as_ref().map(|p| p.below),
            hash: hash_of([file]),
            forms,
            frame,
            blocks,
            annexes,
            examples,
        })
    }

    /// Its id: `self-evaluation`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its Chinese name: `自评报告`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, in a sentence.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// What it cannot do without, beside the evaluation.
    pub fn needs(&self) -> impl Iterator<Item = Need> {
        self.needs.iter().copied()
    }

    /// What its documents are about.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// Is it for the public?
    #[must_use]
    pub const fn is_public(&self) -> bool {
        self.below.is_some()
    }

    /// Does it print teachers' names in full? Who may read what it makes is then decided person by
    /// person.
    #[must_use]
    pub const fn is_personal(&self) -> bool {
        self.personal
    }

    /// Is it about the year's rotation of teachers?
    #[must_use]
    pub fn is_of_rotation(&self) -> bool {
        let needs = [Need::Rotation, Need::Adopted, Need::Objection];
        self.needs.iter().any(|need| needs.contains(need))
    }

    /// SHA-256 of its pack.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Its examples.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }
}
