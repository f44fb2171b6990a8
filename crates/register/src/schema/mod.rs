//! The tables, and how an older book becomes a newer one.
//!
//! Every change of the tables is one numbered script; `fresh.sql` makes the newest tables at once, and a
//! test compares the two. A book that a newer program wrote is refused.

use incident::Micros;

use crate::error::{Error, Result};
use crate::link::Link;

/// The scripts in order; the version of a book is how many it has seen.
const STEPS: [&str; 4] = [
    include_str!("0001.sql"),
    include_str!("0002.sql"),
    include_str!("0003.sql"),
    include_str!("0004.sql"),
];

/// The step that the program takes and no script: from it on names and contacts are compared as they are now.
pub(crate) const COMPARED: i64 = 4;

/// Notes that a step was taken; within a transaction.
pub(crate) fn note(link: &mut Link, number: i64, now: Micros) -> Result<()> {
    let sql = "insert into migration (number, at) values (?1, ?2)";
    link.run(sql, &[number.into(), now.into()]).map(|_| ())
}

/// The newest tables.
const FRESH: &str = include_str!("fresh.sql");

const BOOK: &str = "create table if not exists migration (number {key}, at bigint not null);";

/// Brings a book's tables to the newest version, and says whether the program's own step is to be taken still.
pub(crate) fn bring_up(link: &mut Link, now: Micros) -> Result<bool> {
    link.script(BOOK)?;
    link.begin()?;
    let done = steps(link, now);
    match &done {
        Ok(_) => link.commit()?,
        Err(_) => link.roll_back(),
    }
    done
}

fn steps(link: &mut Link, now: Micros) -> Result<bool> {
    let (found, known) =
        (link.number("select max(number) from migration", &[])?, STEPS.len() as i64);
    if found > known {
        return Err(Error::Newer { found, known });
    }
    if found == 0 {
        link.script(FRESH)?;
    } else {
        for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
            link.script(step)?;
        }
    }
    let is_to_take = (1..COMPARED).contains(&found);
    for number in (found + 1..=known).filter(|number| !is_to_take || *number != COMPARED) {
        note(link, number, now)?;
    }
    Ok(is_to_take)
}

/// Makes the tables step by step, as a book that was begun long ago got them.
#[cfg(test)]
pub(crate) fn walk(link: &mut Link) -> Result<()> {
    link.script(BOOK)?;
    STEPS.iter().try_for_each(|step| link.script(step))
}
