//! How much of something a school has in the three years, as seen from what it would need.

use crate::dice::Dice;
use crate::pupils::YEARS;

/// How a school comes to meet a need, or does not.
#[derive(Clone, Copy)]
pub(crate) struct Path {
    /// What it has in the last year, per mille of the need, once it meets it: 1000 and more.
    pub(crate) margin: i64,
    /// The first year in which the need is met: 0, 1, 2, or 3 = not yet.
    pub(crate) met_from: usize,
    /// What it has before that, per mille of the need.
    pub(crate) short: i64,
}

impl Path {
    /// A path on which `unmet` per mille of the schools are short in the first, second and third
    /// year. What is `slow` to change does not grow by a fifth in a year: buildings, staff.
    pub(crate) fn drawn(margin: i64, unmet: [i64; YEARS], slow: bool, dice: &mut Dice) -> Self {
        let fate = dice.between(0, 999);
        let met_from = unmet.iter().take_while(|permille| fate < **permille).count();
        // Most of those that are short are close, so that the 85 % rule carries them.
        let close = dice.chance(800);
        let short = match (close, slow, met_from < YEARS) {
            (true, true, true) => dice.between(915, 985),
            (true, ..) => dice.between(880, 985),
            (false, true, true) => dice.between(915, 940),
            (false, false, true) => dice.between(840, 880),
            (false, _, false) => dice.between(720, 850),
        };
        // Who has just reached the need has little more.
        let little = margin.min(1000 + margin % if slow { 30 } else { 50 });
        Self { margin: if met_from == 0 { margin } else { little }, met_from, short }
    }

    /// A path that meets the need in every year.
    pub(crate) const fn met(margin: i64) -> Self {
        Self { margin, met_from: 0, short: 1000 }
    }

    /// A path that never meets it.
    pub(crate) const fn short(short: i64) -> Self {
        Self { margin: 1000, met_from: YEARS, short }
    }

    /// The stock of each year for the need of each year. A met need stays met, a stock does not
    /// shrink unless `shrinks`; `step` is the coarseness of what is built or bought.
    pub(crate) fn stock(self, need: [i64; YEARS], step: i64) -> [i64; YEARS] {
        let mut stock = [0; YEARS];
        for year in 0..YEARS {
            if year < self.met_from {
                let some = need[year] * self.short / 1000 / step * step;
                stock[year] = some.min(need[year] - 1).max(0);
            } else {
                let behind = i64::try_from(YEARS - 1 - year).unwrap_or(0);
                let share = (self.margin - 12 * behind).max(1000);
                let whole = crate::dice::ceil_div(need[year] * share, 1000);
                let whole = crate::dice::ceil_div(whole, step) * step;
                stock[year] = whole.max(if year > 0 { stock[year - 1] } else { 0 });
            }
        }
        for year in (1..YEARS).rev() {
            if year <= self.met_from {
                stock[year - 1] = stock[year - 1].min(stock[year]);
            }
        }
        stock
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_need_is_met_from_its_year_on(
            need in prop::array::uniform3(1i64..2_000_000),
            margin in 1000i64..2500, met_from in 0usize..=YEARS, short in 600i64..990,
            step in prop::sample::select(vec![1i64, 100]),
        ) {
            let stock = Path { margin, met_from, short }.stock(need, step);
            for year in 0..YEARS {
                prop_assert!(stock[year] >= 0);
                prop_assert_eq!(stock[year] >= need[year], year >= met_from);
                prop_assert!(year == 0 || stock[year] >= stock[year - 1]);
            }
        }
    }
}
