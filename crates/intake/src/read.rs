//! Reading everything that a user hands over: files, their layouts, one draft a school year, all
//! findings at once.

use crate::cell::text::key;
use crate::checks::{self, Checked};
use crate::context::{Context, Vocabulary};
use crate::correction::{Corrected, Corrections};
use crate::finding::{Finding, Findings, Location, code};
use crate::layout::{Body, Layout, Layouts, Years};
use crate::mapping::{Applied, Choice, Mapping, Unknown};
use crate::open::{Book, Found, Limits, Refusal, find};
use crate::part::{Part, Said};
use crate::{export, form_cells, table};
use domain::{Catalogue, CountyCode, SchoolCode, SchoolYear, Snapshot, hex};
use items::Items;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// How far the reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Files that are done.
    pub done: usize,
    /// Files in all.
    pub total: usize,
    /// The file that is begun; empty at the end.
    pub file: &'a str,
}

/// What the reading needs and what it is asked for.
pub struct Options<'a> {
    /// The data items, perhaps with those of a local standard.
    pub catalogue: &'a Catalogue,
    /// The cross-checks; `None` leaves them out.
    pub items: Option<&'a Items>,
    /// The layouts.
    pub layouts: &'a Layouts,
    /// The school year of files that state none, and the only one that is taken; `None`: as stated.
    pub year: Option<SchoolYear>,
    /// The county of files that state none: code and name.
    pub county: Option<(CountyCode, String)>,
    /// An earlier year's snapshot, to find jumps. Where the files hold one, that is used.
    pub previous: Option<&'a Snapshot>,
    /// What the county has said of words that no layout knows.
    pub mapping: &'a Mapping,
    /// The schools that the county has, name by code; where there are any, others are asked about.
    pub schools: &'a BTreeMap<SchoolCode, String>,
    /// What was corrected in the files, cell by cell.
    pub corrections: &'a Corrections,
    /// Bounds.
    pub limits: Limits,
    /// Findings of one kind in one sheet that are listed; the rest are counted.
    pub findings_of_a_kind: u64,
    /// Called before each file and at the end.
    pub progress: Option<&'a dyn Fn(Progress<'_>)>,
}

impl<'a> Options<'a> {
    /// The usual options.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue, layouts: &'a Layouts) -> Self {
        static NOTHING: LazyLock<(Mapping, BTreeMap<SchoolCode, String>, Corrections)> =
            LazyLock::new(Default::default);
        let (mapping, schools, corrections) = &*NOTHING;
        Self {
            mapping,
            schools,
            corrections,
            catalogue,
            items: None,
            layouts,
            year: None,
            county: None,
            previous: None,
            limits: Limits::default(),
            findings_of_a_kind: 100,
            progress: None,
        }
    }

    /// With the cross-checks.
    #[must_use]
    pub fn with_checks(mut self, items: &'a Items) -> Self {
        self.items = Some(items);
        self
    }
}

/// A file that was read or refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRead {
    /// As the user knows it.
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, 64 hexadecimal digits; empty where it could not be read.
    pub hash: String,
    /// The id of the layout by which it was read; `None` where it was refused or is not known.
    pub layout: Option<String>,
}

/// One school year of the input.
#[derive(Clone, Debug)]
pub struct Year {
    /// The school year.
    pub year: SchoolYear,
    /// The sealed facts; `None` where a finding of severity error keeps them from being a county's
    /// snapshot: a school left out, a code twice, a file refused.
    pub snapshot: Option<Snapshot>,
}

/// What was read.
#[derive(Debug)]
pub struct Intake {
    /// By school year, oldest first.
    pub years: Vec<Year>,
    /// Everything that is wrong or worth knowing, in the order of places.
    pub findings: Vec<Finding>,
    /// How many findings are errors, also those that are not listed one by one.
    pub errors: u64,
    /// The files in the order in which they were read.
    pub files: Vec<FileRead>,
    /// Words that were not understood, those first without which nothing can be taken.
    pub unknown: Vec<Unknown>,
    /// Words that the mapping explained.
    pub applied: Vec<Applied>,
    /// The lists that unknown words may be chosen from.
    pub choices: BTreeMap<String, Vec<Choice>>,
    /// The cells that were corrected, with what stood there.
    pub corrected: Vec<Corrected>,
}

