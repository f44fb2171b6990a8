//! A case, and work on it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use incident::case::{Board, Case, Change};
use incident::staff::Act;
use maud::{Markup, html};
use serde::Deserialize;

use super::told::told;
use crate::failure::Failure;
use crate::gate::{Filled, Place, Who};
use crate::words::{Sentence, Text, state};
use crate::{Counter, now, shell};

/// A report that somebody may not see.
pub(super) const NOT_YOURS: Text<'_> =
    Text("This report is not for you.", "この届出を扱う権限がありません。");

/// What should be done, as forms say it.
#[derive(Deserialize)]
pub(crate) struct Wish {
    act: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    filings: String,
}

/// A sentence about something that was written.
fn quoted(word: &str, en: &str, ja: &str) -> Sentence {
    Sentence::new(format!("{word:?}{en}"), format!("「{word}」{ja}"))
}

/// Numbers in a text, by spaces or commas.
fn numbers(text: &str) -> Result<Vec<i64>, Failure> {
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let number = |word: &str| {
        word.parse()
            .map_err(|_| Failure::usage(quoted(word, " is no number.", "は番号ではありません。")))
    };
    words.map(number).collect()
}

fn number(text: &str) -> Result<i64, Failure> {
    match numbers(text)?.as_slice() {
        [one] => Ok(*one),
        _ => Err(Failure::usage(Text("Give one number.", "番号を1つ記入してください。"))),
    }
}

/// What a wish means; a split is none, as the book gives the new case its number.
fn change(counter: &Counter, wish: &Wish) -> Result<Option<Change>, Failure> {
    let value = wish.value.trim();
    let text = || match value {
        "" => Err(Failure::usage(Text("Nothing was written.", "何も記入されていません。"))),
        text if text.len() > 20_000 => Err(Failure::usage(Text(
            "That is too long: 20,000 bytes at most.",
            "長すぎます。20,000バイトまでです。",
        ))),
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
        act => {
            let words =
                quoted(act, " is nothing that is done to a case.", "という操作はありません。");
            return Err(Failure::usage(words));
        }
    }))
}

