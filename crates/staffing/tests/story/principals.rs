//! Stories of principals: terms, vacancies, and proposed moves solved by hand and by trying all.

use crate::common::{Bench, bench, code, county, read, row, site};
use domain::{Exact, SchoolKind, Snapshot, Stage};
use proptest::prelude::*;
use staffing::principals::{Proposals, due, proposals, terms, vacancies};
use staffing::rotation::settings::{Distance, Settings};
use staffing::{Roster, RosterRow};
use standard::evaluate;

const LONG: (&str, &str) = ("arrived", "2016-08-15");

fn principal(number: &str, school: u32, cells: &[(&str, &str)]) -> RosterRow {
    let mut all = vec![("role", "校长"), ("birth", "1975-03-04"), LONG];
    all.extend(cells);
    // Who leads has come to do so, unless it is said otherwise.
    let arrived = all.iter().rfind(|(column, _)| *column == "arrived").map_or("", |(_, day)| *day);
    all.insert(0, ("appointed", arrived));
    row(number, school, &all)
}

fn settings(bench: &Bench, distances: &[(u32, u32, i64)]) -> Settings {
    let mut settings = Settings::of(&bench.rules.rotation);
    settings.distances = distances
        .iter()
        .map(|(from, to, km)| Distance {
            from: code(*from).to_string(),
            to: code(*to),
            km: Exact::from(*km),
        })
        .collect();
    settings
}

fn proposed(bench: &Bench, data: (&Snapshot, &Roster), settings: &Settings) -> Proposals {
    let (snapshot, roster) = data;
    let catalogue = &*bench.catalogue;
    let solver = solver::in_process();
    proposals(roster, (snapshot, catalogue), (&bench.rules, settings), None, &*solver).unwrap()
}

/// Who goes where: `A1→4`.
fn moves(proposals: &Proposals) -> Vec<String> {
    let list = proposals.moves.iter();
    list.map(|m| format!("{}→{}", m.teacher, m.to.as_str().trim_start_matches("340000000")))
        .collect()
}

#[test]
fn those_who_are_due_take_the_vacancy_and_the_place_given_up() {
    let bench = bench();
    let sites = [site(1, &[("pupils", 100)]), site(2, &[]), site(3, &[]), site(4, &[])];
    let snapshot = county(&bench.catalogue, &sites);
    let rows = [
        principal("A1", 1, &[]),
        principal("A2", 2, &[]),
        principal("A3", 3, &[("arrived", "2022-08-15")]),
    ];
    let (roster, _) = read(&bench, &snapshot, &rows);
    let list = terms(&roster, &bench.rules);
    let left: Vec<_> = list.iter().map(|t| (t.teacher.to_string(), t.term, t.left)).collect();
    assert_eq!(
        left,
        [
            ("A1".to_owned(), Some(3), Some(-2)),
            ("A2".to_owned(), Some(3), Some(-2)),
            ("A3".to_owned(), Some(1), Some(4)),
        ]
    );
    assert_eq!(due(&list), (2, Exact::ratio(2, 3)));
    assert_eq!(vacancies(&roster, &snapshot, &bench.catalogue), [code(4)]);
    // A1→4 and A2→1 take 5 + 10 km; A1→2 and A2→4 would take 10 + 8.
    let settings = settings(&bench, &[(1, 2, 10), (1, 4, 5), (2, 4, 8)]);
    let found = proposed(&bench, (&snapshot, &roster), &settings);
    assert_eq!(moves(&found), ["A1→4", "A2→1"]);
    assert!(found.proved && found.stays.is_empty());
    assert_eq!(found.open, [(code(2), "第2学校".to_owned())]);
    let (first, second) = (&found.moves[0], &found.moves[1]);
    assert_eq!((first.km.as_deref(), &first.replaces), (Some("5.0"), &None));
    assert_eq!(second.replaces.as_ref().unwrap().to_string(), "A1");
    let reasons = first.reasons.join("；");
    for part in ["任现职 8 年，已满 2 届", "第4学校没有校长", "可去的 2 个岗位中最近"]
    {
        assert!(reasons.contains(part), "{reasons}");
    }
    assert!(second.reasons.join("；").contains("合计路程最短"), "{:?}", second.reasons);
}

