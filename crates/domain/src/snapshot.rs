//! Snapshots: the immutable set of facts of a county for a school year.

use crate::{
    Catalogue, CountyCode, Fact, Facts, ItemId, Level, Origin, OriginId, SchoolCode, SchoolKind,
    SchoolYear, Stage,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The county itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct County {
    /// 行政区划代码.
    pub code: CountyCode,
    /// Name, as `泾县`.
    pub name: String,
    /// Facts of level [`Level::County`].
    pub facts: Facts,
    /// What the county attests by evidence, by indicator.
    pub attestations: Vec<Attestation>,
}

/// 佐证: a statement that an indicator holds or not, with evidence, a person and a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// The indicator, or the part of one, as the standard names it: `G1`, `Q3`, `V2`.
    pub indicator: String,
    /// Does it hold? `None`: somebody has begun a row and not decided it.
    pub holds: Option<bool>,
    /// Names or catalogue numbers of the evidence.
    pub evidence: String,
    /// Who answers for it.
    pub person: String,
    /// On which day.
    pub date: Option<Date>,
}

/// A school (or a campus that the statistics list by itself).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// 标识码.
    pub code: SchoolCode,
    /// Full name.
    pub name: String,
    /// 办学类型.
    pub kind: SchoolKind,
    /// The school that it is a campus or branch of; `None` for a school of its own.
    pub parent: Option<SchoolCode>,
    /// Facts of level [`Level::School`].
    pub facts: Facts,
    /// Its sections, youngest stage first, at most one a stage.
    pub sections: Vec<Section>,
    /// Its classes, where a roster is kept.
    pub classes: Vec<Class>,
    /// Its music and art rooms, where they are listed.
    pub rooms: Vec<Room>,
}

impl School {
    /// The section of a stage.
    #[must_use]
    pub fn section(&self, stage: Stage) -> Option<&Section> {
        self.sections.iter().find(|section| section.stage == stage)
    }
}

/// A school × a stage: the unit of evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The stage.
    pub stage: Stage,
    /// 附设班: the stage is not one of the school's kind, it has attached classes of it.
    pub attached: bool,
    /// Facts of level [`Level::Section`].
    pub facts: Facts,
}

/// A class of a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its name: `三年级(2)班`.
    pub name: String,
    /// Its stage.
    pub stage: Stage,
    /// Its grade, 1–12.
    pub grade: u8,
    /// Facts of level [`Level::Class`].
    pub facts: Facts,
}

/// What a special room is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// 音乐专用教室.
    Music,
    /// 美术专用教室.
    Art,
}

impl RoomKind {
    /// The code used in packs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Music => "music",
            Self::Art => "art",
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Music => "音乐专用教室",
            Self::Art => "美术专用教室",
        }
    }
}

/// A music or art room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its name or number.
    pub name: String,
    /// What it is for.
    pub kind: RoomKind,
    /// Facts of level [`Level::Room`].
    pub facts: Facts,
}

