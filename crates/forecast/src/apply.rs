//! A snapshot of a future year, for the judge: the forecast's pupils and the classes they need in
//! place of those of the base year.

use crate::classes::{ClassNorm, Split};
use crate::result::{Count, Forecast, SectionForecast, SectionKey, grades_of};
use domain::{
    Catalogue, Draft, Exact, Fact, Facts, ItemId, Origin, OriginId, SchoolYear, Section, Snapshot,
    Stage, Value,
};
use rust_decimal::Decimal;

/// Why a forecast cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// `FC-APPLY-01`: the year is not forecast.
    #[error("没有 {year} 学年的预测，可用的学年：{available}")]
    NoYear {
        /// The year asked for.
        year: SchoolYear,
        /// The forecast years.
        available: String,
    },
    /// `FC-APPLY-02`: the forecast is of another county.
    #[error("预测属于县 {forecast}，数据属于县 {snapshot}")]
    OtherCounty {
        /// County code of the forecast.
        forecast: String,
        /// County code of the snapshot.
        snapshot: String,
    },
    /// `FC-APPLY-03`: the catalogue lacks an item that is written.
    #[error("数据项目录缺少 {0}，请使用随程序附带的目录")]
    NoItem(String),
}

impl ApplyError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoYear { .. } => "FC-APPLY-01",
            Self::OtherCounty { .. } => "FC-APPLY-02",
            Self::NoItem(_) => "FC-APPLY-03",
        }
    }
}

/// Parts of the pupils that are taken to be the same share of them as in the base year.
const PARTS: [&str; 3] = ["pupils_boarding", "pupils_migrant", "pupils_left_behind"];

/// The facts of `snapshot` with the pupils of a forecast year.
///
/// - Set in every compulsory section: pupils, pupils by grade, number of grades; classes, largest
///   class and the size bands, from an equal split of each grade by `norm`; boarding, migrant and
///   left-behind pupils in their present share.
/// - What the forecast does not know is taken away: missing, never the old figure.
/// - Rosters of classes are dropped, since nobody knows them. Everything else (staff, buildings,
///   senior sections, county figures) stays as in `snapshot`: changing it is the plan's part.
///
/// `snapshot` is the base of the forecast or a snapshot made from it by other changes.
///
/// ```
/// use domain::SchoolYear;
/// use forecast::{Assumptions, ClassNorm};
/// # let items = items::load(&packs::PackSource::embedded()).unwrap();
/// # let catalogue = items.catalogue();
/// # let years: Vec<domain::Snapshot> = demo::county(&demo::Options {
/// #     seed: 1, schools: 12, year: SchoolYear(2024), catalogue, attested: &[],
/// # }).unwrap().into_iter().map(|draft| draft.seal(catalogue).unwrap()).collect();
/// let result = forecast::forecast(catalogue, &years, &Assumptions::default()).unwrap();
/// let base = years.last().unwrap();
/// let draft =
///     forecast::apply(catalogue, base, &result, SchoolYear(2027), ClassNorm::default()).unwrap();
/// let future = draft.seal(catalogue).unwrap();
/// assert_eq!(future.year(), SchoolYear(2027));
/// assert!(future.schools().iter().all(|school| school.classes.is_empty()));
/// ```
///
/// # Errors
/// [`ApplyError`] for a year that is not forecast, another county or a foreign catalogue.
pub fn apply(
    catalogue: &Catalogue,
    snapshot: &Snapshot,
    forecast: &Forecast,
    year: SchoolYear,
    norm: ClassNorm,
) -> Result<Draft, ApplyError> {
    let county = snapshot.county().code.as_str();
    if county != forecast.county {
        let (forecast, snapshot) = (forecast.county.clone(), county.to_owned());
        return Err(ApplyError::OtherCounty { forecast, snapshot });
    }
    let of_year = forecast.year(year).ok_or_else(|| {
        let available: Vec<String> = forecast.years.iter().map(|y| y.year.to_string()).collect();
        ApplyError::NoYear { year, available: available.join("、") }
    })?;
    let items = Items::of(catalogue)?;
    let mut draft = snapshot.to_draft();
    draft.year = year;
    let base = forecast.history.last().map_or(year, |source| source.year);
    let how = |what: &str| Origin::Derived {
        how: format!(
            "预测 {year} 学年（{}，以 {base} 学年为基年）：{what}",
            forecast.scenario.zh()
        )
        .into(),
    };
    let pen = Pen {
        items: &items,
        norm,
        pupils: draft.origin(how("分年级推算")),
        classes: draft.origin(how(&format!(
            "按班额小学 {} 人、初中 {} 人均分",
            norm.of(Stage::Primary),
            norm.of(Stage::Junior)
        ))),
        parts: draft.origin(how("按基年占在校生的比例")),
    };
    for school in &mut draft.schools {
        school.classes.clear();
        for section in school.sections.iter_mut().filter(|s| s.stage != Stage::Senior) {
            let key = SectionKey { school: school.code.clone(), stage: section.stage };
            pen.section(section, of_year.section(&key));
        }
    }
    Ok(draft)
}

