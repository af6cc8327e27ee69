//! Parts that have outgrown their wholes: backbone teachers than teachers, rooms than buildings.

use crate::costs::Within;
use crate::problem::Problem;
use domain::change::amount_at;
use domain::{Exact, Level, School, Snapshot, Stage};

/// The rules that a plan breaks in some year, each with an objection for every place. Where the
/// data are beyond a rule already, it must not get worse.
pub(super) fn outgrown<'a>(
    problem: &'a Problem,
    snapshots: &[Snapshot],
    objections: &mut Vec<String>,
) -> Vec<&'a Within> {
    let catalogue = problem.standard.catalogue();
    let mut broken = Vec::new();
    for rule in &problem.costs.within {
        let known = objections.len();
        for (world, snapshot) in problem.worlds.iter().zip(snapshots) {
            for school in snapshot.schools() {
                for stage in places(rule, school) {
                    let over = |of: &Snapshot| {
                        let at = |item| amount_at(of, catalogue, &school.code, stage, item);
                        Some(at(&rule.part)? - at(&rule.whole)?)
                    };
                    if let (Some(now), Some(before)) = (over(snapshot), over(world))
                        && now > before.max(Exact::ZERO)
                    {
                        let (year, name, text) = (snapshot.year(), &school.name, &rule.text);
                        objections.push(format!("{year} 学年 {name}：{text}"));
                    }
                }
            }
        }
        if objections.len() > known {
            broken.push(rule);
        }
    }
    broken
}

fn places(rule: &Within, school: &School) -> Vec<Option<Stage>> {
    if rule.level == Level::Section {
        school.sections.iter().map(|section| Some(section.stage)).collect()
    } else {
        vec![None]
    }
}
