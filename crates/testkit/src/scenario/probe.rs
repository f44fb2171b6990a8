//! SYNs with and without the marks of tools.

use std::net::IpAddr;

use observation::Tool;

use super::Scenario;
use crate::frame::{Datagram, Ip, Segment, tcp};

const SYN: u8 = 0x02;

/// ZMap's identification (Durumeric et al., USENIX Security 2014, section 3).
const ZMAP_ID: u16 = 54_321;

/// The options of an ordinary system's SYN: maximum segment size, window scale, SACK permitted.
const OPTIONS: [u8; 12] = [2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2];

/// What makes a SYN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// An ordinary system: no mark.
    Plain,
    /// ZMap: IP identification 54321.
    Zmap,
    /// masscan: identification = destination address, port and sequence number, exclusive or,
    /// the lower 16 bits (Durumeric et al., as above).
    Masscan,
    /// Mirai: sequence number = destination address (Antonakakis et al., USENIX Security 2017).
    Mirai,
}

impl Scenario {
    /// A SYN as this maker sends it. IPv6 has no identification, so that there all are plain.
    pub(super) fn syn(
        &mut self,
        maker: Maker,
        (src, dst): (IpAddr, IpAddr),
        ports: (u16, u16),
    ) -> Datagram {
        let low = low_bits(dst);
        let mut seq = self.random.word();
        if maker == Maker::Mirai {
            seq = low;
        } else if seq == low {
            seq = !seq;
        }
        let mark = masscan_id(low, ports.1, seq);
        if maker == Maker::Masscan && mark == ZMAP_ID {
            return self.syn(maker, (src, dst), ports);
        }
        let mut ip = Ip::new(src, dst);
        ip.ttl = 40 + self.random.below(80) as u8;
        ip.id = match maker {
            Maker::Zmap => ZMAP_ID,
            Maker::Masscan => mark,
            Maker::Plain | Maker::Mirai => unmarked(self.random.short(), mark),
        };
        let options = if maker == Maker::Plain { OPTIONS.to_vec() } else { Vec::new() };
        let segment =
            Segment { ports, seq, flags: SYN, window: 1024, options, ..Segment::default() };
        let mut datagram = tcp(&ip, &segment);
        datagram.about.tool = tool(maker).filter(|_| ip.src.is_ipv4());
        datagram
    }
}

fn masscan_id(dst: u32, port: u16, seq: u32) -> u16 {
    (dst ^ seq) as u16 ^ port
}

/// An identification that is nobody's mark.
fn unmarked(id: u16, masscan: u16) -> u16 {
    let candidates = [id, id.wrapping_add(1), id.wrapping_add(2)];
    candidates.into_iter().find(|&id| id != masscan && id != ZMAP_ID).unwrap_or(0)
}

fn low_bits(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(address) => address.to_bits(),
        IpAddr::V6(address) => address.to_bits() as u32,
    }
}

fn tool(maker: Maker) -> Option<Tool> {
    match maker {
        Maker::Plain => None,
        Maker::Zmap => Some(Tool::Zmap),
        Maker::Masscan => Some(Tool::Masscan),
        Maker::Mirai => Some(Tool::Mirai),
    }
}
