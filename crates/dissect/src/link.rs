//! From the first byte of a frame to the IP header in it.

use crate::{LinkType, NotIp};

/// Which IP the link layer announced.
#[derive(Clone, Copy)]
pub(crate) enum Network {
    Ipv4,
    Ipv6,
    /// Either: the version in the header decides.
    Either,
}

/// What the next bytes of a frame are.
enum Layer {
    /// The payload of this EtherType.
    Ethertype(u16),
    /// IEEE 802.2 logical link control.
    Llc,
    /// A PPPoE header.
    Pppoe,
    /// PPP, with or without HDLC framing.
    Ppp,
    /// A stack of MPLS labels.
    Mpls,
    /// An IP header.
    Ip(Network),
}

/// A layer and the bytes that begin with it.
type Step<'a> = Result<(Layer, &'a [u8]), NotIp>;

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
/// Below this a type field is the length of an IEEE 802.3 frame (RFC 894; IEEE 802.3, 3.2.6).
const LEAST_ETHERTYPE: u16 = 0x0600;

/// The IP header in a frame, and which IP it should be.
///
/// Every turn of the loop that does not end it leaves fewer bytes or goes one layer down towards
/// one that does.
#[inline]
pub(crate) fn find_ip(link: LinkType, frame: &[u8]) -> Result<(Network, &[u8]), NotIp> {
    let (mut layer, mut bytes) = first(link, frame)?;
    loop {
        (layer, bytes) = match layer {
            Layer::Ip(network) => return Ok((network, bytes)),
            Layer::Ethertype(number) => ethertype(number, bytes)?,
            Layer::Llc => llc(bytes)?,
            Layer::Pppoe => pppoe(bytes)?,
            Layer::Ppp => ppp(bytes)?,
            Layer::Mpls => mpls(bytes)?,
        };
    }
}

#[inline]
fn first(link: LinkType, frame: &[u8]) -> Step<'_> {
    match link {
        LinkType::Ethernet => ethernet(frame),
        LinkType::LinuxSll => linux_sll(frame),
        LinkType::LinuxSll2 => linux_sll2(frame),
        LinkType::RawIp => Ok((Layer::Ip(Network::Either), frame)),
        LinkType::Ipv4 => Ok((Layer::Ip(Network::Ipv4), frame)),
        LinkType::Ipv6 => Ok((Layer::Ip(Network::Ipv6), frame)),
        LinkType::Null | LinkType::Loop => loopback(frame),
        LinkType::Ppp => Ok((Layer::Ppp, frame)),
        LinkType::PppHdlc => ppp_hdlc(frame),
        LinkType::PppEther => Ok((Layer::Pppoe, frame)),
        LinkType::CiscoHdlc => cisco_hdlc(frame),
    }
}

/// Two addresses of 6 bytes, then a type or a length.
#[inline]
fn ethernet(frame: &[u8]) -> Step<'_> {
    let (&[.., high, low], rest) = frame.split_first_chunk::<14>().ok_or(NotIp::Short)?;
    Ok((type_or_length(u16::from_be_bytes([high, low])), rest))
}

#[inline]
fn type_or_length(number: u16) -> Layer {
    if number < LEAST_ETHERTYPE { Layer::Llc } else { Layer::Ethertype(number) }
}

#[inline]
fn ethertype(number: u16, bytes: &[u8]) -> Step<'_> {
    match number {
        IPV4 => Ok((Layer::Ip(Network::Ipv4), bytes)),
        IPV6 => Ok((Layer::Ip(Network::Ipv6), bytes)),
        // 802.1Q, 802.1ad, and three that were used for outer tags before 802.1ad.
        0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300 => vlan(bytes),
        0x8847 | 0x8848 => Ok((Layer::Mpls, bytes)),
        0x8864 => Ok((Layer::Pppoe, bytes)),
        0x880b => Ok((Layer::Ppp, bytes)),
        _ => Err(refused(number)),
    }
}

/// The reason by which frames of an EtherType without IP are counted.
fn refused(number: u16) -> NotIp {
    match number {
        0x0806 => NotIp::Arp,
        0x8035 => NotIp::Rarp,
        0x88cc => NotIp::Lldp,
        0x888e => NotIp::Eapol,
        0x8863 => NotIp::PppoeDiscovery,
        0x2000 => NotIp::Cdp,
        _ => NotIp::OtherEthertype,
    }
}

/// The tag's control information, then the type or length of what it tags (IEEE 802.1Q, 9.3).
fn vlan(bytes: &[u8]) -> Step<'_> {
    let (&[_, _, high, low], rest) = bytes.split_first_chunk().ok_or(NotIp::Short)?;
    Ok((type_or_length(u16::from_be_bytes([high, low])), rest))
}

/// IEEE 802.2: two service access points and a control byte; SNAP (RFC 1042) adds an
/// organization and a type, of which organization 0 means an EtherType.
fn llc(bytes: &[u8]) -> Step<'_> {
    let (sap, rest) = bytes.split_first_chunk::<3>().ok_or(NotIp::Short)?;
    match sap {
        [0x06, 0x06, 0x03] => Ok((Layer::Ip(Network::Ipv4), rest)),
        [0xaa, 0xaa, 0x03] => snap(rest),
        _ => Err(NotIp::Llc),
    }
}

fn snap(bytes: &[u8]) -> Step<'_> {
    let (&[a, b, c, high, low], rest) = bytes.split_first_chunk().ok_or(NotIp::Short)?;
    let number = u16::from_be_bytes([high, low]);
    if [a, b, c] == [0, 0, 0] && number >= LEAST_ETHERTYPE {
        Ok((Layer::Ethertype(number), rest))
    } else {
        Err(NotIp::Llc)
    }
}

