//! A row as one number, or a few, that sort by service, source and kind.

use super::count::ServiceOfPoint;
use super::rows::Row;

/// A row of which only what is counted is left.
pub(super) trait Packed: Copy + Ord {
    /// Bytes of it on a disk.
    const BYTES: usize;

    fn service(self) -> ServiceOfPoint;
    /// Whether another row is of the same service and source.
    fn is_of_source(self, other: Self) -> bool;
    fn kind(self) -> u8;
    /// Its packets, where they are known.
    fn packets(self) -> Option<u64>;
    /// Whether it only adds packets to the row before it.
    fn is_rest(self) -> bool;

    /// Writes it behind what stands in `out`.
    fn put(self, out: &mut Vec<u8>);
    /// Reads it from its bytes. None: they are not [`Packed::BYTES`].
    fn of(bytes: &[u8]) -> Option<Self>;
}

/// A row of an IPv4 address: from the highest bit, the service (51 bits), the address (32), the kind
/// (4), whether it is a rest (1), and the packets and one (40; 0: not known).
///
/// Packets that have no room, as only a log can state them, are divided by 2^39: what remains is the
/// row's, and a rest behind it has the quotient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Narrow(u128);

const PACKETS: u32 = 40;
const REST: u32 = 1;
const KIND: u32 = 4;
const SOURCE: u32 = 32;
/// Packets of a row are below this, or have a rest.
const MOST: u64 = 1 << (PACKETS - 1);

impl Narrow {
    /// The row, and its rest where there is one. None: it is not of an IPv4 address.
    pub(super) fn new(row: &Row<'_>) -> Option<(Self, Option<Self>)> {
        let src = u32::from_be_bytes(row.src.try_into().ok()?);
        let ServiceOfPoint(service) = row.service;
        let packed = |rest: bool, packets: Option<u64>| {
            let high = u128::from(service) << SOURCE | u128::from(src);
            let low = u128::from(row.kind) << REST | u128::from(rest);
            let packets = u128::from(packets.map_or(0, |packets| packets + 1));
            Narrow((high << (KIND + REST) | low) << PACKETS | packets)
        };
        let quotient = row.packets.map(|packets| packets / MOST).filter(|&quotient| quotient > 0);
        let rest = quotient.map(|quotient| packed(true, Some(quotient)));
        Some((packed(false, row.packets.map(|packets| packets % MOST)), rest))
    }
}

impl Packed for Narrow {
    const BYTES: usize = 16;

    fn service(self) -> ServiceOfPoint {
        ServiceOfPoint((self.0 >> (SOURCE + KIND + REST + PACKETS)) as u64)
    }

    fn is_of_source(self, other: Self) -> bool {
        (self.0 ^ other.0) >> (KIND + REST + PACKETS) == 0
    }

    fn kind(self) -> u8 {
        (self.0 >> (REST + PACKETS)) as u8 & ((1 << KIND) - 1)
    }

    fn packets(self) -> Option<u64> {
        let packets = (self.0 as u64 & ((1 << PACKETS) - 1)).checked_sub(1);
        if self.is_rest() { packets.map(|packets| packets.saturating_mul(MOST)) } else { packets }
    }

    fn is_rest(self) -> bool {
        self.0 >> PACKETS & 1 == 1
    }

    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        Some(Narrow(u128::from_le_bytes(bytes.try_into().ok()?)))
    }
}

/// A row of an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wide {
    service: ServiceOfPoint,
    src: u128,
    kind: u8,
    packets: Option<u64>,
}

impl Wide {
    pub(super) fn new(row: &Row<'_>) -> Self {
        let src = <[u8; 16]>::try_from(row.src).unwrap_or_default();
        let Row { service, kind, packets, .. } = *row;
        Wide { service, src: u128::from_be_bytes(src), kind, packets }
    }
}

impl Packed for Wide {
    const BYTES: usize = 8 + 16 + 1 + 1 + 8;

    fn service(self) -> ServiceOfPoint {
        self.service
    }

    fn is_of_source(self, other: Self) -> bool {
        (self.service, self.src) == (other.service, other.src)
    }

    fn kind(self) -> u8 {
        self.kind
    }

    fn packets(self) -> Option<u64> {
        self.packets
    }

    fn is_rest(self) -> bool {
        false
    }

    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.service.0.to_le_bytes());
        out.extend_from_slice(&self.src.to_le_bytes());
        out.extend_from_slice(&[self.kind, self.packets.is_some().into()]);
        out.extend_from_slice(&self.packets.unwrap_or_default().to_le_bytes());
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let (service, rest) = bytes.split_first_chunk()?;
        let (src, rest) = rest.split_first_chunk()?;
        let (&[kind, known], rest) = rest.split_first_chunk()?;
        let packets = u64::from_le_bytes(rest.try_into().ok()?);
        Some(Wide {
            service: ServiceOfPoint(u64::from_le_bytes(*service)),
            src: u128::from_le_bytes(*src),
            kind,
            packets: (known == 1).then_some(packets),
        })
    }
}
