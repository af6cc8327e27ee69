//! Writes a wide county (10,000 schools, 80 columns) and reads it, to measure time and memory:
//! `cargo run --release -p junheng-intake --example wide_county [FILE.xlsx]`.
//!
//! The file is written by a process of its own, so that the peak of memory is that of the reading.

#[path = "../benches/wide/mod.rs"]
mod wide;

use intake::{Layouts, Options};
use packs::PackSource;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, path] = arguments.as_slice()
        && flag == "--write"
    {
        return Ok(wide::write(Path::new(path))?);
    }
    let folder = tempfile::tempdir()?;
    let path = if let Some(path) = arguments.get(1) {
        PathBuf::from(path)
    } else {
        let path = folder.path().join("wide.xlsx");
        let done = Command::new(std::env::current_exe()?).arg("--write").arg(&path).status()?;
        if !done.success() {
            return Err("the workbook was not written".into());
        }
        path
    };
    let packs = PackSource::embedded();
    let items = items::load(&packs)?;
    let layouts = Layouts::load(&packs, items.catalogue())?;
    let start = Instant::now();
    let options = Options::new(items.catalogue(), &layouts).with_checks(&items);
    let intake = intake::read(&[&path], &options);
    let elapsed = start.elapsed();
    let schools = intake.snapshot().map_or(0, |snapshot| snapshot.schools().len());
    println!("{schools} schools, {} findings, {} ms", intake.findings.len(), elapsed.as_millis());
    for finding in intake.findings.iter().take(5) {
        println!("  {finding}");
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
    Ok(())
}
