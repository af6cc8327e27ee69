//! Bindings: what a column, a row or a cell of a form shows. A closed list for every kind of block.

use domain::Catalogue;

/// A binding that is read from its name in a pack.
pub(crate) trait Bind: Sized {
    /// The binding of a name; `None` for an unknown one.
    fn read(name: &str, catalogue: &Catalogue) -> Option<Self>;

    /// What a pack may write, for the refusal of anything else.
    fn options() -> String;
}

/// The name that makes a column repeat for every indicator of the standard.
pub(crate) const EACH: &str = "indicator";

/// A list of names as an enum that is [`Bind`].
macro_rules! bindings {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$vdoc])* $variant,)* }

        impl $crate::pack::Bind for $name {
            fn read(name: &str, _: &domain::Catalogue) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)* _ => None }
            }

            fn options() -> String {
                [$($text),*].join("、")
            }
        }
    };
}
pub(crate) use bindings;
