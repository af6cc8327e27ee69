//! From what the files said to a snapshot: structure, cross-checks, what is missing.

use crate::cell::short;
use crate::finding::{Finding, Findings, Location, Severity, code};
use crate::part::{Part, PartSchool, location, zh};
use crate::read::Options;
use domain::{
    Catalogue, Draft, Facts, ItemId, Level, Place, School, SchoolYear, Section, Snapshot, Stage,
    Value,
};
use items::CheckFinding;
use std::collections::{BTreeMap, BTreeSet};

/// What came of a part.
pub(crate) struct Checked {
    pub(crate) snapshot: Option<Snapshot>,
}

/// Checks a year and seals it. `whole` says that no file was refused.
pub(crate) fn check(
    mut part: Part,
    year: SchoolYear,
    options: &Options<'_>,
    previous: Option<&Snapshot>,
    whole: bool,
    findings: &mut Findings,
) -> Checked {
    part.drop_conflicts();
    same_names(&part, findings);
    let mut fit = whole && !part.broken;
    let Some(draft) = draft(part, year, options.catalogue, &mut fit, findings) else {
        return Checked { snapshot: None };
    };
    let snapshot = match draft.seal(options.catalogue) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            findings.push(
                Finding::error(code::SEAL, format!("{year} 学年的数据不能成为一份快照：{error}。"))
                    .advise("请改正后重新导入。"),
            );
            return Checked { snapshot: None };
        }
    };
    missing(&snapshot, options.catalogue, findings);
    if let Some(items) = options.items {
        items.run_each(&snapshot, previous, |finding| {
            findings.push(cross(&finding, &snapshot, options.catalogue));
        });
    }
    Checked { snapshot: fit.then_some(snapshot) }
}

/// One name under two codes: often one school entered twice.
fn same_names(part: &Part, findings: &mut Findings) {
    let mut by_name: BTreeMap<&str, &PartSchool> = BTreeMap::new();
    for school in part.schools.iter().filter(|school| !school.name.is_empty()) {
        let Some(first) = by_name.get(school.name.as_str()) else {
            by_name.insert(&school.name, school);
            continue;
        };
        findings.push(
            Finding::warning(
                code::DUPLICATE_NAME,
                format!("校名相同而标识码不同：{} 与 {}。", first.code, school.code),
            )
            .at(school.at.clone())
            .and_at(first.at.clone())
            .of(school.code.as_str(), &school.name)
            .advise("请确认是不是同一所学校填了两次；是分校区的，请在校名中注明。"),
        );
    }
}

fn draft(
    part: Part,
    year: SchoolYear,
    catalogue: &Catalogue,
    fit: &mut bool,
    findings: &mut Findings,
) -> Option<Draft> {
    let Some(county_code) = part.county_code else {
        findings.push(
            Finding::error(
                code::YEAR_OR_COUNTY,
                format!("{year} 学年的文件没有写明行政区划代码。"),
            )
            .advise("请同时导入填有代码和名称的“县区”表。"),
        );
        return None;
    };
    let name = part.county_name.map_or_else(
        || {
            findings.push(
                Finding::warning(
                    code::YEAR_OR_COUNTY,
                    format!("没有写明县（市、区）名称，暂以代码 {} 代替。", county_code.value),
                )
                .at(county_code.at.clone())
                .advise("请在“县区”表中填写名称。"),
            );
            county_code.value.to_string()
        },
        |said| said.value,
    );
    let mut draft = Draft::new(county_code.value, name, year);
    draft.county.facts = part.county;
    draft.county.attestations = part.attestations.into_iter().map(|said| said.value).collect();
    draft.origins = part.origins;
    let codes: BTreeSet<String> =
        part.schools.iter().map(|school| school.code.as_str().to_owned()).collect();
    for mut school in part.schools {
        if let Some(parent) = &school.parent
            && !codes.contains(parent.value.as_str())
        {
            *fit = false;
            findings.push(
                Finding::error(
                    code::UNKNOWN_SCHOOL,
                    format!("主校标识码 {} 不在导入的学校中。", parent.value),
                )
                .at(parent.at.clone())
                .of(school.code.as_str(), &school.name)
                .advise("请改正主校标识码，或补上主校。"),
            );
            school.parent = None;
        }
        match self::school(school, &draft, catalogue, findings) {
            Some(school) => draft.schools.push(school),
            None => *fit = false,
        }
    }
    Some(draft)
}

