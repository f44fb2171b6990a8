//! Messages of rtnetlink, as far as we ask for them (Linux, `netlink.h`, `rtnetlink.h`).
//!
//! ```text
//! message    length u32 · type u16 · flags u16 · sequence u32 · port u32, then by type
//! link       family u8 · pad · hardware u16 · index i32 · flags u32 · change u32, attributes
//! address    family u8 · prefix u8 · flags u8 · scope u8 · index u32, attributes
//! attribute  length u16 · type u16, value
//! ```
//!
//! In the host's byte order; messages and attributes begin at multiples of 4. Lengths are checked:
//! what is shorter than it says ends the datagram.

use std::net::IpAddr;

use libc::c_int;

/// Requests that there be a name, and that all of a kind be told.
const REQUEST: u16 = libc::NLM_F_REQUEST as u16;
const DUMP: u16 = REQUEST | libc::NLM_F_DUMP as u16;

/// An interface, as a message tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LinkMessage {
    pub(super) index: c_int,
    pub(super) hardware: u16,
    pub(super) flags: u32,
    pub(super) name: Vec<u8>,
}

/// An address of an interface, as a message tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AddressMessage {
    pub(super) index: c_int,
    pub(super) scope: u8,
    pub(super) flags: u32,
    pub(super) address: IpAddr,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// An interface is there, changed or gone.
    Link(LinkMessage),
    /// An address is there, changed or gone.
    Address(AddressMessage),
    /// The end of what was asked for.
    Done,
    /// The kernel's refusal: a positive error number.
    Refused(i32),
    /// Something that we did not ask for.
    Other,
}

/// The messages of one datagram, each with the number of the request that it answers.
pub(super) fn messages(mut datagram: &[u8]) -> impl Iterator<Item = (u32, Message)> {
    std::iter::from_fn(move || {
        let length = u32_at(datagram, 0)? as usize;
        let (kind, sequence) = (u16_at(datagram, 4)?, u32_at(datagram, 8)?);
        let body = datagram.get(16..length)?;
        datagram = datagram.get(aligned(length)..).unwrap_or_default();
        Some((sequence, message(kind, body).unwrap_or(Message::Other)))
    })
}

fn message(kind: u16, body: &[u8]) -> Option<Message> {
    Some(match kind {
        libc::RTM_NEWLINK | libc::RTM_DELLINK => Message::Link(link(body)?),
        libc::RTM_NEWADDR | libc::RTM_DELADDR => Message::Address(address(body)?),
        kind if kind == libc::NLMSG_DONE as u16 => Message::Done,
        kind if kind == libc::NLMSG_ERROR as u16 => {
            Message::Refused(i32::try_from(u32_at(body, 0)?.wrapping_neg()).ok()?)
        }
        _ => Message::Other,
    })
}

fn link(body: &[u8]) -> Option<LinkMessage> {
    let attributes = body.get(16..)?;
    let name = find(attributes, libc::IFLA_IFNAME).unwrap_or_default();
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    Some(LinkMessage {
        index: u32_at(body, 4)?.cast_signed(),
        hardware: u16_at(body, 2)?,
        flags: u32_at(body, 8)?,
        name: name.get(..end)?.to_vec(),
    })
}

/// On a line from one end to the other the address attribute is the other end's, and the local one
/// ours; elsewhere they are the same, or IPv6 has only the first.
fn address(body: &[u8]) -> Option<AddressMessage> {
    let attributes = body.get(8..)?;
    let local = find(attributes, libc::IFA_LOCAL);
    let bytes = local.or_else(|| find(attributes, libc::IFA_ADDRESS))?;
    let address = match *bytes {
        [a, b, c, d] => IpAddr::from([a, b, c, d]),
        _ => IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?),
    };
    let long = find(attributes, libc::IFA_FLAGS).and_then(|value| u32_at(value, 0));
    Some(AddressMessage {
        index: u32_at(body, 4)?.cast_signed(),
        scope: *body.get(3)?,
        flags: long.unwrap_or(u32::from(*body.get(2)?)),
        address,
    })
}

/// The value of the first attribute of a type.
fn find(mut attributes: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let length = usize::from(u16_at(attributes, 0)?);
        let value = attributes.get(4..length)?;
        if u16_at(attributes, 2)? == kind {
            return Some(value);
        }
        attributes = attributes.get(aligned(length)..)?;
    }
}

/// Asks for the interface of a name.
pub(super) fn ask_link(sequence: u32, name: &str) -> Vec<u8> {
    let mut body = vec![0; 16];
    let length = u16::try_from(name.len().saturating_add(5)).unwrap_or(u16::MAX);
    body.extend(length.to_ne_bytes());
    body.extend(libc::IFLA_IFNAME.to_ne_bytes());
    body.extend(name.bytes());
    body.push(0);
    request(libc::RTM_GETLINK, REQUEST, sequence, body)
}

/// Asks for every address of every interface.
pub(super) fn ask_addresses(sequence: u32) -> Vec<u8> {
    request(libc::RTM_GETADDR, DUMP, sequence, vec![0; 8])
}

fn request(kind: u16, flags: u16, sequence: u32, mut body: Vec<u8>) -> Vec<u8> {
    body.resize(aligned(body.len()), 0);
    let length = u32::try_from(body.len().saturating_add(16)).unwrap_or(u32::MAX);
    let mut request = length.to_ne_bytes().to_vec();
    request.extend(kind.to_ne_bytes());
    request.extend(flags.to_ne_bytes());
    request.extend(sequence.to_ne_bytes());
    request.extend([0; 4]);
    request.extend(body);
    request
}

fn aligned(length: usize) -> usize {
    length.saturating_add(3) & !3
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}
