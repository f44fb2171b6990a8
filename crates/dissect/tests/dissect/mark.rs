//! Marks of tools, on packets made as the tools' own sources make them.

use dissect::MARKS;
use observation::Tool;

use crate::frame::{DST, icmp, ipv4, packet, tcp, udp, with};

const SEQ: u32 = 0x0102_0304;
const SYN: u8 = 0x02;

fn tool(datagram: &[u8]) -> Option<Tool> {
    packet(datagram).tool
}

fn with_id(datagram: Vec<u8>, id: u16) -> Vec<u8> {
    with(datagram, 4, &id.to_be_bytes())
}

#[test]
fn zmap_on_what_begins() {
    let probes = [
        ipv4(6, &tcp(SYN, &[], b"")),
        ipv4(17, &udp(b"")),
        ipv4(1, &icmp(8, 0, [0; 4], b"")),
        ipv4(1, &icmp(13, 0, [0; 4], b"")),
        ipv4(4, &ipv4(17, &udp(b""))),
    ];
    for probe in probes {
        assert_eq!(tool(&probe), None);
        assert_eq!(tool(&with_id(probe.clone(), 54321)), Some(Tool::Zmap));
        let later = with(with_id(probe, 54321), 6, &[0, 1]);
        assert_eq!(tool(&later), None);
    }
    let answers = [
        ipv4(6, &tcp(0x12, &[], b"")),
        ipv4(6, &tcp(0x14, &[], b"")),
        ipv4(1, &icmp(0, 0, [0; 4], b"")),
        ipv4(1, &icmp(3, 3, [0; 4], b"")),
    ];
    for answer in answers {
        assert_eq!(tool(&with_id(answer, 54321)), None);
    }
    let cut = with_id(ipv4(6, &tcp(SYN, &[], b"")), 54321);
    assert_eq!(tool(&cut[..33]), None);
}

#[test]
fn masscan_folds_its_target() {
    let lower = |number: u32| u16::try_from(number & 0xffff).unwrap();
    let id = lower(u32::from_be_bytes(DST) ^ 23 ^ SEQ);
    let syn = with_id(ipv4(6, &tcp(SYN, &[2, 4, 5, 0xb4], b"")), id);
    assert_eq!(tool(&syn), Some(Tool::Masscan));
    assert_eq!(tool(&with_id(syn.clone(), id ^ 1)), None);
    assert_eq!(tool(&with(syn.clone(), 22, &80_u16.to_be_bytes())), None);
    assert_eq!(tool(&with(syn, 33, &[0x12])), None);
}

#[test]
fn mirai_aims_by_sequence_number() {
    let syn = with(ipv4(6, &tcp(SYN, &[], b"")), 24, &DST);
    assert_eq!(tool(&syn), Some(Tool::Mirai));
    assert_eq!(tool(&with(syn.clone(), 33, &[0x12])), None);
    assert_eq!(tool(&with(syn.clone(), 24, &[0])), None);
    // The least likely mark wins.
    assert_eq!(tool(&with_id(syn.clone(), 54321)), Some(Tool::Mirai));
    assert_eq!(tool(&with_id(syn, 23)), Some(Tool::Mirai));
}

#[test]
fn every_mark_has_a_source_and_a_tool_of_its_own() {
    for (at, mark) in MARKS.iter().enumerate() {
        assert!(!mark.source.is_empty());
        assert!(MARKS.iter().skip(at + 1).all(|other| other.tool != mark.tool));
    }
    assert_eq!(MARKS.len(), Tool::ALL.len());
}
