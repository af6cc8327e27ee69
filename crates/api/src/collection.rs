//! Data collection: who must fill what until when, the forms, and their way to approval.
//!
//! A form is named by its year and school (`county` for the county's own), and by its collection
//! where that is not the year's main one. What a form holds, how far it is and which step may
//! follow which, the store says; which step is whose right stands here, in [`rights`].
//!
//! This module must not know HTTP sessions, files, or what the figures mean to a standard.

mod draft;
mod form;
pub(crate) mod kept;
mod live;
mod outliers;
mod plans;
mod progress;
mod remind;
mod steps;
mod template;
mod values;

use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use domain::{SchoolCode, SchoolKind, SchoolYear};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::collections::{Collection, MAIN};
use store::moves::{Move, State};
use store::years::statistics_date;
use store::{FormKey, Scope};
use utoipa_axum::router::OpenApiRouter;

/// The county's own form in a path, where a school's code would stand.
const COUNTY: &str = "county";

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(plans::routes())
        .merge(progress::routes())
        .merge(remind::routes())
        .merge(outliers::routes())
        .merge(form::routes())
        .merge(draft::routes())
        .merge(steps::routes())
        .merge(template::routes())
}

/// Which collection of the year.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Within {
    /// 填报任务代码；不给时为本学年的主任务
    collection: Option<String>,
}

impl Within {
    fn key(&self, signed: &Signed, year: i16, school: &str) -> Result<FormKey, ApiError> {
        form_key(signed, year, self.collection.as_deref(), school)
    }
}

/// The schools of a list of codes, `county` for the county itself.
fn listed(list: &[String]) -> Result<Vec<Option<SchoolCode>>, FieldProblem> {
    let one = |(index, code): (usize, &String)| {
        if code == COUNTY {
            return Ok(None);
        }
        let wrong = |error| FieldProblem::new(format!("schools.{index}"), format!("{error}"));
        SchoolCode::parse(code).map(Some).map_err(wrong)
    };
    list.iter().enumerate().map(one).collect()
}

/// Years of which anything can be collected.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// The school year of a number; one that cannot be names nothing.
///
/// # Errors
/// [`ApiError::NotFound`].
pub(crate) fn school_year(year: i16) -> Result<SchoolYear, ApiError> {
    let known = YEARS.contains(&year).then_some(SchoolYear(year));
    known.ok_or_else(|| ApiError::NotFound(format!("{year} 学年")))
}

/// The form that a path names; what cannot be a school names nothing.
fn form_key(
    signed: &Signed,
    year: i16,
    collection: Option<&str>,
    school: &str,
) -> Result<FormKey, ApiError> {
    let school = if school == COUNTY {
        None
    } else {
        let code = SchoolCode::parse(school);
        Some(code.map_err(|_| ApiError::NotFound(format!("学校“{school}”的填报单")))?)
    };
    let collection = collection.unwrap_or(MAIN);
    Ok(FormKey::new(signed.county(), school_year(year)?, collection, school.as_ref()))
}

/// The collection that a form is of.
async fn collection_of(app: &App, key: &FormKey) -> Result<Collection, ApiError> {
    let all = app.store().collections(&key.county, key.year).await?;
    let found = all.into_iter().find(|collection| collection.code == key.collection);
    found.ok_or_else(|| ApiError::NotFound(format!("填报任务“{}”", key.collection)))
}

/// Whom a form is about.
#[derive(Clone, Debug)]
struct Subject {
    /// `None`: the county itself.
    code: Option<SchoolCode>,
    name: String,
    kind: Option<SchoolKind>,
    /// The districts that the school belongs to today.
    districts: BTreeSet<String>,
}

impl Subject {
    /// Of the form of a key, as it is on the statistics date; of a school that was opened later, as
    /// it is now.
    async fn of(app: &App, key: &FormKey) -> Result<Self, ApiError> {
        let Some(code) = &key.school else {
            let counties = app.store().counties().await?;
            let name = counties.into_iter().find(|county| county.code == key.county);
            let name = name.map(|county| county.name).unwrap_or_default();
            return Ok(Self { code: None, name, kind: None, districts: BTreeSet::new() });
        };
        let scope = Scope::school(code);
        let now = app.store().schools(&key.county, &scope).await?.pop();
        let now = now.ok_or_else(|| ApiError::NotFound(format!("学校 {code}")))?;
        let then = app.store().schools_on(&key.county, statistics_date(key.year), &scope).await?;
        let (name, kind) = match then.into_iter().next() {
            Some(then) => (then.name, then.kind),
            None => (now.name, now.kind),
        };
        Ok(Self { code: Some(code.clone()), name, kind: Some(kind), districts: now.districts })
    }

