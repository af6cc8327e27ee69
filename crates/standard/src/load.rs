//! Loading: from the TOML files of a pack, and of the packs it builds on, to a [`Standard`].
//!
//! The loader refuses what it does not know and what disagrees with itself; every refusal points at
//! a line. Codes of this layer: `S-PACK-01` reference to nothing, `S-PACK-02` defined twice,
//! `S-PACK-03` value not allowed, `S-PACK-04` missing section, `S-PACK-05` units or types do not
//! fit, `S-PACK-06` contradiction.

mod agree;
mod county;
mod parameter;
mod section;
mod target;

use crate::StandardError;
use crate::pack::{self, Document, Text};
use crate::parameter::Parameter;
use crate::standard::{Exclude, Phase, Source, Standard};
use domain::{Catalogue, Exact, Level, Stage, Unit};
use formula::{Definition, Formula, Type, Vocabulary};
use packs::{PackError, PackFile, PackSource, Spanned};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Ids of all standards of a source, sorted.
#[must_use]
pub fn ids(source: &PackSource) -> Vec<String> {
    source.folders("standards")
}

/// Loads a standard and the packs it builds on.
///
/// # Errors
/// [`StandardError`]: no such pack, a circle of bases, or anything wrong in a file.
pub fn load(
    source: &PackSource,
    catalogue: &Arc<Catalogue>,
    id: &str,
) -> Result<Standard, StandardError> {
    let chain = chain(source, id)?;
    let mut loader = Loader::new(source, catalogue, &chain)?;
    loader.parameters()?;
    loader.definitions()?;
    loader.finish()
}

/// A parsed file and where it came from.
struct Parsed<'a> {
    file: &'a PackFile,
    document: Document,
    /// Place of the pack in the chain, base first.
    layer: usize,
}

/// The ids from the base to the pack itself.
fn chain(source: &PackSource, id: &str) -> Result<Vec<String>, StandardError> {
    let known = ids(source);
    let mut chain = vec![id.to_owned()];
    let mut current = id.to_owned();
    loop {
        if !known.contains(&current) {
            return Err(StandardError::Unknown { id: current, known: known.join("、") });
        }
        let file = source.file(&format!("standards/{current}/standard.toml"))?;
        let document: Document = packs::parse(file)?;
        let Some(base) = document.standard.and_then(|head| head.base) else { break };
        let base_id = base.get_ref().clone();
        if !known.contains(&base_id) {
            return Err(at(file, &base, "S-PACK-01", format!("没有标准“{base_id}”")).into());
        }
        if chain.contains(&base_id) {
            return Err(StandardError::Circle(base_id));
        }
        chain.push(base_id.clone());
        current = base_id;
    }
    chain.reverse();
    Ok(chain)
}

/// An error at a spanned value.
fn at<T>(file: &PackFile, place: &Spanned<T>, code: &'static str, message: String) -> PackError {
    PackError::at(file, place.span(), code, message)
}

/// Reads an exact number from a pack text.
fn exact(file: &PackFile, text: &Text) -> Result<Exact, PackError> {
    let raw = text.get_ref();
    let (number, percent) = raw.strip_suffix('%').map_or((raw.as_str(), false), |n| (n, true));
    let value = Exact::parse(number)
        .map_err(|_| at(file, text, "S-PACK-03", format!("“{raw}”不是数字")))?;
    Ok(if percent { &value * &Exact::ratio(1, 100) } else { value })
}

fn unit(file: &PackFile, text: &Text) -> Result<Unit, PackError> {
    Unit::parse(text.get_ref()).map_err(|e| at(file, text, "S-PACK-03", e.to_string()))
}

struct Loader<'a> {
    catalogue: Arc<Catalogue>,
    vocabulary: Vocabulary<'a>,
    files: Vec<Parsed<'a>>,
    ids: Vec<String>,
    hash: String,
    sources: Vec<Source>,
    parameters: Vec<Parameter>,
    definitions: Vec<Definition>,
}

impl<'a> Loader<'a> {
    fn new(
        source: &'a PackSource,
        catalogue: &'a Arc<Catalogue>,
        chain: &[String],
    ) -> Result<Self, StandardError> {
        let mut files = Vec::new();
        let folders: Vec<String> = chain.iter().map(|id| format!("standards/{id}")).collect();
        for (layer, folder) in folders.iter().enumerate() {
            for file in source.toml_files(folder) {
                // Examples are read when they are run; local items by the catalogue's loader.
                let inner = file.path().trim_start_matches(folder).trim_start_matches('/');
                if inner.contains('/') || inner == "items.toml" || inner == "checks.toml" {
                    continue;
                }
                files.push(Parsed { file, document: packs::parse(file)?, layer });
            }
        }
        let mut loader = Self {
            catalogue: Arc::clone(catalogue),
            vocabulary: Vocabulary::new(catalogue),
            files,
            ids: chain.to_vec(),
            hash: source.hash_of_chain(&folders),
            sources: Vec::new(),
            parameters: Vec::new(),
            definitions: Vec::new(),
        };
        loader.sources()?;
        Ok(loader)
    }

