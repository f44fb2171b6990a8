//! The hub's decision, and the group of deliveries that one commit takes in.
//!
//! Invariant: a delivery is taken only if it begins where its lane stands in the very snapshot that
//! the commit is made on, and nobody hears of it before that commit.
//!
//! The hub offers what has come to a [`Group`], one for each table. When the group is due it loads a
//! snapshot and [settles](Group::settle) the group on it; writes the rows of [`Settled::taken`] and
//! the ids of [`Settled::positions`] in one commit on that very snapshot; and then:
//!
//! - the commit succeeded: [`Settled::committed`] gives everybody's answer;
//! - somebody else committed first: [`Settled::again`] gives the group back, to be settled on a new
//!   snapshot;
//! - it failed, or nobody knows: [`Settled::failed`] gives everybody the refusal; the points ask.

use std::collections::BTreeMap;

use crate::{Answer, Header, Lane, Position, Reason, Refusal};

/// What a hub decides about one range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It comes next.
    Accept,
    /// Everything up to here is committed; the point compares this with its journal.
    Have(Position),
    /// What comes before it is missing.
    Gap(Position),
    /// The journal differs from what is committed.
    RolledBack(Position),
}

/// Decides on a range (`after`, `upto`] of a lane that stands at `committed`.
pub fn decide(committed: Position, after: Position, upto: Position) -> Verdict {
    if after == committed {
        return Verdict::Accept;
    }
    if after.sequence > committed.sequence {
        return Verdict::Gap(committed);
    }
    let differs = |end: Position| end.sequence == committed.sequence && end != committed;
    if differs(after) || differs(upto) {
        return Verdict::RolledBack(committed);
    }
    Verdict::Have(committed)
}

impl Verdict {
    /// The answer to a delivery on which this was the verdict.
    fn answer(self, lane: &Lane) -> Answer {
        let refused = |reason, detail| Answer::Refused(Refusal::new(reason, detail));
        match self {
            // Given after the commit only.
            Verdict::Accept => refused(Reason::Unavailable, "not committed".to_owned()),
            Verdict::Have(position) => Answer::Committed(position),
            Verdict::Gap(at) => {
                let detail = format!("rows of {} after {} are missing", lane.table, at.sequence);
                refused(Reason::Gap, detail)
            }
            Verdict::RolledBack(at) => refused(
                Reason::RolledBack,
                format!(
                    "row {} of {} is committed, and it is another one: this spool was restored from \
                     a backup, or two machines use it; begin a new spool",
                    at.sequence, lane.table
                ),
            ),
        }
    }
}

/// A delivery that waits for its commit.
#[derive(Clone, Debug)]
struct Entry<T> {
    lane: Lane,
    after: Position,
    upto: Position,
    rows: usize,
    item: T,
}

/// Deliveries of many points that wait for one commit. `T` is the rows, and whom to answer.
#[derive(Clone, Debug)]
pub struct Group<T> {
    entries: Vec<Entry<T>>,
    rows: usize,
    most_rows: usize,
    most_entries: usize,
}

impl<T> Group<T> {
    /// An empty group that takes so many deliveries and rows.
    pub fn new(most_entries: usize, most_rows: usize) -> Self {
        Group { entries: Vec::new(), rows: 0, most_rows, most_entries }
    }

    /// Rows that wait.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Deliveries that wait.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes a delivery in, in whatever order they come.
    ///
    /// # Errors
    /// The group is full: the delivery comes back, to be refused as [`Reason::Busy`].
    pub fn offer(&mut self, header: &Header, item: T) -> Result<(), T> {
        let count = usize::try_from(header.rows).unwrap_or(usize::MAX);
        let rows = self.rows.saturating_add(count);
        if self.entries.len() >= self.most_entries || rows > self.most_rows {
            return Err(item);
        }
        self.rows = rows;
        self.entries.push(Entry {
            lane: header.lane.clone(),
            after: header.after,
            upto: header.upto,
            rows: count,
            item,
        });
        Ok(())
    }

    /// The lanes that the group has deliveries of.
    pub fn lanes(&self) -> impl Iterator<Item = &Lane> {
        self.entries.iter().map(|entry| &entry.lane)
    }