/// A school with the sections of its kind, and attached ones; `None` with a finding where it is
/// only named by a list, or its kind is not known.
fn school(
    mut part: PartSchool,
    draft: &Draft,
    catalogue: &Catalogue,
    findings: &mut Findings,
) -> Option<School> {
    let Some(kind) = part.kind.take() else {
        if part.kind_told {
            return None;
        }
        let (code, message, advice) = if part.described {
            (code::UNKNOWN_KIND, "没有一个文件写明办学类型，该校未读入。", "请填写规定的办学类型。")
        } else {
            (
                code::UNKNOWN_SCHOOL,
                "名册中的学校标识码不在学校表中，该校的班级、教室未读入。",
                "请改正标识码，或在学校表中补上该校。",
            )
        };
        findings.push(
            Finding::error(code, message)
                .at(part.at.clone())
                .of(part.code.as_str(), &part.name)
                .advise(advice),
        );
        return None;
    };
    let own = kind.value.stages();
    let sections = std::mem::take(&mut part.sections);
    let mut kept = Vec::new();
    for (stage, section) in Stage::ALL.into_iter().zip(sections) {
        if own.contains(&stage) {
            kept.push(Section { stage, attached: false, facts: section.facts });
        } else if section.attached {
            kept.push(Section { stage, attached: true, facts: section.facts });
        } else {
            strangers(&part, kind.value, stage, &section.facts, (draft, catalogue), findings);
        }
    }
    Some(School {
        code: part.code,
        name: part.name,
        kind: kind.value,
        parent: part.parent.map(|said| said.value),
        facts: part.facts,
        sections: kept,
        classes: part.classes,
        rooms: part.rooms,
    })
}

/// Figures for a stage that the school has not: an error, unless they are all zero or `—`, which
/// people write into columns that do not concern them.
fn strangers(
    part: &PartSchool,
    kind: domain::SchoolKind,
    stage: Stage,
    facts: &Facts,
    (draft, catalogue): (&Draft, &Catalogue),
    findings: &mut Findings,
) {
    let telling: Vec<_> = facts
        .iter()
        .filter(|(_, fact)| match &fact.value {
            Value::Number(n) => !n.is_zero(),
            Value::Flag(flag) => *flag,
            Value::NotApplicable => false,
            Value::Code(_) | Value::Text(_) | Value::Date(_) => true,
        })
        .collect();
    let Some((item, fact)) = telling.first() else { return };
    let item = catalogue.item(*item);
    let mut finding = Finding::error(
        code::STAGE,
        format!(
            "办学类型是“{kind}”，却填了{stage}的数据（{} 项，如“{}”为 {}），这些数据未读入。",
            telling.len(),
            item.zh,
            short(&fact.value.to_string())
        ),
    )
    .of(part.code.as_str(), &part.name)
    .item(&item.code, &zh(&item.zh, Some(stage)))
    .advise(format!("有{stage}附设班的，请在“附设班”列填“是”；否则请改正办学类型或清空。"));
    finding.location =
        location(draft.origins.get(fact.origin.0 as usize)).or(Some(part.at.clone()));
    findings.push(finding);
}

/// How many schools are named in a summary.
const NAMED: usize = 8;

