//! What a password must be.
//!
//! Source: GB/T 22239—2019, 8.1.4.1 身份鉴别 (complexity and change of passwords); the list of common
//! ones follows NIST SP 800-63B, 5.1.1.2: what is guessed first is refused whatever its characters.

use crate::AccessError;

/// No password is shorter, characters.
pub const SHORTEST: usize = 10;

/// From this length on a phrase needs no classes of characters.
pub const PHRASE: usize = 16;

/// No password is longer, characters: hashing is work that a stranger could ask for.
pub const LONGEST: usize = 128;

/// What is guessed first, in small letters, a line each. A password that is one of these, with
/// nothing but digits and signs around it, is one of these.
const COMMON: &str = include_str!("common.txt");

/// Checks a password against the rules.
///
/// # Errors
/// [`AccessError::WeakPassword`] with every rule that it breaks.
///
/// ```
/// use access::password::check;
/// assert!(check("Qing-shan4102", "zhangsan").is_ok());
/// assert!(check("zhangsan", "zhangsan").is_err());
/// ```
pub fn check(password: &str, login: &str) -> Result<(), AccessError> {
    let length = password.chars().count();
    let mut wrong = Vec::new();
    if length < SHORTEST {
        wrong.push("至少 10 个字符");
    }
    if length > LONGEST {
        wrong.push("最多 128 个字符");
    }
    // A phrase has words: an ID number or a telephone number is long and easily known.
    let is_phrase = length >= PHRASE && password.chars().filter(|c| c.is_alphabetic()).count() >= 4;
    if !is_phrase && classes(password) < 3 {
        wrong.push("须含大写字母、小写字母、数字、符号中的三类，或改用 16 个字符以上的长句");
    }
    let small = password.to_lowercase();
    let login = login.to_lowercase();
    if !login.is_empty() && contains_name(&small, &login) {
        wrong.push("不能是登录名，或只在登录名前后加几个字符");
    }
    if is_monotonous(&small) {
        wrong.push("不能由少数字符重复组成，或是连续的数字、字母");
    }
    if is_common(&small) {
        wrong.push("太常见，容易被猜中");
    }
    if wrong.is_empty() { Ok(()) } else { Err(AccessError::WeakPassword(wrong)) }
}

/// How many of the four classes a password has. A character of another script is a sign.
fn classes(password: &str) -> usize {
    let has = |of: fn(&char) -> bool| usize::from(password.chars().any(|c| of(&c)));
    has(char::is_ascii_uppercase)
        + has(char::is_ascii_lowercase)
        + has(char::is_ascii_digit)
        + has(|c| !c.is_ascii_alphanumeric())
}

/// The log-in name, forwards or backwards, with fewer than six characters beside it.
fn contains_name(small: &str, login: &str) -> bool {
    let backwards: String = login.chars().rev().collect();
    let rest = small.chars().count().saturating_sub(login.chars().count());
    rest < 6 && (small.contains(login) || small.contains(&backwards))
}

/// Fewer than four different characters, or hardly anything but runs up or down.
fn is_monotonous(small: &str) -> bool {
    let mut different: Vec<char> = small.chars().collect();
    different.sort_unstable();
    different.dedup();
    let codes: Vec<i64> = small.chars().map(|c| i64::from(u32::from(c))).collect();
    let others =
        |by: i64| codes.windows(2).filter(|pair| !matches!(pair, [a, b] if b - a == by)).count();
    different.len() < 4 || others(1).min(others(-1)) <= codes.len() / 8
}

/// A common password, or one with only digits and signs before and behind it, or with signs for
/// letters.
fn is_common(small: &str) -> bool {
    let bare = small.trim_matches(|c: char| !c.is_alphabetic());
    let letters: String = bare
        .chars()
        .map(|c| match c {
            '@' => 'a',
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '$' | '5' => 's',
            other => other,
        })
        .collect();
    COMMON.lines().any(|common| common == small || common == bare || common == letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reasons(password: &str) -> usize {
        match check(password, "zhangsan") {
            Ok(()) => 0,
            Err(AccessError::WeakPassword(reasons)) => reasons.len(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn good_ones() {
        for good in [
            "Qing-shan4102",
            "白日依山尽黄河入海流Ab1",
            "correct horse battery",
            "床前明月光疑是地上霜举头望明月低",
            "Zy7#kkpw2q",
            "Zhangsan-likes-noodles-8",
        ] {
            assert_eq!(reasons(good), 0, "{good}");
        }
    }

    #[test]
    fn weak_ones() {
        for weak in [
            "",
            "Ab1!",
            "abcdefghij",
            "Password123!",
            "P@ssw0rd2024",
            "Admin@123456",
            "Zhangsan2024",
            "nasgnahz1A#",
            "1234567890123456",
            "341823199001011234",
            "34182319900101123X",
            "abcdefgh12345678",
            "aaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "Qwertyuiop1!",
            "Woaini1314!!",
            "Junheng@2025",
        ] {
            assert!(reasons(weak) > 0, "{weak}");
        }
        assert!(reasons(&"长".repeat(129)) > 0);
        let said = check("abc", "x").unwrap_err().to_string();
        assert!(said.starts_with("密码不符合要求：至少 10 个字符；须含"), "{said}");
    }

    #[test]
    fn the_list_is_as_it_is_looked_up() {
        assert!(COMMON.lines().count() > 100);
        for line in COMMON.lines() {
            assert_eq!(line, line.trim().to_lowercase(), "{line}");
            assert!(!line.is_empty());
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic_and_short_is_never_fine(text in "\\PC{0,40}", login in "\\PC{0,12}") {
            let verdict = check(&text, &login);
            prop_assert!(verdict.is_err() || text.chars().count() >= SHORTEST);
        }
    }
}
