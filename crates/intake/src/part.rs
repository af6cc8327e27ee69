//! What one file says: facts on their way into a draft, each with its cell.
//!
//! Several files of one county and year are absorbed into one part; where two of them say
//! different things of one fact, that is a finding and the fact stays missing.

use crate::correction::Corrections;
use crate::finding::{Finding, Findings, Location, code};
use domain::{
    Attestation, Catalogue, Class, CountyCode, Fact, Facts, ItemId, Origin, OriginId, Room,
    SchoolCode, SchoolKind, SchoolYear, Stage, Value,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A statement and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Said<T> {
    pub(crate) value: T,
    pub(crate) at: Location,
}

/// What is known of a school.
#[derive(Clone, Debug)]
pub(crate) struct PartSchool {
    pub(crate) code: SchoolCode,
    pub(crate) at: Location,
    pub(crate) name: String,
    pub(crate) kind: Option<Said<SchoolKind>>,
    /// A finding has told already that its kind cannot be read.
    pub(crate) kind_told: bool,
    pub(crate) parent: Option<Said<SchoolCode>>,
    pub(crate) facts: Facts,
    /// By [`Stage::index`].
    pub(crate) sections: [PartSection; 3],
    pub(crate) classes: Vec<Class>,
    pub(crate) rooms: Vec<Room>,
    /// Is it described by a row or workbook of its own, not only named by a class or room?
    pub(crate) described: bool,
}

/// What is known of a section.
#[derive(Clone, Debug, Default)]
pub(crate) struct PartSection {
    pub(crate) attached: bool,
    pub(crate) facts: Facts,
}

/// What one file, or all files of a year together, say.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) year: Option<Said<SchoolYear>>,
    pub(crate) county_code: Option<Said<CountyCode>>,
    pub(crate) county_name: Option<Said<String>>,
    pub(crate) county: Facts,
    pub(crate) attestations: Vec<Said<Attestation>>,
    pub(crate) schools: Vec<PartSchool>,
    by_code: BTreeMap<SchoolCode, usize>,
    pub(crate) origins: Vec<Origin>,
    conflicts: BTreeSet<(Option<usize>, Option<Stage>, ItemId)>,
    /// Something is wrong that would make a snapshot misleading: a school left out, a school twice.
    pub(crate) broken: bool,
}

impl Part {
    /// The school of a code, made if it is new.
    pub(crate) fn school(
        &mut self,
        code: SchoolCode,
        at: impl FnOnce() -> Location,
    ) -> &mut PartSchool {
        let index = *self.by_code.entry(code).or_insert_with_key(|code| {
            self.schools.push(PartSchool {
                code: code.clone(),
                at: at(),
                name: String::new(),
                kind: None,
                kind_told: false,
                parent: None,
                facts: Facts::new(),
                sections: <[PartSection; 3]>::default(),
                classes: Vec::new(),
                rooms: Vec::new(),
                described: false,
            });
            self.schools.len() - 1
        });
        // The index was made here and schools are never taken away.
        &mut self.schools[index]
    }

    /// Takes over what another file says of the same county and year.
    pub(crate) fn absorb(
        &mut self,
        mut other: Self,
        catalogue: &Catalogue,
        findings: &mut Findings,
    ) {
        self.broken |= other.broken;
        // A file of attestations alone has neither schools nor facts.
        if self.schools.is_empty() && self.origins.is_empty() && self.attestations.is_empty() {
            let said = (self.year.take(), self.county_code.take(), self.county_name.take());
            let broken = self.broken;
            *self = other;
            self.broken |= broken;
            self.year = said.0.or(self.year.take());
            self.county_code = said.1.or(self.county_code.take());
            self.county_name = said.2.or(self.county_name.take());
            return;
        }
        let offset = u32::try_from(self.origins.len()).unwrap_or(u32::MAX);
        self.origins.append(&mut other.origins);
        let mut merge = Merge { origins: &self.origins, offset, catalogue, findings };
        self.year = self.year.take().or(other.year);
        self.county_name = self.county_name.take().or(other.county_name);
        if let (Some(mine), Some(theirs)) = (&self.county_code, &other.county_code)
            && mine.value != theirs.value
        {
            merge.county(mine, theirs);
            self.broken = true;
        }
        self.county_code = self.county_code.take().or(other.county_code);
        for item in merge.facts(&mut self.county, &other.county, None, None) {
            self.conflicts.insert((None, None, item));
        }
        for attestation in other.attestations {
            match self
                .attestations
                .iter()
                .find(|a| a.value.indicator == attestation.value.indicator)
            {
                None => self.attestations.push(attestation),
                Some(mine) if mine.value == attestation.value => {}
                Some(mine) => merge.attestation(mine, &attestation),
            }
        }
        for school in other.schools {
            let Some(index) = self.by_code.get(&school.code).copied() else {
                self.by_code.insert(school.code.clone(), self.schools.len());
                self.schools.push(merge.moved(school));
                continue;
            };
            let Some(mine) = self.schools.get_mut(index) else { continue };
            self.broken |= merge.school(mine, index, school, &mut self.conflicts);
        }
    }

