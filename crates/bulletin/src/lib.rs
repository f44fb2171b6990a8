//! The archive's part of a month's bulletin: its named questions as plain figures, for `summary`.
//!
//! A bulletin is public: it holds no watched address, no source address and no point's name, only counts, and
//! of these none that few points stand behind.

mod error;
mod hiding;
mod month;
mod monthly;
mod place;

pub use error::{Error, Result};
pub use month::{BadMonth, Month};
pub use monthly::{latest_received, monitoring, point_seconds};
pub use place::Places;
