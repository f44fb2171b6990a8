//! What an operator may set.

use std::fmt;
use std::str::FromStr;

use capture::file::MAXIMUM_PACKET;
use ipnet::IpNet;

/// Bytes of one block of a ring: the kernel hands frames over a block at a time. A frame must fit
/// into one: the longest that segmentation offload makes of IP, 65,535 bytes and its headers, does.
/// A longer one ("BIG TCP") is cut short, and its lengths say so.
pub(crate) const BLOCK: u32 = 128 * 1024;

/// The longest that the kernel waits before it hands over a block that is not full, ms.
///
/// A block is used up by however few frames it holds then, so that a ring of n blocks bears with a
/// reader that sleeps n times as long.
pub(crate) const RETIRE: u32 = 375;

/// The size of one interface's ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingSize(u32);

impl RingSize {
    /// The smallest ring, in bytes.
    pub const LEAST: u32 = 4 * BLOCK;
    /// The largest ring, in bytes.
    pub const MOST: u32 = 256 * 1024 * 1024;

    /// A ring of so many bytes, rounded down to whole blocks of 128 KiB; none outside of
    /// [`RingSize::LEAST`] to [`RingSize::MOST`].
    pub fn new(bytes: u32) -> Option<RingSize> {
        let whole = bytes.checked_sub(bytes.checked_rem(BLOCK)?)?;
        (RingSize::LEAST..=RingSize::MOST).contains(&whole).then_some(RingSize(whole))
    }

    /// Its size in bytes.
    pub fn bytes(self) -> u32 {
        self.0
    }

    pub(crate) fn blocks(self) -> u32 {
        self.0.checked_div(BLOCK).unwrap_or_default()
    }
}

impl Default for RingSize {
    /// 2 MiB, as tcpdump has it: 6 s of a reader's sleep at a trickle, and some 25 ms of it in a flood
    /// of 500,000 packets a second.
    fn default() -> Self {
        RingSize(16 * BLOCK)
    }
}

impl FromStr for RingSize {
    type Err = String;

    /// Reads a number of KiB.
    fn from_str(text: &str) -> Result<Self, String> {
        let bytes = text.parse().ok().and_then(|kib: u32| kib.checked_mul(1024));
        bytes.and_then(RingSize::new).ok_or_else(|| {
            let (least, most) = (RingSize::LEAST >> 10, RingSize::MOST >> 10);
            format!("{text:?} is no size of a ring: write a number of KiB from {least} to {most}")
        })
    }
}

impl fmt::Display for RingSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 >> 10)
    }
}

/// Which frames the kernel hands over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// All: every coverage row then accounts for everything that passed the interface.
    #[default]
    All,
    /// All but IP packets neither from nor to these networks, for a dark prefix on an interface
    /// that carries much else. What is left out is not counted as `elsewhere`, nor at all.
    ///
    /// Only an IP header behind a plain Ethernet header, or alone, is looked at: what the kernel
    /// cannot tell is handed over.
    Only(Vec<IpNet>),
}

/// How an interface is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The size of its ring.
    pub ring: RingSize,
    /// The most bytes that are kept of a frame. What is cut off cannot be hashed: rows are the same
    /// as those of a capture with the same snap length, and of no other.
    pub snap: u32,
    /// Whether frames for other hosts are taken in, too. Needed only where a switch mirrors them.
    pub promiscuous: bool,
    /// Which frames the kernel hands over.
    pub reach: Reach,
}

impl Default for Settings {
    /// Everything, whole, as tcpdump does it.
    fn default() -> Self {
        Settings {
            ring: RingSize::default(),
            snap: MAXIMUM_PACKET,
            promiscuous: false,
            reach: Reach::All,
        }
    }
}
