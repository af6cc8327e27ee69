//! PDF by LibreOffice, where it is installed: the same docx, laid out once.
//!
//! The only module of this crate that touches files and processes, and nothing else of it needs this
//! one. LibreOffice runs in a scratch folder with a profile of its own, in which macros are switched
//! off and links are not followed, without the environment of the caller, and as a group of processes
//! that is ended as a whole when its time is over.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, io, thread};

/// Names the program where it is at no usual place.
pub const VARIABLE: &str = "JUNHENG_SOFFICE";
/// How long a conversion may take.
pub const LIMIT: Duration = Duration::from_mins(3);

/// Settings of the profile: no macros, no links to elsewhere, no dialogue.
const PROFILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"#;

/// Content controls are figures here and no form to fill in.
const PDF: &str =
    r#"pdf:writer_pdf_Export:{"ExportFormFields":{"type":"boolean","value":"false"}}"#;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// `D-PDF-01`: LibreOffice is not installed.
    #[error(
        "D-PDF-01 生成 PDF 需要 LibreOffice，本机没有找到。请安装 LibreOffice（Debian、统信、麒麟：\
         apt install libreoffice-writer；Windows：从 libreoffice.org 下载），或用环境变量 JUNHENG_SOFFICE \
         指明 soffice 的位置；也可以先生成 .docx，用 Word 或 WPS 另存为 PDF，或生成 .html 由浏览器打印"
    )]
    NotInstalled,
    /// `D-PDF-02`: it did not end in time.
    #[error(
        "D-PDF-02 LibreOffice 在 {seconds} 秒内没有完成转换，已停止。请改为生成 .docx 后用 Word 或 WPS 另存为 PDF"
    )]
    TooLong {
        /// The limit.
        seconds: u64,
    },
    /// `D-PDF-03`: it made no file.
    #[error(
        "D-PDF-03 LibreOffice 没有生成文件：{said}。请确认已安装其文字处理组件（libreoffice-writer）"
    )]
    Nothing {
        /// What it said.
        said: String,
    },
    /// `D-PDF-04`: the scratch folder or the process failed.
    #[error("D-PDF-04 运行 LibreOffice 时出错：{0}")]
    Io(#[from] io::Error),
}

/// An installed LibreOffice.
#[derive(Clone, Debug)]
pub struct Office {
    program: PathBuf,
}

impl Office {
    /// Looks for LibreOffice: where [`VARIABLE`] says, on the path, at the usual places.
    ///
    /// # Errors
    /// [`OfficeError::NotInstalled`].
    pub fn find() -> Result<Self, OfficeError> {
        if let Some(program) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
            return Self::at(PathBuf::from(program));
        }
        let names = ["soffice", "libreoffice", "soffice.exe"];
        let path = env::var_os("PATH").unwrap_or_default();
        let on_path =
            env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
        let usual = [
            "/usr/lib/libreoffice/program/soffice",
            "/opt/libreoffice/program/soffice",
            "/Applications/LibreOffice.app/Contents/MacOS/soffice",
            r"C:\Program Files\LibreOffice\program\soffice.exe",
            r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
        ];
        let mut all = on_path.chain(usual.map(PathBuf::from));
        all.find(|program| program.is_file()).map_or(Err(OfficeError::NotInstalled), Self::at)
    }

    /// LibreOffice at a place.
    ///
    /// # Errors
    /// [`OfficeError::NotInstalled`] where there is no such file.
    pub fn at(program: PathBuf) -> Result<Self, OfficeError> {
        if program.is_file() { Ok(Self { program }) } else { Err(OfficeError::NotInstalled) }
    }

    /// A docx file as PDF.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn pdf(&self, docx: &[u8], limit: Duration) -> Result<Vec<u8>, OfficeError> {
        self.convert(docx, PDF, "pdf", limit)
    }

    /// A docx file opened and saved again.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn saved_again(&self, docx: &[u8], limit: Duration) -> Result<Vec<u8>, OfficeError> {
        self.convert(docx, "docx:MS Word 2007 XML", "docx", limit)
    }

    fn convert(
        &self,
        docx: &[u8],
        filter: &str,
        extension: &str,
        limit: Duration,
    ) -> Result<Vec<u8>, OfficeError> {
        let scratch = tempfile::Builder::new().prefix("junheng-office-").tempdir()?;
        let (input, output) = (scratch.path().join("document.docx"), scratch.path().join("out"));
        let user = scratch.path().join("profile").join("user");
        fs::create_dir_all(&user)?;
        fs::create_dir_all(&output)?;
        fs::write(user.join("registrymodifications.xcu"), PROFILE)?;
        fs::write(&input, docx)?;
        let mut command = Command::new(&self.program);
        command
            .arg(format!("-env:UserInstallation={}", url(&scratch.path().join("profile"))))
            .args(["--headless", "--invisible", "--nologo", "--nodefault", "--norestore"])
            .args(["--nolockcheck", "--convert-to", filter, "--outdir"])
            .args([&output, &input])
            .current_dir(scratch.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        quiet(&mut command, scratch.path());
        let said = run(command, limit)?;
        let file = output.join("document").with_extension(extension);
        fs::read(file).map_err(|_| OfficeError::Nothing { said: said.trim().to_owned() })
    }
}

