//! A spool without room: what is there stays, what is new is counted.

use delivery::Freshness;
use observation::Fates;
use spool::{Lane, Limits, Most, Record};

use super::stream::Stream;
use super::*;
use crate::begin::{self, Past};
use crate::record::{ACCESSES, COVERAGES, access, coverage, freshness_of};
use crate::source::now;
use crate::{Report, Stop, run};

fn all(journal: &mut spool::Journal<spool::Folder>, lane: Lane) -> Vec<Record> {
    let mut records = Vec::new();
    loop {
        let after = records.last().map_or(0, |record: &Record| record.number);
        let batch = journal.read(lane, after, Most { records: 100, bytes: 1 << 20 }).unwrap();
        if batch.to == after {
            return records;
        }
        records.extend(batch.records);
    }
}

/// Runs a point for some seconds, twice, and gives how many accesses were not kept, and how often all
/// were closed.
fn crammed(limits: Limits) -> (u64, u64) {
    let data = tempfile::tempdir().unwrap();
    let mut setup = setup(data.path(), None);
    setup.limits = limits;
    let epoch = now();
    let (mut not_kept, mut crowded) = (0, 0);
    for _ in 0..2 {
        let stop = Stop::default();
        std::thread::scope(|scope| {
            let stream = Stream::new(epoch, epoch + 60 * SECOND);
            let point = scope.spawn(|| run(stream, &setup, &stop));
            std::thread::sleep(Duration::from_millis(3_500));
            stop.stop();
            point.join().unwrap().unwrap();
        });
        let report = Report::load(&setup.places.report).unwrap().unwrap();
        not_kept += report.not_kept;
        crowded += report.crowded;
    }
    let mut journal = begin::open(&setup.places.spool, limits, 0).unwrap().journal;
    let usage = journal.usage();
    assert!(usage.rows <= limits.rows + limits.reserve && usage.state <= limits.state);
    let point = setup.target.point.clone();
    let watch = setup.target.clone().watch(&Default::default()).unwrap();
    let mut past = Past::read(&journal, &point, watch, setup.spans).unwrap();
    let mut held = 0;
    for record in all(&mut journal, ACCESSES) {
        assert_eq!(freshness_of(record.tag), Freshness::Live);
        held += access::decode(&point, &record.payload).unwrap().packets;
    }
    past.fold.close();
    past.fold.take_finished(|open| held += open.iter().map(|row| row.packets).sum::<u64>());
    let unkept = past.account.unkept.values().map(|unkept| (unkept.accesses, unkept.packets));
    let mut unkept: Vec<(u64, u64)> = unkept.collect();
    let mut told = Fates::default();
    let mut cells = 0;
    for record in all(&mut journal, COVERAGES) {
        let row = coverage::decode(&point, &record.payload).unwrap().0;
        if let Some(it) = row.unkept {
            assert_eq!((it.protocol, it.port, row.fates), (6, 23, Fates::default()));
            unkept.push((it.accesses, it.packets));
            cells += 1;
        }
        told += &row.fates;
    }
    held += unkept.iter().map(|(_, packets)| packets).sum::<u64>();
    // The report is written every other second.
    assert!(unkept.iter().map(|(accesses, _)| accesses).sum::<u64>() >= not_kept);
    // The second run told what the first one had not kept.
    assert_eq!(cells > 0, not_kept > 0);
    past.account.hours.values().for_each(|hour| told += &hour.fates);
    assert_eq!(held, told.access_packets);
    assert!(told.access_packets > 1_000);
    (not_kept, crowded)
}

#[test]
fn what_finds_no_room_is_counted() {
    let limits = Limits { rows: 6 << 10, reserve: 64 << 10, free: 0, ..Limits::default() };
    let (not_kept, crowded) = crammed(limits);
    assert!(not_kept > 100 && crowded == 0, "{not_kept} {crowded}");
}

/// Images find no room: everything open closes, again and again, and nothing is lost of it.
#[test]
fn what_is_open_closes_where_images_find_no_room() {
    let state = (16 << 20) + (6 << 10);
    let limits = Limits { state, segment: 2 << 10, free: 0, ..Limits::default() };
    let (not_kept, crowded) = crammed(limits);
    assert!(not_kept == 0 && crowded > 0, "{not_kept} {crowded}");
}
