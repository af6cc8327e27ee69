//! What all handlers share.

use crate::ApiError;
use crate::clock::Clock;
use crate::collection::kept::Kept;
use crate::config::Config;
use crate::evaluation::measured::Measures;
use crate::jobs::Board;
use crate::knowledge::Knowledge;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::server::ServeError;
use crate::setup::Setup;
use crate::teachers::Rosters;
use crate::users::once::Once;
use access::hashing;
use access::session::Rules;
use domain::CountyCode;
use std::sync::Arc;
use store::Store;
use tokio::sync::Semaphore;

/// The name of the setting that holds [`Rules`].
pub(crate) const RULES: &str = "security.session";

/// The state of a server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    config: Config,
    knowledge: Knowledge,
    limits: Limits,
    metrics: Metrics,
    board: Board,
    measures: Measures,
    kept: Kept,
    rosters: Rosters,
    setup: Setup,
    once: Once,
    /// So many passwords are hashed at once: each one takes megabytes and a core.
    hashing: Arc<Semaphore>,
    /// The hash of a password that nobody has, for names that nobody has.
    decoy: String,
}

impl App {
    /// Opens the store and reads the packs.
    ///
    /// # Errors
    /// Those of the store and of the packs.
    pub async fn open(config: Config) -> Result<Self, ServeError> {
        let knowledge = Knowledge::load(config.packs.clone())?;
        let store = Store::open(&config.store).await?;
        let setup = Setup::new(&store, config.clock.now()).await?;
        let decoy = hashing::hash("没有人用的密码", config.cost)?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self(Arc::new(Inner {
            limits: Limits::new(config.limits, config.clock.clone()),
            metrics: Metrics::default(),
            board: Board::new(&config.jobs),
            measures: Measures::default(),
            kept: Kept::default(),
            rosters: Rosters::default(),
            hashing: Arc::new(Semaphore::new(cores)),
            store,
            config,
            knowledge,
            setup,
            once: Once::default(),
            decoy,
        })))
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// How the server was set up.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The rule packs.
    #[must_use]
    pub fn knowledge(&self) -> &Knowledge {
        &self.0.knowledge
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.config.clock
    }

    /// The address, behind `#`, at which the first administrator is made; `None` where there are
    /// accounts.
    #[must_use]
    pub fn setup_token(&self) -> Option<String> {
        self.0.setup.token()
    }

    pub(crate) fn setup(&self) -> &Setup {
        &self.0.setup
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn board(&self) -> &Board {
        &self.0.board
    }

    pub(crate) fn kept(&self) -> &Kept {
        &self.0.kept
    }

    /// The rosters that were read lately.
    pub(crate) fn rosters(&self) -> &Rosters {
        &self.0.rosters
    }

    /// The years that were measured lately.
    pub(crate) fn measures(&self) -> &Measures {
        &self.0.measures
    }

    /// The answers to uploads of accounts.
    pub(crate) fn once(&self) -> &Once {
        &self.0.once
    }

    pub(crate) fn decoy(&self) -> &str {
        &self.0.decoy
    }

    /// The session rules of a county.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn session_rules(&self, county: &CountyCode) -> Result<Rules, ApiError> {
        let set = self.store().setting(county, RULES).await?;
        let rules = set.and_then(|(text, _)| serde_json::from_str::<Rules>(&text).ok());
        Ok(rules.filter(|rules| rules.is_sound()).unwrap_or_default())
    }

    /// Hashes a password where blocking is allowed.
    ///
    /// # Errors
    /// Those of hashing.
    pub(crate) async fn hash(&self, password: String) -> Result<String, ApiError> {
        let cost = self.0.config.cost;
        Ok(self.hashing(move || hashing::hash(&password, cost)).await??)
    }

    /// Compares a password with a hash where blocking is allowed.
    ///
    /// # Errors
    /// [`ApiError::Busy`].
    pub(crate) async fn verify(&self, password: String, kept: String) -> Result<bool, ApiError> {
        self.hashing(move || hashing::verify(&password, &kept)).await
    }

    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = Arc::clone(&self.0.hashing).acquire_owned().await.map_err(ApiError::internal)?;
        let work = move || {
            // Given back when the hash is done, not when the one who asked has left.
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
    }
}
