//! From the options to the drafts: plans all three years at once, then writes each year.

use crate::county::{self, Totals};
use crate::estate::{self, Estate, RoomRow};
use crate::fill;
use crate::mix::Category;
use crate::names::{self, Township};
use crate::people::{self, People};
use crate::pupils::{self, Stream, YEARS};
use crate::roster::{self, ClassRow};
use crate::sheet::Pen;
use crate::site::{self, Piece, Site};
use crate::staff::{self, Staff};
use crate::teachers::{self, TeacherRow};
use crate::{DemoError, Options};
use domain::{CountyCode, Draft, Origin, RoomKind, School, SchoolCode, SchoolYear, Stage};
use std::collections::BTreeSet;

/// A section with all its figures of the three years.
pub(crate) struct SectionPlan {
    pub(crate) stream: Stream,
    pub(crate) people: [People; YEARS],
    pub(crate) classes: [Vec<ClassRow>; YEARS],
    pub(crate) staff: [Staff; YEARS],
}

/// A school with all its figures of the three years.
pub(crate) struct SchoolPlan {
    pub(crate) site: Site,
    pub(crate) sections: Vec<SectionPlan>,
    pub(crate) estate: [Estate; YEARS],
    pub(crate) rooms: Vec<RoomRow>,
}

impl SchoolPlan {
    /// How many rooms of a kind it has.
    pub(crate) fn rooms_of(&self, kind: RoomKind) -> i64 {
        i64::try_from(self.rooms.iter().filter(|room| room.kind == kind).count()).unwrap_or(0)
    }
}

/// The synthetic county in three school years, oldest first.
///
/// ```
/// let items = items::load(&packs::PackSource::embedded()).unwrap();
/// let years = demo::county(&demo::Options {
///     seed: demo::Options::SEED,
///     schools: 12,
///     year: demo::Options::YEAR,
///     catalogue: items.catalogue(),
///     attested: &[],
/// })
/// .unwrap();
/// assert_eq!(years.iter().map(|draft| draft.year.0).collect::<Vec<_>>(), [2022, 2023, 2024]);
/// assert_eq!(years[2].schools.len(), 12);
/// ```
///
/// # Errors
/// [`DemoError`] when the number of schools or the year is out of bounds, or the catalogue lacks
/// an item.
pub fn county(options: &Options<'_>) -> Result<Vec<Draft>, DemoError> {
    options.check()?;
    let (townships, plans) = plan(options);
    let mut unknown = BTreeSet::new();
    let mut drafts = Vec::with_capacity(YEARS);
    for year in 0..YEARS {
        let school_year = SchoolYear(county::back(options.year.0, year));
        let code = CountyCode::parse(names::COUNTY_CODE)?;
        let mut draft = Draft::new(code, names::COUNTY.to_owned(), school_year);
        let origin = draft.origin(Origin::Given { source: "合成数据".into() });
        let mut pen = Pen::new(options.catalogue, origin);
        for plan in &plans {
            let parent = plan.site.parent.and_then(|main| plans.get(main));
            draft.schools.push(School {
                code: SchoolCode::parse(&plan.site.code)?,
                name: plan.site.name.clone(),
                kind: plan.site.profile.kind,
                parent: parent.map(|main| SchoolCode::parse(&main.site.code)).transpose()?,
                facts: fill::school(plan, year, &townships, &mut pen),
                sections: fill::sections(plan, year, &mut pen),
                classes: fill::classes(plan, year, &mut pen),
                rooms: fill::rooms(plan, year, &mut pen),
            });
        }
        let totals = totals(&plans, &townships, year);
        draft.county.facts = county::facts(options.seed, year, &totals, &mut pen);
        county::attest(&mut draft.county, options.attested, school_year.0);
        unknown.extend(pen.unknown());
        drafts.push(draft);
    }
    if unknown.is_empty() {
        Ok(drafts)
    } else {
        Err(DemoError::Items { codes: unknown.into_iter().collect() })
    }
}

/// The teachers of the county in the latest year, a row a person: counted, they give the figures of
/// [`county`].
///
/// # Errors
/// [`DemoError`] when the number of schools or the year is out of bounds.
pub fn teachers(options: &Options<'_>) -> Result<Vec<TeacherRow>, DemoError> {
    if !(1..=Options::MOST_SCHOOLS).contains(&options.schools) {
        return Err(DemoError::Schools { found: options.schools });
    }
    if !(2000..=2100).contains(&options.year.0) {
        return Err(DemoError::Year { found: options.year.0 });
    }
    let (townships, plans) = plan(options);
    Ok(teachers::rows(options.seed, &plans, &townships, i64::from(options.year.0)))
}

fn plan(options: &Options<'_>) -> (Vec<Township>, Vec<SchoolPlan>) {
    let seed = options.seed;
    let (townships, sites) = site::sites(seed, options.schools, i64::from(options.year.0));
    let streams = pupils::streams(seed, &sites);
    let mut plans: Vec<SchoolPlan> = Vec::with_capacity(sites.len());
    for ((place, site), streams) in sites.into_iter().enumerate().zip(streams) {
        let rosters: Vec<_> =
            streams.iter().map(|s| roster::rosters(seed, place, &site, s)).collect();
        let counts: Vec<[i64; YEARS]> = rosters
            .iter()
            .map(|years| years.each_ref().map(|rows| i64::try_from(rows.len()).unwrap_or(0)))
            .collect();
        let all = std::array::from_fn(|year| counts.iter().map(|of| of[year]).sum());
        let by_stage: Vec<_> =
            streams.iter().map(|s| s.stage).zip(counts.iter().copied()).collect();
        let rooms = estate::rooms(seed, place, &site, &by_stage);
        let estate = estate::estate(seed, place, &site, &streams, all, &rooms);
        let sections = streams
            .into_iter()
            .zip(rosters)
            .zip(counts)
            .map(|((stream, classes), counts)| {
                let staff = staff::staff(seed, place, &site, &stream, counts);
                let people = people::people(seed, place, &site, &stream);
                SectionPlan { stream, people, classes, staff }
            })
            .collect();
        plans.push(SchoolPlan { site, sections, estate, rooms });
    }
    spread_backbone(&mut plans);
    (townships, plans)
}

fn spread_backbone(plans: &mut [SchoolPlan]) {
    let mut units = Vec::new();
    for plan in plans.iter_mut().filter(|plan| plan.site.evaluated()) {
        let many = plan.site.piece == Some(Piece::ManyBackbone);
        for section in &mut plan.sections {
            if section.stream.stage == Stage::Primary {
                let pupils = section.stream.pupils(YEARS - 1);
                units.push(staff::Unit { pupils, many, staff: &mut section.staff });
            }
        }
    }
    staff::spread_backbone(&mut units);
}

fn totals(plans: &[SchoolPlan], townships: &[Township], year: usize) -> Totals {
    let mut totals =
        Totals { townships: i64::try_from(townships.len()).unwrap_or(0), ..Totals::default() };
    for plan in plans {
        totals.special_schools += i64::from(plan.site.category == Category::Special);
        for section in &plan.sections {
            if section.stream.stage == Stage::Senior {
                totals.senior_entrants += section.stream.grades[year][0];
                continue;
            }
            totals.compulsory_pupils += section.stream.pupils(year);
            let migrants = section.people[year].migrants;
            totals.migrants += migrants;
            if !plan.site.profile.private {
                totals.migrants_public += migrants;
            } else if plan.site.purchased {
                totals.migrants_purchased += migrants;
            }
        }
    }
    totals
}
