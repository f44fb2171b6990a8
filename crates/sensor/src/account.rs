//! What is counted and not yet told: by hour what became of packets, how many seconds were watched and
//! how many packets were lost, and what was not kept for want of room.
//!
//! Rows of coverage are parts: an hour's rows add up. A row takes from the account what it tells, in
//! the one journal, so that after any kill the account and the rows tell everything once.

use std::collections::BTreeMap;

use observation::{Access, Coverage, Fates, HOUR, Point};

/// Cells of what was not kept, at most: what is beyond them is counted under port 0 of protocol 255,
/// which IANA reserves.
const CELLS: usize = 1_024;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// The second (since 1970) up to which seconds were counted as watched.
    pub(crate) counted: i64,
    /// By hour, counted from 1970.
    pub(crate) hours: BTreeMap<i64, Hour>,
    /// Accesses that were not kept.
    pub(crate) unkept: BTreeMap<Cell, Unkept>,
}

/// What is counted of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hour {
    /// Whole seconds watched.
    pub(crate) seconds: u32,
    /// Packets lost.
    pub(crate) dropped: u64,
    /// What became of packets.
    pub(crate) fates: Fates,
}

/// What summaries are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) hour: i64,
    pub(crate) protocol: u8,
    /// The destination port, or the ICMP type.
    pub(crate) port: u16,
}

/// Accesses that were not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unkept {
    pub(crate) accesses: u64,
    pub(crate) packets: u64,
}

impl Default for Account {
    fn default() -> Self {
        Account { counted: i64::MIN, hours: BTreeMap::new(), unkept: BTreeMap::new() }
    }
}

impl Account {
    /// Adds what was counted of an hour.
    pub(crate) fn add(&mut self, hour: i64, counted: &Hour) {
        // Before 1970 no clock of ours stands.
        let of = self.hours.entry(hour.max(0)).or_default();
        of.seconds = of.seconds.saturating_add(counted.seconds);
        of.dropped = of.dropped.saturating_add(counted.dropped);
        of.fates += &counted.fates;
    }

    /// Counts packets of accesses whose turn was cut short: nothing else is known of it.
    pub(crate) fn add_growth(&mut self, access: &Access, packets: u64) {
        let last = access.first_seen.saturating_add(access.duration);
        let fates =
            Fates { packets, inbound: packets, access_packets: packets, ..Fates::default() };
        self.add(last.div_euclid(HOUR), &Hour { fates, ..Hour::default() });
    }

    /// Counts an access that is not kept.
    pub(crate) fn add_unkept(&mut self, access: &Access) {
        let hour = access.first_seen.div_euclid(HOUR).max(0);
        let icmp = access.icmp.map(|(icmp_type, _)| u16::from(icmp_type));
        let port = access.ports.map(|(_, dst)| dst).or(icmp).unwrap_or(0);
        let mut cell = Cell { hour, protocol: access.protocol, port };
        if self.unkept.len() >= CELLS && !self.unkept.contains_key(&cell) {
            cell = Cell { hour, protocol: 255, port: 0 };
        }
        let unkept = self.unkept.entry(cell).or_default();
        unkept.accesses += 1;
        unkept.packets += access.packets;
    }

    /// The row that tells of an hour.
    pub(crate) fn row(
        &self,
        hour: i64,
        point: &Point,
        addresses: Option<u64>,
        clock_offset: Option<i64>,
    ) -> Option<Coverage> {
        let Hour { seconds, dropped, fates } = *self.hours.get(&hour)?;
        Some(Coverage {
            point: Some(point.clone()),
            hour: hour.checked_mul(HOUR)?,
            // Two runs of one hour whose clock was set back count at most what an hour has.
            seconds_up: Some(seconds.min(3_600)),
            assumed: false,
            fates,
            dropped: Some(dropped),
            addresses,
            unkept: None,
            clock_offset,
        })
    }

    /// The row that tells what was not kept of a cell.
    pub(crate) fn unkept_row(&self, cell: Cell, point: &Point) -> Option<Coverage> {
        let Unkept { accesses, packets } = *self.unkept.get(&cell)?;
        let Cell { hour, protocol, port } = cell;
        Some(Coverage {
            point: Some(point.clone()),
            hour: hour.checked_mul(HOUR)?,
            seconds_up: Some(0),
            assumed: false,
            fates: Fates::default(),
            dropped: Some(0),
            addresses: None,
            unkept: Some(observation::Unkept { protocol, port, accesses, packets }),
            clock_offset: None,
        })
    }

    /// Takes away what a row told of an hour.
    pub(crate) fn told(&mut self, hour: i64) {
        self.hours.remove(&hour);
    }

    /// The cells of the hours before this one.
    pub(crate) fn unkept_before(&self, hour: i64) -> Vec<Cell> {
        self.unkept.keys().copied().take_while(|cell| cell.hour < hour).collect()
    }

    /// Takes away what a row told: of a cell, or of an hour.
    pub(crate) fn told_by(&mut self, row: &Coverage) {
        let hour = row.hour.div_euclid(HOUR);
        match row.unkept {
            Some(observation::Unkept { protocol, port, .. }) => {
                self.unkept.remove(&Cell { hour, protocol, port });
            }
            None => self.told(hour),
        }
    }
}
