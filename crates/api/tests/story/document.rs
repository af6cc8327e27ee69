//! The OpenAPI document: it has every endpoint of the table and no other, and holds together.

use crate::shape::shape;
use api::{Need, TABLE};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            all.push((method.to_uppercase(), path.clone(), operation));
        }
    }
    all
}

#[test]
fn the_table_and_the_document_say_the_same() {
    let document = api::document();
    let of_document: BTreeSet<(String, String)> =
        operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let of_table: BTreeSet<(String, String)> =
        TABLE.iter().map(|line| (line.0.to_string(), line.1.to_owned())).collect();
    assert_eq!(of_document, of_table);
    for (method, path, operation) in operations(&document) {
        let line = TABLE.iter().find(|line| line.0.as_str() == method && line.1 == path).unwrap();
        let secured = operation["security"].is_array();
        assert_eq!(secured, line.2 != Need::Nothing, "{method} {path}");
        let csrf = operation["parameters"]
            .as_array()
            .is_some_and(|list| list.iter().any(|p| p["name"] == "X-CSRF-Token"));
        assert_eq!(csrf, secured && method != "GET", "{method} {path}");
    }
}

#[test]
fn every_operation_is_described() {
    let document = api::document();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty() && !summary.is_ascii(), "{method} {path}: a Chinese summary");
        assert!(operation["tags"].is_array(), "{method} {path}: a tag");
        let id = operation["operationId"].as_str().unwrap().to_owned();
        assert!(ids.insert(id.clone()), "{method} {path}: {id} is taken");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["schema"].is_object(), "{method} {path}: {parameter}");
        }
        if let Some(media) = operation.pointer("/requestBody/content/application~1json/schema") {
            let name = media["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
            let schema = &document["components"]["schemas"][name];
            let example = schema["example"].is_object() || schema["examples"].is_array();
            assert!(example, "{method} {path}: {name} has an example");
        }
    }
}

/// Every `$ref` leads somewhere.
#[test]
fn references_resolve() {
    let document = api::document();
    let mut stack = vec![&document];
    let mut seen = 0;
    while let Some(value) = stack.pop() {
        match value {
            Value::Object(map) => {
                if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                    let pointer = target.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{target}");
                    seen += 1;
                }
                stack.extend(map.values());
            }
            Value::Array(list) => stack.extend(list),
            _ => {}
        }
    }
    assert!(seen > 50);
}

/// The whole document in review form. It changes with every endpoint:
/// `INSTA_UPDATE=always cargo test -p junheng-api the_whole_document` renews it; read the difference.
#[test]
fn the_whole_document() {
    insta::assert_snapshot!(shape(&api::document()));
}

/// Two Rust types of one name are one schema in the document, and one of the two is then described
/// wrongly without a word. So the sources are asked.
#[test]
fn a_schema_has_one_type() {
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut open = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (_, rest) in text.match_indices("ToSchema)]").map(|(at, _)| text.split_at(at)) {
            let words: Vec<&str> = rest.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            let at = words.iter().position(|word| matches!(*word, "struct" | "enum")).unwrap();
            let name = words[at + 1].to_owned();
            if let Some(other) = found.insert(name.clone(), path.clone()) {
                panic!("{name} is in {} and in {}", other.display(), path.display());
            }
        }
    }
    let document = api::document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert!(schemas.len() > 100, "{}", schemas.len());
    for name in schemas.keys() {
        let of = name.split_once('_').map_or(name.as_str(), |(generic, _)| generic);
        assert!(found.contains_key(of), "{name} is made by no type of this crate");
    }
}

