//! Frames with known fields, frames cut short, any bytes at all, and real captures.

// A helper that panics is a test that fails.
#![allow(clippy::unwrap_used, clippy::panic)]

mod captures;
mod count;
mod frame;
mod icmp;
mod ip;
mod link;
mod mark;
mod names;
mod pcap;
mod random;
mod transport;
mod truncation;
