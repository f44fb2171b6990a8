//! What may happen to a journal.

use std::io::ErrorKind;

use proptest::prelude::*;

use crate::{Most, Share};

pub(super) const TABLES: u8 = 3;

#[derive(Clone, Debug)]
pub(super) enum Step {
    Rows {
        table: u8,
        share: Share,
        rows: u32,
        length: usize,
    },
    State {
        length: usize,
    },
    /// All open images once more, and nothing before them is needed.
    Checkpoint {
        images: usize,
    },
    Sync,
    Read {
        table: u8,
        most: Most,
    },
    /// Forgets up to the record that lies at this part of what is durable, in 256ths.
    Forget {
        table: u8,
        part: u8,
    },
    Fail {
        after: u32,
        kind: ErrorKind,
    },
    Leave {
        free: u64,
    },
    Heal,
    /// The process ends; what it wrote is there.
    Kill,
    /// The power goes.
    Crash,
    /// The power goes while so much is being synced.
    Die {
        after: u32,
    },
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let share = prop_oneof![4 => Just(Share::Ordinary), 1 => Just(Share::Reserved)];
    let kind = prop_oneof![Just(ErrorKind::StorageFull), Just(ErrorKind::Other)];
    let most = (1..8_usize, 1..400_usize).prop_map(|(records, bytes)| Most { records, bytes });
    let step = prop_oneof![
        20 => (0..TABLES, share, 1..5_u32, 0..120_usize)
            .prop_map(|(table, share, rows, length)| Step::Rows { table, share, rows, length }),
        10 => (0..120_usize).prop_map(|length| Step::State { length }),
        3 => (0..6_usize).prop_map(|images| Step::Checkpoint { images }),
        10 => Just(Step::Sync),
        5 => (0..TABLES, most).prop_map(|(table, most)| Step::Read { table, most }),
        4 => (0..TABLES, any::<u8>()).prop_map(|(table, part)| Step::Forget { table, part }),
        2 => (0..12_u32, kind).prop_map(|(after, kind)| Step::Fail { after, kind }),
        1 => (0..1_500_u64).prop_map(|free| Step::Leave { free }),
        2 => Just(Step::Heal),
        2 => Just(Step::Kill),
        3 => Just(Step::Crash),
        4 => (0..14_u32).prop_map(|after| Step::Die { after }),
    ];
    prop::collection::vec(step, 1..200)
}
