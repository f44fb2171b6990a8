//! What is watched: points, their addresses, and what their hosts offer on purpose.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use dissect::{Packet, Transport};
use ipnet::IpNet;
use observation::{Point, protocol};

use super::conversations::Belongs;
use super::key::number;
use super::ports;

/// Who lives at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Nobody: every inbound packet is unwanted.
    Dark,
    /// An ordinary host: a packet is unwanted if it is inbound and belongs to no conversation that
    /// the host began.
    Live,
}

impl Mode {
    /// The word for it in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Dark => "dark",
            Mode::Live => "live",
        }
    }
}

/// A service that a live host offers on purpose: `443/tcp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Expect {
    /// IP protocol number.
    pub protocol: u8,
    /// Port at the host.
    pub port: u16,
}

impl FromStr for Expect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is no service: write it like 443/tcp or 53/udp");
        let (port, name) = text.split_once('/').ok_or_else(bad)?;
        let protocol = match name {
            "tcp" => protocol::TCP,
            "udp" => protocol::UDP,
            _ => return Err(bad()),
        };
        Ok(Expect { protocol, port: port.parse().map_err(|_| bad())? })
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.protocol == protocol::UDP { "udp" } else { "tcp" };
        write!(f, "{}/{name}", self.port)
    }
}

/// One point and what it watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedPoint {
    /// The point.
    pub point: Point,
    /// Who lives there.
    pub mode: Mode,
    /// The addresses that it watches; empty: every address.
    pub nets: Vec<IpNet>,
    /// What its host offers on purpose.
    pub expect: Vec<Expect>,
}

/// Two points that watch the same address. Whoever wrote the watch lists is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Overlap {
    /// An address can belong to one point only.
    #[error("points {0} and {1} both watch {2}: an address can belong to one point only")]
    Shared(Point, Point, IpAddr),
    /// Only the single point of a capture may go without a list.
    #[error("point {0} has no watch list: beside other points it needs one")]
    Unlisted(Point),
    /// Without a watch list nothing tells inbound from outbound.
    #[error("point {0} is live and has no watch list: name its addresses with --watch")]
    Live(Point),
    /// Nothing to watch for.
    #[error("no point is named")]
    NoPoint,
    /// A point that is named twice.
    #[error("point {0} is named twice")]
    Twice(Point),
}

/// Which way something went, as seen from the points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To an address that this point watches.
    Inbound(Point),
    /// From an address that this point watches to one that none does.
    Outbound(Point),
    /// Neither; with the point that it counts for, where there is but one.
    Elsewhere(Option<Point>),
}

/// Which point watches an address.
#[derive(Clone, Debug)]
pub struct Watch {
    points: Vec<WatchedPoint>,
    /// Watched ranges of IPv4 and of IPv6, each sorted.
    v4: Vec<Range<u32>>,
    v6: Vec<Range<u128>>,
    everything: bool,
    any_live: bool,
}

/// First address, last address, point.
type Range<T> = (T, T, usize);

impl Watch {
    /// A watch for these points.
    ///
    /// # Errors
    /// Two points share an address, or a list is missing where one is needed.
    pub fn new(points: Vec<WatchedPoint>) -> Result<Self, Overlap> {
        let everything = check(&points)?;
        let v4 = ranges(&points, false)?.into_iter().filter_map(|(first, last, at)| {
            Some((u32::try_from(first).ok()?, u32::try_from(last).ok()?, at))
        });
        let v4 = v4.collect();
        let v6 = ranges(&points, true)?;
        let any_live = points.iter().any(|watched| watched.mode == Mode::Live);
        Ok(Watch { points, v4, v6, everything, any_live })
    }

    /// The points, in the order in which they were named.
    pub fn points(&self) -> &[WatchedPoint] {
        &self.points
    }

    /// The only point, where there is but one.
    pub(super) fn only(&self) -> Option<usize> {
        (self.points.len() == 1).then_some(0)
    }

    /// The point that watches an address.
    pub(super) fn point_of(&self, address: IpAddr) -> Option<usize> {
        if self.everything {
            return Some(0);
        }
        match address {
            IpAddr::V4(address) => find(&self.v4, u32::from(address)),
            IpAddr::V6(address) => find(&self.v6, u128::from(address)),
        }
    }

    /// Whether an ordinary host lives at any point.
    pub fn has_live(&self) -> bool {
        self.any_live
    }

    /// The direction of something that was sent from one address to another; where it is not known
    /// to whom, it is taken to be to the only point.
    pub fn direction(&self, src: IpAddr, dst: Option<IpAddr>) -> Direction {
        let named = |at: usize| self.points.get(at).map(|watched| watched.point.clone());
        let inbound = match dst {
            Some(dst) => self.point_of(dst),
            None => self.only(),
        };
        if let Some(point) = inbound.and_then(named) {
            return Direction::Inbound(point);
        }
        match self.point_of(src).and_then(named) {
            Some(point) => Direction::Outbound(point),
            None => Direction::Elsewhere(self.only().and_then(named)),
        }
    }

