//! The table that is compiled in. It is unpacked when it is first asked.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::Database;
use super::pack::{MAGIC, NO_DISTANCE};
use crate::Country;
use crate::lines::hexadecimal;
use crate::ranges::Table;

/// See data/README.md for its source and licence.
static PACKED: &[u8] = include_bytes!("../../data/places.zst");

/// The most bytes that a packed table may unpack to.
const LIMIT: usize = 8 << 20;

/// A table and what is known of it.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub(super) countries: Table<Option<Country>>,
    pub(super) database: Database,
}

/// The table that is compiled in. A test holds that it can be unpacked.
pub(super) static SHIPPED: LazyLock<Unpacked> =
    LazyLock::new(|| unpack(PACKED).unwrap_or_else(Unpacked::nothing));

impl Unpacked {
    fn nothing() -> Unpacked {
        let database = Database { name: "nothing".to_owned(), day: None, sha256: String::new() };
        Unpacked { countries: Table::new(&[], &[]), database }
    }
}

/// Unpacks what [`pack`](super::pack::pack) made; none for anything else.
pub(super) fn unpack(packed: &[u8]) -> Option<Unpacked> {
    let plain = zstd::bulk::decompress(packed, LIMIT).ok()?;
    let mut rest = plain.as_slice();
    if array(&mut rest)? != MAGIC {
        return None;
    }
    let day = i32::from_le_bytes(array(&mut rest)?);
    let [length] = array(&mut rest)?;
    let name = str::from_utf8(rest.split_off(..usize::from(length))?).ok()?.to_owned();
    let [count] = array(&mut rest)?;
    let letters = rest.split_off(..2 * usize::from(count))?.chunks_exact(2);
    let countries: Option<Vec<Country>> =
        letters.map(|pair| Country::new(pair.try_into().ok()?)).collect();
    let countries = countries?;
    let v4 = steps(&mut rest, &countries)?;
    let v6 = steps(&mut rest, &countries)?;
    let database = Database { name, day: Some(day), sha256: hexadecimal(&Sha256::digest(packed)) };
    rest.is_empty().then(|| Unpacked { countries: Table::new(&v4, &v6), database })
}

fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    rest.split_off(..N)?.try_into().ok()
}

fn steps(rest: &mut &[u8], countries: &[Country]) -> Option<Vec<(u64, Option<Country>)>> {
    let count = u32::from_le_bytes(array(rest)?) as usize;
    let shifts = rest.split_off(..count)?;
    let mut key = 0u64;
    let mut steps = Vec::with_capacity(count);
    for shift in shifts {
        let number = leb128(rest)?;
        if *shift != NO_DISTANCE {
            let odd = number.checked_mul(2)?.checked_add(1)?;
            let distance = odd.checked_mul(1u64.checked_shl(u32::from(*shift))?)?;
            key = key.checked_add(distance)?;
        }
        steps.push((key, None));
    }
    for ((_, country), code) in steps.iter_mut().zip(rest.split_off(..count)?) {
        *country = match code.checked_sub(1) {
            Some(at) => Some(*countries.get(usize::from(at))?),
            None => None,
        };
    }
    Some(steps)
}

fn leb128(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *rest.split_off_first()?;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::pack::{PackError, Range, pack};
    use super::*;

    fn range(first: &str, last: &str, country: &str) -> Range {
        Range {
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
            country: Country::parse(country).unwrap(),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let ranges = [
            range("1.0.0.0", "1.0.0.255", "AU"),
            range("1.0.1.0", "1.0.3.7", "CN"),
            range("223.255.255.0", "223.255.255.255", "AU"),
            range("2001:200::", "2001:200:ffff:ffff:ffff:ffff:ffff:ffff", "JP"),
            range("2a00::", "2a00::ffff:ffff:ffff:ffff", "DE"),
        ];
        let packed = pack("by hand", 20_000, ranges).unwrap();
        assert_eq!(packed, pack("by hand", 20_000, ranges).unwrap());
        let unpacked = unpack(&packed).unwrap();
        assert_eq!(
            (unpacked.database.name.as_str(), unpacked.database.day),
            ("by hand", Some(20_000))
        );
        for range in ranges {
            for address in [range.first, range.last] {
                assert_eq!(unpacked.countries.get(address), Some(range.country), "{address}");
            }
        }
        for nowhere in ["0.255.255.255", "1.0.3.8", "224.0.0.0", "2a00:0:0:1::", "2001:201::", "::"]
        {
            assert_eq!(unpacked.countries.get(nowhere.parse().unwrap()), None, "{nowhere}");
        }
    }

    #[test]
    fn a_damaged_table_is_none() {
        let packed = pack("x", 0, [range("1.0.0.0", "1.0.0.255", "AU")]).unwrap();
        let plain = zstd::bulk::decompress(&packed, LIMIT).unwrap();
        for at in 0..plain.len() {
            assert!(unpack(&zstd::bulk::compress(&plain[..at], 1).unwrap()).is_none(), "{at}");
            for bit in 0..8 {
                let mut mutated = plain.clone();
                mutated[at] ^= 1 << bit;
                let _ = unpack(&zstd::bulk::compress(&mutated, 1).unwrap());
            }
        }
        assert!(unpack(b"").is_none());
    }

    #[test]
    fn what_cannot_be_packed() {
        let twice = [range("1.0.0.0", "1.0.0.255", "AU"), range("1.0.0.255", "1.0.1.0", "AU")];
        assert!(matches!(pack("", 0, twice), Err(PackError::OutOfOrder(_))));
        let narrow = [range("2a00::", "2a00::1", "DE")];
        assert!(matches!(pack("", 0, narrow), Err(PackError::TooNarrow(_))));
        let mixed = [range("1.0.0.0", "2a00::", "DE")];
        assert!(matches!(pack("", 0, mixed), Err(PackError::TooNarrow(_))));
    }

    #[test]
    fn the_compiled_table_is_whole() {
        let unpacked = unpack(PACKED).unwrap();
        assert!(unpacked.database.day.unwrap() > 20_000);
        let readme = include_str!("../../data/README.md");
        assert!(readme.contains(&unpacked.database.sha256), "{}", unpacked.database.sha256);
    }
}
