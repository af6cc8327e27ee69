//! Strict TOML.

use crate::{PackError, PackFile, message};
use serde::de::DeserializeOwned;

/// Reads a pack file into a type. The type refuses what it does not know by
/// `#[serde(deny_unknown_fields)]`; nothing is guessed and nothing is dropped.
///
/// ```
/// # use serde::Deserialize;
/// #[derive(Debug, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Head {
///     id: String,
/// }
/// let file = packs::PackFile::new("x.toml", "id = \"a\"\nidd = 1\n");
/// let error = packs::parse::<Head>(&file).unwrap_err();
/// assert_eq!(error.code(), "P-TOML-02");
/// assert_eq!(error.excerpt().unwrap().line, 2);
/// ```
///
/// # Errors
/// `P-TOML-01` syntax, `-02` unknown key, `-03` missing key, `-04` wrong type, `-05` duplicate
/// key, `-06` a value that is not allowed; each [`PackError::At`] its place.
pub fn parse<T: DeserializeOwned>(file: &PackFile) -> Result<T, PackError> {
    toml::from_str(file.text()).map_err(|error| {
        let said = message::in_chinese(error.message());
        PackError::at(file, error.span().unwrap_or(0..0), said.code, said.text).with_help(said.help)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[expect(dead_code, reason = "only the refusals are looked at")]
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        code: String,
        #[serde(default)]
        kind: Kind,
        #[serde(default)]
        size: u8,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        #[default]
        Count,
        Amount,
    }

    #[expect(dead_code, reason = "only the refusals are looked at")]
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rows {
        row: Vec<Row>,
    }

    fn refusal(text: &str) -> String {
        let file = PackFile::new("items/坏.toml", text);
        parse::<Rows>(&file).unwrap_err().to_string()
    }

    #[test]
    fn every_refusal_shows_its_place() {
        let cases = [
            ("syntax", "[[row]]\ncode = 学生\n"),
            ("unclosed", "[[row]]\ncode = \"学生\n"),
            ("bare key", "[[row]]\ncode = \"a\"\n  备注 = \"多余\"\n"),
            ("unknown key", "[[row]]\ncode = \"a\"\n  note = \"多余\"\n"),
            ("missing key", "[[row]]\ncode = \"a\"\n[[row]]\nsize = 1\n"),
            ("wrong type", "[[row]]\ncode = 12\n"),
            ("wrong number", "[[row]]\ncode = \"a\"\nsize = 300\n"),
            ("duplicate", "[[row]]\ncode = \"a\"\ncode = \"b\"\n"),
            ("variant", "[[row]]\ncode = \"学生\"\nkind = \"counts\"\n"),
            ("wide", "row = [{ code = \"学生数\", size = \"二\" }]\n"),
            ("empty", ""),
        ];
        let all: Vec<_> = cases.iter().map(|(n, t)| format!("[{n}]\n{}\n", refusal(t))).collect();
        insta::assert_snapshot!(all.join("\n"));
    }
}
