//! The names that formulas may use.

use crate::distance::nearest;
use crate::tree::{BuiltIn, Expr, Label};
use crate::{Type, places};
use domain::{Catalogue, ItemKind, Level, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Words of the language, which no parameter or definition may be called.
pub(crate) const FUNCTIONS: [&str; 14] = [
    "if", "ceil", "floor", "round", "min", "max", "known", "applies", "split", "sum", "count",
    "all", "any", "share",
];
const KEYWORDS: [&str; 9] =
    ["and", "or", "not", "in", "where", "school", "section", "class", "room"];

/// Why a name cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// `F-NAME-11`: the name is an item, a built-in name, a parameter or a definition already.
    #[error("名称“{name}”已被{owner}占用，请换一个名称")]
    Taken {
        /// The name.
        name: String,
        /// What has it, in Chinese.
        owner: String,
    },
    /// `F-NAME-12`: the name is a word of the language.
    #[error("“{0}”是公式语言的保留字，不能用作名称")]
    Reserved(String),
    /// `F-NAME-13`: the name is not made of lower-case letters, digits and `_`.
    #[error("名称“{0}”应由小写字母、数字和下划线组成，并以字母开头")]
    Malformed(String),
}

impl NameError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Taken { .. } => "F-NAME-11",
            Self::Reserved(_) => "F-NAME-12",
            Self::Malformed(_) => "F-NAME-13",
        }
    }
}

#[derive(Clone, Debug)]
enum Given {
    Parameter { index: usize, label: Arc<Label>, result: Type },
    Definition { index: usize, level: Level, label: Arc<Label>, result: Type },
}

/// Codes of a closed list with their labels.
pub(crate) type Codes = Vec<(String, String)>;

/// What a name stands for.
pub(crate) struct Resolved {
    pub(crate) expr: Expr,
    pub(crate) result: Type,
    /// The closed list of a code.
    pub(crate) codes: Option<Codes>,
    pub(crate) level: Level,
    pub(crate) zh: String,
    /// Dates can be asked for and not computed with.
    pub(crate) is_date: bool,
}

/// The items of a catalogue, the built-in names, and the parameters and definitions of a pack.
///
/// ```
/// # use domain::{Catalogue, Level};
/// # use formula::{NameError, Type, Vocabulary};
/// let catalogue = Catalogue::default();
/// let mut vocabulary = Vocabulary::new(&catalogue);
/// assert_eq!(vocabulary.parameter("floor_share", "余项比例", Type::ONE), Ok(0));
/// assert_eq!(vocabulary.definition("per_pupil", "生均", Level::Section, Type::ONE), Ok(0));
/// assert_eq!(
///     vocabulary.parameter("sum", "合计", Type::ONE),
///     Err(NameError::Reserved("sum".into()))
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Vocabulary<'a> {
    catalogue: &'a Catalogue,
    given: BTreeMap<String, Given>,
    parameters: usize,
    definitions: usize,
}

