//! The clock: the only place of the program's server side that asks what time it is.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use std::fmt;
use std::sync::Arc;

/// Tells the moment. A test hands in its own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl Default for Clock {
    /// The clock of the computer.
    fn default() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a server's records carry the real moment")]
        Self(Arc::new(Timestamp::now))
    }
}

impl Clock {
    /// A clock of the caller's.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// The day in China, which has one time zone and no summer time.
    #[must_use]
    pub fn today(&self) -> Date {
        day(self.now())
    }
}

/// The day of a moment in China.
#[must_use]
pub(crate) fn day(at: Timestamp) -> Date {
    Offset::constant(8).to_datetime(at).date()
}
