//! Chance by seed: the same numbers on every platform, integers only.
//!
//! Every school and subject has a stream of its own, so that a change in how one subject is drawn
//! leaves the others as they were.

use oorandom::Rand32;

/// What a stream of numbers is for.
#[derive(Clone, Copy)]
pub(crate) enum Subject {
    Townships = 1,
    Sites = 2,
    Pupils = 3,
    Classes = 4,
    Teachers = 5,
    Estate = 6,
    Rooms = 7,
    People = 8,
    County = 9,
    Roster = 12,
    Boundary = 10,
}

/// A stream of numbers (PCG-32).
pub(crate) struct Dice(Rand32);

impl Dice {
    /// The stream of a subject and a school (or 0 for the county).
    pub(crate) fn new(seed: u64, subject: Subject, index: usize) -> Self {
        let key = ((subject as u64) << 32) | (index as u64);
        Self(Rand32::new(mixed(seed ^ mixed(key))))
    }

    /// A number from `low` to `high`, both possible. `low` where the two are the wrong way round.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u32::try_from(high - low).unwrap_or(0);
        low + i64::from(self.0.rand_range(0..span.saturating_add(1)))
    }

    /// True `permille` times in a thousand.
    pub(crate) fn chance(&mut self, permille: i64) -> bool {
        self.between(0, 999) < permille
    }

    /// A number from `low` to `high` that is more often small: the least of two draws.
    pub(crate) fn low(&mut self, low: i64, high: i64) -> i64 {
        self.between(low, high).min(self.between(low, high))
    }

    /// One of several.
    pub(crate) fn pick<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        let last = i64::try_from(others.len()).unwrap_or(0);
        let drawn = self.between(0, last);
        usize::try_from(drawn - 1).ok().and_then(|i| others.get(i).copied()).unwrap_or(first)
    }

    /// Puts a list into another order (Fisher–Yates).
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            let other = self.between(0, i64::try_from(place).unwrap_or(0));
            list.swap(place, usize::try_from(other).unwrap_or(place));
        }
    }
}

/// The finaliser of SplitMix64: spreads neighbouring keys over all 64 bits.
const fn mixed(key: u64) -> u64 {
    let mut z = key.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// `a / b` rounded up, for `a` from 0 and `b` above 0.
pub(crate) const fn ceil_div(a: i64, b: i64) -> i64 {
    (a + b - 1) / b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_same_everywhere() {
        let mut dice = Dice::new(1, Subject::Pupils, 7);
        let drawn: Vec<i64> = (0..6).map(|_| dice.between(0, 999)).collect();
        assert_eq!(drawn, PINNED);
        let mut other = Dice::new(1, Subject::Pupils, 8);
        let others: Vec<i64> = (0..6).map(|_| other.between(0, 999)).collect();
        assert_ne!(drawn, others);
    }

    const PINNED: [i64; 6] = [727, 59, 150, 879, 532, 330];

    #[test]
    fn bounds_are_reached_and_kept() {
        let mut dice = Dice::new(3, Subject::Classes, 0);
        let drawn: Vec<i64> = (0..200).map(|_| dice.between(-1, 2)).collect();
        assert_eq!(drawn.iter().min(), Some(&-1));
        assert_eq!(drawn.iter().max(), Some(&2));
        assert_eq!(dice.between(5, 5), 5);
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut list: Vec<u8> = (0..50).collect();
        Dice::new(9, Subject::Sites, 0).shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }
}
