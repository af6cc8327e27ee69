//! The workbook of training: projects, who lacks hours, how far each school is, funds.

use super::hours::Hours;
use super::short::{Cycle, told};
use super::view::ProjectLine;
use super::{funds, lines};
use crate::exchanges::ground::Ground;
use crate::{ApiError, App, Signed, session};
use domain::SchoolYear;
use forms::staffing::Masthead;
use forms::staffing::training::{self, Credit, Project, Training};
use staffing::TeacherId;
use std::collections::BTreeMap;
use std::sync::Arc;

fn project(line: ProjectLine) -> Project {
    Project {
        title: line.title,
        level: line.level_zh.to_owned(),
        school: line.name,
        provider: line.provider,
        begins: line.begins,
        ends: line.ends,
        days: line.days,
        hours: line.hours,
        funds: line.funds,
        seats: line.seats,
        people: line.people,
        state: line.state_zh.to_owned(),
        reward: line.reward,
    }
}

fn credit(hours: &Hours) -> Credit {
    let mut notes = Vec::new();
    if hours.unreported {
        notes.push("名册中没有培训记录".to_owned());
    }
    if !hours.left_out.is_empty() {
        notes.push(format!("名册中已有同年同级学时，没有另计：{}", hours.left_out.join("、")));
    }
    Credit {
        roster: hours.roster.clone(),
        credited: hours.credited.clone(),
        note: notes.join("；"),
    }
}

/// Writes the workbook.
///
/// # Errors
/// Those of the store; a roster whose key is missing is one.
pub(super) async fn workbook(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    cycle: &Cycle,
) -> Result<Vec<u8>, ApiError> {
    let projects: Vec<Project> = lines(app, signed, year).await?.into_iter().map(project).collect();
    let told = told(app, signed, year, cycle).await?;
    let mut funds = funds::rows(app, signed, year).await?;
    let asked = cycle.school.clone();
    funds.retain(|row| asked.as_ref().is_none_or(|asked| row.school == *asked));
    let ground = Ground::of(app, signed.county(), year).await?;
    let label = session::label(app, signed.county()).await?;
    let rules = Arc::clone(&app.knowledge().staffing);
    let work = move || {
        let mut masthead = Masthead::of(&ground.snapshot, label);
        let mut short = Vec::new();
        let mut credits: BTreeMap<TeacherId, Credit> = BTreeMap::new();
        if let Some(told) = &told {
            masthead.day = told.day;
            let wanted = told.ledger.short.iter();
            let wanted =
                wanted.filter(|short| asked.as_ref().is_none_or(|asked| short.school == *asked));
            short = wanted.cloned().collect();
            credits = told.ledger.hours.iter().map(|(id, of)| (id.clone(), credit(of))).collect();
        }
        let hours = told.as_ref().map(|told| training::Hours {
            cycle: told.cycle,
            shortfalls: &short,
            credits: Some(&credits),
            schools: &told.ledger.schools,
        });
        let written = Training { projects: Some(&projects), hours, funds: &funds };
        training::workbook(&written, &|code| ground.listed(code), &rules, &masthead)
    };
    let bytes = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?;
    bytes.map_err(ApiError::internal)
}
