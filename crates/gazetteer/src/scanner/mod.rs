//! Networks from which known operators scan the Internet: for research, for search engines of
//! devices, for the safety of their customers.
//!
//! They are a tag at question time, never a reason to drop a row: the lists change, and what was
//! counted stays counted.

mod error;
mod list;
mod operator;
mod prefixes;

use std::io::Read;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use ipnet::IpNet;

pub use error::ScannersError;
use prefixes::Prefixes;

/// Lines `network <tab> operator`; see data/README.md for their sources.
static SHIPPED: &[u8] = include_bytes!("../../data/scanners.tsv.zst");

/// The most bytes of one list, of the shipped one too once it is unpacked.
const LIMIT: u64 = 32 << 20;

/// The networks of known scanners and who operates them.
#[derive(Debug, Default)]
pub struct Scanners {
    /// Each network once, sorted.
    networks: Vec<(IpNet, Arc<str>)>,
    prefixes: Prefixes,
    unread: usize,
}

impl Scanners {
    /// The networks that are compiled in; reading them takes some milliseconds.
    pub fn shipped() -> Scanners {
        let text = zstd::bulk::decompress(SHIPPED, LIMIT as usize).unwrap_or_default();
        list::read(Path::new("the shipped list"), &text)
            .map_or_else(|_| Scanners::default(), |list| Scanners::new(list.rows, list.unread))
    }

    /// The networks of files: MISP warning lists (JSON), or text with a network or an address and
    /// its operator on each line, parted by a tab or by ` # `.
    ///
    /// Lines without an operator are left out; so are entries that are no network, which are
    /// counted (see [`Scanners::unread`]). Where two files name one network, the earlier one
    /// is right. The operator of a host name is its known owner, or else its domain.
    pub fn from_files<P: AsRef<Path>>(
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Scanners, ScannersError> {
        let (mut rows, mut unread) = (Vec::new(), 0);
        for path in paths {
            let path = path.as_ref();
            let mut list = list::read(path, &read(path)?)?;
            rows.append(&mut list.rows);
            unread += list.unread;
        }
        Ok(Scanners::new(rows, unread))
    }

    fn new(mut networks: Vec<(IpNet, Arc<str>)>, unread: usize) -> Scanners {
        networks.sort_by_key(|(network, _)| *network);
        networks.dedup_by_key(|(network, _)| *network);
        let prefixes = Prefixes::new(&networks);
        Scanners { networks, prefixes, unread }
    }

    /// Who scans from an address: the operator of the narrowest network that holds it. An IPv4
    /// address written as an IPv6 one is an IPv4 address.
    #[inline]
    pub fn of(&self, address: IpAddr) -> Option<&str> {
        let at = self.prefixes.of(address.to_canonical())?;
        self.networks.get(at).map(|(_, operator)| &**operator)
    }

    /// How many entries of the files should be networks and are none.
    pub fn unread(&self) -> usize {
        self.unread
    }

    /// All networks in order, each with its operator.
    pub fn networks(&self) -> impl Iterator<Item = (IpNet, &str)> {
        self.networks.iter().map(|(network, operator)| (*network, &**operator))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ScannersError> {
    let failed = |source| ScannersError::Read { path: path.to_path_buf(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LIMIT {
        return Err(ScannersError::TooLarge { path: path.to_path_buf(), limit: LIMIT });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
