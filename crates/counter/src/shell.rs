//! What is around every page: the name, the ways on, the style.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use incident::staff::Act;
use maud::{DOCTYPE, Markup, html};

use crate::Counter;
use crate::gate::Who;
use crate::words::{Language, Text, role};

const SKIP: Text<'_> = Text("To the content", "本文へ");
const HOME: Text<'_> = Text("Report an incident", "届出窓口");
const STATUS: Text<'_> = Text("Status of a report", "受付状況");

/// A page for everybody.
pub(crate) fn public(language: Language, title: &str, body: &Markup) -> Markup {
    let tag = language.tag();
    let bar = html! {
        a.home href={ "/" (tag) } { (language.of(&HOME)) }
        nav aria-label=(language.say("Pages", "ページ")) {
            a href={ "/" (tag) "/status" } { (language.of(&STATUS)) }
            @for other in Language::ALL.into_iter().filter(|other| *other != language) {
                a href={ "/" (other.tag()) } lang=(other.tag()) hreflang=(other.tag()) { (other.name()) }
            }
        }
    };
    page(language, title, &bar, body)
}

/// A page for the staff, in the language of whoever asks. `here`: the path of the page that is open.
pub(crate) fn staff(who: &Who, here: &str, title: &str, body: &Markup) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
    let rooms = [
        ("/staff", say("Reports", "届出"), true),
        ("/staff/cases", say("Cases", "案件"), true),
        ("/staff/months", say("Months", "月次集計"), true),
        ("/staff/names", say("Names", "名称"), true),
        ("/staff/reporters", say("Reporters", "届出者"), who.role.may(Act::Know)),
        ("/staff/accounts", say("Accounts", "アカウント"), who.role.may(Act::Govern)),
    ];
    let bar = html! {
        a.home href="/staff" { (say("Reports", "届出窓口")) }
        nav aria-label=(say("Pages", "ページ")) {
            @for (path, name, _) in rooms.iter().filter(|(_, _, may)| *may) {
                a href=(path) aria-current=[current(path, here)] { (name) }
            }
        }
        form.leave method="post" action="/staff/logout" {
            (guard(who))
            (other_language(who.language, here))
            span { (who.name) ", " (who.language.of(&role(who.role))) }
            button { (say("Sign out", "サインアウト")) }
        }
    };
    page(who.language, title, &bar, body)
}

/// Whether a way leads to the page that is open, or to the list that it stands in.
fn current(path: &str, here: &str) -> Option<&'static str> {
    let section = if path == "/staff" { "/staff/reports" } else { path };
    let within = here.strip_prefix(section).is_some_and(|rest| rest.starts_with('/'));
    if path == here { Some("page") } else { within.then_some("true") }
}

/// A page for whoever is about to be of the staff.
pub(crate) fn door(language: Language, here: &str, title: &str, body: &Markup) -> Markup {
    let bar = html! {
        a.home href={ "/" (language.tag()) } { (language.of(&HOME)) }
        nav aria-label=(language.say("Pages", "ページ")) { (other_language(language, here)) }
    };
    page(language, title, &bar, body)
}

/// The way to the same page in the other language; `back` is its path.
fn other_language(language: Language, back: &str) -> Markup {
    let back = if back.is_empty() { "/staff" } else { back };
    html! {
        @for other in Language::ALL.into_iter().filter(|other| *other != language) {
            a href={ "/staff/language/" (other.tag()) "?back=" (back) } lang=(other.tag())
                hreflang=(other.tag()) { (other.name()) }
        }
    }
}

/// What a form of the staff carries to be theirs.
pub(crate) fn guard(who: &Who) -> Markup {
    html! { input type="hidden" name="guard" value=(who.guard); }
}

fn page(language: Language, title: &str, bar: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Yagura" }
                link rel="stylesheet" href="/counter.css";
            }
            body {
                a.skip href="#content" { (language.of(&SKIP)) }
                div.bar { (bar) }
                main id="content" { (body) }
            }
        }
    }
}

/// The style sheet: the house's, then ours.
pub(crate) async fn style(State(counter): State<Arc<Counter>>) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=300")];
    (headers, [counter.setup.style.as_str(), include_str!("counter.css")].concat())
}

/// A moment in the zone of the counter.
pub(crate) fn moment(counter: &Counter, micros: i64) -> String {
    let zone = jiff::tz::TimeZone::get(&counter.setup.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let moment = jiff::Timestamp::from_microsecond(micros).unwrap_or_default();
    moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Z").to_string()
}