    fn sources(&mut self) -> Result<(), StandardError> {
        for parsed in &self.files {
            for entry in &parsed.document.source {
                let key = entry.key.get_ref();
                if self.sources.iter().any(|s| s.key == *key) {
                    let message = format!("来源“{key}”定义了两次");
                    return Err(at(parsed.file, &entry.key, "S-PACK-02", message).into());
                }
                self.sources.push(Source {
                    key: key.clone(),
                    title: entry.title.clone(),
                    number: entry.number.clone(),
                    date: entry.date.0,
                    grade: grade(parsed.file, &entry.grade)?,
                    note: entry.note.clone(),
                });
            }
        }
        Ok(())
    }

    /// The citation of a source by its key: `教督〔2017〕6号第六条`.
    fn cite(&self, file: &PackFile, key: &Text, article: &str) -> Result<String, PackError> {
        let source = self.sources.iter().find(|s| s.key == *key.get_ref()).ok_or_else(|| {
            let known: Vec<_> = self.sources.iter().map(|s| s.key.as_str()).collect();
            let message = format!("没有来源“{}”；已有：{}", key.get_ref(), known.join("、"));
            at(file, key, "S-PACK-01", message)
        })?;
        Ok(format!("{}（{}）{article}", source.title, source.number))
    }

    /// Definitions may stand in any order; each pass takes those whose names are all known.
    fn definitions(&mut self) -> Result<(), StandardError> {
        let mut waiting: Vec<(&PackFile, &pack::Definition)> = self
            .files
            .iter()
            .flat_map(|p| p.document.definition.iter().map(move |d| (p.file, d)))
            .collect();
        for (i, (file, entry)) in waiting.iter().enumerate() {
            let code = entry.code.get_ref();
            if let Some((first, _)) = waiting[..i].iter().find(|(_, e)| e.code.get_ref() == code) {
                let message = format!("名称“{code}”定义了两次（另见 {}）", first.path());
                return Err(at(file, &entry.code, "S-PACK-02", message).into());
            }
        }
        while !waiting.is_empty() {
            let mut later = Vec::new();
            let mut first_error = None;
            let before = waiting.len();
            for (file, entry) in waiting {
                let level = *entry.level.get_ref();
                match parse(&self.vocabulary, file, &entry.formula, level) {
                    Ok(formula) => {
                        let code = entry.code.get_ref();
                        self.vocabulary
                            .definition(code, &entry.zh, level, formula.result().clone())
                            .map_err(|e| at(file, &entry.code, "S-PACK-02", e.to_string()))?;
                        self.definitions.push(Definition {
                            name: code.clone(),
                            zh: entry.zh.clone(),
                            formula,
                        });
                    }
                    Err(error) => {
                        first_error.get_or_insert(error);
                        later.push((file, entry));
                    }
                }
            }
            if later.len() == before
                && let Some(error) = first_error
            {
                return Err(error.into());
            }
            waiting = later;
        }
        Ok(())
    }

    /// The head of a layer and the file it stands in.
    fn head(&self, layer: usize) -> Result<(&'a PackFile, &pack::Head), PackError> {
        let mut heads = self
            .files
            .iter()
            .filter(|p| p.layer == layer)
            .filter_map(|p| p.document.standard.as_ref().map(|head| (p.file, head)));
        let (file, head) = heads.next().ok_or_else(|| {
            let mut own = self.files.iter().filter(|p| p.layer == layer);
            let named = own.clone().find(|p| p.file.path().ends_with("/standard.toml"));
            let file = named.or_else(|| own.next()).unwrap_or(&self.files[0]).file;
            PackError::at(file, 0..0, "S-PACK-04", "缺少 [standard] 一节".to_owned())
        })?;
        if let Some((second, head)) = heads.next() {
            return Err(at(second, &head.id, "S-PACK-02", "[standard] 写了两次".to_owned()));
        }
        // The chain of bases is read from there.
        if !file.path().ends_with("/standard.toml") {
            let message = "[standard] 一节要写在 standard.toml 里".to_owned();
            return Err(at(file, &head.id, "S-PACK-03", message));
        }
        if head.valid_to.is_some_and(|to| to.0 < head.valid_from.0) {
            let message = "失效日期 valid_to 早于施行日期 valid_from".to_owned();
            return Err(at(file, &head.id, "S-PACK-06", message));
        }
        if *head.id.get_ref() != self.ids[layer] {
            let message = format!("标准代码应与文件夹名“{}”相同", self.ids[layer]);
            return Err(at(file, &head.id, "S-PACK-03", message));
        }
        Ok((file, head))
    }