/// Ten years a teacher there and one its principal: that is the first term.
#[test]
fn terms_count_from_the_appointment() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[]), site(2, &[])]);
    let of = |cells: &[(&str, &str)]| {
        let (roster, findings) = read(&bench, &snapshot, &[principal("A1", 1, cells)]);
        let moves = proposed(&bench, (&snapshot, &roster), &settings(&bench, &[(1, 2, 5)])).moves;
        let term = terms(&roster, &bench.rules).remove(0);
        let asked = findings.iter().any(|finding| finding.code == "T-GAP-06");
        ((term.years, term.term, term.left), moves.len(), asked, term.note)
    };
    let long = ("arrived", "2013-08-15");
    let (term, moved, asked, note) = of(&[long, ("appointed", "2023-08-15")]);
    assert_eq!((term, moved, asked), ((Some(1), Some(1), Some(5)), 0, false));
    assert_eq!(note, "任现职 1 年，还有 5 年届满");
    assert_eq!(of(&[long, ("appointed", "2018-08-15")]).1, 1, "six years are two terms");
    // Without the day the arrival says only what is the most.
    let (term, moved, asked, note) = of(&[long, ("appointed", "")]);
    assert_eq!((term, moved, asked), ((None, None, None), 0, true));
    assert_eq!(note, "没有填任现职日期，到本校 11 年，不能判定任期");
    let (term, moved, asked, note) = of(&[("arrived", "2022-08-15"), ("appointed", "")]);
    assert_eq!((term, moved, asked), ((None, None, Some(4)), 0, true));
    assert_eq!(note, "没有填任现职日期，到本校 2 年，至少还有 4 年届满");
    let (roster, findings) =
        read(&bench, &snapshot, &[principal("A1", 1, &[("appointed", "2010-01-01")])]);
    assert_eq!(crate::codes(&findings), ["T-DATE-02"], "nobody leads a school before coming");
    assert_eq!(terms(&roster, &bench.rules)[0].years, Some(8));
}

#[test]
fn nobody_goes_back_too_soon_too_far_or_to_another_stage() {
    let bench = bench();
    let mut junior = site(3, &[]);
    junior.stage = Stage::Junior;
    let snapshot = county(&bench.catalogue, &[site(1, &[]), site(2, &[]), junior]);
    let back = format!("2022|{}|{}|调动", code(2), code(1));
    let rows = [principal("A1", 1, &[("exchanges", &back)])];
    let (roster, findings) = read(&bench, &snapshot, &rows);
    assert!(findings.iter().all(|f| f.field != "交流经历"), "{findings:?}");
    let near = settings(&bench, &[(1, 2, 5), (1, 3, 5)]);
    let found = proposed(&bench, (&snapshot, &roster), &near);
    assert!(found.moves.is_empty());
    assert!(found.stays[0].why.contains("1 个是上一届任内离开的学校"), "{:?}", found.stays);
    // Left long ago it is open again; 50 km are too far.
    let long_ago = format!("2012|{}|{}|调动", code(2), code(1));
    let (roster, _) = read(&bench, &snapshot, &[principal("A1", 1, &[("exchanges", &long_ago)])]);
    assert_eq!(moves(&proposed(&bench, (&snapshot, &roster), &near)), ["A1→2"]);
    let found = proposed(&bench, (&snapshot, &roster), &settings(&bench, &[(1, 2, 50)]));
    assert!(found.stays[0].why.contains("1 个超过 40 公里"), "{:?}", found.stays);
    // Where only the other stage has a place, that is said.
    let (roster, _) = read(
        &bench,
        &snapshot,
        &[principal("A1", 1, &[]), principal("A2", 2, &[("arrived", "2022-08-15")])],
    );
    let found = proposed(&bench, (&snapshot, &roster), &near);
    assert!(found.stays[0].why.contains("没有其他有小学的学校空出校长岗位"), "{:?}", found.stays);
    assert_eq!(found.open.len(), 1, "the junior school is still without one");
}

