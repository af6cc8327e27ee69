//! Rotations, solved by hand.

use crate::common::{Bench, Site, bench, code, county, read, row, site};
use domain::{Exact, SchoolCode};
use solver::Watch;
use staffing::rotation::settings::{Fixed, Scope};
use staffing::rotation::stable::{Mechanism, stable_followed};
use staffing::rotation::{
    Follow, Outcome, Problem, Rotation, Settings, Step, optimum, optimum_followed,
};
use staffing::{RosterRow, TeacherId};
use standard::Options;
use std::sync::Arc;

/// A section that passes in everything, with room to lose somebody.
pub(crate) const FINE: [(&str, i64); 17] = [
    ("pupils", 100),
    ("pupils_boarding", 0),
    ("classes", 6),
    ("staff", 10),
    ("teachers", 10),
    ("teachers_doctor", 0),
    ("teachers_master", 0),
    ("teachers_bachelor", 6),
    ("teachers_college", 2),
    ("teachers_below_college", 2),
    ("teachers_backbone", 2),
    ("teachers_pe", 1),
    ("teachers_music", 1),
    ("teachers_fine_art", 1),
    ("teachers_art", 0),
    ("teachers_certified", 10),
    ("teachers_rank_middle", 8),
];

pub(crate) fn figures(own: &[(&'static str, i64)]) -> Vec<(&'static str, i64)> {
    let mut all: Vec<(&str, i64)> =
        FINE.iter().filter(|(item, _)| own.iter().all(|(o, _)| o != item)).copied().collect();
    all.extend(own);
    all
}

pub(crate) fn problem(
    bench: &Bench,
    sites: &[Site],
    rows: &[RosterRow],
    change: impl FnOnce(&mut Settings),
) -> Problem {
    let snapshot = county(&bench.catalogue, sites);
    let (roster, findings) = read(bench, &snapshot, rows);
    assert!(findings.is_empty(), "{findings:?}");
    let mut settings = Settings::of(&bench.rules.rotation);
    settings.shares.clear();
    settings.leave_section = Exact::ONE;
    settings.leave_subject = Exact::ONE;
    settings.keep_backbone = Exact::ZERO;
    change(&mut settings);
    let posts = staffing::posts::posts(&snapshot, &bench.catalogue, Some(&roster), &bench.rules);
    Problem::new(
        Arc::new(snapshot),
        Arc::new(roster),
        Arc::new(bench.rules.clone()),
        Arc::clone(&bench.standard),
        Options::default(),
        settings,
        &posts,
    )
    .unwrap()
}

pub(crate) fn found(problem: &Problem) -> Rotation {
    match optimum(problem, &*solver::in_process(), &Watch::new()).unwrap() {
        Outcome::Found(rotation) => *rotation,
        Outcome::Impossible(why) => panic!("{:?}", why.broken),
    }
}

pub(crate) fn pairs(rotation: &Rotation) -> String {
    let list: Vec<String> = rotation
        .moves
        .iter()
        .map(|m| format!("{}>{}", m.teacher, m.to.as_str().trim_start_matches("34000000")))
        .collect();
    list.join(" ")
}

fn level<'a>(rotation: &'a Rotation, code: &str) -> (&'a str, &'a str) {
    let level = rotation.levels.iter().find(|l| l.code == code).unwrap();
    assert!(level.proved, "{level:?}");
    (&level.before, &level.after)
}

fn wish(settings: &mut Settings, teacher: &str, schools: &[u32]) {
    let schools: Vec<SchoolCode> = schools.iter().map(|n| code(*n)).collect();
    settings.preferences.insert(TeacherId::from(teacher), schools);
}

#[test]
fn nobody_moves_without_need() {
    let bench = bench();
    let rows = [row("A1", 1, &[]), row("B1", 2, &[])];
    let sites = [site(1, &figures(&[])), site(2, &figures(&[]))];
    let problem = problem(&bench, &sites, &rows, |_| {});
    let rotation = found(&problem);
    assert_eq!(pairs(&rotation), "");
    assert!(rotation.method.proved);
    assert_eq!(rotation.stays.len(), 2);
    assert_eq!(rotation.stays[0].why, "调出后本校语文教师不足");
}

#[test]
fn a_shortage_is_closed_by_the_nearest_who_can_be_spared() {
    let bench = bench();
    // Six classes a school: PE takes 20 lessons of 16, so 1 post. School 1 has three PE teachers,
    // school 2 none and a Chinese teacher too many; head counts balance by a swap.
    let rows = [
        row("A1", 1, &[("subject", "体育"), ("longitude", "116.02"), ("latitude", "31.0")]),
        row("A2", 1, &[("subject", "体育"), ("longitude", "116.05"), ("latitude", "31.0")]),
        row("A3", 1, &[("subject", "体育"), ("arrived", "2023-09-01")]),
        row("B1", 2, &[]),
        row("B2", 2, &[]),
        row("B3", 2, &[]),
        row("B4", 2, &[]),
        row("B5", 2, &[]),
    ];
    let mut sites = [site(1, &figures(&[("teachers_pe", 3)])), site(2, &figures(&[]))];
    sites[1].position = ("116.1", "31.0");
    let strict = |settings: &mut Settings| {
        settings.balance = staffing::rotation::settings::Balance::Strict;
    };
    let problem = problem(&bench, &sites, &rows, strict);
    let rotation = found(&problem);
    // Chinese at school 1: 38 lessons of 13, so 3 posts and none there; at school 2 five for 3. One PE
    // teacher must stay. Two swaps close one PE and two Chinese posts; A3 has just come, so A1 and A2
    // go, and the second of them only makes room for the second Chinese teacher.
    assert_eq!(rotation.moves.len(), 4, "{}", pairs(&rotation));
    assert_eq!(pairs(&rotation).split(' ').take(2).collect::<Vec<_>>(), ["A1>02", "A2>02"]);
    assert_eq!(rotation.moves[0].km.as_deref(), Some("9.9"), "0.08° × cos 31° × 111.2 km × 1.3");
    assert_eq!(rotation.moves[1].km.as_deref(), Some("6.2"));
    let reasons = rotation.moves[0].reasons.join("；");
    assert!(reasons.contains("缺体育与健康教师 1 人，交流后缺 0 人"), "{reasons}");
    let (before, after) = level(&rotation, "shortage");
    assert_eq!(before.parse::<i64>().unwrap() - after.parse::<i64>().unwrap(), 3);
    // Where only one may leave, it is the one who lives nearer.
    let mut settings = problem.settings.clone();
    settings.leave_section = Exact::ZERO;
    let one = found(&problem.with_settings(settings).unwrap());
    assert_eq!(pairs(&one).split(' ').next(), Some("A2>02"));
    let stays = one.stays.iter().find(|note| note.teacher.to_string() == "A1").unwrap();
    assert_eq!(stays.why, "本校交流人数已到上限 1 人");
}

/// What no assignment could keep is refused with its reason, not passed over; staying is always kept.
#[test]
fn decisions_that_cannot_be_kept_are_refused() {
    let bench = bench();
    let rows = [row("A1", 1, &[("post", "教辅")]), row("B1", 2, &[]), row("C1", 3, &[])];
    let sites = [1, 2, 3].map(|n| site(n, &figures(&[])));
    let open = problem(&bench, &sites, &rows, |_| {});
    let refused = |teacher: &str, school: u32, closed: Option<u32>| {
        let mut settings = open.settings.clone();
        let fixed = Fixed { teacher: teacher.into(), school: code(school), reason: String::new() };
        settings.fixed = vec![fixed];
        settings.closed.extend(closed.map(code));
        open.with_settings(settings).err().map(|error| error.to_string())
    };
    assert!(refused("A1", 2, None).unwrap().contains("不是专任教师"));
    assert_eq!(refused("A1", 1, None), None);
    assert!(refused("B1", 3, Some(3)).unwrap().contains("不参加交流"));
    assert!(refused("B1", 3, Some(2)).unwrap().contains("其所在学校不参加交流"));
    assert_eq!(refused("B1", 2, Some(2)), None);
    assert_eq!(refused("B1", 3, None), None);
}

/// A county may ask for less than the rules; what it then misses is said.
#[test]
fn a_share_below_the_rules_is_told() {
    let bench = bench();
    let rows = [row("A1", 1, &[]), row("B1", 2, &[])];
    let sites = [site(1, &figures(&[])), site(2, &figures(&[]))];
    let with = |least: &str| {
        let problem = problem(&bench, &sites, &rows, |settings| {
            settings.shares = vec![bench.rules.rotation.shares[0].clone()];
            settings.shares[0].at_least = Exact::parse(least).unwrap();
        });
        found(&problem)
    };
    let low = with("0");
    assert_eq!(crate::codes(&low.findings), ["T-SHARE-01"]);
    assert!(low.findings[0].message.contains("0.0%"), "{:?}", low.findings);
    assert_eq!(low.shares[0].zh, "交流教师不少于符合条件教师的 0%");
    let full = with("0.1");
    assert!(full.findings.is_empty(), "{:?}", full.findings);
    assert_eq!(full.shares[0].zh, "交流教师不少于符合条件教师的 10%");
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    let bench = bench();
    let sites = [site(1, &figures(&[])), site(2, &figures(&[]))];
    let open = problem(&bench, &sites, &[row("A1", 1, &[])], |_| {});
    let refused = |change: &dyn Fn(&mut Settings)| {
        let mut settings = open.settings.clone();
        change(&mut settings);
        let error = open.with_settings(settings).err().unwrap();
        assert_eq!(error.code(), "T-ROT-02");
        error.to_string()
    };
    assert!(refused(&|s| s.detour = Exact::ZERO).contains("绕行系数"));
    assert!(refused(&|s| s.commute = Exact::from(-3)).contains("里程"));
    assert!(refused(&|s| s.keep_backbone = Exact::from(2)).contains("比例"));
    assert!(refused(&|s| s.limits.seconds = 0).contains("求解时间"));
}

#[test]
fn a_roster_that_contradicts_the_form_is_refused_before_anything_is_planned() {
    let bench = bench();
    let sites = [site(1, &figures(&[("teachers_pe", 0)])), site(2, &figures(&[]))];
    let snapshot = county(&bench.catalogue, &sites);
    let rows = [row("A1", 1, &[("subject", "体育")]), row("B1", 2, &[])];
    let (roster, _) = read(&bench, &snapshot, &rows);
    let pose = |snapshot| {
        Problem::new(
            Arc::new(snapshot),
            Arc::new(roster.clone()),
            Arc::new(bench.rules.clone()),
            Arc::clone(&bench.standard),
            Options::default(),
            Settings::of(&bench.rules.rotation),
            &[],
        )
    };
    let error = pose(snapshot.clone()).err().unwrap();
    assert_eq!(error.code(), "T-ROT-07");
    assert!(error.to_string().contains("体育专任教师数"), "{error}");
    let (counted, findings) =
        staffing::count::recount(&snapshot, &roster, &bench.rules, &bench.catalogue).unwrap();
    assert!(findings.iter().any(|f| f.code == "T-DIFF-01"));
    pose(counted).unwrap();
}

#[test]
fn a_failing_value_is_mended_where_none_is_broken_by_it() {
    let bench = bench();
    // School 2 lacks one degree of 4.2 per hundred: 4 of 100 pupils. School 1 has 8.
    let short = figures(&[
        ("teachers_bachelor", 4),
        ("teachers_college", 0),
        ("teachers_below_college", 6),
    ]);
    let sites = [site(1, &figures(&[])), site(2, &short)];
    let rows = [
        row("A1", 1, &[]),
        row("A2", 1, &[("degree", "高中")]),
        row("B1", 2, &[("degree", "高中")]),
        row("B2", 2, &[]),
    ];
    let problem = problem(&bench, &sites, &rows, |_| {});
    let rotation = found(&problem);
    assert_eq!(pairs(&rotation), "A1>02 B1>01");
    let section = &rotation.sections[1];
    let value = section.values.iter().find(|v| v.indicator == "L1").unwrap();
    assert_eq!((value.before.as_deref(), value.after.as_deref()), (Some("4.00"), Some("5.00")));
    assert_eq!(level(&rotation, "values"), ("1", "0"));
    assert!(rotation.moves[0].reasons.iter().any(|r| r.contains("达标")), "{rotation:#?}");
}

#[test]
fn shares_are_reached_with_the_fewest_points() {
    let bench = bench();
    let rows = [
        row("A1", 1, &[]),
        row("A2", 1, &[("backbone", "县级"), ("backbone_basis", "x")]),
        row("B1", 2, &[]),
        row("B2", 2, &[]),
        row("C1", 3, &[]),
        row("C2", 3, &[]),
    ];
    let sites = [1, 2, 3].map(|n| site(n, &figures(&[])));
    let rules = bench.rules.rotation.shares.clone();
    let problem = problem(&bench, &sites, &rows, |settings| {
        settings.shares = rules;
        // One of six is 17 %, but one alone finds no successor; a swap is two, one of them backbone.
        wish(settings, "B1", &[1, 3]);
        wish(settings, "C1", &[2]);
    });
    let rotation = found(&problem);
    // A backbone teacher must go: A2 unasked (8). B1 comes to 1 (first wish, −4), C1 to 2 (−4), and
    // A2 closes the ring at 3; a plain swap A2, B1 leaves C1's wish open (4 more).
    assert_eq!(pairs(&rotation), "A2>03 B1>01 C1>02");
    assert_eq!(level(&rotation, "points"), ("8", "8"));
    assert_eq!(rotation.shares[0].share.as_deref(), Some("50.0"));
    assert!(rotation.shares.iter().all(|share| share.holds));
    assert!(rotation.moves[1].reasons[0].contains("第 1 志愿"));
}

#[test]
fn rules_that_cannot_be_met_are_named_with_the_nearest_that_works() {
    let bench = bench();
    let rows = [row("A1", 1, &[]), row("B1", 2, &[("arrived", "2023-09-01")])];
    let sites = [1, 2].map(|n| site(n, &figures(&[])));
    let rules = bench.rules.rotation.shares.clone();
    let problem = problem(&bench, &sites, &rows, |settings| {
        settings.shares = vec![rules[0].clone()];
        settings.balance = staffing::rotation::settings::Balance::Strict;
    });
    let outcome = optimum(&problem, &*solver::in_process(), &Watch::new()).unwrap();
    let Outcome::Impossible(why) = outcome else { panic!("{outcome:?}") };
    assert_eq!(why.broken.len(), 1, "{:?}", why.broken);
    assert_eq!((why.broken[0].rule.as_str(), why.broken[0].by.as_str()), ("share", "1.0"));
    assert_eq!(pairs(why.nearest.as_ref().unwrap()), "");
}

#[test]
fn fixed_moves_scope_couples_and_commutes_are_kept() {
    let bench = bench();
    let mut sites = [1, 2, 3].map(|n| site(n, &figures(&[])));
    sites[1].position = ("116.1", "31.0");
    sites[2].position = ("117.0", "31.0");
    let rows = [row("A1", 1, &[]), row("B1", 2, &[]), row("C1", 3, &[])];
    let fixed = |school: u32| {
        move |settings: &mut Settings| {
            let reason = "试点".to_owned();
            settings.fixed = vec![Fixed { teacher: "A1".into(), school: code(school), reason }];
        }
    };
    let swap = problem(&bench, &sites, &rows, fixed(2));
    let rotation = found(&swap);
    assert_eq!(pairs(&rotation), "A1>02 B1>01");
    assert!(rotation.moves[0].fixed && rotation.moves[0].reasons[0].contains("试点"));
    // School 3 is 95 km off: nobody need go there, and nobody comes back.
    let far = problem(&bench, &sites, &rows, fixed(3));
    let outcome = optimum(&far, &*solver::in_process(), &Watch::new()).unwrap();
    assert!(matches!(outcome, Outcome::Impossible(_)));
    // A wish for it lifts the limit.
    let wished = problem(&bench, &sites, &rows, |settings| {
        fixed(3)(settings);
        wish(settings, "C1", &[1]);
    });
    assert_eq!(pairs(&found(&wished)), "A1>03 C1>01");
    // Partners only.
    let partners = problem(&bench, &sites, &rows, |settings| {
        fixed(2)(settings);
        settings.scope = Scope::Partners(vec![(code(1), code(3))]);
    });
    let outcome = optimum(&partners, &*solver::in_process(), &Watch::new()).unwrap();
    assert!(matches!(outcome, Outcome::Impossible(_)), "B1 may not come to 1");
    // A couple stays together: B1 is A1's spouse at school 2, and would be alone there.
    let mut couple = rows.clone().to_vec();
    couple[0] = row("A1", 1, &[("spouse", "B2")]);
    couple.push(row("B2", 2, &[("arrived", "2023-09-01")]));
    let apart = problem(&bench, &sites, &couple, |settings| {
        settings.commute = Exact::from(200);
        settings.shares = bench.rules.rotation.shares[..1].to_vec();
        wish(settings, "A1", &[3]);
    });
    let rotation = found(&apart);
    assert!(rotation.moves.iter().all(|m| m.teacher.to_string() != "A1" || m.to == code(2)));
}

#[test]
fn what_the_settings_name_must_be_there() {
    let bench = bench();
    let sites = [1, 2].map(|n| site(n, &figures(&[])));
    let rows = [row("A1", 1, &[]), row("B1", 2, &[("arrived", "2023-09-01")])];
    let problem = problem(&bench, &sites, &rows, |settings| {
        wish(settings, "A1", &[1, 9, 2, 2]);
        wish(settings, "B1", &[1]);
        wish(settings, "Z9", &[1]);
    });
    let codes = crate::codes(&problem.findings);
    assert_eq!(codes, ["T-WISH-01"; 5], "{:?}", problem.findings);
    let mut settings = problem.settings.clone();
    settings.fixed = vec![Fixed { teacher: "Z9".into(), school: code(1), reason: String::new() }];
    let error = problem.with_settings(settings).err().unwrap();
    assert_eq!(error.code(), "T-ROT-01");
}

#[test]
fn settings_go_through_json() {
    let bench = bench();
    let mut settings = Settings::of(&bench.rules.rotation);
    wish(&mut settings, "A1", &[1]);
    let json = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
}

#[test]
fn the_checker_finds_what_is_wrong() {
    use staffing::rotation::check::{Checker, check};
    let bench = bench();
    let new = [("arrived", "2023-09-01")];
    let rows = [row("A1", 1, &[]), row("B1", 2, &[]), row("B2", 2, &new), row("C1", 3, &new)];
    let mut sites = [1, 2, 3].map(|n| site(n, &figures(&[])));
    sites[2].position = ("117.0", "31.0");
    let swap = problem(&bench, &sites, &rows, |settings| {
        settings.shares = bench.rules.rotation.shares[..1].to_vec();
    });
    let mut rotation = found(&swap);
    assert_eq!(pairs(&rotation), "A1>02 B1>01");
    assert_eq!(check(&swap, &rotation).unwrap(), []);
    rotation.change.edits.push(domain::change::Edit {
        school: code(1),
        stage: Some(domain::Stage::Primary),
        item: "teachers".into(),
        amount: 1.into(),
    });
    rotation.levels[0].after = "777".into();
    let codes: Vec<String> =
        check(&swap, &rotation).unwrap().into_iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["T-CHECK-12"; 2]);

    let mut checker = Checker::new(&swap).unwrap();
    let mut found = |moves: &[(&str, u32)]| {
        let moves: Vec<_> = moves.iter().map(|(t, n)| (TeacherId::from(*t), code(*n))).collect();
        let findings = checker.violations(&moves).unwrap();
        let codes: Vec<String> = findings.into_iter().map(|f| f.code).collect();
        codes.join(" ")
    };
    assert_eq!(found(&[("A1", 2), ("B1", 1)]), "");
    assert_eq!(found(&[]), "T-CHECK-10", "nobody moved of two eligible");
    assert_eq!(found(&[("A1", 2), ("B2", 1)]), "T-CHECK-03");
    assert!(found(&[("A1", 2)]).starts_with("T-CHECK-09"), "heads do not balance");
    assert!(found(&[("A1", 3), ("B1", 1)]).starts_with("T-CHECK-06"), "95 km");
    assert!(found(&[("A1", 1), ("B1", 1)]).starts_with("T-CHECK-02"));
    assert!(found(&[("Z1", 1)]).starts_with("T-CHECK-01"));
}

