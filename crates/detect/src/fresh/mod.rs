//! New things, growth, silence, and points unlike their peers.
//!
//! [`ports`]: a service that nobody asked for in weeks. [`marks`]: a payload or a tool's mark never
//! seen before. [`growth`]: sources that double again and again. [`peers`]: a point that sees what
//! the others do not. [`silence`]: a point that sees nothing any more.

pub mod growth;
pub mod marks;
pub mod peers;
pub mod ports;
pub mod silence;
#[cfg(test)]
mod tests;

/// Distinct sources, each of which may be anybody, that make something new worth telling.
pub const SOURCES: u32 = 5;
/// Days of watching before anything can be new.
pub const WARM_UP: u32 = 7;
