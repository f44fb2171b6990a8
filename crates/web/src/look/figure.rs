//! Figures as readers see them, from exact integers, rounded once, half away from zero.

/// A count with a comma before each three digits: 1,234,567.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count, or a dash where it is not known.
pub(crate) fn count_or_dash(value: Option<u64>) -> String {
    value.map_or_else(|| "\u{2013}".to_owned(), count)
}

/// `over / under` in tenths, rounded half up; none where `under` is 0 or the product is too large.
pub(crate) fn tenths(over: u128, under: u128) -> Option<u128> {
    let doubled = over.checked_mul(20)?.checked_add(under)?;
    doubled.checked_div(under.checked_mul(2)?)
}

/// Tenths with one decimal: 12,345.6.
pub(crate) fn decimal(tenths: u128) -> String {
    let whole = u64::try_from(tenths / 10).unwrap_or(u64::MAX);
    format!("{}.{}", count(whole), tenths % 10)
}

/// A part of a whole in percent with one decimal, as `98.2%`.
///
/// What is not all is never called 100.0%, nor what is not nothing 0.0%.
pub(crate) fn share(part: u64, whole: u64) -> Option<String> {
    let tenths = tenths(u128::from(part) * 100, u128::from(whole))?;
    Some(match tenths {
        0 if part > 0 => "< 0.1%".to_owned(),
        1000 if part < whole => "> 99.9%".to_owned(),
        tenths => format!("{}%", decimal(tenths)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(value), text);
        }
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn tenths_are_rounded_once_half_up() {
        assert_eq!(tenths(1, 20), Some(1), "0.05");
        assert_eq!(tenths(49, 1000), Some(0), "0.049");
        assert_eq!(tenths(594_960, 310).map(decimal).unwrap(), "1,919.2");
        assert_eq!(tenths(1, 0), None);
        assert_eq!(tenths(u128::MAX, 1), None);
    }

    #[test]
    fn shares_do_not_flatter() {
        assert_eq!(share(1, 3).unwrap(), "33.3%");
        assert_eq!(share(0, 5).unwrap(), "0.0%");
        assert_eq!(share(5, 5).unwrap(), "100.0%");
        assert_eq!(share(1, 100_000).unwrap(), "< 0.1%");
        assert_eq!(share(99_999, 100_000).unwrap(), "> 99.9%");
        assert_eq!(share(1, 0), None);
    }
}
