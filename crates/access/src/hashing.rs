//! Hashing of passwords: argon2id. It takes tens of milliseconds and megabytes on purpose: call it
//! where blocking is allowed.

use crate::AccessError;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

/// Memory of one hash, KiB: the second choice of RFC 9106, 4, halved twice for a small server, and
/// above the least of the OWASP cheat sheet on password storage (19 MiB with two passes).
pub const MEMORY_KIB: u32 = 19 * 1024;

/// Passes over the memory.
pub const PASSES: u32 = 2;

/// Lanes.
pub const LANES: u32 = 1;

/// What a hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: MEMORY_KIB, passes: PASSES }
    }
}

impl Cost {
    /// The least that argon2 can be asked for: a server whose accounts protect nothing, as in a
    /// test, where a thousand log-ins must take no time.
    pub const LEAST: Self = Self { memory_kib: 8, passes: 1 };

    fn hasher(self) -> Result<Argon2<'static>, AccessError> {
        let params = Params::new(self.memory_kib, self.passes, LANES, None);
        let params = params.map_err(|_| AccessError::Hash)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// Hashes a password with a salt of its own. Blocks.
///
/// # Errors
/// [`AccessError::Random`], [`AccessError::Hash`].
///
/// ```
/// use access::hashing::{Cost, hash, verify};
/// let kept = hash("correct horse battery", Cost::LEAST).unwrap();
/// assert!(verify("correct horse battery", &kept));
/// assert!(!verify("wrong horse battery", &kept));
/// ```
pub fn hash(password: &str, cost: Cost) -> Result<String, AccessError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| AccessError::Random)?;
    let hash: PasswordHash = cost
        .hasher()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| AccessError::Hash)?;
    Ok(hash.to_string())
}

/// Is this the password of a kept hash? With the cost that the hash was made with. Blocks. What is
/// not the hash of a password (none, a one-time link, something damaged) is nobody's password.
#[must_use]
pub fn verify(password: &str, kept: &str) -> bool {
    PasswordHash::new(kept)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Was the hash made with another cost than this? Then it is made anew at the next log-in.
#[must_use]
pub fn is_outdated(kept: &str, cost: Cost) -> bool {
    let Ok(hash) = PasswordHash::new(kept) else { return true };
    Params::try_from(&hash)
        .map_or(true, |made| made.m_cost() != cost.memory_kib || made.t_cost() != cost.passes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_password_has_another_hash_each_time() {
        let (one, other) = (
            hash("同一个密码同一个密码", Cost::LEAST).unwrap(),
            hash("同一个密码同一个密码", Cost::LEAST).unwrap(),
        );
        assert_ne!(one, other);
        assert!(verify("同一个密码同一个密码", &one) && verify("同一个密码同一个密码", &other));
        assert!(one.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{one}");
    }

    #[test]
    fn what_is_no_hash_is_nobodys_password() {
        for kept in ["", "secret", "$link$1760000000$abc", "$argon2id$v=19$m=8,t=1,p=1$x"] {
            assert!(!verify("", kept) && !verify("secret", kept), "{kept}");
            assert!(is_outdated(kept, Cost::LEAST));
        }
    }

    #[test]
    fn the_cost_of_a_hash_is_seen() {
        let kept = hash("x", Cost::LEAST).unwrap();
        assert!(!is_outdated(&kept, Cost::LEAST) && is_outdated(&kept, Cost::default()));
        assert!(Cost { memory_kib: 0, passes: 0 }.hasher().is_err());
    }
}
