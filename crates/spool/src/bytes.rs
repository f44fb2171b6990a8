//! Little-endian numbers out of bytes, and the checksum over them.

use twox_hash::XxHash3_64;

/// Takes so many bytes from the front.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*first)
}

/// Takes numbers of eight bytes from the front.
pub(crate) fn take_numbers<const N: usize>(bytes: &mut &[u8]) -> Option<[u64; N]> {
    let mut numbers = [0; N];
    for number in &mut numbers {
        *number = u64::from_le_bytes(take(bytes)?);
    }
    Some(numbers)
}

/// Checksums of one spool: XXH3-64 with a seed that is the spool's own, so that what an older spool
/// left on the disk's blocks is no record of this one, and no payload can be made to look like one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seal(u64);

impl Seal {
    /// Of what is read before the generation is known.
    pub(crate) const PLAIN: Seal = Seal(0);

    pub(crate) fn of(generation: u128) -> Self {
        let [low, high] = [generation, generation >> 64].map(|half| half as u64);
        Seal(low ^ high.rotate_left(32))
    }

    pub(crate) fn over(self, bytes: &[u8]) -> u64 {
        XxHash3_64::oneshot_with_seed(self.0, bytes)
    }
}
