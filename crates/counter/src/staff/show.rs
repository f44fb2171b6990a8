//! A report.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use incident::name::Resolution;
use incident::record::{AccessReport, Body, Label, Occurred, VirusReport};
use incident::staff::Act;
use maud::{Markup, html};
use register::{Shown, ShownLine};

use super::list::tlp;
use crate::failure::Failure;
use crate::gate::Who;
use crate::{Counter, shell};

/// A report's page: everything but who filed it.
pub(crate) async fn show(
    State(counter): State<Arc<Counter>>,
    who: Who,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Markup, Failure> {
    let Path(id) = path.map_err(|_| Failure::missing())?;
    let (shown, cases) = counter
        .ask(move |book| {
            let (shown, board) = (book.show(id)?, book.board()?);
            let linked =
                |case: &&incident::case::Case| case.links.iter().any(|link| link.filing == id);
            let cases = board.cases().filter(linked).map(|case| (case.id, case.title.clone()));
            Ok((shown, cases.collect::<Vec<_>>()))
        })
        .await?;
    who.must(Act::See(shown.filing.tlp))?;
    let filing = &shown.filing;
    let body = html! {
        header {
            p.kicker { (filing.body.kind()) " report " (filing.id) }
            h1 { (filing.receipt) }
            p { (tlp(filing.tlp)) }
        }
        dl.facts {
            dt { "Received" } dd { (shell::moment(&counter, filing.received)) " by " (shown.item.channel) }
            dt { "Reporter" } dd { @match &shown.reporter {
                Some(reporter) => { (reporter.class) ", " code { (reporter.id) } },
                None => "anonymous",
            } }
            (said(&shown))
        }
        @if !shown.sealed.is_empty() {
            h2 { "Attached, sealed" }
            ul { @for sealed in &shown.sealed {
                li { (sealed.name.as_deref().unwrap_or("without a name")) ", " (sealed.size) " bytes, "
                    code { (sealed.sha256) } }
            } }
        }
        h2 { "Cases" }
        @if cases.is_empty() { p { "None." } }
        ul { @for (id, title) in &cases { li { a href={ "/staff/cases/" (id) } { (id) " " (title) } } } }
        form.choose method="post" action="/staff/cases" {
            (shell::guard(&who))
            input type="hidden" name="filing" value=(filing.id);
            label { "What it is about" input type="text" name="title" required maxlength="200"; }
            button { "Open a case" }
        }
    };
    Ok(shell::staff(&who, "", &format!("Report {}", filing.receipt), &body))
}

fn said(shown: &Shown) -> Markup {
    match &shown.filing.body {
        Body::Virus(report) => virus(report, &shown.lines),
        Body::Access(report) => access(report),
        Body::Consultation(question) => html! {
            dt { "Subject" } dd { (question.subject) }
            dt { "Question" } dd { (question.text) }
            @if let Some(about) = question.about { dt { "About" } dd { (about) } }
        },
    }
}

fn virus(report: &VirusReport, lines: &[ShownLine]) -> Markup {
    html! {
        dt { "Discovered" } dd { (report.discovered) " (" (report.zone) ")" }
        dt { "Status" } dd { (report.status) }
        dt { "Route" } dd { (report.route) }
        @for (line, shown) in report.lines.iter().zip(lines) {
            dt { "Virus" }
            dd {
                (line.name)
                @if let Some(vendor) = &line.vendor { " (" (vendor) ")" }
                @if let Some(pieces) = line.pieces { ", pieces: " (pieces) }
                " — " (means(&shown.means))
                @if !shown.leads { ", counted with another report" }
            }
        }
    }
}

fn means(means: &Resolution) -> String {
    match means.family() {
        Some(family) => format!("family {family}"),
        None => "waits for a person".to_owned(),
    }
}

fn access(report: &AccessReport) -> Markup {
    let facets: Vec<&str> = report.labels().into_iter().map(Label::as_str).collect();
    let text = |name: &'static str, text: Option<&str>| {
        html! {
            @if let Some(text) = text { dt { (name) } dd { (text) } }
        }
    };
    html! {
        dt { "Category" } dd { (report.category) }
        dt { "Damage" } dd { @if report.damage { "yes" } @else { "no" } }
        dt { "RSIT" } dd { (facets.join(", ")) }
        dt { "Cause" } dd { (report.cause) }
        dt { "Found by" } dd { (report.found) }
        @match report.occurred {
            Some(Occurred::Day(day)) => { dt { "Occurred" } dd { (day) } },
            Some(Occurred::Year(year)) => { dt { "Occurred" } dd { "in " (year) } },
            None => {},
        }
        (text("Note", report.note.as_deref()))
        (text("Recovery", report.recovery.as_deref()))
        @if let Some(narrative) = &report.narrative {
            dt { "What happened" }
            dd { (narrative.text) "\n"
                small { @if narrative.publish { "May be published." } @else { "May not be published." } } }
        }
    }
}
