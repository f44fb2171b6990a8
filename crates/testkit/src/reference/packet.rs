//! What the rules look at in a packet.

use std::net::IpAddr;

use dissect::{Dissected, Fragment, Transport};
use observation::{Micros, Payload, Quoted, Syn, Tool};
use twox_hash::XxHash3_64;

/// SYN and ACK of the TCP header (RFC 9293, section 3.1).
const SYN: u16 = 0x02;
const ACK: u16 = 0x10;

/// A frame that a capture holds: when it came, and what it held.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// When.
    pub time: Micros,
    /// Whether it was captured shorter than it was on the wire.
    pub truncated: bool,
    /// What.
    pub seen: Seen,
}

/// What a frame held.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// An IP packet.
    Ip(Packet),
    /// Something else.
    NotIp,
    /// IP whose header cannot be read.
    Malformed,
}

impl Seen {
    /// What the dissection saw, for tests on captures that nobody made up.
    pub fn of(dissected: &Dissected<'_>) -> Seen {
        match dissected {
            Dissected::Ip(packet) => Seen::Ip(Packet::of(packet)),
            Dissected::NotIp(_) => Seen::NotIp,
            Dissected::Malformed(_) => Seen::Malformed,
        }
    }
}

/// What the rules look at in an IP packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// Source address.
    pub src: IpAddr,
    /// Destination address.
    pub dst: IpAddr,
    /// Protocol number.
    pub protocol: u8,
    /// Time to live, or hop limit.
    pub ttl: u8,
    /// IP length, bytes.
    pub length: u32,
    /// Whether it is a fragment other than the first.
    pub later_fragment: bool,
    /// Source and destination port.
    pub ports: Option<(u16, u16)>,
    /// ICMP type and code.
    pub icmp: Option<(u8, u8)>,
    /// Identifier of an echo request or reply.
    pub echo: Option<u16>,
    /// What an ICMP error quotes.
    pub quoted: Option<QuotedPacket>,
    /// TCP flags.
    pub tcp_flags: Option<u16>,
    /// Of a SYN: window and options.
    pub syn: Option<Syn>,
    /// The tool whose mark it bears.
    pub tool: Option<Tool>,
    /// Payload; the hash only where it was seen whole.
    pub payload: Option<Payload>,
}

/// The packet that an ICMP error quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotedPacket {
    /// Its source.
    pub src: IpAddr,
    /// What goes into the row.
    pub quoted: Quoted,
    /// Identifier, where it is an echo request or reply.
    pub echo: Option<u16>,
}

impl Packet {
    /// A packet of which only the IP header says anything.
    pub fn bare(src: IpAddr, dst: IpAddr, protocol: u8) -> Packet {
        Packet {
            src,
            dst,
            protocol,
            ttl: 64,
            length: 0,
            later_fragment: false,
            ports: None,
            icmp: None,
            echo: None,
            quoted: None,
            tcp_flags: None,
            syn: None,
            tool: None,
            payload: None,
        }
    }

    /// Whether SYN is set and ACK clear.
    pub fn is_syn(&self) -> bool {
        self.tcp_flags.is_some_and(|flags| flags & (SYN | ACK) == SYN)
    }

    fn of(packet: &dissect::Packet<'_>) -> Packet {
        let mut about = Packet::bare(packet.src, packet.dst, packet.protocol);
        about.ttl = packet.ttl;
        about.length = packet.length;
        about.later_fragment = packet.fragment == Fragment::Later;
        about.tool = packet.tool;
        about.payload = packet.payload.map(|payload| Payload {
            length: payload.length,
            hash: packet.whole_payload().map(XxHash3_64::oneshot),
        });
        about.transport(&packet.transport);
        about
    }

    fn transport(&mut self, transport: &Transport<'_>) {
        match *transport {
            Transport::Tcp(tcp) => {
                self.ports = Some((tcp.src_port, tcp.dst_port));
                self.tcp_flags = tcp.flags;
                self.syn =
                    tcp.window.filter(|_| self.is_syn()).map(|window| syn(window, tcp.options));
            }
            Transport::Udp { src_port, dst_port } => self.ports = Some((src_port, dst_port)),
            Transport::Icmp(icmp) => {
                self.icmp = Some((icmp.icmp_type, icmp.code));
                self.echo = icmp.id;
                self.quoted = icmp.quoted.map(|quoted| QuotedPacket {
                    src: quoted.src,
                    quoted: quoted.quoted,
                    echo: quoted.icmp_id,
                });
            }
            Transport::None => {}
        }
    }
}

/// A SYN's window and its first 40 option bytes.
pub fn syn(window: u16, bytes: &[u8]) -> Syn {
    let mut options = [0; 40];
    for (slot, byte) in options.iter_mut().zip(bytes) {
        *slot = *byte;
    }
    Syn { window, options_len: bytes.len().min(40) as u8, options }
}
