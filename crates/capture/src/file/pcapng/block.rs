//! One block: its type, its two lengths, and ways through it.

use std::ops::Range;

use super::super::bytes::Order;
use super::super::error::{Damage, Stop};
use super::super::input::{HOLD, Input};
use super::{MAXIMUM_PACKET, SECTION_HEADER};

/// Length in bytes of a block's type and length.
const HEADER: usize = 8;
/// Length in bytes of the length at its end.
const TRAILER: usize = 4;

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    SectionHeader,
    Interface,
    ObsoletePacket,
    SimplePacket,
    EnhancedPacket,
    Statistics,
    /// Names, secrets, custom blocks, and whatever the future brings: passed over.
    Other,
}

impl Body {
    fn of(kind: u32) -> Body {
        match kind {
            SECTION_HEADER => Body::SectionHeader,
            1 => Body::Interface,
            2 => Body::ObsoletePacket,
            3 => Body::SimplePacket,
            5 => Body::Statistics,
            6 => Body::EnhancedPacket,
            _ => Body::Other,
        }
    }

    /// Length in bytes of what comes before packet data and options.
    fn fixed(self) -> usize {
        match self {
            Body::SectionHeader => 16,
            Body::Interface => 8,
            Body::ObsoletePacket | Body::EnhancedPacket => 20,
            Body::SimplePacket => 4,
            Body::Statistics => 12,
            Body::Other => 0,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Body::SectionHeader => "section header block",
            Body::Interface => "interface description block",
            Body::ObsoletePacket => "packet block",
            Body::SimplePacket => "simple packet block",
            Body::Statistics => "interface statistics block",
            Body::EnhancedPacket => "enhanced packet block",
            Body::Other => "block",
        }
    }
}

/// The block at the input's position: nothing of it has been passed over.
pub(super) struct Block {
    pub(super) order: Order,
    pub(super) body: Body,
    /// By its first word, in bytes; checked to be a multiple of four and enough for its type.
    length: u32,
}

impl Block {
    /// Reads type and length. A section header says in which order its own length is stored.
    pub(super) fn begin(order: Order, input: &mut Input) -> Result<Block, Stop> {
        input.need(HEADER, "a block's header")?;
        let body = Body::of(order.u32(input.ahead(), 0));
        let order = if body == Body::SectionHeader { section_order(input)? } else { order };
        let length = order.u32(input.ahead(), 4);
        let block = Block { order, body, length };
        let least = HEADER.saturating_add(body.fixed()).saturating_add(TRAILER);
        if (length as usize) < least || length % 4 != 0 {
            return Err(block.bad_length());
        }
        Ok(block)
    }

    /// The part that every block of this type has, behind type and length.
    pub(super) fn fixed<'a>(&self, input: &'a mut Input) -> Result<&'a [u8], Stop> {
        input.need(HEADER.saturating_add(self.body.fixed()), self.body.name())?;
        Ok(input.ahead().get(HEADER..).unwrap_or_default())
    }

    /// Holds the block in the buffer, passes over it, and gives its body.
    pub(super) fn hold(&self, input: &mut Input) -> Result<Range<usize>, Stop> {
        let length = self.length as usize;
        if length > HOLD {
            return Err(self.bad_length());
        }
        input.need(length, self.body.name())?;
        let body = length.saturating_sub(HEADER).saturating_sub(TRAILER);
        let trailer = self.order.u32(input.ahead(), HEADER.saturating_add(body));
        self.check(trailer)?;
        input.take(HEADER);
        let range = input.take(body);
        input.take(TRAILER);
        Ok(range)
    }

    /// Holds a packet's block and gives the `captured` bytes behind its fixed part.
    pub(super) fn packet(&self, captured: u32, input: &mut Input) -> Result<Range<usize>, Stop> {
        if captured > MAXIMUM_PACKET {
            return Err(Damage::PacketLength(captured).into());
        }
        let body = self.hold(input)?;
        let from = body.start.saturating_add(self.body.fixed());
        let room = body.end.saturating_sub(from);
        if captured as usize > room {
            return Err(Damage::PacketOutsideBlock { packet: captured, room }.into());
        }
        Ok(from..from.saturating_add(captured as usize))
    }

    /// Passes over the block without holding it.
    pub(super) fn pass(&self, input: &mut Input) -> Result<(), Stop> {
        let before = u64::from(self.length).saturating_sub(TRAILER as u64);
        if !input.skip(before)? {
            return Err(Damage::CutShort(self.body.name()).into());
        }
        input.need(TRAILER, self.body.name())?;
        self.check(self.order.u32(input.ahead(), 0))?;
        input.take(TRAILER);
        Ok(())
    }

    fn check(&self, trailer: u32) -> Result<(), Damage> {
        if trailer == self.length {
            return Ok(());
        }
        Err(Damage::BlockTrailer { head: self.length, trailer })
    }

    fn bad_length(&self) -> Stop {
        Damage::BlockLength { kind: self.body.name(), length: self.length }.into()
    }
}

/// The order of a section, by its header's byte-order mark.
fn section_order(input: &mut Input) -> Result<Order, Stop> {
    input.need(16, Body::SectionHeader.name())?;
    let header = input.ahead();
    let order = match Order::Big.u32(header, 8) {
        0x1a2b_3c4d => Order::Big,
        0x4d3c_2b1a => Order::Little,
        mark => return Err(Damage::ByteOrder(mark).into()),
    };
    match order.u16(header, 12) {
        1 => Ok(order),
        version => Err(Damage::Version(version).into()),
    }
}
