//! A month at a telescope: scans, worms, password cracking, reflection probes, and what detectors
//! must find among them.
//!
//! Ten dark points of 32 addresses each (198.18.K.0/27) watch 31 days from 2025-10-01. Heavy scanners
//! sweep runs of addresses for one port, a few ports of which are asked for most; many bots ask for
//! Telnet and its kin; a worm asks for 445/tcp and, on days 15 to 17, half of the time for 1433/tcp
//! instead: a surge. Victims of floods with forged sources answer, each for up to two hours.
//!
//! [`Extras`] are what makes it hard: a season of the week, an outage of some points, stray RSTs,
//! SYN-ACK scanners. None of them is to be found as a surge or as a victim.

use std::net::{IpAddr, Ipv4Addr};

use observation::{DAY, HOUR, Micros, SECOND};

use crate::Random;
use crate::file::Frame;
use crate::frame::{Ip, Segment, echo, error, ethernet, tcp, udp};

/// 2025-10-01T00:00:00Z, a Wednesday.
pub const BEGIN: Micros = 1_759_276_800 * SECOND;
/// Days of it.
pub const DAYS: i64 = 31;
/// Points.
pub const POINTS: u32 = 10;
/// Addresses of each.
pub const ADDRESSES: u32 = 32;
/// The surge's first day and the day after its last, counted from 0.
pub const SURGE: (i64, i64) = (14, 17);

/// Ports that most scanners ask for, by rank.
const TOP: [u16; 16] =
    [23, 22, 445, 1433, 80, 443, 3389, 8080, 5555, 6379, 2323, 81, 8443, 5900, 25, 21];
const OF_BOTS: [u16; 10] = [23, 23, 23, 23, 23, 2323, 5555, 8080, 37_215, 81];
const OF_WORMS: [u16; 10] = [445, 445, 445, 445, 1433, 3389, 135, 139, 80, 443];
const OF_UDP: [u16; 8] = [5060, 5060, 53, 123, 1900, 161, 389, 11_211];
const ATTACKED: [u16; 7] = [80, 443, 22, 25_565, 53, 8080, 6667];

/// What makes it hard.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extras {
    /// On Saturdays and Sundays only so much of the usual traffic comes; 0: as on other days.
    pub weekend: f64,
    /// The first points so many see nothing from one day to before another.
    pub outage: Option<(u32, i64, i64)>,
    /// Hosts that send one to three RSTs to one address.
    pub stray_resets: usize,
    /// Hosts that send SYN-ACKs to every address, to one port.
    pub scanners: usize,
}

/// The telescope.
#[derive(Clone, Debug)]
pub struct Telescope {
    random: Random,
    extras: Extras,
    /// Who was flooded.
    pub victims: Vec<IpAddr>,
}

struct Event {
    time: Micros,
    src: Ipv4Addr,
    dst: Ipv4Addr,
    ports: (u16, u16),
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Scan,
    Bot,
    Worm,
    Udp,
    Ping,
    SynAck,
    Reset,
    Unreachable,
}

impl Telescope {
    /// A telescope; the same seed gives the same traffic.
    pub fn new(seed: u64, extras: Extras) -> Self {
        Telescope { random: Random::new(seed), extras, victims: Vec::new() }
    }

    /// About so many packets in the order of time, `victims` of which answer at least ten times.
    pub fn frames(
        &mut self,
        packets: usize,
        victims: usize,
    ) -> impl Iterator<Item = Frame> + use<> {
        let mut events = Vec::with_capacity(packets + packets / 8);
        let crowds = Crowds::new(&mut self.random);
        while events.len() < packets {
            self.visit(&crowds, &mut events);
        }
        for _ in 0..victims {
            self.victim(packets / 25 / victims.max(1), &mut events);
        }
        self.strays(&mut events);
        events.sort_by_key(|event| event.time);
        let mut random = self.random.clone();
        events.into_iter().map(move |event| event.frame(&mut random))
    }

    /// One source's visit.
    fn visit(&mut self, crowds: &Crowds, events: &mut Vec<Event>) {
        let random = &mut self.random;
        let time = random.below((DAYS * DAY) as u64) as Micros;
        let day = time / DAY;
        let weekend = matches!((day + 3) % 7, 6 | 0);
        let quiet = self.extras.weekend > 0.0 && weekend;
        if quiet && random.below(1_000) as f64 >= self.extras.weekend * 1_000.0 {
            return;
        }
        let client = random.client_port();
        let (what, src, port, count) = match random.below(100) {
            0..30 => {
                let any = random.below(10) < 6;
                let rank = random.below(16).min(random.below(16));
                let top = TOP.get(rank as usize).copied().unwrap_or(23);
                let port = if any { random.short() } else { top };
                (What::Scan, heavy(&crowds.scanners, random), port, 1 + random.below(12))
            }
            30..57 => (What::Bot, heavy(&crowds.bots, random), random.one_of(&OF_BOTS, 23), 1),
            57..78 => {
                let surges = (SURGE.0..SURGE.1).contains(&day) && random.below(2) == 0;
                let port = if surges { 1433 } else { random.one_of(&OF_WORMS, 445) };
                (What::Worm, heavy(&crowds.worms, random), port, 1)
            }
            78..86 => (What::Worm, heavy(&crowds.crackers, random), 22, 1 + random.below(6)),
            86..96 => (What::Udp, heavy(&crowds.bots, random), random.one_of(&OF_UDP, 53), 1),
            _ => (What::Ping, heavy(&crowds.bots, random), 0, 1),
        };
        let first = random.below(u64::from(POINTS * ADDRESSES)) as u32;
        for turn in 0..count {
            let step = if matches!(what, What::Scan) { turn as u32 * 7 } else { 0 };
            let ports = (client.wrapping_add(turn as u16), port);
            let time = time + turn as Micros * 2 * SECOND;
            self.add(Event { time, src, dst: watched(first + step), ports, what }, events);
        }
    }

