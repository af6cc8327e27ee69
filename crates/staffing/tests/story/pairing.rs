//! Stories of pairings: by hand, where none is in reach, and properties.

use crate::common::{Bench, bench, code, county, read, row, site};
use domain::{Exact, SchoolCode, SchoolKind, Snapshot, Stage};
use proptest::prelude::*;
use staffing::pairing::{
    Bounds, MentorPairs, SchoolPair, SchoolPairs, is_outward, mentors, schools,
};
use staffing::rotation::settings::{Distance, Settings};
use staffing::{Roster, RosterRow};
use standard::evaluate;

fn settings(bench: &Bench, distances: &[(u32, u32, i64)]) -> Settings {
    let known = |(from, to, km): &(u32, u32, i64)| Distance {
        from: code(*from).to_string(),
        to: code(*to),
        km: Exact::from(*km),
    };
    let mut settings = Settings::of(&bench.rules.rotation);
    settings.distances = distances.iter().map(known).collect();
    settings
}

/// The people of a section that meets every indicator, or misses some.
fn people(strong: bool) -> Vec<(&'static str, i64)> {
    let n = |strong_n, weak_n| if strong { strong_n } else { weak_n };
    vec![
        ("pupils", 100),
        ("teachers_doctor", 0),
        ("teachers_master", 0),
        ("teachers_bachelor", n(20, 2)),
        ("teachers_college", 0),
        ("teachers_below_college", 0),
        ("teachers_backbone", n(5, 0)),
        ("teachers_pe", 2),
        ("teachers_music", 1),
        ("teachers_fine_art", 1),
        ("teachers_art", 0),
    ]
}

#[test]
fn weak_schools_go_to_strong_ones_as_near_as_possible_altogether() {
    let bench = bench();
    let mut junior = site(6, &people(false));
    junior.stage = Stage::Junior;
    let sites = [
        site(1, &people(true)),
        site(2, &people(true)),
        site(3, &people(false)),
        site(4, &people(false)),
        site(5, &people(false)),
        junior,
        site(7, &[("pupils", 100)]),
    ];
    let snapshot = county(&bench.catalogue, &sites);
    let evaluation =
        evaluate(&snapshot, &bench.standard.resources_only(), &standard::Options::default())
            .unwrap();
    let solver = solver::in_process();
    let pair = |each, km| {
        // 3 and 4 are both nearest to 1; with one each, 3 costs least when it goes to 2.
        let known = [(1, 3, 4), (1, 4, 5), (2, 3, 6), (2, 4, 20), (1, 5, 30), (2, 5, 35)];
        let settings = settings(&bench, &known);
        let data = (&snapshot, &*bench.catalogue);
        let least = &bench.rules.pairing.least.value;
        let bounds = Bounds { each, km: &Exact::from(km), between: None, least };
        schools(&evaluation, data.0, data.1, &settings, &bounds, &*solver).unwrap()
    };
    let told = |pairs: &SchoolPairs| -> Vec<String> {
        let one = |p: &SchoolPair| {
            format!("{}-{}", p.strong_name, p.weak_name).replace(['第', '学', '校'], "")
        };
        pairs.pairs.iter().map(one).collect()
    };
    let one_each = pair(1, 25);
    assert_eq!(told(&one_each), ["2-3", "1-4"]);
    assert!(one_each.proved);
    // Out of reach, of another stage: told, not paired. 7 has no figures and is neither.
    let alone: Vec<_> = one_each.unpaired.iter().map(|l| (&l.school, l.stage, &*l.why)).collect();
    let far = "最近的也有 30.0 公里，超过 25 公里";
    let nobody = "没有可以结对的、各项指标都达标的初中";
    assert_eq!(alone, [(&code(5), Stage::Primary, far), (&code(6), Stage::Junior, nobody)]);
    assert_eq!(one_each.unknown, [(code(7), Stage::Primary)]);
    assert_eq!(one_each.pairs[0].misses, ["L1", "L2"]);
    assert_eq!(told(&pair(2, 25)), ["1-3", "1-4"]);
    assert_eq!(told(&pair(3, 30)), ["1-3", "1-4", "1-5"]);
    assert!(pair(1, 1).pairs.is_empty());
}

#[test]
fn who_has_nobody_to_send_helps_nobody() {
    let bench = bench();
    let solver = solver::in_process();
    let mut point = site(1, &people(true));
    point.kind = Some(SchoolKind::TeachingPoint);
    let small = |n| {
        let mut figures = people(true);
        figures[0] = ("pupils", 99);
        site(n, &figures)
    };
    let mut private = site(3, &people(true));
    private.sponsor = "10";
    let mut town = site(4, &people(true));
    town.residence = "111";
    let mut lone = site(6, &people(false));
    lone.sponsor = "10";
    let sites = [point, small(2), private, town, site(5, &people(false)), lone];
    let snapshot = county(&bench.catalogue, &sites);
    let evaluation =
        evaluate(&snapshot, &bench.standard.resources_only(), &standard::Options::default())
            .unwrap();
    // The nearest are a teaching point, a school of 99 pupils and a private one.
    let known = [(1, 5, 1), (2, 5, 2), (3, 5, 3), (4, 5, 9), (4, 6, 1)];
    let settings = settings(&bench, &known);
    let (km, least) = (Exact::from(40), &bench.rules.pairing.least.value);
    let outward =
        |from: &SchoolCode, to: &SchoolCode| is_outward(&snapshot, &bench.catalogue, from, to);
    let bounds = Bounds { each: 2, km: &km, between: Some(&outward), least };
    let catalogue = &*bench.catalogue;
    let found = schools(&evaluation, &snapshot, catalogue, &settings, &bounds, &*solver).unwrap();
    let told: Vec<_> = found.pairs.iter().map(|p| (p.strong.clone(), p.weak.clone())).collect();
    assert_eq!(told, [(code(4), code(5))]);
    assert!(found.unpaired.is_empty(), "{:?}", found.unpaired);
    // Help goes from town to country, and not back.
    assert!(outward(&code(4), &code(5)) && !outward(&code(5), &code(4)));
    assert!(!outward(&code(5), &code(2)));
}

