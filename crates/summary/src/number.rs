//! Numbers and dates as each language writes them, from exact values.

use claims::{Decimal, Figure, Month};

use crate::both::Both;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Numbers up to this are words in English where they count times.
const WORDS: [&str; 11] =
    ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// A number with a comma before each three digits, and U+2212 for less than zero.
pub(crate) fn grouped(number: &Decimal) -> String {
    let text = number.to_string();
    let (sign, text) = match text.strip_prefix('-') {
        Some(size) => ("\u{2212}", size),
        None => ("", text.as_str()),
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !part.is_empty() {
        grouped.push('.');
        grouped.push_str(part);
    }
    grouped
}

/// A figure: its number, with "about" where it was rounded. Millions, and in Japanese ten thousands
/// (万), where the number has nothing below them.
pub(crate) fn figure(figure: &Figure) -> Both<String> {
    let plain = grouped(&figure.value);
    if figure.half_unit.is_zero() {
        return Both::alike(&plain);
    }
    let en =
        in_units(&figure.value, 1_000_000, 2).map_or(plain.clone(), |n| format!("{n} million"));
    let ja = in_units(&figure.value, 10_000, 0).map_or(plain, |n| format!("{n}万"));
    Both { en: format!("about {en}"), ja: format!("約{ja}") }
}

/// A whole number in a greater unit, where at most so many decimals are needed and it is at least one.
fn in_units(number: &Decimal, unit: u64, most: usize) -> Option<String> {
    let number: u64 = number.whole()?;
    let (whole, rest) = (number / unit, number % unit);
    if whole == 0 {
        return None;
    }
    let digits = unit.to_string().len() - 1;
    let part = format!("{rest:0digits$}");
    let part = part.trim_end_matches('0');
    let whole = grouped(&Decimal::from(whole));
    match part.len() {
        0 => Some(whole),
        length if length <= most => Some(format!("{whole}.{part}")),
        _ => None,
    }
}

/// A number with exactly so many decimals, and its sign also above zero.
pub(crate) fn signed(number: &Decimal, decimals: i32) -> String {
    let sign = if number.is_negative() || number.is_zero() { "" } else { "+" };
    format!("{sign}{}", fixed(number, decimals))
}

/// A number with at least so many decimals.
pub(crate) fn fixed(number: &Decimal, decimals: i32) -> String {
    let text = grouped(number);
    let wanted = usize::try_from(decimals).unwrap_or(0);
    let has = text.split_once('.').map_or(0, |(_, part)| part.len());
    if wanted <= has {
        return text;
    }
    let point = if has == 0 { "." } else { "" };
    format!("{text}{point}{}", "0".repeat(wanted - has))
}

/// A small whole number as an English word, a greater one in digits.
pub(crate) fn word(number: &Decimal) -> String {
    let index = number.whole::<usize>();
    let word = index.and_then(|index| WORDS.get(index)).copied();
    word.map_or_else(|| grouped(number), str::to_owned)
}

/// A month: May 2005, 2005年5月.
pub(crate) fn month(month: Month) -> Both<String> {
    let index = usize::try_from(month.month()).unwrap_or(1).saturating_sub(1);
    let name = MONTHS.get(index).copied().unwrap_or_default();
    Both {
        en: format!("{name} {}", month.year()),
        ja: format!("{}年{}月", month.year(), month.month()),
    }
}

/// A month without its year, short: May, 5月.
pub(crate) fn short_month(month: Month) -> Both<String> {
    let Both { en, .. } = self::month(month);
    Both { en: en.chars().take(3).collect(), ja: format!("{}月", month.month()) }
}

/// A day of a month: 16 May, 5月16日.
pub(crate) fn day(month: Month, day: u32) -> Both<String> {
    let index = usize::try_from(month.month()).unwrap_or(1).saturating_sub(1);
    let name = MONTHS.get(index).copied().unwrap_or_default();
    Both { en: format!("{day} {name}"), ja: format!("{}月{day}日", month.month()) }
}

/// A moment, RFC 3339 in UTC, to the second: 10 June 2005, 00:00:00 UTC; 2005年6月10日00:00:00（UTC）. As it is where it
/// is none.
pub(crate) fn moment(text: &str) -> Both<String> {
    let parts = text.strip_suffix('Z').and_then(|text| text.split_once('T'));
    let read = parts.and_then(|(date, time)| {
        let (of, day) = date.rsplit_once('-')?;
        let (of, day) = (of.parse::<Month>().ok()?, day.parse::<u32>().ok()?);
        let time = time.split('.').next()?;
        let month = month(of);
        Some(Both {
            en: format!("{day} {}, {time} UTC", month.en),
            ja: format!("{}{day}日{time}（UTC）", month.ja),
        })
    });
    read.unwrap_or_else(|| Both::alike(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(value: u64, half_unit: u64) -> (String, String) {
        let Both { en, ja } = figure(&Figure::rounded(value, half_unit));
        (en, ja)
    }

    #[test]
    fn moments_are_read() {
        let may = moment("2005-05-10T03:04:05.678Z");
        assert_eq!(may.en, "10 May 2005, 03:04:05 UTC");
        assert_eq!(may.ja, "2005年5月10日03:04:05（UTC）");
        assert_eq!(moment("some day").en, "some day");
    }

    #[test]
    fn as_each_language_writes_them() {
        let said = |en: &str, ja: &str| (en.to_owned(), ja.to_owned());
        assert_eq!(both(5_021, 0), said("5,021", "5,021"));
        assert_eq!(both(3_550_000, 5_000), said("about 3.55 million", "約355万"));
        assert_eq!(both(450_000, 5_000), said("about 450,000", "約45万"));
        assert_eq!(both(1_900, 50), said("about 1,900", "約1,900"));
        assert_eq!(signed(&Decimal::scaled(-62, 1).unwrap(), 1), "\u{2212}6.2");
        assert_eq!(signed(&Decimal::from(5_u64), 1), "+5.0");
        assert_eq!(word(&Decimal::from(5_u64)), "five");
        let may = month("2005-05".parse().unwrap());
        assert_eq!((may.en.as_str(), may.ja.as_str()), ("May 2005", "2005年5月"));
    }
}
