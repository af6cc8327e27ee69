//! What an example expects, and how it compares with what the judge found.

use super::{Check, exact, near, wrong};
use crate::evaluation::{Evaluation, Rounded};
use domain::{Exact, Stage};
use packs::{PackError, PackFile, Spanned};
use serde::{Deserialize, Serialize};

type Text = Spanned<String>;

/// `[[county.expect]]`: names what it looks at by the keys that are given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    /// Name of a school: a section's value or verdict.
    school: Option<Text>,
    stage: Option<Text>,
    /// A section indicator; with a school its value, without one its coefficient or mean.
    indicator: Option<Text>,
    /// A part of a county indicator, or a county indicator.
    county: Option<Text>,
    /// A target line.
    target: Option<Text>,
    value: Option<Text>,
    coefficient: Option<Text>,
    unweighted: Option<Text>,
    sample: Option<Text>,
    mean: Option<Text>,
    deviation: Option<Text>,
    composite: Option<Text>,
    /// `pass`, `near`, `fail`, `missing`, `not_applicable`; for targets a target's state.
    verdict: Option<String>,
    if_rounded: Option<String>,
    gap: Option<String>,
    gap_whole_school: Option<String>,
    remark: Option<String>,
    excluded: Option<bool>,
    overall: Option<String>,
    /// How far a figure may lie from the expected one; 0 when not given.
    tolerance: Option<Text>,
}

/// Compares one expectation with the evaluation; `schools` are the names in the example.
pub(super) fn look(
    file: &PackFile,
    schools: &[&Text],
    expect: &Expect,
    evaluation: &Evaluation,
    checks: &mut Vec<Check>,
) -> Result<(), PackError> {
    let tolerance = expect.tolerance.as_ref().map_or(Ok(Exact::ZERO), |t| exact(file, t))?;
    let stage = match &expect.stage {
        None => None,
        Some(text) => Some(
            Stage::from_label(text.get_ref())
                .ok_or_else(|| wrong(file, text, "没有这个学段".to_owned()))?,
        ),
    };
    let mut same = |what: String, expected: &str, found: String| {
        let holds = expected == found;
        checks.push(Check { what, expected: expected.to_owned(), found, holds });
    };
    if let Some(overall) = &expect.overall {
        same("全县结论".to_owned(), overall, word(&evaluation.overall.verdict));
    }
    if let Some(code) = &expect.target {
        let found = evaluation.targets.iter().find(|t| t.code == *code.get_ref());
        let found =
            found.ok_or_else(|| wrong(file, code, format!("没有目标“{}”", code.get_ref())))?;
        if let Some(state) = &expect.verdict {
            same(format!("目标 {}", found.code), state, word(&found.state));
        }
        if let Some(value) = &expect.value {
            let shown = found.value.as_ref().map_or("缺".to_owned(), |v| v.shown.clone());
            same(format!("目标 {} 的现值", found.code), value.get_ref(), shown);
        }
    }
    if let Some(code) = &expect.county {
        county(file, expect, code, evaluation, &tolerance, checks)?;
        return Ok(());
    }
    if let Some(name) = &expect.school {
        let known = schools.iter().any(|s| name.get_ref().starts_with(s.get_ref().as_str()));
        if !known {
            return Err(wrong(file, name, format!("算例里没有学校“{}”", name.get_ref())));
        }
        return section(file, expect, name.get_ref(), stage, evaluation, &tolerance, checks);
    }
    if let (Some(stage), Some(code)) = (stage, &expect.indicator) {
        let found = evaluation
            .stage(stage)
            .and_then(|s| s.indicators.iter().find(|i| i.code == *code.get_ref()))
            .ok_or_else(|| wrong(file, code, format!("没有指标“{}”", code.get_ref())))?;
        let other = found.other_forms.as_ref();
        let figures: [(&str, &Option<Text>, Option<&Rounded>); 5] = [
            ("差异系数", &expect.coefficient, found.coefficient.as_ref()),
            ("均值", &expect.mean, found.mean.as_ref()),
            ("标准差", &expect.deviation, found.deviation.as_ref()),
            ("不加权差异系数", &expect.unweighted, other.map(|o| &o.unweighted)),
            ("样本差异系数", &expect.sample, other.and_then(|o| o.sample.as_ref())),
        ];
        for (name, expected, found) in figures {
            let Some(expected) = expected else { continue };
            let what = format!("{stage} {} {name}", code.get_ref());
            rounded(file, what, expected, found, &tolerance, checks)?;
        }
        if let Some(verdict) = &expect.verdict {
            checks.push(words(
                format!("{stage} {} 差异系数", code.get_ref()),
                verdict,
                &found.verdict,
            ));
        }
    } else if let Some(stage) = stage {
        let found = evaluation.stage(stage).map(|s| &s.composite);
        if let (Some(expected), Some(found)) = (&expect.composite, found) {
            let what = format!("{stage} 综合差异系数");
            rounded(file, what, expected, found.value.as_ref(), &tolerance, checks)?;
        }
        if let (Some(verdict), Some(found)) = (&expect.verdict, found) {
            checks.push(words(format!("{stage} 综合差异系数"), verdict, &found.verdict));
        }
    }
    Ok(())
}

