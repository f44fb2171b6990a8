//! Captures written: pcap and pcapng.

use std::io::Write;

use observation::{Micros, SECOND};

/// A frame as a capture file holds it.
#[derive(Clone, Debug)]
pub struct Frame {
    /// When it came.
    pub time: Micros,
    /// The bytes that were captured.
    pub bytes: Vec<u8>,
    /// How many there were on the wire.
    pub wire_length: u32,
}

/// Both formats number Ethernet so.
const ETHERNET: u16 = 1;
const SNAP_LENGTH: u32 = 65_535;

/// Writes the header of a pcap file: little-endian, microseconds
/// (draft-ietf-opsawg-pcap, section 4).
///
/// # Errors
/// What the writer says.
pub fn pcap_header(to: &mut impl Write) -> std::io::Result<()> {
    to.write_all(&0xa1b2_c3d4_u32.to_le_bytes())?;
    to.write_all(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
    to.write_all(&SNAP_LENGTH.to_le_bytes())?;
    to.write_all(&u32::from(ETHERNET).to_le_bytes())
}

/// Writes one record of a pcap file. Times are those of 1970 to 2106.
///
/// # Errors
/// What the writer says.
pub fn pcap_record(to: &mut impl Write, frame: &Frame) -> std::io::Result<()> {
    let seconds = frame.time.div_euclid(SECOND) as u32;
    let micros = frame.time.rem_euclid(SECOND) as u32;
    for word in [seconds, micros, frame.bytes.len() as u32, frame.wire_length] {
        to.write_all(&word.to_le_bytes())?;
    }
    to.write_all(&frame.bytes)
}

/// Writes a pcapng file of two interfaces that take turns: one of microseconds (the default), one
/// of nanoseconds (draft-ietf-opsawg-pcapng, sections 4.1 to 4.3).
///
/// # Errors
/// What the writer says.
pub fn pcapng(to: &mut impl Write, frames: &[Frame]) -> std::io::Result<()> {
    let mut section = vec![0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0];
    section.extend([0xff; 8]);
    block(to, 0x0a0d_0d0a, &section)?;
    let mut interface = [ETHERNET.to_le_bytes(), [0; 2]].concat();
    interface.extend(SNAP_LENGTH.to_le_bytes());
    block(to, 1, &interface)?;
    // Option if_tsresol (9), one byte: 10⁻⁹ s; then the end of options.
    interface.extend([9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
    block(to, 1, &interface)?;
    for (index, frame) in frames.iter().enumerate() {
        enhanced(to, (index % 2) as u32, frame)?;
    }
    Ok(())
}

fn enhanced(to: &mut impl Write, interface: u32, frame: &Frame) -> std::io::Result<()> {
    let ticks = frame.time as u64 * if interface == 0 { 1 } else { 1_000 };
    let (high, low) = ((ticks >> 32) as u32, ticks as u32);
    let mut body = Vec::new();
    for word in [interface, high, low, frame.bytes.len() as u32, frame.wire_length] {
        body.extend(word.to_le_bytes());
    }
    body.extend(&frame.bytes);
    body.resize(body.len().next_multiple_of(4), 0);
    block(to, 6, &body)
}

fn block(to: &mut impl Write, kind: u32, body: &[u8]) -> std::io::Result<()> {
    let length = (12 + body.len() as u32).to_le_bytes();
    to.write_all(&kind.to_le_bytes())?;
    to.write_all(&length)?;
    to.write_all(body)?;
    to.write_all(&length)
}
