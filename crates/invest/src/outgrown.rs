//! Parts that have outgrown their wholes: backbone teachers than teachers, rooms than buildings. One
//! rule for the plan that is made and for the plan that is checked.

use crate::costs::Within;
use domain::change::amount_at;
use domain::{Catalogue, Exact, Level, School, Snapshot, Stage};

/// The schools at which a rule is broken, once for each place; where the data are beyond it already,
/// it must not get worse.
pub(crate) fn outgrown<'a>(
    rule: &Within,
    after: &'a Snapshot,
    before: &Snapshot,
    catalogue: &Catalogue,
) -> Vec<&'a School> {
    let mut broken = Vec::new();
    for school in after.schools() {
        for stage in places(rule, school) {
            let over = |of: &Snapshot| {
                let at = |item| amount_at(of, catalogue, &school.code, stage, item);
                Some(at(&rule.part)? - at(&rule.whole)?)
            };
            if let (Some(now), Some(then)) = (over(after), over(before))
                && now > then.max(Exact::ZERO)
            {
                broken.push(school);
            }
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
