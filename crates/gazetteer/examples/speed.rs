//! What a look-up costs: `cargo run --release -p gazetteer --example speed [COUNTRIES.mmdb]`.

use std::error::Error;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Instant;

use gazetteer::{Atlas, Scanners};

const LOOKUPS: u64 = 5_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    measure("the shipped atlas", Atlas::shipped());
    if let Some(path) = std::env::args_os().nth(1) {
        let start = Instant::now();
        let atlas = Atlas::open(Some(path.as_ref()), None)?;
        println!("opened {} in {:.1} ms", atlas.name(), milliseconds(start));
        measure("the opened atlas", atlas);
    }
    let start = Instant::now();
    let scanners = Scanners::shipped();
    println!("scanners: first use {:.1} ms", milliseconds(start));
    each("scanners, random", |address| scanners.of(address).is_some(), random_v4);
    each("scanners, random IPv6", |address| scanners.of(address).is_some(), random_v6);
    let listed: Vec<IpAddr> = scanners.networks().map(|(network, _)| network.network()).collect();
    let any = |number| listed.get(scramble(number) as usize % listed.len()).copied();
    let any = |number| any(number).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    each("scanners, listed ones", |address| scanners.of(address).is_some(), any);
    Ok(())
}

fn measure(name: &str, atlas: Atlas) {
    let start = Instant::now();
    atlas.of(Ipv4Addr::new(1, 1, 1, 1).into());
    println!("{name}: first look-up {:.1} ms", milliseconds(start));
    each("random IPv4", |address| atlas.of(address).country.is_some(), random_v4);
    each("1,024 IPv4 again and again", |address| atlas.of(address).country.is_some(), few_v4);
    each("random IPv6", |address| atlas.of(address).country.is_some(), random_v6);
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

fn each(name: &str, found: impl Fn(IpAddr) -> bool, address: impl Fn(u64) -> IpAddr) {
    let run = |look: &dyn Fn(IpAddr) -> bool| {
        let start = Instant::now();
        let hits = (0..LOOKUPS).filter(|number| look(address(black_box(*number)))).count();
        (start.elapsed().as_nanos() as f64 / LOOKUPS as f64, hits)
    };
    let (empty, _) = run(&|address| black_box(address).is_ipv4());
    let (full, hits) = run(&|address| found(black_box(address)));
    println!("  {name}: {:.1} ns each, {hits} of {LOOKUPS} found", full - empty);
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
fn scramble(number: u64) -> u64 {
    let number = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}

fn random_v4(number: u64) -> IpAddr {
    Ipv4Addr::from_bits(scramble(number) as u32).into()
}

fn few_v4(number: u64) -> IpAddr {
    random_v4(number % 1_024)
}

fn random_v6(number: u64) -> IpAddr {
    let bits = scramble(number) & 0x0FFF_FFFF_FFFF_FFFF | 0x2000_0000_0000_0000;
    Ipv6Addr::from_bits(u128::from(bits) << 64).into()
}
