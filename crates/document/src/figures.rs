//! The catalogue of figures: everything that a document may say of a county at one time, by key.
//!
//! A figure is found by a path from the county (`county`), the county a year before (`last`) or the
//! adopted plan (`plan`): `county.stages.primary.share`, `county.parts.Q1.value`,
//! `plan.years.2025.cost`. Keys are stable: documents that were printed are compared with newer data
//! by them. Every value is taken from the evaluation, the snapshot or the plan as they stand; nothing
//! is judged or computed here but counts, sums of printed amounts, and differences of two years.
//!
//! Must not know: templates, documents, files.

mod county;
mod exchanged;
mod field;
mod found;
mod names;
mod path;
mod places;
mod planned;
mod sections;
mod shown;
mod thing;
mod value;
mod withhold;

pub(crate) use exchanged::Exchanged;
pub(crate) use field::Kind;
pub(crate) use found::{Found, direction_word};
pub(crate) use names::Names;
pub(crate) use path::{Path, PathError, ROOTS, Scope, Type};
pub(crate) use shown::{Form, Printed, print};
pub(crate) use thing::{Entity, Thing};
pub(crate) use value::{Value, tidy};

use crate::rotation::Rotation;
use domain::{Catalogue, SchoolCode, Snapshot, Stage};
use invest::Plan;
use standard::Evaluation;
use standard::evaluation::{GroupResult, IndicatorInfo, SectionResult, StageIndicator, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What figures are taken from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The evaluation.
    pub evaluation: &'a Evaluation,
    /// The snapshot that was evaluated, with the catalogue that it was sealed with.
    pub snapshot: Option<(&'a Snapshot, &'a Catalogue)>,
    /// The year before, for rise and fall.
    pub last: Option<&'a Evaluation>,
    /// The snapshot of the year before.
    pub last_snapshot: Option<(&'a Snapshot, &'a Catalogue)>,
    /// The adopted plan.
    pub plan: Option<&'a Plan>,
    /// The year's rotation of teachers.
    pub rotation: Option<&'a Rotation>,
}

impl<'a> Sources<'a> {
    /// An evaluation alone.
    #[must_use]
    pub const fn of(evaluation: &'a Evaluation) -> Self {
        Self {
            evaluation,
            snapshot: None,
            last: None,
            last_snapshot: None,
            plan: None,
            rotation: None,
        }
    }
}

/// A county in one school year.
#[derive(Debug)]
pub(crate) struct YearData<'a> {
    pub(crate) root: &'static str,
    pub(crate) evaluation: &'a Evaluation,
    pub(crate) facts: Option<(&'a Snapshot, &'a Catalogue)>,
    pub(crate) plan: Option<&'a Plan>,
    pub(crate) rotation: Option<Exchanged<'a>>,
    /// Sections whose numbers the public must not see.
    pub(crate) withheld: BTreeSet<(SchoolCode, Stage)>,
}

impl<'a> YearData<'a> {
    pub(crate) fn of_stage(
        &self,
        stage: Stage,
    ) -> impl Iterator<Item = &'a SectionResult> + use<'a> {
        self.evaluation.sections.iter().filter(move |s| s.stage == stage)
    }

    pub(crate) fn info(&self, code: &str) -> Option<&'a IndicatorInfo> {
        self.evaluation.indicators.iter().find(|i| i.code == code)
    }

    /// The short name of an indicator.
    pub(crate) fn short(&self, code: &str) -> String {
        self.info(code).map_or_else(|| code.to_owned(), |i| tidy(&i.short))
    }

    /// Sections in the order of stages, as forms list them, then of codes.
    fn sections(&'a self, keep: impl Fn(&SectionResult) -> bool) -> Value<'a> {
        let mut sections: Vec<_> = self.evaluation.sections.iter().filter(|s| keep(s)).collect();
        sections.sort_by_key(|s| s.stage);
        Value::List(sections.into_iter().map(|s| Thing::Section(self, s)).collect())
    }

    fn measures(&'a self, keep: impl Fn(&StageIndicator) -> bool) -> Value<'a> {
        let all =
            self.evaluation.stages.iter().flat_map(|s| s.indicators.iter().map(move |m| (s, m)));
        Value::List(all.filter(|(_, m)| keep(m)).map(|(s, m)| Thing::Measure(self, s, m)).collect())
    }

    fn values(&'a self, section: &'a SectionResult, verdicts: &[Verdict]) -> Value<'a> {
        let of = section.values.iter().filter(|v| verdicts.contains(&v.verdict));
        Value::List(of.map(|v| Thing::Value(self, section, v)).collect())
    }

    fn rules_of(&'a self, group: &'a GroupResult, keep: impl Fn(Verdict) -> bool) -> Value<'a> {
        let of = group.indicators.iter().filter(|r| keep(r.verdict));
        Value::List(of.map(|r| Thing::Rule(self, r)).collect())
    }
}

