//! A monitoring point: what comes by an interface is folded, journalled, and delivered.
mod account;
mod begin;
mod book;
mod keeping;
mod record;
mod replayed;
mod run;
mod source;
mod status;
mod target;
#[cfg(test)]
mod tests;
mod turn;
mod uptime;
mod watching;

pub use begin::BeginError;
pub use book::BookError;
pub use keeping::KeepError;
pub use replayed::{Replay, ReplayError};
pub use run::{Places, RunError, Setup, Stop, replay, run};
pub use source::{News, Source};
pub use status::{Report, Stopped};
pub use target::{Target, TargetError};
pub use watching::{Pace, WatchError};
