//! What the rule packs say: read once when the server starts, so that a mistake in a pack is told
//! on the terminal and not to the first user.

use document::Template;
use domain::Catalogue;
use intake::roster::RosterLayouts;
use items::Items;
use packs::PackSource;
use staffing::Rules;
use standard::Standard;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rules about teachers that the program comes with.
const STAFFING: &str = "cn-county-2024";

/// The packs, read.
#[derive(Debug)]
pub struct Knowledge {
    /// The files.
    pub source: PackSource,
    /// The data items with their cross-checks.
    pub items: Items,
    /// The catalogue of items.
    pub catalogue: Arc<Catalogue>,
    /// The standards by id.
    pub standards: BTreeMap<String, Arc<Standard>>,
    /// The templates of documents, by id.
    pub templates: Vec<Arc<Template>>,
    /// The rules about teachers: subjects, posts, rotation, training, terms.
    pub staffing: Arc<Rules>,
    /// The layouts of roster files.
    pub rosters: RosterLayouts,
}

impl Knowledge {
    /// Reads all packs.
    ///
    /// # Errors
    /// The packs' own, with file, line and column.
    pub fn load(source: PackSource) -> Result<Self, crate::ServeError> {
        let items = items::load(&source)?;
        let catalogue = Arc::new(items.catalogue().clone());
        let mut standards = BTreeMap::new();
        for id in standard::load::ids(&source) {
            let standard = standard::load::load(&source, &catalogue, &id)?;
            standards.insert(id, Arc::new(standard));
        }
        let templates = Template::ids(&source);
        let templates = templates.iter().map(|id| Template::load(&source, id, &catalogue));
        let templates =
            templates.map(|template| template.map(Arc::new)).collect::<Result<_, _>>()?;
        let staffing = Arc::new(staffing::rules::load(&source, STAFFING)?);
        let rosters = RosterLayouts::load(&source)?;
        Ok(Self { source, items, catalogue, standards, templates, staffing, rosters })
    }

    /// A standard by its id.
    #[must_use]
    pub fn standard(&self, id: &str) -> Option<&Arc<Standard>> {
        self.standards.get(id)
    }
}
