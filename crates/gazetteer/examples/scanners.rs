//! Packs lists of scanners into the one that is compiled in: see data/README.md.
//!
//!     cargo run -p gazetteer --example scanners -- OUT LIST ... [--others LIST ...]
//!
//! Of the lists behind `--others` only operators are taken that no list before it names.

use std::collections::HashSet;
use std::error::Error;
use std::fmt::Write;

use gazetteer::Scanners;
use ipnet::IpNet;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (out, lists) = arguments.split_first().ok_or("give OUT and lists")?;
    let (lists, others) = match lists.iter().position(|argument| argument == "--others") {
        Some(at) => (lists.get(..at).unwrap_or_default(), lists.get(at + 1..).unwrap_or_default()),
        None => (lists, &[][..]),
    };
    let first = Scanners::from_files(lists)?;
    let second = Scanners::from_files(others)?;
    let named: HashSet<&str> = first.networks().map(|(_, operator)| operator).collect();
    let mut rows: Vec<(IpNet, &str)> = first.networks().collect();
    rows.extend(second.networks().filter(|(_, operator)| !named.contains(operator)));
    rows.sort();
    rows.dedup_by_key(|(network, _)| *network);
    let mut text = String::new();
    for (network, operator) in &rows {
        writeln!(text, "{network}\t{operator}")?;
    }
    let packed = zstd::bulk::compress(text.as_bytes(), 19)?;
    std::fs::write(out, &packed)?;
    println!("{} entries were no networks", first.unread() + second.unread());
    println!("{} networks, {} bytes, packed {}", rows.len(), text.len(), packed.len());
    Ok(())
}
