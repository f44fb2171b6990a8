//! What is counted in a capture, by the words of the shared data's index.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;

use dissect::{Dissected, Fragment, Icmp, LinkType, NotIp, Packet, Tcp, Transport, dissect};
use observation::Tool;
use serde_json::Value;

use crate::pcap::File;

/// Of protocols the index names the twelve with the most packets.
const PROTOCOLS: usize = 12;

/// How often each name was seen.
#[derive(Default)]
struct Tally(BTreeMap<String, u64>);

impl Tally {
    fn add(&mut self, name: impl ToString) {
        *self.0.entry(name.to_string()).or_default() += 1;
    }

    fn of(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }
}

/// Figures of one capture.
#[derive(Default)]
pub(crate) struct Count {
    proto: Tally,
    /// Single figures.
    figures: Tally,
    src: Tally,
    dst: HashSet<IpAddr>,
    syn_src: HashSet<IpAddr>,
    syn_dst: HashSet<IpAddr>,
    syn_port: Tally,
    syn_ack_port: Tally,
    udp_port: Tally,
    icmp_type: Tally,
}

impl Count {
    pub(crate) fn of(file: &File, link: LinkType) -> Count {
        let mut count = Count::default();
        for frame in file.frames() {
            match dissect(link, frame.bytes, frame.wire_length) {
                Dissected::Ip(packet) => count.packet(&packet),
                Dissected::NotIp(NotIp::Arp) => count.proto.add("arp"),
                Dissected::NotIp(_) => count.proto.add("other"),
                Dissected::Malformed(_) => count.proto.add("ip-?"),
            }
        }
        count
    }

    fn packet(&mut self, packet: &Packet<'_>) {
        self.proto.add(protocol_name(packet));
        self.src.add(packet.src);
        self.dst.insert(packet.dst);
        self.figure("ipv6", packet.src.is_ipv6());
        self.figure("ip_fragments", packet.src.is_ipv4() && packet.fragment != Fragment::Whole);
        self.figure("mirai_seq_eq_dst_packets", packet.tool == Some(Tool::Mirai));
        match packet.transport {
            Transport::Tcp(tcp) => self.tcp(packet, tcp),
            Transport::Udp { dst_port, .. } => self.udp_port.add(dst_port),
            Transport::Icmp(Icmp { icmp_type, .. }) if packet.src.is_ipv4() => {
                self.icmp_type.add(icmp_type);
            }
            Transport::Icmp(_) | Transport::None => {}
        }
    }

    fn tcp(&mut self, packet: &Packet<'_>, tcp: Tcp<'_>) {
        let has = |flag| tcp.flags.is_some_and(|flags| flags & flag != 0);
        self.figure("tcp_rst", has(Tcp::RST));
        self.figure("tcp_syn_noack", tcp.is_syn());
        self.figure("tcp_synack", has(Tcp::SYN) && has(Tcp::ACK));
        if tcp.is_syn() {
            self.syn_src.insert(packet.src);
            self.syn_dst.insert(packet.dst);
            self.syn_port.add(tcp.dst_port);
        } else if has(Tcp::SYN) {
            self.syn_ack_port.add(tcp.src_port);
        }
    }

    fn figure(&mut self, name: &str, counts: bool) {
        if counts {
            self.figures.add(name);
        }
    }

    /// Where this differs from the truth; an empty list where it does not.
    pub(crate) fn differences(&self, truth: &Value) -> Vec<String> {
        let distinct = [
            ("distinct_src", self.src.0.len()),
            ("distinct_dst", self.dst.len()),
            ("syn_sources", self.syn_src.len()),
            ("syn_targets", self.syn_dst.len()),
            ("distinct_syn_dports", self.syn_port.0.len()),
        ];
        let distinct = distinct.map(|(key, ours)| (key, ours as u64));
        let figures =
            ["tcp_syn_noack", "tcp_synack", "ipv6", "ip_fragments", "mirai_seq_eq_dst_packets"];
        let figures = figures.map(|key| (key, self.figures.of(key)));
        let mut differences = Vec::new();
        for (key, ours) in distinct.into_iter().chain(figures) {
            compare(
                &mut differences,
                key,
                ours,
                truth.get(key).and_then(Value::as_u64).unwrap_or(0),
            );
        }
        // The index gives this one not everywhere.
        if let Some(theirs) = truth.get("tcp_rst").and_then(Value::as_u64) {
            compare(&mut differences, "tcp_rst", self.figures.of("tcp_rst"), theirs);
        }
        self.protocols(truth, &mut differences);
        self.tops(truth, &mut differences);
        differences
    }

    fn protocols(&self, truth: &Value, differences: &mut Vec<String>) {
        let empty = serde_json::Map::new();
        let theirs = truth["proto"].as_object().unwrap_or(&empty);
        let all = theirs.len() < PROTOCOLS;
        let ours = self.proto.0.keys().filter(|_| all);
        let names: BTreeSet<&String> = theirs.keys().chain(ours).collect();
        for name in names {
            let theirs = theirs.get(name).and_then(Value::as_u64).unwrap_or(0);
            compare(differences, name, self.proto.of(name), theirs);
        }
    }

    /// Each entry of the index's lists of the most frequent, which are lists of pairs or a map.
    fn tops(&self, truth: &Value, differences: &mut Vec<String>) {
        let lists = [
            ("top_src", &self.src),
            ("top_syn_dport", &self.syn_port),
            ("top_synack_sport", &self.syn_ack_port),
            ("top_udp_dport", &self.udp_port),
            ("icmp_types", &self.icmp_type),
        ];
        for (key, ours) in lists {
            for (name, theirs) in entries(&truth[key]).filter(|(name, _)| !name.is_empty()) {
                compare(differences, &format!("{key} {name}"), ours.of(name), theirs);
            }
        }
    }
}

fn compare(differences: &mut Vec<String>, key: &str, ours: u64, theirs: u64) {
    if ours != theirs {
        differences.push(format!("{key}: {ours} for {theirs}"));
    }
}

fn entries(list: &Value) -> impl Iterator<Item = (&str, u64)> {
    let pairs = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|pair| Some((pair.get(0)?.as_str()?, pair.get(1)?.as_u64()?)));
    let map = list.as_object().into_iter().flatten();
    pairs.chain(map.filter_map(|(name, count)| Some((name.as_str(), count.as_u64()?))))
}

/// The index's name for a packet's protocol.
fn protocol_name(packet: &Packet<'_>) -> String {
    let name = match (packet.protocol, packet.src.is_ipv6()) {
        (6, false) => "tcp",
        (6, true) => "tcp6",
        (17, false) => "udp",
        (17, true) => "udp6",
        (1, false) => "icmp",
        (58, true) => "icmp6",
        (2, false) => "igmp",
        (41, false) => "6in4",
        (4, true) => "ipv6-ip",
        (47, false) => "gre",
        (50, false) => "esp",
        (50, true) => "ipv6-esp",
        (51, false) => "ah",
        (132, false) => "sctp",
        (number, false) => return format!("ip-proto-{number}"),
        (_, true) => "ipv6-other",
    };
    name.to_owned()
}
