//! `junheng forecast`: the pupils of the coming years, how sure they are, and how each came about.

use crate::cli::{ForecastArgs, Scenarios};
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, FAINT, GOOD, HEAD, styled};
use crate::table::{Grid, Tone, plain};
use crate::{check, explain, files, plan, reading};
use domain::{Catalogue, Exact, Snapshot, Stage, Value};
use forecast::{Assumptions, Forecast, ForecastError, Scenario, YearForecast};
use invest::Pupils;
use packs::PackFile;
use serde::Serialize;
use std::fmt::Write as _;

/// Version of the JSON shape.
const FORMAT: u32 = 1;

/// The JSON of forecasts.
#[derive(Serialize)]
struct Report<'a> {
    format: u32,
    engine: &'static str,
    forecasts: &'a [Forecast],
}

/// Forecasts.
pub(crate) fn run(packs: &PacksInUse, args: &ForecastArgs) -> anyhow::Result<Exit> {
    if let Some(path) = &args.json {
        files::expect_output(path, files::Kind::Json, &args.input.files)?;
    }
    let assumptions = assumptions(packs, args)?;
    let mut reading = reading::read(packs, &packs.catalogue, &args.input)?;
    let Some(data) = reading.snapshot.take() else {
        reading.say_no_county("没有预测");
        return Ok(Exit::Findings);
    };
    let mut history = std::mem::take(&mut reading.earlier);
    history.push(data);
    let Some(data) = history.last() else { return Ok(Exit::Findings) };
    let scenarios: &[Scenario] = match args.scenario {
        None => &[assumptions.scenario],
        Some(Scenarios::Low) => &[Scenario::Low],
        Some(Scenarios::Middle) => &[Scenario::Middle],
        Some(Scenarios::High) => &[Scenario::High],
        Some(Scenarios::All) => &Scenario::ALL,
    };
    let forecasts = scenarios
        .iter()
        .map(|scenario| {
            let assumptions = Assumptions { scenario: *scenario, ..assumptions.clone() };
            forecast::forecast(&packs.catalogue, &history, &assumptions)
                .map_err(|error| refused(&error))
        })
        .collect::<anyhow::Result<Vec<Forecast>>>()?;
    let text = if let Some(school) = &args.explain {
        explained(&forecasts, data, school)?
    } else {
        let mut text = shown(&packs.catalogue, data, &forecasts, args.grades);
        text.push_str(&check::in_short(&reading.findings));
        text
    };
    let report =
        Report { format: FORMAT, engine: env!("CARGO_PKG_VERSION"), forecasts: &forecasts };
    match args.json.as_deref() {
        None => screen::print(&text)?,
        Some(path) if files::is_standard_output(path) => screen::pass_on(&files::json(&report)?)?,
        Some(path) => {
            files::write(path, &files::json(&report)?)?;
            screen::print(&format!("{text}{} {}\n", styled(GOOD, "已写出"), path.display()))?;
        }
    }
    Ok(reading.exit())
}

/// A slip of the user's, or something about the data.
fn refused(error: &ForecastError) -> anyhow::Error {
    let said = format!("{} {error}", error.code());
    match error {
        ForecastError::Horizon { .. } => Misuse(said).into(),
        _ => anyhow::Error::msg(said),
    }
}

/// What the forecast is told: by a file of its own, by a plan's file, or nothing.
fn assumptions(packs: &PacksInUse, args: &ForecastArgs) -> anyhow::Result<Assumptions> {
    let mut assumptions = match (&args.assumptions, &args.plan) {
        (Some(path), _) if !path.is_file() => {
            return Err(Misuse(format!("没有文件 {}", path.display())).into());
        }
        (Some(path), _) => packs::parse(&PackFile::read(path)?)?,
        (None, Some(path)) => match plan::plan_file(packs, path)?.settings.pupils {
            Pupils::Forecast { assumptions, .. } => assumptions,
            Pupils::Constant => {
                return Err(Misuse(format!(
                    "方案 {} 中学生数不变，没有预测的设定；在 [pupils] 写 method = \"forecast\"，或去掉 --plan",
                    path.display()
                ))
                .into());
            }
        },
        (None, None) => Assumptions::default(),
    };
    if let Some(years) = args.years {
        assumptions.years = years;
    }
    Ok(assumptions)
}

