//! What is broken, cut, split, or none of our business.

use std::net::Ipv4Addr;

use observation::{Micros, SECOND, Syn};

use super::{DARK_V6, Maker, Scenario};
use crate::frame::{Ip, arp, broken, ethernet, other, udp};
use crate::reference::{Seen, syn};

/// Hop-by-hop options and destination options (RFC 8200, sections 4.3 and 4.6).
const HOP_BY_HOP: u8 = 0;
const DESTINATION: u8 = 60;
/// Eight bytes of an extension header, less its next-header field: PadN of four zeros.
const PADDING: [u8; 7] = [0, 1, 4, 0, 0, 0, 0];

impl Scenario {
    /// An IP header that cannot be read.
    pub fn malformed(&mut self, at: Micros) -> &mut Self {
        self.add(at, broken(), Seen::Malformed);
        self
    }

    /// An ARP request.
    pub fn arp(&mut self, at: Micros) -> &mut Self {
        self.add(at, arp(Ipv4Addr::new(198, 18, 0, 1)), Seen::NotIp);
        self
    }

    /// Traffic between strangers: one packet, and one to everybody.
    pub fn elsewhere(&mut self, at: Micros) -> &mut Self {
        let (a, b) = (self.stranger(), self.stranger());
        self.send(at, &udp(&Ip::new(a, b), (1, 2), b"for somebody else"));
        let everybody = Ipv4Addr::BROADCAST.into();
        self.send(at + SECOND, &udp(&Ip::new(a, everybody), (1, 2), b"for everybody"));
        self
    }

    /// A UDP datagram to the dark point in three fragments, and the like in IPv6: each gives an
    /// access of the first fragment and one of the two others.
    pub fn fragments(&mut self, at: Micros) -> &mut Self {
        let payload = self.random.bytes(1_300);
        let four = Ip::new(self.stranger(), self.dark());
        let six = Ip::new(self.stranger_v6(), DARK_V6);
        for ip in [four, six] {
            let whole = udp(&ip, (5_000, 1_900), &payload);
            for (turn, fragment) in (0..).zip(&whole.fragments(512)) {
                self.send(at + turn * 5_000, fragment);
            }
        }
        self
    }

    /// A UDP probe behind two IPv6 extension headers.
    pub fn extensions(&mut self, at: Micros) -> &mut Self {
        let mut ip = Ip::new(self.stranger_v6(), DARK_V6);
        ip.extensions = vec![(HOP_BY_HOP, PADDING), (DESTINATION, PADDING)];
        self.send(at, &udp(&ip, (6_000, 53), b"question"));
        self
    }

    /// A packet of a protocol without ports: GRE (47) to the dark point.
    pub fn tunnel(&mut self, at: Micros) -> &mut Self {
        let ip = Ip::new(self.stranger(), self.dark());
        self.send(at, &other(&ip, 47, &[0, 0, 8, 0, 1, 2, 3, 4]));
        self
    }

    /// A SYN and a UDP probe of 400 bytes, of which the capture kept only the first 60 bytes: every
    /// header, half of the SYN's options, and of the payload too little for a hash.
    pub fn truncated(&mut self, at: Micros) -> &mut Self {
        let ends = (self.stranger(), self.dark());
        let mut first = self.syn(Maker::Plain, ends, (4_444, 23));
        let kept = |whole: Syn| syn(whole.window, whole.options().get(..6).unwrap_or_default());
        first.about.syn = first.about.syn.map(kept);
        let payload = self.random.bytes(400);
        let mut probe = udp(&Ip::new(ends.0, ends.1), (4_444, 53), &payload);
        if let Some(payload) = &mut probe.about.payload {
            payload.hash = None;
        }
        for (turn, datagram) in (0..).zip([first, probe]) {
            self.add(at + turn, ethernet(&datagram.bytes, &[]), Seen::Ip(datagram.about));
            if let Some(made) = self.frames.last_mut() {
                made.frame.bytes.truncate(60);
            }
        }
        self
    }

    /// Every event a few times, over `hours` hours: the ground truth of a small Internet.
    pub fn everything(&mut self, hours: u32) -> &mut Self {
        for hour in 0..Micros::from(hours) {
            let at = hour * observation::HOUR;
            let mut turn = (0..).map(|turn: Micros| at + turn * 97 * SECOND);
            let mut next = || turn.next().unwrap_or(at);
            self.scan(next(), Maker::Zmap, 443, 40).scan(next(), Maker::Masscan, 3_389, 64);
            self.scan(next(), Maker::Mirai, 23, 16).scan(next(), Maker::Plain, 65_000, 33);
            self.worm(next(), 445).worm(next(), 1_433).cracking(next(), 12);
            self.udp_probe(next(), 5_060, 400).udp_probe(next(), 53, 0).ping(next(), 4);
            self.scan_v6(next()).backscatter(next(), 80, 50).browsing(next()).resolving(next());
            self.diagnosing(next()).visit(next()).housekeeping(next()).malformed(next());
            self.arp(next()).elsewhere(next()).fragments(next()).extensions(next());
            self.tunnel(next()).truncated(next());
        }
        self
    }
}
