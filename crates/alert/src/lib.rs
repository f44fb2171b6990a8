//! Findings to people: grouped, paced, by mail, webhook and syslog.
//!
//! ```text
//! findings ─ Notice ─ Desk ─ which are untold, may one speak now? ─ Message ─ channel ─ told, on disk
//! ```
//!
//! # What holds
//!
//! 1. **At least once.** A notice is noted as told only after a channel has taken it; killed in between,
//!    it is told again, in a message whose id says which findings it is about. What no channel takes
//!    waits, and goes with the next message.
//! 2. **Grouped.** Whatever is untold goes in one message: a thousand findings are one mail, of which the
//!    first [`LISTED`] are named.
//! 3. **Paced.** A channel speaks at most once in [`Pace::apart`], and [`Pace::hourly`] times an hour,
//!    failures counted: a mail server that refuses is not asked a thousand times.
//! 4. **Bounded.** What was told is remembered for [`MEMORY`]; what became known before is not told.
//!
//! Addresses of targets of floods are a telescope's secret: they are left out unless asked for.

mod channel;
mod desk;
mod memory;
mod message;
mod notice;
mod pace;
mod settings;

pub use channel::{Channel, ChannelError};
pub use desk::{Desk, Outcome};
pub use memory::MemoryError;
pub use message::{LISTED, Message};
pub use notice::Notice;
pub use pace::Pace;
pub use settings::{Settings, SettingsError, Wanted};

use observation::{DAY, Micros};

/// How far back findings are told, and how long it is remembered which were, µs.
pub const MEMORY: Micros = 3 * DAY;
