//! What keeps archive and registry small while the hub runs.

use std::sync::Arc;

use crate::Inner;

/// Loose files from which on an open day is compacted.
const MANY: usize = 16;

/// Compacts and cleans up, now and then, for ever.
pub(crate) async fn run(inner: Arc<Inner>) {
    loop {
        tokio::time::sleep(inner.settings.upkeep).await;
        let working = inner.clone();
        let runtime = tokio::runtime::Handle::current();
        let work = move || runtime.block_on(working.tidy());
        if tokio::task::spawn_blocking(work).await.is_err() {
            tracing::error!("the upkeep broke off");
        }
    }
}

impl Inner {
    /// One round. What fails is tried again with the next.
    async fn tidy(&self) {
        let now = (self.clock)();
        match self.archive.compact_delivered(now, MANY).await {
            Ok(compacted) => tracing::info!(compacted, "parts of tables were compacted"),
            Err(error) => tracing::error!(%error, "the archive could not be compacted"),
        }
        match self.archive.clean_up(archive::KEEP).await {
            Ok(deleted) => tracing::info!(deleted, "files that nobody needs were deleted"),
            Err(error) => tracing::error!(%error, "the archive could not be cleaned up"),
        }
        if let Err(error) = self.registry.tidy(now) {
            tracing::error!(%error, "the registry of points could not be tidied");
        }
    }
}
