//! Password cracking as the network shows it, and sources that act alike.
//!
//! **Cracking.** Passwords are tried one connection after the other. A scan tries each address once;
//! who cracks comes back to the same address and port. A source's *returns* to a service are its
//! connections less the addresses that it tried. [`RETURNS`] returns without a gap of [`GAP`], and
//! twice as many connections as addresses, are cracking where the port is one that takes passwords
//! ([`PORTS`]); on other ports only if the connections were completed, come to one address within
//! [`BURST`], and the port is no web's, where browsers come back too. (Bro's and Zeek's SSH detection
//! counts failed logins the same way; Hofstede et al., SSH Compromise Detection using NetFlow/IPFIX,
//! CCR 44(5), 2014, tell by flows.)
//!
//! **Campaigns**: [`campaign`].
//!
//! Memory is bounded: [`CAPACITY`] sources and services at a time.

pub mod campaign;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use hashbrown::HashMap;
use observation::{HOUR, Kind, Micros, SECOND, tcp_flag};
use serde_json::json;

use crate::finding::About;
use crate::sighting::number;
use crate::{Finding, FindingKind, PointId, Roll, Service, Sighting};

/// Ports that take passwords: FTP, SSH, Telnet, POP3, IMAP, SMB, their kin over TLS, MS SQL, MySQL,
/// RDP, PostgreSQL, SIP, VNC, WinRM, Redis, and the second homes of SSH and Telnet.
pub const PORTS: [u16; 21] = [
    21, 22, 23, 110, 139, 143, 445, 993, 995, 1433, 2222, 2323, 3306, 3389, 5060, 5432, 5900, 5901,
    5985, 6379, 8291,
];
/// Returns that are no accident.
pub const RETURNS: u64 = 20;
/// A pause that ends a session.
pub const GAP: Micros = HOUR;
/// A session is told as one for a day at most.
pub const LONGEST: Micros = 24 * HOUR;
/// Connections on other ports must come within so long.
pub const BURST: Micros = 300 * SECOND;
/// Sources and services that are remembered at most.
pub const CAPACITY: usize = 65_536;
/// Addresses of one session that are told apart.
const ADDRESSES: usize = 256;
/// Ports whose clients come back by the dozen without any password: of the web and its proxies, of
/// names, of certificates, of instant messages.
const COME_BACK: [u16; 14] =
    [53, 80, 81, 88, 389, 443, 853, 1080, 3128, 5222, 8000, 8080, 8443, 8888];

#[derive(Debug)]
struct Session {
    first: Micros,
    last: Micros,
    connections: u64,
    completed: u64,
    packets: u64,
    addresses: Vec<u128>,
    beyond: u64,
    points: Vec<PointId>,
    detected: Option<Micros>,
}

/// Finds password cracking.
#[derive(Debug, Default)]
pub struct Cracking {
    sessions: HashMap<(IpAddr, Service), Session, foldhash::fast::FixedState>,
    over: Vec<Finding>,
}

impl Cracking {
    /// Takes an access.
    pub fn add(&mut self, sighting: &Sighting, roll: &Roll) {
        let connects = matches!(sighting.kind, Some(Kind::TcpSyn))
            || sighting.kind.is_none() && sighting.protocol == observation::protocol::TCP;
        let (Some(port), false, true) = (sighting.dst_port, sighting.is_scanner, connects) else {
            return;
        };
        if COME_BACK.contains(&port) {
            return;
        }
        let completed = sighting.tcp_flags & tcp_flag::ACK != 0;
        if !PORTS.contains(&port) && !completed {
            return;
        }
        let key = (sighting.src, sighting.service());
        if self.sessions.len() >= CAPACITY && !self.sessions.contains_key(&key) {
            self.make_room(sighting.time);
        }
        let session = self.sessions.entry(key).or_insert_with(|| Session::new(sighting.time));
        if session.is_over(sighting.time) {
            let old = std::mem::replace(session, Session::new(sighting.time));
            self.over.extend(old.finding(key, roll, false));
        }
        session.add(sighting, completed);
        session.judge(port, sighting.time);
    }

