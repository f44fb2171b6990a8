//! Ethernet around it all.

use std::net::Ipv4Addr;

/// The shortest Ethernet frame without its check sequence (IEEE 802.3): padded up to this.
const SHORTEST: usize = 60;

const MACS: [u8; 12] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
const ARP: u16 = 0x0806;

/// An IP packet in an Ethernet frame with these VLAN tags, the outer one first: 802.1ad around
/// 802.1Q.
pub fn ethernet(ip: &[u8], vlans: &[u16]) -> Vec<u8> {
    let version = ip.first().copied().unwrap_or(0) >> 4;
    framed(if version == 6 { 0x86dd } else { 0x0800 }, ip, vlans)
}

/// An ARP request (RFC 826): not IP.
pub fn arp(wanted: Ipv4Addr) -> Vec<u8> {
    let mut request = vec![0, 1, 8, 0, 6, 4, 0, 1];
    request.extend([2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    request.extend(wanted.octets());
    framed(ARP, &request, &[])
}

/// A frame that says IPv4 and whose header cannot be: it claims 16 bytes of length.
pub fn broken() -> Vec<u8> {
    let mut header = vec![0x44, 0, 0, 40];
    header.extend([0; 36]);
    framed(0x0800, &header, &[])
}

fn framed(ether_type: u16, body: &[u8], vlans: &[u16]) -> Vec<u8> {
    let mut frame = MACS.to_vec();
    for (index, vlan) in vlans.iter().enumerate() {
        let outer = index + 1 < vlans.len();
        let tag: u16 = if outer { 0x88a8 } else { 0x8100 };
        frame.extend([tag.to_be_bytes(), vlan.to_be_bytes()].concat());
    }
    frame.extend(ether_type.to_be_bytes());
    frame.extend(body);
    frame.resize(frame.len().max(SHORTEST), 0);
    frame
}
