//! A small catalogue and a county to evaluate formulas in.

use domain::{
    Catalogue, Class, CountyCode, Draft, Exact, Fact, Facts, Item, ItemKind, Level, Origin,
    OriginId, Place, Range, Room, RoomKind, School, SchoolCode, SchoolKind, SchoolYear, Section,
    Snapshot, Stage, Unit, Value,
};
use formula::{Definition, Env, Everything, Formula, Outcome, Vocabulary};

/// code, Chinese name, level, kind, unit
const ITEMS: &[(&str, &str, Level, ItemKind, &str)] = &[
    ("population", "常住人口", Level::County, ItemKind::Amount, "万人"),
    ("books", "图书", Level::School, ItemKind::Count, "册"),
    ("teaching_rooms_area", "教学及辅助用房面积", Level::School, ItemKind::Amount, "㎡"),
    ("indoor_sports_area", "室内体育用房面积", Level::School, ItemKind::Amount, "㎡"),
    ("equipment_value", "教学仪器设备值", Level::School, ItemKind::Amount, "万元"),
    ("multimedia_rooms", "网络多媒体教室", Level::School, ItemKind::Count, "间"),
    ("year_built", "建校年份", Level::School, ItemKind::Year, "1"),
    ("boarding_school", "是否寄宿制", Level::School, ItemKind::Flag, "1"),
    ("township", "乡镇", Level::School, ItemKind::Text, "1"),
    ("opened", "启用日期", Level::School, ItemKind::Date, "1"),
    ("pupils", "在校生数", Level::Section, ItemKind::Count, "人"),
    ("classes", "班级数", Level::Section, ItemKind::Count, "班"),
    ("teachers", "专任教师数", Level::Section, ItemKind::Count, "人"),
    ("teachers_above", "高于规定学历教师数", Level::Section, ItemKind::Count, "人"),
    ("class_size", "班额", Level::Class, ItemKind::Count, "人"),
    ("room_area", "教室面积", Level::Room, ItemKind::Amount, "㎡"),
];

/// The catalogue of the tests.
pub(crate) fn catalogue() -> Catalogue {
    let mut items: Vec<Item> = ITEMS
        .iter()
        .map(|(code, zh, level, kind, unit)| Item {
            code: (*code).into(),
            zh: (*zh).into(),
            en: String::new(),
            unit: Unit::parse(unit).unwrap(),
            level: *level,
            kind: kind.clone(),
            range: Range::default(),
            cells: Vec::new(),
            definition: String::new(),
        })
        .collect();
    let mut residence = items[0].clone();
    residence.code = "residence".into();
    residence.zh = "城乡类型".into();
    residence.level = Level::School;
    residence.unit = Unit::ONE;
    let list = [("111", "主城区"), ("121", "镇中心区"), ("210", "乡中心区"), ("220", "村庄")];
    residence.kind = ItemKind::Code(list.map(|(c, z)| (c.into(), z.into())).into());
    items.push(residence);
    Catalogue::new(items).unwrap()
}

/// Facts written as `books=23226 boarding_school=是 teachers=—`.
pub(crate) fn facts(catalogue: &Catalogue, text: &str) -> Facts {
    let mut facts = Facts::new();
    for pair in text.split_whitespace() {
        let (code, value) = pair.split_once('=').unwrap();
        let (id, item) = catalogue.find(code).unwrap();
        let value = match (value, &item.kind) {
            ("—", _) => Value::NotApplicable,
            (_, ItemKind::Flag) => Value::Flag(value == "是"),
            (_, ItemKind::Code(_)) => Value::Code(value.into()),
            (_, ItemKind::Text) => Value::Text(value.into()),
            _ => Value::Number(value.parse().unwrap()),
        };
        facts.set(id, Fact { value, origin: OriginId(0) });
    }
    facts
}

/// A county being put together, with the names that a pack would give.
pub(crate) struct World {
    pub(crate) catalogue: Catalogue,
    pub(crate) draft: Draft,
    pub(crate) weights: [Exact; 3],
}

