//! Numbers that are written in words: an editor's "five hundred" and 二百件 need a proof as much as 500.
//!
//! "One" and 一 are articles as often as numbers, and pass; so do ordinals, fractions and Roman numerals, which no
//! list of words tells from names ("third party", 第三者, CD). What is a term and no count stands in lists here.

/// Numerals of Japanese, the formal ones too.
const KANJI: &str = "〇零一二三四五六七八九十百千万億兆壱弐参拾";

/// What is counted with, where it stands behind a single numeral. Not 分 and 度: 十分 is "enough", 二度と "again".
const COUNTERS: &str = "件名人台回社個か箇カヶヵ月年日時秒倍割点種位つ通本校円万億";

/// Words of two numerals that count nothing.
const IDIOMS: [&str; 2] = ["万一", "一万一"];

/// English cardinals above one, and what is said of a figure that became a multiple.
const CARDINALS: [&str; 44] = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "hundreds",
    "thousand",
    "thousands",
    "million",
    "millions",
    "billion",
    "billions",
    "dozen",
    "dozens",
    "twice",
    "thrice",
    "doubled",
    "tripled",
    "quadrupled",
    "quintupled",
    "tenfold",
    "halved",
];

/// What makes a term of a cardinal before it: two-factor, three-way.
const TERMS: [&str; 5] = ["factor", "step", "way", "tier", "stage"];

/// Whether a text counts something in words.
pub(crate) fn has_numeral(text: &str) -> bool {
    counts_in_kanji(text) || counts_in_english(text)
}

fn counts_in_kanji(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let is_numeral = |letter: &char| KANJI.contains(*letter);
    let mut at = 0;
    while let Some(rest) = letters.get(at..).filter(|rest| !rest.is_empty()) {
        let run: String = rest.iter().take_while(|letter| is_numeral(letter)).collect();
        let length = run.chars().count();
        let is_counted = rest.get(length).is_some_and(|next| COUNTERS.contains(*next));
        match length {
            0 => {}
            1 if run != "一" && is_counted => return true,
            2.. if !IDIOMS.contains(&run.as_str()) => return true,
            _ => {}
        }
        at += length.max(1);
    }
    false
}

fn counts_in_english(text: &str) -> bool {
    let text = text.to_lowercase();
    let is_cardinal = |word: &str| CARDINALS.contains(&word);
    text.split(|letter: char| !letter.is_alphabetic() && letter != '-').any(|compound| {
        let mut parts = compound.split('-').peekable();
        while let Some(part) = parts.next() {
            let is_term = parts.peek().is_some_and(|next| TERMS.contains(next));
            if is_cardinal(part) && !is_term {
                return true;
            }
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        for counted in [
            "百二十三件の侵入がありました。",
            "五件",
            "二〇〇五年",
            "弐拾件",
            "被害は三台",
            "数十件",
            "八割が",
            "five hundred reports",
            "A dozen reports, doubled",
            "Twenty-one hosts",
            "twice as many",
        ] {
            assert!(has_numeral(counted), "{counted}");
        }
    }

    #[test]
    fn words_that_count_nothing() {
        for plain in [
            "侵入のうち一件は、第三者によるものでした。",
            "十分な対策、二度と、万一の場合、一部、一方、一般に、二次被害",
            "One of the intruders was a third party",
            "two-factor authentication, a three-way handshake",
            "often, weight, tension, attend",
            "",
        ] {
            assert!(!has_numeral(plain), "{plain}");
        }
    }
}
