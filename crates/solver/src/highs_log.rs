//! What HiGHS writes while it runs: its log, and the improving solutions.
//!
//! HiGHS has a callback for both, but none that safe code can give it. Its log is line by line and
//! flushed, so following the file tells as much; and the file of improving solutions survives the
//! process that wrote it.

use crate::Progress;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// A log that is being followed.
#[derive(Debug)]
pub(crate) struct Log {
    path: PathBuf,
    /// How far the file has been read.
    read: u64,
    /// The begin of a line whose end is not yet written.
    rest: Vec<u8>,
    /// The last line of the search.
    pub(crate) progress: Option<Progress>,
    /// The node count of the final report.
    pub(crate) nodes: Option<u64>,
    /// Whether HiGHS says that it had no memory left.
    pub(crate) out_of_memory: bool,
}

impl Log {
    /// Follows what is written from now on: HiGHS appends to a log that is there.
    pub(crate) fn follow(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            read: std::fs::metadata(path).map_or(0, |file| file.len()),
            rest: Vec::new(),
            progress: None,
            nodes: None,
            out_of_memory: false,
        }
    }

    /// Reads what has been written since the last time; whether the search has moved. A file that
    /// is not there yet has nothing in it.
    pub(crate) fn poll(&mut self) -> bool {
        let mut news = Vec::new();
        let file = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.read))?;
            file.read_to_end(&mut news)
        });
        if file.is_err() || news.is_empty() {
            return false;
        }
        self.read += news.len() as u64;
        self.rest.extend_from_slice(&news);
        let Some(end) = self.rest.iter().rposition(|&byte| byte == b'\n') else { return false };
        let after = self.rest.split_off(end + 1);
        let lines = String::from_utf8_lossy(&self.rest).into_owned();
        self.rest = after;
        let before = self.progress;
        for line in lines.lines() {
            self.line(line);
        }
        self.progress != before
    }

    fn line(&mut self, line: &str) {
        if line.contains("Memory limit reached") {
            self.out_of_memory = true;
        } else if let Some(nodes) = line.strip_prefix("  Nodes ") {
            self.nodes = nodes.trim().parse().ok();
        } else if let Some(progress) = search_line(line) {
            self.progress = Some(progress);
        }
    }
}

/// A line of the search, such as
/// ` T      10       2         4  50.00%   12.5            15                16.67%       3 …   0.1s`:
/// where it came from, nodes, open nodes, leaves, explored, bound, value, gap, …, time.
fn search_line(line: &str) -> Option<Progress> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let explored = words.iter().position(|word| word.ends_with('%'))?;
    let nodes = count(words.get(explored.checked_sub(3)?)?)?;
    let bound = number(words.get(explored + 1)?)?;
    let value = number(words.get(explored + 2)?.trim_end_matches('*'))?;
    let seconds = words.last()?.strip_suffix('s')?.parse().ok()?;
    Some(Progress {
        seconds,
        objective: value.is_finite().then_some(value),
        bound: bound.is_finite().then_some(bound),
        nodes,
    })
}

/// 12, 3400k, 5m: counts that HiGHS shortens.
fn count(word: &str) -> Option<u64> {
    let (digits, factor) = match word.as_bytes().last()? {
        b'k' => (word.get(..word.len() - 1)?, 1_000),
        b'm' => (word.get(..word.len() - 1)?, 1_000_000),
        _ => (word, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

fn number(word: &str) -> Option<f64> {
    word.parse::<f64>().ok().filter(|number| !number.is_nan())
}

/// The last improving solution that is written whole. The file holds, one after the other,
///
/// ```text
/// Objective 42
/// # Columns -2            minus the count: only the columns that are not zero
/// NoName 1.5 0            name, value, index
/// NoName 3 7
/// ```
pub(crate) fn last_solution(path: &Path, columns: usize) -> Option<Vec<f64>> {
    let text = std::fs::read(path).ok()?;
    let text = String::from_utf8_lossy(&text);
    // A last line without its end may be half a number.
    let whole = text.get(..=text.rfind('\n')?)?;
    let mut best = None;
    let mut lines = whole.lines();
    while let Some(line) = lines.next() {
        let Some(count) = line.strip_prefix("# Columns ") else { continue };
        let Some(count) = count
            .trim()
            .strip_prefix('-')
            .map_or((count.trim() == "0").then_some(0), |count| count.parse::<usize>().ok())
        else {
            continue;
        };
        let mut values = vec![0.0; columns];
        let read = lines.by_ref().take(count).filter_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            let value = number(words.next()?)?;
            let index: usize = words.next()?.parse().ok()?;
            *values.get_mut(index)? = value;
            Some(())
        });
        if read.count() == count {
            best = Some(values);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{Log, last_solution, search_line};
    use std::fs;

    #[test]
    fn a_line_of_the_search_tells_nodes_bound_and_value() {
        let line = " T      10       2         4  50.00%   12.5            15                \
                    16.67%        3      2      0       120     1.5s";
        let progress = search_line(line).unwrap();
        assert_eq!((progress.nodes, progress.bound), (10, Some(12.5)));
        assert_eq!((progress.objective, progress.seconds), (Some(15.0), 1.5));
        let none = "         0       0         0   0.00%   -inf            inf                  \
                    inf        0      0      0         0     0.0s";
        let progress = search_line(none).unwrap();
        assert_eq!((progress.bound, progress.objective), (None, None));
        let long = "     3400k     12k      170k  50.00%   1               2*                \
                    50.00%        3      2      0       12m   100.5s";
        assert_eq!(search_line(long).unwrap().nodes, 3_400_000);
        for other in ["", "Presolving model", "  Gap               0% (tolerance: 0.01%)"] {
            assert_eq!(search_line(other), None, "{other}");
        }
    }

    #[test]
    fn a_log_is_followed_across_half_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = Log::follow(&path);
        assert!(!log.poll(), "no file yet");
        let begin = "Presolve: Memory limit reached\n  Nodes        ";
        fs::write(&path, begin).unwrap();
        assert!(!log.poll(), "no line of the search");
        assert_eq!((log.out_of_memory, log.nodes), (true, None));
        fs::write(&path, format!("{begin}17\n")).unwrap();
        log.poll();
        assert_eq!(log.nodes, Some(17));
    }

    #[test]
    fn the_last_whole_solution_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("best");
        assert_eq!(last_solution(&path, 2), None);
        let first = "Objective 5\n# Columns -1\nNoName 5 0\n";
        fs::write(&path, format!("{first}Objective 3\n# Columns -2\nNoName 1 0\nNoName 2"))
            .unwrap();
        assert_eq!(last_solution(&path, 2), Some(vec![5.0, 0.0]), "the second is half written");
        fs::write(&path, format!("{first}Objective 3\n# Columns -2\nNoName 1 0\nNoName 2.5 1\n"))
            .unwrap();
        assert_eq!(last_solution(&path, 2), Some(vec![1.0, 2.5]));
        fs::write(&path, format!("{first}Objective 0\n# Columns 0\n")).unwrap();
        assert_eq!(last_solution(&path, 2), Some(vec![0.0, 0.0]), "all columns zero");
    }
}
