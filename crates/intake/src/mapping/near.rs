//! How near a word is to a name: by the letters that both have in one order. Whole numbers only, so
//! that equal inputs give equal orders everywhere.

use super::{Choice, IGNORE, NEAR, Topic};
use crate::cell::text::{heading, key};

/// Letters of a word that are compared; what is longer is cut.
const LONGEST: usize = 60;
/// Least nearness, in thousandths, of what is shown.
const LEAST: usize = 250;

/// The choices nearest to a word, best first; of those that are as near the earlier ones.
pub(crate) fn nearest(
    topic: Topic,
    label: &str,
    about: &str,
    choices: &[Choice],
    taken: &[String],
) -> Vec<Choice> {
    let word = match topic {
        Topic::Value => label.split_once('/').map_or(label, |(_, word)| word),
        Topic::Column | Topic::Kind | Topic::School => label,
    };
    let (word, beside) = (letters(word), letters(about));
    let mut scored: Vec<(usize, usize)> = Vec::new();
    for (index, choice) in choices.iter().enumerate() {
        if choice.target == IGNORE || taken.contains(&choice.target) {
            continue;
        }
        let name = letters(&choice.zh);
        let score = match topic {
            Topic::School => {
                let code = near(&word, &letters(&choice.target));
                // All codes of a county are alike: a name tells more.
                if beside.is_empty() {
                    near(&word, &name).max(code / 2)
                } else {
                    (2 * near(&beside, &name) + code) / 3
                }
            }
            _ => near(&word, &name),
        };
        if score >= LEAST {
            scored.push((score, index));
        }
    }
    scored.sort_by_key(|(score, index)| (std::cmp::Reverse(*score), *index));
    scored.iter().take(NEAR).filter_map(|(_, index)| choices.get(*index).cloned()).collect()
}

/// The letters that matter: without the unit, spaces and the signs between headings.
fn letters(text: &str) -> Vec<char> {
    let text = key(text);
    let (base, _) = heading(&text);
    base.chars().filter(|c| c.is_alphanumeric()).take(LONGEST).collect()
}

/// Twice the length of the longest common subsequence over both lengths, in thousandths.
fn near(a: &[char], b: &[char]) -> usize {
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    let mut row = vec![0usize; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (column, y) in b.iter().enumerate() {
            let above = row.get(column + 1).copied().unwrap_or(0);
            let left = row.get(column).copied().unwrap_or(0);
            let best = if x == y { diagonal + 1 } else { above.max(left) };
            if let Some(cell) = row.get_mut(column + 1) {
                *cell = best;
            }
            diagonal = above;
        }
    }
    2000 * row.last().copied().unwrap_or(0) / (a.len() + b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[(&str, &str)]) -> Vec<Choice> {
        names.iter().map(|(target, zh)| Choice::new(*target, *zh)).collect()
    }

    #[test]
    fn the_nearest_stands_first_and_what_is_taken_does_not_stand_at_all() {
        let choices = list(&[
            ("ignore", "不读入"),
            ("field/name", "学校名称"),
            ("field/code", "学校标识码"),
            ("item/site_area", "占地面积(㎡)"),
        ]);
        let of = |label: &str, taken: &[String]| {
            let near = nearest(Topic::Column, label, "", &choices, taken);
            near.into_iter().map(|choice| choice.target).collect::<Vec<_>>()
        };
        assert_eq!(of("学校代码", &[]).first().map(String::as_str), Some("field/code"));
        assert_eq!(of("占地面积(亩)", &[]), ["item/site_area"]);
        assert_eq!(of("占地面积", &["item/site_area".to_owned()]), [""; 0]);
        assert!(of("xyz", &[]).is_empty());
    }

    #[test]
    fn a_school_is_near_by_its_name_or_its_code() {
        let schools = list(&[("3418230001", "城关第一小学"), ("3418230002", "山口小学")]);
        let of = |label, name| nearest(Topic::School, label, name, &schools, &[]);
        assert_eq!(of("3418230009", "山口完小")[0].target, "3418230002");
        assert_eq!(of("城关一小", "")[0].target, "3418230001");
    }

    #[test]
    fn nearness_is_one_for_equals_and_nothing_for_strangers() {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(near(&letters("小学"), &letters("小学")), 1000);
        assert_eq!(near(&letters("小学"), &letters("初中")), 0);
        assert_eq!(near(&letters("abcd"), &letters("acbd")), 750);
    }
}
