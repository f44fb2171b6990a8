//! A row a day, a column a point; the more accesses, the darker.

use std::collections::{BTreeMap, BTreeSet};

use crate::look::figure;
use archive::question::DayOfPoint;
use maud::{Markup, html};

use super::Overview;

/// Shades, from few to many; `.h0` to `.h5` in the style sheet.
const SHADES: [&str; 6] = ["h0", "h1", "h2", "h3", "h4", "h5"];

/// The table, the last day first.
pub(super) fn table(overview: &Overview) -> Markup {
    let points: BTreeSet<&str> = overview.days.iter().map(|row| row.point.as_str()).collect();
    let cells: BTreeMap<(&str, &str), &DayOfPoint> =
        overview.days.iter().map(|row| ((row.day.as_str(), row.point.as_str()), row)).collect();
    let most = overview.days.iter().map(|row| row.accesses).max().unwrap_or_default();
    let mut days: Vec<String> = overview.view.period.days().map(|day| day.to_string()).collect();
    days.reverse();
    let rows = html! { tbody { @for day in &days {
        tr {
            th scope="row" { (day) }
            @for point in &points { (cell(cells.get(&(day.as_str(), point)).copied(), most)) }
        }
    } } };
    let columns: Vec<&str> = std::iter::once("Day").chain(points.iter().copied()).collect();
    html! {
        div.heat { (crate::look::html::table("Accesses, and below them sources, of each day and point", &columns, 1, &rows)) }
        p.note { "The more accesses, the darker. \u{2013}: no data. *: coverage assumed or unknown." }
    }
}

fn cell(row: Option<&DayOfPoint>, most: u64) -> Markup {
    let Some(row) = row else {
        return html! { td.n.none { "\u{2013}" } };
    };
    let assumed = row.assumed || row.seconds_up.is_none();
    html! {
        td .n .(shade(row.accesses, most)) {
            (figure::count(row.accesses)) @if assumed { "*" }
            small { (figure::count(row.sources)) }
        }
    }
}

/// Equal steps of the square root: days of few accesses are told apart too.
fn shade(accesses: u64, most: u64) -> &'static str {
    let part = (accesses as f64 / most.max(1) as f64).sqrt();
    let step = (part * (SHADES.len() - 1) as f64).round() as usize;
    SHADES.get(step).copied().unwrap_or("h0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_from_few_to_many() {
        assert_eq!(shade(0, 0), "h0");
        assert_eq!(shade(0, 100), "h0");
        assert_eq!(shade(4, 100), "h1");
        assert_eq!(shade(100, 100), "h5");
        assert_eq!(shade(u64::MAX, u64::MAX), "h5");
    }
}
