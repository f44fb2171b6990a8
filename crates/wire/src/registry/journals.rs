//! Which journal of a point is the present one.

use delivery::{Generation, Reason, Refusal};

use super::{Entry, Peer, Registry, RegistryError};

/// Generations of a point that are remembered as replaced.
const GENERATIONS: usize = 1_000;

impl Registry {
    /// Whether a journal is the point's, which it is if it is new: then it replaces the one before.
    ///
    /// # Errors
    /// It was replaced by another, or the disk.
    pub fn begin(&self, peer: &Peer, generation: Generation) -> Result<(), RegistryError> {
        if peer.entry.generation == Some(generation) {
            return Ok(());
        }
        let change = |entry: Option<Entry>| {
            let mut entry = entry.ok_or_else(|| RegistryError::Unknown(peer.point.clone()))?;
            if entry.generation == Some(generation) {
                return Ok(entry);
            }
            if entry.replaced.contains(&generation) {
                return Err(old(generation).into());
            }
            entry.replaced.extend(entry.generation.replace(generation));
            let surplus = entry.replaced.len().saturating_sub(GENERATIONS);
            entry.replaced.drain(..surplus);
            Ok(entry)
        };
        self.change(&peer.point, change).map(drop)
    }
}

impl Peer {
    /// Whether a delivery of this journal may come.
    ///
    /// # Errors
    /// It is not the journal that the point told of last.
    pub fn delivers(&self, generation: Generation) -> Result<(), Refusal> {
        if self.entry.generation == Some(generation) {
            return Ok(());
        }
        if self.entry.replaced.contains(&generation) {
            return Err(old(generation));
        }
        Err(Refusal::new(Reason::Gap, "send the status first: this journal is new here"))
    }
}

fn old(generation: Generation) -> Refusal {
    let detail = format!(
        "the journal {generation} was replaced by a newer one: a backup was restored, or two machines \
         have one identity; join one of them under another name"
    );
    Refusal::new(Reason::OldGeneration, detail)
}
