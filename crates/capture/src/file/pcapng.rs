//! The newer format: draft-ietf-opsawg-pcapng.
//!
//! A file is a sequence of blocks, each with its type and its length at the beginning and its
//! length again at the end. A block counts only when all of it is there and both lengths agree.

mod block;
mod interface;

use std::collections::BTreeMap;

use super::bytes::Order;
use super::error::{Damage, Stop};
use super::identity::Unreadable;
use super::input::Input;
use super::{MAXIMUM_PACKET, Record};
use block::{Block, Body};
use interface::{Drops, Interface};

/// The first word of a file, the same in both byte orders.
const SECTION_HEADER: u32 = 0x0a0d_0d0a;

/// Whether these are the first bytes of a pcapng file.
pub(super) fn recognise(first: &[u8]) -> bool {
    first.starts_with(&SECTION_HEADER.to_be_bytes())
}

/// How many interfaces a section may describe: as many as the obsolete packet block could name.
const INTERFACES: usize = 65_536;

/// A pcapng file, and what it has said so far.
pub(super) struct Pcapng {
    order: Order,
    interfaces: Vec<Interface>,
    /// What the interfaces of earlier sections dropped.
    dropped: Drops,
    /// Whether any packet was of a link type that we read.
    readable: bool,
    unreadable: BTreeMap<u16, u64>,
}

impl Pcapng {
    /// Reads the first section's header.
    pub(super) fn open(input: &mut Input) -> Result<Pcapng, Stop> {
        let mut pcapng = Pcapng {
            order: Order::Little,
            interfaces: Vec::new(),
            dropped: Drops::default(),
            readable: false,
            unreadable: BTreeMap::new(),
        };
        pcapng.block(input)?;
        Ok(pcapng)
    }

    /// The next packet of a link type that we read; none at the end.
    pub(super) fn next(&mut self, input: &mut Input) -> Result<Option<Record>, Stop> {
        loop {
            input.set_mark();
            if !input.ensure(1)? {
                return self.end();
            }
            if let Some(record) = self.block(input)? {
                self.readable = true;
                return Ok(Some(record));
            }
        }
    }

    /// A file of nothing but packets that we cannot read is refused.
    fn end(&self) -> Result<Option<Record>, Stop> {
        match self.unreadable.keys().next() {
            Some(&number) if !self.readable => Err(Stop::LinkType(number)),
            _ => Ok(None),
        }
    }

    /// Reads one block.
    fn block(&mut self, input: &mut Input) -> Result<Option<Record>, Stop> {
        let block = Block::begin(self.order, input)?;
        self.order = block.order;
        match block.body {
            Body::SectionHeader => self.section(&block, input)?,
            Body::Interface => self.interface(&block, input)?,
            Body::Statistics => self.statistics(&block, input)?,
            Body::EnhancedPacket | Body::ObsoletePacket => return self.packet(&block, input),
            Body::SimplePacket => return self.simple_packet(&block, input),
            Body::Other => block.pass(input)?,
        }
        Ok(None)
    }

    /// A section begins: it describes its own interfaces.
    fn section(&mut self, block: &Block, input: &mut Input) -> Result<(), Stop> {
        block.pass(input)?;
        for interface in self.interfaces.drain(..) {
            self.dropped.add(interface.dropped);
        }
        Ok(())
    }

    fn interface(&mut self, block: &Block, input: &mut Input) -> Result<(), Stop> {
        let range = block.hold(input)?;
        let interface = Interface::read(self.order, input.bytes(range))?;
        if self.interfaces.len() >= INTERFACES {
            return Err(Damage::Interfaces(INTERFACES).into());
        }
        self.interfaces.push(interface);
        Ok(())
    }

    /// Statistics replace the ones before: they count from the capture's start. Those of an
    /// interface that is not there cost no packet, so they are no damage.
    fn statistics(&mut self, block: &Block, input: &mut Input) -> Result<(), Stop> {
        let range = block.hold(input)?;
        let body = input.bytes(range);
        let id = self.order.u32(body, 0);
        if let Some(interface) = self.interfaces.get_mut(id as usize) {
            interface.dropped = Drops::read(self.order, body);
        }
        Ok(())
    }

    /// Enhanced and obsolete packets differ in nothing but the width of the interface's number.
    fn packet(&mut self, block: &Block, input: &mut Input) -> Result<Option<Record>, Stop> {
        let body = block.fixed(input)?;
        let id = match block.body {
            Body::ObsoletePacket => u32::from(self.order.u16(body, 0)),
            _ => self.order.u32(body, 0),
        };
        let units = u64::from(self.order.u32(body, 4)) << 32 | u64::from(self.order.u32(body, 8));
        let captured = self.order.u32(body, 12);
        let wire_length = self.order.u32(body, 16);
        let interface = self.interfaces.get(id as usize).ok_or(Damage::Interface(id))?;
        let time = interface.time(units);
        let Some(link) = interface.link else { return self.pass_packet(block, id, input) };
        let bytes = block.packet(captured, input)?;
        Ok(Some(Record { time, link, bytes, wire_length }))
    }

    /// A simple packet is of the first interface, and as long as the wire or the snap length.
    fn simple_packet(&mut self, block: &Block, input: &mut Input) -> Result<Option<Record>, Stop> {
        let wire_length = self.order.u32(block.fixed(input)?, 0);
        let interface = self.interfaces.first().ok_or(Damage::Interface(0))?;
        let captured = wire_length.min(interface.snap_length);
        let Some(link) = interface.link else { return self.pass_packet(block, 0, input) };
        let bytes = block.packet(captured, input)?;
        Ok(Some(Record { time: None, link, bytes, wire_length }))
    }

    /// Counts a packet that we cannot read, once all of it was there.
    fn pass_packet(
        &mut self,
        block: &Block,
        id: u32,
        input: &mut Input,
    ) -> Result<Option<Record>, Stop> {
        block.pass(input)?;
        let interface = self.interfaces.get(id as usize).ok_or(Damage::Interface(id))?;
        let count = self.unreadable.entry(interface.link_number).or_default();
        *count = count.saturating_add(1);
        Ok(None)
    }

    /// Packets that all interfaces dropped; none where the file does not say.
    pub(super) fn dropped(&self) -> Option<u64> {
        let mut dropped = self.dropped;
        for interface in &self.interfaces {
            dropped.add(interface.dropped);
        }
        dropped.0
    }

    /// Packets that we could not read, by link type.
    pub(super) fn unreadable(&self) -> Vec<Unreadable> {
        let unreadable = |(&number, &packets)| Unreadable {
            number,
            link: dissect::link_type_name(number.into()),
            packets,
        };
        self.unreadable.iter().map(unreadable).collect()
    }
}
