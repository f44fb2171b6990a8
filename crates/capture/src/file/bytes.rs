//! Numbers from bytes, in either byte order.

/// The order in which a file stores its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Big,
    Little,
}

impl Order {
    /// The 16-bit number at `at`; 0 beyond the end.
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let word = array(bytes, at);
        match self {
            Order::Big => u16::from_be_bytes(word),
            Order::Little => u16::from_le_bytes(word),
        }
    }

    /// The 32-bit number at `at`; 0 beyond the end.
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let word = array(bytes, at);
        match self {
            Order::Big => u32::from_be_bytes(word),
            Order::Little => u32::from_le_bytes(word),
        }
    }

    /// The 64-bit number at `at`; 0 beyond the end.
    pub(super) fn u64(self, bytes: &[u8], at: usize) -> u64 {
        let word = array(bytes, at);
        match self {
            Order::Big => u64::from_be_bytes(word),
            Order::Little => u64::from_le_bytes(word),
        }
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}
