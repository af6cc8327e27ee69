//! Examples that are a small county: facts in, figures and verdicts out.

use super::expect::{Expect, look};
use super::{Check, wrong};
use crate::{Options, Standard, StandardError, evaluate};
use domain::{
    Attestation, Catalogue, Class, CountyCode, Draft, Fact, Facts, ItemKind, Level, Origin,
    OriginId, Room, RoomKind, School, SchoolCode, SchoolKind, SchoolYear, Section, Stage, Value,
};
use packs::{PackError, PackFile, Spanned};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

type Text = Spanned<String>;
type FactTable = BTreeMap<Text, Text>;

/// `[[county]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Example {
    pub(super) name: Text,
    pub(super) source: String,
    /// School year of the figures.
    year: i16,
    /// Parameters set by the user, `relief = "是"`.
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    #[serde(default)]
    facts: FactTable,
    /// Every attestation that the standard asks for is given and holds, save those listed in
    /// `attestation`.
    #[serde(default)]
    attest_all: bool,
    #[serde(default)]
    attestation: Vec<AttestationEntry>,
    #[serde(default)]
    school: Vec<SchoolEntry>,
    #[serde(default)]
    expect: Vec<Expect>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestationEntry {
    indicator: String,
    holds: Option<bool>,
    #[serde(default)]
    evidence: String,
    #[serde(default)]
    person: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchoolEntry {
    name: Text,
    code: Option<Text>,
    kind: Text,
    parent: Option<Text>,
    #[serde(default)]
    facts: FactTable,
    primary: Option<FactTable>,
    junior: Option<FactTable>,
    senior: Option<FactTable>,
    /// Class sizes by stage and grade: `{ stage = "primary", grade = 1, sizes = [40, 41] }`.
    #[serde(default)]
    classes: Vec<Classes>,
    /// Areas of music and art rooms.
    #[serde(default)]
    music: Vec<Text>,
    #[serde(default)]
    art: Vec<Text>,
    /// The same school so many times over, with codes counted on and numbered names.
    repeat: Option<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Classes {
    stage: Text,
    grade: u8,
    sizes: Vec<u16>,
}

pub(super) fn run(
    file: &PackFile,
    example: &Example,
    standard: &Standard,
) -> Result<Vec<Check>, StandardError> {
    let draft = Builder { file, catalogue: &standard.catalogue }.draft(example, standard)?;
    let snapshot =
        draft.seal(&standard.catalogue).map_err(|e| wrong(file, &example.name, e.to_string()))?;
    let options = Options { parameters: example.parameters.clone(), compare_forms: true };
    let evaluation = evaluate(&snapshot, standard, &options)?;
    let mut checks = Vec::new();
    let schools: Vec<&Text> = example.school.iter().map(|s| &s.name).collect();
    for expect in &example.expect {
        look(file, &schools, expect, &evaluation, &mut checks)?;
    }
    Ok(checks)
}

/// Builds the county of an example.
struct Builder<'a> {
    file: &'a PackFile,
    catalogue: &'a Catalogue,
}

/// The one origin of all facts of an example.
const ORIGIN: OriginId = OriginId(0);

impl Builder<'_> {
    fn draft(&self, example: &Example, standard: &Standard) -> Result<Draft, PackError> {
        let code = CountyCode::parse("990000")
            .map_err(|e| wrong(self.file, &example.name, e.to_string()))?;
        let mut draft = Draft::new(code, "算例县".to_owned(), SchoolYear(example.year));
        draft.origin(Origin::Given { source: example.source.as_str().into() });
        self.facts(&mut draft.county.facts, &example.facts, Level::County)?;
        for entry in &example.attestation {
            draft.county.attestations.push(Attestation {
                indicator: entry.indicator.clone(),
                holds: entry.holds,
                evidence: entry.evidence.clone(),
                person: entry.person.clone(),
                date: Some(jiff::civil::date(example.year, 9, 1)),
            });
        }
        if example.attest_all {
            for (indicator, _) in standard.attested() {
                if draft.county.attestations.iter().any(|a| a.indicator == indicator) {
                    continue;
                }
                draft.county.attestations.push(Attestation {
                    indicator,
                    holds: Some(true),
                    evidence: "算例".to_owned(),
                    person: "算例".to_owned(),
                    date: Some(jiff::civil::date(example.year, 9, 1)),
                });
            }
        }
        let mut next = 9_900_000_001u64;
        for entry in &example.school {
            for copy in 0..entry.repeat.unwrap_or(1) {
                let mut school = self.school(entry, next)?;
                if entry.repeat.is_some() {
                    school.name = format!("{}{}", school.name, copy + 1);
                }
                next += 1;
                draft.schools.push(school);
            }
        }
        Ok(draft)
    }

    fn school(&self, entry: &SchoolEntry, next: u64) -> Result<School, PackError> {
        let kind = SchoolKind::from_label(entry.kind.get_ref()).ok_or_else(|| {
            wrong(self.file, &entry.kind, format!("没有办学类型“{}”", entry.kind.get_ref()))
        })?;
        let code = entry.code.as_ref().map_or_else(|| next.to_string(), |c| c.get_ref().clone());
        let parse = |text: &str, place: &Text| {
            SchoolCode::parse(text).map_err(|e| wrong(self.file, place, e.to_string()))
        };
        let mut school = School {
            code: parse(&code, entry.code.as_ref().unwrap_or(&entry.name))?,
            name: entry.name.get_ref().clone(),
            kind,
            parent: entry.parent.as_ref().map(|p| parse(p.get_ref(), p)).transpose()?,
            facts: Facts::new(),
            sections: Vec::new(),
            classes: Vec::new(),
            rooms: Vec::new(),
        };
        self.facts(&mut school.facts, &entry.facts, Level::School)?;
        let tables = [&entry.primary, &entry.junior, &entry.senior];
        for (stage, table) in Stage::ALL.into_iter().zip(tables) {
            let Some(table) = table else { continue };
            let mut facts = Facts::new();
            self.facts(&mut facts, table, Level::Section)?;
            let attached = !kind.stages().contains(&stage);
            school.sections.push(Section { stage, attached, facts });
        }
        for list in &entry.classes {
            let stage = Stage::from_label(list.stage.get_ref())
                .ok_or_else(|| wrong(self.file, &list.stage, "没有这个学段".to_owned()))?;
            for (index, size) in list.sizes.iter().enumerate() {
                let mut facts = Facts::new();
                self.set(&mut facts, "class_size", Decimal::from(*size), &list.stage)?;
                let name = format!("{}年级（{}）班", list.grade, index + 1);
                school.classes.push(Class { name, stage, grade: list.grade, facts });
            }
        }
        for (kind, areas) in [(RoomKind::Music, &entry.music), (RoomKind::Art, &entry.art)] {
            for (index, area) in areas.iter().enumerate() {
                let mut facts = Facts::new();
                let number = area.get_ref().parse::<Decimal>();
                let number =
                    number.map_err(|_| wrong(self.file, area, "面积要写成数字".to_owned()))?;
                self.set(&mut facts, "room_area", number, area)?;
                let name = format!("{}{}", kind.zh(), index + 1);
                school.rooms.push(Room { name, kind, facts });
            }
        }
        Ok(school)
    }

    fn set(
        &self,
        facts: &mut Facts,
        code: &str,
        number: Decimal,
        place: &Text,
    ) -> Result<(), PackError> {
        let id = self
            .catalogue
            .id(code)
            .ok_or_else(|| wrong(self.file, place, format!("没有数据项“{code}”")))?;
        facts.set(id, Fact { value: Value::Number(number), origin: ORIGIN });
        Ok(())
    }

    fn facts(&self, facts: &mut Facts, table: &FactTable, level: Level) -> Result<(), PackError> {
        for (code, text) in table {
            let Some((id, item)) = self.catalogue.find(code.get_ref()) else {
                return Err(wrong(self.file, code, format!("没有数据项“{}”", code.get_ref())));
            };
            if item.level != level {
                let message = format!("数据项“{}”属于{}级", item.zh, item.level.zh());
                return Err(wrong(self.file, code, message));
            }
            let raw = text.get_ref().as_str();
            let value = match &item.kind {
                _ if raw == "—" => Some(Value::NotApplicable),
                ItemKind::Count | ItemKind::Amount | ItemKind::Year => {
                    raw.parse().ok().map(Value::Number)
                }
                ItemKind::Flag => match raw {
                    "是" => Some(Value::Flag(true)),
                    "否" => Some(Value::Flag(false)),
                    _ => None,
                },
                ItemKind::Code(options) => options
                    .iter()
                    .find(|(code, zh)| code == raw || zh == raw)
                    .map(|(code, _)| Value::Code(code.as_str().into())),
                ItemKind::Date => raw.parse().ok().map(Value::Date),
                ItemKind::Text => Some(Value::Text(raw.into())),
            };
            let value = value.ok_or_else(|| {
                wrong(self.file, text, format!("“{raw}”不是数据项“{}”的值", item.zh))
            })?;
            facts.set(id, Fact { value, origin: ORIGIN });
        }
        Ok(())
    }
}
