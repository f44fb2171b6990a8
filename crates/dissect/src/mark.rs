//! The marks that tools leave in the packets they send.

use std::net::Ipv4Addr;

use observation::{Tool, protocol};

use crate::{Fragment, Transport};

/// What a mark may look at: an IPv4 packet that is no later fragment.
///
/// No tool is known by a mark in IPv6, which has no identification.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a> {
    /// Identification of the IP header.
    pub ip_id: u16,
    /// Destination address.
    pub dst: Ipv4Addr,
    /// Protocol number.
    pub protocol: u8,
    /// The transport header.
    pub transport: Transport<'a>,
}

/// A tool, how it is known, and who says so.
pub struct Mark {
    /// The tool.
    pub tool: Tool,
    /// Whether a packet bears the mark.
    pub matches: fn(&Probe<'_>) -> bool,
    /// Where the mark is described or made.
    pub source: &'static str,
}

/// Every mark, in the order in which they are tried; the first that matches names the tool.
///
/// The one that least often matches by chance comes first: Mirai's compares 32 bits, so that one
/// SYN in 4.3 thousand million bears it without Mirai's doing, the others compare 16, one in 65,536.
/// Between those two neither is likelier; ZMap, a constant, is tried before masscan.
pub const MARKS: [Mark; 3] = [
    Mark {
        tool: Tool::Mirai,
        matches: mirai,
        source: "Antonakakis et al., Understanding the Mirai Botnet, USENIX Security 2017; \
                 tcph->seq = iph->daddr in bot/scanner.c of the published source",
    },
    Mark {
        tool: Tool::Zmap,
        matches: zmap,
        source: "Durumeric et al., An Internet-Wide View of Internet-Wide Scanning, USENIX Security \
                 2014; make_ip_header() in src/probe_modules/packet.c of github.com/zmap/zmap \
                 before its pull request 798 of March 2024, since which the identification is random",
    },
    Mark {
        tool: Tool::Masscan,
        matches: masscan,
        source: "Durumeric et al., An Internet-Wide View of Internet-Wide Scanning, USENIX Security \
                 2014; template_set_target() in src/templ-pkt.c of \
                 github.com/robertdavidgraham/masscan",
    },
];

/// The tool whose mark a packet bears.
#[inline]
pub(crate) fn tool(probe: &Probe<'_>, fragment: Fragment) -> Option<Tool> {
    if fragment == Fragment::Later {
        return None;
    }
    MARKS.iter().find(|mark| (mark.matches)(probe)).map(|mark| mark.tool)
}

/// Mirai's scanner sends SYNs whose sequence number is the address they go to.
fn mirai(probe: &Probe<'_>) -> bool {
    syn(probe).is_some_and(|(_, seq)| seq == probe.dst.to_bits())
}

/// ZMap gave every probe of every kind the same identification.
///
/// Answers are left out, or one in 65,536 of a flood's backscatter would be ZMap's: of TCP only
/// SYNs, of ICMP only the two requests that it knows (echo and timestamp). ZMap's scan with SYN-ACKs,
/// hardly ever seen, is lost with them.
fn zmap(probe: &Probe<'_>) -> bool {
    const ID: u16 = 54321;
    let begins = match probe.transport {
        Transport::Tcp(tcp) => tcp.is_syn(),
        Transport::Icmp(icmp) => matches!(icmp.icmp_type, 8 | 13),
        Transport::Udp { .. } => true,
        Transport::None => !has_transport(probe.protocol),
    };
    probe.ip_id == ID && begins
}

/// Whether a packet of this protocol without a transport header is one that was cut off.
fn has_transport(number: u8) -> bool {
    matches!(number, protocol::TCP | protocol::UDP | protocol::ICMP)
}

/// masscan's identification is destination address, destination port and sequence number, combined
/// by exclusive or, of which the lower 16 bits fit the field.
fn masscan(probe: &Probe<'_>) -> bool {
    syn(probe).is_some_and(|(port, seq)| {
        let [.., a, b] = (probe.dst.to_bits() ^ seq).to_be_bytes();
        probe.ip_id == u16::from_be_bytes([a, b]) ^ port
    })
}

/// Destination port and sequence number of a SYN.
#[inline]
fn syn(probe: &Probe<'_>) -> Option<(u16, u32)> {
    match probe.transport {
        Transport::Tcp(tcp) if tcp.is_syn() => Some((tcp.dst_port, tcp.seq?)),
        _ => None,
    }
}
