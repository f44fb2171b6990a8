//! Answers of victims to packets that were sent in the dark point's name.

use observation::Micros;

use super::Scenario;
use crate::frame::{Ip, Segment, error, tcp};

impl Scenario {
    /// A victim of a flood with forged sources answers `answers` times: SYN-ACK, RST with ACK, RST
    /// alone, or port unreachable, which quotes the forged SYN; one every millisecond.
    pub fn backscatter(&mut self, at: Micros, port: u16, answers: u32) -> &mut Self {
        let victim = self.stranger();
        for turn in 0..answers {
            let forged = self.dark();
            let ip = Ip::new(victim, forged);
            let client = self.random.client_port();
            let answer = match turn % 4 {
                0 => tcp(&ip, &answer((port, client), 0x12)),
                1 => tcp(&ip, &answer((port, client), 0x14)),
                2 => tcp(&ip, &answer((port, client), 0x04)),
                _ => {
                    let syn = answer((client, port), 0x02);
                    // 28 bytes are what RFC 792 asks for: the header and 64 bits.
                    error(&ip, (3, 3), &tcp(&Ip::new(forged, victim), &syn), 28)
                }
            };
            self.send(at + Micros::from(turn) * 1_000, &answer);
        }
        self
    }
}

fn answer(ports: (u16, u16), flags: u8) -> Segment {
    Segment { ports, seq: 1, ack: 2, flags, window: 29_200, ..Segment::default() }
}
