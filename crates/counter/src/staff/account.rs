//! Making an account by invitation.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use incident::staff::Role;
use maud::{Markup, html};
use register::{Invitation, Register};
use serde::Deserialize;

use crate::failure::Failure;
use crate::words::Language;
use crate::{Counter, now, secret, shell};

/// How long an invitation holds, in microseconds: two days.
const HOLDS: i64 = 2 * 86_400 * 1_000_000;

/// Invites somebody, and gives the path of the invitation.
pub(super) async fn invite(counter: &Counter, role: Role, who: String) -> Result<String, Failure> {
    let (token, secret, at) = (secret::token()?, secret::code_secret()?, now());
    let invitation = Invitation { mark: secret::mark(&token), role, secret, until: at + HOLDS };
    counter.ask(move |book| book.invite(&invitation, &who, at)).await?;
    Ok(format!("/staff/join/{token}"))
}

/// The path for the first administrator; none where there is an account.
pub(crate) async fn first_path(counter: &Counter) -> Result<Option<String>, Failure> {
    if !counter.ask(Register::accounts).await?.is_empty() {
        return Ok(None);
    }
    counter.ask(Register::uninvite).await?;
    invite(counter, Role::Administrator, "start".to_owned()).await.map(Some)
}

async fn find(counter: &Counter, token: &str) -> Result<Invitation, Failure> {
    let (mark, at) = (secret::mark(token), now());
    let found = counter.ask(move |book| book.invitation(&mark, at)).await?;
    let over = "This invitation was used, or is over. Ask an administrator for another.";
    found.ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, over))
}

/// The page of an invitation.
pub(crate) async fn invited(
    State(counter): State<Arc<Counter>>,
    Path(token): Path<String>,
) -> Result<Markup, Failure> {
    let invitation = find(&counter, &token).await?;
    Ok(page(&counter, &token, &invitation, "", None))
}

/// What somebody chose.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    name: String,
    password: String,
    again: String,
    code: String,
}

/// Makes an account.
pub(crate) async fn join(
    State(counter): State<Arc<Counter>>,
    Path(token): Path<String>,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(chosen) =
        chosen.map_err(|bad| Failure::new(bad.status(), "This is no form of ours."))?;
    let invitation = find(&counter, &token).await?;
    let name = chosen.name.trim().to_owned();
    let step = secret::step_of(&invitation.secret, &chosen.code, now() / 1_000_000, 0);
    let step = match (fault(&name, &chosen), step) {
        (None, Some(step)) => step,
        (fault, _) => {
            let fault = fault.unwrap_or("The code is not that of the secret. Is the clock right?");
            let page = page(&counter, &token, &invitation, &name, Some(fault));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let hash = secret::hash(&counter, chosen.password).await?;
    let (mark, at) = (secret::mark(&token), now());
    counter.ask(move |book| book.join_staff(&mark, &name, &hash, step, at)).await?;
    Ok(Redirect::to("/staff/login").into_response())
}

fn fault(name: &str, chosen: &Chosen) -> Option<&'static str> {
    let letter = |c: char| c.is_alphanumeric() || "._-".contains(c);
    let long = chosen.password.chars().count();
    if name.is_empty() || name.len() > 60 || !name.chars().all(letter) {
        Some("A name has letters, digits, points, dashes and low lines only, 60 bytes at most.")
    } else if !(secret::FEWEST..=secret::MOST).contains(&long) {
        Some("A password has 12 to 200 characters.")
    } else if chosen.password != chosen.again {
        Some("The two passwords are not the same.")
    } else {
        None
    }
}

fn page(
    counter: &Counter,
    token: &str,
    invitation: &Invitation,
    name: &str,
    fault: Option<&str>,
) -> Markup {
    let issuer = match counter.setup.organisation.as_str() {
        "" => "Yagura",
        organisation => organisation,
    };
    let issuer: String = url::form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
    let issuer = issuer.replace('+', "%20");
    let address = format!(
        "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}",
        invitation.role, invitation.secret
    );
    let groups: Vec<String> = invitation
        .secret
        .as_bytes()
        .chunks(4)
        .map(|four| String::from_utf8_lossy(four).into_owned())
        .collect();
    let body = html! {
        header { h1 { "Make your account" } p.lead { "You are invited as " (invitation.role) "." } }
        @if let Some(fault) = fault { p.warning role="alert" { (fault) } }
        form.report.narrow method="post" action={ "/staff/join/" (token) } {
            div.field { label for="name" { "Name" }
                p.hint id="name-hint" { "It stands beside everything that you do." }
                input type="text" id="name" name="name" value=(name) required maxlength="60" autocomplete="username" aria-describedby="name-hint"; }
            div.field { label for="password" { "Password" }
                p.hint id="password-hint" { "12 characters or more" }
                input type="password" id="password" name="password" required minlength="12" maxlength="200"
                    autocomplete="new-password" aria-describedby="password-hint"; }
            div.field { label for="again" { "The password again" }
                input type="password" id="again" name="again" required minlength="12" maxlength="200" autocomplete="new-password"; }
            div.field { label for="code" { "Code" }
                p.hint id="code-hint" {
                    "Give this secret to a program that makes one-time codes, then write the code that it shows: "
                    code { (groups.join(" ")) } " — or "
                    a href=(address) { "open it in one" } "."
                }
                input type="text" id="code" name="code" required maxlength="10" inputmode="numeric"
                    autocomplete="one-time-code" aria-describedby="code-hint"; }
            button { "Make the account" }
        }
    };
    shell::public(Language::En, "Make your account", &body)
}
