//! Where an address is, as a database said on its day (invariant 10 of the founders' plan).

mod atlas;
mod error;
mod mmdb;
mod pack;
mod record;
mod shipped;

pub use atlas::{Atlas, Database, Place};
pub use error::AtlasError;
pub use pack::{PackError, Range, pack};
