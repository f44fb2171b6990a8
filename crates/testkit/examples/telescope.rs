//! `telescope OUT.pcap PACKETS SEED`: a month of SYNs to ten dark points of 32 addresses each.
//!
//! Point K watches 198.18.K.0/27, from 2025-10-01T00:00:00Z on. `cargo xtask bench` measures on it
//! where no richer generator is at hand.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::Ipv4Addr;

use observation::{DAY, SECOND};
use testkit::Random;
use testkit::file::{Frame, pcap_header, pcap_record};
use testkit::frame::{Ip, Segment, ethernet, tcp};

const BEGIN: i64 = 1_759_276_800 * SECOND;
const PORTS: [u16; 10] = [23, 22, 445, 1433, 80, 443, 3389, 8080, 5555, 6379];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, packets, seed] = arguments.as_slice() else {
        return Err("usage: telescope OUT.pcap PACKETS SEED".into());
    };
    write(out, packets.parse()?, Random::new(seed.parse()?))?;
    Ok(())
}

fn write(out: &str, packets: i64, mut random: Random) -> std::io::Result<()> {
    let mut to = BufWriter::new(File::create(out)?);
    pcap_header(&mut to)?;
    for packet in 0..packets {
        let time = BEGIN + packet * (31 * DAY / packets.max(1));
        let bytes = syn(&mut random);
        let wire_length = bytes.len() as u32;
        pcap_record(&mut to, &Frame { time, bytes, wire_length })?;
    }
    to.flush()
}

fn syn(random: &mut Random) -> Vec<u8> {
    // The square of a uniform number: a few sources are heavy, most are not.
    let rank = (random.below(1 << 20) * random.below(1 << 20)) >> 20;
    let src = Ipv4Addr::from_bits(0x0b00_0000 + rank as u32 * 509);
    let place = random.below(320) as u32;
    let dst = Ipv4Addr::from_bits(0xc612_0000 | (place / 32) << 8 | (place % 32));
    let port = random.one_of(&PORTS, 23);
    let ports = (random.client_port(), if random.below(4) == 0 { random.short() } else { port });
    let segment =
        Segment { ports, seq: random.word(), flags: 2, window: 1024, ..Segment::default() };
    ethernet(&tcp(&Ip::new(src.into(), dst.into()), &segment).bytes, &[])
}
