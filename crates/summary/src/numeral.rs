//! Numbers that are written in words: an editor's "five hundred" and 二百件 need a proof as much as 500.
//!
//! "One" and 一 are articles as often as numbers, and pass; so do ordinals, fractions and Roman numerals, which no
//! list of words tells from names ("third party", 第三者, CD). What is a term and no count stands in lists here.

/// Numerals of Japanese, the formal and the old ones too.
const KANJI: &str = "〇零一二三四五六七八九十百千万億兆壱弐参伍拾廿卅两";

/// What is counted with, where it stands behind a single numeral; of サイト and サーバ the first letter. Not 分 and 度:
/// 十分 is "enough", 二度と "again".
const COUNTERS: &str =
    "件名人台回社個か箇カヶヵケ月年日時週秒倍割点種位例機団匹枚組サつ通本校円万億";

/// Words with numerals that count nothing, and names of places. What is missing here has to be marked.
const IDIOMS: [&str; 20] = [
    "万一",
    "万が一",
    "十分",
    "五十音",
    "五十嵐",
    "九十九里",
    "八百屋",
    "八百万",
    "十中八九",
    "一か八か",
    "四日市",
    "二本松",
    "千種",
    "三重県",
    "五月雨",
    "五月蠅",
    "二つ返事",
    "八つ当たり",
    "二人三脚",
    "三つ巴",
];

/// Words that say how a figure became another.
const BECAME: [&str; 3] = ["倍増", "半減", "倍に"];

/// English cardinals above one, and what is said of a figure that became a multiple.
const CARDINALS: [&str; 58] = [
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
    "trillion",
    "trillions",
    "dozen",
    "dozens",
    "tens",
    "twice",
    "thrice",
    "doubled",
    "tripled",
    "trebled",
    "quadrupled",
    "quintupled",
    "doubling",
    "tripling",
    "trebling",
    "halved",
    "halving",
    "twofold",
    "threefold",
    "fourfold",
    "fivefold",
    "tenfold",
    "hundredfold",
    "thousandfold",
];

/// What makes a term of a cardinal before it: two-factor, three-way, two-sided; or an ordinal, as passes:
/// twenty-first.
const TERMS: [&str; 17] = [
    "factor", "step", "way", "tier", "stage", "sided", "part", "letter", "first", "second",
    "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
];

/// Whether a text counts something in words.
pub(crate) fn has_numeral(text: &str) -> bool {
    counts_in_kanji(text) || counts_in_english(text)
}

fn counts_in_kanji(text: &str) -> bool {
    if BECAME.iter().any(|word| text.contains(word)) {
        return true;
    }
    let plain = IDIOMS.iter().fold(text.to_owned(), |text, idiom| text.replace(idiom, " "));
    let letters: Vec<char> = plain.chars().collect();
    let is_numeral = |letter: &char| KANJI.contains(*letter);
    let (mut at, mut before) = (0, ' ');
    while let Some(rest) = letters.get(at..).filter(|rest| !rest.is_empty()) {
        let run: String = rest.iter().take_while(|letter| is_numeral(letter)).collect();
        let length = run.chars().count();
        let is_counted = rest.get(length).is_some_and(|next| COUNTERS.contains(*next));
        // 第二回 is an ordinal.
        let is_number = match length {
            _ if before == '第' => false,
            0 => false,
            1 => run != "一" && is_counted,
            _ => true,
        };
        if is_number {
            return true;
        }
        before = rest.first().copied().unwrap_or(' ');
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
            "三サイト",
            "五週間、二匹",
            "廿件",
            "届出は倍増した",
            "a threefold rise, tens of hosts",
            "doubling",
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
            "十分な対策、二度と、万一の場合、一部、一方、一般に、二次被害、二要素認証",
            "五十音順に、五十嵐氏が四日市市と二本松市で、第二回と第二種の二つ返事",
            "the twenty-first century, a two-sided, two-part advisory",
            "One of the intruders was a third party",
            "two-factor authentication, a three-way handshake",
            "often, weight, tension, attend",
            "",
        ] {
            assert!(!has_numeral(plain), "{plain}");
        }
    }
}
