//! Posts, solved by hand.

use crate::common::{bench, county, read, row, site};
use domain::Exact;
use staffing::posts::{changes, posts, totals};

#[test]
fn quotas_come_from_pupils_classes_and_supplements() {
    let bench = bench();
    let big = [("pupils", 950), ("classes", 24), ("staff", 48), ("pupils_boarding", 130)];
    let small = [("pupils", 60), ("classes", 6), ("staff", 12), ("pupils_boarding", 0)];
    let snapshot = county(&bench.catalogue, &[site(1, &big), site(2, &small), site(3, &[])]);
    let list = posts(&snapshot, &bench.catalogue, None, &bench.rules);
    // 950 / 19 = 50; 130 boarding pupils add 1.3: 51.3, so 52. 91 % of 52 is 47.32, so 48 teach.
    assert_eq!((list[0].quota, list[0].teaching, list[0].balance), (Some(52), Some(48), Some(-4)));
    // 60 / 19 = 3.2 or 6 classes × 1.7 = 10.2, the greater: 11.
    assert_eq!((list[1].quota, list[1].balance), (Some(11), Some(1)));
    let counting: Vec<&str> =
        list[1].reasons.iter().filter(|r| r.counts).map(|r| r.rule.as_str()).collect();
    assert_eq!(counting, ["classes.small", "boarding"]);
    assert_eq!(list[2].quota, None, "missing is not zero");
    assert!(list[2].notes[0].contains("在校生数"));
}

#[test]
fn a_missing_figure_that_could_change_the_posts_leaves_them_open() {
    let bench = bench();
    let of = |figures: &[(&'static str, i64)]| {
        let snapshot = county(&bench.catalogue, &[site(1, figures)]);
        posts(&snapshot, &bench.catalogue, None, &bench.rules).remove(0)
    };
    // By pupils alone 60 / 19 give 4; six classes would give 11, and how many there are is not said.
    let small = of(&[("pupils", 60), ("staff", 10), ("pupils_boarding", 0)]);
    assert_eq!((small.quota, small.teaching, small.balance), (None, None, None));
    assert!(small.reasons.iter().all(|reason| !reason.counts), "{:?}", small.reasons);
    let why = "缺“教学班数”，“村小、教学点按班师比每班 1.7 人”没有计算，不能核定岗位";
    assert_eq!(small.notes[0], why);
    let whole = of(&[("pupils", 60), ("staff", 10), ("pupils_boarding", 0), ("classes", 6)]);
    assert_eq!((whole.quota, whole.balance), (Some(11), Some(-1)));
    let changed = changes(&[whole], &[small]);
    assert_eq!((changed[0].before, changed[0].after), (Some(11), None));
    assert!(changed[0].reasons.iter().any(|reason| reason == why), "{:?}", changed[0].reasons);
    // Classes do not matter from 200 pupils on; boarders may be all: 22 to 26 posts.
    assert_eq!(of(&[("pupils", 400), ("pupils_boarding", 0)]).quota, Some(22));
    assert_eq!(of(&[("pupils", 400)]).quota, None);
    let tiny = of(&[("pupils", 0)]);
    assert_eq!(tiny.quota, Some(0), "where nobody is nobody is missing");
    assert!(tiny.notes.iter().any(|note| note.ends_with("不影响岗位数")), "{:?}", tiny.notes);
}

#[test]
fn a_school_that_is_no_boarding_school_has_no_boarders() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 400)])]);
    let said = |flag| {
        let entry = domain::change::Entry {
            school: Some(crate::common::code(1)),
            stage: None,
            item: "boarding_school".into(),
            value: Some(domain::Value::Flag(flag)),
        };
        let all = domain::change::with_entries(&snapshot, "test", &[entry], &bench.catalogue);
        posts(&all.unwrap(), &bench.catalogue, None, &bench.rules)[0].quota
    };
    assert_eq!((said(false), said(true)), (Some(22), None));
}

#[test]
fn subjects_need_teachers_by_their_lessons() {
    let bench = bench();
    // Twelve classes, two a grade: PE takes 2 × (4+4+3+3+3+3) = 40 lessons, 40 / 16 = 2.5, so 3;
    // English 2 × 12 = 24, 24 / 15 = 1.6, so 2; science 2 × 10 = 20, 20 / 16 = 1.25, so 1.
    let snapshot = county(
        &bench.catalogue,
        &[
            site(1, &[("pupils", 480), ("classes", 12)]),
            site(2, &[("pupils", 480), ("classes", 12)]),
        ],
    );
    let rows = [
        row("A1", 1, &[("subject", "体育")]),
        row("A2", 1, &[("subject", "英语")]),
        row("A3", 1, &[("subject", "科学"), ("post", "工勤")]),
        row("B1", 2, &[("subject", "英语")]),
        row("B2", 2, &[("subject", "英语")]),
        row("B3", 2, &[("subject", "英语")]),
        row("B4", 2, &[("subject", "劳动")]),
    ];
    let (roster, _) = read(&bench, &snapshot, &rows);
    let list = posts(&snapshot, &bench.catalogue, Some(&roster), &bench.rules);
    let at = |section: usize, code: &str| {
        let row = list[section].subjects.iter().find(|s| s.subject == code).unwrap();
        (row.need.clone(), row.posts, row.have, row.shortage, row.surplus)
    };
    assert_eq!(at(0, "pe"), (Exact::ratio(5, 2), 3, 1, 2, 0));
    assert_eq!(at(0, "english"), (Exact::ratio(8, 5), 2, 1, 1, 0));
    assert_eq!(at(0, "science"), (Exact::ratio(5, 4), 1, 0, 1, 0), "only full-time teachers");
    assert_eq!(at(1, "english"), (Exact::ratio(8, 5), 2, 3, 0, 1));
    assert_eq!(at(1, "labour").4, 0, "without fixed hours nobody is to spare");
    let totals = totals(&list, &bench.rules);
    let english = totals.iter().find(|t| t.subject == "english").unwrap();
    assert_eq!((english.posts, english.have, english.movable), (4, 4, 1));
    assert!(english.structural);
}

