//! `junheng plan copy`: a scenario copied under another title, with figures changed in the text, so
//! that the county's comments stay where they are.

use super::pose;
use crate::cli::CopyArgs;
use crate::failure::{Exit, Misuse};
use crate::files;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, GOOD, styled};
use anyhow::Context as _;
use invest::InvestError;
use packs::PackFile;
use std::fmt::Write as _;
use toml_edit::{DocumentMut, Item, TableLike, Value};

/// A list of a plan's file: which keys tell its entries apart, and where a short path leads.
struct List {
    name: &'static str,
    ids: &'static [&'static str],
    /// The key or table that is meant where the path names no key of the entry itself.
    inner: &'static str,
}

/// The lists.
const LISTS: [List; 6] = [
    List { name: "fund", ids: &["code"], inner: "budget" },
    List { name: "committed", ids: &["code"], inner: "payments" },
    List { name: "project", ids: &["code"], inner: "cost" },
    List { name: "land", ids: &["school"], inner: "area" },
    List { name: "line", ids: &["indicator", "year"], inner: "at_least" },
    List { name: "cost", ids: &["measure"], inner: "price" },
];

/// Keys of `[plan]` that may be left out of a file, so that setting one may add it; whether it is
/// a number without quotes.
const OPTIONAL: [(&str, bool); 7] = [
    ("finish", true),
    ("discount", false),
    ("per_school", false),
    ("per_action", false),
    ("land_elsewhere", false),
    ("seconds", true),
    ("gap", false),
];

/// Copies.
pub(super) fn run(packs: &PacksInUse, args: &CopyArgs) -> anyhow::Result<Exit> {
    // What is wrong before it is copied is said of the file that it stands in.
    pose::plan_file(packs, &args.from)?;
    files::expect_writable(&args.to, std::slice::from_ref(&args.from))?;
    if args.to.exists() && !args.force {
        let message = format!("{} 已经存在，没有覆盖；要替换它请加 --force", args.to.display());
        return Err(Misuse(message).into());
    }
    let source = PackFile::read(&args.from)?;
    let text = changed(source.text(), &args.title, &args.set).map_err(Misuse)?;
    let shown = args.to.display().to_string();
    let copy = PackFile::new(&shown, &text);
    match invest::file::read(&copy, &packs.source, &packs.catalogue) {
        Ok(_) => {}
        Err(InvestError::Pack(error)) => {
            let said = error.excerpt().map_or_else(|| error.to_string(), |e| e.message.clone());
            return Err(Misuse(format!("改后的方案不成立，没有写出：{said}")).into());
        }
        Err(other) => return Err(other).context("正在核对改后的方案"),
    }
    files::write(&args.to, text.as_bytes())?;
    screen::print(&format!(
        "{} {shown}：“{}”，改了 {} 个数\n",
        styled(GOOD, "已写出"),
        args.title,
        args.set.len()
    ))?;
    Ok(Exit::Done)
}

/// The text with another title and other figures.
fn changed(text: &str, title: &str, set: &[(String, String)]) -> Result<String, String> {
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let root: &mut dyn TableLike = document.as_table_mut();
    put(find(root, "plan.title", "plan.title")?, title, "plan.title")?;
    for (path, value) in set {
        if let Some(key) = path.strip_prefix("plan.") {
            add_optional(root, key, value);
        }
        put(find(root, path, path)?, value, path)?;
    }
    Ok(document.to_string())
}

/// Makes room for a key of `[plan]` that is not written.
fn add_optional(root: &mut dyn TableLike, key: &str, value: &str) {
    let Some((_, number)) = OPTIONAL.iter().find(|(name, _)| *name == key) else { return };
    let Some(plan) = root.get_mut("plan").and_then(Item::as_table_like_mut) else { return };
    if plan.contains_key(key) {
        return;
    }
    let item = match value.parse::<i64>() {
        Ok(whole) if *number => toml_edit::value(whole),
        _ => toml_edit::value(value),
    };
    plan.insert(key, item);
}

/// The value at a path. `whole` is the path as the user wrote it, for what is said of it.
fn find<'a>(root: &'a mut dyn TableLike, path: &str, whole: &str) -> Result<&'a mut Value, String> {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(list) = LISTS.iter().find(|list| list.name == name) else {
        let known = keys(root);
        let item = root.get_mut(name);
        let item = item.ok_or_else(|| format!("方案中没有 {whole}；第一段可以是：{known}"))?;
        return inside(item, rest, whole);
    };
    let entries = root.get_mut(name).and_then(Item::as_array_of_tables_mut);
    let entries = entries.ok_or_else(|| format!("方案中没有 {whole}：没有写 [[{name}]]"))?;
    let ids: Vec<String> = entries.iter().map(|entry| id(entry, list)).collect();
    let fits = |id: &String| rest == id || rest.starts_with(&format!("{id}."));
    let mut fitting = ids.iter().enumerate().filter(|(_, id)| fits(id));
    let Some((n, id)) = fitting.next() else {
        return Err(format!("方案中没有 {whole}；{name} 之后可以是：{}", ids.join("、")));
    };
    if fitting.next().is_some() {
        return Err(format!("{whole} 在方案中有几处，请直接在文件里改"));
    }
    let rest = rest.get(id.len()..).unwrap_or_default().trim_start_matches('.');
    let gone = || format!("方案中没有 {whole}");
    let entry = entries.get_mut(n).ok_or_else(gone)?;
    let first = rest.split('.').next().unwrap_or_default();
    if !first.is_empty() && entry.contains_key(first) {
        let item = entry.get_mut(first).ok_or_else(gone)?;
        return inside(
            item,
            rest.get(first.len()..).unwrap_or_default().trim_start_matches('.'),
            whole,
        );
    }
    let item = entry.get_mut(list.inner).ok_or_else(gone)?;
    inside(item, rest, whole)
}

