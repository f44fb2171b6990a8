//! The numbers that capture files give to link types.

/// How the first bytes of a frame are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkType {
    /// Ethernet II and IEEE 802.3.
    Ethernet,
    /// Linux "cooked" capture.
    LinuxSll,
    /// Linux "cooked" capture, second version.
    LinuxSll2,
    /// An IP header, of either version.
    RawIp,
    /// An IPv4 header.
    Ipv4,
    /// An IPv6 header.
    Ipv6,
    /// BSD loopback, the address family in the byte order of the host that captured.
    Null,
    /// OpenBSD loopback, the address family in network order.
    Loop,
    /// PPP, with or without HDLC framing.
    Ppp,
    /// PPP on a serial line, in its own HDLC framing or in Cisco's.
    PppHdlc,
    /// PPP over Ethernet, without the Ethernet header.
    PppEther,
    /// Cisco HDLC.
    CiscoHdlc,
}

impl LinkType {
    /// Every link type that is read.
    pub const ALL: [LinkType; 12] = [
        LinkType::Ethernet,
        LinkType::LinuxSll,
        LinkType::LinuxSll2,
        LinkType::RawIp,
        LinkType::Ipv4,
        LinkType::Ipv6,
        LinkType::Null,
        LinkType::Loop,
        LinkType::Ppp,
        LinkType::PppHdlc,
        LinkType::PppEther,
        LinkType::CiscoHdlc,
    ];

    /// The link type of a LINKTYPE_ number as it stands in a capture file; none where frames of that
    /// type are not read. Source: the registry at <https://www.tcpdump.org/linktypes.html>. Raw IP is
    /// 101 there; 12 and 14 are what BSD systems wrote for it.
    ///
    /// Of pcap's field of 32 bits the number is the lower 16.
    pub const fn from_number(number: u32) -> Option<LinkType> {
        Some(match number {
            0 => LinkType::Null,
            1 => LinkType::Ethernet,
            9 => LinkType::Ppp,
            12 | 14 | 101 => LinkType::RawIp,
            50 => LinkType::PppHdlc,
            51 => LinkType::PppEther,
            104 => LinkType::CiscoHdlc,
            108 => LinkType::Loop,
            113 => LinkType::LinuxSll,
            228 => LinkType::Ipv4,
            229 => LinkType::Ipv6,
            276 => LinkType::LinuxSll2,
            _ => return None,
        })
    }
}

/// The registry's name for a LINKTYPE_ number, read or not, so that a refusal can name it; "unknown"
/// where it is none of the common ones.
pub const fn link_type_name(number: u32) -> &'static str {
    match number {
        0 => "NULL",
        1 => "ETHERNET",
        3 => "AX25",
        6 => "IEEE802_5",
        7 => "ARCNET_BSD",
        8 => "SLIP",
        9 => "PPP",
        10 => "FDDI",
        12 | 14 | 101 => "RAW",
        50 => "PPP_HDLC",
        51 => "PPP_ETHER",
        99 => "SYMANTEC_FIREWALL",
        100 => "ATM_RFC1483",
        104 => "C_HDLC",
        105 => "IEEE802_11",
        107 => "FRELAY",
        108 => "LOOP",
        113 => "LINUX_SLL",
        114 => "LTALK",
        117 => "PFLOG",
        119 => "IEEE802_11_PRISM",
        122 => "IP_OVER_FC",
        123 => "SUNATM",
        127 => "IEEE802_11_RADIOTAP",
        129 => "ARCNET_LINUX",
        130..=138 => "JUNIPER",
        143 => "DOCSIS",
        144 => "LINUX_IRDA",
        147..=162 => "USER",
        163 => "IEEE802_11_AVS",
        165 => "BACNET_MS_TP",
        166 => "PPP_PPPD",
        177 => "LINUX_LAPD",
        178..=181 | 183 | 184 | 194 | 200 => "JUNIPER",
        187 => "BLUETOOTH_HCI_H4",
        189 => "USB_LINUX",
        192 => "PPI",
        195 => "IEEE802_15_4_WITHFCS",
        197 => "ERF",
        201 => "BLUETOOTH_HCI_H4_WITH_PHDR",
        203 => "LAPD",
        204 => "PPP_WITH_DIR",
        205 => "C_HDLC_WITH_DIR",
        206 => "FRELAY_WITH_DIR",
        209 => "IPMB_LINUX",
        215 => "IEEE802_15_4_NONASK_PHY",
        220 => "USB_LINUX_MMAPPED",
        224 => "FC_2",
        226 => "IPNET",
        227 => "CAN_SOCKETCAN",
        228 => "IPV4",
        229 => "IPV6",
        230 => "IEEE802_15_4_NOFCS",
        231 => "DBUS",
        235 => "DVB_CI",
        239 => "NFLOG",
        240 => "NETANALYZER",
        242 => "IPOIB",
        247 => "INFINIBAND",
        249 => "USBPCAP",
        251 => "BLUETOOTH_LE_LL",
        252 => "WIRESHARK_UPPER_PDU",
        253 => "NETLINK",
        258 => "PKTAP",
        259 => "EPON",
        266 => "ZWAVE_R3",
        271 => "VSOCK",
        276 => "LINUX_SLL2",
        _ => "unknown",
    }
}
