//! One line of somebody else's log: an access as far as the line tells of it.

use std::net::IpAddr;

use crate::{Kind, Micros, Point, Quoted, Tool};

/// An access that a firewall or a honeypot wrote down.
///
/// Only the time, the point and the source are always there. What the line does not say is none,
/// never zero; lines are not folded together, and two that are alike are two accesses.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// When it happened, by the log's clock.
    pub first_seen: Micros,
    /// How long it lasted, µs.
    pub duration: Option<Micros>,
    /// The point whose log it is.
    pub point: Point,
    /// Who sent it.
    pub src: IpAddr,
    /// The watched address. A secret of the telescope (invariant 9).
    pub dst: Option<IpAddr>,
    /// IP protocol number.
    pub protocol: Option<u8>,
    /// Source port.
    pub src_port: Option<u16>,
    /// Destination port.
    pub dst_port: Option<u16>,
    /// ICMP or ICMPv6 type.
    pub icmp_type: Option<u8>,
    /// ICMP or ICMPv6 code.
    pub icmp_code: Option<u8>,
    /// What the packet was, where the line says enough.
    pub kind: Option<Kind>,
    /// Packets.
    pub packets: Option<u64>,
    /// Packets with SYN set and ACK clear.
    pub syns: Option<u64>,
    /// Sum of IP lengths.
    pub bytes: Option<u64>,
    /// TCP flags.
    pub tcp_flags: Option<u16>,
    /// Time to live or hop limit.
    pub ttl: Option<u8>,
    /// The SYN's receive window as it stands in the header, unscaled.
    pub syn_window: Option<u16>,
    /// The SYN's TCP options. Firewalls tell the window always and the options seldom, so that the
    /// two are apart.
    pub syn_options: Option<TcpOptions>,
    /// The tool whose mark the line shows.
    pub tool: Option<Tool>,
    /// The packet that an ICMP error quotes.
    pub quoted: Option<Quoted>,
}

impl Logged {
    /// A line of which nothing is known but what every line must give.
    pub fn new(first_seen: Micros, point: Point, src: IpAddr) -> Self {
        Logged {
            first_seen,
            duration: None,
            point,
            src,
            dst: None,
            protocol: None,
            src_port: None,
            dst_port: None,
            icmp_type: None,
            icmp_code: None,
            kind: None,
            packets: None,
            syns: None,
            bytes: None,
            tcp_flags: None,
            ttl: None,
            syn_window: None,
            syn_options: None,
            tool: None,
            quoted: None,
        }
    }
}

/// The option bytes of one TCP header, as on the wire; a header has room for 40.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpOptions {
    length: u8,
    bytes: [u8; TcpOptions::MAX_LEN],
}

impl TcpOptions {
    /// The most bytes: a data offset of 15 words, less the fixed header (RFC 9293, section 3.1).
    pub const MAX_LEN: usize = 40;

    /// No options.
    pub const EMPTY: TcpOptions = TcpOptions { length: 0, bytes: [0; TcpOptions::MAX_LEN] };

    /// These bytes; none where they are more than a header has room for.
    pub fn new(options: &[u8]) -> Option<Self> {
        let mut all = TcpOptions::EMPTY;
        all.bytes.get_mut(..options.len())?.copy_from_slice(options);
        all.length = u8::try_from(options.len()).ok()?;
        Some(all)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_fit_a_header() {
        for length in [0, 1, 40] {
            let options = TcpOptions::new(&vec![7; length]).unwrap();
            assert_eq!(options.as_bytes(), vec![7; length]);
        }
        assert_eq!(TcpOptions::new(&[0; 41]), None);
        assert_eq!(TcpOptions::new(&[]), Some(TcpOptions::EMPTY));
    }
}
