//! Stories of teachers: rosters, counts, posts, rotation.

mod common;
mod posts;
mod roster;
mod rotation;
mod stable;

use staffing::Finding;

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}
