//! Several interfaces in one order.

use std::path::Path;

use interface::{Interfaces, Settings};
use observation::Micros;

use crate::watcher::{Marks, read};
use testkit::host::{replay, shared, wire, within};

#[test]
fn frames_of_several_are_merged() {
    if !within("several::frames_of_several_are_merged", &["tcpreplay"]) {
        return;
    }
    let Some(path) = shared("captures/attack/ndpi/synscan.pcap") else { return };
    wire("vc", "vd");
    let names = ["vb", "vd"].map(str::to_owned);
    let mut interfaces = Interfaces::open(&names, &Settings::default()).unwrap();
    let folder = Marks::new();
    let few: Vec<Vec<u8>> = (0..50).map(|n| Marks::bytes(&format!("few {n}"))).collect();
    let few = crate::watcher::write(&folder.path("few.pcap"), &few);
    // A busy interface whose blocks fill, and a quiet one whose blocks wait for the timer.
    std::thread::scope(|scope| {
        scope.spawn(|| replay("va", &[&path]));
        scope.spawn(|| slowly("vc", &few));
    });
    let mut times: [Vec<Option<Micros>>; 2] = Default::default();
    let mut all = Vec::new();
    folder.send("va", "end");
    folder.send("vc", "end");
    let mut ends = 0;
    read(&mut interfaces, |interface, _, kept| {
        times[interface].push(kept.time);
        all.push(kept.time);
        ends += usize::from(kept.bytes == Marks::bytes("end"));
        ends == 2
    });
    assert_eq!(times.each_ref().map(Vec::len), [2_012, 51]);
    assert!(all.is_sorted(), "the times of frames go back");
}

/// Two hundred a second.
fn slowly(interface: &str, capture: &Path) {
    let path = capture.to_str().unwrap();
    testkit::host::run("tcpreplay", &["-q", "--pps=200", "-i", interface, path]);
}