    /// Decides on every delivery, given where each lane stands in a snapshot.
    pub fn settle(mut self, committed: impl Fn(&Lane) -> Position) -> Settled<T> {
        let order = |entry: &Entry<T>| (entry.after.sequence, entry.upto.sequence);
        self.entries.sort_by(|a, b| a.lane.cmp(&b.lane).then(order(a).cmp(&order(b))));
        let limits = (self.most_entries, self.most_rows);
        let mut settled =
            Settled { taken: Vec::new(), others: Vec::new(), positions: BTreeMap::new(), limits };
        for entry in self.entries {
            let stands = settled.positions.get(&entry.lane).copied();
            let stands = stands.unwrap_or_else(|| committed(&entry.lane));
            let verdict = decide(stands, entry.after, entry.upto);
            if verdict == Verdict::Accept {
                settled.positions.insert(entry.lane.clone(), entry.upto);
                settled.taken.push(entry);
            } else {
                settled.others.push((entry, verdict));
            }
        }
        settled
    }
}

/// A group on which was decided, on one snapshot.
#[derive(Clone, Debug)]
pub struct Settled<T> {
    taken: Vec<Entry<T>>,
    /// With verdicts that may rest on positions which are yet to be committed.
    others: Vec<(Entry<T>, Verdict)>,
    positions: BTreeMap<Lane, Position>,
    limits: (usize, usize),
}

impl<T> Settled<T> {
    /// What to commit, lane by lane, each in order. Where there is nothing, no commit is needed.
    pub fn taken(&self) -> impl Iterator<Item = (&Lane, &T)> {
        self.taken.iter().map(|entry| (&entry.lane, &entry.item))
    }

    /// Where the lanes stand after the commit: to be committed with the rows, under
    /// [`Lane::id`] and [`Lane::seal_id`].
    pub fn positions(&self) -> impl Iterator<Item = (&Lane, Position)> {
        self.positions.iter().map(|(lane, &position)| (lane, position))
    }

    /// Everybody's answer, after the commit; at once where there was nothing to commit.
    pub fn committed(self) -> impl Iterator<Item = (T, Answer)> {
        let taken = self.taken.into_iter().map(|entry| {
            let answer = Answer::Committed(entry.upto);
            (entry.item, answer)
        });
        let others = self.others.into_iter().map(|(entry, verdict)| {
            let answer = verdict.answer(&entry.lane);
            (entry.item, answer)
        });
        taken.chain(others)
    }

    /// The group as it was: somebody else has committed in between.
    pub fn again(self) -> Group<T> {
        let mut entries = self.taken;
        entries.extend(self.others.into_iter().map(|(entry, _)| entry));
        let rows = entries.iter().map(|entry| entry.rows).sum();
        let (most_entries, most_rows) = self.limits;
        Group { entries, rows, most_rows, most_entries }
    }

    /// Everybody's answer where the commit failed, or nobody knows.
    pub fn failed(self, refusal: &Refusal) -> impl Iterator<Item = (T, Answer)> {
        let group = self.again();
        group.entries.into_iter().map(|entry| (entry.item, Answer::Refused(refusal.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seal;

    fn at(sequence: u64, record: &[u8]) -> Position {
        Position { sequence, seal: Seal::of(sequence, record) }
    }

    #[test]
    fn verdicts() {
        let (five, ten) = (at(5, b"a"), at(10, b"a"));
        let other = at(10, b"b");
        assert_eq!(decide(Position::START, Position::START, ten), Verdict::Accept);
        assert_eq!(decide(ten, ten, at(11, b"a")), Verdict::Accept);
        assert_eq!(decide(ten, other, at(11, b"a")), Verdict::RolledBack(ten));
        assert_eq!(decide(ten, five, other), Verdict::RolledBack(ten));
        assert_eq!(decide(ten, five, ten), Verdict::Have(ten));
        assert_eq!(decide(ten, Position::START, five), Verdict::Have(ten));
        assert_eq!(decide(ten, five, at(12, b"a")), Verdict::Have(ten));
        assert_eq!(decide(five, ten, at(12, b"a")), Verdict::Gap(five));
        assert_eq!(decide(Position::START, five, ten), Verdict::Gap(Position::START));
    }
}
