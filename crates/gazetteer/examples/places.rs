//! Packs ranges of addresses into the table that is compiled in: see data/README.md.
//!
//!     cargo run -p gazetteer --example places -- NAME DAY OUT < ranges.csv
//!
//! Lines are `first,last,country`; DAY is the day of the data in days since 1970-01-01. The same
//! lines give the same bytes.

use std::error::Error;
use std::io::{BufRead, stdin};

use gazetteer::Country;
use gazetteer::place::{Range, pack};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, day, out] = arguments.as_slice() else {
        return Err("give NAME, DAY and OUT".into());
    };
    let mut ranges = Vec::new();
    for line in stdin().lock().lines() {
        let line = line?;
        ranges.push(range(&line).ok_or_else(|| format!("not first,last,country: {line}"))?);
    }
    let packed = pack(name, day.parse()?, ranges.iter().copied())?;
    std::fs::write(out, &packed)?;
    println!("{} ranges in {} bytes", ranges.len(), packed.len());
    Ok(())
}

fn range(line: &str) -> Option<Range> {
    let mut cells = line.split(',');
    let first = cells.next()?.parse().ok()?;
    let last = cells.next()?.parse().ok()?;
    let country = Country::parse(cells.next()?)?;
    Some(Range { first, last, country })
}
