//! Places and names: what is known of an address or a number without asking anybody.
//!
//! - [`Atlas`]: the [`Country`] and the autonomous system of an address, as one database said on
//!   one day. What is compiled in needs no file; MaxMind-compatible files take its place.
//! - [`service`], [`protocol`], [`icmp`]: the names that IANA assigned to numbers.
//! - [`Scanners`]: the networks from which known operators scan the Internet on purpose.
//!
//! Nothing here sends anything or looks at a clock. The data and their licences are listed in
//! `data/README.md`.

mod country;
pub mod icmp;
mod lines;
pub mod place;
pub mod protocol;
mod ranges;
mod scanner;
pub mod service;
mod special;

pub use country::Country;
pub use place::{Atlas, AtlasError, Database, Place};
pub use scanner::{Scanners, ScannersError};

#[cfg(test)]
mod tests;
