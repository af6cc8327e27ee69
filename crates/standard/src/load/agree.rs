//! What the entries of a standard must not say against each other: sections that may stand once,
//! codes that name one thing, rules that nothing can reach, targets of what is not measured.

use super::{Loader, at, exact};
use crate::pack::{self, Document, Text};
use crate::parameter::{Kind, Parameter};
use crate::standard::{Bound, ByStage, CountyIndicator, Indicator, Part, SectionRule, of_stage};
use domain::{Exact, Stage};
use packs::{PackError, PackFile};
use std::ops::Range;

/// Where a section stands in a file, if it does.
type Place = fn(&Document) -> Option<Range<usize>>;

impl Loader<'_> {
    /// `[weights]`, `[scope]`, `[section_rule]` and `[coefficient]` stand once in a pack: of two,
    /// the order of the file names would decide.
    pub(super) fn sections_once(&self) -> Result<(), PackError> {
        let places: [(&str, Place); 4] = [
            ("weights", |d| d.weights.as_ref().map(|w| w.clause.span())),
            ("scope", |d| {
                d.scope.as_ref().map(|s| s.stages.first().map_or(0..0, packs::Spanned::span))
            }),
            ("section_rule", |d| d.section_rule.as_ref().map(|r| r.clause.span())),
            ("coefficient", |d| d.coefficient.as_ref().map(|c| c.clause.span())),
        ];
        for (name, place) in places {
            let mut first: Option<(usize, &PackFile)> = None;
            for parsed in &self.files {
                let Some(span) = place(&parsed.document) else { continue };
                if let Some((layer, file)) = first
                    && layer == parsed.layer
                {
                    let message = format!("[{name}] 写了两次（另见 {}）", file.path());
                    return Err(PackError::at(parsed.file, span, "S-PACK-02", message));
                }
                first = Some((parsed.layer, parsed.file));
            }
        }
        Ok(())
    }

    /// The last place in the files where a county indicator or part has this code.
    fn code_of_part(&self, code: &str) -> Option<(&PackFile, &Text)> {
        self.files.iter().rev().find_map(|parsed| {
            let entries = &parsed.document.county_indicator;
            let codes =
                entries.iter().flat_map(|e| e.part.iter().map(|p| &p.code).chain([&e.code]));
            codes.rev().find(|c| c.get_ref() == code).map(|c| (parsed.file, c))
        })
    }

    /// One code names one thing: a section indicator, a county indicator or a part. A part may have
    /// the code of its own indicator.
    pub(super) fn codes_differ(
        &self,
        indicators: &[Indicator],
        county: &[CountyIndicator],
    ) -> Result<(), PackError> {
        let owners = |code: &str| {
            let section = indicators.iter().filter(|i| i.code == code).count();
            let own =
                |i: &&CountyIndicator| i.code == code || i.parts.iter().any(|p| p.code == code);
            section + county.iter().filter(own).count()
        };
        let codes = county.iter().flat_map(|i| i.parts.iter().map(|p| &p.code).chain([&i.code]));
        for code in codes {
            if owners(code) > 1
                && let Some((file, place)) = self.code_of_part(code)
            {
                let message = format!("代码“{code}”已经用于另一个指标或要点");
                return Err(at(file, place, "S-PACK-02", message));
            }
        }
        Ok(())
    }

    /// The grades of the section rule can be told apart and reached.
    pub(super) fn grades_reachable(
        &self,
        rule: &SectionRule,
        indicators: &[Indicator],
    ) -> Result<(), PackError> {
        let Some((file, entry)) = self.last(|d| d.section_rule.as_ref()) else { return Ok(()) };
        if !rule.grades.iter().any(|grade| grade.passes) {
            let message = "没有一个等次是达标的（passes = true）".to_owned();
            return Err(at(file, &entry.clause, "S-PACK-04", message));
        }
        for pair in entry.grade.windows(2) {
            if pair[1].passes && !pair[0].passes {
                let message = format!("“{}”不达标，低于它的“{}”却达标", pair[0].zh, pair[1].zh);
                return Err(at(file, &pair[1].at_least, "S-PACK-06", message));
            }
        }
        let counted = indicators.iter().filter(|i| i.in_rule).count();
        for grade in &entry.grade {
            if *grade.at_least.get_ref() > counted {
                let message = format!("计入学校达标规则的指标只有 {counted} 项");
                return Err(at(file, &grade.at_least, "S-PACK-06", message));
            }
        }
        Ok(())
    }

    /// A parameter that decides what becomes of a branch: a choice with the option `merged`.
    pub(super) fn merging(
        &self,
        file: &PackFile,
        name: Option<&Text>,
    ) -> Result<Option<usize>, PackError> {
        self.named(file, name, "要是有 merged 选项的选择参数", |parameter| {
            matches!(&parameter.kind, Kind::Choice(options) if options.contains_key("merged"))
        })
    }

    /// A parameter that is a pure number.
    pub(super) fn pure_number(
        &self,
        file: &PackFile,
        name: Option<&Text>,
    ) -> Result<Option<usize>, PackError> {
        self.named(
            file,
            name,
            "要是单位为 1 的数值参数",
            |parameter| matches!(&parameter.kind, Kind::Number(unit) if unit.is_one()),
        )
    }

    fn named(
        &self,
        file: &PackFile,
        name: Option<&Text>,
        wanted: &str,
        fits: impl Fn(&Parameter) -> bool,
    ) -> Result<Option<usize>, PackError> {
        let Some(name) = name else { return Ok(None) };
        let code = name.get_ref();
        let Some(index) = self.parameters.iter().position(|p| p.code == *code) else {
            return Err(at(file, name, "S-PACK-01", format!("没有参数“{code}”")));
        };
        if !self.parameters.get(index).is_some_and(fits) {
            return Err(at(file, name, "S-PACK-05", format!("参数“{code}”不合用：{wanted}")));
        }
        Ok(Some(index))
    }
}

