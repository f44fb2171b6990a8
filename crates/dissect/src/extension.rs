//! The chain of IPv6 extension headers (RFC 8200, section 4).

use crate::{Fragment, bytes};

/// Nothing follows (RFC 8200, section 4.7).
pub(crate) const NO_NEXT_HEADER: u8 = 59;

const FRAGMENT: u8 = 44;
const AUTHENTICATION: u8 = 51;

/// Where a chain of extension headers ended.
pub(crate) struct Chain<'a> {
    /// The last next-header value that could be read.
    pub(crate) protocol: u8,
    /// Bytes of extension headers.
    pub(crate) length: u32,
    pub(crate) fragment: Fragment,
    /// What follows the chain; none where the chain is cut off, in later fragments, and where the
    /// chain says that nothing follows.
    pub(crate) rest: Option<&'a [u8]>,
}

/// Walks from the next-header value of the fixed header through `bytes`, which follow it.
///
/// Every extension header is at least 8 bytes long, so that the walk ends.
pub(crate) fn walk(next_header: u8, bytes: &[u8]) -> Chain<'_> {
    let mut chain =
        Chain { protocol: next_header, length: 0, fragment: Fragment::Whole, rest: Some(bytes) };
    while let Some(bytes) = chain.rest
        && is_extension(chain.protocol)
    {
        chain.step(bytes);
    }
    if chain.protocol == NO_NEXT_HEADER || chain.fragment == Fragment::Later {
        chain.rest = None;
    }
    chain
}

impl<'a> Chain<'a> {
    /// Steps over the extension header that `bytes` begin with.
    fn step(&mut self, bytes: &'a [u8]) {
        let header = self.protocol;
        self.rest = None;
        let Some(&next_header) = bytes.first() else { return };
        self.protocol = next_header;
        if header == FRAGMENT {
            self.fragment = bytes::be16(bytes, 2).map_or(self.fragment, fragment);
        }
        if self.fragment == Fragment::Later {
            return;
        }
        let Some(&length) = bytes.get(1) else { return };
        let length = length_in_bytes(header, length);
        self.length = self.length.saturating_add(bytes::length(length));
        self.rest = bytes.get(length..);
    }
}

/// Hop-by-hop options, routing, fragment, authentication, destination options, mobility, HIP, Shim6
/// (IANA "IPv6 Extension Header Types", but for ESP, which hides what follows).
fn is_extension(protocol: u8) -> bool {
    matches!(protocol, 0 | 43 | FRAGMENT | AUTHENTICATION | 60 | 135 | 139 | 140)
}

/// The length of an extension header whose length field says `length`: 8-byte units beyond the
/// first 8 bytes; 4-byte units beyond the first 8 (RFC 4302); none for a fragment header.
fn length_in_bytes(header: u8, length: u8) -> usize {
    let length = usize::from(length);
    match header {
        FRAGMENT => 8,
        AUTHENTICATION => length.saturating_add(2).saturating_mul(4),
        _ => length.saturating_add(1).saturating_mul(8),
    }
}

/// Offset in 8-byte units, two reserved bits, and whether more fragments follow.
fn fragment(offset_and_more: u16) -> Fragment {
    match (offset_and_more & 0xfff8, offset_and_more & 1) {
        (0, 0) => Fragment::Whole,
        (0, _) => Fragment::First,
        _ => Fragment::Later,
    }
}
