#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::convert::Infallible;

use observation::SECOND;

use super::*;
use crate::{Generation, Seal};

/// A journal of accesses 1 to `last`, coverage none; ranges of up to three rows.
struct Journal {
    last: u64,
    forgotten: u64,
    history: &'static [u8],
}

impl Spool for Journal {
    type Rows = Vec<u64>;
    type Error = Infallible;

    fn generation(&self) -> Generation {
        Generation([7; 16])
    }

    fn rows(&mut self, table: Table, after: u64) -> Result<Option<Range<Vec<u64>>>, Infallible> {
        let rows: Vec<u64> = (after + 1..=self.last).take(3).collect();
        let end = rows.last().filter(|_| table == Table::Access).copied();
        Ok(end.map(|end| Range { upto: self.at(end), needs: 0, freshness: Freshness::Live, rows }))
    }

    fn seal(&mut self, _: Table, sequence: u64) -> Result<Option<Seal>, Infallible> {
        let holds = sequence > self.forgotten && sequence <= self.last;
        Ok(holds.then(|| self.at(sequence).seal))
    }

    fn forget(&mut self, _: Table, upto: Position) -> Result<(), Infallible> {
        self.forgotten = upto.sequence;
        Ok(())
    }

    fn forgotten(&self, table: Table) -> u64 {
        if table == Table::Access { self.forgotten } else { 0 }
    }
}

impl Journal {
    fn new(last: u64) -> Self {
        Journal { last, forgotten: 0, history: b"one" }
    }

    fn at(&self, sequence: u64) -> Position {
        Position { sequence, seal: Seal::of(sequence, self.history) }
    }
}

fn standing(position: Position) -> Standing {
    let committed = BTreeMap::from([(Table::Access, position)]);
    Standing { committed, received: 0, sent: 0 }
}

fn asked(sender: &mut Sender, journal: &mut Journal, position: Position) {
    let Ok(Step::Ask(ticket)) = sender.next(0, journal) else { unreachable!("it asks first") };
    sender.standing(ticket, &standing(position), journal).unwrap();
}

fn sent(sender: &mut Sender, journal: &mut Journal, now: Micros) -> Vec<(Ticket, u64, u64)> {
    let mut sent = Vec::new();
    while let Ok(Step::Send { ticket, after, upto, .. }) = sender.next(now, journal) {
        sent.push((ticket, after.sequence, upto.sequence));
    }
    sent
}

#[test]
fn a_window_of_deliveries_and_one_acknowledgement() {
    let (mut sender, mut journal) = (Sender::new(Backoff::default()), Journal::new(100));
    asked(&mut sender, &mut journal, Position::START);
    let under_way = sent(&mut sender, &mut journal, 0);
    let ranges: Vec<_> = under_way.iter().map(|&(_, after, upto)| (after, upto)).collect();
    assert_eq!(ranges, [(0, 3), (3, 6), (6, 9), (9, 12)]);
    // The third one's answer comes first.
    let nine = journal.at(9);
    sender.answered(under_way[2].0, &Answer::Committed(nine), 0, 0, &mut journal).unwrap();
    assert_eq!(journal.forgotten, 9);
    sender.answered(under_way[0].0, &Answer::Committed(journal.at(3)), 0, 0, &mut journal).unwrap();
    assert_eq!(journal.forgotten, 9);
    assert_eq!(sent(&mut sender, &mut journal, 0).len(), 3);
}

#[test]
fn a_failure_waits_asks_and_begins_where_the_hub_stands() {
    let (mut sender, mut journal) = (Sender::new(Backoff::default()), Journal::new(10));
    asked(&mut sender, &mut journal, Position::START);
    let under_way = sent(&mut sender, &mut journal, 0);
    sender.failed(under_way[1].0, 0, 5);
    let Ok(Step::Wait(Some(until))) = sender.next(0, &mut journal) else { unreachable!() };
    assert!((SECOND / 2..=SECOND).contains(&until));
    // What comes late of the old deliveries means nothing.
    sender.answered(under_way[0].0, &Answer::Committed(journal.at(3)), 0, 0, &mut journal).unwrap();
    assert_eq!(journal.forgotten, 0);
    let Ok(Step::Ask(ticket)) = sender.next(until, &mut journal) else { unreachable!() };
    let at = journal.at(6);
    sender.standing(ticket, &standing(at), &mut journal).unwrap();
    assert_eq!(journal.forgotten, 6);
    assert_eq!(sent(&mut sender, &mut journal, until)[0].1, 6);
}

#[test]
fn a_rolled_back_journal_stops() {
    // Shorter than what is committed, or longer with another history.
    for (last, history) in [(8, b"one".as_slice()), (20, b"two")] {
        let (mut sender, mut journal) = (Sender::new(Backoff::default()), Journal::new(last));
        journal.history = history;
        asked(&mut sender, &mut journal, Journal::new(10).at(10));
        let stopped: Vec<_> = sender.stopped().map(|(table, why)| (table, why.reason)).collect();
        assert_eq!(stopped, [(Table::Access, Reason::RolledBack)]);
        assert_eq!(sender.next(0, &mut journal), Ok(Step::Wait(None)));
        assert_eq!(journal.forgotten, 0);
    }
}

#[test]
fn an_archive_that_lost_rows_stops_the_lane() {
    let (mut sender, mut journal) = (Sender::new(Backoff::default()), Journal::new(20));
    journal.forgotten = 9;
    let committed = journal.at(5);
    asked(&mut sender, &mut journal, committed);
    assert_eq!(sender.stopped().next().unwrap().1.reason, Reason::HubLost);
}

#[test]
fn what_somebody_must_mend_stops_until_resumed() {
    let (mut sender, mut journal) = (Sender::new(Backoff::default()), Journal::new(2));
    asked(&mut sender, &mut journal, Position::START);
    let under_way = sent(&mut sender, &mut journal, 0);
    let refused = Answer::Refused(Refusal::new(Reason::Revoked, "by hand"));
    sender.answered(under_way[0].0, &refused, 0, 0, &mut journal).unwrap();
    assert_eq!(sender.next(i64::MAX, &mut journal), Ok(Step::Wait(None)));
    sender.resume();
    assert!(matches!(sender.next(0, &mut journal), Ok(Step::Ask(_))));
}

#[test]
fn a_hub_that_is_busy_is_left_alone_as_long_as_it_asks() {
    let (mut sender, mut journal) = (Sender::new(Backoff::default()), Journal::new(2));
    asked(&mut sender, &mut journal, Position::START);
    let under_way = sent(&mut sender, &mut journal, 0);
    let busy = Answer::Refused(Refusal::new(Reason::Busy, "").after(60 * SECOND));
    sender.answered(under_way[0].0, &busy, 0, 0, &mut journal).unwrap();
    let Ok(Step::Wait(Some(until))) = sender.next(0, &mut journal) else { unreachable!() };
    assert!(until >= 60 * SECOND);
}
