//! Names of viruses: which family a reported name belongs to.
//!
//! A label such as `W32/Netsky.p@MM` is taken apart ([`Label`]) into the family's stem and the variant;
//! the stem is looked up in a [`Registry`]. The registry is append-only and versioned: every figure says
//! which version it was counted with, and that version can be asked again.
//!
//! Invariants:
//! - A name that could be two families is [`Resolution::Ambiguous`], and one that nobody knows is
//!   [`Resolution::Unknown`]; both wait for a person. Neither is ever counted as a family.
//! - An alias that holds for one vendor makes the name ambiguous where the vendor is not said.
//! - Lists made elsewhere (AVClass) only suggest.

mod candidates;
mod entry;
mod label;
mod registry;
#[cfg(test)]
mod tests;
mod vendor;

pub use entry::{BadEntry, Entry, Scope};
pub use label::Label;
pub use registry::{Registry, Resolution};
pub use vendor::vendor;
