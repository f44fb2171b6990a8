//! MaxMind-compatible files (MMDB, version 2 of the format), turned into our own ranges.
//!
//! The whole tree is walked once when a file is opened: then a look-up costs the same whoever
//! made the file, and a damaged file is refused before the first row is written, not in between.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::Path;

use maxminddb::{Reader, WithinOptions};
use sha2::{Digest, Sha256};

use super::record::{self, Found};
use super::{AtlasError, Database, Place};
use crate::Country;
use crate::ranges::{Steps, Table};

/// The most bytes of a file that are read: free databases of whole cities are half of it.
pub(super) const LIMIT: u64 = 256 << 20;

/// All that an MMDB file says of countries and autonomous systems.
pub(super) struct Opened {
    pub(super) countries: Option<Table<Option<Country>>>,
    pub(super) asns: Option<Table<u32>>,
    pub(super) database: Database,
}

/// Reads a file to its end and checks all of it.
pub(super) fn open(path: &Path) -> Result<Opened, AtlasError> {
    let bytes = read(path)?;
    let sha256 = crate::lines::hexadecimal(&Sha256::digest(&bytes));
    opened(bytes, sha256).map_err(|reason| AtlasError::Damaged { path: path.to_path_buf(), reason })
}

fn read(path: &Path) -> Result<Vec<u8>, AtlasError> {
    let failed = |source| AtlasError::Read { path: path.to_path_buf(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LIMIT {
        return Err(AtlasError::TooLarge { path: path.to_path_buf(), limit: LIMIT });
    }
    Ok(bytes)
}

/// Why a file cannot be used, in words.
type Reason = String;

fn opened(bytes: Vec<u8>, sha256: String) -> Result<Opened, Reason> {
    let reader = Reader::from_source(bytes).map_err(|error| error.to_string())?;
    let mut walk = Walk { reader: &reader, places: HashMap::new() };
    let v4 = walk.family("0.0.0.0/0", u64::from(u32::MAX))?;
    // Only 2000::/3 is in any place; the tree's other parts lead again and again to IPv4's.
    let v6 = match reader.metadata().ip_version {
        4 => Pair::new().finish(0),
        _ => walk.family("2000::/3", u64::MAX)?,
    };
    let places = walk.places.into_values();
    let (country, asn) = places.fold((false, false), |(country, asn), place| {
        (country || place.country.is_some(), asn || place.asn.is_some())
    });
    Ok(Opened {
        countries: country.then(|| Table::new(&v4.0, &v6.0)),
        asns: asn.then(|| Table::new(&v4.1, &v6.1)),
        database: Database {
            name: name(&reader.metadata().database_type),
            day: i32::try_from(reader.metadata().build_epoch / 86_400).ok(),
            sha256,
        },
    })
}

/// What a file calls itself, fit for a page: no line breaks, no longer than a line.
fn name(database_type: &str) -> String {
    database_type.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

struct Walk<'a> {
    reader: &'a Reader<Vec<u8>>,
    /// What the records say, by their place in the file: many networks share one record.
    places: HashMap<usize, Place>,
}

impl Walk<'_> {
    /// Every network of a family. A tree of n nodes has n + 1 leaves: whoever leads to more walks
    /// in circles.
    fn family(&mut self, all: &str, highest: u64) -> Result<Finished, Reason> {
        let all = all.parse().map_err(|error| format!("{error}"))?;
        let options = WithinOptions::default().include_networks_without_data();
        let mut left = u64::from(self.reader.metadata().node_count) + 1;
        let mut pair = Pair::new();
        for found in self.reader.within(all, options).map_err(|error| error.to_string())? {
            left = left.checked_sub(1).ok_or("its search tree leads in circles")?;
            let found = found.map_err(|error| error.to_string())?;
            let network = found.network().map_err(|error| error.to_string())?;
            let Some(offset) = found.offset() else { continue };
            let place = match self.places.get(&offset) {
                Some(place) => *place,
                None => self.decode(offset, &found)?,
            };
            if let Some((first, last)) = keys(network.ip(), network.prefix()) {
                pair.add(first, last, place)?;
            }
        }
        Ok(pair.finish(highest))
    }

    fn decode(&mut self, offset: usize, found: &Found<'_>) -> Result<Place, Reason> {
        let place = record::place(found).map_err(|error| error.to_string())?;
        self.places.insert(offset, place);
        Ok(place)
    }
}

/// The first and last key of a network: see [`Table::new`]. None for a network narrower than 64
/// bits of IPv6.
fn keys(address: IpAddr, prefix: u8) -> Option<(u64, u64)> {
    let (first, width) = match address {
        IpAddr::V4(address) => (u64::from(address.to_bits()), 32),
        IpAddr::V6(address) => ((address.to_bits() >> 64) as u64, 64),
    };
    let free = u32::checked_sub(width, u32::from(prefix))?;
    Some((first, first | u64::MAX.checked_shr(64 - free).unwrap_or(0)))
}

struct Pair {
    countries: Steps<Option<Country>>,
    asns: Steps<u32>,
}

type Finished = (Vec<(u64, Option<Country>)>, Vec<(u64, u32)>);

impl Pair {
    fn new() -> Pair {
        Pair { countries: Steps::new(), asns: Steps::new() }
    }

    fn add(&mut self, first: u64, last: u64, place: Place) -> Result<(), Reason> {
        let asn = place.asn.unwrap_or_default();
        let added = self.countries.add(first, last, place.country);
        added
            .and_then(|()| self.asns.add(first, last, asn))
            .map_err(|_| "its networks are not in order".to_owned())
    }

    fn finish(self, highest: u64) -> Finished {
        (self.countries.finish(highest), self.asns.finish(highest))
    }
}
