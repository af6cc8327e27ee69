//! Workbooks of staffing as they are read back: every list of the demo county, and the template.

#![cfg(test)]

mod county;

use calamine::{Data, Reader, Xlsx};
use county::{Bench, bench};
use domain::Exact;
use forms::staffing::template::{self, Template};
use forms::staffing::{notice, pairings, places, posts, principals, roster, rotation, training};
use intake::roster::{RosterError, RosterLayouts, RosterOptions, read};
use jiff::civil::Date;
use packs::PackSource;
use solver::Watch;
use staffing::rotation::settings::{Limits, Settings};
use staffing::rotation::stable::{Mechanism, stable};
use staffing::rotation::{Outcome, Problem, optimum};
use staffing::{Roster, RosterRow, pairing};
use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::sync::Arc;

/// The cells of a workbook, sheet by sheet.
struct Book {
    cells: Xlsx<Cursor<Vec<u8>>>,
    bytes: Vec<u8>,
}

impl Book {
    fn of(name: &str, bytes: Vec<u8>) -> Self {
        // For a look by eye: JUNHENG_KEEP names a folder.
        if let Ok(folder) = std::env::var("JUNHENG_KEEP") {
            let path = std::path::Path::new(&folder).join(format!("{name}.xlsx"));
            std::fs::write(path, &bytes).unwrap();
        }
        Self { cells: Xlsx::new(Cursor::new(bytes.clone())).unwrap(), bytes }
    }

    fn rows(&mut self, sheet: &str) -> Vec<Vec<String>> {
        let range = self.cells.worksheet_range(sheet).unwrap_or_else(|e| panic!("{sheet}: {e}"));
        range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
    }

    fn sheets(&self) -> Vec<String> {
        self.cells.sheet_names().clone()
    }

    /// The formats of the numbers of a column.
    fn formats(&self, sheet: &str, column: u32) -> BTreeSet<String> {
        let mut archive = zip::ZipArchive::new(Cursor::new(self.bytes.clone())).unwrap();
        let mut part = |name: &str| {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let at = self.sheets().iter().position(|name| name == sheet).unwrap();
        let (cells, styles) =
            (part(&format!("xl/worksheets/sheet{}.xml", at + 1)), part("xl/styles.xml"));
        let value = |text: &str, name: &str| -> Option<String> {
            let rest = text.split_once(&format!(" {name}=\""))?.1;
            Some(rest.split_once('"')?.0.to_owned())
        };
        let formats: Vec<&str> =
            styles.split_once("<cellXfs").unwrap().1.split("<xf ").skip(1).collect();
        let letters: String =
            domain::cell_name(0, column).chars().filter(char::is_ascii_alphabetic).collect();
        let mut found = BTreeSet::new();
        for cell in cells.split("<c ").skip(1) {
            let cell = format!(" {}", cell.split_once("</c>").map_or("", |(cell, _)| cell));
            let name = value(&cell, "r").unwrap_or_default();
            let is_text = value(cell.split('>').next().unwrap(), "t").is_some();
            if name.trim_end_matches(char::is_numeric) != letters
                || is_text
                || !cell.contains("<v>")
            {
                continue;
            }
            let style: usize = value(&cell, "s").unwrap().parse().unwrap();
            let id = value(&format!(" {}", formats[style]), "numFmtId").unwrap();
            let own = styles.split("<numFmt ").skip(1).map(|one| format!(" {one}"));
            let own = own.filter(|one| value(one, "numFmtId").as_ref() == Some(&id));
            found.insert(own.last().and_then(|one| value(&one, "formatCode")).unwrap_or(id));
        }
        found
    }

    /// Everything that stands in it, the texts of its parts included.
    fn everything(&self) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(self.bytes.clone())).unwrap();
        let mut all = String::new();
        for at in 0..archive.len() {
            archive.by_index(at).unwrap().read_to_string(&mut all).unwrap();
        }
        all
    }

    /// No name and no identity number of the roster stands anywhere in the file.
    fn is_masked(&self, bench: &Bench) {
        let all = self.everything();
        for teacher in bench.roster.teachers() {
            let name = teacher.name.reveal();
            assert!(!all.contains(&format!(">{name}<")), "{name}");
            if let Some(identity) = &teacher.identity {
                assert!(!all.contains(identity.reveal()));
            }
        }
        assert!(all.contains("合成数据，仅供演示"), "the label stands on every page");
    }
}

