//! This host as a monitoring point: only Linux has the ring by which its frames come, so that elsewhere `up`
//! serves pages and receives deliveries, and watches nothing itself.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Result, bail};
use archive::Archive;

use crate::Done;
use crate::cli::Folder;
use crate::settings::Settings;

/// There is none.
pub(crate) enum Watcher {}

pub(crate) fn begin(_: &Folder) -> Result<Option<Watcher>> {
    Ok(None)
}

pub(crate) fn watch(_: &Folder) -> Result<Done> {
    bail!("watching a host needs Linux")
}

/// There is none.
pub(crate) struct Local(Watcher);

impl Local {
    pub(crate) fn start(
        watcher: Watcher,
        _: Arc<Archive>,
        _: &Settings,
        _: Option<SocketAddr>,
    ) -> Self {
        Local(watcher)
    }

    pub(crate) async fn end(self) {
        match self.0 {}
    }
}
