//! What figures a thing has: one table a kind of thing, with name, kind, Chinese name and where the
//! value comes from. The tables are the schema that templates are checked against, the catalogue that
//! values are read from, and the list in the documentation.
//!
//! Must not know: templates, documents.

use super::thing::{Entity, Thing};
use super::value::Value;
use super::{county, exchanged, places, planned, sections};

/// Kinds of figures: how one is printed, what may be asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words.
    Text,
    /// Words that decide something, as on a list of orders: an edited file is compared in them too.
    Entry,
    /// How many, other than persons.
    Count,
    /// How many persons: small ones are not for the public.
    Persons,
    /// A share in per cent.
    Share,
    /// A number with its official decimals.
    Number,
    /// Money, 万元.
    Amount,
    /// A verdict.
    Verdict,
    /// 是 or 否.
    Flag,
    /// Things.
    List(Entity),
    /// How a number has moved since last year.
    Direction,
}

impl Kind {
    /// The Chinese word.
    pub(crate) fn zh(self) -> String {
        match self {
            Self::Text => "文字".to_owned(),
            Self::Entry => "名录".to_owned(),
            Self::Count => "个数".to_owned(),
            Self::Persons => "人数".to_owned(),
            Self::Share => "比例".to_owned(),
            Self::Number => "数值".to_owned(),
            Self::Amount => "金额".to_owned(),
            Self::Verdict => "结论".to_owned(),
            Self::Flag => "是否".to_owned(),
            Self::Direction => "升降".to_owned(),
            Self::List(entity) => format!("“{}”的列表", entity.zh()),
        }
    }

    pub(crate) const fn is_number(self) -> bool {
        matches!(self, Self::Count | Self::Persons | Self::Share | Self::Number | Self::Amount)
    }
}

/// A figure of a kind of things.
pub(crate) struct Field {
    /// Its name in keys and templates.
    pub(crate) name: &'static str,
    /// Its kind.
    pub(crate) kind: Kind,
    /// Its Chinese name.
    pub(crate) zh: &'static str,
    /// Its value for a thing of the kind.
    pub(crate) get: for<'a> fn(Thing<'a>) -> Value<'a>,
}

/// A table of fields of one kind of things.
macro_rules! fields {
    ($table:ident: $variant:ident $parts:tt {
        $($name:literal $kind:expr, $zh:literal => $get:expr;)+
    }) => {
        pub(super) static $table: &[$crate::figures::field::Field] = &[$(
            $crate::figures::field::Field {
                name: $name,
                kind: $kind,
                zh: $zh,
                get: |thing| {
                    let $crate::figures::thing::Thing::$variant $parts = thing else {
                        return $crate::figures::value::Value::none();
                    };
                    $crate::figures::field::may_be_unused!($parts);
                    $get
                },
            },
        )+];
    };
}
pub(crate) use fields;

/// No figure needs all that a thing is made of.
macro_rules! may_be_unused {
    (($($part:ident),+)) => {
        $(let _ = &$part;)+
    };
}
pub(crate) use may_be_unused;

/// The figures of a kind of things.
pub(crate) fn of(entity: Entity) -> &'static [Field] {
    match entity {
        Entity::County => county::COUNTY,
        Entity::Stage => sections::STAGE,
        Entity::Indicator => sections::INDICATOR,
        Entity::Measure => sections::MEASURE,
        Entity::Section => sections::SECTION,
        Entity::Value => sections::VALUE,
        Entity::School => places::SCHOOL,
        Entity::Township => places::TOWNSHIP,
        Entity::SchoolKind => places::KIND,
        Entity::Excluded => places::EXCLUDED,
        Entity::Missing => places::MISSING,
        Entity::Group => county::GROUP,
        Entity::Rule => county::RULE,
        Entity::Part => county::PART,
        Entity::Place => county::PLACE,
        Entity::Target => county::TARGET,
        Entity::Plan => planned::PLAN,
        Entity::PlanYear => planned::YEAR,
        Entity::Work => planned::WORK,
        Entity::Action => planned::ACTION,
        Entity::Project => planned::PROJECT,
        Entity::Fund => planned::FUND,
        Entity::Line => planned::LINE,
        Entity::Rotation => exchanged::ROTATION,
        Entity::Order => exchanged::ORDER,
        Entity::Partner => exchanged::PARTNER,
        Entity::Staff => exchanged::STAFF,
        Entity::Taught => exchanged::TAUGHT,
        Entity::Quota => exchanged::QUOTA,
        Entity::Goal => exchanged::GOAL,
        Entity::Spread => exchanged::SPREAD,
        Entity::Objection => exchanged::OBJECTION,
    }
}

/// The figure of a name.
pub(crate) fn find(entity: Entity, name: &str) -> Option<&'static Field> {
    of(entity).iter().find(|field| field.name == name)
}
