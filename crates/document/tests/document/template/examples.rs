//! The examples of the packs: what a document must say of a county, and what it must not.

use super::counties::{BENCH, named};
use super::texts::{render, template, text};
use document::Template;

#[test]
fn every_example_holds() {
    let mut wrong = Vec::new();
    for id in Template::ids(&BENCH.packs) {
        let template = template(&id);
        for example in template.examples() {
            let text = text(&render(&template, named(&example.on)));
            let place = format!("{id}.toml 第 {} 行（{}）", example.line, example.on);
            let lacks = example.says.iter().filter(|says| !text.contains(says.as_str()));
            wrong.extend(lacks.map(|says| format!("{place} 没有写“{says}”")));
            let has = example.never.iter().filter(|never| text.contains(never.as_str()));
            wrong.extend(has.map(|never| format!("{place} 不应写“{never}”")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
