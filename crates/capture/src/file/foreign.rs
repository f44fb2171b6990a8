//! Files that are no pcap and no pcapng, refused by name where their first bytes tell it.

use super::bytes::Order;
use super::error::Stop;
use super::input::Input;

const CONVERT: &str = "convert it to pcapng, for example with Wireshark's editcap";
const UNPACK: &str = "unpack it first";

/// First bytes, the format, and what to do. The formats are those that Wireshark's wiretap library
/// (wiretap/*.c) and the file utility's magic database describe.
const FORMATS: &[(&[u8], &str, &str)] = &[
    (b"snoop\0\0\0", "a snoop capture (RFC 1761)", CONVERT),
    (b"btsnoop\0", "a Bluetooth HCI log (btsnoop)", "it holds no IP packets"),
    (b"GMBU", "a Microsoft Network Monitor 2 capture", CONVERT),
    (b"RTSS", "a Microsoft Network Monitor 1 capture", CONVERT),
    (b"TRSNIFF data    \x1a", "a Sniffer (DOS) capture", CONVERT),
    (b"XCP\0", "a NetXray or Sniffer (Windows) capture", CONVERT),
    (b"NetS", "a NetScaler trace", CONVERT),
    (b"\x1c\0\x01\xab", "an Ixia lcap capture", CONVERT),
    (b"\x1c\0\x01\xac", "an Ixia lcap capture", CONVERT),
    (b"\xab\x01\0\x1c", "an Ixia lcap capture", CONVERT),
    (b"\xac\x01\0\x1c", "an Ixia lcap capture", CONVERT),
    (b"\xa1\xb2\x34\xcd", "a pcap file in an unfinished format of 1999", CONVERT),
    (b"\xcd\x34\xb2\xa1", "a pcap file in an unfinished format of 1999", CONVERT),
    (b"PK\x03\x04", "a zip archive", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!\x1a\x07", "a rar archive", UNPACK),
    (b"\x04\x22\x4d\x18", "compressed with lz4", UNPACK),
    (b"\x1f\x9d", "compressed with compress(1)", UNPACK),
    (b"\x89LZO\0", "compressed with lzop", UNPACK),
    (b"LZIP", "compressed with lzip", UNPACK),
    (b"\x5d\0\0", "compressed with lzma", "unpack it first, or use xz"),
];

/// Where a tar archive says so (POSIX pax, `magic`).
const TAR: (usize, &[u8]) = (257, b"ustar");

/// How many first bytes an error shows.
const SHOWN: usize = 8;

/// Says what this is instead of a capture that we read.
pub(super) fn refuse(input: &mut Input) -> Result<Stop, Stop> {
    let (place, tar) = TAR;
    input.ensure(place.saturating_add(tar.len()))?;
    let first = input.ahead();
    let known = FORMATS.iter().find(|(magic, ..)| first.starts_with(magic));
    if let Some(&(_, format, advice)) = known {
        return Ok(Stop::Foreign { format, advice });
    }
    if first.get(place..).is_some_and(|rest| rest.starts_with(tar)) {
        return Ok(Stop::Foreign { format: "a tar archive", advice: UNPACK });
    }
    if looks_like_erf(first) {
        return Ok(Stop::Foreign { format: "an Endace ERF capture", advice: CONVERT });
    }
    Ok(Stop::NotACapture(first.get(..SHOWN).unwrap_or(first).to_vec()))
}

/// Seconds since 1970 between which an ERF record's time is believed: 1990 and 2100.
const ERF_TIMES: std::ops::Range<u32> = 631_152_000..4_102_444_800;

/// ERF has no magic. Its first record begins with the time (fraction, then seconds, little-endian),
/// the type (1 to 48; the highest bit says that extension headers follow), flags (the two highest
/// bits unused), and the record's length, at least 16 (Endace "ERF types reference guide").
fn looks_like_erf(first: &[u8]) -> bool {
    let seconds = Order::Little.u32(first, 4);
    let length = Order::Big.u16(first, 10);
    let (Some(kind), Some(flags)) = (first.get(8), first.get(9)) else { return false };
    ERF_TIMES.contains(&seconds)
        && (1..=48).contains(&(kind & 0x7f))
        && flags & 0xc0 == 0
        && length >= 16
}
