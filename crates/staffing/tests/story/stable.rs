//! The stable rotation: hand-solved markets, nobody worse off, no justified envy.

use crate::common::{bench, code, row, site};
use crate::rotation::{figures, found, pairs, problem};
use domain::SchoolCode;
use proptest::prelude::*;
use staffing::TeacherId;
use staffing::rotation::check::check;
use staffing::rotation::settings::{Balance, Settings};
use staffing::rotation::stable::{Market, Mechanism, deferred_acceptance, prices, stable, trade};

fn wish(settings: &mut Settings, teacher: &str, schools: &[u32]) {
    let schools: Vec<SchoolCode> = schools.iter().map(|n| code(*n)).collect();
    settings.preferences.insert(TeacherId::from(teacher), schools);
}

#[test]
fn volunteers_change_places_and_nobody_is_sent() {
    let bench = bench();
    let rows = [
        row("A1", 1, &[]),
        row("A2", 1, &[]),
        row("B1", 2, &[]),
        row("C1", 3, &[("arrived", "2000-09-01")]),
    ];
    let sites = [1, 2, 3].map(|n| site(n, &figures(&[])));
    let problem = problem(&bench, &sites, &rows, |settings| {
        settings.balance = Balance::Strict;
        settings.shares = bench.rules.rotation.shares.clone();
        wish(settings, "A1", &[2]);
        wish(settings, "B1", &[1]);
        wish(settings, "C1", &[2]);
    });
    // A1 and C1 both want B1's seat; C1 has served longer. B1 wants A1's. Were A1 and B1 to change
    // places, C1's better claim to B1's seat would be passed over: so nobody moves.
    let claims = stable(&problem, Mechanism::Claims).unwrap();
    assert_eq!(pairs(&claims), "");
    // With trading they change places: nobody wants what C1 has.
    let rotation = stable(&problem, Mechanism::Trading).unwrap();
    assert_eq!(pairs(&rotation), "A1>02 B1>01");
    let note = rotation.stays.iter().find(|n| n.teacher.to_string() == "C1").unwrap();
    assert!(note.why.starts_with("第 1 志愿第2学校"), "{}", note.why);
    // No backbone teacher has volunteered: said, not forced.
    assert_eq!(crate::codes(&rotation.findings), ["T-STABLE-01"]);
    // A promise is no proof of goals that it does not look for.
    assert!(!rotation.method.proved && rotation.levels.iter().all(|level| level.gap == "—"));
    assert_eq!(rotation.method.ended, "没有人不如留任，不存在对各方都更好的互换");
    // What it costs: the state's share of backbone teachers is missed, but nobody is unhappy with it.
    let optimum = {
        let mut settings = problem.settings.clone();
        settings.shares.truncate(1);
        found(&problem.with_settings(settings).unwrap())
    };
    let table = prices(&[&optimum, &rotation]);
    let points = table.iter().find(|price| price.code == "points").unwrap();
    assert_eq!((points.before.as_str(), points.after[1].as_str()), ("12", "4"));
}

/// Who is held so that a rule holds is passed over, and the result does not say that nobody is.
#[test]
fn who_is_held_is_left_out_of_the_promise() {
    let bench = bench();
    let rows = [
        row("A1", 1, &[("arrived", "2000-09-01")]),
        row("A2", 1, &[("arrived", "2002-09-01")]),
        row("B1", 2, &[]),
        row("B2", 2, &[]),
        row("C1", 3, &[("arrived", "2010-09-01")]),
    ];
    let sites = [1, 2, 3].map(|n| site(n, &figures(&[])));
    let problem = problem(&bench, &sites, &rows, |settings| {
        settings.balance = Balance::Strict;
        settings.shares.clear();
        // One may leave a school at most: of A1 and A2 one is held.
        settings.leave_section = domain::Exact::ZERO;
        settings.leave_subject = domain::Exact::ONE;
        wish(settings, "A1", &[2]);
        wish(settings, "A2", &[2]);
        wish(settings, "B1", &[1]);
        wish(settings, "B2", &[1]);
    });
    let rotation = stable(&problem, Mechanism::Claims).unwrap();
    let held = rotation.stays.iter().filter(|note| note.why.starts_with("为保持规则")).count();
    assert!(held > 0, "{:?}", rotation.stays);
    let ended = &rotation.method.ended;
    assert_eq!(
        *ended,
        format!("没有人不如留任；除为保持规则而留任的 {held} 人外，没有人的位次被越过")
    );
}

