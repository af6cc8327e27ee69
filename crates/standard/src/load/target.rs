//! Loading the target lines of a county's own plan.

use super::agree::target_measures;
use super::{Loader, at, exact};
use crate::pack;
use crate::standard::{CountyIndicator, Indicator, Measure, Target};
use domain::Stage;
use packs::{PackError, PackFile};

impl Loader<'_> {
    pub(super) fn targets(
        &self,
        stages: &[Stage],
        indicators: &[Indicator],
        county: &[CountyIndicator],
    ) -> Result<Vec<Target>, PackError> {
        let mut targets: Vec<Target> = Vec::new();
        for parsed in &self.files {
            for entry in &parsed.document.target {
                let file = parsed.file;
                if targets.iter().any(|t| t.code == *entry.code.get_ref()) {
                    let message = format!("目标“{}”定义了两次", entry.code.get_ref());
                    return Err(at(file, &entry.code, "S-PACK-02", message));
                }
                targets.push(self.target(file, entry, stages, indicators, county)?);
            }
        }
        Ok(targets)
    }

    fn target(
        &self,
        file: &PackFile,
        entry: &pack::Target,
        stages: &[Stage],
        indicators: &[Indicator],
        county: &[CountyIndicator],
    ) -> Result<Target, PackError> {
        self.cite(file, &entry.clause, "")?;
        let of = entry.of.get_ref();
        let nothing = || at(file, &entry.of, "S-PACK-01", format!("没有指标“{of}”"));
        let section = || indicators.iter().position(|i| i.code == *of).ok_or_else(nothing);
        let part = county.iter().flat_map(|i| &i.parts).find(|p| p.code == *of);
        let measure = match entry.measure.get_ref() {
            pack::Measure::PassShare => Measure::PassShare(section()?),
            pack::Measure::MeanReached => Measure::MeanReached(section()?),
            pack::Measure::PartValue => {
                if part.is_none() {
                    return Err(nothing());
                }
                Measure::PartValue(of.clone())
            }
            pack::Measure::Overall => Measure::Overall,
        };
        let stage = match &entry.stage {
            None => None,
            Some(text) => Some(Stage::from_label(text.get_ref()).ok_or_else(|| {
                let message = format!("“{}”不是学段", text.get_ref());
                at(file, text, "S-PACK-03", message)
            })?),
        };
        target_measures(file, entry, stages, indicators, part)?;
        let mut lines = Vec::new();
        for line in &entry.line {
            let least = exact(file, &line.at_least)?;
            if lines.last().is_some_and(|(year, _)| *year >= line.year) {
                let message = "目标要按学年先后排列，一年一条".to_owned();
                return Err(at(file, &line.at_least, "S-PACK-06", message));
            }
            lines.push((line.year, least));
        }
        let code = entry.code.get_ref().clone();
        Ok(Target { code, zh: entry.zh.clone(), measure, stage, lines })
    }
}
