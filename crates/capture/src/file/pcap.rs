//! The classic format: draft-ietf-opsawg-pcap, and what older writers made of it.

use dissect::LinkType;
use observation::{Micros, SECOND};

use super::bytes::Order;
use super::error::{Damage, Stop};
use super::input::Input;
use super::{MAXIMUM_PACKET, Record};

/// Length of the file header in bytes.
const FILE_HEADER: usize = 24;

/// What the magic number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Variant {
    order: Order,
    /// Units in which the fraction of a second is counted, a microsecond.
    fractions: u32,
    /// Length of a record's header in bytes.
    record_header: usize,
}

/// Recognises the magic number among the first bytes; none: it is no pcap file.
pub(super) fn recognise(first: &[u8]) -> Option<Variant> {
    let variant = |order, fractions, record_header| Variant { order, fractions, record_header };
    Some(match first {
        [0xa1, 0xb2, 0xc3, 0xd4, ..] => variant(Order::Big, 1, 16),
        [0xd4, 0xc3, 0xb2, 0xa1, ..] => variant(Order::Little, 1, 16),
        [0xa1, 0xb2, 0x3c, 0x4d, ..] => variant(Order::Big, 1_000, 16),
        [0x4d, 0x3c, 0xb2, 0xa1, ..] => variant(Order::Little, 1_000, 16),
        // Alexey Kuznetzov's patch of 1996: interface, protocol and direction behind the lengths.
        [0xa1, 0xb2, 0xcd, 0x34, ..] => variant(Order::Big, 1, 24),
        [0x34, 0xcd, 0xb2, 0xa1, ..] => variant(Order::Little, 1, 24),
        _ => return None,
    })
}

/// The order of a record's two lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lengths {
    CapturedFirst,
    /// Files before version 2.3.
    WireFirst,
    /// Version 2.3, which has both, and DG/UX's 543.0: the captured length is the shorter.
    Either,
}

impl Lengths {
    fn of(version: (u16, u16)) -> Lengths {
        match version {
            (2, 0..=2) => Lengths::WireFirst,
            (2, 3) | (543, 0) => Lengths::Either,
            _ => Lengths::CapturedFirst,
        }
    }

    /// The captured and the wire length.
    fn order(self, first: u32, second: u32) -> (u32, u32) {
        match self {
            Lengths::CapturedFirst => (first, second),
            Lengths::WireFirst => (second, first),
            Lengths::Either => (first.min(second), first.max(second)),
        }
    }
}

/// A pcap file behind its header.
pub(super) struct Pcap {
    variant: Variant,
    lengths: Lengths,
    link: LinkType,
}

impl Pcap {
    /// Reads the file header.
    pub(super) fn open(variant: Variant, input: &mut Input) -> Result<Pcap, Stop> {
        input.need(FILE_HEADER, "the file's header")?;
        let header = input.ahead();
        let version = (variant.order.u16(header, 4), variant.order.u16(header, 6));
        // The upper half says how long a frame check sequence is; it lies behind the IP packet.
        let number = (variant.order.u32(header, 20) & 0xffff) as u16;
        let link = LinkType::from_number(number.into()).ok_or(Stop::LinkType(number))?;
        input.take(FILE_HEADER);
        Ok(Pcap { variant, lengths: Lengths::of(version), link })
    }

    /// The next packet; none at the end.
    pub(super) fn next(&self, input: &mut Input) -> Result<Option<Record>, Stop> {
        input.set_mark();
        if !input.ensure(1)? {
            return Ok(None);
        }
        let Variant { order, record_header, .. } = self.variant;
        input.need(record_header, "a packet's header")?;
        let header = input.ahead();
        let time = self.time(order.u32(header, 0), order.u32(header, 4));
        let (captured, wire_length) =
            self.lengths.order(order.u32(header, 8), order.u32(header, 12));
        if captured > MAXIMUM_PACKET {
            return Err(Damage::PacketLength(captured).into());
        }
        let captured = captured as usize;
        input.need(record_header.saturating_add(captured), "a packet")?;
        input.take(record_header);
        let bytes = input.take(captured);
        Ok(Some(Record { time: Some(time), link: self.link, bytes, wire_length }))
    }

    /// A fraction of a second or more is carried, as some writers need it.
    fn time(&self, seconds: u32, fraction: u32) -> Micros {
        let micros = fraction.checked_div(self.variant.fractions).unwrap_or_default();
        Micros::from(seconds).saturating_mul(SECOND).saturating_add(Micros::from(micros))
    }
}