/// What every operation may answer when it says no, and that it says it with a problem document.
#[test]
fn every_refusal_is_documented() {
    let document = api::document();
    for (method, path, operation) in operations(&document) {
        let need = TABLE.iter().find(|line| line.0.as_str() == method && line.1 == path).unwrap().2;
        let mut expected = vec!["400", "404", "429", "500", "503", "504", "507"];
        if need != Need::Nothing {
            expected.extend(["401", "403"]);
        }
        if method != "GET" {
            expected.extend(["403", "409", "413", "415", "422"]);
        }
        let answers = operation["responses"].as_object().unwrap();
        for status in expected {
            assert!(answers.contains_key(status), "{method} {path}: {status}");
        }
        let mut good = 0;
        for (status, answer) in answers {
            let is_problem = answer["content"]["application/problem+json"].is_object();
            assert_eq!(is_problem, *status.as_str() >= *"400", "{method} {path}: {status}");
            good += usize::from(!is_problem);
            assert!(
                answer["description"].as_str().is_some_and(|zh| !zh.is_ascii()),
                "{method} {path}"
            );
        }
        assert!(good > 0, "{method} {path}: an answer that is no refusal");
    }
}

/// A second writer is told: whatever is edited carries the version that it was made from. What has
/// none is named here, with the reason why nothing can be overwritten unseen.
#[test]
fn every_edit_carries_a_version() {
    const NONE: &[(&str, &str, &str)] = &[
        ("POST", "/api/setup", "made once"),
        ("POST", "/api/links/open", "changes nothing"),
        ("POST", "/api/links/use", "a link works once"),
        ("POST", "/api/session", "makes a session of one's own"),
        ("DELETE", "/api/session", "one's own session"),
        ("PUT", "/api/session/password", "carries the old password"),
        ("POST", "/api/users", "makes; a taken name is refused"),
        ("POST", "/api/users/import", "makes; a taken name is refused"),
        ("POST", "/api/users/{id}/reset", "overwrites nothing that can be read"),
        ("POST", "/api/districts", "makes; a taken code is refused"),
        ("POST", "/api/years", "makes; a year that is there is refused"),
        ("POST", "/api/years/{year}/what-if", "keeps nothing"),
        ("POST", "/api/standards/{id}/examples", "keeps nothing"),
        ("POST", "/api/plans", "makes"),
        ("POST", "/api/plans/{id}/run", "a job; settings stay as they are"),
        ("POST", "/api/plans/{id}/frontier", "a job; settings stay as they are"),
        ("POST", "/api/jobs/{id}/cancel", "twice is once"),
        ("POST", "/api/collections", "makes"),
        ("POST", "/api/years/{year}/scenarios", "makes; a taken name is refused"),
        ("POST", "/api/years/{year}/evidence", "the same content is one file"),
        ("POST", "/api/evidence/{id}/removal", "a file never changes"),
        ("POST", "/api/imports", "makes"),
        ("POST", "/api/imports/{id}/accept", "twice is once"),
        ("DELETE", "/api/imports/{id}", "twice is once"),
        ("POST", "/api/collections/{id}/reminders", "adds; twice within an hour is once"),
        ("PUT", "/api/imports/{id}/cells", "the uploaded file never changes"),
        (
            "PUT",
            "/api/imports/{id}/meanings",
            "names the word; what it meant before is in the audit",
        ),
        ("DELETE", "/api/mappings", "twice is once"),
        ("POST", "/api/backups", "makes"),
        ("POST", "/api/backups/{name}/verify", "changes nothing"),
        ("POST", "/api/baseline/works", "makes; names the plan that it is of"),
        ("POST", "/api/years/{year}/roster/imports", "makes"),
        ("DELETE", "/api/years/{year}/roster/imports/{id}", "twice is once"),
        ("POST", "/api/years/{year}/roster/plain.xlsx", "changes nothing"),
        ("POST", "/api/years/{year}/roster/apply", "adds to drafts as typing does"),
        ("POST", "/api/years/{year}/teachers", "makes; a taken number is refused"),
        ("POST", "/api/years/{year}/roster/search", "changes nothing"),
        ("POST", "/api/years/{year}/teachers/{number}/reveal", "changes nothing"),
        ("POST", "/api/years/{year}/rotations", "makes"),
        ("POST", "/api/rotations/{id}/run", "a job; settings stay as they are"),
        ("POST", "/api/rotations/{id}/objections", "makes"),
        ("POST", "/api/years/{year}/exchanges", "makes"),
        ("POST", "/api/years/{year}/exchanges/import", "makes; what is there is refused"),
        ("POST", "/api/exchanges/{id}/entries", "adds"),
        ("DELETE", "/api/exchanges/{id}/entries/{number}", "twice is once"),
        ("POST", "/api/years/{year}/pairings", "keeps nothing"),
        ("POST", "/api/years/{year}/pairings/accept", "makes; what is there is refused"),
        ("POST", "/api/years/{year}/trainings", "makes"),
        ("POST", "/api/years/{year}/documents", "makes"),
        ("POST", "/api/documents/{id}/verify", "keeps nothing"),
    ];
    let document = api::document();
    let mut without = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        if method == "GET" {
            continue;
        }
        let body = operation.pointer("/requestBody/content/application~1json/schema/$ref");
        let pointer = body.and_then(Value::as_str).map(|target| target.trim_start_matches('#'));
        let schema = pointer.and_then(|pointer| document.pointer(pointer));
        let in_body = schema.is_some_and(|schema| schema["properties"]["version"].is_object());
        let parameters = operation["parameters"].as_array();
        let in_query = parameters.is_some_and(|all| all.iter().any(|p| p["name"] == "version"));
        if !in_body && !in_query {
            without.insert((method, path));
        }
    }
    let named: BTreeSet<(String, String)> =
        NONE.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(without, named);
}