/// Linux "cooked" capture: packet type, hardware type, address length, address, protocol.
fn linux_sll(frame: &[u8]) -> Step<'_> {
    let (head, rest) = frame.split_first_chunk::<16>().ok_or(NotIp::Short)?;
    let &[_, _, h0, h1, .., p0, p1] = head;
    cooked(u16::from_be_bytes([h0, h1]), u16::from_be_bytes([p0, p1]), rest)
}

/// Its second version: protocol, reserved, interface index, hardware type, and the rest.
fn linux_sll2(frame: &[u8]) -> Step<'_> {
    let (head, rest) = frame.split_first_chunk::<20>().ok_or(NotIp::Short)?;
    let &[p0, p1, _, _, _, _, _, _, h0, h1, ..] = head;
    cooked(u16::from_be_bytes([h0, h1]), u16::from_be_bytes([p0, p1]), rest)
}

/// The protocol is an EtherType, or a number of Linux's own below them (if_ether.h: 4 is 802.2),
/// except for netlink messages (hardware type 824), where it is a netlink family.
fn cooked(hardware: u16, protocol: u16, bytes: &[u8]) -> Step<'_> {
    const NETLINK: u16 = 824;
    match protocol {
        _ if hardware == NETLINK => Err(NotIp::OtherFamily),
        0x0004 => Ok((Layer::Llc, bytes)),
        _ if protocol < LEAST_ETHERTYPE => Err(NotIp::OtherEthertype),
        _ => Ok((Layer::Ethertype(protocol), bytes)),
    }
}

/// BSD loopback: an address family, in the byte order of the host that captured (`Null`) or in
/// network order (`Loop`); both are tried, for no family means two things. Some captures have an
/// EtherType in the last two bytes instead.
fn loopback(frame: &[u8]) -> Step<'_> {
    let (family, rest) = frame.split_first_chunk().ok_or(NotIp::Short)?;
    let orders = [u32::from_le_bytes(*family), u32::from_be_bytes(*family)];
    let network = match (orders.into_iter().find_map(address_family), family) {
        (Some(network), _) => network,
        (None, [_, _, 0x08, 0x00]) => Network::Ipv4,
        (None, [_, _, 0x86, 0xdd]) => Network::Ipv6,
        _ => return Err(NotIp::OtherFamily),
    };
    Ok((Layer::Ip(network), rest))
}

/// AF_INET is 2 everywhere; AF_INET6 is 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on Darwin and
/// 10 on Linux.
fn address_family(family: u32) -> Option<Network> {
    match family {
        2 => Some(Network::Ipv4),
        10 | 24 | 28 | 30 => Some(Network::Ipv6),
        _ => None,
    }
}

/// RFC 1661, with or without the address and control bytes of RFC 1662; an odd first byte is a
/// compressed protocol field.
fn ppp(bytes: &[u8]) -> Step<'_> {
    let bytes = bytes.strip_prefix(&[0xff, 0x03]).unwrap_or(bytes);
    let (protocol, rest) = match bytes {
        [low, rest @ ..] if low & 1 == 1 => (u16::from(*low), rest),
        [high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return Err(NotIp::Short),
    };
    match protocol {
        0x0021 => Ok((Layer::Ip(Network::Ipv4), rest)),
        0x0057 => Ok((Layer::Ip(Network::Ipv6), rest)),
        0x0281 | 0x0283 => Ok((Layer::Mpls, rest)),
        0x8000.. => Err(NotIp::PppControl),
        _ => Err(NotIp::OtherPpp),
    }
}

/// A serial line: PPP, or Cisco's framing where the address byte is Cisco's (RFC 1547, 4.3.1).
fn ppp_hdlc(frame: &[u8]) -> Step<'_> {
    match frame {
        [0x0f | 0x8f, ..] => cisco_hdlc(frame),
        _ => Ok((Layer::Ppp, frame)),
    }
}

/// Address, control, and an EtherType, of which 0x8035 is Cisco's keepalive here.
fn cisco_hdlc(frame: &[u8]) -> Step<'_> {
    let (&[_, _, high, low], rest) = frame.split_first_chunk().ok_or(NotIp::Short)?;
    match u16::from_be_bytes([high, low]) {
        0x8035 => Err(NotIp::Keepalive),
        number => Ok((Layer::Ethertype(number), rest)),
    }
}

/// RFC 2516: version and type, code, session, length. Codes other than 0 belong to discovery.
fn pppoe(bytes: &[u8]) -> Step<'_> {
    let (&[_, code, ..], rest) = bytes.split_first_chunk::<6>().ok_or(NotIp::Short)?;
    if code == 0 { Ok((Layer::Ppp, rest)) } else { Err(NotIp::PppoeDiscovery) }
}

/// RFC 3032: labels of 4 bytes, the last one with the bit S. What follows is told by its first
/// nibble, as routers do (RFC 4928).
fn mpls(mut bytes: &[u8]) -> Step<'_> {
    loop {
        let (&[_, _, bottom, _], rest) = bytes.split_first_chunk().ok_or(NotIp::Short)?;
        bytes = rest;
        if bottom & 1 == 1 {
            break;
        }
    }
    match bytes.first().ok_or(NotIp::Short)? >> 4 {
        4 => Ok((Layer::Ip(Network::Ipv4), bytes)),
        6 => Ok((Layer::Ip(Network::Ipv6), bytes)),
        _ => Err(NotIp::OtherMpls),
    }
}
