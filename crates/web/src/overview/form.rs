//! The form that chooses days and a point.

use std::collections::BTreeSet;

use archive::question::Period;
use bulletin::Month;
use maud::{Markup, html};

use crate::query::View;

/// The form, and ways to the neighbouring months.
pub(super) fn form(view: &View, points: &BTreeSet<String>, extent: Period) -> Markup {
    let point = view.point.as_ref().map(ToString::to_string).unwrap_or_default();
    let (first, last) = (extent.from.to_string(), extent.to.to_string());
    html! {
        form.choose method="get" action="/" {
            label { "From" input type="date" name="from" value=(view.period.from) min=(first) max=(last); }
            label { "To" input type="date" name="to" value=(view.period.to) min=(first) max=(last); }
            label { "Point" select name="point" {
                option value="" { "all" }
                @for name in points { option value=(name) selected[*name == point] { (name) } }
            } }
            button type="submit" { "Show" }
        }
        p.months { (month_link(Month::of(view.period.from).before(), extent, &point))
            (month_link(Month::of(view.period.to), extent, &point))
            (month_link(Month::of(view.period.to).after(), extent, &point)) }
    }
}

/// A way to a month, where the archive may hold something of it.
fn month_link(month: Month, extent: Period, point: &str) -> Markup {
    let held = month.last() >= extent.from && month.first() <= extent.to;
    html! { @if held {
        a href={ "/?from=" (month.first()) "&to=" (month.last()) "&point=" (point) } { (month.words()) } " "
    } }
}
