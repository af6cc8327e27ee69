//! The file in which a county writes its plan's settings: strict TOML, every refusal at its line.
//!
//! ```toml
//! [plan]
//! title = "示例县规划"
//! first = 2025          # 数据年份的下一年
//! years = 5
//! costs = "cn-county-2023"
//!
//! [[fund]]
//! code = "county"
//! zh = "县级财政"
//! carry = true
//! budget = { 2025 = "2000", 2026 = "2000", 2027 = "2000", 2028 = "2000", 2029 = "2000" }
//!
//! [[line]]
//! indicator = "L1"
//! year = 2025
//! at_least = "95%"
//! ```

mod pupils;
mod regroup;

use self::pupils::RawPupils;
use self::regroup::{RawMerge, RawOuter, RawShift};
use crate::InvestError;
use crate::costs::{self, CostCatalogue, NewRoom, RawPrice, RawRoom, amount, at, exact, quantity};
use crate::settings::{Committed, Fund, Gain, Limits, Line, Project, Settings};
use domain::{Catalogue, Exact, Level, SchoolCode, SchoolYear, Stage};
use packs::{PackError, PackFile, PackSource, Spanned};
use serde::Deserialize;
use std::collections::BTreeMap;

type Text = Spanned<String>;
type ByYear = BTreeMap<Text, Text>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    plan: Head,
    pupils: Option<RawPupils>,
    #[serde(default)]
    fund: Vec<RawFund>,
    posts: Option<ByYear>,
    #[serde(default)]
    land: Vec<RawLand>,
    #[serde(default)]
    line: Vec<RawLine>,
    #[serde(default)]
    project: Vec<RawProject>,
    #[serde(default)]
    committed: Vec<RawCommitted>,
    #[serde(default)]
    shift: Vec<RawShift>,
    #[serde(default)]
    merge: Vec<RawMerge>,
    outer: Option<Spanned<RawOuter>>,
    #[serde(default)]
    cost: Vec<RawCost>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: String,
    first: Spanned<i16>,
    years: Spanned<u8>,
    finish: Option<Spanned<i16>>,
    costs: Text,
    discount: Option<Text>,
    per_school: Option<Text>,
    per_action: Option<Text>,
    touch: Option<[Text; 2]>,
    conditions: Option<Vec<String>>,
    land_elsewhere: Option<Text>,
    #[serde(default)]
    without: Vec<Text>,
    seconds: Option<u32>,
    gap: Option<Text>,
    seed: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFund {
    code: Text,
    zh: String,
    #[serde(default)]
    only_for: Vec<Text>,
    #[serde(default)]
    carry: bool,
    budget: ByYear,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLand {
    school: Text,
    area: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    indicator: String,
    year: Spanned<i16>,
    at_least: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGain {
    item: Text,
    stage: Option<Stage>,
    amount: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProject {
    code: Text,
    zh: String,
    school: Text,
    category: Text,
    cost: Text,
    lead: u8,
    earliest: Option<i16>,
    latest: Option<i16>,
    #[serde(default)]
    adds: Vec<RawGain>,
    #[serde(default)]
    rooms: Vec<RawRoom>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCommitted {
    code: Text,
    zh: String,
    school: Option<Text>,
    category: Text,
    fund: Option<Text>,
    payments: ByYear,
    opens: Option<i16>,
    #[serde(default)]
    adds: Vec<RawGain>,
    #[serde(default)]
    rooms: Vec<RawRoom>,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCost {
    measure: Text,
    price: RawPrice,
}

/// A plan's file, read: the settings and the cost catalogue with the county's own figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFile {
    /// The settings.
    pub settings: Settings,
    /// The cost catalogue; the file's own prices hold before those of the pack.
    pub costs: CostCatalogue,
}

struct Reader<'a> {
    file: &'a PackFile,
    items: &'a Catalogue,
    costs: CostCatalogue,
    years: (SchoolYear, SchoolYear),
}

/// Reads a plan's file.
///
/// # Errors
/// `P-TOML-…` and `V-FILE-…` at the line that is wrong; [`InvestError::UnknownCosts`].
pub fn read(
    file: &PackFile,
    source: &PackSource,
    items: &Catalogue,
) -> Result<PlanFile, InvestError> {
    let document: Document = packs::parse(file)?;
    let head = &document.plan;
    let (first, count) = (*head.first.get_ref(), *head.years.get_ref());
    if !(1..=15).contains(&count) {
        return Err(at(file, &head.years, "V-FILE-12", "规划期应为 1 至 15 年").into());
    }
    if !(2000..=2100).contains(&first) {
        return Err(at(file, &head.first, "V-FILE-13", "学年应在 2000 至 2100 之间").into());
    }
    let last = first + i16::from(count) - 1;
    let years = (SchoolYear(first), SchoolYear(last));
    let mut reader =
        Reader { file, items, costs: costs::load(source, items, head.costs.get_ref())?, years };
    reader.own_prices(&document.cost)?;
    let settings = reader.settings(&document)?;
    Ok(PlanFile { settings, costs: reader.costs })
}

impl Reader<'_> {
    fn own_prices(&mut self, own: &[RawCost]) -> Result<(), PackError> {
        for raw in own {
            let price = costs::price(self.file, &raw.price, &[])?;
            let code = raw.measure.get_ref();
            match self.costs.measures.iter_mut().find(|m| m.code == *code) {
                Some(measure) => measure.prices.push(price),
                None => return Err(self.unknown_measure(&raw.measure)),
            }
        }
        Ok(())
    }

    fn unknown_measure(&self, code: &Text) -> PackError {
        let known: Vec<&str> = self.costs.measures.iter().map(|m| m.code.as_str()).collect();
        at(self.file, code, "V-FILE-14", &format!("没有措施“{}”", code.get_ref()))
            .with_help(format!("可用的措施：{}", known.join("、")))
    }

    fn settings(&self, document: &Document) -> Result<Settings, PackError> {
        let head = &document.plan;
        let data = SchoolYear(self.years.0.0 - 1);
        let base = Settings::unlimited(data, *head.years.get_ref());
        let finish = match &head.finish {
            Some(year) => self.year(year)?,
            None => self.years.1,
        };
        for code in &head.without {
            if !self.costs.measures.iter().any(|m| m.code == *code.get_ref()) {
                return Err(self.unknown_measure(code));
            }
        }
        let optional = |text: &Option<Text>, default: Exact| {
            text.as_ref().map_or(Ok(default), |text| amount(self.file, text))
        };
        let limits = Limits {
            seconds: head.seconds.unwrap_or(base.limits.seconds),
            gap: optional(&head.gap, base.limits.gap)?,
            seed: head.seed.unwrap_or(base.limits.seed),
        };
        let mut land = BTreeMap::new();
        for raw in &document.land {
            land.insert(self.school(&raw.school)?, amount(self.file, &raw.area)?);
        }
        let mut lines = Vec::new();
        for raw in &document.line {
            lines.push(Line {
                indicator: raw.indicator.clone(),
                year: self.year(&raw.year)?,
                at_least: amount(self.file, &raw.at_least)?,
            });
        }
        Ok(Settings {
            title: head.title.clone(),
            finish,
            discount: optional(&head.discount, base.discount)?,
            pupils: match &document.pupils {
                Some(pupils) => pupils.read(self.file, base.years)?,
                None => base.pupils.clone(),
            },
            conditions: head.conditions.clone(),
            per_school: optional(&head.per_school, Exact::ZERO)?,
            per_action: optional(&head.per_action, Exact::ZERO)?,
            touch: match &head.touch {
                Some([school, action]) => [amount(self.file, school)?, amount(self.file, action)?],
                None => base.touch.clone(),
            },
            funds: self.funds(&document.fund)?,
            posts: match &document.posts {
                Some(posts) => Some(self.by_year(posts, true)?),
                None => None,
            },
            land,
            land_elsewhere: match &head.land_elsewhere {
                Some(area) => Some(amount(self.file, area)?),
                None => None,
            },
            without: head.without.iter().map(|code| code.get_ref().clone()).collect(),
            lines,
            projects: self.projects(&document.project)?,
            committed: self.committed(&document.committed, &document.fund)?,
            shifts: self.shifts(&document.shift)?,
            merges: self.merges(&document.merge)?,
            outer: document.outer.as_ref().map(|outer| self.outer(outer)).transpose()?,
            limits,
            ..base
        })
    }

    fn year(&self, year: &Spanned<i16>) -> Result<SchoolYear, PackError> {
        let found = SchoolYear(*year.get_ref());
        if found < self.years.0 || found > self.years.1 {
            let message = format!("学年不在规划期 {}—{} 内", self.years.0.0, self.years.1.0);
            return Err(at(self.file, year, "V-FILE-15", &message));
        }
        Ok(found)
    }

    fn school(&self, code: &Text) -> Result<SchoolCode, PackError> {
        SchoolCode::parse(code.get_ref())
            .map_err(|error| at(self.file, code, "V-FILE-16", &format!("学校标识码{error}")))
    }

    fn category(&self, code: &Text) -> Result<String, PackError> {
        let known: Vec<&str> = self.costs.categories.iter().map(|c| c.code.as_str()).collect();
        if known.contains(&code.get_ref().as_str()) {
            return Ok(code.get_ref().clone());
        }
        Err(at(self.file, code, "V-FILE-11", &format!("没有资金类别“{}”", code.get_ref()))
            .with_help(format!("可用的类别：{}", known.join("、"))))
    }

    /// Figures by year; with `all`, each year of the horizon must be there: missing is not zero.
    fn by_year(&self, raw: &ByYear, all: bool) -> Result<BTreeMap<SchoolYear, Exact>, PackError> {
        let mut figures = BTreeMap::new();
        for (year, text) in raw {
            let bad = || at(self.file, year, "V-FILE-15", "学年写成四位数字，如 2025");
            let number: i16 = year.get_ref().parse().map_err(|_| bad())?;
            if all && (number < self.years.0.0 || number > self.years.1.0) {
                return Err(bad().with_help("只写规划期内的学年"));
            }
            figures.insert(SchoolYear(number), amount(self.file, text)?);
        }
        if all && let Some((_, anchor)) = raw.last_key_value() {
            for year in self.years.0.0..=self.years.1.0 {
                if !figures.contains_key(&SchoolYear(year)) {
                    let message = format!("缺 {year} 学年的数；没有就写 \"0\"");
                    return Err(at(self.file, anchor, "V-FILE-17", &message));
                }
            }
        }
        Ok(figures)
    }

    fn funds(&self, raw: &[RawFund]) -> Result<Vec<Fund>, PackError> {
        let mut funds: Vec<Fund> = Vec::new();
        for fund in raw {
            if funds.iter().any(|f| f.code == *fund.code.get_ref()) {
                return Err(at(self.file, &fund.code, "V-FILE-07", "资金来源代码重复"));
            }
            if fund.budget.is_empty() {
                return Err(at(self.file, &fund.code, "V-FILE-17", "没有写各年预算"));
            }
            funds.push(Fund {
                code: fund.code.get_ref().clone(),
                zh: fund.zh.clone(),
                only_for: fund
                    .only_for
                    .iter()
                    .map(|c| self.category(c))
                    .collect::<Result<_, _>>()?,
                carry: fund.carry,
                budget: self.by_year(&fund.budget, true)?,
            });
        }
        Ok(funds)
    }

    fn gains(&self, raw: &[RawGain]) -> Result<Vec<Gain>, PackError> {
        raw.iter()
            .map(|gain| {
                let level = if gain.stage.is_some() { Level::Section } else { Level::School };
                Ok(Gain {
                    item: quantity(self.file, self.items, &gain.item, level)?,
                    stage: gain.stage,
                    amount: exact(self.file, &gain.amount)?,
                })
            })
            .collect()
    }

    fn rooms(&self, raw: &[RawRoom]) -> Result<Vec<NewRoom>, PackError> {
        raw.iter().map(|room| costs::room(self.file, room)).collect()
    }

    fn projects(&self, raw: &[RawProject]) -> Result<Vec<Project>, PackError> {
        let mut projects: Vec<Project> = Vec::new();
        for project in raw {
            if projects.iter().any(|p| p.code == *project.code.get_ref()) {
                return Err(at(self.file, &project.code, "V-FILE-07", "项目代码重复"));
            }
            let starts = (
                SchoolYear(project.earliest.unwrap_or(self.years.0.0)).max(self.years.0),
                SchoolYear(project.latest.unwrap_or(self.years.1.0)).min(self.years.1),
            );
            projects.push(Project {
                code: project.code.get_ref().clone(),
                zh: project.zh.clone(),
                school: self.school(&project.school)?,
                category: self.category(&project.category)?,
                cost: amount(self.file, &project.cost)?,
                lead: project.lead,
                starts,
                gains: self.gains(&project.adds)?,
                rooms: self.rooms(&project.rooms)?,
            });
        }
        Ok(projects)
    }

    fn committed(
        &self,
        raw: &[RawCommitted],
        funds: &[RawFund],
    ) -> Result<Vec<Committed>, PackError> {
        let mut committed: Vec<Committed> = Vec::new();
        for project in raw {
            if committed.iter().any(|p| p.code == *project.code.get_ref()) {
                return Err(at(self.file, &project.code, "V-FILE-07", "项目代码重复"));
            }
            if let Some(fund) = &project.fund
                && !funds.iter().any(|f| f.code.get_ref() == fund.get_ref())
            {
                let message = format!("没有资金来源“{}”", fund.get_ref());
                return Err(at(self.file, fund, "V-FILE-18", &message));
            }
            let counted = !project.adds.is_empty() || !project.rooms.is_empty();
            if project.school.is_none() && counted {
                let message = "写了 adds 就要写 school：增加的面积、设备要记在学校名下";
                return Err(at(self.file, &project.code, "V-FILE-19", message));
            }
            if project.opens.is_none() && counted {
                return Err(at(self.file, &project.code, "V-FILE-19", "写了 adds 就要写 opens"));
            }
            committed.push(Committed {
                code: project.code.get_ref().clone(),
                zh: project.zh.clone(),
                school: project.school.as_ref().map(|code| self.school(code)).transpose()?,
                category: self.category(&project.category)?,
                fund: project.fund.as_ref().map(|fund| fund.get_ref().clone()),
                payments: self.by_year(&project.payments, false)?,
                opens: project.opens.map(SchoolYear),
                gains: self.gains(&project.adds)?,
                rooms: self.rooms(&project.rooms)?,
                note: project.note.clone(),
            });
        }
        Ok(committed)
    }
}
