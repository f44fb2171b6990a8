//! Delivery: what a point has journalled reaches the archive exactly once.
//!
//! Invariant: in the archive, the rows of a [`Lane`] (point, spool generation, table) are the first
//! rows of that lane's journal, each once and in order; what is acknowledged is committed. Either
//! end may be killed at any moment, and messages may be lost, doubled, reordered and delayed.
//!
//! This room is the protocol without I/O, clock or randomness: time and random numbers are passed
//! in. `wire` carries it over HTTP/2 with mutual TLS.
//!
//! # Positions, seals, generations
//!
//! Records of a journal have rising sequence numbers, from 1. A [`Position`] in a lane is the number
//! of a record of its table and that record's [`Seal`]: 63 bits of SHA-256 over the record as the
//! journal holds it. Position 0 is the beginning. A journal has a random [`Generation`] of 128 bits,
//! new with every new spool.
//!
//! A delivery says: *these are all rows of this lane after position A, up to position B*. The archive
//! keeps the last committed position of each lane beside its rows, in the same atomic commit, as two
//! application transactions: [`Lane::id`] at the version *sequence* and [`Lane::seal_id`] at the
//! version *seal*. So every hub that writes the archive sees them in the very snapshot that it
//! commits on, they survive checkpoints, and nothing has to be kept anywhere else.
//!
//! Why the seal of one record and not a digest of the body: after a kill the point cuts its ranges
//! anew, a new version of the program writes other Arrow bytes for the same rows, and both are
//! innocent. A journal is only ever appended to, so that two histories which agree on a record, with
//! its microseconds and addresses, agree on all before it; and a point that was rolled back (a
//! restored backup, a cloned disk) and has journalled on has another record at that number. The
//! [`receiver`] refuses where it can compare; where it cannot, because the range ends before what is
//! committed, it answers what is committed, and the [`sender`] compares that with its own journal.
//!
//! | from the point | committed | verdict |
//! |---|---|---|
//! | after = committed, seals equal | | accept |
//! | after = committed, seals differ | | rolled back |
//! | after > committed | | gap: ask, and begin again from there |
//! | up to = committed, seals equal | | have it: acknowledged |
//! | up to = committed, seals differ | | rolled back |
//! | anything else | | have up to there: the point compares |
//!
//! # A delivery on the wire
//!
//! Numbers are little-endian.
//!
//! ```text
//! "YGD1"                          4 bytes
//! format of the rows              u16   [`FORMAT`]
//! table                           u8    1 access, 2 coverage
//! freshness                       u8    0 live, 1 replayed
//! generation                      16 bytes
//! after: sequence, seal           u64, u64
//! up to: sequence, seal           u64, u64
//! rows                            u32
//! length of the Arrow stream      u32
//! length of the point's name      u8
//! the point's name
//! one zstd frame                  the Arrow IPC stream
//! ```
//!
//! The stream is a schema message, one record batch, and optionally the end-of-stream mark. Its
//! buffers are not compressed by themselves and it has no dictionaries: the whole stream is one zstd
//! frame, so that one bounded decoder is all that ever decompresses. Its columns are those of the
//! table's field list in `observation`, in order, without the columns that the hub sets
//! ([`Table::fields`]).
//!
//! # What a point may say
//!
//! Every row bears the name in the point's certificate. Times are at most [`Bounds::ahead`] after and
//! [`Bounds::behind`] before the hub's clock; what is marked [`Freshness::Replayed`] (`yagura-point
//! replay FILE`) may be older. Every value keeps the rules of its column ([`rows`]).
//!
//! # Conversation
//!
//! 1. The point sends its [`Status`] and gets a [`Standing`]: what is committed of each table.
//! 2. It compares, forgets what is committed, and sends what comes after: several deliveries may be
//!    under way in a lane. Coverage waits for the accesses that were journalled before it.
//! 3. The hub answers after its commit: [`Answer::Committed`] acknowledges all up to a position, or
//!    [`Answer::Refused`] says why not, who is at fault, and what follows ([`Then`]).
//! 4. After any failure the point forgets what was under way, waits (jittered, exponential) and
//!    begins at 1: recovery after a lost answer and after a kill is the same path.

mod answer;
mod backoff;
pub mod body;
mod column;
mod header;
pub mod hex;
mod ipc;
#[cfg(test)]
mod model;
mod position;
mod reason;
pub mod receiver;
pub mod rows;
pub mod sender;
mod status;
mod table;
mod token;

pub use answer::{Answer, Refusal};
pub use backoff::Backoff;
pub use body::{BODY_LIMIT, Bounds, Checked, MESSAGE_LIMIT, PLAIN_LIMIT, ROWS_LIMIT};
pub use header::{Freshness, Header};
pub use position::{BadGeneration, Generation, Lane, Position, Seal};
pub use reason::{Blame, Reason, Then};
pub use sender::{Sender, Spool};
pub use status::{Clock, Standing, Status};
pub use table::Table;
pub use token::{BadToken, Token};

/// The format of the rows that this version writes and reads.
pub const FORMAT: u16 = 3;
