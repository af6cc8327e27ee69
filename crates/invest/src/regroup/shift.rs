//! Entrants that go to a neighbour, and move up there.
//!
//! In each year the first grade of `from` gives the share of its entrants, in whole pupils rounded
//! down; those who went in earlier years of the horizon are now in higher grades of `to`. What is
//! taken from one section is added to the other.
//!
//! Classes. Where pupils are forecast, classes follow from the norm, as in the forecast itself.
//! Where they stay as in the data, so does the number of classes, and nobody knows who sits in
//! which: the largest class of `from` stays as it is, and newcomers at `to` fill the smaller
//! classes of their grade first. So its largest class grows where a grade has more pupils than
//! its classes hold at the size of the largest.

use super::{Items, count, set};
use crate::pupils::Pupils;
use crate::settings::{Settings, Shift};
use domain::{Draft, Exact, Facts, Origin, OriginId, SchoolCode, Section, Snapshot, Stage, Value};
use forecast::ClassNorm;

/// The cohorts on their way up, from year to year.
pub(super) struct Rising<'a> {
    settings: &'a Settings,
    /// By shift: grade and pupils of each cohort in the year that was handled last.
    cohorts: Vec<Vec<(u8, i64)>>,
}

/// A section after all shifts of a year: what came in each grade, what went in all.
struct Touched {
    school: SchoolCode,
    stage: Stage,
    came: Vec<i64>,
    origin: OriginId,
}

impl<'a> Rising<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { settings, cohorts: vec![Vec::new(); settings.shifts.len()] }
    }

    /// Moves the pupils of a year; years come in their order.
    pub(super) fn year(
        &mut self,
        draft: &mut Draft,
        world: &Snapshot,
        items: &Items<'_>,
    ) -> Result<(), String> {
        let mut touched: Vec<Touched> = Vec::new();
        for (shift, cohorts) in self.settings.shifts.iter().zip(&mut self.cohorts) {
            if world.year() < shift.since {
                continue;
            }
            let entrants = entrants(shift, world, items)?;
            let going = (&shift.share * &Exact::from(entrants)).floor();
            let going = going.small_parts().map_or(0, |(number, _)| number);
            let mut wanted: Vec<(u8, i64)> =
                cohorts.iter().map(|(grade, pupils)| (grade + 1, *pupils)).collect();
            wanted.extend(items.grades_of(shift.stage).next().map(|(first, _)| (first, going)));
            let origin = draft.origin(Origin::Derived {
                how: format!(
                    "新生调剂：{} 每年新生的 {}% 到 {}（{}，自 {} 学年起）",
                    shift.from,
                    (&shift.share * &Exact::from(100)).to_short(2),
                    shift.to,
                    shift.stage,
                    shift.since
                )
                .into(),
            });
            *cohorts = moved(draft, shift, &wanted, items, origin)?;
            if cohorts.iter().any(|(_, pupils)| *pupils > 0) {
                note(&mut touched, (&shift.from, shift.stage, origin), &[]);
                note(&mut touched, (&shift.to, shift.stage, origin), cohorts);
            }
        }
        for touched in &touched {
            let (name, section) = place(draft, &touched.school, touched.stage)?;
            match &self.settings.pupils {
                Pupils::Forecast { norm, .. } => {
                    by_norm(&mut section.facts, touched, *norm, items);
                }
                Pupils::Constant => fuller(&mut section.facts, touched, &name, items)?,
            }
            // Nobody knows who sits in which class.
            if let Some(school) = draft.schools.iter_mut().find(|s| s.code == touched.school) {
                school.classes.retain(|class| class.stage != touched.stage);
            }
        }
        Ok(())
    }
}

fn note(touched: &mut Vec<Touched>, of: (&SchoolCode, Stage, OriginId), cohorts: &[(u8, i64)]) {
    let (school, stage, origin) = of;
    let known = touched.iter().position(|t| t.school == *school && t.stage == stage);
    let place = known.unwrap_or_else(|| {
        touched.push(Touched { school: school.clone(), stage, came: vec![0; 10], origin });
        touched.len() - 1
    });
    for (grade, pupils) in cohorts {
        if let Some(came) = touched[place].came.get_mut(usize::from(*grade)) {
            *came += pupils;
        }
    }
}

