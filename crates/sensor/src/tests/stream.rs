//! Packets that come at known times, whether anybody watches or not.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use capture::file::Frame;
use dissect::LinkType;
use interface::InterfaceError;
use observation::Micros;
use testkit::frame::{Ip, Segment, ethernet, tcp};

use crate::source::{News, Source, now};

/// One packet in so many µs.
pub(super) const PERIOD: Micros = 5_000;
/// Packets of one source that sends no more.
const OF_ONE: i64 = 3;

/// The packets from `epoch` to `end`: packet i at epoch + i · [`PERIOD`]. Each fourth is of one source
/// that never ceases.
pub(super) struct Stream {
    pub(super) epoch: Micros,
    pub(super) end: Micros,
    next: i64,
    bytes: Vec<u8>,
}

impl Stream {
    /// What comes from now on.
    pub(super) fn new(epoch: Micros, end: Micros) -> Self {
        let next = (now() - epoch).max(0) / PERIOD + 1;
        Stream { epoch, end, next, bytes: Vec::new() }
    }

    /// How many packets come in all.
    pub(super) fn packets(epoch: Micros, end: Micros) -> i64 {
        (end - epoch + PERIOD - 1) / PERIOD
    }

    /// The source of a packet.
    pub(super) fn source(packet: i64) -> IpAddr {
        let number = if packet % 4 == 0 { 0 } else { 1 + (packet / 4) / OF_ONE };
        IpAddr::from(std::net::Ipv4Addr::from(0xcb00_0000 + number as u32))
    }
}

impl Source for Stream {
    fn wait(&mut self, timeout: Duration) -> Result<(), InterfaceError> {
        std::thread::sleep(timeout.min(Duration::from_millis(20)));
        Ok(())
    }

    fn next_frame(&mut self) -> Option<Frame<'_>> {
        let time = self.epoch + self.next * PERIOD;
        if time > now() || time >= self.end {
            return None;
        }
        let to = "198.18.0.7".parse().unwrap();
        let ports = (4_000 + (self.next % 4) as u16, 23);
        let segment = Segment { ports, flags: 2, ..Segment::default() };
        self.bytes = ethernet(&tcp(&Ip::new(Stream::source(self.next), to), &segment).bytes, &[]);
        self.next += 1;
        let wire_length = self.bytes.len() as u32;
        Some(Frame { time: Some(time), link: LinkType::Ethernet, bytes: &self.bytes, wire_length })
    }

    fn news(&mut self) -> News {
        News::default()
    }

    fn is_up(&self) -> bool {
        true
    }

    fn addresses(&self) -> BTreeSet<IpAddr> {
        BTreeSet::new()
    }

    fn lost(&mut self) -> Result<u64, InterfaceError> {
        Ok(0)
    }

    fn now(&self) -> Micros {
        now()
    }
}
