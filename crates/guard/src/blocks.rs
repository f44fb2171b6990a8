//! Whom one may block, and for how long.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use ipnet::IpNet;
use observation::{Micros, SECOND};

/// What the operator allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Nothing is changed, everything is told.
    pub dry_run: bool,
    /// Never blocked.
    pub allow: Vec<IpNet>,
    /// How long a source is blocked, s.
    pub seconds: u32,
    /// Sources that are blocked at a time.
    pub at_most: usize,
}

impl Policy {
    /// The longest block, s: a day.
    pub const LONGEST: u32 = 86_400;
    /// The most sources at a time.
    pub const MOST: usize = 65_536;
}

impl Default for Policy {
    fn default() -> Self {
        Policy { dry_run: false, allow: Vec::new(), seconds: 600, at_most: 256 }
    }
}

/// What becomes of an offender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is to be blocked now, until then.
    Block(Micros),
    /// It is blocked already.
    Blocked,
    /// It must not be blocked.
    Spared(Spared),
    /// As many are blocked as may be.
    Full,
}

/// Why a source must not be blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spared {
    /// The settings allow it.
    Allowed,
    /// It is the host's, its hub's, a gateway's or a name server's.
    Ours,
    /// No stranger has such an address.
    Special,
}

impl Spared {
    /// For the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Spared::Allowed => "the settings allow it",
            Spared::Ours => "it is an address that this host needs",
            Spared::Special => "no stranger has such an address",
        }
    }
}

/// Who is blocked.
#[derive(Clone, Debug)]
pub struct Blocks {
    policy: Policy,
    ours: BTreeSet<IpAddr>,
    until: HashMap<IpAddr, Micros>,
}

impl Blocks {
    /// Nobody is blocked.
    pub fn new(policy: Policy) -> Self {
        Blocks { policy, ours: BTreeSet::new(), until: HashMap::new() }
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Names the addresses that this host has and needs, in place of those before.
    pub fn spare(&mut self, ours: impl IntoIterator<Item = IpAddr>) {
        self.ours = ours.into_iter().map(|address| address.to_canonical()).collect();
    }

    /// Judges an offender; one to be blocked counts as blocked from then on.
    pub fn judge(&mut self, now: Micros, source: IpAddr) -> Verdict {
        let source = source.to_canonical();
        if is_special(source) {
            return Verdict::Spared(Spared::Special);
        }
        if self.policy.allow.iter().any(|net| net.contains(&source)) {
            return Verdict::Spared(Spared::Allowed);
        }
        if self.ours.contains(&source) {
            return Verdict::Spared(Spared::Ours);
        }
        self.forget(now);
        if self.until.contains_key(&source) {
            return Verdict::Blocked;
        }
        if self.until.len() >= self.policy.at_most {
            return Verdict::Full;
        }
        let until = now.saturating_add(Micros::from(self.policy.seconds) * SECOND);
        self.until.insert(source, until);
        Verdict::Block(until)
    }

    /// How many are blocked.
    pub fn count(&mut self, now: Micros) -> usize {
        self.forget(now);
        self.until.len()
    }

    /// Blocks that are over. A clock that was set back makes them last longer here than in the kernel;
    /// no source is blocked for it.
    fn forget(&mut self, now: Micros) {
        let longest = now.saturating_add(Micros::from(self.policy.seconds) * SECOND);
        self.until.retain(|_, until| *until > now && *until <= longest);
    }
}

/// Addresses that are nobody's, or everybody's on this link.
fn is_special(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_unspecified()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_broadcast()
        }
        IpAddr::V6(v6) => {
            v6.is_unspecified()
                || v6.is_loopback()
                || v6.is_unicast_link_local()
                || v6.is_multicast()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn blocks() -> Blocks {
        let allow = vec!["203.0.113.0/24".parse().unwrap()];
        let mut blocks =
            Blocks::new(Policy { allow, at_most: 2, seconds: 10, ..Policy::default() });
        blocks.spare([address("192.0.2.1"), address("2001:db8::1")]);
        blocks
    }

    #[test]
    fn friends_and_ourselves_are_spared_however_they_are_written() {
        let spared = |text| blocks().judge(0, address(text));
        assert_eq!(spared("203.0.113.9"), Verdict::Spared(Spared::Allowed));
        assert_eq!(spared("::ffff:203.0.113.9"), Verdict::Spared(Spared::Allowed));
        assert_eq!(spared("192.0.2.1"), Verdict::Spared(Spared::Ours));
        assert_eq!(spared("::ffff:192.0.2.1"), Verdict::Spared(Spared::Ours));
        for special in ["127.0.0.1", "169.254.1.1", "224.0.0.1", "255.255.255.255", "::1"] {
            assert_eq!(spared(special), Verdict::Spared(Spared::Special), "{special}");
        }
        for special in ["0.0.0.0", "::", "fe80::1", "ff02::1"] {
            assert_eq!(spared(special), Verdict::Spared(Spared::Special), "{special}");
        }
    }

    #[test]
    fn a_block_ends_and_there_are_only_so_many() {
        let mut blocks = blocks();
        let (one, two, three) =
            (address("198.51.100.1"), address("198.51.100.2"), address("198.51.100.3"));
        assert_eq!(blocks.judge(0, one), Verdict::Block(10 * SECOND));
        assert_eq!(blocks.judge(SECOND, one), Verdict::Blocked);
        assert_eq!(blocks.judge(SECOND, two), Verdict::Block(11 * SECOND));
        assert_eq!(blocks.judge(SECOND, three), Verdict::Full);
        assert_eq!(blocks.judge(10 * SECOND, three), Verdict::Block(20 * SECOND));
        assert_eq!((blocks.count(11 * SECOND), blocks.count(20 * SECOND)), (1, 0));
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_blocked_for_ever() {
        let mut blocks = blocks();
        let one = address("198.51.100.1");
        assert!(matches!(blocks.judge(1_000 * SECOND, one), Verdict::Block(_)));
        assert_eq!(blocks.count(0), 0);
    }
}