#[test]
fn a_search_tells_its_steps_and_ends_when_it_is_asked_to() {
    let bench = bench();
    let sites = [1, 2].map(|n| site(n, &figures(&[])));
    let rows = [row("A1", 1, &[]), row("B1", 2, &[])];
    let problem = problem(&bench, &sites, &rows, |settings| wish(settings, "A1", &[2]));
    let heard = std::sync::Mutex::new(Vec::new());
    let hear = |step: Step| heard.lock().unwrap().push(step);
    let follow = Follow::new().heard_by(&hear);
    let solver = solver::in_process();
    assert!(matches!(optimum_followed(&problem, &*solver, &follow).unwrap(), Outcome::Found(_)));
    let steps = heard.lock().unwrap().clone();
    assert!(steps.is_sorted() && steps.contains(&Step::People), "{steps:?}");
    assert_eq!(steps.last(), Some(&Step::Judge));
    let cancel = solver::Cancel::new();
    cancel.cancel();
    let ended = Follow::new().cancelled_by(&cancel);
    let error = optimum_followed(&problem, &*solver, &ended).unwrap_err();
    assert_eq!(error.code(), "T-ROT-06");
    assert!(error.to_string().contains("用户中止"), "{error}");
    let error = stable_followed(&problem, Mechanism::Claims, &ended).unwrap_err();
    assert_eq!(error.code(), "T-ROT-06");
}

