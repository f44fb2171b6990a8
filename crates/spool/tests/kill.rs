//! A process that is killed many times: whatever a sync acknowledged is there.
//!
//! The test begins its own program again as the process to be killed. That one appends, syncs, and only
//! then says on its standard output how far it got.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use spool::{Folder, Journal, Lane, Limits, Most, Replayed, Share};

const FOLDER: &str = "SPOOL_TEST_FOLDER";
const ROUNDS: u64 = 40;
const LIMITS: Limits = Limits {
    rows: 4 << 20,
    reserve: 64 << 10,
    state: 1 << 20,
    segment: 16 << 10,
    buffer: 8 << 10,
    free: 0,
};

fn open(path: &Path) -> Journal<Folder> {
    Journal::open(Folder::open(path).unwrap(), LIMITS, 11).unwrap().0
}

/// A row's payload: its number, and as many bytes as follow from it.
fn payload(number: u64) -> Vec<u8> {
    let mut payload = number.to_le_bytes().to_vec();
    payload.resize(8 + usize::try_from(number * 7_919 % 300).unwrap(), number as u8);
    payload
}

/// What is killed. It forgets what lies a few hundred rows back, as if it had been delivered.
fn go_on_until_killed(path: &Path) {
    let lane = Lane::new(2).unwrap();
    let mut journal = open(path);
    let mut out = std::io::stdout();
    loop {
        let place = journal.place();
        for _ in 0..9 {
            let number = journal.appended(lane) + 1;
            journal.append(lane, Share::Ordinary, 0, 1, &payload(number)).unwrap();
            journal.append_state(0, &number.to_le_bytes()).unwrap();
        }
        let durable = journal.durable(lane);
        journal.forget(lane, durable.saturating_sub(300)).unwrap();
        journal.supersede(place).unwrap();
        journal.sync().unwrap();
        let forgotten = journal.forgotten(lane);
        writeln!(out, "synced {} {forgotten}", journal.durable(lane)).unwrap();
        out.flush().unwrap();
    }
}

/// Lets the child go on for so many syncs, kills it, and gives the last that it acknowledged.
fn kill_after(mut child: Child, syncs: u64) -> (u64, u64) {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = (0, 0);
    let mut seen = 0;
    for line in lines {
        let line = line.unwrap();
        // The test harness writes on the same line before the first.
        let Some((_, numbers)) = line.split_once("synced ") else { continue };
        let (durable, forgotten) = numbers.split_once(' ').unwrap();
        acknowledged = (durable.parse().unwrap(), forgotten.parse().unwrap());
        seen += 1;
        if seen == syncs {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    acknowledged
}

#[test]
fn killed_many_times() {
    if let Some(path) = std::env::var_os(FOLDER) {
        return go_on_until_killed(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let lane = Lane::new(2).unwrap();
    let mut last = 0;
    for round in 0..ROUNDS {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["killed_many_times", "--exact", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (durable, forgotten) = kill_after(child, 1 + round % 7);
        assert!(durable > last, "round {round}: nothing was acknowledged");
        let mut journal = open(folder.path());
        last = journal.durable(lane);
        assert!(last >= durable && journal.forgotten(lane) >= forgotten, "round {round}");
        check(&mut journal, lane);
    }
    assert!(last >= ROUNDS * 9);
}

/// Every row is there, once, in order; and replay gives each with its state after it.
fn check(journal: &mut Journal<Folder>, lane: Lane) {
    let mut number = journal.forgotten(lane);
    while number < journal.durable(lane) {
        let most = Most { records: 50, bytes: 1 << 20 };
        let batch = journal.read(lane, number, most).unwrap();
        assert_eq!(batch.lost.rows, 0);
        for record in &batch.records {
            number += 1;
            assert_eq!((record.number, &record.payload), (number, &payload(number)));
        }
    }
    let mut expected: Option<u64> = None;
    let each = |one: Replayed<'_>| match one {
        Replayed::Rows { number, payload: found, .. } => {
            assert!(expected.is_none_or(|expected| expected == number));
            assert_eq!(found, payload(number));
            expected = Some(number);
        }
        Replayed::State { payload, .. } => {
            assert_eq!(payload, expected.unwrap().to_le_bytes());
            expected = expected.map(|number| number + 1);
        }
        Replayed::Lost { .. } => panic!("{one:?}"),
    };
    journal.replay(each).unwrap();
}
