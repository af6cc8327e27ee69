//! Lock-out: how long an account rests after failed log-ins. The count is kept by the store.

use jiff::{SignedDuration, Timestamp};

/// So many failures in a row are let through.
pub const FREE: i64 = 5;

/// The first lock, minutes.
pub const FIRST_MINUTES: i64 = 15;

/// No lock is longer, minutes: a clerk who is kept out by somebody else's guessing can work the next
/// morning.
pub const LONGEST_MINUTES: i64 = 8 * 60;

/// How long an account rests after its `failures`-th failure in a row, in minutes; `None`: not at
/// all. Every failure after a lock doubles the next one.
///
/// ```
/// use access::lockout::minutes;
/// assert_eq!((minutes(4), minutes(5), minutes(6)), (None, Some(15), Some(30)));
/// ```
#[must_use]
pub fn minutes(failures: i64) -> Option<i64> {
    let beyond = u32::try_from(failures.checked_sub(FREE)?).ok()?;
    let factor = 2_i64.checked_pow(beyond.min(16)).unwrap_or(i64::MAX);
    Some(FIRST_MINUTES.saturating_mul(factor).min(LONGEST_MINUTES))
}

/// Until when an account rests after its `failures`-th failure in a row.
#[must_use]
pub fn until(failures: i64, now: Timestamp) -> Option<Timestamp> {
    now.checked_add(SignedDuration::from_mins(minutes(failures)?)).ok()
}

/// Is it locked now? A lock that would last longer than the longest one was set by a clock that ran
/// ahead, and is none.
#[must_use]
pub fn is_locked(until: Option<Timestamp>, now: Timestamp) -> bool {
    let longest = SignedDuration::from_mins(LONGEST_MINUTES);
    until.is_some_and(|until| now < until && until.duration_since(now) <= longest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn locks_grow_and_are_bounded(failures in 0_i64..10_000) {
            let (one, next) = (minutes(failures), minutes(failures + 1));
            prop_assert!(one <= next);
            prop_assert_eq!(one.is_some(), failures >= FREE);
            prop_assert!(next.is_none_or(|minutes| minutes <= LONGEST_MINUTES));
        }
    }

    #[test]
    fn a_lock_ends() {
        let now = Timestamp::from_second(1_760_000_000).unwrap();
        let until = until(5, now);
        assert_eq!(until.unwrap().as_second(), 1_760_000_000 + 900);
        assert!(
            is_locked(until, now) && !is_locked(until, until.unwrap()) && !is_locked(None, now)
        );
        let years_ahead = now.checked_add(SignedDuration::from_hours(24 * 365)).ok();
        assert!(!is_locked(years_ahead, now), "by a clock that ran ahead");
        assert_eq!(minutes(-1), None);
        assert_eq!(minutes(i64::MIN), None);
    }
}
