//! What was told, on disk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use observation::Micros;
use serde::{Deserialize, Serialize};

use crate::pace::Spoken;

/// The file that remembers what was told cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}; without it nothing is told, so that nothing is told again and again")]
pub struct MemoryError {
    path: PathBuf,
    source: io::Error,
}

/// What one channel was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// Since when it is told; findings known a day before are told, older ones not.
    pub(crate) since: Micros,
    /// Ids, and when they were told.
    pub(crate) told: BTreeMap<String, Micros>,
    /// When it spoke.
    pub(crate) spoken: Spoken,
}

/// What all channels were given, by their names.
#[derive(Debug)]
pub(crate) struct Memory {
    path: PathBuf,
    pub(crate) heard: BTreeMap<String, Heard>,
}

impl Memory {
    pub(crate) fn open(path: &Path) -> Result<Self, MemoryError> {
        let bad = |source| MemoryError { path: path.to_owned(), source };
        let heard = match fs::read(path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|error| bad(io::Error::from(error)))?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(bad(error)),
        };
        Ok(Memory { path: path.to_owned(), heard })
    }

    /// Makes it durable.
    pub(crate) fn store(&self) -> Result<(), MemoryError> {
        self.try_store().map_err(|source| MemoryError { path: self.path.clone(), source })
    }

    fn try_store(&self) -> io::Result<()> {
        let draft = self.path.with_extension("draft");
        let mut file = File::create(&draft)?;
        file.write_all(&serde_json::to_vec(&self.heard)?)?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)
    }
}
