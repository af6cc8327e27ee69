//! The yearly target lines of the plan that the county has adopted, held against the figures of a
//! year: so large a share of sections was to reach an indicator's threshold by then.

use super::overview::TargetLine;
use domain::Exact;
use invest::settings::Line;
use standard::Evaluation;
use standard::evaluation::TargetState;
use std::collections::BTreeMap;

/// The lines by indicator and year, with where the county stands.
pub(super) fn lines(plan: &str, lines: &[Line], now: &Evaluation) -> Vec<TargetLine> {
    let mut series: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        series.entry(&line.indicator).or_default().push(line);
    }
    let mut found = Vec::with_capacity(lines.len());
    for (indicator, mut lines) in series {
        lines.sort_by_key(|line| line.year);
        let info = now.indicators.iter().find(|info| info.code == indicator);
        let short = info.map_or(indicator, |info| info.short.as_str());
        let value = share(now, indicator);
        let mut missed = false;
        for line in lines {
            let due = now.year >= line.year;
            let reached = value.as_ref().map(|value| *value >= line.at_least);
            let state = match (reached, due) {
                (None, _) => TargetState::Missing,
                (Some(true), true) => TargetState::Met,
                (Some(true), false) => TargetState::Early,
                (Some(false), true) => TargetState::Late,
                (Some(false), false) if missed => TargetState::AtRisk,
                (Some(false), false) => TargetState::OnCourse,
            };
            missed |= due && reached == Some(false);
            let percent = |share: &Exact| share * &Exact::from(100);
            found.push(TargetLine {
                zh: format!("{short}：学校达标率（规划“{plan}”）"),
                year: line.year,
                required: format!("≥ {}%", percent(&line.at_least).to_short(2)),
                value: value.as_ref().map(|value| percent(value).to_fixed(1)),
                state,
                text: state.zh().to_owned(),
            });
        }
    }
    found
}

/// The share of sections that reach the threshold of an indicator; `None` while a value is missing.
fn share(now: &Evaluation, indicator: &str) -> Option<Exact> {
    let (mut known, mut reached) = (0usize, 0usize);
    for stage in &now.stages {
        let found = stage.indicators.iter().find(|i| i.code == indicator)?;
        if found.known < stage.sections {
            return None;
        }
        known += found.known;
        reached += found.reached;
    }
    let (reached, known) = (i64::try_from(reached).ok()?, u64::try_from(known).ok()?);
    (known > 0).then(|| Exact::ratio(reached, known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::SchoolYear;
    use std::sync::LazyLock;

    /// The last year of a small demo county.
    static NOW: LazyLock<Evaluation> = LazyLock::new(|| {
        let knowledge = crate::Knowledge::load(packs::PackSource::embedded()).unwrap();
        let standard = knowledge.standard("cn-quality-2017").unwrap();
        let attested = standard.attested();
        let options = demo::Options {
            seed: demo::Options::SEED,
            schools: 20,
            year: demo::Options::YEAR,
            catalogue: &knowledge.catalogue,
            attested: &attested,
        };
        let last = demo::county(&options).unwrap().pop().unwrap();
        let snapshot = last.seal(&knowledge.catalogue).unwrap();
        standard::evaluate(&snapshot, standard, &standard::Options::default()).unwrap()
    });

    fn states(wanted: &[(i16, Exact)]) -> Vec<TargetState> {
        let line = |(year, at_least): &(i16, Exact)| Line {
            indicator: "L1".to_owned(),
            year: SchoolYear(*year),
            at_least: at_least.clone(),
        };
        let wanted: Vec<Line> = wanted.iter().map(line).collect();
        lines("规划", &wanted, &NOW).into_iter().map(|line| line.state).collect()
    }

    #[test]
    fn a_line_is_met_late_or_still_to_come() {
        let year = NOW.year.0;
        let now = share(&NOW, "L1").unwrap();
        let more = &now + &Exact::ratio(1, 1000);
        assert_eq!(
            states(&[(year, now.clone()), (year + 1, now.clone()), (year + 2, more.clone())]),
            [TargetState::Met, TargetState::Early, TargetState::OnCourse]
        );
        assert_eq!(
            states(&[(year + 1, more.clone()), (year, more)]),
            [TargetState::Late, TargetState::AtRisk],
            "in the order of the years"
        );
    }

    #[test]
    fn a_missing_value_decides_nothing() {
        let mut now = NOW.clone();
        now.stages[0].indicators[0].known -= 1;
        assert_eq!(share(&now, "L1"), None);
        assert_eq!(share(&now, "X"), None);
    }
}
