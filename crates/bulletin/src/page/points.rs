//! The points, each with its coverage.

use maud::{Markup, html};

use crate::change::Change;
use crate::html::{self, count};
use crate::model::PointOfMonth;
use crate::rate::{self, accesses_per_day, sources_per_day};
use crate::{Model, figure};

const COLUMNS: [&str; 7] = [
    "Point",
    "Accesses",
    "Sources",
    "Coverage",
    "Accesses per day",
    "Sources per day",
    "Change per day",
];

pub(super) fn section(model: &Model) -> Markup {
    let rows = html! {
        tbody { @for point in &model.now.points { (row(model, point)) } }
        tfoot { (all(model)) }
    };
    html! {
        section {
            h2 { "Points" }
            (html::table("Accesses and sources of each point", &COLUMNS, 1, &rows))
            p.note { "Coverage: seconds watched, of the month\u{2019}s " (figure::count(model.seconds))
                ". *: coverage assumed, in whole or in part. "
                "Per day: not told where a point watched for less than a day. Change: accesses per day against "
                (model.month.before().words()) "." }
        }
    }
}

fn row(model: &Model, point: &PointOfMonth) -> Markup {
    let coverage = coverage(point.seconds_up, model.seconds, point.totals.coverage_assumed);
    html! {
        tr {
            th scope="row" { (point.point) }
            (count(point.totals.accesses))
            (count(point.totals.sources))
            (html::cell(&coverage))
            (html::cell(&rate::text(accesses_per_day(&point.totals))))
            (html::cell(&rate::text(sources_per_day(&point.totals))))
            (change(model.change_of(point)))
        }
    }
}

fn all(model: &Model) -> Markup {
    let totals = &model.now.totals;
    let known = model.now.points.iter().map(|point| point.seconds_up).sum();
    let coverage =
        coverage(known, model.seconds.saturating_mul(totals.points), totals.coverage_assumed);
    html! {
        tr {
            th scope="row" { "All points" }
            (count(totals.accesses))
            (count(totals.sources))
            (html::cell(&coverage))
            (html::cell(&rate::text(accesses_per_day(totals))))
            (html::cell(&rate::text(sources_per_day(totals))))
            (change(model.change(accesses_per_day)))
        }
    }
}

fn coverage(seconds_up: Option<u64>, whole: u64, assumed: bool) -> String {
    let share = seconds_up.and_then(|seconds| figure::share(seconds, whole));
    match (share, assumed) {
        (Some(share), true) => format!("{share}*"),
        (Some(share), false) => share,
        (None, _) => "unknown*".to_owned(),
    }
}

/// A cell with a change, or the word for why there is none.
pub(super) fn change(change: Change) -> Markup {
    match change {
        Change::Percent(_) => html::cell(&change.to_string()),
        Change::NotWatched => html! { td.n.none { "no data before" } },
        Change::FromZero => html! { td.n.none { "none before" } },
        Change::TooShort => html! { td.n.none { "not told" } },
        Change::TooLarge => html! { td.n.none { "not reckoned" } },
    }
}
