//! Shifts of entrants and merges that a county enters itself: what they do to the pupils, and what
//! is refused.

use crate::common::{bench, code, county, exact, packs, plan, problem, school};
use domain::change::amount_at;
use domain::{Exact, Facts, School, SchoolKind, SchoolYear, Snapshot, Stage, Value};
use invest::settings::{Committed, Merge, Project, Settings, Shift};
use invest::{InvestError, Outcome, Problem, file};
use packs::PackFile;
use solver::Watch;

/// 500 pupils, 100 of them in the first grade.
pub(crate) const GRADES: [(&str, &str); 6] = [
    ("pupils_grade_1", "100"),
    ("pupils_grade_2", "80"),
    ("pupils_grade_3", "80"),
    ("pupils_grade_4", "80"),
    ("pupils_grade_5", "80"),
    ("pupils_grade_6", "80"),
];

pub(crate) fn settings(years: u8) -> Settings {
    let mut settings = Settings::unlimited(SchoolYear(2024), years);
    settings.discount = Exact::ZERO;
    settings.without = ["teachers.move", "teachers.move_backbone", "teachers.move_sports_arts"]
        .map(str::to_owned)
        .to_vec();
    settings
}

pub(crate) fn shift(from: u32, to: u32, share: &str) -> Shift {
    let (from, to, share) = (code(from), code(to), exact(share));
    Shift { from, to, stage: Stage::Primary, share, since: SchoolYear(2025) }
}

fn merge(from: u32, to: u32, year: i16) -> Merge {
    Merge { from: code(from), to: code(to), year: SchoolYear(year) }
}

/// The crowded school with all six grades, and the half empty one: 250 pupils, grades of 45 and 41.
pub(crate) fn neighbours(own: &[(&str, &str)], section: &[(&str, &str)]) -> Vec<School> {
    let bench = bench();
    let crowded: Vec<(&str, &str)> = GRADES.iter().chain(section).copied().collect();
    let empty = [
        ("pupils", "250"),
        ("pupils_grade_1", "45"),
        ("pupils_grade_2", "41"),
        ("pupils_grade_3", "41"),
        ("pupils_grade_4", "41"),
        ("pupils_grade_5", "41"),
        ("pupils_grade_6", "41"),
    ];
    let empty: Vec<(&str, &str)> = empty.iter().chain(section).copied().collect();
    vec![
        school(&bench.catalogue, 1, own, &[(Stage::Primary, &crowded)]),
        school(
            &bench.catalogue,
            2,
            &[("teaching_rooms_area", "2000"), ("building_area", "2000")],
            &[(Stage::Primary, &empty)],
        ),
    ]
}

/// A teaching point of 12 pupils and 3 teachers, with the same items as the others.
pub(crate) fn point(n: u32) -> School {
    let bench = bench();
    let own = [
        ("teaching_rooms_area", "200"),
        ("building_area", "200"),
        ("outdoor_sports_area", "300"),
        ("equipment_value", "3"),
        ("multimedia_rooms", "1"),
    ];
    let section = [
        ("pupils", "12"),
        ("classes", "2"),
        ("staff", "3"),
        ("teachers", "3"),
        ("teachers_bachelor", "2"),
        ("teachers_college", "1"),
        ("teachers_below_college", "0"),
        ("teachers_backbone", "0"),
        ("teachers_pe", "0"),
        ("teachers_music", "0"),
        ("teachers_fine_art", "0"),
    ];
    let mut point = school(&bench.catalogue, n, &own, &[(Stage::Primary, &section)]);
    point.kind = SchoolKind::TeachingPoint;
    point
}

fn at(world: &Snapshot, n: u32, stage: Option<Stage>, item: &str) -> Option<String> {
    amount_at(world, &bench().catalogue, &code(n), stage, item).map(|value| value.to_string())
}

fn known(world: &Snapshot, n: u32, item: &str) -> String {
    at(world, n, Some(Stage::Primary), item).unwrap()
}

fn posed(schools: Vec<School>, settings: Settings) -> Result<Problem, InvestError> {
    let bench = bench();
    let start = county(&bench.catalogue, schools);
    let worlds = invest::worlds(std::slice::from_ref(&start), &settings, &bench.standard)?;
    let options = standard::Options::default();
    Problem::new(&start, worlds, bench.standard, options, settings, bench.costs)
}

