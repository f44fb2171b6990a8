//! Every format: by hand, and what others wrote.

mod arf;
mod clamav;
mod form;
mod mail;
mod table;
mod workbook;
mod xarf;

use std::path::PathBuf;

use incident::Micros;
use incident::record::{AccessReport, Body, Channel, Disposition, Draft, VirusReport};

use crate::{Arrival, Reading, read};

/// 2005-05-12 in Tokyo.
const RECEIVED: Micros = 1_115_823_600_000_000;

fn of(bytes: &[u8], channel: Channel) -> Reading {
    let reading =
        read(&Arrival { bytes, channel, received: RECEIVED, format: None, zone: "Asia/Tokyo" });
    let fates = reading.read + reading.refused + reading.other;
    assert!(fates >= reading.rows.len() as u64);
    assert!(reading.drafts.len() as u64 <= reading.read);
    assert!(reading.drafts.iter().all(|placed| placed.draft.body.check().is_ok()));
    reading
}

/// The one draft of an item that is read whole.
fn draft(bytes: &[u8], channel: Channel) -> Draft {
    let reading = of(bytes, channel);
    assert_eq!(reading.disposition(), Disposition::Parsed, "{:?}", reading.faults());
    assert_eq!(reading.drafts.len(), 1);
    reading.drafts[0].draft.clone()
}

fn virus(draft: &Draft) -> &VirusReport {
    match &draft.body {
        Body::Virus(report) => report,
        other => panic!("{other:?}"),
    }
}

fn access(draft: &Draft) -> &AccessReport {
    match &draft.body {
        Body::Access(report) => report,
        other => panic!("{other:?}"),
    }
}

/// A file of the shared data; none, and a word about it, where it is absent.
fn shared(path: &str) -> Option<Vec<u8>> {
    let file =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !file.exists() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{} is absent", file.display());
        eprintln!("skipped: {} is absent", file.display());
        return None;
    }
    Some(std::fs::read(file).unwrap())
}
