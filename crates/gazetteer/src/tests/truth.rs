//! How often places are right.

use std::net::{IpAddr, Ipv4Addr};

use crate::{Atlas, Country};

use super::shared;

/// Addresses and their countries, as Team Cymru's service answered on 2025-03-12.
fn cymru() -> Option<Vec<(Ipv4Addr, String)>> {
    let path = shared::file("geo/truth/cymru_slammer_2011.txt")?;
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let known = rows.filter(|cells| cells[3].len() == 2);
    Some(known.map(|cells| (cells[1].parse().unwrap(), cells[3].to_owned())).collect())
}

/// How many of the truth an atlas agrees with, and of how many.
fn right(atlas: &Atlas, truth: &[(Ipv4Addr, String)]) -> (usize, usize) {
    let agrees = |(address, country): &&(Ipv4Addr, String)| {
        atlas.of((*address).into()).country.is_some_and(|told| told.as_str() == country)
    };
    (truth.iter().filter(agrees).count(), truth.len())
}

#[test]
fn the_shipped_countries_are_right() {
    let Some(truth) = cymru() else { return };
    let (right, all) = right(&Atlas::shipped(), &truth);
    println!("shipped: {right} of {all}");
    assert_eq!(all, 1_344);
    assert!(right * 100 >= all * 97, "{right} of {all}");
}

#[test]
fn an_mmdb_is_as_right_as_its_makers_are() {
    let (Some(truth), Some(bytes)) = (cymru(), shared::iptoasn("iptoasn-country.mmdb")) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("iptoasn-country.mmdb");
    std::fs::write(&path, bytes).unwrap();
    let atlas = Atlas::open(Some(&path), None).unwrap();
    let (right, all) = right(&atlas, &truth);
    println!("{}: {right} of {all}", atlas.name());
    // INDEX.tsv of the shared data, reckoned with another reader: 94.6 %.
    assert_eq!((right * 1_000 + all / 2) / all, 946, "{right} of {all}");
    assert!(!atlas.knows_asns());
    // 2026-06-17 and the days about it.
    assert!((20_615..20_630).contains(&atlas.date().unwrap()), "{:?}", atlas.date());
}

/// Another maker's reading of the registries, of another day: most of the space must agree.
#[test]
fn the_shipped_countries_agree_with_another_reading() {
    let name = "geo/ip-location-db-asn-country-2.3.2026061719.tgz";
    let Some(archive) = shared::file(name) else { return };
    let atlas = Atlas::shipped();
    for (member, least) in [("asn-country-ipv4.csv", 0.985), ("asn-country-ipv6.csv", 0.98)] {
        let text = shared::member(&archive, &format!("package/{member}"));
        let (mut agree, mut all) = (0.0, 0.0);
        for line in str::from_utf8(&text).unwrap().lines() {
            let cells: Vec<&str> = line.split(',').collect();
            let (first, last) = (cells[0].parse().unwrap(), cells[1].parse().unwrap());
            let weight = width(first, last);
            all += weight;
            if atlas.of(first).country == Country::parse(cells[2]) {
                agree += weight;
            }
        }
        println!("{member}: {:.2} % of the addresses", agree / all * 100.0);
        assert!(agree / all >= least, "{member}: {}", agree / all);
    }
}

fn width(first: IpAddr, last: IpAddr) -> f64 {
    match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => f64::from(last.to_bits() - first.to_bits()) + 1.0,
        (IpAddr::V6(first), IpAddr::V6(last)) => (last.to_bits() - first.to_bits()) as f64,
        _ => panic!("two families"),
    }
}

#[test]
fn addresses_without_a_place() {
    let atlas = Atlas::shipped();
    for nowhere in ["10.0.0.1", "192.0.2.1", "224.0.0.1", "::1", "2002:808:808::", "2001::808"] {
        assert_eq!(atlas.of(nowhere.parse().unwrap()).country, None, "{nowhere}");
    }
    let plain = atlas.of("193.0.6.139".parse().unwrap());
    assert_eq!(plain.country, Country::parse("NL"));
    assert_eq!(atlas.of("::ffff:193.0.6.139".parse().unwrap()), plain);
    assert_eq!(atlas.of("2001:200::1".parse().unwrap()).country, Country::parse("JP"));
}

#[test]
fn what_the_shipped_database_is() {
    let atlas = Atlas::shipped();
    assert_eq!(atlas.name(), "iptocc 1.4.175");
    assert_eq!(atlas.date(), Some(20_758));
    assert_eq!(atlas.digest().len(), 64);
    assert!(!atlas.knows_asns());
}
