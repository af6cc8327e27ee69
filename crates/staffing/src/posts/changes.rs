//! What a yearly re-calculation of posts changes, and why.

use super::{Reason, SectionPosts};
use domain::{Exact, SchoolCode, Stage};
use serde::{Deserialize, Serialize};

/// A section whose posts change from one calculation to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostChange {
    /// The school.
    pub school: SchoolCode,
    /// Its name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// Staff posts before; `None` where they were not known, or there was no such section.
    pub before: Option<i64>,
    /// Staff posts after.
    pub after: Option<i64>,
    /// Why, in Chinese.
    pub reasons: Vec<String>,
}

/// The sections whose posts are not what they were, in the order of schools.
#[must_use]
pub fn changes(before: &[SectionPosts], after: &[SectionPosts]) -> Vec<PostChange> {
    let key = |s: &SectionPosts| (s.school.clone(), s.stage);
    let find = |list: &[SectionPosts], wanted: &(SchoolCode, Stage)| {
        list.iter().find(|s| key(s) == *wanted).cloned()
    };
    let mut places: Vec<(SchoolCode, Stage)> = before.iter().chain(after).map(key).collect();
    places.sort();
    places.dedup();
    let changes = places.into_iter().filter_map(|place| {
        let (old, new) = (find(before, &place), find(after, &place));
        let quota = |s: &Option<SectionPosts>| s.as_ref().and_then(|s| s.quota);
        if old.is_some() && new.is_some() && quota(&old) == quota(&new) {
            return None;
        }
        let name = new.as_ref().or(old.as_ref()).map_or_else(String::new, |s| s.name.clone());
        let reasons = match (&old, &new) {
            (Some(old), Some(new)) => why(old, new),
            (None, _) => vec!["新设学校（学段）".to_owned()],
            (_, None) => vec!["学校（学段）已撤并".to_owned()],
        };
        let (school, stage) = place;
        Some(PostChange { school, name, stage, before: quota(&old), after: quota(&new), reasons })
    });
    changes.collect()
}

fn why(old: &SectionPosts, new: &SectionPosts) -> Vec<String> {
    let mut reasons = Vec::new();
    let shown = |value: Option<&Exact>| value.map_or_else(|| "缺数".to_owned(), Exact::to_string);
    let pairs = [
        ("在校生", "人", old.pupils.as_ref(), new.pupils.as_ref()),
        ("班级", "个", old.classes.as_ref(), new.classes.as_ref()),
    ];
    for (what, unit, then, now) in pairs {
        if then != now {
            reasons.push(format!("{what}由 {} {unit}变为 {} {unit}", shown(then), shown(now)));
        }
    }
    if new.quota.is_none() {
        reasons.extend(new.notes.iter().cloned());
        return reasons;
    }
    let counts = |s: &SectionPosts| -> Vec<Reason> {
        s.reasons.iter().filter(|reason| reason.counts).cloned().collect()
    };
    let (then, now) = (counts(old), counts(new));
    for reason in &now {
        match then.iter().find(|old| old.rule == reason.rule) {
            None => reasons.push(format!("改按“{}”核定", reason.zh)),
            Some(old) if old.posts != reason.posts => {
                let (from, to) = (old.posts.to_short(2), reason.posts.to_short(2));
                reasons.push(format!("“{}”由 {from} 个变为 {to} 个", reason.zh));
            }
            Some(_) => {}
        }
    }
    for gone in then.iter().filter(|old| !now.iter().any(|new| new.rule == old.rule)) {
        reasons.push(format!("不再按“{}”核定", gone.zh));
    }
    reasons
}
