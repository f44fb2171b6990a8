//! The watching thread's part in floods: frames into the lookout, and each second an alarm.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::mpsc::SyncSender;

use capture::fold::kind;
use detect::Finding;
use detect::flood::live::{Glimpse, Lookout, Offender};
use dissect::{Dissected, Packet, Transport};
use observation::{Fates, Micros, Point, SECOND};

/// What the watching thread saw of floods in a second.
#[derive(Debug)]
pub(crate) struct Alarm {
    /// When it looked.
    pub(crate) at: Micros,
    /// Floods that began or ended.
    pub(crate) found: Vec<Finding>,
    /// Who takes part.
    pub(crate) offenders: Vec<Offender>,
    /// The addresses that the interfaces have.
    pub(crate) addresses: BTreeSet<IpAddr>,
}

/// Looks out for floods, and raises alarms.
pub(crate) struct Sentry {
    lookout: Lookout,
    alarms: SyncSender<Alarm>,
    looked: Micros,
    /// What nobody had time for.
    kept: Vec<Finding>,
}

impl Sentry {
    pub(crate) fn new(point: &Point, alarms: SyncSender<Alarm>) -> Self {
        Sentry { lookout: Lookout::new(point), alarms, looked: 0, kept: Vec::new() }
    }

    /// Takes a frame, and what became of it.
    #[inline]
    pub(crate) fn see(&mut self, time: Option<Micros>, frame: &Dissected<'_>, fates: &Fates) {
        let (Some(time), Dissected::Ip(packet)) = (time, frame) else { return };
        let inbound = fates.access_packets + fates.expected > 0;
        if inbound || fates.outbound > 0 {
            self.lookout.see(&glimpse(time, packet, !inbound));
        }
    }

    /// Looks at the second that has passed, if one has.
    pub(crate) fn tick(&mut self, now: Micros, addresses: impl FnOnce() -> BTreeSet<IpAddr>) {
        if (self.looked..self.looked.saturating_add(SECOND)).contains(&now) {
            return;
        }
        self.looked = now;
        let mut found = std::mem::take(&mut self.kept);
        found.extend(self.lookout.tick(now));
        let offenders = self.lookout.offenders(now);
        if found.is_empty() && offenders.is_empty() {
            return;
        }
        let alarm = Alarm { at: now, found, offenders, addresses: addresses() };
        // Where the acting thread is busy findings wait; offenders will offend again.
        if let Err(error) = self.alarms.try_send(alarm) {
            let (std::sync::mpsc::TrySendError::Full(alarm)
            | std::sync::mpsc::TrySendError::Disconnected(alarm)) = error;
            self.kept = alarm.found;
        }
    }
}

fn glimpse(time: Micros, packet: &Packet<'_>, outbound: bool) -> Glimpse {
    let (ports, tcp_flags, quoted) = match packet.transport {
        Transport::Tcp(tcp) => (Some((tcp.src_port, tcp.dst_port)), tcp.flags.unwrap_or(0), None),
        Transport::Udp { src_port, dst_port } => (Some((src_port, dst_port)), 0, None),
        Transport::Icmp(icmp) => (None, 0, icmp.quoted.map(|quoted| quoted.quoted)),
        Transport::None => (None, 0, None),
    };
    let (src, dst, protocol) = (packet.src, packet.dst, packet.protocol);
    Glimpse { time, src, dst, protocol, ports, tcp_flags, kind: kind(packet), quoted, outbound }
}