    /// How many addresses a point watches; none where it has no list.
    pub fn addresses_of(&self, point: &Point) -> Option<u64> {
        let at = self.points.iter().position(|watched| watched.point == *point)?;
        self.addresses(at)
    }

    /// Whether an ordinary host lives at a point.
    pub(super) fn is_live(&self, point: usize) -> bool {
        self.points.get(point).is_some_and(|watched| watched.mode == Mode::Live)
    }

    /// Whether an address is that of an ordinary host at one of the points.
    pub(super) fn is_from_live(&self, address: IpAddr) -> bool {
        self.any_live && self.point_of(address).is_some_and(|point| self.is_live(point))
    }

    /// How many addresses a point watches; none where it has no list.
    pub(super) fn addresses(&self, point: usize) -> Option<u64> {
        if self.everything {
            return None;
        }
        let v4 = self.v4.iter().map(|&(first, last, of)| (u128::from(last - first), of));
        let v6 = self.v6.iter().map(|&(first, last, of)| (last - first, of));
        let sizes = v4.chain(v6).filter(|&(_, of)| of == point).map(|(steps, _)| steps);
        let sum = sizes.fold(0_u128, |sum, steps| sum.saturating_add(steps).saturating_add(1));
        Some(u64::try_from(sum).unwrap_or(u64::MAX))
    }

    /// Whether an inbound packet is for what the host offers, or the line's own housekeeping.
    pub(super) fn expects(&self, point: usize, packet: &Packet<'_>, belongs: Belongs) -> bool {
        let offered = |protocol, port| {
            let expect = Expect { protocol, port };
            self.points.get(point).is_some_and(|watched| watched.expect.contains(&expect))
        };
        match belongs {
            Belongs::Sender { protocol, host_port } if offered(protocol, host_port) => true,
            _ => housekeeping(packet),
        }
    }
}

/// What keeps a line going: DHCP (RFC 2131), DHCPv6 (RFC 9915), neighbour and router discovery
/// (RFC 4861: ICMPv6 133 to 137) and multicast listener discovery (RFC 3810: 130, 131, 132, 143).
fn housekeeping(packet: &Packet<'_>) -> bool {
    match packet.transport {
        Transport::Icmp(icmp) if packet.protocol == protocol::ICMPV6 => {
            matches!(icmp.icmp_type, 130..=137 | 143)
        }
        Transport::Udp { .. } => matches!(ports(packet), Some((67, 68) | (547, 546))),
        _ => false,
    }
}

/// Whether the one point watches every address.
fn check(points: &[WatchedPoint]) -> Result<bool, Overlap> {
    let first = points.first().ok_or(Overlap::NoPoint)?;
    for (at, watched) in points.iter().enumerate() {
        let name = || watched.point.clone();
        if points.iter().skip(at + 1).any(|other| other.point == watched.point) {
            return Err(Overlap::Twice(name()));
        }
        if watched.nets.is_empty() && watched.mode == Mode::Live {
            return Err(Overlap::Live(name()));
        }
        if watched.nets.is_empty() && points.len() > 1 {
            return Err(Overlap::Unlisted(name()));
        }
    }
    Ok(first.nets.is_empty())
}

/// The point of the range that an address lies in.
fn find<T: Copy + Ord>(ranges: &[Range<T>], address: T) -> Option<usize> {
    let after = ranges.partition_point(|&(first, ..)| first <= address);
    let &(_, last, point) = ranges.get(after.checked_sub(1)?)?;
    (address <= last).then_some(point)
}

/// The ranges of one family, sorted, those of one point merged.
fn ranges(points: &[WatchedPoint], v6: bool) -> Result<Vec<Range<u128>>, Overlap> {
    let mut all: Vec<Range<u128>> = Vec::new();
    for (at, watched) in points.iter().enumerate() {
        let family = watched.nets.iter().filter(|net| net.addr().is_ipv6() == v6);
        all.extend(family.map(|net| (number(net.network()), number(net.broadcast()), at)));
    }
    all.sort_unstable();
    let mut merged: Vec<Range<u128>> = Vec::with_capacity(all.len());
    for (first, last, at) in all {
        match merged.last_mut() {
            Some((_, end, of)) if first <= *end && *of == at => *end = last.max(*end),
            Some((_, end, of)) if first <= *end => return Err(shared(points, *of, at, first, v6)),
            _ => merged.push((first, last, at)),
        }
    }
    Ok(merged)
}

fn shared(points: &[WatchedPoint], one: usize, two: usize, number: u128, v6: bool) -> Overlap {
    let address = match u32::try_from(number) {
        Ok(number) if !v6 => IpAddr::V4(number.into()),
        _ => IpAddr::V6(number.into()),
    };
    match (points.get(one), points.get(two)) {
        (Some(one), Some(two)) => Overlap::Shared(one.point.clone(), two.point.clone(), address),
        _ => Overlap::NoPoint,
    }
}
