//! Loading the groups and indicators of the county.

use super::{Loader, at, place_of, unit};
use crate::pack::{self, Text};
use crate::standard::{CountyIndicator, Group, Part, Test};
use domain::{Level, Unit};
use formula::{Formula, Type};
use packs::{PackError, PackFile};
use std::collections::BTreeMap;

impl Loader<'_> {
    pub(super) fn groups(&self) -> Result<Vec<Group>, PackError> {
        let mut groups: Vec<Group> = Vec::new();
        for parsed in &self.files {
            for entry in &parsed.document.group {
                let code = entry.code.get_ref();
                if groups.iter().any(|g| g.code == *code) {
                    let message = format!("指标组“{code}”定义了两次");
                    return Err(at(parsed.file, &entry.code, "S-PACK-02", message));
                }
                groups.push(Group {
                    code: code.clone(),
                    zh: entry.zh.clone(),
                    clause: self.cite(parsed.file, &entry.clause, &entry.article)?,
                    text: entry.text.clone(),
                    decides: entry.decides,
                });
            }
        }
        Ok(groups)
    }

    pub(super) fn county_indicators(
        &self,
        groups: &[Group],
    ) -> Result<Vec<CountyIndicator>, PackError> {
        let mut indicators: Vec<CountyIndicator> = Vec::new();
        let mut known: BTreeMap<String, (usize, usize, String)> = BTreeMap::new();
        for parsed in &self.files {
            for entry in &parsed.document.county_indicator {
                let file = parsed.file;
                let name = entry.group.get_ref();
                if groups.iter().all(|g| g.code != *name) {
                    let message = format!("没有指标组“{name}”");
                    return Err(at(file, &entry.group, "S-PACK-01", message));
                }
                let clause = match &entry.clause {
                    Some(key) => self.cite(file, key, &entry.article)?,
                    None => self.cite_group(name, &entry.article)?,
                };
                let place =
                    place_of(&known, file, &entry.code, entry.replaces, parsed.layer, &clause)?;
                if entry.part.is_empty() {
                    let message = format!("指标“{}”没有要点", entry.code.get_ref());
                    return Err(at(file, &entry.code, "S-PACK-04", message));
                }
                let mut parts: Vec<Part> = Vec::new();
                for part in &entry.part {
                    if parts.iter().any(|p| p.code == *part.code.get_ref()) {
                        let message = format!("要点“{}”定义了两次", part.code.get_ref());
                        return Err(at(file, &part.code, "S-PACK-02", message));
                    }
                    parts.push(self.part(file, part)?);
                }
                let indicator = CountyIndicator {
                    code: entry.code.get_ref().clone(),
                    group: name.clone(),
                    zh: entry.zh.clone(),
                    clause: clause.clone(),
                    needs_one_part: entry.needs_one_part,
                    parts,
                };
                let index = place.unwrap_or(indicators.len());
                known.insert(indicator.code.clone(), (index, parsed.layer, clause));
                if index < indicators.len() {
                    indicators[index] = indicator;
                } else {
                    indicators.push(indicator);
                }
            }
        }
        Ok(indicators)
    }

    /// The citation of an article of the document that a group cites.
    fn cite_group(&self, code: &str, article: &str) -> Result<String, PackError> {
        for parsed in &self.files {
            if let Some(group) = parsed.document.group.iter().find(|g| g.code.get_ref() == code) {
                return self.cite(parsed.file, &group.clause, article);
            }
        }
        Ok(article.to_owned())
    }

    fn part(&self, file: &PackFile, entry: &pack::Part) -> Result<Part, PackError> {
        let level = entry.level.as_ref().map_or(Level::County, |l| *l.get_ref());
        if !matches!(level, Level::County | Level::School | Level::Section) {
            let place = entry.level.as_ref().map_or(entry.code.span(), packs::Spanned::span);
            let message = "逐项检查只能按县、校或学段".to_owned();
            return Err(PackError::at(file, place, "S-PACK-03", message));
        }
        let part_unit = entry.unit.as_ref().map_or(Ok(Unit::ONE), |text| unit(file, text))?;
        let number = Type::Number(part_unit.clone());
        let optional = |text: Option<&Text>, wanted: &Type| -> Result<Option<Formula>, PackError> {
            text.map(|t| self.typed(file, t, level, wanted)).transpose()
        };
        let value = optional(entry.value.as_ref(), &number)?;
        let bounds: Vec<(&str, &Text)> = [
            ("at_least", &entry.at_least),
            ("at_most", &entry.at_most),
            ("below", &entry.below),
            ("holds", &entry.holds),
        ]
        .into_iter()
        .filter_map(|(name, text)| text.as_ref().map(|t| (name, t)))
        .collect();
        let test = match bounds.as_slice() {
            [] if entry.attested => Test::Attested,
            [] if entry.informative && value.is_some() => Test::None,
            [] => {
                let message = "要点要写 attested、informative 或一个判断".to_owned();
                return Err(at(file, &entry.code, "S-PACK-04", message));
            }
            [("holds", text)] => Test::Holds(self.typed(file, text, level, &Type::Flag)?),
            [(name, text)] if value.is_some() => {
                let bound = self.typed(file, text, level, &number)?;
                match *name {
                    "at_least" => Test::AtLeast(bound),
                    "at_most" => Test::AtMost(bound),
                    _ => Test::Below(bound),
                }
            }
            [(_, text)] => {
                let message = "有上下限的要点要写 value".to_owned();
                return Err(at(file, text, "S-PACK-04", message));
            }
            [_, (_, second), ..] => {
                let message = "一个要点只能有一个判断".to_owned();
                return Err(at(file, second, "S-PACK-06", message));
            }
        };
        let computed = !bounds.is_empty() || value.is_some() || entry.when.is_some();
        if entry.attested && computed {
            let message = "要点不能既以佐证认定又以公式计算".to_owned();
            return Err(at(file, &entry.code, "S-PACK-06", message));
        }
        let required = entry.required.clone().unwrap_or_else(|| required(&test, &part_unit));
        Ok(Part {
            code: entry.code.get_ref().clone(),
            zh: entry.zh.clone(),
            level,
            all_schools: entry.all_schools,
            informative: entry.informative,
            may_not_apply: entry.may_not_apply,
            when: optional(entry.when.as_ref(), &Type::Flag)?,
            value,
            unit: part_unit,
            decimals: entry.decimals,
            test,
            required,
        })
    }
}

/// What is required, in words.
fn required(test: &Test, unit: &Unit) -> String {
    let bound = |sign: &str, formula: &Formula| {
        let source = formula.source();
        let figure = source.chars().next().is_some_and(|c| c.is_ascii_digit());
        if figure || unit.is_one() {
            format!("{sign} {source}")
        } else {
            format!("{sign} {}", formula.to_chinese())
        }
    };
    match test {
        Test::Attested => "有佐证材料、责任人和日期".to_owned(),
        Test::None => String::new(),
        Test::AtLeast(f) => bound("≥", f),
        Test::AtMost(f) => bound("≤", f),
        Test::Below(f) => bound("<", f),
        Test::Holds(f) => f.to_chinese(),
    }
}
