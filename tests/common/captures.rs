//! The shared captures, which lie beside the checkout, and what their index says of them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");

/// A file or folder beside the checkout; none, with a word, where it is not there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(SHARED).join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {name} is not beside this checkout");
    None
}

/// A capture of the index.
#[derive(Clone, Debug)]
pub(crate) struct Indexed {
    /// Its path in the index.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// How many packets a reader finds, where the index says.
    pub(crate) packets: Option<u64>,
    /// What else an independent tool found; null where the index does not say.
    pub(crate) truth: Value,
}

/// The index's files whose paths begin so; none, with a word, where the data are not there.
pub(crate) fn index(below: &str) -> Vec<Indexed> {
    let Some(data) = shared("data") else { return Vec::new() };
    let text = fs::read_to_string(data.join("INDEX.tsv")).unwrap();
    let row = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let name = columns[0].to_owned();
        let truth = columns.last().and_then(|text| serde_json::from_str(text).ok());
        Indexed {
            path: data.join(&name),
            packets: columns.get(7).and_then(|text| text.parse().ok()),
            truth: truth.unwrap_or_default(),
            name,
        }
    };
    text.lines().skip(1).map(row).filter(|row| row.name.starts_with(below)).collect()
}
