//! Signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::failure::Failure;
use crate::gate::{COOKIE_NAME, Filled, Who};
use crate::words::Language;
use crate::{Counter, now, secret, shell};

/// How long a session lasts, in seconds: a day's work.
const SESSION: i64 = 12 * 3_600;

/// What somebody shows to be let in.
#[derive(Deserialize)]
pub(crate) struct Shown {
    name: String,
    password: String,
    code: String,
}

/// The page on which one signs in.
pub(crate) async fn login(language: Language) -> Markup {
    page(language, None)
}

fn page(language: Language, fault: Option<&str>) -> Markup {
    let say = |en, ja| language.say(en, ja);
    let body = html! {
        header {
            h1 { (say("Sign in", "サインイン")) }
            p.lead { (say("For those who work with reports.", "届出を担当する職員の入口です。")) }
        }
        @if let Some(fault) = fault { p.warning role="alert" { (fault) } }
        form.report.narrow method="post" action="/staff/login" {
            div.field { label for="name" { (say("Name", "名前")) }
                input type="text" id="name" name="name" required maxlength="60" autocomplete="username"; }
            div.field { label for="password" { (say("Password", "パスワード")) }
                input type="password" id="password" name="password" required maxlength="200" autocomplete="current-password"; }
            div.field { label for="code" { (say("Code", "認証コード")) }
                p.hint id="code-hint" {
                    (say("Six digits, from the program that keeps your codes", "認証アプリに表示される6桁の数字"))
                }
                input type="text" id="code" name="code" required maxlength="10" inputmode="numeric"
                    autocomplete="one-time-code" aria-describedby="code-hint"; }
            button { (say("Sign in", "サインイン")) }
        }
    };
    shell::door(language, "/staff/login", say("Sign in", "サインイン"), &body)
}

/// Begins a session, and gives its token; none where what is shown is not right, whatever of it.
pub(crate) async fn begin(counter: &Counter, shown: Shown) -> Result<Option<String>, Failure> {
    let name = shown.name.trim().to_owned();
    let account = counter.ask(move |book| book.account(&name)).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let known = secret::verify(counter, shown.password, hash).await?;
    let Some(account) = account.filter(|_| known) else { return Ok(None) };
    let at = now();
    let step = secret::step_of(&account.secret, &shown.code, at / 1_000_000, account.step);
    let Some(step) = step else { return Ok(None) };
    let (token, guard) = (secret::token()?, secret::token()?);
    let (mark, until) = (secret::mark(&token), at + SESSION * 1_000_000);
    let begun = counter
        .ask(move |book| book.begin_session(account.id, step, &mark, &guard, until, at))
        .await?;
    Ok(begun.then_some(token))
}

/// Lets somebody in.
pub(crate) async fn enter(
    State(counter): State<Arc<Counter>>,
    language: Language,
    Filled(shown): Filled<Shown>,
) -> Result<Response, Failure> {
    match begin(&counter, shown).await? {
        Some(token) => with_cookie(&counter, &token, SESSION, "/staff"),
        None => {
            let fault = language.say(
                "Name, password and code do not go together. A code holds once: wait for the next.",
                "名前、パスワード、認証コードの組み合わせが正しくありません。コードは1度しか使えません。次のコードをお待ちください。",
            );
            Ok((StatusCode::FORBIDDEN, page(language, Some(fault))).into_response())
        }
    }
}

fn with_cookie(
    counter: &Counter,
    token: &str,
    seconds: i64,
    to: &'static str,
) -> Result<Response, Failure> {
    let secure = if counter.setup.https { "; Secure" } else { "" };
    let text = format!(
        "{COOKIE_NAME}={token}; Path=/staff; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"
    );
    let value = HeaderValue::try_from(text).map_err(|_| Failure::gone())?;
    let mut response = Redirect::to(to).into_response();
    response.headers_mut().insert(SET_COOKIE, value);
    Ok(response)
}

/// Ends a session.
pub(crate) async fn leave(
    State(counter): State<Arc<Counter>>,
    who: Who,
) -> Result<Response, Failure> {
    counter.ask(move |book| book.leave(&who.mark)).await?;
    with_cookie(&counter, "", 0, "/staff/login")
}