#[test]
fn nobody_goes_from_a_full_school_to_a_teaching_point() {
    let bench = bench();
    let mut point = site(2, &[]);
    point.kind = Some(SchoolKind::TeachingPoint);
    let mut senior = site(3, &[]);
    senior.stage = Stage::Senior;
    let snapshot = county(&bench.catalogue, &[site(1, &[]), point, senior]);
    let (roster, _) = read(&bench, &snapshot, &[principal("A1", 1, &[])]);
    // A senior school is none of the compulsory ones.
    assert_eq!(vacancies(&roster, &snapshot, &bench.catalogue), [code(2)]);
    let near = settings(&bench, &[(1, 2, 5)]);
    let found = proposed(&bench, (&snapshot, &roster), &near);
    assert!(found.moves.is_empty());
    assert!(found.stays[0].why.contains("1 个在教学点"), "{:?}", found.stays);
    // The other way is open: the place of the full school, once it is given up.
    let rows = [principal("A2", 2, &[])];
    let (roster, _) = read(&bench, &snapshot, &rows);
    assert_eq!(moves(&proposed(&bench, (&snapshot, &roster), &near)), ["A2→1"]);
}

#[test]
fn whoever_is_spared_stays_and_keeps_the_place() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[]), site(2, &[])]);
    let rows = [
        principal("A1", 1, &[("birth", "1966-01-01"), ("sex", "男")]),
        principal("A2", 2, &[("exemptions", "重大疾病|县医院证明")]),
    ];
    let (roster, _) = read(&bench, &snapshot, &rows);
    let found = proposed(&bench, (&snapshot, &roster), &settings(&bench, &[(1, 2, 5)]));
    assert!(found.moves.is_empty() && found.open.is_empty());
    let why: Vec<&str> = found.stays.iter().map(|stay| stay.why.as_str()).collect();
    assert!(why[0].contains("距退休不足"), "{why:?}");
    assert_eq!(why[1], "届满，暂不交流：有经认定的不交流情形", "no word of what it is");
}

#[test]
fn vice_principals_change_places_among_themselves() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[]), site(2, &[]), site(3, &[])]);
    let rows = [
        principal("A1", 1, &[("role", "副校长")]),
        principal("A2", 2, &[("role", "副校长")]),
        principal("B1", 1, &[]),
    ];
    let (roster, _) = read(&bench, &snapshot, &rows);
    let found = proposed(&bench, (&snapshot, &roster), &settings(&bench, &[(1, 2, 5), (1, 3, 9)]));
    // The principal goes to one of the two schools without one, the nearer; vice principals swap.
    assert_eq!(moves(&found), ["A1→2", "B1→2", "A2→1"]);
}

#[test]
fn a_good_record_goes_to_a_weak_school_where_the_data_say_so() {
    let bench = bench();
    let people = |bachelor, backbone| {
        [
            ("pupils", 100),
            ("teachers_doctor", 0),
            ("teachers_master", 0),
            ("teachers_bachelor", bachelor),
            ("teachers_college", 0),
            ("teachers_below_college", 0),
            ("teachers_backbone", backbone),
            ("teachers_pe", 2),
            ("teachers_music", 1),
            ("teachers_fine_art", 1),
            ("teachers_art", 0),
        ]
    };
    let (passing, weak) = (people(20, 5), people(2, 0));
    let sites = [site(1, &passing), site(2, &weak), site(3, &passing), site(4, &passing)];
    let snapshot = county(&bench.catalogue, &sites);
    let evaluation =
        evaluate(&snapshot, &bench.standard.resources_only(), &standard::Options::default())
            .unwrap();
    let rows = [principal("A1", 1, &[]), principal("A4", 4, &[("arrived", "2022-01-01")])];
    let (roster, _) = read(&bench, &snapshot, &rows);
    let settings = settings(&bench, &[(1, 2, 12), (1, 3, 5)]);
    let solver = solver::in_process();
    let find = |evaluation| {
        let data = (&snapshot, &*bench.catalogue);
        let rules = (&bench.rules, &settings);
        proposals(&roster, data, rules, evaluation, &*solver).unwrap()
    };
    assert_eq!(moves(&find(None)), ["A1→3"]);
    let weakest = find(Some(&evaluation));
    let misses = |n: usize| {
        let section =
            evaluation.sections.iter().find(|s| s.school == code(u32::try_from(n).unwrap()));
        section.unwrap().values.iter().map(|v| v.verdict).collect::<Vec<_>>()
    };
    assert_eq!(moves(&weakest), ["A1→2"], "{:?} {:?}", misses(1), misses(2));
    assert!(weakest.moves[0].reasons.join("").contains("优先派往"));
}

