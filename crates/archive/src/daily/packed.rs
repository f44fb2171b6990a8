//! A row as one number, or a few, that sort by service, source and kind.

use super::count::ServiceOfPoint;
use super::rows::Row;

/// A row of which only what is counted is left.
pub(super) trait Packed: Copy + Ord {
    fn service(self) -> ServiceOfPoint;
    /// Whether another row is of the same service and source.
    fn is_of_source(self, other: Self) -> bool;
    fn kind(self) -> u8;
    fn packets(self) -> Option<u64>;
}

/// A row of an IPv4 address: from the highest bit, the service (51 bits), the address (32), the kind
/// (4), and the packets and one (41; 0: not known, or too many).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Narrow(u128);

const PACKETS: u32 = 41;
const KIND: u32 = 4;
const SOURCE: u32 = 32;

impl Narrow {
    /// The row, and its packets where they are too many for it. None: it is not of an IPv4 address.
    pub(super) fn new(row: &Row<'_>) -> Option<(Self, Option<u64>)> {
        let src = u32::from_be_bytes(row.src.try_into().ok()?);
        let too_many = row.packets.filter(|&packets| packets >= (1 << PACKETS) - 1);
        let packets = row.packets.filter(|_| too_many.is_none()).map_or(0, |packets| packets + 1);
        let ServiceOfPoint(service) = row.service;
        let high = u128::from(service) << SOURCE | u128::from(src);
        let low = u128::from(row.kind) << PACKETS | u128::from(packets);
        Some((Narrow(high << (KIND + PACKETS) | low), too_many))
    }
}

impl Packed for Narrow {
    fn service(self) -> ServiceOfPoint {
        ServiceOfPoint((self.0 >> (SOURCE + KIND + PACKETS)) as u64)
    }

    fn is_of_source(self, other: Self) -> bool {
        (self.0 ^ other.0) >> (KIND + PACKETS) == 0
    }

    fn kind(self) -> u8 {
        (self.0 >> PACKETS) as u8 & ((1 << KIND) - 1)
    }

    fn packets(self) -> Option<u64> {
        (self.0 as u64 & ((1 << PACKETS) - 1)).checked_sub(1)
    }
}

/// A row of an IPv6 address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
}
