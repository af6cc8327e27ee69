//! Figures: every figure of every document is the evaluation's; nothing missing is ever a zero; what
//! is withheld cannot be found out.

use super::counties::{BENCH, FAIL, LARGE, PLANNED, SINGLE, UNDECIDED, named};
use super::texts::{counties_for, render, template};
use document::Template;
use document::check::check;
use document::figures::{Figures, Shown, Sources};
use document::model::{Run, State, Visit};
use document::template::{Options, Written};
use domain::Exact;
use standard::evaluation::Verdict;

#[test]
fn every_figure_of_every_document_is_the_catalogues() {
    for id in Template::ids(&BENCH.packs) {
        let template = template(&id);
        for name in counties_for(&template) {
            let county = named(name);
            let document = render(&template, county);
            let figures = template.figures(county.sources());
            assert!(name != "fail" || !document.figures().is_empty(), "{id} {name}");
            for (key, text) in document.figures() {
                let known = figures.get(key);
                assert_eq!(known, Some(Shown::Known(text.to_owned())), "{id} {name} {key}");
            }
            document.walk(|visit| {
                if let Visit::Run(Run::Pending { what, key: Some(key) }) = visit {
                    let known = figures.get(key);
                    assert_eq!(known, Some(Shown::Missing(what.clone())), "{id} {name} {key}");
                }
                if let Visit::Point(point) = visit {
                    let key = point.key.as_deref().unwrap();
                    let Some(Shown::Known(text)) = figures.get(key) else { panic!("{key}") };
                    assert!(text.starts_with(&point.text), "{id} {name} {key}: {text}");
                }
            });
        }
    }
}

/// The catalogue against the evaluation itself, by hand.
#[test]
fn figures_are_the_evaluations() {
    let county = &*FAIL;
    let figures = Figures::of(county.sources());
    let shown = |key: &str| match figures.get(key) {
        Some(Shown::Known(text)) => text,
        other => panic!("{key}: {other:?}"),
    };
    for section in &county.evaluation.sections {
        let at = format!("county.sections.{}-{}", section.school, section.stage.code());
        assert_eq!(shown(&format!("{at}.reached")), section.reached.to_string());
        for value in &section.values {
            let printed = shown(&format!("{at}.values.{}.value", value.code));
            let figure = value.value.as_ref().unwrap();
            if value.verdict_if_rounded.is_none() {
                assert_eq!(printed, figure.shown, "{at} {}", value.code);
            } else {
                assert_ne!(printed, figure.shown, "{at} {}", value.code);
                assert!(printed.starts_with("7.49"), "{printed}");
            }
        }
    }
    for stage in &county.evaluation.stages {
        let at = format!("county.stages.{}", stage.stage.code());
        assert_eq!(
            shown(&format!("{at}.share")),
            format!("{}%", stage.share.as_ref().unwrap().shown)
        );
        assert_eq!(shown(&format!("{at}.passing.count")), stage.passed.to_string());
        for indicator in &stage.indicators {
            let printed = shown(&format!("{at}.measures.{}.coefficient", indicator.code));
            assert_eq!(printed, indicator.coefficient.as_ref().unwrap().shown);
        }
    }
    for rule in county.evaluation.groups.iter().flat_map(|g| &g.indicators) {
        for part in &rule.parts {
            let Some(value) = part.value.as_ref().filter(|_| part.verdict_if_rounded.is_none())
            else {
                continue;
            };
            let unit = part.unit.as_ref().filter(|u| !u.is_one()).map(ToString::to_string);
            let printed = shown(&format!("county.parts.{}.value", part.code));
            assert_eq!(printed, format!("{}{}", value.shown, unit.unwrap_or_default()));
        }
    }
    assert_eq!(shown("county.item.population"), "45.72");
    assert_eq!(shown("county.share.before"), "89.5%");
    assert_eq!(shown("county.share.change"), "4.7");
    assert_eq!(figures.get("county.shares"), None);
    assert_eq!(figures.get("county.sections.count@all"), None);
}

#[test]
fn nothing_missing_is_printed_as_zero() {
    let county = &*UNDECIDED;
    let figures = Figures::of(county.sources());
    let missing = |key: &str| matches!(figures.get(key), Some(Shown::Missing(_)));
    let mut unknown = 0;
    for section in &county.evaluation.sections {
        for value in section.values.iter().filter(|v| v.verdict == Verdict::Missing) {
            let at = format!("county.sections.{}-{}", section.school, section.stage.code());
            assert!(missing(&format!("{at}.values.{}.value", value.code)));
            assert!(missing(&format!("{at}.values.{}.gap", value.code)));
            unknown += 1;
        }
    }
    assert_eq!(unknown, 2);
    assert!(missing("county.stages.primary.measures.L5.coefficient"));
    assert!(missing("county.stages.primary.measures.L5.mean"));
    assert!(missing("county.stages.primary.measures.L5.gap"));
    assert!(missing("county.item.population"));
    assert!(missing("plan.cost"));
    // A county without a year before has no rise and no fall, and no zero either.
    let single = Figures::of(SINGLE.sources());
    assert!(matches!(single.get("county.share.before"), Some(Shown::Missing(_))));
    assert!(matches!(single.get("last.share"), Some(Shown::Missing(_))));
    // Nor has one without its facts.
    let bare = Figures::of(Sources::of(&county.evaluation));
    assert!(matches!(bare.get("county.total.pupils"), Some(Shown::Missing(_))));
}

