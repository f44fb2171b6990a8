//! Captures built by hand.

use std::io::Write;

use crate::file::bytes::Order;

/// Bytes that grow by numbers in one byte order.
#[derive(Clone)]
pub(super) struct Bytes {
    pub(super) order: Order,
    pub(super) bytes: Vec<u8>,
}

impl Bytes {
    pub(super) fn new(order: Order) -> Bytes {
        Bytes { order, bytes: Vec::new() }
    }

    pub(super) fn raw(mut self, bytes: &[u8]) -> Bytes {
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub(super) fn u16(self, number: u16) -> Bytes {
        match self.order {
            Order::Big => self.raw(&number.to_be_bytes()),
            Order::Little => self.raw(&number.to_le_bytes()),
        }
    }

    pub(super) fn u32(self, number: u32) -> Bytes {
        match self.order {
            Order::Big => self.raw(&number.to_be_bytes()),
            Order::Little => self.raw(&number.to_le_bytes()),
        }
    }

    pub(super) fn u64(self, number: u64) -> Bytes {
        match self.order {
            Order::Big => self.raw(&number.to_be_bytes()),
            Order::Little => self.raw(&number.to_le_bytes()),
        }
    }

    fn padded(mut self) -> Bytes {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self
    }

    /// A pcap file's header.
    pub(super) fn pcap(self, magic: u32, version: (u16, u16), link: u32) -> Bytes {
        self.u32(magic).u16(version.0).u16(version.1).u32(0).u32(0).u32(65_535).u32(link)
    }

    /// A pcap record: time, captured bytes, wire length.
    pub(super) fn record(self, time: (u32, u32), bytes: &[u8], wire: u32) -> Bytes {
        self.u32(time.0).u32(time.1).u32(bytes.len() as u32).u32(wire).raw(bytes)
    }

    /// A pcapng block around a body.
    pub(super) fn block(self, kind: u32, body: impl FnOnce(Bytes) -> Bytes) -> Bytes {
        let body = body(Bytes::new(self.order)).padded();
        let length = body.bytes.len() as u32 + 12;
        self.u32(kind).u32(length).raw(&body.bytes).u32(length)
    }

    /// A section header of unknown section length.
    pub(super) fn section(self) -> Bytes {
        self.block(0x0a0d_0d0a, |body| body.u32(0x1a2b_3c4d).u16(1).u16(0).u64(u64::MAX))
    }

    pub(super) fn interface(self, link: u16, snap: u32, options: &[(u16, &[u8])]) -> Bytes {
        self.block(1, |body| body.u16(link).u16(0).u32(snap).options(options))
    }

    pub(super) fn enhanced(self, id: u32, time: u64, bytes: &[u8], wire: u32) -> Bytes {
        let (high, low) = ((time >> 32) as u32, time as u32);
        let length = bytes.len() as u32;
        self.block(6, |body| {
            body.u32(id).u32(high).u32(low).u32(length).u32(wire).raw(bytes).padded()
        })
    }

    pub(super) fn simple(self, bytes: &[u8], wire: u32) -> Bytes {
        self.block(3, |body| body.u32(wire).raw(bytes))
    }

    pub(super) fn statistics(self, id: u32, options: &[(u16, &[u8])]) -> Bytes {
        self.block(5, |body| body.u32(id).u64(0).options(options))
    }

    pub(super) fn options(mut self, options: &[(u16, &[u8])]) -> Bytes {
        for (option, value) in options {
            self = self.u16(*option).u16(value.len() as u16).raw(value).padded();
        }
        if options.is_empty() { self } else { self.u32(0) }
    }
}

/// A small capture of five packets and its record boundaries, the header's end first.
pub(super) fn small_pcap() -> (Vec<u8>, Vec<usize>) {
    let mut file = Bytes::new(Order::Little).pcap(0xa1b2_c3d4, (2, 4), 1);
    let mut boundaries = vec![file.bytes.len()];
    for packet in 0..5_u8 {
        file = file.record((u32::from(packet), 7), &vec![packet; usize::from(packet) * 9], 100);
        boundaries.push(file.bytes.len());
    }
    (file.bytes, boundaries)
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Bytes that do not compress, the same each time.
pub(super) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}
