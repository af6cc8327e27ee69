use super::*;
use calamine::{Data, Reader};
use domain::{
    Attestation, Class, CountyCode, Draft, Fact, Facts, ItemKind, Level, Origin, OriginId, Room,
    RoomKind, School, SchoolCode, SchoolKind, Section, Stage, Value,
};
use packs::PackSource;
use rust_decimal::Decimal;
use std::io::Cursor;

struct World {
    catalogue: Catalogue,
    layouts: Layouts,
    indicators: Vec<(String, String)>,
}

impl World {
    fn new() -> Self {
        let packs = PackSource::embedded();
        let files = packs.toml_files("items").filter(|file| !file.path().contains("/checks/"));
        let all = files.flat_map(|file| items::read_items(file).unwrap()).collect();
        let catalogue = Catalogue::new(all).unwrap();
        let layouts = Layouts::load(&packs, &catalogue).unwrap();
        let indicators =
            vec![("G3".into(), "音乐、美术专用教室".into()), ("Q5".into(), "教师培训学时".into())];
        Self { catalogue, layouts, indicators }
    }

    fn options<'a>(&'a self, label: Option<&'a str>) -> WriteOptions<'a> {
        WriteOptions {
            catalogue: &self.catalogue,
            layouts: &self.layouts,
            indicators: &self.indicators,
            label,
        }
    }

    /// Has the template a place for the item, at this stage if it belongs to sections?
    fn in_template(&self, id: domain::ItemId, stage: Option<Stage>) -> bool {
        let (_, table) = self.layouts.template(SchoolYear(2024)).unwrap();
        table.sheets.iter().any(|sheet| {
            let target = crate::layout::Target::Item { item: id, stage };
            sheet.rows.contains(&id) || sheet.columns.iter().any(|c| c.target == target)
        })
    }

    /// A fact for every item of a level: different numbers, some not applicable, some missing.
    fn facts(&self, level: Level, stage: Option<Stage>, seed: usize) -> Facts {
        let mut facts = Facts::new();
        for (id, item) in self.catalogue.iter().filter(|(_, item)| item.level == level) {
            if !self.in_template(id, stage) {
                continue;
            }
            let turn = seed + usize::from(id.0);
            let value = match (&item.kind, turn % 11) {
                (_, 3) => continue,
                (ItemKind::Count | ItemKind::Flag, 7) => Value::NotApplicable,
                (ItemKind::Flag, _) => Value::Flag(turn.is_multiple_of(2)),
                (ItemKind::Code(list), _) => Value::Code(list[turn % list.len()].0.as_str().into()),
                (ItemKind::Text, _) if item.code == "place_code" => {
                    Value::Text("340000001001".into())
                }
                (ItemKind::Text, _) => Value::Text(format!("文字{turn}").into()),
                (ItemKind::Date, _) => Value::Date(jiff::civil::date(2024, 9, 1)),
                (ItemKind::Year, _) => Value::Number(2011.into()),
                (ItemKind::Count, _) => {
                    let least = item.range.min.unwrap_or_default();
                    let most = item.range.max.unwrap_or(Decimal::TEN);
                    Value::Number((least + Decimal::from(turn % 9)).min(most))
                }
                (ItemKind::Amount, _) => {
                    let max = item.range.max.unwrap_or(Decimal::ONE_THOUSAND);
                    let min = item.range.min.unwrap_or_default();
                    Value::Number((min + (max - min) / Decimal::from(turn % 7 + 2)).round_dp(3))
                }
            };
            facts.set(id, Fact { value, origin: OriginId(0) });
        }
        // One of these is made of the other where a form holds only the figure.
        let id = |code| self.catalogue.id(code).unwrap();
        if let Some(places) = facts.value(id("places_purchased")).cloned() {
            let value = places.number().map_or(places, |n| Value::Flag(n > Decimal::ZERO));
            facts.set(id("purchased_places"), Fact { value, origin: OriginId(0) });
        }
        facts
    }

    fn snapshot(&self) -> Snapshot {
        self.snapshot_of(SchoolYear(2024))
    }

