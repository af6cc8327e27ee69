//! How a server is set up.

use crate::{Clock, JobKinds, Solvers};
use access::hashing::Cost;
use packs::PackSource;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How many requests are let through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimits {
    /// Log-ins from one address: so many at once, and one more after each so many milliseconds.
    pub sign_in_address: (u32, u64),
    /// Log-ins of one name.
    pub sign_in_login: (u32, u64),
    /// Requests without a session from one address.
    pub stranger: (u32, u64),
    /// Requests of one session.
    pub session: (u32, u64),
}

impl Default for RateLimits {
    /// A bureau behind one address signs in at eight o'clock; a guesser is stopped all the same, by
    /// the name and by the lock of the account.
    fn default() -> Self {
        Self {
            sign_in_address: (120, 500),
            sign_in_login: (10, 30_000),
            stranger: (240, 50),
            session: (240, 20),
        }
    }
}

/// Everything that a server is told before it starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the data is.
    pub store: store::Options,
    /// Where to listen. Other addresses than the loopback are for an intranet, best behind a proxy
    /// with https.
    pub listen: SocketAddr,
    /// Is there a proxy with https in front? Then cookies are `Secure` and browsers are told to
    /// come by https only.
    pub https: bool,
    /// Is there a proxy in front that sets `X-Forwarded-For`? Then the last address in it counts.
    pub proxy: bool,
    /// What hashing a password costs.
    pub cost: Cost,
    /// How many requests are let through.
    pub limits: RateLimits,
    /// Largest body of an ordinary request, bytes.
    pub body_limit: usize,
    /// Largest upload, bytes.
    pub upload_limit: usize,
    /// Longest time for a request, after which it is given up.
    pub patience: Duration,
    /// How many jobs run at once.
    pub workers: usize,
    /// The rule packs.
    pub packs: PackSource,
    /// The standard that a county is judged by where it has chosen none.
    pub standard: String,
    /// Handlers of jobs besides the built-in ones.
    pub jobs: JobKinds,
    /// Who solves plans; in this process where nothing is said.
    pub solver: Solvers,
    /// The clock.
    pub clock: Clock,
}

impl Config {
    /// A server on the loopback with the settings that suit a county.
    #[must_use]
    pub fn new(store: store::Options) -> Self {
        Self {
            store,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8086)),
            https: false,
            proxy: false,
            cost: Cost::default(),
            limits: RateLimits::default(),
            body_limit: 2 * 1024 * 1024,
            upload_limit: 64 * 1024 * 1024,
            patience: Duration::from_mins(1),
            workers: 2,
            packs: PackSource::embedded(),
            standard: "cn-quality-2017".to_owned(),
            jobs: JobKinds::default(),
            solver: Solvers::default(),
            clock: Clock::default(),
        }
    }
}
