//! What the headers of one IP packet say.

use std::net::IpAddr;

use observation::{Quoted, Tool};

/// An IP packet: what its headers say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Packet<'a> {
    /// Who sent it, by its own word.
    pub src: IpAddr,
    /// To whom.
    pub dst: IpAddr,
    /// The protocol; of IPv6 the last next-header value that could be read.
    pub protocol: u8,
    /// Time to live, or hop limit.
    pub ttl: u8,
    /// IP length in bytes, header included; the frame's where the header says 0.
    pub length: u32,
    /// Its place in a fragmented datagram.
    pub fragment: Fragment,
    /// The transport header.
    pub transport: Transport<'a>,
    /// The payload above the transport header; none where it is empty, in later fragments, and
    /// where the transport header could not be read.
    ///
    /// TCP and UDP: what follows their header. Echo requests and replies: what follows the sequence
    /// number. ICMP errors: none, [`Icmp::quoted`] has it. Other ICMP messages: what follows the
    /// checksum. Other protocols: what follows the IP header and its extensions.
    pub payload: Option<Payload<'a>>,
    /// The tool whose mark it bears; see [`crate::MARKS`].
    pub tool: Option<Tool>,
}

impl<'a> Packet<'a> {
    /// The payload, where every byte of it was captured: not in the first of several fragments.
    pub fn whole_payload(&self) -> Option<&'a [u8]> {
        let payload = self.payload.filter(|_| self.fragment == Fragment::Whole)?;
        (crate::bytes::length(payload.bytes.len()) == payload.length).then_some(payload.bytes)
    }
}

/// A packet's place in a fragmented datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// Not a fragment, or the only one (RFC 6946).
    Whole,
    /// The first of several: it has the transport header, and the beginning of the payload.
    First,
    /// One that follows: it has neither.
    Later,
}

/// The transport header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport<'a> {
    /// TCP of which at least the ports are there.
    Tcp(Tcp<'a>),
    /// UDP of which at least the ports are there.
    Udp {
        /// Source port.
        src_port: u16,
        /// Destination port.
        dst_port: u16,
    },
    /// ICMP over IPv4, or ICMPv6 over IPv6, of which at least type and code are there.
    Icmp(Icmp),
    /// Another protocol, a later fragment, or a header of which not even the first fields are there.
    None,
}

/// A TCP header (RFC 9293, section 3.1), as far as it was captured.
///
/// Flags, window and options are none where the data offset is below 5: such a header ends before
/// its own fixed fields do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tcp<'a> {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// Sequence number.
    pub seq: Option<u32>,
    /// The nine flags AE CWR ECE URG ACK PSH RST SYN FIN, FIN the lowest bit.
    pub flags: Option<u16>,
    /// Receive window, unscaled.
    pub window: Option<u16>,
    /// As many option bytes as are there.
    pub options: &'a [u8],
}

impl Tcp<'_> {
    /// No more data from the sender.
    pub const FIN: u16 = 0x001;
    /// Synchronize sequence numbers.
    pub const SYN: u16 = 0x002;
    /// Reset the connection.
    pub const RST: u16 = 0x004;
    /// The acknowledgment number is significant.
    pub const ACK: u16 = 0x010;

    /// Whether SYN is set and ACK clear, whatever the other flags say: somebody begins.
    #[inline]
    pub fn is_syn(&self) -> bool {
        self.flags.is_some_and(|flags| flags & (Self::SYN | Self::ACK) == Self::SYN)
    }
}

/// The header of an ICMP (RFC 792) or ICMPv6 (RFC 4443) message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icmp {
    /// Type.
    pub icmp_type: u8,
    /// Code.
    pub code: u8,
    /// Identifier of an echo request or reply.
    pub id: Option<u16>,
    /// What an error quotes.
    pub quoted: Option<QuotedPacket>,
}

/// The packet that an ICMP error quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotedPacket {
    /// Its source: as a rule the destination of the error.
    pub src: IpAddr,
    /// Its protocol, destination and ports.
    pub quoted: Quoted,
    /// Identifier, where the quoted packet is an echo request or reply.
    pub icmp_id: Option<u16>,
}

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload<'a> {
    /// The bytes that were captured.
    pub bytes: &'a [u8],
    /// Its length by the headers' word: of a first fragment UDP says the datagram's, other
    /// protocols only the fragment's.
    pub length: u32,
}