impl World {
    pub(crate) fn new(county: &str) -> Self {
        let catalogue = catalogue();
        let code = CountyCode::parse("340000").unwrap();
        let mut draft = Draft::new(code, "示例县".into(), SchoolYear(2024));
        draft.origin(Origin::Cell {
            file: "示例.xlsx".into(),
            sheet: "学校".into(),
            row: 5,
            column: 2,
        });
        draft.county.facts = facts(&catalogue, county);
        let weights = ["1", "1.1", "1.32"].map(|text| Exact::parse(text).unwrap());
        Self { catalogue, draft, weights }
    }

    /// Adds a school; the sections are those of its kind, as far as facts are given.
    pub(crate) fn school(
        mut self,
        name: &str,
        kind: SchoolKind,
        school: &str,
        sections: &[&str],
    ) -> Self {
        let number = self.draft.schools.len() + 1;
        let sections = kind.stages().iter().zip(sections).map(|(stage, text)| Section {
            stage: *stage,
            attached: false,
            facts: facts(&self.catalogue, text),
        });
        let school = School {
            code: SchoolCode::parse(&format!("{:010}", 3_400_000_000 + number as u64)).unwrap(),
            name: name.into(),
            kind,
            parent: None,
            facts: facts(&self.catalogue, school),
            sections: sections.collect(),
            classes: Vec::new(),
            rooms: Vec::new(),
        };
        self.draft.schools.push(school);
        self
    }

    /// Adds classes with these sizes to the last school; `?` is a size that is missing.
    pub(crate) fn classes(mut self, stage: Stage, sizes: &str) -> Self {
        let school = self.draft.schools.last_mut().unwrap();
        for (number, size) in (1..).zip(sizes.split_whitespace()) {
            let text = if size == "?" { String::new() } else { format!("class_size={size}") };
            school.classes.push(Class {
                name: format!("({number})班"),
                stage,
                grade: 1,
                facts: facts(&self.catalogue, &text),
            });
        }
        self
    }

    /// Adds rooms of these areas to the last school.
    pub(crate) fn rooms(mut self, kind: RoomKind, areas: &str) -> Self {
        let school = self.draft.schools.last_mut().unwrap();
        for (number, area) in (1..).zip(areas.split_whitespace()) {
            let facts = facts(&self.catalogue, &format!("room_area={area}"));
            school.rooms.push(Room { name: format!("{number}室"), kind, facts });
        }
        self
    }

    pub(crate) fn seal(self) -> Sealed {
        let snapshot = self.draft.seal(&self.catalogue).unwrap();
        Sealed {
            catalogue: self.catalogue,
            snapshot,
            weights: self.weights,
            parameters: Vec::new(),
            definitions: Vec::new(),
        }
    }
}

/// A sealed county and an environment for it.
pub(crate) struct Sealed {
    pub(crate) catalogue: Catalogue,
    pub(crate) snapshot: Snapshot,
    pub(crate) weights: [Exact; 3],
    pub(crate) parameters: Vec<Outcome>,
    pub(crate) definitions: Vec<Definition>,
}

impl Sealed {
    pub(crate) fn env(&self) -> Env<'_> {
        Env {
            snapshot: &self.snapshot,
            catalogue: &self.catalogue,
            parameters: &self.parameters,
            definitions: &self.definitions,
            weights: &self.weights,
            guests: None,
            scope: &Everything,
        }
    }

    pub(crate) fn county(&self) -> Place<'_> {
        Place::County(self.snapshot.county())
    }

    /// The school of a place in the order of codes.
    pub(crate) fn school(&self, index: usize) -> Place<'_> {
        Place::School(self.snapshot.county(), &self.snapshot.schools()[index])
    }

    pub(crate) fn section(&self, index: usize, stage: Stage) -> Place<'_> {
        let school = &self.snapshot.schools()[index];
        Place::Section(self.snapshot.county(), school, school.section(stage).unwrap())
    }

    /// Reads a formula with the items only.
    pub(crate) fn formula(&self, source: &str, level: Level) -> Formula {
        match Formula::parse(source, &Vocabulary::new(&self.catalogue), level) {
            Ok(formula) => formula,
            Err(error) => panic!("{error}"),
        }
    }

    /// Reads and evaluates.
    pub(crate) fn value(&self, source: &str, place: Place<'_>) -> Outcome {
        self.formula(source, place.level()).evaluate(&self.env(), place)
    }
}

/// A number as an outcome.
pub(crate) fn number(text: &str) -> Outcome {
    Outcome::Number(Exact::parse(text).unwrap())
}
