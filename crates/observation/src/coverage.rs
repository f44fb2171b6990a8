//! The `coverage` row: what a point was able to see in an hour, the denominator of every rate.

use crate::{Field, Micros, Point, Type};

/// What became of packets. Two sums hold in every summary and every row:
/// `packets = inbound + outbound + elsewhere + malformed + not_ip` and
/// `inbound = access_packets + solicited + expected`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fates {
    /// Every packet seen.
    pub packets: u64,
    /// To a watched address.
    pub inbound: u64,
    /// From a watched address to one that is not watched.
    pub outbound: u64,
    /// Neither; broadcast and multicast too.
    pub elsewhere: u64,
    /// Its IP header could not be read.
    pub malformed: u64,
    /// It held no IP.
    pub not_ip: u64,
    /// Inbound packets that belong to accesses.
    pub access_packets: u64,
    /// Inbound packets of conversations that the watched host began.
    pub solicited: u64,
    /// Inbound packets to what the host offers on purpose, and the line's own housekeeping.
    pub expected: u64,
    /// Packets captured shorter than they were on the wire. Not a part of the sums.
    pub truncated: u64,
}

impl Fates {
    /// Whether both sums hold.
    pub fn add_up(&self) -> bool {
        self.packets == self.inbound + self.outbound + self.elsewhere + self.malformed + self.not_ip
            && self.inbound == self.access_packets + self.solicited + self.expected
    }
}

impl std::ops::AddAssign<&Fates> for Fates {
    fn add_assign(&mut self, other: &Fates) {
        self.packets += other.packets;
        self.inbound += other.inbound;
        self.outbound += other.outbound;
        self.elsewhere += other.elsewhere;
        self.malformed += other.malformed;
        self.not_ip += other.not_ip;
        self.access_packets += other.access_packets;
        self.solicited += other.solicited;
        self.expected += other.expected;
        self.truncated += other.truncated;
    }
}

/// Accesses of one port that a point counted and had no room to keep. Their packets are access packets of
/// the hour's other rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unkept {
    /// Their IP protocol number; 255, with port 0: of more ports than a point tells apart.
    pub protocol: u8,
    /// Their destination port, or ICMP type; 0 where there is none.
    pub port: u16,
    /// How many.
    pub accesses: u64,
    /// Their packets.
    pub packets: u64,
}

/// One hour of one point: a part of it, for parts add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The point; none for the packets of a shared capture that no point watches.
    pub point: Option<Point>,
    /// The hour's beginning, UTC.
    pub hour: Micros,
    /// Whole seconds that the point watched in this hour; none where unknown.
    pub seconds_up: Option<u32>,
    /// True: taken to be so (a capture covers first to last packet), not measured.
    pub assumed: bool,
    /// What became of the hour's packets.
    pub fates: Fates,
    /// Packets that the capture lost, where it says.
    pub dropped: Option<u64>,
    /// How many addresses the point watched, where there is a watch list.
    pub addresses: Option<u64>,
    /// What was not kept of one port. A row that says so tells nothing else: its seconds and fates are 0.
    pub unkept: Option<Unkept>,
    /// How far the hub's clock was ahead of the point's when they last compared them, µs; none where they did
    /// not yet, and of a capture.
    pub clock_offset: Option<Micros>,
}

/// The columns of the table `coverage`.
pub const COVERAGE: &[Field] = &[
    Field::optional(
        "point",
        Type::Text,
        "",
        "the monitoring point; null for packets of a shared capture that no point watches",
    ),
    Field::required("hour", Type::Time, "", "the hour's beginning, UTC"),
    Field::optional(
        "seconds_up",
        Type::Long,
        "s",
        "whole seconds watched in the hour; null where unknown",
    ),
    Field::required(
        "assumed",
        Type::Bool,
        "",
        "true: a capture is taken to cover first to last packet; false: measured",
    ),
    Field::required(
        "packets",
        Type::Long,
        "packets",
        "every packet seen = inbound + outbound + elsewhere + malformed + not_ip",
    ),
    Field::required(
        "inbound",
        Type::Long,
        "packets",
        "to a watched address = access_packets + solicited + expected",
    ),
    Field::required("outbound", Type::Long, "packets", "from a watched address to one not watched"),
    Field::required("elsewhere", Type::Long, "packets", "neither from nor to a watched address"),
    Field::required("malformed", Type::Long, "packets", "the IP header could not be read"),
    Field::required("not_ip", Type::Long, "packets", "held no IP"),
    Field::required("access_packets", Type::Long, "packets", "inbound, in accesses"),
    Field::required(
        "solicited",
        Type::Long,
        "packets",
        "inbound, in conversations that the watched host began",
    ),
    Field::required(
        "expected",
        Type::Long,
        "packets",
        "inbound, to what the host offers on purpose and the line's housekeeping",
    ),
    Field::required(
        "truncated",
        Type::Long,
        "packets",
        "captured shorter than on the wire; counted above as well",
    ),
    Field::optional(
        "dropped",
        Type::Long,
        "packets",
        "lost by the capture; null where it does not say",
    ),
    Field::optional(
        "addresses",
        Type::Long,
        "",
        "addresses watched; null without a watch list; never published",
    ),
    Field::required("received", Type::Time, "", "when the archive received the row"),
    Field::optional(
        "unkept_protocol",
        Type::Int,
        "",
        "of a row that tells of accesses which a point counted and had no room to keep: their IP \
         protocol; 255 where there were more ports than it tells apart; null in all other rows",
    ),
    Field::optional("unkept_port", Type::Int, "", "their destination port or ICMP type; 0: none"),
    Field::optional("unkept_accesses", Type::Long, "accesses", "how many were not kept"),
    Field::optional(
        "unkept_packets",
        Type::Long,
        "packets",
        "their packets, which access_packets of the hour's other rows count",
    ),
    Field::optional(
        "clock_offset",
        Type::Long,
        "µs",
        "how far the hub's clock was ahead of the point's when they last compared them; null: unknown, and \
         of a capture",
    ),
];
