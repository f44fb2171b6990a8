//! Who reporters are, and forgetting it; for administrators.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use incident::record::{Contact, ItemId, ReporterId};
use incident::staff::Act;
use maud::{Markup, html};
use register::Erased;
use serde::Deserialize;

use super::month::UNSURE;
use crate::failure::Failure;
use crate::gate::{Asking, Filled, Who};
use crate::words::{Language, Text};
use crate::{Counter, now, shell};

const PATH: &str = "/staff/reporters";

/// Whom one looks at.
#[derive(Deserialize)]
pub(crate) struct Asked {
    number: Option<String>,
}

/// What should be done. Contacts are in the body of a request, so that they are in no log of addresses.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "lowercase")]
pub(crate) enum Wish {
    /// Whose contact is it?
    Find {
        #[serde(default)]
        mail: String,
        #[serde(default)]
        organisation: String,
        #[serde(default)]
        name: String,
    },
    /// It should be forgotten.
    Erase {
        number: String,
        #[serde(default)]
        sure: String,
    },
}

fn number(text: &str) -> Result<ReporterId, Failure> {
    let words =
        Text("A reporter's number is 32 hexadecimal digits.", "届出者の番号は、32桁の16進数です。");
    text.trim().parse().map_err(|_| Failure::usage(words))
}

/// A reporter, or the way to find one.
pub(crate) async fn reporters(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Asking(asked): Asking<Asked>,
) -> Result<Markup, Failure> {
    who.must(Act::Know)?;
    let Some(text) = asked.number else { return Ok(page(&who, &html! {})) };
    let id = number(&text)?;
    let (reports, contact) =
        counter.ask(move |book| Ok((book.reports_of(id)?, book.contact(id)?))).await?;
    Ok(page(&who, &known(&who, id, reports, contact.as_ref())))
}

/// Finds a reporter, or erases one's contact.
pub(crate) async fn erase(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Filled(wish): Filled<Wish>,
) -> Result<Response, Failure> {
    who.must(Act::Know)?;
    match wish {
        Wish::Find { mail, organisation, name } => {
            let some = |text: String| Some(text).filter(|text| !text.trim().is_empty());
            let (mail, organisation, name) = (some(mail), some(organisation), some(name));
            let contact = Contact { name, organisation, mail, phone: None };
            let found = counter.ask(move |book| book.reporter_of_contact(&contact)).await?;
            Ok(match found {
                Some(id) => Redirect::to(&format!("{PATH}?number={id}")).into_response(),
                None => page(&who, &nobody(who.language)).into_response(),
            })
        }
        Wish::Erase { number: text, sure } => {
            let id = number(&text)?;
            if sure != "yes" {
                return Err(Failure::usage(UNSURE));
            }
            let by = who.name.clone();
            let erased = counter.ask(move |book| book.erase(id, &by, now())).await?;
            Ok(page(&who, &done(who.language, id, &erased)).into_response())
        }
    }
}

fn nobody(language: Language) -> Markup {
    html! { p.warning role="status" { (language.say(
        "Nobody reported with this contact, or it was erased. Write it as it was written in the report.",
        "この連絡先の届出者はいないか、すでに消去されています。届出に記入されたとおりに入力してください。",
    )) } }
}

/// A reporter's contact, and the form that erases it.
fn known(who: &Who, id: ReporterId, reports: u64, contact: Option<&Contact>) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
    let line = |name: &'static str, value: &Option<String>| {
        html! { @if let Some(value) = value { dt { (name) } dd { (value) } } }
    };
    html! {
        dl.facts {
            dt { (say("Number", "番号")) } dd { code { (id) } }
            dt { (say("Reports", "届出数")) } dd { (reports) }
            @match contact {
                Some(contact) => {
                    (line(say("Name", "氏名"), &contact.name))
                    (line(say("Organisation", "組織名"), &contact.organisation))
                    (line(say("Mail", "メールアドレス"), &contact.mail))
                    (line(say("Phone", "電話番号"), &contact.phone))
                },
                None => { dt { (say("Contact", "連絡先")) } dd { (say("erased", "消去済み")) } },
            }
        }
        @if contact.is_some() {
            h2 { (say("Erase the contact", "連絡先の消去")) }
            p { (say(
                "The contact goes, and the bytes of everything that this reporter alone sent. Reports, the number and every count stay. What is sent later is a new reporter's.",
                "連絡先と、この届出者だけが送ったものの原本を消去します。届出の記録、番号、集計値は残ります。以後の届出は別の届出者として扱います。",
            )) }
            form.erase method="post" action=(PATH) {
                (shell::guard(who))
                input type="hidden" name="act" value="erase";
                input type="hidden" name="number" value=(id);
                label.sure { input type="checkbox" name="sure" value="yes" required;
                    span { (say("This cannot be undone. I am sure.", "元に戻せないことを確認しました。")) } }
                button { (say("Erase the contact", "連絡先を消去する")) }
            }
        }
    }
}

/// What an erasure did.
fn done(language: Language, id: ReporterId, erased: &Erased) -> Markup {
    let say = |en, ja| language.say(en, ja);
    let list =
        |items: &[ItemId]| items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    html! {
        div.warning role="status" {
            p { strong { @if erased.contact { (say("The contact is erased.", "連絡先を消去しました。")) }
                @else { (say("There was no contact any more.", "連絡先はすでにありませんでした。")) } } " " code { (id) } }
            @if !erased.withdrawn.is_empty() {
                p { (say("The bytes of these items are gone: ", "原本を消去した受信物：")) (list(&erased.withdrawn)) }
            }
            @if !erased.kept.is_empty() {
                p { (say(
                    "These items hold others' reports too, or are files that could not be read, and still name this reporter in their bytes: ",
                    "次の受信物には、ほかの届出者の分が含まれるか、読み取れなかったファイルのため、原本にこの届出者の記載が残っています：",
                )) (list(&erased.kept)) }
            }
        }
    }
}

fn page(who: &Who, above: &Markup) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
    let title = say("Reporters", "届出者");
    let field = |name: &str, label: &str, kind: &str| {
        html! { div.field { label for=(name) { (label) }
        input type=(kind) id=(name) name=(name) maxlength="300" autocomplete="off"; } }
    };
    let body = html! {
        header {
            h1 { (title) }
            p.lead { (say(
                "Contacts are kept apart from reports. Look one up to erase it when its owner asks.",
                "連絡先は届出とは別に保管しています。本人から求められたときは、ここで探して消去します。",
            )) }
        }
        (above)
        h2 { (say("Find a reporter", "届出者を探す")) }
        form.report.narrow method="post" action=(PATH) {
            (shell::guard(who))
            input type="hidden" name="act" value="find";
            (field("mail", say("Mail", "メールアドレス"), "email"))
            p.note { (say("Or, of whoever gave no address for mail:", "メールアドレスのない届出者の場合：")) }
            (field("organisation", say("Organisation", "組織名"), "text"))
            (field("name", say("Name", "氏名"), "text"))
            button { (say("Find", "探す")) }
        }
    };
    shell::staff(who, PATH, title, &body)
}