fn problem(bench: &Bench) -> Problem {
    let mut settings = Settings::of(&bench.rules.rotation);
    settings.limits = Limits { gap: Exact::ratio(5, 100), ..Limits::default() };
    Problem::new(
        Arc::new(bench.snapshot.clone()),
        Arc::new(bench.roster.clone()),
        Arc::new(bench.rules.clone()),
        Arc::clone(&bench.standard),
        standard::Options::default(),
        settings,
        &bench.posts(),
    )
    .unwrap()
}

#[test]
fn the_roster_is_masked_and_added_up() {
    let bench = bench();
    let bytes =
        roster::workbook(bench.roster.teachers(), &bench.snapshot, &bench.rules, &bench.head());
    let mut book = Book::of("roster", bytes.unwrap());
    book.is_masked(bench);
    assert_eq!(book.sheets(), ["教师名册", "学校人数"]);
    let rows = book.rows("教师名册");
    let teachers = bench.roster.teachers();
    // Title, line, head, everybody, two notes with their title.
    assert_eq!(rows.len(), 3 + teachers.len() + 3);
    assert_eq!(rows[3][0], teachers[0].id.to_string());
    assert_eq!(rows[3][1], teachers[0].name.to_string());
    assert!(rows[3][1].contains('*'));
    let total = book.rows("学校人数").pop().unwrap();
    assert_eq!((total[0].as_str(), total[3].clone()), ("合计", teachers.len().to_string()));
}

#[test]
fn posts_have_totals_reasons_and_coming_years() {
    let bench = bench();
    let now = bench.posts();
    let later = vec![(domain::SchoolYear(bench.snapshot.year().0 + 1), now.clone())];
    let bytes = posts::workbook(&now, &later, &bench.rules, &bench.head()).unwrap();
    let mut book = Book::of("posts", bytes);
    assert_eq!(
        book.sheets(),
        ["岗位核定", "学科岗位", "学科合计", "核定依据", "以后各年", "逐年变化"]
    );
    let rows = book.rows("岗位核定");
    let total = rows.iter().find(|row| row[0] == "合计").unwrap();
    let quota: i64 = now.iter().filter_map(|s| s.quota).sum();
    assert_eq!(total[4], quota.to_string());
    assert!(rows[4][11].contains("个"), "the reason: {:?}", rows[4]);
    // Every line of the reasons has something to count, and columns have one format of numbers.
    let basis = book.rows("核定依据");
    assert!(!basis.iter().any(|row| row[3] == "0" && row[4] == "0"));
    assert_eq!(book.formats("学科岗位", 4).len(), 1);
    assert!(book.rows("逐年变化").iter().any(|row| row[0] == "（无）"), "nothing changes");
}

#[test]
fn a_rotation_shows_before_and_after_and_every_reason() {
    let bench = bench();
    let problem = problem(bench);
    let outcome = optimum(&problem, &*solver::in_process(), &Watch::new()).unwrap();
    let Outcome::Found(found) = outcome else { panic!("no rotation") };
    let mut book = Book::of("rotation", rotation::workbook(&found, &bench.head()).unwrap());
    book.is_masked(bench);
    let moves = book.rows("交流名单");
    assert_eq!(moves.iter().filter(|row| !row[11].is_empty()).count(), found.moves.len() + 1);
    let stays = book.rows("留任教师");
    assert_eq!(stays.iter().filter(|row| !row[6].is_empty()).count(), found.stays.len() + 1);
    assert_eq!(book.formats("汇总", 3).iter().filter(|format| format.ends_with('%')).count(), 1);
    let summary = book.rows("汇总").concat().join("|");
    for part in ["不少于符合条件教师的 10%", "差异系数", "已证明", &found.problem]
    {
        assert!(summary.contains(part), "{part}");
    }
    let sections = book.rows("学校前后");
    assert!(sections.len() > found.sections.len());

    // The public list: in the order of the moves, no reason, no years, names masked.
    let days = (Date::constant(2025, 6, 16), Date::constant(2025, 6, 22));
    let bytes = notice::workbook(&found, Some(days), &bench.head()).unwrap();
    let mut list = Book::of("notice", bytes);
    list.is_masked(bench);
    let rows = list.rows("公示名单");
    assert_eq!(rows[0].iter().filter(|text| !text.is_empty()).count(), 1);
    assert_eq!(rows[2].len(), 7);
    assert!(rows[1].concat().contains("公示期：2025 年 6 月 16 日至 2025 年 6 月 22 日"));
    assert_eq!(rows[3][1], found.moves[0].teacher.to_string());
    assert_eq!(rows.len(), 3 + found.moves.len() + 4);

    // The other mode prints too.
    let stable = stable(&problem, Mechanism::Claims).unwrap();
    let mut book = Book::of("stable", rotation::workbook(&stable, &bench.head()).unwrap());
    assert!(book.rows("汇总").concat().join("").contains("自愿且人人不比留任差"));
}

