//! A row of coverage.
//!
//! ```text
//! version u8, 1 · marks u8 · accesses journalled before · hour, counted from 1970
//! seconds, by mark 0 · the ten fates · dropped, by mark 1 · addresses, by mark 2
//! what was not kept, by mark 5: protocol u8 · port · accesses · packets
//! the clock's offset, by mark 6: µs, zigzag
//! ```
//!
//! Mark 3: the seconds are assumed. Mark 4: it is of the point.

use observation::{Coverage, Fates, HOUR, Point, Unkept};

use super::VERSION;
use super::bytes::{Reader, put};

/// Appends the fates, in the order of their columns.
pub(super) fn put_fates(fates: &Fates, out: &mut Vec<u8>) {
    let Fates { packets, inbound, outbound, elsewhere, malformed, not_ip, .. } = *fates;
    let Fates { access_packets, solicited, expected, truncated, .. } = *fates;
    let all = [packets, inbound, outbound, elsewhere, malformed, not_ip];
    let inbound = [access_packets, solicited, expected, truncated];
    all.into_iter().chain(inbound).for_each(|count| put(count, out));
}

/// Reads the fates.
pub(super) fn fates(reader: &mut Reader<'_>) -> Option<Fates> {
    Some(Fates {
        packets: reader.number()?,
        inbound: reader.number()?,
        outbound: reader.number()?,
        elsewhere: reader.number()?,
        malformed: reader.number()?,
        not_ip: reader.number()?,
        access_packets: reader.number()?,
        solicited: reader.number()?,
        expected: reader.number()?,
        truncated: reader.number()?,
    })
}

/// Appends a row; `needs`: the number of the last access that was journalled before it.
pub(crate) fn encode(row: &Coverage, needs: u64, out: &mut Vec<u8>) {
    let marks = [
        row.seconds_up.is_some(),
        row.dropped.is_some(),
        row.addresses.is_some(),
        row.assumed,
        row.point.is_some(),
        row.unkept.is_some(),
        row.clock_offset.is_some(),
    ];
    let marks = marks.iter().rev().fold(0, |marks, mark| marks << 1 | u8::from(*mark));
    out.extend_from_slice(&[VERSION, marks]);
    put(needs, out);
    put(row.hour.div_euclid(HOUR).max(0).unsigned_abs(), out);
    row.seconds_up.into_iter().for_each(|seconds| put(seconds.into(), out));
    put_fates(&row.fates, out);
    row.dropped.into_iter().for_each(|dropped| put(dropped, out));
    row.addresses.into_iter().for_each(|addresses| put(addresses, out));
    if let Some(Unkept { protocol, port, accesses, packets }) = row.unkept {
        out.push(protocol);
        put(port.into(), out);
        put(accesses, out);
        put(packets, out);
    }
    // Zigzag: a sign at the low end, so that small offsets of either sign are short.
    row.clock_offset.into_iter().for_each(|at| put((at << 1 ^ at >> 63).cast_unsigned(), out));
}

/// Reads a row, and the number of the access that it needs.
pub(crate) fn decode(point: &Point, payload: &[u8]) -> Option<(Coverage, u64)> {
    let mut reader = Reader(payload);
    let [version, marks] = reader.array()?;
    let is = |bit: u32| marks & (1 << bit) != 0;
    if version != VERSION {
        return None;
    }
    let needs = reader.number()?;
    let hour = reader.small::<i64>()?.checked_mul(HOUR)?;
    let seconds_up = if is(0) { Some(reader.small()?) } else { None };
    let fates = fates(&mut reader)?;
    let dropped = if is(1) { Some(reader.number()?) } else { None };
    let addresses = if is(2) { Some(reader.number()?) } else { None };
    let unkept = if is(5) { Some(unkept(&mut reader)?) } else { None };
    let clock_offset = if is(6) { Some(offset(reader.number()?)) } else { None };
    reader.end()?;
    let (point, assumed) = (is(4).then(|| point.clone()), is(3));
    Some((
        Coverage {
            point,
            hour,
            seconds_up,
            assumed,
            fates,
            dropped,
            addresses,
            unkept,
            clock_offset,
        },
        needs,
    ))
}

fn offset(zigzag: u64) -> i64 {
    (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed()
}

fn unkept(reader: &mut Reader<'_>) -> Option<Unkept> {
    let (protocol, port) = (reader.byte()?, reader.small()?);
    Some(Unkept { protocol, port, accesses: reader.number()?, packets: reader.number()? })
}
