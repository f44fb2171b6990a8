//! The book itself.

mod accounts;
mod audit;
mod cases;
mod counts;
mod erase;
mod fates;
mod keep;
mod lead;
mod list;
mod names;
mod read;
mod take;
mod unseal;
mod vintages;

pub use accounts::{Account, Invitation};
pub use take::Raw;

use std::collections::HashMap;

use incident::Micros;
use incident::case::{Board, States};
use incident::log::{Entry, Head};
use incident::name::Registry;
use incident::rule::Rules;

use crate::error::Result;
use crate::link::{Link, Row};
use crate::schema;

/// The book of reports.
pub struct Register {
    link: Link,
    names: Registry,
    rules: Rules,
    states: States,
    /// The zone of days that name none.
    zone: String,
    /// The cases as they were after an event, by its number.
    board: Option<(i64, Board)>,
    /// The end of the log, within a transaction.
    head: Option<Head>,
    /// The last number of each table's rows, within a transaction.
    last: HashMap<&'static str, i64>,
}

impl Register {
    /// Opens the book at a path (SQLite) or a URL (PostgreSQL), makes it where there is none, and reads
    /// items that were stored and not yet read.
    ///
    /// `zone`: that of days that name none, by its name in the tz database.
    ///
    /// # Errors
    /// Where it cannot be reached, or a newer program wrote it.
    pub fn open(place: &str, zone: &str, now: Micros) -> Result<Register> {
        let mut link = Link::open(place)?;
        let is_to_compare = schema::bring_up(&mut link, now)?;
        let mut register = Register {
            link,
            names: Registry::default(),
            rules: Rules::shipped()?,
            states: States::default(),
            zone: zone.to_owned(),
            board: None,
            head: None,
            last: HashMap::new(),
        };
        register.write(|book| {
            book.adopt_shipped_names(now)?;
            if is_to_compare { book.compare_anew(now) } else { Ok(()) }
        })?;
        register.resume(now)?;
        Ok(register)
    }

    /// What an earlier program wrote, by what names and contacts are found now. In one transaction with the note
    /// that it is done.
    fn compare_anew(&mut self, now: Micros) -> Result<()> {
        let done = "select count(*) from migration where number = ?1";
        if self.link.number(done, &[schema::COMPARED.into()])? > 0 {
            // Another program was here first.
            return Ok(());
        }
        schema::note(&mut self.link, schema::COMPARED, now)?;
        self.look_up_anew()?;
        let contacts = self.marks_anew()?;
        let change = serde_json::json!({ "compared": schema::COMPARED, "contacts": contacts });
        self.log(now, "migration", "book", &change.to_string()).map(|_| ())
    }

    /// The same book with other rules than the shipped ones.
    #[must_use]
    pub fn with_rules(self, rules: Rules) -> Register {
        Register { rules, ..self }
    }

    /// The same book with a team's own states of a case.
    ///
    /// # Errors
    /// [`Error::Case`](crate::Error::Case) where a case is in a state that is not among them.
    pub fn with_states(self, states: States) -> Result<Register> {
        let mut book = Register { states, board: None, ..self };
        book.board()?;
        Ok(book)
    }

    /// The rules it counts by.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The names, as they are now.
    pub fn names(&self) -> &Registry {
        &self.names
    }

    /// Does something in one transaction, or not at all.
    fn write<T>(&mut self, work: impl FnOnce(&mut Register) -> Result<T>) -> Result<T> {
        self.link.begin()?;
        self.head = None;
        self.last.clear();
        let done = self.fresh_names().and_then(|()| work(self)).and_then(|done| {
            self.link.commit()?;
            Ok(done)
        });
        if done.is_err() {
            self.link.roll_back();
            // It may have seen what did not happen.
            self.board = None;
        }
        self.head = None;
        done
    }

    /// Chains a change to the log; within a transaction.
    fn log(&mut self, at: Micros, who: &str, subject: &str, change: &str) -> Result<i64> {
        let mut head = match self.head {
            Some(head) => head,
            None => self.log_end()?,
        };
        // What the database keeps is what is hashed.
        let plain = |text: &str| text.replace('\0', "\u{fffd}");
        let entry = head.append(at, &plain(who), &plain(subject), &plain(change));
        self.head = Some(head);
        self.link.run(
            "insert into log (seq, at, who, subject, change, hash) values (?1, ?2, ?3, ?4, ?5, ?6)",
            &[
                entry.seq.into(),
                entry.at.into(),
                entry.who.into(),
                entry.subject.into(),
                entry.change.into(),
                entry.hash.to_string().into(),
            ],
        )?;
        Ok(head.seq)
    }

    /// The end of the log.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn log_end(&mut self) -> Result<Head> {
        let last = "select seq, at, who, subject, change, hash from log order by seq desc limit 1";
        match self.link.first(last, &[])? {
            None => Ok(Head::default()),
            Some(row) => entry(row).map(|entry| Head { seq: entry.seq, hash: entry.hash }),
        }
    }

    /// Entries of the log after a number, at most so many.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn log_after(&mut self, seq: i64, most: i64) -> Result<Vec<Entry>> {
        let next = "select seq, at, who, subject, change, hash from log
                    where seq > ?1 order by seq limit ?2";
        let rows = self.link.rows(next, &[seq.into(), most.into()])?;
        rows.into_iter().map(entry).collect()
    }
}

fn entry(mut row: Row) -> Result<Entry> {
    Ok(Entry {
        seq: row.int()?,
        at: row.int()?,
        who: row.text()?,
        subject: row.text()?,
        change: row.text()?,
        hash: row.word()?,
    })
}
