//! The ordinary life of the live host.

use std::net::IpAddr;

use observation::{Micros, SECOND};

use super::{HOST, HOST_V6, Maker, Scenario};
use crate::frame::{Ip, Segment, echo, error, message, tcp, udp};

const FIN_ACK: u8 = 0x11;
const SYN_ACK: u8 = 0x12;

impl Scenario {
    /// The host fetches a page: five packets out, four in, all solicited. Ten seconds after both
    /// FINs a last one comes in.
    pub fn browsing(&mut self, at: Micros) -> &mut Self {
        let server = self.stranger();
        let client = self.random.client_port();
        let syn = self.syn(Maker::Plain, (HOST, server), (client, 80));
        self.send(at, &syn);
        let out = |flags, payload| segment(HOST, server, (client, 80), flags, payload);
        let back = |flags, payload| segment(server, HOST, (80, client), flags, payload);
        let talk = [
            (20, back(SYN_ACK, "")),
            (40, out(0x10, "")),
            (60, out(0x18, "GET / HTTP/1.0\r\n\r\n")),
            (80, back(0x18, "HTTP/1.0 200 OK\r\n\r\n")),
            (100, back(FIN_ACK, "")),
            (120, out(FIN_ACK, "")),
            (140, out(0x10, "")),
            (10_140, back(0x10, "")),
        ];
        for (millis, datagram) in talk {
            self.send(at + millis * 1_000, &datagram);
        }
        self
    }

    /// A name is asked for (17/udp out, one in); a second answer comes ten minutes later, when
    /// nobody remembers the question: unwanted.
    pub fn resolving(&mut self, at: Micros) -> &mut Self {
        let resolver = self.stranger();
        let client = self.random.client_port();
        let answer = udp(&Ip::new(resolver, HOST), (53, client), b"answer");
        self.send(at, &udp(&Ip::new(HOST, resolver), (client, 53), b"question"));
        self.send(at + SECOND, &answer);
        self.send(at + 601 * SECOND, &answer);
        self
    }

    /// The host asks for what is closed, pings, and traces: an unreachable that quotes its
    /// question, an echo reply, and a time exceeded that quotes its request come in, all solicited.
    pub fn diagnosing(&mut self, at: Micros) -> &mut Self {
        let far = self.stranger();
        let router = self.stranger();
        let out = Ip::new(HOST, far);
        let question = udp(&out, (self.random.client_port(), 33_434), b"?");
        let request = echo(&out, false, 99, 1, b"ping");
        self.send(at, &question);
        self.send(at + SECOND, &error(&Ip::new(far, HOST), (3, 3), &question, 576));
        self.send(at + 2 * SECOND, &request);
        self.send(at + 3 * SECOND, &echo(&Ip::new(far, HOST), true, 99, 1, b"ping"));
        self.send(at + 4 * SECOND, &error(&Ip::new(router, HOST), (11, 0), &request, 28));
        self
    }

    /// A visitor of what the host offers: two packets in, expected; one out.
    pub fn visit(&mut self, at: Micros) -> &mut Self {
        let visitor = self.stranger();
        let client = self.random.client_port();
        let syn = self.syn(Maker::Plain, (visitor, HOST), (client, 443));
        self.send(at, &syn);
        let pair = [
            segment(HOST, visitor, (443, client), SYN_ACK, ""),
            segment(visitor, HOST, (client, 443), 0x10, ""),
        ];
        for (turn, datagram) in (1..).zip(&pair) {
            self.send(at + turn * 20_000, datagram);
        }
        self
    }

    /// The line's own housekeeping: an answer of DHCP and of DHCPv6, a neighbour solicitation, a
    /// query of multicast listeners: four in, expected.
    pub fn housekeeping(&mut self, at: Micros) -> &mut Self {
        let (router, router_v6) = (self.stranger(), self.stranger_v6());
        let to_v6 = Ip::new(router_v6, HOST_V6);
        let all = [
            udp(&Ip::new(router, HOST), (67, 68), b"lease"),
            udp(&to_v6, (547, 546), b"lease"),
            message(&to_v6, (135, 0), &[0; 20]),
            message(&to_v6, (130, 0), &[0; 20]),
        ];
        for (turn, datagram) in (0..).zip(&all) {
            self.send(at + turn * SECOND, datagram);
        }
        self
    }
}

fn segment(
    src: IpAddr,
    dst: IpAddr,
    ports: (u16, u16),
    flags: u8,
    payload: &str,
) -> crate::frame::Datagram {
    let payload = payload.as_bytes().to_vec();
    tcp(&Ip::new(src, dst), &Segment { ports, flags, window: 500, payload, ..Segment::default() })
}