    fn snapshot_of(&self, year: SchoolYear) -> Snapshot {
        let code = CountyCode::parse("340000").unwrap();
        let mut draft = Draft::new(code, "示例县".into(), year);
        draft.origin(Origin::Given { source: "test".into() });
        draft.county.facts = self.facts(Level::County, None, 0);
        draft.county.attestations.push(Attestation {
            indicator: "G3".into(),
            holds: Some(true),
            evidence: "验收报告、照片".into(),
            person: "张三".into(),
            date: Some(jiff::civil::date(2024, 10, 8)),
        });
        let kinds = [
            SchoolKind::Primary,
            SchoolKind::TeachingPoint,
            SchoolKind::Junior,
            SchoolKind::NineYear,
            SchoolKind::TwelveYear,
            SchoolKind::CompleteSecondary,
        ];
        for (number, kind) in kinds.into_iter().enumerate() {
            let mut stages: Vec<(Stage, bool)> =
                kind.stages().iter().map(|s| (*s, false)).collect();
            if kind == SchoolKind::Primary {
                stages.push((Stage::Junior, true));
            }
            let code = |n: usize| SchoolCode::parse(&format!("34000000{n:02}")).unwrap();
            let class = |stage: &Stage| Class {
                name: "(1)班".into(),
                stage: *stage,
                grade: if *stage == Stage::Primary { 3 } else { 8 },
                facts: self.facts(Level::Class, None, number),
            };
            draft.schools.push(School {
                code: code(number),
                name: format!("第{number}学校"),
                kind,
                parent: (kind == SchoolKind::TeachingPoint).then(|| code(0)),
                facts: self.facts(Level::School, None, number),
                sections: stages
                    .iter()
                    .map(|(stage, attached)| Section {
                        stage: *stage,
                        attached: *attached,
                        facts: self.facts(Level::Section, Some(*stage), number * 3 + stage.index()),
                    })
                    .collect(),
                classes: kind.stages().first().map(class).into_iter().collect(),
                rooms: vec![Room {
                    name: "音乐室1".into(),
                    kind: RoomKind::Music,
                    facts: self.facts(Level::Room, None, number),
                }],
            });
        }
        draft.seal(&self.catalogue).unwrap()
    }
}

fn cells(file: &WrittenFile, sheet: &str) -> calamine::Range<Data> {
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(&file.bytes)).unwrap();
    book.worksheet_range(sheet).unwrap()
}

fn request(supplement_for: Option<&str>) -> TemplateRequest<'_> {
    TemplateRequest { year: SchoolYear(2024), county: None, supplement_for }
}

