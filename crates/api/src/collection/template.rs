//! The workbook to be filled in, with the schools that the caller sees already in their rows.
//!
//! Figures are left blank, since whatever stands in a cell is read as this year's. Whoever wants to
//! begin from last year's approved figures has to say so.

use super::school_year;
use crate::body::Params;
use crate::download::{XLSX, download};
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::response::Response;
use domain::{Draft, Facts, School, SchoolCode, Section};
use intake::write::{TemplateRequest, WriteOptions, snapshot_as, template};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::schools::SchoolState;
use store::years::statistics_date;
use store::{Scope, Which};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 学年的起始年份
    year: i16,
    /// 只要这所学校
    #[param(value_type = Option<String>)]
    school: Option<SchoolCode>,
    /// 填入上一学年的审定数据作为底稿；不改动就会作为本学年数据读入
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    last_year: bool,
}

/// 填报模板
#[utoipa::path(get, path = "/api/template.xlsx", tag = "collection", params(Wanted),
    responses((status = 200, description = "xlsx 工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    let (county, year) = (signed.county().clone(), school_year(wanted.year)?);
    let scope = match &wanted.school {
        Some(school) => {
            signed.require_school(&app, school).await?;
            Scope::school(school)
        }
        None => signed.scope().clone(),
    };
    let counties = app.store().counties().await?;
    let name = counties.into_iter().find(|known| known.code == county).map(|known| known.name);
    let draft = if wanted.last_year {
        let seen = app.store().schools(&county, &scope).await?;
        let seen: BTreeSet<SchoolCode> = seen.into_iter().map(|school| school.code).collect();
        let kept = app.kept();
        let (last, _) = kept.snapshot(&app, &county, year.previous(), Which::Approved).await?;
        let mut draft = last.to_draft();
        draft.year = year;
        draft.county.attestations.clear();
        if scope != Scope::County {
            draft.county.facts = Facts::new();
        }
        draft.schools.retain(|school| seen.contains(&school.code));
        draft
    } else {
        let then = app.store().schools_on(&county, statistics_date(year), &scope).await?;
        let mut draft = Draft::new(county.clone(), name.clone().unwrap_or_default(), year);
        let open = then.into_iter().filter(|school| school.state == SchoolState::Open);
        draft.schools.extend(open.map(blank));
        draft
    };
    let standard = crate::evaluation::measured::standard_of(&app, signed.county(), None).await?;
    // The layouts are read here, so that a pack that is wrong is told as such.
    app.kept().layouts(&app)?;
    let written = tokio::task::spawn_blocking(move || write(&app, draft, &standard));
    let file = written.await.map_err(ApiError::internal)??;
    Ok(download(file, XLSX, "template.xlsx", "数据模板.xlsx"))
}

fn blank(school: store::schools::School) -> School {
    let section = |stage: &_| Section { stage: *stage, attached: false, facts: Facts::new() };
    School {
        sections: school.kind.stages().iter().map(section).collect(),
        code: school.code,
        name: school.name,
        kind: school.kind,
        parent: school.parent,
        facts: Facts::new(),
        classes: Vec::new(),
        rooms: Vec::new(),
    }
}

fn write(
    app: &App,
    mut draft: Draft,
    standard: &Arc<standard::Standard>,
) -> Result<Vec<u8>, ApiError> {
    let catalogue = &app.knowledge().catalogue;
    let layouts = app.kept().layouts(app)?;
    let attested = standard.attested();
    let options = WriteOptions { catalogue, layouts, indicators: &attested, label: None };
    let year = draft.year;
    let Some((layout, _)) = layouts.template(year) else {
        return Err(ApiError::NotFound(format!("{year} 学年的填报模板")));
    };
    if draft.schools.is_empty() {
        let county = Some((draft.county.code, draft.county.name));
        let request = TemplateRequest { year, county, supplement_for: None };
        return Ok(template(&request, &options).map_err(ApiError::internal)?.bytes);
    }
    // A campus of a school that the caller does not see stands by itself.
    let there: BTreeSet<SchoolCode> = draft.schools.iter().map(|s| s.code.clone()).collect();
    for school in &mut draft.schools {
        school.parent = school.parent.take().filter(|parent| there.contains(parent));
    }
    let snapshot = draft.seal(catalogue).map_err(ApiError::internal)?;
    let files = snapshot_as(&layout.id, &snapshot, &options).map_err(ApiError::internal)?;
    let file = files.into_iter().next();
    file.map(|file| file.bytes).ok_or_else(|| ApiError::NotFound("填报模板".to_owned()))
}
