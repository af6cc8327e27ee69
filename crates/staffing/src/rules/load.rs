//! Reads rules: strict TOML, every refusal at its line.

use super::{
    Among, By, Combine, Delay, ExchangeRule, ExchangeRules, ExemptionKind, Figure, Lessons, Of,
    PairingRules, PostRule, PrincipalRules, Retirement, RotationRules, Rules, Share, Source,
    Subject, TrainingRules, Who,
};
use crate::StaffingError;
use domain::{Exact, Stage};
use jiff::civil::Date;
use packs::{PackError, PackFile, PackSource, Spanned};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    rules: Head,
    source: Vec<RawSource>,
    subject: Vec<RawSubject>,
    posts: RawPosts,
    rotation: RawRotation,
    training: RawTraining,
    principals: RawPrincipals,
    pairing: RawPairing,
    exchange: RawExchange,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: Spanned<String>,
    title: String,
    version: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    key: String,
    title: String,
    number: String,
    date: toml::value::Datetime,
    grade: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLessons {
    hours: Vec<Spanned<String>>,
    load: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSubject {
    code: Spanned<String>,
    zh: String,
    #[serde(default)]
    labels: Vec<String>,
    item: Option<String>,
    #[serde(default)]
    structural: bool,
    primary: Option<RawLessons>,
    junior: Option<RawLessons>,
    source: Spanned<String>,
    grade: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPosts {
    teaching: Vec<RawTeaching>,
    rule: Vec<RawPostRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTeaching {
    stages: Vec<Stage>,
    share: Spanned<String>,
    source: Spanned<String>,
    grade: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPostRule {
    code: Spanned<String>,
    zh: String,
    stages: Vec<Stage>,
    pupils_below: Option<Spanned<String>>,
    by: By,
    each: Option<Spanned<String>>,
    per_unit: Option<Spanned<String>>,
    combine: Combine,
    source: Spanned<String>,
    grade: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFigure {
    value: Spanned<String>,
    source: Spanned<String>,
    grade: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRetirement {
    men: Spanned<String>,
    women: Spanned<String>,
    delay: Option<RawDelay>,
    source: Spanned<String>,
    grade: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDelay {
    since: Spanned<String>,
    every: Spanned<String>,
    most: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExemption {
    code: Spanned<String>,
    zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShare {
    code: Spanned<String>,
    zh: String,
    #[serde(default)]
    among: Among,
    #[serde(default)]
    who: Who,
    of: Of,
    at_least: Spanned<String>,
    source: Spanned<String>,
    grade: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCaps {
    leave_section: RawFigure,
    leave_subject: RawFigure,
    keep_backbone: RawFigure,
    commute: RawFigure,
    detour: RawFigure,
    couple: RawFigure,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRotation {
    years_at_school: RawFigure,
    years_to_retirement: RawFigure,
    retirement: RawRetirement,
    rolls: Vec<crate::Roll>,
    posts: Vec<crate::Post>,
    #[serde(default)]
    principals: bool,
    #[serde(default)]
    exemption: Vec<RawExemption>,
    #[serde(default)]
    share: Vec<RawShare>,
    caps: RawCaps,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTraining {
    hours: RawFigure,
    years: RawFigure,
    funds: RawFigure,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrincipals {
    term: RawFigure,
    terms: RawFigure,
    commute: RawFigure,
    weak: RawFigure,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPairing {
    least: RawFigure,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExchange {
    urban: RawFigure,
    grades: Vec<String>,
    #[serde(default)]
    rule: Vec<RawExchangeRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExchangeRule {
    topic: String,
    zh: String,
    source: Spanned<String>,
    grade: String,
}

/// Ids of the rules of a source, sorted.
#[must_use]
pub fn ids(source: &PackSource) -> Vec<String> {
    source.toml_files("staffing").map(|file| stem(file.path()).to_owned()).collect()
}

fn stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml")
}

/// Loads the rules `staffing/<id>.toml`.
///
/// # Errors
/// [`StaffingError::UnknownRules`]; `P-…` and `T-PACK-…` at the line that is wrong.
///
/// ```
/// let rules = staffing::rules::load(&packs::PackSource::embedded(), "cn-county-2024").unwrap();
/// assert_eq!(rules.subject_of("体育").unwrap().code, "pe");
/// assert_eq!(rules.rotation.shares[0].at_least, domain::Exact::ratio(1, 10));
/// ```
pub fn load(source: &PackSource, id: &str) -> Result<Rules, StaffingError> {
    let known = ids(source);
    if !known.iter().any(|other| other == id) {
        return Err(StaffingError::UnknownRules { id: id.to_owned(), known: known.join("、") });
    }
    let file = source.file(&format!("staffing/{id}.toml"))?;
    let document: Document = packs::parse(file)?;
    Ok(Reader { file, keys: document.source.iter().map(|s| s.key.clone()).collect() }
        .rules(document)?)
}

struct Reader<'a> {
    file: &'a PackFile,
    keys: Vec<String>,
}

impl Reader<'_> {
    fn at<T>(&self, place: &Spanned<T>, code: &'static str, message: &str) -> PackError {
        PackError::at(self.file, place.span(), code, message)
    }

    fn exact(&self, text: &Spanned<String>) -> Result<Exact, PackError> {
        let raw = text.get_ref().trim();
        let (number, share) = raw.strip_suffix('%').map_or((raw, false), |n| (n, true));
        let value = Exact::parse(number).map_err(|_| {
            self.at(text, "T-PACK-01", &format!("“{raw}”不是数字"))
                .with_help("写成 \"12.5\" 或 \"10%\"")
        })?;
        if value.is_negative() {
            return Err(self.at(text, "T-PACK-02", "不能小于零"));
        }
        Ok(if share { value * Exact::ratio(1, 100) } else { value })
    }

    fn above_zero(&self, text: &Spanned<String>) -> Result<Exact, PackError> {
        let value = self.exact(text)?;
        if value.is_zero() {
            return Err(self.at(text, "T-PACK-02", "要大于零"));
        }
        Ok(value)
    }

    fn cited(&self, key: &Spanned<String>) -> Result<String, PackError> {
        if self.keys.contains(key.get_ref()) {
            return Ok(key.get_ref().clone());
        }
        Err(self.at(key, "T-PACK-03", &format!("没有出处“{}”", key.get_ref())))
    }

    fn figure(&self, raw: &RawFigure) -> Result<Figure, PackError> {
        let (value, source) = (self.exact(&raw.value)?, self.cited(&raw.source)?);
        Ok(Figure { value, source, grade: raw.grade.clone() })
    }

    fn new_code(&self, known: &[&str], code: &Spanned<String>) -> Result<String, PackError> {
        if known.contains(&code.get_ref().as_str()) {
            return Err(self.at(code, "T-PACK-04", "代码重复"));
        }
        Ok(code.get_ref().clone())
    }

    fn rules(&self, document: Document) -> Result<Rules, PackError> {
        if document.rules.id.get_ref() != stem(self.file.path()) {
            return Err(self.at(&document.rules.id, "T-PACK-05", "id 与文件名不同"));
        }
        let mut subjects: Vec<Subject> = Vec::new();
        for raw in &document.subject {
            let known: Vec<&str> = subjects.iter().map(|s| s.code.as_str()).collect();
            subjects.push(Subject {
                source: (self.cited(&raw.source)?, raw.grade.clone()),
                code: self.new_code(&known, &raw.code)?,
                zh: raw.zh.clone(),
                labels: raw.labels.clone(),
                item: raw.item.clone(),
                structural: raw.structural,
                primary: self.lessons(raw.primary.as_ref(), 6)?,
                junior: self.lessons(raw.junior.as_ref(), 3)?,
            });
        }
        let mut teaching = Vec::new();
        for raw in &document.posts.teaching {
            let (value, source) = (self.exact(&raw.share)?, self.cited(&raw.source)?);
            let figure = Figure { value, source, grade: raw.grade.clone() };
            teaching.extend(raw.stages.iter().map(|stage| (*stage, figure.clone())));
        }
        let mut posts: Vec<PostRule> = Vec::new();
        for raw in &document.posts.rule {
            let known: Vec<&str> = posts.iter().map(|p| p.code.as_str()).collect();
            posts.push(self.post_rule(&known, raw)?);
        }
        Ok(Rules {
            id: document.rules.id.get_ref().clone(),
            hash: packs::hash_of([self.file]),
            sources: document.source.into_iter().map(Source::from).collect(),
            subjects,
            teaching,
            posts,
            rotation: self.rotation(&document.rotation)?,
            training: TrainingRules {
                hours: self.figure(&document.training.hours)?,
                years: self.figure(&document.training.years)?,
                funds: self.figure(&document.training.funds)?,
            },
            principals: PrincipalRules {
                term: self.figure(&document.principals.term)?,
                terms: self.figure(&document.principals.terms)?,
                commute: self.figure(&document.principals.commute)?,
                weak: self.figure(&document.principals.weak)?,
            },
            pairing: PairingRules { least: self.figure(&document.pairing.least)? },
            exchange: self.exchange(&document.exchange)?,
            title: document.rules.title,
            version: document.rules.version,
            text: document.rules.text,
        })
    }

    fn lessons(
        &self,
        raw: Option<&RawLessons>,
        grades: usize,
    ) -> Result<Option<Lessons>, PackError> {
        let Some(raw) = raw else { return Ok(None) };
        if raw.hours.len() != grades {
            let message = format!("课时要按 {grades} 个年级写，写了 {} 个", raw.hours.len());
            return Err(self.at(&raw.load, "T-PACK-06", &message));
        }
        let hours = raw.hours.iter().map(|h| self.exact(h)).collect::<Result<_, _>>()?;
        Ok(Some(Lessons { hours, load: self.above_zero(&raw.load)? }))
    }

    fn post_rule(&self, known: &[&str], raw: &RawPostRule) -> Result<PostRule, PackError> {
        let per_unit = match (&raw.each, &raw.per_unit) {
            (Some(each), None) => {
                let each = self.above_zero(each)?;
                Exact::ONE.checked_div(&each).unwrap_or(Exact::ZERO)
            }
            (None, Some(per_unit)) => self.above_zero(per_unit)?,
            _ => {
                let message = "写 each（多少人一个岗位）或 per_unit（每个单位几个岗位），只写一个";
                return Err(self.at(&raw.code, "T-PACK-07", message));
            }
        };
        Ok(PostRule {
            code: self.new_code(known, &raw.code)?,
            zh: raw.zh.clone(),
            stages: raw.stages.clone(),
            pupils_below: raw.pupils_below.as_ref().map(|p| self.exact(p)).transpose()?,
            by: raw.by,
            per_unit,
            combine: raw.combine,
            source: (self.cited(&raw.source)?, raw.grade.clone()),
        })
    }

    fn exchange(&self, raw: &RawExchange) -> Result<ExchangeRules, PackError> {
        let rule = |raw: &RawExchangeRule| {
            let source = (self.cited(&raw.source)?, raw.grade.clone());
            Ok::<_, PackError>(ExchangeRule {
                topic: raw.topic.clone(),
                zh: raw.zh.clone(),
                source,
            })
        };
        Ok(ExchangeRules {
            urban: self.figure(&raw.urban)?,
            grades: raw.grades.clone(),
            rules: raw.rule.iter().map(rule).collect::<Result<_, _>>()?,
        })
    }

    fn retirement(&self, raw: &RawRetirement) -> Result<Retirement, PackError> {
        let figure = |text: &Spanned<String>| {
            let source = self.cited(&raw.source)?;
            Ok::<_, PackError>(Figure {
                value: self.exact(text)?,
                source,
                grade: raw.grade.clone(),
            })
        };
        let delay = |raw: &RawDelay| {
            let parts = raw.since.get_ref().split_once('-');
            let month = parts.and_then(|(year, month)| {
                Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
            });
            let month = month.ok_or_else(|| {
                self.at(&raw.since, "T-PACK-01", "不是年月").with_help("写成 \"2025-01\"")
            })?;
            let every = self.above_zero(&raw.every)?.small_parts().filter(|(_, of)| *of == 1);
            let every = every.and_then(|(n, _)| i32::try_from(n).ok()).ok_or_else(|| {
                self.at(&raw.every, "T-PACK-01", "要写整月数").with_help("写成 \"4\"")
            })?;
            let since = (month.year(), month.month());
            Ok::<_, PackError>(Delay { since, every, most: figure(&raw.most)? })
        };
        Ok(Retirement {
            men: figure(&raw.men)?,
            women: figure(&raw.women)?,
            delay: raw.delay.as_ref().map(delay).transpose()?,
        })
    }

    fn rotation(&self, raw: &RawRotation) -> Result<RotationRules, PackError> {
        let mut exemptions: Vec<ExemptionKind> = Vec::new();
        for kind in &raw.exemption {
            let known: Vec<&str> = exemptions.iter().map(|e| e.code.as_str()).collect();
            let code = self.new_code(&known, &kind.code)?;
            exemptions.push(ExemptionKind { code, zh: kind.zh.clone() });
        }
        let mut shares: Vec<Share> = Vec::new();
        for share in &raw.share {
            let known: Vec<&str> = shares.iter().map(|s| s.code.as_str()).collect();
            shares.push(Share {
                code: self.new_code(&known, &share.code)?,
                zh: share.zh.clone(),
                among: share.among,
                who: share.who,
                of: share.of,
                at_least: self.exact(&share.at_least)?,
                source: (self.cited(&share.source)?, share.grade.clone()),
            });
        }
        Ok(RotationRules {
            years_at_school: self.figure(&raw.years_at_school)?,
            years_to_retirement: self.figure(&raw.years_to_retirement)?,
            retirement: self.retirement(&raw.retirement)?,
            rolls: raw.rolls.clone(),
            posts: raw.posts.clone(),
            principals: raw.principals,
            exemptions,
            shares,
            leave_section: self.figure(&raw.caps.leave_section)?,
            leave_subject: self.figure(&raw.caps.leave_subject)?,
            keep_backbone: self.figure(&raw.caps.keep_backbone)?,
            commute: self.figure(&raw.caps.commute)?,
            detour: self.figure(&raw.caps.detour)?,
            couple: self.figure(&raw.caps.couple)?,
        })
    }
}

impl From<RawSource> for Source {
    fn from(raw: RawSource) -> Self {
        let RawSource { key, title, number, date, grade, note } = raw;
        Self { key, title, number, date: date.to_string(), grade, note }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(from: &str, to: &str) -> String {
        let text = PackSource::embedded();
        let text = text.file("staffing/cn-county-2024.toml").unwrap().text().replacen(from, to, 1);
        assert!(text.contains(to), "{to}");
        let source = PackSource::memory([("staffing/cn-county-2024.toml", text.as_str())]);
        load(&source, "cn-county-2024").unwrap_err().code().to_owned()
    }

    #[test]
    fn the_pack_of_the_program_is_read() {
        let rules = load(&PackSource::embedded(), "cn-county-2024").unwrap();
        assert_eq!(rules.rotation.shares.len(), 2);
        assert_eq!(rules.subject("pe").unwrap().item.as_deref(), Some("teachers_pe"));
        assert_eq!(rules.posts[0].per_unit, Exact::ratio(1, 19));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        assert_eq!(refusal("load = \"13\"", "load = \"十三\""), "T-PACK-01");
        assert_eq!(refusal("load = \"13\"", "load = \"0\""), "T-PACK-02");
        assert_eq!(refusal("source = \"课程\"", "source = \"无\""), "T-PACK-03");
        assert_eq!(refusal("code = \"mathematics\"", "code = \"chinese\""), "T-PACK-04");
        assert_eq!(refusal("id = \"cn-county-2024\"", "id = \"x\""), "T-PACK-05");
        assert_eq!(refusal("hours = [\"5\", \"5\", \"5\"]", "hours = [\"5\"]"), "T-PACK-06");
        assert_eq!(refusal("each = \"19\"", "per_unit = \"1\"\neach = \"19\""), "T-PACK-07");
        assert_eq!(refusal("since = \"2025-01\"", "since = \"2025\""), "T-PACK-01");
        assert_eq!(refusal("every = \"4\"", "every = \"4.5\""), "T-PACK-01");
        assert_eq!(refusal("at_least = \"10%\"", "atleast = \"10%\""), "P-TOML-02");
    }
}
