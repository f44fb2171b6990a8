//! Victims of denial of service, seen by their backscatter.
//!
//! Whoever floods a victim with forged sources makes it answer to addresses that never asked, ours
//! among them (Moore, Voelker and Savage, Inferring Internet Denial-of-Service Activity, USENIX
//! Security 2001). Answers are SYN-ACK, RST, and ICMP errors; of an error the victim is whom the
//! quoted packet was for, whoever sent the error.
//!
//! **A victim** is an address whose answers (accesses: one for each pair of forged address and port),
//! with no gap longer than [`QUIET`], are at least [`FLOOR`], or more where many addresses are watched: the paper's 100 packets belong to 2^24
//! addresses, and chance brings more strays to more addresses. They must look like answers to forged
//! packets ([`verdict`]): spread over the watched addresses as chance would, from a port or few, to
//! ports that the forger made up. Strays (one or two RSTs), SYN-ACK scanners (one destination port,
//! each address once), and the replies of one host that went astray (one address) do not.
//!
//! **Intensity.** If sources are forged uniformly, each of the 2^32 IPv4 addresses gets the same
//! share: answers × 2^32 / addresses watched, per second. The interval is that of a Poisson count
//! (Garwood, 1936, in the approximation of Wilson and Hilferty). A flood of which not every packet
//! is answered, or whose sources are forged otherwise, is larger.
//!
//! Memory is bounded: [`CAPACITY`] addresses that answered lately, [`SPREAD`] ports and addresses of
//! each. When there is no room, who was quiet longest goes.

mod answers;
#[cfg(test)]
mod tests;
mod verdict;

use std::net::IpAddr;

use hashbrown::{HashMap, HashSet};
use observation::{HOUR, Kind, Micros, SECOND, protocol, tcp_flag};
use serde_json::json;

pub use verdict::Verdict;

use answers::Answers;

use crate::finding::{About, rounded};
use crate::{Finding, FindingKind, Roll, Sighting};

/// A gap that ends an attack. The paper's 300 s belong to 2^24 addresses, to which a flood comes
/// thousands of times as often as to a few hundred; so much patience is enough for those.
pub const QUIET: Micros = 3 * HOUR;
/// The least answers, however few addresses are watched.
pub const FLOOR: u64 = 6;
/// Addresses that are remembered at most (about 40 MB).
pub const CAPACITY: usize = 65_536;
/// Different ports and addresses that are told apart, of each victim.
pub const SPREAD: usize = 64;

/// Addresses of IPv4.
const ALL: f64 = 4_294_967_296.0;
/// The paper's telescope, and its least packets.
const PAPER: (f64, f64) = (16_777_216.0, 100.0);

/// What was answered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) victim: IpAddr,
    /// The watched address in whose name somebody asked.
    pub(crate) forged: Option<IpAddr>,
    /// The port that was asked for.
    pub(crate) service: Option<u16>,
    /// The port that was forged.
    pub(crate) client: Option<u16>,
    pub(crate) protocol: u8,
    pub(crate) how: How,
}

/// How a victim answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    SynAck,
    Rst,
    Icmp,
}

impl Answer {
    /// Reads an access as an answer; none where it is none.
    pub(crate) fn of(sighting: &Sighting) -> Option<Answer> {
        // Data or an orderly end belong to a conversation, not to an answer.
        if sighting.tcp_flags & (tcp_flag::PSH | tcp_flag::FIN) != 0 {
            return None;
        }
        let how = match sighting.kind? {
            Kind::TcpSynAck => How::SynAck,
            Kind::TcpRst => How::Rst,
            Kind::IcmpUnreachable | Kind::IcmpOther => return Answer::quoted(sighting),
            _ => return None,
        };
        Some(Answer {
            victim: sighting.src,
            forged: sighting.dst,
            service: sighting.src_port,
            client: sighting.dst_port,
            protocol: protocol::TCP,
            how,
        })
    }

    fn quoted(sighting: &Sighting) -> Option<Answer> {
        let quoted = sighting.quoted?;
        Some(Answer {
            victim: quoted.dst,
            forged: sighting.dst,
            service: quoted.ports.map(|(_, dst)| dst),
            client: quoted.ports.map(|(src, _)| src),
            protocol: quoted.protocol,
            how: How::Icmp,
        })
    }
}

/// Finds victims.
#[derive(Debug, Default)]
pub struct Victims {
    victims: HashMap<IpAddr, Answers, foldhash::fast::FixedState>,
    /// Watched addresses, where known.
    watched: Option<u64>,
    /// Who asked whom, where no watch list tells one side from the other.
    asked: HashSet<(IpAddr, IpAddr), foldhash::fast::FixedState>,
    clock: Micros,
    /// Addresses that had to make room.
    forgotten: u64,
}

impl Victims {
    /// Says how many addresses are watched; none where that is not known.
    pub fn watching(&mut self, addresses: Option<u64>) {
        self.watched = addresses.filter(|addresses| *addresses > 0).or(self.watched);
    }