/// Most moves, then least way, by trying everything: each leader takes a seat or stays.
fn best(ways: &[Vec<Option<i64>>], at: usize, taken: &mut Vec<usize>) -> (usize, i64) {
    let Some(row) = ways.get(at) else { return (0, 0) };
    let mut options = Vec::new();
    // Staying is the own seat, which has the leader's own number.
    for (seat, way) in row.iter().enumerate() {
        let cost = if seat == at { Some(0) } else { *way };
        let (Some(cost), false) = (cost, taken.contains(&seat)) else { continue };
        taken.push(seat);
        let (moved, sum) = best(ways, at + 1, taken);
        taken.pop();
        if moved != usize::MAX {
            options.push((moved + usize::from(seat != at), sum + cost));
        }
    }
    let key = |option: &&(usize, i64)| (option.0, std::cmp::Reverse(option.1));
    options.iter().max_by_key(key).copied().unwrap_or((usize::MAX, 0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn proposals_are_the_best_of_all(
        leaders in 1u32..5,
        vacant in 0u32..3,
        km in proptest::collection::vec(1i64..70, 49),
    ) {
        let bench = bench();
        let schools = leaders + vacant;
        let sites: Vec<_> = (1..=schools).map(|n| site(n, &[])).collect();
        let snapshot = county(&bench.catalogue, &sites);
        let rows: Vec<_> = (1..=leaders).map(|n| principal(&format!("A{n}"), n, &[])).collect();
        let (roster, _) = read(&bench, &snapshot, &rows);
        let far = |a: u32, b: u32| km[usize::try_from(a.min(b) * 7 + a.max(b)).unwrap() % 49];
        let mut pairs = Vec::new();
        for a in 1..=schools {
            for b in a + 1..=schools {
                pairs.push((a, b, far(a, b)));
            }
        }
        let found = proposed(&bench, (&snapshot, &roster), &settings(&bench, &pairs));
        let ways: Vec<Vec<Option<i64>>> = (1..=leaders)
            .map(|a| (1..=schools).map(|b| Some(far(a, b)).filter(|km| a != b && *km <= 40)).collect())
            .collect();
        let wanted = best(&ways, 0, &mut Vec::new());
        let km = |m: &staffing::principals::LeaderMove| {
            Exact::parse(m.km.as_deref().unwrap()).unwrap()
        };
        let sum: Exact = found.moves.iter().map(km).sum();
        prop_assert_eq!((found.moves.len(), sum), (wanted.0, Exact::from(wanted.1)));
        prop_assert_eq!(found.moves.len() + found.stays.len(), usize::try_from(leaders).unwrap());
        let mut taken: Vec<_> = found.moves.iter().map(|m| &m.to).collect();
        taken.extend(found.stays.iter().map(|stay| &stay.school));
        taken.sort();
        let all = taken.len();
        taken.dedup();
        prop_assert_eq!(taken.len(), all);
        prop_assert_eq!(found.open.len(), usize::try_from(vacant).unwrap());
    }
}