/// Who teaches what the stage has no lessons of is told apart: nobody counts him or her as spare.
#[test]
fn teachers_of_a_subject_without_lessons_are_told() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 300), ("classes", 6)])]);
    let rows = [row("A1", 1, &[("subject", "综合艺术")]), row("A2", 1, &[("subject", "物理")])];
    let (roster, _) = read(&bench, &snapshot, &rows);
    let list = posts(&snapshot, &bench.catalogue, Some(&roster), &bench.rules);
    for zh in ["艺术", "物理"] {
        let row = list[0].subjects.iter().find(|row| row.zh == zh).unwrap();
        assert_eq!((row.have, row.posts, row.surplus), (1, 0, 0), "{row:?}");
        let told = list[0].notes.iter().filter(|note| note.starts_with(zh)).count();
        assert_eq!(told, 1, "{:?}", list[0].notes);
    }
}

#[test]
fn lessons_given_at_other_schools_are_counted_on_both_sides() {
    let bench = bench();
    let classes = [("pupils", 480), ("classes", 12)];
    let snapshot = county(&bench.catalogue, &[site(1, &classes), site(2, &classes)]);
    let away = format!("{}|体育|6", crate::common::code(2));
    let rows = [
        row("A1", 1, &[("subject", "体育")]),
        row("A2", 1, &[("subject", "体育"), ("visits", &away)]),
        row("B1", 2, &[("subject", "体育")]),
        row(
            "B2",
            2,
            &[("subject", "语文"), ("visits", &format!("{}|音乐|2", crate::common::code(1)))],
        ),
    ];
    let (roster, findings) = read(&bench, &snapshot, &rows);
    assert!(findings.is_empty(), "{findings:?}");
    let list = posts(&snapshot, &bench.catalogue, Some(&roster), &bench.rules);
    let at = |section: usize, code: &str| {
        let row = list[section].subjects.iter().find(|s| s.subject == code).unwrap();
        [&row.lessons, &row.lessons_in, &row.lessons_out, &row.uncovered].map(Exact::to_string)
    };
    // 40 lessons of PE a school, 16 a teacher: 40 + 6 − 32 = 14 and 40 − 6 − 16 = 18 are open.
    assert_eq!(at(0, "pe"), ["40", "0", "6", "14"]);
    assert_eq!(at(1, "pe"), ["40", "6", "0", "18"]);
    assert_eq!(at(0, "music"), ["24", "2", "0", "22"]);
    let totals = totals(&list, &bench.rules);
    let pe = totals.iter().find(|t| t.subject == "pe").unwrap();
    assert_eq!((pe.visiting.to_string(), pe.uncovered.to_string()), ("6".into(), "32".into()));
}

#[test]
fn a_year_s_new_posts_say_why() {
    let bench = bench();
    let year = |pupils, classes| {
        let section = [("pupils", pupils), ("classes", classes), ("pupils_boarding", 0)];
        let snapshot = county(
            &bench.catalogue,
            &[site(1, &section), site(2, &[("pupils", 380), ("pupils_boarding", 0)])],
        );
        posts(&snapshot, &bench.catalogue, None, &bench.rules)
    };
    let list = changes(&year(950, 24), &year(150, 12));
    assert_eq!(list.len(), 1, "the second school has what it had");
    assert_eq!((list[0].before, list[0].after), (Some(50), Some(21)));
    let why = list[0].reasons.join("；");
    for part in
        ["在校生由 950 人变为 150 人", "班级由 24 个变为 12 个", "改按“村小、教学点按班师比"]
    {
        assert!(why.contains(part), "{why}");
    }
    assert!(changes(&year(950, 24), &year(950, 24)).is_empty());
}

#[test]
fn a_county_adds_a_supplement_for_small_schools() {
    let bench = bench();
    let packs = packs::PackSource::embedded();
    let text = packs.file("staffing/cn-county-2024.toml").unwrap().text();
    // As docs/staffing.md shows it.
    let docs = include_str!("../../../../docs/staffing.md");
    let (_, rest) = docs.split_once("```toml\n").unwrap();
    let (rule, _) = rest.split_once("```").unwrap();
    let own = format!("{text}\n{rule}");
    let own = packs::PackSource::memory([("staffing/cn-county-2024.toml", own.as_str())]);
    let rules = staffing::rules::load(&own, "cn-county-2024").unwrap();
    let section = |pupils| [("pupils", pupils), ("classes", 6), ("pupils_boarding", 0)];
    let sites = [site(1, &section(60)), site(2, &section(100))];
    let snapshot = county(&bench.catalogue, &sites);
    let quotas = |rules| -> Vec<Option<i64>> {
        posts(&snapshot, &bench.catalogue, None, rules).iter().map(|s| s.quota).collect()
    };
    // 6 × 1.7 = 10.2, so 11; with one more 11.2, so 12. A school of a hundred has none.
    assert_eq!(quotas(&bench.rules), [Some(11), Some(11)]);
    assert_eq!(quotas(&rules), [Some(12), Some(11)]);
}