impl Intake {
    /// The newest snapshot.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.years.last().and_then(|year| year.snapshot.as_ref())
    }
}

/// Reads files and folders.
///
/// Whatever is wrong in them is a finding: this function has no error. The same files give the
/// same result in every detail, in whatever order the paths are named.
#[must_use]
pub fn read(paths: &[&Path], options: &Options<'_>) -> Intake {
    let mut reading = Reading::new(options);
    let mut found: Vec<Found> = Vec::new();
    for path in paths {
        match find(path, &options.limits) {
            Ok(files) => found.extend(files),
            Err(refusal) => {
                let name: Arc<str> = path.file_name().map_or_else(
                    || Arc::from(path.to_string_lossy()),
                    |name| Arc::from(name.to_string_lossy()),
                );
                reading.refuse(&name, &refusal);
            }
        }
    }
    found.sort();
    found.dedup();
    let total = found.len();
    for (done, file) in found.iter().enumerate() {
        reading.report(Progress { done, total, file: &file.name });
        reading.file(file);
    }
    reading.report(Progress { done: total, total, file: "" });
    reading.finish()
}

/// Reads files whose bytes are at hand, each with the name that findings call it by: an upload, or
/// what has just been written. Otherwise as [`read`].
#[must_use]
pub fn read_bytes(files: &[(&str, &[u8])], options: &Options<'_>) -> Intake {
    let mut reading = Reading::new(options);
    let mut files = files.to_vec();
    files.sort_unstable();
    let total = files.len();
    for (done, (name, bytes)) in files.iter().enumerate() {
        reading.report(Progress { done, total, file: name });
        reading.bytes(&Arc::from(*name), bytes, 0);
    }
    reading.report(Progress { done: total, total, file: "" });
    reading.finish()
}

struct Reading<'a> {
    options: &'a Options<'a>,
    words: Vocabulary<'a>,
    findings: Findings,
    files: Vec<FileRead>,
    hashes: BTreeMap<String, Arc<str>>,
    parts: Vec<(Arc<str>, Part, Years)>,
    corrected: Vec<Corrected>,
    /// A file was refused: what is read is not all.
    refused: bool,
}

impl<'a> Reading<'a> {
    fn new(options: &'a Options<'a>) -> Self {
        Self {
            options,
            words: Vocabulary::new(options),
            findings: Findings::new(options.findings_of_a_kind),
            files: Vec::new(),
            hashes: BTreeMap::new(),
            parts: Vec::new(),
            corrected: Vec::new(),
            refused: false,
        }
    }

    fn report(&self, progress: Progress<'_>) {
        if let Some(call) = self.options.progress {
            call(progress);
        }
    }

    fn refuse(&mut self, name: &Arc<str>, refusal: &Refusal) {
        self.refused = true;
        let text = refusal.to_string();
        // One sentence: what is wrong before the first comma but one, what to do behind it.
        let (message, advice) = match text.rsplit_once("，请") {
            Some((message, advice)) => (format!("{message}。"), format!("请{advice}")),
            None => (text, String::new()),
        };
        self.findings
            .push(Finding::error(code::REFUSED, message).at(Location::file(name)).advise(advice));
    }

    fn file(&mut self, file: &Found) {
        let name: Arc<str> = Arc::from(file.name.as_str());
        let size = std::fs::metadata(&file.path).map_or(0, |about| about.len());
        let limit = self.options.limits.file_bytes;
        let bytes = if size > limit {
            Err(Refusal::TooLarge { found: size, limit })
        } else {
            std::fs::read(&file.path).map_err(|error| Refusal::Unreadable(error.to_string()))
        };
        match bytes {
            Ok(bytes) => self.bytes(&name, &bytes, 0),
            Err(refusal) => {
                self.refuse(&name, &refusal);
                self.files.push(FileRead {
                    name: file.name.clone(),
                    bytes: size,
                    hash: String::new(),
                    layout: None,
                });
            }
        }
    }

