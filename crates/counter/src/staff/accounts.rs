//! Who is of the staff; for administrators.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use incident::staff::{Act, Role};
use maud::{Markup, html};
use register::{Account, Register};
use serde::Deserialize;

use super::account::invite;
use crate::failure::Failure;
use crate::gate::{Filled, Who};
use crate::words::{Language, role};
use crate::{Counter, now, shell};

/// What an administrator wants.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "lowercase")]
pub(crate) enum Wish {
    /// Somebody should join.
    Invite {
        /// As what.
        role: Role,
    },
    /// An account should be another.
    Change {
        /// Its name.
        name: String,
        /// What it should be; `none` where it should not enter.
        role: String,
    },
}

/// Every account.
pub(crate) async fn accounts(
    State(counter): State<Arc<Counter>>,
    who: Who,
) -> Result<Markup, Failure> {
    who.must(Act::Govern)?;
    let accounts = counter.ask(Register::accounts).await?;
    Ok(page(&who, &accounts, None))
}

/// Invites, or changes an account.
pub(crate) async fn change_accounts(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Filled(wish): Filled<Wish>,
) -> Result<Response, Failure> {
    who.must(Act::Govern)?;
    match wish {
        Wish::Invite { role } => {
            let path = invite(&counter, role, who.name.clone()).await?;
            let accounts = counter.ask(Register::accounts).await?;
            Ok(page(&who, &accounts, Some((role, &path))).into_response())
        }
        Wish::Change { name, role } => {
            let by = who.name.clone();
            counter
                .ask(move |book| {
                    let role_now = book.account(&name)?.map(|account| account.role);
                    let (role, active) = match role.parse::<Role>() {
                        Ok(role) => (role, true),
                        Err(_) => (role_now.unwrap_or(Role::Analyst), false),
                    };
                    book.change_account(&name, role, active, &by, now())
                })
                .await?;
            Ok(Redirect::to("/staff/accounts").into_response())
        }
    }
}

fn page(who: &Who, accounts: &[Account], invited: Option<(Role, &str)>) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
    let role = |of: Role| who.language.of(&role(of));
    let (title, none) = (say("Accounts", "アカウント"), say("may not enter", "利用停止"));
    let body = html! {
        header { h1 { (title) } }
        @if let Some((of, path)) = invited {
            div.warning role="status" {
                p { @match who.language {
                    Language::En => { "Send this address to the new " (role(of)) ". It holds once, for two days, and is not shown again:" },
                    Language::Ja => { "このアドレスを新しい" (role(of)) "に送ってください。1度だけ、2日間有効で、再表示できません。" },
                } }
                p { code { (path) } }
            }
        }
        div.scroll tabindex="0" role="group" aria-label=(title) {
            table {
                thead { tr {
                    th scope="col" { (say("Name", "名前")) }
                    th scope="col" { (say("Role", "役割")) }
                    th scope="col" { (say("Change", "変更")) }
                } }
                tbody { @for account in accounts {
                    tr {
                        th scope="row" { (account.name) }
                        td { @if account.active { (role(account.role)) } @else { (none) } }
                        td {
                            form.choose method="post" action="/staff/accounts" {
                                (shell::guard(who))
                                input type="hidden" name="act" value="change";
                                input type="hidden" name="name" value=(account.name);
                                select name="role" aria-label={ (say("Role of ", "役割：")) (account.name) } {
                                    @for of in Role::ALL {
                                        option value=(of) selected[account.active && account.role == *of] { (role(*of)) }
                                    }
                                    option value="none" selected[!account.active] { (none) }
                                }
                                button { (say("Change", "変更する")) }
                            }
                        }
                    }
                } }
            }
        }
        h2 { (say("Invite", "招待")) }
        form.choose method="post" action="/staff/accounts" {
            (shell::guard(who))
            input type="hidden" name="act" value="invite";
            label { (say("Role", "役割"))
                select name="role" { @for of in Role::ALL { option value=(of) { (role(*of)) } } } }
            button { (say("Invite", "招待する")) }
        }
    };
    shell::staff(who, "/staff/accounts", title, &body)
}
