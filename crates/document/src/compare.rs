//! What in an edited file no longer agrees with the evaluation.

use crate::figures::Shown;
use crate::model::pending_mark;
use crate::read::{Found, ReadBack};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A difference between a file and the figures as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key of the figure.
    pub key: String,
    /// What is the matter with it.
    pub kind: DifferenceKind,
    /// The number of its paragraph, from 1, and the words before it; `None` where it is not there.
    pub place: Option<(usize, String)>,
}

/// What is the matter with a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// Somebody has typed something else.
    Changed {
        /// What stands there.
        found: String,
        /// What was issued, where the file still says.
        issued: Option<String>,
        /// What the evaluation says.
        now: String,
    },
    /// The file is as it was issued; the evaluation has changed since.
    Outdated {
        /// What was issued.
        issued: String,
        /// What the evaluation says.
        now: String,
    },
    /// It was issued and is gone, or can no longer be traced.
    Missing {
        /// What was issued.
        issued: String,
        /// What the evaluation says, where it says anything.
        now: Option<String>,
    },
    /// It stands in the file more often than was issued: copied.
    Duplicated {
        /// How often.
        found: usize,
        /// How often it was issued.
        issued: usize,
    },
    /// There is no such figure.
    Unknown {
        /// What stands there.
        found: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((paragraph, before)) = &self.place {
            write!(f, "第 {paragraph} 段")?;
            if !before.is_empty() {
                write!(f, "“…{before}”之后")?;
            }
            f.write_str("：")?;
        }
        match &self.kind {
            DifferenceKind::Changed { found, now, issued } => {
                write!(f, "文中为“{found}”，测评结果为“{now}”")?;
                match issued {
                    Some(issued) if issued != now => write!(f, "，生成时为“{issued}”")?,
                    _ => {}
                }
            }
            DifferenceKind::Outdated { issued, now } => {
                write!(f, "文中仍为生成时的“{issued}”，测评结果现为“{now}”")?;
            }
            DifferenceKind::Missing { issued, now } => {
                write!(f, "生成时有“{issued}”，现已删除或无法追踪")?;
                if let Some(now) = now {
                    write!(f, "（测评结果为“{now}”）")?;
                }
            }
            DifferenceKind::Duplicated { found, issued } => {
                write!(f, "生成时出现 {issued} 次，现出现 {found} 次")?;
            }
            DifferenceKind::Unknown { found } => write!(f, "“{found}”不是已知的数字")?,
        }
        write!(f, "（{}）", self.key)
    }
}

/// Compares a file that was read back with the figures as they are, in the order of the file; what
/// is missing comes last.
pub fn compare(read: &ReadBack, catalogue: impl Fn(&str) -> Option<Shown>) -> Vec<Difference> {
    let mut issued: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for (key, text) in read.manifest.iter().flat_map(|manifest| &manifest.figures) {
        issued.entry(key).or_insert((0, text)).0 += 1;
    }
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    let mut duplicated = BTreeSet::new();
    for one in &read.figures {
        let count = found.entry(&one.key).or_default();
        *count += 1;
        let before = issued.get(one.key.as_str()).copied();
        if let Some(kind) = judged(one, before.map(|(_, text)| text), &catalogue) {
            let place = Some((one.paragraph, one.before.clone()));
            differences.push(Difference { key: one.key.clone(), kind, place });
        } else if before.is_some_and(|(times, _)| *count > times) {
            duplicated.insert(one.key.as_str());
        }
    }
    for key in duplicated {
        let times = |map: Option<usize>| map.unwrap_or_default();
        differences.push(Difference {
            key: key.to_owned(),
            kind: DifferenceKind::Duplicated {
                found: times(found.get(key).copied()),
                issued: times(issued.get(key).map(|(times, _)| *times)),
            },
            place: None,
        });
    }
    for (key, (times, text)) in issued {
        for _ in found.get(key).copied().unwrap_or_default()..times {
            differences.push(Difference {
                key: key.to_owned(),
                kind: DifferenceKind::Missing {
                    issued: text.to_owned(),
                    now: catalogue(key).map(printed),
                },
                place: None,
            });
        }
    }
    differences
}

fn judged(
    one: &Found,
    issued: Option<&str>,
    catalogue: &impl Fn(&str) -> Option<Shown>,
) -> Option<DifferenceKind> {
    let Some(now) = catalogue(&one.key).map(printed) else {
        return Some(DifferenceKind::Unknown { found: one.text.clone() });
    };
    let same = |a: &str, b: &str| a.trim() == b.trim();
    if same(&one.text, &now) {
        return None;
    }
    Some(match issued {
        Some(issued) if same(&one.text, issued) => {
            DifferenceKind::Outdated { issued: issued.to_owned(), now }
        }
        _ => DifferenceKind::Changed {
            found: one.text.clone(),
            issued: issued.map(str::to_owned),
            now,
        },
    })
}

/// A figure as a document prints it.
fn printed(shown: Shown) -> String {
    match shown {
        Shown::Known(text) => text,
        Shown::Missing(what) => pending_mark(&what),
    }
}
