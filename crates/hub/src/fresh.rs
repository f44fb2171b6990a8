//! One look at a table for all who ask at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use archive::{Archive, Recipient, Standing};
use tokio::sync::Mutex;

/// Shares looks at a table.
///
/// Invariant: whoever asks gets a look that began after it asked.
#[derive(Default)]
pub(crate) struct Fresh {
    asked: AtomicU64,
    /// The last look, and the greatest number that had been asked before it began.
    seen: Mutex<(u64, Option<Arc<Standing>>)>,
}

impl Fresh {
    pub(crate) async fn look(
        &self,
        archive: &Archive,
        table: Recipient,
    ) -> archive::Result<Arc<Standing>> {
        let mine = self.asked.fetch_add(1, SeqCst) + 1;
        let mut seen = self.seen.lock().await;
        if let (upto, Some(standing)) = &*seen
            && *upto >= mine
        {
            return Ok(standing.clone());
        }
        let upto = self.asked.load(SeqCst);
        let standing = Arc::new(archive.standing(table).await?);
        *seen = (upto, Some(standing.clone()));
        Ok(standing)
    }
}
