//! Any bytes behind the magic number of a compression, which the first byte chooses.

#![no_main]

mod reading;

use libfuzzer_sys::fuzz_target;

const MAGIC: [&[u8]; 6] = [
    b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
    b"\x28\xb5\x2f\xfd",
    b"BZh1",
    b"\xfd7zXZ\0",
    b"\x50\x2a\x4d\x18",
    b"",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let magic = MAGIC[usize::from(*choice) % MAGIC.len()];
    reading::read(&[magic, rest].concat());
});
