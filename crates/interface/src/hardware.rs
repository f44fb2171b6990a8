//! How the frames of an interface are to be read, by its hardware type.

use dissect::LinkType;

/// Linux' `if_arp.h`.
pub(crate) const ARPHRD_LOOPBACK: u16 = 772;

/// The link type of frames from a raw packet socket; none where we do not read them.
///
/// The loopback device's frames bear an Ethernet header of zeros. The others give IP packets as
/// they are: PPP (whose driver has taken its header off), tunnels (768, 769, 776), cellular modems
/// (519), and what has no hardware at all (65534: tun, WireGuard). libpcap's choices, except for PPP,
/// where it asks for cooked frames.
pub(crate) fn link_type(hardware: u16) -> Option<LinkType> {
    match hardware {
        1 | ARPHRD_LOOPBACK => Some(LinkType::Ethernet),
        512 | 519 | 768 | 769 | 776 | 65534 => Some(LinkType::RawIp),
        _ => None,
    }
}
