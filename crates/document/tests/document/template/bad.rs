//! Every refusal of a template, one bad pack each: laid over the packs of the program, so that the
//! file is the only thing wrong.

use super::counties::BENCH;
use document::Template;
use packs::PackSource;
use std::fs;
use std::path::Path;

/// What every bad template has besides what is wrong with it.
const HEAD: &str = "id = \"bad\"\nname = \"坏模板\"\nabout = \"试验\"\nstandards = [\"cn-quality-2017\"]\n\
                    title = \"试验\"\n";
const TAIL: &str = "\n[[example]]\non = \"fail\"\nsays = [\"试验\"]\n";

fn refusal(text: &str) -> String {
    let packs = PackSource::embedded().overlay(PackSource::memory([("documents/bad.toml", text)]));
    match Template::load(&packs, "bad", &BENCH.catalogue) {
        Ok(_) => "没有被拒绝".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_bad_template_is_refused_at_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut names: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert!(names.len() > 30, "{names:?}");
    let mut all = Vec::new();
    for name in &names {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let whole = if text.contains("id = ") { text } else { format!("{HEAD}{text}{TAIL}") };
        let said = refusal(&whole);
        assert!(!said.contains("没有被拒绝"), "{name:?}");
        assert!(said.contains(" 行第 "), "{name:?} 没有行号：{said}");
        all.push(format!("[{}]\n{said}\n", name.to_str().unwrap()));
    }
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_not_there_is_said() {
    let unknown = Template::load(&BENCH.packs, "self-evaluations", &BENCH.catalogue).unwrap_err();
    assert_eq!(unknown.code(), "DT-FILE-01");
    assert!(unknown.to_string().contains("self-evaluation"), "{unknown}");
}

#[test]
fn a_sound_template_is_taken() {
    let text = format!("{HEAD}[[block]]\nparagraph = \"共{{county.schools.count}}所。\"\n{TAIL}");
    assert_eq!(refusal(&text), "没有被拒绝");
}
