//! A case, and work on it.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Form, Path, State};
use axum::response::Redirect;
use incident::case::{Board, Case, Change, Event};
use incident::staff::Act;
use maud::{Markup, html};
use serde::Deserialize;

use crate::failure::Failure;
use crate::gate::Who;
use crate::{Counter, now, shell};

/// What should be done, as forms say it.
#[derive(Deserialize)]
pub(crate) struct Wish {
    act: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    filings: String,
}

/// Numbers in a text, by spaces or commas.
fn numbers(text: &str) -> Result<Vec<i64>, Failure> {
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let number =
        |word: &str| word.parse().map_err(|_| Failure::usage(format!("{word:?} is no number.")));
    words.map(number).collect()
}

fn number(text: &str) -> Result<i64, Failure> {
    match numbers(text)?.as_slice() {
        [one] => Ok(*one),
        _ => Err(Failure::usage("Give one number.")),
    }
}

/// What a wish means; a split is none, as the book gives the new case its number.
fn change(counter: &Counter, wish: &Wish) -> Result<Option<Change>, Failure> {
    let value = wish.value.trim();
    let text = || match value {
        "" => Err(Failure::usage("Nothing was written.")),
        text if text.len() > 20_000 => {
            Err(Failure::usage("That is too long: 20,000 bytes at most."))
        }
        text => Ok(text.to_owned()),
    };
    Ok(Some(match wish.act.as_str() {
        "assign" => Change::Assigned { to: (!value.is_empty()).then(|| value.to_owned()) },
        "comment" => Change::Commented { text: text()? },
        "state" => Change::Moved { state: text()? },
        "due" => Change::Due { by: due(counter, value)? },
        "incident" => Change::Incident { title: text()? },
        "link" => Change::Linked { filing: number(value)?, incident: None },
        "unlink" => Change::Unlinked { filing: number(value)? },
        "merge" => Change::Merged { into: number(value)? },
        "undo" => Change::Undone { event: number(value)? },
        "split" => return Ok(None),
        act => return Err(Failure::usage(format!("{act:?} is nothing that is done to a case."))),
    }))
}