/// The name of a school and its section, to be changed.
fn place<'d>(
    draft: &'d mut Draft,
    school: &SchoolCode,
    stage: Stage,
) -> Result<(String, &'d mut Section), String> {
    let found = draft.schools.iter_mut().find(|s| s.code == *school);
    let Some(found) = found else {
        return Err(format!("本县数据中没有 {school}，不能调剂新生"));
    };
    let name = found.name.clone();
    match found.sections.iter_mut().find(|section| section.stage == stage) {
        Some(section) => Ok((name, section)),
        None => Err(format!("{name} 没有{stage}部，不能调剂新生")),
    }
}

/// The entrants of the section that gives, as they are without any shift.
fn entrants(shift: &Shift, world: &Snapshot, items: &Items<'_>) -> Result<i64, String> {
    let (from, stage) = (&shift.from, shift.stage);
    let Some(school) = world.school(from) else {
        return Err(format!("本县数据中没有 {from}，不能调剂新生"));
    };
    let section = school.section(stage);
    let section = section.ok_or_else(|| format!("{} 没有{stage}部，不能调剂新生", school.name))?;
    let Some((_, first)) = items.grades_of(stage).next() else {
        return Err(format!("{stage}没有年级，不能调剂新生"));
    };
    count(&section.facts, first).ok_or_else(|| {
        let (year, zh) = (world.year(), items.zh(first));
        format!("{} {stage} {year} 学年没有“{zh}”，不能调剂新生；请先补报", school.name)
    })
}

/// Moves cohorts from one section to the other, as far as there are pupils. Returns who has gone.
fn moved(
    draft: &mut Draft,
    shift: &Shift,
    wanted: &[(u8, i64)],
    items: &Items<'_>,
    origin: OriginId,
) -> Result<Vec<(u8, i64)>, String> {
    let stage = shift.stage;
    let year = draft.year;
    let missing = |name: &str, item| {
        format!("{name} {stage} {year} 学年没有“{}”，不能调剂新生；请先补报", items.zh(item))
    };
    let (name, section) = place(draft, &shift.from, stage)?;
    let from = &mut section.facts;
    let before = count(from, items.pupils).ok_or_else(|| missing(&name, items.pupils))?;
    let mut gone = Vec::new();
    for (grade, item) in items.grades_of(stage) {
        let Some((_, pupils)) = wanted.iter().find(|(of, _)| *of == grade) else { continue };
        // A school that does not run the grade sends its pupils away by itself.
        if from.value(item) == Some(&Value::NotApplicable) {
            continue;
        }
        let there = count(from, item).ok_or_else(|| missing(&name, item))?;
        let pupils = (*pupils).min(there);
        set(from, item, there - pupils, origin);
        gone.push((grade, pupils));
    }
    let all: i64 = gone.iter().map(|(_, pupils)| *pupils).sum();
    if all == 0 {
        return Ok(gone);
    }
    if all > before {
        let zh = items.zh(items.pupils);
        return Err(format!("{name} {stage} {year} 学年各年级之和超过“{zh}”，不能调剂新生"));
    }
    set(from, items.pupils, before - all, origin);
    run(from, stage, items, origin);
    let mut parts = Vec::new();
    for part in &items.parts {
        // Of those who go as large a part as of all, in whole pupils.
        let known = count(from, *part);
        if let Some(there) = known {
            let share = Exact::from(there * all).checked_div(&Exact::from(before));
            let share = share.map_or(Exact::ZERO, |share| share.floor());
            let going = share.small_parts().map_or(0, |(number, _)| number);
            set(from, *part, there - going, origin);
            parts.push((*part, Some(going)));
        } else {
            let none = from.value(*part).is_some();
            parts.push((*part, none.then_some(0)));
        }
    }
    let from_name = name;
    let (name, section) = place(draft, &shift.to, stage)?;
    let to = &mut section.facts;
    for (grade, pupils) in gone.iter().filter(|(_, pupils)| *pupils > 0) {
        let Some((_, item)) = items.grades_of(stage).find(|(of, _)| of == grade) else { continue };
        if to.value(item) == Some(&Value::NotApplicable) {
            let zh = items.zh(item);
            return Err(format!("{name} {year} 学年没有这个年级（“{zh}”为 —），不能接收新生"));
        }
        let there = count(to, item).ok_or_else(|| missing(&name, item))?;
        set(to, item, there + pupils, origin);
    }
    let there = count(to, items.pupils).ok_or_else(|| missing(&name, items.pupils))?;
    set(to, items.pupils, there + all, origin);
    run(to, stage, items, origin);
    for (part, going) in parts {
        match (going, to.value(part)) {
            // Known of none: nothing becomes unknown.
            (None, None) | (Some(0), _) => {}
            (None, Some(_)) => return Err(missing(&from_name, part)),
            (Some(_), None) => return Err(missing(&name, part)),
            (Some(going), Some(value)) => {
                let there = value.number().map_or(Some(0), |_| count(to, part));
                set(to, part, there.unwrap_or(0) + going, origin);
            }
        }
    }
    Ok(gone)
}

