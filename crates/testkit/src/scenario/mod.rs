//! Traffic made from a seed.

mod attack;
mod backscatter;
mod home;
mod odd;
mod probe;
#[cfg(test)]
mod tests;
mod truth;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use observation::{Micros, SECOND};

use crate::Random;
use crate::file::{self, Frame};
use crate::frame::{Datagram, ethernet};
use crate::reference::{Seen, Sighting, Watcher};

pub use probe::Maker;
pub use truth::{Day, Truth};

/// 2025-10-01T00:00:00Z, when scenarios begin.
const BEGIN: Micros = 1_759_276_800 * SECOND;

/// How late a frame may come behind those of a greater time: so much do they swap, µs.
const DISORDER: u64 = 4_000;

/// Traffic with known truth.
///
/// Events are added in any order and become frames in the order of their times, but for a disorder
/// of up to 4 ms. The same seed and the same events give the same bytes.
///
/// ```
/// use testkit::{Maker, Scenario};
/// let mut scenario = Scenario::new(7);
/// scenario.worm(0, 445).scan(1_000_000, Maker::Zmap, 23, 100);
/// let truth = scenario.truth();
/// assert_eq!((truth.fates.packets, truth.accesses.len()), (103, 101));
/// ```
pub struct Scenario {
    random: Random,
    watchers: Vec<Watcher>,
    frames: Vec<Made>,
}

/// A frame, what it is, and when it reaches the file.
struct Made {
    frame: Frame,
    seen: Seen,
    turn: Micros,
}

impl Scenario {
    /// A scenario with two points: `dark` watches 198.18.0.0/27 and 2001:db8:d::/64; at `live`,
    /// 198.18.1.1 and 2001:db8:1::1, a host lives that offers 443/tcp.
    pub fn new(seed: u64) -> Self {
        Scenario { random: Random::new(seed), watchers: watchers(), frames: Vec::new() }
    }

    /// The points.
    pub fn watchers(&self) -> &[Watcher] {
        &self.watchers
    }

    /// What the frames hold, in the order of the file.
    pub fn sightings(&self) -> Vec<Sighting> {
        let sighting = |made: &Made| Sighting {
            time: made.frame.time,
            truncated: (made.frame.bytes.len() as u32) < made.frame.wire_length,
            seen: made.seen.clone(),
        };
        self.in_order().into_iter().map(sighting).collect()
    }

    /// The frames, in the order of the file.
    pub fn frames(&self) -> Vec<Frame> {
        self.in_order().into_iter().map(|made| made.frame.clone()).collect()
    }

    /// What the counting rules must make of it.
    pub fn truth(&self) -> Truth {
        Truth::of(&self.watchers, &self.sightings())
    }

    /// Writes it as pcap.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_pcap(&self, path: &Path) -> std::io::Result<()> {
        let mut to = BufWriter::new(File::create(path)?);
        file::pcap_header(&mut to)?;
        self.in_order().into_iter().try_for_each(|made| file::pcap_record(&mut to, &made.frame))?;
        to.flush()
    }

    /// Writes it as pcapng with two interfaces.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_pcapng(&self, path: &Path) -> std::io::Result<()> {
        let mut to = BufWriter::new(File::create(path)?);
        file::pcapng(&mut to, &self.frames())?;
        to.flush()
    }

    /// The file of points that `yagura import --points` reads.
    pub fn points_toml(&self) -> String {
        self.watchers.iter().map(table).collect()
    }

    fn in_order(&self) -> Vec<&Made> {
        let mut frames: Vec<&Made> = self.frames.iter().collect();
        frames.sort_by_key(|made| made.turn);
        frames
    }

    /// Adds a frame `after` so many µs from the scenario's beginning.
    fn add(&mut self, after: Micros, bytes: Vec<u8>, seen: Seen) {
        let time = BEGIN + after;
        let turn = time + self.random.below(DISORDER) as Micros;
        let wire_length = bytes.len() as u32;
        self.frames.push(Made { frame: Frame { time, bytes, wire_length }, seen, turn });
    }

    /// Adds an IP packet: as a rule without VLAN tag, sometimes with one or two.
    fn send(&mut self, after: Micros, datagram: &Datagram) {
        let vlans: &[u16] = match self.random.below(10) {
            0 => &[100],
            1 => &[200, 100],
            _ => &[],
        };
        let bytes = ethernet(&datagram.bytes, vlans);
        self.add(after, bytes, Seen::Ip(datagram.about.clone()));
    }

    /// Somebody out there.
    fn stranger(&mut self) -> IpAddr {
        // 11.0.0.0/8 to 42.0.0.0/8: no special-purpose range lies there (RFC 6890).
        Ipv4Addr::from_bits((0x0b00_0000 + self.random.below(0x2000_0000)) as u32).into()
    }

    /// Somebody out there, in IPv6.
    fn stranger_v6(&mut self) -> IpAddr {
        let host = u128::from(self.random.bits());
        Ipv6Addr::from_bits(0x2001_0db8_00ff_0000_0000_0000_0000_0000 | host).into()
    }

    /// An address of the dark point.
    fn dark(&mut self) -> IpAddr {
        Ipv4Addr::from_bits(0xc612_0000 + self.random.below(32) as u32).into()
    }
}

/// An address of the dark point in IPv6.
const DARK_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0xd, 0, 0, 0, 0, 5));
const HOST: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 18, 1, 1));
const HOST_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1));

fn watchers() -> Vec<Watcher> {
    let dark = [
        (Ipv4Addr::new(198, 18, 0, 0).into(), 27),
        (Ipv6Addr::new(0x2001, 0xdb8, 0xd, 0, 0, 0, 0, 0).into(), 64),
    ];
    let live = [(HOST, 32), (HOST_V6, 128)];
    let named = |name: &str| name.parse().ok();
    let dark = named("dark").map(|point| Watcher::dark(point, &dark));
    let live = named("live").map(|point| Watcher::live(point, &live, &[(6, 443)]));
    dark.into_iter().chain(live).collect()
}

fn table(watcher: &Watcher) -> String {
    let nets: Vec<String> =
        watcher.nets.iter().map(|(address, prefix)| format!("\"{address}/{prefix}\"")).collect();
    let names = |protocol| if protocol == 6 { "tcp" } else { "udp" };
    let expect: Vec<String> = watcher
        .expect
        .iter()
        .map(|&(protocol, port)| format!("\"{port}/{}\"", names(protocol)))
        .collect();
    let mode = if watcher.live { "live" } else { "dark" };
    format!(
        "[[point]]\nname = \"{}\"\nwatch = [{}]\nmode = \"{mode}\"\nexpect = [{}]\n\n",
        watcher.point,
        nets.join(", "),
        expect.join(", "),
    )
}
