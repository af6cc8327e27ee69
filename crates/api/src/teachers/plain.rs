//! Rows as they lie in their boxes, and what of them may be said aloud: numbers that tell nothing of a
//! person, findings without what was typed into a personal column, homes no nearer than a township.

use crate::ApiError;
use rust_decimal::Decimal;
use staffing::{Finding, Roster, RosterRow, Severity};
use std::collections::BTreeMap;
use store::Plain;

/// Longest staff number.
const NUMBER: usize = 32;
/// So many digits in a row may be an identity number.
const DIGITS: usize = 15;
/// Columns whose text is never repeated.
const PERSONAL: &[&str] = &[
    "name",
    "identity",
    "birth",
    "exemptions",
    "home",
    "longitude",
    "latitude",
    "spouse",
    "number",
];

/// A row as it is sealed: its columns that are filled, in the order of their codes.
pub(super) fn content(row: &RosterRow) -> Result<Plain, ApiError> {
    let columns = RosterRow::HEADINGS.iter().map(|(code, _)| *code);
    let filled = columns.filter_map(|code| Some((code, row.get(code)?)));
    let filled: BTreeMap<&str, &str> = filled.filter(|(_, text)| !text.is_empty()).collect();
    serde_json::to_vec(&filled).map(Plain::new).map_err(|_| unreadable())
}

/// Do two rows say the same? A workbook writes `118.4` where `118.400` was typed.
pub(super) fn alike(one: &RosterRow, other: &RosterRow) -> bool {
    let number = |text: &str| text.parse::<Decimal>().ok().map(|number| number.normalize());
    RosterRow::HEADINGS.iter().all(|(code, _)| {
        let (a, b) = (one.get(code).unwrap_or_default(), other.get(code).unwrap_or_default());
        let numeric = matches!(*code, "hours" | "longitude" | "latitude");
        a == b || (numeric && number(a).is_some() && number(a) == number(b))
    })
}

/// A row out of its box.
pub(super) fn row(content: &Plain) -> Result<RosterRow, ApiError> {
    // What serde says of a text may repeat it.
    let columns: BTreeMap<String, String> =
        serde_json::from_slice(content.reveal()).map_err(|_| unreadable())?;
    let mut row = RosterRow::default();
    for (code, text) in &columns {
        row.set(code, text);
    }
    Ok(row)
}

fn unreadable() -> ApiError {
    ApiError::internal(std::io::Error::other("a row of the roster cannot be read"))
}

/// Is it a staff number that tells nothing of a person? It appears in addresses, lists and the audit.
pub(super) fn is_number(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (1..=NUMBER).contains(&text.len()) && text.chars().all(allowed) && !looks_personal(text)
}

/// May it be an identity number, also one that is mistyped? Eighteen characters with a date of birth
/// in them, or fifteen of the old kind.
fn looks_personal(text: &str) -> bool {
    let date = |from: usize, year: usize| {
        let part = |at: usize, to: usize| text.get(at..to).and_then(|t| t.parse::<u32>().ok());
        let month = part(from + year, from + year + 2);
        let day = part(from + year + 2, from + year + 4);
        month.is_some_and(|m| (1..=12).contains(&m)) && day.is_some_and(|d| (1..=31).contains(&d))
    };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match text.len() {
        18 => digits >= 17 && date(6, 4),
        15 => digits == 15 && date(6, 2),
        _ => false,
    }
}

/// The row as it is worked with: a spouse's number that tells of a person is left out. The box keeps
/// what was typed.
pub(super) fn public(mut row: RosterRow, number: &str) -> RosterRow {
    number.clone_into(&mut row.number);
    if !is_number(&row.spouse) {
        row.spouse.clear();
    }
    row
}

