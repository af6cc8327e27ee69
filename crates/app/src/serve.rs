//! `junheng serve`: the daily program in the browser.

use crate::cli::{DEFAULT_STANDARD, Log, MEMORY, ServeArgs};
use crate::failure::Exit;
use crate::keeping::options;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, CARE, FAINT, GOOD, HEAD, styled};
use crate::worker::Guarded;
use ::staffing::RosterRow;
use anyhow::Context as _;
use api::{App, Config, Server, Solvers};
use std::time::Duration;
use store::{By, ImportAs};
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

/// How long what computes may take to end when the server stops.
const FAREWELL: Duration = Duration::from_secs(5);
/// The variable that says what is logged.
const LOG: &str = "JUNHENG_LOG";
/// What is logged where it says nothing.
const LOGGED: &str = "warn,junheng=info,api=info";
/// The person under whom the demo county is entered.
const DEMO: &str = "演示数据";
/// Where its roster comes from.
const ROSTER: &str = "合成名册";

/// Starts the server and answers until it is told to stop.
pub(crate) fn run(packs: &PacksInUse, args: &ServeArgs) -> anyhow::Result<Exit> {
    log(args.log);
    let mut config = Config::new(options(&args.store)?);
    config.listen = args.listen;
    config.https = args.https;
    config.proxy = args.proxy;
    config.workers = usize::from(args.workers);
    config.packs = packs.source.clone();
    DEFAULT_STANDARD.clone_into(&mut config.standard);
    // Whether the program finds itself is known now, not when the first plan is made.
    Guarded::new(MEMORY)?;
    config.solver = Solvers::new(|| match Guarded::new(MEMORY) {
        Ok(guarded) => Box::new(guarded),
        Err(_) => solver::in_process(),
    });
    let runtime = Runtime::new().context("A-SERVE-01 无法启动服务线程")?;
    let outcome = runtime.block_on(serve(packs, args, config));
    runtime.shutdown_timeout(FAREWELL);
    outcome.map(|()| Exit::Done)
}

async fn serve(packs: &PacksInUse, args: &ServeArgs, config: Config) -> anyhow::Result<()> {
    let server = Server::bind(config).await?;
    if args.open_demo {
        open_demo(packs, server.app()).await?;
    }
    // Whoever reads that the server is there may stop it at once.
    let stop = stop()?;
    screen::print(&said(&server))?;
    server.run(stop).await?;
    screen::note("服务已停止");
    Ok(())
}

/// What the one who has started the server has to know.
fn said(server: &Server) -> String {
    let address = format!("http://{}", server.address());
    let mut lines = vec![format!("{} {address}", styled(GOOD, "均衡已启动"))];
    if let Some(link) = server.setup_link() {
        let head = "还没有账号。请用浏览器打开下面的一次性链接，建立第一位系统管理员：";
        let life = "  链接 24 小时内有效，只能用一次；重新启动会换成新的链接。";
        lines.extend([styled(HEAD, head), format!("  {link}"), styled(FAINT, life)]);
    }
    if !server.address().ip().is_loopback() {
        let care = "注意：其他计算机可以访问本服务；请放在 https 代理之后，并加 --https --proxy。";
        lines.push(styled(CARE, care));
    }
    lines.push(styled(FAINT, "按 Ctrl-C 停止"));
    lines.join("\n") + "\n"
}

/// Listens from now on for Ctrl-C and for what a service manager sends; the future ends with it.
#[cfg(unix)]
fn stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    const LISTENING: &str = "A-SERVE-02 无法接收停止信号";
    let mut interrupt = signal(SignalKind::interrupt()).context(LISTENING)?;
    let mut terminate = signal(SignalKind::terminate()).context(LISTENING)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for Ctrl-C; the future ends with it.
#[cfg(not(unix))]
fn stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

/// The synthetic county, as approved, into a store that has none.
async fn open_demo(packs: &PacksInUse, app: &App) -> anyhow::Result<()> {
    if !app.store().counties().await?.is_empty() {
        screen::note("数据文件夹中已有数据，没有装入演示县");
        return Ok(());
    }
    let attested = packs.standard(DEFAULT_STANDARD)?.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: demo::Options::SCHOOLS,
        year: demo::Options::YEAR,
        catalogue: &packs.catalogue,
        attested: &attested,
    };
    let by = By::new(DEMO, app.clock().now());
    let mut snapshots = Vec::new();
    for draft in demo::county(&options)? {
        snapshots.push(draft.seal(&packs.catalogue).context("A-DEMO-01 正在封存演示县的数据")?);
    }
    snapshots.sort_by_key(domain::Snapshot::year);
    let Some(county) = snapshots.first().map(|snapshot| snapshot.county().code.clone()) else {
        return Ok(());
    };
    for snapshot in &snapshots {
        app.store().import(snapshot, &packs.catalogue, ImportAs::Approved, &by).await?;
    }
    app.store().put_setting(&county, "synthetic", "1", 0, &by).await?;
    let columns = |row: demo::TeacherRow| {
        let mut typed = RosterRow::default();
        for (column, text) in row {
            typed.set(column, &text);
        }
        typed
    };
    let roster: Vec<RosterRow> = demo::teachers(&options)?.into_iter().map(columns).collect();
    api::keep_roster(app, &county, options.year, &roster, ROSTER, &by).await?;
    let boundary = demo::boundary(&options)?;
    app.store().put_boundary(&county, "演示县界.geojson", &boundary, 0, &by).await?;
    Ok(())
}

/// The log, on standard error; `JUNHENG_LOG` says what.
fn log(kind: Log) {
    let filter = EnvFilter::try_from_env(LOG).unwrap_or_else(|_| EnvFilter::new(LOGGED));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second log of one process is refused; the first one is as good.
    drop(match kind {
        Log::Text => log.compact().try_init(),
        Log::Json => log.json().try_init(),
    });
}
