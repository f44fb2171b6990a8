//! How much a network may send: a bucket for each, that fills by the minute.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Networks that are counted, at most. Those beyond share one bucket.
const NETWORKS: usize = 65_536;
/// How often those are looked for that are full again, where there are so many.
const SWEEP: Duration = Duration::from_secs(5);

/// What one subscriber has: an address of IPv4, or a /56 of IPv6 (RIPE-690).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Network {
    Four(u32),
    Six(u64),
    /// Nobody says.
    Unknown,
}

impl Network {
    pub(crate) fn of(address: Option<IpAddr>) -> Network {
        match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => Network::Four(address.to_bits()),
            Some(IpAddr::V6(address)) => Network::Six(prefix(address)),
            None => Network::Unknown,
        }
    }
}

fn prefix(address: Ipv6Addr) -> u64 {
    u64::try_from(address.to_bits() >> 72).unwrap_or(0)
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// What every network has left.
pub(crate) struct Limits {
    per_minute: f64,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    buckets: HashMap<Network, Bucket>,
    swept: Option<Instant>,
}

impl Limits {
    pub(crate) fn new(per_minute: u32) -> Limits {
        Limits { per_minute: f64::from(per_minute), counted: Mutex::default() }
    }

    /// Spends one of a network's; false where none is left.
    pub(crate) fn spend(&self, network: Network, now: Instant) -> bool {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let Counted { buckets, swept } = &mut *counted;
        let is_many = |buckets: &HashMap<Network, Bucket>| {
            buckets.len() >= NETWORKS && !buckets.contains_key(&network)
        };
        let late = |swept: Instant| now.saturating_duration_since(swept) >= SWEEP;
        if is_many(buckets) && swept.is_none_or(late) {
            // Full buckets tell nothing.
            buckets.retain(|_, bucket| self.filled(bucket, now) < self.per_minute);
            *swept = Some(now);
        }
        let many = is_many(buckets);
        let network = if many { Network::Unknown } else { network };
        let full = Bucket { left: self.per_minute, at: now };
        let bucket = buckets.entry(network).or_insert(full);
        let left = self.filled(bucket, now);
        let enough = left >= 1.0;
        *bucket = Bucket { left: if enough { left - 1.0 } else { left }, at: now };
        enough
    }

    fn filled(&self, bucket: &Bucket, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
        (bucket.left + seconds * self.per_minute / 60.0).min(self.per_minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().ok())
    }

    #[test]
    fn networks() {
        assert_eq!(network("2001:db8:0:ff00::1"), network("2001:db8:0:ffff:1::"));
        assert_ne!(network("2001:db8:0:100::1"), network("2001:db8:0:200::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    fn a_bucket_fills_by_the_minute() {
        let (limits, begin) = (Limits::new(6), Instant::now());
        let spend = |at: u64| limits.spend(network("192.0.2.1"), begin + Duration::from_secs(at));
        assert!((0..6).all(|_| spend(0)) && !spend(0));
        assert!(limits.spend(network("192.0.2.2"), begin));
        assert!(!spend(9) && spend(10) && !spend(10));
        assert!((0..6).all(|_| spend(1_000)) && !spend(1_000));
        // A clock that goes back gives nothing.
        assert!(!spend(0));
    }

    #[test]
    fn memory_is_bounded() {
        let (limits, begin) = (Limits::new(1), Instant::now());
        for n in 0..200_000_u32 {
            limits.spend(Network::Four(n), begin);
        }
        assert_eq!(limits.counted.lock().unwrap().buckets.len(), NETWORKS + 1);
        // When the minute is over, others have their own again.
        assert!(limits.spend(Network::Four(250_000), begin + Duration::from_secs(60)));
        assert!(limits.counted.lock().unwrap().buckets.len() < 10);
    }
}
