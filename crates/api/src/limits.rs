//! Rate limits: a bucket of tokens for each one who asks, in memory, bounded.

use crate::{ApiError, Clock, RateLimits};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// No more buckets are kept; when there are, those that are full again go first.
const MOST: usize = 20_000;

/// Whose bucket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bucket {
    /// Log-ins from an address.
    SignInAddress(IpAddr),
    /// Log-ins of a name.
    SignInLogin(String),
    /// Requests without a session.
    Stranger(IpAddr),
    /// Requests of a session, by the hash of its token.
    Session(String),
}

/// The buckets. A bucket is kept as the moment, in milliseconds, at which it will be full again.
#[derive(Debug)]
pub(crate) struct Limits {
    rules: RateLimits,
    clock: Clock,
    buckets: Mutex<BTreeMap<Bucket, i64>>,
}

impl Limits {
    pub(crate) fn new(rules: RateLimits, clock: Clock) -> Self {
        Self { rules, clock, buckets: Mutex::default() }
    }

    /// Takes one token.
    ///
    /// # Errors
    /// [`ApiError::TooMany`] with the seconds until there is one.
    pub(crate) fn take(&self, bucket: Bucket) -> Result<(), ApiError> {
        let (burst, every) = match &bucket {
            Bucket::SignInAddress(_) => self.rules.sign_in_address,
            Bucket::SignInLogin(_) => self.rules.sign_in_login,
            Bucket::Stranger(_) => self.rules.stranger,
            Bucket::Session(_) => self.rules.session,
        };
        let every = i64::try_from(every).unwrap_or(i64::MAX);
        let now = self.clock.now().as_millisecond();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|_, full| *full > now);
            if buckets.len() >= MOST {
                // Flooded from many addresses: who is already known keeps his place.
                let known = buckets.contains_key(&bucket);
                return if known { Ok(()) } else { Err(ApiError::Busy) };
            }
        }
        let room = every.saturating_mul(i64::from(burst));
        // Fuller than empty it cannot be: the clock was set back, which shuts nobody out.
        let known = buckets.get(&bucket).copied();
        let full = known.filter(|full| *full <= now.saturating_add(room)).unwrap_or(now);
        let after = full.max(now).saturating_add(every);
        let missing = after.saturating_sub(now).saturating_sub(room);
        if missing > 0 {
            let seconds = u64::try_from(missing.saturating_add(999) / 1000).unwrap_or(1);
            return Err(ApiError::TooMany { seconds });
        }
        buckets.insert(bucket, after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn a_bucket_empties_and_fills() {
        let at = Arc::new(AtomicI64::new(1_760_000_000_000));
        let clock = {
            let at = Arc::clone(&at);
            Clock::new(move || Timestamp::from_millisecond(at.load(Ordering::Relaxed)).unwrap())
        };
        let rules = RateLimits { sign_in_login: (3, 10_000), ..RateLimits::default() };
        let limits = Limits::new(rules, clock);
        let take = |login: &str| limits.take(Bucket::SignInLogin(login.to_owned()));
        for _ in 0..3 {
            assert!(take("a").is_ok());
        }
        let Err(ApiError::TooMany { seconds }) = take("a") else { panic!("three are all") };
        assert_eq!(seconds, 10);
        assert!(take("b").is_ok(), "another's bucket");
        at.fetch_add(10_000, Ordering::Relaxed);
        assert!(take("a").is_ok() && take("a").is_err(), "one more after ten seconds");
        at.fetch_add(1_000_000, Ordering::Relaxed);
        assert!((0..3).all(|_| take("a").is_ok()) && take("a").is_err(), "never more than three");
        at.fetch_sub(5_000_000, Ordering::Relaxed);
        assert!(take("a").is_ok() && take("c").is_ok(), "a clock that was set back");
    }
}
