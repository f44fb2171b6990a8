//! Who comes uninvited.

use observation::{Micros, SECOND};

use super::{DARK_V6, HOST, Maker, Scenario};
use crate::frame::{Ip, Segment, echo, tcp, udp};

impl Scenario {
    /// A horizontal scan: one source sends a SYN to the same port of `targets` addresses of the
    /// dark point, in turn, one every 20 ms, each from a source port of its own.
    pub fn scan(&mut self, at: Micros, maker: Maker, port: u16, targets: u32) -> &mut Self {
        let src = self.stranger();
        let first_port = 40_000;
        for target in 0..targets {
            let dst = std::net::Ipv4Addr::from_bits(0xc612_0000 + target % 32).into();
            let src_port = first_port + (target % 20_000) as u16;
            let syn = self.syn(maker, (src, dst), (src_port, port));
            self.send(at + Micros::from(target) * SECOND / 50, &syn);
        }
        self
    }

    /// A worm: a system's own SYN and its retries after 3 and 9 s (RFC 9293's timeout of old
    /// systems, doubled).
    pub fn worm(&mut self, at: Micros, port: u16) -> &mut Self {
        let ends = (self.stranger(), self.dark());
        let ports = (self.random.client_port(), port);
        let syn = self.syn(Maker::Plain, ends, ports);
        for retry in [0, 3, 9] {
            self.send(at + retry * SECOND, &syn);
        }
        self
    }

    /// Password cracking: connections to port 22 of the live host, each SYN, the host's SYN-ACK,
    /// ACK with data, the host's RST; one every two seconds.
    pub fn cracking(&mut self, at: Micros, tries: u16) -> &mut Self {
        let src = self.stranger();
        for attempt in 0..tries {
            let ports = (32_768 + attempt % 28_000, 22);
            let begin = at + Micros::from(attempt) * 2 * SECOND;
            let syn = self.syn(Maker::Plain, (src, HOST), ports);
            self.send(begin, &syn);
            let (out, back) = (Ip::new(HOST, src), Ip::new(src, HOST));
            let answer = |flags, ports, payload: &[u8]| Segment {
                ports,
                flags,
                payload: payload.to_vec(),
                ..Segment::default()
            };
            let host_ports = (ports.1, ports.0);
            self.send(begin + 10_000, &tcp(&out, &answer(0x12, host_ports, b"")));
            self.send(begin + 20_000, &tcp(&back, &answer(0x18, ports, b"SSH-2.0-Go\r\n")));
            self.send(begin + 30_000, &tcp(&out, &answer(0x14, host_ports, b"")));
        }
        self
    }

    /// A UDP probe with `length` bytes of payload to the dark point.
    pub fn udp_probe(&mut self, at: Micros, port: u16, length: usize) -> &mut Self {
        let ip = Ip::new(self.stranger(), self.dark());
        let payload = self.random.bytes(length);
        let ports = (self.random.client_port(), port);
        self.send(at, &udp(&ip, ports, &payload));
        self
    }

    /// Echo requests, one a second.
    pub fn ping(&mut self, at: Micros, count: u16) -> &mut Self {
        let ip = Ip::new(self.stranger(), self.dark());
        let id = self.random.short();
        for sequence in 0..count {
            let request = echo(&ip, false, id, sequence, b"abcdefghijklmnop");
            self.send(at + Micros::from(sequence) * SECOND, &request);
        }
        self
    }

    /// A SYN, a UDP probe and an echo request in IPv6 to the dark point, from one source.
    pub fn scan_v6(&mut self, at: Micros) -> &mut Self {
        let src = self.stranger_v6();
        let ip = Ip::new(src, DARK_V6);
        let syn = self.syn(Maker::Plain, (src, DARK_V6), (50_000, 80));
        self.send(at, &syn);
        self.send(at + SECOND, &udp(&ip, (50_000, 161), b"snmp?"));
        self.send(at + 2 * SECOND, &echo(&ip, false, 7, 1, b""));
        self
    }
}
