//! Stories of teachers: rosters, counts, posts, rotation.

#![expect(clippy::unwrap_used, reason = "a story may stop at the first surprise")]

mod common;
mod demo_county;
mod pairing;
mod posts;
mod principals;
mod roster;
mod rotation;
mod stable;
mod training;

use staffing::Finding;

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}
