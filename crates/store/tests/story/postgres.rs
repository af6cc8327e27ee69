//! A private PostgreSQL for the tests: one cluster a test run, on a socket in a folder of its own,
//! stopped and removed when the run has ended, however it ended.
//!
//! Under nextest every test is a process: the first one starts the cluster behind a lock, and a
//! watcher stops it when the runner is gone.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where the programs are: on the path, or where Debian puts them.
pub(crate) fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for entry in fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        folders.push(entry.path().join("bin"));
    }
    folders.into_iter().find(|f| f.join("initdb").exists() && f.join("pg_ctl").exists())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// A shell that runs as somebody who may run PostgreSQL, which refuses root.
pub(crate) fn shell(script: &str) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c", script]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    };
    command.current_dir("/").stdin(Stdio::null());
    command
}

/// The process whose end is the end of the run.
fn run() -> u32 {
    if std::env::var_os("NEXTEST_RUN_ID").is_some() {
        std::os::unix::process::parent_id()
    } else {
        std::process::id()
    }
}

fn start(folder: &Path, programs: &Path) -> Result<(), String> {
    let (at, bin, run) = (folder.display(), programs.display(), run());
    let script = format!(
        "set -e; umask 077; mkdir '{at}'
         '{bin}/initdb' -D '{at}/data' -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync
         '{bin}/pg_ctl' -D '{at}/data' -l '{at}/log' -w -t 60 -o \"-c fsync=off \
             -c listen_addresses='' -c unix_socket_directories='{at}' -c max_connections=300\" start"
    );
    let log = format!("{}.log", folder.display());
    let to = File::create(&log).map_err(|error| error.to_string())?;
    let too = to.try_clone().map_err(|error| error.to_string())?;
    // Not `output`: the server would keep the pipe open for as long as it runs.
    let status = shell(&script).stdout(to).stderr(too).status().map_err(|e| e.to_string())?;
    if !status.success() {
        return Err(fs::read_to_string(&log).unwrap_or_default());
    }
    // Bounded, should the process never end. Not as the server's user, who cannot remove the lock.
    let stop = format!("'{bin}/pg_ctl' -D '{at}/data' -m immediate stop");
    let stop = if is_root() { format!("runuser -u postgres -- {stop}") } else { stop };
    let watch = format!(
        "n=0; while [ -d /proc/{run} ] && [ $n -lt 3600 ]; do sleep 1; n=$((n + 1)); done
         {stop}; rm -rf '{at}' '{at}.lock' '{at}.log'"
    );
    let mut watcher = Command::new("sh");
    watcher.args(["-c", &watch]).current_dir("/").process_group(0);
    watcher.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    watcher.spawn().map_err(|error| error.to_string())?;
    Ok(())
}

fn cluster() -> Result<&'static Path, String> {
    static CLUSTER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let programs = programs().ok_or("initdb 和 pg_ctl 没有找到")?;
        let folder = PathBuf::from(format!("/tmp/junheng-postgres-{}", run()));
        let lock = format!("{}.lock", folder.display());
        let lock = File::create(lock).map_err(|error| error.to_string())?;
        lock.lock().map_err(|error| error.to_string())?;
        let socket = folder.join(".s.PGSQL.5432");
        // Root sees into the folder; anybody else made it himself.
        if !socket.exists() {
            start(&folder, &programs)?;
        }
        Ok(folder)
    });
    cluster.as_deref().map_err(Clone::clone)
}

/// The address of a new, empty database; `None` where there is no PostgreSQL, which is said, and
/// is a failure where everything has to be tested.
pub(crate) async fn new_database() -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let folder = match cluster() {
        Ok(folder) => folder,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "没有 PostgreSQL，无法测试：{why}");
            eprintln!("没有 PostgreSQL，跳过：{why}（scripts/setup.sh test 会安装）");
            return None;
        }
    };
    let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let address =
        |name: &str| format!("postgres://postgres@localhost/{name}?host={}", folder.display());
    let admin = sqlx::PgPool::connect(&address("postgres")).await.unwrap();
    let sql = sqlx::AssertSqlSafe(format!("create database {name}"));
    sqlx::raw_sql(sql).execute(&admin).await.unwrap();
    admin.close().await;
    Some(address(&name))
}