/// What tells an entry from the others: `county`, `L1.2025`.
fn id(entry: &toml_edit::Table, list: &List) -> String {
    let parts: Vec<String> = list
        .ids
        .iter()
        .filter_map(|key| match entry.get(key)?.as_value()? {
            Value::String(text) => Some(text.value().clone()),
            Value::Integer(number) => Some(number.value().to_string()),
            _ => None,
        })
        .collect();
    parts.join(".")
}

fn keys(table: &dyn TableLike) -> String {
    table.iter().map(|(key, _)| key.to_owned()).collect::<Vec<_>>().join("、")
}

/// The value inside an item by the rest of a path.
fn inside<'a>(item: &'a mut Item, rest: &str, whole: &str) -> Result<&'a mut Value, String> {
    if rest.is_empty() {
        let what = "不是一个数，请写到具体的一项";
        return match item.as_value_mut() {
            Some(value) if !value.is_inline_table() && !value.is_array() => Ok(value),
            _ => Err(format!("{whole} {what}")),
        };
    }
    let (key, rest) = rest.split_once('.').unwrap_or((rest, ""));
    let table = item
        .as_table_like_mut()
        .ok_or_else(|| format!("方案中没有 {whole}：{key} 之前已是一个数"))?;
    let known = keys(table);
    let item = table.get_mut(key);
    let item = item.ok_or_else(|| format!("方案中没有 {whole}；这里可以是：{known}"))?;
    inside(item, rest, whole)
}

/// Puts a value in the place of another of the same type, with the spaces and comments around it.
fn put(place: &mut Value, text: &str, path: &str) -> Result<(), String> {
    let refused = |what: &str| format!("{path} 要写{what}，写的是“{text}”");
    let decor = place.decor().clone();
    let mut value = match place {
        Value::String(_) => Value::from(text),
        Value::Integer(_) => Value::from(text.parse::<i64>().map_err(|_| refused("一个整数"))?),
        Value::Boolean(_) => match text {
            "true" | "是" => Value::from(true),
            "false" | "否" => Value::from(false),
            _ => return Err(refused(" true 或 false")),
        },
        _ => {
            let mut message = String::new();
            let _ = write!(message, "{path} 不能这样改，请直接在文件里改");
            return Err(message);
        }
    };
    *value.decor_mut() = decor;
    *place = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "\
# 本县方案
[plan]
title = \"甲\" # 名称
first = 2025
years = 2

[[fund]]
code = \"county\" # 县级
zh = \"县级财政\"
carry = true
budget = { 2025 = \"100\", 2026 = \"200\" } # 万元

[posts]
2025 = \"3\"

[[line]]
indicator = \"L1\"
year = 2025
at_least = \"95%\" # 目标

[[cost]]
measure = \"rooms.build\"
[cost.price]
once = \"0.3\"
";

    fn set(path: &str, value: &str) -> Result<String, String> {
        changed(PLAN, "乙", &[(path.to_owned(), value.to_owned())])
    }

    #[test]
    fn comments_stay_and_figures_change() {
        let pairs = [
            ("fund.county.2026", "800", "2026 = \"800\" } # 万元"),
            ("fund.county.carry", "false", "carry = false"),
            ("posts.2025", "7", "2025 = \"7\""),
            ("line.L1.2025", "98%", "at_least = \"98%\" # 目标"),
            ("cost.rooms.build.once", "0.5", "once = \"0.5\""),
            ("plan.finish", "2026", "finish = 2026"),
            ("plan.gap", "0.01", "gap = \"0.01\""),
        ];
        for (path, value, expected) in pairs {
            let text = set(path, value).unwrap();
            assert!(text.contains(expected), "{path}: {text}");
            assert!(text.starts_with("# 本县方案\n[plan]\ntitle = \"乙\" # 名称\n"), "{text}");
            assert!(text.contains("code = \"county\" # 县级"), "{text}");
        }
    }

    #[test]
    fn refusals_name_the_key() {
        for path in
            ["fund.town.2026", "fund.county.2031", "fund", "nothing.x", "plan.colour", "line.L1"]
        {
            let said = set(path, "1").unwrap_err();
            assert!(said.contains(path), "{path}: {said}");
        }
        assert!(set("fund.town.2026", "1").unwrap_err().contains("county"));
        assert!(set("plan.first", "明年").unwrap_err().contains("整数"));
        assert!(set("fund.county.carry", "也许").unwrap_err().contains("true"));
    }
}
