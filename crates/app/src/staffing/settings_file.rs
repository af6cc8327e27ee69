//! The settings of a rotation as a JSON file that somebody has edited by hand.

use super::desk::Desk;
use crate::failure::Misuse;
use serde_json::Value;
use staffing::rotation::Settings;
use std::path::Path;

/// Fields whose exact numbers are written as text; who types `0.1` means `"0.1"`.
const EXACT: [&str; 9] = [
    "at_least",
    "leave_section",
    "leave_subject",
    "keep_backbone",
    "commute",
    "detour",
    "couple",
    "gap",
    "km",
];

/// The settings of a file, or the pack's where none is given.
pub(super) fn read(desk: &Desk, path: Option<&Path>) -> anyhow::Result<Settings> {
    let Some(path) = path else { return Ok(Settings::of(&desk.rules.rotation)) };
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Misuse(format!("无法读取 {name}：{error}")))?;
    let wrong = |why: String| Misuse(format!("{name} 不是交流设置：{why}"));
    let mut value: Value = serde_json::from_str(&text).map_err(|error| wrong(told(&error)))?;
    quote(&mut value);
    // Once more from text, so that a fault has its line.
    let settings: Settings = serde_json::from_value(value).map_err(|error| {
        let placed = serde_json::from_str::<Settings>(&text).err();
        wrong(told(placed.as_ref().unwrap_or(&error)))
    })?;
    match settings.faults().into_iter().next() {
        None => Ok(settings),
        Some((field, message)) => Err(wrong(format!("“{field}”：{message}")).into()),
    }
}

/// Puts numbers of [`EXACT`] fields into quotation marks, with the digits that they print with.
fn quote(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::Number(number) if EXACT.contains(&name.as_str()) => {
                        *field = Value::String(number.to_string());
                    }
                    other => quote(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(quote),
        _ => {}
    }
}

/// What is wrong with a JSON text, in Chinese.
fn told(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let quoted = said.split('`').nth(1).unwrap_or_default();
    let what = if error.is_eof() {
        "文件不完整，少了结尾的括号或引号".to_owned()
    } else if error.is_syntax() {
        "不符合 JSON 写法，多为少了逗号、引号或括号".to_owned()
    } else if said.starts_with("unknown field") {
        format!("没有“{quoted}”这一项，请照 settings 命令写出的设置改")
    } else if said.starts_with("missing field") {
        format!("缺少“{quoted}”")
    } else if said.starts_with("unknown variant") {
        format!("“{quoted}”不是可选的值")
    } else if said.starts_with("invalid type") {
        "值的种类不对（数、文字、列表或括号）".to_owned()
    } else {
        let place = said.rfind(" at line ").unwrap_or(said.len());
        said.get(..place).unwrap_or(&said).to_owned()
    };
    match error.line() {
        0 => what,
        line => format!("第 {line} 行第 {} 个字符附近，{what}", error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_typed_as_a_number_is_the_same_number() {
        let mut value = serde_json::json!({"shares": [{"at_least": 0.1, "source": ["A", 1]}],
            "commute": 30, "limits": {"seconds": 60, "gap": "0.01"}});
        quote(&mut value);
        let quoted = serde_json::json!({"shares": [{"at_least": "0.1", "source": ["A", 1]}],
            "commute": "30", "limits": {"seconds": 60, "gap": "0.01"}});
        assert_eq!(value, quoted);
    }

    #[test]
    fn faults_are_told_in_chinese() {
        let said = |text: &str| told(&serde_json::from_str::<Settings>(text).unwrap_err());
        assert!(said("{\"shares\": [").contains("不完整"));
        assert!(said("{shares: []}").contains("JSON"));
        assert_eq!(
            said("{\"foo\": 1}"),
            "第 1 行第 6 个字符附近，没有“foo”这一项，请照 settings 命令写出的设置改"
        );
        assert!(said("{\"shares\": 1}").contains("种类不对"));
        assert!(said("{\"shares\": []}").contains("缺少“leave_section”"));
    }
}
