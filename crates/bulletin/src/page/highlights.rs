//! What a reader in a hurry should know.

use maud::{Markup, html};

use crate::change::{Change, Exact};
use crate::figure;
use crate::model::Half;
use crate::rate::{self, accesses_per_day, point_seconds, sources_per_day};
use crate::{Model, Month};

pub(super) fn section(model: &Model) -> Markup {
    html! {
        section.highlights {
            h2 { "Highlights" }
            @if model.now.has_data() {
                (cards(model))
                p { (sentence(model)) }
                @if let Some(first) = model.services.first() {
                    p { "Most accesses were for " (crate::service::label(first)) ": " (figure::count(first.accesses))
                        @if let Some(share) = figure::share(first.accesses, model.now.totals.accesses) { ", " (share) " of all" }
                        "." }
                }
                (comparison(model))
            } @else {
                p { "The archive has no data of " (model.month.words()) ": no point watched then, or nothing of it was imported." }
            }
        }
    }
}

fn cards(model: &Model) -> Markup {
    let totals = &model.now.totals;
    let note = rate::note(totals);
    html! {
        dl.cards {
            (card("Accesses", &figure::count(totals.accesses), "all points", model, |it| it.accesses.into()))
            (card("Sources", &figure::count(totals.sources), "by TALOT2\u{2019}s rule", model, |it| it.sources.into()))
            (card("Accesses per point and day", &rate::text(accesses_per_day(totals)), note, model, accesses_per_day))
            (card("Sources per point and day", &rate::text(sources_per_day(totals)), note, model, sources_per_day))
        }
    }
}

fn card(
    name: &str,
    value: &str,
    note: &str,
    model: &Model,
    figure: impl Fn(&archive::question::Totals) -> Exact,
) -> Markup {
    let change = model.change(figure);
    html! {
        div {
            dt { (name) }
            dd.figure { (value) }
            dd.note { (note) }
            @if let Change::Percent(_) = change {
                dd.change { (change) " against " (model.month.before().words()) }
            }
        }
    }
}

fn sentence(model: &Model) -> String {
    let totals = &model.now.totals;
    format!(
        "In {}, {} counted {} accesses from {} addresses, {}{}.",
        model.month.words(),
        points(totals.points),
        figure::count(totals.accesses),
        figure::count(totals.plain_sources),
        coverage(model),
        if totals.coverage_assumed { " (coverage assumed)" } else { "" },
    )
}

fn points(count: u64) -> String {
    match count {
        1 => "1 point".to_owned(),
        count => format!("{} points", figure::count(count)),
    }
}

fn coverage(model: &Model) -> String {
    let totals = &model.now.totals;
    match figure::share(point_seconds(totals), model.seconds.saturating_mul(totals.points)) {
        Some(share) => format!("having watched {share} of the month"),
        None => "with coverage unknown".to_owned(),
    }
}

fn comparison(model: &Model) -> Markup {
    let before = model.month.before();
    if !model.before.has_data() {
        return html! { p { "The archive has no data of " (before.words()) ", so no change is given." } };
    }
    let (new, gone) = model.points_changed();
    html! {
        (only("in this month", &new))
        (only(&format!("in {}", before.words()), &gone))
        @if !new.is_empty() || !gone.is_empty() {
            p.note { "The totals of the two months are therefore of different points; averages per point and day compare better." }
        } @else if less_than_whole(model, &model.before, before) {
            p.note { "The two months were not watched for the same time; averages per point and day compare better than totals." }
        }
    }
}

fn only(when: &str, points: &[&str]) -> Markup {
    html! { @if !points.is_empty() {
        p.note { "Points that have data only " (when) ": " (points.join(", ")) "." }
    } }
}

/// Whether the time watched differs by more than a tenth of what it would be in whole months.
fn less_than_whole(model: &Model, before: &Half, month: Month) -> bool {
    let now = u128::from(point_seconds(&model.now.totals)) * u128::from(month.days());
    let then = u128::from(point_seconds(&before.totals)) * u128::from(model.month.days());
    now.abs_diff(then) * 10 > now.max(then)
}