/// Only what a program needs to start; nothing that tells it of the caller's session or proxies.
fn quiet(command: &mut Command, scratch: &Path) {
    command.env_clear();
    for name in ["PATH", "SYSTEMROOT", "WINDIR", "ProgramFiles", "ProgramData", "FONTCONFIG_PATH"] {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    for name in ["HOME", "TMPDIR", "TEMP", "TMP", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(name, scratch);
    }
    command.env("LANG", "C.UTF-8").env("SAL_USE_VCLPLUGIN", "svp");
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
}

/// Runs to the end or to the limit; gives what was said.
fn run(mut command: Command, limit: Duration) -> Result<String, OfficeError> {
    let child = command.spawn()?;
    let id = child.id();
    let (send, receive) = mpsc::channel();
    let waiting = thread::spawn(move || drop(send.send(child.wait_with_output())));
    let ended = receive.recv_timeout(limit);
    if ended.is_err() {
        end_group(id);
    }
    // It has ended, or has just been told to.
    drop(waiting.join());
    let Ok(output) = ended else {
        return Err(OfficeError::TooLong { seconds: limit.as_secs() });
    };
    let output = output?;
    Ok([output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat())
}

/// Ends a process and those that it started.
#[cfg(unix)]
fn end_group(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // It may have ended by itself in this moment.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group(id: u32) {
    let id = id.to_string();
    drop(Command::new("taskkill").args(["/F", "/T", "/PID", &id]).status());
}

/// A path as a file address.
fn url(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut url = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/:-_.~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_chinese_and_blanks_is_an_address() {
        assert_eq!(url(Path::new("/tmp/公 文")), "file:///tmp/%E5%85%AC%20%E6%96%87");
    }

    #[test]
    fn what_is_not_there_is_said_plainly() {
        let error = Office::at("/nowhere/soffice".into()).unwrap_err();
        assert!(error.to_string().contains("libreoffice-writer"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_will_not_end_is_ended_with_its_children() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (program, trace) = (folder.path().join("soffice"), folder.path().join("child"));
        let script = format!("#!/bin/sh\nsleep 600 &\necho $! > {}\nwait\n", trace.display());
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let office = Office::at(program).unwrap();
        let error = office.pdf(b"", Duration::from_secs(2)).unwrap_err();
        assert!(matches!(error, OfficeError::TooLong { seconds: 2 }), "{error}");
        let child = fs::read_to_string(trace).unwrap();
        let state = fs::read_to_string(format!("/proc/{}/stat", child.trim()));
        // Gone, or dead and not yet taken note of.
        assert!(state.is_err() || state.unwrap().contains(") Z "), "{child}");
    }
}