    /// The only one of a section that may stand once, looked for from the overlay down.
    fn last<T>(&self, pick: impl Fn(&Document) -> Option<&T>) -> Option<(&'a PackFile, &T)> {
        self.files
            .iter()
            .rev()
            .find_map(|parsed| pick(&parsed.document).map(|found| (parsed.file, found)))
    }

    fn formula(&self, file: &PackFile, text: &Text, level: Level) -> Result<Formula, PackError> {
        parse(&self.vocabulary, file, text, level)
    }

    /// A formula whose result must be of a type.
    fn typed(
        &self,
        file: &PackFile,
        text: &Text,
        level: Level,
        wanted: &Type,
    ) -> Result<Formula, PackError> {
        let formula = self.formula(file, text, level)?;
        if formula.result().is_same(wanted) {
            Ok(formula)
        } else {
            let message = format!("公式的结果是{}，这里要{wanted}", formula.result());
            Err(at(file, text, "S-PACK-05", message))
        }
    }

    fn finish(self) -> Result<Standard, StandardError> {
        let top = self.ids.len() - 1;
        let (head_file, head) = self.head(top)?;
        for layer in 0..top {
            self.head(layer)?;
        }
        let statistics_date = self.statistics_date(head_file)?;
        self.sections_once()?;
        let (weights, weights_text, kindergarten_parameter) = self.weights()?;
        let Some((scope_file, scope)) = self.last(|d| d.scope.as_ref()) else {
            let message = "缺少 [scope] 一节".to_owned();
            return Err(PackError::at(head_file, 0..0, "S-PACK-04", message).into());
        };
        let mut stages = Vec::new();
        for text in &scope.stages {
            let stage = Stage::from_label(text.get_ref())
                .filter(|s| Stage::COMPULSORY.contains(s))
                .ok_or_else(|| {
                    let message = format!("“{}”不是 primary 或 junior", text.get_ref());
                    at(scope_file, text, "S-PACK-03", message)
                })?;
            if stages.contains(&stage) {
                let message = format!("{stage}写了两次");
                return Err(at(scope_file, text, "S-PACK-02", message).into());
            }
            stages.push(stage);
        }
        if stages.is_empty() {
            let message = "[scope] 的 stages 至少要有一个学段".to_owned();
            return Err(PackError::at(scope_file, 0..0, "S-PACK-04", message).into());
        }
        let mut excludes = Vec::new();
        for (index, entry) in scope.exclude.iter().enumerate() {
            let code = entry.code.get_ref();
            if scope.exclude[..index].iter().any(|e| e.code.get_ref() == code) {
                let message = format!("“{code}”定义了两次");
                return Err(at(scope_file, &entry.code, "S-PACK-02", message).into());
            }
            self.cite(scope_file, &entry.clause, "")?;
            excludes.push(Exclude {
                when: self.typed(scope_file, &entry.when, Level::Section, &Type::Flag)?,
                reason: entry.reason.clone(),
            });
        }
        let section_rule = self.section_rule()?;
        let indicators = self.indicators(&stages)?;
        let groups = self.groups()?;
        let county_indicators = self.county_indicators(&groups)?;
        self.codes_differ(&indicators, &county_indicators)?;
        if let Some(rule) = &section_rule {
            self.grades_reachable(rule, &indicators)?;
        }
        Ok(Standard {
            id: head.id.get_ref().clone(),
            chain: self.ids.iter().rev().cloned().collect(),
            title: head.title.clone(),
            short: head.short.clone(),
            version: head.version.clone(),
            valid_from: head.valid_from.0,
            valid_to: head.valid_to.map(|day| day.0),
            text: head.text.clone(),
            hash: self.hash.clone(),
            statistics_date,
            catalogue: Arc::clone(&self.catalogue),
            weights,
            weights_text,
            kindergarten_parameter,
            scope_text: scope.text.clone(),
            branch_parameter: self.merging(scope_file, scope.branch_parameter.as_ref())?,
            small_point_parameter: self
                .merging(scope_file, scope.small_point_parameter.as_ref())?,
            excludes,
            section_rule,
            coefficient: self.coefficient()?,
            phases: self.phases()?,
            targets: self.targets(&stages, &indicators, &county_indicators)?,
            stages,
            indicators,
            groups,
            county_indicators,
            sources: self.sources,
            parameters: self.parameters,
            definitions: self.definitions,
        })
    }

