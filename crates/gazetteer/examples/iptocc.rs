//! Writes the ranges of the crate `iptocc` as lines `first,last,country`: see data/README.md.
//!
//!     cargo run -p gazetteer --example iptocc -- FOLDER_OF_THE_UNPACKED_CRATE > ranges.csv
//!
//! The crate holds two files, made for its own look-ups. Their layout was read from the program
//! that writes them, `src/bin/generate-data.rs` of version 1.4.175.

use std::error::Error;
use std::io::{BufWriter, Write, stdout};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let folder = std::env::args_os().nth(1).ok_or("give the folder of the unpacked crate")?;
    let data = Path::new(&folder).join("src/data");
    let mut out = BufWriter::new(stdout().lock());
    v4(&std::fs::read(data.join("v4.bin"))?, &mut out)?;
    v6(&std::fs::read(data.join("v6.bin"))?, &mut out)?;
    Ok(out.flush()?)
}

/// Bytes from the front of a file.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Outcome<&'a [u8]> {
        Ok(self.0.split_off(..length).ok_or("the file is too short")?)
    }

    fn count(&mut self) -> Outcome<usize> {
        Ok(number(self.take(4)?) as usize)
    }

    fn countries(&mut self) -> Outcome<Vec<&'a str>> {
        let count = self.count()?;
        self.take(2 * count)?.chunks_exact(2).map(|pair| Ok(str::from_utf8(pair)?)).collect()
    }
}

/// A little-endian number of at most 16 bytes.
fn number(bytes: &[u8]) -> u128 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// A word for each of the 65,536 networks /16: its upper two bits say whether it is one country
/// (1), none (2), or the place (0) of its transitions.
fn v4(bytes: &[u8], out: &mut impl Write) -> Outcome<()> {
    let mut bytes = Bytes(bytes);
    let blocks: Vec<u32> = bytes.take(4 << 16)?.chunks_exact(4).map(|w| number(w) as u32).collect();
    let countries = bytes.countries()?;
    let mixed = bytes.count()?;
    let bases: Vec<usize> =
        bytes.take(4 * (mixed + 1))?.chunks_exact(4).map(|word| number(word) as usize).collect();
    let initials = bytes.take(mixed)?;
    let transitions = bytes.count()?;
    let offsets: Vec<u32> =
        bytes.take(2 * transitions)?.chunks_exact(2).map(|word| number(word) as u32).collect();
    let codes = bytes.take(transitions)?;
    let mut steps: Vec<(u32, Option<&str>)> = Vec::new();
    let country = |code: u8| countries.get(usize::from(code)).copied();
    for (block, word) in (0u32..).zip(&blocks) {
        let rest = (word & 0x3FFF_FFFF) as usize;
        match word >> 30 {
            0 => {
                steps.push((block << 16, country(*initials.get(rest).ok_or("no such block")?)));
                let (Some(from), Some(to)) = (bases.get(rest), bases.get(rest + 1)) else {
                    return Err("no such block".into());
                };
                let within = offsets.iter().zip(codes).take(*to).skip(*from);
                steps.extend(within.map(|(offset, code)| (block << 16 | offset, country(*code))));
            }
            1 => steps.push((block << 16, country(u8::try_from(rest)?))),
            _ => steps.push((block << 16, None)),
        }
    }
    let ends = steps.iter().skip(1).map(|(next, _)| next - 1).chain([u32::MAX]);
    for ((first, country), last) in steps.iter().zip(ends) {
        if let Some(country) = country {
            writeln!(out, "{},{},{country}", Ipv4Addr::from(*first), Ipv4Addr::from(last))?;
        }
    }
    Ok(())
}

/// The upper 16 bits of addresses stand before the records, with the place of their first record;
/// then indices that are not needed here; then the records, each with the next 32 bits, the length
/// of the prefix and the country; or the place of a range that is no network.
fn v6(bytes: &[u8], out: &mut impl Write) -> Outcome<()> {
    let mut bytes = Bytes(bytes);
    let mut blocks: Vec<(u8, u128)> =
        bytes.take(1 << 16)?.iter().copied().zip(0u128..).filter(|(at, _)| *at != 0xFF).collect();
    blocks.sort_unstable();
    let count = bytes.count()?;
    let firsts: Vec<usize> =
        bytes.take(4 * (count + 1))?.chunks_exact(4).map(|word| number(word) as usize).collect();
    bytes.take(2 * 257 * count)?;
    for _ in 0..2 {
        let dense = bytes.count()?;
        bytes.take(2 * dense + 2 * 514 * dense)?;
    }
    let countries = bytes.countries()?;
    let irregular = bytes.count()?;
    let irregular: Vec<&[u8]> = bytes.take(33 * irregular)?.chunks_exact(33).collect();
    let records = bytes.count()?;
    let mut records = bytes.take(6 * records)?.chunks_exact(6);
    for ((_, block), ends) in blocks.iter().zip(firsts.windows(2)) {
        let [from, to] = ends else { return Err("no block".into()) };
        for record in records.by_ref().take(to - from) {
            let (first, last, code) = range(*block, record, &irregular)?;
            let country = countries.get(usize::from(code)).ok_or("no such country")?;
            writeln!(out, "{},{},{country}", Ipv6Addr::from(first), Ipv6Addr::from(last))?;
        }
    }
    if records.next().is_some() { Err("records without a block".into()) } else { Ok(()) }
}

fn range(block: u128, record: &[u8], irregular: &[&[u8]]) -> Outcome<(u128, u128, u8)> {
    let [place @ .., length, code] = record else { return Err("no record".into()) };
    if *length == 0 {
        let range = irregular.get(number(place) as usize).ok_or("no such range")?;
        let [ends @ .., code] = range else { return Err("no range".into()) };
        let (first, last) = ends.split_at(16);
        return Ok((number(first), number(last), *code));
    }
    let first = block << 112 | number(place) << 80;
    Ok((first, first | u128::MAX >> length, *code))
}
