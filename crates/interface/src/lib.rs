//! Packets from live network interfaces.
//!
//! [`Interfaces`] watches one or more interfaces of a Linux host and lends their frames as
//! [`capture::file::Frame`], just as [`capture::file::CaptureFile`] lends those of a file: whoever
//! folds the one folds the other, and the same packets give the same rows. Nothing is ever sent.
//!
//! ```text
//! kernel ─ filter ─ Ring (TPACKET_V3, one for each interface) ─┐
//!                                                              ├─ Interfaces ─ frames, events
//! kernel ─ route (rtnetlink: links and addresses) ─────────────┘
//! ```
//!
//! What holds:
//!
//! * A frame is what `tcpdump -w` writes on the same interface at the same time, byte for byte: the
//!   VLAN tag that the kernel or the card took out is put back, and the lengths count it.
//! * Frames lent + [`Losses::dropped`] + [`Losses::unread`] = frames that passed the filter.
//! * The filter stands before the first frame can come, and drops nothing that counts, unless
//!   [`Reach::Only`] asks for it.
//! * Frames of one interface come in the kernel's order. Those of several are merged by time: see
//!   [`Interfaces`].
//! * An interface that goes down or vanishes is an [`Event`], never an error or an end. It is
//!   watched again when it comes back, without any privilege.
//! * Memory: a ring has the size that it was given ([`RingSize`]), and nothing else grows.
//!
//! Opening needs `CAP_NET_RAW`, reading needs nothing: see [`drop_capabilities`]. Unsafe code is in
//! `sys` alone (docs/adr/0010).

#![deny(unsafe_code)]
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod block;
mod error;
mod filter;
mod hardware;
mod interfaces;
mod merge;
mod privilege;
mod ring;
mod route;
mod settings;
#[allow(unsafe_code)]
mod sys;
#[cfg(test)]
mod tests;

pub use block::{Arrival, PacketType};
pub use error::InterfaceError;
pub use interfaces::{Interfaces, MOST_INTERFACES};
pub use privilege::{StillHeld, drop_capabilities, drop_net_raw};
pub use ring::{Losses, Ring};
pub use route::{Change, Event, MOST_ADDRESSES, addresses_of, of_default_routes};
pub use settings::{Reach, RingSize, Settings};
