//! `evaluate [SLAMMER.csv.gz]...`: the table of docs/detection.md.
//!
//! Each file is a year of SQL Slammer at a real telescope: lines of time, source, destination port. Of
//! coverage nothing is known.

use std::error::Error;
use std::io::Read;
use std::path::Path;

use detect::evaluate::{Background, Plan, evaluate, table};
use detect::{Roll, Service, Sighting};
use flate2::read::GzDecoder;
use observation::{Kind, protocol};

fn main() -> Result<(), Box<dyn Error>> {
    let plan =
        Plan { sizes: vec![2.0, 3.0, 5.0], trials: 60, alarms_a_month: 0.5, least: 10.0, seed: 1 };
    let mut lines = Vec::new();
    for path in std::env::args().skip(1) {
        let background = slammer(Path::new(&path))?;
        lines.extend(evaluate(&background, &plan));
    }
    print!("{}", table(&lines));
    Ok(())
}

fn slammer(path: &Path) -> Result<Background, Box<dyn Error>> {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
    let mut roll = Roll::default();
    let point = roll.id(&"telescope".parse()?).ok_or("no room for a point")?;
    let service = Service::udp(1434);
    let mut sightings = Vec::new();
    for line in text.lines().skip(1) {
        let plain = line.replace('"', "");
        let mut fields = plain.split(',');
        let (Some(time), Some(src)) = (fields.next(), fields.next()) else { continue };
        let moment: jiff::civil::DateTime = time.parse()?;
        let time = moment.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp().as_microsecond();
        sightings.push(Sighting {
            time,
            duration: 0,
            point,
            src: src.parse()?,
            dst: None,
            protocol: protocol::UDP,
            src_port: None,
            dst_port: service.dst_port(),
            icmp_type: None,
            kind: Some(Kind::Udp),
            packets: 1,
            tcp_flags: 0,
            tool: None,
            quoted: None,
            payload: None,
            is_scanner: false,
        });
    }
    sightings.sort_by_key(|row| row.time);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("").replace(".csv.gz", "");
    let name = name.replace("timestamp_", "");
    Ok(Background { name, sightings, roll, ..Background::default() })
}