/// The end of a day, in the counter's zone.
fn due(counter: &Counter, day: &str) -> Result<Option<i64>, Failure> {
    if day.is_empty() {
        return Ok(None);
    }
    let wrong = || Failure::usage(format!("{day:?} is no day: write it like 2005-05-12."));
    let day: jiff::civil::Date = day.parse().map_err(|_| wrong())?;
    let zone = jiff::tz::TimeZone::get(&counter.setup.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let end = day.tomorrow().and_then(|next| next.to_zoned(zone)).map_err(|_| wrong())?;
    Ok(Some(end.timestamp().as_microsecond() - 1))
}

/// Changes a case.
pub(crate) async fn change_case(
    State(counter): State<Arc<Counter>>,
    who: Who,
    path: Result<Path<i64>, PathRejection>,
    Form(wish): Form<Wish>,
) -> Result<Redirect, Failure> {
    who.must(Act::Work)?;
    let Path(id) = path.map_err(|_| Failure::missing())?;
    let at = match change(&counter, &wish)? {
        Some(change) => {
            apply(&counter, &who, id, change).await?;
            id
        }
        None => split(&counter, &who, id, &wish).await?,
    };
    Ok(Redirect::to(&format!("/staff/cases/{at}")))
}

/// Splits a case, and gives the number of the new one.
async fn split(counter: &Counter, who: &Who, id: i64, wish: &Wish) -> Result<i64, Failure> {
    let (title, filings, by) =
        (wish.value.trim().to_owned(), numbers(&wish.filings)?, who.name.clone());
    if title.is_empty() || filings.is_empty() {
        return Err(Failure::usage("A split needs a title, and reports that go with it."));
    }
    counter.ask(move |book| book.split_case(id, &title, &filings, &by, now())).await
}

/// Applies a change, and gives the event's number. Only what one may see can be linked.
pub(crate) async fn apply(
    counter: &Counter,
    who: &Who,
    id: i64,
    change: Change,
) -> Result<i64, Failure> {
    let (by, role) = (who.name.clone(), who.role);
    let done = counter.ask(move |book| {
        if let Change::Linked { filing, .. } = &change
            && !role.may(Act::See(book.show(*filing)?.filing.tlp))
        {
            return Ok(None);
        }
        book.change_case(id, change, &by, now()).map(Some)
    });
    done.await?.ok_or_else(|| Failure::forbidden("This report is not for you."))
}

/// A case's page.
pub(crate) async fn case(
    State(counter): State<Arc<Counter>>,
    who: Who,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Markup, Failure> {
    who.must(Act::Work)?;
    let Path(id) = path.map_err(|_| Failure::missing())?;
    let (board, events, staff) = counter
        .ask(move |book| Ok((book.board()?, book.case_events(id)?, book.accounts()?)))
        .await?;
    let case = board.case(id).map_err(|error| Failure::from(register::Error::Case(error)))?;
    let names: Vec<String> =
        staff.into_iter().filter(|account| account.active).map(|account| account.name).collect();
    let body = html! {
        header {
            p.kicker { "Case " (case.id) }
            h1 { (case.title) }
        }
        @if let Some(within) = case.within {
            p.warning { "It goes on as part of " a href={ "/staff/cases/" (within) } { "case " (within) } "." }
        }
        dl.facts {
            dt { "State" } dd { (case.state) }
            dt { "Assigned" } dd { (case.assigned.as_deref().unwrap_or("nobody")) }
            dt { "Due" } dd { @match case.due { Some(due) => (shell::moment(&counter, due)), None => "not set" } }
            dt { "Reports" } dd { (reports(&board, case)) }
            @if !case.incidents.is_empty() { dt { "Incidents" } dd { (case.incidents.join("\n")) } }
        }
        @if case.within.is_none() {
            h2 { "Work" }
            (work(&who, &board, case, &names))
        }
        h2 { "What happened" }
        ol.events { @for event in &events { li { (told(&who, &counter, id, event)) } } }
    };
    Ok(shell::staff(&who, "", &format!("Case {id}"), &body))
}

fn reports(board: &Board, case: &Case) -> Markup {
    let filings = board.filings(case.id).unwrap_or_default();
    html! {
        @if filings.is_empty() { "none" }
        @for (at, filing) in filings.iter().enumerate() {
            @if at > 0 { ", " }
            a href={ "/staff/reports/" (filing) } { (filing) }
        }
    }
}

fn work(who: &Who, board: &Board, case: &Case, names: &[String]) -> Markup {
    let one = |act: &str, label: &str, button: &str, input: Markup| {
        html! {
            form method="post" action={ "/staff/cases/" (case.id) } {
                (shell::guard(who))
                input type="hidden" name="act" value=(act);
                label { (label) (input) }
                button.quiet { (button) }
            }
        }
    };
    let line = || html! { input type="text" name="value" required maxlength="1000"; };
    let number =
        || html! { input type="text" name="value" required inputmode="numeric" maxlength="20"; };
    html! {
        form.report method="post" action={ "/staff/cases/" (case.id) } {
            (shell::guard(who))
            input type="hidden" name="act" value="comment";
            div.field { label for="comment" { "Comment" }
                textarea id="comment" name="value" required maxlength="20000" {} }
            button { "Comment" }
        }
        div.work {
            (one("assign", "Assigned to", "Assign", html! { select name="value" {
                option value="" { "nobody" }
                @for name in names { option value=(name) selected[case.assigned.as_ref() == Some(name)] { (name) } }
            } }))
            (one("state", "State", "Move", html! { select name="value" {
                @for state in &board.states().0 { option value=(state.name) selected[state.name == case.state] { (state.name) } }
            } }))
            (one("due", "Due, at the end of", "Set", html! { input type="date" name="value"; }))
            (one("incident", "An incident within", "Add", line()))
            (one("link", "Link a report, by its number", "Link", number()))
            (one("unlink", "Unlink a report, by its number", "Unlink", number()))
            (one("merge", "Merge into a case, by its number", "Merge", number()))
            form method="post" action={ "/staff/cases/" (case.id) } {
                (shell::guard(who))
                input type="hidden" name="act" value="split";
                label { "Split off, as" (line()) }
                label { "with the reports, by their numbers" input type="text" name="filings" required maxlength="1000"; }
                button.quiet { "Split" }
            }
        }
    }
}

fn told(who: &Who, counter: &Counter, case: i64, event: &Event) -> Markup {
    let text = match &event.change {
        Change::Opened { title } => format!("opened it: {title}"),
        Change::Assigned { to: Some(to) } => format!("assigned it to {to}"),
        Change::Assigned { to: None } => "assigned it to nobody".to_owned(),
        Change::Commented { text } => text.clone(),
        Change::Moved { state } => format!("moved it to {state}"),
        Change::Due { by: Some(by) } => format!("set it due by {}", shell::moment(counter, *by)),
        Change::Due { by: None } => "set it due by no day".to_owned(),
        Change::Incident { title } => format!("told an incident apart: {title}"),
        Change::Linked { filing, .. } => format!("linked report {filing}"),
        Change::Unlinked { filing } => format!("unlinked report {filing}"),
        Change::Merged { into } => format!("merged it into case {into}"),
        Change::Split { off, title, filings } => {
            format!("split off case {off}, {title}, with {} reports", filings.len())
        }
        Change::Undone { event } => format!("undid event {event}"),
    };
    let undoable = matches!(event.change, Change::Merged { .. } | Change::Split { .. });
    html! {
        small { (shell::moment(counter, event.at)) ", " (event.who) }
        (text)
        @if undoable {
            form method="post" action={ "/staff/cases/" (case) } {
                (shell::guard(who))
                input type="hidden" name="act" value="undo";
                input type="hidden" name="value" value=(event.seq);
                button.quiet { "Undo" }
            }
        }
    }
}