impl<'a> Vocabulary<'a> {
    /// The vocabulary of a catalogue.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue) -> Self {
        Self { catalogue, given: BTreeMap::new(), parameters: 0, definitions: 0 }
    }

    /// The catalogue.
    #[must_use]
    pub fn catalogue(&self) -> &'a Catalogue {
        self.catalogue
    }

    /// Names a parameter and returns its index in [`crate::Env::parameters`].
    ///
    /// # Errors
    /// [`NameError`] where the name is taken, reserved or malformed.
    pub fn parameter(&mut self, name: &str, zh: &str, result: Type) -> Result<usize, NameError> {
        let label = self.free(name, zh, &result)?;
        let index = self.parameters;
        self.parameters += 1;
        self.given.insert(name.to_owned(), Given::Parameter { index, label, result });
        Ok(index)
    }

    /// Names a definition and returns its index in [`crate::Env::definitions`]. Parse its formula
    /// first: a definition uses only those named before it.
    ///
    /// # Errors
    /// [`NameError`] where the name is taken, reserved or malformed.
    pub fn definition(
        &mut self,
        name: &str,
        zh: &str,
        level: Level,
        result: Type,
    ) -> Result<usize, NameError> {
        let label = self.free(name, zh, &result)?;
        let index = self.definitions;
        self.definitions += 1;
        self.given.insert(name.to_owned(), Given::Definition { index, level, label, result });
        Ok(index)
    }

    fn free(&self, name: &str, zh: &str, result: &Type) -> Result<Arc<Label>, NameError> {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(letters) {
            return Err(NameError::Malformed(name.to_owned()));
        }
        if FUNCTIONS.contains(&name) || KEYWORDS.contains(&name) {
            return Err(NameError::Reserved(name.to_owned()));
        }
        let owner = if let Some((_, item)) = self.catalogue.find(name) {
            format!("数据项“{}”", item.zh)
        } else if let Some(built_in) = BuiltIn::ALL.into_iter().find(|b| b.code() == name) {
            format!("内置名称“{}”", built_in.zh())
        } else {
            match self.given.get(name) {
                Some(Given::Parameter { label, .. }) => format!("参数“{}”", label.zh),
                Some(Given::Definition { label, .. }) => format!("定义“{}”", label.zh),
                None => {
                    let unit = result.unit().cloned();
                    return Ok(Arc::new(Label { code: name.to_owned(), zh: zh.to_owned(), unit }));
                }
            }
        };
        Err(NameError::Taken { name: name.to_owned(), owner })
    }

    pub(crate) fn resolve(&self, name: &str) -> Option<Resolved> {
        if let Some(given) = self.given.get(name) {
            return Some(match given.clone() {
                Given::Parameter { index, label, result } => Resolved {
                    zh: label.zh.clone(),
                    expr: Expr::Parameter { index, label },
                    result,
                    codes: None,
                    level: Level::County,
                    is_date: false,
                },
                Given::Definition { index, level, label, result } => Resolved {
                    zh: label.zh.clone(),
                    expr: Expr::Definition { index, level, label },
                    result,
                    codes: None,
                    level,
                    is_date: false,
                },
            });
        }
        if let Some(built_in) = BuiltIn::ALL.into_iter().find(|b| b.code() == name) {
            let codes = built_in.codes();
            return Some(Resolved {
                expr: Expr::BuiltIn(built_in),
                result: match built_in {
                    BuiltIn::SchoolKind | BuiltIn::Stage | BuiltIn::RoomKind => Type::Code,
                    BuiltIn::IsCampus | BuiltIn::Attached => Type::Flag,
                    BuiltIn::ClassGrade => Type::Number(Unit::ONE),
                },
                codes: (!codes.is_empty()).then(|| {
                    codes.into_iter().map(|(code, zh)| (code.to_owned(), zh.to_owned())).collect()
                }),
                level: built_in.level(),
                zh: built_in.zh().to_owned(),
                is_date: false,
            });
        }
        let (id, item) = self.catalogue.find(name)?;
        let (result, codes) = match &item.kind {
            ItemKind::Count | ItemKind::Amount | ItemKind::Year => {
                (Type::Number(item.unit.clone()), None)
            }
            ItemKind::Flag => (Type::Flag, None),
            ItemKind::Code(list) => (Type::Code, Some(list.clone())),
            ItemKind::Text | ItemKind::Date => (Type::Text, None),
        };
        let label =
            Label { code: item.code.clone(), zh: item.zh.clone(), unit: result.unit().cloned() };
        Some(Resolved {
            expr: Expr::Item { id, level: item.level, label: Arc::new(label) },
            result,
            codes,
            level: item.level,
            zh: item.zh.clone(),
            is_date: item.kind == ItemKind::Date,
        })
    }

    /// The code of an item, a built-in name, a parameter or a definition with a Chinese name.
    pub(crate) fn code_of(&self, zh: &str, level: Level) -> Option<String> {
        let visible = |owner| places::is_visible(owner, level) || places::is_below(owner, level);
        let item = self
            .catalogue
            .iter()
            .map(|(_, item)| item)
            .filter(|item| item.zh == zh)
            .min_by_key(|item| !visible(item.level));
        if let Some(item) = item {
            return Some(item.code.clone());
        }
        if let Some(built_in) = BuiltIn::ALL.into_iter().find(|b| b.zh() == zh) {
            return Some(built_in.code().to_owned());
        }
        self.given.iter().find_map(|(name, given)| {
            let (Given::Parameter { label, .. } | Given::Definition { label, .. }) = given;
            (label.zh == zh).then(|| name.clone())
        })
    }

    /// `;是否应为 pupils(在校生数)?`, or nothing where no name is near.
    pub(crate) fn suggestion(&self, name: &str) -> String {
        let items = self.catalogue.iter().map(|(_, item)| item.code.as_str());
        let mut known: Vec<&str> = items.collect();
        known.extend(BuiltIn::ALL.iter().map(|built_in| built_in.code()));
        known.extend(self.given.keys().map(String::as_str));
        let Some(near) = nearest(name, known.into_iter()) else { return String::new() };
        let zh = self.resolve(near).map(|resolved| resolved.zh).unwrap_or_default();
        format!("；是否应为 {near}({zh})?")
    }
}
