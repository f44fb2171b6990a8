//! Files of several makers, made by hand.

use std::path::{Path, PathBuf};

use crate::{Atlas, AtlasError, Country, Place};

use super::build::{File, Value, v4, v6};

/// A country as MaxMind, DB-IP, ip-location-db and IPinfo write it, and where only the holder's is
/// known; with the name that MaxMind writes beside it.
fn countries() -> File {
    let maxmind = |code| {
        let names = Value::Map(vec![("en", Value::Text("Somewhere"))]);
        Value::Map(vec![("names", names), ("iso_code", Value::Text(code))])
    };
    let rows = [
        (v4([1, 0, 0, 0], 24), Value::Map(vec![("country", maxmind("AU"))])),
        (v4([1, 0, 1, 0], 24), Value::Map(vec![("country_code", Value::Text("CN"))])),
        (v4([1, 0, 2, 0], 24), Value::Map(vec![("country", Value::Text("jp"))])),
        (v4([1, 0, 3, 0], 24), Value::Map(vec![("registered_country", maxmind("FR"))])),
        (v4([1, 0, 4, 0], 24), Value::Map(vec![("country_code", Value::Text("None"))])),
        (v4([10, 0, 0, 0], 8), Value::Map(vec![("country_code", Value::Text("US"))])),
        (v6("2a00::", 32), Value::Map(vec![("country", maxmind("DE"))])),
        (v6("2a01::", 64), Value::Map(vec![("country_code", Value::Text("FR"))])),
        (v6("2a01:0:0:1::", 65), Value::Map(vec![("country_code", Value::Text("GB"))])),
    ];
    file(rows)
}

fn asns() -> File {
    let number = |key, number| Value::Map(vec![(key, Value::Number(number))]);
    file([
        (v4([1, 0, 0, 0], 24), number("autonomous_system_number", 13_335)),
        (v4([1, 0, 1, 0], 24), Value::Map(vec![("asn", Value::Text("AS64500"))])),
        (v4([1, 0, 2, 0], 24), number("asn", 0)),
        (v6("2a00::", 31), number("asn", 4_294_967_294)),
    ])
}

fn file(rows: impl IntoIterator<Item = ((u128, u8), Value)>) -> File {
    let networks = rows.into_iter().map(|((bits, length), value)| (bits, length, value)).collect();
    File { ip_version: 6, networks }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn the_fields_of_several_makers() {
    let folder = tempfile::tempdir().unwrap();
    let country = write(folder.path(), "country", &countries().bytes());
    let asn = write(folder.path(), "asn", &asns().bytes());
    let atlas = Atlas::open(Some(&country), Some(&asn)).unwrap();
    for (address, country, asn) in [
        ("1.0.0.255", Some("AU"), Some(13_335)),
        ("1.0.1.0", Some("CN"), Some(64_500)),
        ("1.0.2.1", Some("JP"), None),
        ("1.0.3.1", Some("FR"), None),
        ("1.0.4.1", None, None),
        ("1.0.5.1", None, None),
        ("10.0.0.1", None, None),
        ("2a00::1", Some("DE"), Some(4_294_967_294)),
        ("2a00:1::1", None, Some(4_294_967_294)),
        ("2a00:2::1", None, None),
        ("2a01::ffff:ffff:ffff:ffff", Some("FR"), None),
        ("2a01:0:0:1::", None, None),
    ] {
        let country = country.and_then(Country::parse);
        assert_eq!(atlas.of(address.parse().unwrap()), Place { country, asn }, "{address}");
    }
    assert_eq!(atlas.name(), "by hand + by hand");
    assert_eq!(atlas.date(), Some(19_675));
    assert_eq!(atlas.digest().len(), 64 + 3 + 64);
}

#[test]
fn one_file_may_hold_both() {
    let both = Value::Map(vec![("country", Value::Text("AU")), ("asn", Value::Text("AS13335"))]);
    let only = File { ip_version: 4, networks: vec![(1 << 120, 8, both)] };
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "both", &only.bytes());
    let expected = Place { country: Country::parse("AU"), asn: Some(13_335) };
    for (country, asn) in [(Some(&path), None), (Some(&path), Some(&path))] {
        let atlas = Atlas::open(country.map(PathBuf::as_path), asn.map(PathBuf::as_path)).unwrap();
        assert_eq!(atlas.of("1.2.3.4".parse().unwrap()), expected);
        assert_eq!(atlas.of("2.2.3.4".parse().unwrap()), Place::default());
        assert_eq!(atlas.of("2a00::1".parse().unwrap()), Place::default());
        assert_eq!(atlas.databases().len(), 1);
    }
    let atlas = Atlas::open(None, Some(&path)).unwrap();
    assert_eq!(atlas.of("1.0.0.1".parse().unwrap()).asn, Some(13_335));
    assert_eq!(atlas.of("193.0.6.139".parse().unwrap()).country, Country::parse("NL"));
    assert_eq!(atlas.name(), "iptocc 1.4.175 + by hand");
    assert_eq!(atlas.date(), Some(19_675), "of the older");
}

#[test]
fn what_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let country = write(folder.path(), "country", &countries().bytes());
    let asn = write(folder.path(), "asn", &asns().bytes());
    let text = write(folder.path(), "text", b"1.0.0.0,1.0.0.255,AU\n");
    let refused = |country: Option<&PathBuf>, asn: Option<&PathBuf>| {
        Atlas::open(country.map(PathBuf::as_path), asn.map(PathBuf::as_path)).unwrap_err()
    };
    assert!(matches!(refused(Some(&asn), None), AtlasError::Other { wanted: "country", .. }));
    assert!(matches!(refused(None, Some(&country)), AtlasError::Other { .. }));
    assert!(matches!(refused(Some(&text), None), AtlasError::Damaged { .. }));
    let absent = folder.path().join("absent");
    assert!(matches!(refused(Some(&absent), None), AtlasError::Read { .. }));
    let error = refused(Some(&text), None).to_string();
    assert!(error.contains("text: no MMDB file, or a damaged one"), "{error}");
}

/// 32 nodes whose sides both lead to the next one have 2 to the power of 32 leaves.
#[test]
fn a_tree_that_leads_in_circles() {
    let record = Value::Map(vec![("country_code", Value::Text("AU"))]);
    let mut bytes = File { ip_version: 4, networks: vec![(0, 32, record)] }.bytes();
    for node in bytes.chunks_exact_mut(6).take(32) {
        node.copy_within(..3, 3);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "circles", &bytes);
    let error = Atlas::open(Some(&path), None).unwrap_err().to_string();
    assert!(error.contains("in circles"), "{error}");
    for node in bytes.chunks_exact_mut(6).take(32) {
        node.fill(0);
    }
    let path = write(folder.path(), "circles", &bytes);
    assert!(matches!(Atlas::open(Some(&path), None), Err(AtlasError::Damaged { .. })));
}

#[test]
fn a_small_file_damaged_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let good = countries().bytes();
    for at in 0..good.len() {
        for mask in [0x01, 0x10, 0x80, 0xFF] {
            let mut bytes = good.clone();
            bytes[at] ^= mask;
            let path = write(folder.path(), "damaged", &bytes);
            if let Ok(atlas) = Atlas::open(Some(&path), None) {
                atlas.of("1.0.0.1".parse().unwrap());
                atlas.of("2a00::1".parse().unwrap());
            }
        }
        let path = write(folder.path(), "damaged", &good[..at]);
        assert!(Atlas::open(Some(&path), None).is_err(), "{at}");
    }
}
