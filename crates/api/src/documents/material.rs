//! What a document is filled from: the year's official figures, those of the year before, the
//! adopted plan, the year's rotation of teachers; and what the people have written.

use super::staffing::{self, Asked};
use super::view::DocumentChoice;
use crate::evaluation::measured::{Measured, measured, standard_of_year};
use crate::{ApiError, App};
use document::compare::{Difference, compare};
use document::figures::Sources;
use document::model::{Document, State};
use document::read::ReadBack;
use document::rotation::{Rotation, Standing};
use document::template::{Options, TemplateError, Written};
use document::{DocumentError, Template};
use domain::{CountyCode, SchoolCode, SchoolYear};
use invest::Plan;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Which;
use store::documents::DocumentRecord;

/// What is chosen for a document beside what is written in it. Kept with it as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settings {
    /// The school's code, the township's name or the objection's number that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) about: Option<String>,
    /// A sheet in front that lists what the figures are bound to.
    #[serde(default)]
    pub(super) front_sheet: bool,
    /// The rotation that it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rotation: Option<i64>,
}

/// What documents of a year are filled from.
#[derive(Clone, Debug)]
pub(super) struct Material {
    now: Arc<Measured>,
    last: Option<Arc<Measured>>,
    plan: Option<Arc<Plan>>,
    rotation: Option<(i64, Arc<Rotation>)>,
    label: Option<String>,
}

impl Material {
    /// Gathers it. Only approved figures speak in a document.
    ///
    /// # Errors
    /// Those of the database and of the judge.
    pub(super) async fn of(
        app: &App,
        county: &CountyCode,
        year: SchoolYear,
        asked: Asked,
    ) -> Result<Self, ApiError> {
        let standard = standard_of_year(app, county, year, None).await?;
        let now = measured(app, county, year, Which::Approved, &standard).await?;
        // A year that the county does not keep has nothing to compare with.
        let last = measured(app, county, year.previous(), Which::Approved, &standard).await.ok();
        let last = last.filter(|last| !last.evaluation.sections.is_empty());
        let plan = crate::plans::adopted(app, county).await?.map(Arc::new);
        let rotation = staffing::rotation(app, county, year, &now.snapshot, asked).await?;
        let label = crate::session::label(app, county).await?.map(str::to_owned);
        Ok(Self { now, last, plan, rotation, label })
    }

    /// The material of a document.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub(super) async fn of_document(
        app: &App,
        county: &CountyCode,
        document: &DocumentRecord,
    ) -> Result<Self, ApiError> {
        let rotation = settings(document)?.rotation;
        let asked = Asked { rotation, names: document.subject.personal };
        Self::of(app, county, document.subject.year, asked).await
    }

    /// The rotation that documents speak of.
    fn rotation(&self) -> Option<&Rotation> {
        self.rotation.as_ref().map(|(_, rotation)| &**rotation)
    }

    /// Its id.
    pub(super) fn rotation_id(&self) -> Option<i64> {
        self.rotation.as_ref().map(|(id, _)| *id)
    }

    /// The objections that a document may be about.
    pub(super) fn choices(&self) -> Vec<DocumentChoice> {
        let all = self.rotation().map(|rotation| &rotation.objections[..]).unwrap_or_default();
        let choice = |o: &document::rotation::Objection| DocumentChoice {
            id: o.number.to_string(),
            name: format!("第{}号 {}（{}）{}", o.number, o.masked, o.school_name, o.kind),
        };
        all.iter().map(choice).collect()
    }

    /// The school of the teacher whom an objection is about.
    pub(super) fn school_of_objection(&self, number: &str) -> Option<&SchoolCode> {
        let all = self.rotation().map(|rotation| &rotation.objections[..]).unwrap_or_default();
        all.iter().find(|objection| objection.number.to_string() == number).map(|o| &o.school)
    }

    /// Fills a template where waiting holds nobody up.
    ///
    /// # Errors
    /// What is lacking or wrongly chosen, for the one who asks.
    pub(super) async fn fill(
        &self,
        template: Arc<Template>,
        settings: Settings,
        written: Written,
        state: State,
    ) -> Result<Document, ApiError> {
        let own = self.clone();
        let filled = tokio::task::spawn_blocking(move || {
            let options = Options {
                about: settings.about,
                state,
                label: own.label.clone(),
                front_sheet: settings.front_sheet,
            };
            template.render(own.sources(), &written, &options)
        });
        filled.await.map_err(ApiError::internal)?.map_err(refused)
    }

    fn sources(&self) -> Sources<'_> {
        let last = self.last.as_deref();
        Sources {
            evaluation: &self.now.evaluation,
            snapshot: Some((&self.now.snapshot, self.now.standard.catalogue())),
            last: last.map(|last| &last.evaluation),
            last_snapshot: last.map(|last| (&last.snapshot, last.standard.catalogue().as_ref())),
            plan: self.plan.as_deref(),
            rotation: self.rotation(),
        }
    }

    /// What an edited file says otherwise than the figures do now.
    pub(super) fn compare(&self, template: &Template, read: &ReadBack) -> Vec<Difference> {
        let figures = template.figures(self.sources());
        compare(read, |key| figures.get(key))
    }

    /// What a template needs and this has not.
    pub(super) fn lacks(&self, template: &Template) -> Vec<document::template::Need> {
        use document::template::Need;
        let stands = |least| self.rotation().is_some_and(|r| r.standing >= least);
        let is_there = |need: &Need| match need {
            Need::Snapshot => true,
            Need::Last => self.last.is_some(),
            Need::Plan => self.plan.is_some(),
            Need::Rotation => stands(Standing::Published),
            Need::Adopted => stands(Standing::Adopted),
            Need::Objection => self.rotation().is_some_and(|r| !r.objections.is_empty()),
        };
        template.needs().filter(|need| !is_there(need)).collect()
    }
}

/// What is chosen for a document.
///
/// # Errors
/// [`ApiError::Internal`] for what this program cannot have kept.
pub(super) fn settings(document: &DocumentRecord) -> Result<Settings, ApiError> {
    serde_json::from_str(&document.text.settings).map_err(ApiError::internal)
}

fn refused(error: TemplateError) -> ApiError {
    match error {
        TemplateError::Needs { .. } => ApiError::NotNow(error.to_string()),
        TemplateError::Subject { .. } => ApiError::field("about", error.to_string()),
        TemplateError::Unknown { .. } => ApiError::field("template", error.to_string()),
        other => ApiError::internal(other),
    }
}

/// A document that cannot be printed, for the one who asks: gaps are his, all else is ours.
pub(super) fn unprinted(error: DocumentError) -> ApiError {
    match error {
        DocumentError::Gaps { gaps } => {
            let gaps = gaps.into_iter().map(|gap| format!("待补：{gap}"));
            ApiError::Fields(gaps.map(|gap| crate::FieldProblem::new("written", gap)).collect())
        }
        other => ApiError::internal(other),
    }
}
