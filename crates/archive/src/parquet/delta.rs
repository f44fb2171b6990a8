//! Long numbers by their differences: Parquet's DELTA_BINARY_PACKED.
//!
//! A header (values of a block, miniblocks of a block, number of values, first value) and blocks:
//! the least difference, a width for each miniblock, and the differences less the least one, packed.

use super::hybrid::put_varint;

/// Values of a block, and of each of its miniblocks: what most writers use.
const BLOCK: usize = 128;
const MINI: usize = 32;

/// Packs the values behind what stands in `out`.
pub(super) fn pack(values: &[i64], out: &mut Vec<u8>) {
    for head in [BLOCK, BLOCK / MINI, values.len()] {
        put_varint(head as u64, out);
    }
    let (first, rest) = values.split_first().map_or((0, &[][..]), |(&first, rest)| (first, rest));
    put_varint(zigzag(first), out);
    let mut before = first;
    for block in rest.chunks(BLOCK) {
        let mut differences = [0_i64; BLOCK];
        for (difference, &value) in differences.iter_mut().zip(block) {
            *difference = value.wrapping_sub(before);
            before = value;
        }
        pack_block(differences.get_mut(..block.len()).unwrap_or_default(), out);
    }
}

fn pack_block(differences: &mut [i64], out: &mut Vec<u8>) {
    let least = differences.iter().copied().min().unwrap_or_default();
    put_varint(zigzag(least), out);
    for difference in &mut *differences {
        *difference = difference.wrapping_sub(least);
    }
    let width_of = |mini: &[i64]| {
        let any = mini.iter().fold(0, |any, &value| any | value.cast_unsigned());
        u64::BITS - any.leading_zeros()
    };
    // Miniblocks that hold nothing have a width all the same, and no bytes.
    let mut widths = [0_u32; BLOCK / MINI];
    for (width, mini) in widths.iter_mut().zip(differences.chunks(MINI)) {
        *width = width_of(mini);
    }
    out.extend(widths.iter().map(|&width| u8::try_from(width).unwrap_or(64)));
    for (&width, mini) in widths.iter().zip(differences.chunks(MINI)) {
        pack_mini(mini, width, out);
    }
}

/// A miniblock of values of so many bits each; it is filled up with zeros.
fn pack_mini(values: &[i64], width: u32, out: &mut Vec<u8>) {
    let mut packed = 0_u128;
    let mut bits = 0;
    let end = out.len() + MINI * width as usize / 8;
    for &value in values {
        packed |= u128::from(value.cast_unsigned()) << bits;
        bits += width;
        if bits >= u64::BITS {
            out.extend((packed as u64).to_le_bytes());
            packed >>= u64::BITS;
            bits -= u64::BITS;
        }
    }
    out.extend((packed as u64).to_le_bytes());
    out.resize(end, 0);
}

/// Signed numbers by their size: 0, -1, 1, -2, …
fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}