/// Ten teachers stand in the form of school 2 and none of them in the roster yet: that is no shortage.
#[test]
fn a_section_without_a_roster_has_no_known_shortage() {
    let bench = bench();
    let rows: Vec<RosterRow> = (0..10).map(|n| row(&format!("A{n}"), 1, &[])).collect();
    let own = [("classes", 2), ("pupils", 40), ("teachers_bachelor", 10)];
    let sites = [site(1, &figures(&own)), site(2, &figures(&[]))];
    let problem = problem(&bench, &sites, &rows, |_| {});
    let there = &problem.posts[1];
    assert_eq!((there.teachers, there.subjects.len()), (Some(10), 0), "the form has teachers");
    assert_eq!(there.notes, ["没有教师名册，不能按学科核算"]);
    let rotation = found(&problem);
    assert_eq!(pairs(&rotation), "");
    assert_eq!(crate::codes(&rotation.findings), ["T-GAP-04"]);
    assert!(rotation.findings[0].message.contains("第2学校（小学）"));
    assert!(rotation.sections.iter().all(|section| section.school == code(1)));
    assert!(staffing::rotation::check::check(&problem, &rotation).unwrap().is_empty());
    let there = [(TeacherId::from("A0"), code(2))];
    let mut checker = staffing::rotation::check::Checker::new(&problem).unwrap();
    assert_eq!(crate::codes(&checker.violations(&there).unwrap()), ["T-CHECK-02"]);
}

/// How many posts school 1 has depends on its classes, which nobody has said: its ten teachers are not
/// known to be too many, and nobody is taken away for the shortage of school 2.
#[test]
fn a_section_with_unknown_posts_loses_nobody_for_them() {
    let bench = bench();
    let mut rows: Vec<RosterRow> = (0..10).map(|n| row(&format!("A{n}"), 1, &[])).collect();
    rows.push(row("B0", 2, &[("arrived", "2023-09-01")]));
    let moved = |classes: Option<i64>| {
        let many = [("teachers_bachelor", 10), ("teachers_rank_middle", 10)];
        let mut own = figures(&[("pupils", 60), many[0], many[1]]);
        own.retain(|(item, _)| *item != "classes");
        own.extend(classes.map(|classes| ("classes", classes)));
        let sites = [site(1, &own), site(2, &figures(&[("teachers", 1)]))];
        let problem = problem(&bench, &sites, &rows, |_| {});
        (problem.posts[0].teaching, found(&problem).moves.len())
    };
    assert_eq!(moved(None), (None, 0));
    assert_eq!(moved(Some(1)), (Some(4), 2), "with one class they are too many");
}
