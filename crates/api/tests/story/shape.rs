//! The OpenAPI document in a form that can be read in review: a line an operation, its inputs and
//! answers under it, a line a schema.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The whole document. What the guard adds to every operation is said once, at the top.
pub(crate) fn shape(document: &Value) -> String {
    let mut text = String::new();
    let everywhere = everywhere(document);
    let _ = writeln!(text, "problems everywhere: {}\n", everywhere.join(" "));
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let _ = write!(text, "{} {path}", method.to_uppercase());
            let need = match (&operation["x-action"], &operation["security"]) {
                (Value::String(action), _) => action.as_str(),
                (_, Value::Null) => "open",
                _ => "session",
            };
            let _ = writeln!(text, "  [{need}]  {}", operation["summary"].as_str().unwrap());
            inputs(&mut text, operation);
            answers(&mut text, operation, &everywhere);
        }
    }
    text.push('\n');
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let _ = writeln!(text, "{name} = {}", of(schema));
    }
    text
}

/// Statuses with a problem document that every operation has.
fn everywhere(document: &Value) -> Vec<String> {
    let (mut counts, mut all) = (BTreeMap::<String, usize>::new(), 0);
    for operations in document["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values() {
            all += 1;
            for (status, answer) in operation["responses"].as_object().unwrap() {
                if answer["content"]["application/problem+json"].is_object() {
                    *counts.entry(status.clone()).or_default() += 1;
                }
            }
        }
    }
    counts.into_iter().filter(|(_, count)| *count == all).map(|(status, _)| status).collect()
}

fn inputs(text: &mut String, operation: &Value) {
    let mut words = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        if name == "X-CSRF-Token" {
            continue;
        }
        let mark = if parameter["required"] == true { "" } else { "?" };
        let place = parameter["in"].as_str().unwrap();
        words.push(format!("{place} {name}{mark}: {}", of(&parameter["schema"])));
    }
    if let Some(content) = operation.pointer("/requestBody/content").and_then(Value::as_object) {
        words
            .extend(content.iter().map(|(kind, media)| format!("{kind} {}", of(&media["schema"]))));
    }
    for word in words {
        let _ = writeln!(text, "    < {word}");
    }
}

fn answers(text: &mut String, operation: &Value, everywhere: &[String]) {
    let mut problems = Vec::new();
    for (status, answer) in operation["responses"].as_object().unwrap() {
        match answer["content"].as_object() {
            Some(content) if content.contains_key("application/problem+json") => {
                if !everywhere.contains(status) {
                    problems.push(status.as_str());
                }
            }
            Some(content) => {
                for (kind, media) in content {
                    let _ = writeln!(text, "    > {status} {kind} {}", of(&media["schema"]));
                }
            }
            None => {
                let _ = writeln!(text, "    > {status} (nothing)");
            }
        }
    }
    if !problems.is_empty() {
        let _ = writeln!(text, "    > {} problem", problems.join(" "));
    }
}

/// A schema in a line.
fn of(schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        return target.rsplit('/').next().unwrap().to_owned();
    }
    for (word, sign) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " & ")] {
        if let Some(all) = schema[word].as_array() {
            return all.iter().map(of).collect::<Vec<_>>().join(sign);
        }
    }
    if let Some(all) = schema["enum"].as_array() {
        return all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    }
    let mut types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => return "anything".to_owned(),
    };
    let nullable = types.contains(&"null");
    types.retain(|kind| *kind != "null");
    let mut text = match types.as_slice() {
        ["object"] => object(schema),
        ["array"] => format!("[{}]", of(&schema["items"])),
        [one] => {
            schema["format"].as_str().map_or((*one).to_owned(), |form| format!("{one}:{form}"))
        }
        many => many.join("/"),
    };
    if nullable {
        text.push_str(" or null");
    }
    text
}

fn object(schema: &Value) -> String {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(properties) = schema["properties"].as_object() else {
        return format!("{{*: {}}}", of(&schema["additionalProperties"]));
    };
    let field = |(name, schema): (&String, &Value)| {
        let mark = if required.contains(&name.as_str()) { "" } else { "?" };
        format!("{name}{mark}: {}", of(schema))
    };
    let fields: Vec<String> = properties.iter().map(field).collect();
    let strict = if schema["additionalProperties"] == false { " and no more" } else { "" };
    format!("{{{}}}{strict}", fields.join(", "))
}