/// The items that are written.
struct Items {
    pupils: ItemId,
    grades: Vec<(u8, ItemId)>,
    grades_run: ItemId,
    classes: ItemId,
    largest: ItemId,
    bands: Vec<ItemId>,
    parts: Vec<ItemId>,
}

impl Items {
    fn of(catalogue: &Catalogue) -> Result<Self, ApplyError> {
        let id = |code: &str| catalogue.id(code).ok_or_else(|| ApplyError::NoItem(code.to_owned()));
        let grade = |grade: u8| Ok((grade, id(&format!("pupils_grade_{grade}"))?));
        Ok(Self {
            pupils: id("pupils")?,
            grades: (1..=9).map(grade).collect::<Result<_, ApplyError>>()?,
            grades_run: id("grades")?,
            classes: id("classes")?,
            largest: id("largest_class")?,
            bands: Split::ITEMS.into_iter().map(id).collect::<Result<_, _>>()?,
            parts: PARTS.into_iter().map(id).collect::<Result<_, _>>()?,
        })
    }
}

struct Pen<'a> {
    items: &'a Items,
    norm: ClassNorm,
    pupils: OriginId,
    classes: OriginId,
    parts: OriginId,
}

impl Pen<'_> {
    fn section(&self, section: &mut Section, forecast: Option<&SectionForecast>) {
        let stage = section.stage;
        let facts = &mut section.facts;
        let before = number(facts, self.items.pupils);
        let pupils = forecast.and_then(|of| of.pupils.known());
        let none = forecast.is_some_and(|of| of.pupils == Count::NotApplicable);
        for (grade, item) in &self.items.grades {
            if !grades_of(stage).contains(grade) {
                continue;
            }
            match forecast.and_then(|of| of.grade(*grade)).map(|of| &of.pupils) {
                Some(Count::Known(pupils)) => set(facts, *item, *pupils, self.pupils),
                Some(Count::NotApplicable) => {
                    let value = Value::NotApplicable;
                    facts.set(*item, Fact { value, origin: self.pupils });
                }
                Some(Count::Missing(_)) | None => {
                    facts.remove(*item);
                }
            }
        }
        // A section that runs no grade any more has no pupils, which is known.
        let pupils = if none { Some(0) } else { pupils };
        let Some(pupils) = pupils else {
            self.unknown(facts);
            return;
        };
        set(facts, self.items.pupils, pupils, self.pupils);
        self.parts(facts, before.as_ref(), pupils);
        let grades = || {
            let grades = forecast.into_iter().flat_map(|of| &of.grades);
            grades.filter_map(|of| of.pupils.known())
        };
        let run = i64::try_from(grades().filter(|pupils| *pupils > 0).count()).unwrap_or(0);
        set(facts, self.items.grades_run, run, self.pupils);
        let split = self.norm.split(stage, grades());
        set(facts, self.items.classes, split.classes, self.classes);
        for (item, classes) in self.items.bands.iter().zip(split.bands) {
            set(facts, *item, classes, self.classes);
        }
        let largest = if split.classes == 0 {
            Value::NotApplicable
        } else {
            Value::Number(Decimal::from(split.largest))
        };
        facts.set(self.items.largest, Fact { value: largest, origin: self.classes });
    }

    fn unknown(&self, facts: &mut Facts) {
        let items = self.items;
        let single = [items.pupils, items.grades_run, items.classes, items.largest];
        for item in single.iter().chain(&items.bands).chain(&items.parts) {
            facts.remove(*item);
        }
    }

    /// Parts of the pupils, in their share of the base year; whole pupils, halves up.
    fn parts(&self, facts: &mut Facts, before: Option<&Exact>, pupils: i64) {
        for item in &self.items.parts {
            let Some(Value::Number(part)) = facts.value(*item).cloned() else { continue };
            let share = before.and_then(|before| Exact::from(part).checked_div(before));
            match share {
                Some(share) => {
                    let part = crate::round::nearest(&(share * Exact::from(pupils)));
                    set(facts, *item, part, self.parts);
                }
                None => {
                    facts.remove(*item);
                }
            }
        }
    }
}

fn number(facts: &Facts, item: ItemId) -> Option<Exact> {
    facts.value(item).and_then(Value::number).map(Exact::from)
}

fn set(facts: &mut Facts, item: ItemId, number: i64, origin: OriginId) {
    facts.set(item, Fact { value: Value::Number(Decimal::from(number)), origin });
}
