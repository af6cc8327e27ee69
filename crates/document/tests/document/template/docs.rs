//! The documentation says what the program does: its example is run, its list of figures is the
//! program's.

use super::counties::{BENCH, FAIL, PASS};
use super::texts::text;
use document::Template;
use document::template::{Options, Written};
use packs::PackSource;
use std::fs;
use std::path::PathBuf;

const BEGIN: &str = "<!-- figures -->\n";
const END: &str = "<!-- end of figures -->\n";

fn page() -> (PathBuf, String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/documents.md");
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

/// `JUNHENG_WRITE=1` writes the list anew.
#[test]
fn the_list_of_figures_is_the_programs() {
    let (path, page) = page();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (list, after) = rest.split_once(END).unwrap();
    let expected = format!("{}\n", document::figures::reference());
    if std::env::var("JUNHENG_WRITE").is_ok() {
        fs::write(path, format!("{before}{BEGIN}{expected}{END}{after}")).unwrap();
    } else {
        assert_eq!(list, expected, "请以 JUNHENG_WRITE=1 重写 docs/documents.md 中的清单");
    }
}

#[test]
fn the_example_of_the_page_works() {
    let (_, page) = page();
    let (_, rest) = page.split_once("```toml documents/brief.toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let packs =
        PackSource::embedded().overlay(PackSource::memory([("documents/brief.toml", example)]));
    let template = Template::load(&packs, "brief", &BENCH.catalogue).unwrap();
    for (county, says) in [(&*FAIL, "未达标的有青禾市第二实验小学"), (&*PASS, "没有未达标的学校")]
    {
        let document =
            template.render(county.sources(), &Written::new(), &Options::default()).unwrap();
        let text = text(&document);
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn every_template_of_the_program_stands_on_the_page() {
    let (_, page) = page();
    for id in Template::ids(&BENCH.packs) {
        assert!(page.contains(&format!("| `{id}` |")), "{id}");
    }
}