    /// Takes an access; those that are no answers are passed over.
    pub fn add(&mut self, sighting: &Sighting) {
        let Some(answer) = Answer::of(sighting) else {
            self.note_asked(sighting);
            return;
        };
        if self.was_asked(&answer) {
            return;
        }
        self.clock = self.clock.max(sighting.time);
        if let Some(answers) = self.victims.get_mut(&answer.victim) {
            answers.add(&answer, sighting);
            return;
        }
        if self.victims.len() >= CAPACITY {
            self.make_room();
        }
        let mut answers = Answers::new(sighting.time);
        answers.add(&answer, sighting);
        self.victims.insert(answer.victim, answers);
    }

    /// Without a watch list both sides of a conversation are seen: who was asked gives no answer to
    /// forged packets.
    fn note_asked(&mut self, sighting: &Sighting) {
        if let (None, Some(Kind::TcpSyn), Some(dst)) = (self.watched, sighting.kind, sighting.dst) {
            if self.asked.len() >= CAPACITY {
                self.asked.clear();
            }
            self.asked.insert((sighting.src, dst));
        }
    }

    fn was_asked(&self, answer: &Answer) -> bool {
        let pair = answer.forged.map(|forged| (forged, answer.victim));
        self.watched.is_none() && pair.is_some_and(|pair| self.asked.contains(&pair))
    }

    /// Ends an hour: what is new, has grown since a day, or is over.
    pub fn close(&mut self, hour: Micros, roll: &Roll) -> Vec<Finding> {
        let end = hour.saturating_add(HOUR);
        let least = self.least();
        let watched = self.watched;
        let mut found = Vec::new();
        self.victims.retain(|victim, answers| {
            let over = answers.last.saturating_add(QUIET) < end;
            let is_victim = answers.detected.is_some()
                || answers.accesses >= least && verdict::judge(answers, watched) == Verdict::Victim;
            if is_victim {
                let new = answers.detected.is_none();
                answers.detected.get_or_insert(end);
                if new || over {
                    found.push(finding(*victim, answers, watched, roll, !over));
                }
            }
            !over
        });
        found.sort_by_key(|finding| (finding.first_seen, finding.id));
        found
    }

    /// Addresses that had to make room.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// The least answers: [`FLOOR`], more where more is watched.
    fn least(&self) -> u64 {
        let (addresses, packets) = PAPER;
        let scaled = self.watched.map_or(0.0, |watched| watched as f64 / addresses * packets);
        FLOOR.max(scaled as u64)
    }

    /// The quietest eighth goes, of those that are no victims yet.
    fn make_room(&mut self) {
        let mut times: Vec<Micros> = self.victims.values().map(|answers| answers.last).collect();
        let eighth = times.len() / 8;
        let (_, bar, _) = times.select_nth_unstable(eighth);
        let bar = *bar;
        let before = self.victims.len();
        self.victims.retain(|_, answers| answers.detected.is_some() || answers.last > bar);
        if self.victims.len() >= CAPACITY {
            self.victims.retain(|_, answers| answers.last > bar);
        }
        self.forgotten += (before - self.victims.len()) as u64;
    }
}

fn finding(
    victim: IpAddr,
    answers: &Answers,
    watched: Option<u64>,
    roll: &Roll,
    open: bool,
) -> Finding {
    let what = victim.to_string();
    let about = About {
        kind: FindingKind::Backscatter,
        rule: "backscatter",
        what: &what,
        first_seen: answers.first,
    };
    let seconds = (answers.last - answers.first).max(SECOND) as f64 / SECOND as f64;
    let scale = watched.filter(|_| victim.is_ipv4()).map(|watched| ALL / watched as f64 / seconds);
    let (low, high) = interval(answers.packets as f64);
    let rate = |packets: f64| scale.map(|scale| rounded(packets * scale));
    Finding {
        protocol: Some(answers.protocol),
        dst_port: answers.service(),
        target: Some(victim),
        points: roll.names(answers.points.iter().copied()),
        sources: Some(1),
        last_seen: answers.last,
        confidence: verdict::confidence(answers, watched),
        open,
        evidence: vec![
            ("packets", json!(answers.packets)),
            ("answers", json!(answers.accesses)),
            ("syn_ack", json!(answers.how[0])),
            ("rst", json!(answers.how[1])),
            ("icmp", json!(answers.how[2])),
            ("addresses_hit", json!(answers.forged.len())),
            ("ports_hit", json!(answers.clients.len())),
            ("packets_per_second_everywhere", json!(rate(answers.packets as f64))),
            ("packets_per_second_low", json!(rate(low))),
            ("packets_per_second_high", json!(rate(high))),
        ],
        ..about.finding(answers.detected.unwrap_or(answers.last))
    }
}

/// The 95 % interval of a Poisson mean of which one count was seen (Wilson and Hilferty's cube root
/// of χ²).
fn interval(count: f64) -> (f64, f64) {
    let bound = |degrees: f64, z: f64| {
        let spread = 1.0 / (9.0 * degrees);
        degrees * (1.0 - spread + z * spread.sqrt()).powi(3)
    };
    (bound(count.max(0.5), -1.96).max(0.0), bound(count + 1.0, 1.96))
}
