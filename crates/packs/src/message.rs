//! The TOML reader's English words in plain Chinese.

/// What a refusal is called, in words of the user.
pub(crate) struct Said {
    pub(crate) code: &'static str,
    pub(crate) text: String,
    pub(crate) help: String,
}

/// Syntax errors of the reader, by the beginning of its message.
const SYNTAX: &[(&str, &str)] = &[
    ("string values must be quoted", "文字要写在引号里"),
    ("invalid value", "等号右边的值写法不对"),
    ("missing value", "等号右边没有值"),
    ("invalid basic string", "引号里的文字写法不对，可能缺右引号"),
    ("invalid literal string", "单引号里的文字写法不对，可能缺右引号"),
    ("invalid multi-line", "多行文字写法不对，可能缺结尾的三个引号"),
    ("missing escaped value", "反斜杠后面缺字符"),
    ("key with no value", "键后面没有等号和值"),
    ("missing assignment", "键和值之间缺等号"),
    ("extra", "多了一个等号或逗号"),
    ("missing comma", "两个值之间缺逗号"),
    ("unclosed array table", "缺右方括号 ]]"),
    ("unclosed array", "缺右方括号 ]"),
    ("unclosed inline table", "缺右花括号 }"),
    ("unclosed table", "缺右方括号 ]"),
    ("invalid unquoted key", "键含有不允许的字符，中文的键要加引号"),
    ("unexpected leading zero", "数字前面多了 0"),
    ("`_` may only go", "下划线只能在数字之间"),
    ("unexpected", "这里多出了内容"),
    ("invalid", "写法不对"),
    ("missing", "这里缺内容"),
];

/// Kinds of values as the deserialiser names them, longest first where one leads another.
const KINDS: &[(&str, &str)] = &[
    ("string", "文字"),
    ("a string", "文字"),
    ("boolean", "true 或 false"),
    ("a boolean", "true 或 false"),
    ("integer", "整数"),
    ("floating point", "小数"),
    ("sequence", "列表"),
    ("a sequence", "列表"),
    ("map", "表"),
    ("a map", "表"),
    ("unit", "空"),
    ("a Decimal type", "数字"),
    ("a TOML datetime", "日期，如 2017-04-19"),
];

/// The refusal's code, text and help for a message of the reader.
pub(crate) fn in_chinese(message: &str) -> Said {
    let said = |code, text: String, help: String| Said { code, text, help };
    let none = String::new;
    if let Some(name) = quoted(message, "unknown field ") {
        let help = options(message).map_or_else(none, |o| format!("这里可用的键：{o}"));
        return said("P-TOML-02", format!("不认识的键“{name}”"), help);
    }
    if let Some(name) = quoted(message, "missing field ") {
        return said("P-TOML-03", format!("缺少必填的键“{name}”"), none());
    }
    if let Some(rest) = message.strip_prefix("invalid type: ") {
        let (found, expected) = rest.split_once(", expected ").unwrap_or((rest, ""));
        let text = format!("值的类型不对：这里是{}", kind(found));
        let help = if expected.is_empty() { none() } else { format!("应为{}", kind(expected)) };
        return said("P-TOML-04", text, help);
    }
    if message.starts_with("duplicate key") || message.starts_with("duplicate field") {
        return said("P-TOML-05", "同一个键写了两次".into(), "请删去其中一个".into());
    }
    if let Some(name) = quoted(message, "unknown variant ") {
        let help = options(message).map_or_else(none, |o| format!("可选的值：{o}"));
        return said("P-TOML-06", format!("不允许的值“{name}”"), help);
    }
    if let Some(rest) = message.strip_prefix("invalid value: ") {
        let (found, expected) = rest.split_once(", expected ").unwrap_or((rest, ""));
        let help = if expected.is_empty() { none() } else { format!("应为{}", kind(expected)) };
        return said("P-TOML-06", format!("不允许的值：{}", kind(found)), help);
    }
    if let Some((_, zh)) = SYNTAX.iter().find(|(en, _)| message.starts_with(en)) {
        return said("P-TOML-01", format!("不符合 TOML 写法：{zh}"), none());
    }
    // A type's own words (a `try_from` of a unit, a decimal …) are Chinese already.
    said("P-TOML-06", message.to_owned(), none())
}

/// The name in backquotes after `lead`.
fn quoted<'a>(message: &'a str, lead: &str) -> Option<&'a str> {
    message.strip_prefix(lead)?.strip_prefix('`')?.split('`').next()
}

/// The names in backquotes after the first one.
fn options(message: &str) -> Option<String> {
    let names: Vec<_> = message.split('`').skip(3).step_by(2).collect();
    if names.is_empty() { None } else { Some(names.join("、")) }
}

/// A kind of value, perhaps with the value itself.
fn kind(text: &str) -> String {
    let exact = KINDS.iter().find(|(en, _)| *en == text);
    if let Some((_, zh)) = exact {
        return (*zh).to_owned();
    }
    let led = KINDS.iter().find_map(|(en, zh)| {
        let value = text.strip_prefix(en)?.trim_matches([' ', '`', '"']);
        // What a type says of itself is no value.
        let value = if en.starts_with("a ") { "" } else { value };
        Some(format!("{zh} {value}").trim_end().to_owned())
    });
    led.unwrap_or_else(|| match text {
        "u8" | "u16" | "u32" | "u64" | "usize" => "不小于 0 且不过大的整数".to_owned(),
        "i8" | "i16" | "i32" | "i64" => "不过大的整数".to_owned(),
        _ if text.starts_with("struct ") => "表".to_owned(),
        _ => text.to_owned(),
    })
}
