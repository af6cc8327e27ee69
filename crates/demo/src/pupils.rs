//! Pupils by grade: cohorts that move up a grade each year, primary leavers that become the
//! entrants of the junior schools.

use crate::dice::{Dice, Subject, ceil_div};
use crate::mix::Category;
use crate::site::{Piece, Site};
use domain::Stage;
use std::collections::{BTreeMap, BTreeSet};

/// Years that are lived through before and with the three that are shown.
const LIVED: usize = 12;
/// Years that are shown.
pub(crate) const YEARS: usize = 3;

/// The cohort that left the junior school before the year begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cohort {
    pub(crate) entrants: i64,
    pub(crate) graduates: i64,
    pub(crate) moved_in: i64,
    pub(crate) moved_out: i64,
    pub(crate) deceased: i64,
}

/// The pupils of a section in the three years.
pub(crate) struct Stream {
    pub(crate) stage: Stage,
    /// Pupils of each grade of the stage, by year.
    pub(crate) grades: [Vec<i64>; YEARS],
    /// Junior only: the cohort that left, by year.
    pub(crate) cohorts: Option<[Cohort; YEARS]>,
}

impl Stream {
    /// Pupils in a year.
    pub(crate) fn pupils(&self, year: usize) -> i64 {
        self.grades[year].iter().sum()
    }
}

/// What happened to a cohort in a year.
#[derive(Clone, Copy)]
struct Move {
    moved_in: i64,
    moved_out: i64,
    deceased: i64,
    dropped: i64,
}

impl Move {
    /// `drift`: above zero where families move to, below where they leave.
    fn drawn(pupils: i64, drift: i64, dice: &mut Dice) -> Self {
        let few = if pupils < 20 { i64::from(dice.chance(120)) } else { ceil_div(pupils, 70) };
        let pull = if drift > 0 { pupils / 110 } else { 0 };
        let push = if drift < 0 { pupils / 90 } else { 0 };
        Self {
            moved_in: dice.between(0, few) + pull,
            moved_out: dice.between(0, few).min(pupils / 4) + push,
            deceased: i64::from(pupils > 40 && dice.chance(4)),
            dropped: i64::from(pupils > 40 && dice.chance(40)),
        }
    }

    const fn net(self) -> i64 {
        self.moved_in - self.moved_out - self.deceased - self.dropped
    }
}

/// One stream lived through all years: `[year][grade]`.
struct Life {
    grades: Vec<Vec<i64>>,
    moves: Vec<Vec<Move>>,
}

impl Life {
    /// `entrants(year)` are the pupils of the first grade; `joining(year, grade)` come besides.
    fn lived(
        grades: usize,
        entrants: impl Fn(usize, &mut Dice) -> i64,
        joining: impl Fn(usize, usize) -> i64,
        (drift, most): (i64, i64),
        dice: &mut Dice,
    ) -> Self {
        let still = Move { moved_in: 0, moved_out: 0, deceased: 0, dropped: 0 };
        let first: Vec<i64> = (0..grades).map(|_| entrants(0, dice).clamp(1, most)).collect();
        let mut life = Self { grades: vec![first], moves: vec![vec![still; grades]] };
        for year in 1..LIVED {
            let before = &life.grades[year - 1];
            let mut now = vec![entrants(year, dice).clamp(1, most)];
            let mut moves = vec![still];
            for grade in 1..grades {
                let mut step = Move::drawn(before[grade - 1], drift, dice);
                step.moved_in += joining(year, grade);
                let wanted = before[grade - 1] + step.net();
                // A class of nobody or beyond the building: the last ones stay or do not come.
                step.moved_in += (1 - wanted).max(0);
                step.moved_out += (wanted - most).max(0);
                now.push(before[grade - 1] + step.net());
                moves.push(step);
            }
            life.grades.push(now);
            life.moves.push(moves);
        }
        life
    }

