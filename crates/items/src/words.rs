//! The names that the checks of a file may use.

use crate::raw;
use crate::read::{filled, refuse};
use crate::template;
use domain::{Catalogue, Snapshot};
use formula::{Definition, Outcome, Type, Vocabulary};
use packs::{PackError, PackFile};
use std::sync::Arc;

/// The parameter of all checks: the calendar year in which the school year begins.
pub(crate) const SCHOOL_YEAR: &str = "school_year";

/// All items, the school year, and the definitions of the file.
pub(crate) struct Words<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) vocabulary: Vocabulary<'a>,
    pub(crate) definitions: Arc<[Definition]>,
}

impl<'a> Words<'a> {
    pub(crate) fn read(
        file: &PackFile,
        define: &[raw::Define],
        catalogue: &'a Catalogue,
    ) -> Result<Self, PackError> {
        let mut vocabulary = Vocabulary::new(catalogue);
        // No item is called so: the name is reserved.
        vocabulary
            .parameter(SCHOOL_YEAR, "学年", Type::ONE)
            .map_err(|error| PackError::at(file, 0..0, error.code(), error.to_string()))?;
        let mut definitions = Vec::new();
        for raw in define {
            filled(file, &raw.zh, "中文名称")?;
            let formula = template::formula(file, &raw.formula, &vocabulary, raw.level)?;
            let (name, zh) = (raw.name.get_ref(), raw.zh.get_ref());
            vocabulary
                .definition(name, zh, raw.level, formula.result().clone())
                .map_err(|error| refuse(file, &raw.name, error.code(), error.to_string()))?;
            definitions.push(Definition { name: name.clone(), zh: zh.clone(), formula });
        }
        Ok(Self { catalogue, vocabulary, definitions: definitions.into() })
    }
}

/// The values of the parameters, in the order of [`Words::read`].
pub(crate) fn parameters(snapshot: &Snapshot) -> [Outcome; 1] {
    [Outcome::Number(i64::from(snapshot.year().0).into())]
}
