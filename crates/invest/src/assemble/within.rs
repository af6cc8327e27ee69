//! What the rules of parts and wholes say of a plan that is being made, over all its years.

use crate::costs::Within;
use crate::outgrown::outgrown;
use crate::problem::Problem;
use domain::Snapshot;

/// The rules that a plan breaks in some year, each with an objection for every place.
pub(super) fn broken<'a>(
    problem: &'a Problem,
    snapshots: &[Snapshot],
    objections: &mut Vec<String>,
) -> Vec<&'a Within> {
    let catalogue = problem.standard.catalogue();
    let mut broken = Vec::new();
    for rule in &problem.costs.within {
        let known = objections.len();
        for (world, snapshot) in problem.worlds.iter().zip(snapshots) {
            for school in outgrown(rule, snapshot, world, catalogue) {
                let (year, name, text) = (snapshot.year(), &school.name, &rule.text);
                objections.push(format!("{year} 学年 {name}：{text}"));
            }
        }
        if objections.len() > known {
            broken.push(rule);
        }
    }
    broken
}
