//! Days and numbers as people write them.

use jiff::civil::Date;

use crate::text::narrow;

/// Japanese eras that are still written: the year before their first.
const ERAS: [(&str, i16); 4] = [("令和", 2018), ("平成", 1988), ("R", 2018), ("H", 1988)];

/// A day: `2005-05-12`, `2005/5/12`, `2005.5.12`, `2005年5月12日`, `平成17年5月12日`, `H17.5.12`.
///
/// The year comes first, whatever follows: a day before its month is not told from a month before its
/// day, and is not guessed.
pub(super) fn day(text: &str) -> Option<Date> {
    let plain = narrow(text);
    let plain = plain.trim();
    // A time of day after it says nothing more about the day.
    let plain = plain.split(['T', ' ']).next().filter(|day| day.len() >= 6).unwrap_or(plain);
    let era = ERAS.iter().find_map(|(name, year)| Some((plain.strip_prefix(name)?, *year)));
    let (plain, before) = era.unwrap_or((plain, 0));
    let plain = plain.trim_end_matches('日').replace("元年", "1年");
    let mut numbers = plain.split(['-', '/', '.', '年', '月']).map(str::trim);
    let mut next = || numbers.next().filter(|n| n.bytes().all(|byte| byte.is_ascii_digit()));
    let year = next()?;
    if before == 0 && year.len() != 4 {
        return None;
    }
    let year = year.parse::<i16>().ok()?.checked_add(before)?;
    let date = Date::new(year, next()?.parse().ok()?, next()?.parse().ok()?).ok()?;
    (numbers.next().is_none() && (1980..=2200).contains(&date.year())).then_some(date)
}

/// A number of things: `12`, `1,234`, `12個`, `12 pieces`.
pub(super) fn number(text: &str) -> Option<u64> {
    let plain = narrow(text).replace(',', "");
    let plain = plain.trim();
    let end = plain.find(|c: char| !c.is_ascii_digit()).unwrap_or(plain.len());
    let (digits, unit) = plain.split_at_checked(end)?;
    let known = ["", "pieces", "piece", "個", "件", "通"].contains(&unit.trim());
    digits.parse().ok().filter(|_| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        let wanted = Some(jiff::civil::date(2005, 5, 12));
        for text in [
            "2005-05-12",
            "2005/5/12",
            "2005.5.12",
            "2005年5月12日",
            "平成17年5月12日",
            "H17.5.12",
            "２００５年５月１２日",
            " 2005-05-12 10:30",
            "2005-05-12T10:30:00+09:00",
        ] {
            assert_eq!(day(text), wanted, "{text}");
        }
        for text in [
            "",
            "12/5/2005",
            "5/12",
            "2005-13-01",
            "2005-02-30",
            "yesterday",
            "05-05-12",
            "2005-5",
            "2005-1-2-3",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(number("1,234"), Some(1_234));
        assert_eq!(number("１２個"), Some(12));
        assert_eq!(number("7 pieces"), Some(7));
        for text in ["", "-1", "many", "1.5", "12 elephants", "99999999999999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
