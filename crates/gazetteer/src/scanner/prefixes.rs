//! The narrowest network that holds an address.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::ranges::{Ranges, Steps};

/// Networks laid out as ranges that do not overlap, for look-ups. Values are places in the list
/// of networks, from 1; 0 is none.
#[derive(Debug)]
pub(super) struct Prefixes {
    v4: Ranges<u16, u32>,
    /// First and last address of each range; IPv6 networks of scanners are few.
    v6: Vec<(u128, u128, u32)>,
}

impl Default for Prefixes {
    fn default() -> Prefixes {
        Prefixes::new::<()>(&[])
    }
}

impl Prefixes {
    /// Of networks in order, each of them once.
    pub(super) fn new<T>(networks: &[(IpNet, T)]) -> Prefixes {
        let numbered = (1u32..).zip(networks).map(|(number, (network, _))| (number, *network));
        let (v4, v6): (Vec<_>, Vec<_>) =
            numbered.partition(|(_, network)| network.addr().is_ipv4());
        let mut steps = Steps::new();
        for (first, last, number) in flat(&v4) {
            // In order by the nature of `flat`; were it not, a network would be left out.
            let _ = steps.add(first as u64, last as u64, number);
        }
        let steps = steps.finish(u64::from(u32::MAX));
        Prefixes { v4: Ranges::of_v4(&steps), v6: flat(&v6) }
    }

    #[inline]
    pub(super) fn of(&self, address: IpAddr) -> Option<usize> {
        let number = match address {
            IpAddr::V4(address) => self.v4.of(address),
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                let after = self.v6.partition_point(|(first, _, _)| *first <= bits);
                let range = after.checked_sub(1).and_then(|at| self.v6.get(at));
                range.filter(|(_, last, _)| bits <= *last).map_or(0, |(_, _, number)| *number)
            }
        };
        (number as usize).checked_sub(1)
    }
}

/// Networks of one family, wider before narrower, cut so that each address has its narrowest.
fn flat(networks: &[(u32, IpNet)]) -> Vec<(u128, u128, u32)> {
    let mut out = Vec::new();
    // The networks that hold the one in hand, widest first, and the first address not yet given.
    let mut open: Vec<(u128, u32)> = Vec::new();
    let mut next = 0u128;
    for (number, network) in networks {
        let (first, last) = (bits(network.network()), bits(network.broadcast()));
        close(&mut open, Some(first), &mut next, &mut out);
        if let (Some((_, outer)), Some(before)) = (open.last(), first.checked_sub(1)) {
            give(next, before, *outer, &mut out);
        }
        next = first;
        open.push((last, *number));
    }
    close(&mut open, None, &mut next, &mut out);
    out
}

/// Ends the open networks that end before `until`; all of them without it.
fn close(
    open: &mut Vec<(u128, u32)>,
    until: Option<u128>,
    next: &mut u128,
    out: &mut Vec<(u128, u128, u32)>,
) {
    while let Some((last, number)) =
        open.pop_if(|(last, _)| until.is_none_or(|until| *last < until))
    {
        give(*next, last, number, out);
        *next = (*next).max(last.saturating_add(1));
    }
}

fn give(first: u128, last: u128, number: u32, out: &mut Vec<(u128, u128, u32)>) {
    if first <= last {
        out.push((first, last, number));
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}
