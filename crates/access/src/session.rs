//! How long a session lives: it ends when it has not been used for a while, and it ends anyway.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The rules of sessions. A county may set them within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Ends after so many minutes without use.
    pub idle_minutes: i64,
    /// Ends so many minutes after the log-in.
    pub absolute_minutes: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_minutes: 12 * 60 }
    }
}

impl Rules {
    /// Bounds of the idle limit, minutes.
    pub const IDLE: std::ops::RangeInclusive<i64> = 5..=240;
    /// Bounds of the absolute limit, minutes.
    pub const ABSOLUTE: std::ops::RangeInclusive<i64> = 30..=24 * 60;

    /// Do the rules lie within their bounds?
    #[must_use]
    pub fn is_sound(self) -> bool {
        Self::IDLE.contains(&self.idle_minutes)
            && Self::ABSOLUTE.contains(&self.absolute_minutes)
            && self.idle_minutes <= self.absolute_minutes
    }

    /// Until when a session may be used that was begun at one moment and last used at another.
    #[must_use]
    pub fn expires(self, created: Timestamp, seen: Timestamp) -> Timestamp {
        let after = |from: Timestamp, minutes| {
            from.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX)
        };
        after(created, self.absolute_minutes).min(after(seen, self.idle_minutes))
    }

    /// Should a use be noted? Not each one: a page makes many requests, and each note is a write. A
    /// thirtieth of the idle limit is near enough.
    #[must_use]
    pub fn worth_noting(self, seen: Timestamp, now: Timestamp) -> bool {
        now.duration_since(seen) >= SignedDuration::from_secs(self.idle_minutes.saturating_mul(2))
    }

    /// May a session still be used? A clock that was set back by less than the absolute limit ends
    /// no session; one that had run far ahead leaves none behind that would live for years.
    #[must_use]
    pub fn is_alive(self, expires: Timestamp, now: Timestamp) -> bool {
        let longest = SignedDuration::from_mins(self.absolute_minutes);
        now < expires && expires.duration_since(now) <= longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_760_000_000 + seconds).unwrap()
    }

    proptest! {
        /// However it is used, a session never outlives either limit.
        #[test]
        fn both_limits_hold(
            idle in 5_i64..=240,
            more in 0_i64..=1_200,
            uses in prop::collection::vec(1_i64..20_000, 0..40),
        ) {
            let rules = Rules { idle_minutes: idle, absolute_minutes: (idle + more).max(30) };
            prop_assert!(rules.is_sound());
            let (mut seen, mut now) = (0, 0);
            for wait in uses {
                now += wait;
                let expires = rules.expires(at(0), at(seen));
                if !rules.is_alive(expires, at(now)) {
                    break;
                }
                prop_assert!(now < rules.absolute_minutes * 60);
                prop_assert!(now - seen < idle * 60);
                if rules.worth_noting(at(seen), at(now)) {
                    seen = now;
                }
            }
        }
    }

    #[test]
    fn a_clock_that_had_run_ahead_leaves_no_long_session() {
        let rules = Rules::default();
        let expires = rules.expires(at(0), at(0));
        assert!(rules.is_alive(expires, at(-3_600)), "an hour back");
        assert!(!rules.is_alive(expires, at(-86_400)), "a day back");
    }

    #[test]
    fn unsound_rules() {
        for (idle, absolute) in [(0, 720), (300, 720), (30, 10), (200, 100), (-5, 720)] {
            assert!(!Rules { idle_minutes: idle, absolute_minutes: absolute }.is_sound());
        }
        assert!(Rules::default().is_sound());
    }
}
