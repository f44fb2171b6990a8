//! Why a frame is not counted as a packet that could be read.

/// An enum of reasons with their names, so that no list of them can miss one.
macro_rules! reasons {
    ($(#[$doc:meta])* $reasons:ident { $($(#[$why:meta])* $reason:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        ///
        /// `reason as usize` is its place in `ALL`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $reasons { $($(#[$why])* $reason,)+ }

        impl $reasons {
            /// Every reason.
            pub const ALL: &[$reasons] = &[$($reasons::$reason,)+];

            /// Its name in counts and messages.
            pub const fn as_str(self) -> &'static str {
                match self { $($reasons::$reason => $name,)+ }
            }
        }
    };
}

reasons! {
    /// Why a frame holds no IP.
    NotIp {
        /// It ends before its link-layer headers do.
        Short = "short-frame",
        /// Address Resolution Protocol (RFC 826).
        Arp = "arp",
        /// Reverse ARP (RFC 903).
        Rarp = "rarp",
        /// IEEE 802.3 with a logical link control header that leads to no IP: spanning tree, IPX.
        Llc = "llc",
        /// Link Layer Discovery Protocol (IEEE 802.1AB).
        Lldp = "lldp",
        /// Authentication on a port (IEEE 802.1X).
        Eapol = "eapol",
        /// Cisco Discovery Protocol.
        Cdp = "cdp",
        /// Keepalive of a Cisco HDLC line (SLARP).
        Keepalive = "keepalive",
        /// PPP over Ethernet, discovery stage (RFC 2516).
        PppoeDiscovery = "pppoe-discovery",
        /// A PPP link or network control protocol (RFC 1661).
        PppControl = "ppp-control",
        /// Another PPP protocol.
        OtherPpp = "other-ppp",
        /// MPLS labels above something else than IP.
        OtherMpls = "other-mpls",
        /// Another address family of a loopback interface.
        OtherFamily = "other-family",
        /// Another EtherType.
        OtherEthertype = "other-ethertype",
    }
}

reasons! {
    /// Why the header of an IP packet cannot be read.
    Malformed {
        /// The version is neither what the link layer announced nor, where it announced none, 4 or 6.
        Version = "version",
        /// Fewer bytes than the fixed header were captured: 20 of IPv4, 40 of IPv6.
        HeaderCut = "header-cut",
        /// The header length is below the least that RFC 791 allows, 5 words.
        HeaderLength = "header-length",
        /// The total length is not 0 and below the header length.
        TotalLength = "total-length",
    }
}
