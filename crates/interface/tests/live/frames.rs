//! Frames are what tcpdump writes, byte for byte.

use interface::{PacketType, Settings};

use crate::watcher::{Kept, both, frames_of};
use testkit::host::{replay, run, shared, within};

/// Tagged and not, IPv4 and IPv6, ARP, cut short when they were captured.
const CAPTURES: [&str; 9] = [
    "captures/attack/lbl-scan-ng/test-for-accurate-scan-summary.pcap",
    "captures/attack/slips/test7-malicious.pcap",
    "captures/attack/ndpi/synscan.pcap",
    "captures/formats/libtrace/vlan.pcap",
    "captures/formats/libtrace/qinq.pcap",
    "captures/formats/arkime/twovlan.pcap",
    "captures/formats/arkime/dot1ad.pcap",
    "captures/formats/zeek/mixed-vlan-mpls.pcap",
    "captures/formats/zeek/vlan-qinqinq.pcap",
];

#[test]
fn frames_are_tcpdumps() {
    if !within("frames::frames_are_tcpdumps", &["tcpdump", "tcpreplay"]) {
        return;
    }
    for path in CAPTURES {
        let Some(path) = shared(path) else { continue };
        let both = both(&Settings::default(), "va", || replay("va", &[&path]));
        both.agree();
        assert!(both.types.iter().all(|kind| *kind != PacketType::Outgoing));
        let sent: Vec<Vec<u8>> = frames_of(&path).into_iter().map(|kept| kept.bytes).collect();
        let came: Vec<Vec<u8>> = both.ours.into_iter().map(|kept| kept.bytes).collect();
        assert_eq!(came, sent, "{}", path.display());
        println!("{}: {} frames", path.display(), came.len());
    }
}

/// The card takes tags out or leaves them in: what is seen is the same.
#[test]
fn tags_are_put_back() {
    if !within("frames::tags_are_put_back", &["tcpdump", "tcpreplay", "ethtool"]) {
        return;
    }
    let Some(path) = shared("captures/formats/libtrace/vlan.pcap") else { return };
    for setting in ["on", "off"] {
        run("ethtool", &["-K", "vb", "rxvlan", setting]);
        let both = both(&Settings::default(), "va", || replay("va", &[&path]));
        both.agree();
        let tagged = |kept: &&Kept| kept.bytes[12..14] == [0x81, 0];
        let (ours, sent) = (both.ours.iter().filter(tagged), frames_of(&path));
        let count = ours.count();
        assert_eq!(count, sent.iter().filter(tagged).count());
        assert!(count > 0);
    }
}

/// What the host itself sends is seen as it leaves, and marked.
#[test]
fn own_frames_are_marked() {
    if !within("frames::own_frames_are_marked", &["tcpdump", "tcpreplay"]) {
        return;
    }
    let Some(path) = shared("captures/formats/zeek/mixed-vlan-mpls.pcap") else { return };
    let both = both(&Settings::default(), "va", || replay("vb", &[&path]));
    both.agree();
    assert!(both.types.iter().all(|kind| *kind == PacketType::Outgoing));
    assert_eq!(both.ours.len(), frames_of(&path).len());
}

/// A snap length cuts where tcpdump cuts, tags put back or not.
#[test]
fn snapped_as_tcpdump_snaps() {
    if !within("frames::snapped_as_tcpdump_snaps", &["tcpdump", "tcpreplay"]) {
        return;
    }
    let Some(path) = shared("captures/formats/libtrace/vlan.pcap") else { return };
    let settings = Settings { snap: 70, ..Settings::default() };
    let both = both(&settings, "va", || replay("va", &[&path]));
    both.agree();
    assert!(both.ours.iter().any(|kept| kept.bytes.len() == 70 && kept.wire_length > 70));
}
