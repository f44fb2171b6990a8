//! A conversation that a live host began.
//!
//! ```text
//! version u8, 1 · marks u8 · protocol u8 · host, other: address (4 bytes, or 16 by mark 0), port u16
//! last i64
//! ```
//!
//! Marks 1 to 3: the host ended it, the other end did, it was reset. Ports are little-endian.

use capture::fold::Conversation;

use super::VERSION;
use super::bytes::{Reader, put_address};

/// Appends a conversation.
pub(crate) fn encode(conversation: &Conversation, out: &mut Vec<u8>) {
    let Conversation { protocol, host, other, last, host_ended, other_ended, reset } =
        *conversation;
    let marks = [host.0.is_ipv6(), host_ended, other_ended, reset];
    let marks = marks.iter().rev().fold(0, |marks, mark| marks << 1 | u8::from(*mark));
    out.extend_from_slice(&[VERSION, marks, protocol]);
    for (address, port) in [host, other] {
        put_address(address, out);
        out.extend_from_slice(&port.to_le_bytes());
    }
    out.extend_from_slice(&last.to_le_bytes());
}

/// Reads a conversation.
pub(crate) fn decode(payload: &[u8]) -> Option<Conversation> {
    let mut reader = Reader(payload);
    let [version, marks, protocol] = reader.array()?;
    let is = |bit: u32| marks & (1 << bit) != 0;
    if version != VERSION {
        return None;
    }
    let mut end = || Some((reader.address(is(0))?, u16::from_le_bytes(reader.array()?)));
    let (host, other) = (end()?, end()?);
    let last = reader.time()?;
    reader.end()?;
    let (host_ended, other_ended, reset) = (is(1), is(2), is(3));
    Some(Conversation { protocol, host, other, last, host_ended, other_ended, reset })
}
