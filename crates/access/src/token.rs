//! Random tokens: of sessions and of one-time links. The holder has the token, the store only its
//! hash; who reads the database can use neither.

use crate::AccessError;
use domain::hex;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// A secret of 256 random bits, as 64 hexadecimal digits. It is printed by [`Token::reveal`] only.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A hash that belongs to one purpose: the hash of one use is no secret of another.
fn derive(purpose: &str, token: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(purpose);
    hasher.update([0]);
    hasher.update(token);
    hex(&hasher.finalize())
}

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// [`AccessError::Random`].
    pub fn random() -> Result<Self, AccessError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| AccessError::Random)?;
        Ok(Self(hex(&bytes)))
    }

    /// What somebody presents as a token; `None` for what cannot be one.
    ///
    /// ```
    /// use access::token::Token;
    /// let token = Token::random().unwrap();
    /// assert_eq!(Token::presented(token.reveal()), Some(token));
    /// assert_eq!(Token::presented("abc"), None);
    /// ```
    #[must_use]
    pub fn presented(text: &str) -> Option<Self> {
        let fits = text.len() == 64
            && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        fits.then(|| Self(text.to_owned()))
    }

    /// The token itself, for its holder.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the store keeps.
    #[must_use]
    pub fn hash(&self) -> String {
        derive("junheng-token-1", &self.0)
    }

    /// What a page must send back with every change: it follows from the session's token, so that
    /// another site, which cannot read the cookie, cannot know it.
    #[must_use]
    pub fn csrf(&self) -> String {
        derive("junheng-csrf-1", &self.0)
    }
}

/// Are two secrets equal? Takes as long wherever they differ.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// How long a link for a new password can be used.
pub const LINK_LIFE: SignedDuration = SignedDuration::from_hours(72);

/// How long the link for the first administrator can be used.
pub const SETUP_LIFE: SignedDuration = SignedDuration::from_hours(24);

const LINK: &str = "$link$";

/// A one-time link as it is kept in the place of a password's hash: who uses it sets a password, and
/// with that the link is gone. While it is there nobody signs in with a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    hash: String,
    expires: Timestamp,
}

impl Link {
    /// A link for a token.
    #[must_use]
    pub fn new(token: &Token, now: Timestamp, life: SignedDuration) -> Self {
        let expires = now.checked_add(life).unwrap_or(Timestamp::MAX);
        Self { hash: token.hash(), expires }
    }

    /// The text that is kept.
    #[must_use]
    pub fn keep(&self) -> String {
        format!("{LINK}{}${}", self.expires.as_second(), self.hash)
    }

    /// The link of a text that was kept; `None` for the hash of a password.
    #[must_use]
    pub fn kept(text: &str) -> Option<Self> {
        let (expires, hash) = text.strip_prefix(LINK)?.split_once('$')?;
        let expires = Timestamp::from_second(expires.parse().ok()?).ok()?;
        Some(Self { hash: hash.to_owned(), expires })
    }

    /// Until when it can be used.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Does the token open it now?
    #[must_use]
    pub fn opens(&self, token: &Token, now: Timestamp) -> bool {
        same(&self.hash, &token.hash()) && now < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_760_000_000 + seconds).unwrap()
    }

    #[test]
    fn links_open_once_kept_and_only_in_time() {
        let (token, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_ne!(token, other);
        let link = Link::kept(&Link::new(&token, at(0), LINK_LIFE).keep()).unwrap();
        assert!(link.opens(&token, at(0)) && !link.opens(&other, at(0)));
        assert!(!link.opens(&token, at(72 * 3600)));
        assert!(!link.keep().contains(token.reveal()));
        assert_eq!(Link::kept("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"), None);
    }

    #[test]
    fn what_is_derived_differs_and_nothing_is_printed() {
        let token = Token::random().unwrap();
        let all = [token.reveal().to_owned(), token.hash(), token.csrf()];
        assert!(all.iter().all(|text| text.len() == 64));
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    proptest! {
        #[test]
        fn whatever_is_presented_is_no_panic(text in ".{0,80}") {
            let _ = Link::kept(&text);
            let _ = Link::kept(&format!("{LINK}{text}"));
            prop_assert!(Token::presented(&text).is_none_or(|token| token.reveal() == text));
        }

        #[test]
        fn same_is_equality(one in "[a-f0-9]{0,8}", other in "[a-f0-9]{0,8}") {
            prop_assert_eq!(same(&one, &other), one == other);
        }
    }
}
