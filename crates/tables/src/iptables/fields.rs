//! The fields of one line, as the kernel wrote them.

use observation::{protocol, tcp_flag};

use crate::protocol as names;

/// What stands behind `IN=… OUT=…`: values as they stand there, not yet looked into.
///
/// Of a key that comes twice the first is meant: the second `LEN` is UDP's, the second `ID` that of
/// an echo. The packet that an ICMP error quotes stands in brackets, and is kept apart.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fields<'a> {
    pub(super) src: Option<&'a [u8]>,
    pub(super) dst: Option<&'a [u8]>,
    pub(super) length: Option<&'a [u8]>,
    /// `TTL`, or `HOPLIMIT` of IPv6.
    pub(super) ttl: Option<&'a [u8]>,
    pub(super) id: Option<&'a [u8]>,
    pub(super) protocol: Option<&'a [u8]>,
    pub(super) src_port: Option<&'a [u8]>,
    pub(super) dst_port: Option<&'a [u8]>,
    pub(super) seq: Option<&'a [u8]>,
    pub(super) window: Option<&'a [u8]>,
    pub(super) reserved: Option<&'a [u8]>,
    /// The words for TCP's flags.
    pub(super) flags: u16,
    pub(super) urgent: Option<&'a [u8]>,
    /// `(020405B4)`.
    pub(super) options: Option<&'a [u8]>,
    pub(super) udp_length: Option<&'a [u8]>,
    pub(super) icmp_type: Option<&'a [u8]>,
    pub(super) icmp_code: Option<&'a [u8]>,
    /// The transport header is not all there.
    pub(super) incomplete: bool,
    /// The packet is a fragment other than the first.
    pub(super) later_fragment: bool,
    /// What the packet's ICMP error quotes, from behind its bracket on.
    pub(super) quoted: Option<&'a [u8]>,
}

/// How the kernel begins a packet that an ICMP error quotes.
const QUOTED: &[u8] = b" [SRC=";

impl<'a> Fields<'a> {
    pub(super) fn read(text: &'a [u8]) -> Fields<'a> {
        let mut fields = Fields::default();
        let quoted = memchr::memmem::find(text, QUOTED).and_then(|at| text.get(at..));
        let (mut depth, mut opens) = (0_usize, false);
        for word in text.split(|&byte| byte == b' ').filter(|word| !word.is_empty()) {
            let is_quoted = depth > 0 || word.starts_with(b"[");
            if is_quoted {
                depth = depth.saturating_add(count(word, b'[')).saturating_sub(count(word, b']'));
                opens = false;
                continue;
            }
            // What encloses the line, or the packet that is quoted, ends with a bracket.
            let last = word.strip_suffix(b"]");
            let word = last.unwrap_or(word);
            if opens && word.starts_with(b"(") {
                fields.options = fields.options.or(Some(word));
            } else {
                fields.word(word);
            }
            if last.is_some() {
                break;
            }
            // TCP's options come last; those of IP come before the protocol, and are not kept.
            opens = word == b"OPT" && fields.urgent.is_some();
        }
        fields.quoted =
            quoted.and_then(|text| text.strip_prefix(b" [")).filter(|_| fields.protocol.is_some());
        fields
    }

    fn word(&mut self, word: &'a [u8]) {
        let equals = memchr::memchr(b'=', word);
        match equals.and_then(|place| word.split_at_checked(place)) {
            Some((key, value)) => self.pair(key, value.get(1..).unwrap_or_default()),
            None => self.plain(word),
        }
    }

    fn pair(&mut self, key: &[u8], value: &'a [u8]) {
        let ip = self.protocol.is_none();
        let slot = match key {
            b"SRC" => &mut self.src,
            b"DST" => &mut self.dst,
            b"LEN" if ip => &mut self.length,
            b"LEN" => &mut self.udp_length,
            b"TTL" | b"HOPLIMIT" => &mut self.ttl,
            b"ID" if ip => &mut self.id,
            b"PROTO" => &mut self.protocol,
            _ if ip => return,
            b"SPT" => &mut self.src_port,
            b"DPT" => &mut self.dst_port,
            b"SEQ" => &mut self.seq,
            b"WINDOW" => &mut self.window,
            b"RES" => &mut self.reserved,
            b"URGP" => &mut self.urgent,
            b"TYPE" => &mut self.icmp_type,
            b"CODE" => &mut self.icmp_code,
            _ => return,
        };
        *slot = slot.or(Some(value));
    }

    fn plain(&mut self, word: &[u8]) {
        if let Some(offset) = word.strip_prefix(b"FRAG:") {
            self.later_fragment |= offset != b"0";
        } else if self.protocol.is_some() && word == b"INCOMPLETE" {
            self.incomplete = true;
        } else if self.reserved.is_some() && self.urgent.is_none() {
            self.flags |= flag(word);
        }
    }

    /// The protocol's number, where it is said and can be read.
    pub(super) fn number(&self) -> Option<Option<u8>> {
        self.protocol.map(names::read)
    }

    /// Whether the kernel would have written more than this. Of a protocol that it knows only by
    /// number, as ICMPv6 in IPv4, it writes nothing else.
    pub(super) fn breaks_off(&self, number: Option<u8>) -> bool {
        let unnamed =
            self.protocol.is_some_and(|text| text.first().is_some_and(u8::is_ascii_digit));
        if self.incomplete || self.later_fragment || unnamed {
            return false;
        }
        match number {
            Some(protocol::TCP) => {
                self.urgent.is_none() || self.options.is_some_and(|text| !text.ends_with(b")"))
            }
            Some(protocol::UDP | names::UDP_LITE) => self.udp_length.is_none(),
            Some(protocol::ICMP | protocol::ICMPV6) => self.icmp_code.is_none(),
            _ => false,
        }
    }
}

fn count(word: &[u8], bracket: u8) -> usize {
    word.iter().filter(|&&byte| byte == bracket).count()
}

/// Accurate ECN (RFC 9768), the flag above the eight of [`tcp_flag`].
pub(super) const ACCURATE_ECN: u16 = 0x100;

/// The words between `RES=` and `URGP=`.
fn flag(word: &[u8]) -> u16 {
    match word {
        b"AE" => ACCURATE_ECN,
        b"CWR" => tcp_flag::CWR,
        b"ECE" => tcp_flag::ECE,
        b"URG" => tcp_flag::URG,
        b"ACK" => tcp_flag::ACK,
        b"PSH" => tcp_flag::PSH,
        b"RST" => tcp_flag::RST,
        b"SYN" => tcp_flag::SYN,
        b"FIN" => tcp_flag::FIN,
        _ => 0,
    }
}
