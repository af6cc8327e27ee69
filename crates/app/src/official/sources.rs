//! What a document is filled from: the year, the year before, the plan, the rotation.

use super::exchanged;
use crate::cli::SourceArgs;
use crate::packs_in_use::PacksInUse;
use crate::reading::{self, Reading};
use crate::{demo_county, evaluate, files, plan};
use anyhow::Context as _;
use document::figures::Sources;
use document::rotation::Rotation;
use domain::{Catalogue, Snapshot};
use invest::Plan;
use standard::evaluation::Evaluation;
use standard::{Options, Standard};

/// Data that have been read and judged.
pub(super) struct Data {
    pub(super) reading: Reading,
    /// The line that synthetic data carry.
    pub(super) label: Option<String>,
    standard: Standard,
    snapshot: Snapshot,
    now: Evaluation,
    last: Option<(Snapshot, Evaluation)>,
    plan: Option<Plan>,
    rotation: Option<Rotation>,
}

impl Data {
    /// Reads the files and evaluates them; `None`, having said why, where they make no county.
    pub(super) fn read(
        packs: &PacksInUse,
        args: &SourceArgs,
        so: &str,
    ) -> anyhow::Result<Option<Self>> {
        let standard = packs.standard(&args.rules.standard)?;
        let options = evaluate::options(&standard, &args.rules, None, false)?;
        let plan = args.plan.as_deref().map(plan::read_result).transpose()?;
        let mut reading = reading::read(packs, standard.catalogue(), &args.input)?;
        let Some(snapshot) = reading.snapshot.take() else {
            reading.say_no_county(so);
            return Ok(None);
        };
        let now = judged(&snapshot, &standard, &options)?;
        let before = domain::SchoolYear(snapshot.year().0 - 1);
        let mut last = reading.earlier.iter().find(|earlier| earlier.year() == before).cloned();
        if last.is_none() && !args.input.last_year.is_empty() {
            let of_before = crate::cli::InputArgs {
                files: args.input.last_year.clone(),
                last_year: Vec::new(),
                year: Some(before.0),
            };
            last = reading::read(packs, standard.catalogue(), &of_before)?.snapshot;
        }
        let last = match last {
            Some(snapshot) => {
                let evaluation = judged(&snapshot, &standard, &options)?;
                Some((snapshot, evaluation))
            }
            None => None,
        };
        let synthetic =
            files::are_synthetic(&reading::found(&args.input.files), demo_county::LABEL);
        let label = synthetic.then(|| demo_county::LABEL.to_owned());
        let rotation = exchanged::read(packs, &args.rotation, &snapshot)?;
        Ok(Some(Self { reading, label, standard, snapshot, now, last, plan, rotation }))
    }

    /// As the figures are taken from it.
    pub(super) fn sources(&self) -> Sources<'_> {
        let catalogue: &Catalogue = self.standard.catalogue();
        Sources {
            snapshot: Some((&self.snapshot, catalogue)),
            last: self.last.as_ref().map(|(_, evaluation)| evaluation),
            last_snapshot: self.last.as_ref().map(|(snapshot, _)| (snapshot, catalogue)),
            plan: self.plan.as_ref(),
            rotation: self.rotation.as_ref(),
            ..Sources::of(&self.now)
        }
    }
}

fn judged(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
) -> anyhow::Result<Evaluation> {
    standard::evaluate(snapshot, standard, options).with_context(|| {
        format!("正在按标准 {} 评估 {} 学年的数据", standard.id(), snapshot.year())
    })
}