    /// Is it within a scope? The store asks the same in its queries; here it is asked of rows that
    /// were read for another right.
    fn is_within(&self, scope: &Scope) -> bool {
        match (scope, &self.code) {
            (Scope::County, _) => true,
            (Scope::Districts(set), Some(_)) => !set.is_disjoint(&self.districts),
            (Scope::Schools(set), Some(code)) => set.contains(code),
            (_, None) => false,
        }
    }
}

/// Which rights allow a step; any of them does. The county's own form has no principal: the bureau
/// signs it.
fn rights(step: Move, state: State, is_school: bool) -> &'static [Action] {
    const FILL: &[Action] = &[Action::FillSubmissions];
    const SUBMIT: &[Action] = &[Action::SubmitSubmissions];
    const SIGN: &[Action] = &[Action::SignSubmissions];
    const REVIEW: &[Action] = &[Action::ReviewSubmissions];
    const SIGN_OR_REVIEW: &[Action] = &[Action::SignSubmissions, Action::ReviewSubmissions];
    const LOCK: &[Action] = &[Action::LockSubmissions];
    match step {
        Move::Save => FILL,
        Move::Submit => SUBMIT,
        Move::Recall if state == State::Submitted => SUBMIT,
        Move::Sign | Move::Recall => {
            if is_school {
                SIGN
            } else {
                REVIEW
            }
        }
        Move::Return if state == State::Submitted => SIGN_OR_REVIEW,
        Move::Return | Move::Approve => REVIEW,
        Move::Lock | Move::Unlock => LOCK,
        Move::ImportSubmitted | Move::ImportApproved => &[Action::ImportData],
    }
}

/// The steps that a page offers, in the order of the way.
const STEPS: [Move; 8] = [
    Move::Save,
    Move::Submit,
    Move::Recall,
    Move::Sign,
    Move::Return,
    Move::Approve,
    Move::Lock,
    Move::Unlock,
];

/// May the caller take a step with this form?
async fn may(
    app: &App,
    signed: &Signed,
    subject: &Subject,
    step: Move,
    state: State,
) -> Result<bool, ApiError> {
    for action in rights(step, state, subject.code.is_some()) {
        if signed.caller().may(*action) {
            let scope = signed.scope_of(app, *action).await?;
            if subject.is_within(&scope) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The steps that the caller may take now.
async fn moves(
    app: &App,
    signed: &Signed,
    subject: &Subject,
    state: State,
) -> Result<Vec<&'static str>, ApiError> {
    let mut can = Vec::new();
    for step in STEPS {
        if state.after(step).is_some() && may(app, signed, subject, step, state).await? {
            can.push(step.code());
        }
    }
    Ok(can)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bureau_signs_for_the_county_only() {
        assert_eq!(rights(Move::Sign, State::Submitted, true), [Action::SignSubmissions]);
        assert_eq!(rights(Move::Sign, State::Submitted, false), [Action::ReviewSubmissions]);
        assert_eq!(rights(Move::Recall, State::Submitted, true), [Action::SubmitSubmissions]);
        assert_eq!(rights(Move::Recall, State::Signed, true), [Action::SignSubmissions]);
        assert_eq!(rights(Move::Return, State::Approved, true), [Action::ReviewSubmissions]);
    }

    #[test]
    fn a_form_is_within_its_own_school_and_district() {
        let code = SchoolCode::parse("3418230001").unwrap();
        let school = Subject {
            code: Some(code.clone()),
            name: String::new(),
            kind: None,
            districts: BTreeSet::from(["east".to_owned()]),
        };
        let county = Subject { code: None, districts: BTreeSet::new(), ..school.clone() };
        assert!(school.is_within(&Scope::school(&code)) && school.is_within(&Scope::County));
        assert!(school.is_within(&Scope::district("east")));
        assert!(!school.is_within(&Scope::district("west")));
        assert!(county.is_within(&Scope::County) && !county.is_within(&Scope::district("east")));
    }
}
