//! Any bytes as an item of the format that the first byte chooses.
//!
//! Workbooks are not here: their reader is not ours, and that it panics is caught, which libFuzzer does not
//! let happen. Damaged ones are among the room's tests.

#![no_main]

use incident::record::Channel;
use intake::{Arrival, Format, Reading, read};
use libfuzzer_sys::fuzz_target;

const FORMATS: [Option<Format>; 7] = [
    None,
    Some(Format::Form),
    Some(Format::Mail),
    Some(Format::Xarf),
    Some(Format::Csv),
    Some(Format::Vcdb),
    Some(Format::Clamav),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let format = FORMATS.get(usize::from(choice % 7)).copied().flatten();
    if format.is_none() && bytes.starts_with(b"PK") {
        return;
    }
    let item = Arrival { bytes, channel: Channel::File, received: 0, format, zone: "Asia/Tokyo" };
    let reading: Reading = read(&item);
    assert_eq!(reading, read(&item));
    // Every row has a fate, and every draft can be taken in.
    assert!(reading.read + reading.refused + reading.other >= reading.rows.len() as u64);
    assert!(reading.drafts.len() as u64 <= reading.read);
    assert!(reading.drafts.iter().all(|placed| placed.draft.body.check().is_ok()));
    drop(reading.faults());
});