    /// Ends an hour: sessions that are new, and those that are over.
    pub fn close(&mut self, hour: Micros, roll: &Roll) -> Vec<Finding> {
        let end = hour + HOUR;
        let mut found = std::mem::take(&mut self.over);
        self.sessions.retain(|key, session| {
            let over = session.is_over(end);
            if over || session.detected.is_some_and(|detected| detected > hour) {
                found.extend(session.finding(*key, roll, !over));
            }
            !over
        });
        found.sort_by_key(|finding| (finding.first_seen, finding.id));
        found
    }

    fn make_room(&mut self, now: Micros) {
        for patience in [GAP, GAP / 4, GAP / 16] {
            if self.sessions.len() < CAPACITY {
                return;
            }
            self.sessions
                .retain(|_, session| session.detected.is_some() || session.last > now - patience);
        }
        if self.sessions.len() >= CAPACITY {
            self.sessions.clear();
        }
    }
}

impl Session {
    fn new(first: Micros) -> Self {
        Session {
            first,
            last: first,
            connections: 0,
            completed: 0,
            packets: 0,
            addresses: Vec::new(),
            beyond: 0,
            points: Vec::new(),
            detected: None,
        }
    }

    fn is_over(&self, now: Micros) -> bool {
        now > self.last.saturating_add(GAP) || now > self.first.saturating_add(LONGEST)
    }

    fn add(&mut self, sighting: &Sighting, completed: bool) {
        self.last = self.last.max(sighting.last_seen());
        self.connections += 1;
        self.completed += u64::from(completed);
        self.packets = self.packets.saturating_add(sighting.packets);
        let dst = sighting.dst.map_or(u128::MAX, number);
        if !self.addresses.contains(&dst) {
            if self.addresses.len() < ADDRESSES {
                self.addresses.push(dst);
            } else {
                // Whoever tries so many addresses scans: each connection may be to a new one.
                self.beyond += 1;
            }
        }
        if self.points.len() < 64 && !self.points.contains(&sighting.point) {
            self.points.push(sighting.point);
        }
    }

    fn addresses(&self) -> u64 {
        self.addresses.len() as u64 + self.beyond
    }

    fn judge(&mut self, port: u16, now: Micros) {
        let returns = self.connections - self.addresses().min(self.connections);
        let comes_back = returns >= RETURNS && self.connections >= 2 * self.addresses();
        let burst = self.addresses() == 1 && now - self.first <= BURST;
        if comes_back && (PORTS.contains(&port) || burst) {
            self.detected.get_or_insert((now.div_euclid(SECOND) + 1) * SECOND);
        }
    }

    fn finding(
        &self,
        (src, service): (IpAddr, Service),
        roll: &Roll,
        open: bool,
    ) -> Option<Finding> {
        let detected = self.detected?;
        let what = format!("{src} {}", service.number());
        let known = service.dst_port().is_some_and(|port| PORTS.contains(&port));
        let rule = if known { "returns" } else { "returns-other-port" };
        let about = About {
            kind: FindingKind::PasswordCracking,
            rule,
            what: &what,
            first_seen: self.first,
        };
        let per_address = self.connections as f64 / self.addresses().max(1) as f64;
        let confidence = if known { 0.6 + 0.35 * (1.0 - 4.0 / per_address.max(4.0)) } else { 0.5 };
        Some(Finding {
            protocol: Some(service.protocol()),
            dst_port: service.dst_port(),
            points: roll.names(self.points.iter().copied()),
            sources: Some(1),
            last_seen: self.last,
            confidence,
            open,
            evidence: vec![
                ("source", json!(src.to_string())),
                ("connections", json!(self.connections)),
                ("completed", json!(self.completed)),
                ("packets", json!(self.packets)),
                ("addresses", json!(self.addresses())),
            ],
            ..about.finding(detected)
        })
    }
}
