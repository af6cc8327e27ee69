//! A snapshot as JSON: items by their codes, so that a later catalogue reads it, and every fact with
//! its origin.

use crate::facts::{read_value, room_kind, write_value};
use crate::{Result, StoreError};
use domain::{
    Attestation, Catalogue, Class, CountyCode, Draft, Fact, Facts, Level, Origin, OriginId, Room,
    School, SchoolCode, SchoolKind, SchoolYear, Section, Snapshot, Stage,
};
use serde::{Deserialize, Serialize};

/// Version of the shape.
const FORMAT: u32 = 1;

/// Item, kind, value, origin.
type StoredFact = (String, String, String, u32);

#[derive(Serialize, Deserialize)]
pub(crate) struct StoredSnapshot {
    format: u32,
    code: CountyCode,
    name: String,
    year: SchoolYear,
    facts: Vec<StoredFact>,
    attestations: Vec<Attestation>,
    schools: Vec<StoredSchool>,
    origins: Vec<Origin>,
}

#[derive(Serialize, Deserialize)]
struct StoredSchool {
    code: SchoolCode,
    name: String,
    kind: SchoolKind,
    parent: Option<SchoolCode>,
    facts: Vec<StoredFact>,
    sections: Vec<(Stage, bool, Vec<StoredFact>)>,
    classes: Vec<(Stage, u8, String, Vec<StoredFact>)>,
    rooms: Vec<(String, String, Vec<StoredFact>)>,
}

fn stored(facts: &Facts, catalogue: &Catalogue) -> Vec<StoredFact> {
    let one = |(id, fact): (_, &Fact)| {
        let (kind, value) = write_value(&fact.value);
        (catalogue.item(id).code.clone(), kind.to_owned(), value, fact.origin.0)
    };
    facts.iter().map(one).collect()
}

fn facts(stored: Vec<StoredFact>, level: Level, catalogue: &Catalogue) -> Result<Facts> {
    let mut facts = Facts::new();
    for (item, kind, value, origin) in stored {
        let Some((id, _)) = catalogue.find(&item) else {
            return Err(StoreError::UnknownItem { item, level: level.zh() });
        };
        let value = read_value(&kind, &value)?;
        facts.set(id, Fact { value, origin: OriginId(origin) });
    }
    Ok(facts)
}

impl StoredSnapshot {
    pub(crate) fn of(snapshot: &Snapshot, catalogue: &Catalogue) -> Self {
        let draft = snapshot.to_draft();
        let school = |school: School| StoredSchool {
            facts: stored(&school.facts, catalogue),
            sections: school
                .sections
                .iter()
                .map(|s| (s.stage, s.attached, stored(&s.facts, catalogue)))
                .collect(),
            classes: school
                .classes
                .iter()
                .map(|c| (c.stage, c.grade, c.name.clone(), stored(&c.facts, catalogue)))
                .collect(),
            rooms: school
                .rooms
                .iter()
                .map(|r| (r.kind.code().to_owned(), r.name.clone(), stored(&r.facts, catalogue)))
                .collect(),
            code: school.code,
            name: school.name,
            kind: school.kind,
            parent: school.parent,
        };
        Self {
            format: FORMAT,
            facts: stored(&draft.county.facts, catalogue),
            code: draft.county.code,
            name: draft.county.name,
            year: draft.year,
            attestations: draft.county.attestations,
            schools: draft.schools.into_iter().map(school).collect(),
            origins: draft.origins,
        }
    }

    pub(crate) fn draft(self, catalogue: &Catalogue) -> Result<Draft> {
        if self.format != FORMAT {
            return Err(StoreError::Corrupt(format!("数据快照格式 {}", self.format)));
        }
        let mut draft = Draft::new(self.code, self.name, self.year);
        draft.county.facts = facts(self.facts, Level::County, catalogue)?;
        draft.county.attestations = self.attestations;
        draft.origins = self.origins;
        for stored in self.schools {
            let mut school = School {
                code: stored.code,
                name: stored.name,
                kind: stored.kind,
                parent: stored.parent,
                facts: facts(stored.facts, Level::School, catalogue)?,
                sections: Vec::new(),
                classes: Vec::new(),
                rooms: Vec::new(),
            };
            for (stage, attached, of) in stored.sections {
                let facts = facts(of, Level::Section, catalogue)?;
                school.sections.push(Section { stage, attached, facts });
            }
            for (stage, grade, name, of) in stored.classes {
                let facts = facts(of, Level::Class, catalogue)?;
                school.classes.push(Class { name, stage, grade, facts });
            }
            for (kind, name, of) in stored.rooms {
                let kind = room_kind(&kind).ok_or_else(|| StoreError::Corrupt(kind.clone()))?;
                school.rooms.push(Room { name, kind, facts: facts(of, Level::Room, catalogue)? });
            }
            draft.schools.push(school);
        }
        Ok(draft)
    }
}
