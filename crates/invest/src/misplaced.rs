//! What a plan's file names and the county's data do not have, told at its place in the file.
//!
//! The file is read without the data, so that only here both are at hand. What is found here would
//! be refused by [`crate::Problem::new`] too, only without the line.

use crate::settings::Settings;
use domain::{SchoolCode, Snapshot};
use packs::{PackError, PackFile};
use standard::Standard;
use std::collections::BTreeSet;
use std::ops::Range;

/// Everything that is out of place, each with its line; nothing where file and data go together.
#[must_use]
pub fn misplaced(
    file: &PackFile,
    settings: &Settings,
    start: &Snapshot,
    standard: &Standard,
) -> Vec<PackError> {
    let mut found: Vec<PackError> = Vec::new();
    let mut tell = |spans: Vec<Range<usize>>, code: &'static str, message: &str, help: &str| {
        for span in spans {
            found.push(PackError::at(file, span, code, message).with_help(help));
        }
    };
    let due = start.year().0.saturating_add(1);
    if settings.first.0 != due {
        let message = format!("规划第一年应紧接数据年份 {}", start.year());
        let help = format!("写 {due}，或换数据年份");
        tell(key(file, "first"), "V-PROB-01", &message, &help);
    }
    let schools = settings
        .land
        .keys()
        .chain(settings.projects.iter().map(|p| &p.school))
        .chain(settings.committed.iter().filter_map(|p| p.school.as_ref()))
        .chain(settings.shifts.iter().flat_map(|shift| [&shift.from, &shift.to]))
        .chain(settings.merges.iter().flat_map(|merge| [&merge.from, &merge.to]))
        .chain(settings.outer.iter().flat_map(|outer| outer.neighbours.iter().flatten()));
    let unknown: BTreeSet<&SchoolCode> =
        schools.filter(|code| start.school(code).is_none()).collect();
    for code in unknown {
        let message = format!("数据中没有标识码为 {code} 的学校");
        let help = "请核对标识码；新建的学校先加入数据";
        tell(quoted(file, code.as_str()), "V-PROB-04", &message, help);
    }
    let rules = standard.rules();
    let lines: BTreeSet<&str> = settings.lines.iter().map(|line| line.indicator.as_str()).collect();
    for code in lines.into_iter().filter(|code| rules.iter().all(|rule| rule.code != *code)) {
        let message = format!("标准中没有指标“{code}”");
        let help = format!("指标代码见标准 {} 的条款", standard.id());
        tell(quoted(file, code), "V-PROB-04", &message, &help);
    }
    found
}

/// Every place of a text in quotes, comments left out.
fn quoted(file: &PackFile, text: &str) -> Vec<Range<usize>> {
    places(file, |line| {
        let wanted = format!("\"{text}\"");
        line.find(&wanted).map(|at| at..at + wanted.len())
    })
}

/// Every place at which a key is given a value.
fn key(file: &PackFile, name: &str) -> Vec<Range<usize>> {
    places(file, |line| {
        let rest = line.trim_start().strip_prefix(name)?;
        let at = line.len() - rest.len() - name.len();
        rest.trim_start().starts_with('=').then_some(at..at + name.len())
    })
}

/// The places that are found in the lines that are no comments.
fn places(file: &PackFile, find: impl Fn(&str) -> Option<Range<usize>>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in file.text().split_inclusive('\n') {
        if !line.trim_start().starts_with('#')
            && let Some(span) = find(line)
        {
            found.push(start + span.start..start + span.end);
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_outside_of_comments() {
        let text = "# first = 1\n[plan]\nfirst = 2025 # \"x\"\nfirstly = \"x\"\n";
        let file = PackFile::new("p.toml", text);
        let texts = |spans: Vec<Range<usize>>| -> Vec<String> {
            spans
                .into_iter()
                .map(|span| format!("{} {}", file.position(span.start).0, &text[span]))
                .collect()
        };
        assert_eq!(texts(key(&file, "first")), ["3 first"]);
        assert_eq!(texts(quoted(&file, "x")), ["3 \"x\"", "4 \"x\""]);
    }
}