#[test]
fn leaders_pairs_and_hours_are_listed() {
    let bench = bench();
    let solver = solver::in_process();
    let settings = Settings::of(&bench.rules.rotation);
    let data = (&bench.snapshot, &*bench.catalogue);
    let options = standard::Options::default();
    let evaluation = standard::evaluate(&bench.snapshot, &bench.standard, &options).unwrap();
    let rules = (&bench.rules, &settings);
    let terms = staffing::principals::terms(&bench.roster, &bench.rules);
    let vacancies = staffing::principals::vacancies(&bench.roster, data.0, data.1);
    let proposals =
        staffing::principals::proposals(&bench.roster, data, rules, Some(&evaluation), &*solver)
            .unwrap();
    let leaders = principals::Leaders {
        terms: &terms,
        vacancies: &vacancies,
        proposals: Some(&proposals),
        roster: &bench.roster,
    };
    let places = places(data.0, data.1);
    let bytes = principals::workbook(&leaders, &places, &bench.head()).unwrap();
    let mut book = Book::of("principals", bytes);
    book.is_masked(bench);
    let rows = book.rows("任期");
    assert_eq!(rows.iter().filter(|row| row[2] == "校长").count(), terms.len());
    let over = terms.iter().filter(|term| term.left.is_some_and(|left| left < 0)).count();
    let said = rows.iter().filter(|row| row[7].starts_with("已超 ")).count();
    assert!(over > 0 && said == over, "{over} {said}");
    assert!(book.rows("交流建议").concat().join("").contains("党组织"));
    assert_eq!(book.rows("没有安排").len(), 3 + proposals.stays.len().max(1));

    let km = Exact::from(40);
    let least = &bench.rules.pairing.least.value;
    let bounds = pairing::Bounds { each: 2, km: &km, between: None, least };
    let schools =
        pairing::schools(&evaluation, data.0, data.1, &settings, &bounds, &*solver).unwrap();
    let mentors = pairing::mentors(&bench.roster, data, rules, (3, &bounds), &*solver).unwrap();
    let bytes = pairings::workbook(&schools, &mentors, data.0, &bench.head()).unwrap();
    let mut book = Book::of("pairings", bytes);
    book.is_masked(bench);
    assert!(book.rows("学校结对").len() > schools.pairs.len());
    assert!(book.rows("名师带徒").len() > mentors.pairs.len());
    assert_eq!(book.sheets().len(), 4);

    let cycle = staffing::training::running_cycle(&bench.rules, bench.snapshot.year());
    let over = staffing::training::last_over(&bench.roster);
    let shortfalls = staffing::training::shortfalls(&bench.roster, &bench.rules, cycle, over);
    let hours = training::Hours {
        cycle,
        shortfalls: &shortfalls,
        credits: None,
        schools: &staffing::training::completion(&bench.roster, &bench.rules, cycle),
    };
    let funds = staffing::training::funds(data.0, data.1, &bench.rules).1;
    let written = training::Training { projects: None, hours: Some(hours), funds: &funds };
    let bytes = training::workbook(&written, &places, &bench.rules, &bench.head()).unwrap();
    let mut book = Book::of("training", bytes);
    book.is_masked(bench);
    let rows = book.rows("学时缺口");
    assert_eq!(rows.len(), 3 + shortfalls.len().max(1) + 2);
    // Shares are numbers, so that they can be sorted and averaged.
    assert!(book.formats("完成情况", 3).contains("0.0%"));
    assert!(book.formats("培训经费", 4).contains("0.0%"));
    assert!(!book.everything().contains("%</t>"));
}

