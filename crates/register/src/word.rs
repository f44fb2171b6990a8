//! Words by which a filing is found.
//!
//! Letters and digits in a row are a word; in Japanese, which has no spaces, every two signs that follow
//! each other are one. Two databases with searches of their own would find different things; these words
//! are the same in both.

use std::collections::BTreeSet;

/// The most words of one filing; the first ones count.
const MOST: usize = 200;

/// The longest word, in characters; what is longer is no word of a person's.
const LONGEST: usize = 40;

/// The words of a text.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for run in text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()) {
        if words.len() >= MOST {
            break;
        }
        let run: Vec<char> = run.chars().flat_map(char::to_lowercase).collect();
        for part in run.chunk_by(|a, b| is_japanese(*a) == is_japanese(*b)) {
            if part.first().is_some_and(|c| is_japanese(*c)) && part.len() > 1 {
                words.extend(part.windows(2).take(MOST).map(|two| two.iter().collect::<String>()));
            } else if part.len() > 1 {
                words.insert(part.iter().take(LONGEST).collect());
            }
        }
    }
    words.into_iter().take(MOST).collect()
}

/// Kana and kanji.
fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn two_tongues() {
        let found: Vec<String> = words("W32/Netsky.P 改ざんされた page").into_iter().collect();
        assert_eq!(found, ["netsky", "page", "w32", "され", "ざん", "れた", "んさ", "改ざ"]);
        assert!(words("\u{0} . - a").is_empty());
    }
}
