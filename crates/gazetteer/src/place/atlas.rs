//! The country and the autonomous system of an address.

use std::net::IpAddr;
use std::path::Path;

use super::shipped::SHIPPED;
use super::{AtlasError, mmdb};
use crate::Country;
use crate::ranges::Table;
use crate::special::nowhere;

/// What is known of the place of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Place {
    /// The country to whose holder the registry gave the address, or where the database's maker
    /// believes it to be: makers differ.
    pub country: Option<Country>,
    /// The number of the autonomous system that announces the address.
    pub asn: Option<u32>,
}

/// Which database places come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// What it calls itself.
    pub name: String,
    /// The day on which it was made, in days since 1970-01-01 (UTC); none where it says nonsense.
    pub day: Option<i32>,
    /// The SHA-256 of its file, in hexadecimal digits.
    pub sha256: String,
}

/// Countries and autonomous systems of addresses, from one or two databases.
///
/// Databases are held in memory as sorted ranges; a look-up does no I/O and allocates nothing.
/// IPv6 is looked up in networks of 64 bits: what a database says of narrower ones is not used.
#[derive(Debug)]
pub struct Atlas {
    countries: Countries,
    asns: Option<Table<u32>>,
    /// Of the files that were opened: the countries', then the autonomous systems'.
    opened: Vec<Database>,
}

#[derive(Debug)]
enum Countries {
    Shipped,
    Opened(Table<Option<Country>>),
}

impl Atlas {
    /// The countries that are compiled in; autonomous systems are not among them (see
    /// data/README.md). Costs nothing before the first look-up, which unpacks the table.
    pub fn shipped() -> Atlas {
        Atlas { countries: Countries::Shipped, asns: None, opened: Vec::new() }
    }

    /// The countries of one MaxMind-compatible MMDB file and the autonomous systems of another.
    ///
    /// Without a file of countries those that are compiled in are used. Without a file of
    /// autonomous systems they come from the file of countries, if it holds any. Files are read
    /// to their end, at most 256 MiB, and are not needed afterwards.
    pub fn open(country: Option<&Path>, asn: Option<&Path>) -> Result<Atlas, AtlasError> {
        let mut atlas = Atlas::shipped();
        if let Some(path) = country {
            let file = mmdb::open(path)?;
            let countries = file.countries.ok_or_else(|| other(path, "country"))?;
            atlas.countries = Countries::Opened(countries);
            atlas.asns = file.asns;
            atlas.opened.push(file.database);
        }
        if let Some(path) = asn.filter(|path| Some(*path) != country || atlas.asns.is_none()) {
            let file = mmdb::open(path)?;
            atlas.asns = Some(file.asns.ok_or_else(|| other(path, "autonomous system"))?);
            atlas.opened.push(file.database);
        }
        Ok(atlas)
    }

    /// The place of an address; nothing is known of private, reserved and multicast ones.
    ///
    /// An IPv4 address written as an IPv6 one (`::ffff:192.0.2.1`) is an IPv4 address. Addresses
    /// of 6to4 and Teredo are in no place: they tell the way of a tunnel.
    #[inline]
    pub fn of(&self, address: IpAddr) -> Place {
        let address = address.to_canonical();
        if nowhere(address) {
            return Place::default();
        }
        let country = match &self.countries {
            Countries::Shipped => SHIPPED.countries.get(address),
            Countries::Opened(countries) => countries.get(address),
        };
        let asn = self.asns.as_ref().map(|asns| asns.get(address)).filter(|asn| *asn != 0);
        Place { country, asn }
    }

    /// The databases in use: that of countries first.
    pub fn databases(&self) -> Vec<&Database> {
        let shipped = matches!(self.countries, Countries::Shipped).then(|| &SHIPPED.database);
        shipped.into_iter().chain(&self.opened).collect()
    }

    /// Whether autonomous systems are known.
    pub fn knows_asns(&self) -> bool {
        self.asns.is_some()
    }

    /// The day of the database, in days since 1970-01-01; of the older where there are two, and
    /// none where one of them does not say.
    pub fn date(&self) -> Option<i32> {
        let days: Option<Vec<i32>> =
            self.databases().into_iter().map(|database| database.day).collect();
        days?.into_iter().min()
    }

    /// What the databases call themselves, joined by " + ".
    pub fn name(&self) -> String {
        self.joined(|database| &database.name)
    }

    /// The SHA-256 of the databases' files, joined by " + ".
    pub fn digest(&self) -> String {
        self.joined(|database| &database.sha256)
    }

    fn joined(&self, part: impl Fn(&Database) -> &str) -> String {
        self.databases().into_iter().map(part).collect::<Vec<_>>().join(" + ")
    }
}

fn other(path: &Path, wanted: &'static str) -> AtlasError {
    AtlasError::Other { path: path.to_path_buf(), wanted }
}