/// The list of all figures by kind of thing, for docs/documents.md: name, kind, meaning.
#[must_use]
pub fn reference() -> String {
    let mut page = String::new();
    for entity in Entity::ALL {
        let _ = write!(page, "\n### {}\n\n| 名称 | 类别 | 含义 |\n|---|---|---|\n", entity.zh());
        for field in field::of(entity) {
            let _ = writeln!(page, "| `{}` | {} | {} |", field.name, field.kind.zh(), field.zh);
        }
    }
    page
}

/// A figure as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// What is printed.
    Known(String),
    /// It is not known; what is missing, in words.
    Missing(String),
}

/// All figures of a county at one time.
///
/// ```no_run
/// # fn figures(evaluation: &standard::Evaluation) {
/// use document::figures::{Figures, Shown, Sources};
///
/// let figures = Figures::of(Sources::of(evaluation));
/// assert_eq!(figures.get("county.stages.primary.share"), Some(Shown::Known("93.2%".into())));
/// assert_eq!(figures.get("county.stages.primary.shares"), None);
/// # }
/// ```
#[derive(Debug)]
pub struct Figures<'a> {
    pub(crate) now: YearData<'a>,
    pub(crate) last: Option<YearData<'a>>,
    pub(crate) plan: Option<&'a Plan>,
    /// Counts of persons below this are not disclosed.
    pub(crate) below: Option<u32>,
    /// Cells of official forms that stand in an annex, by key.
    pub(crate) cells: BTreeMap<String, String>,
}

impl<'a> Figures<'a> {
    /// The figures of an evaluation and of what goes with it.
    #[must_use]
    pub fn of(sources: Sources<'a>) -> Self {
        let year = |root, evaluation, facts, plan| YearData {
            root,
            evaluation,
            facts,
            plan,
            rotation: None,
            withheld: BTreeSet::new(),
        };
        let rotation = sources.rotation.map(|rotation| Exchanged { rotation, plain: false });
        let now = year("county", sources.evaluation, sources.snapshot, sources.plan);
        Self {
            now: YearData { rotation, ..now },
            last: sources.last.map(|e| year("last", e, sources.last_snapshot, None)),
            plan: sources.plan,
            below: None,
            cells: BTreeMap::new(),
        }
    }

    /// The same figures with full names of teachers, for those who may see them.
    #[must_use]
    pub fn personal(mut self) -> Self {
        if let Some(rotation) = &mut self.now.rotation {
            rotation.plain = true;
        }
        self
    }

    /// The same figures for the public: counts of persons from one to `below` (not included) are
    /// withheld, and with them every number of a section of so few pupils; as many further sections
    /// are withheld as keep the sum of the withheld ones from giving one of them away.
    #[must_use]
    pub fn public(mut self, below: u32) -> Self {
        self.below = Some(below);
        self.now.withheld = withhold::sections(self.now.evaluation, below);
        if let Some(last) = &mut self.last {
            last.withheld = withhold::sections(last.evaluation, below);
        }
        self
    }

    /// The figure of a key, as documents carry it; `None` where there is no such figure.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Shown> {
        if let Some(cell) = self.cells.get(key) {
            return Some(Shown::Known(cell.clone()));
        }
        let (key, form) = key.split_once('@').unwrap_or((key, ""));
        let path = Path::parse(key, &Scope::keys()).ok()?;
        let found = path.find(self, &[]);
        let form = Form::read(form, found.kind)?;
        match print(&found, form, self) {
            Printed::Words(text) | Printed::Figure(text) => Some(Shown::Known(text)),
            Printed::Pending(what) => Some(Shown::Missing(what)),
        }
    }

    pub(crate) fn county(&self) -> Thing<'_> {
        Thing::County(&self.now)
    }

    /// The objections to the rotation.
    pub(crate) fn objections(&self) -> Value<'_> {
        match (self.now.rotation, field::find(Entity::Rotation, "objections")) {
            (Some(x), Some(field)) => (field.get)(Thing::Rotation(x)),
            _ => Value::none(),
        }
    }

    /// A list of the county.
    pub(crate) fn list(&self, name: &str) -> Value<'_> {
        field::find(Entity::County, name).map_or_else(Value::none, |f| (f.get)(self.county()))
    }
}
