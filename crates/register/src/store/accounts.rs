//! Accounts of the staff, invitations to make one, and sessions.
//!
//! What is secret comes and goes as text that this room does not interpret: passwords hashed, tokens as
//! marks (digests of what the holder has). Changes of accounts are entries of the log.

use incident::Micros;
use incident::staff::Role;
use serde_json::json;

use super::Register;
use crate::error::{Error, Result};
use crate::link::Row;

/// Somebody of the staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: i64,
    /// Its name, which is in the log beside what it did.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// The password, hashed.
    pub password: String,
    /// The secret of its one-time codes.
    pub secret: String,
    /// The step of the last code that was used.
    pub step: i64,
    /// Whether it may enter.
    pub active: bool,
}

/// An invitation to make an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The mark of the token that was sent.
    pub mark: String,
    /// What the account will be.
    pub role: Role,
    /// The secret of its one-time codes.
    pub secret: String,
    /// Until when it holds.
    pub until: Micros,
}

const ACCOUNT: &str = "a.id, a.name, a.role, a.password, a.secret, a.step, a.active";

fn account(mut row: Row) -> Result<Account> {
    Ok(Account {
        id: row.int()?,
        name: row.text()?,
        role: row.word()?,
        password: row.text()?,
        secret: row.text()?,
        step: row.int()?,
        active: row.int()? != 0,
    })
}

impl Register {
    /// Every account, by name.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn accounts(&mut self) -> Result<Vec<Account>> {
        let rows =
            self.link.rows(&format!("select {ACCOUNT} from account a order by a.name"), &[])?;
        rows.into_iter().map(account).collect()
    }

    /// The account of a name.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn account(&mut self, name: &str) -> Result<Option<Account>> {
        let sql = format!("select {ACCOUNT} from account a where a.name = ?1");
        self.link.first(&sql, &[name.into()])?.map(account).transpose()
    }

    /// Keeps an invitation; those that are over go. `who` invites.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn invite(&mut self, invitation: &Invitation, who: &str, now: Micros) -> Result<()> {
        self.write(|book| {
            book.link.run("delete from invitation where until < ?1", &[now.into()])?;
            book.link.run(
                "insert into invitation (mark, role, secret, until) values (?1, ?2, ?3, ?4)",
                &[
                    invitation.mark.as_str().into(),
                    invitation.role.as_str().into(),
                    invitation.secret.as_str().into(),
                    invitation.until.into(),
                ],
            )?;
            let change = json!({ "invited": invitation.role, "until": invitation.until });
            book.log(now, who, "accounts", &change.to_string()).map(drop)
        })
    }

    /// Takes back every invitation.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn uninvite(&mut self) -> Result<()> {
        self.write(|book| book.link.run("delete from invitation", &[]).map(drop))
    }

    /// The invitation of a mark, where it still holds.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn invitation(&mut self, mark: &str, now: Micros) -> Result<Option<Invitation>> {
        let sql =
            "select mark, role, secret, until from invitation where mark = ?1 and until >= ?2";
        let row = self.link.first(sql, &[mark.into(), now.into()])?;
        row.map(|mut row| {
            let (mark, role) = (row.text()?, row.word()?);
            Ok(Invitation { mark, role, secret: row.text()?, until: row.int()? })
        })
        .transpose()
    }

    /// Makes the account that somebody was invited to make; the invitation is used up. `step`: that of
    /// the code by which the secret was shown to be kept.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the invitation does not hold, [`Error::Taken`] where the name is taken.
    pub fn join_staff(
        &mut self,
        mark: &str,
        name: &str,
        password: &str,
        step: i64,
        now: Micros,
    ) -> Result<Account> {
        self.write(|book| {
            let found = book.invitation(mark, now)?;
            let invitation = found.ok_or_else(|| Error::NotFound("such invitation".to_owned()))?;
            if book.account(name)?.is_some() {
                return Err(Error::Taken(name.to_owned()));
            }
            book.link.run("delete from invitation where mark = ?1", &[mark.into()])?;
            let id = book.next("account")?;
            book.link.run(
                "insert into account (id, name, role, password, secret, step, active, made)
                 values (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)",
                &[
                    id.into(),
                    name.into(),
                    invitation.role.as_str().into(),
                    password.into(),
                    invitation.secret.as_str().into(),
                    step.into(),
                    now.into(),
                ],
            )?;
            let change = json!({ "joined": invitation.role });
            book.log(now, name, &format!("account {name}"), &change.to_string())?;
            let made = book.account(name)?;
            made.ok_or_else(|| Error::Damaged("an account was not made".to_owned()))
        })
    }

    /// Changes what an account may do; all its sessions end.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none; [`Error::LastAdministrator`] where nobody would be left to
    /// look after accounts.
    pub fn change_account(
        &mut self,
        name: &str,
        role: Role,
        active: bool,
        who: &str,
        now: Micros,
    ) -> Result<()> {
        self.write(|book| {
            let found = book.account(name)?;
            let id = found.ok_or_else(|| Error::NotFound(format!("account {name:?}")))?.id;
            book.link.run(
                "update account set role = ?1, active = ?2 where id = ?3",
                &[role.as_str().into(), active.into(), id.into()],
            )?;
            let left = "select count(*) from account where active = 1 and role = 'administrator'";
            if book.link.number(left, &[])? == 0 {
                return Err(Error::LastAdministrator);
            }
            book.link.run("delete from session where account = ?1", &[id.into()])?;
            let change = json!({ "role": role, "active": active });
            book.log(now, who, &format!("account {name}"), &change.to_string()).map(drop)
        })
    }

    /// Begins a session of an active account, whose code of a step was not used before. False where it
    /// was, or where the account is not active.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn begin_session(
        &mut self,
        account: i64,
        step: i64,
        mark: &str,
        guard: &str,
        until: Micros,
        now: Micros,
    ) -> Result<bool> {
        self.write(|book| {
            let use_up = "update account set step = ?1 where id = ?2 and step < ?1 and active = 1";
            if book.link.run(use_up, &[step.into(), account.into()])? == 0 {
                return Ok(false);
            }
            book.link.run("delete from session where until < ?1", &[now.into()])?;
            book.link.run(
                "insert into session (mark, account, guard, until) values (?1, ?2, ?3, ?4)",
                &[mark.into(), account.into(), guard.into(), until.into()],
            )?;
            Ok(true)
        })
    }

    /// Who has a session, and its guard against forged requests.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn session(&mut self, mark: &str, now: Micros) -> Result<Option<(Account, String)>> {
        let sql = format!(
            "select {ACCOUNT}, s.guard from session s join account a on a.id = s.account
             where s.mark = ?1 and s.until >= ?2 and a.active = 1"
        );
        let row = self.link.first(&sql, &[mark.into(), now.into()])?;
        row.map(|mut row| {
            let found = Account {
                id: row.int()?,
                name: row.text()?,
                role: row.word()?,
                password: row.text()?,
                secret: row.text()?,
                step: row.int()?,
                active: row.int()? != 0,
            };
            Ok((found, row.text()?))
        })
        .transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn leave(&mut self, mark: &str) -> Result<()> {
        self.write(|book| {
            book.link.run("delete from session where mark = ?1", &[mark.into()]).map(drop)
        })
    }
}
