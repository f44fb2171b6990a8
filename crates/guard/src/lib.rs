//! Self-blocking: a point's host drops new connections of sources that flood it.
//!
//! ```text
//! watching: Offender ─ Blocks (may it be blocked?) ─ Register (a line for each block)
//!                         │
//!                       Door ══ pipe ══ keeper (a process that alone may change the firewall) ─ nft
//! ```
//!
//! # What holds
//!
//! 1. **Never ourselves, never a friend.** [`Blocks`] spares what the settings allow, the host's own
//!    addresses, its hub, its gateways and name servers ([`neighbours`]), and whatever no stranger has.
//!    And only *new* connections are dropped: what is established, or was begun by the host, goes on.
//! 2. **It ends by itself.** Each element has a timeout in the kernel. When the point ends, however it
//!    ends, the keeper sees its pipe closed and removes the table. Killed both, the elements go when
//!    their time is over, and an empty table stays until the next start.
//! 3. **Bounded.** At most so many elements at a time, which the kernel's set holds to as well.
//! 4. **Told.** Each block is a line of JSON ([`Register`]), also in a dry run, which changes nothing.
//!
//! The point gives its capabilities up; the keeper keeps `CAP_NET_ADMIN`, reads nothing but lines of an
//! address and seconds, and starts nothing but `nft`.

mod blocks;
mod door;
mod keeper;
mod neighbours;
mod nft;
mod register;

pub use blocks::{Blocks, Policy, Spared, Verdict};
pub use door::{Door, DoorError};
pub use keeper::keep;
pub use neighbours::neighbours;
pub use nft::TABLE;
pub use register::{Block, Register};
