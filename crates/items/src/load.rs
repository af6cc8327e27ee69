//! The whole items pack, read strictly.

use crate::read::{Grade, refuse};
use crate::words::Words;
use crate::{Change, Check, Jump, raw, read};
use domain::{Catalogue, Item, ItemId, SourceCell};
use packs::{PackError, PackFile, PackSource, Spanned};
use std::collections::BTreeMap;

/// The folder of the items inside the packs.
const FOLDER: &str = "items";

/// A file of the items pack: what its items have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Chinese title.
    pub title: String,
    /// The id of the standard that brings them; `None`: they are common to all.
    pub standard: Option<String>,
    /// Its items, in the order of the file.
    pub items: Vec<ItemId>,
}

/// The catalogue with its topics and checks.
#[derive(Clone, Debug)]
pub struct Items {
    pub(crate) catalogue: Catalogue,
    pub(crate) topics: Vec<Topic>,
    /// The grades of each item's cells, by item.
    pub(crate) grades: Vec<Vec<Grade>>,
    pub(crate) checks: Vec<Check>,
    pub(crate) jumps: Vec<Jump>,
    pub(crate) changes: Vec<Change>,
    pub(crate) hash: String,
}

impl Items {
    /// The catalogue that snapshots and formulas are made with.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The files of the pack that hold items, in the order of their names.
    #[must_use]
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The official cells of an item, each with how sure it is.
    pub fn cells(&self, id: ItemId) -> impl Iterator<Item = (&SourceCell, Grade)> {
        let grades = self.grades.get(usize::from(id.0)).map_or(&[][..], Vec::as_slice);
        self.catalogue.item(id).cells.iter().zip(grades.iter().copied())
    }

