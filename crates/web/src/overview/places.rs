//! Countries and autonomous systems of the sources.

use crate::look::figure;
use crate::look::html::{cell, count, table};
use crate::look::place;
use archive::question::{Period, Placed};
use bulletin::Places;
use maud::{Markup, html};

use super::{Overview, SHORT};

/// Countries and networks, side by side where there is room.
pub(super) fn section(overview: &Overview) -> Markup {
    let countries = Places::of_countries(&overview.countries);
    let networks = Places::of_asns(&overview.asns);
    html! {
        div.places {
            section {
                h2 { "Countries" }
                @if countries.known > 0 { (country_table(overview, &countries)) }
                @else { p.note { "The country of no source is known in these days." } }
            }
            @if networks.known > 0 {
                section {
                    h2 { "Networks" }
                    (network_table(overview, &networks))
                }
            }
        }
        @if countries.known > 0 || networks.known > 0 { (note(&countries, &networks)) }
    }
}

fn country_table(overview: &Overview, places: &Places) -> Markup {
    let rows = place::first(&overview.countries, SHORT, |row| row.country.is_some());
    let rows = rows
        .iter()
        .map(|row| (place::country(row.country.as_deref()), row.country.is_some(), &row.counts));
    let of = overview.countries.iter().filter(|row| row.country.is_some()).count();
    html! {
        (warning(places, overview.view.period))
        (shares("Country", &caption("countries", of), overview.totals.accesses, rows))
    }
}

fn network_table(overview: &Overview, places: &Places) -> Markup {
    let rows = place::first(&overview.asns, SHORT, |row| row.asn.is_some());
    let rows = rows.iter().map(|row| (network(row.asn), row.asn.is_some(), &row.counts));
    let of = overview.asns.iter().filter(|row| row.asn.is_some()).count();
    html! {
        (warning(places, overview.view.period))
        (shares("Network", &caption("networks", of), overview.totals.accesses, rows))
    }
}

fn network(asn: Option<u64>) -> Markup {
    match asn {
        Some(asn) => html! { "AS" (asn) },
        None => html! { "not known" },
    }
}

fn caption(what: &str, of: usize) -> String {
    match of {
        ..=SHORT => "By accesses".to_owned(),
        more => {
            format!("The {SHORT} {what} with the most accesses, of {}", figure::count(more as u64))
        }
    }
}

fn shares<'a>(
    what: &str,
    caption: &str,
    all: u64,
    rows: impl Iterator<Item = (Markup, bool, &'a Placed)>,
) -> Markup {
    let body = html! { tbody { @for (name, known, counts) in rows { tr.rest[!known] {
        th scope="row" { (name) }
        (count(counts.accesses))
        (cell(&figure::share(counts.accesses, all).unwrap_or_default()))
        (count(counts.sources))
    } } } };
    table(caption, &[what, "Accesses", "Share", "Addresses"], 1, &body)
}

/// What must be known before the table is read: that its databases are of another time.
fn warning(places: &Places, period: Period) -> Markup {
    let text = match (places.out_of_date, places.days) {
        (0, _) | (_, None) => return html! {},
        (late, Some((from, to))) if late == places.known => {
            let side = if from > period.to {
                "after"
            } else if to < period.from {
                "before"
            } else {
                "from"
            };
            let (subject, are, it) =
                if from == to { ("database", "is", "it") } else { ("databases", "are", "them") };
            let days = if from == to { from.to_string() } else { format!("{from} to {to}") };
            format!(
                "The {subject} {are} of {days}, more than a year {side} these accesses: do not rely on {it}."
            )
        }
        (late, Some(_)) => format!(
            "Do not rely on the places of {} of these accesses, {}: their database is of a day more than \
             a year away.",
            figure::count(late),
            figure::share(late, places.known).unwrap_or_default()
        ),
    };
    html! { p.warning { (text) } }
}

fn note(countries: &Places, networks: &Places) -> Markup {
    let of = |what: &str, places: &Places| {
        format!("{what} as {} said of the source address", places.databases())
    };
    let told = match (countries.known > 0, networks.known > 0) {
        (true, true) if countries.days == networks.days => of("Countries and networks", countries),
        (true, true) => format!("{}; {}", of("Countries", countries), of("networks", networks)),
        (true, false) => of("Countries", countries),
        (false, _) => of("Networks", networks),
    };
    html! { p.note {
        (told) ", which may be forged. Addresses: distinct source addresses over all these days and points."
        @if networks.known == 0 {
            " Networks are not known: Yagura comes with no database of them, and takes one that is named in its settings."
        }
    } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(days: (&str, &str), late: u64) -> String {
        let day = |text: &str| text.parse().unwrap();
        let days = Some((day(days.0), day(days.1)));
        let places = Places { accesses: 200, known: 100, out_of_date: late, days };
        let period = Period { from: day("2018-03-26"), to: day("2018-03-28") };
        warning(&places, period).into_string()
    }

    #[test]
    fn a_database_of_another_year_is_no_ground() {
        assert_eq!(said(("2018-03-01", "2018-03-01"), 0), "");
        let all = said(("2026-11-01", "2026-11-01"), 100);
        let sentence = "The database is of 2026-11-01, more than a year after these accesses: do not rely on it.";
        assert!(all.contains(sentence), "{all}");
        let all = said(("2011-11-01", "2012-01-01"), 100);
        let sentence = "The databases are of 2011-11-01 to 2012-01-01, more than a year before these accesses: \
                        do not rely on them.";
        assert!(all.contains(sentence), "{all}");
        let some = said(("2011-11-01", "2018-03-01"), 7);
        assert!(some.contains("the places of 7 of these accesses, 7.0%: their database"), "{some}");
    }
}
