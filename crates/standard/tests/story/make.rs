//! Making counties: schools and facts in a few words.

use domain::{
    Attestation, Catalogue, CountyCode, Draft, Fact, Facts, ItemKind, Level, Origin, OriginId,
    Room, RoomKind, School, SchoolCode, SchoolKind, SchoolYear, Section, Snapshot, Stage, Value,
};
use packs::PackSource;
use standard::evaluation::{IndicatorValue, PartResult, SectionResult, StageIndicator, Verdict};
use standard::{Evaluation, Options, Standard, StandardError};
use std::sync::{Arc, OnceLock};

/// The national standard of 2017, as it is embedded.
pub(crate) const QUALITY: &str = "cn-quality-2017";

/// The embedded packs.
pub(crate) fn packs() -> &'static PackSource {
    static PACKS: OnceLock<PackSource> = OnceLock::new();
    PACKS.get_or_init(PackSource::embedded)
}

/// The embedded catalogue.
pub(crate) fn catalogue() -> &'static Arc<Catalogue> {
    static CATALOGUE: OnceLock<Arc<Catalogue>> = OnceLock::new();
    CATALOGUE.get_or_init(|| Arc::new(items::load(packs()).unwrap().catalogue().clone()))
}

/// An embedded standard.
pub(crate) fn load(id: &str) -> Standard {
    standard::load::load(packs(), catalogue(), id).unwrap_or_else(|error| panic!("{error}"))
}

/// The national standard of 2017.
pub(crate) fn quality() -> &'static Standard {
    static QUALITY_STANDARD: OnceLock<Standard> = OnceLock::new();
    QUALITY_STANDARD.get_or_init(|| load(QUALITY))
}

/// A county without anything.
pub(crate) fn county(year: i16) -> Draft {
    let code = CountyCode::parse("990000").unwrap();
    let mut draft = Draft::new(code, "试算县".into(), SchoolYear(year));
    draft.origin(Origin::Given { source: "试算".into() });
    draft
}

/// A school without facts; its code ends in `number`.
pub(crate) fn school(number: u32, name: &str, kind: SchoolKind) -> School {
    School {
        code: code(number),
        name: name.to_owned(),
        kind,
        parent: None,
        facts: Facts::new(),
        sections: Vec::new(),
        classes: Vec::new(),
        rooms: Vec::new(),
    }
}

/// The code of a test school.
pub(crate) fn code(number: u32) -> SchoolCode {
    SchoolCode::parse(&format!("99{number:08}")).unwrap()
}

/// Sets a fact from its text: `—` does not apply, an empty text takes the fact away.
pub(crate) fn set(facts: &mut Facts, item: &str, raw: &str) {
    let Some((id, item)) = catalogue().find(item) else { panic!("no item {item}") };
    if raw.is_empty() {
        facts.remove(id);
        return;
    }
    let value = match &item.kind {
        _ if raw == "—" => Value::NotApplicable,
        ItemKind::Count | ItemKind::Amount | ItemKind::Year => Value::Number(raw.parse().unwrap()),
        ItemKind::Flag => Value::Flag(match raw {
            "是" => true,
            "否" => false,
            _ => panic!("{raw} is no flag"),
        }),
        ItemKind::Code(_) => Value::Code(raw.into()),
        ItemKind::Text => Value::Text(raw.into()),
        ItemKind::Date => Value::Date(raw.parse().unwrap()),
    };
    facts.set(id, Fact { value, origin: OriginId(0) });
}

/// Several facts at once, as `item=value` words: `pupils=300 teachers=20`.
pub(crate) fn set_all(facts: &mut Facts, words: &str) {
    for word in words.split_whitespace() {
        let Some((item, raw)) = word.split_once('=') else { panic!("{word} is no fact") };
        set(facts, item, raw);
    }
}

/// Words that make a school.
pub(crate) trait Make: Sized {
    /// Facts of the school itself.
    fn with(self, words: &str) -> Self;
    /// A section with its facts.
    fn section_with(self, stage: Stage, words: &str) -> Self;
    /// Music and art rooms with their areas.
    fn rooms(self, music: &[&str], art: &[&str]) -> Self;
    /// The school that it belongs to.
    fn of(self, parent: u32) -> Self;
}

impl Make for School {
    fn with(mut self, words: &str) -> Self {
        set_all(&mut self.facts, words);
        self
    }

    fn section_with(mut self, stage: Stage, words: &str) -> Self {
        let mut facts = Facts::new();
        set_all(&mut facts, words);
        let attached = !self.kind.stages().contains(&stage);
        self.sections.push(Section { stage, attached, facts });
        self
    }

