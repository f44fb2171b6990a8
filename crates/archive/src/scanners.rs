//! The list of known scanners that questions are asked with.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use gazetteer::Scanners;

/// The list that comes with Yagura, which is read when somebody first asks, or another one.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownScanners {
    list: Arc<OnceLock<Scanners>>,
    given: bool,
}

impl KnownScanners {
    /// A list in the place of the one that comes with Yagura.
    pub(crate) fn given(scanners: Scanners) -> Self {
        KnownScanners { list: Arc::new(OnceLock::from(scanners)), given: true }
    }

    /// Who scans from an address; none: nobody that the list knows.
    pub(crate) fn of(&self, address: IpAddr) -> Option<&str> {
        self.list.get_or_init(Scanners::shipped).of(address)
    }

    /// Whether it is not the list that comes with Yagura.
    pub(crate) fn is_given(&self) -> bool {
        self.given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_before_somebody_asks() {
        let known = KnownScanners::default();
        let same = known.clone();
        assert!(known.list.get().is_none() && !known.is_given());
        assert_eq!(known.of("192.0.2.1".parse().unwrap()), None);
        assert!(same.list.get().is_some_and(|list| list.networks().count() > 1_000));
    }
}