    fn statistics_date(&self, file: &PackFile) -> Result<(i8, i8), PackError> {
        let found = self.files.iter().rev().find_map(|p| {
            let text = p.document.standard.as_ref()?.statistics_date.as_ref()?;
            Some((p.file, text))
        });
        let Some((file, text)) = found else {
            let message = "缺少 statistics_date(统计时点的月-日)".to_owned();
            return Err(PackError::at(file, 0..0, "S-PACK-04", message));
        };
        // A year without 29 February: the day must exist in every year.
        format!("2001-{}", text.get_ref())
            .parse::<jiff::civil::Date>()
            .map(|date| (date.month(), date.day()))
            .map_err(|_| {
                at(file, text, "S-PACK-03", "要写成“月-日”，每年都有这一天，如 09-01".to_owned())
            })
    }

    fn weights(&self) -> Result<([Exact; 3], String, Option<usize>), PackError> {
        let Some((file, weights)) = self.last(|d| d.weights.as_ref()) else {
            return Ok(([Exact::ONE, Exact::ONE, Exact::ONE], String::new(), None));
        };
        self.cite(file, &weights.clause, "")?;
        let weight = |text: &Text| -> Result<Exact, PackError> {
            let value = exact(file, text)?;
            if value > Exact::ZERO {
                Ok(value)
            } else {
                Err(at(file, text, "S-PACK-03", "权重要大于 0".to_owned()))
            }
        };
        Ok((
            [weight(&weights.primary)?, weight(&weights.junior)?, weight(&weights.senior)?],
            weights.text.clone(),
            self.pure_number(file, weights.kindergarten_parameter.as_ref())?,
        ))
    }

    fn phases(&self) -> Result<Vec<Phase>, PackError> {
        let mut phases = Vec::new();
        for parsed in &self.files {
            for entry in &parsed.document.phase {
                let month = |text: &Text| -> Result<String, PackError> {
                    format!("{}-01", text.get_ref())
                        .parse::<jiff::civil::Date>()
                        .map(|_| text.get_ref().clone())
                        .map_err(|_| {
                            let message = "要写成“年-月”，如 2022-01".to_owned();
                            at(parsed.file, text, "S-PACK-03", message)
                        })
                };
                let (from, to) = (month(&entry.from)?, month(&entry.to)?);
                if from > to {
                    let message = format!("阶段“{}”的结束早于开始", entry.zh);
                    return Err(at(parsed.file, &entry.to, "S-PACK-06", message));
                }
                phases.push(Phase { zh: entry.zh.clone(), from, to });
            }
        }
        Ok(phases)
    }
}

/// Parses a formula of a pack; its errors point into the file.
fn parse(
    vocabulary: &Vocabulary<'_>,
    file: &PackFile,
    text: &Text,
    level: Level,
) -> Result<Formula, PackError> {
    Formula::parse(text.get_ref(), vocabulary, level).map_err(|e| formula_error(file, text, &e))
}

fn formula_error(file: &PackFile, text: &Text, error: &formula::FormulaError) -> PackError {
    let inner: Range<usize> = error.span();
    PackError::at(file, file.inner(text, inner), error.code(), error.problem().to_string())
}

/// A grade of certainty.
fn grade(file: &PackFile, text: &Text) -> Result<String, PackError> {
    const GRADES: [&str; 5] = ["A", "A-", "B", "C", "K"];
    if GRADES.contains(&text.get_ref().as_str()) {
        Ok(text.get_ref().clone())
    } else {
        let message = format!("确定程度只能是 {}", GRADES.join("、"));
        Err(at(file, text, "S-PACK-03", message))
    }
}

/// Refuses a code that stands twice; an overlay may replace what its base has by saying so.
/// Returns the place of the entry that is replaced.
fn place_of(
    known: &BTreeMap<String, (usize, usize, String)>,
    file: &PackFile,
    code: &Text,
    replaces: bool,
    layer: usize,
    clause: &str,
) -> Result<Option<usize>, PackError> {
    let name = code.get_ref();
    match (known.get(name), replaces) {
        (None, false) => Ok(None),
        (Some((index, earlier, _)), true) if *earlier < layer => Ok(Some(*index)),
        (None, true) => Err(at(file, code, "S-PACK-01", format!("“{name}”要替换的规则不存在"))),
        (Some((_, _, first)), _) => {
            let message = format!(
                "两条规则都用“{name}”并且都适用：一条据 {first}，一条据 {clause}；地方标准要改国家规则时写 replaces = true"
            );
            Err(at(file, code, "S-PACK-06", message))
        }
    }
}