/// A place in a snapshot: what a formula is evaluated for.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// The county.
    County(&'a County),
    /// A school.
    School(&'a County, &'a School),
    /// A section.
    Section(&'a County, &'a School, &'a Section),
    /// A class.
    Class(&'a County, &'a School, &'a Class),
    /// A room.
    Room(&'a County, &'a School, &'a Room),
}

impl<'a> Place<'a> {
    /// The level of the place.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::County(_) => Level::County,
            Self::School(..) => Level::School,
            Self::Section(..) => Level::Section,
            Self::Class(..) => Level::Class,
            Self::Room(..) => Level::Room,
        }
    }

    /// The county.
    #[must_use]
    pub const fn county(self) -> &'a County {
        match self {
            Self::County(county)
            | Self::School(county, _)
            | Self::Section(county, ..)
            | Self::Class(county, ..)
            | Self::Room(county, ..) => county,
        }
    }

    /// The school, unless the place is the county.
    #[must_use]
    pub const fn school(self) -> Option<&'a School> {
        match self {
            Self::County(_) => None,
            Self::School(_, school)
            | Self::Section(_, school, _)
            | Self::Class(_, school, _)
            | Self::Room(_, school, _) => Some(school),
        }
    }

    /// The stage, where the place is a section or a class.
    #[must_use]
    pub const fn stage(self) -> Option<Stage> {
        match self {
            Self::Section(_, _, section) => Some(section.stage),
            Self::Class(_, _, class) => Some(class.stage),
            _ => None,
        }
    }

    /// The facts of a level as seen from here: its own, or those of what it belongs to. A class
    /// sees the facts of its section. `None` where the level lies below the place or beside it.
    #[must_use]
    pub fn facts(self, level: Level) -> Option<&'a Facts> {
        match (level, self) {
            (Level::County, _) => Some(&self.county().facts),
            (Level::School, _) => self.school().map(|school| &school.facts),
            (Level::Section, Self::Section(_, _, section)) => Some(&section.facts),
            (Level::Section, Self::Class(_, school, class)) => {
                school.section(class.stage).map(|section| &section.facts)
            }
            (Level::Class, Self::Class(_, _, class)) => Some(&class.facts),
            (Level::Room, Self::Room(_, _, room)) => Some(&room.facts),
            _ => None,
        }
    }

    /// The place in words: `青山九年一贯制学校 初中`.
    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::County(county) => county.name.clone(),
            Self::School(_, school) => school.name.clone(),
            Self::Section(_, school, section) => format!("{} {}", school.name, section.stage),
            Self::Class(_, school, class) => {
                format!("{} {} {}", school.name, class.stage, class.name)
            }
            Self::Room(_, school, room) => {
                format!("{} {} {}", school.name, room.kind.zh(), room.name)
            }
        }
    }
}

/// Facts being gathered: everything public, nothing promised. [`Draft::seal`] makes a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The county.
    pub county: County,
    /// The school year.
    pub year: SchoolYear,
    /// Schools in any order.
    pub schools: Vec<School>,
    /// Origins that the facts point into.
    pub origins: Vec<Origin>,
}

/// Why a draft is no snapshot. Intake reports these as findings before it seals.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// `D-SNAP-01`: two schools have one code.
    #[error("标识码 {0} 出现了两次")]
    DuplicateSchool(SchoolCode),
    /// `D-SNAP-02`: a school has two sections of one stage.
    #[error("{school} 有两个{stage}部")]
    DuplicateSection {
        /// The school's name.
        school: String,
        /// The stage.
        stage: Stage,
    },
    /// `D-SNAP-03`: the parent of a campus is not in the county.
    #[error("{school} 的主校标识码 {parent} 不在本县数据中")]
    UnknownParent {
        /// The campus.
        school: String,
        /// The code that is not there.
        parent: SchoolCode,
    },
    /// `D-SNAP-04`: a fact stands at another level than its item.
    #[error("数据项 {item} 属于{expected}级，却记在 {place} 名下")]
    WrongLevel {
        /// The item's code.
        item: String,
        /// The item's level in Chinese.
        expected: &'static str,
        /// Where it stands.
        place: String,
    },
    /// `D-SNAP-05`: a fact points to no origin.
    #[error("{place} 的数据项 {item} 没有来源")]
    NoOrigin {
        /// The item's code.
        item: String,
        /// Where it stands.
        place: String,
    },
    /// `D-SNAP-06`: one indicator is attested twice.
    #[error("指标 {0} 有两条佐证记录")]
    DuplicateAttestation(String),
}

impl Draft {
    /// An empty draft.
    #[must_use]
    pub fn new(code: CountyCode, name: String, year: SchoolYear) -> Self {
        let county = County { code, name, facts: Facts::new(), attestations: Vec::new() };
        Self { county, year, schools: Vec::new(), origins: Vec::new() }
    }

