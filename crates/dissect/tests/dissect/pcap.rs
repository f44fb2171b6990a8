//! Classic pcap files, just enough of them for tests, and the captures that have a known truth.

use std::fs;
use std::path::{Path, PathBuf};

/// A capture file in memory.
pub(crate) struct File {
    bytes: Vec<u8>,
    big_endian: bool,
    /// The LINKTYPE_ number.
    pub(crate) link_type: u32,
}

/// One frame of a capture file.
pub(crate) struct Frame<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) wire_length: u32,
}

/// A capture of the shared data, and what is known of it.
pub(crate) struct Capture {
    /// Its path in the index.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) truth: serde_json::Value,
}

/// Reads a file of either byte order, with micro- or nanoseconds; an error where it is another
/// format.
pub(crate) fn read(path: &Path) -> Result<File, &'static str> {
    let bytes = fs::read(path).map_err(|_| "cannot be read")?;
    let big_endian = match bytes.first_chunk() {
        Some([0xa1, 0xb2, 0xc3, 0xd4] | [0xa1, 0xb2, 0x3c, 0x4d]) => true,
        Some([0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1]) => false,
        _ => return Err("is no classic pcap file"),
    };
    let mut file = File { bytes, big_endian, link_type: 0 };
    file.link_type = file.number(20).ok_or("is too short")? & 0xffff;
    Ok(file)
}

impl File {
    fn number(&self, at: usize) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// The frames up to the end or the first record that is not whole.
    pub(crate) fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        let mut at = 24;
        std::iter::from_fn(move || {
            let captured = usize::try_from(self.number(at + 8)?).ok()?;
            let wire_length = self.number(at + 12)?;
            let start = at + 16;
            at = start.checked_add(captured)?;
            Some(Frame { bytes: self.bytes.get(start..at)?, wire_length })
        })
    }
}

/// The pcap files of the index whose packets were counted by protocol; none, with a word, where the
/// shared data are not there.
pub(crate) fn captures() -> Vec<Capture> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let Ok(index) = fs::read_to_string(data.join("INDEX.tsv")) else {
        println!("skipped: the shared captures are not on this machine");
        return Vec::new();
    };
    index.lines().filter_map(|line| capture(data, line)).collect()
}

fn capture(data: &Path, line: &str) -> Option<Capture> {
    let mut columns = line.split('\t');
    let name = columns.next()?;
    if !name.starts_with("captures/") || !name.ends_with("cap") {
        return None;
    }
    let truth: serde_json::Value = serde_json::from_str(columns.next_back()?).ok()?;
    truth.get("proto")?;
    Some(Capture { name: name.to_owned(), path: data.join(name), truth })
}
