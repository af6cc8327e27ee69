//! A file read back: as written, edited, stripped, and hostile.

use crate::sample;
use crate::zipped::{BODY, edited, part, typed};
use document::compare::compare;
use document::docx;
use document::figures::Shown;
use document::read::{ReadError, read_back};
use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

fn written() -> Vec<u8> {
    docx::write(&sample::report()).unwrap()
}

/// What the evaluation would say.
fn catalogue(key: &str) -> Option<Shown> {
    let document = sample::report();
    let all: BTreeMap<_, _> = document.figures().into_iter().collect();
    all.get(key).map(|text| Shown::Known((*text).to_owned()))
}

/// The differences, a line each.
fn differences(file: &[u8]) -> String {
    let read = read_back(file).unwrap();
    let found = compare(&read, catalogue);
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_was_written_is_read_back() {
    let document = sample::report();
    let read = read_back(&written()).unwrap();
    let found: Vec<_> = read.figures.iter().map(|f| (f.key.as_str(), f.text.as_str())).collect();
    assert_eq!(found, document.figures());
    assert_eq!(
        read.free,
        [
            ("problems".into(), "一是城区学位仍然偏紧。\n二是乡村学校音乐、美术教师不足。".into()),
            ("next".to_owned(), String::new()),
        ]
    );
    let manifest = read.manifest.as_ref().unwrap();
    assert_eq!(manifest.sources, document.provenance.sources);
    assert_eq!(manifest.engine, document.provenance.engine);
    assert!(compare(&read, catalogue).is_empty());
}

#[test]
fn figures_changed_by_hand_are_found() {
    // Typed over within its control; taken out with its bookmark; typed in two runs.
    let mut file = typed(&written(), "<w:t>42</w:t>", "<w:t>43</w:t>");
    file = typed(&file, "<w:t>83.9%</w:t>", "<w:t>8</w:t></w:r><w:r><w:t>5%</w:t>");
    file = edited(&file, BODY, |body| {
        let from = body.find("<w:bookmarkStart w:id=\"2\"")?;
        let end = "<w:bookmarkEnd w:id=\"2\"/>";
        let to = from + body[from..].find(end)? + end.len();
        Some(format!("{}{}", &body[..from], &body[to..]))
    });
    insta::assert_snapshot!(differences(&file));
}

#[test]
fn a_copied_figure_and_one_of_another_document() {
    let control = |key: &str, text: &str| {
        format!(
            "<w:sdt><w:sdtPr><w:tag w:val=\"{key}\"/></w:sdtPr><w:sdtContent><w:r><w:t>{text}</w:t>\
             </w:r></w:sdtContent></w:sdt>"
        )
    };
    let more =
        format!("<w:p>{}{}</w:p>", control("county.schools", "42"), control("other.figure", "7"));
    let file = edited(&written(), BODY, |body| {
        let end = body.rfind("<w:sectPr")?;
        Some(format!("{}{more}{}", &body[..end], &body[end..]))
    });
    insta::assert_snapshot!(differences(&file));
}

#[test]
fn an_evaluation_that_has_changed_since_is_told_from_a_typing_error() {
    let read = read_back(&written()).unwrap();
    let later = |key: &str| match key {
        "county.schools" => Some(Shown::Known("44".into())),
        _ => catalogue(key),
    };
    let found: Vec<_> = compare(&read, later).iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn a_file_without_its_manifest_is_known_by_its_controls() {
    let bare = edited(&written(), "customXml/item1.xml", |_| None);
    let read = read_back(&bare).unwrap();
    assert_eq!(read.manifest, None);
    assert_eq!(read.figures.len(), sample::report().figures().len());
}

#[test]
fn a_file_without_the_tags_of_its_controls_is_known_by_its_bookmarks() {
    let bare = edited(&written(), BODY, |body| Some(body.replace("<w:tag ", "<w:gone ")));
    let read = read_back(&bare).unwrap();
    assert_eq!(read.figures.len(), sample::report().figures().len());
    assert!(compare(&read, catalogue).is_empty());
}

#[test]
fn deleted_text_under_revision_is_no_text() {
    let file = typed(
        &written(),
        "<w:r><w:t>42</w:t></w:r>",
        "<w:del><w:r><w:delText>42</w:delText></w:r></w:del><w:ins><w:r><w:t>41</w:t></w:r></w:ins>",
    );
    assert!(differences(&file).contains("文中为“41”"), "{}", differences(&file));
}

#[test]
fn hostile_files_are_refused() {
    let code = |file: &[u8]| read_back(file).unwrap_err().code();
    let good = written();
    assert_eq!(code(b""), "D-READ-01");
    assert_eq!(code(b"PK\x03\x04 not a zip"), "D-READ-01");
    for cut in [good.len() / 3, good.len() - 30] {
        assert_eq!(code(&good[..cut]), "D-READ-01");
    }
    let xxe = edited(&good, BODY, |body| {
        let entity = "?>\n<!DOCTYPE w [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
        Some(body.replacen("?>", entity, 1).replacen("42", "&x;", 1))
    });
    assert_eq!(code(&xxe), "D-READ-03");
    let unknown = typed(&good, "<w:t>42</w:t>", "<w:t>&x;</w:t>");
    assert_eq!(code(&unknown), "D-READ-03");
    let deep = typed(&good, "<w:body>", &format!("<w:body>{}", "<w:p>".repeat(5000)));
    assert_eq!(code(&deep), "D-READ-03");
    let half = edited(&good, BODY, |body| body.get(..body.len() / 2).map(str::to_owned));
    assert!(matches!(read_back(&half), Err(ReadError::NotDocx { .. })));
    let other = edited(
        &edited(&good, BODY, |_| Some("<w:document/>".into())),
        "customXml/item1.xml",
        |_| Some("<other/>".into()),
    );
    assert_eq!(code(&other), "D-READ-04");
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("_rels/.rels", options).unwrap();
    writer.write_all(part(&written(), "_rels/.rels").as_bytes()).unwrap();
    writer.start_file(BODY, options).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..300 {
        writer.write_all(&zeros).unwrap();
    }
    let bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    assert_eq!(read_back(&bomb).unwrap_err().code(), "D-READ-02");
}
