//! The pupils of a section by circumstance: boarding, migrant, left behind, living in the zone.

use crate::dice::{Dice, Subject};
use crate::pupils::{Stream, YEARS};
use crate::site::Site;
use domain::Stage;

/// Pupils of a section in a year, by circumstance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct People {
    pub(crate) boarding: i64,
    pub(crate) migrants: i64,
    pub(crate) left_behind: i64,
    pub(crate) entrants: i64,
    pub(crate) in_zone: i64,
}

/// The circumstances of a section's pupils, by year; the shares last, the pupils change.
pub(crate) fn people(seed: u64, place: usize, site: &Site, stream: &Stream) -> [People; YEARS] {
    let stage = stream.stage;
    let mut dice = Dice::new(seed, Subject::People, place * Stage::ALL.len() + stage.index());
    let profile = &site.profile;
    let boarding = match (profile.boarding, stage) {
        (false, _) => 0,
        (true, Stage::Primary) => dice.between(60, 180),
        (true, _) => dice.between(420, 720),
    };
    let migrants = match (profile.seat, profile.private, site.purchased) {
        (true, true, true) => dice.between(220, 320),
        (true, true, false) => dice.between(20, 45),
        (true, false, _) => dice.between(70, 130),
        (false, ..) => dice.between(0, 12),
    };
    let left_behind = if profile.seat { dice.between(10, 40) } else { dice.between(140, 320) };
    // Some juniors come from other zones: fewer from year to year, less than one in twenty.
    let outside = if stage == Stage::Junior && profile.seat { dice.between(4, 28) } else { 0 };
    std::array::from_fn(|year| {
        let share = |permille: i64| stream.pupils(year) * permille / 1000;
        let entrants = stream.grades[year].first().copied().unwrap_or(0);
        let outside = if outside > 0 { outside + [12, 6, 0][year] } else { 0 };
        People {
            boarding: share(boarding),
            migrants: share(migrants),
            left_behind: share(left_behind),
            entrants,
            in_zone: entrants - entrants * outside / 1000,
        }
    })
}
