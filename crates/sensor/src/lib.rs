//! A monitoring point: what comes by its interfaces is folded, journalled, and delivered to its hub.
//!
//! ```text
//!            watching thread                     keeping thread              delivering thread
//! Source ─ dissect ─ Fold ── Turn (each second) ── Journal ── sync ── wake ── Courier ══ hub
//! interface          capture                       spool                      wire
//! ```
//!
//! # Threads
//!
//! Three, and whoever waits for signals. None waits for one that is slower:
//!
//! * The **watching** one ([`run`]'s own) reads frames, and never the disk. About once a second it hands
//!   over a *turn*: rows of accesses that closed, images of open ones that changed, what was counted.
//!   Where the keeping thread has not done with the last turn, the next one goes on growing: images
//!   and counts merge, and only rows take memory. When 2 MiB of rows wait, it waits too, and what the
//!   kernel drops meanwhile is counted.
//! * The **keeping** one appends a turn to the journal and syncs it. A disk that fails is tried again.
//! * The **delivering** one reads what is durable, a few thousand rows at a time, for as many
//!   deliveries as may be under way. It shares the journal under a lock, which is held for an append, a
//!   read or a sync, and never while the network is waited for.
//!
//! Interfaces are opened, and capabilities dropped, before any of them begins.
//!
//! # What holds
//!
//! 1. **Exactly counted.** Whatever is killed, at whatever moment: the packets of journalled rows and of
//!    the images that replay leaves open are the `access_packets` of the coverage that is told or to be
//!    told. No packet is in one and not in the other.
//! 2. **Honest seconds.** A second is counted in `seconds_up` only if it was watched from its
//!    beginning to its end, every frame of it that the kernel had room for has been folded, and all of
//!    that is journalled in the same turn or before. What the kernel had no room for is in `dropped`.
//! 3. **Once.** Every row has one number in one lane of one journal; see the rooms `spool` and
//!    `delivery`. A row of coverage waits for the accesses that were journalled before it.
//! 4. **Same rows.** Rows are those of an import of the same packets, but for what a kill cost and for
//!    packets that come more than the slack of 5 s out of order.
//! 5. **Bounded.** Open accesses ([`capture::fold::CAPACITY`]), the ring, rows that wait (2 MiB), one
//!    turn under way and one being made, the spool's budget.
//!
//! # A turn in the journal, and what a kill costs
//!
//! A turn is journalled in this order; a crash leaves a prefix of it:
//!
//! 1. rows of what closed, a record each; in their place, where there is no room, notes of what is
//!    counted and not kept;
//! 2. images of what changed, and of conversations;
//! 3. the end of the turn: the *account*, everything that is counted and not told, cumulative;
//! 4. rows of coverage, which take from the account what they tell.
//!
//! *Why 1 holds.* Up to the last end of a turn, the account and the rows of coverage after it say what
//! the fold counted, and all its packets are in rows and images, for these came before. Of a turn
//! that has no end, rows and images may be there. Replay knows the images before them, and counts by how
//! much each access grew: these packets are added to the account, in the hour of their access's latest
//! packet, and no seconds with them. Everything else of that turn is lost, and its seconds are not
//! counted. So a kill costs the frames since the last sync: about a second's, or a turn's, which is
//! longer (up to 32 s) where more than 4,096 accesses change in a second, so that a flood does not fill
//! the disk with images.
//!
//! *Why replay knows the images before.* Each open access remembers the turn of its latest image.
//! Replay begins at a turn that is not newer than any of these; and as an access that does not change
//! closes after a minute, that turn follows the present one by itself, and no checkpoint is ever written.
//! An access that grew in the turn that was cut short was open when replay's beginning was chosen, or
//! began later: either way its image is there.
//!
//! Tests read every prefix of a journal this way, and kill a point at random moments.
//!
//! *Conversations* that a live host began have images, too, which are written again after 64 turns; so what
//! answers them after a restart is solicited still. Those that strangers began are not kept: if the
//! host is heard first after a restart, it is taken to have begun.
//!
//! # Coverage
//!
//! An hour is told in parts, of ten minutes each, and once more after a restart; parts add up. An hour in
//! which nothing came has its rows, too: silence is not death. `seconds_up` counts a point as up when
//! all its interfaces are, and it has an address. The second in which anything changes does not count.
//!
//! # When there is no room
//!
//! What is journalled stays. New accesses are counted by port and hour in place of being kept; when the
//! hour is over, or the point begins anew, the counts become rows of coverage of their own
//! ([`observation::Unkept`]), and are delivered as all others. Their packets are in the hour's
//! `access_packets`, which are more than the packets of its rows by just as many. Images find no room: everything
//! open is closed, and counted as far as it is not kept.
//!
//! A journal that cannot be gone on with (damaged where it begins, or rolled back) is moved aside
//! beside its folder, said in the [`Report`], and a new generation begins.

#![deny(clippy::indexing_slicing)]

mod account;
mod begin;
mod book;
mod guarding;
mod keeping;
mod record;
mod replayed;
mod run;
mod sentry;
mod settings;
mod skewed;
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
pub use guarding::Blocking;
pub use keeping::KeepError;
pub use replayed::{Replay, ReplayError};
pub use run::{Places, RunError, Setup, Stop, replay, run, run_guarded};
pub use settings::{Block, Flood, Settings, SettingsError};
pub use skewed::Skewed;
pub use source::{News, Source};
pub use status::{Report, Stopped};
pub use target::{Target, TargetError};
pub use watching::{Pace, WatchError};
