//! Which sources send most, in bounded memory.
//!
//! J. Misra and D. Gries, "Finding repeated elements", 1982: with k counters, each source that sends
//! more than the k-th part of all packets has one, and a counter never says more than was sent.

use std::net::IpAddr;

use hashbrown::HashMap;

use super::Offender;

/// Counters.
pub(super) const COUNTERS: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct Shares {
    counters: HashMap<(IpAddr, IpAddr), u32, foldhash::fast::FixedState>,
}

impl Shares {
    /// Counts packets of a source to a target.
    pub(super) fn add(&mut self, source: IpAddr, target: IpAddr, packets: u32) {
        let mut packets = packets;
        loop {
            if let Some(counter) = self.counters.get_mut(&(source, target)) {
                *counter = counter.saturating_add(packets);
                return;
            }
            if self.counters.len() < COUNTERS {
                self.counters.insert((source, target), packets);
                return;
            }
            let least = self.counters.values().copied().min().unwrap_or(0).min(packets);
            self.counters.retain(|_, counter| {
                *counter -= least;
                *counter > 0
            });
            packets -= least;
            if packets == 0 {
                return;
            }
        }
    }

    /// Sources of at least so many packets, most first; counting begins anew.
    pub(super) fn take(&mut self, least: u32) -> Vec<Offender> {
        let counters = std::mem::take(&mut self.counters);
        let enough = counters.into_iter().filter(|(_, packets)| *packets >= least);
        let mut offenders: Vec<Offender> = enough
            .map(|((source, target), packets)| Offender { source, target, packets })
            .collect();
        offenders.sort_unstable_by_key(|offender| (u32::MAX - offender.packets, offender.source));
        offenders
    }
}