/// Half of 100 entrants a year: 50 in 2025, 100 in 2026, 150 in 2027, each cohort one grade
/// higher. Of 100 boarders among 500 pupils 10, 20 and 30 go. The 45 + 50
/// first graders sit in 12 / 6 = 2 classes, so the largest is 48 (higher grades have 91 at most);
/// at the school that gives nobody knows.
#[test]
fn cohorts_move_up_where_they_went() {
    let classes = [("grades", "6"), ("largest_class", "45"), ("pupils_boarding", "100")];
    let mut given = settings(3);
    given.shifts = vec![shift(1, 2, "0.50")];
    let problem = posed(neighbours(&[], &classes), given).unwrap();
    let worlds = problem.worlds();
    let read = |item: &str, n: u32| -> Vec<String> {
        worlds.iter().map(|world| known(world, n, item)).collect()
    };
    assert_eq!(read("pupils", 1), ["450", "400", "350"]);
    assert_eq!(read("pupils", 2), ["300", "350", "400"]);
    assert_eq!(read("pupils_grade_1", 1), ["50", "50", "50"]);
    assert_eq!(read("pupils_grade_2", 1), ["80", "30", "30"]);
    assert_eq!(read("pupils_grade_3", 1), ["80", "80", "30"]);
    assert_eq!(read("pupils_grade_4", 1), ["80", "80", "80"]);
    assert_eq!(read("pupils_grade_3", 2), ["41", "41", "91"]);
    assert_eq!(read("pupils_boarding", 1), ["90", "80", "70"]);
    assert_eq!(read("pupils_boarding", 2), ["110", "120", "130"]);
    assert_eq!(read("largest_class", 1), ["45", "45", "45"]);
    assert_eq!(read("largest_class", 2), ["48", "48", "48"]);
    let section = worlds[0].school(&code(2)).unwrap().section(Stage::Primary).unwrap();
    let pupils = section.facts.get(bench().catalogue.id("pupils").unwrap()).unwrap();
    let said = worlds[0].origin(pupils.origin).to_string();
    assert!(said.contains("新生调剂") && said.contains("50%"), "{said}");
}

/// All 100 entrants go; in the second grade there are only 80, so 80 move on.
#[test]
fn nobody_goes_who_is_not_there() {
    let mut given = settings(3);
    given.shifts = vec![shift(1, 2, "0.60"), shift(1, 2, "0.40")];
    let problem = posed(neighbours(&[], &[]), given).unwrap();
    let read = |item: &str| -> Vec<String> {
        problem.worlds().iter().map(|world| known(world, 1, item)).collect()
    };
    assert_eq!(read("pupils_grade_1"), ["0", "0", "0"]);
    assert_eq!(read("pupils_grade_2"), ["80", "0", "0"]);
    assert_eq!(read("pupils_grade_3"), ["80", "80", "0"]);
    assert_eq!(read("pupils"), ["400", "320", "240"]);
}

/// 500 pupils have 1575 ㎡ of rooms (3.15; threshold 4.5, floor 3.825) and 2625 ㎡ of grounds
/// (5.25; 7.5 and 6.375). Six of seven: rooms to the floor, 1912.5 → 338 ㎡ at 0.40 = 135.2, and
/// grounds to the threshold, 1125 ㎡ at 0.06 = 67.5: 202.7. (The other way is 270 + 33.78.)
/// Half of the entrants of three years are 150 pupils: 1575 / 350 = 4.5 and 2625 / 350 = 7.5, so
/// that nothing is needed. The neighbour has 2000 / 400 = 5 ㎡ then, and everything else.
pub(crate) const CROWDED: [(&str, &str); 3] =
    [("teaching_rooms_area", "1575"), ("building_area", "1575"), ("outdoor_sports_area", "2625")];

#[test]
fn a_shift_makes_building_unnecessary() {
    let bench = bench();
    let start = county(&bench.catalogue, neighbours(&CROWDED, &[]));
    let without = plan(&problem(&bench, &start, settings(3)));
    assert!(without.accepted, "{:?}", without.objections);
    assert_eq!(without.cost, exact("202.7"));
    let mut given = settings(3);
    given.shifts = vec![shift(1, 2, "0.50")];
    let with = plan(&problem(&bench, &start, given));
    assert!(with.accepted && with.actions.is_empty(), "{:?}", with.actions);
}