/// The end of a day, in the counter's zone.
fn due(counter: &Counter, day: &str) -> Result<Option<i64>, Failure> {
    if day.is_empty() {
        return Ok(None);
    }
    let (en, ja) = (
        " is no day: write it like 2005-05-12.",
        "は日付ではありません。2005-05-12 のように書いてください。",
    );
    let wrong = || Failure::usage(quoted(day, en, ja));
    let day: jiff::civil::Date = day.parse().map_err(|_| wrong())?;
    let zone = jiff::tz::TimeZone::get(&counter.setup.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let end = day.tomorrow().and_then(|next| next.to_zoned(zone)).map_err(|_| wrong())?;
    Ok(Some(end.timestamp().as_microsecond() - 1))
}

/// Changes a case.
pub(crate) async fn change_case(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Place(id): Place<i64>,
    Filled(wish): Filled<Wish>,
) -> Result<Redirect, Failure> {
    who.must(Act::Work)?;
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
        return Err(Failure::usage(Text(
            "A split needs a title, and reports that go with it.",
            "分割には、新しい案件の件名と、移す届出の番号が必要です。",
        )));
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
    done.await?.ok_or_else(|| Failure::forbidden(NOT_YOURS))
}

/// A case's page.
pub(crate) async fn case(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Place(id): Place<i64>,
) -> Result<Markup, Failure> {
    who.must(Act::Work)?;
    let (board, events, staff) = counter
        .ask(move |book| Ok((book.board()?, book.case_events(id)?, book.accounts()?)))
        .await?;
    let case = board.case(id).map_err(|error| Failure::from(register::Error::Case(error)))?;
    let names: Vec<String> =
        staff.into_iter().filter(|account| account.active).map(|account| account.name).collect();
    let say = |en, ja| who.language.say(en, ja);
    let body = html! {
        header {
            p.kicker { (say("Case ", "案件 ")) (case.id) }
            h1 { (case.title) }
        }
        @if let Some(within) = case.within {
            p.warning {
                (say("It goes on as part of ", "この案件は統合されました。続きは"))
                a href={ "/staff/cases/" (within) } { (say("case ", "案件 ")) (within) } (say(".", "にあります。"))
            }
        }
        dl.facts {
            dt { (say("State", "状態")) } dd { (state(who.language, &case.state)) }
            dt { (say("Assigned", "担当")) } dd { (case.assigned.as_deref().unwrap_or(say("nobody", "なし"))) }
            dt { (say("Due", "期限")) } dd { @match case.due { Some(due) => (shell::moment(&counter, due)), None => (say("not set", "未設定")) } }
            dt { (say("Reports", "届出")) } dd { (reports(&who, &board, case)) }
            @if !case.incidents.is_empty() { dt { (say("Incidents", "インシデント")) } dd { (case.incidents.join("\n")) } }
        }
        @if case.within.is_none() {
            h2 { (say("Work", "作業")) }
            (work(&who, &board, case, &names))
        }
        h2 { (say("What happened", "経過")) }
        ol.events { @for event in &events { li { (told(&who, &counter, id, event)) } } }
    };
    let title = format!("{} {id}", say("Case", "案件"));
    Ok(shell::staff(&who, &format!("/staff/cases/{id}"), &title, &body))
}

fn reports(who: &Who, board: &Board, case: &Case) -> Markup {
    let filings = board.filings(case.id).unwrap_or_default();
    html! {
        @if filings.is_empty() { (who.language.say("none", "なし")) }
        @for (at, filing) in filings.iter().enumerate() {
            @if at > 0 { ", " }
            a href={ "/staff/reports/" (filing) } { (filing) }
        }
    }
}

fn work(who: &Who, board: &Board, case: &Case, names: &[String]) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
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
    let comment = say("Comment", "コメント");
    html! {
        form.report method="post" action={ "/staff/cases/" (case.id) } {
            (shell::guard(who))
            input type="hidden" name="act" value="comment";
            div.field { label for="comment" { (comment) }
                textarea id="comment" name="value" required maxlength="20000" {} }
            button { (say("Comment", "コメントする")) }
        }
        div.work {
            (one("assign", say("Assigned to", "担当者"), say("Assign", "割り当てる"), html! { select name="value" {
                option value="" { (say("nobody", "なし")) }
                @for name in names { option value=(name) selected[case.assigned.as_ref() == Some(name)] { (name) } }
            } }))
            (one("state", say("State", "状態"), say("Move", "変更する"), html! { select name="value" {
                @for known in &board.states().0 {
                    option value=(known.name) selected[known.name == case.state] { (state(who.language, &known.name)) }
                }
            } }))
            (one("due", say("Due, at the end of", "期限（その日の終わり）"), say("Set", "設定する"), html! { input type="date" name="value"; }))
            (one("incident", say("An incident within", "この案件に含まれるインシデント"), say("Add", "追加する"), line()))
            (one("link", say("Link a report, by its number", "届出を結び付ける（番号）"), say("Link", "結び付ける"), number()))
            (one("unlink", say("Unlink a report, by its number", "届出を外す（番号）"), say("Unlink", "外す"), number()))
            (one("merge", say("Merge into a case, by its number", "別の案件に統合する（番号）"), say("Merge", "統合する"), number()))
            form method="post" action={ "/staff/cases/" (case.id) } {
                (shell::guard(who))
                input type="hidden" name="act" value="split";
                label { (say("Split off, as", "分割して作る案件の件名")) (line()) }
                label { (say("with the reports, by their numbers", "移す届出の番号")) input type="text" name="filings" required maxlength="1000"; }
                button.quiet { (say("Split", "分割する")) }
            }
        }
    }
}