#[test]
fn what_is_filled_in_the_template_is_read_back() {
    let bench = bench();
    let layouts = RosterLayouts::load(&PackSource::embedded()).unwrap();
    let options = RosterOptions::new(&layouts);
    let schools = bench.schools();
    let template = Template {
        rules: &bench.rules,
        schools: &schools,
        label: Some("合成数据，仅供演示"),
        created: Date::constant(2024, 9, 1),
    };
    // Empty: the example is passed over.
    let mut book = Book::of("template", template::empty(&template).unwrap());
    assert_eq!(book.sheets(), ["说明", "教师名册", "学校", "选项"]);
    assert_eq!(book.rows("教师名册")[1][0], "示例（读取时跳过）");
    // A school is chosen by its name or its code, which stand side by side on a sheet of their own.
    let lists = book.rows("选项");
    let place = lists[0].iter().position(|first| *first == schools[0].1).unwrap();
    let chosen: Vec<String> =
        lists.into_iter().map(|row| row[place].clone()).filter(|text| !text.is_empty()).collect();
    let names = schools.iter().map(|(_, name)| name.clone());
    let codes = schools.iter().map(|(code, _)| code.clone());
    assert_eq!(chosen, names.chain(codes).collect::<Vec<_>>());
    assert_eq!(book.rows("学校")[1], [schools[0].0.clone(), schools[0].1.clone()]);
    assert!(book.everything().contains(&format!("选项!$F$1:$F${}", 2 * schools.len())));
    let error = read(&book.bytes, "模板.xlsx", &options).unwrap_err();
    assert!(matches!(error, RosterError::Empty { .. }), "{error}");
    // Filled: the same rows come back, and the same roster.
    let mut odd = bench.rows[0].clone();
    odd.set("birth", "不详");
    odd.set("hours", "约十");
    odd.set("number", "末");
    let rows: Vec<RosterRow> = bench.rows.iter().cloned().chain([odd]).collect();
    let bytes = template::filled(&template, &rows).unwrap();
    let book = Book::of("filled", bytes);
    let sheet = read(&book.bytes, "名册.xlsx", &options).unwrap();
    assert_eq!((sheet.layout.as_str(), sheet.errors), ("roster-template", 0));
    assert_eq!(sheet.rows.len(), rows.len());
    for (record, row) in sheet.rows.iter().zip(&rows) {
        let mut wanted: Vec<(&str, &str)> = row.cells().collect();
        wanted.sort_unstable();
        let number = |text: &str| Exact::parse(text).ok();
        for ((code, text), (wanted_code, wanted)) in record.cells().zip(wanted) {
            assert_eq!(code, wanted_code);
            assert!(text == wanted || number(text) == number(wanted), "{code}: {text} {wanted}");
        }
    }
    let again: Vec<(usize, RosterRow)> =
        sheet.rows.iter().map(|record| (record.row, RosterRow::of(record.cells()))).collect();
    let numbered = again.iter().take(bench.rows.len()).map(|(row, cells)| (*row, cells));
    let day = bench.head().day;
    let (roster, findings) = Roster::read_numbered(numbered, &bench.snapshot, &bench.rules, day);
    assert!(findings.is_empty(), "{:?}", findings.first());
    assert_eq!(roster.teachers().len(), bench.roster.teachers().len());
}

#[test]
fn the_same_lists_give_the_same_bytes_and_long_labels_are_refused() {
    let bench = bench();
    let write =
        |head| roster::workbook(bench.roster.teachers(), &bench.snapshot, &bench.rules, &head);
    assert_eq!(write(bench.head()).unwrap(), write(bench.head()).unwrap());
    let long = "长".repeat(120);
    let error =
        write(forms::staffing::Masthead { label: Some(&long), ..bench.head() }).unwrap_err();
    assert_eq!(error.code(), "FM-NAME-02");
}
