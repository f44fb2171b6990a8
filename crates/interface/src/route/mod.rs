//! Links and addresses: what the interfaces are, and what becomes of them.
//!
//! The kernel is asked for the whole state of the watched interfaces, once at the beginning and
//! whenever it sends news of one of them. Events are the difference of two states. News that were
//! lost, doubled or overtaken change nothing then: the events always lead to the present state.

mod defaults;
mod message;
mod netlink;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::net::IpAddr;

use libc::c_int;

use crate::error::InterfaceError;

pub use defaults::of_default_routes;
pub(crate) use netlink::{News, link, state};

/// The most addresses of one interface that are followed.
pub const MOST_ADDRESSES: usize = 4_096;

/// Addresses that hold on one link only (Linux, `rtnetlink.h`: RT_SCOPE_LINK).
const SCOPE_LINK: u8 = 253;
/// IPv6 found the address to be another host's (`if_addr.h`: IFA_F_DADFAILED).
const DUPLICATE: u32 = 0x08;

/// An interface that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) index: c_int,
    /// ARPHRD_
    pub(crate) hardware: u16,
    /// Administratively up, and able to carry frames.
    pub(crate) up: bool,
}

/// One watched interface as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) link: Option<Link>,
    pub(crate) addresses: BTreeSet<IpAddr>,
}

/// What became of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is there, and carries no frames: set down, or its line is cut.
    Down,
    /// There is none of its name any more.
    Gone,
    /// It is there and carries frames, after it was down or gone.
    Back,
    /// It has this address now.
    Added(IpAddr),
    /// It has this address no more.
    Removed(IpAddr),
}

/// Something that happened to an interface.
///
/// Events and frames come by different ways: frames that were received up to 200 ms before an event
/// may be lent after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which interface: its place in the list that was opened.
    pub interface: usize,
    /// What became of it.
    pub change: Change,
}

/// What led from one state of an interface to another. `flapped`: it was down in between.
pub(crate) fn changes(before: &State, after: &State, flapped: bool) -> Vec<Change> {
    let standing = |state: &State| state.link.map(|link| link.up);
    let replaced = match (before.link, after.link) {
        (Some(before), Some(after)) => before.index != after.index,
        _ => false,
    };
    let mut changes: Vec<Change> = match (standing(before), standing(after)) {
        (before, Some(true)) if replaced && before.is_some() => vec![Change::Gone, Change::Back],
        (before, Some(false)) if replaced && before.is_some() => vec![Change::Gone, Change::Down],
        (Some(true), Some(true)) if flapped => vec![Change::Down, Change::Back],
        (before, after) if before == after => Vec::new(),
        (_, Some(true)) => vec![Change::Back],
        (_, Some(false)) => vec![Change::Down],
        (_, None) => vec![Change::Gone],
    };
    let removed = before.addresses.difference(&after.addresses);
    changes.extend(removed.map(|address| Change::Removed(*address)));
    let added = after.addresses.difference(&before.addresses);
    changes.extend(added.map(|address| Change::Added(*address)));
    changes
}

/// Whether a point watches an address that its interface has.
///
/// Not one that holds on its link only (fe80::/10, 169.254.0.0/16): other links have the same, so
/// that two points would claim it, and nobody on the Internet can reach it. Who wants to watch it
/// names it.
fn is_watched(scope: u8, flags: u32, address: IpAddr) -> bool {
    let local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    scope != SCOPE_LINK && flags & DUPLICATE == 0 && !local
}

/// The addresses that a point finds on an interface now, those that hold on one link only left out.
/// Needs no privilege.
///
/// # Errors
/// [`InterfaceError::NoInterface`], [`InterfaceError::Addresses`], [`InterfaceError::Kernel`].
pub fn addresses_of(name: &str) -> Result<BTreeSet<IpAddr>, InterfaceError> {
    let names = [name.to_owned()];
    let [state] = <[State; 1]>::try_from(state(&names)?).unwrap_or_default();
    match state.link {
        Some(_) => Ok(state.addresses),
        None => Err(InterfaceError::NoInterface { name: name.to_owned() }),
    }
}
