//! What is lost is counted.

use interface::{RingSize, Settings};

use crate::watcher::{Marks, open, read};
use testkit::host::{received, replay, shared, within};

/// The reader sleeps and the ring runs over: what was lent and what was dropped are what was sent.
#[test]
fn drops_are_counted() {
    if !within("loss::drops_are_counted", &["tcpreplay"]) {
        return;
    }
    let Some(path) = shared("captures/attack/lbl-scan-ng/23-tcp-scan.pcap") else { return };
    let settings =
        Settings { ring: RingSize::new(RingSize::LEAST).unwrap(), ..Settings::default() };
    let mut interfaces = open("vb", &settings);
    let mut lent = 0;
    for round in 1..=3 {
        replay("va", &[&path]);
        // The reader wakes up, and empties the ring; the mark comes through.
        while interfaces.next_frame().is_some() {
            lent += 1;
        }
        Marks::new().send("va", "end");
        read(&mut interfaces, |_, _, kept| {
            lent += 1;
            kept.bytes == Marks::bytes("end")
        });
        let losses = interfaces.losses(0).unwrap().unwrap();
        assert_eq!(lent + losses.dropped, received("vb"), "round {round}: {losses:?}");
        assert_eq!(losses.passed, received("vb"), "round {round}");
        assert!(losses.dropped > 0 && losses.full > 0 && losses.unread == 0, "{losses:?}");
        println!("round {round}: {lent} lent, {} dropped", losses.dropped);
    }
}
