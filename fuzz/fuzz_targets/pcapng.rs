//! Any bytes behind a pcapng section with an Ethernet interface; the first byte chooses the order.

#![no_main]

mod reading;

use libfuzzer_sys::fuzz_target;

const BIG: &[u8] = b"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\x01\0\0\
    \xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x1c\
    \0\0\0\x01\0\0\0\x14\0\x01\0\0\0\0\0\0\0\0\0\x14";

const LITTLE: &[u8] = b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0\
    \xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0\
    \x01\0\0\0\x14\0\0\0\x01\0\0\0\0\0\0\0\x14\0\0\0";

fuzz_target!(|bytes: &[u8]| {
    let Some((order, blocks)) = bytes.split_first() else { return };
    let start = if order & 1 == 0 { LITTLE } else { BIG };
    reading::read(&[start, blocks].concat());
});