    /// SHA-256 of all files that were read, 64 hexadecimal digits: those of `items`, and the items
    /// and checks that standards bring.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// Reads the items and checks of the packs: the folder `items`, then `items.toml` and `checks.toml`
/// of each standard.
///
/// ```
/// let items = items::load(&packs::PackSource::embedded()).unwrap();
/// let (_, pupils) = items.catalogue().find("pupils").unwrap();
/// assert_eq!((pupils.zh.as_str(), pupils.unit.to_string()), ("在校生数", "人".to_owned()));
/// ```
///
/// # Errors
/// The first refusal, at its place: `P-…` of the reader, `I-CODE-…`, `I-NAME-01`, `I-TEXT-…`,
/// `I-UNIT-…`, `I-RANGE-…`, `I-CODES-…` of an item, `I-CHECK-…`, `I-JUMP-…` of a check, and
/// `F-…` of a formula in a check.
pub fn load(packs: &PackSource) -> Result<Items, PackError> {
    // A county's own standard may bring items and checks of its own; they join the catalogue behind
    // the common ones, so that every workbook can hold them.
    let local = packs.folders("standards").into_iter().flat_map(|id| {
        [format!("standards/{id}/items.toml"), format!("standards/{id}/checks.toml")]
    });
    let local: Vec<&PackFile> = local.filter_map(|path| packs.file(&path).ok()).collect();
    let files = packs
        .toml_files(FOLDER)
        .chain(local)
        .map(|file| Ok((file, packs::parse::<raw::File>(file)?)))
        .collect::<Result<Vec<_>, PackError>>()?;
    let mut gathered = Gathered::default();
    for (file, parsed) in &files {
        gathered.take(file, parsed)?;
    }
    let Gathered { items, topics, grades, .. } = gathered;
    // Both kinds of duplicates were refused at their places; what remains has no place.
    let catalogue = Catalogue::new(items).map_err(|error| {
        PackError::at(&PackFile::new(FOLDER, ""), 0..0, "I-CATALOGUE-01", error.to_string())
    })?;
    let (mut checks, mut jumps, mut codes) = (Vec::new(), Vec::new(), Places::new());
    let mut changes = Vec::new();
    for (file, parsed) in &files {
        let words = Words::read(file, &parsed.define, &catalogue)?;
        for raw in &parsed.check {
            once(&mut codes, file, &raw.code)?;
            checks.push(Check::read(file, raw, &words)?);
        }
        for raw in &parsed.jump {
            once(&mut codes, file, &raw.code)?;
            jumps.push(Jump::read(file, raw, &catalogue)?);
        }
        for raw in &parsed.change {
            once(&mut codes, file, &raw.code)?;
            changes.push(Change::read(file, raw)?);
        }
    }
    let hash = packs::hash_of(files.iter().map(|(file, _)| *file));
    Ok(Items { catalogue, topics, grades, checks, jumps, changes, hash })
}

/// Where each code stands, in words.
type Places = BTreeMap<String, String>;

/// Refuses the second of two checks of one code.
fn once(codes: &mut Places, file: &PackFile, code: &Spanned<String>) -> Result<(), PackError> {
    match codes.insert(code.get_ref().clone(), place(file, code)) {
        None => Ok(()),
        Some(first) => {
            let message = format!("检查代码“{}”重复定义，先在 {first}", code.get_ref());
            Err(refuse(file, code, "I-CHECK-02", message))
        }
    }
}

fn place(file: &PackFile, at: &Spanned<String>) -> String {
    format!("{} 第 {} 行", file.title(), file.position(at.span().start).0)
}

/// The items of one pack file that holds nothing else, for a standard that brings its own: give
/// them to [`Catalogue::extend`].
///
/// # Errors
/// As [`load`]; a file with checks is refused (`I-CHECK-05`).
pub fn read_items(file: &PackFile) -> Result<Vec<Item>, PackError> {
    let parsed = packs::parse::<raw::File>(file)?;
    let first = parsed.check.first().map(|c| &c.code).or(parsed.jump.first().map(|j| &j.code));
    let first = first.or(parsed.change.first().map(|change| &change.code));
    if let Some(code) = first {
        return Err(refuse(file, code, "I-CHECK-05", "这里只能写数据项，不能写检查"));
    }
    let mut gathered = Gathered::default();
    gathered.take(file, &parsed)?;
    Ok(gathered.items)
}

#[derive(Default)]
struct Gathered {
    items: Vec<Item>,
    topics: Vec<Topic>,
    grades: Vec<Vec<Grade>>,
    codes: Places,
    /// The code of each name, by level code and name.
    names: BTreeMap<(&'static str, String), String>,
}

impl Gathered {
    fn take(&mut self, file: &PackFile, parsed: &raw::File) -> Result<(), PackError> {
        let mut ids = Vec::new();
        for raw in &parsed.item {
            let (item, grades) = read::item(file, raw)?;
            let place =
                format!("{} 第 {} 行", file.title(), file.position(raw.code.span().start).0);
            if let Some(first) = self.codes.insert(item.code.clone(), place) {
                let message = format!("数据项代码“{}”重复定义，先在 {first}", item.code);
                return Err(refuse(file, &raw.code, "I-CODE-02", message));
            }
            let named = (item.level.code(), item.zh.clone());
            if let Some(first) = self.names.insert(named, item.code.clone()) {
                let message = format!(
                    "{}级已有名为“{}”的数据项 {first}，同一层级的名称不能重复",
                    item.level.zh(),
                    item.zh
                );
                return Err(refuse(file, &raw.zh, "I-NAME-01", message));
            }
            let Ok(id) = u16::try_from(self.items.len()) else {
                return Err(refuse(file, &raw.code, "I-CATALOGUE-01", "数据项超过 65535 个"));
            };
            ids.push(ItemId(id));
            self.items.push(item);
            self.grades.push(grades);
        }
        if !ids.is_empty() {
            let path = file.path().strip_prefix("standards/").and_then(|path| path.split_once('/'));
            let standard = path.map(|(id, _)| id.to_owned());
            self.topics.push(Topic { title: parsed.title.clone(), standard, items: ids });
        }
        Ok(())
    }
}
