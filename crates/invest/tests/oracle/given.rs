//! Small counties, as plain figures: what the tests and the cases for the second solver share.

use domain::{
    Catalogue, CountyCode, Draft, Exact, Fact, Facts, Origin, OriginId, School, SchoolCode,
    SchoolKind, SchoolYear, Section, Snapshot, Stage, Value,
};
use invest::costs::CostCatalogue;
use packs::PackSource;
use standard::Standard;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The year of the data.
pub(crate) const DATA: SchoolYear = SchoolYear(2024);

/// Figures by item.
pub(crate) type Figures = BTreeMap<&'static str, i64>;

/// A school in figures; money in 万元, areas in ㎡.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) kind: SchoolKind,
    pub(crate) facts: Figures,
    pub(crate) sections: Vec<(Stage, Figures)>,
}

/// What judges and what things cost.
pub(crate) struct Bench {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) standard: Arc<Standard>,
    pub(crate) costs: CostCatalogue,
}

/// The limits of the coefficients as the national standard writes them.
const LIMITS: &str = r#"coefficient = { primary = "0.50", junior = "0.45" }"#;
const RESOURCES: &str = "standards/cn-quality-2017/resources.toml";

impl Bench {
    /// The national standard, with other limits of the coefficients where they are given, and the
    /// reference costs, or a catalogue of the test's own.
    pub(crate) fn new(limits: Option<(&str, &str)>, costs: Option<&str>) -> Self {
        let embedded = PackSource::embedded();
        let mut own: Vec<(&str, String)> = Vec::new();
        if let Some((primary, junior)) = limits {
            let text = embedded.file(RESOURCES).unwrap().text();
            assert_eq!(text.matches(LIMITS).count(), 7, "one limit an indicator");
            let limits =
                format!(r#"coefficient = {{ primary = "{primary}", junior = "{junior}" }}"#);
            own.push((RESOURCES, text.replace(LIMITS, &limits)));
        }
        if let Some(text) = costs {
            own.push(("costs/own.toml", text.to_owned()));
        }
        let packs = embedded
            .overlay(PackSource::memory(own.iter().map(|(path, text)| (*path, text.as_str()))));
        let items = items::load(&packs).unwrap();
        let catalogue = Arc::new(items.catalogue().clone());
        let standard = standard::load::load(&packs, &catalogue, "cn-quality-2017").unwrap();
        let id = if costs.is_some() { "own" } else { "cn-county-2023" };
        let costs = invest::costs::load(&packs, &catalogue, id).unwrap();
        Self { catalogue, standard: Arc::new(standard), costs }
    }
}

pub(crate) fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

/// The code of the nth school, from one.
pub(crate) fn code(n: usize) -> SchoolCode {
    SchoolCode::parse(&format!("34000000{n:02}")).unwrap()
}

fn facts(catalogue: &Catalogue, figures: &Figures) -> Facts {
    let mut facts = Facts::new();
    for (item, figure) in figures {
        let value = Value::Number((*figure).into());
        facts.set(catalogue.id(item).unwrap(), Fact { value, origin: OriginId(0) });
    }
    facts
}

/// The county of the schools, in the year of the data.
pub(crate) fn county(catalogue: &Catalogue, schools: &[Given]) -> Snapshot {
    let mut draft = Draft::new(CountyCode::parse("340000").unwrap(), "示例县".to_owned(), DATA);
    draft.origin(Origin::Given { source: "test".into() });
    draft.schools = schools
        .iter()
        .zip(1..)
        .map(|(given, n)| {
            let mut own = facts(catalogue, &given.facts);
            for (item, text) in [("sponsor", "7"), ("residence", "220")] {
                let value = Value::Code(text.into());
                own.set(catalogue.id(item).unwrap(), Fact { value, origin: OriginId(0) });
            }
            let section = |(stage, figures): &(Stage, Figures)| Section {
                stage: *stage,
                attached: false,
                facts: facts(catalogue, figures),
            };
            School {
                code: code(n),
                name: format!("第{n}学校"),
                kind: given.kind,
                parent: None,
                facts: own,
                sections: given.sections.iter().map(section).collect(),
                classes: vec![],
                rooms: vec![],
            }
        })
        .collect();
    draft.seal(catalogue).unwrap()
}
