//! The rules of a standard in words, one by one: what a reader looks at. Nothing is judged by these.

use crate::standard::{Bound, Indicator, Part, Standard, Test, of_stage};
use formula::Formula;
use serde::{Deserialize, Serialize};

/// One rule in words, for listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// `L4`, `G3.1` …
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// The clause with its document.
    pub clause: String,
    /// The rule in short words.
    pub text: String,
    /// Attested by evidence instead of computed?
    pub attested: bool,
    /// Formulas and bounds, as the pack writes them.
    pub lines: Vec<String>,
    /// The same with Chinese names.
    pub formulas: Vec<String>,
}

/// How a formula is printed.
type Print = fn(&Formula) -> String;

fn as_written(formula: &Formula) -> String {
    formula.source().to_owned()
}

impl Standard {
    /// Code, Chinese name, clause, rule in words and a line per formula, for each section
    /// indicator and each part of a county indicator: what `junheng standard show` prints.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = self
            .indicators
            .iter()
            .map(|i| Rule {
                code: i.code.clone(),
                zh: i.zh.clone(),
                clause: i.clause.clone(),
                text: i.text.clone(),
                attested: false,
                lines: self.indicator_lines(i, as_written),
                formulas: self.indicator_lines(i, Formula::to_chinese),
            })
            .collect();
        for indicator in &self.county_indicators {
            for part in &indicator.parts {
                rules.push(Rule {
                    code: part.code.clone(),
                    zh: if indicator.parts.len() == 1 {
                        indicator.zh.clone()
                    } else {
                        format!("{}——{}", indicator.zh, part.zh)
                    },
                    clause: indicator.clause.clone(),
                    text: part.zh.clone(),
                    attested: matches!(part.test, Test::Attested),
                    lines: part_lines(part, as_written),
                    formulas: part_lines(part, Formula::to_chinese),
                });
            }
        }
        rules
    }

    fn indicator_lines(&self, indicator: &Indicator, print: Print) -> Vec<String> {
        let mut lines = Vec::new();
        for stage in &self.stages {
            if let Some(formula) = of_stage(&indicator.formula, *stage) {
                let threshold = match of_stage(&indicator.threshold, *stage) {
                    None => String::new(),
                    Some(Bound::Fixed(t)) => format!(" ≥ {t} {}", indicator.unit),
                    Some(Bound::Parameter(i)) => format!(" ≥ 参数 {}", self.parameters[*i].code),
                };
                let limit = of_stage(&indicator.coefficient, *stage)
                    .map(|l| format!("；差异系数 ≤ {}", l.to_fixed(2)))
                    .unwrap_or_default();
                lines.push(format!("{stage}：{}{threshold}{limit}", print(formula)));
            }
        }
        lines
    }
}

fn part_lines(part: &Part, print: Print) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(when) = &part.when {
        lines.push(format!("适用于：{}", print(when)));
    }
    let value = part.value.as_ref().map_or_else(String::new, print);
    match &part.test {
        Test::Attested => lines.push("以佐证材料、责任人和日期认定".to_owned()),
        Test::None => lines.push(format!("{value}（只列示，不作结论）")),
        Test::AtLeast(bound) => lines.push(format!("{value} ≥ {}", print(bound))),
        Test::AtMost(bound) => lines.push(format!("{value} ≤ {}", print(bound))),
        Test::Below(bound) => lines.push(format!("{value} < {}", print(bound))),
        Test::Holds(flag) => lines.push(print(flag)),
    }
    lines
}
