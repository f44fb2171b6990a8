//! The end of a turn: everything that is counted, and that no row of coverage tells yet.
//!
//! It is cumulative, so that the latest one alone is enough after a kill.
//!
//! ```text
//! version u8, 1 · turn · the second up to which seconds are counted, i64
//! number of hours, and of each: hour · seconds · dropped · the ten fates
//! number of cells, and of each: hour · protocol u8 · port · accesses · packets
//! ```

use observation::Fates;

use super::VERSION;
use super::bytes::{Reader, put};
use super::coverage::{fates, put_fates};
use crate::account::{Account, Cell, Hour, Unkept};

/// Appends the end of a turn.
pub(crate) fn encode(turn: u32, account: &Account, out: &mut Vec<u8>) {
    out.push(VERSION);
    put(turn.into(), out);
    out.extend_from_slice(&account.counted.to_le_bytes());
    put(account.hours.len() as u64, out);
    for (hour, Hour { seconds, dropped, fates }) in &account.hours {
        put(hour.unsigned_abs(), out);
        put((*seconds).into(), out);
        put(*dropped, out);
        put_fates(fates, out);
    }
    put_cells(account.unkept.iter().map(|(cell, unkept)| (*cell, *unkept)), out);
}

fn put_cells(cells: impl ExactSizeIterator<Item = (Cell, Unkept)>, out: &mut Vec<u8>) {
    put(cells.len() as u64, out);
    for (Cell { hour, protocol, port }, Unkept { accesses, packets }) in cells {
        put(hour.unsigned_abs(), out);
        out.push(protocol);
        put(port.into(), out);
        put(accesses, out);
        put(packets, out);
    }
}

/// Reads the end of a turn.
pub(crate) fn decode(payload: &[u8]) -> Option<(u32, Account)> {
    let mut reader = Reader(payload);
    if reader.byte()? != VERSION {
        return None;
    }
    let turn = reader.small()?;
    let mut account = Account { counted: reader.time()?, ..Account::default() };
    for _ in 0..reader.number()? {
        let hour = reader.small()?;
        let (seconds, dropped) = (reader.small()?, reader.number()?);
        let fates: Fates = fates(&mut reader)?;
        account.hours.insert(hour, Hour { seconds, dropped, fates });
    }
    for _ in 0..reader.number()? {
        let (cell, unkept) = cell(&mut reader)?;
        account.unkept.insert(cell, unkept);
    }
    reader.end()?;
    Some((turn, account))
}

fn cell(reader: &mut Reader<'_>) -> Option<(Cell, Unkept)> {
    let cell = Cell { hour: reader.small()?, protocol: reader.byte()?, port: reader.small()? };
    Some((cell, Unkept { accesses: reader.number()?, packets: reader.number()? }))
}
