//! The OpenAPI document: it has every endpoint of the table and no other, and holds together.

use api::{Need, TABLE};
use serde_json::Value;
use std::collections::BTreeSet;

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
