//! What must come out.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use observation::{Access, DAY, Fates, Point};

use crate::reference::{Settings, Sighting, Watcher, fold};

/// What the counting rules make of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Every access, in the order of [`crate::reference::sort`].
    pub accesses: Vec<Access>,
    /// Packets by fate.
    pub fates: Fates,
    /// Figures per point and UTC day, the day in days since 1970-01-01.
    pub days: BTreeMap<(Point, i64), Day>,
    /// Jumps of the capture's clock.
    pub jumps: u64,
}

/// One point's UTC day. An access belongs, with all its packets, to the day of its first_seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Accesses.
    pub accesses: u64,
    /// Their packets.
    pub packets: u64,
    /// Distinct source addresses.
    pub sources: u64,
    /// TALOT2's sources: distinct source addresses of each protocol and destination port (of ICMP
    /// the type), summed.
    pub talot2_sources: u64,
}

impl Truth {
    pub(super) fn of(watchers: &[Watcher], sightings: &[Sighting]) -> Truth {
        let outcome = fold(watchers, &Settings::default(), sightings);
        let days = days(&outcome.accesses);
        Truth { accesses: outcome.accesses, fates: outcome.fates, days, jumps: outcome.jumps }
    }
}

/// What TALOT2 counts once: a service and a source.
type Visit = (u8, Option<u16>, Option<u8>, IpAddr);

/// The figures of each point and day.
pub(crate) fn days(accesses: &[Access]) -> BTreeMap<(Point, i64), Day> {
    let mut days: BTreeMap<(Point, i64), Day> = BTreeMap::new();
    let mut visits: BTreeMap<(Point, i64), BTreeSet<Visit>> = BTreeMap::new();
    for access in accesses {
        let key = (access.point.clone(), access.first_seen.div_euclid(DAY));
        let day = days.entry(key.clone()).or_default();
        day.accesses += 1;
        day.packets += access.packets;
        let port = access.ports.map(|(_, port)| port);
        let icmp_type = access.icmp.map(|(icmp_type, _)| icmp_type);
        visits.entry(key).or_default().insert((access.protocol, port, icmp_type, access.src));
    }
    for (key, visits) in visits {
        let sources: BTreeSet<IpAddr> = visits.iter().map(|visit| visit.3).collect();
        let day = days.entry(key).or_default();
        day.sources = sources.len() as u64;
        day.talot2_sources = visits.len() as u64;
    }
    days
}
