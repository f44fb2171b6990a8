//! The log of every change: append-only, each entry chained to the one before.
//!
//! ```text
//! hash = SHA-256 over, each preceded by its length (64 bits, little end first):
//!        hash of the entry before (32 bytes; zeroes before the first)
//!        seq, at                 (64 bits each, little end first)
//!        who, subject, change    (UTF-8)
//! ```
//!
//! Whoever changes, takes out or puts in an entry has to change every hash after it. Whoever cuts the
//! end off is found out by anybody who noted a later head: published figures carry the head of their day.
//! What a reporter is called never stands in the log, as it could not be erased from it.

use serde::{Deserialize, Serialize};

use crate::{Hash, Micros};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// From 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: Micros,
    /// Who did it: an account's name, or the channel's.
    pub who: String,
    /// What it was done to, as `item 7`.
    pub subject: String,
    /// What was done, in JSON.
    pub change: String,
    /// The hash of this entry.
    pub hash: Hash,
}

/// The end of a chain: what the next entry is chained to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// How many entries there are.
    pub seq: i64,
    /// The hash of the last; zeroes where there is none.
    pub hash: Hash,
}

/// The chain is broken: somebody, or a disk, changed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry lacks, or stands twice.
    #[error("the log is broken: entry {wanted} is due, and {found} follows")]
    Gap {
        /// The number that should follow.
        wanted: i64,
        /// The number that does.
        found: i64,
    },
    /// An entry is not what it was.
    #[error(
        "the log is broken at entry {seq}: it, or one before it, was changed after it was written"
    )]
    Changed {
        /// The first entry whose hash does not fit.
        seq: i64,
    },
}

impl Head {
    /// The entry of a change, which is the chain's new end.
    pub fn append(&mut self, at: Micros, who: &str, subject: &str, change: &str) -> Entry {
        let (seq, who) = (self.seq.saturating_add(1), who.to_owned());
        let (subject, change) = (subject.to_owned(), change.to_owned());
        let mut entry = Entry { seq, at, who, subject, change, hash: Hash::default() };
        entry.hash = hash(&self.hash, &entry);
        *self = Head { seq, hash: entry.hash };
        entry
    }

    /// Follows an entry that was stored.
    ///
    /// # Errors
    /// [`Broken`] where it is not the next one, or not what was written.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), Broken> {
        let wanted = self.seq.saturating_add(1);
        if entry.seq != wanted {
            return Err(Broken::Gap { wanted, found: entry.seq });
        }
        if hash(&self.hash, entry) != entry.hash {
            return Err(Broken::Changed { seq: entry.seq });
        }
        *self = Head { seq: entry.seq, hash: entry.hash };
        Ok(())
    }
}

fn hash(before: &Hash, entry: &Entry) -> Hash {
    Hash::of_pieces(&[
        before.as_bytes(),
        &entry.seq.to_le_bytes(),
        &entry.at.to_le_bytes(),
        entry.who.as_bytes(),
        entry.subject.as_bytes(),
        entry.change.as_bytes(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<Entry> {
        let mut head = Head::default();
        (0..5).map(|n| head.append(n, "mail", &format!("item {n}"), "{}")).collect()
    }

    fn follow(entries: &[Entry]) -> Result<Head, Broken> {
        let mut head = Head::default();
        entries.iter().try_for_each(|entry| head.follow(entry)).map(|()| head)
    }

    #[test]
    fn whatever_is_changed_is_found() {
        let whole = chain();
        assert_eq!(follow(&whole).unwrap().seq, 5);
        let mut changed: Vec<Vec<Entry>> = (0..4).map(|_| chain()).collect();
        changed[0][2].who = "somebody".into();
        changed[1][2].at += 1;
        changed[2][2].subject = "item 9".into();
        changed[3][2].change = "{} ".into();
        for entries in &changed {
            assert_eq!(follow(entries), Err(Broken::Changed { seq: 3 }));
        }
        let mut without = chain();
        without.remove(1);
        assert_eq!(follow(&without), Err(Broken::Gap { wanted: 2, found: 3 }));
        // A cut end is a good chain with another head.
        assert_ne!(follow(&whole[..4]), follow(&whole));
    }

    #[test]
    fn a_changed_entry_with_a_fitting_hash_breaks_the_next() {
        let mut entries = chain();
        let mut head = follow(&entries[..2]).unwrap();
        entries[2] = head.append(2, "somebody", "item 2", "{}");
        assert_eq!(follow(&entries), Err(Broken::Changed { seq: 4 }));
    }
}
