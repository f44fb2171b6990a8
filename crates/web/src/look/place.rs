//! Names of countries.

use gazetteer::Country;
use maud::{Markup, html};

/// The English name of a country by its code; none where the code is not known.
fn name(code: &str) -> Option<&'static str> {
    Country::parse(code)?.name()
}

/// A country's name and, smaller, its code; a word where it is not known.
pub(crate) fn country(code: Option<&str>) -> Markup {
    let Some(code) = code else { return html! { "not known" } };
    match name(code) {
        Some(name) => html! { (name) " " small { (code) } },
        None => html! { (code) },
    }
}

/// The first `top` rows of which the place is known, and after them the one of which it is not.
pub(crate) fn first<T>(rows: &[T], top: usize, is_known: impl Fn(&T) -> bool) -> Vec<&T> {
    let (known, unknown): (Vec<&T>, Vec<&T>) = rows.iter().partition(|row| is_known(row));
    known.into_iter().take(top).chain(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_by_name() {
        assert_eq!(country(Some("KR")).into_string(), "South Korea <small>KR</small>");
        assert_eq!(country(Some("XX")).into_string(), "XX");
        assert_eq!(country(None).into_string(), "not known");
    }

    #[test]
    fn the_unknown_come_last() {
        let first = first(&[None, Some(3), Some(2), Some(1)], 2, Option::is_some);
        assert_eq!(first, [&Some(3), &Some(2), &None]);
    }
}
