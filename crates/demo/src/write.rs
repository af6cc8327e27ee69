//! The county as files: our template and the official per-school workbooks of every year, so that
//! both ways into the program can be tried, and a note that says what is what.

use crate::DemoError;
use domain::{SchoolYear, Snapshot};
use intake::write::{WriteOptions, snapshot_as, supplement};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What every file of the county is labelled with.
pub const LABEL: &str = "合成数据，仅供演示";

/// The note in the folder.
const NOTE: &str = "说明.txt";

/// What the name of the supplement holds.
const SUPPLEMENT: &str = "补充数据";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The note.
    pub note: PathBuf,
    /// The years, in the order given.
    pub years: Vec<WrittenYear>,
}

/// The files of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenYear {
    /// The school year.
    pub year: SchoolYear,
    /// Our template, filled.
    pub template: PathBuf,
    /// The folder with an official workbook a school and the supplement of what they do not hold.
    /// `None` where the program knows no official layout for the year.
    pub official: Option<PathBuf>,
    /// How many official workbooks there are, without the supplement.
    pub workbooks: usize,
}

/// Writes the years of a county into a folder, which is made where it is not there. Files of the
/// same names are replaced.
///
/// The label of `options` gives way to [`LABEL`].
///
/// # Errors
/// [`DemoError::Workbook`] from the writer, [`DemoError::File`] from the file system, and
/// [`DemoError::Folder`] where a folder of official workbooks holds files of another county, with
/// which they would be mixed; nothing is deleted.
pub fn write(
    folder: &Path,
    years: &[Snapshot],
    options: &WriteOptions<'_>,
) -> Result<Written, DemoError> {
    let options = WriteOptions { label: Some(LABEL), ..*options };
    for snapshot in years {
        only(&official_folder(folder, snapshot.year()), snapshot)?;
    }
    make(folder)?;
    let mut written = Vec::with_capacity(years.len());
    for snapshot in years {
        written.push(write_year(folder, snapshot, &options)?);
    }
    let note = folder.join(NOTE);
    save(&note, note_text(years, &written).as_bytes())?;
    Ok(Written { note, years: written })
}

fn write_year(
    folder: &Path,
    snapshot: &Snapshot,
    options: &WriteOptions<'_>,
) -> Result<WrittenYear, DemoError> {
    let year = snapshot.year();
    let (layout, _) =
        options.layouts.template(year).ok_or(intake::write::WriteError::NoTemplate(year))?;
    let mut template = folder.to_owned();
    for file in snapshot_as(&layout.id, snapshot, options)? {
        template = folder.join(&file.name);
        save(&template, &file.bytes)?;
    }
    let Some((official, _)) = options.layouts.official(year) else {
        return Ok(WrittenYear { year, template, official: None, workbooks: 0 });
    };
    let mut files = snapshot_as(&official.id, snapshot, options)?;
    let workbooks = files.len();
    files.push(supplement(&official.id, snapshot, options)?);
    let own = official_folder(folder, year);
    make(&own)?;
    for file in &files {
        save(&own.join(&file.name), &file.bytes)?;
    }
    Ok(WrittenYear { year, template, official: Some(own), workbooks })
}

/// Refuses a folder of official workbooks that holds files which are not about to be replaced.
fn only(own: &Path, snapshot: &Snapshot) -> Result<(), DemoError> {
    if !own.exists() {
        return Ok(());
    }
    let schools: BTreeSet<String> =
        snapshot.schools().iter().map(|s| format!("{}_{}", s.code, s.name)).collect();
    let broken = |source| DemoError::File { path: own.to_owned(), source };
    for entry in fs::read_dir(own).map_err(broken)? {
        let name = entry.map_err(broken)?.file_name();
        let name = name.to_string_lossy();
        let ours = name.strip_suffix(".xlsx").is_some_and(|stem| schools.contains(stem));
        if !ours && !name.contains(SUPPLEMENT) {
            return Err(DemoError::Folder { path: own.to_owned(), found: name.into_owned() });
        }
    }
    Ok(())
}

/// The folder of a year's official workbooks.
fn official_folder(folder: &Path, year: SchoolYear) -> PathBuf {
    folder.join(format!("学校报表_{}", year.0))
}

fn make(folder: &Path) -> Result<(), DemoError> {
    fs::create_dir_all(folder).map_err(|source| DemoError::File { path: folder.to_owned(), source })
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), DemoError> {
    fs::write(path, bytes).map_err(|source| DemoError::File { path: path.to_owned(), source })
}

/// The note: what the files are and what to type next.
fn note_text(years: &[Snapshot], written: &[WrittenYear]) -> String {
    let name = |path: &Path| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let county = years.first().map_or("", |snapshot| snapshot.county().name.as_str());
    let mut lines = vec![
        format!("{LABEL}。“{county}”及其乡镇、学校、人员全部为虚构，由程序按种子生成，与任何真实的县、学校无关。"),
        "Synthetic data for demonstration only: the county, its townships, schools and people are invented.".to_owned(),
        String::new(),
        "文件".to_owned(),
    ];
    for (snapshot, files) in years.iter().zip(written) {
        lines.push(format!(
            "  {}  {} 学年，本程序的填报模板，{} 所学校",
            name(&files.template),
            files.year,
            snapshot.schools().len()
        ));
        if let Some(folder) = &files.official {
            lines.push(format!(
                "  {}/  同一学年的数据：学校（机构）统计报表一校一册（{} 册），另有一册补充数据",
                name(folder),
                files.workbooks
            ));
        }
    }
    lines.push(String::new());
    lines.push("同一学年的两种文件内容相同，任选一种即可，不要一起读入。".to_owned());
    if let Some(latest) = written.last() {
        let template = name(&latest.template);
        lines.extend([
            String::new(),
            "接下来可以（在本文件夹中执行）：".to_owned(),
            format!("  junheng check {template}"),
            format!("  junheng evaluate {template} --forms 申报表.xlsx"),
        ]);
        if let Some(folder) = &latest.official {
            lines.push(format!("  junheng evaluate {}", name(folder)));
        }
        if let Some(school) = years.last().and_then(|snapshot| snapshot.schools().first()) {
            lines.push(format!(
                "  junheng explain {template} --school {} --indicator L5",
                school.code
            ));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}