    /// Takes out the facts of which two files say different things.
    pub(crate) fn drop_conflicts(&mut self) {
        for (school, stage, item) in std::mem::take(&mut self.conflicts) {
            let facts = match (school.and_then(|index| self.schools.get_mut(index)), stage) {
                (Some(school), Some(stage)) => &mut school.sections[stage.index()].facts,
                (Some(school), None) => &mut school.facts,
                (None, _) => &mut self.county,
            };
            facts.remove(item);
        }
    }
}

/// The place of an origin.
pub(crate) fn location(origin: Option<&Origin>) -> Option<Location> {
    match origin {
        Some(
            Origin::Cell { file, sheet, row, column }
            | Origin::Corrected { file, sheet, row, column, .. },
        ) => Some(Location::cell(file, sheet, *row, *column)),
        _ => None,
    }
}

struct Merge<'a> {
    origins: &'a [Origin],
    offset: u32,
    catalogue: &'a Catalogue,
    findings: &'a mut Findings,
}

impl Merge<'_> {
    fn moved_facts(&self, facts: &Facts) -> Facts {
        let mut moved = Facts::new();
        for (item, fact) in facts.iter() {
            moved.set(item, self.fact(fact));
        }
        moved
    }

    fn fact(&self, fact: &Fact) -> Fact {
        let origin = OriginId(fact.origin.0.saturating_add(self.offset));
        Fact { value: fact.value.clone(), origin }
    }

    fn moved(&self, mut school: PartSchool) -> PartSchool {
        school.facts = self.moved_facts(&school.facts);
        for section in &mut school.sections {
            section.facts = self.moved_facts(&section.facts);
        }
        for class in &mut school.classes {
            class.facts = self.moved_facts(&class.facts);
        }
        for room in &mut school.rooms {
            room.facts = self.moved_facts(&room.facts);
        }
        school
    }

    /// Merges facts; returns the items of which both say different things.
    fn facts(
        &mut self,
        mine: &mut Facts,
        theirs: &Facts,
        school: Option<&PartSchool>,
        stage: Option<Stage>,
    ) -> Vec<ItemId> {
        let mut conflicts = Vec::new();
        for (item, fact) in theirs.iter() {
            let fact = self.fact(fact);
            match mine.get(item) {
                None => {
                    mine.set(item, fact);
                }
                Some(known) if known.value == fact.value => {}
                Some(known) => {
                    self.conflict(item, known, &fact, school, stage);
                    conflicts.push(item);
                }
            }
        }
        conflicts
    }

    fn conflict(
        &mut self,
        item: ItemId,
        known: &Fact,
        other: &Fact,
        school: Option<&PartSchool>,
        stage: Option<Stage>,
    ) {
        let about = self.catalogue.item(item);
        let place = |fact: &Fact| location(self.origins.get(fact.origin.0 as usize));
        let zh = zh(&about.zh, stage);
        let mut finding = Finding::error(
            code::CONFLICT,
            format!("“{zh}”在两处填写不一致：{} 与 {}，暂按缺失处理。", known.value, other.value),
        )
        .item(&about.code, &zh)
        .advise("请核对后只保留正确的一处，或改为一致。");
        finding.location = place(known);
        finding.also.extend(place(other));
        if let Some(school) = school {
            finding = finding.of(school.code.as_str(), &school.name);
        }
        self.findings.push(finding);
    }

    /// Merges a school; returns whether it is then not to be trusted.
    fn school(
        &mut self,
        mine: &mut PartSchool,
        index: usize,
        mut theirs: PartSchool,
        conflicts: &mut BTreeSet<(Option<usize>, Option<Stage>, ItemId)>,
    ) -> bool {
        let mut broken = false;
        if mine.name.is_empty() {
            mine.name = std::mem::take(&mut theirs.name);
        } else if !theirs.name.is_empty() && theirs.name != mine.name {
            self.findings.push(
                Finding::warning(
                    code::DUPLICATE_NAME,
                    format!("同一标识码有两个校名：“{}”与“{}”，采用前者。", mine.name, theirs.name),
                )
                .at(theirs.at.clone())
                .and_at(mine.at.clone())
                .of(mine.code.as_str(), &mine.name)
                .advise("请确认是否填错标识码，或统一校名。"),
            );
        }
        if let (Some(a), Some(b)) = (&mine.kind, &theirs.kind)
            && a.value != b.value
        {
            broken = true;
            self.findings.push(
                Finding::error(
                    code::CONFLICT,
                    format!("“办学类型”在两处填写不一致：{} 与 {}。", a.value, b.value),
                )
                .at(a.at.clone())
                .and_at(b.at.clone())
                .of(mine.code.as_str(), &mine.name)
                .advise("请核对后改为一致。"),
            );
        }
        mine.kind = mine.kind.take().or(theirs.kind.take());
        mine.parent = mine.parent.take().or(theirs.parent.take());
        mine.described |= theirs.described;
        mine.kind_told |= theirs.kind_told;
        let facts = std::mem::take(&mut theirs.facts);
        let mut own = std::mem::take(&mut mine.facts);
        for item in self.facts(&mut own, &facts, Some(mine), None) {
            conflicts.insert((Some(index), None, item));
        }
        mine.facts = own;
        for stage in Stage::ALL {
            let facts = std::mem::take(&mut theirs.sections[stage.index()].facts);
            let mut own = std::mem::take(&mut mine.sections[stage.index()].facts);
            for item in self.facts(&mut own, &facts, Some(mine), Some(stage)) {
                conflicts.insert((Some(index), Some(stage), item));
            }
            let section = &mut mine.sections[stage.index()];
            section.facts = own;
            section.attached |= theirs.sections[stage.index()].attached;
        }
        let theirs = self.moved(theirs);
        self.lists(mine, theirs);
        broken
    }

    /// Classes and rooms come from one list; a second list of the same school is a conflict unless
    /// it is the same.
    fn lists(&mut self, mine: &mut PartSchool, theirs: PartSchool) {
        let mut second = |what: &str, at: &Location| {
            self.findings.push(
                Finding::error(code::CONFLICT, format!("两个文件都有该校的{what}，只采用前一个。"))
                    .at(at.clone())
                    .of(mine.code.as_str(), &mine.name)
                    .advise("请合并为一份后重新导入。"),
            );
        };
        let names = |classes: &[Class]| {
            classes.iter().map(|c| (c.stage, c.grade, c.name.clone())).collect::<BTreeSet<_>>()
        };
        if mine.classes.is_empty() {
            mine.classes = theirs.classes;
        } else if !theirs.classes.is_empty() && names(&mine.classes) != names(&theirs.classes) {
            second("班级名册", &theirs.at);
        }
        let names = |rooms: &[Room]| {
            rooms.iter().map(|r| (r.kind, r.name.clone())).collect::<BTreeSet<_>>()
        };
        if mine.rooms.is_empty() {
            mine.rooms = theirs.rooms;
        } else if !theirs.rooms.is_empty() && names(&mine.rooms) != names(&theirs.rooms) {
            second("音美教室清单", &theirs.at);
        }
    }

    fn county(&mut self, mine: &Said<CountyCode>, theirs: &Said<CountyCode>) {
        self.findings.push(
            Finding::error(
                code::YEAR_OR_COUNTY,
                format!("两处的行政区划代码不同：{} 与 {}。", mine.value, theirs.value),
            )
            .at(mine.at.clone())
            .and_at(theirs.at.clone())
            .advise("一次只能导入一个县（市、区）的数据，请移走另一个县的文件。"),
        );
    }

    fn attestation(&mut self, mine: &Said<Attestation>, theirs: &Said<Attestation>) {
        self.findings.push(
            Finding::error(
                code::CONFLICT,
                format!("指标 {} 的佐证在两处填写不一致，采用前者。", mine.value.indicator),
            )
            .at(mine.at.clone())
            .and_at(theirs.at.clone())
            .advise("请核对后只保留一条。"),
        );
    }
}

