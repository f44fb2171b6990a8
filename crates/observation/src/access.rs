//! The `access` row: one unwanted access, folded from its packets.

use std::net::IpAddr;

use crate::tcp_flag::{ACK, RST, SYN};
use crate::{Field, Micros, Point, Tool, Type, protocol};

/// What an access is, by its first packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// TCP with SYN and without ACK: somebody tries to connect.
    TcpSyn,
    /// TCP with SYN and ACK: an answer to a forged SYN, or a scan.
    TcpSynAck,
    /// TCP with RST: an answer to a forged packet.
    TcpRst,
    /// Any other TCP packet, later fragments too.
    TcpOther,
    /// UDP.
    Udp,
    /// An echo request: ICMP 8, ICMPv6 128.
    IcmpEcho,
    /// Destination unreachable: ICMP 3, ICMPv6 1.
    IcmpUnreachable,
    /// Any other ICMP or ICMPv6 message.
    IcmpOther,
    /// Any other protocol.
    Other,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 9] = [
        Kind::TcpSyn,
        Kind::TcpSynAck,
        Kind::TcpRst,
        Kind::TcpOther,
        Kind::Udp,
        Kind::IcmpEcho,
        Kind::IcmpUnreachable,
        Kind::IcmpOther,
        Kind::Other,
    ];

    /// The kind of a TCP packet with these flags: RST before SYN with ACK before SYN.
    pub const fn of_tcp(flags: u16) -> Kind {
        match (flags & RST != 0, flags & SYN != 0, flags & ACK != 0) {
            (true, ..) => Kind::TcpRst,
            (false, true, true) => Kind::TcpSynAck,
            (false, true, false) => Kind::TcpSyn,
            (false, false, _) => Kind::TcpOther,
        }
    }

    /// The kind of an ICMP message of this type, in IPv4 ([`protocol::ICMP`]) or IPv6.
    pub const fn of_icmp(number: u8, icmp_type: u8) -> Kind {
        match (number, icmp_type) {
            (protocol::ICMP, 8) | (protocol::ICMPV6, 128) => Kind::IcmpEcho,
            (protocol::ICMP, 3) | (protocol::ICMPV6, 1) => Kind::IcmpUnreachable,
            _ => Kind::IcmpOther,
        }
    }

    /// The name as stored in the column `kind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::TcpSyn => "tcp-syn",
            Kind::TcpSynAck => "tcp-syn-ack",
            Kind::TcpRst => "tcp-rst",
            Kind::TcpOther => "tcp-other",
            Kind::Udp => "udp",
            Kind::IcmpEcho => "icmp-echo",
            Kind::IcmpUnreachable => "icmp-unreachable",
            Kind::IcmpOther => "icmp-other",
            Kind::Other => "other",
        }
    }
}

/// What the first SYN of an access carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syn {
    /// The receive window as it stands in the header, unscaled.
    pub window: u16,
    /// How many bytes of `options` count.
    pub options_len: u8,
    /// The option bytes that were captured; a TCP header has room for 40.
    pub options: [u8; 40],
}

impl Syn {
    /// The option bytes that were captured.
    pub fn options(&self) -> &[u8] {
        self.options.get(..usize::from(self.options_len)).unwrap_or(&self.options)
    }
}

/// The packet that an ICMP error quotes: what somebody sent in the watched address's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quoted {
    /// Its protocol.
    pub protocol: u8,
    /// Its destination: a victim, where the watched address never sent it.
    pub dst: IpAddr,
    /// Its ports, where they were quoted.
    pub ports: Option<(u16, u16)>,
}

/// The first payload of an access that was seen whole; else the first payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Bytes, by the headers' word.
    pub length: u32,
    /// XXH3-64 with seed 0, where it was seen whole.
    pub hash: Option<u64>,
}

/// One unwanted access: the inbound packets that share a key, until 60 s pass without another.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// When its earliest packet came.
    pub first_seen: Micros,
    /// From its earliest packet to its latest, µs.
    pub duration: Micros,
    /// The point that saw it.
    pub point: Point,
    /// Who sent it (or whose address was forged).
    pub src: IpAddr,
    /// The watched address. A secret of the telescope (invariant 9).
    pub dst: IpAddr,
    /// IP protocol number: the last next-header value of IPv6.
    pub protocol: u8,
    /// Source and destination port, where the protocol has ports and they could be read.
    pub ports: Option<(u16, u16)>,
    /// ICMP type and code.
    pub icmp: Option<(u8, u8)>,
    /// What the first packet was.
    pub kind: Kind,
    /// Packets.
    pub packets: u64,
    /// Packets with SYN set and ACK clear.
    pub syns: u64,
    /// Sum of IP lengths.
    pub bytes: u64,
    /// All TCP flags seen, or-ed; none where no packet's flags could be read.
    pub tcp_flags: Option<u16>,
    /// Time to live or hop limit of the first packet.
    pub ttl: u8,
    /// The first SYN's fingerprint.
    pub syn: Option<Syn>,
    /// The tool whose mark the first packet bears.
    pub tool: Option<Tool>,
    /// What an ICMP error quotes.
    pub quoted: Option<Quoted>,
    /// The first payload.
    pub payload: Option<Payload>,
}

