//! Starting and stopping.

use crate::jobs::Runner;
use crate::{App, Config, router};
use access::AccessError;
use document::template::TemplateError;
use packs::PackError;
use staffing::StaffingError;
use standard::StandardError;
use std::fs::{File, TryLockError};
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use store::{Database, StoreError};
use tokio::net::TcpListener;
use tokio::time::timeout;

/// How long requests may take to end when the server stops.
const FAREWELL: Duration = Duration::from_secs(10);
/// How often sessions that have ended are swept out.
const SWEEP: Duration = Duration::from_mins(10);

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A rule pack.
    #[error(transparent)]
    Packs(#[from] PackError),
    /// A standard.
    #[error(transparent)]
    Standard(#[from] StandardError),
    /// The rules about teachers.
    #[error(transparent)]
    Staffing(#[from] StaffingError),
    /// A template of documents.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Random numbers or hashing.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// `H-START-01`: the address is taken or not ours.
    #[error("无法在 {address} 上监听：{source}；该端口可能已被占用，请用 --listen 换一个")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// `H-START-02`: another server works on this data folder.
    #[error("数据文件夹 {0} 正被另一个服务进程使用；请先停止它，或换一个数据文件夹")]
    InUse(PathBuf),
    /// `H-START-03`: the mark of a server at work could not be set.
    #[error("无法在数据文件夹中建立锁文件 {path}：{source}；请检查文件夹的写入权限")]
    Lock {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// `H-START-04`: the network failed while serving.
    #[error("网络服务中断：{0}")]
    Network(std::io::Error),
}

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    app: App,
    listener: TcpListener,
    address: SocketAddr,
    alone: bool,
    /// Held for as long as the server lives; the operating system lets go of it with the process.
    _lock: Option<File>,
}

impl Server {
    /// Opens the store, reads the packs, takes the address.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn bind(config: Config) -> Result<Self, ServeError> {
        let address = config.listen;
        // A database in a file has one server; a database server may have several.
        let alone = matches!(config.store.database, Database::Sqlite(_));
        let lock = if alone { Some(lock(&config)?) } else { None };
        let listen = |source| ServeError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let app = App::open(config).await?;
        Ok(Self { app, listener, address, alone, _lock: lock })
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The state.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The link for the first administrator, to be shown on the terminal; `None` where there are
    /// accounts.
    #[must_use]
    pub fn setup_link(&self) -> Option<String> {
        let token = self.app.setup_token()?;
        Some(format!("http://{}/setup#token={token}", self.address))
    }

    /// Answers until told to stop; then lets requests end, and stops jobs where they are: they go on
    /// with the next start.
    ///
    /// # Errors
    /// [`ServeError::Network`].
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let Self { app, listener, alone, _lock, .. } = self;
        let runner = Runner::start(&app, alone);
        let sweeper = tokio::spawn(sweep(app.clone()));
        let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let (told, telling) = tokio::sync::oneshot::channel::<()>();
        let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
            stop.await;
            let _ = told.send(());
        });
        let mut serving = tokio::spawn(serving.into_future());
        let outcome = tokio::select! {
            ended = &mut serving => ended,
            // Watchers of jobs would keep the server for minutes.
            _ = telling => timeout(FAREWELL, &mut serving).await.unwrap_or(Ok(Ok(()))),
        };
        serving.abort();
        sweeper.abort();
        drop(runner);
        app.store().clone().close().await;
        outcome.unwrap_or(Ok(())).map_err(ServeError::Network)
    }
}

/// Marks the data folder as one that a server works on.
fn lock(config: &Config) -> Result<File, ServeError> {
    let folder = &config.store.folder;
    let path = folder.join("serve.lock");
    let failed = |source| ServeError::Lock { path: path.clone(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let file = File::create(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServeError::InUse(folder.clone())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Removes sessions that have ended, now and then.
async fn sweep(app: App) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        let now = app.clock().now();
        let Ok(counties) = app.store().counties().await else { continue };
        for county in counties {
            let Ok(rules) = app.session_rules(&county.code).await else { continue };
            let idle = jiff::SignedDuration::from_mins(rules.idle_minutes);
            let idle = now.checked_sub(idle).unwrap_or(now);
            if let Err(error) = app.store().sweep_sessions(&county.code, now, idle).await {
                tracing::warn!(error = %error, "sessions were not swept");
            }
        }
    }
}

/// Starts a server and answers until told to stop. `ready` is told the address and the link for the
/// first administrator.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(
    config: Config,
    ready: impl FnOnce(&Server),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let server = Server::bind(config).await?;
    ready(&server);
    server.run(stop).await
}