#[test]
fn a_final_version_waits_for_every_gap() {
    let template = template("self-evaluation");
    let mut options = Options::default();
    let mut written = Written::new();
    let draft = template.render(UNDECIDED.sources(), &written, &options).unwrap();
    check(&draft).unwrap();
    options.state = State::Final;
    let refused = template.render(UNDECIDED.sources(), &written, &options).unwrap();
    let said = check(&refused).unwrap_err().to_string();
    for gap in ["主送机关", "人口总数", "小学体育运动场馆差异系数"] {
        assert!(
            refused.pending().iter().any(|p| p.contains(gap)),
            "{gap}: {:?}",
            refused.pending()
        );
    }
    assert!(said.contains("主送机关") && said.contains("人口总数"), "{said}");

    // A county that knows everything, and people who have written all that they are asked for.
    let draft = template.render(FAIL.sources(), &written, &Options::default()).unwrap();
    for (key, text) in draft.free() {
        let text = if text.is_empty() { "已写" } else { text };
        written.insert(key.to_owned(), text.to_owned());
    }
    let last = template.render(FAIL.sources(), &written, &options).unwrap();
    assert_eq!(last.pending(), [""; 0]);
    check(&last).unwrap();
    assert!(last.free().iter().all(|(_, text)| !text.is_empty()));
}

#[test]
fn what_is_written_survives_a_regeneration() {
    let template = template("self-evaluation");
    let written = Written::from([
        ("next".to_owned(), "自己写的打算。".to_owned()),
        ("row_person@county.schools.2134000002".to_owned(), "李明".to_owned()),
        ("gone".to_owned(), "旧模板的段落".to_owned()),
    ]);
    for county in [&*FAIL, &*UNDECIDED] {
        let document = template.render(county.sources(), &written, &Options::default()).unwrap();
        let free = document.free();
        assert!(free.contains(&("next", "自己写的打算。")));
        assert!(free.contains(&("row_person@county.schools.2134000002", "李明")), "{free:?}");
    }
}

#[test]
fn amounts_of_the_plan_add_up() {
    let figures = Figures::of(PLANNED.sources());
    let amount = |key: &str| match figures.get(&format!("{key}@万元")) {
        Some(Shown::Known(text)) => Exact::parse(&text).unwrap(),
        other => panic!("{key}: {other:?}"),
    };
    let plan = PLANNED.plan.as_ref().unwrap();
    let total = amount("plan.cost");
    assert_eq!(total, Exact::parse("35493.5").unwrap());
    assert_eq!(total, amount("plan.measures_cost") + amount("plan.projects_cost"));
    let over = |ids: Vec<String>, name: &str| -> Exact {
        ids.iter().map(|id| amount(&format!("plan.{name}.{id}"))).sum()
    };
    let years = || plan.years.iter().map(|y| y.year.0.to_string());
    assert_eq!(total, over(years().map(|y| format!("{y}.cost")).collect(), "years"));
    let funds = plan.settings.funds.iter().map(|f| format!("{}.amount", f.code)).collect();
    assert_eq!(total, over(funds, "funds"));
    let projects = plan.committed.iter().map(|c| format!("{}.paid", c.project)).collect();
    assert_eq!(amount("plan.projects_cost"), over(projects, "projects"));
    let mut works: Vec<String> =
        plan.actions.iter().map(|a| format!("{}.cost", a.measure.replace('.', "-"))).collect();
    works.sort();
    works.dedup();
    assert_eq!(amount("plan.measures_cost"), over(works, "works"));
    for year in years() {
        let here = |what: &str| amount(&format!("plan.years.{year}.{what}"));
        assert_eq!(here("cost"), here("measures_cost") + here("projects_cost"));
        let funds = plan.settings.funds.iter();
        let paid: Exact = funds.map(|f| here(&format!("funds.{}.amount", f.code))).sum();
        assert_eq!(here("cost"), paid + here("unfunded"));
    }
}

#[test]
fn small_numbers_are_withheld_and_cannot_be_found() {
    let county = &*LARGE;
    let smallest =
        county.evaluation.sections.iter().filter_map(|s| s.pupils.clone()).min().unwrap();
    // One section alone is below the bound: the total would give it away.
    let below = smallest.numerator().try_into().unwrap_or(0u32) + 1;
    let bound = Exact::from(i64::from(below));
    let figures = Figures::of(county.sources()).public(below);
    let known = |key: &str| match figures.get(key) {
        Some(Shown::Known(text)) => text,
        other => panic!("{key}: {other:?}"),
    };
    let mut any = false;
    for stage in &county.evaluation.stages {
        let mut hidden = Vec::new();
        for section in county.evaluation.sections.iter().filter(|s| s.stage == stage.stage) {
            let at = format!("county.sections.{}-{}", section.school, section.stage.code());
            let pupils = section.pupils.clone().unwrap();
            if known(&format!("{at}.pupils")) == "*" {
                // Whoever knows the value and what lacks could work out the pupils.
                for value in &section.values {
                    assert_eq!(known(&format!("{at}.values.{}.value", value.code)), "*");
                }
                hidden.push(pupils);
            } else {
                assert!(pupils >= bound, "{at} {pupils}");
            }
        }
        // The total of the stage less what is listed must not give one section away.
        if !hidden.is_empty() {
            any = true;
            assert!(hidden.len() >= 2, "{hidden:?}");
            assert!(hidden.iter().cloned().sum::<Exact>() >= bound, "{hidden:?}");
        }
    }
    assert!(any);
    assert!(template("annual-monitoring-public").is_public());
    // In a template for offices nothing is withheld.
    assert!(
        Figures::of(county.sources()).get("county.sections.2134000001-primary.pupils").is_some()
    );
}