fn headings(file: &WrittenFile) -> Vec<String> {
    cells(file, "学校").rows().nth(1).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn the_template_has_the_layouts_headings_and_is_the_same_every_time() {
    let world = World::new();
    let file = template(&request(None), &world.options(None)).unwrap();
    assert_eq!(file, template(&request(None), &world.options(None)).unwrap());
    assert_eq!(file.name, "均衡数据模板_2024.xlsx");
    let (_, table) = world.layouts.template(SchoolYear(2024)).unwrap();
    let schools = table.sheet(crate::layout::Role::Schools).unwrap();
    let titles: Vec<String> = schools.columns.iter().map(|c| c.title.clone()).collect();
    assert_eq!(headings(&file), titles);
    let county = cells(&file, "县区");
    assert_eq!(county.get_value((2, 1)).unwrap().to_string(), "2024/2025");
    let evidence = cells(&file, "佐证");
    assert_eq!(evidence.get_value((1, 0)).unwrap().to_string(), "G3");
}

#[test]
fn the_supplement_asks_only_for_what_the_other_files_do_not_hold() {
    let world = World::new();
    let options = world.options(None);
    let whole = headings(&template(&request(None), &options).unwrap());
    for id in ["jiaoji-2021", "jichuji-2012", "export-2021"] {
        let rest = headings(&template(&request(Some(id)), &options).unwrap());
        assert!(rest.len() < whole.len() && rest.len() > 20, "{id}: {}", rest.len());
        assert_eq!(rest[..2], whole[..2], "{id}: code and name stay");
        assert!(rest.iter().all(|heading| !heading.starts_with("教学及辅助用房")), "{id}");
        assert!(rest.iter().any(|heading| heading.starts_with("主校标识码")), "{id}");
    }
    let refused = template(&request(Some("template")), &options).unwrap_err();
    assert!(matches!(refused, WriteError::NoSupplement(_)));
    let unknown = template(&request(Some("x")), &options).unwrap_err();
    assert!(matches!(unknown, WriteError::NoLayout(_)));
}

#[test]
fn every_file_of_a_labelled_county_says_so() {
    const LABEL: &str = "合成数据，仅供演示";
    let world = World::new();
    let snapshot = world.snapshot();
    let options = world.options(Some(LABEL));
    for layout in world.layouts.iter() {
        let mut files = snapshot_as(&layout.id, &snapshot, &options).unwrap();
        assert_eq!(files, snapshot_as(&layout.id, &snapshot, &options).unwrap());
        if layout.id != "template" {
            files.push(supplement(&layout.id, &snapshot, &options).unwrap());
        }
        for file in files {
            let mut book: calamine::Xlsx<_> =
                calamine::open_workbook_from_rs(Cursor::new(&file.bytes)).unwrap();
            let first = book.worksheet_range_at(0).unwrap().unwrap();
            let seen = first.used_cells().any(|(_, _, cell)| cell.to_string().contains(LABEL));
            assert!(seen, "{}", file.name);
        }
    }
}

#[test]
fn official_forms_hold_labels_and_values_at_their_addresses() {
    let world = World::new();
    let snapshot = world.snapshot();
    let catalogue = &world.catalogue;
    let files = snapshot_as("jiaoji-2021", &snapshot, &world.options(Some("合成"))).unwrap();
    assert_eq!(files.len(), snapshot.schools().len());
    let school = &snapshot.schools()[3];
    assert_eq!(files[3].name, format!("{}_{}.xlsx", school.code, school.name));
    let layout = world.layouts.get("jiaoji-2021").unwrap();
    let Body::Cells(official) = &layout.body else { panic!("kind of layout") };
    for sheet in official.sheets.iter().filter(|s| s.is_for(school.kind)) {
        let range = cells(&files[3], &sheet.name);
        let at = |cell: crate::layout::CellRef| range.get_value((cell.row, cell.column));
        for label in sheet.labels_for(school.kind) {
            let found = at(label.at).unwrap().to_string();
            assert!(found.contains(&label.text), "{} {}: {found}", sheet.name, label.at);
        }
        let facts: Vec<_> = sheet
            .values_for(school.kind)
            .filter(|v| matches!(v.target, crate::layout::Target::Item { .. }))
            .map(|v| v.cells[0])
            .collect();
        for value in sheet.values_for(school.kind) {
            let field = matches!(value.target, crate::layout::Target::Field(_));
            if field && facts.contains(&value.cells[0]) {
                continue;
            }
            let content = content::school(value.target, None, school, &snapshot, catalogue);
            let found = at(value.cells[0]).cloned().unwrap_or_default();
            let same = match content {
                content::Content::Blank => found == Data::Empty,
                content::Content::Number(n) => found.to_string() == n.normalize().to_string(),
                content::Content::Text(text) => found == Data::String(text),
                content::Content::Date(_) => false,
            };
            assert!(same, "{} {}: {found}", sheet.name, value.cells[0]);
        }
    }
}

/// Writes files into a folder and reads the folder.
fn back(world: &World, files: &[WrittenFile]) -> (Option<Snapshot>, Vec<crate::Finding>) {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        std::fs::write(folder.path().join(&file.name), &file.bytes).unwrap();
    }
    let options = crate::Options::new(&world.catalogue, &world.layouts);
    let intake = crate::read(&[folder.path()], &options);
    (intake.snapshot().cloned(), intake.findings)
}

#[test]
fn what_is_written_by_any_layout_is_read_as_the_same_facts() {
    let world = World::new();
    let snapshot = world.snapshot();
    let options = world.options(Some("合成数据，仅供演示"));
    for layout in world.layouts.iter().filter(|l| l.years.contains(snapshot.year())) {
        let mut files = snapshot_as(&layout.id, &snapshot, &options).unwrap();
        if !matches!(layout.body, Body::Table(_)) {
            files.push(supplement(&layout.id, &snapshot, &options).unwrap());
        }
        let (read, findings) = back(&world, &files);
        let errors: Vec<String> = findings
            .iter()
            .filter(|f| f.severity == crate::Severity::Error)
            .map(ToString::to_string)
            .collect();
        let read = read.unwrap_or_else(|| panic!("{}: no snapshot: {errors:#?}", layout.id));
        let differences = differences(&world, &snapshot, &read);
        assert!(differences.is_empty(), "{}: {differences:#?} {errors:#?}", layout.id);
        assert_eq!(read.hash(), snapshot.hash(), "{}", layout.id);
        assert!(errors.is_empty(), "{}: {errors:#?}", layout.id);
    }
}

