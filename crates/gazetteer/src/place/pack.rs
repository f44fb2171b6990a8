//! A table of countries, packed to be compiled in.
//!
//! A frame of zstd around: [`MAGIC`]; the day (i32); the name (a length of one byte, UTF-8); the
//! number of countries (u8) and their letters; then for IPv4 and for IPv6 the number of steps
//! (u32) and three columns of them. A step begins where the one before ends. Column 1 has a byte
//! and column 2 a number per step: its distance d from the step before is
//! `(2 * number + 1) << byte`, and 0 where the byte is 64. Networks are powers of two, therefore
//! the numbers are nearly all 0. Column 3 has the place of the country in the list, from 1; 0 is
//! none. Numbers are little-endian; those of column 2 are LEB128.

use std::net::IpAddr;

use crate::Country;
use crate::ranges::Steps;
use crate::special::nowhere;

/// The first bytes of the unpacked table.
pub(super) const MAGIC: [u8; 8] = *b"places 1";

/// The byte of column 1 that stands for no distance at all.
pub(super) const NO_DISTANCE: u8 = 64;

/// zstd's level: the table is packed once and read ever after.
const LEVEL: i32 = 19;

/// A range of addresses in one country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Its first address.
    pub first: IpAddr,
    /// Its last address, of the same family.
    pub last: IpAddr,
    /// Where it is.
    pub country: Country,
}

/// Why ranges cannot be packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Ranges must not overlap, and within a family the lower stands first.
    #[error("the range {0:?} overlaps the one before it or stands behind a higher one: sort them")]
    OutOfOrder(Range),
    /// IPv6 is kept in networks of 64 bits or wider.
    #[error("the range {0:?} begins or ends within 64 bits of IPv6, or in two families")]
    TooNarrow(Range),
    /// The table names more countries, or the database has a longer name, than fit into a byte.
    #[error("more than 255 countries, or more than 255 bytes of name")]
    TooMany,
    /// zstd refuses.
    #[error("the table cannot be compressed: {0}")]
    Compress(#[from] std::io::Error),
}

/// Packs the ranges of a database called `name` that was made on `day` (days since 1970-01-01).
///
/// The same ranges give the same bytes. Addresses that are in no place (private ones and the
/// like) may be among them; they are never asked for.
pub fn pack(
    name: &str,
    day: i32,
    ranges: impl IntoIterator<Item = Range>,
) -> Result<Vec<u8>, PackError> {
    let (mut v4, mut v6) = (Steps::new(), Steps::new());
    for range in ranges.into_iter().filter(|range| !nowhere(range.first)) {
        let (family, first, last) = match (range.first, range.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                (&mut v4, u64::from(first.to_bits()), u64::from(last.to_bits()))
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                let (first, last) = (first.to_bits(), last.to_bits());
                if first as u64 != 0 || last as u64 != u64::MAX {
                    return Err(PackError::TooNarrow(range));
                }
                (&mut v6, (first >> 64) as u64, (last >> 64) as u64)
            }
            _ => return Err(PackError::TooNarrow(range)),
        };
        let added = family.add(first, last, Some(range.country));
        added.map_err(|_| PackError::OutOfOrder(range))?;
    }
    let families = [v4.finish(u64::from(u32::MAX)), v6.finish(u64::MAX)];
    Ok(zstd::bulk::compress(&plain(name, day, &families)?, LEVEL)?)
}

type Columns = Vec<(u64, Option<Country>)>;

fn plain(name: &str, day: i32, families: &[Columns; 2]) -> Result<Vec<u8>, PackError> {
    let all = families.iter().flatten().filter_map(|(_, country)| *country);
    let mut countries: Vec<Country> = all.collect();
    countries.sort_unstable();
    countries.dedup();
    let mut bytes = MAGIC.to_vec();
    bytes.extend(day.to_le_bytes());
    bytes.push(u8::try_from(name.len()).map_err(|_| PackError::TooMany)?);
    bytes.extend(name.as_bytes());
    bytes.push(u8::try_from(countries.len()).map_err(|_| PackError::TooMany)?);
    bytes.extend(countries.iter().flat_map(|country| country.letters()));
    for steps in families {
        columns(steps, &countries, &mut bytes)?;
    }
    Ok(bytes)
}

fn columns(steps: &Columns, countries: &[Country], bytes: &mut Vec<u8>) -> Result<(), PackError> {
    let count = u32::try_from(steps.len()).map_err(|_| PackError::TooMany)?;
    bytes.extend(count.to_le_bytes());
    let mut numbers = Vec::new();
    let mut codes = Vec::new();
    let mut before = 0;
    for (key, country) in steps {
        let distance = key.saturating_sub(before);
        before = *key;
        bytes.push(distance.trailing_zeros() as u8);
        leb128(distance.checked_shr(distance.trailing_zeros()).unwrap_or(0) >> 1, &mut numbers);
        let code = country.and_then(|country| countries.binary_search(&country).ok());
        codes.push(code.map_or(Ok(0), |at| u8::try_from(at + 1)).map_err(|_| PackError::TooMany)?);
    }
    bytes.append(&mut numbers);
    bytes.append(&mut codes);
    Ok(())
}

fn leb128(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}
