//! What the sender needs of a journal.

use crate::{Freshness, Generation, Position, Seal, Table};

/// The journal as the sender needs it. Only what is durable is ever shown.
///
/// After an error of the journal the sender is to be thrown away, and a new one made: it asks, and goes
/// on where the hub stands.
pub trait Spool {
    /// What a delivery carries.
    type Rows;
    /// The journal failed: the disk is at fault.
    type Error;

    /// The journal's generation.
    fn generation(&self) -> Generation;

    /// The rows of a table that come next after a sequence number, no more than a delivery takes
    /// ([`crate::ROWS_LIMIT`], [`crate::PLAIN_LIMIT`]); none where there are none yet. Up to
    /// [`WINDOW`](super::WINDOW) ranges of each table are under way at once: a point with little memory
    /// gives a few thousand rows at a time.
    ///
    /// # Errors
    /// The journal failed.
    fn rows(&mut self, table: Table, after: u64) -> Result<Option<Range<Self::Rows>>, Self::Error>;

    /// The seal of a record of a table, where the journal holds it.
    ///
    /// # Errors
    /// The journal failed.
    fn seal(&mut self, table: Table, sequence: u64) -> Result<Option<Seal>, Self::Error>;

    /// Forgets the rows of a table up to a position, which is committed.
    ///
    /// # Errors
    /// The journal failed.
    fn forget(&mut self, table: Table, upto: Position) -> Result<(), Self::Error>;

    /// Up to which number the rows of a table were forgotten, as far as that is durable.
    fn forgotten(&self, table: Table) -> u64;
}

/// The next rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range<R> {
    /// The last of them.
    pub upto: Position,
    /// Accesses up to this number were journalled before them: coverage is not sent before these are
    /// acknowledged. 0 for accesses.
    pub needs: u64,
    /// Whether they are of now: all of a range are the same.
    pub freshness: Freshness,
    /// The rows.
    pub rows: R,
}