    /// Remembers an origin and returns its id.
    pub fn origin(&mut self, origin: Origin) -> OriginId {
        self.origins.push(origin);
        OriginId(u32::try_from(self.origins.len() - 1).unwrap_or(u32::MAX))
    }

    /// Puts everything in its canonical order, checks it and computes the content hash.
    ///
    /// # Errors
    /// [`SealError`], the first thing that keeps these facts from being one county's snapshot.
    pub fn seal(mut self, catalogue: &Catalogue) -> Result<Snapshot, SealError> {
        self.schools.sort_by(|a, b| a.code.cmp(&b.code));
        for school in &mut self.schools {
            school.sections.sort_by_key(|section| section.stage);
            school
                .classes
                .sort_by(|a, b| (a.stage, a.grade, &a.name).cmp(&(b.stage, b.grade, &b.name)));
            school.rooms.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        }
        self.county.attestations.sort_by(|a, b| a.indicator.cmp(&b.indicator));
        self.check(catalogue)?;
        let hash = crate::hash::content_hash(&self, catalogue);
        Ok(Snapshot { draft: self, hash })
    }

    fn check(&self, catalogue: &Catalogue) -> Result<(), SealError> {
        for pair in self.schools.windows(2) {
            if pair[0].code == pair[1].code {
                return Err(SealError::DuplicateSchool(pair[0].code.clone()));
            }
        }
        for pair in self.county.attestations.windows(2) {
            if pair[0].indicator == pair[1].indicator {
                return Err(SealError::DuplicateAttestation(pair[0].indicator.clone()));
            }
        }
        for school in &self.schools {
            if let Some(pair) = school.sections.windows(2).find(|p| p[0].stage == p[1].stage) {
                return Err(SealError::DuplicateSection {
                    school: school.name.clone(),
                    stage: pair[0].stage,
                });
            }
            if let Some(parent) = &school.parent
                && self.school(parent).is_none()
            {
                return Err(SealError::UnknownParent {
                    school: school.name.clone(),
                    parent: parent.clone(),
                });
            }
        }
        for place in self.places() {
            let level = place.level();
            let Some(facts) = place.facts(level) else { continue };
            for (id, fact) in facts.iter() {
                let item = catalogue.item(id);
                if item.level != level {
                    return Err(SealError::WrongLevel {
                        item: item.code.clone(),
                        expected: item.level.zh(),
                        place: place.title(),
                    });
                }
                if fact.origin.0 as usize >= self.origins.len() {
                    return Err(SealError::NoOrigin {
                        item: item.code.clone(),
                        place: place.title(),
                    });
                }
            }
        }
        Ok(())
    }

    fn school(&self, code: &SchoolCode) -> Option<&School> {
        self.schools.binary_search_by(|s| s.code.cmp(code)).ok().map(|i| &self.schools[i])
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let county = &self.county;
        std::iter::once(Place::County(county)).chain(self.schools.iter().flat_map(move |school| {
            std::iter::once(Place::School(county, school))
                .chain(school.sections.iter().map(move |s| Place::Section(county, school, s)))
                .chain(school.classes.iter().map(move |c| Place::Class(county, school, c)))
                .chain(school.rooms.iter().map(move |r| Place::Room(county, school, r)))
        }))
    }
}

/// The immutable set of facts of a county for a school year, with its content hash.
///
/// Schools are in the order of their codes, sections of their stages. Whatever changes the world
/// takes a snapshot and makes another: [`Snapshot::to_draft`], change, [`Draft::seal`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    draft: Draft,
    hash: String,
}

impl Snapshot {
    /// The county.
    #[must_use]
    pub fn county(&self) -> &County {
        &self.draft.county
    }

    /// The school year.
    #[must_use]
    pub fn year(&self) -> SchoolYear {
        self.draft.year
    }

    /// The schools in the order of their codes.
    #[must_use]
    pub fn schools(&self) -> &[School] {
        &self.draft.schools
    }

    /// The school of a code.
    #[must_use]
    pub fn school(&self, code: &SchoolCode) -> Option<&School> {
        self.draft.school(code)
    }

