//! Small numbers as Parquet packs them: runs of one value beside bit-packed groups of eight.
//!
//! The format is "Run Length Encoding / Bit-Packing Hybrid" of Parquet's document on encodings: a run
//! is a header (its length shifted left by one, LEB128) and the value in whole bytes; groups are a
//! header (their number shifted left by one, plus one) and eight values of `width` bits each, the
//! lowest bits first.

use arrow_buffer::BooleanBuffer;

/// Values of a group.
const GROUP: usize = 8;
/// A run pays when it is at least so long: shorter ones would cost more headers than they save.
const RUN: usize = 2 * GROUP;

/// The bits that numbers up to `most` take.
pub(super) fn width(most: u16) -> u8 {
    u8::try_from(u16::BITS - most.leading_zeros()).unwrap_or(16)
}

/// Packs `codes`, each of at most `width` bits (16 at most), behind what stands in `out`.
pub(super) fn pack(codes: &[u16], width: u8, out: &mut Vec<u8>) {
    let mut rest = codes;
    let mut loose: &[u16] = &[];
    while let Some(&first) = rest.first() {
        let same = run(rest, first);
        if same >= RUN {
            pack_groups(loose, width, out);
            put_run(same, first, width, out);
            rest = rest.get(same..).unwrap_or_default();
            loose = &[];
            continue;
        }
        let before = loose.len();
        let begun = codes.len() - rest.len() - before;
        let end = (begun + before + GROUP).min(codes.len());
        loose = codes.get(begun..end).unwrap_or_default();
        rest = codes.get(end..).unwrap_or_default();
    }
    pack_groups(loose, width, out);
}

/// A run of one value.
pub(super) fn put_run(length: usize, value: u16, width: u8, out: &mut Vec<u8>) {
    put_varint((length as u64) << 1, out);
    let bytes = value.to_le_bytes();
    out.extend(bytes.iter().take(usize::from(width.div_ceil(8))));
}

/// Single bits, eight to a group.
pub(super) fn put_bits(bits: &BooleanBuffer, out: &mut Vec<u8>) {
    let groups = bits.len().div_ceil(GROUP);
    put_varint((groups as u64) << 1 | 1, out);
    let chunks = bits.bit_chunks();
    let end = out.len() + groups;
    out.extend(chunks.iter_padded().flat_map(u64::to_le_bytes));
    out.truncate(end);
}

/// How many codes from the first on are `first`; counting ends with the first group that is not.
fn run(codes: &[u16], first: u16) -> usize {
    let groups = codes.chunks_exact(GROUP);
    let whole = groups.take_while(|group| group.iter().all(|&code| code == first)).count() * GROUP;
    if whole < RUN {
        return whole;
    }
    let tail = codes.get(whole..).unwrap_or_default();
    whole + tail.iter().take_while(|&&code| code == first).count()
}

/// Groups of eight; the last one is filled up with zeros.
fn pack_groups(codes: &[u16], width: u8, out: &mut Vec<u8>) {
    if codes.is_empty() {
        return;
    }
    put_varint((codes.len().div_ceil(GROUP) as u64) << 1 | 1, out);
    for group in codes.chunks(GROUP) {
        // Eight values of at most 16 bits fill 128.
        let packed =
            group.iter().rev().fold(0_u128, |packed, &code| packed << width | u128::from(code));
        out.extend(packed.to_le_bytes().iter().take(usize::from(width)));
    }
}

/// Unsigned LEB128.
pub(super) fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}
