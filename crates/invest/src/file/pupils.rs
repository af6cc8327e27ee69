//! The table `[pupils]` of a plan's file.

use crate::costs::at;
use crate::pupils::Pupils;
use domain::Exact;
use forecast::{
    Assumptions, Births, ClassNorm, Entrants, EntryRate, Feeder, Override, Scenario, Successor,
};
use packs::{PackError, PackFile, Spanned};
use serde::Deserialize;

/// ```toml
/// [pupils]
/// method = "forecast"      # 或 "constant"：学生数不变
/// scenario = "middle"
/// class_primary = 45
/// class_junior = 50
/// births = [{ year = 2019, children = 2345 }]
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPupils {
    method: Spanned<String>,
    #[serde(default)]
    scenario: Scenario,
    credibility: Option<u32>,
    band: Option<Spanned<String>>,
    class_primary: Option<u16>,
    class_junior: Option<u16>,
    #[serde(default)]
    births: Vec<Births>,
    #[serde(default)]
    entry_rates: Vec<EntryRate>,
    #[serde(default)]
    entrants: Vec<Entrants>,
    #[serde(default)]
    feeders: Vec<Feeder>,
    #[serde(default)]
    overrides: Vec<Override>,
    #[serde(default)]
    successors: Vec<Successor>,
}

impl RawPupils {
    /// What the table says.
    ///
    /// # Errors
    /// `V-FILE-20` for an unknown method; `V-FILE-01`.
    pub(super) fn read(&self, file: &PackFile, years: u8) -> Result<Pupils, PackError> {
        match self.method.get_ref().as_str() {
            "constant" => return Ok(Pupils::Constant),
            "forecast" => {}
            other => {
                let message = format!("没有这种学生数推算方法“{other}”");
                return Err(at(file, &self.method, "V-FILE-20", &message)
                    .with_help("写 \"constant\"（学生数不变）或 \"forecast\"（按年级推算）"));
            }
        }
        let base = Assumptions::default();
        let norm = ClassNorm::default();
        let band: Option<Exact> =
            self.band.as_ref().map(|text| crate::costs::amount(file, text)).transpose()?;
        Ok(Pupils::Forecast {
            assumptions: Assumptions {
                years,
                scenario: self.scenario,
                credibility: self.credibility.unwrap_or(base.credibility),
                band,
                births: self.births.clone(),
                entry_rates: self.entry_rates.clone(),
                entrants: self.entrants.clone(),
                feeders: self.feeders.clone(),
                overrides: self.overrides.clone(),
                successors: self.successors.clone(),
            },
            norm: ClassNorm {
                primary: self.class_primary.unwrap_or(norm.primary),
                junior: self.class_junior.unwrap_or(norm.junior),
            },
        })
    }
}
