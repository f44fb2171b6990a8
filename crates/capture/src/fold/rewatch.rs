//! A watch that changes while packets come: that of a line whose addresses do.

use super::{Fold, Watch};

/// The points of a new watch are not those of the old one. Whoever wired the fold is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fold's points cannot change: begin another fold")]
pub struct OtherPoints;

impl Fold {
    /// Watches other addresses from the next packet on. The points are the same, in the same order.
    ///
    /// Open accesses and conversations go on. Coverage tells how many addresses were watched last.
    ///
    /// # Errors
    /// The points are others; nothing has changed then.
    pub fn rewatch(&mut self, watch: Watch) -> Result<(), OtherPoints> {
        let names = watch.points().iter().map(|watched| &watched.point);
        if !names.eq(self.points()) {
            return Err(OtherPoints);
        }
        self.watch = watch;
        Ok(())
    }
}