/// A shift is no gift: 250 pupils with 2900 ㎡ of rooms (11.6) beside 500 with 2250 (4.5) spread by
/// 0.487, within 0.50. Twenty pupils from the small school to the large one, and the coefficient
/// is 0.556: rooms have to be built at the large one, or there is no plan.
#[test]
fn a_coefficient_that_gets_worse_is_judged() {
    let bench = bench();
    let mut schools =
        neighbours(&[("teaching_rooms_area", "2250"), ("building_area", "2250")], &[]);
    for item in ["teaching_rooms_area", "building_area"] {
        let id = bench.catalogue.id(item).unwrap();
        let mut fact = schools[1].facts.get(id).unwrap().clone();
        fact.value = Value::Number(2900.into());
        schools[1].facts.set(id, fact);
    }
    let start = county(&bench.catalogue, schools);
    assert!(plan(&problem(&bench, &start, settings(2))).actions.is_empty());
    let mut given = settings(2);
    // 20 of 45 in one year.
    given.shifts = vec![Shift { since: SchoolYear(2026), ..shift(2, 1, "0.45") }];
    let built = plan(&problem(&bench, &start, given.clone()));
    assert!(built.accepted && built.cost > Exact::ZERO, "{:?}", built.objections);
    assert!(built.actions.iter().all(|a| a.measure.starts_with("rooms") && a.school == code(1)));
    given.without.extend(["rooms.build", "rooms.convert"].map(str::to_owned));
    let none = problem(&bench, &start, given);
    let outcome = invest::solve(&none, &*solver::in_process(), &Watch::new()).unwrap();
    assert_eq!(outcome, Outcome::Impossible);
}

/// 20 of 500 pupils' teachers are above the degree (4.0; threshold 4.2), and 4 teach sports and
/// arts (0.8; 0.9, floor 0.765): one of the two may stay, the other takes one recruit, 0.5 + 12.
/// The teaching point brings 3 teachers and 12 pupils: 23 / 512 = 4.49, 4 / 512 = 0.78. Rooms stay
/// behind: 2500 / 512 = 4.88 still suffices.
pub(crate) fn short_of_a_teacher() -> School {
    let bench = bench();
    let section = [
        ("teachers_bachelor", "14"),
        ("teachers_college", "6"),
        ("teachers_below_college", "16"),
        ("teachers_pe", "2"),
    ];
    school(&bench.catalogue, 1, &[], &[(Stage::Primary, &section)])
}

#[test]
fn a_merged_teaching_point_saves_a_recruit() {
    let bench = bench();
    let start = county(&bench.catalogue, vec![short_of_a_teacher(), point(2)]);
    let without = plan(&problem(&bench, &start, settings(1)));
    assert_eq!((without.cost.clone(), without.actions.len()), (exact("12.5"), 1));
    let mut given = settings(1);
    given.merges = vec![merge(2, 1, 2025)];
    let problem = problem(&bench, &start, given);
    let world = &problem.worlds()[0];
    assert!(world.school(&code(2)).is_none());
    assert_eq!(known(world, 1, "pupils"), "512");
    assert_eq!(known(world, 1, "teachers"), "39");
    assert_eq!(known(world, 1, "classes"), "14");
    assert_eq!(at(world, 1, None, "equipment_value").unwrap(), "113");
    assert_eq!(at(world, 1, None, "multimedia_rooms").unwrap(), "12");
    assert_eq!(at(world, 1, None, "teaching_rooms_area").unwrap(), "2500");
    let with = plan(&problem);
    assert!(with.accepted && with.actions.is_empty(), "{:?}", with.actions);
}

/// A point is closed in the second year; its pupils of an earlier shift go on with it.
#[test]
fn shifts_come_before_merges() {
    let mut schools = neighbours(&[], &[]);
    let mut third = neighbours(&[], &[]).remove(1);
    (third.code, third.name) = (code(3), "第3学校".into());
    schools.push(third);
    let mut given = settings(2);
    given.shifts = vec![shift(1, 3, "0.50")];
    given.merges = vec![merge(3, 2, 2026)];
    let problem = posed(schools, given).unwrap();
    let [first, second] = problem.worlds() else { panic!("two years") };
    assert_eq!(
        (known(first, 1, "pupils"), known(first, 3, "pupils")),
        ("450".into(), "300".into())
    );
    assert!(second.school(&code(3)).is_none());
    // 250 of its own, 250 of the school that is closed, 100 that were sent there.
    assert_eq!(
        (known(second, 1, "pupils"), known(second, 2, "pupils")),
        ("400".into(), "600".into())
    );
}