    /// Every place of the snapshot: the county, then each school with its sections, classes and
    /// rooms.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        self.draft.places()
    }

    /// The fact of an item at a place, looked up at the item's level.
    #[must_use]
    pub fn fact(place: Place<'_>, level: Level, item: ItemId) -> Option<&Fact> {
        place.facts(level)?.get(item)
    }

    /// Where a fact comes from.
    #[must_use]
    pub fn origin(&self, id: OriginId) -> &Origin {
        &self.draft.origins[id.0 as usize]
    }

    /// SHA-256 of the values, 64 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// A changeable copy.
    #[must_use]
    pub fn to_draft(&self) -> Draft {
        self.draft.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;
    use crate::{Item, ItemKind, Range, Unit};
    use rust_decimal::Decimal;

    fn catalogue() -> Catalogue {
        Catalogue::new(vec![Item {
            code: "pupils".into(),
            zh: "在校生数".into(),
            en: "Pupils".into(),
            unit: Unit::parse("人").unwrap(),
            level: Level::Section,
            kind: ItemKind::Count,
            range: Range::default(),
            cells: vec![],
            definition: String::new(),
        }])
        .unwrap()
    }

    fn draft(pupils: i64) -> Draft {
        let code = CountyCode::parse("340000").unwrap();
        let mut draft = Draft::new(code, "示例县".into(), SchoolYear(2024));
        let origin = draft.origin(Origin::Given { source: "test".into() });
        let mut facts = Facts::new();
        facts.set(ItemId(0), Fact { value: Value::Number(pupils.into()), origin });
        for code in ["3400000002", "3400000001"] {
            draft.schools.push(School {
                code: SchoolCode::parse(code).unwrap(),
                name: format!("学校{code}"),
                kind: SchoolKind::Primary,
                parent: None,
                facts: Facts::new(),
                sections: vec![Section {
                    stage: Stage::Primary,
                    attached: false,
                    facts: facts.clone(),
                }],
                classes: vec![],
                rooms: vec![],
            });
        }
        draft
    }

    #[test]
    fn the_hash_knows_values_and_not_origins_or_order() {
        let one = draft(100).seal(&catalogue()).unwrap();
        let mut other = draft(100);
        other.schools.reverse();
        other.origins[0] = Origin::Given { source: "elsewhere".into() };
        assert_eq!(one.hash(), other.seal(&catalogue()).unwrap().hash());
        assert_ne!(one.hash(), draft(101).seal(&catalogue()).unwrap().hash());
        assert_eq!(one.schools()[0].code.as_str(), "3400000001");
        let mut trailing = draft(100);
        let value = Value::Number(Decimal::new(10_000, 2));
        for school in &mut trailing.schools {
            school.sections[0]
                .facts
                .set(ItemId(0), Fact { value: value.clone(), origin: OriginId(0) });
        }
        assert_eq!(one.hash(), trailing.seal(&catalogue()).unwrap().hash());
    }

    #[test]
    fn refuses_what_is_no_county() {
        let mut twice = draft(1);
        twice.schools[0].code = twice.schools[1].code.clone();
        assert!(matches!(twice.seal(&catalogue()), Err(SealError::DuplicateSchool(_))));

        let mut orphan = draft(1);
        orphan.schools[0].parent = Some(SchoolCode::parse("9999999999").unwrap());
        assert!(matches!(orphan.seal(&catalogue()), Err(SealError::UnknownParent { .. })));

        let mut level = draft(1);
        let fact = Fact { value: Value::NotApplicable, origin: OriginId(0) };
        level.county.facts.set(ItemId(0), fact);
        assert!(matches!(level.seal(&catalogue()), Err(SealError::WrongLevel { .. })));

        let mut origin = draft(1);
        origin.origins.clear();
        assert!(matches!(origin.seal(&catalogue()), Err(SealError::NoOrigin { .. })));
    }
}