fn market() -> impl Strategy<Value = (Market, Vec<usize>)> {
    // Applicants hold seats, and want a few others.
    (2usize..6, prop::collection::vec((0usize..6, prop::collection::vec(0usize..6, 0..4)), 1..12))
        .prop_flat_map(|(kinds, people)| {
            let extra = prop::collection::vec(0usize..2, kinds);
            let order = Just((0..people.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(kinds), Just(people), extra, order)
        })
        .prop_map(|(kinds, people, extra, order)| {
            let own: Vec<usize> = people.iter().map(|(own, _)| own % kinds).collect();
            let mut market = Market { places: extra, ..Market::default() };
            for (applicant, (_, wishes)) in people.iter().enumerate() {
                let mut list: Vec<usize> = Vec::new();
                for wish in wishes.iter().map(|wish| wish % kinds) {
                    if wish != own[applicant] && !list.contains(&wish) {
                        list.push(wish);
                    }
                }
                list.push(own[applicant]);
                market.places[own[applicant]] += 1;
                market.wishes.push(list);
            }
            market.claims = (0..kinds)
                .map(|kind| {
                    let mut claims: Vec<usize> = order
                        .iter()
                        .copied()
                        .filter(|a| market.wishes[*a].contains(&kind))
                        .collect();
                    claims.sort_by_key(|a| own[*a] != kind);
                    claims
                })
                .collect();
            (market, own)
        })
}

fn rank_of(market: &Market, applicant: usize, seat: Option<usize>) -> Option<usize> {
    market.wishes[applicant].iter().position(|kind| Some(*kind) == seat)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_worse_off_and_nobody_has_a_better_claim((market, _) in market()) {
        let given = deferred_acceptance(&market);
        for (applicant, wishes) in market.wishes.iter().enumerate() {
            let got = given[applicant];
            prop_assert!(got.is_some(), "everybody has at least the own seat");
            // Each seat preferred to the one got is full of better claims.
            for better in wishes.iter().take_while(|seat| Some(**seat) != got) {
                let claims = &market.claims[*better];
                let mine = claims.iter().position(|a| *a == applicant).unwrap();
                let holders: Vec<usize> =
                    (0..given.len()).filter(|a| given[*a] == Some(*better)).collect();
                prop_assert_eq!(holders.len(), market.places[*better]);
                for holder in holders {
                    prop_assert!(claims.iter().position(|a| *a == holder).unwrap() < mine);
                }
            }
        }
        // Trading: nobody worse off, as many at each kind as before.
        let traded = trade(&market, &given);
        let rank = |a: usize, seat: Option<usize>| {
            market.wishes[a].iter().position(|kind| Some(*kind) == seat).unwrap()
        };
        for applicant in 0..given.len() {
            prop_assert!(rank(applicant, traded[applicant]) <= rank(applicant, given[applicant]));
        }
        let mut seats = [given.clone(), traded.clone()];
        for list in &mut seats {
            list.sort_unstable();
        }
        prop_assert_eq!(&seats[0], &seats[1]);
        // And no two would still change places.
        for a in 0..given.len() {
            for b in 0..a {
                let better = rank_of(&market, a, traded[b]) < Some(rank(a, traded[a]))
                    && rank_of(&market, a, traded[b]).is_some()
                    && rank_of(&market, b, traded[a]) < Some(rank(b, traded[b]))
                    && rank_of(&market, b, traded[a]).is_some();
                prop_assert!(!better, "{} and {} would change places", a, b);
            }
        }
    }
}

#[test]
fn a_stable_rotation_breaks_no_rule_but_shares() {
    let bench = bench();
    let good = [("teachers_rank_middle", 10), ("teachers_pe", 3)];
    let sites: Vec<_> = (1..=4).map(|n| site(n, &figures(&good))).collect();
    for seed in 0..40u32 {
        // Numbers that jump about, the same every time.
        let dice = |at: u32, of: u32| (seed * 7919 + at * 104_729 + at * at * 31) / 7 % of;
        let rows: Vec<_> = (0..12)
            .map(|at| {
                let subject = ["语文", "数学", "体育"][usize::try_from(dice(at, 3)).unwrap()];
                let year = format!("{}-09-01", 2000 + dice(at + 50, 18));
                let own = [("subject", subject), ("arrived", year.as_str())];
                row(&format!("T{at:02}"), at % 4 + 1, &own)
            })
            .collect();
        let problem = problem(&bench, &sites, &rows, |settings| {
            settings.balance = Balance::Strict;
            for at in 0..12u32 {
                let list: Vec<u32> =
                    (0..dice(at + 9, 4)).map(|n| (at + n + dice(at + 3, 3)) % 4 + 1).collect();
                let own = at % 4 + 1;
                let mut list: Vec<u32> = list.into_iter().filter(|n| *n != own).collect();
                list.dedup();
                if !list.is_empty() {
                    wish(settings, &format!("T{at:02}"), &list);
                }
            }
        });
        for mechanism in [Mechanism::Claims, Mechanism::Trading] {
            let rotation = stable(&problem, mechanism).unwrap();
            assert_eq!(check(&problem, &rotation).unwrap(), [], "seed {seed}");
            assert!(rotation.moves.iter().all(|m| m.wish.is_some()), "only by wishes");
        }
    }
}