    fn bytes(&mut self, name: &Arc<str>, bytes: &[u8], depth: usize) {
        let hash = hex(&Sha256::digest(bytes));
        let record = self.files.len();
        self.files.push(FileRead {
            name: name.to_string(),
            bytes: bytes.len() as u64,
            hash: hash.clone(),
            layout: None,
        });
        if let Some(first) = self.hashes.get(&hash) {
            let message = format!("与文件“{first}”内容完全相同，只读一次。");
            self.findings.push(Finding::notice(code::SAME_FILE, message).at(Location::file(name)));
            return;
        }
        self.hashes.insert(hash, Arc::clone(name));
        let mut book = match Book::open(bytes, &self.options.limits) {
            Ok(book) => book,
            Err(refusal) => return self.refuse(name, &refusal),
        };
        self.extension(name, &book);
        if book.is_archive() {
            let files = book.archive().unwrap_or_default();
            if depth > 0 {
                return self.refuse(name, &Refusal::Other { what: "压缩包中的压缩包" });
            }
            for (inner, bytes) in files {
                let inner: Arc<str> = Arc::from(format!("{name}/{inner}"));
                self.bytes(&inner, &bytes, depth + 1);
            }
            return;
        }
        match book.correct(name, self.options.corrections, &self.options.limits) {
            Ok(corrected) => self.corrected.extend(corrected),
            Err(refusal) => return self.refuse(name, &refusal),
        }
        // What a refused file said so far is dropped with its part: never half an import.
        let mut findings = Findings::new(self.options.findings_of_a_kind);
        match self.book(name, &mut book, &mut findings) {
            Ok(Some((layout, part))) => {
                self.findings.append(findings);
                if let Some(record) = self.files.get_mut(record) {
                    record.layout = Some(layout.id.clone());
                }
                self.parts.push((Arc::clone(name), part, layout.years));
            }
            Ok(None) => {
                let known: Vec<&str> =
                    self.options.layouts.iter().map(|layout| layout.title.as_str()).collect();
                self.findings.push(
                    Finding::warning(code::UNKNOWN_LAYOUT, "不是认识的版式，未读入。")
                        .at(Location::file(name))
                        .advise(format!("认识的版式：{}。", known.join("、"))),
                );
            }
            Err(refusal) => self.refuse(name, &refusal),
        }
    }

    /// A notice where the name of a file promises another format than its bytes keep.
    fn extension(&mut self, name: &Arc<str>, book: &Book) {
        let last = name.rsplit('/').next().unwrap_or(name);
        let extension =
            last.rsplit_once('.').map_or(String::new(), |(_, e)| e.to_ascii_lowercase());
        let right = book.format().extensions();
        if !right.contains(&extension.as_str()) {
            let usual = right.first().copied().unwrap_or_default();
            self.findings.push(
                Finding::notice(
                    code::EXTENSION,
                    format!("扩展名是“.{extension}”，内容实为 .{usual}，已按内容读入。"),
                )
                .at(Location::file(name))
                .advise(format!("建议把扩展名改为 .{usual}。")),
            );
        }
    }

    fn book(
        &mut self,
        name: &Arc<str>,
        book: &mut Book,
        findings: &mut Findings,
    ) -> Result<Option<(&'a Layout, Part)>, Refusal> {
        let options = self.options;
        let limits = &options.limits;
        let mut part = Part::default();
        let stem = stem(name);
        for layout in options.layouts.iter() {
            let Body::Table(table) = &layout.body else { continue };
            let sheets = table::sheets(book, stem, table);
            if sheets.is_empty() {
                continue;
            }
            let context = Context { words: &self.words, layout, limits };
            table::read(book, &sheets, &context, name, &mut part, findings)?;
            unread(
                book,
                &sheets.iter().map(|(index, _)| *index).collect::<Vec<_>>(),
                name,
                findings,
            );
            return Ok(Some((layout, part)));
        }
        let candidates = form_cells::candidates(book, options.layouts);
        if !candidates.is_empty() {
            let read = form_cells::read(
                book,
                &candidates,
                &self.words,
                limits,
                options.year,
                name,
                &mut part,
                findings,
            )?;
            return Ok(read.map(|layout| (layout, part)));
        }
        let Some(found) = export::find(book, options.layouts, limits)? else { return Ok(None) };
        let context = Context { words: &self.words, layout: found.layout, limits };
        export::read(book, &found, &context, (name, stem), &mut part, findings)?;
        Ok(Some((found.layout, part)))
    }