    /// A victim answers for one minute to two hours.
    fn victim(&mut self, answers: usize, events: &mut Vec<Event>) {
        let random = &mut self.random;
        let src = stranger(random);
        let lasts = 60 * SECOND as u64 + random.below(2 * HOUR as u64);
        let begin = random.below((DAYS * DAY) as u64 - lasts);
        let port = random.one_of(&ATTACKED, 80);
        let what = random
            .one_of(&[What::SynAck, What::SynAck, What::Reset, What::Unreachable], What::SynAck);
        for _ in 0..answers.max(10) {
            let time = (begin + random.below(lasts)) as Micros;
            let dst = watched(random.below(u64::from(POINTS * ADDRESSES)) as u32);
            let ports = (port, random.client_port());
            events.push(Event { time, src, dst, ports, what });
        }
        self.victims.push(src.into());
    }

    /// What looks like backscatter and is none.
    fn strays(&mut self, events: &mut Vec<Event>) {
        for _ in 0..self.extras.stray_resets {
            let (src, dst) = (stranger(&mut self.random), self.random.below(320) as u32);
            let ports = (self.random.client_port(), self.random.client_port());
            let time = self.random.below((DAYS * DAY) as u64) as Micros;
            for turn in 0..=self.random.below(3) as Micros {
                let time = time + turn * 90 * SECOND;
                events.push(Event { time, src, dst: watched(dst), ports, what: What::Reset });
            }
        }
        for _ in 0..self.extras.scanners {
            let src = stranger(&mut self.random);
            let port = self.random.one_of(&[80, 443, 8080, 53, 3128], 80);
            let own = self.random.one_of(&[80, 443, 20, 40_000], 80);
            let time = self.random.below((30 * DAY) as u64) as Micros;
            for place in 0..POINTS * ADDRESSES {
                let time = time + Micros::from(place) * SECOND;
                let what = What::SynAck;
                events.push(Event { time, src, dst: watched(place), ports: (own, port), what });
            }
        }
    }

    /// Unless the point is out.
    fn add(&self, event: Event, events: &mut Vec<Event>) {
        let point = event.dst.to_bits() >> 8 & 0xff;
        let day = event.time / DAY;
        let out = |(points, from, to)| point < points && (from..to).contains(&day);
        if event.time < DAYS * DAY && !self.extras.outage.is_some_and(out) {
            events.push(event);
        }
    }
}

struct Crowds {
    scanners: Vec<Ipv4Addr>,
    bots: Vec<Ipv4Addr>,
    worms: Vec<Ipv4Addr>,
    crackers: Vec<Ipv4Addr>,
}

impl Crowds {
    fn new(random: &mut Random) -> Self {
        let mut crowd = |count: usize| (0..count).map(|_| stranger(random)).collect();
        Crowds {
            scanners: crowd(800),
            bots: crowd(40_000),
            worms: crowd(30_000),
            crackers: crowd(4_000),
        }
    }
}

/// One of a crowd: a few are heavy, most are not.
fn heavy(crowd: &[Ipv4Addr], random: &mut Random) -> Ipv4Addr {
    let count = crowd.len() as u64;
    let most = random.below(count) + 1;
    let rank = random.below(most);
    crowd.get(rank as usize).copied().unwrap_or(Ipv4Addr::UNSPECIFIED)
}

fn stranger(random: &mut Random) -> Ipv4Addr {
    Ipv4Addr::from_bits((0x0b00_0000 + random.below(0x2000_0000)) as u32)
}

fn watched(place: u32) -> Ipv4Addr {
    let place = place % (POINTS * ADDRESSES);
    Ipv4Addr::from_bits(0xc612_0000 | (place / ADDRESSES) << 8 | (place % ADDRESSES))
}

impl Event {
    fn frame(&self, random: &mut Random) -> Frame {
        let ip = Ip::new(self.src.into(), self.dst.into());
        let flags = match self.what {
            What::SynAck => 0x12,
            What::Reset => 0x14,
            _ => 0x02,
        };
        let seq = if matches!(self.what, What::Bot) { self.dst.to_bits() } else { random.word() };
        let segment = Segment { ports: self.ports, seq, flags, window: 1024, ..Segment::default() };
        let datagram = match self.what {
            What::Udp => udp(&ip, self.ports, &[self.ports.1 as u8; 24]),
            What::Ping => echo(&ip, false, 7, random.short(), b"abcdefgh"),
            What::Unreachable => {
                let (service, client) = self.ports;
                let forged = Ip::new(self.dst.into(), self.src.into());
                let syn = Segment { ports: (client, service), flags: 0x02, ..Segment::default() };
                error(&ip, (3, 3), &tcp(&forged, &syn), 28)
            }
            _ => tcp(&ip, &segment),
        };
        let bytes = ethernet(&datagram.bytes, &[]);
        let wire_length = bytes.len() as u32;
        Frame { time: BEGIN + self.time, bytes, wire_length }
    }
}
