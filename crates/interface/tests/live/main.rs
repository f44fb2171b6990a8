//! Tests on interfaces of their own: a host in a network namespace, and a stranger's end of a wire.
//!
//! Each test runs itself again within a new namespace, where a pair of virtual Ethernet devices is a
//! wire: a stranger sends into `va`, and the host watches `vb`, with tcpdump beside us.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

mod changes;
mod frames;
mod loss;
mod reach;
mod rows;
mod scan;
mod several;
mod watcher;
