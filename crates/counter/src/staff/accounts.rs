//! Who is of the staff; for administrators.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use incident::staff::{Act, Role};
use maud::{Markup, html};
use register::{Account, Register};
use serde::Deserialize;

use super::account::invite;
use crate::failure::Failure;
use crate::gate::Who;
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
    Form(wish): Form<Wish>,
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
    let body = html! {
        header { h1 { "Accounts" } }
        @if let Some((role, path)) = invited {
            div.warning role="status" {
                p { "Send this address to the new " (role) ". It holds once, for two days, and is not shown again:" }
                p { code { (path) } }
            }
        }
        div.scroll tabindex="0" role="group" aria-label="Accounts" {
            table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Role" } th scope="col" { "Change" } } }
                tbody { @for account in accounts {
                    tr {
                        th scope="row" { (account.name) }
                        td { @if account.active { (account.role) } @else { "may not enter" } }
                        td {
                            form.choose method="post" action="/staff/accounts" {
                                (shell::guard(who))
                                input type="hidden" name="act" value="change";
                                input type="hidden" name="name" value=(account.name);
                                select name="role" aria-label={ "Role of " (account.name) } {
                                    @for role in Role::ALL {
                                        option value=(role) selected[account.active && account.role == *role] { (role) }
                                    }
                                    option value="none" selected[!account.active] { "may not enter" }
                                }
                                button { "Change" }
                            }
                        }
                    }
                } }
            }
        }
        h2 { "Invite" }
        form.choose method="post" action="/staff/accounts" {
            (shell::guard(who))
            input type="hidden" name="act" value="invite";
            label { "Role"
                select name="role" { @for role in Role::ALL { option value=(role) { (role) } } } }
            button { "Invite" }
        }
    };
    shell::staff(who, "/staff/accounts", "Accounts", &body)
}