/// An upload that was sent twice because its answer was lost is one upload.
#[test]
fn every_upload_takes_a_key() {
    let document = api::document();
    let mut uploads = 0;
    for (method, path, operation) in operations(&document) {
        let body = operation.pointer("/requestBody/content").and_then(Value::as_object);
        if body.is_some_and(|body| body.contains_key("multipart/form-data")) {
            uploads += 1;
            // One is read and forgotten, the other carries the version that was seen.
            if ["/api/documents/{id}/verify", "/api/rotations/{id}/wishes/import"]
                .contains(&path.as_str())
            {
                continue;
            }
            let parameters = operation["parameters"].as_array().unwrap();
            let has = parameters.iter().any(|p| p["name"] == "Idempotency-Key");
            assert!(has, "{method} {path}");
        }
    }
    assert!(uploads >= 2, "{uploads}");
}

/// What grows without end is read a page at a time. A list that is whole is named here, with what
/// bounds it.
#[test]
fn every_long_list_has_pages() {
    const WHOLE: &[(&str, &str)] = &[
        ("/api/backups", "files of one folder"),
        ("/api/collections", "of a year, or some a year"),
        ("/api/costs", "packs"),
        ("/api/districts", "districts of a county"),
        ("/api/items", "packs"),
        ("/api/roles", "roles of the program"),
        ("/api/roster-columns", "columns of the program"),
        ("/api/rotations/{id}/objections", "objections to one list"),
        ("/api/rotations/{id}/runs", "runs by hand"),
        ("/api/schools", "schools of a county"),
        ("/api/standards", "packs"),
        ("/api/submissions/{year}/{school}/difference", "fields of a form"),
        ("/api/submissions/{year}/{school}/revisions", "returns of a form in a year"),
        ("/api/years", "one a year"),
        ("/api/years/{year}/document-templates", "packs"),
        ("/api/years/{year}/map", "schools of a county"),
        ("/api/years/{year}/roster/counts", "sections of a county"),
        ("/api/years/{year}/rotations", "some a year"),
    ];
    let document = api::document();
    let mut whole = Vec::new();
    for (method, path, operation) in operations(&document) {
        let schema = operation.pointer("/responses/200/content/application~1json/schema");
        let Some(schema) = schema else { continue };
        if schema["type"] == "array" {
            whole.push(path.clone());
        }
        let named = schema["$ref"].as_str().unwrap_or_default();
        if named.contains("/Page_") {
            let parameters = operation["parameters"].as_array().unwrap();
            for name in ["limit", "after"] {
                assert!(parameters.iter().any(|p| p["name"] == name), "{method} {path}: {name}");
            }
        }
    }
    let named: Vec<String> = WHOLE.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(whole, named);
}
