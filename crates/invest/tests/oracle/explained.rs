//! Impossible counties, whose explanation is checked figure by figure.

use crate::by_hand::{fund, primary, problem, settings, sound};
use crate::given::exact;
use domain::{Exact, SchoolKind, SchoolYear, Stage};
use invest::explain::{Explanation, More, explain};
use invest::{Outcome, Problem};
use solver::Watch;

fn explained(problem: &Problem) -> Explanation {
    let solver = solver::in_process();
    let outcome = invest::solve(problem, &*solver, &Watch::new()).unwrap();
    assert_eq!(outcome, Outcome::Impossible);
    explain(problem, &*solver, &Watch::new()).unwrap()
}

fn more(amount: &str, unit: &str) -> More {
    let by_year = vec![(SchoolYear(2025), exact(amount))];
    More { amount: exact(amount), unit: unit.to_owned(), by_year }
}

/// School, indicator and what it lacks.
fn unmet(told: &Explanation) -> Vec<(&str, &str, &str)> {
    let rules = told.unmet.iter();
    rules.map(|u| (u.name.as_str(), u.indicator.as_str(), u.lacks.as_str())).collect()
}

/// Grounds for 45 (750 ㎡ at 0.06; rooms at 4.0 stay at their floor) and equipment for 20 are
/// needed (65 万元, and 85 is the floor), 50 are there. Of the rules, the least share of its need that
/// can be given up is 250 of the 750 ㎡ to the threshold, a third: 0.5 ㎡ a pupil (equipment for 15 of
/// the 35 to the threshold would be more). More money:
/// 15. Every single way to give way is worth 15: the money, the 250 ㎡, or 15 万元 of equipment,
/// 300 元 a pupil. A second year with another 50 is enough.
#[test]
fn too_little_money() {
    let schools = [
        primary(&[
            ("teaching_rooms_area", 2000),
            ("building_area", 2000),
            ("outdoor_sports_area", 3000),
        ]),
        primary(&[("equipment_value", 65)]),
    ];
    let mut own = settings(2);
    own.finish = own.first;
    own.funds = vec![fund(&own, "county", &[], 50)];
    let told = explained(&problem(&schools, own));
    assert_eq!(unmet(&told), [("第1学校", "L5", "0.5000")]);
    assert_eq!(told.money, Some(more("15", "万元")));
    assert_eq!(told.posts, None);
    assert_eq!(told.finish, Some(SchoolYear(2026)));
    assert!(told.coefficients.is_empty());
    let mut gives: Vec<&str> =
        told.relaxations.iter().map(|way| way.gives.first().unwrap().as_str()).collect();
    gives.sort_unstable();
    assert_eq!(
        gives,
        [
            "2025/2026 学年 第1学校 小学 “体育运动场馆”少 0.5000",
            "2025/2026 学年 第2学校 小学 “教学仪器设备值”少 300.0000",
            "2025/2026 学年“county”追加 15 万元",
        ]
    );
    for way in &told.relaxations {
        assert_eq!((way.gives.len(), &way.weight), (1, &exact("15")), "{way:?}");
    }
}

/// Two schools with 3 sports and arts teachers of the 3.825 that the floor asks for need one each,
/// and there is one post a year. Missing: one post, or one teacher, 0.2 for a hundred pupils, at one
/// of the schools, each worth what a post costs, 0.5 + 12 + 12. The second year brings the second
/// post. No money is counted, so none is missing.
#[test]
fn too_few_posts() {
    let schools = [3, 3].map(|sports| primary(&[("teachers_pe", sports)]));
    let mut own = settings(2);
    own.without.retain(|code| code != "teachers.recruit_sports_arts");
    own.finish = own.first;
    own.posts = Some(own.horizon().map(|year| (year, Exact::ONE)).collect());
    let told = explained(&problem(&schools, own));
    assert_eq!(told.posts, Some(more("1", "人")));
    assert_eq!(told.money, None);
    assert_eq!(told.finish, Some(SchoolYear(2026)));
    let [(_, "L3", "0.2000")] = unmet(&told)[..] else { panic!("{:?}", told.unmet) };
    let mut gives: Vec<(&str, &Exact)> = told
        .relaxations
        .iter()
        .map(|way| (way.gives.first().unwrap().as_str(), &way.weight))
        .collect();
    gives.sort_unstable();
    assert_eq!(gives.len(), 3);
    let (first, second, third) = (gives[0], gives[1], gives[2]);
    assert!(
        first.0.starts_with("2025/2026 学年 第1学校 小学 “体育艺术专任教师”少 0.2"),
        "{gives:?}"
    );
    assert!(
        second.0.starts_with("2025/2026 学年 第2学校 小学 “体育艺术专任教师”少 0.2"),
        "{gives:?}"
    );
    assert_eq!(third.0, "2025/2026 学年增加编制 1 人");
}

/// Rooms of 1500 ㎡ fill their building, so they cannot be converted, and what is built counts a
/// year later. The floor of 3.825 takes 1912.5 ㎡: 413 whole ㎡ are missing, 0.826 a pupil. The next
/// year would do.
#[test]
fn too_early_an_end() {
    let schools = [primary(&[("teaching_rooms_area", 1500), ("building_area", 1500)])];
    let mut own = settings(2);
    own.finish = own.first;
    let told = explained(&problem(&schools, own));
    assert_eq!(unmet(&told), [("第1学校", "L4", "0.8260")]);
    assert_eq!((&told.money, &told.posts), (&None, &None));
    assert_eq!(told.finish, Some(SchoolYear(2026)));
}

/// Equipment of 1 万元 a pupil for 100 pupils beside 0.225 for 400, and none is bought: with weights
/// 0.2 and 0.8 the mean is 0.38 and CV² = 0.16 · 0.775²/0.38² = 0.67, CV = 0.82, over 0.50. Every
/// school passes; the coefficient alone stands against it, in both years.
#[test]
fn a_coefficient_that_nothing_can_bring_down() {
    let mut rich = sound(SchoolKind::Primary, &[(Stage::Primary, 100)]);
    rich.facts.insert("equipment_value", 100);
    let mut poor = sound(SchoolKind::Primary, &[(Stage::Primary, 400)]);
    poor.facts.insert("equipment_value", 90);
    let mut own = settings(2);
    own.finish = own.first;
    own.without.push("equipment.buy".to_owned());
    let told = explained(&problem(&[rich, poor], own));
    assert!(unmet(&told).is_empty(), "{:?}", told.unmet);
    let short = "教学仪器设备值".to_owned();
    let years = [2025, 2026].map(SchoolYear);
    assert_eq!(told.coefficients, years.map(|year| (year, Stage::Primary, short.clone())));
    assert_eq!((&told.money, &told.posts, told.finish), (&None, &None, None));
}