/// What is missing, an item a line: items that some places have and others not, and 在校生数,
/// without which nothing can be computed. An item that no place has is not collected at all.
fn missing(snapshot: &Snapshot, catalogue: &Catalogue, findings: &mut Findings) {
    // By item and stage (the last for the school itself): how many have it; how many there are.
    let slot = |stage: Option<Stage>| stage.map_or(Stage::ALL.len(), Stage::index);
    let mut have = vec![[0u64; 4]; catalogue.len()];
    let mut all = [0u64; 4];
    let judged = |place: Place<'_>| match place {
        // Schools outside general education fill little, and rightly.
        Place::School(_, school) => !school.kind.stages().is_empty(),
        Place::Section(..) => true,
        _ => false,
    };
    for place in snapshot.places().filter(|place| judged(*place)) {
        let slot = slot(place.stage());
        all[slot] += 1;
        for (item, _) in place.facts(place.level()).into_iter().flat_map(Facts::iter) {
            if let Some(counts) = have.get_mut(usize::from(item.0)) {
                counts[slot] += 1;
            }
        }
    }
    let pupils = catalogue.id("pupils");
    let mut wanted: Vec<(ItemId, Option<Stage>)> = Vec::new();
    for (item, about) in catalogue.iter() {
        let counts = have.get(usize::from(item.0)).copied().unwrap_or_default();
        let mut want = |stage: Option<Stage>| {
            let slot = slot(stage);
            let needed = Some(item) == pupils && stage != Some(Stage::Senior);
            if counts[slot] < all[slot] && (counts[slot] > 0 || needed) {
                wanted.push((item, stage));
            }
        };
        match about.level {
            Level::School => want(None),
            Level::Section => Stage::ALL.into_iter().for_each(|stage| want(Some(stage))),
            Level::County | Level::Class | Level::Room => {}
        }
    }
    let mut lacking: BTreeMap<(ItemId, Option<Stage>), (u64, Vec<String>)> = BTreeMap::new();
    for place in snapshot.places().filter(|place| judged(*place)) {
        let level = place.level();
        let (Some(school), Some(facts)) = (place.school(), place.facts(level)) else { continue };
        for (item, stage) in &wanted {
            if *stage != place.stage() || facts.get(*item).is_some() {
                continue;
            }
            let entry = lacking.entry((*item, *stage)).or_default();
            entry.0 += 1;
            if entry.1.len() < NAMED {
                entry.1.push(school.name.clone());
            }
        }
    }
    for ((item, stage), (count, names)) in lacking {
        let item = catalogue.item(item);
        let zh = zh(&item.zh, stage);
        let etc = if count > names.len() as u64 { "等" } else { "" };
        findings.push(
            Finding::warning(
                code::MISSING,
                format!("“{zh}”有 {count} 所学校未填：{}{etc}。", names.join("、")),
            )
            .item(&item.code, &zh)
            .advise("请补填；确实不适用的填“—”。"),
        );
    }
}

/// A cross-check's finding with the cells of its facts.
fn cross(check: &CheckFinding, snapshot: &Snapshot, catalogue: &Catalogue) -> Finding {
    let severity = match check.severity {
        items::Severity::Error => Severity::Error,
        items::Severity::Warning => Severity::Warning,
    };
    let jump = check.facts.iter().any(|fact| fact.before.is_some());
    let code = if jump { code::JUMP } else { code::CHECK };
    let mut places: Vec<Location> = check
        .facts
        .iter()
        .filter_map(|fact| location(Some(snapshot.origin(fact.origin))))
        .collect();
    let mut finding = Finding::new(code, severity, format!("{}（{}）", check.message, check.check))
        .advise(check.remedy.clone());
    if !places.is_empty() {
        finding.location = Some(places.remove(0));
        places.dedup();
        finding.also = places;
    }
    if let Some(school) = check.place.school.as_ref().and_then(|code| snapshot.school(code)) {
        finding = finding.of(school.code.as_str(), &school.name);
    }
    if let Some(fact) = check.facts.first() {
        let item = catalogue.item(fact.item);
        finding = finding.item(&item.code, &zh(&item.zh, check.place.stage));
    }
    finding
}