    /// The three years that are shown.
    fn shown(&self) -> [Vec<i64>; YEARS] {
        std::array::from_fn(|year| self.grades[LIVED - YEARS + year].clone())
    }

    /// The cohort of a three-grade stage that left in the summer before each year shown: it
    /// entered three years before and its last year was the one before.
    fn cohorts(&self) -> [Cohort; YEARS] {
        std::array::from_fn(|year| {
            let left = LIVED - YEARS + year;
            let (second, third) = (self.moves[left - 2][1], self.moves[left - 1][2]);
            Cohort {
                entrants: self.grades[left - 3][0],
                graduates: self.grades[left - 1][2],
                moved_in: second.moved_in + third.moved_in,
                moved_out: second.moved_out + third.moved_out,
                deceased: second.deceased + third.deceased,
            }
        })
    }
}

/// The streams of every site, in the order of the sites and of the stages.
pub(crate) fn streams(seed: u64, sites: &[Site]) -> Vec<Vec<Stream>> {
    let primaries = primaries(seed, sites);
    let leavers: Vec<i64> = (0..LIVED)
        .map(|year| {
            primaries.iter().flatten().map(|l| l.grades[year].get(5).copied().unwrap_or(0)).sum()
        })
        .collect();
    let weights: i64 = sites.iter().filter_map(|site| site.junior).sum::<i64>().max(1);
    let mut list = Vec::with_capacity(sites.len());
    for ((place, site), primary) in sites.iter().enumerate().zip(primaries) {
        let mut dice = Dice::new(seed, Subject::Pupils, sites.len() + place);
        let mut streams = Vec::new();
        if let Some(mut life) = primary {
            if site.piece == Some(Piece::ExactRooms) {
                complete(&mut life, 164);
            }
            let grades = life.shown();
            streams.push(Stream { stage: Stage::Primary, grades, cohorts: None });
        }
        if let Some(weight) = site.junior {
            let mut life = junior(site, weight, weights, &leavers, &mut dice);
            if site.piece == Some(Piece::ExactRooms) {
                complete(&mut life, 101);
            }
            let (grades, cohorts) = (life.shown(), Some(life.cohorts()));
            streams.push(Stream { stage: Stage::Junior, grades, cohorts });
        }
        if let Some((low, high)) = site.profile.senior {
            let base = dice.between(low, high);
            let steady = |_: usize, dice: &mut Dice| base + dice.between(-base / 40, base / 40);
            let life = Life::lived(3, steady, |_, _| 0, (0, high + high / 10), &mut dice);
            let grades = life.shown();
            streams.push(Stream { stage: Stage::Senior, grades, cohorts: None });
        }
        list.push(streams);
    }
    list
}

/// The primary sections. Teaching points that do not run all six grades send their pupils on to
/// the central school of their township.
fn primaries(seed: u64, sites: &[Site]) -> Vec<Option<Life>> {
    let mut lives: Vec<Option<Life>> = sites.iter().map(|_| None).collect();
    let mut joining: BTreeMap<(usize, usize, usize), i64> = BTreeMap::new();
    let mut served = BTreeSet::new();
    let points = |site: &Site| site.category == Category::SmallTeachingPoint;
    let order = sites.iter().enumerate().filter(|(_, s)| points(s));
    for (place, site) in order.chain(sites.iter().enumerate().filter(|(_, s)| !points(s))) {
        let Some((low, high)) = site.profile.primary else { continue };
        let mut dice = Dice::new(seed, Subject::Pupils, place);
        let grades = if points(site) { usize::from(dice.pick(3u8, &[2, 4, 6])) } else { 6 };
        let base = match site.piece {
            Some(Piece::ExactRooms) => 28,
            // The well-known schools are large.
            Some(Piece::ManyBackbone) => dice.between((low + 2 * high) / 3, high),
            _ => dice.between(low, high),
        };
        let trend = site.profile.trend;
        let entrants = |year: usize, dice: &mut Dice| {
            let since = i64::try_from(year).unwrap_or(0) - 9;
            let noise = dice.between(-base / 24, base / 24);
            match site.piece {
                Some(Piece::ExactRooms) => base,
                _ => base * (1000 + trend * since) / 1000 + noise,
            }
        };
        let most = match site.category {
            Category::SmallTeachingPoint => 8,
            Category::TeachingPoint => 16,
            _ => high * 115 / 100,
        };
        // The first central school of the township takes them.
        let central = site.category == Category::CentralPrimary && served.insert(site.township);
        let come = |year, grade| {
            // What several teaching points send beyond a dozen goes to other schools.
            if central {
                joining.get(&(site.township, year, grade)).copied().unwrap_or(0).min(12)
            } else {
                0
            }
        };
        let life = Life::lived(grades, entrants, come, (trend.signum(), most), &mut dice);
        if grades < 6 {
            for year in 1..LIVED {
                *joining.entry((site.township, year, grades)).or_default() +=
                    life.grades[year - 1][grades - 1];
            }
        }
        lives[place] = Some(life);
    }
    lives
}