/// A finding as it may be shown and logged: nothing of what stands in a personal column, no name of
/// the row, no long number.
pub(super) fn masked(mut finding: Finding, row: &RosterRow) -> Finding {
    let personal = PERSONAL.iter().any(|code| {
        RosterRow::HEADINGS.iter().any(|(known, zh)| known == code && *zh == finding.field)
    });
    if personal {
        finding.message = unquoted(&finding.message);
    }
    finding.message = without_secrets(&finding.message, row);
    finding
}

/// The text with `…` in the place of what stands in quotation marks.
pub(super) fn unquoted(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        match character {
            '“' => {
                plain.push_str("“…");
                inside = true;
            }
            '”' => {
                plain.push('”');
                inside = false;
            }
            other if !inside => plain.push(other),
            _ => {}
        }
    }
    plain
}

/// The text with stars in the place of digits that may be an identity number.
pub(super) fn short_numbers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain(std::iter::once('\n')) {
        if character.is_ascii_digit() {
            run.push(character);
            continue;
        }
        plain.push_str(if run.len() >= DIGITS { HIDDEN } else { &run });
        run.clear();
        plain.push(character);
    }
    plain.pop();
    plain
}

/// The place of a home no nearer than its township; `None` where none is named.
pub(super) fn township(place: &str) -> Option<String> {
    let ends = ["街道", "镇", "乡", "苏木"].into_iter();
    let ends = ends.filter_map(|sign| place.find(sign).map(|at| at + sign.len()));
    let end = ends.min()?;
    place.get(..end).map(str::to_owned).filter(|text| text.chars().count() > 1)
}

/// The columns of a row as typed, without those that say who it is; exemptions for those only who
/// work with the roster.
pub(super) fn open_fields(
    row: &RosterRow,
    roster: &Roster,
    edits: bool,
) -> BTreeMap<String, String> {
    let open = |code: &str| !PERSONAL.contains(&code) || (code == "exemptions" && edits);
    let codes = RosterRow::HEADINGS.iter().map(|(code, _)| *code).filter(|code| open(code));
    let filled = codes.filter_map(|code| Some((code, row.get(code)?)));
    let filled = filled.filter(|(_, text)| !text.is_empty());
    // A name in a wrong column is a name all the same.
    let shown = |code: &str, text: &str| match code {
        "exemptions" => without_names(&without_secrets(text, row), roster),
        _ => without_secrets(text, row),
    };
    filled.map(|(code, text)| (code.to_owned(), shown(code, text))).collect()
}

/// Does a column say who somebody is?
pub(super) fn is_personal(code: &str) -> bool {
    PERSONAL.contains(&code) && code != "number" && code != "spouse" && code != "exemptions"
}

/// A text without the name, number and home of its row, and without long numbers.
fn without_secrets(text: &str, row: &RosterRow) -> String {
    let mut text = text.to_owned();
    for secret in [&row.name, &row.identity, &row.home] {
        if secret.chars().count() > 1 {
            text = text.replace(secret.as_str(), HIDDEN);
        }
    }
    short_numbers(&text)
}

/// What stands in the place of something personal.
const HIDDEN: &str = "＊＊";

/// Was something of a text hidden? Sent back, it would be written over what it hides.
pub(super) fn is_hidden(text: &str) -> bool {
    text.contains(HIDDEN)
}

/// A text without any name of a roster: evidence may name somebody else.
pub(super) fn without_names(text: &str, roster: &Roster) -> String {
    let names = roster.teachers().iter().map(|teacher| teacher.name.reveal());
    let names = names.filter(|name| name.chars().count() > 1 && text.contains(name));
    let hidden = names.fold(text.to_owned(), |text, name| text.replace(name, HIDDEN));
    short_numbers(&hidden)
}

