//! Every way from the first byte of a frame to its IP header.

use dissect::{LinkType, Malformed, NotIp, Transport};

use crate::frame::{ethernet, ipv4, ipv6, malformed, not_ip, packet_in, udp};

/// The frame holds the packet of [`datagram4`], or that of [`datagram6`].
#[track_caller]
fn holds_ip(link: LinkType, frame: &[u8]) {
    let packet = packet_in(link, frame);
    assert_eq!(packet.transport, Transport::Udp { src_port: 53, dst_port: 40000 });
    assert_eq!(packet.whole_payload(), Some(&b"answer"[..]));
}

fn datagram4() -> Vec<u8> {
    ipv4(17, &udp(b"answer"))
}

fn datagram6() -> Vec<u8> {
    ipv6(17, &udp(b"answer"))
}

fn after(head: &[u8], datagram: Vec<u8>) -> Vec<u8> {
    [head, &datagram].concat()
}

#[test]
fn ethernet_ii() {
    holds_ip(LinkType::Ethernet, &ethernet(0x0800, &datagram4()));
    holds_ip(LinkType::Ethernet, &ethernet(0x86dd, &datagram6()));
    let padded = [&ethernet(0x0800, &datagram4())[..], &[0xee; 30]].concat();
    holds_ip(LinkType::Ethernet, &padded);
    assert_eq!(malformed(LinkType::Ethernet, &ethernet(0x0800, &datagram6())), Malformed::Version);
    assert_eq!(malformed(LinkType::Ethernet, &ethernet(0x86dd, &datagram4())), Malformed::Version);
    assert_eq!(malformed(LinkType::Ethernet, &ethernet(0x0800, &[])), Malformed::HeaderCut);
}

#[test]
fn ethernet_without_ip() {
    let reasons = [
        (0x0806, NotIp::Arp),
        (0x8035, NotIp::Rarp),
        (0x88cc, NotIp::Lldp),
        (0x888e, NotIp::Eapol),
        (0x8863, NotIp::PppoeDiscovery),
        (0x2000, NotIp::Cdp),
        (0x0600, NotIp::OtherEthertype),
    ];
    for (ethertype, reason) in reasons {
        assert_eq!(not_ip(LinkType::Ethernet, &ethernet(ethertype, &[0; 46])), reason);
    }
    assert_eq!(not_ip(LinkType::Ethernet, &ethernet(0x0800, &[])[..13]), NotIp::Short);
}

#[test]
fn tags() {
    for tag in [0x8100, 0x88a8, 0x9100, 0x9200, 0x9300] {
        holds_ip(LinkType::Ethernet, &ethernet(tag, &after(&[0, 5, 8, 0], datagram4())));
    }
    let stack = [0, 5, 0x81, 0].repeat(1000);
    let inner = after(&[0, 5, 0x86, 0xdd], datagram6());
    holds_ip(LinkType::Ethernet, &ethernet(0x88a8, &[stack, inner].concat()));
    assert_eq!(not_ip(LinkType::Ethernet, &ethernet(0x8100, &[0, 5, 8])), NotIp::Short);
    assert_eq!(not_ip(LinkType::Ethernet, &ethernet(0x8100, &[0, 5, 8, 6])), NotIp::Arp);
}

#[test]
fn ieee_802_3() {
    let snap = |oui: u8, ethertype: [u8; 2]| {
        let head = [0xaa, 0xaa, 3, 0, 0, oui, ethertype[0], ethertype[1]];
        ethernet(54, &after(&head, datagram4()))
    };
    holds_ip(LinkType::Ethernet, &snap(0, [8, 0]));
    holds_ip(LinkType::Ethernet, &ethernet(54, &after(&[6, 6, 3], datagram4())));
    assert_eq!(not_ip(LinkType::Ethernet, &snap(0x0c, [0x20, 0])), NotIp::Llc);
    assert_eq!(not_ip(LinkType::Ethernet, &snap(0, [0, 54])), NotIp::Llc);
    let spanning_tree = ethernet(38, &[0x42, 0x42, 3, 0, 0]);
    assert_eq!(not_ip(LinkType::Ethernet, &spanning_tree), NotIp::Llc);
    assert_eq!(not_ip(LinkType::Ethernet, &ethernet(38, &[0x42])), NotIp::Short);
}

#[test]
fn linux_cooked() {
    let sll = |hardware: [u8; 2], protocol: [u8; 2]| {
        let head = [&[0, 0], &hardware[..], &[0, 6, 2, 0, 0, 0, 0, 1, 0, 0], &protocol].concat();
        after(&head, datagram4())
    };
    holds_ip(LinkType::LinuxSll, &sll([0, 1], [8, 0]));
    assert_eq!(not_ip(LinkType::LinuxSll, &sll([0, 1], [8, 6])), NotIp::Arp);
    assert_eq!(not_ip(LinkType::LinuxSll, &sll([0, 1], [0, 4])), NotIp::Llc);
    assert_eq!(not_ip(LinkType::LinuxSll, &sll([0, 1], [0, 0x0c])), NotIp::OtherEthertype);
    assert_eq!(not_ip(LinkType::LinuxSll, &sll([3, 0x38], [8, 0])), NotIp::OtherFamily);
    assert_eq!(not_ip(LinkType::LinuxSll, &[0; 15]), NotIp::Short);
    let tagged = [&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x81, 0, 0, 5, 8, 0][..]].concat();
    holds_ip(LinkType::LinuxSll, &after(&tagged, datagram4()));
}