#[test]
fn a_problem_has_one_hash_whichever_way_it_was_made() {
    let bench = bench();
    let start = county(&bench.catalogue, neighbours(&CROWDED, &[]));
    let plain = problem(&bench, &start, settings(3));
    let mut given = settings(3);
    given.shifts = vec![shift(1, 2, "0.50")];
    given.finish = SchoolYear(2026);
    let made = problem(&bench, &start, given.clone());
    let turned = plain.with_settings(given).unwrap();
    assert_eq!(made.hash(), turned.hash());
    assert_ne!(made.hash(), plain.hash());
    assert_eq!(turned.with_settings(settings(3)).unwrap().hash(), plain.hash());
    // A plan of the one is a plan of the other.
    let found = plan(&turned);
    let checked = invest::check::check(&made, &found).unwrap();
    assert!(checked.accepted && checked.findings.is_empty(), "{checked:?}");
}

fn refused(schools: Vec<School>, change: impl Fn(&mut Settings)) -> String {
    let mut given = settings(2);
    change(&mut given);
    posed(schools, given).map(|_| ()).unwrap_err().to_string()
}

fn without(facts: &mut Facts, item: &str) {
    facts.remove(bench().catalogue.id(item).unwrap());
}

#[test]
fn a_shift_that_cannot_be_is_refused_with_its_reason() {
    let two = || neighbours(&[], &[]);
    let shifted = |from, to, share: &'static str| {
        move |s: &mut Settings| s.shifts = vec![shift(from, to, share)]
    };
    assert!(refused(two(), shifted(1, 9, "0.10")).contains("V-PROB-04"));
    for (said, word) in [
        (refused(two(), shifted(1, 1, "0.10")), "同一所学校"),
        (refused(two(), shifted(1, 2, "0")), "大于 0"),
        (refused(two(), |s| s.shifts = vec![shift(1, 2, "0.60"), shift(1, 2, "0.41")]), "100%"),
        (
            refused(two(), |s| {
                s.shifts = vec![Shift { stage: Stage::Junior, ..shift(1, 2, "0.01") }];
            }),
            "没有初中部",
        ),
        (
            refused(two(), |s| {
                s.shifts = vec![Shift { stage: Stage::Senior, ..shift(1, 2, "0.01") }];
            }),
            "只有小学和初中",
        ),
        (
            refused(two(), |s| {
                s.shifts = vec![Shift { since: SchoolYear(2031), ..shift(1, 2, "0.01") }];
            }),
            "规划期",
        ),
    ] {
        assert!(said.starts_with("V-PROB-08") && said.contains(word), "{word}: {said}");
    }
    // Missing is not zero: grades at either school, the part of the pupils at one.
    let mut unknown = two();
    without(&mut unknown[0].sections[0].facts, "pupils_grade_1");
    assert!(
        refused(unknown, shifted(1, 2, "0.10"))
            .contains("第1学校 小学 2025/2026 学年没有“一年级在校生数”")
    );
    let mut unknown = two();
    without(&mut unknown[1].sections[0].facts, "pupils_grade_2");
    assert!(
        refused(unknown, shifted(1, 2, "0.10"))
            .contains("第2学校 小学 2026/2027 学年没有“二年级在校生数”")
    );
    let mut unknown = neighbours(&[], &[("pupils_boarding", "100")]);
    without(&mut unknown[1].sections[0].facts, "pupils_boarding");
    assert!(refused(unknown, shifted(1, 2, "0.10")).contains("寄宿生数"));
    // A school that does not run the grade takes nobody.
    let mut none = two();
    let id = bench().catalogue.id("pupils_grade_2").unwrap();
    let mut dash = none[1].sections[0].facts.get(id).unwrap().clone();
    dash.value = Value::NotApplicable;
    none[1].sections[0].facts.set(id, dash);
    assert!(refused(none, shifted(1, 2, "0.10")).contains("没有这个年级"));
}