fn section(
    file: &PackFile,
    expect: &Expect,
    name: &str,
    stage: Option<Stage>,
    evaluation: &Evaluation,
    tolerance: &Exact,
    checks: &mut Vec<Check>,
) -> Result<(), PackError> {
    let wanted = |s: Stage| stage.is_none_or(|w| w == s);
    if let Some(excluded) = expect.excluded {
        let found =
            evaluation.excluded.iter().any(|e| e.name == name && e.stage.is_none_or(wanted));
        let text = |yes: bool| if yes { "不参评" } else { "参评" };
        checks.push(Check {
            what: format!("{name} 是否参评"),
            expected: text(excluded).to_owned(),
            found: text(found).to_owned(),
            holds: excluded == found,
        });
    }
    let Some(section) = evaluation.sections.iter().find(|s| s.name == name && wanted(s.stage))
    else {
        if expect.excluded.is_none() {
            checks.push(Check {
                what: format!("{name} 的结果"),
                expected: "有".to_owned(),
                found: "无".to_owned(),
                holds: false,
            });
        }
        return Ok(());
    };
    let place = format!("{name} {}", section.stage);
    if let Some(remark) = &expect.remark {
        checks.push(words(format!("{place} 备注"), remark, &section.remark));
    }
    let Some(code) = &expect.indicator else {
        if let Some(verdict) = &expect.verdict {
            checks.push(words(format!("{place} 综合"), verdict, &section.verdict));
        }
        return Ok(());
    };
    let value = section
        .value(code.get_ref())
        .ok_or_else(|| wrong(file, code, format!("没有指标“{}”", code.get_ref())))?;
    let what = format!("{place} {}", code.get_ref());
    if let Some(expected) = &expect.value {
        let number = exact(file, expected)?;
        let found = value.value.as_ref().map(|v| &v.exact);
        checks.push(Check {
            what: what.clone(),
            expected: expected.get_ref().clone(),
            found: found.map_or("缺".to_owned(), ToString::to_string),
            holds: found.is_some_and(|f| near(f, &number, tolerance)),
        });
    }
    if let Some(verdict) = &expect.verdict {
        checks.push(words(format!("{what} 结论"), verdict, &value.verdict));
    }
    if let Some(verdict) = &expect.if_rounded {
        checks.push(words(format!("{what} 舍入后结论"), verdict, &value.verdict_if_rounded));
    }
    for (name, expected, found) in [
        ("缺口", &expect.gap, &value.gap),
        ("全校缺口", &expect.gap_whole_school, &value.gap_whole_school),
    ] {
        if let Some(expected) = expected {
            let found = found.as_ref().map_or("无".to_owned(), |gap| gap.shown.clone());
            let holds = *expected == found;
            let what = format!("{what} {name}");
            checks.push(Check { what, expected: expected.clone(), found, holds });
        }
    }
    Ok(())
}

fn county(
    file: &PackFile,
    expect: &Expect,
    code: &Text,
    evaluation: &Evaluation,
    tolerance: &Exact,
    checks: &mut Vec<Check>,
) -> Result<(), PackError> {
    let wanted = code.get_ref();
    let mut indicators = evaluation.groups.iter().flat_map(|g| &g.indicators);
    let mut parts = evaluation.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts);
    if let Some(part) = parts.find(|p| p.code == *wanted) {
        if let Some(expected) = &expect.value {
            let number = exact(file, expected)?;
            let found = part.value.as_ref().map(|v| &v.exact);
            checks.push(Check {
                what: wanted.clone(),
                expected: expected.get_ref().clone(),
                found: found.map_or("缺".to_owned(), ToString::to_string),
                holds: found.is_some_and(|f| near(f, &number, tolerance)),
            });
        }
        if let Some(verdict) = &expect.verdict {
            checks.push(words(format!("{wanted} 结论"), verdict, &part.verdict));
        }
    } else if let Some(indicator) = indicators.find(|i| i.code == *wanted) {
        if let Some(verdict) = &expect.verdict {
            checks.push(words(format!("{wanted} 结论"), verdict, &indicator.verdict));
        }
    } else {
        return Err(wrong(file, code, format!("没有指标“{wanted}”")));
    }
    Ok(())
}

/// The JSON word of a verdict or state: what the examples are written in.
fn word<T: Serialize>(value: &T) -> String {
    let value = toml::Value::try_from(value).ok();
    value.as_ref().and_then(toml::Value::as_str).unwrap_or("无").to_owned()
}

fn words<T: Serialize>(what: String, expected: &str, found: &T) -> Check {
    let found = word(found);
    let holds = expected == found;
    Check { what, expected: expected.to_owned(), found, holds }
}

fn rounded(
    file: &PackFile,
    what: String,
    expected: &Text,
    found: Option<&Rounded>,
    tolerance: &Exact,
    checks: &mut Vec<Check>,
) -> Result<(), PackError> {
    let number = exact(file, expected)?;
    let value = found.and_then(|f| Exact::parse(&f.value).ok());
    checks.push(Check {
        what,
        expected: expected.get_ref().clone(),
        found: found.map_or("缺".to_owned(), |f| f.value.clone()),
        holds: value.is_some_and(|v| near(&v, &number, tolerance)),
    });
    Ok(())
}