/// Teachers whose free texts name nobody: what is printed of them is seen by many.
pub(super) fn nameless(roster: &Roster) -> Roster {
    let mut teachers = roster.teachers().to_vec();
    for teacher in &mut teachers {
        for exemption in &mut teacher.exemptions {
            exemption.evidence = without_names(&exemption.evidence, roster);
        }
        let own = teacher.name.reveal().to_owned();
        let texts = teacher.training.iter_mut().map(|training| &mut training.provider);
        for text in texts.chain(teacher.backbone.iter_mut().map(|backbone| &mut backbone.basis)) {
            if own.chars().count() > 1 {
                *text = text.replace(&own, HIDDEN);
            }
        }
    }
    roster.with_teachers(teachers)
}

/// Does a text name the person of a row? A reason is kept in the audit for good.
pub(super) fn names(text: &str, row: &RosterRow) -> bool {
    without_secrets(text, row) != text
}

/// A finding about a row, of this module's own.
pub(super) fn finding(
    code: &str,
    severity: Severity,
    row: usize,
    field: &str,
    (message, remedy): (&str, &str),
) -> Finding {
    Finding {
        code: code.to_owned(),
        severity,
        row: Some(row),
        teacher: None,
        field: field.to_owned(),
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> RosterRow {
        let mut row = RosterRow::default();
        for (column, text) in [
            ("name", "张小明"),
            ("identity", "11010519491231002X"),
            ("school", "3418230001"),
            ("spouse", "李芳"),
        ] {
            assert!(row.set(column, text));
        }
        row
    }

    #[test]
    fn a_row_comes_out_of_its_box_as_it_went_in() {
        let back = row(&content(&typed()).unwrap()).unwrap();
        for (code, _) in RosterRow::HEADINGS {
            assert_eq!(back.get(code), typed().get(code), "{code}");
        }
        let broken = row(&Plain::new(b"{\"name\": \"secret".to_vec())).err().unwrap();
        assert!(!format!("{broken} {broken:?}").contains("secret"));
    }

    #[test]
    fn the_same_number_written_otherwise_is_no_change() {
        let with = |column: &str, text: &str| {
            let mut row = typed();
            row.set(column, text);
            row
        };
        assert!(alike(&with("longitude", "118.400000"), &with("longitude", "118.4")));
        assert!(!alike(&with("longitude", "118.4"), &with("longitude", "118.5")));
        assert!(!alike(&with("longitude", ""), &with("longitude", "0")));
        assert!(!alike(&with("number", "001"), &with("number", "1")));
    }

    #[test]
    fn a_number_tells_nothing_of_a_person() {
        for good in ["T000123", "a-1.b_2", "20190123", "341823000123456789012345", "12345678901234"]
        {
            assert!(is_number(good), "{good}");
        }
        for bad in [
            "",
            "张三",
            "T 1",
            "11010519491231002X",
            "110105194912310021",
            "110105491231002",
            "a/b",
        ] {
            assert!(!is_number(bad), "{bad}");
        }
        assert_eq!(public(typed(), "T1").spouse, "");
    }

    #[test]
    fn findings_repeat_nothing_personal() {
        let say = |field: &str, message: &str| {
            let made = finding("T-ROW-05", Severity::Warning, 3, field, (message, ""));
            masked(made, &typed()).message
        };
        assert_eq!(say("出生日期", "“一九四九”不是日期"), "“…”不是日期");
        assert_eq!(say("职称", "不认识“张小明”"), "不认识“＊＊”");
        assert_eq!(say("职称", "不认识“11010519491231002X”"), "不认识“＊＊”");
        assert_eq!(say("职称", "不认识“410105194912310021”"), "不认识“＊＊”");
        assert_eq!(say("职称", "不认识“特级教师2024”"), "不认识“特级教师2024”");
    }

    #[test]
    fn a_home_is_shown_as_its_township() {
        assert_eq!(township("青山镇幸福村12号").as_deref(), Some("青山镇"));
        assert_eq!(township("泾县泾川街道桃花路3号").as_deref(), Some("泾县泾川街道"));
        assert_eq!(township("桃花路3号"), None);
        assert_eq!(township(""), None);
    }
}