    fn finish(mut self) -> Intake {
        let by_year = self.by_year();
        let mut years: Vec<Year> = Vec::new();
        for (year, part) in by_year {
            let before = years.iter().rev().find_map(|y| y.snapshot.as_ref());
            let previous =
                before.or(self.options.previous.filter(|snapshot| snapshot.year() < year));
            let Checked { snapshot } = checks::check(
                part,
                year,
                self.options,
                previous,
                !self.refused,
                &mut self.findings,
            );
            years.push(Year { year, snapshot });
        }
        let errors = self.findings.errors();
        let (unknown, applied, choices) = std::mem::take(&mut self.findings.words).finish();
        let (findings, files) = (self.findings.sorted(), self.files);
        let corrected = self.corrected;
        Intake { years, findings, errors, files, unknown, applied, choices, corrected }
    }

    /// Puts the parts of each school year together.
    fn by_year(&mut self) -> BTreeMap<SchoolYear, Part> {
        let options = self.options;
        let stated: std::collections::BTreeSet<SchoolYear> = self
            .parts
            .iter()
            .filter_map(|(_, part, _)| part.year.as_ref().map(|y| y.value))
            .collect();
        let only = match (options.year, stated.iter().next(), stated.len()) {
            (Some(year), _, _) => Some(year),
            (None, Some(year), 1) => Some(*year),
            _ => None,
        };
        let mut years: BTreeMap<SchoolYear, Part> = BTreeMap::new();
        for (name, mut part, valid) in std::mem::take(&mut self.parts) {
            let year = part.year.as_ref().map(|said| said.value).or(only);
            let Some(year) = year else {
                let message = if stated.is_empty() {
                    "所有文件都没有写明学年，未读入。".to_owned()
                } else {
                    let list: Vec<String> = stated.iter().map(ToString::to_string).collect();
                    format!(
                        "文件没有写明学年，而同时导入的有 {} 学年，无法归属，未读入。",
                        list.join("、")
                    )
                };
                self.refused = true;
                self.findings.push(
                    Finding::error(code::YEAR_OR_COUNTY, message)
                        .at(Location::file(&name))
                        .advise("请同时导入填有学年的“县区”表，或指定学年。"),
                );
                continue;
            };
            if let Some(wanted) = options.year
                && wanted != year
            {
                let at = part.year.as_ref().map_or_else(|| Location::file(&name), |y| y.at.clone());
                self.refused = true;
                self.findings.push(
                    Finding::error(
                        code::YEAR_OR_COUNTY,
                        format!("文件是 {year} 学年的，要导入的是 {wanted} 学年，未读入。"),
                    )
                    .at(at)
                    .advise("请移走其他学年的文件，或改正学年。"),
                );
                continue;
            }
            if !valid.contains(year) {
                part.broken = true;
                self.findings.push(
                    Finding::error(
                        code::YEAR_OR_COUNTY,
                        format!("文件的版式适用于 {valid}，而数据是 {year} 学年的。"),
                    )
                    .at(Location::file(&name))
                    .advise("请核对学年，或换用该学年的报表。"),
                );
            }
            years.entry(year).or_default().absorb(part, options.catalogue, &mut self.findings);
        }
        if let Some((code, county)) = &options.county {
            let at = Location { file: Arc::from(""), sheet: Arc::from(""), cell: None };
            for part in years.values_mut() {
                part.county_code
                    .get_or_insert_with(|| Said { value: code.clone(), at: at.clone() });
                part.county_name
                    .get_or_insert_with(|| Said { value: county.clone(), at: at.clone() });
            }
        }
        years
    }
}

/// A notice of sheets that hold nothing for us; the guide and hidden sheets of lists are not news.
fn unread(book: &Book, read: &[usize], name: &Arc<str>, findings: &mut Findings) {
    for (index, info) in book.sheets().iter().enumerate() {
        let sheet = key(&info.name);
        // The list of findings of an annotated copy is not news either.
        let guide = ["说明", "填报说明", "填表说明"].contains(&sheet.as_str())
            || sheet.starts_with(crate::annotate::LIST_SHEET);
        if !read.contains(&index) && !info.hidden && !guide {
            findings.push(
                Finding::notice(code::UNKNOWN_LAYOUT, "工作表不在版式中，未读入。")
                    .at(Location::sheet(name, &Arc::from(info.name.as_str())))
                    .advise("如果是需要的数据，请把工作表改为模板中的名称。"),
            );
        }
    }
}

fn stem(name: &str) -> &str {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.rsplit_once('.').map_or(last, |(stem, _)| stem)
}
