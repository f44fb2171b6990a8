//! The journal on a disk that loses power, against a plain list.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod damage;
mod fake;
mod folder;
mod format;
mod full;
mod model;

use crate::{Journal, Lane, Limits, Most, Record, Replayed};
use fake::FakeDisk;

/// Limits so small that a few records begin a new segment, and a few dozen fill the spool.
const SMALL: Limits =
    Limits { rows: 2_400, reserve: 512, state: 2_400, segment: 400, buffer: 300, free: 256 };

const MOST: Most = Most { records: usize::MAX, bytes: usize::MAX };

type Fake = Journal<FakeDisk>;

fn lane(number: u8) -> Lane {
    Lane::new(number).unwrap()
}

fn opened(disk: &FakeDisk) -> Fake {
    Journal::open(disk.clone(), SMALL, 7).unwrap().0
}

fn rows_after(journal: &mut Fake, number: u8, after: u64) -> Vec<Record> {
    let batch = journal.read(lane(number), after, MOST).unwrap();
    assert_eq!(batch.lost.rows, 0);
    batch.records
}

/// What replay gives: lane (none: state; 255: lost), number or count, payload.
fn replayed(journal: &Fake) -> Vec<(Option<u8>, u64, Vec<u8>)> {
    let mut all = Vec::new();
    let each = |one: Replayed<'_>| {
        all.push(match one {
            Replayed::Rows { lane, number, payload, .. } => {
                (Some(lane.number()), number, payload.to_vec())
            }
            Replayed::State { payload, .. } => (None, 0, payload.to_vec()),
            Replayed::Lost { records } => (Some(255), records, Vec::new()),
        });
    };
    journal.replay(each).unwrap();
    all
}