    fn rooms(mut self, music: &[&str], art: &[&str]) -> Self {
        for (kind, areas) in [(RoomKind::Music, music), (RoomKind::Art, art)] {
            for (index, area) in areas.iter().enumerate() {
                let mut facts = Facts::new();
                set(&mut facts, "room_area", area);
                self.rooms.push(Room { name: (index + 1).to_string(), kind, facts });
            }
        }
        self
    }

    fn of(mut self, parent: u32) -> Self {
        self.parent = Some(code(parent));
        self
    }
}

/// A complete attestation.
pub(crate) fn attestation(indicator: &str) -> Attestation {
    Attestation {
        indicator: indicator.to_owned(),
        holds: Some(true),
        evidence: "材料 1".into(),
        person: "张三".into(),
        date: Some(jiff::civil::date(2024, 10, 8)),
    }
}

/// The county's schools with more facts: `places` names them as in [`change`].
pub(crate) fn changed(draft: &Draft, changes: &[(&str, &str)]) -> Draft {
    let mut draft = draft.clone();
    for (place, words) in changes {
        change(&mut draft, place, words);
    }
    draft
}

/// Changes facts at a place: empty for the county, a school's name, or a name followed by ` 小学`
/// or ` 初中` for its section.
pub(crate) fn change(draft: &mut Draft, place: &str, words: &str) {
    set_all(facts(draft, place), words);
}

/// The facts of a place, named as in [`change`].
pub(crate) fn facts<'a>(draft: &'a mut Draft, place: &str) -> &'a mut Facts {
    if place.is_empty() {
        return &mut draft.county.facts;
    }
    let (name, stage) = match place.split_once(' ') {
        None => (place, None),
        Some((name, stage)) => (name, Some(Stage::from_label(stage).unwrap())),
    };
    let Some(school) = draft.schools.iter_mut().find(|s| s.name == name) else {
        panic!("no school {name}")
    };
    match stage {
        None => &mut school.facts,
        Some(stage) => &mut school.sections.iter_mut().find(|s| s.stage == stage).unwrap().facts,
    }
}

/// The level of an item.
pub(crate) fn level(item: &str) -> Level {
    catalogue().find(item).unwrap().1.level
}

pub(crate) fn seal(draft: &Draft) -> Snapshot {
    draft.clone().seal(catalogue()).unwrap()
}

/// Judged by the national standard with its own parameters.
pub(crate) fn judge(draft: &Draft) -> Evaluation {
    judge_with(draft, &[]).unwrap()
}

/// Judged by the national standard with the user's parameters.
pub(crate) fn judge_with(
    draft: &Draft,
    parameters: &[(&str, &str)],
) -> Result<Evaluation, StandardError> {
    standard::evaluate(&seal(draft), quality(), &options(parameters))
}

/// Options with parameters.
pub(crate) fn options(parameters: &[(&str, &str)]) -> Options {
    let parameters =
        parameters.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect();
    Options { parameters, compare_forms: false }
}

/// Looking things up in an evaluation, by name.
pub(crate) trait Look {
    /// The result of a section, by the name of its school.
    fn section(&self, school: &str, stage: Stage) -> &SectionResult;
    /// A value of a section.
    fn value(&self, school: &str, stage: Stage, indicator: &str) -> &IndicatorValue;
    /// A part of a county indicator.
    fn part(&self, code: &str) -> &PartResult;
    /// An indicator in a stage.
    fn spread(&self, stage: Stage, code: &str) -> &StageIndicator;
    /// Subjects of the reasons that fail.
    fn failures(&self) -> Vec<&str>;
}

impl Look for Evaluation {
    fn section(&self, school: &str, stage: Stage) -> &SectionResult {
        self.sections.iter().find(|s| s.name == school && s.stage == stage).unwrap()
    }

    fn value(&self, school: &str, stage: Stage, indicator: &str) -> &IndicatorValue {
        self.section(school, stage).value(indicator).unwrap()
    }

    fn part(&self, code: &str) -> &PartResult {
        let mut parts = self.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts);
        parts.find(|p| p.code == code).unwrap()
    }

    fn spread(&self, stage: Stage, code: &str) -> &StageIndicator {
        let stage = self.stage(stage).unwrap();
        stage.indicators.iter().find(|i| i.code == code).unwrap()
    }

    fn failures(&self) -> Vec<&str> {
        let reasons = self.overall.reasons.iter();
        reasons.filter(|r| r.verdict == Verdict::Fail).map(|r| r.subject.as_str()).collect()
    }
}
