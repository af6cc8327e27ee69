//! Text and attributes as XML.

use quick_xml::escape::escape;
use std::borrow::Cow;

/// The declaration that begins each part.
pub(super) const DECLARATION: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A text for content or an attribute: escaped, and without what XML 1.0 has no room for.
pub(super) fn text(raw: &str) -> Cow<'_, str> {
    if raw.chars().all(allowed) {
        return escape(raw);
    }
    let clean: String = raw.chars().filter(|c| allowed(*c)).collect();
    escape(clean.as_str()).into_owned().into()
}

/// The characters of XML 1.0.
fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_control_characters_are_dropped() {
        assert_eq!(text("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&apos;");
        assert_eq!(text("甲\u{0}\u{b}乙\u{ffff}㙦𫍯"), "甲乙㙦𫍯");
    }
}
