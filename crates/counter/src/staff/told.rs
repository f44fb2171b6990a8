//! What happened to a case, as sentences.

use incident::case::{Change, Event};
use maud::{Markup, html};

use crate::gate::Who;
use crate::words::{Language, state};
use crate::{Counter, shell};

/// An event; merges and splits with a way to undo them.
pub(super) fn told(who: &Who, counter: &Counter, case: i64, event: &Event) -> Markup {
    let undoable = matches!(event.change, Change::Merged { .. } | Change::Split { .. });
    let text = match who.language {
        Language::En => english(counter, &event.change),
        Language::Ja => japanese(counter, &event.change),
    };
    html! {
        small { (shell::moment(counter, event.at)) ", " (event.who) }
        (text)
        @if undoable {
            form method="post" action={ "/staff/cases/" (case) } {
                (shell::guard(who))
                input type="hidden" name="act" value="undo";
                input type="hidden" name="value" value=(event.seq);
                button.quiet { (who.language.say("Undo", "取り消す")) }
            }
        }
    }
}

fn english(counter: &Counter, change: &Change) -> String {
    match change {
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
    }
}

fn japanese(counter: &Counter, change: &Change) -> String {
    match change {
        Change::Opened { title } => format!("開いた：{title}"),
        Change::Assigned { to: Some(to) } => format!("担当を {to} にした"),
        Change::Assigned { to: None } => "担当をなしにした".to_owned(),
        Change::Commented { text } => text.clone(),
        Change::Moved { state: name } => {
            format!("状態を「{}」にした", state(Language::Ja, name))
        }
        Change::Due { by: Some(by) } => {
            format!("期限を {} にした", shell::moment(counter, *by))
        }
        Change::Due { by: None } => "期限をなくした".to_owned(),
        Change::Incident { title } => format!("インシデントを分けた：{title}"),
        Change::Linked { filing, .. } => format!("届出 {filing} を結び付けた"),
        Change::Unlinked { filing } => format!("届出 {filing} を外した"),
        Change::Merged { into } => format!("案件 {into} に統合した"),
        Change::Split { off, title, filings } => {
            format!("届出{}件を案件 {off}「{title}」に分割した", filings.len())
        }
        Change::Undone { event } => format!("記録 {event} を取り消した"),
    }
}