fn mentor(number: &str, school: u32, subject: &str) -> RosterRow {
    let cells = [
        ("subject", subject),
        ("rank", "副高级"),
        ("backbone", "县级"),
        ("backbone_basis", "县教〔2020〕3号"),
        ("hired", "2000-08-01"),
    ];
    row(number, school, &cells)
}

fn young(number: &str, school: u32, subject: &str) -> RosterRow {
    row(number, school, &[("subject", subject), ("hired", "2023-08-01"), ("birth", "2000-03-04")])
}

fn find(
    bench: &Bench,
    data: (&Snapshot, &Roster),
    far: &[(u32, u32, i64)],
    each: u32,
) -> MentorPairs {
    let settings = settings(bench, far);
    let (snapshot, roster) = data;
    let rules = (&bench.rules, &settings);
    let least = &bench.rules.pairing.least.value;
    let bounds = Bounds { each, km: &Exact::from(40), between: None, least };
    let solver = solver::in_process();
    mentors(roster, (snapshot, &bench.catalogue), rules, (3, &bounds), &*solver).unwrap()
}

#[test]
fn mentors_are_of_the_subject_and_have_room() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[]), site(2, &[])]);
    let rows = [
        mentor("M1", 1, "语文"),
        mentor("M2", 2, "语文"),
        mentor("M3", 1, "数学"),
        young("Y1", 1, "语文"),
        young("Y2", 2, "语文"),
        young("Y3", 2, "音乐"),
        // Three years of service are no longer young; without a rank nobody leads.
        row("Y4", 1, &[("hired", "2021-09-01")]),
        young("Y5", 1, "语文"),
    ];
    let (roster, _) = read(&bench, &snapshot, &rows);
    let told = |pairs: &MentorPairs| -> Vec<String> {
        pairs.pairs.iter().map(|p| format!("{}>{}", p.mentor, p.pupil)).collect()
    };
    let one = find(&bench, (&snapshot, &roster), &[(1, 2, 12)], 1);
    assert_eq!((one.pairs.len(), one.unpaired.len()), (2, 2), "{one:?}");
    let two = find(&bench, (&snapshot, &roster), &[(1, 2, 12)], 2);
    assert_eq!(told(&two), ["M1>Y1", "M2>Y2", "M1>Y5"]);
    assert_eq!(two.unpaired[0].pupil.to_string(), "Y3");
    assert!(two.unpaired[0].why.contains("小学音乐骨干教师"), "{:?}", two.unpaired);
    assert!(one.unpaired.iter().any(|l| l.why.contains("已各带 1 人")), "{:?}", one.unpaired);
    // Nobody of the subject within reach.
    let far = find(&bench, (&snapshot, &roster), &[(1, 2, 41)], 1);
    assert_eq!(far.unpaired.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn pairs_keep_to_their_limits(
        leads in proptest::collection::vec((1u32..4, 0usize..2), 0..4),
        pupils in proptest::collection::vec((1u32..4, 0usize..2), 1..6),
        km in proptest::collection::vec(1i64..70, 3),
        each in 1u32..3,
    ) {
        const SUBJECTS: [&str; 2] = ["语文", "数学"];
        let bench = bench();
        let snapshot = county(&bench.catalogue, &[site(1, &[]), site(2, &[]), site(3, &[])]);
        let mut rows: Vec<RosterRow> = Vec::new();
        for (at, (school, subject)) in leads.iter().enumerate() {
            rows.push(mentor(&format!("M{at}"), *school, SUBJECTS[*subject]));
        }
        for (at, (school, subject)) in pupils.iter().enumerate() {
            rows.push(young(&format!("Y{at}"), *school, SUBJECTS[*subject]));
        }
        let (roster, _) = read(&bench, &snapshot, &rows);
        let far = [(1, 2, km[0]), (1, 3, km[1]), (2, 3, km[2])];
        let found = find(&bench, (&snapshot, &roster), &far, each);
        prop_assert_eq!(found.pairs.len() + found.unpaired.len(), pupils.len());
        for pair in &found.pairs {
            let (lead, pupil) =
                (roster.teacher(&pair.mentor).unwrap(), roster.teacher(&pair.pupil).unwrap());
            prop_assert_eq!(lead.main_subject(), pupil.main_subject());
            prop_assert!(Exact::parse(pair.km.as_deref().unwrap()).unwrap() <= Exact::from(40));
            let of_lead = found.pairs.iter().filter(|other| other.mentor == pair.mentor).count();
            prop_assert!(of_lead <= usize::try_from(each).unwrap());
        }
        // Nobody is left over who could have been taken: a mentor with room, of the subject, in reach.
        for alone in &found.unpaired {
            let pupil = roster.teacher(&alone.pupil).unwrap();
            for lead in roster.teachers().iter().filter(|t| t.is_backbone()) {
                let room = found.pairs.iter().filter(|p| p.mentor == lead.id).count();
                let apart = far.iter().find(|(a, b, _)| {
                    let pair = [code(*a), code(*b)];
                    pair.contains(&lead.school) && pair.contains(&pupil.school)
                });
                let near = lead.school == pupil.school || apart.is_some_and(|(_, _, km)| *km <= 40);
                let free = room < usize::try_from(each).unwrap();
                prop_assert!(!(free && near && lead.main_subject() == pupil.main_subject()));
            }
        }
    }
}
