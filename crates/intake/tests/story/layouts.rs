//! The layouts of the packs fit the catalogue, and faulty layouts are refused with their line.

use domain::{Level, SchoolYear, Stage};
use intake::layout::{Body, Field, Layouts, Target};
use packs::PackSource;
use std::collections::BTreeSet;

fn catalogue() -> domain::Catalogue {
    items::load(&PackSource::embedded()).unwrap().catalogue().clone()
}

#[test]
fn the_template_holds_every_item() {
    let catalogue = catalogue();
    let layouts = Layouts::load(&PackSource::embedded(), &catalogue).unwrap();
    let (_, table) = layouts.template(SchoolYear(2024)).unwrap();
    let mut held = BTreeSet::new();
    for sheet in &table.sheets {
        held.extend(sheet.rows.iter().copied());
        held.extend(sheet.columns.iter().filter_map(|c| match c.target {
            Target::Item { item, .. } => Some(item),
            Target::Field(_) => None,
        }));
    }
    let absent: Vec<&str> = catalogue
        .iter()
        .filter(|(id, _)| !held.contains(id))
        .map(|(_, item)| item.code.as_str())
        .collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[test]
fn each_year_has_one_generation_of_official_forms() {
    let layouts = Layouts::load(&PackSource::embedded(), &catalogue()).unwrap();
    assert_eq!(layouts.official(SchoolYear(2020)).unwrap().0.id, "jichuji-2012");
    assert_eq!(layouts.official(SchoolYear(2021)).unwrap().0.id, "jiaoji-2021");
    assert!(layouts.official(SchoolYear(2011)).is_none());
}

#[test]
fn every_value_of_an_official_form_is_a_fact_of_a_school() {
    let catalogue = catalogue();
    let layouts = Layouts::load(&PackSource::embedded(), &catalogue).unwrap();
    for layout in layouts.iter() {
        let Body::Cells(cells) = &layout.body else { continue };
        for sheet in &cells.sheets {
            assert!(!sheet.labels.is_empty());
            for value in &sheet.values {
                match value.target {
                    Target::Item { item, stage } => {
                        let level = catalogue.item(item).level;
                        assert_eq!(level == Level::Section, stage.is_some(), "{}", sheet.name);
                    }
                    Target::Field(field) => assert!(
                        matches!(
                            field,
                            Field::Code | Field::Name | Field::Kind | Field::CountyCode
                        ),
                        "{field:?}"
                    ),
                }
            }
        }
    }
    let (_, jiaoji) = layouts.official(SchoolYear(2022)).unwrap();
    let pupils = jiaoji.sheets.iter().find(|s| s.name == "教基3112").unwrap();
    assert_eq!(pupils.values[0].cells[0].to_string(), "I6");
    let item = catalogue.id("pupils").unwrap();
    assert_eq!(pupils.values[0].target, Target::Item { item, stage: Some(Stage::Primary) });
}

const HEAD: &str = "id = \"x\"\ntitle = \"甲\"\nvalid_from = 2020\nsource = \"s\"\ngrade = \"K\"\n";

#[test]
fn faulty_layouts_are_refused_with_their_line() {
    let catalogue = catalogue();
    for (body, expected) in [
        ("kind = \"sheets\"\n", "kind 只能是"),
        ("kind = \"table\"\n", "没有任何工作表"),
        ("kind = \"table\"\nvalid_too = 2021\n", "valid_too"),
        ("kind = \"cells\"\n[[sheet]]\nname = \"a\"\n", "缺少 prefix"),
        ("kind = \"cells\"\nprefix = \"a\"\n[[sheet]]\nname = \"a1\"\n", "没有可核对的标签"),
        (
            "kind = \"cells\"\nprefix = \"a\"\n[[sheet]]\nname = \"a1\"\n[[sheet.label]]\nat = \"6C\"\ntext = \"x\"\n",
            "不是单元格地址",
        ),
        (
            "kind = \"table\"\n[[sheet]]\nname = \"学校\"\nrole = \"schools\"\n[[sheet.group]]\nitems = [\"pupil\"]\n",
            "数据项目录中没有“pupil”",
        ),
        (
            "kind = \"table\"\n[[sheet]]\nname = \"学校\"\nrole = \"schools\"\n[[sheet.group]]\nitems = [\"pupils\"]\n",
            "属于学段级",
        ),
        (
            "kind = \"table\"\n[[sheet]]\nname = \"学校\"\nrole = \"schools\"\n[[sheet.group]]\nitems = [\"books\", \"books\"]\n",
            "重复",
        ),
        ("kind = \"export\"\n", "缺少 [stages]"),
        (
            "kind = \"export\"\n[stages]\nprimary = [\"小学\"]\n[[column]]\npath = [\"a\"]\nitem = \"books\"\nfield = \"name\"\n",
            "须且只须写一个",
        ),
        (
            "kind = \"export\"\n[labels.kind]\n\"小学校\" = \"school\"\n[stages]\nprimary = [\"小学\"]\n",
            "没有代码“school”",
        ),
    ] {
        let text = format!("{HEAD}{body}");
        let packs = PackSource::memory([("layouts/x.toml", text.as_str())]);
        let error = Layouts::load(&packs, &catalogue).unwrap_err().to_string();
        assert!(
            error.contains(expected) && error.contains("layouts/x.toml"),
            "{expected}: {error}"
        );
        assert!(error.contains("行"), "{error}");
    }
}
