//! The countries of the sources, where databases told them and may be believed.

use archive::question::CountryCount;
use maud::{Markup, html};

use super::points::change;
use crate::change::Change;
use crate::html::{cell, count, table};
use crate::place::{self, Places};
use crate::{Model, figure};

/// How many countries are listed.
const TOP: usize = 10;
const COLUMNS: [&str; 5] = ["Country", "Accesses", "Share", "Addresses", "Change"];

/// The section; nothing where no country is known.
pub(super) fn section(model: &Model) -> Markup {
    let places = Places::of_countries(&model.now.countries);
    html! { @if places.known > 0 {
        section {
            h2 { "Countries" }
            @if places.are_refused() { (refusal(&places)) } @else { (listing(model, &places)) }
        }
    } }
}

fn refusal(places: &Places) -> Markup {
    html! { p {
        "The countries of this month are not told. They would be as " (places.databases()) " said, but "
        (out_of_date(places)) " That is more than a tenth, and too much to rely on."
    } }
}

fn out_of_date(places: &Places) -> String {
    let share = figure::share(places.out_of_date, places.known).unwrap_or_default();
    format!(
        "{share} of the accesses whose country is known are more than 12 months from the day of their database."
    )
}

fn listing(model: &Model, places: &Places) -> Markup {
    let rows = &model.now.countries;
    let known = rows.iter().filter(|row| row.country.is_some()).count();
    let caption = match known {
        ..=TOP => "Countries by accesses".to_owned(),
        more => format!("The {TOP} countries with the most accesses, of {more}"),
    };
    let shown = place::first(rows, TOP, |row| row.country.is_some());
    let body = html! { tbody { @for row in shown { (country_row(model, row)) } } };
    html! {
        (table(&caption, &COLUMNS, 1, &body))
        p.note {
            "Country: as " (places.databases()) " said of the source address; the address may be forged, and its holder "
            "elsewhere. Addresses: distinct source addresses over the month. Change: accesses against "
            (model.month.before().words())
            @if !model.can_compare_countries() { ", of which too little is known to compare" } "."
            @if places.out_of_date > 0 { " " (out_of_date(places)) }
        }
    }
}

fn country_row(model: &Model, row: &CountryCount) -> Markup {
    let before = model.accesses_before(row.country.as_deref());
    html! { tr.rest[row.country.is_none()] {
        th scope="row" { (place::country(row.country.as_deref())) }
        (count(row.counts.accesses))
        (cell(&figure::share(row.counts.accesses, model.now.totals.accesses).unwrap_or_default()))
        (count(row.counts.sources))
        (change(Change::of(row.counts.accesses.into(), before.map(Into::into))))
    } }
}
