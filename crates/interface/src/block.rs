//! A block of frames as the kernel fills it (Linux, `if_packet.h`, TPACKET_V3).
//!
//! ```text
//! block    version u32 · offset to private u32 · status u32 · frames u32 · offset to first u32 · …
//! frame    next u32 · seconds u32 · nanoseconds u32 · captured u32 · wire length u32 · status u32 ·
//!          mac u16 · net u16 · hash u32 · VLAN tag u32 · VLAN type u16 · … (48 bytes)
//!          then a link-layer address, whose byte 10 is the packet's type
//!          then room, and at `mac` the frame's bytes
//! ```
//!
//! In the host's byte order, but for the frame. Every offset is checked, although the kernel wrote
//! it: a wrong one is no frame, and is counted.

use std::ops::Range;

use capture::file::Frame;
use dissect::LinkType;
use observation::{Micros, SECOND};

/// Room that is kept before each frame for the VLAN tag, in bytes.
pub(crate) const TAG: usize = 4;
/// Where the tag belongs: behind the two addresses of an Ethernet header.
const ADDRESSES: usize = 12;
/// Before IEEE 802.1ad there was but one type of tag, and kernels do not tell it.
const DOT1Q: u16 = 0x8100;

const STATUS_VLAN: u32 = 1 << 4;
const STATUS_VLAN_TYPE: u32 = 1 << 6;

/// How a frame came by the interface (`if_packet.h`, PACKET_).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PacketType {
    /// To this host.
    Host,
    /// To everybody.
    Broadcast,
    /// To a group.
    Multicast,
    /// To another host; seen where the interface is promiscuous.
    OtherHost,
    /// From this host.
    Outgoing,
    /// A type of the kernel's own.
    Other(u8),
}

impl PacketType {
    fn of(number: u8) -> PacketType {
        match number {
            0 => PacketType::Host,
            1 => PacketType::Broadcast,
            2 => PacketType::Multicast,
            3 => PacketType::OtherHost,
            4 => PacketType::Outgoing,
            other => PacketType::Other(other),
        }
    }
}

/// A frame that came by an interface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrival<'a> {
    /// Which interface: its place in the list that was opened.
    pub interface: usize,
    /// How it came by.
    pub packet_type: PacketType,
    /// The frame, with the time at which the kernel received it.
    pub frame: Frame<'a>,
}

/// What a block's header says: how many frames it has, and where the first is.
pub(crate) fn header(block: &[u8]) -> Option<(u32, usize)> {
    Some((u32_at(block, 12)?, u32_at(block, 16)? as usize))
}

/// When the frame at `at` was received.
pub(crate) fn time(block: &[u8], at: usize) -> Option<Micros> {
    let header = block.get(at..)?;
    let seconds = Micros::from(u32_at(header, 4)?);
    let micros = Micros::from(u32_at(header, 8)?.checked_div(1_000)?);
    seconds.checked_mul(SECOND)?.checked_add(micros)
}

/// Where the frame after the one at `at` is.
pub(crate) fn next(block: &[u8], at: usize) -> Option<usize> {
    at.checked_add(u32_at(block.get(at..)?, 0)? as usize)
}

/// A frame as it stands in a block.
pub(crate) struct Located {
    pub(crate) packet_type: PacketType,
    pub(crate) time: Option<Micros>,
    pub(crate) bytes: Range<usize>,
    pub(crate) wire_length: u32,
}

/// Finds the frame at `at`, and puts its VLAN tag back if it was taken out; at most `snap` bytes of
/// it. Each frame must be located once only.
#[inline]
pub(crate) fn locate(block: &mut [u8], at: usize, link: LinkType, snap: u32) -> Option<Located> {
    let time = time(block, at);
    let header = block.get(at..)?;
    let packet_type = PacketType::of(*header.get(58)?);
    let mut wire_length = u32_at(header, 16)?;
    let start = at.checked_add(u16_at(header, 24)?.into())?;
    let mut bytes = start..start.checked_add(u32_at(header, 12)? as usize)?;
    if let Some(tag) =
        tag(header).filter(|_| link == LinkType::Ethernet && bytes.len() >= ADDRESSES)
    {
        bytes = restore(block, bytes, tag)?;
        wire_length = wire_length.saturating_add(TAG as u32);
    }
    bytes.end = bytes.end.min(bytes.start.saturating_add(snap as usize));
    block.get(bytes.clone())?;
    Some(Located { packet_type, time, bytes, wire_length })
}

/// The tag that was taken out: its type and its control information. By libpcap's rule, so that the
/// two agree on kernels that do not set the bits.
fn tag(header: &[u8]) -> Option<[u8; TAG]> {
    let (status, control) = (u32_at(header, 20)?, u32_at(header, 32)?);
    if control == 0 && status & STATUS_VLAN == 0 {
        return None;
    }
    let told = u16_at(header, 36)?;
    let kind = if told != 0 || status & STATUS_VLAN_TYPE != 0 { told } else { DOT1Q };
    let [a, b] = kind.to_be_bytes();
    let [.., c, d] = control.to_be_bytes();
    Some([a, b, c, d])
}

/// Moves the addresses to make room for the tag.
fn restore(block: &mut [u8], bytes: Range<usize>, tag: [u8; TAG]) -> Option<Range<usize>> {
    let start = bytes.start.checked_sub(TAG)?;
    let head = block.get_mut(start..)?.first_chunk_mut::<{ TAG + ADDRESSES }>()?;
    head.copy_within(TAG.., 0);
    head.last_chunk_mut::<TAG>()?.copy_from_slice(&tag);
    Some(start..bytes.end)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}