#[test]
fn a_merge_that_cannot_be_is_refused_with_its_reason() {
    let bench = bench();
    let two = || vec![short_of_a_teacher(), point(2)];
    let merged = |from, to, year| move |s: &mut Settings| s.merges = vec![merge(from, to, year)];
    assert!(refused(two(), merged(9, 1, 2025)).contains("V-PROB-04"));
    let mut campus = two();
    campus[0].parent = Some(code(2));
    let junior = school(&bench.catalogue, 1, &[], &[(Stage::Junior, &[])]);
    let mut unknown = two();
    without(&mut unknown[0].sections[0].facts, "staff");
    let mut books = two();
    let id = bench.catalogue.id("books").unwrap();
    let fact = books[1].facts.get(bench.catalogue.id("equipment_value").unwrap()).unwrap().clone();
    books[1].facts.set(id, fact);
    let project = |s: &Settings| Project {
        code: "X1".into(),
        zh: "综合楼".into(),
        school: code(2),
        category: "building".into(),
        cost: exact("10"),
        lead: 1,
        starts: (s.first, s.last()),
        gains: vec![],
        rooms: vec![],
    };
    let committed = |s: &Settings| Committed {
        code: "Y1".into(),
        zh: "教学楼".into(),
        school: Some(code(2)),
        category: "building".into(),
        fund: None,
        payments: std::iter::once((s.first, exact("1"))).collect(),
        opens: Some(s.last()),
        gains: vec![invest::settings::Gain {
            item: "building_area".into(),
            stage: None,
            amount: exact("1"),
        }],
        rooms: vec![],
        note: String::new(),
    };
    for (said, word) in [
        (refused(two(), merged(1, 1, 2025)), "同一所学校"),
        (refused(two(), merged(2, 1, 2031)), "规划期"),
        (refused(campus, merged(2, 1, 2025)), "主校"),
        (refused(vec![junior, point(2)], merged(2, 1, 2025)), "没有小学部"),
        (refused(unknown, merged(2, 1, 2025)), "教职工数"),
        (refused(books, merged(2, 1, 2025)), "图书册数"),
        (refused(two(), |s| s.merges = vec![merge(2, 1, 2025), merge(2, 1, 2026)]), "已撤并"),
        (
            refused(two(), |s| {
                s.merges = vec![merge(2, 1, 2025)];
                s.projects = vec![project(s)];
            }),
            "综合楼",
        ),
        (
            refused(two(), |s| {
                s.merges = vec![merge(2, 1, 2025)];
                s.committed = vec![committed(s)];
            }),
            "教学楼",
        ),
    ] {
        assert!(said.starts_with("V-PROB-08") && said.contains(word), "{word}: {said}");
    }
}

#[test]
fn the_tables_of_the_file_are_read_and_refused_at_their_line() {
    let head = "[plan]\ntitle = \"x\"\nfirst = 2025\nyears = 2\ncosts = \"cn-county-2023\"\n";
    let read = |text: &str| {
        let file = PackFile::new("plan.toml", &format!("{head}{text}"));
        file::read(&file, &packs(), &bench().catalogue)
    };
    let text = "[[shift]]\nfrom = \"3400000001\"\nto = \"3400000002\"\nstage = \"primary\"\n\
        share = \"20%\"\n[[merge]]\nfrom = \"3400000003\"\nto = \"3400000001\"\nyear = 2026\n\
        [outer]\nshare = \"0.1\"\nmerge = true\nneighbours = [[\"3400000001\", \"3400000002\"]]\n";
    let given = read(text).unwrap().settings;
    assert_eq!(given.shifts, [shift(1, 2, "0.2")]);
    assert_eq!(given.merges, [merge(3, 1, 2026)]);
    let outer = given.outer.unwrap();
    assert_eq!((outer.share, outer.merge, outer.tries), (exact("0.1"), true, 20));
    assert_eq!(outer.neighbours, [[code(1), code(2)]]);
    for (from, to, refusal, line) in [
        ("\"20%\"", "\"120%\"", "V-FILE-21", "第 10 行"),
        ("\"20%\"", "\"0\"", "V-FILE-21", "第 10 行"),
        ("\"20%\"", "\"-1%\"", "V-FILE-02", "第 10 行"),
        ("to = \"3400000002\"", "to = \"3400000001\"", "V-FILE-22", "第 8 行"),
        ("to = \"3400000002\"", "to = \"2\"", "V-FILE-16", "第 8 行"),
        ("\"primary\"", "\"senior\"", "V-FILE-23", "第 9 行"),
        ("2026", "2030", "V-FILE-15", "第 14 行"),
        ("merge = true", "tries = 0", "V-FILE-24", "第 17 行"),
        ("share = \"0.1\"\nmerge = true", "merge = false", "V-FILE-24", "第 15 行"),
        ("[outer]", "[outer]\nshares = 1", "P-TOML-02", "第 16 行"),
    ] {
        let said = read(&text.replace(from, to)).unwrap_err().to_string();
        assert!(said.contains(refusal) && said.contains(line), "{refusal} {line}: {said}");
    }
    assert!(read("").unwrap().settings.outer.is_none());
}