fn shown(catalogue: &Catalogue, data: &Snapshot, forecasts: &[Forecast], by_grade: bool) -> String {
    let mut text = String::new();
    let Some(first) = forecasts.first() else { return text };
    let _ = writeln!(text, "{} 学生数预测", styled(HEAD, &data.county().name));
    let based: Vec<String> = first.history.iter().map(|y| y.year.to_string()).collect();
    let _ = writeln!(text, "{}", styled(FAINT, &format!("依据 {} 学年", based.join("、"))));
    let _ = writeln!(text, "\n{}", styled(HEAD, "全县在校生（人）"));
    let years: Vec<String> = first.years.iter().map(|y| format!(">{}", y.year.0)).collect();
    let now = format!(">{}（现有）", data.year().0);
    let mut heads = vec!["学段", "方案", &now];
    heads.extend(years.iter().map(String::as_str));
    let mut grid = Grid::new(&heads);
    for stage in Stage::COMPULSORY {
        for forecast in forecasts {
            let mut row = vec![plain(stage.zh()), plain(forecast.scenario.zh())];
            row.push(plain(counted(catalogue, data, stage, "pupils")));
            for year in &forecast.years {
                let total = year.totals.iter().find(|total| total.stage == stage);
                row.push(match total {
                    Some(total) if total.missing > 0 => {
                        (format!("{}（缺 {} 个学段）", total.pupils, total.missing), Tone::Care)
                    }
                    Some(total) => plain(total.pupils.to_string()),
                    None => plain("—"),
                });
            }
            grid.row(row);
        }
    }
    text.push_str(&grid.render());
    let _ =
        writeln!(text, "\n{}", styled(HEAD, if by_grade { "各年级（人）" } else { "新生（人）" }));
    heads[0] = "年级";
    let mut grid = Grid::new(&heads);
    let grades: &[u8] = if by_grade { &[1, 2, 3, 4, 5, 6, 7, 8, 9] } else { &[1, 7] };
    for grade in grades {
        let stage = if *grade <= 6 { Stage::Primary } else { Stage::Junior };
        for forecast in forecasts {
            let item = format!("pupils_grade_{grade}");
            let mut row = vec![
                plain(format!("{grade} 年级")),
                plain(forecast.scenario.zh()),
                plain(counted(catalogue, data, stage, &item)),
            ];
            row.extend(forecast.years.iter().map(|year| plain(of_grade(year, *grade))));
            grid.row(row);
        }
    }
    text.push_str(&grid.render());
    let _ = writeln!(text, "\n{}", styled(HEAD, "方法的误差"));
    let _ = writeln!(text, "  {}", first.back_test.to_chinese());
    let _ = writeln!(text, "\n{}", styled(HEAD, "说明"));
    for note in &first.notes {
        // What the scenario does is the same for all three, but for its name.
        let said = match (note.code, forecasts.len()) {
            ("scenario", 2..) => note.text.split_once('：').map_or(&*note.text, |(_, rest)| rest),
            _ => &note.text,
        };
        let _ = writeln!(text, "  {said}");
    }
    text
}

/// The pupils of an item in the data, over the sections of a stage; sections whose figure is not
/// there are told.
fn counted(catalogue: &Catalogue, data: &Snapshot, stage: Stage, item: &str) -> String {
    let Some(id) = catalogue.id(item) else { return "—".to_owned() };
    let sections = data.schools().iter().flat_map(|s| &s.sections).filter(|s| s.stage == stage);
    let (mut sum, mut missing) = (Exact::ZERO, 0);
    for section in sections {
        match section.facts.value(id) {
            Some(Value::NotApplicable) => {}
            Some(value) => match value.number() {
                Some(number) => sum = sum + Exact::from(number),
                None => missing += 1,
            },
            None => missing += 1,
        }
    }
    if missing == 0 { sum.to_string() } else { format!("{sum}（缺 {missing} 个学段）") }
}

/// The pupils of a grade in a forecast year.
fn of_grade(year: &YearForecast, grade: u8) -> String {
    let counts = year.sections.iter().filter_map(|s| s.grade(grade)).map(|g| &g.pupils);
    let (mut sum, mut missing) = (0, 0);
    for count in counts {
        sum += count.known().unwrap_or(0);
        missing += i32::from(count.is_missing());
    }
    if missing == 0 { sum.to_string() } else { format!("{sum}（缺 {missing} 个学段）") }
}

/// How the figures of a school came about.
fn explained(forecasts: &[Forecast], data: &Snapshot, school: &str) -> anyhow::Result<String> {
    let code = explain::school(data, school)?;
    let mut text = String::new();
    for forecast in forecasts {
        for year in &forecast.years {
            let sections = year.sections.iter().filter(|s| s.section.school == code);
            for section in sections {
                let head = format!("{} 学年 {} {}", year.year, section.name, section.section.stage);
                let total = match section.pupils.known() {
                    Some(pupils) => format!("共 {pupils} 人"),
                    None if section.pupils.is_missing() => "有缺，合计为缺".to_owned(),
                    None => "—".to_owned(),
                };
                let scenario = styled(FAINT, forecast.scenario.zh());
                let _ = writeln!(text, "{} {total} {scenario}", styled(HEAD, &head));
                for grade in &section.grades {
                    let said = forecast.explain(&section.section, grade.grade, year.year);
                    if let Some(said) = said {
                        let said = said.split_once(&format!("{} ", section.section.stage));
                        let _ = writeln!(text, "  {}", said.map_or("", |(_, rest)| rest));
                    }
                }
            }
        }
    }
    if text.is_empty() {
        let message = format!("“{school}”没有小学或初中学段，不作预测");
        return Err(Misuse(message).into());
    }
    Ok(text)
}