#[test]
fn linux_cooked_2() {
    let sll2 = |protocol: [u8; 2]| {
        [&protocol[..], &[0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 2, 0, 0, 0, 0, 1, 0, 0]].concat()
    };
    holds_ip(LinkType::LinuxSll2, &after(&sll2([8, 0]), datagram4()));
    holds_ip(LinkType::LinuxSll2, &after(&sll2([0x86, 0xdd]), datagram6()));
    assert_eq!(not_ip(LinkType::LinuxSll2, &sll2([8, 0])[..19]), NotIp::Short);
}

#[test]
fn raw_ip() {
    holds_ip(LinkType::RawIp, &datagram4());
    holds_ip(LinkType::RawIp, &datagram6());
    holds_ip(LinkType::Ipv4, &datagram4());
    holds_ip(LinkType::Ipv6, &datagram6());
    assert_eq!(malformed(LinkType::Ipv4, &datagram6()), Malformed::Version);
    assert_eq!(malformed(LinkType::Ipv6, &datagram4()), Malformed::Version);
    assert_eq!(malformed(LinkType::RawIp, &[0x50; 40]), Malformed::Version);
    assert_eq!(malformed(LinkType::RawIp, &[]), Malformed::HeaderCut);
}

#[test]
fn bsd_loopback() {
    for link in [LinkType::Null, LinkType::Loop] {
        holds_ip(link, &after(&2_u32.to_le_bytes(), datagram4()));
        holds_ip(link, &after(&2_u32.to_be_bytes(), datagram4()));
        for family in [10_u32, 24, 28, 30] {
            holds_ip(link, &after(&family.to_le_bytes(), datagram6()));
            holds_ip(link, &after(&family.to_be_bytes(), datagram6()));
        }
        holds_ip(link, &after(&[0x0f, 0, 8, 0], datagram4()));
        holds_ip(link, &after(&[0x0f, 0, 0x86, 0xdd], datagram6()));
        assert_eq!(not_ip(link, &[7, 0, 0, 0, 0x45]), NotIp::OtherFamily);
        assert_eq!(not_ip(link, &[2, 0, 0]), NotIp::Short);
    }
}

#[test]
fn ppp() {
    for link in [LinkType::Ppp, LinkType::PppHdlc] {
        holds_ip(link, &after(&[0xff, 3, 0, 0x21], datagram4()));
        holds_ip(link, &after(&[0xff, 3, 0x21], datagram4()));
        holds_ip(link, &after(&[0, 0x57], datagram6()));
        holds_ip(link, &after(&[0x57], datagram6()));
        holds_ip(link, &after(&[0xff, 3, 2, 0x81, 0, 0, 1, 64], datagram4()));
        assert_eq!(not_ip(link, &[0xff, 3, 0xc0, 0x21, 1, 1]), NotIp::PppControl);
        assert_eq!(not_ip(link, &[0xff, 3, 0x80, 0x21, 1, 1]), NotIp::PppControl);
        assert_eq!(not_ip(link, &[0xff, 3, 0, 0x2d, 1, 1]), NotIp::OtherPpp);
        assert_eq!(not_ip(link, &[0xff, 3, 0]), NotIp::Short);
    }
    holds_ip(LinkType::PppHdlc, &after(&[0x0f, 0, 8, 0], datagram4()));
}

#[test]
fn ppp_over_ethernet() {
    let session = |code| after(&[0x11, code, 0, 1, 0, 36, 0, 0x21], datagram4());
    holds_ip(LinkType::PppEther, &session(0));
    holds_ip(LinkType::Ethernet, &ethernet(0x8864, &session(0)));
    assert_eq!(not_ip(LinkType::Ethernet, &ethernet(0x8863, &session(9))), NotIp::PppoeDiscovery);
    assert_eq!(not_ip(LinkType::PppEther, &session(9)), NotIp::PppoeDiscovery);
    assert_eq!(not_ip(LinkType::PppEther, &[0x11, 0, 0]), NotIp::Short);
}

#[test]
fn mpls() {
    for ethertype in [0x8847, 0x8848] {
        let one = after(&[0, 1, 0x01, 64], datagram4());
        holds_ip(LinkType::Ethernet, &ethernet(ethertype, &one));
        let three = after(&[0, 1, 0, 64, 0, 2, 0, 64, 0, 3, 0xff, 64], datagram6());
        holds_ip(LinkType::Ethernet, &ethernet(ethertype, &three));
    }
    let mpls = |bytes: &[u8]| not_ip(LinkType::Ethernet, &ethernet(0x8847, bytes));
    assert_eq!(mpls(&[0, 1, 1, 64, 0, 0, 0, 0]), NotIp::OtherMpls);
    assert_eq!(mpls(&[0, 1, 0, 64, 0, 2]), NotIp::Short);
    assert_eq!(mpls(&[0, 1, 1, 64]), NotIp::Short);
}

#[test]
fn cisco_hdlc() {
    let hdlc = |ethertype: u16| [&[0x0f, 0], &ethertype.to_be_bytes()[..]].concat();
    holds_ip(LinkType::CiscoHdlc, &after(&hdlc(0x0800), datagram4()));
    holds_ip(LinkType::CiscoHdlc, &after(&hdlc(0x86dd), datagram6()));
    assert_eq!(not_ip(LinkType::CiscoHdlc, &hdlc(0x8035)), NotIp::Keepalive);
    assert_eq!(not_ip(LinkType::CiscoHdlc, &hdlc(0x2000)), NotIp::Cdp);
    assert_eq!(not_ip(LinkType::CiscoHdlc, &hdlc(0xfefe)), NotIp::OtherEthertype);
    assert_eq!(not_ip(LinkType::CiscoHdlc, &[0x0f, 0, 8]), NotIp::Short);
}
