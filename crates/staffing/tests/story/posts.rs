//! Posts, solved by hand.

use crate::common::{bench, county, read, row, site};
use domain::Exact;
use staffing::posts::{posts, totals};

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