fn junior(site: &Site, weight: i64, weights: i64, leavers: &[i64], dice: &mut Dice) -> Life {
    let usual = |year: usize| {
        // The leavers of the county by catchment; the rest learns outside the county or comes in.
        let left = leavers.get(year.saturating_sub(1)).copied().unwrap_or(0);
        let share = if left == 0 { weight } else { left * weight / weights };
        share.clamp(weight * 80 / 100, weight * 112 / 100)
    };
    let entrants = |year: usize, dice: &mut Dice| match site.piece {
        Some(Piece::ExactRooms) => 34,
        _ => usual(year) + dice.between(-weight / 40, weight / 40),
    };
    let most = weight * 117 / 100;
    Life::lived(3, entrants, |_, _| 0, (site.profile.trend.signum(), most.max(40)), dice)
}

/// Sets the latest first grade so that the stage has exactly `pupils`.
fn complete(life: &mut Life, pupils: i64) {
    if let Some(latest) = life.grades.last_mut()
        && let Some((first, others)) = latest.split_first_mut()
    {
        *first = pupils - others.iter().sum::<i64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::sites;

    #[test]
    fn cohorts_move_up_with_small_moves() {
        let (_, list) = sites(1, 86, 2024);
        let all = streams(1, &list);
        for (site, streams) in list.iter().zip(&all) {
            for stream in streams {
                for year in 1..YEARS {
                    let (before, now) = (&stream.grades[year - 1], &stream.grades[year]);
                    for grade in 1..now.len() {
                        let moved = (now[grade] - before[grade - 1]).abs();
                        assert!(moved <= 9 + now[grade] / 15, "{} {moved}", site.name);
                    }
                }
            }
        }
    }

    #[test]
    fn a_cohort_adds_up() {
        let (_, list) = sites(2, 86, 2024);
        for stream in streams(2, &list).iter().flatten() {
            for cohort in stream.cohorts.iter().flatten() {
                let all = cohort.entrants + cohort.moved_in - cohort.moved_out - cohort.deceased;
                let dropped = all - cohort.graduates;
                assert!((0..=2).contains(&dropped), "{cohort:?}");
            }
            if let Some(cohorts) = stream.cohorts {
                // The leavers of the latest year were the third grade of the year before.
                assert_eq!(cohorts[2].graduates, stream.grades[1][2]);
            }
        }
    }

    #[test]
    fn the_exact_school_has_its_pupils() {
        for seed in 0..20 {
            let (_, list) = sites(seed, 86, 2024);
            let all = streams(seed, &list);
            let place = list.iter().position(|s| s.piece == Some(Piece::ExactRooms)).unwrap();
            let pupils: Vec<_> = all[place].iter().map(|s| s.pupils(2)).collect();
            assert_eq!(pupils, [164, 101]);
            assert!(all[place].iter().all(|s| (18..50).contains(&s.grades[2][0])));
        }
    }
}
