//! What a point watches: the addresses that it was given, or those that its interfaces have.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use capture::fold::{Expect, Mode, Overlap, Watch, WatchedPoint};
use ipnet::IpNet;
use observation::Point;

/// The addresses cannot be watched. The operator is at fault.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct TargetError(#[from] Overlap);

/// What is to be watched, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The point.
    pub point: Point,
    /// Who lives there.
    pub mode: Mode,
    /// The addresses; empty: those of the interfaces, whatever they are at the time.
    pub nets: Vec<IpNet>,
    /// What the host offers on purpose.
    pub expect: Vec<Expect>,
    found: bool,
    addresses: Option<u64>,
}

impl Target {
    /// A target; where no networks are named, the interfaces' addresses are watched.
    pub fn new(point: Point, mode: Mode, nets: Vec<IpNet>, expect: Vec<Expect>) -> Self {
        Target { point, mode, nets, expect, found: false, addresses: None }
    }

    /// The watch, where the interfaces have these addresses.
    ///
    /// Without any address the loopback address is watched, which no line may carry (RFC 1122,
    /// 3.2.1.3), and nothing counts as watched until there is one.
    ///
    /// # Errors
    /// The addresses cannot be watched.
    pub fn watch(&mut self, addresses: &BTreeSet<IpAddr>) -> Result<Watch, TargetError> {
        let nets = match (self.nets.as_slice(), addresses.is_empty()) {
            ([], true) => vec![IpNet::from(IpAddr::V4(Ipv4Addr::LOCALHOST))],
            ([], false) => addresses.iter().copied().map(IpNet::from).collect(),
            (named, _) => named.to_vec(),
        };
        self.found = !self.nets.is_empty() || !addresses.is_empty();
        let watched = WatchedPoint {
            point: self.point.clone(),
            mode: self.mode,
            nets,
            expect: self.expect.clone(),
        };
        let watch = Watch::new(vec![watched])?;
        self.addresses = watch.addresses_of(&self.point).filter(|_| self.found);
        Ok(watch)
    }

    /// Whether there is anything to watch.
    pub(crate) fn is_found(&self) -> bool {
        self.found
    }

    /// How many addresses are watched.
    pub(crate) fn addresses(&self) -> Option<u64> {
        self.addresses
    }
}