/// The columns of the table `access`. `received` is set by who commits the row; the columns of
/// place are null until a place is known.
pub const ACCESS: &[Field] = &[
    Field::required("first_seen", Type::Time, "", "when the earliest packet of the access came"),
    Field::optional(
        "duration",
        Type::Long,
        "µs",
        "from the earliest packet to the latest, null where a log does not say; last_seen = first_seen + duration",
    ),
    Field::required(
        "received",
        Type::Time,
        "",
        "when the archive received the row; \"as of\" a moment means received at or before it",
    ),
    Field::required("point", Type::Text, "", "the monitoring point that saw it"),
    Field::required("src", Type::Bytes, "", "source address, 4 or 16 bytes"),
    Field::optional(
        "dst",
        Type::Bytes,
        "",
        "watched address, 4 or 16 bytes; null where a log does not say; never published",
    ),
    Field::optional(
        "protocol",
        Type::Int,
        "",
        "IP protocol number (6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6); null where a log does not say",
    ),
    Field::optional(
        "src_port",
        Type::Int,
        "",
        "source port; null where the protocol has none, for later fragments, and where it could not be read",
    ),
    Field::optional("dst_port", Type::Int, "", "destination port; null as src_port"),
    Field::optional("icmp_type", Type::Int, "", "ICMP or ICMPv6 type; null for other protocols"),
    Field::optional("icmp_code", Type::Int, "", "ICMP or ICMPv6 code; null for other protocols"),
    Field::optional(
        "kind",
        Type::Text,
        "",
        "by the first packet: tcp-syn, tcp-syn-ack, tcp-rst, tcp-other, udp, icmp-echo, icmp-unreachable, icmp-other, other; null where a log does not say enough",
    ),
    Field::optional(
        "packets",
        Type::Long,
        "packets",
        "packets of the access; null where a log does not say",
    ),
    Field::optional(
        "syns",
        Type::Long,
        "packets",
        "packets with SYN set and ACK clear; null as packets",
    ),
    Field::optional("bytes", Type::Long, "bytes", "sum of the IP lengths; null as packets"),
    Field::optional(
        "tcp_flags",
        Type::Int,
        "",
        "all TCP flags seen, or-ed: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128, AE 256; null where none could be read",
    ),
    Field::optional(
        "ttl",
        Type::Int,
        "hops",
        "time to live (IPv4) or hop limit (IPv6) of the first packet; null as packets",
    ),
    Field::optional(
        "syn_window",
        Type::Int,
        "bytes",
        "window of the first SYN, unscaled; null where no SYN was seen",
    ),
    Field::optional(
        "syn_options",
        Type::Bytes,
        "",
        "TCP options of the first SYN, as on the wire; null where no SYN was seen",
    ),
    Field::optional(
        "tool",
        Type::Text,
        "",
        "the tool whose mark the first packet bears: zmap, masscan, mirai; null where none",
    ),
    Field::optional(
        "quoted_protocol",
        Type::Int,
        "",
        "protocol of the packet that an ICMP error quotes",
    ),
    Field::optional(
        "quoted_dst",
        Type::Bytes,
        "",
        "destination of the quoted packet; never published",
    ),
    Field::optional("quoted_src_port", Type::Int, "", "source port of the quoted packet"),
    Field::optional("quoted_dst_port", Type::Int, "", "destination port of the quoted packet"),
    Field::optional(
        "payload_length",
        Type::Long,
        "bytes",
        "length of the first payload seen whole, else of the first payload; null where there was none",
    ),
    Field::optional(
        "payload_hash",
        Type::Long,
        "",
        "XXH3-64 (seed 0, two's complement) of the first payload seen whole; null where none was",
    ),
    Field::optional(
        "country",
        Type::Text,
        "",
        "ISO 3166-1 country of src on the day geo_date; null where not known",
    ),
    Field::optional(
        "asn",
        Type::Long,
        "",
        "autonomous system that announced src on the day geo_date; null where not known",
    ),
    Field::optional(
        "geo_date",
        Type::Day,
        "",
        "the day of the database that country and asn come from",
    ),
    Field::required("day", Type::Day, "", "UTC day of first_seen; the table is partitioned by it"),
];