/// A target must be able to be reached, and of something that the standard measures.
pub(super) fn target_measures(
    file: &PackFile,
    entry: &pack::Target,
    stages: &[Stage],
    indicators: &[Indicator],
    part: Option<&Part>,
) -> Result<(), PackError> {
    let of = entry.of.get_ref();
    let mut stages: Vec<Stage> = stages.to_vec();
    if let Some(text) = &entry.stage {
        let wanted = Stage::from_label(text.get_ref());
        stages.retain(|stage| Some(*stage) == wanted);
        let by_stage = matches!(
            entry.measure.get_ref(),
            pack::Measure::PassShare | pack::Measure::MeanReached
        );
        if stages.is_empty() || !by_stage {
            let message = format!("这个目标不能只看{}", text.get_ref());
            return Err(at(file, text, "S-PACK-03", message));
        }
    }
    let threshold =
        |i: &Indicator| stages.iter().all(|s| of_stage::<Bound>(&i.threshold, *s).is_some());
    let measured = match entry.measure.get_ref() {
        pack::Measure::PassShare | pack::Measure::MeanReached => {
            indicators.iter().any(|i| i.code == *of && threshold(i))
        }
        pack::Measure::PartValue => part.is_some_and(|p| p.value.is_some()),
        pack::Measure::Overall => true,
    };
    if !measured {
        let message = format!("“{of}”没有标准值或数值，不能衡量目标");
        return Err(at(file, &entry.of, "S-PACK-04", message));
    }
    if entry.line.is_empty() {
        let message = "目标至少要有一条 line".to_owned();
        return Err(at(file, &entry.code, "S-PACK-04", message));
    }
    let share =
        matches!(entry.measure.get_ref(), pack::Measure::PassShare | pack::Measure::Overall);
    for line in &entry.line {
        let least = exact(file, &line.at_least)?;
        if least.is_negative() || (share && least > Exact::ONE) {
            let message = "比例要在 0 与 100% 之间，百分数要写 %，如 95%".to_owned();
            return Err(at(file, &line.at_least, "S-PACK-03", message));
        }
    }
    Ok(())
}

/// `both` stands alone: beside a value of one stage nobody could say which holds.
pub(super) fn both_alone(file: &PackFile, values: &pack::ByStage) -> Result<(), PackError> {
    let one = values.primary.as_ref().or(values.junior.as_ref());
    match (&values.both, one) {
        (Some(_), Some(one)) => {
            let message = "both 与分学段的值不能并存".to_owned();
            Err(at(file, one, "S-PACK-06", message))
        }
        _ => Ok(()),
    }
}

/// One exact number a stage, not below zero.
pub(super) fn by_stage(
    file: &PackFile,
    values: Option<&pack::ByStage>,
) -> Result<ByStage<Exact>, PackError> {
    let mut result = [None, None];
    let Some(values) = values else { return Ok(result) };
    both_alone(file, values)?;
    for stage in Stage::COMPULSORY {
        let Some(text) = values.get(stage) else { continue };
        let limit = exact(file, text)?;
        if limit.is_negative() {
            return Err(at(file, text, "S-PACK-03", "上限不能小于 0".to_owned()));
        }
        result[stage.index()] = Some(limit);
    }
    Ok(result)
}