#[test]
fn the_older_forms_hold_all_but_what_they_count_together() {
    let world = World::new();
    let snapshot = world.snapshot_of(SchoolYear(2019));
    let options = world.options(None);
    let mut files = snapshot_as("jichuji-2012", &snapshot, &options).unwrap();
    files.push(supplement("jichuji-2012", &snapshot, &options).unwrap());
    let (read, _) = back(&world, &files);
    let read = read.unwrap();
    for difference in differences(&world, &snapshot, &read) {
        let together = ["teachers_doctor", "teachers_master"];
        assert!(together.iter().any(|item| difference.contains(item)), "{difference}");
    }
    // 研究生 is doctor and master together: the number of both is the same.
    let graduates = |snapshot: &Snapshot, school: usize| -> Option<Decimal> {
        let facts = &snapshot.schools()[school].section(Stage::Primary)?.facts;
        let number = |code| facts.value(world.catalogue.id(code).unwrap()).and_then(Value::number);
        Some(number("teachers_doctor")? + number("teachers_master")?)
    };
    let both: Vec<usize> = (0..6).filter(|n| graduates(&snapshot, *n).is_some()).collect();
    assert!(!both.is_empty());
    for school in both {
        assert_eq!(graduates(&snapshot, school), graduates(&read, school));
    }
}

#[test]
fn an_annotated_copy_is_read_as_the_same_facts() {
    let world = World::new();
    let snapshot = world.snapshot();
    let file = snapshot_as("template", &snapshot, &world.options(None)).unwrap().remove(0);
    let at = crate::Location::cell(&file.name.as_str().into(), &"学校".into(), 3, 5);
    let found = [crate::Finding::error(crate::finding::code::TYPE, "不是整数").at(at)];
    let limits = crate::open::Limits::default();
    let copy = crate::annotate::annotate(&file.bytes, &file.name, &found, &limits).unwrap();
    assert!(copy.in_place);
    let copy = WrittenFile { name: file.name.clone(), bytes: copy.bytes };
    let (read, findings) = back(&world, &[copy]);
    assert_eq!(read.unwrap().hash(), snapshot.hash());
    assert!(findings == back(&world, &[file]).1, "the same findings");
}

#[test]
fn an_empty_template_has_no_mistakes_in_it() {
    let world = World::new();
    let county = Some((CountyCode::parse("340000").unwrap(), "示例县".to_owned()));
    let request = TemplateRequest { year: SchoolYear(2024), county, supplement_for: None };
    let file = template(&request, &world.options(None)).unwrap();
    let (read, findings) = back(&world, &[file]);
    let errors = findings.iter().filter(|f| f.severity == crate::Severity::Error);
    assert_eq!(errors.map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    let read = read.unwrap();
    assert!(read.schools().is_empty() && read.county().attestations.is_empty());
}

/// What a snapshot says besides facts, in words.
fn structure(snapshot: &Snapshot) -> Vec<(String, String)> {
    let county = snapshot.county();
    let attested = county.attestations.iter();
    let mut all: Vec<(String, String)> =
        attested.map(|a| (a.indicator.clone(), format!("{a:?}"))).collect();
    all.push(("县".into(), format!("{} {} {}", county.code, county.name, snapshot.year())));
    for school in snapshot.schools() {
        let sections: Vec<_> = school.sections.iter().map(|s| (s.stage, s.attached)).collect();
        all.push((
            school.code.to_string(),
            format!("{} {} {:?} {sections:?}", school.name, school.kind, school.parent),
        ));
    }
    all
}

/// Facts that are not the same in two snapshots, in words.
fn differences(world: &World, one: &Snapshot, other: &Snapshot) -> Vec<String> {
    let facts = |snapshot: &Snapshot| -> std::collections::BTreeMap<String, String> {
        snapshot
            .places()
            .flat_map(|place| {
                let title = place.title();
                let own = place.facts(place.level()).unwrap();
                own.iter()
                    .map(|(id, fact)| {
                        let item = &world.catalogue.item(id).code;
                        (format!("{title} {item}"), fact.value.to_string())
                    })
                    .collect::<Vec<_>>()
            })
            .chain(structure(snapshot))
            .collect()
    };
    let (one, other) = (facts(one), facts(other));
    one.keys()
        .chain(other.keys())
        .filter(|key| one.get(*key) != other.get(*key))
        .map(|key| format!("{key}: {:?} → {:?}", one.get(key), other.get(key)))
        .collect()
}