/// An item's name with its stage.
pub(crate) fn zh(item: &str, stage: Option<Stage>) -> String {
    stage.map_or_else(|| item.to_owned(), |stage| format!("{stage} {item}"))
}

/// Makes facts of one sheet: remembers the cell of each.
pub(crate) struct Source<'a> {
    pub(crate) file: &'a Arc<str>,
    pub(crate) sheet: Arc<str>,
    /// What was corrected in any file.
    pub(crate) corrections: &'a Corrections,
}

impl Source<'_> {
    pub(crate) fn at(&self, row: u32, column: u32) -> Location {
        Location::cell(self.file, &self.sheet, row, column)
    }

    pub(crate) fn whole(&self) -> Location {
        Location::sheet(self.file, &self.sheet)
    }

    pub(crate) fn is_corrected(&self, row: u32, column: u32) -> bool {
        self.corrections.find(self.file, &self.sheet, row, column).is_some()
    }

    /// A fact of a cell.
    pub(crate) fn fact(
        &self,
        origins: &mut Vec<Origin>,
        value: Value,
        row: u32,
        column: u32,
    ) -> Fact {
        let (file, sheet) = (Arc::clone(self.file), Arc::clone(&self.sheet));
        let origin = match self.corrections.find(&file, &sheet, row, column) {
            None => Origin::Cell { file, sheet, row, column },
            Some(by) => {
                let (person, at) = (Arc::clone(&by.person), by.at);
                Origin::Corrected { file, sheet, row, column, person, at }
            }
        };
        remember(origins, value, origin)
    }
}

/// A fact with an origin.
pub(crate) fn remember(origins: &mut Vec<Origin>, value: Value, origin: Origin) -> Fact {
    let id = OriginId(u32::try_from(origins.len()).unwrap_or(u32::MAX));
    origins.push(origin);
    Fact { value, origin: id }
}
