//! Making an account by invitation.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use incident::staff::Role;
use maud::{Markup, html};
use register::{Invitation, Register};
use serde::Deserialize;

use crate::failure::Failure;
use crate::gate::{Filled, Place};
use crate::words::{Language, Text, role};
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
    let over = Text(
        "This invitation was used, or is over. Ask an administrator for another.",
        "この招待は使用済みか、期限が切れています。管理者に新しい招待を依頼してください。",
    );
    found.ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, over))
}

/// The page of an invitation.
pub(crate) async fn invited(
    State(counter): State<Arc<Counter>>,
    language: Language,
    Place(token): Place<String>,
) -> Result<Markup, Failure> {
    let invitation = find(&counter, &token).await?;
    Ok(page(&counter, language, &token, &invitation, "", None))
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
    language: Language,
    Place(token): Place<String>,
    Filled(chosen): Filled<Chosen>,
) -> Result<Response, Failure> {
    let invitation = find(&counter, &token).await?;
    let name = chosen.name.trim().to_owned();
    let step = secret::step_of(&invitation.secret, &chosen.code, now() / 1_000_000, 0);
    let step = match (fault(&name, &chosen), step) {
        (None, Some(step)) => step,
        (fault, _) => {
            let fault = fault.unwrap_or(Text(
                "The code is not that of the secret. Is the clock right?",
                "認証コードが秘密鍵と合いません。時計は合っていますか。",
            ));
            let fault = Some(language.of(&fault));
            let page = page(&counter, language, &token, &invitation, &name, fault);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let hash = secret::hash(&counter, chosen.password).await?;
    let (mark, at) = (secret::mark(&token), now());
    counter.ask(move |book| book.join_staff(&mark, &name, &hash, step, at)).await?;
    Ok(Redirect::to("/staff/login").into_response())
}

fn fault(name: &str, chosen: &Chosen) -> Option<Text<'static>> {
    let letter = |c: char| c.is_alphanumeric() || "._-".contains(c);
    let long = chosen.password.chars().count();
    if name.is_empty() || name.len() > 60 || !name.chars().all(letter) {
        Some(Text(
            "A name has letters, digits, points, dashes and low lines only, 60 bytes at most.",
            "名前に使えるのは文字、数字、点、ハイフン、下線だけで、60バイトまでです。",
        ))
    } else if !(secret::FEWEST..=secret::MOST).contains(&long) {
        Some(Text(
            "A password has 12 to 200 characters.",
            "パスワードは12文字以上200文字以下です。",
        ))
    } else if chosen.password != chosen.again {
        Some(Text("The two passwords are not the same.", "2つのパスワードが一致しません。"))
    } else {
        None
    }
}

fn page(
    counter: &Counter,
    language: Language,
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
    let say = |en, ja| language.say(en, ja);
    let title = say("Make your account", "アカウントの作成");
    let role = language.of(&role(invitation.role));
    let body = html! {
        header { h1 { (title) } p.lead { @match language {
            Language::En => { "You are invited as " (role) "." },
            Language::Ja => { (role) "として招待されています。" },
        } } }
        @if let Some(fault) = fault { p.warning role="alert" { (fault) } }
        form.report.narrow method="post" action={ "/staff/join/" (token) } {
            div.field { label for="name" { (say("Name", "名前")) }
                p.hint id="name-hint" { (say("It stands beside everything that you do.", "作業の記録にこの名前が残ります。")) }
                input type="text" id="name" name="name" value=(name) required maxlength="60" autocomplete="username" aria-describedby="name-hint"; }
            div.field { label for="password" { (say("Password", "パスワード")) }
                p.hint id="password-hint" { (say("12 characters or more", "12文字以上")) }
                input type="password" id="password" name="password" required minlength="12" maxlength="200"
                    autocomplete="new-password" aria-describedby="password-hint"; }
            div.field { label for="again" { (say("The password again", "パスワード（もう一度）")) }
                input type="password" id="again" name="again" required minlength="12" maxlength="200" autocomplete="new-password"; }
            div.field { label for="code" { (say("Code", "認証コード")) }
                p.hint id="code-hint" {
                    (say(
                        "Give this secret to a program that makes one-time codes, then write the code that it shows: ",
                        "次の秘密鍵を認証アプリに登録し、表示されるコードを記入してください。",
                    ))
                    code { (groups.join(" ")) } (say(" — or ", "　"))
                    a href=(address) { (say("open it in one", "アプリで開く")) } (say(".", ""))
                }
                input type="text" id="code" name="code" required maxlength="10" inputmode="numeric"
                    autocomplete="one-time-code" aria-describedby="code-hint"; }
            button { (say("Make the account", "アカウントを作成する")) }
        }
    };
    shell::door(language, &format!("/staff/join/{token}"), title, &body)
}
