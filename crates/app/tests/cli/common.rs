//! Runs the built program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Schools of the demo county of the tests: few, so that they are quick.
const SCHOOLS: &str = "20";

/// What a run gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder to work in.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// One with the demo county in `demo`.
    pub(crate) fn with_demo() -> Self {
        Self::with_county(SCHOOLS)
    }

    /// One with a demo county of eight schools: plans for it are solved at once.
    pub(crate) fn with_eight() -> Self {
        Self::with_county("8")
    }

    fn with_county(schools: &str) -> Self {
        let desk = Self::new();
        let demo = demo(schools);
        for name in files(&demo) {
            desk.write(&format!("demo/{name}"), std::fs::read(demo.join(name)).unwrap());
        }
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// The program, ready to be started in the folder.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_junheng"));
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let output = self.command(args).output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs and expects success.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{args:?}\n{}\n{}", run.out, run.err);
        run.out
    }

    /// Runs and expects to be told off: the exit code and what is said.
    pub(crate) fn refused(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}\n{}", run.err);
        run.err
    }
}

/// The demo county, made once for each build of the program: tests may run in processes of their
/// own, so it stands on the disk, and whoever is first puts it there as a whole.
fn demo(schools: &str) -> PathBuf {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let built = std::fs::metadata(env!("CARGO_BIN_EXE_junheng")).unwrap().modified().unwrap();
    let built = built.duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let place = shared.join(format!("demo-{schools}-{built}"));
    if !place.exists() {
        let desk = Desk { folder: tempfile::tempdir_in(shared).unwrap() };
        desk.done(&["demo", "--out", "demo", "--schools", schools]);
        // Another test may have been quicker: then its demo is as good.
        drop(std::fs::rename(desk.path("demo"), &place));
    }
    place
}

/// The workbook of a year in the demo's template folder, as an argument.
pub(crate) fn template(year: u16) -> String {
    format!("demo/template/均衡数据模板_青禾市_{year}.xlsx")
}

/// Every file below a folder, relative, sorted.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Compares with a snapshot, whatever the version of the program and the hashes of the packs.
macro_rules! expect {
    ($name:literal, $text:expr) => {
        insta::with_settings!({
            filters => vec![
                (r"规则 [0-9a-f]{12}", "规则 [规则包]"),
                (r"数据 [0-9a-f]{12}", "数据 [快照]"),
                (r"程序 \d+\.\d+\.\d+", "程序 [版本]"),
                (r"问题 [0-9a-f]{12}", "问题 [问题]"),
                (r"HiGHS \d+\.\d+\.\d+", "HiGHS [版本]"),
                (r"junheng \d+\.\d+\.\d+", "junheng [版本]"),
            ],
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!($name, $text) });
    };
}