/// The number of grades with pupils, where it is known.
fn run(facts: &mut Facts, stage: Stage, items: &Items<'_>, origin: OriginId) {
    let all: Option<Vec<i64>> = items
        .grades_of(stage)
        .map(|(_, item)| match facts.value(item) {
            Some(Value::NotApplicable) => Some(0),
            _ => count(facts, item),
        })
        .collect();
    if let (Some(all), Some(_)) = (all, count(facts, items.grades_run)) {
        let run = all.iter().filter(|pupils| **pupils > 0).count();
        set(facts, items.grades_run, i64::try_from(run).unwrap_or(0), origin);
    }
}

/// Classes by the norm, as in the forecast.
fn by_norm(facts: &mut Facts, touched: &Touched, norm: ClassNorm, items: &Items<'_>) {
    let (stage, origin) = (touched.stage, touched.origin);
    let pupils: Vec<i64> =
        items.grades_of(stage).filter_map(|(_, item)| count(facts, item)).collect();
    let split = norm.split(stage, pupils);
    set(facts, items.classes, split.classes, origin);
    for (item, classes) in items.bands.iter().zip(split.bands) {
        set(facts, *item, classes, origin);
    }
    if split.classes == 0 {
        let value = Value::NotApplicable;
        facts.set(items.largest, domain::Fact { value, origin });
    } else {
        set(facts, items.largest, split.largest, origin);
    }
}

/// As many classes as before, the smaller ones of a grade filled up by its newcomers.
fn fuller(
    facts: &mut Facts,
    touched: &Touched,
    name: &str,
    items: &Items<'_>,
) -> Result<(), String> {
    let fuller = items.grades_of(touched.stage).filter(|(grade, _)| {
        touched.came.get(usize::from(*grade)).is_some_and(|pupils| *pupils > 0)
    });
    let most = fuller.filter_map(|(_, item)| count(facts, item)).max();
    let Some(most) = most else { return Ok(()) };
    let banded = items.bands.iter().any(|band| facts.value(*band).is_some());
    let Some(largest) = count(facts, items.largest) else {
        if !banded {
            return Ok(());
        }
        let zh = items.zh(items.largest);
        return Err(format!("{name} {} 没有“{zh}”，不能接收新生；请先补报", touched.stage));
    };
    // Where it is not known how many classes a grade has, it has one.
    let of_a_grade = match (count(facts, items.classes), count(facts, items.grades_run)) {
        (Some(classes), Some(grades)) if grades > 0 => (classes / grades).max(1),
        _ => 1,
    };
    let full = (most - 1) / of_a_grade + 1;
    set(facts, items.largest, largest.max(full), touched.origin);
    for band in &items.bands {
        facts.remove(*band);
    }
    Ok(())
}
