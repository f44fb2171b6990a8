//! From packets to the archive, and a capture replayed.

use std::time::{Duration, Instant};

use delivery::{Freshness, Table};
use observation::SECOND;
use testkit::file;

use super::hub::Hub;
use super::stream::{PERIOD, Stream};
use super::*;
use crate::source::now;
use crate::{Report, Stop, replay, run};

#[test]
fn packets_arrive_once_and_are_covered() {
    let hub = Hub::new();
    let data = tempfile::tempdir().unwrap();
    let setup = setup(data.path(), Some(hub.identity.clone()));
    let epoch = now();
    let end = epoch + 2 * SECOND;
    let stop = Stop::default();
    let stream = Stream::new(epoch, end);
    std::thread::scope(|scope| {
        let point = scope.spawn(|| run(stream, &setup, &stop));
        let began = Instant::now();
        let all = |packets| packets >= Stream::packets(epoch, end) - 1;
        while !all(hub.archive.sum(Table::Access, "packets"))
            || !all(hub.archive.sum(Table::Coverage, "packets"))
        {
            assert!(began.elapsed() < Duration::from_secs(60), "nothing comes");
            assert!(!point.is_finished(), "{:?}", point.join());
            std::thread::sleep(Duration::from_millis(50));
        }
        stop.stop();
        point.join().unwrap().unwrap();
    });
    // The packet of the very beginning came before anybody watched.
    let packets = Stream::packets(epoch, end) - 1;
    assert_eq!(hub.archive.sum(Table::Access, "packets"), packets);
    for column in ["packets", "inbound", "access_packets"] {
        assert_eq!(hub.archive.sum(Table::Coverage, column), packets, "{column}");
    }
    let seconds = hub.archive.sum(Table::Coverage, "seconds_up");
    assert!((1..=(now() - epoch) / SECOND).contains(&seconds), "{seconds}");
    assert!(packets >= 2 * SECOND / PERIOD - 1);
    let report = Report::load(&setup.places.report).unwrap().unwrap();
    assert_eq!((report.point.as_str(), report.stopped.len()), ("tokyo", 0));
    assert!(hub.archive.batches(Table::Access).iter().all(|(of, _)| *of == Freshness::Live));
}

#[test]
fn a_capture_that_is_replayed_gives_the_rows_of_an_import_once() {
    let hub = Hub::new();
    let data = tempfile::tempdir().unwrap();
    let mut setup = setup(data.path(), Some(hub.identity.clone()));
    setup.spans = Spans::default();
    let mut scenario = testkit::Scenario::new(7);
    scenario.everything(6);
    let path = data.path().join("some.pcap");
    file::pcapng(&mut std::fs::File::create(&path).unwrap(), &scenario.frames()).unwrap();
    let mut file = capture::file::CaptureFile::open(&path).unwrap();
    let watch = setup.target.clone().watch(&Default::default()).unwrap();
    let mut fold = capture::fold::Fold::new(watch, setup.spans);
    while let Some(frame) = file.next_frame().unwrap() {
        let truncated = frame.bytes.len() < frame.wire_length as usize;
        let dissected = dissect::dissect(frame.link, frame.bytes, frame.wire_length);
        fold.push(frame.time, truncated, &dissected).unwrap();
    }
    fold.close();
    let rows = fold.tally().accesses;
    let first = replay(&path, &setup, &Stop::default()).unwrap();
    assert_eq!((first.accesses, first.journalled, first.known), (rows, rows, false));
    assert_eq!(first.hours, fold.coverage(None).len() as u64);
    assert!(replay(&path, &setup, &Stop::default()).unwrap().known);
    let batches = hub.archive.batches(Table::Access);
    assert!(batches.iter().all(|(of, _)| *of == Freshness::Replayed));
    assert_eq!(batches.iter().map(|(_, rows)| rows.num_rows() as u64).sum::<u64>(), rows);
    let fates = fold.fates();
    assert_eq!(hub.archive.sum(Table::Access, "packets") as u64, fates.access_packets);
    assert_eq!(hub.archive.sum(Table::Coverage, "packets") as u64, fates.packets);
}
