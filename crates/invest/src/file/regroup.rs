//! The tables `[[shift]]`, `[[merge]]` and `[outer]` of a plan's file: what changes the pupils
//! themselves, and what may be proposed of it.

use super::{Reader, Text};
use crate::costs::{amount, at};
use crate::settings::{Merge, Outer, Shift};
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use packs::{PackError, Spanned};
use serde::Deserialize;

/// Proposals tried where the file does not say how many.
const TRIES: u32 = 20;

/// ```toml
/// [[shift]]
/// from = "3400000001"
/// to = "3400000002"
/// stage = "primary"
/// share = "20%"        # 每年新生的比例
/// since = 2025         # 默认规划期第一年
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawShift {
    from: Text,
    to: Text,
    stage: Spanned<Stage>,
    share: Text,
    since: Option<Spanned<i16>>,
}

/// ```toml
/// [[merge]]
/// from = "3400000003"
/// to = "3400000001"
/// year = 2026          # 默认规划期第一年
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMerge {
    from: Text,
    to: Text,
    year: Option<Spanned<i16>>,
}

/// ```toml
/// [outer]
/// share = "20%"        # 每年最多调剂的新生比例；不写就不调剂
/// merge = true         # 教学点、分校可以撤并
/// tries = 20
/// neighbours = [["3400000001", "3400000002"]]     # 不写：同一乡镇的学校
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOuter {
    share: Option<Text>,
    #[serde(default)]
    merge: bool,
    tries: Option<Spanned<u32>>,
    #[serde(default)]
    neighbours: Vec<[Text; 2]>,
}

impl Reader<'_> {
    pub(super) fn shifts(&self, raw: &[RawShift]) -> Result<Vec<Shift>, PackError> {
        raw.iter()
            .map(|shift| {
                let [from, to] = self.two(&shift.from, &shift.to)?;
                let stage = *shift.stage.get_ref();
                if !Stage::COMPULSORY.contains(&stage) {
                    let message = "只有小学和初中的新生可以调剂";
                    return Err(at(self.file, &shift.stage, "V-FILE-23", message)
                        .with_help("写 \"primary\" 或 \"junior\""));
                }
                let share = self.share(&shift.share)?;
                Ok(Shift {
                    from,
                    to,
                    stage,
                    share,
                    since: self.year_or_first(shift.since.as_ref())?,
                })
            })
            .collect()
    }

    pub(super) fn merges(&self, raw: &[RawMerge]) -> Result<Vec<Merge>, PackError> {
        raw.iter()
            .map(|merge| {
                let [from, to] = self.two(&merge.from, &merge.to)?;
                Ok(Merge { from, to, year: self.year_or_first(merge.year.as_ref())? })
            })
            .collect()
    }

    pub(super) fn outer(&self, table: &Spanned<RawOuter>) -> Result<Outer, PackError> {
        let raw = table.get_ref();
        let share = raw.share.as_ref().map(|share| self.share(share)).transpose()?;
        let tries = raw.tries.as_ref().map_or(TRIES, |tries| *tries.get_ref());
        if let Some(given) = &raw.tries
            && !(1..=1000).contains(&tries)
        {
            let message = "试算次数应为 1 至 1000";
            return Err(at(self.file, given, "V-FILE-24", message));
        }
        if share.is_none() && !raw.merge {
            let message = "[outer] 里没有可试的：既没有写 share，也没有写 merge = true";
            return Err(
                at(self.file, table, "V-FILE-24", message).with_help("不需要时删去 [outer]")
            );
        }
        let pairs = raw.neighbours.iter().map(|[one, other]| self.two(one, other));
        let neighbours = pairs.collect::<Result<_, _>>()?;
        let share = share.unwrap_or(Exact::ZERO);
        Ok(Outer { share, merge: raw.merge, tries, neighbours })
    }

    /// Two different schools.
    fn two(&self, from: &Text, to: &Text) -> Result<[SchoolCode; 2], PackError> {
        let codes = [self.school(from)?, self.school(to)?];
        if codes[0] == codes[1] {
            return Err(at(self.file, to, "V-FILE-22", "两处写了同一所学校"));
        }
        Ok(codes)
    }

    /// More than nothing and not more than all.
    fn share(&self, text: &Text) -> Result<Exact, PackError> {
        let share = amount(self.file, text)?;
        if share.is_zero() || share > Exact::ONE {
            return Err(at(self.file, text, "V-FILE-21", "比例应大于 0，不超过 100%")
                .with_help("写成 \"20%\" 或 \"0.2\""));
        }
        Ok(share)
    }

    fn year_or_first(&self, year: Option<&Spanned<i16>>) -> Result<SchoolYear, PackError> {
        year.map_or(Ok(self.years.0), |year| self.year(year))
    }
}
